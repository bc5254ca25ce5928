// The banked model beside DRAMsim3 and Ramulator 2, on the request streams of tests/reference.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "base/csv.hpp"
#include "base/file.hpp"
#include "cost/dram_energy.hpp"
#include "cost/dram_timing.hpp"
#include "validate/dram_streams.hpp"

namespace saccade {
namespace {

using Row = std::map<std::string, std::string>;

const std::string kFolder = SACCADE_SOURCE_DIR "/tests/reference/";

std::vector<Row> reference_rows(const std::string& table) {
  const std::string path = kFolder + table;
  const CsvTable csv =
      parse_csv(read_text(path), path, {"device", "map", "row_policy", "refresh", "stream"},
                {"channels",  "interleave_bytes", "queue_depth",     "write_queue_depth",
                 "reads",     "write_drain_stop", "latencies",       "write_drain_start",
                 "writes",    "row_misses",       "activates",       "precharges",
                 "refreshes", "row_hits",         "cycles",          "activate_pj",
                 "read_pj",   "write_pj",         "refresh_pj",      "background_pj",
                 "tolerance", "unheld",           "bank_queue_depth"});
  std::vector<Row> rows;
  for (const CsvRow& line : csv.rows) {
    Row row;
    for (const std::string& column : csv.columns) row[column] = csv.cell(line, column);
    rows.push_back(row);
  }
  return rows;
}

bool begins(const std::string& text, const std::string& start) {
  return text.compare(0, start.size(), start) == 0;
}

DramSystem system_of(const Row& row) {
  const std::string& device = row.at("device");
  DramSystem system;
  system.device = read_dram_device(
      begins(device, "dram/") ? kFolder + device
                              : data_dir() + "/configs/technology/dram/" + device + ".json");
  system.channels = 1;
  system.address_map =
      row.at("map") == "A" ? AddressMap::row_bank_column : AddressMap::row_column_bank;
  system.page_policy = row.at("row_policy") == "open" ? PagePolicy::open : PagePolicy::closed;
  system.refresh = row.at("refresh") == "on";
  if (row.count("channels") == 0) return system;
  system.channels = std::stoi(row.at("channels"));
  system.interleave_bytes = std::stoi(row.at("interleave_bytes"));
  system.queue_depth = std::stoi(row.at("queue_depth"));
  system.write_queue_depth = std::stoi(row.at("write_queue_depth"));
  system.write_drain_start = std::stoi(row.at("write_drain_start"));
  system.write_drain_stop = std::stoi(row.at("write_drain_stop"));
  system.bank_queue_depth = std::stoi(row.at("bank_queue_depth"));
  return system;
}

struct Outcome {
  DramClock cycles = 0;
  DramCounts counts;
  std::vector<DramClock> latencies;
};

/// Each transfer as soon as the memory takes it, but not before its time.
Outcome run(const DramSystem& system, const std::string& stream) {
  const auto timing = make_dram_timing(system);
  Outcome outcome;
  DramClock now = 0;
  for (const DramTransfer& transfer : dram_stream(stream, system)) {
    DramStream served;
    served.region = transfer.region;
    served.write = transfer.write;
    now = std::max(now, transfer.not_before);
    const DramPiece piece = timing->serve(served, ~std::uint64_t{0}, now);
    outcome.latencies.push_back(piece.done - now);
    now = piece.occupied_until;
    outcome.cycles = std::max(outcome.cycles, piece.done);
  }
  const DramClock last_beat = timing->finish(outcome.cycles);
  // What was said to be done is done; a forecast may be late by a row, or early by a turn of
  // writes.
  EXPECT_NEAR(static_cast<double>(outcome.cycles), static_cast<double>(last_beat), 1500);
  outcome.cycles = last_beat;
  outcome.counts = timing->counts();
  return outcome;
}

bool mixed(const Row& row) { return row.at("reads") != "0" && row.at("writes") != "0"; }

double cycle_tolerance(const Row& row) {
  const auto given = row.find("tolerance");
  if (given != row.end() && !given->second.empty()) return std::stod(given->second);
  if (!mixed(row)) return 0.05;
  return row.at("stream") == "copy_1MB_fine" ? 0.15 : 0.10;
}

std::string text_of(const Row& row) {
  return row.at("device") + " map " + row.at("map") + " " + row.at("row_policy") + " refresh " +
         row.at("refresh") + " " + row.at("stream");
}

void expect_latencies(const Row& row, const std::vector<DramClock>& ours) {
  std::istringstream list(row.at("latencies"));
  std::size_t i = 0;
  for (std::string text; std::getline(list, text, ';'); ++i) {
    ASSERT_LT(i, ours.size());
    EXPECT_NEAR(static_cast<double>(ours[i]), std::stod(text), 2) << text_of(row);
  }
  EXPECT_EQ(i, ours.size());
}

void expect_counts(const Row& row, const DramSystem& system, const DramCounts& counts) {
  const std::uint64_t requests = std::stoull(row.at("reads")) + std::stoull(row.at("writes"));
  EXPECT_EQ(counts.read_bytes + counts.write_bytes,
            requests * static_cast<std::uint64_t>(system.device.access_bytes));
  // A refresh may close rows that were opened and not yet used.
  const std::uint64_t opened_or_hit = counts.activates + counts.row_hits;
  EXPECT_GE(opened_or_hit, requests);
  EXPECT_LE(opened_or_hit, requests + 16 * counts.refreshes) << text_of(row);
}

/// Prints the row, and holds its cycles to the reference unless the table says why not.
void expect_cycles(const Row& row, const Outcome& ours) {
  const double reference = std::stod(row.at("cycles"));
  const double error = static_cast<double>(ours.cycles) / reference - 1;
  const auto unheld = row.find("unheld");
  const bool held = unheld == row.end() || unheld->second.empty();
  const auto activates = row.find("activates");
  std::printf("%-70s %8lld %8.0f %6.1f%%  activates %6llu %6s  %s\n", text_of(row).c_str(),
              static_cast<long long>(ours.cycles), reference, 100 * error,
              static_cast<unsigned long long>(ours.counts.activates),
              activates == row.end() ? "-" : activates->second.c_str(),
              held ? "" : unheld->second.c_str());
  if (held) {
    EXPECT_LE(std::abs(error), cycle_tolerance(row)) << text_of(row);
  }
}

TEST(DramReference, DramSim3) {
  int rows = 0;
  for (const Row& row : reference_rows("dram_dramsim3.csv")) {
    ++rows;
    const DramSystem system = system_of(row);
    const Outcome ours = run(system, row.at("stream"));
    if (row.at("stream") == "probe_latency") {
      expect_latencies(row, ours.latencies);
      continue;
    }
    expect_counts(row, system, ours.counts);
    expect_cycles(row, ours);
    // How often rows change where reads and writes mix is when a controller drains its writes.
    const double activates = std::stod(row.at("activates"));
    if (!mixed(row)) {
      EXPECT_NEAR(static_cast<double>(ours.counts.activates), activates, 0.05 * activates)
          << text_of(row);
    }
    EXPECT_NEAR(static_cast<double>(ours.counts.refreshes), std::stod(row.at("refreshes")), 2);
    double energy = 0;
    for (const char* part : {"activate_pj", "read_pj", "write_pj", "refresh_pj", "background_pj"}) {
      energy += std::stod(row.at(part));
    }
    const double seconds = static_cast<double>(ours.cycles) * system.device.tck_ns * 1e-9;
    EXPECT_NEAR(dram_energy(system, ours.counts, seconds).total_pj(), energy, 0.1 * energy)
        << text_of(row);
  }
  EXPECT_EQ(rows, 92);
}

TEST(DramReference, Ramulator2) {
  int rows = 0;
  int unheld = 0;
  for (const Row& row : reference_rows("dram_ramulator2.csv")) {
    ++rows;
    const DramSystem system = system_of(row);
    const Outcome ours = run(system, row.at("stream"));
    if (row.at("stream") == "probe_latency") {
      expect_latencies(row, ours.latencies);
      continue;
    }
    expect_counts(row, system, ours.counts);
    expect_cycles(row, ours);
    unheld += !row.at("unheld").empty();
  }
  EXPECT_EQ(rows, 103);
  EXPECT_EQ(unheld, 0);
}

TEST(DramReference, EnergyOfTheSameCommands) {
  for (const Row& row : reference_rows("dram_dramsim3.csv")) {
    const DramSystem system = system_of(row);
    DramCounts counts;
    counts.read_bytes = std::stoull(row.at("reads")) * 64;
    counts.write_bytes = std::stoull(row.at("writes")) * 64;
    counts.activates = std::stoull(row.at("activates"));
    counts.refreshes = std::stoull(row.at("refreshes"));
    const double seconds = std::stod(row.at("cycles")) * system.device.tck_ns * 1e-9;
    const DramEnergy energy = dram_energy(system, counts, seconds);
    const auto near = [&](double ours, const char* column, double tolerance) {
      const double reference = std::stod(row.at(column));
      EXPECT_NEAR(ours, reference, tolerance * reference + 1) << text_of(row) << column;
    };
    near(energy.activate_pj, "activate_pj", 0.001);
    near(energy.read_pj, "read_pj", row.at("stream") == "probe_latency" ? 0.03 : 0.001);
    near(energy.write_pj, "write_pj", 0.001);
    near(energy.refresh_pj, "refresh_pj", 0.001);
  }
}

TEST(DramReference, BackgroundIsOfOpenAndOfClosedBanks) {
  // One bank alone is closed from its precharge to its activate, and all are while refreshed.
  for (const Row& row : reference_rows("dram_dramsim3.csv")) {
    if (row.at("stream") != "rowconf_rd_4096") continue;
    const DramSystem system = system_of(row);
    const Outcome ours = run(system, row.at("stream"));
    const double seconds = static_cast<double>(ours.cycles) * system.device.tck_ns * 1e-9;
    const double background = std::stod(row.at("background_pj"));
    EXPECT_NEAR(dram_energy(system, ours.counts, seconds).background_pj, background,
                0.01 * background)
        << text_of(row);
  }
}

}  // namespace
}  // namespace saccade
