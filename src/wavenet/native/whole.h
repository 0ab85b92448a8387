// Sparse matrices once more, with all their zeros: matrix units multiply those in less time than the others alone.
#pragma once
#include "stack.h"

namespace wavenet {

// Makes Matrix::whole of a sparse int8 matrix with so many inputs; of a dense one, nothing.
inline void add_whole(Matrix& m, int inputs, const Layout& layout, Arena& arena) {
    if (!m.places) return;
    int8_t* to = arena.take<int8_t>((int64_t)m.vectors * LANES * inputs);
    m.whole = to;
    if (!to) return;
    const Matrix dense = {to, m.vectors, inputs / layout.group, nullptr, nullptr};
    const int64_t size = LANES * layout.group;  // of a group of one vector
    for (int v = 0; v < m.vectors; v++) {
        const Places listed(m, layout, v * LANES), all(dense, layout, v * LANES);
        for (int g = 0; g < m.groups; g++) {
            const int64_t from = listed.first + g * listed.step;
            const int group = m.places[from / size] / layout.group;
            std::memcpy(to + all.first + group * all.step, (const int8_t*)m.weights + from, (size_t)size);
        }
    }
}

// Makes Matrix::whole of the last layer, whose weights have 16 bits: all upper bytes in the order of int8, then all lower ones.
inline void add_bytes(Matrix& m, int inputs, const Layout& wide, const Layout& narrow, Arena& arena) {
    const int64_t size = (int64_t)m.vectors * LANES * inputs, group = LANES * wide.group;
    uint8_t* upper = arena.take<uint8_t>(2 * size);
    m.whole = upper;
    if (!upper) return;
    uint8_t* lower = upper + size;
    const auto* weights = (const int16_t*)m.weights;
    const Matrix bytes = {upper, m.vectors, inputs / narrow.group, nullptr, nullptr};
    for (int o = 0; o < m.vectors * LANES; o++) {
        const Places from(m, wide, o), to(bytes, narrow, o);
        for (int g = 0; g < m.groups; g++)
            for (int j = 0; j < wide.group; j++) {
                const int64_t at = from.first + g * from.step;
                const int input = (m.places ? m.places[at / group] : g * wide.group) + j;
                const int64_t place = to.first + input / narrow.group * to.step + input % narrow.group;
                upper[place] = (uint8_t)(weights[at + j] >> 8), lower[place] = (uint8_t)weights[at + j];
            }
    }
}

// Of all matrices of an int8 network.
inline void add_whole(Weights& n, StackStorage& storage, const Layout& layout, const Layout& last, Arena& arena) {
    add_bytes(n.output.matrix, n.H, last, layout, arena);
    for (Matrix& tap : storage.taps) add_whole(tap, n.stack.R, layout, arena);
    for (Layer& layer : storage.layers) {
        add_whole(layer.skip, n.stack.D, layout, arena);
        add_whole(layer.residual.matrix, n.stack.D, layout, arena);  // the last layer has none
    }
    add_whole(n.hidden.matrix, n.stack.S, layout, arena);
}

}  // namespace wavenet
