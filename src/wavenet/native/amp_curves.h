// The activation functions of amplifiers, on sixteen lanes; and lanes of channels for single samples. For amp_kernels.cpp.
#pragma once
#include "activations.h"
#include "amp_types.h"

namespace {

using wavenet::Activation;
using wavenet::Curve;

typedef float any_f_t __attribute__((vector_size(REGISTER_BYTES), aligned(4), may_alias));

INLINE F load_any(const float* p) {
    F v;
    EACH(v.r[r] = (f_t)((const any_f_t*)p)[r]) return v;
}
INLINE void store_any(float* p, const F& v){EACH(((any_f_t*)p)[r] = (any_f_t)v.r[r])}

// What is used many times over: the compiler would read it from memory each time, across two cache lines where it is not
// aligned, which takes twice as long as the multiplication that wants it.
INLINE F in_registers(F v) {
#if defined(__AVX512F__)
    asm("" : "+v"(v.r[0]));
#elif defined(__x86_64__)
    EACH(asm("" : "+x"(v.r[r])))
#elif defined(__aarch64__)
    EACH(asm("" : "+w"(v.r[r])))
#endif
    return v;
}

// tanh within 5e-7, as activations.h has it, but with fused operations.
INLINE F tanh(const F& given) {
    const F x = clamp(given, Fine::LIMIT), s = x * x;
    F p = set1(Fine::P[4]), q = set1(Fine::Q[4]);
#pragma GCC unroll 4
    for (int i = 3; i >= 0; i--) p = fma(p, s, set1(Fine::P[i])), q = fma(q, s, set1(Fine::Q[i]));
    return x * p / q;
}
INLINE F sigmoid(const F& x) { return fma(set1(0.5f), tanh(x * set1(0.5f)), set1(0.5f)); }
INLINE F absolute(const F& x) {
    return as_float([](I v) { EACH(v.r[r] &= 0x7fffffff) return v; }(bits(x)));
}

// a where x > bound, else b.
INLINE F where_above(const F& x, const F& bound, const F& a, const F& b) {
    F v;
    EACH(const i_t yes = (i_t)(x.r[r] > bound.r[r]); v.r[r] = (f_t)((yes & (i_t)a.r[r]) | (~yes & (i_t)b.r[r]))) return v;
}

// One function object for each kind, so that a loop has none of the others in it.
struct Same {
    INLINE F operator()(const Curve&, const F& x, const F&) const { return x; }
};
struct Tanh {
    INLINE F operator()(const Curve&, const F& x, const F&) const { return tanh(x); }
};
struct HardTanh {
    INLINE F operator()(const Curve&, const F& x, const F&) const { return clamp(x, 1.0f); }
};
struct FastTanh {
    INLINE F operator()(const Curve&, const F& x, const F&) const {
        const F a = absolute(x), s = x * x;
        const F top =
            x * fma(fma(set1(0.821226666969744f), a, set1(0.893229853513558f)), s, fma(set1(2.45550750702956f), a, set1(2.45550750702956f)));
        const F bottom = fma(set1(2.44506634652299f) + s, absolute(fma(set1(0.814642734961073f) * x, a, x)), set1(2.44506634652299f));
        return top / bottom;
    }
};
struct Relu {
    INLINE F operator()(const Curve&, const F& x, const F&) const { return greater(x, set1(0.0f)); }
};
struct LeakyRelu {
    INLINE F operator()(const Curve&, const F& x, const F& slope) const { return where_above(x, set1(0.0f), x, slope * x); }
};
struct Bent {
    INLINE F operator()(const Curve&, const F& x, const F& slope) const { return greater(slope * x, x); }
};
struct Sigmoid {
    INLINE F operator()(const Curve&, const F& x, const F&) const { return sigmoid(x); }
};
struct Silu {
    INLINE F operator()(const Curve&, const F& x, const F&) const { return x * sigmoid(x); }
};
struct HardSwish {
    INLINE F operator()(const Curve&, const F& x, const F&) const {
        return x * lesser(greater(x + set1(3.0f), set1(0.0f)), set1(6.0f)) * set1(1.0f / 6.0f);
    }
};
struct LeakyHardTanh {
    INLINE F operator()(const Curve& c, const F& x, const F& slope) const {
        const F low = set1(c.low), high = set1(c.high);
        const F above = where_above(x, high, fma(x - high, set1(c.high_slope), high), x);
        return where_above(low, x, fma(x - low, slope, low), above);
    }
};
struct Softsign {
    INLINE F operator()(const Curve&, const F& x, const F&) const { return x / (set1(1.0f) + absolute(x)); }
};

// Calls `work` with the function of a kind.
template <class Work> INLINE auto with_curve(Activation kind, const Work& work) {
    switch (kind) {
        case Activation::tanh: return work(Tanh{});
        case Activation::hard_tanh: return work(HardTanh{});
        case Activation::fast_tanh: return work(FastTanh{});
        case Activation::relu: return work(Relu{});
        case Activation::leaky_relu:
        case Activation::prelu: return work(LeakyRelu{});
        case Activation::sigmoid: return work(Sigmoid{});
        case Activation::silu: return work(Silu{});
        case Activation::hard_swish: return work(HardSwish{});
        case Activation::leaky_hard_tanh: return work(LeakyHardTanh{});
        case Activation::softsign: return work(Softsign{});
        case Activation::bent: return work(Bent{});
        default: return work(Same{});
    }
}

INLINE F curve(const Curve& c, const F& x, const F& slope) {
    return with_curve(c.kind, [&](auto shape) { return shape(c, x, slope); });
}

// 4, 8 or 16 lanes of channels: as few as the channels need, since weights have to be read for each. Widened, they go
// through a curve without a detour through memory.
struct Whole {
    static constexpr int N = 16;
    F v;
    static INLINE Whole load(const float* p) { return {::load(p)}; }
    static INLINE void store(float* p, const Whole& a) { ::store(p, a.v); }
    static INLINE Whole add(const Whole& a, const Whole& b) { return {a.v + b.v}; }
    static INLINE Whole fma(const Whole& w, float x, const Whole& sum) { return {::fma(w.v, set1(x), sum.v)}; }
    static INLINE F widen(const Whole& a) { return a.v; }
    static INLINE Whole narrow(const F& a) { return {a}; }
};

struct Quarter {
    static constexpr int N = 4;
    quad_t v;
    static INLINE Quarter load(const float* p) { return {*(const quad_t*)p}; }
    static INLINE void store(float* p, const Quarter& a) { *(quad_t*)p = a.v; }
    static INLINE Quarter add(const Quarter& a, const Quarter& b) { return {a.v + b.v}; }
#if defined(__AVX2__)
    static INLINE Quarter fma(const Quarter& w, float x, const Quarter& sum) { return {(quad_t)_mm_fmadd_ps(w.v, _mm_set1_ps(x), sum.v)}; }
#elif defined(__ARM_NEON)
    static INLINE Quarter fma(const Quarter& w, float x, const Quarter& sum) {
        return {(quad_t)vfmaq_n_f32((float32x4_t)sum.v, (float32x4_t)w.v, x)};
    }
#else
    static INLINE Quarter fma(const Quarter& w, float x, const Quarter& sum) { return {w.v * (x - quad_t{}) + sum.v}; }
#endif
#if defined(__AVX512F__)
    static INLINE F widen(const Quarter& a) { return {{_mm512_zextps128_ps512(a.v)}}; }
    static INLINE Quarter narrow(const F& a) { return {_mm512_castps512_ps128(a.r[0])}; }
#elif defined(__AVX2__)
    static INLINE F widen(const Quarter& a) { return {{_mm256_zextps128_ps256(a.v), f_t{}}}; }
    static INLINE Quarter narrow(const F& a) { return {_mm256_castps256_ps128(a.r[0])}; }
#else
    static INLINE F widen(const Quarter& a) { return {{(f_t)a.v, f_t{}, f_t{}, f_t{}}}; }
    static INLINE Quarter narrow(const F& a) { return {(quad_t)a.r[0]}; }
#endif
};

struct Half {
    static constexpr int N = 8;
#if defined(__AVX2__)
    __m256 v;
    static INLINE Half load(const float* p) { return {_mm256_load_ps(p)}; }
    static INLINE void store(float* p, const Half& a) { _mm256_store_ps(p, a.v); }
    static INLINE Half add(const Half& a, const Half& b) { return {a.v + b.v}; }
    static INLINE Half fma(const Half& w, float x, const Half& sum) { return {_mm256_fmadd_ps(w.v, _mm256_set1_ps(x), sum.v)}; }
#if defined(__AVX512F__)
    static INLINE F widen(const Half& a) { return {{_mm512_zextps256_ps512(a.v)}}; }
    static INLINE Half narrow(const F& a) { return {_mm512_castps512_ps256(a.r[0])}; }
#else
    static INLINE F widen(const Half& a) { return {{a.v, f_t{}}}; }
    static INLINE Half narrow(const F& a) { return {a.r[0]}; }
#endif
#else  // two registers of four
    Quarter a, b;
    static INLINE Half load(const float* p) { return {Quarter::load(p), Quarter::load(p + 4)}; }
    static INLINE void store(float* p, const Half& v) { Quarter::store(p, v.a), Quarter::store(p + 4, v.b); }
    static INLINE Half add(const Half& v, const Half& w) { return {Quarter::add(v.a, w.a), Quarter::add(v.b, w.b)}; }
    static INLINE Half fma(const Half& w, float x, const Half& s) { return {Quarter::fma(w.a, x, s.a), Quarter::fma(w.b, x, s.b)}; }
    static INLINE F widen(const Half& v) { return {{(f_t)v.a.v, (f_t)v.b.v, f_t{}, f_t{}}}; }
    static INLINE Half narrow(const F& v) { return {{(quad_t)v.r[0]}, {(quad_t)v.r[1]}}; }
#endif
};

}  // namespace
