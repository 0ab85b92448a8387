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
    void starts(const void* same) {
        for (int c = 0; c < columns; c++) start[c] = (const typename P::Scalar*)same;
    }
    void go_on() {
        for (int c = 0; c < columns; c++) start[c] = out[c];
    }
    INLINE void run(const Matrix& m, int outputs, int inputs) { product<P>(m, outputs, inputs, x, start, out, columns); }
};

template <class P, class Shape> INLINE void dilated(const Weights& n, const Shape& d, int l, const Column* column, Rows<P>& rows, Scratch& s) {
    const Layer& layer = n.layer[l];
    for (int c = 0; c < rows.columns; c++)
        put_row<P>(d, layer, s.x + (int64_t)c * d.R, row<P>(d, column[c].stream->ring[l], column[c].offset));
    rows.starts(layer.dilated.start);
    rows.outputs(s.sums, 2 * d.D);
    for (int k = 0; k < n.kernel_size; k++) {
        const int64_t back = (n.kernel_size - 1 - k) * layer.dilation;
        for (int c = 0; c < rows.columns; c++) rows.x[c] = row<P>(d, column[c].stream->ring[l], column[c].offset - back);
        rows.run(layer.taps[k], 2 * d.D, d.R);
        rows.go_on();
    }
}

// From the skip sums of every column to its logits.
template <class P, class Shape> INLINE void pass_head(const Weights& n, const Shape& d, Rows<P>& rows, Scratch& s) {
    using Scalar = typename P::Scalar;
    using Output = typename P::Output;
    const int64_t width = d.S > d.H ? d.S : d.H, head = d.H > d.Q ? d.H : d.Q;
    auto* inputs = (typename P::Input*)s.hidden;
    auto* outputs = (typename Output::Input*)s.hidden;
    auto* sums = (Scalar*)s.head;
    for (int c = 0; c < rows.columns; c++)
        relu<P, P>(n.skip, (const Scalar*)s.skip + c * d.S, n.skip_inverse_scale, d.S, inputs + c * width);
    rows.inputs(s.hidden, width);
    rows.starts(n.hidden.start);
    rows.outputs(s.head, head);
    rows.run(n.hidden.matrix, d.H, d.S);
    Rows<Output> last;
    last.columns = rows.columns;
    for (int c = 0; c < rows.columns; c++)
        relu<P, Output>(n.hidden, sums + c * head, n.hidden_inverse_scale, d.H, outputs + c * width);
    last.inputs(s.hidden, width);
    last.starts(n.output.start);
    last.outputs(s.head, head);
    last.run(n.output.matrix, d.Q, d.H);
    for (int c = 0; c < rows.columns; c++) logits_of<P>(n, d, sums + c * head, s.logits + (int64_t)c * d.Q);
}

template <class P, class Shape> void pass(const Weights& n, const Column* column, int columns, bool logits, Scratch& s) {
    const Shape d(n);
    using Scalar = typename P::Scalar;
    using Input = typename P::Input;
    Rows<P> rows;
    rows.columns = columns;
    for (int c = 0; c < columns; c++) embed(n, d, column[c].classes, s.x + (int64_t)c * d.R);
    for (int l = 0; l < n.layers; l++) {
        const Layer& layer = n.layer[l];
        dilated<P>(n, d, l, column, rows, s);
        for (int c = 0; c < columns; c++) {
            const float* condition = column[c].condition;
            gate<P>(d, layer, (const Scalar*)s.sums + (int64_t)c * 2 * d.D,
                    condition ? condition + (int64_t)l * 2 * d.D : nullptr, (Input*)s.z + (int64_t)c * d.D);
        }
        rows.inputs(s.z, d.D);
        if (logits) {
            rows.outputs(s.skip, d.S);
            if (l) rows.go_on();
            else rows.starts(n.skip.start);
            rows.run(layer.skip, d.S, d.D);
        }
        if (l + 1 < n.layers) {
            rows.starts(layer.residual.start);
            rows.outputs(s.residual, d.R);
            rows.run(layer.residual.matrix, d.R, d.D);
            for (int c = 0; c < columns; c++)
                add_residual<P>(d, layer, (const Scalar*)s.residual + (int64_t)c * d.R, s.x + (int64_t)c * d.R);
        }
    }
    if (!logits) return;
    pass_head<P>(n, d, rows, s);
}

}  // namespace
