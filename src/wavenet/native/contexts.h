// What conditions the network: projections into every layer, and context stacks.
#pragma once
#include "step.h"

namespace {

// --- projections ----------------------------------------------------------------------------------------------------

void project(const Stack& n, const Projection& v, const float* base, const float* series, int count, float* rows) {
    const float *x[MAX_COLUMNS], *start[MAX_COLUMNS];
    float* out[MAX_COLUMNS];
    for (int c = 0; c < count; c++) x[c] = series + (int64_t)c * v.channels;
    for (int l = 0; l < n.layers; l++) {
        const int64_t at = (int64_t)l * 2 * n.D;
        for (int c = 0; c < count; c++) start[c] = base + at, out[c] = rows + (int64_t)c * n.layers * 2 * n.D + at;
        if (count == 1) product<Unfused>(v.matrix[l], 2 * n.D, v.channels, x[0], start[0], out[0]);
        else product<Unfused>(v.matrix[l], 2 * n.D, v.channels, x, start, out, count);
    }
}

// --- context stacks -------------------------------------------------------------------------------------------------

// A frame of the pooling: the filters' rectified outputs, their mean over the frame, in scratch.
INLINE void pool(const Context& c, const int32_t* classes, ContextScratch& s) {
    const int R = c.stack.R, filters = c.pool / c.taps;
    float* x = s.stack.x;
    for (int i = 0; i < R; i += LANES) store(x + i, set1(0.0f));
    for (int f = 0; f < filters; f++, classes += c.taps) {
        for (int k = 0; k < c.taps; k++) s.companded[k] = (float)(2 * classes[k]) / (float)(c.classes - 1) - 1.0f;
        product<Unfused>(c.filters.matrix, R, c.taps, s.companded, start_of<Unfused>(c.filters.epilogue), s.filtered);
        for (int i = 0; i < R; i += LANES) store(x + i, load(x + i) + greater(load(s.filtered + i), set1(0.0f)));
    }
    for (int i = 0; i < R; i += LANES) store(x + i, load(x + i) / set1((float)filters));
}

// From the input of the first layer, in scratch, to what the stack puts out.
INLINE void context_layers(const Stack& n, Past& past, StackScratch& s, float* output) {
    const AnyStack d(n);
    auto* z = (float*)s.z;
    for (int l = 0; l < n.layers; l++) {
        put_newest<Unfused>(n, d, l, past, s.x);
        up_to_z<Unfused>(n, d, l, past, nullptr, s, z);
        add_skip<Unfused>(n, d, l, z, s);
        to_next<Unfused>(n, d, l, z, s, s.x);
    }
    past.time++;
    for (int i = 0; i < d.S; i += LANES) store(output + i, greater(load((const float*)s.skip + i), set1(0.0f)));
}

void context(const Context& c, Past& past, const int32_t* classes, ContextScratch& s, float* output) {
    pool(c, classes, s);
    context_layers(c.stack, past, s.stack, output);
}

// Silence for ever leaves every ring as one more frame of it finds it, and that frame tells the output.
void start_context(const Context& c, Past& past, const int32_t* silence, ContextScratch& s, float* output) {
    pool(c, silence, s);
    start_layers<Unfused>(c.stack, AnyStack(c.stack), past, nullptr, s.stack);
    context(c, past, silence, s, output);
    past.time = 0;
}

}  // namespace
