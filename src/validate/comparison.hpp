// A figure of the model beside a reference's, and how far off it may be.
#pragma once
#include <optional>
#include <string>

namespace saccade {

/// One figure of one row of a table of references.
struct Comparison {
  std::string reference;  ///< the table, such as "dram_dramsim3"
  std::string item;       ///< its row: "ddr4_2400, map A, refresh on, seq_rd_1MB"
  std::string quantity;   ///< what is compared, with its unit: "cycles", "read_pj"
  double expected = 0;    ///< by the reference
  double actual = 0;      ///< by the model
  /// Largest relative error to which the model is held, 0 for none at all; absent where it is
  /// reported only, for the reason in `note`.
  std::optional<double> tolerance;
  double slack = 0;  ///< absolute error that is allowed in any case, in the quantity's unit
  std::string note;

  /// Signed and relative to the reference; infinite where the reference is 0 and the model is not.
  double error() const;
  bool holds() const;  ///< true where it is reported only
};

}  // namespace saccade
