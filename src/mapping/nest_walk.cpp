#include "mapping/nest_walk.hpp"

#include <algorithm>

namespace saccade {

NestWalk::NestWalk(Nest nest) : nest_(std::move(nest)), states_(nest_.loops.size()) { restart(); }

void NestWalk::restart() { enter(0); }

/// Sets this loop and those inside of it to their first steps.
void NestWalk::enter(std::size_t loop) {
  ++steps_;
  for (std::size_t i = loop; i < states_.size(); ++i) {
    const Dim dim = nest_.loops[i].dim;
    State& state = states_[i];
    state.begin = 0;
    state.end = extent(nest_.size, dim);
    for (std::size_t outer = i; outer-- > 0;) {
      if (nest_.loops[outer].dim != dim) continue;
      state.begin = states_[outer].at;
      state.end = std::min(states_[outer].end, state.begin + nest_.loops[outer].tile);
      break;
    }
    state.at = state.begin;
    state.epoch = steps_;
  }
}

bool NestWalk::last(std::size_t loop) const {
  return states_[loop].at + nest_.loops[loop].tile >= states_[loop].end;
}

bool NestWalk::next() {
  for (std::size_t loop = states_.size(); loop-- > 0;) {
    if (last(loop)) continue;
    states_[loop].at += nest_.loops[loop].tile;
    enter(loop + 1);
    states_[loop].epoch = steps_;
    return true;
  }
  restart();
  return false;
}

std::int64_t NestWalk::at(Dim dim) const {
  for (std::size_t loop = states_.size(); loop-- > 0;) {
    if (nest_.loops[loop].dim == dim) return states_[loop].at;
  }
  return 0;
}

std::int64_t NestWalk::epoch(std::size_t loops) const {
  return loops == 0 ? 0 : states_[loops - 1].epoch;
}

}  // namespace saccade
