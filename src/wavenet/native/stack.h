// Packs the layers of the network or of a context stack.
#pragma once
#include <deque>

#include "packing.h"

namespace wavenet {

// What a Stack points to.
struct StackStorage {
    std::vector<Layer> layers;
    std::vector<Matrix> taps;  // of all layers
    explicit StackStorage(const StackConfig& c) : layers((size_t)c.layers), taps((size_t)c.layers * (size_t)c.kernel_size) {}
};

class StackPacking {
public:
    // The names of its tensors begin with `prefix`; int8: `input_scales` (L), of the inputs of every layer.
    StackPacking(Packing& packing, const StackConfig& config, std::string prefix, const float* input_scales = nullptr);

    // All but the past taps.
    Stack pack(StackStorage& to);
    // They are read once for many steps, so they lie apart from what every step reads. After `pack`.
    void pack_past_taps();

private:
    std::string name(int l, const char* part) const { return prefix_ + "layers." + std::to_string(l) + "." + part; }
    void layer(StackStorage& to, int l);
    Epilogue dilated(int l, float scale, Matrix* matrices);
    void read_skips();
    Epilogue skip();

    Packing& p_;
    const StackConfig& c_;
    const std::string prefix_;
    const float* input_scales_;
    std::vector<Dense> skips_;  // of all layers
    std::vector<float> skip_scales_;
    std::deque<std::pair<Matrix*, Dense>> past_taps_;
};

}  // namespace wavenet
