// Residual networks, all rows of a call block by block. Sums are integers and nothing is fused, so a row is the same on
// every machine, whatever is computed beside it.
#pragma once
#include <math.h>

#include "pass.h"
#include "residual_types.h"

namespace {

constexpr float LEAST_MEAN = 1e-6f;  // added to the mean of the squares, as in training
constexpr float SILENT = 1e-30f;     // rows that are nowhere above it count as zeros

INLINE void put_whole(const float* values, int count, float factor, float most, int16_t* to) {
    for (int i = 0; i < count; i += LANES) Int16::put(to + i, to_nearest(clamp(load(values + i) * set1(factor), most)));
}

// The inputs of a product from the values of a row; returns their step.
INLINE float put_scaled(const float* values, const WholeLinear& p, int16_t* to) {
    F most = set1(0.0f);
    for (int i = 0; i < p.inputs; i += LANES) most = greater(greater(load(values + i), set1(0.0f) - load(values + i)), most);
    const float largest = lanes_max(most);
    put_whole(values, p.inputs, largest > SILENT ? p.most / largest : 0.0f, p.most, to);
    return largest / p.most;
}

// n(x) of a row, in steps of bound / most.
INLINE void put_normalised(const ResidualWeights& n, const float* x, float most, int16_t* to) {
    F squares = set1(0.0f);
    for (int i = 0; i < n.input.outputs; i += LANES) squares = squares + load(x + i) * load(x + i);
    const float rms = sqrtf(lanes_sum(squares) / (float)n.channels + LEAST_MEAN);
    put_whole(x, n.input.outputs, most / n.bound / rms, most, to);
}

// Sums of a product for rows of inputs that begin `width` after each other.
__attribute__((noinline)) void sums_of(const WholeLinear& p, const int16_t* inputs, int width, int columns, const ResidualScratch& s) {
    Rows<Int16> rows;
    rows.columns = columns;
    rows.inputs((const char*)inputs, width);
    rows.outputs((char*)s.sums, p.outputs);
    for (int c = 0; c < columns; c++) rows.start[c] = s.zeros;
    rows.run(p.matrix, p.outputs, p.inputs);
}

// One vector of a product's values.
INLINE F value_of(const WholeLinear& p, const ResidualScratch& s, int column, float step, int i) {
    return to_float(load(s.sums + (int64_t)column * p.outputs + i)) * (load(p.scale + i) * set1(step)) + load(p.bias + i);
}

void run_block(const ResidualWeights& n, const ResidualBlock& b, int64_t rows, const ResidualScratch& s) {
    const int C = n.input.outputs, before = b.taps / 2, after = b.taps - 1 - before;
    memset(s.normalised, 0, (size_t)before * C * sizeof(int16_t));
    memset(s.normalised + (before + rows) * C, 0, (size_t)after * C * sizeof(int16_t));
    for (int64_t r = 0; r < rows; r++) put_normalised(n, s.x + r * C, b.convolution.most, s.normalised + (before + r) * C);
    for (int64_t first = 0; first < rows; first += MAX_COLUMNS) {
        const int columns = (int)(rows - first < MAX_COLUMNS ? rows - first : MAX_COLUMNS);
        float step[MAX_COLUMNS];
        sums_of(b.convolution, s.normalised + first * C, C, columns, s);  // all taps of a row lie side by side
        for (int c = 0; c < columns; c++) {
            for (int i = 0; i < C; i += LANES) store(s.values + i, greater(value_of(b.convolution, s, c, 1.0f, i), set1(0.0f)));
            step[c] = put_scaled(s.values, b.mix, s.inputs + (int64_t)c * C);
        }
        sums_of(b.mix, s.inputs, C, columns, s);
        for (int c = 0; c < columns; c++) {
            float* x = s.x + (first + c) * C;
            for (int i = 0; i < C; i += LANES) store(x + i, load(x + i) + value_of(b.mix, s, c, step[c], i));
        }
    }
}

// From the rows given to x.
void run_input(const ResidualWeights& n, const float* given, int64_t rows, const ResidualScratch& s) {
    const int C = n.input.outputs;
    for (int64_t first = 0; first < rows; first += MAX_COLUMNS) {
        const int columns = (int)(rows - first < MAX_COLUMNS ? rows - first : MAX_COLUMNS);
        float step[MAX_COLUMNS];
        for (int c = 0; c < columns; c++) {
            memcpy(s.values, given + (first + c) * n.inputs, (size_t)n.inputs * sizeof(float));
            step[c] = put_scaled(s.values, n.input, s.inputs + (int64_t)c * n.input.inputs);
        }
        sums_of(n.input, s.inputs, n.input.inputs, columns, s);
        for (int c = 0; c < columns; c++)
            for (int i = 0; i < C; i += LANES) store(s.x + (first + c) * C + i, value_of(n.input, s, c, step[c], i));
    }
}

// From x to the rows that are put out.
void run_output(const ResidualWeights& n, int64_t rows, const ResidualScratch& s, float* out) {
    const int C = n.input.outputs;
    for (int64_t first = 0; first < rows; first += MAX_COLUMNS) {
        const int columns = (int)(rows - first < MAX_COLUMNS ? rows - first : MAX_COLUMNS);
        for (int c = 0; c < columns; c++) put_normalised(n, s.x + (first + c) * C, n.output.most, s.inputs + (int64_t)c * C);
        sums_of(n.output, s.inputs, C, columns, s);
        for (int c = 0; c < columns; c++) {
            for (int i = 0; i < n.output.outputs; i += LANES) store(s.values + i, value_of(n.output, s, c, 1.0f, i));
            memcpy(out + (first + c) * n.outputs, s.values, (size_t)n.outputs * sizeof(float));
        }
    }
}

void residual(const ResidualWeights& n, const float* given, int64_t rows, const ResidualScratch& s, float* out) {
    run_input(n, given, rows, s);
    for (int b = 0; b < n.blocks; b++) run_block(n, n.block[b], rows, s);
    run_output(n, rows, s, out);
}

}  // namespace
