#include "conditioning.h"

namespace wavenet {

class ConditioningPacking {
public:
    ConditioningPacking(ConditioningWeights& to, const Config& c, const Tensors& tensors, const Layout& fp32)
        : to_(to), c_(c), p_(tensors, Precision::fp32, fp32) {}

    void fill(Arena& arena) {
        p_.begin(arena);
        if (c_.local_channels) to_.local_ = projection(0, "condition", c_.local_channels);
        for (size_t n = 0; n < c_.contexts.size(); n++) to_.contexts_[n] = context(n);
    }

private:
    Context context(size_t n) {
        const ContextConfig& c = c_.contexts[n];
        const std::string name = "contexts." + std::to_string(n);
        StackPacking stack(p_, c, name + ".");
        Context context{};
        context.pool = c.pool, context.taps = c.taps, context.classes = c_.quantization_channels;
        context.filters = filters(name + ".input", c);
        context.stack = stack.pack(to_.stacks_[n]);
        stack.pack_past_taps();
        context.projection = projection(n + 1, name, c.skip_channels);
        return context;
    }

    Projection projection(size_t index, const std::string& series, int channels) {
        std::vector<Matrix>& matrices = to_.projections_[index];
        for (int l = 0; l < c_.layers; l++) {
            const std::string tensor = "layers." + std::to_string(l) + "." + series;
            matrices[(size_t)l] = p_.packed(p_.dense(tensor, c_.dilation_channels, channels, 1, 0, 2));
        }
        return {matrices.data(), padded(channels)};
    }

    // Of the pooling. Their inputs are samples, so they are not padded.
    Linear filters(const std::string& tensor, const ContextConfig& c) {
        const float* values = p_.tensors()(tensor + ".weight", {c.residual_channels, 1, c.taps});
        Dense m = p_.blank(padded(c.residual_channels), c.taps);
        if (m.rows()) std::copy_n(values, (size_t)c.residual_channels * (size_t)c.taps, m.row(0));
        const Matrix matrix = p_.packed(m);
        return {matrix, {p_.floats(p_.bias(tensor, c.residual_channels)), nullptr, nullptr}};
    }

    ConditioningWeights& to_;
    const Config& c_;
    Packing p_;
};

ConditioningWeights::ConditioningWeights(const Config& config, const Tensors& tensors, const Layout& fp32)
    : contexts_(config.contexts.size()), projections_(config.contexts.size() + 1, std::vector<Matrix>((size_t)config.layers)) {
    for (const ContextConfig& c : config.contexts) stacks_.emplace_back(c);
    ConditioningPacking packing(*this, config, tensors, fp32);
    arena_.emplace_back([&](Arena& arena) { packing.fill(arena); });
}

}  // namespace wavenet
