// What must hold of amplifiers on every instruction set: the blocks change no bit, and what does not fit is refused.
#include <cstdio>
#include <cstring>
#include <stdexcept>

#include "random_amp.h"

using namespace wavenet_tests;

namespace {

int checks = 0, failures = 0;

void check(bool good, const char* what, const char* isa, uint64_t seed) {
    checks++;
    if (good) return;
    failures++;
    printf("FAILED %s [%s, seed %llu]\n", what, isa, (unsigned long long)seed);
}

void the_blocks_change_no_bit(const char* isa, uint64_t seed) {
    RandomAmp random(seed);
    Amp amp = random.make(isa);
    const std::vector<float> in = random.noise(1500);
    std::vector<float> whole(in.size()), cut(in.size());
    amp.reset(200);
    amp.process(in.data(), whole.data(), (int64_t)in.size());
    for (int turn = 0; turn < 4; turn++) {
        amp.reset(200);
        for (size_t at = 0; at < in.size();) {
            const int sizes[] = {1, 1, 2, 3, 4, 16, 33, 64, 65, 200};
            const int64_t now = std::min<int64_t>(turn == 3 ? 1 : sizes[random.below(10)], (int64_t)(in.size() - at));
            amp.process(in.data() + at, cut.data() + at, now);
            at += (size_t)now;
        }
        check(!memcmp(whole.data(), cut.data(), sizeof(float) * in.size()), "the blocks change no bit", isa, seed);
    }
}

template <typename Damage> void refused(const char* isa, uint64_t seed, const Damage& damage) {
    RandomAmp random(seed);
    damage(random.signals, random.operations);
    bool thrown = false;
    try {
        random.make(isa);
    } catch (const std::invalid_argument&) {
        thrown = true;
    }
    check(thrown, "what does not fit is refused", isa, seed);
}

void what_does_not_fit_is_refused(const char* isa, uint64_t seed) {
    using Signals = std::vector<SignalSpec>;
    using Operations = std::vector<OperationSpec>;
    refused(isa, seed, [](Signals& s, Operations&) { s.back().channels = 2; });
    refused(isa, seed, [](Signals& s, Operations&) { s[1].channels = 0; });
    refused(isa, seed, [](Signals& s, Operations&) { s[0].past = int64_t{1} << 40; });
    refused(isa, seed, [](Signals&, Operations& o) { o[0].out = 9999; });
    refused(isa, seed, [](Signals&, Operations& o) { o[0].terms[0].signal = -1; });
    refused(isa, seed, [](Signals&, Operations& o) { o[0].terms[0].delay = 5000; });
    refused(isa, seed, [](Signals&, Operations& o) { o[0].terms[0].signal = o[0].out; });
    refused(isa, seed, [](Signals&, Operations& o) { o[0].weights.pop_back(); });
    refused(isa, seed, [](Signals&, Operations& o) { o[0].bias.push_back(0); });
    refused(isa, seed, [](Signals&, Operations& o) { o[0].curve.kind = 99; });
    for (int kind : {1, 3, 4})
        refused(isa, seed, [kind](Signals&, Operations& o) {
            for (OperationSpec& one : o)
                if (one.kind == kind) one.terms.clear(), one.weights.clear();
        });
}

}  // namespace

int main() {
    for (const Kernels* kernels : available())
        for (uint64_t seed = 0; seed < 12; seed++) {
            the_blocks_change_no_bit(kernels->name, seed);
            what_does_not_fit_is_refused(kernels->name, seed);
        }
    printf("%d checks, %d failed\n", checks, failures);
    return failures ? 1 : 0;
}
