// Products of training in bf16 by matrix units (AMX): blocks of 16 rows by 64 or 32 columns, whose sums lie in memory
// before and after.
#pragma once
#include "amx.h"
#include "layer_rows.h"

namespace {

constexpr int ROWS = AMX_ROWS;       // of a block
constexpr int CHUNK = 16;            // pairs that one tile holds of each row
constexpr int PADDED = 2 * CHUNK;    // rows are packed in multiples of it
constexpr int64_t STEP = CHUNK * 4;  // bytes of a tile's row
using Ready = Amx;

struct Room {
    alignas(64) pair_t pairs[ROWS][CHUNK];
};

// Loads up to 16 pairs of all rows. Where they are fewer, zeros follow; where rows are at no equal steps, they are copied.
template <int TILE_> INLINE void load_rows(const Rows<ROWS>& a, int64_t first, int64_t count, Room& room) {
    const int64_t step = a.at[1] - a.at[0];
    if (count == CHUNK && a.at[ROWS - 1] - a.at[0] == (ROWS - 1) * step) return amx_load<TILE_>(a.at[0] + first, 4 * step);
    memset(&room, 0, sizeof room);
    for (int m = 0; m < ROWS; m++) memcpy(room.pairs[m], a.at[m] + first, (size_t)(4 * count));
    amx_load<TILE_>(&room, STEP);
}

// Loads up to 16 rows of a register of packed columns; where they are fewer, zeros follow.
template <int TILE_> INLINE void load_columns(const pair_t* b, int64_t width, int64_t count, Room& room) {
    if (count == CHUNK) return amx_load<TILE_>(b, 4 * width);
    memset(&room, 0, sizeof room);
    for (int64_t i = 0; i < count; i++) memcpy(room.pairs[i], b + i * width, STEP);
    amx_load<TILE_>(&room, STEP);
}

// Adds the product of a block's rows, whose pairs are neighbours, with two times V / 2 registers of packed columns.
template <int V> INLINE void multiply(f_t (&sum)[ROWS][V], const Rows<ROWS>& a, const pair_t* left, const pair_t* right, int64_t width,
                                      int64_t pairs) {
    Room room;
    for_each<V>([&](auto v) { amx_load<v.value>(&sum[0][v.value], V * STEP); });
    for (int64_t i = 0; i < pairs; i += CHUNK) {
        const int64_t count = pairs - i < CHUNK ? pairs - i : CHUNK;
        load_rows<4>(a, i, count, room);
        for_each<V>([&](auto v) {
            constexpr int COLUMNS = 5 + v.value % 2;
            load_columns<COLUMNS>((v.value < V / 2 ? left + 16 * v.value : right + 16 * (v.value - V / 2)) + i * width, width, count, room);
            AmxBf16::dot<v.value, 4, COLUMNS>();
        });
    }
    for_each<V>([&](auto v) { amx_store<v.value>(&sum[0][v.value], V * STEP); });
}

// The rows of a block of 16 by 16 pairs, `step` apart, become its columns.
INLINE void transpose(Room& to, const pair_t* from, int64_t step) {
    __m512i a[16], b[16];
#pragma GCC unroll 16
    for (int i = 0; i < 16; i++) a[i] = _mm512_loadu_si512(from + i * step);
#pragma GCC unroll 8
    for (int i = 0; i < 16; i += 2) {  // within each quarter of 128 bits: two rows
        b[i] = _mm512_unpacklo_epi32(a[i], a[i + 1]);
        b[i + 1] = _mm512_unpackhi_epi32(a[i], a[i + 1]);
    }
#pragma GCC unroll 4
    for (int i = 0; i < 16; i += 4) {  // four rows
        a[i] = _mm512_unpacklo_epi64(b[i], b[i + 2]);
        a[i + 1] = _mm512_unpackhi_epi64(b[i], b[i + 2]);
        a[i + 2] = _mm512_unpacklo_epi64(b[i + 1], b[i + 3]);
        a[i + 3] = _mm512_unpackhi_epi64(b[i + 1], b[i + 3]);
    }
#pragma GCC unroll 4
    for (int i = 0; i < 4; i++) {  // quarters change places: column 4 q + i is quarter q of a[i], a[i + 4], a[i + 8], a[i + 12]
        const __m512i low = _mm512_shuffle_i32x4(a[i], a[i + 4], 0x88), high = _mm512_shuffle_i32x4(a[i], a[i + 4], 0xdd);
        const __m512i low2 = _mm512_shuffle_i32x4(a[i + 8], a[i + 12], 0x88), high2 = _mm512_shuffle_i32x4(a[i + 8], a[i + 12], 0xdd);
        _mm512_store_si512(to.pairs[i], _mm512_shuffle_i32x4(low, low2, 0x88));
        _mm512_store_si512(to.pairs[i + 4], _mm512_shuffle_i32x4(high, high2, 0x88));
        _mm512_store_si512(to.pairs[i + 8], _mm512_shuffle_i32x4(low, low2, 0xdd));
        _mm512_store_si512(to.pairs[i + 12], _mm512_shuffle_i32x4(high, high2, 0xdd));
    }
}

// Adds aᵀ b of packed rows to (M, N).
INLINE void add_product(float* to, const pair_t* a, const pair_t* b, int64_t pairs, int64_t M, int64_t N) {
    constexpr int CHUNKS = 8;  // whose transposes are kept, of 256 rows
    Room turned[CHUNKS];
    for (int64_t first = 0; first < pairs; first += CHUNKS * CHUNK)
        for (int64_t i = 0; i < M; i += ROWS) {
            int chunks = 0;
            for (; chunks < CHUNKS && first + chunks * CHUNK < pairs; chunks++) transpose(turned[chunks], a + (first + chunks * CHUNK) * M + i, M);
            for_columns(N, [&](int64_t j, auto wide) {
                constexpr int V = decltype(wide)::V;
                for_each<V>([&](auto v) { amx_load<v.value>(to + i * N + j + 16 * v.value, 4 * N); });
                for (int c = 0; c < chunks; c++) {
                    amx_load<4>(&turned[c], STEP);
                    for_each<V>([&](auto v) {
                        constexpr int COLUMNS = 5 + v.value % 2;
                        amx_load<COLUMNS>(b + (first + c * CHUNK) * N + j + 16 * v.value, 4 * N);
                        AmxBf16::dot<v.value, 4, COLUMNS>();
                    });
                }
                for_each<V>([&](auto v) { amx_store<v.value>(to + i * N + j + 16 * v.value, 4 * N); });
            });
        }
}

}  // namespace
