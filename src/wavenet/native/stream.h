// The state of one stream, which belongs to the caller; and the room that one call works in.
#pragma once
#include <memory>
#include <vector>

#include "network.h"

namespace wavenet {

class State {
public:
    // `bias` (L, 2D) fp32 is added before every gate (global conditioning); null: none. At its start, see `start`.
    State(std::shared_ptr<const Network> network, const Sampler& sampler, const float* bias);
    State(const State&) = delete;

    const Network& network() const { return *network_; }
    Stream& stream() { return stream_; }
    Sampler& sampler() { return sampler_; }
    int64_t bytes() const { return arena_.front().bytes(); }

private:
    std::shared_ptr<const Network> network_;
    Sampler sampler_;
    Stream stream_{};
    std::vector<Ring> rings_;
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
