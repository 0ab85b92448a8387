// What this machine can do at best: read memory, and do the very dot products that the network is made of.
#pragma once
#include <time.h>

#include "products.h"

namespace {

inline double now() {
    timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

template <typename T> INLINE void keep(T& value) { asm volatile("" : "+m"(value)); }

// The sum of all; an array whose address is taken would not stay in registers, so it is copied first.
template <int COUNT, typename Sum> INLINE void keep_all(const Sum (&sum)[COUNT]) {
    Sum total = sum[0];
#pragma GCC unroll 16
    for (int v = 1; v < COUNT; v++) total = total + sum[v];
    keep(total);
}

// Bytes a second of data read once a round, in the order of weights; each is but added, so nothing else limits it.
double read_bandwidth(const char* data, int64_t bytes, int rounds) {
    constexpr int64_t PIECE = (int64_t)TILE * sizeof(I);
    I sum[TILE];
#pragma GCC unroll 8
    for (int v = 0; v < TILE; v++) sum[v] = set1((int32_t)0);
    const double began = now();
    for (int round = 0; round < rounds; round++)
        for (int64_t at = 0; at + PIECE <= bytes; at += PIECE)
#pragma GCC unroll 8
            for (int v = 0; v < TILE; v++) sum[v] = sum[v] + load((const int32_t*)(data + at) + v * LANES);
    const double seconds = now() - began;
    keep_all(sum);
    return (double)(bytes / PIECE * PIECE) * rounds / seconds;
}

// Multiply-adds a second of dot products that do not wait for each other.
template <class P> double peak(int rounds) {
    // the latency of a dot product over its throughput is 8 to 10 registers, and there must be room for its operands
    constexpr int SUMS = TILE == 8 ? 16 : TILE == 4 ? 5 : 2;
    constexpr int G = P::layout.group;
    alignas(64) typename P::Weight weights[LANES * G] = {};
    alignas(64) typename P::Input x[SUMS * G] = {};  // one for each sum, or a part of the product is shared
    typename P::Sum sum[SUMS];
    keep(weights), keep(x);
#pragma GCC unroll 16
    for (int v = 0; v < SUMS; v++) sum[v] = set1(typename P::Scalar(0));
    const auto loaded = P::weights(weights);
    const double began = now();
    for (int round = 0; round < rounds; round++) {
#pragma GCC unroll 16
        for (int v = 0; v < SUMS; v++) sum[v] = P::dot(sum[v], loaded, x + v * G);
        keep(x);
    }
    const double seconds = now() - began;
    keep_all(sum);
    return (double)rounds * SUMS * LANES * G / seconds;
}

#if defined(WAVENET_AMX)
template <class P> double amx_peak(int rounds) {
    const Amx ready;
    alignas(64) char zeros[AMX_ROWS][AMX_ROW_BYTES] = {};
    keep(zeros);
    for_each<8>([&](auto tile) { amx_load<tile.value>(zeros, AMX_ROW_BYTES); });
    const double began = now();
    for (int round = 0; round < rounds; round++)
        for_each<4>([](auto c) { P::MatrixUnits::template dot<c.value, 4 + c.value / 2, 6 + c.value % 2>(); });
    const double seconds = now() - began;
    return (double)rounds * 4 * AMX_ROWS * LANES * AMX_ROW_BYTES / sizeof(typename P::Input) / seconds;
}
template <> double peak<Bf16>(int rounds) { return amx_peak<Bf16>(rounds); }
template <> double peak<Int8>(int rounds) { return amx_peak<Int8>(rounds); }
#endif

}  // namespace
