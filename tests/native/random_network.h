// Small random networks for the tests of the engine. They depend on a seed alone and use no mathematical library, so
// every machine builds the same ones.
#pragma once
#include <algorithm>
#include <cmath>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "engine.h"
#include "isa.h"

namespace wavenet_tests {

using namespace wavenet;

struct Random {  // SplitMix64
    uint64_t state;
    uint64_t next() {
        uint64_t z = state += 0x9E3779B97F4A7C15u;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
        return z ^ (z >> 31);
    }
    int between(int low, int high) { return low + (int)(next() % (uint64_t)(high - low + 1)); }
    float real() { return (float)((int32_t)(next() >> 40) - (1 << 23)) / (float)(1 << 23); }  // in [-1, 1)
    double unit() { return (double)(next() >> 11) * 0x1p-53; }                                // in [0, 1)
};

struct Shape {
    Config config;
    bool bias;  // global conditioning
    int hop;    // of local conditioning; 0: none
};

inline ContextConfig random_context(Random& r) {
    ContextConfig c{};
    c.taps = r.between(1, 9);
    c.pool = c.taps * r.between(1, 5);
    c.layers = r.between(1, 4);
    c.kernel_size = r.between(1, 4);
    c.residual_channels = r.between(1, 40), c.dilation_channels = r.between(1, 40), c.skip_channels = r.between(1, 40);
    for (int l = 0; l < c.layers; l++) c.dilations.push_back(r.between(1, 20));
    return c;
}

// Every eighth is wide: more vectors of outputs than a tile of weights has on any instruction set. And every eighth has
// the padded sizes of `medium`, for which there are kernels of its own.
inline Shape random_shape(uint64_t seed) {
    Random r{seed * 0x2545F4914F6CDD1Du + 1};
    const int most = seed % 8 == 7 ? 180 : 40;
    const auto channels = [&] {
        const int n = r.between(1, most);
        return n % 16 ? n : n - 1;
    };
    Config c{};
    c.layers = r.between(1, 6);
    c.kernel_size = r.between(1, seed % 3 ? 3 : 8);
    c.input_kernel_size = r.between(1, 3);
    c.residual_channels = channels(), c.dilation_channels = channels(), c.skip_channels = channels();
    c.head_channels = channels(), c.quantization_channels = c.output_channels = r.between(2, 70);
    c.components = c.scales = 1;  // of which a softmax makes no use
    if (seed % 8 == 3) {
        c.residual_channels = r.between(49, 64), c.dilation_channels = r.between(49, 64);
        c.skip_channels = r.between(241, 256), c.head_channels = r.between(241, 256);
        c.quantization_channels = c.output_channels = r.between(241, 256);
    }
    const bool bias = r.between(0, 1);
    const int hop = (const int[]){0, 1, 7}[r.between(0, 2)];
    c.local_channels = hop ? r.between(1, 20) : 0;
    for (int l = 0; l < c.layers; l++) c.dilations.push_back(r.between(1, 37));
    for (int n = r.between(0, 5) / 2; n > 0; n--) c.contexts.push_back(random_context(r));
    return {c, bias, hop};
}

inline Shape fixed_shape(int layers, int channels, int classes, int hop = 0, int contexts = 0) {
    Config c{{layers, 2, channels, channels, channels, {}}, 1, channels, classes, Distribution::softmax, 1, 1, classes, hop ? 5 : 0, {}};
    for (int l = 0; l < layers; l++) c.dilations.push_back(int64_t{1} << l);
    for (int n = 0; n < contexts; n++) c.contexts.push_back({{layers, 2, channels, channels, channels, c.dilations}, 4 + 5 * n, 2 - n});
    return {c, false, hop};
}

inline uint64_t hash(const void* data, size_t bytes, uint64_t h = 0xcbf29ce484222325u) {  // FNV-1a
    for (size_t i = 0; i < bytes; i++) h = (h ^ ((const unsigned char*)data)[i]) * 0x100000001b3u;
    return h;
}

// The tensors of a model folder, made as they are asked for. Every weight matters: no gate saturates for good, the
// ReLUs let through, and the int8 grids clip now and then.
class Parameters {
public:
    explicit Parameters(uint64_t seed, double poison = 0) : seed_(seed), poison_(poison) {}

    const std::vector<float>& get(const std::string& name, const std::vector<int64_t>& shape) {
        auto [found, fresh] = tensors_.try_emplace(name);
        if (fresh) fill(name, shape, found->second);
        return found->second;
    }

    Tensors find() {
        return [this](const std::string& name, const std::vector<int64_t>& shape) { return get(name, shape).data(); };
    }

private:
    void fill(const std::string& name, const std::vector<int64_t>& shape, std::vector<float>& values) {
        int64_t count = 1, fan = 1;
        for (int64_t n : shape) count *= n;
        if (count > (1 << 24)) throw std::bad_alloc();  // no model file of a test could hold it
        if (shape.size() == 3) fan = name == "input.weight" ? shape[2] : shape[1] * shape[2];
        const bool calibration = name.rfind("calibration.", 0) == 0;
        const bool open = name == "head.hidden.bias" || name == "layers.0.skip.bias";
        const float scale = shape.size() == 3 ? std::sqrt(3.0f / (float)fan) : 0.5f;
        Random r{hash(name.data(), name.size(), seed_ * 2 + 1)};
        for (int64_t i = 0; i < count; i++) {
            values.push_back(calibration ? 0.04f + 0.01f * r.real() : scale * r.real() + (open ? 2.0f : 0.0f));
            if (poison_ > 0 && r.unit() < poison_) values.back() = poisonous(r.between(0, 6));
        }
        if (seed_ % 3 == 1 && shape.size() == 3 && name != "input.weight") prune(shape, values, r);
    }

    // Zeroes most blocks of 16 outputs by 2, 4 or 8 inputs, but never the first: what is worth listing depends on the
    // instruction set.
    static void prune(const std::vector<int64_t>& shape, std::vector<float>& values, Random& r) {
        const int64_t wide = (const int[]){2, 4, 8}[r.between(0, 2)], taps = shape[2];
        for (int64_t o = 0; o < shape[0]; o += 16)
            for (int64_t i = 0; i < shape[1]; i += wide) {
                if (i == 0 || !r.between(0, 3)) continue;
                for (int64_t at = o; at < std::min(o + 16, shape[0]); at++)
                    for (int64_t k = i * taps; k < std::min(i + wide, shape[1]) * taps; k++) values[(size_t)(at * shape[1] * taps + k)] = 0;
            }
    }

    static float poisonous(int which) { return (const float[]){NAN, INFINITY, -INFINITY, 3e38f, -3e38f, 1e-40f, 0.0f}[which]; }

    uint64_t seed_;
    double poison_;
    std::map<std::string, std::vector<float>> tensors_;
};

// A network on an instruction set, with the conditioning that its shape says.
class Subject {
public:
    Subject(const Shape& shape, uint64_t seed, const Kernels& kernels, Precision precision, double poison = 0)
        : shape(shape), parameters(seed, poison), network(std::make_shared<Network>(shape.config, parameters.find(), precision, kernels)) {
        Random r{seed ^ 77};
        const Config& c = shape.config;
        if (shape.bias) bias.resize((size_t)(c.layers * 2 * c.dilation_channels));
        if (shape.hop) rows.resize((size_t)(ROWS * c.local_channels));
        for (auto* values : {&bias, &rows})
            for (float& v : *values) v = r.real();
    }

    std::unique_ptr<State> start(uint64_t stream = 0, float temperature = 1, int top_k = 0, float top_p = 1) const {
        const Sampler sampler = {5, stream, 0, temperature, top_k, top_p, 0, {}};
        auto state = std::make_unique<State>(network, sampler);
        state->set_bias(bias.empty() ? nullptr : bias.data());
        wavenet::start(*network, *state, silence(), rows.empty() ? nullptr : rows.data());
        return state;
    }

    int silence() const { return shape.config.quantization_channels / 2; }

    // Just the rows that a call at this time needs.
    LocalConditioning features(int64_t time, int64_t count) const {
        if (!shape.hop) return {nullptr, 0, 0, 1};
        const int64_t first = time / shape.hop, last = (time + std::max<int64_t>(count, 1) - 1) / shape.hop;
        if (last >= ROWS) throw std::logic_error("a test needs more rows");
        return {rows.data() + first * shape.config.local_channels, first, last - first + 1, shape.hop};
    }

    Request request(State& state, std::vector<int32_t>& out, int64_t count, const double* uniforms = nullptr) const {
        out.resize((size_t)count);
        return {&state, count, out.data(), features(state.time(), count), uniforms};
    }

    std::vector<int32_t> generate(State& state, int64_t count, int threads = 1, const double* uniforms = nullptr) const {
        std::vector<int32_t> out;
        wavenet::generate(*network, {request(state, out, count, uniforms)}, threads, nullptr);
        return out;
    }

    void score(State& state, const int32_t* path, int64_t count, float* log_p, float* logits) const {
        wavenet::score(*network, state, path, count, features(state.time(), count), log_p, logits, nullptr);
    }

    std::vector<float> logits(const std::vector<int32_t>& path) const {
        std::vector<float> out(path.size() * (size_t)shape.config.quantization_channels);
        score(*start(), path.data(), (int64_t)path.size(), nullptr, out.data());
        return out;
    }

    static constexpr int64_t ROWS = 2000;
    const Shape shape;
    Parameters parameters;
    std::shared_ptr<const Network> network;
    std::vector<float> bias, rows;
};

// Equations 2 and 3 of the paper in double precision, with the whole past kept and nothing clever.
using Column = std::vector<double>;

inline void add(Column& to, const Column& more) {
    for (size_t i = 0; i < to.size(); i++) to[i] += more[i];
}

inline void relu(Column& x) {
    for (double& v : x) v = std::max(v, 0.0);
}

// Layers of the main network or of a context stack, whose parameters begin with `prefix`.
class ExactStack {
public:
    ExactStack(Parameters& parameters, const StackConfig& sizes, const std::string& prefix)
        : p_(parameters), c_(sizes), prefix_(prefix + "layers."), inputs_((size_t)sizes.layers) {}

    // From the first layer's input to the sum of the skips; `added` (L, 2D) comes before the gates, if there is any.
    Column step(Column x, const Column& added) {
        Column skip((size_t)c_.skip_channels);
        for (int l = 0; l < c_.layers; l++) {
            const std::string name = prefix_ + std::to_string(l);
            inputs_[(size_t)l].push_back(x);
            const Column z = gated(l, name, added);
            add(skip, product(name + ".skip", c_.skip_channels, z));
            if (l + 1 < c_.layers) add(x, product(name + ".residual", c_.residual_channels, z));
        }
        return skip;
    }

    Column product(const std::string& name, int outputs, const Column& x, int taps = 1, int tap = 0, bool bias = true) {
        const auto& w = p_.get(name + ".weight", {outputs, (int64_t)x.size(), taps});
        Column y((size_t)outputs);
        for (size_t o = 0; o < y.size(); o++) {
            if (bias) y[o] = p_.get(name + ".bias", {outputs})[o];
            for (size_t i = 0; i < x.size(); i++) y[o] += (double)w[(o * x.size() + i) * (size_t)taps + (size_t)tap] * x[i];
        }
        return y;
    }

private:
    Column gated(int l, const std::string& name, const Column& added) {
        const auto& past = inputs_[(size_t)l];
        const int D = c_.dilation_channels, K = c_.kernel_size;
        Column a((size_t)(2 * D));
        for (int k = 0; k < K; k++) {
            const int64_t at = (int64_t)past.size() - 1 - (K - 1 - k) * c_.dilations[(size_t)l];
            add(a, product(name + ".dilated", 2 * D, past[(size_t)std::max<int64_t>(at, 0)], K, k, k == 0));
        }
        if (!added.empty()) add(a, Column(added.begin() + l * 2 * D, added.begin() + (l + 1) * 2 * D));
        Column z((size_t)D);
        for (int i = 0; i < D; i++) z[(size_t)i] = std::tanh(a[(size_t)i]) / (1 + std::exp(-a[(size_t)(D + i)]));
        return z;
    }

    Parameters& p_;
    const StackConfig& c_;
    std::string prefix_;
    std::vector<std::vector<Column>> inputs_;  // of each layer, from the start on
};

class Exact {
public:
    explicit Exact(Subject& subject) : s_(subject), c_(subject.shape.config), main_(subject.parameters, c_, ""), outputs_(c_.contexts.size()) {
        for (size_t n = 0; n < c_.contexts.size(); n++) contexts_.emplace_back(s_.parameters, c_.contexts[n], "contexts." + std::to_string(n) + ".");
        history_.assign((size_t)c_.input_kernel_size, s_.silence());
        for (size_t n = 0; n < contexts_.size(); n++) take_frame(n, std::vector<int>((size_t)c_.contexts[n].pool, s_.silence()));
        column(0);  // silence for ever: the one column that every past reads
    }

    Column step(int newest, int64_t time) {
        history_.push_back(newest);
        for (size_t n = 0; n < contexts_.size(); n++)
            if (time > 0 && time % c_.contexts[n].pool == 0) take_frame(n, {history_.end() - c_.contexts[n].pool, history_.end()});
        return column(time);
    }

private:
    void take_frame(size_t n, const std::vector<int>& classes) {
        const ContextConfig& c = c_.contexts[n];
        const std::string name = "contexts." + std::to_string(n) + ".input";
        Column x((size_t)c.residual_channels);
        for (int f = 0; f < c.pool / c.taps; f++) {
            Column filtered((size_t)c.residual_channels);
            for (int k = 0; k < c.taps; k++) {
                const double value = 2.0 * classes[(size_t)(f * c.taps + k)] / (c_.quantization_channels - 1) - 1;
                add(filtered, main_.product(name, c.residual_channels, {value}, c.taps, k, k == 0));
            }
            relu(filtered);
            add(x, filtered);
        }
        for (double& v : x) v /= c.pool / c.taps;
        outputs_[n] = contexts_[n].step(x, {});
        relu(outputs_[n]);
    }

    Column added(int64_t time) {
        const int wide = 2 * c_.dilation_channels;
        Column all;
        for (int l = 0; l < c_.layers; l++) {
            const std::string name = "layers." + std::to_string(l) + ".";
            Column a((size_t)wide);
            if (s_.shape.bias) add(a, Column(s_.bias.begin() + l * wide, s_.bias.begin() + (l + 1) * wide));
            for (size_t n = 0; n < contexts_.size(); n++)
                add(a, main_.product(name + "contexts." + std::to_string(n), wide, outputs_[n], 1, 0, false));
            if (s_.shape.hop) {
                const float* row = s_.rows.data() + time / s_.shape.hop * c_.local_channels;
                add(a, main_.product(name + "condition", wide, Column(row, row + c_.local_channels), 1, 0, false));
            }
            all.insert(all.end(), a.begin(), a.end());
        }
        return all;
    }

    Column column(int64_t time) {
        const int R = c_.residual_channels, K = c_.input_kernel_size, Q = c_.quantization_channels;
        const auto &table = s_.parameters.get("input.weight", {R, Q, K}), &bias = s_.parameters.get("input.bias", {R});
        Column x(bias.begin(), bias.end());
        for (int k = 0; k < K; k++) {
            const auto q = (size_t)history_[history_.size() - (size_t)(K - k)];
            for (size_t r = 0; r < x.size(); r++) x[r] += table[(r * (size_t)Q + q) * (size_t)K + (size_t)k];
        }
        Column skip = main_.step(x, added(time));
        relu(skip);
        Column hidden = main_.product("head.hidden", c_.head_channels, skip);
        relu(hidden);
        return main_.product("head.output", Q, hidden);
    }

    Subject& s_;
    const Config& c_;
    ExactStack main_;
    std::vector<ExactStack> contexts_;
    std::vector<Column> outputs_;  // of each context's newest frame
    std::vector<int> history_;     // classes
};

}  // namespace wavenet_tests
