// Lossless coding with the network's probabilities: a range coder, and the classes and positions that go through it.
// docs/compression.md defines every number here: all of them are integers, or floats without rounding that could differ.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

namespace wavenet {

// What a coder is told about the samples.
struct CoderTables {
    std::vector<uint32_t> weights;   // of a class whose logit lies i / STEPS_PER_NAT below the largest; the last one beyond
    std::vector<uint32_t> widths;    // (Q) 16-bit values in each class, or codes: 1
};

constexpr float STEPS_PER_NAT = 128;

// The share of classes 0 … class - 1 and of a class, in integers that every machine computes alike.
class Frequencies {
public:
    explicit Frequencies(const CoderTables& tables) : tables_(tables), each_(tables.widths.size()) {}
    void set(const float* logits);
    uint64_t total() const { return total_; }
    uint64_t before(int32_t index) const;
    uint64_t of(int32_t index) const { return each_[(size_t)index]; }
    // The class in which a point of 0 … total - 1 lies.
    int32_t at(uint64_t point) const;

private:
    const CoderTables& tables_;
    std::vector<uint32_t> each_;
    uint64_t total_ = 0;
};

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
    explicit Encoder(CoderTables tables) : tables_(std::move(tables)), frequencies_(tables_) {}
    Encoder(const Encoder&) = delete;
    int classes() const { return (int)tables_.widths.size(); }
    // A class by its probability, and its position among the values of the class, all equally likely.
    void put(const float* logits, int32_t index, int32_t position);
    void check(int32_t index, int32_t position) const;
    // The bytes so far, the last of them included; the coder then starts again.
    std::string finish();

private:
    void put(uint64_t before, uint64_t own, uint64_t total);
    CoderTables tables_;
    Frequencies frequencies_;
    std::string bytes_;
};

class Decoder : Interval {
public:
    Decoder(CoderTables tables, std::string bytes);
    Decoder(const Decoder&) = delete;
    int classes() const { return (int)tables_.widths.size(); }
    int32_t take(const float* logits, int32_t* position);

private:
    uint64_t point(uint64_t total);
    void take(uint64_t before, uint64_t own);
    uint64_t next() { return at_ < bytes_.size() ? (unsigned char)bytes_[at_++] : 0; }
    CoderTables tables_;
    Frequencies frequencies_;
    std::string bytes_;
    size_t at_ = 0;
    uint64_t code_ = 0;
};

}  // namespace wavenet
