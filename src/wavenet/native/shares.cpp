#include "shares.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace wavenet {

namespace {

// In several lanes, which the compiler computes at once.
float largest(const float* values, int count) {
    constexpr int LANES = 16;
    float lanes[LANES];
    std::fill_n(lanes, LANES, values[0]);
    for (int i = 0; i + LANES <= count; i += LANES)
        for (int j = 0; j < LANES; j++) lanes[j] = values[i + j] > lanes[j] ? values[i + j] : lanes[j];
    float most = *std::max_element(lanes, lanes + LANES);
    for (int i = count - count % LANES; i < count; i++) most = std::max(most, values[i]);
    return most;
}

// An entry of a table whose steps are 1 / STEPS_PER_NAT, at the nearest step: the last one beyond, and for a NaN.
template <typename T> const T& nearest(const std::vector<T>& table, float from_first) {
    const float step = from_first * STEPS_PER_NAT + 0.5f, last = (float)(table.size() - 1);
    return table[(size_t)(int32_t)(step < last ? (step > 0 ? step : 0) : last)];
}

// The integers for the exponentials of logits; their sum.
uint64_t set_weights(std::vector<uint32_t>& each, const float* logits, const std::vector<uint32_t>& table) {
    const int count = (int)each.size();
    const float most = largest(logits, count);
    uint64_t total = 0;
    for (int i = 0; i < count; i++) total += each[(size_t)i] = nearest(table, most - logits[i]);
    return total;
}

class SoftmaxShares : public Shares {
public:
    explicit SoftmaxShares(const CoderTables& tables) : tables_(tables), each_(tables.widths.size()) {}
    void set(const float* logits) override { total_ = set_weights(each_, logits, tables_.weights); }
    uint64_t total() const override { return total_; }
    uint64_t of(int32_t index) const override { return each_[(size_t)index]; }
    uint64_t before(int32_t index) const override {
        uint64_t sum = 0;
        for (int32_t i = 0; i < index; i++) sum += each_[(size_t)i];
        return sum;
    }
    int32_t at(uint64_t point) const override {
        int32_t i = 0;
        for (; point >= each_[(size_t)i]; i++) point -= each_[(size_t)i];
        return i;
    }

private:
    const CoderTables& tables_;
    std::vector<uint32_t> each_;
    uint64_t total_ = 0;
};

int means_of(const Config& config) { return config.distribution == Distribution::gaussian ? 1 : config.components; }
int scales_of(const Config& config) { return config.distribution == Distribution::mcgsm ? config.scales : 1; }

// before(k) is k + ⌊unit · F(lower edge of class k)⌋, which rises by 1 at least.
class MixtureShares : public Shares {
public:
    MixtureShares(const CoderTables& tables, const Config& config)
        : tables_(tables),
          classes_(config.quantization_channels),
          components_((size_t)means_of(config)),
          scales_((size_t)scales_of(config)),
          weights_(components_ * scales_, 1),
          means_(weights_.size()),
          inverse_(weights_.size()) {}

    void set(const float* logits) override {
        const size_t count = weights_.size(), gates = count > 1 ? count : 0;
        weight_ = gates ? set_weights(weights_, logits, tables_.weights) : 1;
        const float *means = logits + gates, *log_scales = means + components_;
        for (size_t i = 0; i < count; i++) {
            means_[i] = (double)means[i / scales_] / 32;
            inverse_[i] = nearest(tables_.inverse_scales, MOST_LOG_SCALE - log_scales[i]);
        }
    }
    uint64_t total() const override { return (uint64_t)classes_ + tables_.below.back(); }
    uint64_t of(int32_t index) const override { return before(index + 1) - before(index); }
    uint64_t before(int32_t index) const override {
        if (index == 0) return 0;
        if (index == classes_) return total();
        const double edge = (double)(2 * (index - classes_ / 2) - 1) / classes_;
        uint64_t sum = 0;
        for (size_t i = 0; i < weights_.size(); i++) sum += weights_[i] * below((edge - means_[i]) * inverse_[i]);
        return (uint64_t)index + sum / weight_;
    }
    int32_t at(uint64_t point) const override {
        int32_t low = 0;
        for (int32_t high = classes_; high - low > 1;) {
            const int32_t middle = low + (high - low) / 2;
            (before(middle) <= point ? low : high) = middle;
        }
        return low;
    }

private:
    // The distribution function, between its two nearest entries in a straight line; it never falls.
    uint64_t below(double z) const {
        const auto end = (double)((tables_.below.size() - 1) << FRACTION_BITS);
        const double place = (z * STEPS_PER_SCALE) * (1 << FRACTION_BITS) + end / 2;
        const auto at = (uint64_t)(place > 0 ? (place < end ? place : end) : 0);  // of a NaN, 0
        const size_t i = at >> FRACTION_BITS;
        const uint64_t first = tables_.below[i], fraction = at & ((1 << FRACTION_BITS) - 1);
        return fraction ? first + ((tables_.below[i + 1] - first) * fraction >> FRACTION_BITS) : first;
    }

    const CoderTables& tables_;
    int32_t classes_;
    size_t components_, scales_;
    std::vector<uint32_t> weights_;
    std::vector<double> means_, inverse_;
    uint64_t weight_ = 1;
};

void check(const Config& config, const CoderTables& tables) {
    const auto require = [](bool met, const char* message) {
        if (!met) throw std::invalid_argument(message);
    };
    const bool softmax = config.distribution == Distribution::softmax;
    const auto within = [](const std::vector<uint32_t>& each, uint32_t least, uint32_t most) {
        return !each.empty() && *std::min_element(each.begin(), each.end()) >= least && *std::max_element(each.begin(), each.end()) <= most;
    };
    const auto rising = [](const auto& each) { return each.size() % 2 && std::is_sorted(each.begin(), each.end()); };
    require(tables.widths.size() == (size_t)config.quantization_channels, "the coder is for another number of classes");
    require(softmax ? config.quantization_channels <= MOST_SOFTMAX_CLASSES : (int64_t)means_of(config) * scales_of(config) <= MOST_DENSITIES,
            "the coder cannot have so many classes or densities");
    require(within(tables.weights, 1, 1u << 20) && within(tables.widths, 1, 1u << 20) &&
                (softmax || (within(tables.below, 0, 1u << 30) && rising(tables.below) && !tables.inverse_scales.empty())),
            "a table of the coder is empty or out of range");
}

}  // namespace

std::unique_ptr<Shares> shares_of(const Config& config, const CoderTables& tables) {
    check(config, tables);
    if (config.distribution == Distribution::softmax) return std::make_unique<SoftmaxShares>(tables);
    return std::make_unique<MixtureShares>(tables, config);
}

}  // namespace wavenet
