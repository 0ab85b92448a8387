// What conditions a network beyond a bias: projections into every layer, and context stacks. Packed once at load, apart
// from the weights that every step reads.
#pragma once
#include "arena.h"
#include "config.h"

namespace wavenet {

class Conditions {
public:
    Conditions(const Config& config, const Tensors& tensors, const Layout& fp32);
    Conditions(const Conditions&) = delete;

    const Projection& local() const { return local_; }   // without a matrix where there is none
    const std::vector<Context>& contexts() const { return contexts_; }

private:
    friend class ConditionPacker;
    Projection local_{};
    std::vector<Context> contexts_;
    std::vector<std::vector<Matrix>> projections_;   // the local one, then those of the contexts
    std::vector<std::vector<Layer>> layers_;         // of each context
    std::vector<std::vector<Matrix>> taps_;          // of all its layers
    std::vector<Arena> arena_;
};

}  // namespace wavenet
