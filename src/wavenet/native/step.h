// One step of one stream: what lies between the products, the past, the layers, the head; and the start.
#pragma once
#include "classes.h"
#include "products.h"

namespace {

using namespace wavenet;

// The padded channels: of any stack or network, or known when this is compiled, which saves a fifth of the time of a step.
struct AnyStack {
    const int R, D, S;
    explicit AnyStack(const Stack& stack) : R(stack.R), D(stack.D), S(stack.S) {}
};

struct Any : AnyStack {
    const int H, Q;
    explicit Any(const Weights& n) : AnyStack(n.stack), H(n.H), Q(n.Q) {}
};

template <int R_, int D_, int S_, int H_, int Q_> struct Known {
    static constexpr int R = R_, D = D_, S = S_, H = H_, Q = Q_;
    explicit Known(const Weights&) {}
    static bool is(const Weights& n) { return n.stack.R == R && n.stack.D == D && n.stack.S == S && n.H == H && n.Q == Q; }
};

// --- between the products -------------------------------------------------------------------------------------------

// One vector of a product's result.
template <class P> INLINE F result(const typename P::Scalar* sums, const Epilogue& e, int i) {
    if constexpr (P::integer) return to_float(load(sums + i)) * load(e.scale + i) + load(e.bias + i);
    else return load(sums + i);
}

template <class P> INLINE const typename P::Scalar* start_of(const Epilogue& e) { return (const typename P::Scalar*)e.start; }

// Values of either sign as inputs of a product.
template <class P> INLINE void put_signed(typename P::Input* to, const F& v, float inverse_scale) {
    if constexpr (P::integer) P::put(to, to_nearest(clamp(v * set1(inverse_scale), 127.0f)) + set1(P::layout.zero_signed));
    else P::put(to, v);
}

// The values behind a ReLU as inputs of a product.
template <class P> INLINE void put_relu(typename P::Input* to, const F& v, float inverse_scale) {
    const F positive = greater(v, set1(0.0f));
    if constexpr (P::integer) P::put(to, to_nearest(lesser(positive * set1(inverse_scale), set1(255.0f))) + set1(P::layout.zero_unsigned));
    else P::put(to, positive);
}

// The causal convolution of the input where that is the samples' values.
template <class Shape> INLINE void convolve(const Weights& n, const Shape& d, const int32_t* classes, float* x) {
    const int half = n.classes / 2;
    const float step = (float)(2.0 / n.classes);
    for (int i = 0; i < d.R; i += LANES) {
        F v = load(n.embedding + i) * set1((float)(classes[0] - half) * step);
        for (int k = 1; k < n.input_kernel_size; k++) v = v + load(n.embedding + (int64_t)k * d.R + i) * set1((float)(classes[k] - half) * step);
        store(x + i, v + load(n.input_bias + i));
    }
}

// The causal convolution of the input: rows of a table.
template <class Shape> INLINE void embed(const Weights& n, const Shape& d, const int32_t* classes, float* x) {
    if (scalar_input(n.distribution)) return convolve(n, d, classes, x);
    for (int i = 0; i < d.R; i += LANES) {
        F v = load(n.embedding + (int64_t)classes[0] * d.R + i);
        for (int k = 1; k < n.input_kernel_size; k++) v = v + load(n.embedding + ((int64_t)k * n.classes + classes[k]) * d.R + i);
        store(x + i, v + load(n.input_bias + i));
    }
}

template <class P, class Shape> INLINE void put_row(const Shape& d, const Layer& layer, const float* x, typename P::Input* row) {
    for (int i = 0; i < d.R; i += LANES) put_signed<P>(row + i, load(x + i), layer.inverse_scale);
}

// Equation 2: z from the sums of the dilated convolution, and the layer's conditioning where there is some.
template <class P, class Shape>
INLINE void gate(const Shape& d, const Layer& layer, const typename P::Scalar* sums, const float* condition, typename P::Input* z) {
    for (int i = 0; i < d.D; i += LANES) {
        F a = result<P>(sums, layer.dilated, i), b = result<P>(sums, layer.dilated, d.D + i);
        if (condition) a = a + load(condition + i), b = b + load(condition + d.D + i);
        put_signed<P>(z + i, gated<typename P::Tanh>(a, b), 127.0f);
    }
}

template <class P, class Shape> INLINE void add_residual(const Shape& d, const Layer& layer, const typename P::Scalar* sums, float* x) {
    for (int i = 0; i < d.R; i += LANES) store(x + i, load(x + i) + result<P>(sums, layer.residual.epilogue, i));
}

// From the sums of one product to the inputs of the next, which may be of another kind.
template <class P, class Next>
INLINE void relu(const Epilogue& e, const typename P::Scalar* sums, float inverse_scale, int channels, typename Next::Input* out) {
    for (int i = 0; i < channels; i += LANES) put_relu<Next>(out + i, result<P>(sums, e, i), inverse_scale);
}

template <class P, class Shape> INLINE void logits_of(const Weights& n, const Shape& d, const typename P::Scalar* sums, float* logits) {
    for (int i = 0; i < d.Q; i += LANES) store(logits + i, result<P>(sums, n.output.epilogue, i));
}

// --- the past -------------------------------------------------------------------------------------------------------

template <class P, class Shape> INLINE typename P::Input* row(const Shape& d, const Ring& ring, int64_t later) {
    int64_t at = ring.position + later;
    if (at < 0) at += ring.size;
    if (at >= ring.size) at -= ring.size;
    return (typename P::Input*)ring.rows + at * d.R;
}

// At most by the ring's size.
INLINE void advance(Ring& ring, int64_t steps) {
    ring.position += steps;
    if (ring.position >= ring.size) ring.position -= ring.size;
}

// Sums of the past taps for as many steps as the dilation allows: no input of theirs is newer than the last step.
// Kept out of line: within `step` it would take the registers of the loops around it.
template <class P, class Shape>
__attribute__((noinline)) void look_ahead(const Stack& n, const Shape& d, const Layer& layer, int64_t time, Ring& ring) {
    using Scalar = typename P::Scalar;
    using Input = typename P::Input;
    const int count = layer.dilation < AHEAD ? (int)layer.dilation : AHEAD;
    const Scalar* start[AHEAD];
    Scalar* out[AHEAD];
    const Input* x[AHEAD];
    for (int j = 0; j < count; j++) {
        start[j] = start_of<P>(layer.dilated);
        out[j] = (Scalar*)ring.ahead + j * 2 * d.D;
    }
    for (int k = 0; k + 1 < n.kernel_size; k++) {
        const int64_t back = (n.kernel_size - 1 - k) * layer.dilation;
        for (int j = 0; j < count; j++) x[j] = row<P>(d, ring, j - back);
        if (count == 1) product<P>(layer.taps[k], 2 * d.D, d.R, x[0], start[0], out[0]);
        else product<P>(layer.taps[k], 2 * d.D, d.R, x, start, out, count);
        for (int j = 0; j < count; j++) start[j] = out[j];
    }
    ring.ahead_first = time;
    ring.ahead_end = time + count;
}

// The sums of the past taps of the step at `time`, from which those of the present tap go on.
template <class P, class Shape>
INLINE const typename P::Scalar* past_sums(const Stack& n, const Shape& d, const Layer& layer, int64_t time, Ring& ring) {
    if (n.kernel_size == 1) return start_of<P>(layer.dilated);
    if (time < ring.ahead_first || time >= ring.ahead_end) look_ahead<P>(n, d, layer, time, ring);
    return (const typename P::Scalar*)ring.ahead + (time - ring.ahead_first) * 2 * d.D;
}

// --- one step of one stream -----------------------------------------------------------------------------------------

// The residual stream as layer l's newest input.
template <class P, class Shape> INLINE void put_newest(const Stack& n, const Shape& d, int l, const Past& past, const float* x) {
    put_row<P>(d, n.layer[l], x, row<P>(d, past.ring[l], 0));
}

// Layer l from its newest input to z.
template <class P, class Shape>
INLINE void up_to_z(const Stack& n, const Shape& d, int l, const Past& past, const float* condition, StackScratch& s, typename P::Input* z) {
    using Scalar = typename P::Scalar;
    const Layer& layer = n.layer[l];
    Ring& ring = past.ring[l];
    const Scalar* before = past_sums<P>(n, d, layer, past.time, ring);
    product<P>(layer.taps[n.kernel_size - 1], 2 * d.D, d.R, row<P>(d, ring, 0), before, (Scalar*)s.sums);
    advance(ring, 1);
    gate<P>(d, layer, (const Scalar*)s.sums, condition ? condition + (int64_t)l * 2 * d.D : nullptr, z);
}

template <class P, class Shape> INLINE void to_next(const Stack& n, const Shape& d, int l, const typename P::Input* z, StackScratch& s, float* x) {
    using Scalar = typename P::Scalar;
    if (l + 1 == n.layers) return;
    const Layer& layer = n.layer[l];
    product<P>(layer.residual.matrix, d.R, d.D, z, start_of<P>(layer.residual.epilogue), (Scalar*)s.residual);
    add_residual<P>(d, layer, (const Scalar*)s.residual, x);
}

template <class P, class Shape> INLINE void add_skip(const Stack& n, const Shape& d, int l, const typename P::Input* z, StackScratch& s) {
    using Scalar = typename P::Scalar;
    product<P>(n.layer[l].skip, d.S, d.D, z, l ? (const Scalar*)s.skip : start_of<P>(n.skip), (Scalar*)s.skip);
}

template <class P, class Shape> INLINE void head(const Weights& n, const Shape& d, Scratch& s) {
    using Scalar = typename P::Scalar;
    using Output = typename P::Output;
    auto* inputs = (typename P::Input*)s.head.inputs;
    auto* hidden = (typename Output::Input*)s.head.inputs;
    auto* sums = (Scalar*)s.head.sums;
    relu<P, P>(n.stack.skip, (const Scalar*)s.stack.skip, n.skip_inverse_scale, d.S, inputs);
    product<P>(n.hidden.matrix, d.H, d.S, inputs, start_of<P>(n.hidden.epilogue), sums);
    relu<P, Output>(n.hidden.epilogue, sums, n.hidden_inverse_scale, d.H, hidden);
    product<Output>(n.output.matrix, d.Q, d.H, hidden, start_of<P>(n.output.epilogue), sums);
    logits_of<P>(n, d, sums, s.head.logits);
}

// The critical path goes from x through every layer to the last z. The skips of the layer before lie within it, as work
// for the time in which its products wait for each other.
template <class P, class Shape> void step(const Weights& n, Stream& stream, const float* condition, Scratch& s) {
    const Shape d(n);
    const typename P::Ready ready;
    const Stack& stack = n.stack;
    StackScratch& room = s.stack;
    auto* z = (typename P::Input*)room.z;
    embed(n, d, stream.classes.convolved, room.x);
    for (int l = 0; l < stack.layers; l++, z += d.D) {
        put_newest<P>(stack, d, l, stream.past, room.x);
        up_to_z<P>(stack, d, l, stream.past, condition, room, z);
        if (l) add_skip<P>(stack, d, l - 1, z - d.D, room);
        to_next<P>(stack, d, l, z, room, room.x);
    }
    add_skip<P>(stack, d, stack.layers - 1, z - d.D, room);
    stream.past.time++;
    head<P>(n, d, s);
}

// --- the start: silence for ever before the first sample, so every layer is constant in time ------------------------

// From the constant input of the first layer, in scratch.
template <class P, class Shape> INLINE void start_layers(const Stack& n, const Shape& d, Past& past, const float* condition, StackScratch& s) {
    using Scalar = typename P::Scalar;
    using Input = typename P::Input;
    for (int l = 0; l < n.layers; l++) {
        const Layer& layer = n.layer[l];
        Ring& ring = past.ring[l];
        Input* first = (Input*)ring.rows;
        put_row<P>(d, layer, s.x, first);
        for (int64_t i = 1; i < ring.size; i++) memcpy(first + i * d.R, first, (size_t)d.R * sizeof(Input));
        const Scalar* before = start_of<P>(layer.dilated);
        for (int k = 0; k < n.kernel_size; k++) {
            product<P>(layer.taps[k], 2 * d.D, d.R, first, before, (Scalar*)s.sums);
            before = (const Scalar*)s.sums;
        }
        gate<P>(d, layer, before, condition ? condition + (int64_t)l * 2 * d.D : nullptr, (Input*)s.z);
        to_next<P>(n, d, l, (const Input*)s.z, s, s.x);
        ring.position = 0;
        ring.ahead_first = ring.ahead_end = 0;
    }
    past.time = 0;
}

template <class P, class Shape> void start(const Weights& n, Stream& stream, const float* condition, Scratch& s) {
    const Shape d(n);
    const typename P::Ready ready;
    embed(n, d, stream.classes.convolved, s.stack.x);
    start_layers<P>(n.stack, d, stream.past, condition, s.stack);
}

}  // namespace
