// The gates of training in bf16, for the kernels that compute them.
#pragma once
#include "activations.h"

namespace {

typedef uint16_t half_t __attribute__((vector_size(REGISTER_BYTES / 2)));
constexpr int EACH_REGISTER = REGISTER_BYTES / 4;
constexpr int LANES = 16;

INLINE F load_bf16(const uint16_t* p) {
#if defined(__AVX512F__)  // of a conversion of vectors GCC makes four of parts
    return {{(f_t)_mm512_slli_epi32(_mm512_cvtepu16_epi32(_mm256_loadu_si256((const __m256i*)p)), 16)}};
#else
    I v;
    EACH(half_t h; memcpy(&h, p + r * EACH_REGISTER, sizeof h); v.r[r] = __builtin_convertvector(h, i_t) << 16)
    return as_float(v);
#endif
}

// Rounds to bf16, stores it, and returns it as it is stored.
INLINE F store_bf16(uint16_t* p, const F& a) {
#if defined(__AVX512BF16__)
    const __m256i h = (__m256i)_mm512_cvtneps_pbh((__m512)a.r[0]);
    memcpy(p, &h, sizeof h);
    return {{(f_t)_mm512_slli_epi32(_mm512_cvtepu16_epi32(h), 16)}};
#else
    const I v = to_bf16(a);
    EACH(half_t h = __builtin_convertvector(v.r[r] >> 16, half_t); memcpy(p + r * EACH_REGISTER, &h, sizeof h))
    return as_float(v);
#endif
}

// tanh as a fraction.
struct Fraction {
    F above, below;
};

INLINE Fraction tanh_of(const F& a) {
    const F t = clamp(a, Fine::LIMIT), square = t * t, fourth = square * square;
    return {t * polynomial(Fine::P, square, fourth), polynomial(Fine::Q, square, fourth)};
}

// Stores tanh(filter), σ(gate), and the product of what was stored.
INLINE void activate(const F& filter, const F& gate, uint16_t* to_filter, uint16_t* to_gate, uint16_t* z) {
    const F half = set1(0.5f);
    const Fraction t = tanh_of(filter), s = tanh_of(gate * half);
    const F inverse = set1(1.0f) / (t.below * s.below);  // one division for both
    const F a = store_bf16(to_filter, t.above * s.below * inverse);
    const F b = store_bf16(to_gate, (s.above + s.below) * t.below * inverse * half);
    store_bf16(z, a * b);
}

// Stores the gradients of both sums, from tanh, σ and the gradient of their product.
INLINE void activation_gradients(const F& a, const F& b, const F& d, uint16_t* d_filter, uint16_t* d_gate) {
    const F one = set1(1.0f);
    store_bf16(d_filter, d * b * (one - a * a));
    store_bf16(d_gate, d * a * (b * (one - b)));
}

}  // namespace
