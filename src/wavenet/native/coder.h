// Lossless coding with the network's probabilities: a range coder, and the classes and positions that go through it.
#pragma once
#include <string>

#include "shares.h"

namespace wavenet {

// The interval [low, low + range) of 64 bits, without carries: Subbotin's coder.
class Interval {
protected:
    void narrow(uint64_t before, uint64_t own) {
        low_ += before * range_;
        range_ *= own;
    }
    // Whether the first byte is known, or must be given out for lack of room.
    bool full();
    void shift() { low_ <<= 8, range_ <<= 8; }
    uint64_t low_ = 0, range_ = ~uint64_t{0};
};

class Encoder : Interval {
public:
    Encoder(const Config& config, CoderTables tables) : tables_(std::move(tables)), shares_(shares_of(config, tables_)) {}
    Encoder(const Encoder&) = delete;
    // A class by its probability, and its position among the values of the class, all equally likely.
    void put(const float* logits, int32_t index, int32_t position);
    void check(int32_t index, int32_t position) const;
    // The bytes so far, the last of them included; the coder then starts again.
    std::string finish();

private:
    void put(uint64_t before, uint64_t own, uint64_t total);
    CoderTables tables_;
    std::unique_ptr<Shares> shares_;
    std::string bytes_;
};

class Decoder : Interval {
public:
    Decoder(const Config& config, CoderTables tables, std::string bytes);
    Decoder(const Decoder&) = delete;
    int32_t take(const float* logits, int32_t* position);

private:
    uint64_t point(uint64_t total);
    void take(uint64_t before, uint64_t own);
    uint64_t next() { return at_ < bytes_.size() ? (unsigned char)bytes_[at_++] : 0; }
    CoderTables tables_;
    std::unique_ptr<Shares> shares_;
    std::string bytes_;
    size_t at_ = 0;
    uint64_t code_ = 0;
};

}  // namespace wavenet
