#include "config.h"

#include <stdexcept>

namespace wavenet {

namespace {

constexpr int LIMIT = 65536;  // of every size
constexpr size_t MOST_CONTEXTS = 1024;

void require(bool condition, const char* message) {
    if (!condition) throw std::invalid_argument(message);
}

void check_stack(const StackConfig& s) {
    for (int value : {s.layers, s.kernel_size, s.residual_channels, s.dilation_channels, s.skip_channels})
        require(value >= 1 && value <= LIMIT, "every size must be between 1 and 65536");
    require(s.dilations.size() == (size_t)s.layers, "there must be one dilation for each layer");
    for (int64_t d : s.dilations) require(d >= 1 && d <= (int64_t{1} << 30), "dilations must be between 1 and 2^30");
    // int32 sums: 255 · 127 · inputs must stay below 2^31
    require((int64_t)s.kernel_size * s.residual_channels <= LIMIT && (int64_t)s.layers * s.dilation_channels <= LIMIT,
            "kernel_size · residual_channels and layers · dilation_channels must be at most 65536");
    require((int64_t)s.layers * s.kernel_size <= LIMIT, "layers · kernel_size must be at most 65536");
}

int outputs_of(const Config& c) {
    switch (c.distribution) {
        case Distribution::softmax: return c.quantization_channels;
        case Distribution::logistics: return (c.components > 1 ? 3 : 2) * c.components;
        case Distribution::gaussian: return 2;
        case Distribution::mcgsm: return (c.components * c.scales > 1 ? 2 : 1) * c.components * c.scales + c.components;
    }
    return 0;
}

}  // namespace

void check(const Config& c) {
    check_stack(c);
    for (int value : {c.input_kernel_size, c.head_channels, c.quantization_channels, c.output_channels})
        require(value >= 1 && value <= LIMIT, "every size must be between 1 and 65536");
    for (int value : {c.components, c.scales}) require(value >= 1 && value <= 1024, "components and scales must be between 1 and 1024");
    require(c.output_channels == outputs_of(c), "output_channels are not those of the distribution");
    require(c.local_channels >= 0 && c.local_channels <= LIMIT, "local_channels must be between 0 and 65536");
    require(c.contexts.size() <= MOST_CONTEXTS, "there must be at most 1024 contexts");
    for (const ContextConfig& context : c.contexts) {
        check_stack(context);
        for (int value : {context.pool, context.taps}) require(value >= 1 && value <= LIMIT, "pool and taps must be between 1 and 65536");
        require(context.pool % context.taps == 0, "pool must be a multiple of taps");
    }
}

}  // namespace wavenet
