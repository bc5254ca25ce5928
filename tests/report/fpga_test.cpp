// Results of designs on an FPGA, which has resources instead of an area.
#include <gmock/gmock.h>

#include "cli/run_binary.hpp"
#include "report/compare.hpp"
#include "report/example_result.hpp"
#include "report/explain.hpp"
#include "result/result_json.hpp"
#include "report/result_file.hpp"
#include "report/text.hpp"

namespace saccade {
namespace {

using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;

PointResult on_fpga() {
  PointResult r = example::result();
  r.area_mm2 = r.area_low_mm2 = r.area_high_mm2 = 0;
  r.area_breakdown_mm2.clear();
  FpgaUse use;
  use.device = "XC1";
  use.components = {{"array", {99.5, 2000, 3000, 0}}, {"buffer", {0, 0, 0, 12}}};
  use.total = {99.5, 2000, 3000, 12};
  use.capacity = {200, 20000, 40000, 48};
  r.fpga = use;
  return r;
}

TEST(FpgaText, ShowsResourcesInThePlaceOfArea) {
  const std::string text = summary_text(on_fpga());
  EXPECT_THAT(text, ContainsRegex("area +- +of an FPGA: see its resources"));
  EXPECT_THAT(text, ContainsRegex("FPGA resources +DSP +LUT +FF +BRAM36"));
  EXPECT_THAT(text, ContainsRegex("array +100 +2,000 +3,000 +0"));
  EXPECT_THAT(text, ContainsRegex("all +100 +2,000 +3,000 +12"));
  EXPECT_THAT(text, ContainsRegex("XC1 +200 +20,000 +40,000 +48"));
  EXPECT_THAT(text, ContainsRegex("share +49.8 % +10.0 % +7.5 % +25.0 %"));
  EXPECT_THAT(text, Not(HasSubstr("mm^2")));
  EXPECT_THAT(summary_text(example::result()), Not(HasSubstr("FPGA")));
}

TEST(FpgaJson, HasResourcesAndNoArea) {
  const Json json = result_json(on_fpga());
  for (const char* key : {"area_mm2", "area_low_mm2", "area_high_mm2"}) {
    EXPECT_TRUE(json[key].is_null()) << key;
  }
  const Json& resources = json["fpga_resources"];
  EXPECT_EQ(resources["device"], "XC1");
  EXPECT_EQ(resources["total"],
            (Json{{"dsp", 99.5}, {"lut", 2000.0}, {"ff", 3000.0}, {"bram36", 12.0}}));
  EXPECT_EQ(resources["capacity"]["bram36"], 48);
  EXPECT_EQ(resources["share"]["bram36"], 0.25);
  EXPECT_EQ(resources["components"]["array"]["dsp"], 99.5);
  EXPECT_TRUE(result_json(example::result())["fpga_resources"].is_null());
}

TEST(FpgaCompare, HasNoAreaToCompare) {
  const TestFolder folder;
  const ResultFile fpga = read_result(folder.write("fpga.json", json_text(on_fpga())));
  EXPECT_EQ(fpga.result.area_mm2, 0);
  const ResultFile silicon = {"silicon.json", example::result()};
  EXPECT_THAT(comparison_text(fpga, silicon, 1), ContainsRegex("area +- +2.5 mm\\^2 +-"));
}

TEST(FpgaExplanation, HasATotalForEachResource) {
  PointResult r = on_fpga();
  const auto constant = [](const char* component, double each, double count, const char* unit) {
    Constant c;
    c.component = component;
    c.name = "unit";
    c.value = exactly(each);
    c.unit = c.share_unit = unit;
    c.source = "rule";
    c.amount = exactly(count);
    c.amount_unit = "unit";
    return c;
  };
  r.explanation = Explanation{Topic::area,
                              "fpga_resources",
                              "",
                              {constant("vector", 1, 25, "dsp"), constant("array", 0.5, 150, "dsp"),
                               constant("array", 8, 150, "lut")}};
  const std::string text = explanation_text(r);
  EXPECT_THAT(text, HasSubstr("Total: 100 dsp, 1200 lut. "));
  EXPECT_THAT(text, ContainsRegex("array +75 dsp +75.0 %"));
  EXPECT_THAT(text, ContainsRegex("vector +25 dsp +25.0 %"));
  EXPECT_THAT(text, ContainsRegex("array +1200 lut +100.0 %"));
  EXPECT_LT(text.find("75 dsp"), text.find("25 dsp"));
  EXPECT_LT(text.find("25 dsp"), text.find("1200 lut"));
  EXPECT_EQ(r.explanation->total().value, 100);
  EXPECT_THAT(explanation_csv(r), HasSubstr("dsp,rule,no,150,150,150,unit,1,75,75,75,dsp"));
}

}  // namespace
}  // namespace saccade
