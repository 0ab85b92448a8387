// Whether the next samples of a stream are made by one thread or by two.
//
// Two threads that have no two cores wait for each other's turn, hundreds of times slower than one. So the speed of each
// way is measured as it goes, and the faster one gets the next slice; the samples are the same.
#pragma once
#include <algorithm>
#include <cstdint>

namespace wavenet {

class ThreadChoice {
public:
    struct Slice {
        int threads;  // 1 or 2
        int64_t samples;
        double seconds;  // two threads stop when they have taken so long
    };

    // Of at most `left` samples.
    Slice next(int64_t left) const {
        const bool both = one_ > 0 && (two_ < one_ || waits_ == 0);
        const bool tries = !both ? one_ == 0 : two_ >= one_ || two_ == 0;
        const int64_t wanted = tries ? (both ? PROBE : FIRST) : std::max(FIRST, (int64_t)(SLICE / (both ? two_ : one_)));
        const int64_t samples = std::min(wanted, left);
        return {both ? 2 : 1, samples, 1.5 * one_ * (double)samples + 1e-3};
    }

    // How long the slice took per sample.
    void took(const Slice& slice, double seconds_per_sample) {
        if (slice.threads == 2) two_ = seconds_per_sample, waits_ = PATIENCE;
        else {
            one_ = seconds_per_sample;
            if (waits_ > 0) waits_--;
        }
    }

    static constexpr int64_t FIRST = 64, PROBE = 512;  // samples
    static constexpr double SLICE = 0.02;              // seconds
    static constexpr int PATIENCE = 4;                 // slices on one thread before two are tried again

private:
    double one_ = 0, two_ = 0;  // seconds a sample of each way; 0: not known
    int waits_ = 0;             // slices on one thread that are still to come
};

}  // namespace wavenet
