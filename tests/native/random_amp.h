// Random amplifiers: layers with rings of every length, and each kind of operation.
#pragma once
#include <random>

#include "amp.h"

namespace wavenet_tests {

using namespace wavenet;

class RandomAmp {
public:
    explicit RandomAmp(uint64_t seed) : random_(seed) {
        const int channels[] = {1, 2, 3, 4, 7, 8, 16, 19};
        int x = signal(1), total = -1;
        for (int layer = 0; layer < 6; layer++) {
            const int wide = channels[below(8)];
            const int64_t dilation = 1 + below(layer % 2 ? 90 : 9);
            int y = convolve(x, wide, 1 + below(4), dilation, -1, -1, false, below(12));
            if (layer == 2) y = by_channel(OperationSpec::gate, {convolve(x, 2 * wide, 2, dilation)}, wide);
            if (layer == 3) y = by_channel(OperationSpec::blend, {convolve(x, 2 * wide, 2, dilation)}, wide);
            if (layer == 4) y = by_channel(OperationSpec::modulate, {y, convolve(x, wide, 1, 1), convolve(0, wide, 1, 1)}, wide);
            if (layer == 5) y = cell(x, wide);
            const bool first = total < 0;
            if (first) total = signal(3);
            convolve(y, 3, 1, 1, -1, total, first);
            x = convolve(y, wide, 1, 1, y);
        }
        convolve(total, 1, 4, 20);
    }

    Amp make(const char* isa) const { return Amp(signals, operations, isa); }

    std::vector<float> noise(size_t count) {
        std::vector<float> values(count);
        for (float& value : values) value = number();
        return values;
    }
    int below(int most) { return (int)(random_() % (uint64_t)most); }

    std::vector<SignalSpec> signals;
    std::vector<OperationSpec> operations;

private:
    float number() { return std::uniform_real_distribution<float>(-0.6f, 0.6f)(random_); }

    int signal(int channels) {
        signals.push_back({channels, 0});
        return (int)signals.size() - 1;
    }

    int add(const OperationSpec& o) {
        operations.push_back(o);
        return o.out;
    }

    int convolve(int x, int outputs, int taps, int64_t dilation, int start = -1, int sum = -1, bool first = false, int curve = 0) {
        OperationSpec o{};
        o.kind = OperationSpec::affine, o.start = start, o.sum = sum, o.first = first;
        const int inputs = signals[(size_t)x].channels;
        for (int tap = taps; tap-- > 0;) o.terms.push_back({x, tap * dilation});
        signals[(size_t)x].past = std::max(signals[(size_t)x].past, (taps - 1) * dilation);
        o.weights = noise((size_t)(inputs * taps * outputs)), o.bias = noise((size_t)outputs);
        o.curve.kind = curve, o.curve.high = 1, o.curve.low = -1, o.curve.slopes = noise((size_t)outputs);
        o.out = signal(outputs);
        return add(o);
    }

    int by_channel(OperationSpec::Kind kind, const std::vector<int>& terms, int outputs) {
        OperationSpec o{};
        o.kind = kind, o.start = -1, o.sum = -1, o.curve.kind = 1, o.gate_curve.kind = 7;
        for (int term : terms) o.terms.push_back({term, 0});
        o.out = signal(outputs);
        return add(o);
    }

    int cell(int x, int size) {
        OperationSpec o{};
        o.kind = OperationSpec::cell, o.start = -1, o.sum = -1;
        o.terms = {{x, 0}};
        o.weights = noise((size_t)(4 * size * (signals[(size_t)x].channels + size))), o.bias = noise((size_t)(4 * size));
        o.hidden = noise((size_t)size), o.state = noise((size_t)size);
        o.out = signal(size);
        return add(o);
    }

    std::mt19937_64 random_;
};

}  // namespace wavenet_tests
