#include <algorithm>
#include <atomic>
#include <chrono>
#include <exception>
#include <thread>

#include "classes.h"
#include "conditioner.h"
#include "thread_choice.h"

namespace wavenet {

namespace {

using Clock = std::chrono::steady_clock;
constexpr auto POLL_EVERY = std::chrono::milliseconds(10);
constexpr int64_t SHORTEST_FOR_TWO_THREADS = 128;  // samples; a thread takes some 30 µs to start
constexpr int64_t SHORTEST_SHARE = 256;            // samples of a batch, likewise

// Calls `poll` when it is due; asked often.
class Due {
public:
    explicit Due(const Poll& poll) : poll_(poll) {}
    void operator()() {
        const auto now = Clock::now();
        if (now - last_ < POLL_EVERY) return;
        last_ = now;
        if (poll_) poll_();
    }

private:
    const Poll& poll_;
    Clock::time_point last_ = Clock::now();
};

void slice_on_one(const Network& network, const Request& request, Conditioner& conditioner, Workspace& room, int64_t first, int64_t count, Due& due) {
    const Kernels& k = network.kernels();
    const Steps& steps = network.steps();
    Stream& stream = request.state->stream();
    for (int64_t t = first; t < first + count; t++) {
        steps.step(network.weights(), stream, conditioner.at(stream.past.time), room.scratch);
        const double* uniform = request.uniforms ? request.uniforms + t : nullptr;
        request.out[t] = k.sample(network.weights(), room.scratch.head.logits, request.state->sampler(), uniform, room.scratch.sampling);
        push_class(stream.classes, request.out[t]);
        if (t % 16 == 15) due();
    }
}

void generate_one(const Network& network, const Request& request, Conditioner& conditioner, Due& due) {
    Workspace room(network, 1);
    slice_on_one(network, request, conditioner, room, 0, request.count, due);
}

double seconds_since(Clock::time_point began, int64_t samples) {
    return std::chrono::duration<double>(Clock::now() - began).count() / (double)samples;
}

// At most `count` samples, fewer when they take longer than `seconds`. The chain runs in a thread of its own, the tail
// in this one; they end with each slice, so that `due` may throw between two.
int64_t slice_on_two(const Network& network, const Request& request, Conditioner& conditioner, Workspace& room, int64_t first, int64_t count,
                     double seconds) {
    const Steps& steps = network.steps();
    Stream& stream = request.state->stream();
    Handover handover{};
    handover.count = (uint64_t)count;
    const auto deadline = Clock::now() + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds));
    std::thread helper([&] { steps.chain(network.weights(), stream, Conditioner::at, &conditioner, room.scratch.stack, handover); });
    steps.tail(
        network.weights(), request.state->sampler(), request.uniforms ? request.uniforms + first : nullptr, request.out + first, room.scratch,
        handover, [](const void* when) { return Clock::now() > *static_cast<const Clock::time_point*>(when); }, &deadline);
    helper.join();
    const int64_t done = (int64_t)handover.count;
    push_class(stream.classes, request.out[first + done - 1]);
    return done;
}

void generate_on_two(const Network& network, const Request& request, Conditioner& conditioner, Due& due) {
    Workspace room(network, 1);
    ThreadChoice choice;
    for (int64_t done = 0; done < request.count;) {
        const ThreadChoice::Slice slice = choice.next(request.count - done);
        int64_t made = slice.samples;
        const auto began = Clock::now();
        if (slice.threads == 2) made = slice_on_two(network, request, conditioner, room, done, slice.samples, slice.seconds);
        else slice_on_one(network, request, conditioner, room, done, slice.samples, due);
        choice.took(slice, seconds_since(began, made));
        done += made;
        due();
    }
}

using Share = std::vector<size_t>;  // some of the requests

// One sample of each stream that has samples to go, then the next.
void generate_share(const Network& network, const std::vector<Request>& requests, std::vector<Conditioner>& conditioners, Share active, Due& due) {
    Workspace room(network, MAX_COLUMNS);
    const Kernels& k = network.kernels();
    const int Q = network.weights().Q;
    std::vector<Column> columns(MAX_COLUMNS);
    for (int64_t t = 0; !active.empty(); t++) {
        for (size_t first = 0; first < active.size(); first += MAX_COLUMNS) {
            const size_t count = std::min<size_t>(MAX_COLUMNS, active.size() - first);
            for (size_t c = 0; c < count; c++) {
                Stream& stream = requests[active[first + c]].state->stream();
                columns[c] = {&stream, 0, conditioners[active[first + c]].at(stream.past.time)};
            }
            network.steps().pass(network.weights(), columns.data(), (int)count, Wanted::logits, room.scratch);
            for (size_t c = 0; c < count; c++) {
                const Request& request = requests[active[first + c]];
                const double* uniform = request.uniforms ? request.uniforms + t : nullptr;
                request.out[t] =
                    k.sample(network.weights(), room.scratch.head.logits + c * Q, request.state->sampler(), uniform, room.scratch.sampling);
                push_class(request.state->stream().classes, request.out[t]);
            }
            due();
        }
        active.erase(std::remove_if(active.begin(), active.end(), [&](size_t i) { return requests[i].count == t + 1; }), active.end());
    }
}

// The requests that have samples to go, dealt out to at most `threads`, the longest first, so that none has much more to do
// than another. A share is worth a thread only if it takes far longer than starting one.
std::vector<Share> dealt(const std::vector<Request>& requests, int threads) {
    Share all;
    for (size_t i = 0; i < requests.size(); i++)
        if (requests[i].count) all.push_back(i);
    std::stable_sort(all.begin(), all.end(), [&](size_t a, size_t b) { return requests[a].count > requests[b].count; });
    int64_t samples = 0;
    for (size_t i : all) samples += requests[i].count;
    const auto most = std::min<int64_t>({threads, (int64_t)std::thread::hardware_concurrency(), samples / SHORTEST_SHARE, (int64_t)all.size()});
    std::vector<Share> shares((size_t)std::max<int64_t>(most, 1));
    for (size_t i = 0; i < all.size(); i++) shares[i % shares.size()].push_back(all[i]);
    return shares;
}

// A thread for each share, this one for the first. When one fails, all stop, and what it threw is thrown here.
void generate_many(const Network& network, const std::vector<Request>& requests, std::vector<Conditioner>& conditioners, int threads,
                   const Poll& poll) {
    struct Stopped {};
    const std::vector<Share> shares = dealt(requests, threads);
    std::vector<std::exception_ptr> thrown(shares.size());
    std::atomic<bool> stop{false};
    const auto work = [&](size_t i) {
        const Poll of_share = [&] {
            if (stop) throw Stopped();
            if (i == 0 && poll) poll();
        };
        try {
            Due due(of_share);
            generate_share(network, requests, conditioners, shares[i], due);
        } catch (const Stopped&) {
        } catch (...) {
            thrown[i] = std::current_exception();
            stop = true;
        }
    };
    std::vector<std::thread> helpers;
    try {
        for (size_t i = 1; i < shares.size(); i++) helpers.emplace_back(work, i);
    } catch (...) {
        thrown[0] = std::current_exception();
        stop = true;
    }
    if (!stop) work(0);
    for (std::thread& helper : helpers) helper.join();
    for (const std::exception_ptr& each : thrown)
        if (each) std::rethrow_exception(each);
}

}  // namespace

void generate(const Network& network, const std::vector<Request>& requests, int threads, const Poll& poll) {
    std::vector<Conditioner> conditioners;
    for (const Request& request : requests) {
        conditioners.emplace_back(network, *request.state, request.local);
        conditioners.back().check(request.state->time(), request.count);
    }
    if (requests.size() != 1) return generate_many(network, requests, conditioners, threads, poll);
    Due due(poll);
    const bool two = threads > 1 && std::thread::hardware_concurrency() > 1 && requests[0].count >= SHORTEST_FOR_TWO_THREADS;
    (two ? generate_on_two : generate_one)(network, requests[0], conditioners[0], due);
}

void take(const Network& network, State& state, const int32_t* classes, int64_t count, const LocalConditioning& local, Wanted wanted,
          const Hear& hear, const Poll& poll) {
    const int K = network.config().input_kernel_size, all = network.config().quantization_channels;
    Conditioner conditioner(network, state, local);
    conditioner.check(state.time(), count);
    for (int64_t t = 0; t < count; t++)
        if (classes[t] < 0 || classes[t] >= all) throw std::invalid_argument("a class is outside 0 … quantization_channels - 1");
    Due due(poll);
    Workspace room(network, MAX_COLUMNS);
    Stream& stream = state.stream();
    Column columns[MAX_COLUMNS];
    for (int64_t done = 0; done < count;) {
        const int n = (int)std::min<int64_t>(MAX_COLUMNS, count - done);
        make_room(stream.classes, n);
        std::copy_n(classes + done, n, stream.classes.convolved + K);
        // a conditioner keeps few rows, and a frame of a context begins others: a pass ends where they do
        int same = 0;
        do {
            columns[same] = {&stream, same, conditioner.at(state.time() + same)};
            same++;
        } while (same < n && conditioner.holds(state.time() + same));
        network.steps().pass(network.weights(), columns, same, wanted, room.scratch);
        stream.classes.convolved += same;
        const float* rows = wanted == Wanted::skips ? (const float*)room.scratch.stack.skip : room.scratch.head.logits;
        const int width = wanted == Wanted::skips ? network.weights().stack.S : network.weights().Q;
        if (wanted != Wanted::nothing)
            for (int c = 0; c < same; c++) hear(done + c, rows + (int64_t)c * width);
        done += same;
        due();
    }
}

void score(const Network& network, State& state, const int32_t* targets, int64_t count, const LocalConditioning& local, float* log_probabilities,
           float* logits, const Poll& poll) {
    const Weights& weights = network.weights();
    const Hear hear = [&](int64_t t, const float* row) {
        if (log_probabilities) log_probabilities[t] = network.kernels().log_probability(weights, row, targets[t]);
        if (logits) std::copy_n(row, weights.outputs, logits + t * weights.outputs);
    };
    take(network, state, targets, count, local, log_probabilities || logits ? Wanted::logits : Wanted::nothing, hear, poll);
}

void choose(const Network& network, State& state, int64_t count, const Choose& choose, const Poll& poll) {
    Conditioner conditioner(network, state, {nullptr, 0, 0, 1});
    conditioner.check(state.time(), count);
    Due due(poll);
    Workspace room(network, 1);
    Stream& stream = state.stream();
    for (int64_t t = 0; t < count; t++) {
        network.steps().step(network.weights(), stream, conditioner.at(stream.past.time), room.scratch);
        push_class(stream.classes, choose(room.scratch.head.logits));
        if (t % 16 == 15) due();
    }
}

void start(const Network& network, State& state, int silence, const float* first_row) {
    if (silence < 0 || silence >= network.config().quantization_channels) throw std::invalid_argument("silence is no class");
    state.silence(silence);
    Conditioner conditioner(network, state, {first_row, 0, first_row ? 1 : 0, 1});
    Workspace room(network, 1);
    network.kernels().start[(int)network.precision()](network.weights(), state.stream(), conditioner.at(0), room.scratch);
}

}  // namespace wavenet
