// The network, compiled once for each instruction set. No templates or functions of the standard library are used
// here: the linker may keep one copy of those, and it might be the one that an older processor cannot run.
#include "contexts.h"
#include "measure.h"
#include "names.h"
#include "residual_pass.h"
#include "sampler.h"
#include "threads.h"

namespace {

template <class P> void gate_channels(const float* a, float* z, int channels) {
    for (int i = 0; i < channels; i += LANES) store(z + i, gated<typename P::Tanh>(load(a + i), load(a + channels + i)));
}

using Medium = Known<64, 64, 256, 256, 256>;  // `medium` and `paper`

template <class P, class Shape> constexpr Steps STEPS = {step<P, Shape>, chain<P, Shape>, tail<P, Shape>, pass<P, Shape>};

// The functions for one stream of a network, the special ones where there are any.
const Steps* steps(const Weights& n, Precision precision) {
    static constexpr Steps any[3] = {STEPS<Fp32, Any>, STEPS<Bf16, Any>, STEPS<Int8, Any>};
    static constexpr Steps medium[3] = {STEPS<Fp32, Medium>, STEPS<Bf16, Medium>, STEPS<Int8, Medium>};
    return (Medium::is(n) ? medium : any) + (int)precision;
}

}  // namespace

namespace wavenet {

extern const Kernels JOIN(kernels_, WAVENET_ISA);
const Kernels JOIN(kernels_, WAVENET_ISA) = {
    TEXT(WAVENET_ISA),
    {Fp32::layout, Bf16::layout, Int8::layout},
    {Fp32::Output::layout, Bf16::Output::layout, Int8::Output::layout},
    steps,
    {start<Fp32, Any>, start<Bf16, Any>, start<Int8, Any>},
    project,
    start_context,
    context,
    residual,
    sample,
    log_probability,
    {gate_channels<Fp32>, gate_channels<Bf16>, gate_channels<Int8>},
    read_bandwidth,
    {peak<Fp32>, peak<Bf16>, peak<Int8>},
};

}  // namespace wavenet
