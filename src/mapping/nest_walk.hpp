// Walks through a nest tile by tile, and knows where each loop stands.
#pragma once
#include <vector>

#include "cost/nest.hpp"

namespace saccade {

class NestWalk {
 public:
  /// Sizes and steps in tiles; the last loop of each dimension steps by one.
  explicit NestWalk(Nest nest);

  /// To the first tile.
  void restart();
  /// To the next tile; false, and back at the first, after the last one.
  bool next();

  /// Index of the tile in a dimension.
  std::int64_t at(Dim dim) const;
  /// Whether the loop makes its last step within the block that the loops outside leave.
  bool last(std::size_t loop) const;
  /// Steps that the first `loops` loops have made: the same as long as all of them stand still.
  std::int64_t epoch(std::size_t loops) const;
  const Nest& nest() const { return nest_; }

 private:
  struct State {
    std::int64_t begin = 0, end = 0;  ///< of the block that the loop steps through
    std::int64_t at = 0;              ///< where its present step begins
    std::int64_t epoch = 0;           ///< changes with every step of this or an outer loop
  };
  void enter(std::size_t loop);

  Nest nest_;
  std::vector<State> states_;
  std::int64_t steps_ = 0;
};

}  // namespace saccade
