// Threads that wait for work, for calls that follow each other closely.
#pragma once
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "waiting.h"

namespace wavenet {

// Of one calling thread. After its work each stays awake for a while: one that has to be started, or woken, begins up to
// a third of a millisecond late, which is as long as its part of a layer takes.
class ThreadPool {
public:
    static ThreadPool& of_this_thread() {
        static thread_local std::unique_ptr<ThreadPool> pool;
        if (pool && pool->process_ != getpid()) (void)pool.release();  // after a fork, without its threads
        if (!pool) pool = std::make_unique<ThreadPool>();
        return *pool;
    }

    // Does work(i) for 0 ≤ i < count at once, work(0) in the calling thread; it must not throw.
    void run(int count, const std::function<void(int)>& work) {
        while ((int)others_.size() + 1 < count) others_.push_back(std::make_unique<Thread>((int)others_.size() + 1));
        for (int i = 1; i < count; i++) others_[i - 1]->begin(work);
        work(0);
        for (int i = 1; i < count; i++) others_[i - 1]->join();
    }

private:
    class Thread {
    public:
        explicit Thread(int number) : number_(number), thread_([this] { serve(); }) {}
        ~Thread() {
            ask(nullptr);
            thread_.join();
        }
        void begin(const std::function<void(int)>& work) { ask(&work); }
        void join() {
            wait_for([&] { return done_.load(std::memory_order_acquire) == asked_.load(std::memory_order_relaxed); });
        }

    private:
        void ask(const std::function<void(int)>* work) {
            work_ = work;
            asked_.fetch_add(1);
            if (!asleep_.load()) return;
            {
                std::lock_guard lock(mutex_);
            }  // it has looked for the last time, or waits
            wake_.notify_one();
        }

        void serve() {
            for (uint64_t last = 0;; done_.store(last, std::memory_order_release)) {
                const auto asked = [&] { return asked_.load() != last; };
                const auto sleep = std::chrono::steady_clock::now() + std::chrono::milliseconds(1);
                wait_for([&] { return asked() || std::chrono::steady_clock::now() > sleep; });
                if (!asked()) {
                    std::unique_lock lock(mutex_);
                    asleep_ = true;
                    wake_.wait(lock, asked);
                    asleep_ = false;
                }
                last++;
                if (!work_) return;
                (*work_)(number_);
            }
        }

        const int number_;
        const std::function<void(int)>* work_ = nullptr;
        std::atomic<uint64_t> asked_{0};
        alignas(64) std::atomic<uint64_t> done_{0};
        std::atomic<bool> asleep_{false};
        std::mutex mutex_;
        std::condition_variable wake_;
        std::thread thread_;  // the last: it uses the others
    };

    const pid_t process_ = getpid();
    std::vector<std::unique_ptr<Thread>> others_;
};

}  // namespace wavenet
