// An amplifier: a short program over signals, that takes blocks of samples in real time.
//
// What the program is made of comes from wavenet.amp.program. Each signal that something looks back on is a ring whose
// first samples are repeated behind its end, so that every block is in one piece wherever it starts, and no call has
// more to move than another.
//
// Calls of very few samples take steps, of one sample each: signals are then rows of channels, and what an operation
// reads of the long past is summed for AMP_AHEAD samples at once, as in a block; each operation does that at another
// time, so that no step has all of it. The samples that come out are the same.
#pragma once
#include <array>
#include <vector>

#include "amp_types.h"
#include "arena.h"
#include "isa.h"

namespace wavenet {

// Sizes and tensors that a program is made of, until it is made; row-major.
struct SignalSpec {
    int channels;
    int64_t past;  // samples before the present one that are looked back on
};
struct TermSpec {
    int signal;
    int64_t delay;
};
struct CurveSpec {
    int kind = 0;
    float low = 0, high = 0, high_slope = 0;
    std::vector<float> slopes;  // (channels) or empty
};
struct OperationSpec {
    enum Kind { affine, gate, blend, modulate, cell } kind;
    int out, start = -1, sum = -1;  // signals; -1: none
    bool first = false;
    std::vector<TermSpec> terms;  // what it reads: of a modulation its input, scale and perhaps shift
    std::vector<float> weights;   // affine: (inputs, outputs); cell: (4 size, inputs + size)
    std::vector<float> bias;      // affine: (outputs); cell: (4 size)
    CurveSpec curve, gate_curve;
    std::vector<float> hidden, state;  // of a cell at the start: (size)
};

class Amp {
public:
    // Throws std::invalid_argument if the parts do not fit each other, std::length_error if they are too large.
    // The first signal is the input and the last the output, of one channel each.
    Amp(const std::vector<SignalSpec>&, const std::vector<OperationSpec>&, const std::string& isa);

    // The next samples, which may be in place. Allocates nothing and takes no lock; takes as long as `samples` says.
    void process(const float* in, float* out, int64_t samples) noexcept;

    // Back to the start, and then `silence` samples of zeros.
    void reset(int64_t silence) noexcept;

    const char* isa() const { return kernels_->name; }
    int64_t bytes() const { return bytes_; }

private:
    struct Signal {
        int channels;
        int64_t size, stride;  // of the ring; 0: there is none
        int64_t position;      // in the ring, of the present, or of `whole` while there are steps
        float* data;
        Recent recent;
        int64_t whole;  // the time up to which the ring has it
    };
    struct Term {
        int signal;
        int64_t delay;
    };
    struct Operation {
        OperationSpec::Kind kind;
        int out, start, sum;
        bool closes_out, closes_sum;  // nothing writes there after it
        std::vector<Term> terms;      // those of the long past first
        std::vector<Rows> rows;       // of the terms, for a call
        Affine affine;
        Gate gate;
        Modulate modulate;
        Cell cell;
        const float *hidden, *state;  // of a cell at the start
        int early;                    // terms of the long past
        float* ahead;                 // (AMP_AHEAD, 2, padded) what they add up to, from a time of this phase on
        int padded;
        int64_t phase;
        std::vector<StepTerm> step_terms;
        AffineStep step;
    };

    void check(const std::vector<SignalSpec>&, const std::vector<OperationSpec>&) const;
    void pack(Arena&, const std::vector<SignalSpec>&, const std::vector<OperationSpec>&);
    void pack(Arena&, const OperationSpec&, Operation&) const;
    void pack_affine(Arena&, const OperationSpec&, Operation&) const;
    void pack_cell(Arena&, const OperationSpec&, Operation&) const;
    void share_out_phases();
    void order_steps();

    Rows rows(int signal, int64_t delay) const;
    Rows row(int signal) const;
    Recent recent(int signal) const;
    void close(const Signal&, int64_t from, int samples) const;
    void run(const float* in, float* out, int samples);
    void run(Operation&, int samples);
    void begin_steps();
    void end_steps();
    void complete(Signal&);
    void sum_ahead(Operation&, int64_t time);
    float step(float in);
    void step_by_channel(Operation&);

    const AmpKernels* kernels_;
    std::vector<Signal> signals_;
    std::vector<Operation> operations_;
    std::vector<AffineStep> steps_;                         // of the affine operations, in order
    std::vector<std::pair<int, Operation*>> order_;         // so many of them; then one of another kind, or none
    std::array<std::vector<Operation*>, AMP_AHEAD> ahead_;  // those that sum their long past, by phase
    std::unique_ptr<Arena> memory_;
    int64_t bytes_ = 0;
    float* scratch_ = nullptr;  // (2 outputs, AMP_AHEAD)
    int64_t time_ = 0;          // samples taken
    bool stepping_ = false;
};

}  // namespace wavenet
