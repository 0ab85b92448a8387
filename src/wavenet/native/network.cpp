#include "network.h"

#include <cmath>
#include <deque>

#include "packing.h"

namespace wavenet {

namespace {

constexpr float UNLIKELY = -1e30f;   // logit of a class that is padding

const Config& checked(const Config& config) {
    check(config);
    return config;
}

}  // namespace

// Fills the arena of a network.
class Packer : Packing {
public:
    Packer(Network& n, const Tensors& tensors) : Packing(tensors), n_(n), c_(n.config_), layout_(n.layout()) {
        if (n.precision_ == Precision::int8) {
            calibration_ = tensors("calibration.inputs", {c_.layers});
            skip_scale_ = *tensors("calibration.skip", {1});
            hidden_scale_ = *tensors("calibration.hidden", {1});
        }
    }

    void fill(Arena& arena) {
        arena_ = &arena;
        bytes_ = 0;
        Weights& w = n_.weights_;
        w.layers = c_.layers, w.kernel_size = c_.kernel_size, w.input_kernel_size = c_.input_kernel_size;
        w.classes = c_.quantization_channels, w.kept_classes = c_.input_kernel_size;
        for (const ContextConfig& context : c_.contexts) w.kept_classes = std::max(w.kept_classes, context.pool);
        w.R = padded(c_.residual_channels), w.D = padded(c_.dilation_channels), w.S = padded(c_.skip_channels);
        w.H = padded(c_.head_channels), w.Q = padded(c_.quantization_channels);
        skips_.clear();
        pasts_.clear();
        embedding();
        w.layer = n_.layers_.data();
        skip_scales();
        for (int l = 0; l < c_.layers; l++) layer(l);
        skip();
        head();
        for (auto& [matrix, values] : pasts_) *matrix = packed(values);
        n_.weight_bytes_ = bytes_;
    }

private:
    bool int8() const { return n_.precision_ == Precision::int8; }

    // int8: of each row, what one step of its weights is worth; rows may run through several matrices.
    static std::vector<float> row_scales(const std::vector<const Dense*>& parts, float most = 127.0f) {
        std::vector<float> scales((size_t)parts[0]->outputs, 0);
        for (const Dense* m : parts)
            for (int o = 0; o < m->outputs; o++)
                for (int i = 0; i < m->inputs; i++)
                    scales[(size_t)o] = std::max(scales[(size_t)o], std::fabs(m->values[(size_t)o * m->inputs + i]));
        for (float& s : scales) s = s > 0 ? s / most : 1.0f;
        return scales;
    }

    static void quantise(Dense& m, const std::vector<float>& scales, float most = 127.0f) {
        for (int o = 0; o < m.outputs; o++)
            for (int i = 0; i < m.inputs; i++)
                // in this order a NaN becomes a bound
                m.at(o, i) = std::max(-most, std::min(most, std::nearbyint(m.at(o, i) / scales[(size_t)o])));
    }

    // Weights of one matrix in the reading order of the instruction set.
    Matrix pack(Dense& m, const std::vector<float>& scales) {
        if (int8()) quantise(m, scales);
        return packed(m);
    }

    Matrix packed(Dense& m) {
        if (int8()) return packed_as<int8_t>(m, layout_);
        return n_.precision_ == Precision::fp32 ? packed_as<float>(m, layout_) : packed_as<uint16_t>(m, layout_);
    }

    // Start, scale and bias of sums over `parts` (already quantised), whose inputs have this scale and zero point.
    Linear around(const std::vector<const Dense*>& parts, const std::vector<float>& scales, float input_scale, int zero,
                  const std::vector<float>& bias) {
        Linear linear{};
        if (!int8()) {
            linear.start = floats(bias);
            return linear;
        }
        int32_t* start = arena_->take<int32_t>((int64_t)bias.size());
        std::vector<float> scale(bias.size());
        for (size_t o = 0; o < bias.size(); o++) {
            double sum = 0;
            for (const Dense* m : parts)
                for (int i = 0; i < m->inputs; i++) sum += m->values[o * m->inputs + i];
            if (start) start[o] = (int32_t)(-zero * sum);
            scale[o] = scales[o] * input_scale;
        }
        linear.start = start;
        linear.scale = floats(scale);
        linear.bias = floats(bias);
        return linear;
    }

    Linear linear(const std::string& tensor, int outputs, int inputs, float input_scale, int zero) {
        Dense m = dense(tensor, outputs, inputs, 1, 0);
        const auto scales = int8() ? row_scales({&m}) : std::vector<float>();
        const Matrix matrix = pack(m, scales);
        Linear result = around({&m}, scales, input_scale, zero, bias(tensor, outputs));
        result.matrix = matrix;
        return result;
    }

    // The last layer: in an int8 network its weights are as wide as their sums in int32 allow, up to 16 bits.
    Linear output() {
        Dense m = dense("head.output", c_.quantization_channels, c_.head_channels, 1, 0);
        const Layout& layout = n_.kernels_.output[(int)n_.precision_];
        const float most = (float)std::min(32767, 2147483647 / (255 * c_.head_channels));
        const auto scales = int8() ? row_scales({&m}, most) : std::vector<float>();
        if (int8()) quantise(m, scales, most);
        const Matrix matrix = int8() ? packed_as<int16_t>(m, layout) : pack(m, scales);
        Linear result = around({&m}, scales, hidden_scale_, layout.zero_unsigned,
                               bias("head.output", c_.quantization_channels, 1, UNLIKELY));
        result.matrix = matrix;
        return result;
    }

    void embedding() {
        Weights& w = n_.weights_;
        const int K = c_.input_kernel_size, Q = c_.quantization_channels, R = c_.residual_channels;
        float* table = arena_->take<float>((int64_t)K * Q * w.R);
        const float* values = tensors_("input.weight", {R, Q, K});
        for (int k = 0; table && k < K; k++)
            for (int q = 0; q < Q; q++)
                for (int r = 0; r < R; r++) table[((int64_t)k * Q + q) * w.R + r] = values[((int64_t)r * Q + q) * K + k];
        w.embedding = table;
        w.input_bias = floats(bias("input", R));
    }

    // In the order in which a step reads: the tap of the present, the skips of the layer before, the residual.
    void layer(int l) {
        Layer& layer = n_.layers_[(size_t)l];
        const float scale = int8() ? calibration_[l] : 1.0f;
        layer.dilation = c_.dilations[(size_t)l];
        layer.inverse_scale = 1.0f / scale;
        std::vector<Dense> taps;
        std::vector<const Dense*> parts;
        for (int k = 0; k < c_.kernel_size; k++)
            taps.push_back(dense(name(l, "dilated"), c_.dilation_channels, c_.residual_channels, c_.kernel_size, k, 2));
        for (const Dense& tap : taps) parts.push_back(&tap);
        const auto scales = int8() ? row_scales(parts) : std::vector<float>();
        Matrix* matrices = n_.taps_.data() + (size_t)l * c_.kernel_size;
        matrices[c_.kernel_size - 1] = pack(taps.back(), scales);
        for (int k = 0; k + 1 < c_.kernel_size; k++) {
            if (int8()) quantise(taps[(size_t)k], scales);
            pasts_.push_back({&matrices[k], std::move(taps[(size_t)k])});
            parts[(size_t)k] = &pasts_.back().second;
        }
        layer.taps = matrices;
        layer.dilated = around(parts, scales, scale, layout_.zero_signed, bias(name(l, "dilated"), c_.dilation_channels, 2));
        if (l) n_.layers_[(size_t)l - 1].skip = pack(skips_[(size_t)l - 1], skip_scales_);
        if (l + 1 < c_.layers)
            layer.residual = linear(name(l, "residual"), c_.residual_channels, c_.dilation_channels, 1.0f / 127.0f,
                                    layout_.zero_signed);
        else layer.skip = pack(skips_[(size_t)l], skip_scales_);
    }

    // The skips of all layers add up as integers, so their rows share one scale.
    void skip_scales() {
        std::vector<const Dense*> parts;
        for (int l = 0; l < c_.layers; l++) skips_.push_back(dense(name(l, "skip"), c_.skip_channels, c_.dilation_channels, 1, 0));
        for (const Dense& m : skips_) parts.push_back(&m);
        skip_scales_ = int8() ? row_scales(parts) : std::vector<float>();
    }

    void skip() {
        std::vector<float> total((size_t)n_.weights_.S, 0);
        for (int l = 0; l < c_.layers; l++) {
            const auto b = bias(name(l, "skip"), c_.skip_channels);
            for (size_t o = 0; o < b.size(); o++) total[o] += b[o];
        }
        std::vector<const Dense*> parts;
        for (const Dense& m : skips_) parts.push_back(&m);
        n_.weights_.skip = around(parts, skip_scales_, 1.0f / 127.0f, layout_.zero_signed, total);
    }

    void head() {
        Weights& w = n_.weights_;
        w.skip_inverse_scale = 1.0f / skip_scale_;
        w.hidden_inverse_scale = 1.0f / hidden_scale_;
        w.hidden = linear("head.hidden", c_.head_channels, c_.skip_channels, skip_scale_, layout_.zero_unsigned);
        w.output = output();
    }

    Network& n_;
    const Config& c_;
    const Layout layout_;
    const float* calibration_ = nullptr;
    float skip_scale_ = 1, hidden_scale_ = 1;
    std::vector<float> skip_scales_;
    std::vector<Dense> skips_;
    std::deque<std::pair<Matrix*, Dense>> pasts_;   // taps that are read once for many steps: they lie apart
};

Network::Network(const Config& config, const Tensors& tensors, Precision precision, const Kernels& kernels)
    : config_(checked(config)), kernels_(kernels), precision_(precision),
      layers_((size_t)config.layers), taps_((size_t)config.layers * (size_t)config.kernel_size),
      conditions_(config, tensors, kernels.layout[(int)Precision::fp32]) {
    Packer packer(*this, tensors);
    const auto quality = [&](const char* memory, int64_t bytes) { return kernels.read_bandwidth(memory, bytes, 8); };
    arena_.emplace_back([&](Arena& arena) { packer.fill(arena); }, quality);
}

}  // namespace wavenet
