// Amplifiers, as Python sees them.
#include <nanobind/stl/pair.h>
#include <nanobind/stl/shared_ptr.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include "amp.h"
#include "binding.h"

namespace {

// Longer calls let other threads run Python; to get its lock back may take as long as they please, which a call that is
// to take a fraction of a millisecond cannot wait for.
constexpr int64_t LONG = 1 << 14;

struct AmpHandle {
    Amp amp;
    std::atomic<bool> busy{false};
    AmpHandle(const std::vector<SignalSpec>& signals, const std::vector<OperationSpec>& operations, const std::string& isa)
        : amp(signals, operations, isa) {}
};

class Using {
public:
    explicit Using(AmpHandle& handle) : handle_(handle) {
        if (handle.busy.exchange(true)) throw std::invalid_argument("this amplifier is at work in another call");
    }
    ~Using() { handle_.busy = false; }

private:
    AmpHandle& handle_;
};

std::vector<float> floats(const nb::dict& d, const char* name) {
    In<float, Vector> found;
    if (!nb::try_cast(d[name], found, false)) throw std::invalid_argument(std::string(name) + " is not float32, (N,) and contiguous");
    return {found.data(), found.data() + found.shape(0)};
}

CurveSpec curve(const nb::dict& d, const char* name) {
    const nb::tuple found = nb::cast<nb::tuple>(d[name]);
    const auto number = [&](size_t i) { return nb::cast<float>(found[i]); };
    return {nb::cast<int>(found[0]), number(1), number(2), number(3), nb::cast<std::vector<float>>(found[4])};
}

OperationSpec operation(const nb::dict& d) {
    OperationSpec o;
    const std::string kind = nb::cast<std::string>(d["kind"]);
    const std::vector<std::string> kinds = {"affine", "gate", "blend", "modulate", "cell"};
    const auto at = std::find(kinds.begin(), kinds.end(), kind);
    if (at == kinds.end()) throw std::invalid_argument("no such operation: " + kind);
    o.kind = (OperationSpec::Kind)(at - kinds.begin());
    o.out = nb::cast<int>(d["out"]), o.start = nb::cast<int>(d["start"]), o.sum = nb::cast<int>(d["sum"]);
    o.first = nb::cast<bool>(d["first"]);
    for (const auto& [signal, delay] : nb::cast<std::vector<std::pair<int, int64_t>>>(d["terms"])) o.terms.push_back({signal, delay});
    o.weights = floats(d, "weights"), o.bias = floats(d, "bias");
    o.hidden = floats(d, "hidden"), o.state = floats(d, "state");
    o.curve = curve(d, "curve"), o.gate_curve = curve(d, "gate_curve");
    return o;
}

std::shared_ptr<AmpHandle> make(const std::vector<std::pair<int, int64_t>>& signals, const std::vector<nb::dict>& operations,
                                const std::string& isa) {
    std::vector<SignalSpec> signal_specs;
    for (const auto& [channels, past] : signals) signal_specs.push_back({channels, past});
    std::vector<OperationSpec> specs;
    for (const nb::dict& d : operations) specs.push_back(operation(d));
    return std::make_shared<AmpHandle>(signal_specs, specs, isa);
}

void process(AmpHandle& handle, const In<float, Vector>& in, const nb::ndarray<float, nb::numpy, nb::c_contig, nb::device::cpu, Vector>& out) {
    if (in.shape(0) != out.shape(0)) throw std::invalid_argument("there must be as many samples to write as to read");
    const Using now(handle);
    const int64_t samples = (int64_t)in.shape(0);
    if (samples < LONG) return handle.amp.process(in.data(), out.data(), samples);
    Released python;
    handle.amp.process(in.data(), out.data(), samples);
}

void reset(AmpHandle& handle, int64_t silence) {
    const Using now(handle);
    Released python;
    handle.amp.reset(silence);
}

// Seconds of each block, for benchmarks.
nb::ndarray<nb::numpy, double> measure(AmpHandle& handle, const In<float, Vector>& in, int64_t block) {
    if (block < 1) throw std::invalid_argument("a block has at least one sample");
    const Using now(handle);
    const int64_t blocks = (int64_t)in.shape(0) / block;
    std::unique_ptr<double[]> seconds(new double[(size_t)std::max<int64_t>(blocks, 1)]);
    std::vector<float> out((size_t)block);
    {
        Released python;
        for (int64_t i = 0; i < blocks; i++) {
            const auto start = std::chrono::steady_clock::now();
            handle.amp.process(in.data() + i * block, out.data(), block);
            seconds[(size_t)i] = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
        }
    }
    return array(std::move(seconds), {(size_t)blocks});
}

nb::ndarray<nb::numpy, float> activate(const std::string& isa, const nb::tuple& given, const In<float, Vector>& values) {
    const Kernels& kernels = kernels_named(isa);
    nb::dict d;
    d["curve"] = given;
    const CurveSpec spec = curve(d, "curve");
    const float slopes[AMP_LANES] = {spec.slopes.empty() ? 0.0f : spec.slopes[0]};
    const size_t n = values.shape(0), whole = (n + AMP_LANES - 1) / AMP_LANES * AMP_LANES;
    std::unique_ptr<float[]> result(new float[whole + AMP_LANES]());
    std::copy_n(values.data(), n, result.get());
    amp_kernels(kernels.name).activate({(wavenet::Activation)spec.kind, spec.low, spec.high, spec.high_slope, slopes}, result.get(), (int)whole);
    return array(std::move(result), {n});
}

}  // namespace

void add_amp(nb::module_& m) {
    nb::class_<AmpHandle>(m, "Amp")
        .def(nb::new_(&make), "signals"_a, "operations"_a, "isa"_a)
        .def_prop_ro("isa", [](const AmpHandle& h) { return std::string(h.amp.isa()); })
        .def_prop_ro("bytes", [](const AmpHandle& h) { return h.amp.bytes(); })
        .def("process", &process, "samples"_a.noconvert(), "out"_a.noconvert())
        .def("reset", &reset, "silence"_a)
        .def("measure", &measure, "samples"_a.noconvert(), "block"_a);
    m.def("activate", &activate, "isa"_a, "curve"_a, "values"_a.noconvert());
}
