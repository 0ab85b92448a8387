#include "conditions.h"

#include "packing.h"

namespace wavenet {

class ConditionPacker : Packing {
public:
    ConditionPacker(Conditions& to, const Config& c, const Tensors& tensors, const Layout& fp32)
        : Packing(tensors), to_(to), c_(c), fp32_(fp32) {}

    void fill(Arena& arena) {
        arena_ = &arena;
        if (c_.condition_channels) to_.local_ = projection(0, "condition", c_.condition_channels);
        for (size_t n = 0; n < c_.contexts.size(); n++) {
            const std::string prefix = "contexts." + std::to_string(n);
            Context& context = to_.contexts_[n];
            context = {c_.contexts[n].pool, c_.contexts[n].taps, c_.quantization_channels, filters(prefix, c_.contexts[n]), {}, {}};
            stack(prefix + ".", c_.contexts[n], n, context.stack);
            context.projection = projection(n + 1, prefix.c_str(), c_.contexts[n].skip_channels);
        }
    }

private:
    Matrix matrix(const std::string& tensor, int outputs, int inputs, int taps = 1, int tap = 0, int halves = 1) {
        Dense m = dense(tensor, outputs, inputs, taps, tap, halves);
        return packed_as<float>(m, fp32_);
    }

    Projection projection(size_t index, const char* series, int channels) {
        std::vector<Matrix>& matrices = to_.projections_[index];
        for (int l = 0; l < c_.layers; l++)
            matrices[(size_t)l] = matrix(name(l, series), c_.dilation_channels, channels, 1, 0, 2);
        return {matrices.data(), padded(channels)};
    }

    // Of the pooling. Their inputs are samples, so they are not padded.
    Linear filters(const std::string& prefix, const ContextConfig& c) {
        const float* values = tensors_(prefix + ".input.weight", {c.residual_channels, 1, c.taps});
        Dense m(padded(c.residual_channels), c.taps);
        std::copy_n(values, (size_t)c.residual_channels * (size_t)c.taps, m.values.begin());
        const Matrix matrix = packed_as<float>(m, fp32_);
        return {matrix, floats(bias(prefix + ".input", c.residual_channels)), nullptr, nullptr};
    }

    void stack(const std::string& prefix, const ContextConfig& c, size_t index, Weights& w) {
        w.layers = c.layers, w.kernel_size = c.kernel_size, w.layer = to_.layers_[index].data();
        w.R = padded(c.residual_channels), w.D = padded(c.dilation_channels), w.S = padded(c.skip_channels);
        std::vector<float> skips((size_t)w.S);
        for (int l = 0; l < c.layers; l++) {
            const std::vector<float> b = layer(prefix, c, l, index);
            for (size_t o = 0; o < b.size(); o++) skips[o] += b[o];
        }
        w.skip.start = floats(skips);
    }

    // Gives the bias of its skip.
    std::vector<float> layer(const std::string& prefix, const ContextConfig& c, int l, size_t index) {
        Layer& layer = to_.layers_[index][(size_t)l];
        Matrix* taps = to_.taps_[index].data() + (size_t)l * (size_t)c.kernel_size;
        for (int k = 0; k < c.kernel_size; k++)
            taps[k] = matrix(prefix + name(l, "dilated"), c.dilation_channels, c.residual_channels, c.kernel_size, k, 2);
        layer.dilation = c.dilations[(size_t)l];
        layer.inverse_scale = 1;
        layer.taps = taps;
        layer.dilated.start = floats(bias(prefix + name(l, "dilated"), c.dilation_channels, 2));
        if (l + 1 < c.layers) {
            layer.residual.matrix = matrix(prefix + name(l, "residual"), c.residual_channels, c.dilation_channels);
            layer.residual.start = floats(bias(prefix + name(l, "residual"), c.residual_channels));
        }
        layer.skip = matrix(prefix + name(l, "skip"), c.skip_channels, c.dilation_channels);
        return bias(prefix + name(l, "skip"), c.skip_channels);
    }

    Conditions& to_;
    const Config& c_;
    const Layout& fp32_;
};

Conditions::Conditions(const Config& config, const Tensors& tensors, const Layout& fp32)
    : contexts_(config.contexts.size()), projections_(config.contexts.size() + 1, std::vector<Matrix>((size_t)config.layers)) {
    for (const ContextConfig& c : config.contexts) {
        layers_.emplace_back((size_t)c.layers);
        taps_.emplace_back((size_t)c.layers * (size_t)c.kernel_size);
    }
    ConditionPacker packer(*this, config, tensors, fp32);
    arena_.emplace_back([&](Arena& arena) { packer.fill(arena); });
}

}  // namespace wavenet
