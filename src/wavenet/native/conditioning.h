// What conditions a network beyond a bias: projections into every layer, and context stacks. Packed once at load, apart
// from the weights that every step reads.
#pragma once
#include "stack.h"

namespace wavenet {

class ConditioningWeights {
public:
    ConditioningWeights(const Config& config, const Tensors& tensors, const Layout& fp32);
    ConditioningWeights(const ConditioningWeights&) = delete;

    const Projection& local() const { return local_; }  // without a matrix where there is none
    const std::vector<Context>& contexts() const { return contexts_; }

private:
    friend class ConditioningPacking;
    Projection local_{};
    std::vector<Context> contexts_;
    std::vector<std::vector<Matrix>> projections_;  // the local one, then those of the contexts
    std::vector<StackStorage> stacks_;              // of each context
    std::vector<Arena> arena_;
};

}  // namespace wavenet
