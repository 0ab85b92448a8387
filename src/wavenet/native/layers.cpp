// The layers of training, as Python sees them: matrices of PyTorch in bf16, which numpy takes for int16.
#include "layers.h"

#include <nanobind/stl/string.h>

#include <algorithm>
#include <string>
#include <vector>

#include "binding.h"
#include "thread_pool.h"

namespace wavenet {

#if defined(__x86_64__)
extern const LayerKernels layer_kernels_avx512bf16;
#if defined(__linux__)
extern const LayerKernels layer_kernels_amx;
#endif
#endif

}  // namespace wavenet

namespace {

constexpr int64_t CHUNK = 1024;  // rows whose gradients one thread finishes before it goes on: they stay in its cache

const LayerKernels& layer_kernels(const std::string& instructions, int threads) {
    if (threads < 1) throw std::invalid_argument("there must be a thread");
    const Kernels* kernels = find_kernels(instructions);
    const std::string name = kernels ? kernels->name : "";
#if defined(__x86_64__)
    if (name == "avx512bf16") return layer_kernels_avx512bf16;
#if defined(__linux__)
    if (name == "amx") return layer_kernels_amx;
#endif
#endif
    throw std::invalid_argument("there are no layers of training for this instruction set");
}

struct alignas(64) Packing {
    uint32_t pairs[PACKED];
};

template <typename T> using Matrix = nb::ndarray<T, nb::numpy, nb::ndim<2>, nb::device::cpu>;
using Halves = Matrix<int16_t>;
using Floats = Matrix<float>;

// Its memory; throws unless it has a shape, and the columns of its rows, or the rows too, are neighbours.
template <typename T> T* whole(const Matrix<T>& m, int64_t rows, int64_t columns, bool strided = false) {
    if ((int64_t)m.shape(0) != rows || (int64_t)m.shape(1) != columns) throw std::invalid_argument("the matrices do not fit each other");
    if (rows * columns && (m.stride(1) != 1 || (!strided && m.stride(0) != columns))) throw std::invalid_argument("a matrix is not contiguous");
    return m.data();
}

uint16_t* bits_of(const Halves& m, int64_t rows, int64_t columns, bool strided = false) { return (uint16_t*)whole(m, rows, columns, strided); }

LayerShape shape_of(const Halves& x, const Halves& units, int64_t outputs, int64_t skips, int64_t taps, int64_t dilation) {
    LayerShape d{(int64_t)units.shape(0), outputs, dilation, taps, (int64_t)x.shape(1), (int64_t)units.shape(1) / 2, skips};
    const int64_t R = d.residual, D = d.channels;
    if (R == 0 || D == 0 || R % 32 || D % 32 || R > MOST_CHANNELS || D > MOST_CHANNELS || skips % 2)
        throw std::invalid_argument("channels are not multiples of 32 up to 512");
    if (taps < 1 || taps > MOST_TAPS || dilation < 1 || outputs < 0 || outputs > d.rows)
        throw std::invalid_argument("the matrices do not fit each other");
    return d;
}

// Does `work(thread, begin, end)` for all rows, each thread with its share.
template <class Work> void share(int threads, int64_t begin, int64_t end, Work work) {
    const int64_t each = (end - begin + threads - 1) / threads;
    const auto from = [&](int i) { return std::min(begin + i * each, end); };
    ThreadPool::of_this_thread().run(threads, [&](int i) { work(i, from(i), from(i + 1)); });
}

void py_layer(const Halves& x, const Halves& dilated, const Halves& bias, const Halves& residual, const Halves& units, bool conditioned,
              const Halves& zs, const Halves& next, int64_t dilation, const std::string& instructions, int threads) {
    const int64_t taps = x.shape(1) ? dilated.shape(0) / std::max<int64_t>(x.shape(1) / 2, 1) : 0;
    const LayerShape d = shape_of(x, units, zs.shape(0), 0, taps, dilation);
    const int64_t R = d.residual, D = d.channels, U = d.rows;
    const bool last = next.shape(0) == 0;
    const LayerForward l{d,
                         bits_of(x, d.inputs(), R),
                         bits_of(dilated, taps * R / 2, 4 * D),
                         bits_of(bias, 1, 2 * D),
                         last ? nullptr : bits_of(residual, D / 2, 2 * R),
                         bits_of(units, U, 2 * D),
                         conditioned,
                         bits_of(zs, d.outputs, D, true),
                         zs.stride(0),
                         last ? nullptr : bits_of(next, U, R)};
    const LayerKernels& kernels = layer_kernels(instructions, threads);
    Released python;
    share(threads, 0, U, [&](int, int64_t begin, int64_t end) { kernels.forward(l, begin, end); });
}

void py_layer_gradients(const Halves& x, const Halves& units, const Halves& d_next, const Halves& d_skips, const Halves& residual, const Halves& skip,
                        const Halves& dilated, const Halves& d_units, const Halves& d_x, const Floats& d_dilated, const Floats& d_bias,
                        const Floats& d_residual, int64_t dilation, const std::string& instructions, int threads) {
    const int64_t taps = units.shape(1) ? 2 * dilated.shape(0) / units.shape(1) : 0;
    const LayerShape d = shape_of(x, units, d_skips.shape(0), d_skips.shape(1), taps, dilation);
    const int64_t R = d.residual, D = d.channels, U = d.rows, N = d.inputs();
    const bool last = d_next.shape(0) == 0;
    const LayerBackward l{d,
                          bits_of(x, N, R),
                          bits_of(units, U, 2 * D),
                          last ? nullptr : bits_of(d_next, U, R),
                          bits_of(d_skips, d.outputs, d.skips),
                          last ? nullptr : bits_of(residual, R / 2, 2 * D),
                          bits_of(skip, d.skips / 2, 2 * D),
                          bits_of(dilated, taps * D, 2 * R),
                          bits_of(d_units, U, 2 * D),
                          bits_of(d_x, N, R)};
    float *const dilated_sums = whole(d_dilated, taps * R, 2 * D), *const bias_sums = whole(d_bias, 1, 2 * D);
    float* const residual_sums = last ? nullptr : whole(d_residual, D, R);
    const LayerKernels& kernels = layer_kernels(instructions, threads);
    Released python;
    static thread_local std::vector<Packing> packings;
    packings.resize(std::max(packings.size(), (size_t)threads));
    const int64_t count = taps * R * 2 * D + 2 * D + D * R;
    std::vector<float> more((threads - 1) * count);  // the sums of the other threads
    const auto sums_of = [&, room = packings.data()](int i) {
        float* p = more.data() + (i - 1) * count;
        if (i == 0) return WeightGradients{dilated_sums, bias_sums, residual_sums, room[0].pairs};
        return WeightGradients{p, p + taps * R * 2 * D, p + taps * R * 2 * D + 2 * D, room[i].pairs};
    };
    // A row of x needs gradients of sums before it, of which the first of a thread's share are another's.
    const int64_t past = N - U;
    share(threads, 0, U, [&](int i, int64_t from, int64_t to) {
        for (int64_t begin = from; begin < to; begin += CHUNK) {
            const int64_t end = std::min(begin + CHUNK, to);
            kernels.unit_gradients(l, begin, end);
            if (const int64_t own = std::max(begin, from ? from + past : 0); own < end) kernels.input_gradients(l, own, end);
            kernels.weight_gradients(l, sums_of(i), begin, end);
        }
    });
    share(threads, 0, U, [&](int, int64_t from, int64_t to) {
        const int64_t following = to == U ? N : std::min(to + (to - from), U);  // the end of the next share
        if (from < to) kernels.input_gradients(l, to, std::min(to + past, following));
    });
    for (int i = 1; i < threads; i++) {
        const WeightGradients other = sums_of(i);
        for (int64_t j = 0; j < taps * R * 2 * D; j++) dilated_sums[j] += other.dilated[j];
        for (int64_t j = 0; j < 2 * D; j++) bias_sums[j] += other.bias[j];
        for (int64_t j = 0; j < (last ? 0 : D * R); j++) residual_sums[j] += other.residual[j];
    }
}

}  // namespace

void add_layers(nb::module_& m) {
    m.def("layer", &py_layer, "x"_a.noconvert(), "dilated"_a.noconvert(), "bias"_a.noconvert(), "residual"_a.noconvert(), "units"_a.noconvert(),
          "conditioned"_a, "zs"_a.noconvert(), "next"_a.noconvert(), "dilation"_a, "instructions"_a, "threads"_a);
    m.def("layer_gradients", &py_layer_gradients, "x"_a.noconvert(), "units"_a.noconvert(), "d_next"_a.noconvert(), "d_skips"_a.noconvert(),
          "residual"_a.noconvert(), "skip"_a.noconvert(), "dilated"_a.noconvert(), "d_units"_a.noconvert(), "d_x"_a.noconvert(),
          "d_dilated"_a.noconvert(), "d_bias"_a.noconvert(), "d_residual"_a.noconvert(), "dilation"_a, "instructions"_a, "threads"_a);
}
