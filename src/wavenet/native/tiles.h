// How many vectors of sums stay in registers, which decides the reading order of weights; and what the dot products of
// all precisions share.
#pragma once
#include "activations.h"
#include "types.h"

namespace {

using wavenet::LANES;
using wavenet::Layout;
using wavenet::Matrix;
using wavenet::MAX_COLUMNS;

#if defined(__AVX512F__)
constexpr int TILE = 8;       // vectors of sums that one column keeps in registers
constexpr int WIDE_TILE = 8;  // and several columns, by threes
#elif defined(__AVX2__)
constexpr int TILE = 4;
constexpr int WIDE_TILE = 2;
#elif defined(__ARM_NEON)
constexpr int TILE = 4;
constexpr int WIDE_TILE = 2;
#else
constexpr int TILE = 2;
constexpr int WIDE_TILE = 1;
#endif

// Inputs that lie side by side, as one lane.
INLINE int32_t together(const void* inputs) {
    int32_t lane;
    memcpy(&lane, inputs, 4);
    return lane;
}

// Sixteen sums as narrower integers, which hold them.
template <typename T> INLINE void narrow(T* to, const I& v) {
    typedef T part __attribute__((vector_size(LANES / REGISTERS * sizeof(T))));
    EACH(((part*)to)[r] = __builtin_convertvector(v.r[r], part))
}

// And back.
template <typename T> INLINE I widened(const T* from) {
    typedef T part __attribute__((vector_size(LANES / REGISTERS * sizeof(T))));
    I v;
    EACH(v.r[r] = __builtin_convertvector(((const part*)from)[r], i_t))
    return v;
}

// A matrix and the inputs (columns) that it is for; sums run through several of them.
template <class P> struct Part {
    const Matrix* matrix;
    int groups;  // where the matrix is dense: known when this is compiled, at times
    const typename P::Input* const* x;
};

// What a thread holds while it multiplies, where there are no matrix units.
struct Nothing {
    Nothing() {}
};

struct FloatSum {
    using Scalar = float;
    using Sum = F;
    using Tanh = Fine;
    using Ready = Nothing;
    static constexpr bool integer = false;
    static constexpr int WIDE = WIDE_TILE, COLUMNS = 3;
    static constexpr int MATRIX_COLUMNS = MAX_COLUMNS + 1;  // with as many and more, matrix units multiply
};

struct IntegerSum {
    using Scalar = int32_t;
    using Sum = I;
    using Ready = Nothing;
    static constexpr bool integer = true;
    static constexpr int WIDE = WIDE_TILE, COLUMNS = 3;
    static constexpr int MATRIX_COLUMNS = MAX_COLUMNS + 1;
};

}  // namespace
