#include "amp.h"

#if defined(__SSE2__)
#include <immintrin.h>
#endif

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

// Numbers too small for a normal exponent, as a decaying tone makes them, count as 0: they would cost a hundred cycles each.
class NoSubnormals {
#if defined(__SSE2__)
public:
    NoSubnormals() : before_(_mm_getcsr()) { _mm_setcsr(before_ | 0x8040u); }
    ~NoSubnormals() { _mm_setcsr(before_); }

private:
    unsigned before_;
#elif defined(__aarch64__)
public:
    NoSubnormals() {
        asm volatile("mrs %0, fpcr" : "=r"(before_));
        asm volatile("msr fpcr, %0" ::"r"(before_ | (1u << 24)));
    }
    ~NoSubnormals() { asm volatile("msr fpcr, %0" ::"r"(before_)); }

private:
    uint64_t before_;
#endif
};

const float* kept(Arena& arena, const std::vector<float>& values, int64_t count) {
    float* place = arena.take<float>(count);
    if (place) std::copy(values.begin(), values.end(), place);
    return place;
}

Curve curve_of(Arena& arena, const CurveSpec& spec, int channels) {
    const float* slopes = kept(arena, spec.slopes, rounded(channels, AMP_LANES));
    return {(Activation)spec.kind, spec.low, spec.high, spec.high_slope, slopes};
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
            need(c->kind >= 0 && c->kind <= (int)wavenet::Activation::softsign && (c->slopes.empty() || c->slopes.size() == outputs), "a curve");
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
    for (const SignalSpec& spec : signals) {
        const int64_t size = spec.past ? rounded(spec.past + AMP_BLOCK, AMP_LANES) : 0;
        // An odd number of cache lines, so that the channels of one time do not share a place in the cache.
        const int64_t stride = ((size + AMP_BLOCK) / AMP_LANES | 1) * AMP_LANES;
        signals_.push_back({spec.channels, size, stride, 0, arena.take<float>(spec.channels * stride)});
    }
    operations_.assign(operations.size(), {});
    std::vector<char> written(signals.size(), 0);
    for (size_t i = operations.size(); i-- > 0;) {
        Operation& o = operations_[i];
        pack(arena, operations[i], o);
        const auto closes = [&](int signal) { return signal >= 0 && !written[(size_t)signal]++ && signals_[(size_t)signal].size > 0; };
        o.closes_out = closes(o.out), o.closes_sum = closes(o.sum);
    }
}

void Amp::pack(Arena& arena, const OperationSpec& spec, Operation& o) const {
    o.kind = spec.kind, o.out = spec.out, o.start = spec.start, o.sum = spec.sum;
    int inputs = 0;
    for (const TermSpec& t : spec.terms) o.terms.push_back({t.signal, t.delay}), inputs += signals_[(size_t)t.signal].channels;
    o.rows.resize(o.terms.size());
    const int outputs = signals_[(size_t)spec.out].channels;
    if (spec.kind == OperationSpec::affine) {
        const int padded = lanes(outputs), tile = kernels_->tile;
        float* tiled = arena.take<float>((int64_t)inputs * outputs);
        float* by_step = arena.take<float>((int64_t)inputs * padded);
        for (int from = 0, at = 0; tiled && from < outputs; from += tile)
            for (int i = 0; i < inputs; i++)
                for (int out = from; out < std::min(from + tile, outputs); out++) {
                    tiled[at++] = spec.weights[(size_t)i * (size_t)outputs + (size_t)out];
                    by_step[(int64_t)i * padded + out] = spec.weights[(size_t)i * (size_t)outputs + (size_t)out];
                }
        o.affine = {o.rows.data(), (int)o.rows.size(), outputs, padded, tiled, by_step, kept(arena, spec.bias, padded), {}, {}, {}, {}, spec.first};
        o.affine.curve = curve_of(arena, spec.curve, outputs);
    } else if (spec.kind == OperationSpec::cell) {
        const int padded = (int)rounded(outputs, AMP_LANES), columns = inputs + outputs;
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
    } else if (spec.kind == OperationSpec::modulate) {
        o.modulate.first = spec.first, o.modulate.curve = curve_of(arena, spec.curve, outputs);
    } else {
        o.gate.curve = curve_of(arena, spec.curve, outputs), o.gate.gate = curve_of(arena, spec.gate_curve, outputs);
        o.gate.blended = spec.kind == OperationSpec::blend, o.gate.first = spec.first;
    }
}

void Amp::reset(int64_t silence) noexcept {
    for (Signal& s : signals_) {
        std::fill_n(s.data, s.channels * s.stride, 0.0f);
        s.position = 0;
    }
    for (Operation& o : operations_)
        if (o.kind == OperationSpec::cell) std::copy_n(o.hidden, o.cell.padded, o.cell.hidden), std::copy_n(o.state, o.cell.padded, o.cell.cell);
    const float zeros[AMP_BLOCK] = {};
    float ignored[AMP_BLOCK];
    for (; silence > 0; silence -= AMP_BLOCK) process(zeros, ignored, std::min<int64_t>(silence, AMP_BLOCK));
}

void Amp::process(const float* in, float* out, int64_t samples) noexcept {
    const NoSubnormals here;
    while (samples > 0) {
        const int now = samples < AMP_STEP ? 1 : (int)std::min<int64_t>(samples, AMP_BLOCK);
        run(in, out, now);
        in += now, out += now, samples -= now;
    }
}

Rows Amp::rows(int signal, int64_t delay) const {
    if (signal < 0) return {nullptr, 0, 0};
    const Signal& s = signals_[(size_t)signal];
    const int64_t at = s.position - delay;
    return {s.data + (at < 0 ? at + s.size : at), s.stride, s.channels};
}

// After the last change of a block: what lies behind a ring's end is also at its beginning, and the other way round.
void Amp::close(const Signal& s, int samples) const {
    const int64_t end = s.position + samples, from = s.position;
    if (from >= AMP_BLOCK && end <= s.size) return;
    for (int c = 0; c < s.channels; c++) {
        float* row = s.data + c * s.stride;
        if (end > s.size) std::copy(row + s.size, row + end, row);
        if (from < AMP_BLOCK) std::copy(row + from, row + std::min<int64_t>(end, AMP_BLOCK), row + s.size + from);
    }
}

void Amp::run(const float* in, float* out, int samples) {
    std::copy_n(in, samples, rows(0, 0).data);
    if (signals_.front().size) close(signals_.front(), samples);
    for (Operation& o : operations_) {
        run(o, samples);
        if (o.closes_out) close(signals_[(size_t)o.out], samples);
        if (o.closes_sum) close(signals_[(size_t)o.sum], samples);
    }
    std::copy_n(rows((int)signals_.size() - 1, 0).data, samples, out);
    for (Signal& s : signals_) {
        if (!s.size) continue;
        s.position += samples;
        if (s.position >= s.size) s.position -= s.size;
    }
}

void Amp::run(Operation& o, int samples) {
    for (size_t i = 0; i < o.terms.size(); i++) o.rows[i] = rows(o.terms[i].signal, o.terms[i].delay);
    const Rows out = rows(o.out, 0), sum = rows(o.sum, 0);
    if (o.kind == OperationSpec::affine) {
        o.affine.out = out, o.affine.start = rows(o.start, 0), o.affine.sum = sum;
        if (samples < AMP_STEP) return kernels_->affine_step(o.affine);
        kernels_->affine(o.affine, samples);
    } else if (o.kind == OperationSpec::cell) {
        o.cell.in = o.rows[0], o.cell.out = out;
        kernels_->cell(o.cell, samples);
    } else if (o.kind == OperationSpec::modulate) {
        o.modulate.a = o.rows[0], o.modulate.scale = o.rows[1], o.modulate.shift = o.rows.size() > 2 ? o.rows[2] : Rows{nullptr, 0, 0};
        o.modulate.start = rows(o.start, 0), o.modulate.out = out, o.modulate.sum = sum;
        kernels_->modulate(o.modulate, samples);
    } else {
        o.gate.both = o.rows[0], o.gate.out = out, o.gate.sum = sum;
        kernels_->gate(o.gate, samples);
    }
}

}  // namespace wavenet
