#include "cost/sparse_lines.hpp"

#include <algorithm>
#include <functional>
#include <queue>

#include "base/math.hpp"

namespace saccade {
namespace {

/// Keys go, in order, to the line that is free first; what the busiest line then has.
std::int64_t by_columns(const std::vector<std::int64_t>& columns, std::int64_t lines) {
  std::priority_queue<std::int64_t, std::vector<std::int64_t>, std::greater<>> free_at;
  for (std::int64_t line = 0; line < lines; ++line) free_at.push(0);
  std::int64_t last = 0;
  for (const std::int64_t entries : columns) {
    const std::int64_t done = free_at.top() + entries;
    free_at.pop();
    free_at.push(done);
    last = std::max(last, done);
  }
  return last;
}

}  // namespace

LineShare share_lines(const LineArray& array, std::int64_t denser_work, std::int64_t sparser_work) {
  if (denser_work == 0) return {0, array.lines};
  if (sparser_work == 0) return {array.lines, 0};
  const std::int64_t share = array.lines * denser_work / (denser_work + sparser_work);
  const std::int64_t denser = std::clamp<std::int64_t>(share, 1, array.lines - 1);
  return {denser, array.lines - denser};
}

LineWork line_work(const HeadMaps& heads, std::int64_t threshold) {
  LineWork work;
  for (const AttentionMap& map : heads) {
    for (const std::int64_t kept : map.kept_by_key()) {
      if (kept > threshold) {
        work.denser += map.queries();
      } else {
        work.columns.push_back(kept);
        work.sparser += kept;
      }
    }
  }
  return work;
}

LineRounds line_rounds(const LineWork& work, const LineShare& share, std::int64_t queries,
                       LineBalance balance) {
  LineRounds rounds;
  if (work.denser > 0) {
    rounds.denser = work.denser / queries * ceil_div(queries, share.denser);
  }
  if (work.sparser == 0) return rounds;
  rounds.sparser = balance == LineBalance::entries ? ceil_div(work.sparser, share.sparser)
                                                   : by_columns(work.columns, share.sparser);
  return rounds;
}

std::int64_t line_cycles(const LineArray& array, const LineRounds& rounds, std::int64_t depth) {
  return rounds.longest() * ceil_div(depth, array.multipliers);
}

}  // namespace saccade
