// Products of packed weights and inputs in each precision, for one column (a matrix and a vector) or several.
//
// Every output has one sum that takes its inputs in ascending order, whatever the number of columns, so a stream's
// numbers do not depend on the other streams of its batch. (Integer sums may take any order.)
#pragma once
#include "dot_float.h"
#include "dot_int8.h"
#if defined(WAVENET_AMX)
#include "amx_products.h"
#endif

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
    INLINE int64_t operator()(int g, int) const { return (int64_t)g * G; }
};
struct AsListed {
    const uint16_t* places;  // (groups, vectors)
    int vectors;
    INLINE int64_t operator()(int g, int v) const { return places[(int64_t)g * vectors + v]; }
};

// A part's weights for some vectors of one tile.
template <class P> struct Slice {
    const typename P::Weight* w;
    int vectors;  // of the tile
    int groups;
    const uint16_t* places;
    const typename P::Input* const* x;
};

// Adds a slice to the sums of NV vectors for each of NT columns. Integer sums of few vectors are split in CHAINS, or they
// would wait for each other: the latency of a dot product is several times its throughput.
template <class P, int CHAINS, int NT, int NV, class Places>
INLINE void accumulate(typename P::Sum (&sum)[CHAINS][NT][NV], const Slice<P>& part, const Places& place) {
    constexpr int G = P::layout.group;
    const typename P::Weight* w = part.w;
    const int step = part.vectors * LANES * G;
    int g = 0;
    for (; g + CHAINS <= part.groups; g += CHAINS) {
#pragma GCC unroll 8
        for (int c = 0; c < CHAINS; c++) {
#pragma GCC unroll 8
            for (int v = 0; v < NV; v++) {
                auto weights = P::weights(w + v * LANES * G);
                if constexpr (NT > 1) in_registers(weights);
#pragma GCC unroll 8
                for (int j = 0; j < NT; j++) sum[c][j][v] = P::dot(sum[c][j][v], weights, part.x[j] + place(g + c, v));
            }
            w += step;
        }
    }
    if constexpr (CHAINS > 1)
        for (; g < part.groups; g++, w += step)
#pragma GCC unroll 8
            for (int v = 0; v < NV; v++) sum[0][0][v] = P::dot(sum[0][0][v], P::weights(w + v * LANES * G), part.x[0] + place(g, v));
}

// NV vectors of sums for each of NT columns.
template <class P, bool LISTED, int NV, int NT, int PARTS>
INLINE void tile(const Slice<P> (&part)[PARTS], const typename P::Scalar* const* start, typename P::Scalar* const* out) {
    constexpr int CHAINS = P::integer && NT == 1 && NV < 8 ? 8 / NV : 1;
    typename P::Sum sum[CHAINS][NT][NV];
#pragma GCC unroll 8
    for (int j = 0; j < NT; j++)
#pragma GCC unroll 8
        for (int v = 0; v < NV; v++) sum[0][j][v] = load(start[j] + v * LANES);
#pragma GCC unroll 8
    for (int c = 1; c < CHAINS; c++)
#pragma GCC unroll 8
        for (int v = 0; v < NV; v++) sum[c][0][v] = sum[0][0][v] - sum[0][0][v];
#pragma GCC unroll 2
    for (int p = 0; p < PARTS; p++) {
        if (LISTED && part[p].places) accumulate<P>(sum, part[p], AsListed{part[p].places, part[p].vectors});
        else accumulate<P>(sum, part[p], InOrder<P::layout.group>{});
    }
#pragma GCC unroll 8
    for (int c = 1; c < CHAINS; c++)
#pragma GCC unroll 8
        for (int v = 0; v < NV; v++) sum[0][0][v] = sum[0][0][v] + sum[c][0][v];
#pragma GCC unroll 8
    for (int j = 0; j < NT; j++)
#pragma GCC unroll 8
        for (int v = 0; v < NV; v++) store(out[j] + v * LANES, sum[0][j][v]);
}

// What the columns of one tile need. LISTED: matrices may be sparse; where none is, more is known when this is compiled.
template <class P, bool LISTED, int PARTS> struct Run {
    Part<P> part[PARTS];
    int first, vectors;  // of the tile
    const typename P::Scalar* const* start;
    typename P::Scalar* const* out;
    int column;
    template <int NV, int NT> INLINE void operator()(int from) const {
        const typename P::Scalar* s[NT];
        typename P::Scalar* o[NT];
        for (int j = 0; j < NT; j++) s[j] = start[column + j] + (first + from) * LANES, o[j] = out[column + j] + (first + from) * LANES;
        Slice<P> slice[PARTS];
        for (int p = 0; p < PARTS; p++) {
            const Matrix& m = *part[p].matrix;
            const int groups = LISTED ? m.groups : part[p].groups;
            const auto* w = (const typename P::Weight*)m.weights + ((int64_t)first * groups + from) * LANES * P::layout.group;
            slice[p] = {w, vectors, groups, LISTED && m.places ? m.places + (int64_t)first * groups + from : nullptr, part[p].x + column};
        }
        tile<P, LISTED, NV, NT>(slice, s, o);
    }
};

// `vectors` that no full tile covers are done by tiles of 4, 2 and 1 of them.
template <int NV, int NT, typename Run> INLINE void smaller_tiles(const Run& run, int from = 0) {
    for (; from + NV <= run.vectors; from += NV) run.template operator()<NV, NT>(from);
    if constexpr (NV > 1) smaller_tiles<NV / 2, NT>(run, from);
}

// The columns of one tile, as many at a time as there are registers for.
template <class P, int FULL, typename Run> INLINE void columns_of(Run run, int columns) {
    constexpr int WIDE = FULL < P::WIDE ? FULL : P::WIDE;
    for (int left; (left = columns - run.column) > 0;) {
        if (P::COLUMNS == 4 && left >= 4) smaller_tiles<WIDE, 4>(run), run.column += 4;
        else if (left >= 3 && left != 4) smaller_tiles<WIDE, 3>(run), run.column += 3;
        else if (left >= 2 && WIDE > 1) smaller_tiles<WIDE, 2>(run), run.column += 2;
        else smaller_tiles<FULL, 1>(run), run.column += 1;
    }
}

// One column. Sizes that are known when this is compiled make plain loops of it.
template <class P, bool LISTED>
INLINE void one_column(const Part<P>& part, int outputs, const typename P::Scalar* start, typename P::Scalar* out) {
    const int all = outputs / LANES;
    Run<P, LISTED, 1> run = {{part}, 0, TILE, &start, &out, 0};
    for (; run.first + TILE <= all; run.first += TILE) run.template operator()<TILE, 1>(0);
    run.vectors = all - run.first;
    if (run.vectors) smaller_tiles<TILE / 2, 1>(run);
}

// Several columns, each with its own rows. While a tile of weights is in the nearest cache, every column takes it.
template <class P, bool LISTED, int PARTS>
INLINE void many_columns(const Part<P> (&part)[PARTS], int outputs, const typename P::Scalar* const* start, typename P::Scalar* const* out,
                         int columns) {
    const int all = outputs / LANES;
    Run<P, LISTED, PARTS> run = {{}, 0, TILE, start, out, 0};
    for (int p = 0; p < PARTS; p++) run.part[p] = part[p];
    for (; run.first + TILE <= all; run.first += TILE) columns_of<P, TILE>(run, columns);
    run.vectors = all - run.first;
    if (run.vectors) columns_of<P, TILE / 2>(run, columns);
}

// Out of line, so that the code of dense matrices stays as short as it is.
template <class P>
__attribute__((noinline)) void one_listed(const Part<P>& part, int outputs, const typename P::Scalar* start, typename P::Scalar* out) {
    one_column<P, true>(part, outputs, start, out);
}
template <class P, int PARTS>
__attribute__((noinline)) void many_listed(const Part<P> (&part)[PARTS], int outputs, const typename P::Scalar* const* start,
                                           typename P::Scalar* const* out, int columns) {
    many_columns<P, true>(part, outputs, start, out, columns);
}

// Sums (outputs) = start + weights · x.
template <class P>
INLINE void product(const Matrix& m, int outputs, int inputs, const typename P::Input* x, const typename P::Scalar* start, typename P::Scalar* out) {
    const Part<P> part = {&m, inputs / P::layout.group, &x};
#if defined(WAVENET_AMX)
    if constexpr (P::MATRIX_COLUMNS == 1) return amx_product({part}, outputs, &start, &out, 1);
    else
#endif
    {
        if constexpr (P::integer)
            if (m.places) return one_listed<P>(part, outputs, start, out);
        one_column<P, false>(part, outputs, start, out);
    }
}

// The same of several columns, through several matrices.
template <class P, int PARTS>
INLINE void product(const Part<P> (&part)[PARTS], int outputs, const typename P::Scalar* const* start, typename P::Scalar* const* out, int columns) {
#if defined(WAVENET_AMX)
    if constexpr (P::MATRIX_COLUMNS <= MAX_COLUMNS)
        if (columns >= P::MATRIX_COLUMNS) return amx_product(part, outputs, start, out, columns);
#endif
    if constexpr (P::integer)
        for (const Part<P>& each : part)
            if (each.matrix->places) return many_listed<P>(part, outputs, start, out, columns);
    many_columns<P, false>(part, outputs, start, out, columns);
}

template <class P>
INLINE void product(const Matrix& m, int outputs, int inputs, const typename P::Input* const* x, const typename P::Scalar* const* start,
                    typename P::Scalar* const* out, int columns) {
    product<P>({{&m, inputs / P::layout.group, x}}, outputs, start, out, columns);
}

}  // namespace
