// Many (stream, time) pairs at once: batches and scoring.
#pragma once
#include "step.h"

namespace {

template <class P> struct Rows {
    const typename P::Input* x[MAX_COLUMNS];
    const typename P::Scalar* start[MAX_COLUMNS];
    typename P::Scalar* out[MAX_COLUMNS];
    int columns;
    void inputs(const char* base, int64_t width) {
        for (int c = 0; c < columns; c++) x[c] = (const typename P::Input*)base + c * width;
    }
    void outputs(char* base, int64_t width) {
        for (int c = 0; c < columns; c++) out[c] = (typename P::Scalar*)base + c * width;
    }
    template <class Shape> INLINE void past(const Shape& d, const Column* column, int l, int64_t back) {
        for (int c = 0; c < columns; c++) x[c] = row<P>(d, column[c].stream->past.ring[l], column[c].offset - back);
    }
    void starts(const Epilogue& same) {
        for (int c = 0; c < columns; c++) start[c] = start_of<P>(same);
    }
    void go_on() {
        for (int c = 0; c < columns; c++) start[c] = out[c];
    }
    INLINE void run(const Matrix& m, int outputs, int inputs) { product<P>(m, outputs, inputs, x, start, out, columns); }
};

// Sums of the dilated convolution. The newest inputs are in their rings: `newest`.
template <class P, class Shape>
INLINE void dilated(const Stack& n, const Shape& d, int l, const Column* column, const typename P::Input* const* newest, Rows<P>& rows,
                    StackScratch& s) {
    constexpr int G = P::layout.group;
    const Layer& layer = n.layer[l];
    rows.starts(layer.dilated);
    rows.outputs(s.sums, 2 * d.D);
    int k = 0;
    for (; k + 2 < n.kernel_size; k++) {
        rows.past(d, column, l, (n.kernel_size - 1 - k) * layer.dilation);
        rows.run(layer.taps[k], 2 * d.D, d.R);
        rows.go_on();
    }
    if (n.kernel_size > 1) {
        rows.past(d, column, l, layer.dilation);
        product<P>({{&layer.taps[k], d.R / G, rows.x}, {&layer.taps[k + 1], d.R / G, newest}}, 2 * d.D, rows.start, rows.out, rows.columns);
    } else product<P>(layer.taps[0], 2 * d.D, d.R, newest, rows.start, rows.out, rows.columns);
}

// From the skip sums of every column to its logits.
template <class P, class Shape> INLINE void pass_head(const Weights& n, const Shape& d, Rows<P>& rows, Scratch& s) {
    using Scalar = typename P::Scalar;
    using Output = typename P::Output;
    const int64_t width = d.S > d.H ? d.S : d.H, head = d.H > d.Q ? d.H : d.Q;
    auto* inputs = (typename P::Input*)s.head.inputs;
    auto* hidden = (typename Output::Input*)s.head.inputs;
    auto* sums = (Scalar*)s.head.sums;
    for (int c = 0; c < rows.columns; c++)
        relu<P, P>(n.stack.skip, (const Scalar*)s.stack.skip + c * d.S, n.skip_inverse_scale, d.S, inputs + c * width);
    rows.inputs(s.head.inputs, width);
    rows.starts(n.hidden.epilogue);
    rows.outputs(s.head.sums, head);
    rows.run(n.hidden.matrix, d.H, d.S);
    Rows<Output> last;
    last.columns = rows.columns;
    for (int c = 0; c < rows.columns; c++) relu<P, Output>(n.hidden.epilogue, sums + c * head, n.hidden_inverse_scale, d.H, hidden + c * width);
    last.inputs(s.head.inputs, width);
    last.starts(n.output.epilogue);
    last.outputs(s.head.sums, head);
    last.run(n.output.matrix, d.Q, d.H);
    for (int c = 0; c < rows.columns; c++) logits_of<P>(n, d, sums + c * head, s.head.logits + (int64_t)c * d.Q);
}

// Every stream moves on by the columns that it has, of which the last tells how many they are.
INLINE void advance_streams(const Stack& n, const Column* column, int columns) {
    for (int c = 0; c < columns; c++) {
        if (c + 1 < columns && column[c + 1].stream == column[c].stream) continue;
        Past& past = column[c].stream->past;
        const int steps = column[c].offset + 1;
        for (int l = 0; l < n.layers; l++) advance(past.ring[l], steps);
        past.time += steps;
    }
}

// The columns' z of a layer; those of two layers are kept.
template <class P, class Shape> INLINE typename P::Input* z_of(const Shape& d, int l, int columns, StackScratch& s) {
    return (typename P::Input*)s.z + (int64_t)(l % 2) * columns * d.D;
}

template <class P, class Shape> INLINE void gates(const Shape& d, const Layer& layer, int l, const Column* column, int columns, StackScratch& s) {
    auto* z = z_of<P>(d, l, columns, s);
    for (int c = 0; c < columns; c++) {
        const float* condition = column[c].condition;
        gate<P>(d, layer, (const typename P::Scalar*)s.sums + (int64_t)c * 2 * d.D, condition ? condition + (int64_t)l * 2 * d.D : nullptr,
                z + (int64_t)c * d.D);
    }
}

// Adds the skips of two layers at a time: sums that are read and written half as often. Of an even layer, nothing,
// unless it is the last.
template <class P, class Shape> INLINE void add_skips(const Stack& n, const Shape& d, int l, Rows<P>& rows, StackScratch& s) {
    if (l % 2 == 0 && l + 1 < n.layers) return;
    constexpr int G = P::layout.group;
    rows.outputs(s.skip, d.S);
    if (l > 1) rows.go_on();
    else rows.starts(n.skip);
    if (l % 2 == 0) return rows.run(n.layer[l].skip, d.S, d.D);
    const typename P::Input* before[MAX_COLUMNS];
    for (int c = 0; c < rows.columns; c++) before[c] = z_of<P>(d, l - 1, rows.columns, s) + (int64_t)c * d.D;
    product<P>({{&n.layer[l - 1].skip, d.D / G, before}, {&n.layer[l].skip, d.D / G, rows.x}}, d.S, rows.start, rows.out, rows.columns);
}

// The residual stream as layer l's newest inputs, into their rings.
template <class P, class Shape>
INLINE void put_newest(const Stack& n, const Shape& d, int l, const Column* column, int columns, typename P::Input** newest, StackScratch& s) {
    const Layer& layer = n.layer[l];
    for (int c = 0; c < columns; c++) {
        float* x = s.x + (int64_t)c * d.R;
        newest[c] = row<P>(d, column[c].stream->past.ring[l], column[c].offset);
        if (l) add_residual<P>(d, n.layer[l - 1], (const typename P::Scalar*)s.residual + (int64_t)c * d.R, x);
        put_row<P>(d, layer, x, newest[c]);
        if (l + 1 == n.layers) continue;
        // the rings of many streams are more than a cache holds
        const Ring& next = column[c].stream->past.ring[l + 1];
        __builtin_prefetch(row<P>(d, next, column[c].offset), 1);
        __builtin_prefetch(row<P>(d, next, column[c].offset - n.layer[l + 1].dilation));
    }
}

// All layers; with `skips`, also the sums of their skips.
template <class P, class Shape>
INLINE void pass_layers(const Stack& n, const Shape& d, const Column* column, Rows<P>& rows, bool skips, StackScratch& s) {
    typename P::Input* newest[MAX_COLUMNS];
    for (int l = 0; l < n.layers; l++) {
        const Layer& layer = n.layer[l];
        put_newest<P>(n, d, l, column, rows.columns, newest, s);
        dilated<P>(n, d, l, column, newest, rows, s);
        gates<P>(d, layer, l, column, rows.columns, s);
        rows.inputs((const char*)z_of<P>(d, l, rows.columns, s), d.D);
        if (skips) add_skips<P>(n, d, l, rows, s);
        if (l + 1 == n.layers) break;
        rows.starts(layer.residual.epilogue);
        rows.outputs(s.residual, d.R);
        rows.run(layer.residual.matrix, d.R, d.D);
    }
}

// The sums of the skips of every column, in their place.
template <class P, class Shape> INLINE void skips_of(const Stack& n, const Shape& d, int columns, StackScratch& s) {
    for (int c = 0; c < columns; c++) {
        char* row = s.skip + (int64_t)c * d.S * (int64_t)sizeof(float);
        for (int i = 0; i < d.S; i += LANES) store((float*)row + i, result<P>((const typename P::Scalar*)row, n.skip, i));
    }
}

template <class P, class Shape> void pass(const Weights& n, const Column* column, int columns, Wanted wanted, Scratch& s) {
    const Shape d(n);
    const typename P::Ready ready;
    Rows<P> rows;
    rows.columns = columns;
    for (int c = 0; c < columns; c++) embed(n, d, column[c].stream->classes.convolved + column[c].offset, s.stack.x + (int64_t)c * d.R);
    pass_layers<P>(n.stack, d, column, rows, wanted != Wanted::nothing, s.stack);
    advance_streams(n.stack, column, columns);
    if (wanted == Wanted::skips) skips_of<P>(n.stack, d, columns, s.stack);
    if (wanted == Wanted::logits) pass_head<P>(n, d, rows, s);
}

}  // namespace
