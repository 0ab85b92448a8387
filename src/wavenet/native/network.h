// A network ready to run: the plain parameters of a model folder, quantised, padded and packed once at load.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "arena.h"
#include "types.h"

namespace wavenet {

struct Config {
    int layers, kernel_size, input_kernel_size;
    int residual_channels, dilation_channels, skip_channels, head_channels, quantization_channels;
    int condition_channels;   // of local conditioning; 0: none
    std::vector<int64_t> dilations;
};

// Gives a tensor of fp32 values by its name in the model folder, checked to have `shape`; row-major.
using Tensors = std::function<const float*(const std::string& name, const std::vector<int64_t>& shape)>;

class Network {
public:
    // Throws std::invalid_argument for a shape that cannot be, std::length_error for one too large.
    Network(const Config& config, const Tensors& tensors, Precision precision, const Kernels& kernels);
    Network(const Network&) = delete;

    const Config& config() const { return config_; }
    const Weights& weights() const { return weights_; }
    const Kernels& kernels() const { return kernels_; }
    Precision precision() const { return precision_; }
    const Steps& steps() const { return *kernels_.steps(weights_, precision_); }
    const Layout& layout() const { return kernels_.layout[(int)precision_]; }
    // Bytes of weights that one step of a single stream reads, each once.
    int64_t weight_bytes() const { return weight_bytes_; }

private:
    friend class Packer;
    Config config_;
    const Kernels& kernels_;
    Precision precision_;
    Weights weights_{};
    std::vector<Layer> layers_;
    std::vector<Matrix> matrices_;   // taps, then conditioning
    int64_t weight_bytes_ = 0;
    std::vector<Arena> arena_;
};

inline int padded(int channels) { return (channels + LANES - 1) / LANES * LANES; }

}  // namespace wavenet
