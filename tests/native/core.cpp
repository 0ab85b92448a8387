// What must hold on every instruction set and in every precision, over random networks. No framework: CHECK counts
// what failed and says where; the exit code tells whether anything did.
//
//   core_tests [SHAPES [SET]]  all tests, of so many random shapes, on all instruction sets or one
//   core_tests --checksum      int8 classes and logits of fixed networks, and what fixed residual networks put out, as
//                              one number for each instruction set
#include <algorithm>
#include <cstdio>
#include <cstring>
#include <limits>

#include "classes.h"
#include "philox.h"
#include "random_network.h"
#include "residual.h"
#include "thread_choice.h"

using namespace wavenet_tests;

namespace {

int checks = 0, failures = 0;
std::string context;  // of which subject, in messages
std::vector<const Kernels*> tested;

#define CHECK(condition)                                                                                           \
    do {                                                                                                           \
        checks++;                                                                                                  \
        if (condition) break;                                                                                      \
        if (++failures <= 40) printf("FAILED %s:%d  %s  [%s]\n", __func__, __LINE__, #condition, context.c_str()); \
    } while (false)

template <typename Error, typename Work> bool throws(const Work& work) {
    try {
        work();
    } catch (const Error&) {
        return true;
    }
    return false;
}

const char* NAMES[] = {"fp32", "bf16", "int8"};
constexpr Precision PRECISIONS[] = {Precision::fp32, Precision::bf16, Precision::int8};

template <typename T> std::vector<T> joined(std::vector<T> a, const std::vector<T>& b) {
    a.insert(a.end(), b.begin(), b.end());
    return a;
}

// Compares bits: what is not a number equals itself.
bool same(const std::vector<float>& a, const std::vector<float>& b) {
    return a.size() == b.size() && (a.empty() || !memcmp(a.data(), b.data(), a.size() * sizeof(float)));
}

int argmax(const float* logits, int classes) { return (int)(std::max_element(logits, logits + classes) - logits); }

// --- one stream, one result -----------------------------------------------------------------------------------------

void chunks_are_the_whole(const Subject& s, const std::vector<int32_t>& whole, Random& r) {
    const auto state = s.start();
    std::vector<int32_t> made;
    while (made.size() < whole.size()) {
        const int n = std::min<int>(r.between(0, 40), (int)(whole.size() - made.size()));
        if (r.between(0, 3)) {
            made = joined(made, s.generate(*state, n, r.between(1, 2)));
            continue;
        }
        // Told its own next samples, a stream goes on as if it had drawn them.
        s.score(*state, whole.data() + made.size(), n, nullptr, nullptr);
        state->sampler().drawn += (uint64_t)n;
        made.insert(made.end(), whole.begin() + (int64_t)made.size(), whole.begin() + (int64_t)made.size() + n);
    }
    CHECK(made == whole);
}

// Streams join and leave at odd times, each with its own length.
void other_streams_do_not_matter(const Subject& s, int streams, int rounds, Random& r) {
    std::vector<std::unique_ptr<State>> states;
    std::vector<std::vector<int32_t>> made((size_t)streams);
    for (int i = 0; i < streams; i++) states.push_back(s.start((uint64_t)i));
    for (int round = 0; round < rounds; round++) {
        std::vector<std::vector<int32_t>> out((size_t)streams);
        std::vector<Request> requests;
        for (size_t i = 0; i < states.size(); i++)
            if (r.between(0, 3)) requests.push_back(s.request(*states[i], out[i], r.between(0, 9)));
        generate(*s.network, requests, r.between(1, 2), nullptr);
        for (size_t i = 0; i < states.size(); i++) made[i] = joined(made[i], out[i]);
    }
    for (size_t i = 0; i < states.size(); i++) CHECK(s.generate(*s.start((uint64_t)i), (int64_t)made[i].size()) == made[i]);
}

void threads_do_not_matter(const Subject& s, const std::vector<int32_t>& whole) { CHECK(s.generate(*s.start(), (int64_t)whole.size(), 2) == whole); }

// Enough samples for several threads to share the streams of a batch.
void threads_of_a_batch_do_not_matter(const Subject& s) {
    const std::vector<int64_t> counts = {90, 0, 200, 1, 30, 200};
    const auto made = [&](int threads) {
        std::vector<std::unique_ptr<State>> states;
        std::vector<std::vector<int32_t>> out(counts.size());
        std::vector<Request> requests;
        for (size_t i = 0; i < counts.size(); i++) {
            states.push_back(s.start(i));
            requests.push_back(s.request(*states[i], out[i], counts[i]));
        }
        generate(*s.network, requests, threads, nullptr);
        return out;
    };
    const auto alone = made(1);
    CHECK(alone[2].size() == 200);
    for (int threads : {2, 1000}) CHECK(made(threads) == alone);
}

// Scoring takes blocks of columns and generation single steps; the numbers are the same.
void a_generated_path_is_scored_as_it_was_drawn(const Subject& s, const std::vector<int32_t>& path, Random& r) {
    const auto Q = (size_t)s.shape.config.quantization_channels;
    const std::vector<float> whole = s.logits(path);
    std::vector<float> pieces(whole.size()), log_p(path.size()), log_p_pieces(path.size());
    s.score(*s.start(), path.data(), (int64_t)path.size(), log_p.data(), nullptr);
    const auto state = s.start(), again = s.start();
    for (size_t at = 0; at < path.size();) {
        const size_t n = std::min<size_t>((size_t)r.between(0, 70), path.size() - at);
        s.score(*state, path.data() + at, (int64_t)n, log_p_pieces.data() + at, pieces.data() + at * Q);
        at += n;
    }
    CHECK(same(pieces, whole));
    CHECK(same(log_p_pieces, log_p));
    Workspace room(*s.network, 1);
    for (size_t t = 0; t < path.size(); t++) {
        memcpy(room.scratch.head.logits, whole.data() + t * Q, Q * sizeof(float));
        std::fill(room.scratch.head.logits + Q, room.scratch.head.logits + s.network->weights().Q, -1e30f);
        CHECK(s.network->kernels().sample(s.network->weights(), room.scratch.head.logits, again->sampler(), nullptr, room.scratch.sampling) ==
              path[t]);
        double sum = 0;
        for (size_t q = 0; q < Q; q++) sum += std::exp((double)whole[t * Q + q] - whole[t * Q + (size_t)path[t]]);
        CHECK(std::fabs(log_p[t] + std::log(sum)) < 1e-5 * (1 + std::log(sum)));
    }
}

void one_step_has_the_logits_of_a_pass(const Subject& s, const std::vector<int32_t>& path) {
    // a conditioner belongs to the engine; a path drawn from them is compared above
    if (s.shape.hop || !s.shape.config.contexts.empty()) return;
    const auto Q = (size_t)s.shape.config.quantization_channels;
    const std::vector<float> whole = s.logits(path);
    const auto state = s.start();
    Stream& stream = state->stream();
    Workspace room(*s.network, 1);
    std::vector<float> single;
    for (int32_t q : path) {
        s.network->steps().step(s.network->weights(), stream, stream.base, room.scratch);
        single.insert(single.end(), room.scratch.head.logits, room.scratch.head.logits + Q);
        push_class(stream.classes, q);
    }
    CHECK(same(single, whole));
}

// A pass leaves every stream where as many single steps would.
void a_pass_moves_every_stream_by_its_columns(const Subject& s) {
    if (s.shape.hop || !s.shape.config.contexts.empty()) return;
    const auto passed = s.start(), other = s.start(), stepped = s.start();
    Workspace wide(*s.network, MAX_COLUMNS), narrow(*s.network, 1);
    constexpr int STEPS = 3;
    make_room(passed->stream().classes, STEPS);
    std::fill_n(passed->stream().classes.convolved + s.shape.config.input_kernel_size, STEPS, 1);
    std::vector<wavenet::Column> columns;
    for (int t = 0; t < STEPS; t++) columns.push_back({&passed->stream(), t, passed->stream().base});
    columns.push_back({&other->stream(), 0, other->stream().base});
    s.network->steps().pass(s.network->weights(), columns.data(), STEPS + 1, Wanted::logits, wide.scratch);
    for (int t = 0; t < STEPS; t++) {
        s.network->steps().step(s.network->weights(), stepped->stream(), stepped->stream().base, narrow.scratch);
        push_class(stepped->stream().classes, 1);
    }
    CHECK(passed->time() == STEPS && other->time() == 1);
    for (int l = 0; l < s.shape.config.layers; l++) CHECK(passed->stream().past.ring[l].position == stepped->stream().past.ring[l].position);
}

// --- the right result -----------------------------------------------------------------------------------------------

// The worst of |a - b| over the root of the mean square of b, or 1 if that is more.
double distance(const std::vector<float>& a, const std::vector<double>& b) {
    double worst = 0, square = 0;
    for (size_t i = 0; i < a.size(); i++) {
        worst = std::max(worst, std::fabs(a[i] - b[i]));
        square += b[i] * b[i];
    }
    return worst / std::max(1.0, std::sqrt(square / (double)a.size()));
}

double worst_distance[3] = {};

// A sum of n products in fp32 is off by less than n · 6e-8 of its terms' sizes, which here are some tens in all of
// six layers; bf16 keeps 8 bits of every factor, and a grid of 8 bits is about as coarse.
void near_the_exact_network(const Subject& s, const std::vector<int32_t>& path, const std::vector<double>& exact) {
    constexpr double BOUND[] = {1e-4, 0.1, 1.0};
    const double d = distance(s.logits(path), exact);
    worst_distance[(int)s.network->precision()] = std::max(worst_distance[(int)s.network->precision()], d);
    CHECK(d < BOUND[(int)s.network->precision()]);
}

// Integers are the same everywhere, and what lies between them is computed in one way: not a bit may differ, so that a
// seed gives the same sound on every machine. Local conditioning is the part that a fused multiply-add would betray.
void int8_is_the_same_on_every_instruction_set(uint64_t seed) {
    const Shape shape = random_shape(seed);
    Random r{seed};
    std::vector<int32_t> path;
    for (int t = 0; t < 1500; t++) path.push_back(r.between(0, shape.config.quantization_channels - 1));
    const std::vector<float> first = Subject(shape, seed, *available().front(), Precision::int8).logits(path);
    for (const Kernels* kernels : tested) {
        context = "shape " + std::to_string(seed) + " " + kernels->name;
        CHECK(same(Subject(shape, seed, *kernels, Precision::int8).logits(path), first));
    }
}

// Another bias from some sample on: the logits are those of two streams, of which the first ends there. Contexts and
// features go on.
void another_bias_conditions_what_comes_after(const Subject& s, const std::vector<int32_t>& path) {
    const auto Q = (size_t)s.shape.config.quantization_channels;
    const std::vector<float> other((size_t)(s.shape.config.layers * 2 * s.shape.config.dilation_channels), 0.3f);
    std::vector<float> switched(path.size() * Q), kept(path.size() * Q);
    const auto state = s.start(), same_bias = s.start();
    const int64_t half = (int64_t)path.size() / 2;
    for (State* each : {state.get(), same_bias.get()}) {
        auto& logits = each == state.get() ? switched : kept;
        s.score(*each, path.data(), half, nullptr, logits.data());
        if (each == state.get()) each->set_bias(other.data());
        else each->set_bias(s.bias.empty() ? nullptr : s.bias.data());
        s.score(*each, path.data() + half, (int64_t)path.size() - half, nullptr, logits.data() + (size_t)half * Q);
    }
    CHECK(same(kept, s.logits(path)));
    CHECK(std::equal(kept.begin(), kept.begin() + half * (int64_t)Q, switched.begin()));
    CHECK(!std::equal(kept.begin() + half * (int64_t)Q, kept.end(), switched.begin() + half * (int64_t)Q));
}

// --- samplers -------------------------------------------------------------------------------------------------------

void supplied_numbers_replace_the_streams_own(const Subject& s, const std::vector<int32_t>& whole) {
    std::vector<double> uniforms;
    for (uint64_t t = 0; t < whole.size(); t++) {
        uint64_t words[4];
        philox(t / 4 + 1, 5, 0, words);  // the key that `start` gives
        uniforms.push_back((double)(words[t % 4] >> 11) * 0x1p-53);
    }
    CHECK(s.generate(*s.start(99), (int64_t)whole.size(), s.shape.bias ? 1 : 2, uniforms.data()) == whole);
}

void the_likeliest_is_taken(const Subject& s) {
    const std::vector<int32_t> coldest = s.generate(*s.start(0, 0), 60);
    CHECK(s.generate(*s.start(0, 1, 1), 60) == coldest);
    CHECK(s.generate(*s.start(0, 1, 0, 1e-6f), 60) == coldest);
    const std::vector<float> logits = s.logits(coldest);
    const int Q = s.shape.config.quantization_channels;
    for (size_t t = 0; t < coldest.size(); t++) CHECK(argmax(logits.data() + t * (size_t)Q, Q) == coldest[t]);
}

void restricted_sampling_leaves_nothing_out_when_all_is_allowed(const Subject& s, const std::vector<int32_t>& whole) {
    CHECK(s.generate(*s.start(0, 1, s.shape.config.quantization_channels), (int64_t)whole.size()) == whole);
}

// Numbers from numpy.random.Philox(key=[seed, stream], counter=block - 1).random_raw(4).
void random_words_are_those_of_numpy() {
    const struct {
        uint64_t counter, seed, stream, words[4];
    } known[] = {
        {1, 0, 0, {0x2f4ba6408e4d89b, 0x3dd62b0b9ca8c5b2, 0x1c8667a55d902e79, 0x907d7a052fd5b4dc}},
        {1, 5, 0, {0xbbd6c66234fd0c91, 0x972c5c680d78ea48, 0x3532f77bf5c294a3, 0x71803e5d0e6f08fe}},
        {12345, ~uint64_t{0}, 7, {0x58ccfdb6663a73e, 0x56a54f3882342cc, 0x39dd51c442fd7ebd, 0x185e0c4154a86cd9}},
        {uint64_t{1} << 63, 123456789, (uint64_t{1} << 63) + 1, {0x3bc4b5ece05ab01d, 0x1e0a4a4d09029110, 0x6716b09b3bd2908c, 0x83b96831bd124e33}},
    };
    for (const auto& k : known) {
        uint64_t words[4];
        philox(k.counter, k.seed, k.stream, words);
        CHECK(!memcmp(words, k.words, sizeof words));
    }
}

// --- hostile input --------------------------------------------------------------------------------------------------

void poisoned_weights_do_no_harm(const Shape& shape, uint64_t seed, const Kernels& kernels, Precision precision) {
    for (double poison : {0.001, 0.05, 1.0}) {
        const Subject s(shape, seed, kernels, precision, poison);
        const int Q = shape.config.quantization_channels;
        for (int top_k : {0, 3}) {
            const auto path = s.generate(*s.start(0, 1, top_k, top_k ? 0.7f : 1.0f), 140, top_k ? 1 : 2);
            CHECK(std::all_of(path.begin(), path.end(), [&](int q) { return q >= 0 && q < Q; }));
            std::vector<float> log_p(path.size());
            s.score(*s.start(), path.data(), (int64_t)path.size(), log_p.data(), nullptr);
        }
        std::vector<double> wild = {NAN, -1, 1, 2, INFINITY, -INFINITY, 1e-300, 0.999999999999};
        const auto path = s.generate(*s.start(), (int64_t)wild.size(), 1, wild.data());
        CHECK(std::all_of(path.begin(), path.end(), [&](int q) { return q >= 0 && q < Q; }));
    }
}

bool is_refused(const Config& config, Precision precision) {
    Parameters parameters(1);
    try {
        const auto network = std::make_shared<Network>(config, parameters.find(), precision, *available().back());
        State state(network, {0, 0, 0, 1, 0, 1, 0, {}});
    } catch (const std::invalid_argument&) {
        return true;
    } catch (const std::length_error&) {
        return true;
    } catch (const std::bad_alloc&) {
        return true;
    }
    return false;
}

void contexts_of_impossible_sizes_are_refused(Precision precision) {
    const Config good = fixed_shape(2, 5, 9, 0, 2).config;
    CHECK(!is_refused(good, precision));
    int ContextConfig::* const sizes[] = {&ContextConfig::pool,
                                          &ContextConfig::taps,
                                          &ContextConfig::layers,
                                          &ContextConfig::kernel_size,
                                          &ContextConfig::residual_channels,
                                          &ContextConfig::dilation_channels,
                                          &ContextConfig::skip_channels};
    for (int ContextConfig::* size : sizes)
        for (int value : {0, -1, 65537, std::numeric_limits<int>::max(), std::numeric_limits<int>::min()}) {
            Config c = good;
            c.contexts[1].*size = value;
            CHECK(is_refused(c, precision));
        }
    for (int64_t d : {int64_t{0}, int64_t{-1}, int64_t{1} << 30, std::numeric_limits<int64_t>::max()}) {
        Config c = good;
        c.contexts[1].dilations[1] = d;
        CHECK(is_refused(c, precision));
    }
    Config c = good;
    c.contexts[0].dilations.pop_back();
    CHECK(is_refused(c, precision));
    c = good, c.contexts[0].taps = 3;  // of a pool of 4
    CHECK(is_refused(c, precision));
    c = good, c.contexts.resize(1025, c.contexts[0]);
    CHECK(is_refused(c, precision));
}

void impossible_sizes_are_refused() {
    const Config good = fixed_shape(2, 5, 9).config;
    const int most = std::numeric_limits<int>::max();
    int Config::* const sizes[] = {
        &Config::layers,        &Config::kernel_size,   &Config::input_kernel_size,     &Config::residual_channels, &Config::dilation_channels,
        &Config::skip_channels, &Config::head_channels, &Config::quantization_channels, &Config::output_channels};
    for (Precision precision : PRECISIONS) {
        CHECK(!is_refused(good, precision));
        for (int Config::* size : sizes)
            for (int value : {0, -1, 65537, most, std::numeric_limits<int>::min()}) {
                Config c = good;
                c.*size = value;
                if (size == &Config::layers && value > 0) c.dilations.assign(65537, 1);
                CHECK(is_refused(c, precision));
            }
        for (int value : {-1, 65537, most}) {
            Config c = good;
            c.local_channels = value;
            CHECK(is_refused(c, precision));
        }
        for (int64_t d : {int64_t{0}, int64_t{-1}, int64_t{1} << 30, std::numeric_limits<int64_t>::max()}) {
            Config c = good;
            c.dilations[1] = d;
            CHECK(is_refused(c, precision));
        }
        contexts_of_impossible_sizes_are_refused(precision);
        Config c = good;
        c.dilations.pop_back();
        CHECK(is_refused(c, precision));
        // each size is possible, but not all of them together
        c = good, c.layers = 65536, c.dilation_channels = 1, c.kernel_size = 65536, c.residual_channels = 1;
        c.dilations.assign(65536, 1);
        CHECK(is_refused(c, precision));
        c = good, c.skip_channels = 65536, c.head_channels = 65536, c.quantization_channels = c.output_channels = 65536;
        CHECK(is_refused(c, precision));
        c = good, c.kernel_size = 13107, c.dilations = {1 << 30, 1 << 30};
        CHECK(is_refused(c, precision));
    }
}

void features_must_cover_what_is_asked_for() {
    const Kernels& kernels = *available().back();
    const Subject with(fixed_shape(2, 5, 9, 7), 1, kernels, Precision::fp32), without(fixed_shape(2, 5, 9), 1, kernels, Precision::fp32);
    const auto state = with.start(), plain = without.start();
    const int64_t big = std::numeric_limits<int64_t>::max();
    std::vector<int32_t> out(20);
    const auto refused = [&](const Subject& s, State& st, LocalConditioning f, int64_t count = 20) {
        const std::vector<int32_t> path((size_t)count, 1);
        const auto work = [&] { generate(*s.network, {{&st, count, out.data(), f, nullptr}}, 1, nullptr); };
        const auto other = [&] { score(*s.network, st, path.data(), count, f, nullptr, nullptr, nullptr); };
        return throws<std::invalid_argument>(work) && throws<std::invalid_argument>(other);
    };
    const float* rows = with.rows.data();
    CHECK(refused(with, *state, {nullptr, 0, 0, 1}));
    CHECK(refused(without, *plain, {rows, 0, 100, 7}));
    for (int64_t hop : {int64_t{0}, int64_t{-7}, std::numeric_limits<int64_t>::min()}) CHECK(refused(with, *state, {rows, 0, 100, hop}));
    for (int64_t first : {int64_t{1}, big, big - 99}) CHECK(refused(with, *state, {rows, first, 100, 7}));
    for (int64_t count : {int64_t{0}, int64_t{2}, int64_t{-5}}) CHECK(refused(with, *state, {rows, 0, count, 7}));
    CHECK(refused(with, *state, {rows, -98, 100, 7}));
    CHECK(state->time() == 0);
    CHECK(!refused(with, *state, {rows, -97, 100, 7}));  // rows 0, 1 and 2 are the last three
    for (int32_t wrong : {-1, 9, std::numeric_limits<int32_t>::max(), std::numeric_limits<int32_t>::min()})
        CHECK(throws<std::invalid_argument>([&] { score(*without.network, *plain, &wrong, 1, {nullptr, 0, 0, 1}, nullptr, nullptr, nullptr); }));
    for (int wrong : {-1, 9}) CHECK(throws<std::invalid_argument>([&] { start(*without.network, *plain, wrong, nullptr); }));
}

// --- one thread or two ----------------------------------------------------------------------------------------------

// Makes slices at these speeds (seconds a sample), and gives the threads of each.
std::vector<int> threads_chosen(double one, double two, int slices) {
    ThreadChoice choice;
    std::vector<int> chosen;
    for (int i = 0; i < slices; i++) {
        const ThreadChoice::Slice slice = choice.next(1'000'000);
        chosen.push_back(slice.threads);
        choice.took(slice, slice.threads == 2 ? two : one);
    }
    return chosen;
}

void the_faster_number_of_threads_is_kept_and_the_slower_one_tried_now_and_then() {
    CHECK((threads_chosen(2e-5, 1e-5, 8) == std::vector<int>{1, 2, 2, 2, 2, 2, 2, 2}));
    CHECK((threads_chosen(1e-5, 2e-3, 12) == std::vector<int>{1, 2, 1, 1, 1, 1, 2, 1, 1, 1, 1, 2}));
}

void slices_end_where_the_work_does_and_a_trial_of_two_threads_is_short() {
    ThreadChoice choice;
    CHECK(choice.next(10).samples == 10);
    const ThreadChoice::Slice first = choice.next(1'000'000);
    choice.took(first, 1e-5);
    const ThreadChoice::Slice trial = choice.next(1'000'000);
    CHECK(trial.threads == 2 && trial.samples == ThreadChoice::PROBE && trial.seconds < 0.01);
    choice.took(trial, 1);
    const ThreadChoice::Slice after = choice.next(1'000'000);
    CHECK(after.threads == 1 && after.samples == (int64_t)(ThreadChoice::SLICE / 1e-5));
}

// --- interruption ---------------------------------------------------------------------------------------------------

// A poll that throws stops between two samples; the stream goes on from there as if nothing had happened.
void interrupted_streams_go_on(const Kernels& kernels, Precision precision) {
    struct Stop {};
    const Subject s(fixed_shape(1, 3, 20), 4, kernels, precision);
    constexpr int64_t MANY = 4'000'000;  // more than anyone can make before the first poll
    static std::vector<int32_t> out(3 * MANY);
    for (int streams : {1, 3})
        for (int threads : {1, 2}) {
            std::vector<std::unique_ptr<State>> states;
            std::vector<Request> requests;
            for (int i = 0; i < streams; i++) {
                states.push_back(s.start((uint64_t)i));
                requests.push_back({states.back().get(), MANY, out.data() + i * MANY, s.features(0, 1), nullptr});
            }
            CHECK(throws<Stop>([&] { generate(*s.network, requests, threads, [] { throw Stop(); }); }));
            for (int i = 0; i < streams; i++) {
                const int64_t time = states[(size_t)i]->time();
                CHECK(time > 0 && time < MANY && states[(size_t)i]->sampler().drawn == (uint64_t)time);
                const auto whole = s.generate(*s.start((uint64_t)i), time + 50);
                CHECK(std::equal(out.begin() + i * MANY, out.begin() + i * MANY + time, whole.begin()));
                CHECK(s.generate(*states[(size_t)i], 50) == std::vector<int32_t>(whole.end() - 50, whole.end()));
            }
        }
}

// --- all of it ------------------------------------------------------------------------------------------------------

constexpr int64_t SAMPLES = 150;

void test_shape(uint64_t seed) {
    const Shape shape = random_shape(seed);
    std::vector<double> exact;
    std::vector<int32_t> teacher;
    Random r{seed};
    for (int t = 0; t < 60; t++) teacher.push_back(r.between(0, shape.config.quantization_channels - 1));
    for (const Kernels* kernels : tested)
        for (Precision precision : PRECISIONS) {
            context = "shape " + std::to_string(seed) + " " + kernels->name + " " + NAMES[(int)precision];
            Subject s(shape, seed, *kernels, precision);
            if (exact.empty()) {
                Exact network(s);
                for (size_t t = 0; t < teacher.size(); t++) {
                    const auto row = network.step(t ? teacher[t - 1] : s.silence(), (int64_t)t);
                    exact.insert(exact.end(), row.begin(), row.end());
                }
            }
            near_the_exact_network(s, teacher, exact);
            const std::vector<int32_t> whole = s.generate(*s.start(), SAMPLES);
            chunks_are_the_whole(s, whole, r);
            other_streams_do_not_matter(s, 5, 6, r);
            threads_do_not_matter(s, whole);
            threads_of_a_batch_do_not_matter(s);
            a_generated_path_is_scored_as_it_was_drawn(s, whole, r);
            one_step_has_the_logits_of_a_pass(s, whole);
            a_pass_moves_every_stream_by_its_columns(s);
            another_bias_conditions_what_comes_after(s, teacher);
            supplied_numbers_replace_the_streams_own(s, whole);
            the_likeliest_is_taken(s);
            restricted_sampling_leaves_nothing_out_when_all_is_allowed(s, whole);
        }
    int8_is_the_same_on_every_instruction_set(seed);
}

// What a random residual network puts out.
std::vector<float> residual_rows(uint64_t seed, const Kernels& kernels) {
    Random r{seed};
    const ResidualConfig config = {r.between(1, 40), r.between(1, 70), r.between(1, 40), {r.between(1, 5), 3}};
    Parameters parameters(seed, 0);
    std::map<std::string, std::vector<int8_t>> weights;
    const auto integers = [&](const std::string& name, const std::vector<int64_t>& shape) {
        const auto [found, fresh] = weights.try_emplace(name);
        int64_t count = 1;
        for (int64_t n : shape) count *= n;
        for (int64_t i = 0; fresh && i < count; i++) found->second.push_back((int8_t)r.between(-127, 127));
        return found->second.data();
    };
    const ResidualNetwork network(config, parameters.find(), integers, kernels);
    const int rows = r.between(1, 2 * MAX_COLUMNS);
    std::vector<float> given((size_t)(rows * config.inputs)), out((size_t)(rows * config.outputs));
    for (float& value : given) value = r.real();
    network.run(given.data(), rows, out.data());
    return out;
}

void residual_networks_are_the_same_on_every_instruction_set(uint64_t seed) {
    const auto first = residual_rows(seed, *available().front());
    for (float value : first) CHECK(std::isfinite(value));
    for (const Kernels* kernels : tested) CHECK(residual_rows(seed, *kernels) == first);
}

void print_checksums() {
    for (const Kernels* kernels : available()) {
        uint64_t sum = hash("", 0);
        for (uint64_t seed = 0; seed < 12; seed++) {
            const Subject s(random_shape(seed), seed, *kernels, Precision::int8);
            const auto path = s.generate(*s.start(), 80);
            const auto logits = s.logits(path);
            sum = hash(path.data(), path.size() * sizeof path[0], sum);
            sum = hash(logits.data(), logits.size() * sizeof logits[0], sum);
            const auto rows = residual_rows(seed, *kernels);
            sum = hash(rows.data(), rows.size() * sizeof rows[0], sum);
        }
        printf("%s %016llx\n", kernels->name, (unsigned long long)sum);
    }
}

}  // namespace

int main(int count, char** arguments) {
    if (count > 1 && !strcmp(arguments[1], "--checksum")) return print_checksums(), 0;
    const uint64_t shapes = count > 1 ? strtoull(arguments[1], nullptr, 10) : 32;
    tested = available();
    if (count > 2) tested = {find_kernels(arguments[2])};
    if (!tested.front()) return printf("no instruction set %s here\n", arguments[2]), 2;
    random_words_are_those_of_numpy();
    impossible_sizes_are_refused();
    features_must_cover_what_is_asked_for();
    the_faster_number_of_threads_is_kept_and_the_slower_one_tried_now_and_then();
    slices_end_where_the_work_does_and_a_trial_of_two_threads_is_short();
    for (uint64_t seed = 0; seed < shapes; seed++) test_shape(seed), residual_networks_are_the_same_on_every_instruction_set(seed);
    for (const Kernels* kernels : tested)
        for (Precision precision : PRECISIONS) {
            context = std::string(kernels->name) + " " + NAMES[(int)precision];
            Random r{9};
            other_streams_do_not_matter(Subject(fixed_shape(3, 4, 12), 3, *kernels, precision), 53, 4, r);
            poisoned_weights_do_no_harm(random_shape(5), 5, *kernels, precision);
            poisoned_weights_do_no_harm(random_shape(6), 6, *kernels, precision);
            if (kernels == tested.back()) interrupted_streams_go_on(*kernels, precision);
        }
    for (const Kernels* kernels : tested) printf("%s ", kernels->name);
    printf("worst distance: fp32 %.1e bf16 %.1e int8 %.1e\n", worst_distance[0], worst_distance[1], worst_distance[2]);
    printf("%d checks, %d failed\n", checks, failures);
    return failures ? 1 : 0;
}
