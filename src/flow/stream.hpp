// Inferences in a row as one run: their ops summed, and their latencies.
#pragma once
#include <vector>

#include "sim/simulate.hpp"

namespace saccade {

/// Of each inference the cycles from the start of its first task to the end of its last; `ops` are
/// those of one inference after the other. The first tasks are loads of parameters, which may start
/// while the inference before is under way.
std::vector<Cycle> latencies(const std::vector<OpActivity>& ops, std::size_t inferences);

/// The activities of equal ops of all inferences as one, from the first start to the last end.
std::vector<OpActivity> summed(const std::vector<OpActivity>& ops, std::size_t inferences);

}  // namespace saccade
