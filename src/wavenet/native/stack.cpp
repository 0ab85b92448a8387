#include "stack.h"

namespace wavenet {

namespace {

constexpr float Z_SCALE = 1.0f / 127.0f;  // int8: of z, which lies between -1 and 1

std::vector<const Dense*> pointers(const std::vector<Dense>& matrices) {
    std::vector<const Dense*> all;
    for (const Dense& m : matrices) all.push_back(&m);
    return all;
}

}  // namespace

StackPacking::StackPacking(Packing& packing, const StackConfig& config, std::string prefix, const float* input_scales)
    : p_(packing), c_(config), prefix_(std::move(prefix)), input_scales_(input_scales) {}

Stack StackPacking::pack(StackStorage& to) {
    past_taps_.clear();
    read_skips();
    for (int l = 0; l < c_.layers; l++) layer(to, l);
    Stack stack{};
    stack.layers = c_.layers, stack.kernel_size = c_.kernel_size;
    stack.R = padded(c_.residual_channels), stack.D = padded(c_.dilation_channels), stack.S = padded(c_.skip_channels);
    stack.layer = to.layers.data();
    stack.skip = skip();
    return stack;
}

void StackPacking::pack_past_taps() {
    for (auto& [matrix, values] : past_taps_) *matrix = p_.packed(values);
}

// In the order in which a step reads: the tap of the present, the skips of the layer before, the residual.
void StackPacking::layer(StackStorage& to, int l) {
    Layer& layer = to.layers[(size_t)l];
    Matrix* taps = to.taps.data() + (size_t)l * (size_t)c_.kernel_size;
    const float scale = input_scales_ ? input_scales_[l] : 1.0f;
    layer.dilation = c_.dilations[(size_t)l];
    layer.inverse_scale = 1.0f / scale;
    layer.taps = taps;
    layer.dilated = dilated(l, scale, taps);
    if (l) to.layers[(size_t)l - 1].skip = p_.quantised(skips_[(size_t)l - 1], skip_scales_);
    if (l + 1 < c_.layers)
        layer.residual = p_.linear(name(l, "residual"), c_.residual_channels, c_.dilation_channels, Z_SCALE, p_.layout().zero_signed);
    else layer.skip = p_.quantised(skips_[(size_t)l], skip_scales_);
}

// Packs the tap of the present, and keeps the others.
Epilogue StackPacking::dilated(int l, float scale, Matrix* matrices) {
    const int K = c_.kernel_size;
    const std::string tensor = name(l, "dilated");
    std::vector<Dense> taps;
    for (int k = 0; k < K; k++) taps.push_back(p_.dense(tensor, c_.dilation_channels, c_.residual_channels, K, k, 2));
    std::vector<const Dense*> parts = pointers(taps);
    const auto scales = p_.scales(parts);
    matrices[K - 1] = p_.quantised(taps.back(), scales);
    for (int k = 0; k + 1 < K; k++) {
        if (p_.int8()) quantise(taps[(size_t)k], scales);
        past_taps_.push_back({&matrices[k], std::move(taps[(size_t)k])});
        parts[(size_t)k] = &past_taps_.back().second;
    }
    return p_.epilogue(parts, scales, scale, p_.layout().zero_signed, p_.bias(tensor, c_.dilation_channels, 2));
}

// The skips of all layers add up as integers, so their rows share one scale.
void StackPacking::read_skips() {
    skips_.clear();
    for (int l = 0; l < c_.layers; l++) skips_.push_back(p_.dense(name(l, "skip"), c_.skip_channels, c_.dilation_channels));
    skip_scales_ = p_.scales(pointers(skips_));
}

Epilogue StackPacking::skip() {
    std::vector<float> total((size_t)padded(c_.skip_channels));
    for (int l = 0; l < c_.layers; l++) {
        const auto b = p_.bias(name(l, "skip"), c_.skip_channels);
        for (size_t o = 0; o < b.size(); o++) total[o] += b[o];
    }
    return p_.epilogue(pointers(skips_), skip_scales_, Z_SCALE, p_.layout().zero_signed, total);
}

}  // namespace wavenet
