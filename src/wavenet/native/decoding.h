// From the classes of the network to the waveform, block by block (engine/decoder.py): bands, then linear prediction.
#pragma once

#include <cstdint>

namespace wavenet {

// The filters of frames, as audio/prediction.py tells what they are for.
struct Filters {
    const double* coefficients;  // a, (frames, order)
    const double* deviations;    // (frames,)
    int64_t frames, order, hop_length;
};

// s[t] = Σ_k a[f, k] s[t - 1 - k] + deviation[f] e[t], f = (first + t) / hop_length, the last frame lasting for ever. s holds the
// `order` samples before the first one, and room for n more. The order of summation does not depend on the block.
void synthesise(const double* e, int64_t n, const Filters& filters, int64_t first, double* s);

// What Upsampler of audio/bands.py has.
struct Bands {
    const double* taps;  // (rows, decimation)
    int64_t rows, decimation;
    const double* gaussian;  // (width,); no width: the noise has no envelope
    int64_t width;
    const double* noise;  // (noise_size,), repeated without end
    int64_t noise_size;
};

// full_band of audio/bands.py, bit by bit: (decimation · n) samples from the (rows - 1 + n) of the low band.
void full_band(const double* low, int64_t n, const Bands& bands, int64_t at, double* out);

}  // namespace wavenet
