// Systolic arrays as hardware files describe them: variants by name, single settings, or both.
#include "hardware/systolic.hpp"

#include <gmock/gmock.h>

#include <set>

namespace saccade {
namespace {

using testing::AllOf;
using testing::HasSubstr;

SystolicArray array_of(const std::string& fields) {
  const Json document = parse_json(R"({"rows": 8, "columns": 4, )" + fields + "}", "a.json");
  return read_record(systolic_record(), document, "a.json");
}

std::string mistakes_of(const std::string& fields) {
  try {
    array_of(fields);
  } catch (const UserError& error) {
    return error.what();
  }
  return "";
}

TEST(SystolicJson, DefaultsAndNames) {
  const SystolicArray array = array_of(R"("dataflow": "weight_stationary")");
  EXPECT_EQ(array.rows, 8);
  EXPECT_EQ(array.columns, 4);
  EXPECT_EQ(dataflow_name(array.dataflow), "weight_stationary");
  EXPECT_EQ(array.readout, Readout::pipelined);
  EXPECT_TRUE(array.double_buffered_weights);
  EXPECT_EQ(array.charge, FoldCharge::full);
}

TEST(SystolicJson, MistakesNameTheField) {
  const auto has = [](const std::string& fields, const std::string& part) {
    EXPECT_THAT(mistakes_of(fields), HasSubstr(part));
  };
  has(R"("charge": "full")", "lacks 'dataflow', expected it or a 'variant'");
  has(R"("rows": 0, "dataflow": "output_stationary")", "/rows");
  has(R"("columns": 65537, "dataflow": "output_stationary")", "/columns");
  has(R"("dataflow": "output")", "/dataflow");
  has(R"("variant": "os_pipe_ful")", "did you mean 'os_pipe_full'?");
  const std::string short_exit = R"("charge": "ragged_short_exit", )";
  has(short_exit + R"("dataflow": "output_stationary", "readout": "in_place")",
      "ragged_short_exit");
  EXPECT_EQ(mistakes_of(short_exit + R"("dataflow": "output_stationary", "readout": "shifted")"),
            "");
  EXPECT_EQ(mistakes_of(short_exit + R"("dataflow": "input_stationary")"), "");
}

/// The single settings that a variant stands for.
struct Settings {
  const char* variant;
  const char* fields;
};

const Settings kSettings[] = {
    {"os_inplace_full",
     R"("dataflow": "output_stationary", "readout": "in_place", "charge": "full")"},
    {"os_inplace_ragged",
     R"("dataflow": "output_stationary", "readout": "in_place", "charge": "ragged")"},
    {"os_shift_full", R"("dataflow": "output_stationary", "readout": "shifted", "charge": "full")"},
    {"os_shift_ragged_down",
     R"("dataflow": "output_stationary", "readout": "shifted", "charge": "ragged")"},
    {"os_shift_ragged_up",
     R"("dataflow": "output_stationary", "readout": "shifted", "charge": "ragged_short_exit")"},
    {"os_pipe_full", R"("dataflow": "output_stationary")"},
    {"os_pipe_ragged",
     R"("dataflow": "output_stationary", "readout": "pipelined", "charge": "ragged")"},
    {"os_bb_full", R"("dataflow": "output_stationary", "readout": "back_to_back")"},
    {"os_bb_ragged",
     R"("dataflow": "output_stationary", "readout": "back_to_back", "charge": "ragged")"},
    {"ws_full", R"("dataflow": "weight_stationary", "double_buffered_weights": false)"},
    {"ws_ragged",
     R"("dataflow": "weight_stationary", "double_buffered_weights": false, "charge": "ragged")"},
    {"ws_tap", R"("dataflow": "weight_stationary", "double_buffered_weights": false,
                  "charge": "ragged_short_exit")"},
    {"ws_db_full", R"("dataflow": "weight_stationary", "double_buffered_weights": true)"},
    {"ws_db_ragged", R"("dataflow": "weight_stationary", "charge": "ragged")"},
    {"is_full", R"("dataflow": "input_stationary", "double_buffered_weights": false)"},
    {"is_ragged",
     R"("dataflow": "input_stationary", "double_buffered_weights": false, "charge": "ragged")"},
    {"is_tap", R"("dataflow": "input_stationary", "double_buffered_weights": false,
                  "charge": "ragged_short_exit")"},
    {"is_db_full", R"("dataflow": "input_stationary")"},
    {"is_db_ragged", R"("dataflow": "input_stationary", "charge": "ragged")"}};

std::string variant_field(const std::string& name) { return "\"variant\": \"" + name + "\""; }

TEST(SystolicVariant, StandsForItsSettings) {
  std::set<std::string> seen;
  for (const Settings& c : kSettings) {
    const SystolicArray named = array_of(variant_field(c.variant));
    EXPECT_EQ(named.rows, 8) << c.variant;
    EXPECT_EQ(named.columns, 4) << c.variant;
    EXPECT_EQ(variant_name(named), c.variant);
    EXPECT_EQ(variant_name(array_of(c.fields)), c.variant);
    EXPECT_EQ(mistakes_of(variant_field(c.variant) + ", " + c.fields), "") << c.variant;
    seen.insert(c.variant);
  }
  EXPECT_EQ(seen.size(), 19u);
  EXPECT_EQ(systolic_variants().size(), 19u);
}

TEST(SystolicVariant, SettingsThatADataflowLacksDoNotChangeTheName) {
  EXPECT_EQ(variant_name(
                array_of(R"("dataflow": "output_stationary", "double_buffered_weights": false)")),
            "os_pipe_full");
  EXPECT_EQ(variant_name(array_of(R"("dataflow": "input_stationary", "readout": "in_place")")),
            "is_db_full");
}

TEST(SystolicVariant, SomeSettingsHaveNoName) {
  for (const char* dataflow : {"weight_stationary", "input_stationary"}) {
    EXPECT_EQ(variant_name(array_of(R"("charge": "ragged_short_exit", "dataflow": ")" +
                                    std::string(dataflow) + "\"")),
              "");
  }
}

TEST(SystolicVariant, ContradictionsAreAnsweredTogether) {
  EXPECT_THAT(
      mistakes_of(R"("variant": "os_pipe_full", "dataflow": "weight_stationary",
                     "readout": "in_place", "double_buffered_weights": false, "charge": "ragged")"),
      AllOf(HasSubstr("/dataflow: is weight_stationary, but variant os_pipe_full has "
                      "output_stationary; expected that, or another variant"),
            HasSubstr("/readout: is in_place, but variant os_pipe_full has pipelined"),
            HasSubstr("/double_buffered_weights: is false, but variant os_pipe_full has true"),
            HasSubstr("/charge: is ragged, but variant os_pipe_full has full")));
  EXPECT_THAT(mistakes_of(R"("variant": "ws_full", "double_buffered_weights": true)"),
              HasSubstr("/double_buffered_weights: is true, but variant ws_full has false"));
}

TEST(SystolicVariant, StandsInTheSchema) {
  const Json variant = systolic_record().schema().at("properties").at("variant");
  EXPECT_EQ(variant.at("enum").size(), 19u);
  EXPECT_EQ(variant.at("enum").front(), "os_inplace_full");
  EXPECT_THAT(variant.at("description").get<std::string>(), HasSubstr("stands for dataflow"));
}

}  // namespace
}  // namespace saccade
