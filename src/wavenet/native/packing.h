// Tensors of a model folder on their way into an arena: padded, quantised, and in the reading order of an instruction set.
#pragma once
#include <algorithm>
#include <cmath>
#include <cstring>
#include <string>

#include "arena.h"
#include "config.h"

namespace wavenet {

// A dense matrix, row-major, before packing: what quantises and what pads both see it this way.
struct Dense {
    int outputs, inputs;
    std::vector<float> values;
    float& at(int o, int i) { return values[(size_t)o * (size_t)inputs + (size_t)i]; }
    float at(int o, int i) const { return values[(size_t)o * (size_t)inputs + (size_t)i]; }
    Dense(int outputs, int inputs) : outputs(outputs), inputs(inputs), values((size_t)outputs * (size_t)inputs) {}
};

constexpr float MOST_INT8 = 127.0f;
constexpr int MOST_LISTED = 1 << 16;    // inputs that a sparse matrix can have
constexpr double WORTH_LISTING = 0.75;  // of a matrix's groups: with more of them, it is dense

// int8: of each row, what one step of its weights is worth; rows may run through several matrices.
inline std::vector<float> row_scales(const std::vector<const Dense*>& parts, float most = MOST_INT8) {
    std::vector<float> scales((size_t)parts[0]->outputs, 0);
    for (const Dense* m : parts)
        for (int o = 0; o < m->outputs; o++)
            for (int i = 0; i < m->inputs; i++) scales[(size_t)o] = std::max(scales[(size_t)o], std::fabs(m->at(o, i)));
    for (float& s : scales) s = s > 0 ? s / most : 1.0f;
    return scales;
}

inline void quantise(Dense& m, const std::vector<float>& scales, float most = MOST_INT8) {
    for (int o = 0; o < m.outputs; o++)
        for (int i = 0; i < m.inputs; i++)
            // in this order a NaN becomes a bound
            m.at(o, i) = std::max(-most, std::min(most, std::nearbyint(m.at(o, i) / scales[(size_t)o])));
}

// Packs the matrices of one precision into one arena. Filling runs twice: for the size, and for the contents.
class Packing {
public:
    Packing(const Tensors& tensors, Precision precision, const Layout& layout) : tensors_(tensors), precision_(precision), layout_(layout) {}

    void begin(Arena& arena) {
        arena_ = &arena;
        bytes_ = 0;
    }

    const Tensors& tensors() const { return tensors_; }
    const Layout& layout() const { return layout_; }
    Arena& arena() { return *arena_; }
    bool int8() const { return precision_ == Precision::int8; }
    int64_t bytes() const { return bytes_; }  // of all matrices

    // (outputs, inputs) of a tensor (outputs, inputs, taps), at one tap, padded; gated halves are padded apart.
    Dense dense(const std::string& tensor, int outputs, int inputs, int taps = 1, int tap = 0, int halves = 1) const {
        const float* values = tensors_(tensor + ".weight", {halves * outputs, inputs, taps});
        Dense m(halves * padded(outputs), padded(inputs));
        for (int h = 0; h < halves; h++)
            for (int o = 0; o < outputs; o++)
                for (int i = 0; i < inputs; i++) m.at(h * padded(outputs) + o, i) = values[((int64_t)(h * outputs + o) * inputs + i) * taps + tap];
        return m;
    }

    std::vector<float> bias(const std::string& tensor, int outputs, int halves = 1, float fill = 0) const {
        const float* values = tensors_(tensor + ".bias", {halves * outputs});
        std::vector<float> b((size_t)halves * (size_t)padded(outputs), fill);
        for (int h = 0; h < halves; h++)
            for (int o = 0; o < outputs; o++) b[(size_t)h * (size_t)padded(outputs) + (size_t)o] = values[h * outputs + o];
        return b;
    }

    float* floats(const std::vector<float>& values) {
        float* p = arena_->take<float>((int64_t)values.size());
        if (p) std::copy(values.begin(), values.end(), p);
        return p;
    }

    // None where nothing is quantised.
    std::vector<float> scales(const std::vector<const Dense*>& parts, float most = MOST_INT8) const {
        return int8() ? row_scales(parts, most) : std::vector<float>();
    }

    // A matrix whose values are on their grid already.
    Matrix packed(const Dense& m) {
        if (int8()) return packed_as<int8_t>(m, layout_);
        return precision_ == Precision::fp32 ? packed_as<float>(m, layout_) : packed_as<uint16_t>(m, layout_);
    }

    Matrix quantised(Dense& m, const std::vector<float>& scales) {
        if (int8()) quantise(m, scales);
        return packed(m);
    }

    template <typename T> Matrix packed_as(const Dense& m, const Layout& layout) {
        const auto places = int8() ? sparse_places(m, layout.group) : Places();
        const int vectors = m.outputs / LANES, all = m.inputs / layout.group, groups = places.empty() ? all : (int)places[0].size();
        const int64_t listed = (int64_t)vectors * groups, count = listed * LANES * layout.group;
        bytes_ += count * (int64_t)sizeof(T);
        T* weights = arena_->take<T>(count);
        uint16_t* list = places.empty() ? nullptr : arena_->take<uint16_t>(listed);
        const Matrix matrix = {weights, vectors, groups, list};
        for (int first = 0; weights && first < vectors; first += layout.tile)
            for (int g = 0; g < groups; g++)
                for (int v = first; v < std::min(first + layout.tile, vectors); v++) {
                    const int from = list ? places[(size_t)v][(size_t)g] : g * layout.group;
                    if (list) *list++ = (uint16_t)from;
                    for (int lane = 0; lane < LANES; lane++)
                        for (int j = 0; j < layout.group; j++) convert(m.at(v * LANES + lane, from + j), *weights++);
                }
        return matrix;
    }

    // Of sums over `parts` (on their grid already), whose inputs have this scale and zero point.
    Epilogue epilogue(const std::vector<const Dense*>& parts, const std::vector<float>& scales, float input_scale, int zero,
                      const std::vector<float>& bias) {
        if (!int8()) return {floats(bias), nullptr, nullptr};
        int32_t* start = arena_->take<int32_t>((int64_t)bias.size());
        std::vector<float> scale(bias.size());
        for (size_t o = 0; o < bias.size(); o++) {
            double sum = 0;
            for (const Dense* m : parts)
                for (int i = 0; i < m->inputs; i++) sum += m->at((int)o, i);
            if (start) start[o] = (int32_t)(-zero * sum);
            scale[o] = scales[o] * input_scale;
        }
        const float* scale_there = floats(scale);
        return {start, scale_there, floats(bias)};
    }

    Linear linear(const std::string& tensor, int outputs, int inputs, float input_scale, int zero) {
        Dense m = dense(tensor, outputs, inputs);
        const auto row = scales({&m});
        const Matrix matrix = quantised(m, row);
        return {matrix, epilogue({&m}, row, input_scale, zero, bias(tensor, outputs))};
    }

private:
    using Places = std::vector<std::vector<int>>;

    // Of each vector, the first inputs of the groups that are not all zero; each list as long as the longest. Empty if
    // that saves too little.
    static Places sparse_places(const Dense& m, int group) {
        const auto zero = [&](int v, int from) {
            for (int o = v * LANES; o < (v + 1) * LANES; o++)
                for (int i = from; i < from + group; i++)
                    if (m.at(o, i) != 0) return false;
            return true;
        };
        Places places((size_t)(m.outputs / LANES));
        size_t most = 1;
        for (size_t v = 0; v < places.size(); v++) {
            for (int from = 0; from < m.inputs; from += group)
                if (!zero((int)v, from)) places[v].push_back(from);
            most = std::max(most, places[v].size());
        }
        if (m.inputs > MOST_LISTED || (int64_t)most * group > WORTH_LISTING * m.inputs) return {};
        for (auto& each : places)
            for (int from = 0; each.size() < most; from += group)
                if (zero((int)(&each - places.data()), from)) each.push_back(from);
        return places;
    }

    static void convert(float value, float& to) { to = value; }
    static void convert(float value, uint16_t& to) { to = bf16(value); }
    static void convert(float value, int8_t& to) { to = (int8_t)value; }
    static void convert(float value, int16_t& to) { to = (int16_t)value; }

    static uint16_t bf16(float value) {
        uint32_t b;
        std::memcpy(&b, &value, 4);
        return (uint16_t)((b + 0x7fff + ((b >> 16) & 1)) >> 16);
    }

    const Tensors& tensors_;
    const Precision precision_;
    const Layout layout_;
    Arena* arena_ = nullptr;
    int64_t bytes_ = 0;
};

}  // namespace wavenet
