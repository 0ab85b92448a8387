// Products of packed weights and inputs in each precision, for one column (a matrix and a vector) or several.
//
// Every output has one sum that takes its inputs in ascending order, whatever the number of columns, so a stream's
// numbers do not depend on its company. (Integer sums may take any order.)
#pragma once
#include "activations.h"
#include "types.h"

namespace {

using wavenet::LANES;
using wavenet::Layout;
using wavenet::Matrix;

#if defined(__AVX512F__)
constexpr int TILE = 8;        // vectors of sums that one column keeps in registers
constexpr int WIDE_TILE = 8;   // and several columns
#elif defined(__AVX2__)
constexpr int TILE = 4;
constexpr int WIDE_TILE = 2;
#elif defined(__ARM_NEON)
constexpr int TILE = 4;
constexpr int WIDE_TILE = 2;
#else
constexpr int TILE = 2;
constexpr int WIDE_TILE = 1;
#endif

struct Fp32 {
    using Weight = float;
    using Input = float;
    using Scalar = float;
    using Sum = F;
    using Loaded = F;
    static constexpr Layout layout = {1, TILE, 4, 0, 0};
    static constexpr bool integer = false;
    static INLINE Loaded weights(const Weight* w) { return load(w); }
    static INLINE Sum dot(const Sum& s, const Loaded& w, const Input* x) { return fma(w, set1(*x), s); }
    static INLINE void put(Input* to, const F& v) { store(to, v); }
    using Output = Fp32;   // of the last layer
    using Tanh = Fine;
};

// Of all that conditions, in every precision: nothing is fused, so int8 stays the same on every machine.
struct Unfused : Fp32 {
    static INLINE Sum dot(const Sum& s, const Loaded& w, const Input* x) { return s + w * set1(*x); }
};

#if defined(__AVX512BF16__)
struct Bf16 {
    using Weight = uint16_t;
    using Input = uint16_t;
    using Scalar = float;
    using Sum = F;
    using Loaded = __m512bh;
    static constexpr Layout layout = {2, TILE, 2, 0, 0};
    static constexpr bool integer = false;
    static INLINE Loaded weights(const Weight* w) { return (__m512bh)_mm512_load_si512(w); }
    static INLINE Sum dot(const Sum& s, const Loaded& w, const Input* x) {
        int32_t pair;
        memcpy(&pair, x, 4);
        return {{_mm512_dpbf16_ps(s.r[0], w, (__m512bh)_mm512_set1_epi32(pair))}};
    }
    static INLINE void put(Input* to, const F& v) {
        _mm256_store_si256((__m256i*)to, _mm512_cvtepi32_epi16(_mm512_srli_epi32((__m512i)to_bf16(v).r[0], 16)));
    }
    using Output = Bf16;
    using Tanh = Fine;
};
#else
// Without the instruction: weights widen to fp32 on the way, inputs are kept as rounded fp32.
struct Bf16 {
    using Weight = uint16_t;
    using Input = float;
    using Scalar = float;
    using Sum = F;
    struct Loaded { F even, odd; };
    static constexpr Layout layout = {2, TILE, 4, 0, 0};
    static constexpr bool integer = false;
    static INLINE Loaded weights(const Weight* w) {
        I pairs = load((const int32_t*)w), even, odd;
        EACH(even.r[r] = pairs.r[r] << 16)
        EACH(odd.r[r] = pairs.r[r] & (int32_t)0xffff0000)
        return {as_float(even), as_float(odd)};
    }
    static INLINE Sum dot(const Sum& s, const Loaded& w, const Input* x) {
        return fma(w.odd, set1(x[1]), fma(w.even, set1(x[0]), s));
    }
    static INLINE void put(Input* to, const F& v) { store(to, as_float(to_bf16(v))); }
    using Output = Bf16;
    using Tanh = Fine;
};
#endif

struct IntegerSum {
    using Scalar = int32_t;
    using Sum = I;
    static constexpr bool integer = true;
};

// The last layer of an int8 network, where weights of 8 bits would cost 0.015 bits per sample: 16 bits, and still
// the same integers on every machine.
struct Int16 : IntegerSum {
    using Weight = int16_t;
    using Input = int16_t;
    using Loaded = I;
#if defined(__SSE2__)
    static constexpr Layout layout = {2, TILE, 2, 0, 0};
    static INLINE Loaded weights(const Weight* w) { return load((const int32_t*)w); }
    static INLINE Sum dot(const Sum& s, const Loaded& w, const Input* x) {
        int32_t pair;
        memcpy(&pair, x, 4);
        Sum v;
#if defined(__AVX512VNNI__)
        v.r[0] = (i_t)_mm512_dpwssd_epi32((__m512i)s.r[0], _mm512_set1_epi32(pair), (__m512i)w.r[0]);
#elif defined(__AVX2__)
        EACH(v.r[r] = s.r[r] + (i_t)_mm256_madd_epi16((__m256i)w.r[r], _mm256_set1_epi32(pair)))
#else
        EACH(v.r[r] = s.r[r] + (i_t)_mm_madd_epi16((__m128i)w.r[r], _mm_set1_epi32(pair)))
#endif
        return v;
    }
#else
    static constexpr Layout layout = {1, TILE, 2, 0, 0};
    static INLINE Loaded weights(const Weight* w) {
        typedef int16_t four __attribute__((vector_size(8)));
        Loaded v;
        EACH(v.r[r] = __builtin_convertvector(((const four*)w)[r], i_t))
        return v;
    }
    static INLINE Sum dot(const Sum& s, const Loaded& w, const Input* x) {
        Sum v;
        EACH(v.r[r] = s.r[r] + w.r[r] * (int32_t)*x)
        return v;
    }
#endif
    static INLINE void put(Input* to, const I& v) {
        typedef int16_t some __attribute__((vector_size(REGISTER_BYTES / 2)));
        EACH(((some*)to)[r] = __builtin_convertvector(v.r[r], some))
    }
};

#if defined(__AVX512VNNI__)
struct Int8 : IntegerSum {
    using Weight = int8_t;
    using Output = Int16;
    using Tanh = Coarse;
    using Input = uint8_t;
    using Loaded = __m512i;
    static constexpr Layout layout = {4, TILE, 1, 128, 0};
    static INLINE Loaded weights(const Weight* w) { return _mm512_load_si512(w); }
    static INLINE Sum dot(const Sum& s, const Loaded& w, const Input* x) {
        int32_t four;
        memcpy(&four, x, 4);
        return {{(i_t)_mm512_dpbusd_epi32((__m512i)s.r[0], _mm512_set1_epi32(four), w)}};
    }
    static INLINE void put(Input* to, const I& v) { _mm_store_si128((__m128i*)to, _mm512_cvtepi32_epi8((__m512i)v.r[0])); }
};
#elif defined(__AVX2__) && defined(__AVXVNNI__)
struct Int8 : IntegerSum {
    using Weight = int8_t;
    using Output = Int16;
    using Tanh = Coarse;
    using Input = uint8_t;
    struct Loaded { __m256i r[2]; };
    static constexpr Layout layout = {4, TILE, 1, 128, 0};
    static INLINE Loaded weights(const Weight* w) {
        return {{_mm256_load_si256((const __m256i*)w), _mm256_load_si256((const __m256i*)w + 1)}};
    }
    static INLINE Sum dot(const Sum& s, const Loaded& w, const Input* x) {
        int32_t four;
        memcpy(&four, x, 4);
        Sum v;
        EACH(v.r[r] = (i_t)_mm256_dpbusd_avx_epi32((__m256i)s.r[r], _mm256_set1_epi32(four), w.r[r]))
        return v;
    }
    static INLINE void put(Input* to, const I& v) {
        typedef uint8_t eight __attribute__((vector_size(8)));
        EACH(((eight*)to)[r] = __builtin_convertvector(v.r[r], eight))
    }
};
#elif defined(__SSE2__)
// Pairs of int16 products: maddubs would saturate.
struct Int8 : IntegerSum {
    using Weight = int8_t;
    using Output = Int16;
    using Tanh = Coarse;
    using Input = int16_t;
    struct Loaded { i_t r[REGISTERS]; };
    static constexpr Layout layout = {2, TILE, 2, 0, 0};
    static INLINE Loaded weights(const Weight* w) {
        Loaded v;
#if defined(__AVX2__)
        EACH(v.r[r] = (i_t)_mm256_cvtepi8_epi16(_mm_load_si128((const __m128i*)w + r)))
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
        int32_t pair;
        memcpy(&pair, x, 4);
        Sum v;
#if defined(__AVX2__)
        EACH(v.r[r] = s.r[r] + (i_t)_mm256_madd_epi16((__m256i)w.r[r], _mm256_set1_epi32(pair)))
#else
        EACH(v.r[r] = s.r[r] + (i_t)_mm_madd_epi16((__m128i)w.r[r], _mm_set1_epi32(pair)))
#endif
        return v;
    }
    static INLINE void put(Input* to, const I& v) {
        typedef int16_t some __attribute__((vector_size(REGISTER_BYTES / 2)));
        EACH(((some*)to)[r] = __builtin_convertvector(v.r[r], some))
    }
};
#elif defined(__ARM_FEATURE_DOTPROD)
// Both operands are signed, so inputs behind a ReLU are kept 128 lower.
struct Int8 : IntegerSum {
    using Weight = int8_t;
    using Output = Int16;
    using Tanh = Coarse;
    using Input = int8_t;
    struct Loaded { int8x16_t r[4]; };
    static constexpr Layout layout = {4, TILE, 1, 0, -128};
    static INLINE Loaded weights(const Weight* w) {
        return {{vld1q_s8(w), vld1q_s8(w + 16), vld1q_s8(w + 32), vld1q_s8(w + 48)}};
    }
    static INLINE Sum dot(const Sum& s, const Loaded& w, const Input* x) {
        int32_t four;
        memcpy(&four, x, 4);
        const int8x16_t input = vreinterpretq_s8_s32(vdupq_n_s32(four));
        Sum v;
        EACH(v.r[r] = (i_t)vdotq_s32((int32x4_t)s.r[r], w.r[r], input))
        return v;
    }
    static INLINE void put(Input* to, const I& v) {
        typedef int8_t four __attribute__((vector_size(4)));
        EACH(((four*)to)[r] = __builtin_convertvector(v.r[r], four))
    }
};
#else
struct Int8 : IntegerSum {
    using Weight = int8_t;
    using Output = Int16;
    using Tanh = Coarse;
    using Input = int16_t;
    using Loaded = I;
    static constexpr Layout layout = {1, TILE, 2, 0, 0};
    static INLINE Loaded weights(const Weight* w) {
        typedef int8_t four __attribute__((vector_size(4)));
        Loaded v;
        EACH(v.r[r] = __builtin_convertvector(((const four*)w)[r], i_t))
        return v;
    }
    static INLINE Sum dot(const Sum& s, const Loaded& w, const Input* x) {
        Sum v;
        EACH(v.r[r] = s.r[r] + w.r[r] * (int32_t)*x)
        return v;
    }
    static INLINE void put(Input* to, const I& v) {
        typedef int16_t some __attribute__((vector_size(8)));
        EACH(((some*)to)[r] = __builtin_convertvector(v.r[r], some))
    }
};
#endif

// Weights that several columns use are loaded once; the compiler would rather load them again for each.
template <typename Loaded> INLINE void in_registers(Loaded&) {}
#if defined(__AVX512F__)
INLINE void in_registers(F& v) { asm("" : "+v"(v.r[0])); }
INLINE void in_registers(I& v) { asm("" : "+v"(v.r[0])); }
INLINE void in_registers(__m512i& v) { asm("" : "+v"(v)); }
#if defined(__AVX512BF16__)
INLINE void in_registers(__m512bh& v) { asm("" : "+v"(v)); }
#endif
#endif

// NV vectors of sums for each of NT columns. Integer sums of few vectors are split in CHAINS, or they would wait for
// each other: the latency of a dot product is several times its throughput.
template <class P, int NV, int NT>
INLINE void tile(const typename P::Weight* w, int vectors, int groups, const typename P::Input* const* x,
                 const typename P::Scalar* const* start, typename P::Scalar* const* out) {
    constexpr int CHAINS = P::integer && NT == 1 && NV < 8 ? 8 / NV : 1;
    constexpr int G = P::layout.group;
    const int step = vectors * LANES * G;
    typename P::Sum sum[CHAINS][NT][NV];
#pragma GCC unroll 8
    for (int j = 0; j < NT; j++)
#pragma GCC unroll 8
        for (int v = 0; v < NV; v++) sum[0][j][v] = load(start[j] + v * LANES);
    if constexpr (CHAINS > 1) {
#pragma GCC unroll 8
        for (int c = 1; c < CHAINS; c++)
#pragma GCC unroll 8
            for (int v = 0; v < NV; v++) sum[c][0][v] = sum[0][0][v] - sum[0][0][v];
    }
    int g = 0;
    for (; g + CHAINS <= groups; g += CHAINS) {
#pragma GCC unroll 8
        for (int c = 0; c < CHAINS; c++) {
#pragma GCC unroll 8
            for (int v = 0; v < NV; v++) {
                auto weights = P::weights(w + v * LANES * G);
                if constexpr (NT > 1) in_registers(weights);
#pragma GCC unroll 8
                for (int j = 0; j < NT; j++) sum[c][j][v] = P::dot(sum[c][j][v], weights, x[j] + (g + c) * G);
            }
            w += step;
        }
    }
    if constexpr (CHAINS > 1) {
        for (; g < groups; g++, w += step)
#pragma GCC unroll 8
            for (int v = 0; v < NV; v++) sum[0][0][v] = P::dot(sum[0][0][v], P::weights(w + v * LANES * G), x[0] + g * G);
#pragma GCC unroll 8
        for (int c = 1; c < CHAINS; c++)
#pragma GCC unroll 8
            for (int v = 0; v < NV; v++) sum[0][0][v] = sum[0][0][v] + sum[c][0][v];
    }
#pragma GCC unroll 8
    for (int j = 0; j < NT; j++)
#pragma GCC unroll 8
        for (int v = 0; v < NV; v++) store(out[j] + v * LANES, sum[0][j][v]);
}

// A stretch of `vectors` that no full tile covers is done by tiles of 4, 2 and 1 vectors of it.
template <class P, int NV, int NT, typename Run> INLINE void stretches(int vectors, int from, const Run& run) {
    for (; from + NV <= vectors; from += NV) run.template operator()<NV, NT>(from);
    if constexpr (NV > 1) stretches<P, NV / 2, NT>(vectors, from, run);
}

template <class P> struct Run {
    const typename P::Weight* w;
    int vectors, groups;
    const typename P::Input* const* x;
    const typename P::Scalar* const* start;
    typename P::Scalar* const* out;
    int offset;
    template <int NV, int NT> INLINE void operator()(int from) const {
        const typename P::Scalar* s[NT];
        typename P::Scalar* o[NT];
        for (int j = 0; j < NT; j++) s[j] = start[j] + (offset + from) * LANES, o[j] = out[j] + (offset + from) * LANES;
        tile<P, NV, NT>(w + from * LANES * P::layout.group, vectors, groups, x, s, o);
    }
};

// One column: sums (outputs) = start + weights · x. Sizes that are known when this is compiled make plain loops of it.
template <class P>
INLINE void product(const Matrix& m, int outputs, int inputs, const typename P::Input* x, const typename P::Scalar* start,
                    typename P::Scalar* out) {
    const auto* w = (const typename P::Weight*)m.weights;
    const int all = outputs / LANES, groups = inputs / P::layout.group;
    int first = 0;
    for (; first + TILE <= all; first += TILE) {
        Run<P>{w, TILE, groups, &x, &start, &out, first}.template operator()<TILE, 1>(0);
        w += (int64_t)TILE * groups * LANES * P::layout.group;
    }
    if (first < all) stretches<P, TILE / 2, 1>(all - first, 0, Run<P>{w, all - first, groups, &x, &start, &out, first});
}

// The columns of one tile, by threes and twos.
template <class P, int FULL> INLINE void columns_of(const Run<P>& all, int columns) {
    for (int c = 0, left; (left = columns - c) > 0;) {
        const Run<P> run = {all.w, all.vectors, all.groups, all.x + c, all.start + c, all.out + c, all.offset};
        if (left >= 3 && left != 4) stretches<P, FULL < WIDE_TILE ? FULL : WIDE_TILE, 3>(all.vectors, 0, run), c += 3;
        else if (left >= 2) stretches<P, FULL < WIDE_TILE ? FULL : WIDE_TILE, 2>(all.vectors, 0, run), c += 2;
        else stretches<P, FULL, 1>(all.vectors, 0, run), c += 1;
    }
}

// Several columns, each with its own rows. While a tile of weights is in the nearest cache, every column takes it.
template <class P>
INLINE void product(const Matrix& m, int outputs, int inputs, const typename P::Input* const* x,
                    const typename P::Scalar* const* start, typename P::Scalar* const* out, int columns) {
    const auto* w = (const typename P::Weight*)m.weights;
    const int all = outputs / LANES, groups = inputs / P::layout.group;
    int first = 0;
    for (; first + TILE <= all; first += TILE) {
        columns_of<P, TILE>(Run<P>{w, TILE, groups, x, start, out, first}, columns);
        w += (int64_t)TILE * groups * LANES * P::layout.group;
    }
    if (first < all) columns_of<P, TILE / 2>(Run<P>{w, all - first, groups, x, start, out, first}, columns);
}

}  // namespace
