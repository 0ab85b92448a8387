// The engine as a module of WebAssembly, for wavenet/browser/core.py. Numbers go in and out by their addresses in the
// module's memory, for which the caller takes room by malloc; only one thread runs.
//
// What fails returns 0, and `failure` tells why.
#include <emscripten.h>

#include <map>

#include "decoding.h"
#include "engine.h"
#include "isa.h"
#include "residual.h"

using namespace wavenet;

namespace {

struct Given {
    const void* data;
    std::vector<int64_t> shape;
};

std::map<std::string, Given> given;  // the tensors of the network that is made next, by their names
std::string error;

template <typename T> TensorsOf<T> tensors() {
    return [](const std::string& name, const std::vector<int64_t>& shape) {
        const auto found = given.find(name);
        if (found == given.end()) throw std::invalid_argument("tensor " + name + " is missing");
        if (found->second.shape != shape) throw std::invalid_argument("tensor " + name + " has another shape than the settings say");
        return (const T*)found->second.data;
    };
}

// What `work` returns, or 0 where it throws.
template <typename Work> auto tried(Work work) -> decltype(work()) {
    error.clear();
    try {
        return work();
    } catch (const std::exception& thrown) {
        error = thrown.what();
        return {};
    }
}

// Integers, read one behind the other.
class Numbers {
public:
    Numbers(const int32_t* at) : at_(at) {}
    int next() { return *at_++; }

    StackConfig stack() {
        StackConfig c;
        c.layers = next(), c.kernel_size = next(), c.residual_channels = next(), c.dilation_channels = next(), c.skip_channels = next();
        for (int i = next(); i > 0; i--) c.dilations.push_back(next());
        return c;
    }

private:
    const int32_t* at_;
};

Config config_of(const int32_t* settings) {
    Numbers all(settings);
    Config c{all.stack(), 0, 0, 0, Distribution::softmax, 0, 0, 0, 0, {}};
    c.input_kernel_size = all.next(), c.head_channels = all.next(), c.quantization_channels = all.next();
    c.distribution = (Distribution)all.next();
    c.components = all.next(), c.scales = all.next(), c.output_channels = all.next(), c.local_channels = all.next();
    for (int i = all.next(); i > 0; i--) {
        ContextConfig context{all.stack(), 0, 0};
        context.pool = all.next(), context.taps = all.next();
        c.contexts.push_back(context);
    }
    return c;
}

uint64_t whole(uint32_t high, uint32_t low) { return (uint64_t)high << 32 | low; }

using Owner = std::shared_ptr<Network>;  // streams own their network, too

}  // namespace

extern "C" {

EMSCRIPTEN_KEEPALIVE const char* failure() { return error.c_str(); }

// Names a tensor whose address and shape last until the network is made; null forgets all of them.
EMSCRIPTEN_KEEPALIVE void tensor(const char* name, const void* data, const int32_t* shape, int dimensions) {
    if (name) given[name] = {data, {shape, shape + dimensions}};
    else given.clear();
}

EMSCRIPTEN_KEEPALIVE Owner* network(const int32_t* settings, int precision) {
    return tried(
        [=] { return new Owner(std::make_shared<Network>(config_of(settings), tensors<float>(), (Precision)precision, *available().back())); });
}
EMSCRIPTEN_KEEPALIVE void free_network(Owner* owner) { delete owner; }

EMSCRIPTEN_KEEPALIVE State* state(const Owner* owner, int silence, uint32_t seed_high, uint32_t seed, uint32_t stream_high, uint32_t stream,
                                  float temperature, int top_k, float top_p, const float* bias, const float* first_row) {
    return tried([=] {
        const Sampler sampler = {whole(seed_high, seed), whole(stream_high, stream), 0, temperature, top_k, top_p, 0, {}};
        auto made = std::make_unique<State>(*owner, sampler);
        made->set_bias(bias);
        start(**owner, *made, silence, first_row);
        return made.release();
    });
}
EMSCRIPTEN_KEEPALIVE double state_time(const State* of) { return (double)of->time(); }
EMSCRIPTEN_KEEPALIVE void free_state(State* of) { delete of; }

// (count) classes of the next samples; `rows` (row_count, local_channels) are those of local conditioning from row `first` on.
EMSCRIPTEN_KEEPALIVE int draw(State* of, int count, int32_t* out, const double* uniforms, const float* rows, double first, int row_count,
                              double steps_per_row) {
    return tried([=] {
        const LocalConditioning local = {rows, (int64_t)first, row_count, (int64_t)steps_per_row};
        generate(of->network(), {{of, count, out, local, uniforms}}, 1, [] {});
        return 1;
    });
}

EMSCRIPTEN_KEEPALIVE ResidualNetwork* residual(int inputs, int channels, int outputs, const int32_t* taps, int blocks) {
    return tried([=] {
        const ResidualConfig config = {inputs, channels, outputs, {taps, taps + blocks}};
        return new ResidualNetwork(config, tensors<float>(), tensors<int8_t>(), *available().back());
    });
}
EMSCRIPTEN_KEEPALIVE int run_residual(const ResidualNetwork* network, const float* x, int rows, float* out) {
    return tried([=] {
        network->run(x, rows, out);
        return 1;
    });
}
EMSCRIPTEN_KEEPALIVE void free_residual(ResidualNetwork* network) { delete network; }

// `synthesise` and `full_band` of decoding.h.
EMSCRIPTEN_KEEPALIVE int synthesised(const double* e, int n, const double* coefficients, const double* deviations, int frames, int order,
                                     int hop_length, double first, double* s) {
    return tried([=] {
        synthesise(e, n, {coefficients, deviations, frames, order, hop_length}, (int64_t)first, s);
        return 1;
    });
}
EMSCRIPTEN_KEEPALIVE int both_bands(const double* low, int n, const double* taps, int rows, int decimation, const double* gaussian, int width,
                                    const double* noise, int noise_size, double at, double* out) {
    return tried([=] {
        full_band(low, n, {taps, rows, decimation, gaussian, width, noise, noise_size}, (int64_t)at, out);
        return 1;
    });
}
}
