#include "sim/shared_link.hpp"

#include <algorithm>
#include <cmath>

namespace saccade {
namespace {

/// Sums of shares are no whole numbers of cycles to the last digit.
constexpr double kRounding = 1e-6;

Cycle whole_cycles(double cycles) { return static_cast<Cycle>(std::ceil(cycles - kRounding)); }

}  // namespace

/// Lets a step end at `end`, with another of the same share from there on.
void SharedLink::end_step(std::size_t step, Cycle end) {
  if (step + 1 < steps_.size() && steps_[step + 1].at == end) return;
  steps_.insert(steps_.begin() + static_cast<std::ptrdiff_t>(step) + 1, {end, steps_[step].taken});
}

/// Forgets what is before `now`, and makes `start` the beginning of a step; returns which.
std::size_t SharedLink::begin_step(Cycle now, Cycle start) {
  std::size_t past = 0;
  while (past < steps_.size() && steps_[past].at <= now) ++past;
  if (past == 0) {
    steps_.insert(steps_.begin(), {now, 0});
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

Cycle SharedLink::pass(Cycle now, Cycle start, Cycle duration, double demand) {
  const Cycle alone = start + std::max(duration, whole_cycles(demand));
  if (demand <= kRounding) return alone;
  const double rate = demand / static_cast<double>(alone - start);
  for (std::size_t i = begin_step(now, start);; ++i) {
    const double given = std::min(rate, 1 - steps_[i].taken);
    const bool last = i + 1 == steps_.size();
    const double room =
        last ? demand : given * static_cast<double>(steps_[i + 1].at - steps_[i].at);
    if (!last && room + kRounding < demand) {
      steps_[i].taken += given;
      demand -= room;
      continue;
    }
    Cycle end = steps_[i].at + std::max<Cycle>(1, whole_cycles(demand / given));
    if (!last) end = std::min(end, steps_[i + 1].at);
    end_step(i, end);
    steps_[i].taken += demand / static_cast<double>(end - steps_[i].at);
    return std::max(alone, end);
  }
}

}  // namespace saccade
