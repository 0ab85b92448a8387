// What is added before the gates at any time of one call: the state's base, and on top the projection of a row of features.
#pragma once
#include <algorithm>

#include "engine.h"

namespace wavenet {

class Conditioner {
public:
    Conditioner(const Network& network, State& state, const Features& features)
        : network_(network), state_(state), features_(features), next_frame_(state.next_frame()) {
        const int channels = network.config().condition_channels;
        if (!features.rows) {
            if (channels) throw std::invalid_argument("this network needs features");
            return;
        }
        if (!channels) throw std::invalid_argument("this network takes no features");
        if (features.hop < 1) throw std::invalid_argument("hop must be at least 1 sample");
        const Weights& w = network.weights();
        width_ = (int64_t)w.layers * 2 * w.D;
        block_ = std::clamp<int64_t>(features.count, 1, features.hop < BLOCK ? (BLOCK + features.hop - 1) / features.hop : 1);
        arena_.emplace_back([&](Arena& arena) {
            rows_ = arena.take<float>(block_ * width_);
            inputs_ = arena.take<float>(block_ * network.conditions().local().channels);
        });
    }

    void check(int64_t time, int64_t count) const {
        if (!features_.rows || count == 0) return;
        if (time / features_.hop < features_.first || (time + count - 1) / features_.hop >= features_.first + features_.count)
            throw std::invalid_argument("the features do not cover the samples asked for");
    }

    // (L, 2Dp), or null. `time` is the stream's, or one after it that the last row still holds for.
    const float* at(int64_t time) {
        if (time >= next_frame_) {
            state_.take_frames();
            next_frame_ = state_.next_frame();
            begin_ = end_ = 0;
        }
        if (!features_.rows) return state_.stream().base;
        const int64_t row = time / features_.hop - features_.first;
        if (row < begin_ || row >= end_) project(row);
        return rows_ + (row - begin_) * width_;
    }

    // Whether a row for that time is there already.
    bool holds(int64_t time) const {
        if (time >= next_frame_) return false;
        const int64_t row = features_.rows ? time / features_.hop - features_.first : 0;
        return !features_.rows || (row >= begin_ && row < end_);
    }

    static const float* at(void* self, int64_t time) { return static_cast<Conditioner*>(self)->at(time); }

private:
    static constexpr int64_t BLOCK = MAX_COLUMNS;   // samples whose rows are projected at once

    // From `row` on, as many as share the base.
    void project(int64_t row) {
        const Projection& local = network_.conditions().local();
        const int channels = network_.config().condition_channels;
        const int64_t last = (next_frame_ - 1) / features_.hop - features_.first;
        begin_ = row;
        end_ = std::min({row + block_, features_.count, last + 1});
        for (int64_t r = begin_; r < end_; r++)
            std::copy_n(features_.rows + r * channels, channels, inputs_ + (r - begin_) * local.channels);
        network_.kernels().project(network_.weights(), local, state_.stream().base, inputs_, (int)(end_ - begin_), rows_);
    }

    const Network& network_;
    State& state_;
    Features features_;
    int64_t next_frame_;
    float* rows_ = nullptr;
    float* inputs_ = nullptr;
    int64_t width_ = 0, block_ = 1, begin_ = 0, end_ = 0;   // rows begin_ … end_ - 1 are there
    std::vector<Arena> arena_;
};

}  // namespace wavenet
