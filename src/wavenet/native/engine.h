// Generation and scoring: streams go in, classes and log-probabilities come out. Knows nothing of Python.
#pragma once
#include <functional>

#include "stream.h"

namespace wavenet {

// Local conditioning: row r of all rows conditions samples r · hop … (r + 1) · hop - 1 of the stream.
struct Features {
    const float* rows;   // (count, condition_channels); null: none
    int64_t first;       // which row the first of these is
    int64_t count;
    int64_t hop;         // samples
};

// Called every few milliseconds in the calling thread; may throw to stop the work between two samples.
using Poll = std::function<void()>;

struct Request {
    State* state;
    int64_t count;            // samples
    int32_t* out;             // (count) classes
    Features features;
    const double* uniforms;   // (count) instead of the stream's own random numbers, or null
};

// Draws samples for several streams of one network; each stream's do not depend on the others, nor on `threads`.
void generate(const Network& network, const std::vector<Request>& requests, int threads, const Poll& poll);

// Takes `targets` (count) as the stream's next samples. Fills log p of each (nats) and logits (count, classes), where
// asked for.
void score(const Network& network, State& state, const int32_t* targets, int64_t count, const Features& features,
           float* log_probabilities, float* logits, const Poll& poll);

// Puts a stream at its start: silence for ever, with `first_row` (condition_channels) of features if there are any.
void start(const Network& network, State& state, int silence, const float* first_row);

}  // namespace wavenet
