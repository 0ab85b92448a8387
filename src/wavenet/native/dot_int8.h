// The int8 dot product, for each family of instructions. The sums are the same integers on every machine.
#pragma once
#include "dot_int16.h"

namespace {

struct EightBits : IntegerSum {
    using Weight = int8_t;
    using Output = LastLayer;
    using Tanh = Coarse;
};

#if defined(__AVX512VNNI__)  // avx512, avx512bf16, amx
struct Int8 : EightBits {
    using Input = uint8_t;
    using Loaded = __m512i;
#if defined(WAVENET_AMX)
    using MatrixUnits = AmxInt8;
    using Ready = Amx;
    static constexpr int MATRIX_COLUMNS = 4;  // tiles take 16 for the time in which registers take one or two
    static constexpr Layout layout = {4, TILE, 1, 128, 0, true};
#else
    static constexpr Layout layout = {4, TILE, 1, 128, 0};
#endif
    static INLINE Loaded weights(const Weight* w) { return _mm512_load_si512(w); }
    static INLINE Sum dot(const Sum& s, const Loaded& w, const Input* x) {
        return {{(i_t)_mm512_dpbusd_epi32((__m512i)s.r[0], _mm512_set1_epi32(together(x)), w)}};
    }
    static INLINE void put(Input* to, const I& v) { _mm_store_si128((__m128i*)to, _mm512_cvtepi32_epi8((__m512i)v.r[0])); }
};
#elif defined(__AVX2__) && defined(__AVXVNNI__)       // avx2vnni
struct Int8 : EightBits {
    using Input = uint8_t;
    struct Loaded {
        __m256i r[2];
    };
    static constexpr Layout layout = {4, TILE, 1, 128, 0};
    static INLINE Loaded weights(const Weight* w) { return {{_mm256_load_si256((const __m256i*)w), _mm256_load_si256((const __m256i*)w + 1)}}; }
    static INLINE Sum dot(const Sum& s, const Loaded& w, const Input* x) {
        Sum v;
        EACH(v.r[r] = (i_t)_mm256_dpbusd_avx_epi32((__m256i)s.r[r], _mm256_set1_epi32(together(x)), w.r[r]))
        return v;
    }
    static INLINE void put(Input* to, const I& v) { narrow(to, v); }
};
#elif defined(__SSE2__) || defined(__wasm_simd128__)  // avx2, portable on x86, and wasm
// Pairs of int16 products: maddubs would saturate.
struct Int8 : EightBits {
    using Input = int16_t;
    struct Loaded {
        i_t r[REGISTERS];
    };
    static constexpr Layout layout = {2, TILE, 2, 0, 0};
    static INLINE Loaded weights(const Weight* w) {
        Loaded v;
#if defined(__AVX2__)
        EACH(v.r[r] = (i_t)_mm256_cvtepi8_epi16(_mm_load_si128((const __m128i*)w + r)))
#elif defined(__wasm_simd128__)
        EACH(v.r[r] = (i_t)wasm_i16x8_load8x8(w + 8 * r))
#else
        const __m128i low = _mm_load_si128((const __m128i*)w), high = _mm_load_si128((const __m128i*)w + 1);
        const __m128i none = _mm_setzero_si128();
        v.r[0] = (i_t)_mm_srai_epi16(_mm_unpacklo_epi8(none, low), 8);
        v.r[1] = (i_t)_mm_srai_epi16(_mm_unpackhi_epi8(none, low), 8);
        v.r[2] = (i_t)_mm_srai_epi16(_mm_unpacklo_epi8(none, high), 8);
        v.r[3] = (i_t)_mm_srai_epi16(_mm_unpackhi_epi8(none, high), 8);
#endif
        return v;
    }
    static INLINE Sum dot(const Sum& s, const Loaded& w, const Input* x) {
        Sum v;
#if defined(__AVX2__)
        EACH(v.r[r] = s.r[r] + (i_t)_mm256_madd_epi16((__m256i)w.r[r], _mm256_set1_epi32(together(x))))
#elif defined(__wasm_simd128__)
        EACH(v.r[r] = s.r[r] + (i_t)wasm_i32x4_dot_i16x8((v128_t)w.r[r], wasm_i32x4_splat(together(x))))
#else
        EACH(v.r[r] = s.r[r] + (i_t)_mm_madd_epi16((__m128i)w.r[r], _mm_set1_epi32(together(x))))
#endif
        return v;
    }
    static INLINE void put(Input* to, const I& v) { narrow(to, v); }
};
#elif defined(__ARM_FEATURE_DOTPROD)  // neondot
// Both operands are signed, so inputs behind a ReLU are kept 128 lower.
struct Int8 : EightBits {
    using Input = int8_t;
    struct Loaded {
        int8x16_t r[4];
    };
    static constexpr Layout layout = {4, TILE, 1, 0, -128};
    static INLINE Loaded weights(const Weight* w) { return {{vld1q_s8(w), vld1q_s8(w + 16), vld1q_s8(w + 32), vld1q_s8(w + 48)}}; }
    static INLINE Sum dot(const Sum& s, const Loaded& w, const Input* x) {
        const int8x16_t input = vreinterpretq_s8_s32(vdupq_n_s32(together(x)));
        Sum v;
        EACH(v.r[r] = (i_t)vdotq_s32((int32x4_t)s.r[r], w.r[r], input))
        return v;
    }
    static INLINE void put(Input* to, const I& v) { narrow(to, v); }
};
#else                                 // neon, and portable elsewhere
struct Int8 : EightBits {
    using Input = int16_t;
    using Loaded = I;
    static constexpr Layout layout = {1, TILE, 2, 0, 0};
    static INLINE Loaded weights(const Weight* w) { return widened(w); }
    static INLINE Sum dot(const Sum& s, const Loaded& w, const Input* x) {
        Sum v;
        EACH(v.r[r] = s.r[r] + w.r[r] * (int32_t)*x)
        return v;
    }
    static INLINE void put(Input* to, const I& v) { narrow(to, v); }
};
#endif

}  // namespace
