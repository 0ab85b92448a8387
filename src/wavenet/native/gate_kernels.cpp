// The gates of training, compiled for the instruction sets that differ here; no function of the standard library is used.
#include "activations.h"
#include "gates.h"

#define JOIN_(a, b) a##b
#define JOIN(a, b) JOIN_(a, b)

namespace {

typedef uint16_t half_t __attribute__((vector_size(REGISTER_BYTES / 2)));
constexpr int EACH_REGISTER = REGISTER_BYTES / 4;
constexpr int LANES = 16;

INLINE F load_bf16(const uint16_t* p) {
    I v;
    EACH(half_t h; memcpy(&h, p + r * EACH_REGISTER, sizeof h); v.r[r] = __builtin_convertvector(h, i_t) << 16)
    return as_float(v);
}

// Rounds to bf16, stores it, and returns it as it is stored.
INLINE F store_bf16(uint16_t* p, const F& a) {
    const I v = to_bf16(a);
    EACH(half_t h = __builtin_convertvector(v.r[r] >> 16, half_t); memcpy(p + r * EACH_REGISTER, &h, sizeof h))
    return as_float(v);
}

// tanh as a fraction.
struct Fraction {
    F above, below;
};

INLINE Fraction tanh_of(const F& a) {
    const F t = clamp(a, Fine::LIMIT), square = t * t, fourth = square * square;
    return {t * polynomial(Fine::P, square, fourth), polynomial(Fine::Q, square, fourth)};
}

void forward(uint16_t* units, uint16_t* z, int64_t rows, int64_t channels) {
    for (int64_t row = 0; row < rows; row++, units += 2 * channels, z += channels)
        for (int64_t i = 0; i < channels; i += LANES) {
            uint16_t *filter = units + i, *gate = filter + channels;
            const F half = set1(0.5f);
            const Fraction t = tanh_of(load_bf16(filter)), s = tanh_of(load_bf16(gate) * half);
            const F inverse = set1(1.0f) / (t.below * s.below);  // one division for both
            const F a = store_bf16(filter, t.above * s.below * inverse);
            const F b = store_bf16(gate, (s.above + s.below) * t.below * inverse * half);
            store_bf16(z + i, a * b);
        }
}

void backward(const uint16_t* units, const uint16_t* d_z, int64_t stride, uint16_t* d_units, uint16_t* z, int64_t rows, int64_t channels) {
    const F one = set1(1.0f);
    for (int64_t row = 0; row < rows; row++, units += 2 * channels, d_units += 2 * channels, z += channels, d_z += stride)
        for (int64_t i = 0; i < channels; i += LANES) {
            const F a = load_bf16(units + i), b = load_bf16(units + channels + i), d = load_bf16(d_z + i);
            store_bf16(d_units + i, d * b * (one - a * a));
            store_bf16(d_units + channels + i, d * a * (b * (one - b)));
            store_bf16(z + i, a * b);
        }
}

}  // namespace

namespace wavenet {

extern const GateKernels JOIN(gate_kernels_, WAVENET_ISA);
const GateKernels JOIN(gate_kernels_, WAVENET_ISA) = {forward, backward};

}  // namespace wavenet
