#include "coder.h"

#include <algorithm>
#include <stdexcept>

namespace wavenet {

namespace {

constexpr uint64_t FIRST_BYTE = uint64_t{1} << 56;
constexpr uint64_t LEAST_RANGE = uint64_t{1} << 48;  // totals are below 2^32, so a share keeps 16 bits at least

}  // namespace

bool Interval::full() {
    if ((low_ ^ (low_ + range_)) < FIRST_BYTE) return true;
    if (range_ >= LEAST_RANGE) return false;
    range_ = (0 - low_) & (LEAST_RANGE - 1);  // gives up what lies beyond the next multiple
    return true;
}

void Encoder::check(int32_t index, int32_t position) const {
    if (index < 0 || (size_t)index >= tables_.widths.size()) throw std::invalid_argument("a class is outside 0 … quantization_channels - 1");
    if (position < 0 || (uint32_t)position >= tables_.widths[(size_t)index]) throw std::invalid_argument("a position is outside its class");
}

void Encoder::put(uint64_t before, uint64_t own, uint64_t total) {
    range_ /= total;
    narrow(before, own);
    for (; full(); shift()) bytes_.push_back((char)(low_ >> 56));
}

void Encoder::put(const float* logits, int32_t index, int32_t position) {
    shares_->set(logits);
    put(shares_->before(index), shares_->of(index), shares_->total());
    const uint32_t width = tables_.widths[(size_t)index];
    if (width > 1) put((uint64_t)position, 1, width);
}

std::string Encoder::finish() {
    // the number in the interval with the fewest bytes: the decoder reads zeros behind the last
    for (int bits = 56; bits >= 0; bits -= 8) {
        const uint64_t unit = uint64_t{1} << bits, number = (low_ + (unit - 1)) / unit * unit;
        if (low_ > ~(unit - 1) || number - low_ >= range_) continue;
        for (uint64_t rest = number; rest; rest <<= 8) bytes_.push_back((char)(rest >> 56));
        break;
    }
    while (!bytes_.empty() && !bytes_.back()) bytes_.pop_back();
    low_ = 0, range_ = ~uint64_t{0};
    return std::move(bytes_);
}

Decoder::Decoder(const Config& config, CoderTables tables, std::string bytes)
    : tables_(std::move(tables)), shares_(shares_of(config, tables_)), bytes_(std::move(bytes)) {
    for (int i = 0; i < 8; i++) code_ = code_ << 8 | next();
}

// Whatever the bytes are, a point within 0 … total - 1.
uint64_t Decoder::point(uint64_t total) {
    range_ /= total;
    return std::min((code_ - low_) / range_, total - 1);
}

void Decoder::take(uint64_t before, uint64_t own) {
    narrow(before, own);
    for (; full(); shift()) code_ = code_ << 8 | next();
}

int32_t Decoder::take(const float* logits, int32_t* position) {
    shares_->set(logits);
    const int32_t index = shares_->at(point(shares_->total()));
    take(shares_->before(index), shares_->of(index));
    const uint32_t width = tables_.widths[(size_t)index];
    *position = 0;
    if (width > 1) {
        *position = (int32_t)point(width);
        take((uint64_t)*position, 1);
    }
    return index;
}

}  // namespace wavenet
