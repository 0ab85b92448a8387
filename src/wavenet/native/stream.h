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
    int64_t time() const { return stream_.past.time; }
    int64_t bytes() const { return arena_.front().bytes(); }

    // `bias` (L, 2D) is added before every gate from the next sample on (global conditioning); null: none.
    void set_bias(const float* bias);
    // Silence for ever before the first sample: its classes, and the context stacks. What the network's own layers
    // remember of it is up to `start` in engine.h.
    void silence(int32_t quiet);
    // When the next frame of a context stack is whole, and so conditions; never without one.
    int64_t next_frame() const;
    // Takes the frames that are whole at the stream's time.
    void take_frames();

private:
    struct ContextState {
        Past past;
        std::vector<Ring> rings;
        float* output;  // (S) of its newest frame
    };

    void lay_out(Arena& arena);
    void lay_out_contexts(Arena& arena);
    void sum_base();

    std::shared_ptr<const Network> network_;
    Sampler sampler_;
    Stream stream_{};
    std::vector<Ring> rings_;
    std::vector<ContextState> contexts_;
    float* bias_ = nullptr;  // (L, 2Dp)
    float* base_ = nullptr;  // the same memory where there is no context
    ContextScratch room_{};  // that all contexts share
    std::vector<Arena> arena_;
};

class Workspace {
public:
    // For passes of so many columns; of one column, for single steps too.
    Workspace(const Network& network, int columns);
    Scratch scratch{};

private:
    std::vector<Arena> arena_;
};

}  // namespace wavenet
