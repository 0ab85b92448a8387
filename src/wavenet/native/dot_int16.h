// The dot product of int16, of the last layer of an int8 network: weights of 8 bits would cost 0.015 bits per sample there.
#pragma once
#include "tiles.h"

namespace {

struct Int16 : IntegerSum {
    using Weight = int16_t;
    using Input = int16_t;
    using Loaded = I;
#if defined(__SSE2__) || defined(__wasm_simd128__)
    static constexpr Layout layout = {2, TILE, 2, 0, 0};
    static INLINE Loaded weights(const Weight* w) { return load((const int32_t*)w); }
    static INLINE Sum dot(const Sum& s, const Loaded& w, const Input* x) {
        Sum v;
#if defined(__AVX512VNNI__)
        v.r[0] = (i_t)_mm512_dpwssd_epi32((__m512i)s.r[0], _mm512_set1_epi32(together(x)), (__m512i)w.r[0]);
#elif defined(__AVX2__)
        EACH(v.r[r] = s.r[r] + (i_t)_mm256_madd_epi16((__m256i)w.r[r], _mm256_set1_epi32(together(x))))
#elif defined(__SSE2__)
        EACH(v.r[r] = s.r[r] + (i_t)_mm_madd_epi16((__m128i)w.r[r], _mm_set1_epi32(together(x))))
#else
        EACH(v.r[r] = s.r[r] + (i_t)wasm_i32x4_dot_i16x8((v128_t)w.r[r], wasm_i32x4_splat(together(x))))
#endif
        return v;
    }
#else
    static constexpr Layout layout = {1, TILE, 2, 0, 0};
    static INLINE Loaded weights(const Weight* w) { return widened(w); }
    static INLINE Sum dot(const Sum& s, const Loaded& w, const Input* x) {
        Sum v;
        EACH(v.r[r] = s.r[r] + w.r[r] * (int32_t)*x)
        return v;
    }
#endif
    static INLINE void put(Input* to, const I& v) { narrow(to, v); }
};

#if defined(WAVENET_AMX)
struct LastLayer : Int16 {  // whose inputs are from 0 to 255
    static constexpr int MATRIX_COLUMNS = 4;
    static constexpr Layout layout = {2, TILE, 2, 0, 0, true};
};
#else
using LastLayer = Int16;
#endif

}  // namespace
