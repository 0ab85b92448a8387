// Zeroed memory in one piece, every part aligned to 64 bytes.
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <memory>
#include <new>
#include <stdexcept>
#include <vector>
#if defined(__linux__)
#include <sys/mman.h>
#include <sys/resource.h>
#endif

namespace wavenet {

// Sizes come from files: nothing below may overflow, and nothing above is meant.
constexpr int64_t MOST_BYTES = int64_t{4} << 30;

class Arena {
public:
    // How fast memory can be read, for the choice of a place; see below.
    using Quality = std::function<double(const char* memory, int64_t bytes)>;

    // Lays out parts twice: once to learn the size (while there is no memory), once for their places.
    template <typename Layout> explicit Arena(const Layout& layout, const Quality& quality = nullptr) {
        layout(*this);
        bool whole = false;
        memory_ = allocate(used_, &whole);
        if (quality && !whole && used_ >= HUGE_PAGE / 8 && used_ <= HUGE_PAGE) choose(quality);
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

    int64_t bytes() const { return used_; }
    // Whether there is no memory yet, but its size to be learnt.
    bool sizing() const { return !memory_; }

private:
    static constexpr int64_t HUGE_PAGE = int64_t{1} << 21;
    static constexpr int PLACES = 12;
    struct Free {
        void operator()(void* p) const { std::free(p); }
    };
    using Memory = std::unique_ptr<void, Free>;

    // `whole`: whether it lies in huge pages.
    static Memory allocate(int64_t used, bool* whole = nullptr) {
        const int64_t bytes = used > 0 ? used : 1, alignment = bytes >= HUGE_PAGE / 4 ? HUGE_PAGE : 64;
        const int64_t rounded = (bytes + alignment - 1) / alignment * alignment;
        void* found = nullptr;  // not aligned_alloc, which macOS has since 10.15 only
        if (posix_memalign(&found, (size_t)alignment, (size_t)rounded)) throw std::bad_alloc();
        Memory memory(found);
#if defined(__linux__)
        if (alignment == HUGE_PAGE) madvise(memory.get(), (size_t)rounded, MADV_HUGEPAGE);
#endif
        const int64_t before = faults();
        std::memset(memory.get(), 0, (size_t)bytes);
        const int64_t pages = faults() - before;
        if (whole) *whole = pages > 0 && pages <= 2 * rounded / HUGE_PAGE;
        return memory;
    }

    // Pages that this thread was given so far; 0 where that is unknown.
    static int64_t faults() {
#if defined(__linux__)
        rusage used;
        if (!getrusage(RUSAGE_THREAD, &used)) return used.ru_minflt;
#endif
        return 0;
    }

    // Weights that just fit a core's cache are read at a speed that depends on which physical pages they got: some
    // parts of the cache then have to hold more than they can. Of a dozen places the best is a fifth faster than the
    // median (150,000 to 197,000 samples/s of `medium` in int8), and stays so. In a huge page all places are as good.
    void choose(const Quality& quality) {
        std::vector<Memory> others;
        double best = 0;
        for (int i = 0; i < PLACES; i++) {
            Memory place = allocate(used_);
            double speed = 0;
            for (int turn = 0; turn < 3; turn++) speed = std::max(speed, quality(static_cast<const char*>(place.get()), used_));
            if (speed > best) best = speed, std::swap(memory_, place);
            others.push_back(std::move(place));  // kept until the end, or the next would get the same pages
        }
    }

    Memory memory_;
    int64_t used_ = 0;
};

}  // namespace wavenet
