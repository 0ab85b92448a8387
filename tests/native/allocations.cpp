// Nothing is allocated for a sample: twice as many samples take exactly as many allocations. Counts every way to the
// heap by standing in for the C library's; a sanitizer does the same, so this test is built without one.
#include <cstdio>

#include "random_amp.h"
#include "random_network.h"

extern "C" {
void* __libc_malloc(size_t);
void* __libc_calloc(size_t, size_t);
void* __libc_realloc(void*, size_t);
void* __libc_memalign(size_t, size_t);

static long allocations = 0;
void* malloc(size_t size) { return allocations++, __libc_malloc(size); }
void* calloc(size_t count, size_t size) { return allocations++, __libc_calloc(count, size); }
void* realloc(void* p, size_t size) { return allocations++, __libc_realloc(p, size); }
void* aligned_alloc(size_t alignment, size_t size) { return allocations++, __libc_memalign(alignment, size); }
int posix_memalign(void** found, size_t alignment, size_t size) {
    allocations++;
    return (*found = __libc_memalign(alignment, size)) ? 0 : 12;  // ENOMEM
}
void* memalign(size_t alignment, size_t size) { return allocations++, __libc_memalign(alignment, size); }
}

using namespace wavenet_tests;

namespace {

template <typename Work> long counted(const Work& work) {
    const long before = allocations;
    work();
    return allocations - before;
}

long generating(const Subject& s, int streams, int64_t samples) {
    std::vector<std::unique_ptr<State>> states;
    std::vector<std::vector<int32_t>> out((size_t)streams);
    std::vector<Request> requests;
    for (int i = 0; i < streams; i++) {
        states.push_back(s.start((uint64_t)i, 1, i % 2 ? 3 : 0, 0.9f));
        requests.push_back(s.request(*states.back(), out[(size_t)i], samples));
    }
    return counted([&] { generate(*s.network, requests, 1, nullptr); });
}

long scoring(const Subject& s, int64_t samples) {
    const std::vector<int32_t> path((size_t)samples, 1);
    std::vector<float> log_p(path.size());
    const auto state = s.start();
    return counted([&] { s.score(*state, path.data(), samples, log_p.data(), nullptr); });
}

// An amplifier's blocks take none at all, in blocks and in steps.
long amplifying(const char* isa) {
    RandomAmp random(3);
    Amp amp = random.make(isa);
    const std::vector<float> in = random.noise(2000);
    std::vector<float> out(in.size());
    return counted([&] {
        for (int64_t size : {64, 1, 3, 500, 1, 2})
            for (int64_t at = 0; at + size <= 2000; at += size) amp.process(in.data() + at, out.data() + at, size);
        amp.reset(100);
    });
}

}  // namespace

int main() {
    int failures = 0;
    for (const Kernels* kernels : available())
        if (const long found = amplifying(kernels->name)) failures++, printf("FAILED amplifying on %s: %ld allocations\n", kernels->name, found);
    const auto compare = [&](const char* what, const Subject& s, long once, long twice) {
        const bool good = once > 0 && once == twice;  // none at all would mean that nothing is counted
        failures += !good;
        if (!good) printf("FAILED %s on %s: %ld allocations, and %ld for twice as much\n", what, s.network->kernels().name, once, twice);
    };
    for (const Kernels* kernels : available())
        for (Precision precision : {Precision::fp32, Precision::bf16, Precision::int8})
            for (const auto& [hop, contexts] : {std::pair{0, 0}, {1, 0}, {7, 2}, {0, 2}, {1, 2}}) {
                const Subject s(fixed_shape(4, 20, 30, hop, contexts), 1, *kernels, precision);
                for (int streams : {1, 3}) compare("generating", s, generating(s, streams, 500), generating(s, streams, 1000));
                compare("scoring", s, scoring(s, 500), scoring(s, 1000));
            }
    printf("%d failed\n", failures);
    return failures ? 1 : 0;
}
