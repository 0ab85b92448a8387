#include "stream.h"

#include <algorithm>

namespace wavenet {

State::State(std::shared_ptr<const Network> network, const Sampler& sampler, const float* bias)
    : network_(std::move(network)), sampler_(sampler) {
    const Config& c = network_->config();
    const Weights& w = network_->weights();
    const int64_t row = (int64_t)w.R * network_->layout().input_bytes;
    rings_.resize((size_t)c.layers);
    arena_.emplace_back([&](Arena& arena) {
        stream_.classes = arena.take<int32_t>(c.input_kernel_size);
        stream_.ring = rings_.data();
        for (int l = 0; l < c.layers; l++) {
            Ring& ring = rings_[(size_t)l];
            // the reach of the layer, and room for a pass of columns that all belong to this stream
            ring.size = (c.kernel_size - 1) * c.dilations[(size_t)l] + MAX_COLUMNS;
            if (ring.size > MOST_BYTES / row) throw std::length_error("more than 4 GiB");
            ring.rows = arena.take<char>(ring.size * row);
            ring.ahead = arena.take<char>(std::min<int64_t>(c.dilations[(size_t)l], AHEAD) * 2 * w.D * 4);
        }
        if (!bias) return;
        float* padded_bias = arena.take<float>((int64_t)c.layers * 2 * w.D);
        for (int l = 0; padded_bias && l < 2 * c.layers; l++)
            std::copy_n(bias + (int64_t)l * c.dilation_channels, c.dilation_channels, padded_bias + (int64_t)l * w.D);
        stream_.bias = padded_bias;
    });
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
