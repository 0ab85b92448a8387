// How an amplifier runs; see amp.h.
#if defined(__SSE2__)
#include <immintrin.h>
#endif

#include "amp.h"

namespace wavenet {

namespace {

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

}  // namespace

void Amp::reset(int64_t silence) noexcept {
    time_ = 0, stepping_ = false;
    for (Signal& s : signals_) {
        std::fill_n(s.data, s.channels * s.stride, 0.0f);
        std::fill_n(s.recent.rows, (s.recent.mask + 1) * s.recent.pitch, 0.0f);
        s.position = 0;
    }
    for (Operation& o : operations_)
        if (o.kind == OperationSpec::cell) std::copy_n(o.hidden, o.cell.padded, o.cell.hidden), std::copy_n(o.state, o.cell.padded, o.cell.cell);
    const float zeros[AMP_BLOCK] = {};
    float ignored[AMP_BLOCK];
    for (; silence > 0; silence -= AMP_BLOCK) process(zeros, ignored, std::min<int64_t>(silence, AMP_BLOCK));
}

void Amp::process(const float* in, float* out, int64_t samples) noexcept {
    if (samples < 1) return;
    [[maybe_unused]] const NoSubnormals here;
    if (samples < AMP_STEP) {
        if (!stepping_) begin_steps();
        for (int64_t i = 0; i < samples; i++) out[i] = step(in[i]);
        return;
    }
    if (stepping_) end_steps();
    while (samples > 0) {
        const int now = (int)std::min<int64_t>(samples, AMP_BLOCK);
        run(in, out, now);
        in += now, out += now, samples -= now;
    }
}

// Blocks.

Rows Amp::rows(int signal, int64_t delay) const {
    if (signal < 0) return {nullptr, 0, 0};
    const Signal& s = signals_[(size_t)signal];
    const int64_t at = s.position - delay;
    return {s.data + (at < 0 ? at + s.size : at), s.stride, s.channels};
}

// After the last change of samples from `from` on: what lies behind the ring's end is also at its beginning, and the
// other way round.
void Amp::close(const Signal& s, int64_t from, int samples) const {
    const int64_t end = from + samples;
    if (from >= AMP_BLOCK && end <= s.size) return;
    for (int c = 0; c < s.channels; c++) {
        float* row = s.data + c * s.stride;
        if (end > s.size) std::copy(row + s.size, row + end, row);
        if (from < AMP_BLOCK) std::copy(row + from, row + std::min<int64_t>(end, AMP_BLOCK), row + s.size + from);
    }
}

void Amp::run(const float* in, float* out, int samples) {
    std::copy_n(in, samples, rows(0, 0).data);
    if (signals_.front().size) close(signals_.front(), signals_.front().position, samples);
    for (Operation& o : operations_) {
        run(o, samples);
        if (o.closes_out) close(signals_[(size_t)o.out], signals_[(size_t)o.out].position, samples);
        if (o.closes_sum) close(signals_[(size_t)o.sum], signals_[(size_t)o.sum].position, samples);
    }
    std::copy_n(rows((int)signals_.size() - 1, 0).data, samples, out);
    for (Signal& s : signals_) {
        if (!s.size) continue;
        s.position += samples;
        if (s.position >= s.size) s.position -= s.size;
    }
    time_ += samples;
}

void Amp::run(Operation& o, int samples) {
    for (size_t i = 0; i < o.terms.size(); i++) o.rows[i] = rows(o.terms[i].signal, o.terms[i].delay);
    const Rows out = rows(o.out, 0), sum = rows(o.sum, 0);
    if (o.kind == OperationSpec::affine) {
        o.affine.out = out, o.affine.start = rows(o.start, 0), o.affine.sum = sum;
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

// Steps.

void Amp::begin_steps() {
    stepping_ = true;
    for (Signal& s : signals_) {
        s.whole = time_;
        if (!s.size) continue;
        for (int64_t back = 1; back < AMP_ROWS; back++) {
            const int64_t at = s.position - back < 0 ? s.position - back + s.size : s.position - back;
            for (int c = 0; c < s.channels; c++) s.recent.at((uint32_t)(time_ - back))[c] = s.data[c * s.stride + at];
        }
    }
    for (Operation& o : operations_)
        if (o.early) sum_ahead(o, time_ - ((time_ - o.phase) & (AMP_AHEAD - 1)));
}

void Amp::end_steps() {
    stepping_ = false;
    for (Signal& s : signals_)
        if (s.size) complete(s);
}

// Brings the ring up to the present. Where nothing reads its long past, it may be far behind, and then lacks only what
// nothing reads.
void Amp::complete(Signal& s) {
    if (s.whole == time_) return;
    const int64_t from = std::max(s.whole, time_ - (AMP_ROWS - 1));
    if (from > s.whole) s.position = (s.position + from - s.whole) % s.size;
    const int samples = (int)(time_ - from);
    for (int i = 0; i < samples; i++) {
        const float* row = s.recent.at((uint32_t)(from + i));
        float* data = s.data + s.position + i;
        for (int c = 0; c < s.channels; c++) data[c * s.stride] = row[c];
    }
    close(s, s.position, samples);
    s.position += samples;
    if (s.position >= s.size) s.position -= s.size;
    s.whole = time_;
}

// What the long past adds to the samples from `time` on.
void Amp::sum_ahead(Operation& o, int64_t time) {
    for (int i = 0; i < o.early; i++) {
        const Term& t = o.terms[(size_t)i];
        o.rows[(size_t)i] = rows(t.signal, t.delay + signals_[(size_t)t.signal].whole - time);
    }
    Affine a = o.affine;
    a.count = o.early, a.out = {scratch_, AMP_AHEAD, a.outputs}, a.odd = {scratch_ + a.outputs * AMP_AHEAD, AMP_AHEAD, a.outputs};
    a.start = {}, a.sum = {}, a.curve.kind = Activation::identity;
    kernels_->affine(a, AMP_AHEAD);
    for (int odd = 0; odd < 2; odd++)
        for (int out = 0; out < a.outputs; out++)
            for (int i = 0; i < AMP_AHEAD; i++) o.ahead[(2 * i + odd) * o.padded + out] = scratch_[(odd * a.outputs + out) * AMP_AHEAD + i];
}

float Amp::step(float in) {
    const uint32_t time = (uint32_t)time_;
    for (Operation* o : ahead_[time & (AMP_AHEAD - 1)]) {
        for (int i = 0; i < o->early; i++) complete(signals_[(size_t)o->terms[(size_t)i].signal]);
        sum_ahead(*o, time_);
    }
    signals_.front().recent.at(time)[0] = in;
    const AffineStep* next = steps_.data();
    for (const auto& [count, other] : order_) {
        if (count) kernels_->steps(next, count, time);
        next += count;
        if (other) step_by_channel(*other);
    }
    time_++;
    return signals_.back().recent.at(time)[0];
}

Rows Amp::row(int signal) const {
    if (signal < 0) return {nullptr, 0, 0};
    const Signal& s = signals_[(size_t)signal];
    return {s.recent.at((uint32_t)time_), 1, s.channels};
}

void Amp::step_by_channel(Operation& o) {
    if (o.kind == OperationSpec::cell) {
        o.cell.in = row(o.terms[0].signal), o.cell.out = row(o.out);
        return kernels_->cell(o.cell, 1);
    }
    if (o.kind == OperationSpec::modulate) {
        o.modulate.a = row(o.terms[0].signal), o.modulate.scale = row(o.terms[1].signal);
        o.modulate.shift = row(o.terms.size() > 2 ? o.terms[2].signal : -1);
        o.modulate.start = row(o.start), o.modulate.out = row(o.out), o.modulate.sum = row(o.sum);
        return kernels_->modulate_step(o.modulate);
    }
    o.gate.both = row(o.terms[0].signal), o.gate.out = row(o.out), o.gate.sum = row(o.sum);
    kernels_->gate_step(o.gate);
}

}  // namespace wavenet
