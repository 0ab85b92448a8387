// Products of training in bf16 by pairs, in registers: blocks of six rows by 64 or 32 columns.
#pragma once
#include "layer_rows.h"

namespace {

constexpr int ROWS = 6;    // of a block: with four registers of columns, 24 sums in registers
constexpr int PADDED = 2;  // rows are packed in multiples of it

// Adds the product of M rows, whose `pairs` pairs are `step` apart, with two times V / 2 registers of packed columns.
template <int M, int V>
INLINE void multiply_steps(f_t (&sum)[M][V], const Rows<M>& a, int64_t step, const pair_t* left, const pair_t* right, int64_t width, int64_t pairs) {
    for (int64_t i = 0; pairs > 0; pairs--, i += step, left += width, right += width) {
        __m512bh b[V];
#pragma GCC unroll 4
        for (int v = 0; v < V; v++) b[v] = load_pairs(v < V / 2 ? left + 16 * v : right + 16 * (v - V / 2));
#pragma GCC unroll 8
        for (int m = 0; m < M; m++) {
            const __m512bh x = (__m512bh)_mm512_set1_epi32((int)a.at[m][i]);
#pragma GCC unroll 4
            for (int v = 0; v < V; v++) sum[m][v] = (f_t)_mm512_dpbf16_ps((__m512)sum[m][v], x, b[v]);
        }
    }
}

struct Ready {  // what a thread holds while it multiplies
    Ready() {}
};

// The same of a block whose pairs are neighbours.
template <int V> INLINE void multiply(f_t (&sum)[ROWS][V], const Rows<ROWS>& a, const pair_t* left, const pair_t* right, int64_t width,
                                      int64_t pairs) {
    multiply_steps(sum, a, 1, left, right, width, pairs);
}

// Adds aᵀ b of packed rows to (M, N).
INLINE void add_product(float* to, const pair_t* a, const pair_t* b, int64_t pairs, int64_t M, int64_t N) {
    constexpr int HIGH = 4;
    for_columns(N, [&](int64_t j, auto wide) {
        constexpr int V = decltype(wide)::V;
        for (int64_t i = 0; i < M; i += HIGH) {
            f_t sum[HIGH][V];
            Rows<HIGH> rows;
#pragma GCC unroll 4
            for (int m = 0; m < HIGH; m++) {
                rows.at[m] = a + i + m;
#pragma GCC unroll 4
                for (int v = 0; v < V; v++) sum[m][v] = (f_t)_mm512_loadu_ps(to + (i + m) * N + j + 16 * v);
            }
            multiply_steps(sum, rows, M, b + j, b + j + 16 * (V / 2), N, pairs);
#pragma GCC unroll 4
            for (int m = 0; m < HIGH; m++)
#pragma GCC unroll 4
                for (int v = 0; v < V; v++) _mm512_storeu_ps(to + (i + m) * N + j + 16 * v, (__m512)sum[m][v]);
        }
    });
}

}  // namespace
