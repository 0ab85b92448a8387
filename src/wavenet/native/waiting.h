// Waiting for another thread. Of the standard library nothing is used, as the kernels wait, too.
#pragma once
#include <sched.h>

#include <cstdint>

namespace {

// Waits until `ready`. Spins for some microseconds, then lets others run.
template <typename Ready> inline __attribute__((always_inline)) void wait_for(const Ready& ready) {
    for (uint32_t spins = 0; !ready(); spins++) {
        if (spins < 2000) {
#if defined(__x86_64__)
            __builtin_ia32_pause();
#endif
        } else sched_yield();
    }
}

}  // namespace
