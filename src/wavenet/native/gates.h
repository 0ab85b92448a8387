// Equation 2 for training: whole matrices in bf16, which PyTorch would go over five times.
#pragma once
#include <cstdint>
#include <string>

namespace wavenet {

struct GateKernels {
    // units (rows, 2D): the sums of both halves, which become tanh and sigmoid; z (rows, D): their product.
    void (*forward)(uint16_t* units, uint16_t* z, int64_t rows, int64_t channels);
    // From tanh and sigmoid (rows, 2D) and the gradient of z, whose rows are `stride` apart: that of the sums, and z again.
    void (*backward)(const uint16_t* units, const uint16_t* d_z, int64_t stride, uint16_t* d_units, uint16_t* z, int64_t rows, int64_t channels);
};

const GateKernels& gate_kernels(const std::string& isa);

}  // namespace wavenet
