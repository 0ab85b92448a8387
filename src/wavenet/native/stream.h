// The state of one stream, which belongs to the caller; and the room that one call works in.
#pragma once
#include <limits>
#include <memory>
#include <vector>

#include "network.h"

namespace wavenet {

class State {
public:
    // Not at its start yet: see `start` in engine.h.
    State(std::shared_ptr<const Network> network, const Sampler& sampler);
    State(const State&) = delete;

    const Network& network() const { return *network_; }
    Stream& stream() { return stream_; }
    Sampler& sampler() { return sampler_; }
    int64_t bytes() const { return arena_.front().bytes(); }

    // `bias` (L, 2D) is added before every gate from the next sample on (global conditioning); null: none.
    void set_bias(const float* bias);
    // The context stacks at their start; the stream's classes are those of silence.
    void start_contexts();
    // When the next frame of a context stack is whole, and so conditions; never without one.
    int64_t next_frame() const;
    // Takes the frames that are whole at the stream's time.
    void take_frames();

private:
    struct Past {   // of one context stack
        Stream stream;
        std::vector<Ring> rings;
        float* output;   // (S) of its newest frame
    };

    void lay_out(Arena& arena);
    void sum_base();

    std::shared_ptr<const Network> network_;
    Sampler sampler_;
    Stream stream_{};
    std::vector<Ring> rings_;
    std::vector<Past> contexts_;
    float* bias_ = nullptr;   // (L, 2Dp)
    float* base_ = nullptr;   // the same memory where there is no context
    Scratch room_{};          // of the contexts
    std::vector<Arena> arena_;
};

class Workspace {
public:
    Workspace(const Network& network, int columns);
    Scratch scratch{};

private:
    std::vector<Arena> arena_;
};

}  // namespace wavenet
