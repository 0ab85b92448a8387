// The settings of a network, as far as the core needs them, and how it is given its tensors.
#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "types.h"

namespace wavenet {

struct StackConfig {
    int layers, kernel_size, residual_channels, dilation_channels, skip_channels;
    std::vector<int64_t> dilations;
};

struct ContextConfig : StackConfig {  // a context stack
    int pool, taps;                   // samples
};

struct Config : StackConfig {
    int input_kernel_size, head_channels, quantization_channels;
    Distribution distribution;
    int components, scales;  // of a mixture
    int output_channels;     // of the last layer: what the distribution takes
    int local_channels;      // of local conditioning; 0: none
    std::vector<ContextConfig> contexts;
};

// Throws std::invalid_argument for settings that cannot be.
void check(const Config& config);

// Gives a tensor by its name in the model folder, checked to have `shape`; row-major.
template <typename T> using TensorsOf = std::function<const T*(const std::string& name, const std::vector<int64_t>& shape)>;
using Tensors = TensorsOf<float>;

inline int padded(int channels) { return (channels + LANES - 1) / LANES * LANES; }

}  // namespace wavenet
