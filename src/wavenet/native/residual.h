// Residual convolution networks (tts/network.py): a matrix, blocks x ← x + V·ReLU(W∗n(x) + b) + c with
// n(x) = x / rms(x), and a matrix on n(x).
//
// Their weights have 8 bits, and a scale for each row. Inputs of a product have 16 bits, or as many as its sums leave: less
// from some 500 channels on.
#pragma once
#include "packing.h"
#include "residual_types.h"

namespace wavenet {

struct ResidualConfig {
    int inputs, channels, outputs;
    std::vector<int> taps;  // of each block
};

class ResidualNetwork {
public:
    // Tensors `input`, `output` (out, in), `blocks.{i}.mix`, and `blocks.{i}.conv` (out, in, taps), each a weight of
    // integers, its scale (out) and a bias. Throws std::invalid_argument for a shape that cannot be, std::length_error for
    // one too large.
    ResidualNetwork(const ResidualConfig& config, const Tensors& tensors, const TensorsOf<int8_t>& integers, const Kernels& kernels);
    ResidualNetwork(const ResidualNetwork&) = delete;

    const ResidualConfig& config() const { return config_; }
    int64_t weights() const { return weights_count_; }

    // (rows, inputs) to (rows, outputs). May be called by several threads at once.
    void run(const float* given, int64_t rows, float* out) const;

private:
    void pack(Packing& packing, const TensorsOf<int8_t>& integers, Arena& arena);
    // `bound`: of inputs that all rows have in one step, which becomes part of the scale; 0: every row has its own step.
    WholeLinear packed(Packing& packing, const TensorsOf<int8_t>& integers, const std::string& tensor, int outputs, int inputs, int taps, int most,
                       float bound);

    const ResidualConfig config_;
    const Kernels& kernels_;
    ResidualWeights weights_{};
    std::vector<ResidualBlock> blocks_;
    int64_t weights_count_ = 0;
    std::vector<Arena> arena_;
};

}  // namespace wavenet
