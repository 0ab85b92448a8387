// The layers of training, for processors with products of bf16; no function of the standard library is used.
#include "layers.h"

#include "names.h"
#if defined(WAVENET_AMX)
#include "layer_products_amx.h"
#else
#include "layer_products.h"
#endif

namespace {

using namespace wavenet;

constexpr int TILE = 8 * ROWS;  // rows that use the same columns of weights, in the cache

// The rows of a matrix from `row` on; beyond the last one, that one again.
INLINE Rows<ROWS> rows_of(const uint16_t* matrix, int64_t columns, int64_t row, int64_t last) {
    Rows<ROWS> a;
#pragma GCC unroll 8
    for (int m = 0; m < ROWS; m++) a.at[m] = (const pair_t*)(matrix + (row + m < last ? row + m : last) * columns);
    return a;
}

// Adds the product with columns from j on, side by side, of packed weights (in / 2, out, 2).
template <int V> INLINE void product(f_t (&sum)[ROWS][V], const Rows<ROWS>& a, const uint16_t* weights, int64_t in, int64_t out, int64_t j) {
    const pair_t* b = (const pair_t*)weights + j;
    multiply(sum, a, b, b + 16 * (V / 2), out, in / 2);
}

#define EACH_SUM _Pragma("GCC unroll 8") for (int m = 0; m < ROWS; m++) _Pragma("GCC unroll 4") for (int v = 0; v < V; v++)

// Does `body(first row, last row)` for each block.
template <class Body> INLINE void for_blocks(int64_t begin, int64_t end, Body body) {
    for (int64_t row = begin; row < end; row += ROWS) body(row, (row + ROWS < end ? row + ROWS : end) - 1);
}

// Does `body(begin, end)` for some blocks of rows at a time, none of them across an edge.
template <class Body> INLINE void for_tiles(int64_t begin, int64_t end, const int64_t* edges, int64_t count, Body body) {
    for (int64_t row = begin, next; row < end; row = next) {
        next = row + TILE < end ? row + TILE : end;
        for (int64_t i = 0; i < count; i++)
            if (row < edges[i] && edges[i] < next) next = edges[i];
        body(row, next);
    }
}

// Where row m and register v of a block are, from column j on.
#define AT(matrix, columns, j) (matrix) + (row + m < last ? row + m : last) * (columns) + (j) + 16 * v

// Of 32 channels. A function of its own, as its many constants would take the registers of the sums.
__attribute__((noinline)) void activate_rows(const f_t (&sum)[ROWS][4], int64_t rows, int64_t D, uint16_t* units, uint16_t* z) {
    for (int64_t m = 0; m < rows; m++, units += 2 * D, z += D)
        for (int v = 0; v < 2; v++) activate({{sum[m][v]}}, {{sum[m][2 + v]}}, units + 16 * v, units + D + 16 * v, z + 16 * v);
}

void forward(const LayerForward& l, int64_t begin, int64_t end) {
    const Ready ready;
    const LayerShape& d = l.shape;
    const int64_t R = d.residual, D = d.channels, now = (d.taps - 1) * d.dilation, first = d.rows - d.outputs;
    alignas(64) uint16_t room[TILE * MOST_CHANNELS];
    for_tiles(begin, end, &first, 1, [&](int64_t tile, int64_t tile_end) {
        uint16_t* const z = room - tile * D;
        for (int64_t j = 0; j < D; j += 32)
            for_blocks(tile, tile_end, [&](int64_t row, int64_t last) {
                constexpr int V = 4;
                f_t sum[ROWS][V];
                EACH_SUM {
                    const int64_t half = v < 2 ? j : D + j - 32;
                    F start = load_bf16(l.bias + half + 16 * v);
                    if (l.conditioned) start = start + load_bf16(AT(l.units, 2 * D, half));
                    sum[m][v] = start.r[0];
                }
                for (int64_t k = 0; k < d.taps; k++) {
                    const pair_t* b = (const pair_t*)(l.dilated + k * R * 2 * D) + j;
                    multiply(sum, rows_of(l.x, R, row + k * d.dilation, last + k * d.dilation), b, b + D, 2 * D, R / 2);
                }
                activate_rows(sum, last + 1 - row, D, l.units + row * 2 * D + j, z + row * D + j);
            });
        for (int64_t row = tile; row < tile_end && tile >= first; row++)
            for (int64_t j = 0; j < D; j += 32) _mm512_storeu_si512(l.zs + (row - first) * l.zs_stride + j, _mm512_loadu_si512(z + row * D + j));
        if (!l.next) return;
        for_columns(R, [&](int64_t j, auto wide) {
            for_blocks(tile, tile_end, [&](int64_t row, int64_t last) {
                constexpr int V = decltype(wide)::V;
                f_t sum[ROWS][V];
                EACH_SUM sum[m][v] = load_bf16(AT(l.x + now * R, R, j)).r[0];
                product(sum, rows_of(z, D, row, last), l.to_residual, D, R, j);
                EACH_SUM store_bf16(AT(l.next, R, j), {{sum[m][v]}});
            });
        });
    });
}

void unit_gradients(const LayerBackward& l, int64_t begin, int64_t end) {
    const Ready ready;
    const LayerShape& d = l.shape;
    const int64_t R = d.residual, D = d.channels, S = d.skips, first = d.rows - d.outputs;
    for_tiles(begin, end, &first, 1, [&](int64_t tile, int64_t tile_end) {
        for_columns(D, [&](int64_t j, auto wide) {
            for_blocks(tile, tile_end, [&](int64_t row, int64_t last) {
                constexpr int V = decltype(wide)::V;
                f_t sum[ROWS][V];
                EACH_SUM sum[m][v] = f_t{};
                if (l.d_next) product(sum, rows_of(l.d_next, R, row, last), l.from_residual, R, D, j);
                if (row >= first) product(sum, rows_of(l.d_skips, S, row - first, last - first), l.from_skips, S, D, j);
                EACH_SUM {
                    const uint16_t* unit = AT(l.units, 2 * D, j);
                    uint16_t* d_unit = AT(l.d_units, 2 * D, j);
                    activation_gradients(load_bf16(unit), load_bf16(unit + D), {{sum[m][v]}}, d_unit, d_unit + D);
                }
            });
        });
    });
}

void input_gradients(const LayerBackward& l, int64_t begin, int64_t end) {
    const Ready ready;
    const LayerShape& d = l.shape;
    const int64_t R = d.residual, D = d.channels, now = (d.taps - 1) * d.dilation;
    int64_t edges[2 * MOST_TAPS];  // all rows of a tile read the same taps
    for (int64_t k = 0; k < d.taps; k++) edges[2 * k] = k * d.dilation, edges[2 * k + 1] = k * d.dilation + d.rows;
    for_tiles(begin, end, edges, 2 * d.taps, [&](int64_t tile, int64_t tile_end) {
        for_columns(R, [&](int64_t j, auto wide) {
            for_blocks(tile, tile_end, [&](int64_t row, int64_t last) {
                constexpr int V = decltype(wide)::V;
                f_t sum[ROWS][V];
                const bool passed = l.d_next && row >= now;  // along the residual connection
                EACH_SUM sum[m][v] = passed ? load_bf16(AT(l.d_next - now * R, R, j)).r[0] : f_t{};
                for (int64_t k = 0; k < d.taps; k++) {
                    const int64_t unit = row - k * d.dilation;
                    if (unit >= 0 && unit < d.rows)
                        product(sum, rows_of(l.d_units, 2 * D, unit, last - k * d.dilation), l.from_dilated + k * R * 2 * D, 2 * D, R, j);
                }
                EACH_SUM store_bf16(AT(l.d_x, R, j), {{sum[m][v]}});
            });
        });
    });
}

// Packs rows in pairs, with rows of zeros up to a multiple of PADDED: `load(row, column)` gives 32 columns.
template <class Load> INLINE void pack(pair_t* to, int64_t rows, int64_t columns, Load load) {
    alignas(64) uint16_t low[32], high[32];
    for (int i = 0; i < 32; i++) low[i] = (uint16_t)(i / 2 + i % 2 * 32), high[i] = (uint16_t)(low[i] + 16);
    const __m512i lower = _mm512_load_si512(low), upper = _mm512_load_si512(high);
    const auto loaded = [&](int64_t row, int64_t j) { return row < rows ? load(row, j) : _mm512_setzero_si512(); };
    for (int64_t row = 0; row < rows || row % PADDED; row += 2)
        for (int64_t j = 0; j < columns; j += 32, to += 32) {
            const __m512i a = loaded(row, j), b = loaded(row + 1, j);
            _mm512_store_si512(to, _mm512_permutex2var_epi16(a, lower, b));
            _mm512_store_si512(to + 16, _mm512_permutex2var_epi16(a, upper, b));
        }
}

INLINE void pack_rows(pair_t* to, const uint16_t* matrix, int64_t rows, int64_t columns) {
    pack(to, rows, columns, [=](int64_t row, int64_t j) { return _mm512_loadu_si512(matrix + row * columns + j); });
}

INLINE void add_sums(float* to, const pair_t* a, int64_t pairs, int64_t columns) {
    const __m512bh ones = (__m512bh)_mm512_set1_epi32(0x3f803f80);
    for (int64_t j = 0; j < columns; j += 16) {
        __m512 sum = _mm512_loadu_ps(to + j);
        for (int64_t i = 0; i < pairs; i++) sum = _mm512_dpbf16_ps(sum, load_pairs(a + i * columns + j), ones);
        _mm512_storeu_ps(to + j, sum);
    }
}

void weight_gradients(const LayerBackward& l, const WeightGradients& to, int64_t begin, int64_t end) {
    const Ready ready;
    const LayerShape& d = l.shape;
    const int64_t R = d.residual, D = d.channels;
    pair_t *const a = to.room, *const b = a + PACKED_ROWS / 2 * MOST_CHANNELS;
    for (int64_t row = begin; row < end; row += PACKED_ROWS) {
        const int64_t rows = end - row < PACKED_ROWS ? end - row : PACKED_ROWS, pairs = (rows + 1) / 2;
        pack_rows(b, l.d_units + row * 2 * D, rows, 2 * D);
        add_sums(to.bias, b, pairs, 2 * D);
        for (int64_t k = 0; k < d.taps; k++) {
            pack_rows(a, l.x + (row + k * d.dilation) * R, rows, R);
            add_product(to.dilated + k * R * 2 * D, a, b, pairs, R, 2 * D);
        }
        if (!l.d_next) continue;
        pack_rows(b, l.d_next + row * R, rows, R);
        pack(a, rows, D, [&](int64_t i, int64_t j) {
            const uint16_t* unit = l.units + (row + i) * 2 * D + j;
            const F low = load_bf16(unit) * load_bf16(unit + D), high = load_bf16(unit + 16) * load_bf16(unit + D + 16);
            return (__m512i)_mm512_cvtne2ps_pbh((__m512)high.r[0], (__m512)low.r[0]);
        });
        add_product(to.residual, a, b, pairs, D, R);
    }
}

}  // namespace

namespace wavenet {

extern const LayerKernels JOIN(layer_kernels_, WAVENET_ISA);
const LayerKernels JOIN(layer_kernels_, WAVENET_ISA) = {forward, unit_gradients, input_gradients, weight_gradients};

}  // namespace wavenet
