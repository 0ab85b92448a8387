// The gates of training, compiled for the instruction sets that differ here; no function of the standard library is used.
#include "gate_math.h"
#include "gates.h"
#include "names.h"

namespace {

void forward(uint16_t* units, uint16_t* z, int64_t rows, int64_t channels) {
    for (int64_t row = 0; row < rows; row++, units += 2 * channels, z += channels)
        for (int64_t i = 0; i < channels; i += LANES) {
            uint16_t *filter = units + i, *gate = filter + channels;
            activate(load_bf16(filter), load_bf16(gate), filter, gate, z + i);
        }
}

void backward(const uint16_t* units, const uint16_t* d_z, int64_t stride, uint16_t* d_units, uint16_t* z, int64_t rows, int64_t channels) {
    for (int64_t row = 0; row < rows; row++, units += 2 * channels, d_units += 2 * channels, z += channels, d_z += stride)
        for (int64_t i = 0; i < channels; i += LANES) {
            const F a = load_bf16(units + i), b = load_bf16(units + channels + i), d = load_bf16(d_z + i);
            activation_gradients(a, b, d, d_units + i, d_units + channels + i);
            store_bf16(z + i, a * b);
        }
}

}  // namespace

namespace wavenet {

extern const GateKernels JOIN(gate_kernels_, WAVENET_ISA);
const GateKernels JOIN(gate_kernels_, WAVENET_ISA) = {forward, backward};

}  // namespace wavenet
