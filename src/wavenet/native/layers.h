// One residual layer of training in bf16, forward and backward: products, gates and sums of one block of rows while it is
// in the cache. PyTorch goes over the whole recording for each of them.
#pragma once
#include <cstdint>

namespace wavenet {

// Rows are time-major. Row u of the sums reads rows u + k · dilation of x, 0 ≤ k < taps. Weights are packed: the rows of a
// matrix (in, out) in pairs, (in / 2, out, 2).
struct LayerShape {
    int64_t rows, outputs, dilation, taps;  // of the sums; of the skips, the last ones; in rows; K
    int64_t residual, channels, skips;      // R and D, multiples of 32; S, even
    int64_t inputs() const { return rows + (taps - 1) * dilation; }
};

struct LayerForward {
    LayerShape shape;
    const uint16_t *x, *dilated, *bias, *to_residual;  // (N, R); (K, R/2, 2D, 2); (2D); (D/2, R, 2)
    uint16_t* units;                                   // (U, 2D): tanh and sigmoid of the sums
    bool conditioned;                                  // units hold what is added to the sums
    uint16_t* zs;                                      // (n, D) of the skips, `zs_stride` apart
    int64_t zs_stride;
    uint16_t* next;  // (U, R): the next layer's x; null in the last layer
};

struct LayerBackward {
    LayerShape shape;
    const uint16_t *x, *units, *d_next, *d_skips;               // d_next (U, R), null in the last layer; d_skips (n, S)
    const uint16_t *from_residual, *from_skips, *from_dilated;  // transposed: (R/2, D, 2), (S/2, D, 2), (K, D, R, 2)
    uint16_t *d_units, *d_x;                                    // (U, 2D), (N, R)
};

constexpr int64_t MOST_CHANNELS = 512, MOST_TAPS = 64;
constexpr int64_t PACKED_ROWS = 256;                             // at once
constexpr int64_t PACKED = PACKED_ROWS / 2 * 3 * MOST_CHANNELS;  // of 32 bits, of the two sides of a product

struct WeightGradients {
    float *dilated, *bias, *residual;  // (K, R, 2D), (2D), (D, R): what is there is added to
    uint32_t* room;                    // PACKED, in cache lines of their own
};

struct LayerKernels {
    void (*forward)(const LayerForward&, int64_t begin, int64_t end);                                    // rows of the sums
    void (*unit_gradients)(const LayerBackward&, int64_t begin, int64_t end);                            // rows of the sums
    void (*input_gradients)(const LayerBackward&, int64_t begin, int64_t end);                           // rows of x; needs d_units up to there
    void (*weight_gradients)(const LayerBackward&, const WeightGradients&, int64_t begin, int64_t end);  // rows of the sums
};

}  // namespace wavenet
