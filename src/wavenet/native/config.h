// The settings of a network, as far as the core needs them, and how it is given its tensors.
#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "types.h"

namespace wavenet {

struct ContextConfig {   // a context stack
    int pool, taps;      // samples
    int layers, kernel_size, residual_channels, dilation_channels, skip_channels;
    std::vector<int64_t> dilations;
};

struct Config {
    int layers, kernel_size, input_kernel_size;
    int residual_channels, dilation_channels, skip_channels, head_channels, quantization_channels;
    int condition_channels;   // of local conditioning; 0: none
    std::vector<int64_t> dilations;
    std::vector<ContextConfig> contexts;
};

// Throws std::invalid_argument for settings that cannot be.
void check(const Config& config);

// Gives a tensor of fp32 values by its name in the model folder, checked to have `shape`; row-major.
using Tensors = std::function<const float*(const std::string& name, const std::vector<int64_t>& shape)>;

inline int padded(int channels) { return (channels + LANES - 1) / LANES * LANES; }

}  // namespace wavenet
