// What the Python module is made of: arrays, streams that one call at a time may use, and Ctrl-C.
#pragma once
#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>

#include <atomic>

#include "engine.h"

namespace nb = nanobind;
using namespace nb::literals;
using namespace wavenet;

template <typename T, typename... Shape> using In = nb::ndarray<const T, nb::numpy, nb::c_contig, nb::device::cpu, Shape...>;
using Vector = nb::ndim<1>;
using Table = nb::ndim<2>;

// A new numpy array over memory that it owns.
template <typename T> inline nb::ndarray<nb::numpy, T> array(std::unique_ptr<T[]> data, std::initializer_list<size_t> shape) {
    T* p = data.release();
    nb::capsule owner(p, [](void* q) noexcept { delete[] static_cast<T*>(q); });
    return nb::ndarray<nb::numpy, T>(p, shape, owner);
}

// A state and whether a call is at work on it.
struct Handle {
    std::shared_ptr<const Network> network;
    State state;
    std::atomic<bool> busy{false};
    Handle(std::shared_ptr<const Network> n, const Sampler& sampler) : network(n), state(n, sampler) {}
};

// Holds states for one call, so that no other call, and no second mention in the same one, can touch them.
class Busy {
public:
    void take(Handle& handle) {
        if (handle.busy.exchange(true)) throw std::invalid_argument("this stream is at work in another call, or named twice");
        held_.push_back(&handle);
    }
    ~Busy() {
        for (Handle* handle : held_) handle->busy = false;
    }

private:
    std::vector<Handle*> held_;
};

inline void check_signals() {
    nb::gil_scoped_acquire gil;
    if (PyErr_CheckSignals()) throw nb::python_error();
}

// Adds Encoder and Decoder, and what a stream does with them.
void add_coder(nb::module_& m, nb::class_<Handle>& state);
