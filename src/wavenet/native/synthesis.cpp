// From classes to the waveform, as Python sees it.
#include "decoding.h"

#include <algorithm>
#include <optional>

#include "binding.h"

namespace {

using Numbers = In<double, Vector>;
using Rows = In<double, Table>;

// Of excitation: what takes less than 0.1 ms does not give Python to others, who might keep it for longer than that.
constexpr size_t SHORT = 4'000;

nb::ndarray<nb::numpy, double> py_synthesise(const Numbers& excitation, const Rows& coefficients, const Numbers& deviations, int64_t hop_length,
                                             int64_t first, const Numbers& past) {
    const size_t n = excitation.shape(0), frames = deviations.shape(0), order = past.shape(0);
    if (coefficients.shape(0) != frames || coefficients.shape(1) != order || frames == 0)
        throw std::invalid_argument("coefficients must have the shape (frames, order), of at least one frame");
    if (hop_length < 1 || first < 0) throw std::invalid_argument("hop_length must be at least 1, and first at least 0");
    std::unique_ptr<double[]> s(new double[std::max<size_t>(order + n, 1)]);  // the past, and what follows it
    std::copy_n(past.data(), order, s.get());
    {
        std::optional<Released> python;
        if (n > SHORT) python.emplace();
        const Filters filters = {coefficients.data(), deviations.data(), (int64_t)frames, (int64_t)order, hop_length};
        synthesise(excitation.data(), (int64_t)n, filters, first, s.get());
    }
    return array(std::move(s), {order + n});
}

nb::ndarray<nb::numpy, double> py_full_band(const Numbers& low, const Rows& taps, const Numbers& gaussian, const Numbers& noise, int64_t at) {
    const size_t before = taps.shape(0) - 1, D = taps.shape(1), n = low.shape(0) - before;
    if (taps.shape(0) == 0 || D == 0 || low.shape(0) < before || (gaussian.shape(0) && gaussian.shape(0) >= before))
        throw std::invalid_argument("the low band must have as many samples as the taps and the Gaussian reach over");
    if (noise.shape(0) == 0 || at < 0 || at >= (int64_t)noise.shape(0)) throw std::invalid_argument("at must be a place in the noise");
    std::unique_ptr<double[]> out(new double[std::max<size_t>(D * n, 1)]);
    {
        std::optional<Released> python;
        if (D * n > SHORT) python.emplace();
        const Bands bands = {taps.data(),  (int64_t)taps.shape(0), (int64_t)D, gaussian.data(), (int64_t)gaussian.shape(0),
                             noise.data(), (int64_t)noise.shape(0)};
        full_band(low.data(), (int64_t)n, bands, at, out.get());
    }
    return array(std::move(out), {D * n});
}

}  // namespace

void add_decoding(nb::module_& m) {
    m.def("synthesise", &py_synthesise, "excitation"_a.noconvert(), "coefficients"_a.noconvert(), "deviations"_a.noconvert(), "hop_length"_a,
          "first"_a, "past"_a.noconvert());
    m.def("full_band", &py_full_band, "low"_a.noconvert(), "taps"_a.noconvert(), "gaussian"_a.noconvert(), "noise"_a.noconvert(), "at"_a);
}
