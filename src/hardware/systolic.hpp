// Description of a systolic array: its size, dataflow and the micro-architecture of its edges.
#pragma once
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/schema.hpp"

namespace saccade {

/// What stays in the PEs: results, weights or inputs.
enum class Dataflow { output_stationary, weight_stationary, input_stationary };

/// How an output-stationary array hands over its results: read in the PEs with no overlap between
/// folds, shifted out, shifted out of shadow registers while the next fold streams, or read in
/// place with folds back to back.
enum class Readout { in_place, shifted, pipelined, back_to_back };

/// What a ragged fold, one with fewer rows or columns than the array, costs: as much as a full one;
/// its rows and columns in use, while results still cross the unused rows on their way out; or its
/// rows and columns in use only, because results have a short exit (output-stationary: they are
/// shifted towards the first row; weight- and input-stationary: every row has an output tap).
enum class FoldCharge { full, ragged, ragged_short_exit };

struct SystolicArray {
  int rows = 1;
  int columns = 1;
  Dataflow dataflow = Dataflow::output_stationary;
  Readout readout = Readout::pipelined;  ///< output-stationary only
  bool double_buffered_weights = true;   ///< weight- and input-stationary only: the held operand
  FoldCharge charge = FoldCharge::full;
};

/// The micro-architectures that have a name, such as "os_pipe_full", and their settings as arrays
/// of one PE; all equal RTL (tests/reference/array_rtl.csv).
const std::vector<std::pair<std::string, SystolicArray>>& systolic_variants();

/// The name of an array's micro-architecture, or "" if it has none: double-buffered weights with a
/// short exit.
std::string variant_name(const SystolicArray& array);

/// A systolic array as a hardware file has it: by the name of a variant, by single settings, or by
/// both where they agree.
struct SystolicFile {
  int rows = 1;
  int columns = 1;
  std::optional<SystolicArray> variant;  ///< of one PE
  std::optional<Dataflow> dataflow;
  std::optional<Readout> readout;
  std::optional<bool> double_buffered_weights;
  std::optional<FoldCharge> charge;

  /// The array that it describes, which is how engines take it over.
  operator SystolicArray() const;
};

/// Fields of a systolic array. An output-stationary array has a short exit only where results are
/// shifted: in place nothing moves, and shadow registers must drain downwards, behind the wave of
/// the fold that leaves them and ahead of the next one's.
const Record<SystolicFile>& systolic_record();

/// "output_stationary", as in JSON.
std::string dataflow_name(Dataflow dataflow);

}  // namespace saccade
