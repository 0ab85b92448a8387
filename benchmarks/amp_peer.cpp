// Times NeuralAmpModelerCore on the blocks that benchmarks/amp.py times wavenet on. Built against its sources, CORE:
//
//   g++ -std=c++20 -Ofast -march=native -DNDEBUG -DNAM_ENABLE_A2_FAST -I CORE -I CORE/Dependencies/nlohmann
//       -I /usr/include/eigen3 benchmarks/amp_peer.cpp CORE/NAM/*.cpp CORE/NAM/wavenet/*.cpp -o peer
//
// Usage: peer MODEL QUALITY BLOCK FAST_TANH < samples (float32) > seconds of each block (float64)
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <vector>

#include "NAM/activations.h"
#include "NAM/dsp.h"
#include "NAM/get_dsp.h"
#include "NAM/slimmable.h"

int main(int count, char** words) {
    if (count != 5) return 2;
    const double quality = std::atof(words[2]);
    const int block = std::atoi(words[3]);
    if (std::atoi(words[4])) nam::activations::Activation::enable_fast_tanh();
    const std::unique_ptr<nam::DSP> model = nam::get_dsp(std::filesystem::path(words[1]));
    if (auto* sized = dynamic_cast<nam::SlimmableModel*>(model.get())) sized->SetSlimmableSize(quality);
    model->Reset(48000, block);
    std::vector<double> in((size_t)block), out((size_t)block), seconds;
    std::vector<float> read((size_t)block);
    while (std::fread(read.data(), sizeof(float), (size_t)block, stdin) == (size_t)block) {
        std::copy(read.begin(), read.end(), in.begin());
        double *from = in.data(), *to = out.data();
        const auto start = std::chrono::steady_clock::now();
        model->process(&from, &to, block);
        seconds.push_back(std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
    }
    return std::fwrite(seconds.data(), sizeof(double), seconds.size(), stdout) == seconds.size() ? 0 : 1;
}
