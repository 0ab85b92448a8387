// What the products of training in bf16 share, however they are computed.
#pragma once
#include "gate_math.h"

namespace {

typedef uint32_t __attribute__((may_alias)) pair_t;  // two neighbours in bf16

template <int M> struct Rows {
    const pair_t* at[M];
};

INLINE __m512bh load_pairs(const pair_t* p) { return (__m512bh)_mm512_loadu_si512(p); }

template <int N> struct Wide {
    static constexpr int V = N;
};

// Does `body(j, Wide<V>)` for all columns, 64 or 32 at a time.
template <class Body> INLINE void for_columns(int64_t columns, Body body) {
    int64_t j = 0;
    for (; j + 64 <= columns; j += 64) body(j, Wide<4>());
    for (; j < columns; j += 32) body(j, Wide<2>());
}

}  // namespace
