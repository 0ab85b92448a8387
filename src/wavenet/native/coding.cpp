// The coder as Python sees it.
#include "coder.h"

#include <nanobind/stl/shared_ptr.h>

#include <algorithm>

#include "binding.h"

namespace {

// A coder, and the network whose probabilities it codes with.
template <typename Coder> struct Of {
    std::shared_ptr<const Network> network;
    Coder coder;
    void check(const Handle& handle) const {
        if (handle.network != network) throw std::invalid_argument("the coder is for another network");
    }
};

using Integers = In<uint32_t, Vector>;
using Numbers = In<double, Vector>;

CoderTables coder_tables(const Integers& weights, const Integers& widths, const Integers& below, const Numbers& inverse_scales) {
    const auto copied = [](const auto& each) { return std::vector(each.data(), each.data() + each.shape(0)); };
    return {copied(weights), copied(widths), copied(below), copied(inverse_scales)};
}

void py_encode(Handle& handle, Of<Encoder>& of, const In<int32_t, Vector>& classes, const In<int32_t, Vector>& positions) {
    of.check(handle);
    Encoder& encoder = of.coder;
    const size_t n = classes.shape(0);
    if (positions.shape(0) != n) throw std::invalid_argument("there must be one position for each class");
    for (size_t t = 0; t < n; t++) encoder.check(classes.data()[t], positions.data()[t]);
    Busy busy;
    busy.take(handle);
    const Hear hear = [&](int64_t t, const float* logits) { encoder.put(logits, classes.data()[t], positions.data()[t]); };
    Released python;
    take(*handle.network, handle.state, classes.data(), (int64_t)n, {nullptr, 0, 0, 1}, Wanted::logits, hear, check_signals);
}

nb::tuple py_decode(Handle& handle, Of<Decoder>& of, int64_t count) {
    of.check(handle);
    Decoder& decoder = of.coder;
    if (count < 0 || count > MOST_BYTES) throw std::length_error("the number of samples is out of range");
    Busy busy;
    busy.take(handle);
    const auto n = (size_t)count;
    std::unique_ptr<int32_t[]> classes(new int32_t[std::max<size_t>(n, 1)]), positions(new int32_t[std::max<size_t>(n, 1)]);
    size_t t = 0;
    const Choose next = [&](const float* logits) {
        classes[t] = decoder.take(logits, &positions[t]);
        return classes[t++];
    };
    {
        Released python;
        choose(*handle.network, handle.state, count, next, check_signals);
    }
    return nb::make_tuple(array(std::move(classes), {n}), array(std::move(positions), {n}));
}

}  // namespace

void add_coder(nb::module_& m, nb::class_<Handle>& state) {
    nb::class_<Of<Encoder>>(m, "Encoder")
        .def(
            "__init__",
            [](Of<Encoder>* self, std::shared_ptr<Network> network, const Integers& weights, const Integers& widths, const Integers& below,
               const Numbers& inverse_scales) {
                new (self) Of<Encoder>{network, Encoder(network->config(), coder_tables(weights, widths, below, inverse_scales))};
            },
            "network"_a, "weights"_a.noconvert(), "widths"_a.noconvert(), "below"_a.noconvert(), "inverse_scales"_a.noconvert())
        .def("finish", [](Of<Encoder>& self) {
            const std::string bytes = self.coder.finish();
            return nb::bytes(bytes.data(), bytes.size());
        });
    nb::class_<Of<Decoder>>(m, "Decoder")
        .def(
            "__init__",
            [](Of<Decoder>* self, std::shared_ptr<Network> network, const Integers& weights, const Integers& widths, const Integers& below,
               const Numbers& inverse_scales, const nb::bytes& bytes) {
                new (self) Of<Decoder>{network, Decoder(network->config(), coder_tables(weights, widths, below, inverse_scales),
                                                        std::string(bytes.c_str(), bytes.size()))};
            },
            "network"_a, "weights"_a.noconvert(), "widths"_a.noconvert(), "below"_a.noconvert(), "inverse_scales"_a.noconvert(), "bytes"_a);
    state.def("encode", &py_encode, "encoder"_a, "classes"_a.noconvert(), "positions"_a.noconvert())
        .def("decode", &py_decode, "decoder"_a, "count"_a);
}
