// Units of the technology table by format and width, and what their figures say of themselves.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>

#include "hardware/technology.hpp"

namespace saccade {
namespace {

using testing::HasSubstr;

TechnologyChoice at(double node_nm, double voltage_v = 0) {
  return {"cmos", node_nm, voltage_v, CellType::itrs_hp};
}

TEST(Units, MacUnitsAreNamedByTheirArithmetic) {
  using F = NumberFormat;
  struct Case {
    Arithmetic arithmetic;
    const char* name;
  };
  for (const Case& c : {Case{{F::integer, 8, 32}, "mac_int8"},
                        {{F::integer, 3, 8}, "mac_int4"},
                        {{F::integer, 9, 64}, "mac_int16"},
                        {{F::integer, 17, 64}, "mac_int32"},
                        {{F::integer, 33, 64}, ""},
                        {{F::floating, 8, 16}, "mac_fp8e4m3_fp16acc"},
                        {{F::floating, 8, 32}, "mac_fp8e4m3_fp32acc"},
                        {{F::floating, 8, 8}, ""},
                        {{F::floating, 16, 16}, "mac_fp16"},
                        {{F::floating, 16, 32}, "mac_fp16_fp32acc"},
                        {{F::floating, 16, 24}, ""},
                        {{F::floating, 32, 32}, "mac_fp32"},
                        {{F::floating, 32, 64}, ""},
                        {{F::floating, 12, 16}, ""},
                        {{F::brain, 16, 32}, "mac_bf16_fp32acc"},
                        {{F::brain, 16, 16}, ""},
                        {{F::brain, 8, 32}, ""}}) {
    EXPECT_EQ(mac_unit(c.arithmetic, PeStyle::plain), c.name);
  }
  EXPECT_EQ(mac_unit({}, PeStyle::output_stationary), "pe_os_int8");
  EXPECT_EQ(mac_unit({}, PeStyle::weight_stationary), "pe_ws_int8");
  EXPECT_EQ(vector_suffix(F::integer, 1), "int8");
  EXPECT_EQ(vector_suffix(F::integer, 64), "int32");
  EXPECT_EQ(vector_suffix(F::floating, 8), "fp8e4m3");
  EXPECT_EQ(vector_suffix(F::floating, 32), "fp32");
  EXPECT_EQ(vector_suffix(F::floating, 20), "");
  EXPECT_EQ(vector_suffix(F::brain, 16), "bf16");
  EXPECT_EQ(vector_suffix(F::brain, 32), "");
}

TEST(Units, MacUnitsExistInEveryStyleAndFormat) {
  const Technology technology(at(45));
  using F = NumberFormat;
  for (const Arithmetic& arithmetic : {Arithmetic{F::integer, 4, 32},
                                       {F::integer, 8, 32},
                                       {F::integer, 16, 48},
                                       {F::integer, 32, 64},
                                       {F::floating, 8, 16},
                                       {F::floating, 8, 32},
                                       {F::floating, 16, 16},
                                       {F::floating, 16, 32},
                                       {F::floating, 32, 32},
                                       {F::brain, 16, 32}}) {
    const std::string name = mac_unit(arithmetic, PeStyle::plain);
    const auto figures = [&](PeStyle style) {
      const std::string unit = mac_unit(arithmetic, style);
      return std::array<double, 3>{technology.energy_pj(unit).value,
                                   technology.area_um2(unit).value,
                                   technology.leakage_mw(unit).value};
    };
    for (std::size_t i = 0; i < 3; ++i) {
      EXPECT_LT(figures(PeStyle::plain)[i], figures(PeStyle::output_stationary)[i]) << name;
      EXPECT_LT(figures(PeStyle::output_stationary)[i], figures(PeStyle::weight_stationary)[i])
          << name;
    }
  }
}

TEST(Units, MacsThatNobodySynthesisedAreSumsOfTheirParts) {
  const Technology technology(at(45, 0.9));
  const auto pj = [&](const char* unit) { return technology.energy_pj(unit).value; };
  EXPECT_NEAR(pj("mac_int32"), pj("mult_int32") + 2 * pj("add_int32") + 2 * pj("register_32"),
              1e-3);
  EXPECT_NEAR(pj("mac_fp8e4m3_fp16acc"), pj("mult_fp8e4m3") + pj("add_fp16") + pj("register_16"),
              1e-3);
  // Operands of 16 bits pass on in twice the registers of an int8 PE.
  EXPECT_NEAR(pj("pe_os_fp16_fp32acc"),
              pj("mac_fp16_fp32acc") + 2 * (pj("pe_os_int8") - pj("mac_int8")), 1e-3);
  // Two operands of 16 bits and a sum of 32 in place of 8, 8 and 32.
  EXPECT_NEAR(pj("pe_ws_bf16_fp32acc"),
              pj("mac_bf16_fp32acc") + (pj("pe_ws_int8") - pj("mac_int8")) * 64 / 48, 1e-3);
  EXPECT_TRUE(technology.energy_pj("pe_os_bf16_fp32acc").assumption);
}

TEST(Units, SourcesNamePlaceAndScaling) {
  EXPECT_EQ(Technology(at(45, 0.9)).energy_pj("mult_int8").source,
            "configs/technology/cmos.json /units/mult_int8: horowitz; area and leakage: synthesis");
  EXPECT_THAT(Technology(at(28)).area_um2("mult_int8").source,
              HasSubstr("; scaled from 45 nm, 0.9 V to 28 nm, "));
  EXPECT_THAT(Technology(at(28)).parameter("placement_utilisation").source,
              HasSubstr("cmos.json /parameters/placement_utilisation: assumption"));
}

}  // namespace
}  // namespace saccade
