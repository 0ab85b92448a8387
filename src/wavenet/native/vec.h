// Sixteen lanes of float or int32, made of as many registers as the instruction set needs. Only kernels.cpp includes
// this, once for each instruction set, so everything lives in an anonymous namespace.
//
// a * b + c is never fused here unless `fma` says so: then the int8 engine gives the same samples on every machine.
#pragma once
#include <cstdint>
#include <cstring>
#if defined(__x86_64__)
#include <immintrin.h>
#elif defined(__ARM_NEON)
#include <arm_neon.h>
#elif defined(__wasm_simd128__)
#include <wasm_simd128.h>
#endif

namespace {

#if defined(__AVX512F__)
constexpr int REGISTER_BYTES = 64;
#elif defined(__AVX2__)
constexpr int REGISTER_BYTES = 32;
#else
constexpr int REGISTER_BYTES = 16;
#endif
constexpr int REGISTERS = 64 / REGISTER_BYTES;

typedef float f_t __attribute__((vector_size(REGISTER_BYTES)));
typedef int32_t i_t __attribute__((vector_size(REGISTER_BYTES)));

struct F {
    f_t r[REGISTERS];
};
struct I {
    i_t r[REGISTERS];
};

#ifndef INLINE  // a build with sanitizers has its own
#define INLINE inline __attribute__((always_inline))
#endif
// Straight-line code for each register: loops over them would live in memory.
#define EACH(body)                                       \
    {                                                    \
        {                                                \
            constexpr int r = 0;                         \
            body;                                        \
        }                                                \
        if constexpr (REGISTERS > 1) {                   \
            constexpr int r = REGISTERS > 1 ? 1 : 0;     \
            body;                                        \
        }                                                \
        if constexpr (REGISTERS > 2) {                   \
            {                                            \
                constexpr int r = REGISTERS > 2 ? 2 : 0; \
                body;                                    \
            }                                            \
            {                                            \
                constexpr int r = REGISTERS > 2 ? 3 : 0; \
                body;                                    \
            }                                            \
        }                                                \
    }

INLINE F load(const float* p) {
    F v;
    EACH(v.r[r] = ((const f_t*)p)[r]) return v;
}
INLINE I load(const int32_t* p) {
    I v;
    EACH(v.r[r] = ((const i_t*)p)[r]) return v;
}
INLINE void store(float* p, const F& v){EACH(((f_t*)p)[r] = v.r[r])} INLINE void store(int32_t* p, const I& v){EACH(((i_t*)p)[r] = v.r[r])} INLINE F
    set1(float x) {
    F v;
    EACH(v.r[r] = x - f_t{}) return v;
}
INLINE I set1(int32_t x) {
    I v;
    EACH(v.r[r] = x - i_t{}) return v;
}
INLINE F operator+(const F& a, const F& b) {
    F v;
    EACH(v.r[r] = a.r[r] + b.r[r]) return v;
}
INLINE F operator-(const F& a, const F& b) {
    F v;
    EACH(v.r[r] = a.r[r] - b.r[r]) return v;
}
INLINE F operator*(const F& a, const F& b) {
    F v;
    EACH(v.r[r] = a.r[r] * b.r[r]) return v;
}
INLINE F operator/(const F& a, const F& b) {
    F v;
    EACH(v.r[r] = a.r[r] / b.r[r]) return v;
}
INLINE I operator+(const I& a, const I& b) {
    I v;
    EACH(v.r[r] = a.r[r] + b.r[r]) return v;
}
INLINE I operator-(const I& a, const I& b) {
    I v;
    EACH(v.r[r] = a.r[r] - b.r[r]) return v;
}
INLINE F to_float(const I& a) {
    F v;
    EACH(v.r[r] = __builtin_convertvector(a.r[r], f_t)) return v;
}
INLINE I bits(const F& a) {
    I v;
    EACH(v.r[r] = (i_t)a.r[r]) return v;
}
INLINE F as_float(const I& a) {
    F v;
    EACH(v.r[r] = (f_t)a.r[r]) return v;
}

// Registers: what the compiler's vectors cannot say.
#if defined(__AVX512F__)
INLINE f_t fma(f_t a, f_t b, f_t c) { return _mm512_fmadd_ps(a, b, c); }
INLINE f_t lesser(f_t a, f_t b) { return _mm512_min_ps(a, b); }
INLINE f_t greater(f_t a, f_t b) { return _mm512_max_ps(a, b); }
#elif defined(__AVX2__)
INLINE f_t fma(f_t a, f_t b, f_t c) { return _mm256_fmadd_ps(a, b, c); }
INLINE f_t lesser(f_t a, f_t b) { return _mm256_min_ps(a, b); }
INLINE f_t greater(f_t a, f_t b) { return _mm256_max_ps(a, b); }
#elif defined(__ARM_NEON)
INLINE f_t fma(f_t a, f_t b, f_t c) { return (f_t)vfmaq_f32((float32x4_t)c, (float32x4_t)a, (float32x4_t)b); }
INLINE f_t lesser(f_t a, f_t b) { return a < b ? a : b; }
INLINE f_t greater(f_t a, f_t b) { return a > b ? a : b; }
#elif defined(__SSE2__)
INLINE f_t fma(f_t a, f_t b, f_t c) { return a * b + c; }
INLINE f_t lesser(f_t a, f_t b) { return _mm_min_ps(a, b); }
INLINE f_t greater(f_t a, f_t b) { return _mm_max_ps(a, b); }
#elif defined(__wasm_simd128__)
INLINE f_t fma(f_t a, f_t b, f_t c) { return a * b + c; }
INLINE f_t lesser(f_t a, f_t b) { return (f_t)wasm_f32x4_pmin((v128_t)b, (v128_t)a); }
INLINE f_t greater(f_t a, f_t b) { return (f_t)wasm_f32x4_pmax((v128_t)b, (v128_t)a); }
#else
INLINE f_t fma(f_t a, f_t b, f_t c) { return a * b + c; }
INLINE f_t lesser(f_t a, f_t b) { return a < b ? a : b; }
INLINE f_t greater(f_t a, f_t b) { return a > b ? a : b; }
#endif
INLINE F fma(const F& a, const F& b, const F& c) {
    F v;
    EACH(v.r[r] = fma(a.r[r], b.r[r], c.r[r])) return v;
}
// What is not a number becomes b, the bound.
INLINE F lesser(const F& a, const F& b) {
    F v;
    EACH(v.r[r] = lesser(a.r[r], b.r[r])) return v;
}
INLINE F greater(const F& a, const F& b) {
    F v;
    EACH(v.r[r] = greater(a.r[r], b.r[r])) return v;
}
INLINE F clamp(const F& a, float bound) { return lesser(greater(a, set1(-bound)), set1(bound)); }

// Adding 1.5 · 2²³ leaves the nearest integer (ties to even) in the low bits, for |a| < 2²²; no conversion that
// could trap or differ between machines.
constexpr float ROUNDING = 12582912.0f;
constexpr int32_t ROUNDING_BITS = 0x4b400000;
INLINE I to_nearest(const F& a) { return bits(a + set1(ROUNDING)) - set1(ROUNDING_BITS); }

// bf16 by rounding to nearest, ties to even, in the upper half of each lane. (A NaN stays one unless all its set
// mantissa bits are low ones; the sampler copes with either.)
INLINE I to_bf16(const F& a) {
    I v = bits(a);
    EACH(v.r[r] = (v.r[r] + 0x7fff + ((v.r[r] >> 16) & 1)) & (int32_t)0xffff0000)
    return v;
}

// Sums and extremes of the lanes, in one order on every machine.
typedef float quad_t __attribute__((vector_size(16)));
INLINE float lanes_sum(const F& a) {
    alignas(64) float p[16];
    store(p, a);
    const quad_t* q = (const quad_t*)p;
    quad_t s = (q[0] + q[1]) + (q[2] + q[3]);
    return (s[0] + s[1]) + (s[2] + s[3]);
}
INLINE float lanes_max(const F& a) {
    alignas(64) float p[16];
    store(p, a);
    float m = p[0];
    for (int i = 1; i < 16; i++) m = p[i] > m ? p[i] : m;
    return m;
}

}  // namespace
