#include "sim/shared_link.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace saccade {
namespace {

/// Sums of shares are no whole numbers of cycles to the last digit.
constexpr double kRounding = 1e-6;

Cycle whole_cycles(double cycles) { return static_cast<Cycle>(std::ceil(cycles - kRounding)); }

}  // namespace

/// Lets a step end at `end`, with another of the same shares from there on.
void SharedLink::end_step(std::size_t step, Cycle end) {
  if (step + 1 < steps_.size() && steps_[step + 1].at == end) return;
  Step next = steps_[step];
  next.at = end;
  steps_.insert(steps_.begin() + static_cast<std::ptrdiff_t>(step) + 1, next);
}

/// Forgets what is before `now`, and makes `start` the beginning of a step; returns which.
std::size_t SharedLink::begin_step(Cycle now, Cycle start) {
  std::size_t past = 0;
  while (past < steps_.size() && steps_[past].at <= now) ++past;
  if (past == 0) {
    steps_.insert(steps_.begin(), {now, 0, 0});
  } else {
    steps_.erase(steps_.begin(), steps_.begin() + static_cast<std::ptrdiff_t>(past - 1));
    steps_.front().at = now;
  }
  std::size_t step = 0;
  while (step + 1 < steps_.size() && steps_[step + 1].at <= start) ++step;
  if (steps_[step].at == start) return step;
  end_step(step, start);
  return step + 1;
}

double SharedLink::free(const Step& step, Claim claim) const {
  return 1 - step.first - (claim == Claim::first ? 0 : step.rest);
}

/// Gives away a share of a step that ends at `end`.
void SharedLink::give(std::size_t index, Cycle end, double share, Claim claim) {
  Step& step = steps_[index];
  if (claim == Claim::rest) {
    step.rest += share;
    return;
  }
  step.first += share;
  const double lost = std::min(step.rest, step.first + step.rest - 1);
  if (lost <= 0) return;
  step.rest -= lost;
  owed_ += lost * static_cast<double>(end - step.at);
}

Cycle SharedLink::pass(Cycle now, Cycle start, Cycle duration, double demand, Claim claim) {
  Cycle end = start + std::max(duration, whole_cycles(demand));
  if (demand <= kRounding) return end;
  if (claim == Claim::rest) demand += std::exchange(owed_, 0.0);
  const double rate = demand / static_cast<double>(end - start);
  for (std::size_t i = begin_step(now, start); demand > kRounding; ++i) {
    const bool last = i + 1 == steps_.size();
    const double share = std::min(rate, free(steps_[i], claim));
    if (!last && share * static_cast<double>(steps_[i + 1].at - steps_[i].at) < demand) {
      const Cycle next = steps_[i + 1].at;
      demand -= share * static_cast<double>(next - steps_[i].at);
      give(i, next, share, claim);
      end = std::max(end, next);
      continue;
    }
    const Cycle over = steps_[i].at + std::max<Cycle>(1, whole_cycles(demand / share));
    end_step(i, over);
    give(i, over, demand / static_cast<double>(over - steps_[i].at), claim);
    return std::max(end, over);
  }
  return end;
}

}  // namespace saccade
