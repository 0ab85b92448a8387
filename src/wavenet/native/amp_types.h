// What passes between an amplifier (amp.h) and its kernels. Nothing here allocates or owns.
//
// A signal has a row for each channel, and time runs along the row: most amplifiers have so few channels that lanes of
// time fill registers where lanes of channels would not.
#pragma once
#include <cstdint>

namespace wavenet {

constexpr int AMP_BLOCK = 64;  // samples that the program is run for at once, at most
constexpr int AMP_STEP = 4;    // calls of fewer are run sample by sample, with lanes of channels
constexpr int AMP_LANES = 16;
constexpr int AMP_AHEAD = 16;  // samples for which what is long past is summed at once, for the steps
constexpr int AMP_ROWS = 32;   // times that a signal keeps for steps; a power of 2, at least twice AMP_AHEAD

// In the order of wavenet.amp.activations.KINDS.
enum class Activation : int {
    identity,
    tanh,
    hard_tanh,
    fast_tanh,
    relu,
    leaky_relu,
    prelu,
    sigmoid,
    silu,
    hard_swish,
    leaky_hard_tanh,
    softsign,
    bent  // the greater of x and slope · x: what relu and the leaky ones are for slopes from 0 to 1
};

struct Curve {
    Activation kind;
    float low, high, high_slope;
    const float* slopes;  // one for each channel, below zero or `low`; padded to lanes
};

// Channels at the present block: `data` is their first sample of it; up to AMP_BLOCK follow, which may be written.
struct Rows {
    float* data;
    int64_t stride;
    int channels;
};

// out = curve(bias + start + Σ weights · terms), and sum += out. The sums have one order, term by term and channel by
// channel, for blocks and for steps, so that the samples do not depend on the blocks; the even and the odd channels have
// sums of their own, which a step need not wait for one after the other.
struct Affine {
    const Rows* terms;
    int count;
    int inputs;  // channels of all terms, of which a call may take the first few only
    int outputs;
    const float* weights;  // for each tile of outputs: (inputs, outputs of the tile)
    const float* bias;     // whole lanes
    Rows out;
    Rows odd;          // where the sums of the odd channels go; data null: on top of the others
    Rows start;        // data null: there is none
    bool starts_late;  // added at the end, as what was summed ahead cannot have it
    Curve curve;
    Rows sum;    // data null: there is none
    bool first;  // the sum starts here
};

// A signal for steps: a row of channels for each of the last times, or for the present one only.
struct Recent {
    float* rows;
    uint32_t mask;   // AMP_ROWS - 1, or 0
    uint32_t pitch;  // floats of a row
    float* at(uint32_t time) const { return rows + (time & mask) * pitch; }
};

struct StepTerm {
    Recent signal;
    uint32_t delay;
    int channels;
};

// The same for a step: the terms of the long past are in `ahead` already, which starts at the bias.
struct AffineStep {
    const StepTerm* terms;  // the others
    int count;
    int channels;          // most of any of them
    bool chained;          // the last one is the present of what the operation before wrote
    int padded;            // outputs, as the lanes of the weights have them
    const float* weights;  // (inputs of these terms, padded)
    Recent ahead;          // (2, padded) of each time since the phase, or always the bias, and 0 for the odd channels
    uint32_t phase;
    Recent out, start, sum;
    bool starts_late;
    Curve curve;
    bool first;
};

// out = curve(a) · gate(b), or gate(b) · curve(a) + (1 - gate(b)) · a; and sum += out. The rows of b follow those of a.
struct Gate {
    Rows both, out, sum;
    Curve curve, gate;
    bool blended, first;
};

// out = curve(a · scale + shift + start), and sum += out. Shift and start may be missing.
struct Modulate {
    Rows a, scale, shift, start, out, sum;
    Curve curve;
    bool first;
};

// One LSTM layer; `padded` is its size in whole lanes.
struct Cell {
    Rows in, out;
    int size, padded;
    const float* weights;  // (padded / lanes, inputs + size, 4 gates, lanes)
    const float* bias;     // (padded / lanes, 4 gates, lanes)
    float *hidden, *next, *cell;
};

struct AmpKernels {
    const char* name;
    int tile;  // outputs of a tile of weights
    void (*affine)(const Affine&, int samples);
    void (*steps)(const AffineStep*, int count, uint32_t time);  // one after the other
    void (*gate)(const Gate&, int samples);
    void (*gate_step)(const Gate&);  // of rows: a stride of 1
    void (*modulate)(const Modulate&, int samples);
    void (*modulate_step)(const Modulate&);
    void (*cell)(const Cell&, int samples);
    void (*activate)(const Curve&, float* values, int count);  // for tests; whole lanes
};

// By the name of one of the sets of isa.h.
const AmpKernels& amp_kernels(const char* isa);

}  // namespace wavenet
