// The gates of training, as Python sees them: matrices of PyTorch in bf16, which numpy takes for int16.
#include "gates.h"

#include <nanobind/stl/string.h>

#include "binding.h"

namespace wavenet {

#if defined(__x86_64__)
extern const GateKernels gate_kernels_portable, gate_kernels_avx2, gate_kernels_avx512;
#elif defined(__aarch64__)
extern const GateKernels gate_kernels_neon;
#else
extern const GateKernels gate_kernels_portable;
#endif

const GateKernels& gate_kernels([[maybe_unused]] const std::string& isa) {
#if defined(__x86_64__)
    return isa.rfind("avx512", 0) == 0 ? gate_kernels_avx512 : isa.rfind("avx2", 0) == 0 ? gate_kernels_avx2 : gate_kernels_portable;
#elif defined(__aarch64__)
    return gate_kernels_neon;
#else
    return gate_kernels_portable;
#endif
}

}  // namespace wavenet

namespace {

using Matrix16 = nb::ndarray<int16_t, nb::numpy, nb::ndim<2>, nb::device::cpu>;

uint16_t* data(const Matrix16& m) { return reinterpret_cast<uint16_t*>(m.data()); }

// Throws unless a matrix has a shape, and the columns of its rows are neighbours.
void check(const Matrix16& m, size_t rows, size_t columns, bool whole = true) {
    if (m.shape(0) != rows || m.shape(1) != columns) throw std::invalid_argument("the matrices do not fit each other");
    if (m.stride(1) != 1 || (whole && m.stride(0) != (int64_t)columns)) throw std::invalid_argument("a matrix is not contiguous");
}

size_t channels_of(const Matrix16& units) {
    if (units.shape(1) == 0 || units.shape(1) % 32) throw std::invalid_argument("channels are not a multiple of 16");
    return units.shape(1) / 2;
}

void py_gates(const std::string& isa, const Matrix16& units, const Matrix16& z) {
    const size_t rows = units.shape(0), channels = channels_of(units);
    check(units, rows, 2 * channels);
    check(z, rows, channels);
    Released python;
    gate_kernels(isa).forward(data(units), data(z), (int64_t)rows, (int64_t)channels);
}

void py_gate_gradients(const std::string& isa, const Matrix16& units, const Matrix16& d_z, const Matrix16& d_units, const Matrix16& z) {
    const size_t rows = units.shape(0), channels = channels_of(units);
    check(units, rows, 2 * channels);
    check(d_z, rows, channels, false);
    check(d_units, rows, 2 * channels);
    check(z, rows, channels);
    Released python;
    gate_kernels(isa).backward(data(units), data(d_z), d_z.stride(0), data(d_units), data(z), (int64_t)rows, (int64_t)channels);
}

}  // namespace

void add_layers(nb::module_& m);  // layers.cpp

void add_gates(nb::module_& m) {
    add_layers(m);
    m.def("gates", &py_gates, "isa"_a, "units"_a.noconvert(), "z"_a.noconvert());
    m.def("gate_gradients", &py_gate_gradients, "isa"_a, "units"_a.noconvert(), "d_z"_a.noconvert(), "d_units"_a.noconvert(), "z"_a.noconvert());
}
