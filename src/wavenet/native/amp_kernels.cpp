// The work of an amplifier, compiled once for each instruction set, as kernels.cpp is, and under the same rules.
#include "amp_types.h"
#include "amp_curves.h"
#include "names.h"

using namespace wavenet;

namespace {

// Outputs of a tile, and vectors of time, so that two sums of each and their inputs fit the registers.
#if defined(__AVX512F__)
constexpr int TILE = 8;
constexpr int times(int outputs) { return outputs <= 3 ? 4 : outputs == 4 ? 2 : 1; }
#elif defined(__AVX2__) || defined(__ARM_NEON)
constexpr int TILE = 3;
constexpr int times(int outputs) { return outputs == 1 ? 2 : 1; }
#else
constexpr int TILE = 1;
constexpr int times(int) { return 1; }
#endif

// One channel's part in the sums.
template <int OUT, int TIMES> INLINE void add(F (&sums)[OUT][TIMES], const float* x, const float* weights) {
    F input[TIMES];
#pragma GCC unroll 4
    for (int u = 0; u < TIMES; u++) input[u] = in_registers(load_any(x + 16 * u));
#pragma GCC unroll 8
    for (int o = 0; o < OUT; o++) {
        const F weight = set1(weights[o]);
#pragma GCC unroll 4
        for (int u = 0; u < TIMES; u++) sums[o][u] = fma(weight, input[u], sums[o][u]);
    }
}

// `OUT` outputs at 16 `TIMES` samples from `t` on.
template <int OUT, int TIMES> INLINE void tile(const Affine& a, int from, const float* weights, int t) {
    F even[OUT][TIMES], odd[OUT][TIMES];
    const bool early = a.start.data && !a.starts_late, late = a.start.data && a.starts_late;
#pragma GCC unroll 8
    for (int o = 0; o < OUT; o++)
#pragma GCC unroll 4
        for (int u = 0; u < TIMES; u++) {
            even[o][u] = set1(a.bias[from + o]), odd[o][u] = set1(0.0f);
            if (early) even[o][u] = even[o][u] + load_any(a.start.data + (from + o) * a.start.stride + t + 16 * u);
        }
    for (int i = 0; i < a.count; i++) {
        const float* x = a.terms[i].data + t;
        const int64_t stride = a.terms[i].stride;
        int c = a.terms[i].channels;
        for (; c > 1; c -= 2, x += 2 * stride, weights += 2 * OUT) add(even, x, weights), add(odd, x + stride, weights + OUT);
        if (c) add(even, x, weights), weights += OUT;
    }
    const bool bent = a.curve.kind == Activation::bent, done = bent || a.curve.kind == Activation::identity;
#pragma GCC unroll 8
    for (int o = 0; o < OUT; o++) {
        const int64_t at = (from + o) * a.out.stride + t, in_start = (from + o) * a.start.stride + t, in_sum = (from + o) * a.sum.stride + t;
#pragma GCC unroll 4
        for (int u = 0; u < TIMES; u++) {
            if (a.odd.data) store_any(a.odd.data + at + 16 * u, odd[o][u]);
            F sum = a.odd.data ? even[o][u] : even[o][u] + odd[o][u];
            if (late) sum = sum + load_any(a.start.data + in_start + 16 * u);
            if (bent) sum = Bent{}(a.curve, sum, set1(a.curve.slopes[from + o]));
            store_any(a.out.data + at + 16 * u, sum);
            if (done && a.sum.data) store_any(a.sum.data + in_sum + 16 * u, a.first ? sum : load_any(a.sum.data + in_sum + 16 * u) + sum);
        }
    }
}

template <int OUT> void tiles(const Affine& a, int from, const float* weights, int samples) {
    constexpr int TIMES = times(OUT);
    int t = 0;
    for (; t + 16 * TIMES <= samples; t += 16 * TIMES) tile<OUT, TIMES>(a, from, weights, t);
    for (; t < samples; t += 16) tile<OUT, 1>(a, from, weights, t);
}

template <int OUT> void last_tile(const Affine& a, int from, const float* weights, int samples) {
    if constexpr (OUT > 0) {
        if (a.outputs - from == OUT) return tiles<OUT>(a, from, weights, samples);
        last_tile<OUT - 1>(a, from, weights, samples);
    }
}

// Whole rows of values through a curve that takes long, in place, and their sum.
struct Finish {
    const Affine& a;
    int samples;
    template <class Shape> void operator()(Shape shape) const {
        for (int o = 0; o < a.outputs; o++) {
            float* values = a.out.data + o * a.out.stride;
            const float slope = a.curve.slopes[o];
            if (!a.sum.data) {
                for (int t = 0; t < samples; t += 16) store_any(values + t, shape(a.curve, load_any(values + t), set1(slope)));
                continue;
            }
            float* sum = a.sum.data + o * a.sum.stride;
            for (int t = 0; t < samples; t += 16) {
                const F value = shape(a.curve, load_any(values + t), set1(slope));
                store_any(values + t, value);
                store_any(sum + t, a.first ? value : load_any(sum + t) + value);
            }
        }
    }
};

void affine(const Affine& a, int samples) {
    int from = 0;
    const float* weights = a.weights;
    for (; from + TILE <= a.outputs; from += TILE, weights += a.inputs * TILE) tiles<TILE>(a, from, weights, samples);
    last_tile<TILE - 1>(a, from, weights, samples);
    if (a.curve.kind != Activation::bent && a.curve.kind != Activation::identity) with_curve(a.curve.kind, Finish{a, samples});
}

// One sample: a lane for each output.
template <class V, int C> INLINE void add(V (&sums)[2], const float* x, const float* weights, int stride) {
#pragma GCC unroll 16
    for (int c = 0; c < C; c++) sums[c % 2] = V::fma(V::load(weights + c * stride), x[c], sums[c % 2]);
}

// The same of a value that is still in a register, which saves the way through memory.
template <int C> INLINE void add(Quarter (&sums)[2], const Quarter& x, const float* weights) {
#pragma GCC unroll 4
    for (int c = 0; c < C; c++) sums[c % 2] = Quarter::fma(Quarter::load(weights + c * 4), x.v[c], sums[c % 2]);
}

// The terms have C channels each, or 1; C = 0: any. `stride` is known where one vector holds all outputs. `last` is what
// the operation before wrote.
template <class V, int C> INLINE V step(const AffineStep& a, uint32_t time, int stride, const V& last) {
    constexpr bool CHAINS = V::N == 4;
    const float* ahead = a.ahead.at(time - a.phase);
    float* out = a.out.at(time);
    V value = last;
    for (int from = 0; from < stride; from += V::N) {
        V sums[2] = {V::load(ahead + from), V::load(ahead + stride + from)};
        if (a.start.rows && !a.starts_late) sums[0] = V::add(sums[0], V::load(a.start.at(time) + from));
        const float* weights = a.weights + from;
        const StepTerm* const end = a.terms + a.count - (CHAINS && a.chained);
        for (const StepTerm* one = a.terms; one < end; one++) {
            const float* x = one->signal.at(time - one->delay);
            int c = one->channels;
            if (C && c == C) {
                add<V, C>(sums, x, weights, stride), weights += C * stride;
                continue;
            }
            for (; c > 1; c -= 2, x += 2, weights += 2 * stride) add<V, 2>(sums, x, weights, stride);
            if (c) add<V, 1>(sums, x, weights, stride), weights += stride;
        }
        if constexpr (CHAINS)
            if (a.chained) add<C>(sums, last, weights);
        value = V::add(sums[0], sums[1]);
        if (a.start.rows && a.starts_late) value = V::add(value, V::load(a.start.at(time) + from));
        if (a.curve.kind != Activation::identity) {
            const F slopes = load_any(a.curve.slopes + from), wide = V::widen(value);
            value = V::narrow(a.curve.kind == Activation::bent ? Bent{}(a.curve, wide, slopes) : curve(a.curve, wide, slopes));
        }
        V::store(out + from, value);
        if (!a.sum.rows) continue;
        float* sum = a.sum.at(time) + from;
        V::store(sum, a.first ? value : V::add(V::load(sum), value));
    }
    return value;
}

void steps(const AffineStep* all, int count, uint32_t time) {
    Quarter last = {};
    for (const AffineStep* a = all; a < all + count; a++) {
        if (a->padded == 4) last = a->channels == 3 ? step<Quarter, 3>(*a, time, 4, last) : step<Quarter, 4>(*a, time, 4, last);
        else if (a->padded == 8) step<Half, 8>(*a, time, 8, Half{});
        else if (a->padded == 16) step<Whole, 16>(*a, time, 16, Whole{});
        else step<Whole, 0>(*a, time, a->padded, Whole{});
    }
}

INLINE void keep(const Rows& out, const Rows& sum, bool first, int64_t at, int64_t in_sum, const F& value) {
    store_any(out.data + at, value);
    if (sum.data) store_any(sum.data + in_sum, first ? value : load_any(sum.data + in_sum) + value);
}

INLINE F gated(const Gate& g, const F& before, const F& other, const F& slope, const F& other_slope) {
    const F value = curve(g.curve, before, slope), share = curve(g.gate, other, other_slope);
    return g.blended ? fma(share, value, (set1(1.0f) - share) * before) : value * share;
}

void gate(const Gate& g, int samples) {
    for (int c = 0; c < g.out.channels; c++) {
        const float* a = g.both.data + c * g.both.stride;
        const float* b = a + g.out.channels * g.both.stride;
        const F slope = set1(g.curve.slopes[c]), other_slope = set1(g.gate.slopes[c]);
        for (int t = 0; t < samples; t += 16)
            keep(g.out, g.sum, g.first, c * g.out.stride + t, c * g.sum.stride + t, gated(g, load_any(a + t), load_any(b + t), slope, other_slope));
    }
}

void gate_step(const Gate& g) {
    for (int c = 0; c < g.out.channels; c += 16) {
        const F a = load_any(g.both.data + c), b = load_any(g.both.data + g.out.channels + c);
        keep(g.out, g.sum, g.first, c, c, gated(g, a, b, load_any(g.curve.slopes + c), load_any(g.gate.slopes + c)));
    }
}

// Of 16 values at `at` in the rows, which lie so far from the first.
template <class At> INLINE void modulated(const Modulate& m, At at, const F& slope) {
    F value = load_any(m.a.data + at(m.a)) * load_any(m.scale.data + at(m.scale));
    if (m.shift.data) value = value + load_any(m.shift.data + at(m.shift));
    if (m.start.data) value = value + load_any(m.start.data + at(m.start));
    keep(m.out, m.sum, m.first, at(m.out), at(m.sum), curve(m.curve, value, slope));
}

void modulate(const Modulate& m, int samples) {
    for (int c = 0; c < m.out.channels; c++)
        for (int t = 0; t < samples; t += 16) modulated(m, [&](const Rows& r) { return c * r.stride + t; }, set1(m.curve.slopes[c]));
}

void modulate_step(const Modulate& m) {
    for (int c = 0; c < m.out.channels; c += 16) modulated(m, [&](const Rows&) { return c; }, load_any(m.curve.slopes + c));
}

void cell(const Cell& l, int samples) {
    for (int t = 0; t < samples; t++) {
        const float *weights = l.weights, *bias = l.bias;
        for (int from = 0; from < l.padded; from += 16, bias += 64) {
            F i = load(bias), f = load(bias + 16), g = load(bias + 32), o = load(bias + 48);
            const auto add = [&](float x) {
                const F input = set1(x);
                i = fma(load(weights), input, i), f = fma(load(weights + 16), input, f);
                g = fma(load(weights + 32), input, g), o = fma(load(weights + 48), input, o);
                weights += 64;
            };
            for (int c = 0; c < l.in.channels; c++) add(l.in.data[c * l.in.stride + t]);
            for (int h = 0; h < l.size; h++) add(l.hidden[h]);
            const F state = fma(sigmoid(f), load(l.cell + from), sigmoid(i) * tanh(g));
            store(l.cell + from, state);
            store(l.next + from, sigmoid(o) * tanh(state));
        }
        for (int h = 0; h < l.padded; h += 16) store(l.hidden + h, load(l.next + h));
        for (int h = 0; h < l.size; h++) l.out.data[h * l.out.stride + t] = l.hidden[h];
    }
}

void activate(const Curve& c, float* values, int count) {
    for (int i = 0; i < count; i += 16) store_any(values + i, curve(c, load_any(values + i), set1(c.slopes[0])));
}

}  // namespace

namespace wavenet {

extern const AmpKernels JOIN(amp_kernels_, WAVENET_ISA);
const AmpKernels JOIN(amp_kernels_, WAVENET_ISA) = {TEXT(WAVENET_ISA), TILE, affine, steps, gate, gate_step, modulate, modulate_step, cell, activate};

}  // namespace wavenet
