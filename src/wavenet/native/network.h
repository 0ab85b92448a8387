// A network ready to run: the plain parameters of a model folder, quantised, padded and packed once at load.
#pragma once
#include "arena.h"
#include "conditions.h"

namespace wavenet {

class Network {
public:
    // Throws std::invalid_argument for a shape that cannot be, std::length_error for one too large.
    Network(const Config& config, const Tensors& tensors, Precision precision, const Kernels& kernels);
    Network(const Network&) = delete;

    const Config& config() const { return config_; }
    const Weights& weights() const { return weights_; }
    const Conditions& conditions() const { return conditions_; }
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
    std::vector<Matrix> taps_;   // of all layers
    int64_t weight_bytes_ = 0;
    std::vector<Arena> arena_;
    Conditions conditions_;
};

}  // namespace wavenet
