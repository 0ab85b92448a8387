// Mixtures of logistic or normal densities over linear classes: what outputs/mixture.py describes, in double.
//
// Samples are drawn with exponentials and logarithms of our own: those of libraries differ in the last bit, and int8
// draws the same samples on every machine. Only log-probabilities use the library's.
#pragma once
#include <math.h>

#include "vec.h"
#include "types.h"

namespace {

using wavenet::Distribution;
using wavenet::Weights;

struct Mixture {
    int means, scales;  // M = means · scales densities
    bool normal;        // otherwise logistic
    int densities() const { return means * scales; }
    int gates() const { return densities() > 1 ? densities() : 0; }
};

INLINE Mixture mixture_of(const Weights& n) {
    switch (n.distribution) {
        case Distribution::logistics: return {n.components, 1, false};
        case Distribution::mcgsm: return {n.components, n.scales, true};
        default: return {1, 1, true};
    }
}

// --- exponential and logarithm ----------------------------------------------------------------------------------------

constexpr double LN2_HIGH = 0x1.62e42feep-1, LN2_LOW = 0x1.a39ef35793c76p-33;  // the upper 32 bits of ln 2, and the rest

// e^x within 1e-15 of its value; 0 below -700, and for a NaN.
inline double exponential_of(double x) {
    if (!(x > -700.0)) return 0.0;
    if (x > 700.0) x = 700.0;
    const int n = (int)(x * 1.4426950408889634 + (x < 0 ? -0.5 : 0.5));
    const double r = (x - n * LN2_HIGH) - n * LN2_LOW;
    double sum = 1.0;
    for (int i = 13; i > 0; i--) sum = 1.0 + sum * r / i;
    const uint64_t power = (uint64_t)(n + 1023) << 52;
    double scale;
    memcpy(&scale, &power, 8);
    return sum * scale;
}

// ln x within 1e-15, for positive normal numbers: x = m 2^e with m near 1, and ln m = 2 artanh((m - 1) / (m + 1)).
inline double logarithm_of(double x) {
    uint64_t bits;
    memcpy(&bits, &x, 8);
    int e = (int)(bits >> 52) - 1023;
    bits = (bits & 0xfffffffffffffu) | 0x3ff0000000000000u;
    double m;
    memcpy(&m, &bits, 8);
    if (m > 1.4142135623730951) m *= 0.5, e++;
    const double s = (m - 1.0) / (m + 1.0), square = s * s;
    double sum = 0.0;
    for (int i = 21; i > 0; i -= 2) sum = sum * square + 1.0 / i;
    return e * LN2_HIGH + (e * LN2_LOW + 2.0 * s * sum);
}

// --- the densities ----------------------------------------------------------------------------------------------------

// The coefficients are those that scripts/fit_normal.py prints.
constexpr double SCALED[21] = {
    1.0811171617207895,      -0.04686969163605152,   -0.06485736369366452,   0.04307174377681822,     -0.015720635975333127,   0.003782627507116967,
    -0.0005499814392095204,  1.7027241788375547e-05, 1.0968036939639928e-05, -1.7706833454259567e-06, -1.5004553625720394e-07, 6.606423696765881e-08,
    1.399288075815513e-09,   -2.357546622270024e-09, -4.077881854233966e-12, 9.057872023567548e-11,   9.560931892886923e-13,   -3.750569651583582e-12,
    -1.6854539477362007e-13, 1.5961033058476675e-13, 1.8097879307048532e-14};
constexpr double QUANTILE[17] = {
    -3.82706865666337,      -4.153065917858267,      -0.3468519979115271,    -0.017209703919067856,  0.0030544480068998357,  -0.000497962462705746,
    7.714316257613181e-05,  -1.240623532641973e-05,  2.3561636503661855e-06, -5.418489918136845e-07, 1.3394376487140843e-07, -3.195555089216193e-08,
    7.1088316653071115e-09, -1.5016397788758628e-09, 3.163074305168415e-10,  -6.963523012404438e-11, 1.5410451547063514e-11};
constexpr double CENTRE = 3.0, SQRT_PI = 1.7724538509055159, SQRT_HALF = 0.7071067811865476;
constexpr double LOW = 1.085085260482085, HIGH = 2.949576240750525;  // (2 ln 2)^(1/4), and the root of the largest r
constexpr double MEAN_UNIT = 1.0 / 32;                               // what a mean of 1 in the logits is worth
constexpr double LEAST = 0x1p-54, MOST = 1.0 - 0x1p-53;              // of probabilities that have quantiles

template <int N> INLINE double chebyshev(const double (&c)[N], double x) {
    double b0 = c[N - 1], b1 = 0.0;
    for (int i = N - 2; i > 0; i--) {
        const double next = c[i] + 2.0 * x * b0 - b1;
        b1 = b0, b0 = next;
    }
    return c[0] + x * b0 - b1;
}

// Where the distribution function of a density reaches p.
inline double quantile(bool normal, double p) {
    if (!(p > LEAST)) p = LEAST;
    if (p > MOST) p = MOST;
    if (!normal) return logarithm_of(p) - logarithm_of(1.0 - p);
    const double r = sqrt(-2.0 * logarithm_of(p < 0.5 ? p : 1.0 - p));
    const double below = chebyshev(QUANTILE, (2.0 * sqrt(r) - (LOW + HIGH)) / (HIGH - LOW));
    return p > 0.5 ? -below : below;
}

// (1 - F(z)) e^(z²/2) of the normal distribution, z ≥ 0.
inline double scaled_tail(double z) {
    z *= SQRT_HALF;
    return 0.5 * chebyshev(SCALED, (z - CENTRE) / (z + CENTRE)) / (1.0 + SQRT_PI * z);
}

INLINE double positive(double x) { return x > 1e-300 ? x : 1e-300; }

// ln(1 + e^x)
INLINE double softplus(double x) { return (x > 0 ? x : 0.0) + log1p(exp(-fabs(x))); }

inline double log_below(bool normal, double z) {
    if (!normal) return -softplus(-z);
    const double tail = scaled_tail(fabs(z)), square = z * z / 2;
    return z > 0 ? log1p(-tail * exp(-square)) : log(tail) - square;
}

// Of what lies between t - w/2 and t + w/2; outputs/logistic.py and outputs/normal.py explain the forms.
inline double log_mass(bool normal, double t, double w) {
    if (!normal) return log(-expm1(-w)) - softplus(-t - w / 2) - softplus(t - w / 2);
    t = fabs(t);
    const double a = t - w / 2, b = t + w / 2, tail_a = scaled_tail(fabs(a)), tail_b = scaled_tail(b), square = a * a / 2;
    if (a > 0) return log(positive(tail_a - tail_b * exp(-t * w))) - square;
    return log(positive(1.0 - tail_a * exp(-square) - tail_b * exp(-b * b / 2)));
}

// --- the mixture --------------------------------------------------------------------------------------------------------

// The log scale of a density, within bounds; a NaN becomes the lower one.
INLINE double log_scale_of(const Weights& n, const float* log_scales, int i) {
    const double least = n.least_log_scale, value = (double)log_scales[i];
    return value > least ? (value < 3.0 ? value : 3.0) : least;
}

// The class of a value; of a NaN, 0.
INLINE int nearest(const Weights& n, double x) {
    const double k = x * (n.classes / 2.0) + n.classes / 2 + 0.5;
    return k > 0 ? (k < n.classes ? (int)k : n.classes - 1) : 0;
}

inline int largest(const float* values, int n) {
    int best = 0;
    for (int i = 1; i < n; i++)
        if (values[i] > values[best]) best = i;
    return best;
}

// `weights` has room for one of each density.
int sample_mixture(const Weights& n, const float* gates, double temperature, bool coldest, double uniform, double* weights) {
    const Mixture m = mixture_of(n);
    const int count = m.gates();
    const float *means = gates + count, *log_scales = means + m.means;
    const int best = largest(gates, count);
    if (coldest) return nearest(n, MEAN_UNIT * (double)means[best / m.scales]);
    double sum = 0.0, before = 0.0, p = uniform;
    int chosen = 0;
    if (count) {
        for (int i = 0; i < count; i++) sum += weights[i] = exponential_of(((double)gates[i] - (double)gates[best]) / temperature);
        const double reached = uniform * sum;
        while (chosen < count - 1 && !(before + weights[chosen] > reached)) before += weights[chosen++];
        p = (reached - before) / weights[chosen];
    }
    const double scale = temperature * exponential_of(log_scale_of(n, log_scales, chosen));
    return nearest(n, MEAN_UNIT * (double)means[chosen / m.scales] + scale * quantile(m.normal, p));
}

float log_mixture(const Weights& n, const float* gates, int target) {
    const Mixture m = mixture_of(n);
    const int count = m.gates(), half = n.classes / 2;
    const float *means = gates + count, *log_scales = means + m.means;
    const double x = 2.0 * (target - half) / n.classes;
    const double most_gate = count ? (double)gates[largest(gates, count)] : 0.0;
    double all = 0.0, most = -1e300, sum = 0.0;  // of the gates; of the joint logarithms, of which sum is relative to the most
    for (int i = 0; i < m.densities(); i++) {
        const double gate = count ? (double)gates[i] - most_gate : 0.0;
        const double inverse = exp(-log_scale_of(n, log_scales, i));
        const double t = (x - MEAN_UNIT * (double)means[i / m.scales]) * inverse, w = 2.0 / n.classes * inverse;
        double joint = gate;
        if (target == 0) joint += log_below(m.normal, t + w / 2);
        else if (target == n.classes - 1) joint += log_below(m.normal, w / 2 - t);
        else joint += log_mass(m.normal, t, w);
        all += exp(gate);
        if (joint > most) sum = sum * exp(most - joint) + 1.0, most = joint;
        else sum += exp(joint - most);
    }
    return (float)(most + log(sum) - log(all));
}

}  // namespace
