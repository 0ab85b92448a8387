// The probabilities of the next sample as integers that every machine computes alike: docs/compression.md defines each
// number here; all of them are integers, or floats without rounding that could differ.
#pragma once
#include <cstdint>
#include <memory>
#include <vector>

#include "config.h"

namespace wavenet {

// What a coder is told about the samples.
struct CoderTables {
    std::vector<uint32_t> weights;       // of a logit that lies i / STEPS_PER_NAT below the largest; the last one beyond
    std::vector<uint32_t> widths;        // (Q) 16-bit values in each class, or codes: 1
    std::vector<uint32_t> below;         // of a mixture: the density's distribution function from -z to z, times its last entry
    std::vector<double> inverse_scales;  // of a mixture: e^-(3 - i / STEPS_PER_NAT), from the largest log scale to the least
};

constexpr float STEPS_PER_NAT = 128, MOST_LOG_SCALE = 3;
constexpr int STEPS_PER_SCALE = 64, FRACTION_BITS = 16;  // of the distribution function; between two of its entries
constexpr int MOST_SOFTMAX_CLASSES = 1024, MOST_DENSITIES = 1024;

// Of the points 0 … total - 1, class k has those from before(k) on, of(k) of them, at least one; totals are below 2^32.
class Shares {
public:
    virtual ~Shares() = default;
    virtual void set(const float* logits) = 0;
    virtual uint64_t total() const = 0;
    virtual uint64_t before(int32_t index) const = 0;
    virtual uint64_t of(int32_t index) const = 0;
    // The class that has a point.
    virtual int32_t at(uint64_t point) const = 0;
};

// Those of a network's distribution; throws std::invalid_argument if the tables do not suit it.
std::unique_ptr<Shares> shares_of(const Config& config, const CoderTables& tables);

}  // namespace wavenet
