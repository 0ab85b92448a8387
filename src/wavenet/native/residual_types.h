// Plain structs of a residual network, see residual.h. Nothing here allocates or owns.
#pragma once
#include "types.h"

namespace wavenet {

// A product of integers: weights of 8 bits, in 16, and inputs from -most to most, with which no sum can overflow.
// A value is sum · scale · step + bias, where the inputs are integers times `step`.
struct WholeLinear {
    Matrix matrix;
    const float* scale;   // (outputs)
    const float* bias;    // (outputs)
    int inputs, outputs;  // padded
    float most;
};

// x ← x + V·ReLU(W∗n(x) + b) + c. `scale` of the convolution includes the step of n(x).
struct ResidualBlock {
    int taps;
    WholeLinear convolution, mix;
};

struct ResidualWeights {
    int inputs, channels, outputs;  // not padded
    float bound;                    // of n(x): √channels, where all but one are 0
    WholeLinear input, output;      // `scale` of the output includes the step of n(x)
    int blocks;
    const ResidualBlock* block;
};

// Room for a call of so many rows; C: padded channels.
struct ResidualScratch {
    float* x;             // (rows, C)
    int16_t* normalised;  // (rows + most taps - 1, C) n(x), between rows of zeros
    int16_t* inputs;      // (MAX_COLUMNS, widest) of the other products
    int32_t* sums;        // (MAX_COLUMNS, widest)
    int32_t* zeros;       // (widest)
    float* values;        // (widest) a row; what pads one of inputs is 0
};

}  // namespace wavenet
