// The last classes of a stream, as many as anything looks back, in memory for more: so they seldom move.
#pragma once
#include <cstring>

#include "types.h"

namespace wavenet {

// Room for `count` classes behind the newest. (Static: every instruction set has a copy of its own.)
static inline void make_room(Classes& c, int64_t count) {
    const int32_t* end = c.convolved + c.input_kernel_size;
    if (c.end - end >= count) return;
    std::memmove(c.begin, end - c.kept, (size_t)c.kept * sizeof(int32_t));
    c.convolved = c.begin + c.kept - c.input_kernel_size;
}

static inline void push_class(Classes& c, int32_t newest) {
    make_room(c, 1);
    c.convolved[c.input_kernel_size] = newest;
    c.convolved++;
}

}  // namespace wavenet
