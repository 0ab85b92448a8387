#include "residual.h"

#include <limits>

namespace wavenet {

namespace {

const std::vector<int64_t> shape_of(int outputs, int inputs, int taps) {
    if (taps) return {outputs, inputs, taps};
    return {outputs, inputs};
}

constexpr int64_t MOST_SUM = std::numeric_limits<int32_t>::max() / (int64_t)MOST_INT8;  // of absolute values of inputs

int most_within(int64_t most) {
    if (most < 1) throw std::length_error("a product has too many inputs");
    return (int)std::min<int64_t>(most, std::numeric_limits<int16_t>::max());
}

// The largest integer for any inputs of a product.
int most_of(int inputs) { return most_within(MOST_SUM / inputs); }

// And for n(x), which is at most √channels; a row of it adds up to channels at most, of which each may be rounded up by ½.
int most_normalised(int channels, int taps) { return most_within((MOST_SUM / taps - channels / 2) / ((int)std::sqrt((float)channels) + 2)); }

void check(const ResidualConfig& c) {
    if (c.inputs < 1 || c.channels < 1 || c.outputs < 1) throw std::invalid_argument("a residual network has at least one channel");
    int taps = 1;
    for (int k : c.taps) {
        if (k < 1) throw std::invalid_argument("a block has at least one tap");
        taps = std::max(taps, k);
    }
    constexpr int64_t MOST = 1 << 24;  // no product of these overflows
    const int64_t widest = std::max({(int64_t)c.inputs, (int64_t)c.outputs, (int64_t)c.channels * taps});
    if (std::max({c.inputs, c.outputs, c.channels, taps}) > MOST || widest > MOST) throw std::length_error("a residual network is too wide");
}

}  // namespace

ResidualNetwork::ResidualNetwork(const ResidualConfig& config, const Tensors& tensors, const TensorsOf<int8_t>& integers, const Kernels& kernels)
    : config_(config), kernels_(kernels), blocks_(config.taps.size()) {
    check(config_);
    Packing packing(tensors, Precision::int8, kernels.output[(int)Precision::int8]);
    arena_.emplace_back([&](Arena& arena) { pack(packing, integers, arena); });
}

void ResidualNetwork::pack(Packing& packing, const TensorsOf<int8_t>& integers, Arena& arena) {
    const ResidualConfig& c = config_;
    const auto linear = [&](const std::string& tensor, int outputs, int inputs, int taps, int most, float bound = 0) {
        return packed(packing, integers, tensor, outputs, inputs, taps, most, bound);
    };
    packing.begin(arena);
    weights_count_ = 0;
    weights_.inputs = c.inputs, weights_.channels = c.channels, weights_.outputs = c.outputs;
    weights_.bound = std::sqrt((float)c.channels);
    weights_.input = linear("input", c.channels, c.inputs, 0, most_of(c.inputs));
    for (size_t b = 0; b < blocks_.size(); b++) {
        const std::string name = "blocks." + std::to_string(b);
        blocks_[b].taps = c.taps[b];
        blocks_[b].convolution = linear(name + ".conv", c.channels, c.channels, c.taps[b], most_normalised(c.channels, c.taps[b]), weights_.bound);
        blocks_[b].mix = linear(name + ".mix", c.channels, c.channels, 0, most_of(c.channels));
    }
    weights_.output = linear("output", c.outputs, c.channels, 0, most_normalised(c.channels, 1), weights_.bound);
    weights_.blocks = (int)blocks_.size();
    weights_.block = blocks_.data();
}

WholeLinear ResidualNetwork::packed(Packing& packing, const TensorsOf<int8_t>& integers, const std::string& tensor, int outputs, int inputs, int taps,
                                    int most, float bound) {
    const int8_t* weights = integers(tensor + ".weight", shape_of(outputs, inputs, taps));
    const float* stored = packing.tensors()(tensor + ".weight.scale", {outputs});
    const int count = std::max(taps, 1);
    std::vector<float> scales((size_t)padded(outputs));
    for (int o = 0; o < outputs; o++) {
        scales[(size_t)o] = stored[o] * MOST_INT8 / MOST_INT8;  // as it is found in the values, which may differ in the last bit
        if (bound > 0) scales[(size_t)o] *= bound / (float)most;
    }
    weights_count_ += (int64_t)inputs * count * outputs;
    const Matrix matrix = packing.packed_whole(weights, outputs, inputs, count);
    const float* scale = packing.floats(scales);
    return {matrix, scale, packing.floats(packing.bias(tensor, outputs)), count * padded(inputs), padded(outputs), (float)most};
}

void ResidualNetwork::run(const float* given, int64_t rows, float* out) const {
    const ResidualWeights& n = weights_;
    const int64_t C = n.input.outputs, widest = std::max({(int64_t)n.input.inputs, C, (int64_t)n.output.outputs});
    int64_t taps = 1;
    for (const ResidualBlock& block : blocks_) taps = std::max<int64_t>(taps, block.taps);
    if (rows > MOST_BYTES / C) throw std::length_error("more than 4 GiB");
    ResidualScratch s{};
    const Arena room([&](Arena& arena) {
        s.x = arena.take<float>(rows * C);
        s.normalised = arena.take<int16_t>((rows + taps - 1) * C);
        s.inputs = arena.take<int16_t>(MAX_COLUMNS * widest);
        s.sums = arena.take<int32_t>(MAX_COLUMNS * widest);
        s.zeros = arena.take<int32_t>(widest);
        s.values = arena.take<float>(widest);
    });
    kernels_.residual(n, given, rows, s, out);
}

}  // namespace wavenet
