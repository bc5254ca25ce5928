// Cycles of sparse attention on lines of multipliers that are divided between a denser and a
// sparser engine, as ViTCoD has them (You et al., HPCA 2023).
#pragma once
#include <cstdint>
#include <vector>

#include "workload/mask.hpp"

namespace saccade {

/// `lines` dot-product units of `multipliers` each.
struct LineArray {
  std::int64_t lines = 64;
  std::int64_t multipliers = 8;
};

/// Lines of the two engines; together those of the array.
struct LineShare {
  std::int64_t denser = 0, sparser = 0;
};

/// In proportion to work, rounded down for the denser engine, at least one line each where there is
/// work; all for the sparser one where there are no global columns.
LineShare share_lines(const LineArray& array, std::int64_t denser_work, std::int64_t sparser_work);

/// How the sparser engine's entries reach its lines. entries: any line takes any next entry.
/// columns: a line holds a key, its queries pass, and the line that is free first takes the next
/// key.
enum class LineBalance { entries, columns };

/// Dot products of the maps of a block's heads, one after the other: the denser engine takes the
/// columns that more than `threshold` queries keep, with all queries, the sparser one what is kept
/// elsewhere.
struct LineWork {
  std::int64_t denser = 0;
  std::int64_t sparser = 0;
  std::vector<std::int64_t> columns;  ///< of the sparser engine, by head and key
};
LineWork line_work(const HeadMaps& heads, std::int64_t threshold);

/// Dot products one after the other on the fullest line of either engine. The denser one takes its
/// columns in turn, each in rounds of as many of the `queries` as it has lines.
struct LineRounds {
  std::int64_t denser = 0, sparser = 0;
  std::int64_t longest() const { return denser > sparser ? denser : sparser; }
};
LineRounds line_rounds(const LineWork& work, const LineShare& share, std::int64_t queries,
                       LineBalance balance);

/// Cycles of QK^T over the kept entries, or of AV: rounds of dot products of `depth` (the width of
/// a head) at so many multiplications a cycle.
std::int64_t line_cycles(const LineArray& array, const LineRounds& rounds, std::int64_t depth);

}  // namespace saccade
