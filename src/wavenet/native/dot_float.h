// Dot products in fp32 and bf16.
#pragma once
#include "tiles.h"
#if defined(WAVENET_AMX)
#include "amx.h"
#endif

namespace {

struct Fp32 : FloatSum {
    using Weight = float;
    using Input = float;
    using Loaded = F;
    static constexpr Layout layout = {1, TILE, 4, 0, 0};
    static INLINE Loaded weights(const Weight* w) { return load(w); }
    static INLINE Sum dot(const Sum& s, const Loaded& w, const Input* x) { return fma(w, set1(*x), s); }
    static INLINE void put(Input* to, const F& v) { store(to, v); }
    using Output = Fp32;  // of the last layer
};

// Of all that conditions, in every precision: nothing is fused, so int8 stays the same on every machine.
struct Unfused : Fp32 {
    static INLINE Sum dot(const Sum& s, const Loaded& w, const Input* x) { return s + w * set1(*x); }
};

#if defined(__AVX512BF16__)  // avx512bf16, amx
struct Bf16 : FloatSum {
#if defined(WAVENET_AMX)
    using MatrixUnits = AmxBf16;
    using Ready = Amx;
    static constexpr int MATRIX_COLUMNS = 1;  // their sums are rounded otherwise, so a single column is theirs, too
#endif
    using Weight = uint16_t;
    using Input = uint16_t;
    using Loaded = __m512bh;
    static constexpr Layout layout = {2, TILE, 2, 0, 0};
    static INLINE Loaded weights(const Weight* w) { return (__m512bh)_mm512_load_si512(w); }
    static INLINE Sum dot(const Sum& s, const Loaded& w, const Input* x) {
        return {{_mm512_dpbf16_ps(s.r[0], w, (__m512bh)_mm512_set1_epi32(together(x)))}};
    }
    static INLINE void put(Input* to, const F& v) {
        _mm256_store_si256((__m256i*)to, _mm512_cvtepi32_epi16(_mm512_srli_epi32((__m512i)to_bf16(v).r[0], 16)));
    }
    using Output = Bf16;
};
#else
// Without the instruction: weights widen to fp32 on the way, inputs are kept as rounded fp32.
struct Bf16 : FloatSum {
    using Weight = uint16_t;
    using Input = float;
    struct Loaded {
        F even, odd;
    };
    static constexpr Layout layout = {2, TILE, 4, 0, 0};
#if defined(__AVX2__) && !defined(__AVX512F__)  // a vector of weights takes four of sixteen registers
    static constexpr int WIDE = 1, COLUMNS = 4;
#endif
    static INLINE Loaded weights(const Weight* w) {
        I pairs = load((const int32_t*)w), even, odd;
        EACH(even.r[r] = pairs.r[r] << 16)
        EACH(odd.r[r] = pairs.r[r] & (int32_t)0xffff0000)
        return {as_float(even), as_float(odd)};
    }
    static INLINE Sum dot(const Sum& s, const Loaded& w, const Input* x) { return fma(w.odd, set1(x[1]), fma(w.even, set1(x[0]), s)); }
    static INLINE void put(Input* to, const F& v) { store(to, as_float(to_bf16(v))); }
    using Output = Bf16;
};
#endif

}  // namespace
