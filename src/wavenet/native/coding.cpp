// The coder as Python sees it.
#include "coder.h"

#include <algorithm>

#include "binding.h"

namespace {

CoderTables coder_tables(const In<uint32_t, Vector>& weights, const In<uint32_t, Vector>& widths) {
    CoderTables tables = {{weights.data(), weights.data() + weights.shape(0)}, {widths.data(), widths.data() + widths.shape(0)}};
    const auto bad = [](const std::vector<uint32_t>& each, uint32_t most) {
        return each.empty() || *std::min_element(each.begin(), each.end()) < 1 || *std::max_element(each.begin(), each.end()) > most;
    };
    if (bad(tables.weights, 1u << 20) || bad(tables.widths, 1u << 20) || tables.widths.size() > 1024)
        throw std::invalid_argument("a table of the coder is empty or out of range");
    return tables;
}

void check_coder(const Network& network, int classes) {
    if (classes != network.config().quantization_channels) throw std::invalid_argument("the coder is for another number of classes");
}

void py_encode(Handle& handle, Encoder& encoder, const In<int32_t, Vector>& classes, const In<int32_t, Vector>& positions) {
    check_coder(*handle.network, encoder.classes());
    const size_t n = classes.shape(0);
    if (positions.shape(0) != n) throw std::invalid_argument("there must be one position for each class");
    for (size_t t = 0; t < n; t++) encoder.check(classes.data()[t], positions.data()[t]);
    Busy busy;
    busy.take(handle);
    size_t t = 0;
    const Choose next = [&](const float* logits) {
        encoder.put(logits, classes.data()[t], positions.data()[t]);
        return classes.data()[t++];
    };
    Released python;
    choose(*handle.network, handle.state, (int64_t)n, next, check_signals);
}

nb::tuple py_decode(Handle& handle, Decoder& decoder, int64_t count) {
    check_coder(*handle.network, decoder.classes());
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
    nb::class_<Encoder>(m, "Encoder")
        .def(
            "__init__",
            [](Encoder* self, const In<uint32_t, Vector>& weights, const In<uint32_t, Vector>& widths) {
                new (self) Encoder(coder_tables(weights, widths));
            },
            "weights"_a.noconvert(), "widths"_a.noconvert())
        .def("finish", [](Encoder& self) {
            const std::string bytes = self.finish();
            return nb::bytes(bytes.data(), bytes.size());
        });
    nb::class_<Decoder>(m, "Decoder")
        .def(
            "__init__",
            [](Decoder* self, const In<uint32_t, Vector>& weights, const In<uint32_t, Vector>& widths, const nb::bytes& bytes) {
                new (self) Decoder(coder_tables(weights, widths), std::string(bytes.c_str(), bytes.size()));
            },
            "weights"_a.noconvert(), "widths"_a.noconvert(), "bytes"_a);
    state.def("encode", &py_encode, "encoder"_a, "classes"_a.noconvert(), "positions"_a.noconvert())
        .def("decode", &py_decode, "decoder"_a, "count"_a);
}
