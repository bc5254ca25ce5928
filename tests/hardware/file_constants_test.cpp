#include "hardware/file_constants.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "base/file.hpp"
#include "hardware/accelerator.hpp"

namespace saccade {
namespace {

using testing::ElementsAre;

struct Inner {
  int width_bits = 0;
  double pj_per_bit = 0;
  bool fast = false;
};

enum class Kind { one, two };

struct Outer {
  std::string name, target;
  std::vector<Inner> parts;
  double latency_ns = 0;
  Kind kind = Kind::one;
};

Json schema() {
  static const auto inner = Record<Inner>("a part")
                                .field("width_bits", &Inner::width_bits, integer<int>(0, 9), "wide")
                                .field("pj_per_bit", &Inner::pj_per_bit, number(0, 9), "price", 2.5)
                                .field("fast", &Inner::fast, boolean(), "speed", true);
  static const auto outer =
      Record<Outer>("a whole")
          .field("name", &Outer::name, text(), "its name")
          .field("target", &Outer::target, text("a part"), "a reference")
          .field("parts", &Outer::parts, list(object(inner)), "parts")
          .field("latency_ns", &Outer::latency_ns, number(0, 9), "time", 0.0)
          .field("kind", &Outer::kind, choice<Kind>({{"one", Kind::one}, {"two", Kind::two}}),
                 "which", Kind::one);
  return outer.schema();
}

std::string line(const FileConstant& c) {
  const std::string value = c.number ? fmt::format("{}", *c.number) : c.choice;
  return fmt::format("{} = {} {} ({}, {})", c.pointer, value, c.unit, c.name, c.help);
}

TEST(FileConstants, AreAllValuesWithTheirDefaults) {
  const Json document = parse_json(
      R"({"name": "n", "target": "t", "note": "x", "latency_ns": 3,
          "parts": [{"name": "left", "width_bits": 8, "fast": false}, {"width_bits": 4}]})",
      "f");
  std::vector<std::string> lines;
  for (const FileConstant& constant : file_constants(document, schema())) {
    lines.push_back(line(constant));
  }
  EXPECT_THAT(lines, ElementsAre("/target = t  (target, a reference)",
                                 "/parts/0/width_bits = 8 bits (left/width_bits, wide)",
                                 "/parts/0/pj_per_bit = 2.5 pJ (left/pj_per_bit, price)",
                                 "/parts/0/fast = false  (left/fast, speed)",
                                 "/parts/1/width_bits = 4 bits (parts/1/width_bits, wide)",
                                 "/parts/1/pj_per_bit = 2.5 pJ (parts/1/pj_per_bit, price)",
                                 "/parts/1/fast = true  (parts/1/fast, speed)",
                                 "/latency_ns = 3 ns (latency_ns, time)",
                                 "/kind = default  (kind, which)"));
}

TEST(FileConstants, OfAnAcceleratorKnowItsKindOfEngine) {
  const Json document = read_json(data_dir() + "/configs/hardware/edge_16x16.json");
  const auto constants = file_constants(document, accelerator_schema());
  const auto find = [&](const std::string& pointer) {
    const auto found = std::find_if(constants.begin(), constants.end(),
                                    [&](const auto& c) { return c.pointer == pointer; });
    return found == constants.end() ? FileConstant() : *found;
  };
  EXPECT_EQ(find("/engines/0/rows").number, 16);
  EXPECT_EQ(find("/engines/0/rows").name, "array/rows");
  EXPECT_EQ(find("/engines/0/variant").choice, "os_shift_full");
  EXPECT_EQ(find("/engines/0/count").number, 1);  // left out
  EXPECT_EQ(find("/engines/0/pes").name, "");     // another kind's
  EXPECT_EQ(find("/vector_units/0/cycles_per_element/divide").number, 8);
  EXPECT_EQ(find("/vector_units/0/cycles_per_element/divide").unit, "cycles");
  EXPECT_EQ(find("/dram/fidelity").choice, "banked");
  EXPECT_EQ(find("/dram/standard").choice, "lpddr4_3200");
  EXPECT_EQ(find("/clock_mhz").unit, "MHz");
  EXPECT_EQ(find("/assumptions").name, "");
  const auto standard =
      file_constants(read_json(data_dir() + "/configs/technology/dram/ddr4_2400.json"),
                     dram_device_record().schema());
  const auto rcd = std::find_if(standard.begin(), standard.end(),
                                [](const auto& c) { return c.name == "timing/tRCD"; });
  ASSERT_NE(rcd, standard.end());
  EXPECT_EQ(rcd->number, 17);
  EXPECT_EQ(rcd->unit, "clocks");
}

}  // namespace
}  // namespace saccade
