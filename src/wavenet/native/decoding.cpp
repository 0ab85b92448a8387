#include "decoding.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace wavenet {

namespace {

constexpr double MEAN = 0.72;  // as in audio/bands.py

// Four sums, of which each sample needs only the last terms of the sample before it, so that a processor is at work on
// several samples: with one sum, which begins with that sample, it takes four times as long.
double predicted(const double* reversed, const double* past, int64_t order, double rest) {
    double a = rest, b = 0, c = 0, d = 0;
    int64_t k = 0;
    for (; k + 4 <= order; k += 4) {
        a += reversed[k] * past[k];
        b += reversed[k + 1] * past[k + 1];
        c += reversed[k + 2] * past[k + 2];
        d += reversed[k + 3] * past[k + 3];
    }
    for (; k < order; k++) a += reversed[k] * past[k];
    return (a + b) + (c + d);
}

// The envelope of the noise at the steps of the network, (n + 1,).
std::vector<double> levels_of(const double* low, int64_t n, const Bands& bands) {
    std::vector<double> levels((size_t)n + 1);
    for (int64_t k = 0; k < bands.width; k++)
        for (int64_t t = 0; t <= n; t++) levels[(size_t)t] += bands.gaussian[k] * std::fabs(low[t + k + 1]);
    return levels;
}

}  // namespace

void synthesise(const double* e, int64_t n, const Filters& filters, int64_t first, double* s) {
    const int64_t order = filters.order;
    std::vector<double> reversed((size_t)order);
    for (int64_t t = 0; t < n;) {
        const int64_t f = std::min((first + t) / filters.hop_length, filters.frames - 1);
        const int64_t stop = f == filters.frames - 1 ? n : std::min(n, (f + 1) * filters.hop_length - first);
        std::reverse_copy(filters.coefficients + f * order, filters.coefficients + (f + 1) * order, reversed.begin());
        for (; t < stop; t++) s[t + order] = predicted(reversed.data(), s + t, order, filters.deviations[f] * e[t]);
    }
}

void full_band(const double* low, int64_t n, const Bands& bands, int64_t at, double* out) {
    const int64_t D = bands.decimation;
    const double scale = std::sqrt((double)D);
    const std::vector<double> levels = levels_of(low, n, bands);
    std::vector<double> made((size_t)n);
    for (int64_t d = 0; d < D; d++) {
        std::fill(made.begin(), made.end(), 0.0);
        for (int64_t i = 0; i < bands.rows; i++) {
            const double tap = bands.taps[i * D + d], *from = low + bands.rows - 1 - i;
            for (int64_t t = 0; t < n; t++) made[(size_t)t] += from[t] * tap;
        }
        const double part = (double)d / (double)D;
        int64_t place = (at + d) % bands.noise_size;
        for (int64_t t = 0; t < n; t++) {
            const double level = bands.width ? (levels[(size_t)t] * (1 - part) + levels[(size_t)t + 1] * part) / MEAN : 1.0;
            out[t * D + d] = scale * made[(size_t)t] + level * bands.noise[place];
            if ((place += D) >= bands.noise_size) place %= bands.noise_size;
        }
    }
}

}  // namespace wavenet
