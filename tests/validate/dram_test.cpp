#include "validate/dram.hpp"

#include <gmock/gmock.h>

#include <map>

#include "base/csv.hpp"
#include "base/error.hpp"
#include "base/file.hpp"
#include "cli/run_binary.hpp"
#include "flow/evaluate.hpp"
#include "validate/dram_table.hpp"

namespace saccade {
namespace {

using testing::AllOf;
using testing::HasSubstr;

const std::string root = SACCADE_SOURCE_DIR;
const std::string columns = "device,map,row_policy,refresh,stream,cycles";

std::vector<Comparison> compared(const std::string& table) {
  const TestFolder folder;
  return validate_dram(folder.write("table.csv", table));
}

/// By quantity, of the one row of a table.
std::map<std::string, Comparison> by_quantity(const std::string& table) {
  std::map<std::string, Comparison> all;
  for (const Comparison& comparison : compared(table)) all[comparison.quantity] = comparison;
  return all;
}

TEST(ValidateDram, ComparesCyclesAndActivatesOfARow) {
  // 4096 rows of one bank, tRC = 56 apart; then tRCD = 17, CL = 17 and a burst of 4 for the last.
  const auto all = by_quantity(columns +
                               ",tolerance,activates\n"
                               "ddr4_2400,B,open,off,rowconf_rd_4096,229358,0,4096\n");
  ASSERT_EQ(all.size(), 2u);
  const Comparison& cycles = all.at("cycles");
  EXPECT_EQ(cycles.reference, "table");
  EXPECT_EQ(cycles.item, "ddr4_2400, map B, open, refresh off, rowconf_rd_4096");
  EXPECT_EQ(cycles.expected, 229358);
  EXPECT_EQ(cycles.actual, 229358);
  EXPECT_EQ(cycles.tolerance, 0.0);
  EXPECT_EQ(all.at("activates").actual, 4096);
  EXPECT_EQ(all.at("activates").tolerance, 0.05);
}

TEST(ValidateDram, ToleranceGoesByTheKindOfStream) {
  const struct {
    const char* stream;
    double tolerance;
  } cases[] = {{"seq_wr_1MB", 0.05},
               {"rowconf_rd_4096", 0.05},
               {"bankrot_rowmiss_rd_4096", 0.05},
               {"stride1024_rd_4096", 0.05},
               {"rand_rd_16384", 0.05},
               {"tile_64x256B_pitch4096_x16", 0.05},
               {"paced_seq_rd_every16", 0.05},
               {"rand_rw50_16384", 0.10},
               {"copy_1MB_4KBchunk", 0.10},
               {"copy_1MB_fine", 0.15}};
  for (const auto& item : cases) {
    const auto all = by_quantity(columns + ",activates,tolerance\nddr4_2400,A,open,on," +
                                 item.stream + ",1000,10,\n");
    EXPECT_EQ(all.at("cycles").tolerance, item.tolerance) << item.stream;
    const Comparison& activates = all.at("activates");
    EXPECT_EQ(activates.tolerance.has_value(), item.tolerance == 0.05) << item.stream;
    EXPECT_EQ(activates.note.empty(), item.tolerance == 0.05) << item.stream;
    const auto own =
        by_quantity(columns + ",tolerance\nddr4_2400,A,open,on," + item.stream + ",1000,0.2\n");
    EXPECT_EQ(own.at("cycles").tolerance, 0.2) << item.stream;
  }
}

TEST(ValidateDram, ARowMaySayWhyItIsReportedOnly) {
  const std::string table = columns + ",activates,unheld\nddr4_2400,A,open,on,";
  const auto free = by_quantity(table + "seq_rd_1MB,1,1,two memories in one\n");
  EXPECT_FALSE(free.at("cycles").tolerance);
  EXPECT_EQ(free.at("cycles").note, "two memories in one");
  EXPECT_FALSE(free.at("activates").tolerance);
  EXPECT_EQ(by_quantity(table + "seq_rd_1MB,1,1,\n").at("cycles").tolerance, 0.05);
}

TEST(ValidateDram, PoliciesOfTheControllerAreColumns) {
  const std::string table =
      columns +
      ",queue_depth,write_queue_depth,write_drain_start,write_drain_stop,bank_queue_depth\n";
  const std::string row = "hbm2_2000,B,open,off,copy_1MB_fine,1,";
  const auto one = by_quantity(table + row + "1,1,1,0,1\n").at("cycles").actual;
  const auto many = by_quantity(table + row + "32,32,32,0,8\n").at("cycles").actual;
  EXPECT_GT(one, 1.5 * many) << "a queue of one turns the bus around all the time";
}

TEST(ValidateDram, EnergyIsHeldInTotal) {
  const std::string header =
      columns + ",activate_pj,read_pj,write_pj,refresh_pj,background_pj,activates\n";
  const auto all =
      by_quantity(header + "ddr4_2400,B,open,off,seq_rd_1MB,65570,1000,2000,0,0,3000,128\n");
  EXPECT_EQ(all.at("energy, pJ").expected, 6000);
  EXPECT_EQ(all.at("energy, pJ").tolerance, 0.10);
  double sum = 0;
  for (const char* part : {"activate", "read", "write", "refresh", "background"}) {
    const Comparison& energy = all.at(std::string(part) + " energy, pJ");
    EXPECT_FALSE(energy.tolerance);
    sum += energy.actual;
  }
  EXPECT_DOUBLE_EQ(all.at("energy, pJ").actual, sum);
  EXPECT_EQ(all.at("write energy, pJ").actual, 0);
  EXPECT_EQ(all.at("refresh energy, pJ").actual, 0);
  // DRAMsim3's figure for one of 16384 such reads (tests/reference/dram_dramsim3.csv).
  EXPECT_NEAR(all.at("read energy, pJ").actual, 48041558.0, 48041.0);
}

TEST(ValidateDram, LatenciesMayDifferByTwoClocks) {
  // tRCD + CL + 4 = 38, a hit 21, a conflict tRP = 17 more.
  const auto holds = [](const std::string& latencies) {
    std::vector<bool> all;
    for (const Comparison& comparison : compared(
             columns + ",latencies\nddr4_2400,A,open,off,probe_latency,3138," + latencies + "\n")) {
      if (comparison.quantity != "cycles") all.push_back(comparison.holds());
    }
    return all;
  };
  EXPECT_EQ(holds("38;21;55;38"), std::vector<bool>(4, true));
  EXPECT_EQ(holds("40;23;57;36"), std::vector<bool>(4, true));
  EXPECT_EQ(holds("41;24;52;38"), (std::vector<bool>{false, false, false, true}));
}

TEST(ValidateDram, OptionalColumnsChangeTheSystem) {
  const auto all = compared(columns +
                            ",channels,interleave_bytes,queue_depth\n"
                            "ddr4_2400,B,open,off,seq_rd_1MB,65570,,,\n"
                            "ddr4_2400,B,open,off,seq_rd_1MB,65570,4,512,\n"
                            "ddr4_2400,A,open,off,seq_rd_1MB,65570,,,1\n"
                            "ddr4_2400,A,open,off,seq_rd_1MB,65570,,,32\n");
  ASSERT_EQ(all.size(), 4u);
  EXPECT_NEAR(all[1].actual, all[0].actual / 4, 0.03 * all[0].actual / 4);
  EXPECT_THAT(all[1].item, HasSubstr("refresh off, channels 4, interleave_bytes 512, seq"));
  EXPECT_GT(all[2].actual, 1.1 * all[3].actual) << "a queue of one hides no activate";
}

TEST(ValidateDram, ATraceIsAStreamOfItsOwnClock) {
  // On a memory clock of 0.83 ns: a read of 38 clocks takes 31.6 ns, which end at 62 or 63 ns, and
  // both at once: 4 clocks more for the second.
  const TestFolder folder;
  std::filesystem::create_directory(folder.path("traces"));
  folder.write("traces/t.csv",
               "dma,not_before_cycle,accepted_cycle,done_cycle,write,address,rows,row_bytes,"
               "pitch_bytes\n"
               "a,31,31,40,0,0,1,64,64\n"
               "b,31,31,40,0,64,1,64,64\n");
  const std::string row = "ddr4_2400,B,open,off,traces/t.csv,63,";
  const auto at = [&](const std::string& mhz) {
    const std::string table =
        folder.write("t.csv", columns + ",clock_mhz,tolerance\n" + row + mhz + ",0\n");
    return validate_dram(table).at(0).actual;
  };
  const DramReference reference =
      read_dram_references(folder.write("t.csv", columns + ",clock_mhz\n" + row + "1000\n"))[0];
  EXPECT_EQ(reference.transfers.size(), 2u) << "an initiator for each channel";
  const double tck = reference.system.device.tck_ns;
  EXPECT_NEAR(at("1000"), 31 + 42 * tck, 1.5);
  EXPECT_NEAR(at("100"), 31 + 42 * tck / 10, 1.5);
}

/// The mistakes of a table, one a line.
std::string mistakes_of(const std::string& table) {
  try {
    compared(table);
  } catch (const UserError& error) {
    std::string all;
    for (const Mistake& mistake : error.mistakes()) all += to_string(mistake) + "\n";
    return all;
  }
  return "";
}

TEST(ValidateDram, MistakesOfATableAreAnsweredTogether) {
  EXPECT_THAT(mistakes_of("device\n"), HasSubstr("table.csv: line 1: lacks column 'map'"));
  EXPECT_THAT(mistakes_of(columns + "\n"), HasSubstr("table.csv: has no rows"));
  const std::string all =
      mistakes_of(columns +
                  ",channels,interleave_bytes,tolerance,clock_mhz,latencies,read_pj\n"
                  "ddr4_2401,A,open,on,seq_rd_1MB,1,,,,,,\n"
                  "ddr4_2400,C,opn,maybe,seq_rd_1MB,-1,1.5,100,2,,,1\n"
                  "ddr4_2400,A,open,on,seq_rd_2MB,1,,,,,,\n"
                  "ddr4_2400,A,open,on,seq_rd_1MB,1,,,,5,1;x,\n"
                  "ddr4_2400,A,open,on,seq_rd_1MB,1,,,,5,1;2,\n"
                  "ddr4_2400,A,open,on,none.csv,1,,,,,,\n"
                  "ddr4_2400,A,open,on,seq_rd_1MB,1,4,100,,,,\n");
  for (const char* mistake :
       {"line 2: column 'device' names the unknown standard \"ddr4_2401\"",
        "did you mean 'ddr4_2400'", "line 3: column 'map' is 'C', expected one of A, B",
        "line 3: column 'row_policy' is 'opn', expected one of close, open, did you mean 'open'?",
        "line 3: column 'refresh' is 'maybe', expected one of off, on",
        "line 3: column 'channels' is 1.5, expected an integer from 1 to 64",
        "line 3: column 'cycles' is '-1', expected a number from 1 to",
        "line 3: column 'tolerance' is '2', expected a number from 0 to 1",
        "line 3: column 'write_pj' is empty, expected all parts of the energy or none",
        "line 4: column 'stream' is 'seq_rd_2MB', expected a stream",
        "line 5: column 'latencies' has 'x', expected clocks",
        "line 6: column 'clock_mhz' is of no use here",
        "line 6: column 'latencies' has 2 values, expected one for each of 1 transfers",
        "line 7: column 'clock_mhz' is missing or empty", "none.csv: no such file",
        "line 8: interleaves channels by 100 bytes, expected a multiple"}) {
    EXPECT_THAT(all, HasSubstr(mistake));
  }
}

TEST(ValidateDram, ReadsEveryRowOfTheReference) {
  const std::string path = root + "/tests/reference/dram_dramsim3.csv";
  const std::vector<DramReference> references = read_dram_references(path);
  const CsvTable table = parse_csv(read_text(path), path, {"device", "stream", "cycles"},
                                   {"map", "row_policy", "refresh", "reads", "writes", "activates",
                                    "precharges", "refreshes", "row_hits", "activate_pj", "read_pj",
                                    "write_pj", "refresh_pj", "background_pj", "latencies",
                                    "tolerance", "unheld"});
  ASSERT_EQ(references.size(), table.rows.size());
  for (std::size_t i = 0; i < references.size(); ++i) {
    const DramReference& reference = references[i];
    EXPECT_EQ(reference.stream, table.cell(table.rows[i], "stream"));
    EXPECT_EQ(reference.system.channels, 1);
    EXPECT_TRUE(reference.energy && reference.activates) << reference.item;
    EXPECT_EQ(reference.latencies.size(), reference.stream == "probe_latency" ? 4u : 0u);
    std::uint64_t bytes = 0;
    for (const TimedTransfer& t : reference.transfers.at(0)) bytes += t.region.useful_bytes();
    const auto count = [&](const char* column) {
      return std::stoull(table.cell(table.rows[i], column));
    };
    EXPECT_EQ(bytes, 64 * (count("reads") + count("writes"))) << reference.item;
  }
}

/// The transfers of DeiT-S on a design, as a file.
std::string trace_of(const std::string& hardware, const TestFolder& folder) {
  PointFiles files;
  files.hardware = root + "/configs/hardware/" + hardware;
  files.workload = root + "/workloads/models/deit_small.json";
  EvaluateOptions options;
  options.dram_trace = true;
  return folder.write("trace.csv", evaluate(files, options).dram_trace);
}

TEST(ValidateDram, TheTraceOfARunGivesTheRunsBusyCycles) {
  for (const char* hardware : {"systolic_32x32.json", "vector_mac_16pe.json"}) {
    const TestFolder folder;
    const auto all = validate_dram_trace(trace_of(hardware, folder),
                                         read_accelerator(root + "/configs/hardware/" + hardware));
    ASSERT_EQ(all.size(), 2u);
    for (const Comparison& comparison : all) {
      EXPECT_GT(comparison.expected, 100'000) << hardware;
      EXPECT_TRUE(comparison.holds()) << hardware << ": " << comparison.quantity << ' '
                                      << comparison.actual << " for " << comparison.expected;
    }
  }
}

TEST(ValidateDram, ATraceOfAnotherDesignIsAnswered) {
  const TestFolder folder;
  const Accelerator accelerator = read_accelerator(root + "/configs/hardware/systolic_32x32.json");
  const std::string header =
      "dma,not_before_cycle,accepted_cycle,done_cycle,write,address,rows,row_bytes,pitch_bytes\n";
  const std::string channel = accelerator.dma[0].name;
  const std::string wrong = folder.write("w.csv", header + "dma9,0,1,2,0,0,1,64,64\n");
  try {
    validate_dram_trace(wrong, accelerator);
    FAIL() << "should have been answered";
  } catch (const UserError& error) {
    EXPECT_THAT(error.what(), AllOf(HasSubstr("w.csv: has transfers of 'dma9', expected DMA"),
                                    HasSubstr(channel)));
  }
  const std::string slow = folder.write("s.csv", header + channel + ",0,500,1000,0,0,1,64,64\n");
  for (const Comparison& comparison : validate_dram_trace(slow, accelerator)) {
    EXPECT_EQ(comparison.expected, 1000);
    EXPECT_LT(comparison.actual, 40) << "a read of 32 ns at 500 MHz";
    EXPECT_FALSE(comparison.holds());
  }
}

}  // namespace
}  // namespace saccade
