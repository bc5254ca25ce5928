#include "hardware/systolic.hpp"

namespace saccade {
namespace {

template <class E>
using Names = std::vector<std::pair<std::string, E>>;

const Names<Dataflow>& dataflows() {
  static const Names<Dataflow> names = {{"output_stationary", Dataflow::output_stationary},
                                        {"weight_stationary", Dataflow::weight_stationary},
                                        {"input_stationary", Dataflow::input_stationary}};
  return names;
}

const Names<Readout>& readouts() {
  static const Names<Readout> names = {{"in_place", Readout::in_place},
                                       {"shifted", Readout::shifted},
                                       {"pipelined", Readout::pipelined},
                                       {"back_to_back", Readout::back_to_back}};
  return names;
}

const Names<bool>& switches() {
  static const Names<bool> names = {{"true", true}, {"false", false}};
  return names;
}

const Names<FoldCharge>& charges() {
  static const Names<FoldCharge> names = {{"full", FoldCharge::full},
                                          {"ragged", FoldCharge::ragged},
                                          {"ragged_short_exit", FoldCharge::ragged_short_exit}};
  return names;
}

template <class E>
std::string name_in(const Names<E>& names, E value) {
  for (const auto& item : names) {
    if (item.second == value) return item.first;
  }
  return "";
}

/// Whether two arrays work alike: the settings that their dataflow has are equal.
bool same_variant(const SystolicArray& a, const SystolicArray& b) {
  if (a.dataflow != b.dataflow || a.charge != b.charge) return false;
  if (a.dataflow == Dataflow::output_stationary) return a.readout == b.readout;
  return a.double_buffered_weights == b.double_buffered_weights;
}

/// A setting that stands beside a variant must be that of the variant.
void check_variant(const SystolicFile& file, const Cursor& cursor) {
  if (!file.variant) {
    if (!file.dataflow) {
      cursor.fail("lacks 'dataflow', expected it or a 'variant' that sets it");
    }
    return;
  }
  const auto agree = [&](const char* key, const auto& given, auto of_variant, const auto& names) {
    if (!given || *given == of_variant) return;
    cursor.at(key).fail(fmt::format(
        "is {}, but variant {} has {}; expected that, or another variant", name_in(names, *given),
        variant_name(*file.variant), name_in(names, of_variant)));
  };
  const SystolicArray& variant = *file.variant;
  agree("dataflow", file.dataflow, variant.dataflow, dataflows());
  agree("readout", file.readout, variant.readout, readouts());
  agree("double_buffered_weights", file.double_buffered_weights, variant.double_buffered_weights,
        switches());
  agree("charge", file.charge, variant.charge, charges());
}

void check_exit(const SystolicFile& file, const Cursor& cursor) {
  if (file.variant || file.dataflow != Dataflow::output_stationary) return;
  const SystolicArray array = file;
  if (array.readout != Readout::shifted && array.charge == FoldCharge::ragged_short_exit) {
    cursor.fail(
        "has charge ragged_short_exit, which an output_stationary array only has with readout "
        "shifted; expected charge full or ragged");
  }
}

}  // namespace

const std::vector<std::pair<std::string, SystolicArray>>& systolic_variants() {
  const auto os = [](Readout readout, FoldCharge charge) {
    return SystolicArray{1, 1, Dataflow::output_stationary, readout, true, charge};
  };
  const auto held = [](Dataflow dataflow, bool double_buffered, FoldCharge charge) {
    return SystolicArray{1, 1, dataflow, Readout::pipelined, double_buffered, charge};
  };
  const auto ws = Dataflow::weight_stationary;
  const auto is = Dataflow::input_stationary;
  static const Names<SystolicArray> variants = {
      {"os_inplace_full", os(Readout::in_place, FoldCharge::full)},
      {"os_inplace_ragged", os(Readout::in_place, FoldCharge::ragged)},
      {"os_shift_full", os(Readout::shifted, FoldCharge::full)},
      {"os_shift_ragged_down", os(Readout::shifted, FoldCharge::ragged)},
      {"os_shift_ragged_up", os(Readout::shifted, FoldCharge::ragged_short_exit)},
      {"os_pipe_full", os(Readout::pipelined, FoldCharge::full)},
      {"os_pipe_ragged", os(Readout::pipelined, FoldCharge::ragged)},
      {"os_bb_full", os(Readout::back_to_back, FoldCharge::full)},
      {"os_bb_ragged", os(Readout::back_to_back, FoldCharge::ragged)},
      {"ws_full", held(ws, false, FoldCharge::full)},
      {"ws_ragged", held(ws, false, FoldCharge::ragged)},
      {"ws_tap", held(ws, false, FoldCharge::ragged_short_exit)},
      {"ws_db_full", held(ws, true, FoldCharge::full)},
      {"ws_db_ragged", held(ws, true, FoldCharge::ragged)},
      {"is_full", held(is, false, FoldCharge::full)},
      {"is_ragged", held(is, false, FoldCharge::ragged)},
      {"is_tap", held(is, false, FoldCharge::ragged_short_exit)},
      {"is_db_full", held(is, true, FoldCharge::full)},
      {"is_db_ragged", held(is, true, FoldCharge::ragged)}};
  return variants;
}

std::string variant_name(const SystolicArray& array) {
  for (const auto& item : systolic_variants()) {
    if (same_variant(item.second, array)) return item.first;
  }
  return "";
}

SystolicFile::operator SystolicArray() const {
  SystolicArray array = variant.value_or(SystolicArray());
  array.rows = rows;
  array.columns = columns;
  array.dataflow = dataflow.value_or(array.dataflow);
  array.readout = readout.value_or(array.readout);
  array.double_buffered_weights = double_buffered_weights.value_or(array.double_buffered_weights);
  array.charge = charge.value_or(array.charge);
  return array;
}

const Record<SystolicFile>& systolic_record() {
  using File = SystolicFile;
  static const auto record =
      Record<File>("a systolic array")
          .field("rows", &File::rows, integer<int>(1, 65536), "rows of PEs")
          .field("columns", &File::columns, integer<int>(1, 65536), "columns of PEs")
          .field("variant", &File::variant, optional(choice(systolic_variants())),
                 "name of a micro-architecture, which stands for dataflow, readout, "
                 "double_buffered_weights and charge. os: output-stationary with readout inplace, "
                 "shift, pipe(lined) or bb (back to back); ws, is: weight- and input-stationary, "
                 "db with double-buffered weights. full: charge full; ragged, down: charge ragged; "
                 "tap, up: charge ragged_short_exit",
                 std::optional<SystolicArray>())
          .field("dataflow", &File::dataflow, optional(choice(dataflows())),
                 "operand that stays in the PEs; needed without a variant",
                 std::optional<Dataflow>())
          .field("readout", &File::readout, optional(choice(readouts())),
                 "how results leave an output-stationary array: read in the PEs between folds, "
                 "shifted out between folds, shifted out of shadow registers while the next fold "
                 "streams, or read in the PEs while the next fold streams; default pipelined",
                 std::optional<Readout>())
          .field("double_buffered_weights", &File::double_buffered_weights, optional(boolean()),
                 "whether a weight- or input-stationary array loads the held operand of the next "
                 "fold while this one streams; default true",
                 std::optional<bool>())
          .field("charge", &File::charge, optional(choice(charges())),
                 "cycles of a fold that does not fill the array: those of a full fold, those of "
                 "its rows and columns in use with results crossing the unused rows, or without "
                 "crossing them; default full",
                 std::optional<FoldCharge>())
          .rule(check_variant)
          .rule(check_exit);
  return record;
}

std::string dataflow_name(Dataflow dataflow) { return name_in(dataflows(), dataflow); }

}  // namespace saccade
