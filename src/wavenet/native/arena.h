// Zeroed memory in one piece, every part aligned to 64 bytes.
#pragma once
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <new>
#include <stdexcept>
#if defined(__linux__)
#include <sys/mman.h>
#endif

namespace wavenet {

// Sizes come from files: nothing below may overflow, and nothing above is meant.
constexpr int64_t MOST_BYTES = int64_t{4} << 30;

class Arena {
public:
    // Lays out parts twice: once to learn the size (while `base` is null), once for their places.
    template <typename Layout> explicit Arena(const Layout& layout) {
        layout(*this);
        const size_t bytes = (size_t)(used_ > 0 ? used_ : 1);
        // Large pages: weights are read from end to end for every sample, and small pages may share a cache's sets.
        const size_t alignment = bytes >= HUGE_PAGE / 4 ? HUGE_PAGE : 64;
        memory_.reset(std::aligned_alloc(alignment, (bytes + alignment - 1) / alignment * alignment));
        if (!memory_) throw std::bad_alloc();
#if defined(__linux__)
        if (alignment == HUGE_PAGE) madvise(memory_.get(), (bytes + alignment - 1) / alignment * alignment, MADV_HUGEPAGE);
#endif
        std::memset(memory_.get(), 0, bytes);
        used_ = 0;
        layout(*this);
    }

    template <typename T> T* take(int64_t count) {
        static_assert(sizeof(T) <= 64);
        if (count < 0 || count > MOST_BYTES) throw std::length_error("more than 4 GiB");
        const int64_t at = used_;
        used_ += (count * (int64_t)sizeof(T) + 63) / 64 * 64;
        if (used_ > MOST_BYTES) throw std::length_error("more than 4 GiB");
        return memory_ ? reinterpret_cast<T*>(static_cast<char*>(memory_.get()) + at) : nullptr;
    }

    bool laid_out() const { return memory_ != nullptr; }
    int64_t bytes() const { return used_; }

private:
    static constexpr size_t HUGE_PAGE = size_t{1} << 21;
    struct Free { void operator()(void* p) const { std::free(p); } };
    std::unique_ptr<void, Free> memory_;
    int64_t used_ = 0;
};

}  // namespace wavenet
