#include "network.h"

#include "whole.h"

namespace wavenet {

namespace {

constexpr float UNLIKELY = -1e30f;  // logit of an output that is padding

const Config& checked(const Config& config) {
    check(config);
    return config;
}

}  // namespace

// Fills the arena of a network.
class NetworkPacking {
public:
    NetworkPacking(Network& n, const Tensors& tensors)
        : n_(n),
          c_(n.config_),
          p_(tensors, n.precision_, n.layout()),
          stack_(p_, c_, "", p_.int8() ? tensors("calibration.inputs", {c_.layers}) : nullptr) {
        if (!p_.int8()) return;
        skip_scale_ = *tensors("calibration.skip", {1});
        hidden_scale_ = *tensors("calibration.hidden", {1});
    }

    void fill(Arena& arena) {
        p_.begin(arena);
        Weights& w = n_.weights_;
        w.input_kernel_size = c_.input_kernel_size, w.classes = c_.quantization_channels;
        w.distribution = c_.distribution, w.outputs = c_.output_channels;
        w.components = c_.components, w.scales = c_.scales;
        w.least_log_scale = std::log(0.1) - std::log(c_.quantization_channels);
        w.H = padded(c_.head_channels), w.Q = padded(c_.output_channels);
        w.embedding = embedding();
        w.input_bias = p_.floats(p_.bias("input", c_.residual_channels));
        w.stack = stack_.pack(n_.stack_);
        w.skip_inverse_scale = 1.0f / skip_scale_;
        w.hidden_inverse_scale = 1.0f / hidden_scale_;
        w.hidden = p_.linear("head.hidden", c_.head_channels, c_.skip_channels, skip_scale_, p_.layout().zero_unsigned);
        w.output = output();
        stack_.pack_past_taps();
        n_.weight_bytes_ = p_.bytes();
    }

private:
    // (input K, classes, R), or a single row for each tap where the input is values
    const float* embedding() {
        const int K = c_.input_kernel_size, R = c_.residual_channels;
        const int Q = scalar_input(c_.distribution) ? 1 : c_.quantization_channels;
        float* table = p_.arena().take<float>((int64_t)K * Q * padded(R));
        const float* values = p_.tensors()("input.weight", {R, Q, K});
        for (int k = 0; table && k < K; k++)
            for (int q = 0; q < Q; q++)
                for (int r = 0; r < R; r++) table[((int64_t)k * Q + q) * padded(R) + r] = values[((int64_t)r * Q + q) * K + k];
        return table;
    }

    // The last layer: in an int8 network its weights are as wide as their sums in int32 allow, up to 16 bits.
    Linear output() {
        Dense m = p_.dense("head.output", c_.output_channels, c_.head_channels);
        const Layout& layout = n_.kernels_.output[(int)n_.precision_];
        const float most = (float)std::min(32767, 2147483647 / (255 * c_.head_channels));
        const auto scales = p_.scales({&m}, most);
        if (p_.int8()) quantise(m, scales, most);
        const Matrix matrix = p_.int8() ? p_.packed_as<int16_t>(m, layout) : p_.packed(m);
        const auto bias = p_.bias("head.output", c_.output_channels, 1, UNLIKELY);
        return {matrix, p_.epilogue({&m}, scales, hidden_scale_, layout.zero_unsigned, bias)};
    }

    Network& n_;
    const Config& c_;
    Packing p_;
    StackPacking stack_;
    float skip_scale_ = 1, hidden_scale_ = 1;  // int8: of the inputs of the head's two products
};

Network::Network(const Config& config, const Tensors& tensors, Precision precision, const Kernels& kernels)
    : config_(checked(config)),
      kernels_(kernels),
      precision_(precision),
      stack_(config),
      conditioning_(config, tensors, kernels.layout[(int)Precision::fp32]) {
    NetworkPacking packing(*this, tensors);
    const auto quality = [&](const char* memory, int64_t bytes) { return kernels.read_bandwidth(memory, bytes, 8); };
    arena_.emplace_back([&](Arena& arena) { packing.fill(arena); }, quality);
    if (layout().whole) arena_.emplace_back([&](Arena& arena) { add_whole(weights_, stack_, layout(), kernels.output[(int)precision], arena); });
}

int Network::kept_classes() const {
    int most = config_.input_kernel_size;
    for (const ContextConfig& context : config_.contexts) most = std::max(most, context.pool);
    return most;
}

}  // namespace wavenet
