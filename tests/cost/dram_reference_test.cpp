// The banked model beside DRAMsim3, on the request streams of tests/reference/dram_dramsim3.csv.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <map>
#include <random>
#include <sstream>
#include <string>
#include <vector>

#include "base/file.hpp"
#include "cost/dram_energy.hpp"
#include "cost/dram_timing.hpp"

namespace saccade {
namespace {

constexpr std::uint64_t kAccess = 64;

using Row = std::map<std::string, std::string>;

std::vector<Row> reference_rows() {
  const auto split = [](const std::string& line) {
    std::vector<std::string> cells(1);
    for (const char c : line) {
      if (c == ',') {
        cells.emplace_back();
      } else {
        cells.back() += c;
      }
    }
    return cells;
  };
  std::istringstream text(read_text(SACCADE_SOURCE_DIR "/tests/reference/dram_dramsim3.csv"));
  std::string line;
  std::getline(text, line);
  const std::vector<std::string> names = split(line);
  std::vector<Row> rows;
  while (std::getline(text, line)) {
    const std::vector<std::string> cells = split(line);
    Row row;
    for (std::size_t i = 0; i < names.size(); ++i) row[names[i]] = cells.at(i);
    rows.push_back(row);
  }
  return rows;
}

DramSystem system_of(const Row& row) {
  DramSystem system;
  system.device =
      read_dram_device(data_dir() + "/configs/technology/dram/" + row.at("device") + ".json");
  system.channels = 1;
  system.address_map =
      row.at("map") == "A" ? AddressMap::row_bank_column : AddressMap::row_column_bank;
  system.page_policy = row.at("row_policy") == "open" ? PagePolicy::open : PagePolicy::closed;
  system.refresh = row.at("refresh") == "on";
  return system;
}

struct Request {
  std::uint64_t address;
  bool write;
};

bool begins(const std::string& text, const std::string& start) {
  return text.compare(0, start.size(), start) == 0;
}

void add_range(std::vector<Request>& requests, std::uint64_t begin, std::uint64_t bytes,
               bool write) {
  for (std::uint64_t i = 0; i < bytes; i += kAccess) requests.push_back({begin + i, write});
}

/// The streams as they were given to DRAMsim3.
std::vector<Request> requests_of(const std::string& stream, const DramSystem& system) {
  const bool map_a = system.address_map == AddressMap::row_bank_column;
  const auto row_bytes = static_cast<std::uint64_t>(system.device.organisation.row_bytes);
  const std::uint64_t row_pitch = row_bytes * 16;  // both devices have 16 banks
  const std::uint64_t bank_pitch = map_a ? row_bytes : kAccess;
  constexpr std::uint64_t kFar = 64 << 20;
  std::vector<Request> list;
  if (stream == "seq_rd_1MB" || stream == "seq_wr_1MB") {
    add_range(list, 0, 1 << 20, stream == "seq_wr_1MB");
  } else if (stream == "rowconf_rd_4096") {
    for (std::uint64_t i = 0; i < 4096; ++i) list.push_back({i * row_pitch, false});
  } else if (stream == "bankrot_rowmiss_rd_4096") {
    for (std::uint64_t i = 0; i < 4096; ++i) {
      list.push_back({i / 16 * row_pitch + i % 16 * bank_pitch, false});
    }
  } else if (begins(stream, "stride")) {
    const std::uint64_t stride = std::stoul(stream.substr(6));
    for (std::uint64_t i = 0; i < 4096; ++i) list.push_back({i * stride, false});
  } else if (begins(stream, "rand_")) {
    std::mt19937_64 random(1);
    for (int i = 0; i < 16384; ++i) {
      const std::uint64_t address = random() % (256 << 20) / kAccess * kAccess;
      list.push_back({address, stream == "rand_rw50_16384" && random() % 2 == 1});
    }
  } else if (begins(stream, "copy_")) {
    const std::uint64_t chunk = stream == "copy_1MB_fine" ? kAccess : 4096;
    for (std::uint64_t i = 0; i < 1 << 20; i += chunk) {
      add_range(list, i, chunk, false);
      add_range(list, kFar + i, chunk, true);
    }
  } else if (stream == "tile_64x256B_pitch4096_x16") {
    for (std::uint64_t i = 0; i < 16 * 64; ++i) add_range(list, i * 4096, 256, false);
  } else if (stream == "paced_seq_rd_every16") {
    add_range(list, 0, 4096 * kAccess, false);
  }
  return list;
}

struct Outcome {
  DramClock cycles = 0;
  DramCounts counts;
};

/// At most one request enters per clock (or every 16), as soon as the queue has room.
Outcome run(const DramSystem& system, const std::vector<Request>& requests, DramClock pace) {
  const auto timing = make_dram_timing(system);
  Outcome outcome;
  DramClock now = 0;
  DramClock next = 0;
  for (const Request& request : requests) {
    DramStream stream;
    stream.region = {request.address, 1, kAccess, kAccess};
    stream.write = request.write;
    now = std::max(now, next);
    const DramPiece piece = timing->serve(stream, kAccess, now);
    now = piece.occupied_until;
    next += pace;
    outcome.cycles = std::max(outcome.cycles, piece.done);
  }
  timing->finish(outcome.cycles);
  outcome.counts = timing->counts();
  return outcome;
}

/// Mixed streams depend on when a controller drains its writes, and DRAMsim3's closed page closes
/// a row after every burst, this model's when no request waits for it; those are only printed.
bool comparable(const Row& row) {
  const std::string& stream = row.at("stream");
  if (begins(stream, "copy_") || stream == "rand_rw50_16384") return false;
  return row.at("row_policy") == "open" || begins(stream, "rand_");
}

TEST(DramReference, CyclesOfReadAndWriteStreams) {
  std::printf("%-10s map policy refresh %-27s %8s %8s %7s  activates (DRAMsim3)\n", "device",
              "stream", "cycles", "DRAMsim3", "error");
  for (const Row& row : reference_rows()) {
    const std::string& stream = row.at("stream");
    if (stream == "probe_latency") continue;  // DramTiming.IdleLatencies
    const DramSystem system = system_of(row);
    const Outcome ours = run(system, requests_of(stream, system), begins(stream, "paced") ? 16 : 1);
    const double reference = std::stod(row.at("cycles"));
    const double error = static_cast<double>(ours.cycles) / reference - 1;
    std::printf("%-10s  %s  %-6s   %-3s   %-27s %8lld %8.0f %6.1f%%  %llu (%s)%s\n",
                row.at("device").c_str(), row.at("map").c_str(), row.at("row_policy").c_str(),
                row.at("refresh").c_str(), stream.c_str(), static_cast<long long>(ours.cycles),
                reference, 100 * error, static_cast<unsigned long long>(ours.counts.activates),
                row.at("activates").c_str(), comparable(row) ? "" : "  not held to it");
    const std::uint64_t requests = std::stoull(row.at("reads")) + std::stoull(row.at("writes"));
    EXPECT_EQ(ours.counts.read_bytes + ours.counts.write_bytes, requests * kAccess);
    // A refresh may close rows that were opened and not yet used.
    const std::uint64_t opened_or_hit = ours.counts.activates + ours.counts.row_hits;
    EXPECT_GE(opened_or_hit, requests);
    EXPECT_LE(opened_or_hit, requests + 16 * ours.counts.refreshes);
    if (!comparable(row)) continue;
    EXPECT_LT(std::abs(error), 0.07) << row.at("device") << " map " << row.at("map") << stream;
    const double activates = std::stod(row.at("activates"));
    EXPECT_NEAR(static_cast<double>(ours.counts.activates), activates, 0.05 * activates + 5)
        << row.at("device") << " map " << row.at("map") << stream;
    EXPECT_NEAR(static_cast<double>(ours.counts.refreshes), std::stod(row.at("refreshes")), 1);
  }
}

TEST(DramReference, QueuesAsDeepAsDramsim3sComeCloser) {
  // Its 32 transactions go on into queues of 8 commands per bank: a row end sees 40 requests.
  for (const Row& row : reference_rows()) {
    if (row.at("map") != "A" || row.at("row_policy") != "open" ||
        !begins(row.at("stream"), "seq_")) {
      continue;
    }
    DramSystem system = system_of(row);
    system.queue_depth = 40;
    const Outcome ours = run(system, requests_of(row.at("stream"), system), 1);
    const double reference = std::stod(row.at("cycles"));
    EXPECT_NEAR(static_cast<double>(ours.cycles), reference, 0.02 * reference) << row.at("device");
  }
}

TEST(DramReference, EnergyOfTheSameCommands) {
  for (const Row& row : reference_rows()) {
    const DramSystem system = system_of(row);
    DramCounts counts;
    counts.read_bytes = std::stoull(row.at("reads")) * kAccess;
    counts.write_bytes = std::stoull(row.at("writes")) * kAccess;
    counts.activates = std::stoull(row.at("activates"));
    counts.refreshes = std::stoull(row.at("refreshes"));
    const double seconds = std::stod(row.at("cycles")) * system.device.tck_ns * 1e-9;
    const DramEnergy energy = dram_energy(system, counts, seconds);
    const auto near = [&](double ours, const char* column, double tolerance) {
      const double reference = std::stod(row.at(column));
      EXPECT_NEAR(ours, reference, tolerance * reference + 1)
          << row.at("device") << row.at("stream") << column;
    };
    near(energy.activate_pj, "activate_pj", 0.001);
    near(energy.read_pj, "read_pj", row.at("stream") == "probe_latency" ? 0.03 : 0.001);
    near(energy.write_pj, "write_pj", 0.001);
    near(energy.refresh_pj, "refresh_pj", 0.001);
    // Taken as standby with an open bank all the time; where one bank alone works, all are closed
    // from its precharge to its activate.
    if (system.page_policy == PagePolicy::closed) continue;
    const double background = std::stod(row.at("background_pj"));
    EXPECT_GT(energy.background_pj, 0.99 * background) << row.at("stream");
    EXPECT_LT(energy.background_pj, 1.12 * background) << row.at("stream");
  }
}

}  // namespace
}  // namespace saccade
