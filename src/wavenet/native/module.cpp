// What Python sees: wavenet.engine._core. The GIL is released while streams run; Ctrl-C stops them between samples.
#include <nanobind/stl/optional.h>
#include <nanobind/stl/shared_ptr.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include "binding.h"
#include "round_trip.h"

namespace {

Precision precision_named(const std::string& name) {
    if (name == "fp32") return Precision::fp32;
    if (name == "bf16") return Precision::bf16;
    if (name == "int8") return Precision::int8;
    throw std::invalid_argument("no such precision: " + name);
}

Distribution distribution_named(const std::string& name) {
    if (name == "softmax") return Distribution::softmax;
    if (name == "logistics") return Distribution::logistics;
    if (name == "gaussian") return Distribution::gaussian;
    if (name == "mcgsm") return Distribution::mcgsm;
    throw std::invalid_argument("no such distribution: " + name);
}

int number(const nb::dict& d, const char* name) {
    int value;
    if (!nb::try_cast(d[name], value)) throw std::invalid_argument(std::string(name) + " is no integer of 32 bits");
    return value;
}

std::vector<int64_t> dilations(const nb::dict& d) {
    std::vector<int64_t> values;
    if (!nb::try_cast(d["dilations"], values)) throw std::invalid_argument("dilations are no integers of 64 bits");
    return values;
}

StackConfig stack_of(const nb::dict& d) {
    return {number(d, "layers"), number(d, "kernel_size"), number(d, "residual_channels"), number(d, "dilation_channels"), number(d, "skip_channels"),
            dilations(d)};
}

ContextConfig context_of(const nb::dict& d) { return {stack_of(d), number(d, "pool"), number(d, "taps")}; }

Config config_of(const nb::dict& d) {
    std::vector<ContextConfig> contexts;
    for (const auto& context : nb::cast<std::vector<nb::dict>>(d["contexts"])) contexts.push_back(context_of(context));
    return {stack_of(d),
            number(d, "input_kernel_size"),
            number(d, "head_channels"),
            number(d, "quantization_channels"),
            distribution_named(nb::cast<std::string>(d["distribution"])),
            number(d, "components"),
            number(d, "scales"),
            number(d, "output_channels"),
            number(d, "local_channels"),
            contexts};
}

std::shared_ptr<Network> make_network(const nb::dict& config, const nb::dict& tensors, const std::string& precision, const std::string& isa) {
    std::vector<nb::object> kept;
    return std::make_shared<Network>(config_of(config), tensors_in(tensors, kept), precision_named(precision), kernels_named(isa));
}

LocalConditioning local_of(const std::optional<In<float, Table>>& rows, int64_t first, int64_t steps_per_row, const Network& network) {
    if (!rows) return {nullptr, 0, 0, 1};
    if ((int)rows->shape(1) != network.config().local_channels)
        throw std::invalid_argument("the local conditioning has " + std::to_string(rows->shape(1)) + " channels, and this network takes " +
                                    std::to_string(network.config().local_channels));
    return {rows->data(), first, (int64_t)rows->shape(0), steps_per_row};
}

// (L, 2D) of a call, or null.
const float* bias_of(const std::optional<In<float, Table>>& bias, const Network& network) {
    const Config& c = network.config();
    if (bias && ((int64_t)bias->shape(0) != c.layers || (int64_t)bias->shape(1) != 2 * c.dilation_channels))
        throw std::invalid_argument("bias must have the shape (layers, 2 dilation_channels)");
    return bias ? bias->data() : nullptr;
}

std::shared_ptr<Handle> make_state(std::shared_ptr<Network> network, int silence, uint64_t seed, uint64_t stream, float temperature, int top_k,
                                   float top_p, const std::optional<In<float, Table>>& bias, const std::optional<In<float, Table>>& features) {
    const float* given_bias = bias_of(bias, *network);
    if (features && features->shape(0) == 0) throw std::invalid_argument("features have no row");
    local_of(features, 0, 1, *network);
    const Sampler sampler = {seed, stream, 0, temperature, top_k, top_p, 0, {}};
    auto handle = std::make_shared<Handle>(network, sampler);
    handle->state.set_bias(given_bias);
    start(*network, handle->state, silence, features ? features->data() : nullptr);
    return handle;
}

void py_set_bias(Handle& handle, const std::optional<In<float, Table>>& bias) {
    const float* given_bias = bias_of(bias, *handle.network);
    Busy busy;
    busy.take(handle);
    handle.state.set_bias(given_bias);
}

struct PyRequest {
    std::shared_ptr<Handle> state;
    int64_t count;
    std::optional<In<double, Vector>> uniforms;
    std::optional<In<float, Table>> features;
    int64_t first, steps_per_row;
};

std::vector<nb::ndarray<nb::numpy, int32_t>> py_generate(Network& network, const std::vector<PyRequest>& requests, int threads) {
    Busy busy;
    std::vector<std::unique_ptr<int32_t[]>> out;
    std::vector<Request> work;
    for (const PyRequest& r : requests) {
        if (r.state->network.get() != &network) throw std::invalid_argument("a stream belongs to another network");
        if (r.count < 0 || r.count > MOST_BYTES) throw std::length_error("the number of samples is out of range");
        if (r.uniforms && (int64_t)r.uniforms->shape(0) != r.count) throw std::invalid_argument("there must be one uniform a sample");
        busy.take(*r.state);
        out.emplace_back(new int32_t[(size_t)std::max<int64_t>(r.count, 1)]);
        work.push_back({&r.state->state, r.count, out.back().get(), local_of(r.features, r.first, r.steps_per_row, network),
                        r.uniforms ? r.uniforms->data() : nullptr});
    }
    {
        Released python;
        generate(network, work, threads, check_signals);
    }
    std::vector<nb::ndarray<nb::numpy, int32_t>> arrays;
    for (size_t i = 0; i < out.size(); i++) arrays.push_back(array(std::move(out[i]), {(size_t)work[i].count}));
    return arrays;
}

nb::object py_score(Handle& handle, const In<int32_t, Vector>& targets, bool logits, bool log_probabilities,
                    const std::optional<In<float, Table>>& rows, int64_t first, int64_t steps_per_row) {
    const Network& network = *handle.network;
    const size_t n = targets.shape(0), outputs = (size_t)network.config().output_channels;
    const LocalConditioning local = local_of(rows, first, steps_per_row, network);
    Busy busy;
    busy.take(handle);
    std::unique_ptr<float[]> out;
    if (logits || log_probabilities) out.reset(new float[std::max<size_t>(logits ? n * outputs : n, 1)]);
    {
        Released python;
        score(network, handle.state, targets.data(), (int64_t)n, local, logits ? nullptr : out.get(), logits ? out.get() : nullptr, check_signals);
    }
    if (logits) return nb::cast(array(std::move(out), {n, outputs}));
    if (log_probabilities) return nb::cast(array(std::move(out), {n}));
    return nb::none();
}

nb::ndarray<nb::numpy, float> py_skips(Handle& handle, const In<int32_t, Vector>& classes, const std::optional<In<float, Table>>& rows, int64_t first,
                                       int64_t steps_per_row) {
    const Network& network = *handle.network;
    const size_t n = classes.shape(0), width = (size_t)network.config().skip_channels;
    const LocalConditioning local = local_of(rows, first, steps_per_row, network);
    Busy busy;
    busy.take(handle);
    std::unique_ptr<float[]> out(new float[std::max<size_t>(n * width, 1)]);
    {
        Released python;
        const Hear hear = [&](int64_t t, const float* row) { std::copy_n(row, width, out.get() + (size_t)t * width); };
        take(network, handle.state, classes.data(), (int64_t)n, local, Wanted::skips, hear, check_signals);
    }
    return array(std::move(out), {n, width});
}

nb::ndarray<nb::numpy, float> py_gate(const std::string& isa, const std::string& precision, const In<float, nb::shape<2, -1>>& a) {
    const size_t n = a.shape(1), wide = (size_t)padded((int)n);
    float *in = nullptr, *out = nullptr;
    Arena room([&](Arena& r) {
        in = r.take<float>((int64_t)(2 * wide));
        out = r.take<float>((int64_t)wide);
    });
    std::copy_n(a.data(), n, in);
    std::copy_n(a.data() + n, n, in + wide);
    kernels_named(isa).gate[(int)precision_named(precision)](in, out, (int)wide);
    std::unique_ptr<float[]> result(new float[std::max<size_t>(n, 1)]);
    std::copy_n(out, n, result.get());
    return array(std::move(result), {n});
}

double py_read_bandwidth(const std::string& isa, int64_t bytes, int rounds) {
    char* data = nullptr;
    Arena arena([&](Arena& a) { data = a.take<char>(bytes); });
    Released python;
    kernels_named(isa).read_bandwidth(data, bytes, 1);
    return kernels_named(isa).read_bandwidth(data, bytes, rounds);
}

double py_peak(const std::string& isa, const std::string& precision, int rounds) {
    Released python;
    return kernels_named(isa).peak[(int)precision_named(precision)](rounds);
}

double py_round_trip(int rounds) {
    Released python;
    return round_trip(rounds);
}

std::vector<std::string> instruction_sets() {
    std::vector<std::string> names;
    for (const Kernels* kernels : available()) names.push_back(kernels->name);
    return names;
}

}  // namespace

NB_MODULE(_core, m) {
    nb::set_leak_warnings(false);
    m.doc() = "The compiled engine; wavenet.engine.native is its face.";
    nb::class_<Network>(m, "Network")
        .def(nb::new_(&make_network), "config"_a, "tensors"_a, "precision"_a, "isa"_a)
        .def_prop_ro("isa", [](const Network& n) { return std::string(n.kernels().name); })
        .def_prop_ro("weight_bytes", &Network::weight_bytes)
        .def("generate", &py_generate, "requests"_a, "threads"_a);
    nb::class_<Handle> state(m, "State");
    state
        .def(nb::new_(&make_state), "network"_a, "silence"_a, "seed"_a, "stream"_a, "temperature"_a, "top_k"_a, "top_p"_a,
             "bias"_a.noconvert().none(), "features"_a.noconvert().none())
        .def_prop_ro("time", [](Handle& h) { return h.state.time(); })
        .def_prop_ro("bytes", [](Handle& h) { return h.state.bytes(); })
        .def("set_bias", &py_set_bias, "bias"_a.noconvert().none())
        .def("score", &py_score, "targets"_a.noconvert(), "logits"_a, "log_probabilities"_a, "features"_a.noconvert().none(), "first"_a,
             "steps_per_row"_a)
        .def("skips", &py_skips, "classes"_a.noconvert(), "features"_a.noconvert().none(), "first"_a, "steps_per_row"_a);
    add_coder(m, state);
    add_gates(m);
    add_residual(m);
    add_amp(m);
    nb::class_<PyRequest>(m, "Request")
        .def(
            "__init__",
            [](PyRequest* self, std::shared_ptr<Handle> state, int64_t count, std::optional<In<double, Vector>> uniforms,
               std::optional<In<float, Table>> features, int64_t first, int64_t steps_per_row) {
                new (self) PyRequest{std::move(state), count, std::move(uniforms), std::move(features), first, steps_per_row};
            },
            "state"_a, "count"_a, "uniforms"_a.noconvert().none(), "features"_a.noconvert().none(), "first"_a, "steps_per_row"_a);
    add_decoding(m);
    m.def("instruction_sets", &instruction_sets);
    m.def("gate", &py_gate, "isa"_a, "precision"_a, "a"_a.noconvert());
    m.def("read_bandwidth", &py_read_bandwidth, "isa"_a, "bytes"_a, "rounds"_a);
    m.def("peak", &py_peak, "isa"_a, "precision"_a, "rounds"_a);
    m.def("round_trip", &py_round_trip, "rounds"_a);
}
