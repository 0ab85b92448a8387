// The matrix units of x86 (AMX): eight tiles of 16 rows of 64 bytes each, and products of tiles. Here all are used whole.
// In assembly, so that a tile's number is a template's.
#pragma once
#include <cstdint>

#include "vec.h"

namespace {

constexpr int AMX_ROWS = 16, AMX_ROW_BYTES = 64;

template <int N> struct Constant {
    static constexpr int value = N;
};
// Does `work(Constant<i>)` for 0 ≤ i < N.
template <int N, typename Work> INLINE void for_each(const Work& work) {
    if constexpr (N > 0) for_each<N - 1>(work), work(Constant<N - 1>());
}

// Holds the thread's tiles ready. They are given back at the end: a thread that has tiles costs more to switch.
struct Amx {
    Amx() {
        struct {
            uint8_t palette, start_row, reserved[14];
            uint16_t row_bytes[16];
            uint8_t rows[16];
        } config = {};
        config.palette = 1;
        for (int tile = 0; tile < 8; tile++) config.row_bytes[tile] = AMX_ROW_BYTES, config.rows[tile] = AMX_ROWS;
        asm volatile("ldtilecfg (%0)" : : "r"(&config) : "memory");
    }
    ~Amx() { asm volatile("tilerelease"); }
    Amx(const Amx&) = delete;
};

// Rows begin `step` bytes after each other. With a step of 0 they are all the same one; of those stored, the last stays.
template <int TILE_> INLINE void amx_load(const void* first, int64_t step) {
    asm volatile("tileloadd (%0,%1,1), %%tmm%c2" : : "r"(first), "r"(step), "i"(TILE_) : "memory");
}
template <int TILE_> INLINE void amx_store(void* first, int64_t step) {
    asm volatile("tilestored %%tmm%c2, (%0,%1,1)" : : "r"(first), "r"(step), "i"(TILE_) : "memory");
}

template <int TILE_> INLINE void amx_zero() { asm volatile("tilezero %%tmm%c0" : : "i"(TILE_)); }

// C += A · B, where a row of B holds the weights of one group of inputs, as many as have 32 bits.
struct AmxInt8 {  // A unsigned, B signed
    template <int C, int A, int B> static INLINE void dot() { asm volatile("tdpbusd %%tmm%c2, %%tmm%c1, %%tmm%c0" : : "i"(C), "i"(A), "i"(B)); }
};
struct AmxUnsigned {  // both unsigned
    template <int C, int A, int B> static INLINE void dot() { asm volatile("tdpbuud %%tmm%c2, %%tmm%c1, %%tmm%c0" : : "i"(C), "i"(A), "i"(B)); }
};
struct AmxBf16 {
    template <int C, int A, int B> static INLINE void dot() { asm volatile("tdpbf16ps %%tmm%c2, %%tmm%c1, %%tmm%c0" : : "i"(C), "i"(A), "i"(B)); }
};

}  // namespace
