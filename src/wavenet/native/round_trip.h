// How far apart two processors are: what two threads of one stream pay for every hand-over.
#pragma once
#include <atomic>
#include <chrono>
#include <thread>

namespace wavenet {

// Seconds that a word takes to another thread and back, the mean of so many rounds, 2 or more.
inline double round_trip(int rounds) {
    alignas(64) std::atomic<int> there{0};
    alignas(64) std::atomic<int> back{0};
    const auto wait = [](const std::atomic<int>& word, int value) {
        for (int spins = 0; word.load(std::memory_order_acquire) < value; spins++)
            if (spins > 2000) std::this_thread::yield();  // both may have one processor
    };
    std::thread other([&] {
        for (int i = 1; i <= rounds; i++) wait(there, i), back.store(i, std::memory_order_release);
    });
    there.store(1, std::memory_order_release);
    wait(back, 1);  // the thread has begun
    const auto began = std::chrono::steady_clock::now();
    for (int i = 2; i <= rounds; i++) there.store(i, std::memory_order_release), wait(back, i);
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - began;
    other.join();
    return seconds.count() / (rounds - 1);
}

}  // namespace wavenet
