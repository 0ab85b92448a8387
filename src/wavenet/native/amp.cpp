// How an amplifier is made.
#include "amp.h"

namespace wavenet {

#if defined(__x86_64__)
extern const AmpKernels amp_kernels_portable, amp_kernels_avx2, amp_kernels_avx512;
#elif defined(__aarch64__)
extern const AmpKernels amp_kernels_neon;
#else
extern const AmpKernels amp_kernels_portable;
#endif

const AmpKernels& amp_kernels(const char* isa) {
#if defined(__x86_64__)
    const std::string name = isa;
    return name.rfind("avx512", 0) == 0 ? amp_kernels_avx512 : name.rfind("avx2", 0) == 0 ? amp_kernels_avx2 : amp_kernels_portable;
#elif defined(__aarch64__)
    return isa ? amp_kernels_neon : amp_kernels_neon;
#else
    return isa ? amp_kernels_portable : amp_kernels_portable;
#endif
}

namespace {

constexpr int64_t MOST_PAST = int64_t{1} << 24;
constexpr int MOST_CHANNELS = 4096;

void need(bool good, const char* what) {
    if (!good) throw std::invalid_argument(std::string("the program of an amplifier is wrong: ") + what);
}

int64_t rounded(int64_t n, int64_t unit) { return (n + unit - 1) / unit * unit; }

int lanes(int outputs) { return outputs <= 4 ? 4 : outputs <= 8 ? 8 : (int)rounded(outputs, AMP_LANES); }

const float* kept(Arena& arena, const std::vector<float>& values, int64_t count) {
    float* place = arena.take<float>(count);
    if (place) std::copy(values.begin(), values.end(), place);
    return place;
}

Curve curve_of(Arena& arena, const CurveSpec& spec, int channels) {
    std::vector<float> slopes = spec.slopes;
    Activation kind = (Activation)spec.kind;
    if (kind == Activation::relu) slopes.assign((size_t)channels, 0.0f);
    const bool gentle = kind == Activation::relu || kind == Activation::leaky_relu || kind == Activation::prelu;
    if (gentle && std::all_of(slopes.begin(), slopes.end(), [](float s) { return s >= 0 && s <= 1; })) kind = Activation::bent;
    return {kind, spec.low, spec.high, spec.high_slope, kept(arena, slopes, rounded(channels, AMP_LANES))};
}

}  // namespace

Amp::Amp(const std::vector<SignalSpec>& signals, const std::vector<OperationSpec>& operations, const std::string& isa) {
    const Kernels* found = find_kernels(isa);
    need(found, "there is no such instruction set here");
    kernels_ = &amp_kernels(found->name);
    check(signals, operations);
    memory_ = std::make_unique<Arena>([&](Arena& arena) { pack(arena, signals, operations); });
    bytes_ = memory_->bytes();
    reset(0);
}

void Amp::check(const std::vector<SignalSpec>& signals, const std::vector<OperationSpec>& operations) const {
    need(signals.size() >= 2 && signals.front().channels == 1 && signals.back().channels == 1, "it is not from one channel to one");
    for (const SignalSpec& s : signals) need(s.channels > 0 && s.channels <= MOST_CHANNELS && s.past >= 0 && s.past <= MOST_PAST, "a size");
    const auto channels = [&](int signal) {
        need(signal >= 0 && signal < (int)signals.size(), "a signal is missing");
        return (size_t)signals[(size_t)signal].channels;
    };
    for (const OperationSpec& o : operations) {
        const size_t outputs = channels(o.out);
        for (int other : {o.start, o.sum}) need(other == -1 || channels(other) == outputs, "a sum");
        size_t inputs = 0;
        for (const TermSpec& t : o.terms) {
            inputs += channels(t.signal);
            need(t.signal != o.out && t.signal != o.sum, "it reads what it writes");
            need(t.delay >= 0 && t.delay <= signals[(size_t)t.signal].past, "a delay");
        }
        for (const CurveSpec* c : {&o.curve, &o.gate_curve})
            need(c->kind >= 0 && c->kind <= (int)Activation::softsign && (c->slopes.empty() || c->slopes.size() == outputs), "a curve");
        if (o.kind == OperationSpec::affine) {
            need(o.weights.size() == inputs * outputs && o.bias.size() == outputs, "an affine operation");
        } else if (o.kind == OperationSpec::cell) {
            const size_t w = o.weights.size(), size = outputs;
            need(o.terms.size() == 1 && o.start == -1 && o.sum == -1, "a cell");
            need(w == 4 * size * (inputs + size) && o.bias.size() == 4 * size && o.hidden.size() == size && o.state.size() == size, "a cell");
        } else if (o.kind == OperationSpec::modulate) {
            need((o.terms.size() == 2 || o.terms.size() == 3) && inputs == o.terms.size() * outputs, "a modulation");
            for (const TermSpec& t : o.terms) need(channels(t.signal) == outputs, "a modulation");
        } else {
            need(o.terms.size() == 1 && inputs == 2 * outputs && o.start == -1, "a gate");
        }
    }
}

void Amp::pack(Arena& arena, const std::vector<SignalSpec>& signals, const std::vector<OperationSpec>& operations) {
    signals_.clear();
    int most = 0;
    for (const SignalSpec& spec : signals) {
        const int64_t size = spec.past ? rounded(spec.past + AMP_BLOCK, AMP_LANES) : 0;
        // An odd number of cache lines, so that the channels of one time do not share a place in the cache.
        const int64_t stride = ((size + AMP_BLOCK) / AMP_LANES | 1) * AMP_LANES;
        const int64_t pitch = rounded(spec.channels, AMP_LANES), times = spec.past ? AMP_ROWS : 1;
        float* data = arena.take<float>(spec.channels * stride);
        const Recent recent = {arena.take<float>(times * pitch + AMP_LANES), (uint32_t)times - 1, (uint32_t)pitch};
        signals_.push_back({spec.channels, size, stride, 0, data, recent, 0});
        most = std::max(most, spec.channels);
    }
    scratch_ = arena.take<float>(2 * (int64_t)most * AMP_AHEAD);
    operations_.assign(operations.size(), {});
    std::vector<char> written(signals.size(), 0);
    for (size_t i = operations.size(); i-- > 0;) {
        Operation& o = operations_[i];
        pack(arena, operations[i], o);
        const auto closes = [&](int signal) { return signal >= 0 && !written[(size_t)signal]++ && signals_[(size_t)signal].size > 0; };
        o.closes_out = closes(o.out), o.closes_sum = closes(o.sum);
    }
    share_out_phases();
    order_steps();
}

void Amp::pack(Arena& arena, const OperationSpec& spec, Operation& o) const {
    o.kind = spec.kind, o.out = spec.out, o.start = spec.start, o.sum = spec.sum;
    for (const TermSpec& t : spec.terms) o.terms.push_back({t.signal, t.delay});
    o.rows.resize(o.terms.size());
    const int outputs = signals_[(size_t)spec.out].channels;
    if (spec.kind == OperationSpec::affine) {
        pack_affine(arena, spec, o);
    } else if (spec.kind == OperationSpec::cell) {
        pack_cell(arena, spec, o);
    } else if (spec.kind == OperationSpec::modulate) {
        o.modulate.first = spec.first, o.modulate.curve = curve_of(arena, spec.curve, outputs);
    } else {
        o.gate.curve = curve_of(arena, spec.curve, outputs), o.gate.gate = curve_of(arena, spec.gate_curve, outputs);
        o.gate.blended = spec.kind == OperationSpec::blend, o.gate.first = spec.first;
    }
}

void Amp::pack_affine(Arena& arena, const OperationSpec& spec, Operation& o) const {
    const int outputs = signals_[(size_t)spec.out].channels, padded = lanes(outputs), tile = kernels_->tile;
    o.terms.clear();
    std::vector<int> order;  // rows of the weights
    int early_inputs = 0, most = 0;
    for (const bool early : {true, false}) {
        int row = 0;
        for (const TermSpec& t : spec.terms) {
            const int channels = signals_[(size_t)t.signal].channels;
            if ((t.delay >= AMP_AHEAD) == early) {
                o.terms.push_back({t.signal, t.delay});
                for (int c = 0; c < channels; c++) order.push_back(row + c);
                if (early) o.early++, early_inputs += channels;
                if (!early) o.step_terms.push_back({recent(t.signal), (uint32_t)t.delay, channels}), most = std::max(most, channels);
            }
            row += channels;
        }
    }
    const int inputs = (int)order.size();
    const auto weight = [&](int row, int out) { return spec.weights[(size_t)row * (size_t)outputs + (size_t)out]; };
    float* tiled = arena.take<float>((int64_t)inputs * outputs);
    for (int from = 0, at = 0; tiled && from < outputs; from += tile)
        for (int row : order)
            for (int out = from; out < std::min(from + tile, outputs); out++) tiled[at++] = weight(row, out);
    float* by_step = arena.take<float>((int64_t)(inputs - early_inputs) * padded);
    for (int i = early_inputs; by_step && i < inputs; i++)
        for (int out = 0; out < outputs; out++) by_step[(int64_t)(i - early_inputs) * padded + out] = weight(order[(size_t)i], out);
    o.padded = padded, o.ahead = arena.take<float>((int64_t)(o.early ? AMP_AHEAD : 1) * 2 * padded);
    if (o.ahead) std::copy(spec.bias.begin(), spec.bias.end(), o.ahead);
    const Recent ahead = {o.ahead, o.early ? AMP_AHEAD - 1 : 0u, 2 * (uint32_t)padded};
    const Curve curve = curve_of(arena, spec.curve, outputs);
    const float* bias = kept(arena, spec.bias, rounded(padded, AMP_LANES));
    o.affine = {o.rows.data(), (int)o.rows.size(), inputs, outputs, tiled, bias, {}, {}, {}, o.early > 0, curve, {}, spec.first};
    o.step = {o.step_terms.data(), (int)o.step_terms.size(), most,          false,       padded, by_step,   ahead, 0,
              recent(o.out),       recent(o.start),          recent(o.sum), o.early > 0, curve,  spec.first};
}

void Amp::pack_cell(Arena& arena, const OperationSpec& spec, Operation& o) const {
    const int outputs = signals_[(size_t)spec.out].channels, columns = signals_[(size_t)spec.terms[0].signal].channels + outputs;
    const int padded = (int)rounded(outputs, AMP_LANES);
    float* weights = arena.take<float>((int64_t)padded * 4 * columns);
    float* bias = arena.take<float>(4 * padded);
    for (int h = 0; weights && h < outputs; h++)
        for (int gate = 0; gate < 4; gate++) {
            const int64_t row = (int64_t)gate * outputs + h, chunk = h / AMP_LANES, lane = h % AMP_LANES;
            bias[(chunk * 4 + gate) * AMP_LANES + lane] = spec.bias[(size_t)row];
            for (int c = 0; c < columns; c++)
                weights[((chunk * columns + c) * 4 + gate) * AMP_LANES + lane] = spec.weights[(size_t)(row * columns + c)];
        }
    o.hidden = kept(arena, spec.hidden, padded), o.state = kept(arena, spec.state, padded);
    o.cell = {{}, {}, outputs, padded, weights, bias, arena.take<float>(padded), arena.take<float>(padded), arena.take<float>(padded)};
}

// The greatest sums first, each into the phase that has least to do.
void Amp::share_out_phases() {
    std::vector<std::pair<int64_t, Operation*>> sums;
    for (Operation& o : operations_) {
        int64_t inputs = 0;
        for (int i = 0; i < o.early; i++) inputs += signals_[(size_t)o.terms[(size_t)i].signal].channels;
        if (o.early) sums.push_back({inputs * signals_[(size_t)o.out].channels, &o});
    }
    std::sort(sums.begin(), sums.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
    std::array<int64_t, AMP_AHEAD> work = {};
    for (const auto& [cost, operation] : sums) {
        const auto least = std::min_element(work.begin(), work.end());
        *least += cost, operation->phase = least - work.begin();
        operation->step.phase = (uint32_t)operation->phase;
    }
}

void Amp::order_steps() {
    steps_.clear(), order_.clear();
    for (auto& of_phase : ahead_) of_phase.clear();
    int before = 0;
    for (Operation& o : operations_) {
        if (o.kind == OperationSpec::affine) {
            if (before && o.step.count) {
                const AffineStep& last = steps_.back();
                const StepTerm& newest = o.step.terms[o.step.count - 1];
                const bool follows = newest.signal.rows == last.out.rows && newest.delay == 0 && o.step.padded == 4 && last.padded == 4;
                o.step.chained = follows && newest.channels == o.step.channels && newest.channels >= 3;
            }
            steps_.push_back(o.step), before++;
            if (o.early) ahead_[(size_t)o.phase].push_back(&o);
        } else {
            order_.push_back({before, &o}), before = 0;
        }
    }
    order_.push_back({before, nullptr});
}

Recent Amp::recent(int signal) const { return signal < 0 ? Recent{nullptr, 0, 0} : signals_[(size_t)signal].recent; }

}  // namespace wavenet
