// What run-time decisions cost: on a skip controller by its comparators, elsewhere as vector work.
#pragma once
#include "cost/vector.hpp"

namespace saccade {

/// Cycles of a decision over `elements` values on `comparators`. Thresholds take n / p, entropies
/// `entropy_cycles` times as many. The k largest of n are found by quick-select, each pass of which
/// costs its values over p and `pass_overhead_cycles`: 3.4 n / p + overhead (1.4 log2 n - 1), which
/// lies within 5 % of the mean of simulated runs of SpAtten's top-k engine (Wang et al., HPCA 2021;
/// random pivots, k = n / 2, p = 16, n = 64 to 1024), and k / p to hand them out. A sorting network
/// (Batcher, AFIPS 1968) compares n (log2 n)^2 / 2 pairs.
double decision_cycles(const Decide& decision, const SkipController& controller, int comparators);

/// The operations that it makes: comparisons; softmax and the sum of p log p, whose logarithm costs
/// what an exponential does (both are tables or polynomials of one degree); 3.4 comparisons a
/// value, rounded up, of a top_k on a skip controller, the stages of a sorting network elsewhere.
VectorWork decision_work(const Decide& decision, const VectorUnit& unit);

}  // namespace saccade
