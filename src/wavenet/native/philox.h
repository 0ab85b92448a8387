// Philox 4×64, ten rounds (Salmon et al., 2011): random words as a function of a key and a counter.
#pragma once
#include <cstdint>

namespace {

inline void philox(uint64_t counter, uint64_t key0, uint64_t key1, uint64_t words[4]) {
    uint64_t c0 = counter, c1 = 0, c2 = 0, c3 = 0;
    for (int round = 0; round < 10; round++) {
        const unsigned __int128 a = (unsigned __int128)0xD2E7470EE14C6C93u * c0;
        const unsigned __int128 b = (unsigned __int128)0xCA5A826395121157u * c2;
        const uint64_t d0 = (uint64_t)(b >> 64) ^ c1 ^ key0, d2 = (uint64_t)(a >> 64) ^ c3 ^ key1;
        c0 = d0, c1 = (uint64_t)b, c2 = d2, c3 = (uint64_t)a;
        key0 += 0x9E3779B97F4A7C15u, key1 += 0xBB67AE8584CAA73Bu;
    }
    words[0] = c0, words[1] = c1, words[2] = c2, words[3] = c3;
}

}  // namespace
