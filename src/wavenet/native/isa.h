// The instruction sets this build has kernels for, and which of them this processor can run.
#pragma once
#include <string>
#include <vector>

#include "types.h"

namespace wavenet {

// The slowest first; each can run here.
const std::vector<const Kernels*>& available();

// By name, or the fastest for an empty one; null if there is none of that name here.
const Kernels* find_kernels(const std::string& name);

}  // namespace wavenet
