#include "hardware/systolic.hpp"

namespace saccade {
namespace {

const std::vector<std::pair<std::string, Dataflow>>& dataflows() {
  static const std::vector<std::pair<std::string, Dataflow>> names = {
      {"output_stationary", Dataflow::output_stationary},
      {"weight_stationary", Dataflow::weight_stationary},
      {"input_stationary", Dataflow::input_stationary}};
  return names;
}

void check_exit(const SystolicArray& array, const Cursor& cursor) {
  if (array.dataflow == Dataflow::output_stationary && array.readout != Readout::shifted &&
      array.charge == FoldCharge::ragged_short_exit) {
    cursor.fail(
        "has charge ragged_short_exit, which an output_stationary array only has with readout "
        "shifted; expected charge full or ragged");
  }
}

}  // namespace

const Record<SystolicArray>& systolic_record() {
  static const auto record =
      Record<SystolicArray>("a systolic array")
          .field("rows", &SystolicArray::rows, integer<int>(1, 65536), "rows of PEs")
          .field("columns", &SystolicArray::columns, integer<int>(1, 65536), "columns of PEs")
          .field("dataflow", &SystolicArray::dataflow, choice(dataflows()),
                 "operand that stays in the PEs")
          .field("readout", &SystolicArray::readout,
                 choice<Readout>({{"in_place", Readout::in_place},
                                  {"shifted", Readout::shifted},
                                  {"pipelined", Readout::pipelined},
                                  {"back_to_back", Readout::back_to_back}}),
                 "how results leave an output-stationary array: read in the PEs between folds, "
                 "shifted out between folds, shifted out of shadow registers while the next fold "
                 "streams, or read in the PEs while the next fold streams; default pipelined",
                 Readout::pipelined)
          .field("double_buffered_weights", &SystolicArray::double_buffered_weights, boolean(),
                 "whether a weight- or input-stationary array loads the held operand of the next "
                 "fold while this one streams",
                 true)
          .field("charge", &SystolicArray::charge,
                 choice<FoldCharge>({{"full", FoldCharge::full},
                                     {"ragged", FoldCharge::ragged},
                                     {"ragged_short_exit", FoldCharge::ragged_short_exit}}),
                 "cycles of a fold that does not fill the array: those of a full fold, those of "
                 "its rows and columns in use with results crossing the unused rows, or without "
                 "crossing them; default full",
                 FoldCharge::full)
          .rule(check_exit);
  return record;
}

std::string dataflow_name(Dataflow dataflow) {
  for (const auto& item : dataflows()) {
    if (item.second == dataflow) return item.first;
  }
  return "";
}

}  // namespace saccade
