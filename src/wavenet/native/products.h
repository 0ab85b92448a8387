// Products of packed weights and inputs in each precision, for one column (a matrix and a vector) or several.
//
// Every output has one sum that takes its inputs in ascending order, whatever the number of columns, so a stream's
// numbers do not depend on the other streams of its batch. (Integer sums may take any order.)
#pragma once
#include "dot_float.h"
#include "dot_int8.h"

namespace {

// Weights that several columns use are loaded once; the compiler would rather load them again for each.
template <typename Loaded> INLINE void in_registers(Loaded&) {}
#if defined(__AVX512F__)
INLINE void in_registers(F& v) { asm("" : "+v"(v.r[0])); }
INLINE void in_registers(I& v) { asm("" : "+v"(v.r[0])); }
INLINE void in_registers(__m512i& v) { asm("" : "+v"(v)); }
#if defined(__AVX512BF16__)
INLINE void in_registers(__m512bh& v) { asm("" : "+v"(v)); }
#endif
#endif

// Where the inputs of a group lie: in a row, or as a sparse matrix says.
template <int G> struct InOrder {
    INLINE int operator()(int g, int) const { return g * G; }
    INLINE InOrder from(int) const { return *this; }
};
struct AsListed {
    const uint16_t* places;  // (groups, vectors)
    int vectors;
    INLINE int operator()(int g, int v) const { return places[(int64_t)g * vectors + v]; }
    INLINE AsListed from(int vector) const { return {places + vector, vectors}; }
};

// NV vectors of sums for each of NT columns. Integer sums of few vectors are split in CHAINS, or they would wait for
// each other: the latency of a dot product is several times its throughput.
template <class P, int NV, int NT, class Places>
INLINE void tile(const typename P::Weight* w, int vectors, int groups, const Places& place, const typename P::Input* const* x,
                 const typename P::Scalar* const* start, typename P::Scalar* const* out) {
    constexpr int CHAINS = P::integer && NT == 1 && NV < 8 ? 8 / NV : 1;
    constexpr int G = P::layout.group;
    const int step = vectors * LANES * G;
    typename P::Sum sum[CHAINS][NT][NV];
#pragma GCC unroll 8
    for (int j = 0; j < NT; j++)
#pragma GCC unroll 8
        for (int v = 0; v < NV; v++) sum[0][j][v] = load(start[j] + v * LANES);
    if constexpr (CHAINS > 1) {
#pragma GCC unroll 8
        for (int c = 1; c < CHAINS; c++)
#pragma GCC unroll 8
            for (int v = 0; v < NV; v++) sum[c][0][v] = sum[0][0][v] - sum[0][0][v];
    }
    int g = 0;
    for (; g + CHAINS <= groups; g += CHAINS) {
#pragma GCC unroll 8
        for (int c = 0; c < CHAINS; c++) {
#pragma GCC unroll 8
            for (int v = 0; v < NV; v++) {
                auto weights = P::weights(w + v * LANES * G);
                if constexpr (NT > 1) in_registers(weights);
#pragma GCC unroll 8
                for (int j = 0; j < NT; j++) sum[c][j][v] = P::dot(sum[c][j][v], weights, x[j] + place(g + c, v));
            }
            w += step;
        }
    }
    if constexpr (CHAINS > 1) {
        for (; g < groups; g++, w += step)
#pragma GCC unroll 8
            for (int v = 0; v < NV; v++) sum[0][0][v] = P::dot(sum[0][0][v], P::weights(w + v * LANES * G), x[0] + place(g, v));
#pragma GCC unroll 8
        for (int c = 1; c < CHAINS; c++)
#pragma GCC unroll 8
            for (int v = 0; v < NV; v++) sum[0][0][v] = sum[0][0][v] + sum[c][0][v];
    }
#pragma GCC unroll 8
    for (int j = 0; j < NT; j++)
#pragma GCC unroll 8
        for (int v = 0; v < NV; v++) store(out[j] + v * LANES, sum[0][j][v]);
}

// `vectors` that no full tile covers are done by tiles of 4, 2 and 1 of them.
template <class P, int NV, int NT, typename Run> INLINE void smaller_tiles(int vectors, int from, const Run& run) {
    for (; from + NV <= vectors; from += NV) run.template operator()<NV, NT>(from);
    if constexpr (NV > 1) smaller_tiles<P, NV / 2, NT>(vectors, from, run);
}

template <class P, class Places> struct Run {
    const typename P::Weight* w;
    int vectors, groups;
    Places place;
    const typename P::Input* const* x;
    const typename P::Scalar* const* start;
    typename P::Scalar* const* out;
    int offset;
    template <int NV, int NT> INLINE void operator()(int from) const {
        const typename P::Scalar* s[NT];
        typename P::Scalar* o[NT];
        for (int j = 0; j < NT; j++) s[j] = start[j] + (offset + from) * LANES, o[j] = out[j] + (offset + from) * LANES;
        tile<P, NV, NT>(w + from * LANES * P::layout.group, vectors, groups, place.from(from), x, s, o);
    }
};

// The places of the inputs of a whole matrix, tile by tile.
template <class P> struct InOrderEach {
    using Places = InOrder<P::layout.group>;
    INLINE Places of(int, int, int) const { return {}; }
};
struct AsListedEach {
    using Places = AsListed;
    const uint16_t* places;
    INLINE Places of(int first, int vectors, int groups) const { return {places + (int64_t)first * groups, vectors}; }
};

// One column: sums (outputs) = start + weights · x. Sizes that are known when this is compiled make plain loops of it.
template <class P, class Each>
INLINE void one_column(const Matrix& m, int all, int groups, const Each& each, const typename P::Input* x, const typename P::Scalar* start,
                       typename P::Scalar* out) {
    using R = Run<P, typename Each::Places>;
    const auto* w = (const typename P::Weight*)m.weights;
    int first = 0;
    for (; first + TILE <= all; first += TILE) {
        R{w, TILE, groups, each.of(first, TILE, groups), &x, &start, &out, first}.template operator()<TILE, 1>(0);
        w += (int64_t)TILE * groups * LANES * P::layout.group;
    }
    const int rest = all - first;
    if (rest) smaller_tiles<P, TILE / 2, 1>(rest, 0, R{w, rest, groups, each.of(first, rest, groups), &x, &start, &out, first});
}

// The columns of one tile, by threes and twos.
template <class P, int FULL, class R> INLINE void columns_of(const R& all, int columns) {
    for (int c = 0, left; (left = columns - c) > 0;) {
        const R run = {all.w, all.vectors, all.groups, all.place, all.x + c, all.start + c, all.out + c, all.offset};
        if (left >= 3 && left != 4) smaller_tiles < P, FULL<WIDE_TILE ? FULL : WIDE_TILE, 3>(all.vectors, 0, run), c += 3;
        else if (left >= 2) smaller_tiles < P, FULL<WIDE_TILE ? FULL : WIDE_TILE, 2>(all.vectors, 0, run), c += 2;
        else smaller_tiles<P, FULL, 1>(all.vectors, 0, run), c += 1;
    }
}

// Several columns, each with its own rows. While a tile of weights is in the nearest cache, every column takes it.
template <class P, class Each>
INLINE void many_columns(const Matrix& m, int all, int groups, const Each& each, const typename P::Input* const* x,
                         const typename P::Scalar* const* start, typename P::Scalar* const* out, int columns) {
    using R = Run<P, typename Each::Places>;
    const auto* w = (const typename P::Weight*)m.weights;
    int first = 0;
    for (; first + TILE <= all; first += TILE) {
        columns_of<P, TILE>(R{w, TILE, groups, each.of(first, TILE, groups), x, start, out, first}, columns);
        w += (int64_t)TILE * groups * LANES * P::layout.group;
    }
    const int rest = all - first;
    if (rest) columns_of<P, TILE / 2>(R{w, rest, groups, each.of(first, rest, groups), x, start, out, first}, columns);
}

// Out of line, so that the code of dense matrices stays as it is.
template <class P>
__attribute__((noinline)) void sparse_product(const Matrix& m, const typename P::Input* x, const typename P::Scalar* start, typename P::Scalar* out) {
    one_column<P>(m, m.vectors, m.groups, AsListedEach{m.places}, x, start, out);
}
template <class P>
__attribute__((noinline)) void sparse_product(const Matrix& m, const typename P::Input* const* x, const typename P::Scalar* const* start,
                                              typename P::Scalar* const* out, int columns) {
    many_columns<P>(m, m.vectors, m.groups, AsListedEach{m.places}, x, start, out, columns);
}

template <class P>
INLINE void product(const Matrix& m, int outputs, int inputs, const typename P::Input* x, const typename P::Scalar* start, typename P::Scalar* out) {
    if constexpr (P::integer)
        if (m.places) return sparse_product<P>(m, x, start, out);
    one_column<P>(m, outputs / LANES, inputs / P::layout.group, InOrderEach<P>{}, x, start, out);
}

template <class P>
INLINE void product(const Matrix& m, int outputs, int inputs, const typename P::Input* const* x, const typename P::Scalar* const* start,
                    typename P::Scalar* const* out, int columns) {
    if constexpr (P::integer)
        if (m.places) return sparse_product<P>(m, x, start, out, columns);
    many_columns<P>(m, outputs / LANES, inputs / P::layout.group, InOrderEach<P>{}, x, start, out, columns);
}

}  // namespace
