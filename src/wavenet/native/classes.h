// The last classes of a stream, as many as anything looks back, in memory for more: so they seldom move.
#pragma once
#include <cstring>

#include "types.h"

namespace wavenet {

// Room for `count` classes behind the newest. (Static: every instruction set has a copy of its own.)
static inline void make_room(const Weights& n, Stream& stream, int64_t count) {
    const int32_t* end = stream.classes + n.input_kernel_size;
    if (stream.classes_end - end >= count) return;
    std::memmove(stream.classes_begin, end - n.kept_classes, (size_t)n.kept_classes * sizeof(int32_t));
    stream.classes = stream.classes_begin + n.kept_classes - n.input_kernel_size;
}

static inline void push_class(const Weights& n, Stream& stream, int32_t newest) {
    make_room(n, stream, 1);
    stream.classes[n.input_kernel_size] = newest;
    stream.classes++;
}

}  // namespace wavenet
