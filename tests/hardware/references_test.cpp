#include "hardware/references.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/file.hpp"

namespace saccade {
namespace {

using testing::ElementsAre;
using testing::EndsWith;
using testing::IsEmpty;

std::vector<std::string> references(const std::string& text) {
  return referenced_files(parse_json(text, "h.json"), "h.json");
}

TEST(References, AreStandardTableAndItsSramTable) {
  EXPECT_THAT(references(R"({"dram": {"standard": "ddr4_2400"}, "technology": {"table": "cmos"}})"),
              ElementsAre(EndsWith("/configs/technology/dram/ddr4_2400.json"),
                          EndsWith("/configs/technology/cmos.json"),
                          EndsWith("/configs/technology/sram_cacti.csv")));
}

TEST(References, HaveNoSramTableOnAnFpga) {
  EXPECT_THAT(references(R"({"technology": {"table": "fpga_ultrascale"}})"),
              ElementsAre(EndsWith("/configs/technology/fpga_ultrascale.json")));
}

TEST(References, LeaveOutWhatIsNamedWrongly) {
  EXPECT_THAT(references(R"({"dram": {"standard": "ddr9"}, "technology": {"table": "vacuum"}})"),
              IsEmpty());
  EXPECT_THAT(references(R"({"dram": 3, "technology": {"table": []}})"), IsEmpty());
  EXPECT_THAT(references("[]"), IsEmpty());
}

}  // namespace
}  // namespace saccade
