// Tensors of a model folder on their way into an arena: padded, and in the reading order of an instruction set.
#pragma once
#include <algorithm>
#include <cstring>

#include "arena.h"
#include "config.h"

namespace wavenet {

// A dense matrix, row-major, before packing: what quantises and what pads both see it this way.
struct Dense {
    int outputs, inputs;
    std::vector<float> values;
    float& at(int o, int i) { return values[(size_t)o * inputs + i]; }
    Dense(int outputs, int inputs) : outputs(outputs), inputs(inputs), values((size_t)outputs * inputs) {}
};

// What packs one arena. Filling runs twice: for the size, and for the contents.
class Packing {
public:
    explicit Packing(const Tensors& tensors) : tensors_(tensors) {}

protected:
    static std::string name(int l, const char* part) { return "layers." + std::to_string(l) + "." + part; }

    float* floats(const std::vector<float>& values) {
        float* p = arena_->take<float>((int64_t)values.size());
        if (p) std::copy(values.begin(), values.end(), p);
        return p;
    }

    // (outputs, inputs) of a tensor (outputs, inputs, taps), at one tap, padded; gated halves are padded apart.
    Dense dense(const std::string& tensor, int outputs, int inputs, int taps, int tap, int halves = 1) {
        const float* values = tensors_(tensor + ".weight", {halves * outputs, inputs, taps});
        Dense m(halves * padded(outputs), padded(inputs));
        for (int h = 0; h < halves; h++)
            for (int o = 0; o < outputs; o++)
                for (int i = 0; i < inputs; i++)
                    m.at(h * padded(outputs) + o, i) = values[((int64_t)(h * outputs + o) * inputs + i) * taps + tap];
        return m;
    }

    std::vector<float> bias(const std::string& tensor, int outputs, int halves = 1, float fill = 0) {
        const float* values = tensors_(tensor + ".bias", {halves * outputs});
        std::vector<float> b((size_t)halves * padded(outputs), fill);
        for (int h = 0; h < halves; h++)
            for (int o = 0; o < outputs; o++) b[(size_t)h * padded(outputs) + o] = values[h * outputs + o];
        return b;
    }

    static void convert(float value, float& to) { to = value; }
    static void convert(float value, uint16_t& to) { to = bf16(value); }
    static void convert(float value, int8_t& to) { to = (int8_t)value; }
    static void convert(float value, int16_t& to) { to = (int16_t)value; }

    template <typename T> Matrix packed_as(Dense& m, const Layout& layout) {
        const int64_t count = (int64_t)m.outputs * m.inputs;
        bytes_ += count * (int64_t)sizeof(T);
        T* to = arena_->take<T>(count);
        const Matrix matrix = {to, m.outputs / LANES, m.inputs / layout.group};
        if (!to) return matrix;
        int64_t at = 0;
        for (int first = 0; first < matrix.vectors; first += layout.tile)
            for (int g = 0; g < matrix.groups; g++)
                for (int v = first; v < std::min(first + layout.tile, matrix.vectors); v++)
                    for (int lane = 0; lane < LANES; lane++)
                        for (int j = 0; j < layout.group; j++)
                            convert(m.at(v * LANES + lane, g * layout.group + j), to[at++]);
        return matrix;
    }

    const Tensors& tensors_;
    Arena* arena_ = nullptr;
    int64_t bytes_ = 0;   // of all matrices

private:
    static uint16_t bf16(float value) {
        uint32_t b;
        std::memcpy(&b, &value, 4);
        return (uint16_t)((b + 0x7fff + ((b >> 16) & 1)) >> 16);
    }
};

}  // namespace wavenet
