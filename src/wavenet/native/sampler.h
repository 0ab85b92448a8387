// From logits to a class, and to a log-probability (docs/model-folder.md, "Random numbers").
#pragma once
#include <math.h>

#include "activations.h"
#include "mixture.h"
#include "philox.h"
#include "types.h"

namespace {

using wavenet::LANES;
using wavenet::Sampler;
using wavenet::SamplingScratch;
using wavenet::Weights;

constexpr float COLDEST = 1e-3f;  // below it the second likeliest class has no probability that matters

// The uniform number of the stream's next sample: a word of a counter, its upper 53 bits as a fraction.
inline double next_uniform(Sampler& sampler) {
    const uint64_t block = sampler.drawn / 4 + 1;
    if (sampler.block != block) {
        philox(block, sampler.seed, sampler.stream, sampler.words);
        sampler.block = block;
    }
    return (double)(sampler.words[sampler.drawn % 4] >> 11) * 0x1p-53;
}

// --- softmax --------------------------------------------------------------------------------------------------------

INLINE float greatest(const float* values, int n) {
    F m = load(values);
    for (int i = LANES; i < n; i += LANES) m = greater(load(values + i), m);
    return lanes_max(m);
}

inline int likeliest(const float* logits, int classes) {
    int best = 0;
    for (int i = 1; i < classes; i++)
        if (logits[i] > logits[best]) best = i;
    return best;
}

// Heapsort of classes by falling probability; equal ones in the order of their classes.
inline void sort_by_probability(int32_t* order, const float* probabilities, int n) {
    const auto later = [probabilities](int32_t a, int32_t b) {
        return probabilities[a] < probabilities[b] || (probabilities[a] == probabilities[b] && a > b);
    };
    const auto sink = [&](int from, int end) {
        const int32_t moving = order[from];
        int at = from;
        for (int child; (child = 2 * at + 1) < end; at = child) {
            if (child + 1 < end && later(order[child + 1], order[child])) child++;
            if (!later(order[child], moving)) break;
            order[at] = order[child];
        }
        order[at] = moving;
    };
    for (int i = 0; i < n; i++) order[i] = i;
    for (int i = n / 2; i-- > 0;) sink(i, n);
    for (int end = n - 1; end > 0; end--) {
        const int32_t last = order[0];
        order[0] = order[end];
        order[end] = last;
        sink(0, end);
    }
}

// Leaves the `top_k` likeliest classes, and of them the fewest whose probabilities add up to `top_p` of theirs.
inline void restrict_to_top(const Sampler& sampler, int classes, float* probabilities, int32_t* order) {
    sort_by_probability(order, probabilities, classes);
    const int kept = sampler.top_k && sampler.top_k < classes ? sampler.top_k : classes;
    float total = 0, sum = 0;
    for (int i = 0; i < kept; i++) total += probabilities[order[i]];
    int i = 0;
    while (i < kept && (i == 0 || sum < sampler.top_p * total)) sum += probabilities[order[i++]];
    for (; i < classes; i++) probabilities[order[i]] = 0;
}

// The first class at which the cumulative probability passes uniform · total; sums of sixteen lead to it.
inline int inverse_cumulative(const float* probabilities, int padded, double uniform, float* sums) {
    float total = 0;
    for (int i = 0; i < padded; i += LANES) total += sums[i / LANES] = lanes_sum(load(probabilities + i));
    const float target = (float)(uniform * (double)total);
    float before = 0;
    int last = 0;
    for (int i = 0; i < padded; before += sums[i / LANES], i += LANES) {
        if (!(before + sums[i / LANES] > target) && i + LANES < padded) continue;
        float sum = before;
        for (int j = i; j < i + LANES; j++) {
            sum += probabilities[j];
            if (probabilities[j] > 0) last = j;
            if (sum > target && probabilities[j] > 0) return j;
        }
        if (probabilities[last] > 0) return last;  // only rounding hid the class
    }
    return last;
}

int sample_softmax(const Weights& n, const float* logits, const Sampler& sampler, double uniform, SamplingScratch& s) {
    if (sampler.temperature < COLDEST) return likeliest(logits, n.outputs);
    const F most = set1(greatest(logits, n.Q)), temperature = set1(sampler.temperature);
    if (sampler.temperature == 1.0f)  // a division by it is exact, and takes its time
        for (int i = 0; i < n.Q; i += LANES) store(s.probabilities + i, exponential(load(logits + i) - most));
    else
        for (int i = 0; i < n.Q; i += LANES) store(s.probabilities + i, exponential((load(logits + i) - most) / temperature));
    if (sampler.top_k || sampler.top_p < 1) restrict_to_top(sampler, n.outputs, s.probabilities, s.order);
    const int found = inverse_cumulative(s.probabilities, n.Q, uniform, s.sums);
    return found < n.outputs ? found : n.outputs - 1;
}

float log_softmax(const Weights& n, const float* logits, int target) {
    const float most = greatest(logits, n.Q);
    F sum = set1(0.0f);
    for (int i = 0; i < n.Q; i += LANES) sum = sum + exponential(load(logits + i) - set1(most));
    return (float)((double)logits[target] - (double)most - log((double)lanes_sum(sum)));
}

// --- any distribution -----------------------------------------------------------------------------------------------

int sample(const Weights& n, const float* logits, Sampler& sampler, const double* uniform, SamplingScratch& s) {
    const double u = uniform ? *uniform : next_uniform(sampler);
    sampler.drawn++;
    switch (n.distribution) {
        case wavenet::Distribution::softmax: return sample_softmax(n, logits, sampler, u, s);
        case wavenet::Distribution::logistics:
        case wavenet::Distribution::gaussian:
        case wavenet::Distribution::mcgsm: return sample_mixture(n, logits, (double)sampler.temperature, sampler.temperature < COLDEST, u, s.weights);
    }
    return 0;
}

float log_probability(const Weights& n, const float* logits, int target) {
    switch (n.distribution) {
        case wavenet::Distribution::softmax: return log_softmax(n, logits, target);
        case wavenet::Distribution::logistics:
        case wavenet::Distribution::gaussian:
        case wavenet::Distribution::mcgsm: return log_mixture(n, logits, target);
    }
    return 0;
}

}  // namespace
