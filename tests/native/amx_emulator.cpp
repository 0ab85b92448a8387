// The instructions of matrix units (AMX) on x86 processors that lack them: each raises SIGILL, whose handler does what
// Intel's reference says it does, and aborts where a processor would refuse. Linked in, it makes the set `amx` available.
// A processor that has these units uses its own.
#include <immintrin.h>
#include <signal.h>
#include <ucontext.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "isa.h"

namespace {

struct Tile {
    int rows, row_bytes;
    alignas(64) uint8_t data[16][64];
};
thread_local struct {
    bool configured;
    Tile tile[8];
} unit;

[[noreturn]] void refuse(const char* why) {
    fprintf(stderr, "amx_emulator: %s\n", why);
    abort();
}

void require(bool condition, const char* what) {
    if (!condition) refuse(what);
}

// What one instruction says: VEX prefix of three bytes, opcode, operands.
struct Instruction {
    int prefix;  // 0: none, 1: 66, 2: F3, 3: F2
    int opcode, mod, reg, rm, third;
    int length;
    const uint8_t* address;  // of an operand in memory
    int64_t step;            // of its rows, from the index register
};

constexpr int REGISTER[] = {REG_RAX, REG_RCX, REG_RDX, REG_RBX, REG_RSP, REG_RBP, REG_RSI, REG_RDI,
                            REG_R8,  REG_R9,  REG_R10, REG_R11, REG_R12, REG_R13, REG_R14, REG_R15};

int64_t displacement(const uint8_t* at, int mod) {
    if (mod == 1) return *(const int8_t*)at;
    int32_t wide = 0;
    if (mod == 2) memcpy(&wide, at, 4);
    return wide;
}

// False if it is none of the emulated ones.
bool decode(const greg_t* registers, Instruction& i) {
    const auto* p = (const uint8_t*)registers[REG_RIP];
    if (p[0] != 0xc4 || (p[1] & 0x1f) != 2 || (p[2] & 0x84)) return false;  // VEX of three bytes, map 0F38, W0, 128 bits
    const bool x = !(p[1] & 0x40), b = !(p[1] & 0x20);
    i = {p[2] & 3, p[3], p[4] >> 6, (p[4] >> 3) & 7, p[4] & 7, (~p[2] >> 3) & 15, 5, nullptr, 0};
    if (i.opcode != 0x49 && i.opcode != 0x4b && i.opcode != 0x5c && i.opcode != 0x5e) return false;
    if (i.mod == 3) return true;
    require(!(i.mod == 0 && i.rm == 5), "an address that is not emulated");
    int base = i.rm + 8 * b;
    if (i.rm == 4) {
        const uint8_t sib = p[i.length++];
        const int index = ((sib >> 3) & 7) + 8 * x;
        base = (sib & 7) + 8 * b;
        require(!(i.mod == 0 && (sib & 7) == 5), "an address that is not emulated");
        if (index != 4) i.step = registers[REGISTER[index]] << (sib >> 6);
    }
    i.address = (const uint8_t*)(registers[REGISTER[base]] + displacement(p + i.length, i.mod));
    i.length += i.mod == 1 ? 1 : i.mod == 2 ? 4 : 0;
    return true;
}

void configure(const uint8_t* config) {
    require(config[0] == 1 && config[1] == 0, "a palette that is not emulated");
    unit.configured = true;
    for (int t = 0; t < 8; t++) {
        Tile& tile = unit.tile[t];
        uint16_t row_bytes;
        memcpy(&row_bytes, config + 16 + 2 * t, 2);
        require(config[48 + t] <= 16 && row_bytes <= 64, "a tile larger than there are");
        tile.rows = config[48 + t], tile.row_bytes = row_bytes;
        memset(tile.data, 0, sizeof tile.data);
    }
}

float from_bf16(const uint8_t* bytes) {
    float v;
    const uint8_t wide[4] = {0, 0, bytes[0], bytes[1]};
    memcpy(&v, wide, 4);
    return v;
}

// Both members of all pairs are summed apart, from zero; then the two sums, and what was there. Products of bf16 are
// exact in fp32, so that it makes no difference here that the units fuse them with the sums.
void multiply_bf16(Tile& c, const Tile& a, const Tile& b) {
    const unsigned modes = _mm_getcsr();
    _mm_setcsr(0x1f80 | 0x8040);  // no exceptions; denormal numbers are zeros
    float weights[2][16][16];
    for (int j = 0; j < 2; j++)
        for (int g = 0; g < b.rows; g++)
            for (int n = 0; n < 16; n++) weights[j][g][n] = from_bf16(b.data[g] + 4 * n + 2 * j);
    for (int m = 0; m < c.rows; m++) {
        float apart[2][16] = {}, sum[16];
        for (int j = 0; j < 2; j++)
            for (int g = 0; g < b.rows; g++) {
                const float x = from_bf16(a.data[m] + 4 * g + 2 * j);
                for (int n = 0; n < 16; n++) apart[j][n] += x * weights[j][g][n];
            }
        memcpy(sum, c.data[m], sizeof sum);
        for (int n = 0; n < 16; n++) sum[n] += apart[0][n] + apart[1][n];
        memcpy(c.data[m], sum, (size_t)c.row_bytes);
    }
    _mm_setcsr(modes);
}

template <typename A, typename B> void multiply_int8(Tile& c, const Tile& a, const Tile& b) {
    int32_t weights[64][16];
    for (int i = 0; i < 4 * b.rows; i++)
        for (int n = 0; n < 16; n++) weights[i][n] = (B)b.data[i / 4][4 * n + i % 4];
    for (int m = 0; m < c.rows; m++) {
        uint32_t sum[16];  // which may wrap around
        memcpy(sum, c.data[m], sizeof sum);
        for (int i = 0; i < 4 * b.rows; i++)
            for (int n = 0; n < 16; n++) sum[n] += (uint32_t)((A)a.data[m][i] * weights[i][n]);
        memcpy(c.data[m], sum, (size_t)c.row_bytes);
    }
}

void multiply(const Instruction& i) {
    Tile &c = unit.tile[i.reg], &a = unit.tile[i.rm], &b = unit.tile[i.third];
    require(i.third < 8 && i.reg != i.rm && i.reg != i.third && i.rm != i.third, "tiles of a product are not different ones");
    require(a.rows == c.rows && b.row_bytes == c.row_bytes && a.row_bytes == 4 * b.rows, "tiles of a product do not fit each other");
    if (i.opcode == 0x5e && i.prefix == 1) return multiply_int8<uint8_t, int8_t>(c, a, b);
    if (i.opcode == 0x5e && i.prefix == 0) return multiply_int8<uint8_t, uint8_t>(c, a, b);
    require(i.opcode == 0x5c && i.prefix == 2, "a product that is not emulated");
    multiply_bf16(c, a, b);
}

void run(const Instruction& i) {
    if (i.opcode == 0x49 && i.mod != 3) return configure(i.address);
    require(unit.configured, "tiles are used that are not configured");
    Tile& tile = unit.tile[i.reg];
    if (i.opcode == 0x49) {
        if (i.prefix == 0) unit.configured = false;  // tilerelease
        memset(i.prefix ? tile.data : unit.tile[0].data, 0, sizeof tile.data);
    } else if (i.opcode == 0x4b) {
        for (int r = 0; r < tile.rows; r++) {
            auto* row = (uint8_t*)i.address + r * i.step;
            if (i.prefix == 3) memcpy(tile.data[r], row, (size_t)tile.row_bytes);
            else memcpy(row, tile.data[r], (size_t)tile.row_bytes);
        }
    } else multiply(i);
}

void handle(int, siginfo_t*, void* context) {
    greg_t* registers = ((ucontext_t*)context)->uc_mcontext.gregs;
    Instruction instruction;
    if (!decode(registers, instruction)) refuse("an instruction that this processor does not have, and that is not emulated");
    do {  // those that follow at once need no signal of their own
        run(instruction);
        registers[REG_RIP] += instruction.length;
    } while (decode(registers, instruction));
}

bool (*const of_the_processor)() = wavenet::has_amx;

bool emulated() {
    if (of_the_processor()) return true;
    struct sigaction action = {};
    action.sa_sigaction = handle;
    action.sa_flags = SA_SIGINFO | SA_NODEFER;
    return sigaction(SIGILL, &action, nullptr) == 0;
}

const bool installed = (wavenet::has_amx = emulated, true);

}  // namespace
