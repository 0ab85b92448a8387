// Residual networks, as Python sees them.
#include "residual.h"

#include <nanobind/stl/optional.h>
#include <nanobind/stl/shared_ptr.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <optional>

#include "binding.h"

namespace {

// Multiply-adds of a call that takes less than 0.1 ms, and does not give Python to others, who might keep it for longer.
constexpr int64_t SHORT = 10'000'000;

std::shared_ptr<ResidualNetwork> make(const nb::dict& tensors, int inputs, int channels, int outputs, const std::vector<int>& taps,
                                      const std::string& isa) {
    std::vector<nb::object> kept;
    return std::make_shared<ResidualNetwork>(ResidualConfig{inputs, channels, outputs, taps}, tensors_in(tensors, kept),
                                             tensors_in<int8_t>(tensors, kept), kernels_named(isa));
}

nb::ndarray<nb::numpy, float> run(const ResidualNetwork& network, const In<float, Table>& x) {
    const int64_t rows = (int64_t)x.shape(0);
    const size_t outputs = (size_t)network.config().outputs;
    if ((int64_t)x.shape(1) != network.config().inputs)
        throw std::invalid_argument("there are " + std::to_string(x.shape(1)) + " channels, and this network takes " +
                                    std::to_string(network.config().inputs));
    std::unique_ptr<float[]> out(new float[std::max<size_t>((size_t)rows * outputs, 1)]);
    {
        std::optional<Released> python;
        if (rows > SHORT / network.weights()) python.emplace();
        network.run(x.data(), rows, out.get());
    }
    return array(std::move(out), {(size_t)rows, outputs});
}

}  // namespace

void add_residual(nb::module_& m) {
    nb::class_<ResidualNetwork>(m, "ResidualNetwork")
        .def(nb::new_(&make), "tensors"_a, "inputs"_a, "channels"_a, "outputs"_a, "taps"_a, "isa"_a)
        .def("run", &run, "x"_a.noconvert());
}
