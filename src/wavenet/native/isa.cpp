#include "isa.h"

#if defined(__x86_64__)
#include <cpuid.h>
#elif defined(__aarch64__) && defined(__linux__)
#include <asm/hwcap.h>
#include <sys/auxv.h>
#endif

#if defined(__x86_64__) && defined(__linux__)
#include <sys/syscall.h>
#include <unistd.h>
#endif

namespace wavenet {

#if defined(__x86_64__)
extern const Kernels kernels_portable, kernels_avx2, kernels_avx2vnni, kernels_avx512, kernels_avx512bf16;
#if defined(__linux__)
extern const Kernels kernels_amx;
#endif
#elif defined(__aarch64__)
extern const Kernels kernels_neon, kernels_neondot;
#elif defined(__EMSCRIPTEN__)
extern const Kernels kernels_wasm;
#else
extern const Kernels kernels_portable;
#endif

namespace {

#if defined(__x86_64__)
bool has_avx_vnni() {
    unsigned a, b, c, d;
    return __get_cpuid_count(7, 1, &a, &b, &c, &d) && (a & (1u << 4));
}

#if defined(__linux__)
// Tiles are large, so Linux (5.16 and later) gives them to a process that asks.
bool may_use_tiles() {
    constexpr int ASK = 0x1023, TILES = 18;  // ARCH_REQ_XCOMP_PERM, XFEATURE_XTILEDATA
    return syscall(SYS_arch_prctl, ASK, TILES) == 0;
}

bool may_use_amx() {
    constexpr unsigned BF16 = 1u << 22, TILES = 1u << 24, INT8 = 1u << 25, ALL = BF16 | TILES | INT8;
    unsigned a, b, c, d;
    return __get_cpuid_count(7, 0, &a, &b, &c, &d) && (d & ALL) == ALL && may_use_tiles();
}
#endif

std::vector<const Kernels*> detect() {
    __builtin_cpu_init();
    std::vector<const Kernels*> found = {&kernels_portable};
    if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma")) return found;
    found.push_back(&kernels_avx2);
    if (has_avx_vnni()) found.push_back(&kernels_avx2vnni);
    if (!__builtin_cpu_supports("avx512f") || !__builtin_cpu_supports("avx512bw") || !__builtin_cpu_supports("avx512vl") ||
        !__builtin_cpu_supports("avx512dq") || !__builtin_cpu_supports("avx512vnni"))
        return found;
    found.push_back(&kernels_avx512);
    if (!__builtin_cpu_supports("avx512bf16")) return found;
    found.push_back(&kernels_avx512bf16);
#if defined(__linux__)
    if (has_amx()) found.push_back(&kernels_amx);
#endif
    return found;
}
#elif defined(__aarch64__)
std::vector<const Kernels*> detect() {
    std::vector<const Kernels*> found = {&kernels_neon};
#if defined(__linux__)
    if (getauxval(AT_HWCAP) & HWCAP_ASIMDDP) found.push_back(&kernels_neondot);
#elif defined(__APPLE__)
    found.push_back(&kernels_neondot);  // every Apple processor of this kind has it
#endif
    return found;
}
#elif defined(__EMSCRIPTEN__)
std::vector<const Kernels*> detect() { return {&kernels_wasm}; }
#else
std::vector<const Kernels*> detect() { return {&kernels_portable}; }
#endif

}  // namespace

#if defined(__x86_64__) && defined(__linux__)
bool (*has_amx)() = may_use_amx;
#endif

const std::vector<const Kernels*>& available() {
    static const std::vector<const Kernels*> found = detect();
    return found;
}

const Kernels* find_kernels(const std::string& name) {
    if (name.empty()) return available().back();
    for (const Kernels* kernels : available())
        if (name == kernels->name) return kernels;
    return nullptr;
}

}  // namespace wavenet
