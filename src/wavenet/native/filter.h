// The filters at the end: excitation to waveform, by linear prediction (audio/prediction.py tells what they are for).
#pragma once

#include <algorithm>
#include <cstdint>

namespace wavenet {

// s[t] = Σ_k a[f, k] s[t - 1 - k] + deviation[f] e[t], f = (first + t) / hop_length, the last frame lasting for ever. s holds the
// `order` samples before the first one, and room for n more. One order of summation, whatever the block: as written.
inline void synthesise(const double* e, int64_t n, const double* a, const double* deviation, int64_t frames, int64_t order, int64_t hop_length,
                       int64_t first, double* s) {
    for (int64_t t = 0; t < n; t++) {
        const int64_t f = std::min((first + t) / hop_length, frames - 1);
        const double* past = s + t + order;
        double sum = deviation[f] * e[t];
        for (int64_t k = 0; k < order; k++) sum += a[f * order + k] * past[-1 - k];
        s[t + order] = sum;
    }
}

}  // namespace wavenet
