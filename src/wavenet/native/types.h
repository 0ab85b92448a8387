// Plain structs that pass between the core and the kernels of an instruction set. Nothing here allocates or owns.
//
// Letters: R residual, D dilation, S skip, H head, Q outputs, K kernel, L layers; padded to LANES: Rp, Dp ….
#pragma once
#include <cstdint>

namespace wavenet {

constexpr int LANES = 16;        // every channel count is padded to a multiple of it
constexpr int AHEAD = 16;        // the past half of a layer is computed for so many steps at once, dilation permitting
constexpr int MAX_COLUMNS = 48;  // (stream, time) pairs that one pass takes; a multiple of every kernel's width

enum class Precision : int { fp32 = 0, bf16 = 1, int8 = 2 };

// The distribution of the next class, given the outputs of the last layer; see sampler.h, and outputs/ in Python.
enum class Distribution : int { softmax = 0, logistics = 1, gaussian = 2, mcgsm = 3 };

// Whether the input is the samples' values rather than their classes, one-hot.
constexpr bool scalar_input(Distribution d) { return d != Distribution::softmax; }

// How an instruction set wants its operands in one precision.
struct Layout {
    int group;           // inputs that lie side by side for each output
    int tile;            // vectors of outputs in one tile of weights
    int input_bytes;     // of one input of a product
    int zero_signed;     // what stands for 0 in inputs of either sign; int8 only
    int zero_unsigned;   // and in inputs behind a ReLU
    bool whole = false;  // whether batches want Matrix::whole
};

// Weights in reading order: tile, group of inputs, vector of the tile, lane, input of the group.
//
// A sparse matrix has only those groups of each vector whose weights are not all zero, as many as the vector with the
// most, and says where their inputs are.
struct Matrix {
    const void* weights;
    int vectors;             // outputs / LANES
    int groups;              // of each vector; inputs / Layout::group where the matrix is dense
    const uint16_t* places;  // sparse: the first input of each group, in the order of the weights; dense: null
    const void* whole;       // for batches, where Layout::whole: all weights of a sparse matrix, or of the last one; see whole.h
};

// What sums start from, and how they become results; the sums may run through several matrices.
// fp32, bf16: they start at the bias, and are the results.
// int8: they start at what the zero points add up to, and the results are sum · scale + bias.
struct Epilogue {
    const void* start;   // (outputs) float or int32
    const float* scale;  // (outputs) int8; otherwise null
    const float* bias;   // (outputs) int8; otherwise null
};

// A matrix with sums of its own.
struct Linear {
    Matrix matrix;
    Epilogue epilogue;
};

struct Layer {
    int64_t dilation;
    const Matrix* taps;   // (K) of the dilated convolution, the oldest first; 2Dp outputs: tanh half, sigmoid half
    Epilogue dilated;     // of the sums over all taps
    Matrix skip;          // its sums run through all layers: see Stack
    Linear residual;      // without weights in the last layer
    float inverse_scale;  // int8: 1 / scale of the layer's input
};

// Layers one after the other: those of the network, or those of a context stack.
struct Stack {
    int layers, kernel_size;
    int R, D, S;         // padded
    const Layer* layer;  // (L)
    Epilogue skip;       // of the sums over the skips of all layers
};

struct Weights {
    Stack stack;
    int input_kernel_size, classes;
    Distribution distribution;
    int components, scales;                          // of a mixture
    double least_log_scale;                          // likewise
    int outputs;                                     // of the last layer
    int H, Q;                                        // padded: channels of the head, and outputs
    const float* embedding;                          // (input K, classes, R); of values, which multiply it, (input K, R)
    const float* input_bias;                         // (R)
    Linear hidden, output;                           // the head; outputs that are padding have a bias that no softmax sees
    float skip_inverse_scale, hidden_inverse_scale;  // int8: 1 / scale of the inputs of the head's two products
};

// What projects a series into every layer: V of section 2.5, of which local conditioning and context stacks have one.
struct Projection {
    const Matrix* matrix;  // (L) fp32, 2Dp outputs; null: there is no such series
    int channels;          // padded
};

// A context stack (section 2.6). All its products are fp32, and not fused, so it is the same everywhere.
struct Context {
    int pool, taps;  // samples of a frame, and of a filter
    int classes;     // of the network
    Linear filters;  // (R, taps)
    Stack stack;
    Projection projection;
};

// A layer's inputs, in a ring of rows of R; row `position` is the present one's.
struct Ring {
    char* rows;
    int64_t size;  // in rows
    int64_t position;
    char* ahead;          // (AHEAD, 2Dp) sums of the past taps
    int64_t ahead_first;  // time of its first row
    int64_t ahead_end;    // time after its last row
};

// What one stack remembers of one stream.
struct Past {
    int64_t time;  // steps taken: samples, or frames in a context stack
    Ring* ring;    // (L)
};

// The newest classes of a stream, as many as anything looks back; see classes.h.
struct Classes {
    int32_t* convolved;  // (input K) what the input convolution reads, the newest last; older ones lie before
    int32_t* begin;      // of their memory
    int32_t* end;
    int input_kernel_size;
    int kept;  // for the input convolution, and for context stacks to pool
};

struct Stream {
    Past past;
    Classes classes;
    const float* base;  // (L, 2Dp) what the bias and the contexts add before the gates, or null
};

// How a stream draws its next class from logits.
struct Sampler {
    uint64_t seed, stream;
    uint64_t drawn;     // samples drawn so far
    float temperature;  // 0: the likeliest
    int top_k;          // 0: all
    float top_p;        // 1: all
    uint64_t block;     // of the words below, plus one; 0: none
    uint64_t words[4];
};

// One (stream, time) of a pass. Columns of one stream follow each other, from its next step on.
struct Column {
    Stream* stream;
    int offset;              // steps after the stream's time
    const float* condition;  // (L, 2Dp) to add before the gates, or null
};

// Room for the layers of a stack; every row is aligned to 64 bytes, here and below.
struct StackScratch {
    float* x;        // (columns, R) residual stream
    char* sums;      // (columns, 2Dp) float or int32
    char* z;         // (2, columns, D) inputs of products, of two layers; (L, D) where a single step keeps those of every one
    char* skip;      // (columns, S) sums
    char* residual;  // (columns, R) sums
};

struct HeadScratch {
    char* inputs;   // (columns, max(S, H)) of its products
    char* sums;     // (columns, max(H, Q))
    float* logits;  // (columns, Q)
};

struct SamplingScratch {
    float* probabilities;  // (Q) not normalised
    float* sums;           // (Q / LANES)
    int32_t* order;        // (Q)
    double* weights;       // (Q) of a mixture's densities, not normalised
};

// Room for one step or one pass of the network.
struct Scratch {
    StackScratch stack;
    HeadScratch head;
    SamplingScratch sampling;
};

// Room for a frame of a context stack.
struct ContextScratch {
    StackScratch stack;
    float* companded;  // (taps)
    float* filtered;   // (R) sums
};

// What two threads that share a stream tell each other; each field on its own cache line.
struct Handover {
    alignas(64) uint64_t layers_done;   // by the chain, of all steps so far
    alignas(64) uint64_t samples_done;  // by the tail
    alignas(64) int32_t newest;
    alignas(64) uint64_t count;  // of the samples to make; the tail may lower it when it is late
};

// Gives the conditioning (L, 2Dp) of a time, or null.
using Condition = const float* (*)(void* conditioner, int64_t time);

// Whether it is later than `when`.
using Late = bool (*)(const void* when);

// What a pass leaves in scratch: nothing, the sums of the skips (as floats, at StackScratch::skip), or the logits.
enum class Wanted { nothing, skips, logits };

// What runs streams of a network.
struct Steps {
    // Takes one step and leaves the logits in scratch.
    void (*step)(const Weights&, Stream&, const float* condition, Scratch&);
    // The two halves of `step`, each in a thread of its own: z of every layer; the skips, the head and the samples.
    // Both end after Handover::count samples; the tail ends earlier once `late` says so.
    void (*chain)(const Weights&, Stream&, Condition, void* conditioner, StackScratch&, Handover&);
    void (*tail)(const Weights&, Sampler&, const double* uniforms, int32_t* out, Scratch&, Handover&, Late, const void* when);
    // Takes the step of every column, and leaves what is wanted of each.
    void (*pass)(const Weights&, const Column*, int columns, Wanted, Scratch&);
};

struct ResidualWeights;
struct ResidualScratch;

// What an instruction set offers.
struct Kernels {
    const char* name;
    Layout layout[3];  // by Precision
    Layout output[3];  // of the last layer
    const Steps* (*steps)(const Weights&, Precision);
    // The start of a stream whose classes are those of silence.
    void (*start[3])(const Weights&, Stream&, const float* condition, Scratch&);
    // Rows (count, L · 2Dp): `base` (L, 2Dp), which may be the only row itself, and on top the projection of each row of
    // a series (count, channels), count at most MAX_COLUMNS.
    void (*project)(const Stack&, const Projection&, const float* base, const float* series, int count, float* rows);
    // A context stack at its start, of `pool` classes of silence, and after its next frame: what it puts out, (S).
    void (*start_context)(const Context&, Past&, const int32_t* silence, ContextScratch&, float* output);
    void (*context)(const Context&, Past&, const int32_t* classes, ContextScratch&, float* output);
    // Rows (rows, inputs) to rows (rows, outputs); see residual.h.
    void (*residual)(const ResidualWeights&, const float* given, int64_t rows, const ResidualScratch&, float* out);
    int (*sample)(const Weights&, const float* logits, Sampler&, const double* uniform, SamplingScratch&);
    float (*log_probability)(const Weights&, const float* logits, int target);
    void (*gate[3])(const float* a, float* z, int channels);                // equation 2, for tests
    double (*read_bandwidth)(const char* data, int64_t bytes, int rounds);  // bytes a second
    double (*peak[3])(int rounds);                                          // multiply-adds a second
};

}  // namespace wavenet
