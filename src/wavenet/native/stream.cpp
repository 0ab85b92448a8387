#include "stream.h"

#include <algorithm>

namespace wavenet {

namespace {

// Rings of rows of `row` bytes for the layers of a stack: their reach, and `room` for what one pass adds.
void lay_out_rings(Arena& arena, const Weights& w, int64_t row, int64_t room, std::vector<Ring>& rings) {
    for (int l = 0; l < w.layers; l++) {
        const int64_t dilation = w.layer[l].dilation;
        Ring& ring = rings[(size_t)l];
        ring.size = (w.kernel_size - 1) * dilation + room;
        if (ring.size > MOST_BYTES / row) throw std::length_error("more than 4 GiB");
        ring.rows = arena.take<char>(ring.size * row);
        ring.ahead = arena.take<char>(std::min<int64_t>(dilation, AHEAD) * 2 * w.D * 4);
    }
}

}  // namespace

State::State(std::shared_ptr<const Network> network, const Sampler& sampler)
    : network_(std::move(network)), sampler_(sampler), rings_((size_t)network_->config().layers) {
    for (const Context& context : network_->conditions().contexts())
        contexts_.push_back({{}, std::vector<Ring>((size_t)context.stack.layers), nullptr});
    arena_.emplace_back([&](Arena& arena) { lay_out(arena); });
    set_bias(nullptr);
}

void State::lay_out(Arena& arena) {
    const Weights& w = network_->weights();
    const auto& contexts = network_->conditions().contexts();
    const int64_t classes = 2 * w.kept_classes + MAX_COLUMNS, width = (int64_t)w.layers * 2 * w.D;
    stream_.classes_begin = arena.take<int32_t>(classes);
    stream_.classes_end = stream_.classes_begin + (stream_.classes_begin ? classes : 0);
    stream_.ring = rings_.data();
    lay_out_rings(arena, w, (int64_t)w.R * network_->layout().input_bytes, MAX_COLUMNS, rings_);
    bias_ = base_ = arena.take<float>(width);
    if (contexts.empty()) return;
    base_ = arena.take<float>(width);
    int64_t R = 0, D = 0, S = 0, taps = 0;
    for (size_t n = 0; n < contexts.size(); n++) {
        const Weights& stack = contexts[n].stack;
        lay_out_rings(arena, stack, (int64_t)stack.R * 4, 1, contexts_[n].rings);
        contexts_[n].stream.ring = contexts_[n].rings.data();
        contexts_[n].output = arena.take<float>(stack.S);
        R = std::max<int64_t>(R, stack.R), D = std::max<int64_t>(D, stack.D), S = std::max<int64_t>(S, stack.S);
        taps = std::max<int64_t>(taps, contexts[n].taps);
    }
    room_.x = arena.take<float>(R);
    room_.sums = arena.take<char>(std::max(R, 2 * D) * 4);
    room_.z = arena.take<char>(D * 4);
    room_.skip = arena.take<char>(S * 4);
    room_.residual = arena.take<char>(R * 4);
    room_.companded = arena.take<float>(taps);
}

void State::set_bias(const float* bias) {
    const Config& c = network_->config();
    const int64_t padded = network_->weights().D;
    for (int64_t l = 0; l < 2 * c.layers; l++)
        for (int64_t i = 0; i < c.dilation_channels; i++) bias_[l * padded + i] = bias ? bias[l * c.dilation_channels + i] : 0;
    // a step need not add what is nothing
    stream_.base = bias || c.condition_channels || !contexts_.empty() ? base_ : nullptr;
    sum_base();
}

void State::start_contexts() {
    for (size_t n = 0; n < contexts_.size(); n++) {
        Past& own = contexts_[n];
        network_->kernels().start_context(network_->conditions().contexts()[n], own.stream, stream_.classes_begin, room_, own.output);
    }
    sum_base();
}

int64_t State::next_frame() const {
    int64_t next = std::numeric_limits<int64_t>::max();
    for (size_t n = 0; n < contexts_.size(); n++)
        next = std::min(next, (contexts_[n].stream.time + 1) * network_->conditions().contexts()[n].pool);
    return next;
}

void State::take_frames() {
    const int32_t* end = stream_.classes + network_->config().input_kernel_size;
    for (size_t n = 0; n < contexts_.size(); n++) {
        const Context& context = network_->conditions().contexts()[n];
        Past& own = contexts_[n];
        if ((own.stream.time + 1) * context.pool > stream_.time) continue;
        network_->kernels().context(context, own.stream, end - context.pool, room_, own.output);
    }
    sum_base();
}

// In one order, whatever the context that has a new frame: the bias, then the contexts.
void State::sum_base() {
    const float* before = bias_;
    for (size_t n = 0; n < contexts_.size(); n++, before = base_)
        network_->kernels().project(network_->weights(), network_->conditions().contexts()[n].projection, before, contexts_[n].output, 1, base_);
}

Workspace::Workspace(const Network& network, int columns) {
    const Weights& w = network.weights();
    const int64_t n = columns, bytes = network.layout().input_bytes;
    arena_.emplace_back([&](Arena& arena) {
        scratch.x = arena.take<float>(n * w.R);
        scratch.sums = arena.take<char>(n * 2 * w.D * 4);
        scratch.z = arena.take<char>(n * w.D * bytes);
        scratch.skip = arena.take<char>(n * w.S * 4);
        scratch.hidden = arena.take<char>(n * std::max(w.S, w.H) * std::max<int64_t>(bytes, 2));
        scratch.residual = arena.take<char>(n * w.R * 4);
        scratch.head = arena.take<char>(n * std::max(w.H, w.Q) * 4);
        scratch.logits = arena.take<float>(n * w.Q);
        scratch.chances = arena.take<float>(w.Q);
        scratch.chance_sums = arena.take<float>(w.Q / LANES);
        scratch.order = arena.take<int32_t>(w.Q);
        scratch.history = arena.take<char>((int64_t)w.layers * w.D * bytes);
    });
}

}  // namespace wavenet
