#include "stream.h"

#include <algorithm>

namespace wavenet {

namespace {

// Rings of rows of `row` bytes for the layers of a stack: their reach, and `room` for what one pass adds.
void lay_out_rings(Arena& arena, const Stack& stack, int64_t row, int64_t room, std::vector<Ring>& rings) {
    for (int l = 0; l < stack.layers; l++) {
        const int64_t dilation = stack.layer[l].dilation;
        Ring& ring = rings[(size_t)l];
        ring.size = (stack.kernel_size - 1) * dilation + room;
        if (ring.size > MOST_BYTES / row) throw std::length_error("more than 4 GiB");
        ring.rows = arena.take<char>(ring.size * row);
        ring.ahead = arena.take<char>(std::min<int64_t>(dilation, AHEAD) * 2 * stack.D * 4);
    }
}

// For so many columns; `z_rows` of z, which are more where a single step keeps those of every layer.
void lay_out_scratch(Arena& arena, int R, int D, int S, int64_t columns, int64_t z_rows, int64_t input_bytes, StackScratch& to) {
    to.x = arena.take<float>(columns * R);
    to.sums = arena.take<char>(columns * 2 * D * 4);
    to.z = arena.take<char>(z_rows * D * input_bytes);
    to.skip = arena.take<char>(columns * S * 4);
    to.residual = arena.take<char>(columns * R * 4);
}

}  // namespace

State::State(std::shared_ptr<const Network> network, const Sampler& sampler)
    : network_(std::move(network)), sampler_(sampler), rings_((size_t)network_->config().layers) {
    for (const Context& context : network_->conditioning().contexts())
        contexts_.push_back({{}, std::vector<Ring>((size_t)context.stack.layers), nullptr});
    arena_.emplace_back([&](Arena& arena) { lay_out(arena); });
    set_bias(nullptr);
}

void State::lay_out(Arena& arena) {
    const Stack& stack = network_->weights().stack;
    Classes& classes = stream_.classes;
    classes.input_kernel_size = network_->config().input_kernel_size;
    classes.kept = network_->kept_classes();
    const int64_t room = 2 * classes.kept + MAX_COLUMNS;
    classes.begin = arena.take<int32_t>(room);
    classes.end = classes.begin + (classes.begin ? room : 0);
    stream_.past.ring = rings_.data();
    lay_out_rings(arena, stack, (int64_t)stack.R * network_->layout().input_bytes, MAX_COLUMNS, rings_);
    bias_ = base_ = arena.take<float>(network_->gate_width());
    if (!contexts_.empty()) lay_out_contexts(arena);
}

void State::lay_out_contexts(Arena& arena) {
    const auto& contexts = network_->conditioning().contexts();
    base_ = arena.take<float>(network_->gate_width());
    int R = 0, D = 0, S = 0, taps = 0;
    for (size_t n = 0; n < contexts.size(); n++) {
        const Stack& stack = contexts[n].stack;
        lay_out_rings(arena, stack, (int64_t)stack.R * 4, 1, contexts_[n].rings);
        contexts_[n].past.ring = contexts_[n].rings.data();
        contexts_[n].output = arena.take<float>(stack.S);
        R = std::max(R, stack.R), D = std::max(D, stack.D), S = std::max(S, stack.S), taps = std::max(taps, contexts[n].taps);
    }
    lay_out_scratch(arena, R, D, S, 1, 1, 4, room_.stack);
    room_.companded = arena.take<float>(taps);
    room_.filtered = arena.take<float>(R);
}

void State::set_bias(const float* bias) {
    const Config& c = network_->config();
    const int64_t padded = network_->weights().stack.D;
    for (int64_t l = 0; l < 2 * c.layers; l++)
        for (int64_t i = 0; i < c.dilation_channels; i++) bias_[l * padded + i] = bias ? bias[l * c.dilation_channels + i] : 0;
    // a step need not add what is nothing
    stream_.base = bias || c.local_channels || !contexts_.empty() ? base_ : nullptr;
    sum_base();
}

void State::silence(int32_t quiet) {
    Classes& classes = stream_.classes;
    std::fill_n(classes.begin, classes.kept, quiet);
    classes.convolved = classes.begin + classes.kept - classes.input_kernel_size;
    stream_.past.time = 0;
    for (size_t n = 0; n < contexts_.size(); n++) {
        ContextState& own = contexts_[n];
        network_->kernels().start_context(network_->conditioning().contexts()[n], own.past, classes.begin, room_, own.output);
    }
    sum_base();
}

int64_t State::next_frame() const {
    int64_t next = std::numeric_limits<int64_t>::max();
    for (size_t n = 0; n < contexts_.size(); n++) next = std::min(next, (contexts_[n].past.time + 1) * network_->conditioning().contexts()[n].pool);
    return next;
}

void State::take_frames() {
    const int32_t* end = stream_.classes.convolved + stream_.classes.input_kernel_size;
    for (size_t n = 0; n < contexts_.size(); n++) {
        const Context& context = network_->conditioning().contexts()[n];
        ContextState& own = contexts_[n];
        if ((own.past.time + 1) * context.pool > time()) continue;
        network_->kernels().context(context, own.past, end - context.pool, room_, own.output);
    }
    sum_base();
}

// In one order, whatever the context that has a new frame: the bias, then the contexts.
void State::sum_base() {
    const float* before = bias_;
    for (size_t n = 0; n < contexts_.size(); n++, before = base_)
        network_->kernels().project(network_->weights().stack, network_->conditioning().contexts()[n].projection, before, contexts_[n].output, 1,
                                    base_);
}

Workspace::Workspace(const Network& network, int columns) {
    const Weights& w = network.weights();
    const Stack& stack = w.stack;
    const int64_t n = columns, bytes = network.layout().input_bytes;
    arena_.emplace_back([&](Arena& arena) {
        lay_out_scratch(arena, stack.R, stack.D, stack.S, n, columns == 1 ? stack.layers : 2 * n, bytes, scratch.stack);
        scratch.head.inputs = arena.take<char>(n * std::max(stack.S, w.H) * std::max<int64_t>(bytes, 2));
        scratch.head.sums = arena.take<char>(n * std::max(w.H, w.Q) * 4);
        scratch.head.logits = arena.take<float>(n * w.Q);
        scratch.sampling.probabilities = arena.take<float>(w.Q);
        scratch.sampling.sums = arena.take<float>(w.Q / LANES);
        scratch.sampling.order = arena.take<int32_t>(w.Q);
        scratch.sampling.weights = arena.take<double>(w.Q);
    });
}

}  // namespace wavenet
