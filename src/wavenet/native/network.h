// A network ready to run: the plain parameters of a model folder, quantised, padded and packed once at load.
#pragma once
#include "conditioning.h"
#include "stack.h"

namespace wavenet {

class Network {
public:
    // Throws std::invalid_argument for a shape that cannot be, std::length_error for one too large.
    Network(const Config& config, const Tensors& tensors, Precision precision, const Kernels& kernels);
    Network(const Network&) = delete;

    const Config& config() const { return config_; }
    const Weights& weights() const { return weights_; }
    const ConditioningWeights& conditioning() const { return conditioning_; }
    const Kernels& kernels() const { return kernels_; }
    Precision precision() const { return precision_; }
    const Steps& steps() const { return *kernels_.steps(weights_, precision_); }
    const Layout& layout() const { return kernels_.layout[(int)precision_]; }
    // Of local conditioning and of the bias: what one step adds before the gates, (L, 2Dp).
    int64_t gate_width() const { return (int64_t)weights_.stack.layers * 2 * weights_.stack.D; }
    // Classes that a stream keeps: for the input convolution, and for context stacks to pool.
    int kept_classes() const;
    // Bytes of weights that one step of a single stream reads, each once.
    int64_t weight_bytes() const { return weight_bytes_; }

private:
    friend class NetworkPacking;
    Config config_;
    const Kernels& kernels_;
    Precision precision_;
    Weights weights_{};
    StackStorage stack_;
    int64_t weight_bytes_ = 0;
    std::vector<Arena> arena_;
    ConditioningWeights conditioning_;
};

}  // namespace wavenet
