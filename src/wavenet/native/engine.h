// Generation and scoring: streams go in, classes and log-probabilities come out. Knows nothing of Python.
#pragma once
#include <functional>

#include "stream.h"

namespace wavenet {

// y of local conditioning: row r of all rows conditions steps r · s … (r + 1) · s - 1 of the stream, s steps per row.
struct LocalConditioning {
    const float* rows;  // (count, local_channels); null: none
    int64_t first;      // which row the first of these is
    int64_t count;
    int64_t steps_per_row;
};

// Called every few milliseconds in the calling thread; may throw to stop the work between two samples.
using Poll = std::function<void()>;

struct Request {
    State* state;
    int64_t count;  // samples
    int32_t* out;   // (count) classes
    LocalConditioning local;
    const double* uniforms;  // (count) instead of the stream's own random numbers, or null
};

// Draws samples for several streams of one network; each stream's do not depend on the others, nor on `threads`: at most
// so many share the streams, or two of them a single one.
void generate(const Network& network, const std::vector<Request>& requests, int threads, const Poll& poll);

// Is given what is wanted of the step before sample t, counted from the first of the call.
using Hear = std::function<void(int64_t t, const float* row)>;

// Takes `classes` (count) as the stream's next samples; `hear` gets what is wanted of each, in order.
void take(const Network& network, State& state, const int32_t* classes, int64_t count, const LocalConditioning& local, Wanted wanted,
          const Hear& hear, const Poll& poll);

// The same, and fills log p of each (nats) and logits (count, output_channels), where asked for.
void score(const Network& network, State& state, const int32_t* targets, int64_t count, const LocalConditioning& local, float* log_probabilities,
           float* logits, const Poll& poll);

// Selects the next class of a stream, given its logits.
using Choose = std::function<int32_t(const float* logits)>;

// Takes `count` steps of a stream without local conditioning, whose classes `choose` selects.
void choose(const Network& network, State& state, int64_t count, const Choose& choose, const Poll& poll);

// Puts a stream at its start: silence for ever, with `first_row` (local_channels) of y if there is any.
void start(const Network& network, State& state, int silence, const float* first_row);

}  // namespace wavenet
