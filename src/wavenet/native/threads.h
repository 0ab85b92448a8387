// Two threads for one stream: the chain from x to the last z, and the tail of skips, head and sampler.
#pragma once
#include "sampler.h"
#include "step.h"
#include "waiting.h"

namespace {

#define LOAD_ACQUIRE(field) __atomic_load_n(&(field), __ATOMIC_ACQUIRE)
#define STORE_RELEASE(field, value) __atomic_store_n(&(field), value, __ATOMIC_RELEASE)

template <class P, class Shape>
void chain(const Weights& n, Stream& stream, Condition condition, void* conditioner, StackScratch& s, Handover& h) {
    const Shape d(n);
    const typename P::Ready ready;
    const Stack& stack = n.stack;
    Past& past = stream.past;
    using Input = typename P::Input;
    uint64_t layers = 0;
    for (uint64_t t = 0;; t++) {
        if (t) wait_for([&] { return LOAD_ACQUIRE(h.samples_done) >= t; });
        if (t == LOAD_ACQUIRE(h.count)) return;
        if (t) push_class(stream.classes, LOAD_ACQUIRE(h.newest));
        const float* conditioning = condition(conditioner, past.time);
        embed(n, d, stream.classes.convolved, s.x);
        for (int l = 0; l < stack.layers; l++) {
            put_newest<P>(stack, d, l, past, s.x);
            Input* z = (Input*)s.z + (int64_t)l * d.D;
            up_to_z<P>(stack, d, l, past, conditioning, s, z);
            STORE_RELEASE(h.layers_done, ++layers);
            to_next<P>(stack, d, l, z, s, s.x);
        }
        past.time++;
        if (stack.kernel_size > 1)  // the other thread has its head to do meanwhile
            for (int l = 0; l < stack.layers; l++) past_sums<P>(stack, d, stack.layer[l], past.time, past.ring[l]);
    }
}

template <class P, class Shape>
void tail(const Weights& n, Sampler& sampler, const double* uniforms, int32_t* out, Scratch& s, Handover& h, Late late, const void* when) {
    const Shape d(n);
    const typename P::Ready ready;
    using Input = typename P::Input;
    uint64_t layers = 0;
    for (uint64_t t = 0; t < h.count; t++) {
        for (int l = 0; l < n.stack.layers; l++) {
            layers++;
            wait_for([&] { return LOAD_ACQUIRE(h.layers_done) >= layers; });
            add_skip<P>(n.stack, d, l, (const Input*)s.stack.z + (int64_t)l * d.D, s.stack);
        }
        head<P>(n, d, s);
        out[t] = sample(n, s.head.logits, sampler, uniforms ? uniforms + t : nullptr, s.sampling);
        if (t % 4 == 3 && late(when)) STORE_RELEASE(h.count, t + 1);  // before the chain hears of this sample
        STORE_RELEASE(h.newest, out[t]);
        STORE_RELEASE(h.samples_done, t + 1);
    }
}

}  // namespace
