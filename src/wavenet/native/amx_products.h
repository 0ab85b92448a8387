// Products of packed weights and many columns by the matrix units.
//
// The reading order of weights is the one that tiles want: 16 groups of one vector of outputs are 16 rows at equal steps.
// A sum takes 16 groups at a time, in ascending order; what a group adds does not depend on how many columns there are.
#pragma once
#include "amx.h"
#include "tiles.h"

namespace {

constexpr int AMX_BLOCKS = 3;  // of 16 columns, that share a tile of weights
constexpr int AMX_CHUNKS = 8;  // of 16 groups, whose inputs are kept together

// Inputs of some groups, as a tile has them.
template <typename Input> INLINE void put_inputs(char* row, const Input* x, int groups) { memcpy(row, x, (size_t)groups * 4); }
INLINE void put_inputs(char* row, const int16_t* x, int groups) {  // which are from 0 to 255
    for (int i = 0; i < 4 * groups; i += LANES)
        _mm_store_si128((__m128i*)(row + i), _mm256_cvtepi16_epi8(_mm256_load_si256((const __m256i*)(x + i))));
}

// The rows of the sums of a block's columns; zeros where there are none. Where 16 lie at equal steps, or all are one, they
// are a tile as they are.
template <typename Scalar> struct AmxSums {
    Scalar* const* rows;
    int columns;
    int64_t step = 0;  // in bytes
    bool even = false;
    AmxSums(Scalar* const* rows, int columns) : rows(rows), columns(columns) {
        if (!rows) return;
        if (columns > 1) step = (const char*)rows[1] - (const char*)rows[0];
        even = step == 0 || columns == AMX_ROWS;
        for (int c = 1; c < columns; c++) even = even && (const char*)rows[c] - (const char*)rows[c - 1] == step;
    }
    template <int TILE_> INLINE void load_tile(int vector, char* room) const {
        if (!rows) return amx_zero<TILE_>();
        if (even) return amx_load<TILE_>(rows[0] + vector * LANES, step);
        for (int c = 0; c < columns; c++) memcpy(room + c * AMX_ROW_BYTES, rows[c] + vector * LANES, AMX_ROW_BYTES);
        amx_load<TILE_>(room, AMX_ROW_BYTES);
    }
    template <int TILE_> INLINE void store_tile(int vector, char* room) const {
        if (even) return amx_store<TILE_>((void*)(rows[0] + vector * LANES), step);
        amx_store<TILE_>(room, AMX_ROW_BYTES);
        for (int c = 0; c < columns; c++) memcpy((void*)(rows[c] + vector * LANES), room + c * AMX_ROW_BYTES, AMX_ROW_BYTES);
    }
};

// Up to AMX_CHUNKS times 16 groups of inputs of all columns, and where their weights are.
template <class P> struct AmxChunks {
    static constexpr int VECTOR_BYTES = LANES * P::layout.group * (int)sizeof(typename P::Weight);
    static_assert(VECTOR_BYTES == AMX_ROW_BYTES);

    struct Chunk {
        const char* weights;
        int groups, first, count;  // of the matrix; of this chunk
    };
    alignas(64) char inputs[AMX_CHUNKS][AMX_BLOCKS][AMX_ROWS][AMX_ROW_BYTES];
    alignas(64) char room[AMX_ROWS][AMX_ROW_BYTES];
    Chunk chunk[AMX_CHUNKS];
    int chunks = 0;

    void add(const Part<P>& part, int first, int columns) {
        const Matrix& m = *part.matrix;
        const int count = part.groups - first < AMX_ROWS ? part.groups - first : AMX_ROWS;
        for (int c = 0; c < columns; c++) {
            char* row = inputs[chunks][c / AMX_ROWS][c % AMX_ROWS];
            if (count < AMX_ROWS) memset(row, 0, AMX_ROW_BYTES);
            put_inputs(row, part.x[c] + (int64_t)first * P::layout.group, count);
        }
        chunk[chunks++] = {(const char*)(m.places ? m.whole : m.weights), part.groups, first, count};
    }

    // The weights of a chunk for one vector of outputs; those of fewer than 16 groups are filled up with zeros.
    template <int TILE_> INLINE void load_weights(const Chunk& c, int vector, int vectors) {
        const int tile = vector / TILE * TILE, width = vectors - tile < TILE ? vectors - tile : TILE;
        const char* from = c.weights + ((int64_t)tile * c.groups + (int64_t)c.first * width + vector - tile) * VECTOR_BYTES;
        const int64_t step = (int64_t)width * VECTOR_BYTES;
        if (c.count == AMX_ROWS) return amx_load<TILE_>(from, step);
        memset(room, 0, sizeof room);
        for (int g = 0; g < c.count; g++) memcpy(room[g], from + g * step, VECTOR_BYTES);
        amx_load<TILE_>(room, AMX_ROW_BYTES);
    }

    // NV vectors of sums for BLOCKS blocks of columns: in tiles 0 to 3, the inputs in those from 4 on, then the weights.
    template <int BLOCKS, int NV>
    INLINE void run(int vector, int vectors, const AmxSums<const typename P::Scalar>* start, const AmxSums<typename P::Scalar>* out) {
        for_each<BLOCKS>(
            [&](auto b) { for_each<NV>([&](auto v) { start[b.value].template load_tile<b.value * NV + v.value>(vector + v.value, room[0]); }); });
        for (int i = 0; i < chunks; i++) {
            for_each<BLOCKS>([&](auto b) { amx_load<4 + b.value>(inputs[i][b.value], out[b.value].columns == 1 ? 0 : AMX_ROW_BYTES); });
            for_each<NV>([&](auto v) {
                constexpr int WEIGHTS = 4 + BLOCKS + (BLOCKS < 3 ? v.value % 2 : 0);
                load_weights<WEIGHTS>(chunk[i], vector + v.value, vectors);
                for_each<BLOCKS>([&](auto b) { P::MatrixUnits::template dot<b.value * NV + v.value, 4 + b.value, WEIGHTS>(); });
            });
        }
        for_each<BLOCKS>(
            [&](auto b) { for_each<NV>([&](auto v) { out[b.value].template store_tile<b.value * NV + v.value>(vector + v.value, room[0]); }); });
    }

    // All vectors of outputs; those of one tile of weights by NV, then by fewer.
    template <int BLOCKS, int NV>
    void run_all(int vectors, const AmxSums<const typename P::Scalar>* start, const AmxSums<typename P::Scalar>* out) {
        for (int tile = 0; tile < vectors; tile += TILE) {
            const int end = vectors < tile + TILE ? vectors : tile + TILE;
            int v = tile;
            for (; v + NV <= end; v += NV) run<BLOCKS, NV>(v, vectors, start, out);
            for (; v < end; v++) run<BLOCKS, 1>(v, vectors, start, out);
        }
    }

    void run_all(int outputs, const typename P::Scalar* const* start, typename P::Scalar* const* out, int columns) {
        const auto block = [&](int b) { return columns - b * AMX_ROWS < AMX_ROWS ? columns - b * AMX_ROWS : AMX_ROWS; };
        const auto rows = [](auto* all, int b) { return all ? all + b * AMX_ROWS : nullptr; };
        const AmxSums<const typename P::Scalar> from[] = {{rows(start, 0), block(0)}, {rows(start, 1), block(1)}, {rows(start, 2), block(2)}};
        const AmxSums<typename P::Scalar> to[] = {{rows(out, 0), block(0)}, {rows(out, 1), block(1)}, {rows(out, 2), block(2)}};
        const int vectors = outputs / LANES;
        if (columns <= AMX_ROWS) run_all<1, 4>(vectors, from, to);
        else if (columns <= 2 * AMX_ROWS) run_all<2, 2>(vectors, from, to);
        else run_all<3, 1>(vectors, from, to);
    }
};

// Sums (outputs) = start + weights · x of at most 48 columns, through several matrices; null starts are zeros.
template <class P, int PARTS>
__attribute__((noinline)) void amx_product(const Part<P> (&part)[PARTS], int outputs, const typename P::Scalar* const* start,
                                           typename P::Scalar* const* out, int columns) {
    static_assert(MAX_COLUMNS <= AMX_BLOCKS * AMX_ROWS);
    AmxChunks<P> chunks;
    for (int p = 0; p < PARTS; p++)
        for (int first = 0; first < part[p].groups; first += AMX_ROWS) {
            chunks.add(part[p], first, columns);
            if (chunks.chunks < AMX_CHUNKS && !(p + 1 == PARTS && first + AMX_ROWS >= part[p].groups)) continue;
            chunks.run_all(outputs, start, out, columns);
            chunks.chunks = 0;
            start = out;  // where the sums go on
        }
}

// The weights of the last layer, of 16 bits, are 256 times their upper bytes, with a sign, and their lower ones.
template <class Units> struct Bytes : LastLayer {
    using Weight = int8_t;
    using MatrixUnits = Units;
    static constexpr Layout layout = {4, TILE, 1, 0, 0};
};

template <int PARTS>
INLINE void amx_product(const Part<LastLayer> (&part)[PARTS], int outputs, const int32_t* const* start, int32_t* const* out, int columns) {
    static_assert(PARTS == 1);
    const Matrix& m = *part[0].matrix;
    const int groups = part[0].groups * LastLayer::layout.group / 4;
    const auto* upper = (const char*)m.whole;
    const Matrix half[] = {{upper, m.vectors, groups, nullptr, nullptr},
                           {upper + (int64_t)groups * 4 * LANES * m.vectors, m.vectors, groups, nullptr, nullptr}};
    amx_product<Bytes<AmxInt8>>({{&half[0], groups, part[0].x}}, outputs, nullptr, out, columns);
    for (int c = 0; c < columns; c++)
        for (int i = 0; i < outputs; i += LANES) {
            I sum = load(out[c] + i);
            EACH(sum.r[r] <<= 8)
            store(out[c] + i, sum + load(start[c] + i));
        }
    amx_product<Bytes<AmxUnsigned>>({{&half[1], groups, part[0].x}}, outputs, out, out, columns);
}

}  // namespace
