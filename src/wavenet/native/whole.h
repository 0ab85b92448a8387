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

// Of all matrices of an int8 network but the last, which is of 16 bits.
inline void add_whole(Weights& n, StackStorage& storage, const Layout& layout, Arena& arena) {
    for (Matrix& tap : storage.taps) add_whole(tap, n.stack.R, layout, arena);
    for (Layer& layer : storage.layers) {
        add_whole(layer.skip, n.stack.D, layout, arena);
        add_whole(layer.residual.matrix, n.stack.D, layout, arena);  // the last layer has none
    }
    add_whole(n.hidden.matrix, n.stack.S, layout, arena);
}

}  // namespace wavenet
