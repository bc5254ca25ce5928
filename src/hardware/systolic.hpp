// Description of a systolic array: its size, dataflow and the micro-architecture of its edges.
#pragma once
#include <string>

#include "base/schema.hpp"

namespace saccade {

enum class Dataflow { output_stationary, weight_stationary, input_stationary };

/// How an output-stationary array hands over its results: read in the PEs with no overlap between
/// folds, shifted out, shifted out of shadow registers while the next fold streams, or read in
/// place with folds back to back.
enum class Readout { in_place, shifted, pipelined, back_to_back };

/// Whether a ragged fold is charged for all rows and columns or for those in use.
enum class FoldCharge { full, ragged };

struct SystolicArray {
  int rows = 1;
  int columns = 1;
  Dataflow dataflow = Dataflow::output_stationary;
  Readout readout = Readout::pipelined;        ///< output-stationary only
  bool double_buffered_weights = true;         ///< weight- and input-stationary only
  FoldCharge charge = FoldCharge::full;
};

const Record<SystolicArray>& systolic_record();
std::string dataflow_name(Dataflow dataflow);

}  // namespace saccade
