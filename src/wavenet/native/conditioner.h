// What is added before the gates at any time of one call: the state's base, and on top the projection of a row of y.
#pragma once
#include <algorithm>

#include "engine.h"

namespace wavenet {

class Conditioner {
public:
    Conditioner(const Network& network, State& state, const LocalConditioning& local)
        : network_(network), state_(state), local_(local), next_frame_(state.next_frame()) {
        const int channels = network.config().local_channels;
        if (!local.rows) {
            if (channels) throw std::invalid_argument("this network needs features");
            return;
        }
        if (!channels) throw std::invalid_argument("this network takes no features");
        const int64_t steps = local.steps_per_row;
        if (steps < 1) throw std::invalid_argument("steps_per_row must be at least 1");
        width_ = network.gate_width();
        block_ = std::clamp<int64_t>(local.count, 1, steps < BLOCK ? (BLOCK + steps - 1) / steps : 1);
        arena_.emplace_back([&](Arena& arena) {
            rows_ = arena.take<float>(block_ * width_);
            inputs_ = arena.take<float>(block_ * network.conditioning().local().channels);
        });
    }

    void check(int64_t time, int64_t count) const {
        if (!local_.rows || count == 0) return;
        const int64_t steps = local_.steps_per_row;
        if (time / steps < local_.first || (time + count - 1) / steps >= local_.first + local_.count)
            throw std::invalid_argument("the features do not cover the samples asked for");
    }

    // (L, 2Dp), or null. `time` is the stream's, or one after it that the last row still holds for.
    const float* at(int64_t time) {
        if (time >= next_frame_) {
            state_.take_frames();
            next_frame_ = state_.next_frame();
            begin_ = end_ = 0;
        }
        if (!local_.rows) return state_.stream().base;
        const int64_t row = row_of(time);
        if (row < begin_ || row >= end_) project(row);
        return rows_ + (row - begin_) * width_;
    }

    // Whether a row for that time is there already.
    bool holds(int64_t time) const {
        if (time >= next_frame_) return false;
        if (!local_.rows) return true;
        const int64_t row = row_of(time);
        return row >= begin_ && row < end_;
    }

    static const float* at(void* self, int64_t time) { return static_cast<Conditioner*>(self)->at(time); }

private:
    static constexpr int64_t BLOCK = MAX_COLUMNS;  // samples whose rows are projected at once

    int64_t row_of(int64_t time) const { return time / local_.steps_per_row - local_.first; }

    // From `row` on, as many as share the base.
    void project(int64_t row) {
        const Projection& projection = network_.conditioning().local();
        const int channels = network_.config().local_channels;
        const int64_t last = row_of(next_frame_ - 1);
        begin_ = row;
        end_ = std::min({row + block_, local_.count, last + 1});
        for (int64_t r = begin_; r < end_; r++) std::copy_n(local_.rows + r * channels, channels, inputs_ + (r - begin_) * projection.channels);
        network_.kernels().project(network_.weights().stack, projection, state_.stream().base, inputs_, (int)(end_ - begin_), rows_);
    }

    const Network& network_;
    State& state_;
    LocalConditioning local_;
    int64_t next_frame_;
    float* rows_ = nullptr;
    float* inputs_ = nullptr;
    int64_t width_ = 0, block_ = 1, begin_ = 0, end_ = 0;  // rows begin_ … end_ - 1 are there
    std::vector<Arena> arena_;
};

}  // namespace wavenet
