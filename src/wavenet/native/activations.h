// Equation 2 and the softmax's exponential. The coefficients are those that scripts/fit_activations.py prints.
#pragma once
#include "vec.h"

namespace {

// By pairs of coefficients, which halves the chain of operations that wait for each other.
template <int N> INLINE F polynomial(const float (&c)[N], const F& x, const F& square) {
    constexpr int LAST = (N - 1) / 2 * 2;
    F value = set1(c[LAST]);
    if constexpr (LAST + 1 < N) value = value + set1(c[LAST + 1]) * x;
#pragma GCC unroll 8
    for (int i = LAST - 2; i >= 0; i -= 2) value = (set1(c[i]) + set1(c[i + 1]) * x) + value * square;
    return value;
}

// tanh as x P(x²) / Q(x²) within its limit.
struct Fine {  // within 5e-7
    static constexpr float LIMIT = 8.5f;
    static constexpr float P[5] = {0.999999946f, 0.134062048f, 0.00352581796f, 2.11215532e-05f, 1.4099229e-08f};
    static constexpr float Q[5] = {1.0f, 0.467395162f, 0.0259911303f, 0.000333568836f, 8.07361091e-07f};
};
struct Coarse {  // within 5e-5: the result becomes 8 bits, in steps of 8e-3
    static constexpr float LIMIT = 5.0f;
    static constexpr float P[3] = {0.99981014f, 0.101723086f, 0.000654942383f};
    static constexpr float Q[3] = {1.0f, 0.434504003f, 0.012639165f};
};

// tanh(a) · σ(b); with tanh = p / q and σ(b) = (1 + tanh(b / 2)) / 2 both share one division.
template <class Tanh> INLINE F gated(const F& a, const F& b) {
    F ta = clamp(a, Tanh::LIMIT), tb = clamp(b * set1(0.5f), Tanh::LIMIT);
    F a2 = ta * ta, b2 = tb * tb, a4 = a2 * a2, b4 = b2 * b2;
    F pa = ta * polynomial(Tanh::P, a2, a4), pb = tb * polynomial(Tanh::P, b2, b4);
    F qa = polynomial(Tanh::Q, a2, a4), qb = polynomial(Tanh::Q, b2, b4);
    return (pa * (qb + pb)) / (qa * (qb + qb));
}

constexpr float EXP[7] = {1.0f, 1.00000004f, 0.499999954f, 0.166664209f, 0.0416677243f, 0.00837476397f, 0.00138592911f};

// e^x for x ≤ 0, within 2e-7 of its value; 0 where it would be below the smallest normal numbers, and for a NaN.
INLINE F exponential(const F& x) {
    F bounded = greater(x, set1(-87.0f));
    F shifted = bounded * set1(1.44269504f) + set1(ROUNDING);
    F n = shifted - set1(ROUNDING);
    F remainder = (bounded - n * set1(0.693145752f)) - n * set1(1.42860677e-06f);
    I power = bits(shifted);
    I scaled = bits(polynomial(EXP, remainder, remainder * remainder));
    EACH(scaled.r[r] += (power.r[r] - ROUNDING_BITS) << 23)
    EACH(scaled.r[r] &= (i_t)(x.r[r] > -87.0f))
    return as_float(scaled);
}

}  // namespace
