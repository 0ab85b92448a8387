// What the Python module is made of: arrays, streams that one call at a time may use, and Ctrl-C.
#pragma once
#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>

#include <atomic>
#include <chrono>
#include <thread>

#include "engine.h"
#include "isa.h"

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

inline const Kernels& kernels_named(const std::string& isa) {
    const Kernels* kernels = find_kernels(isa);
    if (!kernels) throw std::invalid_argument("no such instruction set here: " + isa);
    return *kernels;
}

// The tensors of a dictionary by their names, as arrays in `kept`.
template <typename T = float> inline TensorsOf<T> tensors_in(const nb::dict& tensors, std::vector<nb::object>& kept) {
    return [&tensors, &kept](const std::string& name, const std::vector<int64_t>& shape) {
        if (!tensors.contains(name.c_str())) throw std::invalid_argument("tensor " + name + " is missing");
        kept.push_back(tensors[name.c_str()]);
        In<T> tensor;
        const char* kind = std::is_same_v<T, float> ? "float32" : "int8";
        if (!nb::try_cast(kept.back(), tensor, false)) throw std::invalid_argument("tensor " + name + " is not " + kind + " and contiguous");
        bool same = tensor.ndim() == shape.size();
        for (size_t i = 0; same && i < shape.size(); i++) same = (int64_t)tensor.shape(i) == shape[i];
        if (!same) throw std::invalid_argument("tensor " + name + " has another shape than the settings say");
        return tensor.data();
    };
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

// Where Python has ended, a thread that asks for its lock waits for ever, as Python 3.14 makes it. Earlier versions end
// the thread there, through the frames of C++ and their destructors, which ends the whole process by an abort.
template <typename Ask> inline void unless_ended(Ask ask) {
    try {
        ask();
    } catch (...) {
        for (;;) std::this_thread::sleep_for(std::chrono::hours(1));
    }
}

// While it lives, other threads may run Python.
class Released {
public:
    Released() : thread_(PyEval_SaveThread()) {}
    ~Released() {
        unless_ended([this] { PyEval_RestoreThread(thread_); });
    }
    Released(const Released&) = delete;

private:
    PyThreadState* thread_;
};

// While it lives, this thread may run Python.
class Acquired {
public:
    Acquired() {
        unless_ended([this] { lock_ = PyGILState_Ensure(); });
    }
    ~Acquired() { PyGILState_Release(lock_); }
    Acquired(const Acquired&) = delete;

private:
    PyGILState_STATE lock_;
};

inline void check_signals() {
    Acquired python;
    if (PyErr_CheckSignals()) throw nb::python_error();
}

// Adds Encoder and Decoder, and what a stream does with them.
void add_coder(nb::module_& m, nb::class_<Handle>& state);

// Adds synthesise and full_band.
void add_decoding(nb::module_& m);

// Adds what training computes here.
void add_gates(nb::module_& m);

// Adds ResidualNetwork.
void add_residual(nb::module_& m);

// Adds Amp, and `activate` for tests.
void add_amp(nb::module_& m);
