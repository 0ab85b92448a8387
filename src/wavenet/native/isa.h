// The instruction sets this build has kernels for, and which of them this processor can run.
#pragma once
#include <string>
#include <vector>

#include "types.h"

namespace wavenet {

#if defined(__x86_64__) && defined(__linux__)
// Whether there are matrix units that this process may use. Tests put an emulator's answer here, before anything else.
extern bool (*has_amx)();
#endif

// The slowest first; each can run here.
const std::vector<const Kernels*>& available();

// By name, or the fastest for an empty one; null if there is none of that name here.
const Kernels* find_kernels(const std::string& name);

}  // namespace wavenet
