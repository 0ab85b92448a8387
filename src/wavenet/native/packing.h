// Tensors of a model folder on their way into an arena: padded, quantised, and in the reading order of an instruction set.
#pragma once
#include <algorithm>
#include <cmath>
#include <cstring>
#include <string>

#include "arena.h"
#include "config.h"

namespace wavenet {

// A dense matrix, row-major, before packing: what quantises and what pads both see it this way. While an arena learns
// its size there are no values, and whatever is made of them does nothing.
struct Dense {
    int outputs, inputs;
    std::vector<float> values;
    float* row(int o) { return values.data() + (size_t)o * (size_t)inputs; }
    const float* row(int o) const { return values.data() + (size_t)o * (size_t)inputs; }
    int rows() const { return values.empty() ? 0 : outputs; }
    Dense(int outputs, int inputs, bool filled) : outputs(outputs), inputs(inputs), values(filled ? (size_t)outputs * (size_t)inputs : 0) {}
};

constexpr float MOST_INT8 = 127.0f;
constexpr int MOST_LISTED = 1 << 16;    // inputs that a sparse matrix can have
constexpr double WORTH_LISTING = 0.75;  // of a matrix's groups: with more of them, it is dense

// int8: of each row, what one step of its weights is worth; rows, which are padded, may run through several matrices.
inline std::vector<float> row_scales(const std::vector<const Dense*>& parts, float most = MOST_INT8) {
    std::vector<float> scales((size_t)parts[0]->outputs, 1);
    for (int o = 0; o < parts[0]->rows(); o++) {
        float lanes[LANES] = {}, largest = 0;  // LANES at a time, which compilers turn into vectors
        for (const Dense* m : parts)
            for (int i = 0; i < m->inputs; i += LANES)
                for (int lane = 0; lane < LANES; lane++) lanes[lane] = std::max(lanes[lane], std::fabs(m->row(o)[i + lane]));
        for (float lane : lanes) largest = std::max(largest, lane);
        if (largest > 0) scales[(size_t)o] = largest / most;
    }
    return scales;
}

// As std::nearbyint, which compilers call for every number, of numbers that are well below 2^22.
inline float nearest(float value) {
    constexpr float WHOLE = 1.5f * (1 << 23);  // near it floats are integers
    return (value + WHOLE) - WHOLE;
}

inline void quantise(Dense& m, const std::vector<float>& scales, float most = MOST_INT8) {
    for (int o = 0; o < m.rows(); o++) {
        float* row = m.row(o);
        const float scale = scales[(size_t)o];
        for (int i = 0; i < m.inputs; i++) row[i] = nearest(std::max(-most, std::min(most, row[i] / scale)));  // in this order a NaN becomes a bound
    }
}

// Where the weights of an output lie in its matrix: those of a group of inputs side by side, the next group a step on.
struct Places {
    int64_t first, step;
    Places(const Matrix& m, const Layout& layout, int output) {
        const int vector = output / LANES, tile = vector / layout.tile * layout.tile;
        first = (((int64_t)tile * m.groups + vector - tile) * LANES + output % LANES) * layout.group;
        step = (int64_t)std::min(layout.tile, m.vectors - tile) * LANES * layout.group;
    }
};

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

    // To be filled, if it has rows.
    Dense blank(int outputs, int inputs) const { return {outputs, inputs, !arena_->sizing()}; }

    // (outputs, inputs) of a tensor (outputs, inputs, taps), at one tap, padded; gated halves are padded apart.
    Dense dense(const std::string& tensor, int outputs, int inputs, int taps = 1, int tap = 0, int halves = 1) const {
        const float* values = tensors_(tensor + ".weight", {halves * outputs, inputs, taps});
        Dense m = blank(halves * padded(outputs), padded(inputs));
        for (int h = 0; m.rows() && h < halves; h++)
            for (int o = 0; o < outputs; o++) {
                const float* from = values + (int64_t)(h * outputs + o) * inputs * taps + tap;
                float* to = m.row(h * padded(outputs) + o);
                for (int i = 0; i < inputs; i++) to[i] = from[(int64_t)i * taps];
            }
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
        if (const Lists lists = int8() ? listed(m, layout) : Lists(); !lists.empty()) return packed_listed<T>(m, layout, lists);
        T* to;
        const Matrix matrix = room(m.outputs, m.inputs, layout, to);
        for (int o = 0; o < m.rows(); o++) {
            const Places at(matrix, layout, o);
            const float* from = m.row(o);
            for (int g = 0; g < matrix.groups; g++)
                for (int j = 0; j < layout.group; j++) convert(*from++, to[at.first + g * at.step + j]);
        }
        return matrix;
    }

    // A tensor (outputs, inputs, taps) of 8 bits, as a matrix of taps · inputs, in 16 bits.
    Matrix packed_whole(const int8_t* values, int outputs, int inputs, int taps) {
        int16_t* to;
        const int width = padded(inputs);
        const Matrix matrix = room(padded(outputs), taps * width, layout_, to);
        for (int o = 0; to && o < outputs; o++) {
            const Places at(matrix, layout_, o);
            for (int k = 0; k < taps; k++) {
                const int8_t* from = values + (int64_t)o * inputs * taps + k;
                int16_t* place = to + at.first + (int64_t)(k * width / layout_.group) * at.step;
                for (int i = 0; i < inputs; i += layout_.group, place += at.step)
                    for (int j = 0; j < std::min(layout_.group, inputs - i); j++) place[j] = from[(int64_t)(i + j) * taps];
            }
        }
        return matrix;
    }

    // Of sums over `parts` (on their grid already), whose inputs have this scale and zero point.
    Epilogue epilogue(const std::vector<const Dense*>& parts, const std::vector<float>& scales, float input_scale, int zero,
                      const std::vector<float>& bias) {
        if (!int8()) return {floats(bias), nullptr, nullptr};
        int32_t* start = arena_->take<int32_t>((int64_t)bias.size());
        std::vector<float> scale(bias.size());
        for (size_t o = 0; o < bias.size(); o++) scale[o] = scales[o] * input_scale;
        for (const Dense* m : parts)
            for (int o = 0; o < m->rows(); o++) {
                int32_t sum = 0;
                for (int i = 0; i < m->inputs; i++) sum += (int32_t)m->row(o)[i];
                start[o] = (int32_t)(start[o] - (int64_t)zero * sum);
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
    using Lists = std::vector<std::vector<int>>;  // of each vector of outputs, the first inputs of groups

    // The groups that are not all zero, in lists as long as the longest one; empty if they would save too little.
    static Lists listed(const Dense& m, const Layout& layout) {
        const auto zero = [&](int vector, int from) {
            for (int o = vector * LANES; o < (vector + 1) * LANES; o++)
                for (int i = from; i < from + layout.group; i++)
                    if (m.row(o)[i] != 0) return false;
            return true;
        };
        Lists lists((size_t)(m.rows() / LANES));
        size_t most = 1;
        for (size_t v = 0; v < lists.size(); v++) {
            for (int from = 0; from < m.inputs; from += layout.group)
                if (!zero((int)v, from)) lists[v].push_back(from);
            most = std::max(most, lists[v].size());
        }
        if (m.inputs > MOST_LISTED || (int64_t)most * layout.group > WORTH_LISTING * m.inputs) return {};
        for (size_t v = 0; v < lists.size(); v++)
            for (int from = 0; lists[v].size() < most; from += layout.group)
                if (zero((int)v, from)) lists[v].push_back(from);
        return lists;
    }

    // A sparse matrix. It fits where the dense one would, whose room was made when there were no values.
    template <typename T> Matrix packed_listed(const Dense& m, const Layout& layout, const Lists& lists) {
        T* to;
        const int groups = (int)lists[0].size();
        Matrix matrix = room(m.outputs, groups * layout.group, layout, to);
        uint16_t* list = arena_->take<uint16_t>((int64_t)matrix.vectors * groups);
        matrix.places = list;
        bytes_ += (int64_t)matrix.vectors * groups * (int64_t)sizeof(uint16_t);
        for (int first = 0; first < matrix.vectors; first += layout.tile)
            for (int g = 0; g < groups; g++)
                for (int v = first; v < std::min(first + layout.tile, matrix.vectors); v++) *list++ = (uint16_t)lists[(size_t)v][(size_t)g];
        for (int o = 0; o < m.rows(); o++) {
            const Places at(matrix, layout, o);
            for (int g = 0; g < groups; g++)
                for (int j = 0; j < layout.group; j++) convert(m.row(o)[lists[(size_t)(o / LANES)][(size_t)g] + j], to[at.first + g * at.step + j]);
        }
        return matrix;
    }

    template <typename T> Matrix room(int outputs, int inputs, const Layout& layout, T*& to) {
        const int64_t count = (int64_t)outputs * inputs;
        bytes_ += count * (int64_t)sizeof(T);
        to = arena_->take<T>(count);
        return {to, outputs / LANES, inputs / layout.group, nullptr, nullptr};
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
