#include "cost/decision.hpp"

#include <algorithm>
#include <cmath>

namespace saccade {
namespace {

using Op1 = VectorOp;

/// Stages of a sorting network over n values.
std::size_t sorting_stages(std::int64_t n) {
  std::size_t rounds = 0;
  while ((std::int64_t{1} << rounds) < n) ++rounds;
  return std::max<std::size_t>(1, rounds * (rounds + 1) / 2);
}

std::vector<std::vector<Op1>> operations(const Decide& decision, bool selects) {
  constexpr std::size_t quick_select = 4;
  switch (decision.function) {
    case DecideFunction::threshold:
      return {{Op1::maximum}};
    case DecideFunction::entropy:
      return {{Op1::maximum},
              {Op1::add, Op1::exponential, Op1::add},
              {Op1::multiply, Op1::exponential, Op1::multiply, Op1::add}};
    case DecideFunction::top_k:
      if (selects) return std::vector<std::vector<Op1>>(quick_select, {Op1::maximum});
      break;
    case DecideFunction::sort:
      break;
  }
  return std::vector<std::vector<Op1>>(sorting_stages(decision.elements), {Op1::maximum});
}

}  // namespace

double decision_cycles(const Decide& decision, const SkipController& controller, int comparators) {
  const auto n = static_cast<double>(decision.elements);
  const auto p = static_cast<double>(comparators);
  const double rounds = std::log2(std::max(2.0, n));
  switch (decision.function) {
    case DecideFunction::threshold:
      break;
    case DecideFunction::entropy:
      return n * controller.entropy_cycles / p;
    case DecideFunction::top_k:
      return 3.4 * n / p + controller.pass_overhead_cycles * (1.4 * rounds - 1) +
             static_cast<double>(decision.kept) / p;
    case DecideFunction::sort:
      return n * rounds * rounds / (2 * p);
  }
  return n / p;
}

VectorWork decision_work(const Decide& decision, const VectorUnit& unit) {
  VectorWork work;
  work.decides = true;
  work.sweeps = operations(decision, unit.controller.has_value());
  if (unit.controller) {
    work.cycles_per_element = decision_cycles(decision, *unit.controller, unit.lanes) /
                              static_cast<double>(decision.elements);
  }
  return work;
}

}  // namespace saccade
