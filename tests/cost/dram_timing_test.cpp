#include "cost/dram_timing.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "base/file.hpp"
#include "cost/dram_channel.hpp"

namespace saccade {
namespace {

constexpr std::uint64_t kWhole = std::uint64_t{1} << 40;

DramSystem make_system(const std::string& standard, AddressMap map = AddressMap::row_column_bank,
                       bool refresh = false) {
  DramSystem system;
  system.device = read_dram_device(data_dir() + "/configs/technology/dram/" + standard + ".json");
  system.channels = 1;
  system.address_map = map;
  system.refresh = refresh;
  return system;
}

/// Address of burst `column` of a row.
std::uint64_t address(const DramSystem& system, int row, int bank, int column = 0) {
  const auto access = static_cast<std::uint64_t>(system.device.access_bytes);
  const auto row_bytes = static_cast<std::uint64_t>(system.device.organisation.row_bytes);
  const auto banks = static_cast<std::uint64_t>(system.device.organisation.rank_banks());
  const auto r = static_cast<std::uint64_t>(row);
  const auto b = static_cast<std::uint64_t>(bank);
  const auto c = static_cast<std::uint64_t>(column);
  return system.address_map == AddressMap::row_bank_column
             ? (r * banks + b) * row_bytes + c * access
             : r * banks * row_bytes + (c * banks + b) * access;
}

DramStream stream_of(std::uint64_t begin, std::uint64_t bytes, bool write = false) {
  DramStream stream;
  stream.region = {begin, 1, static_cast<std::uint32_t>(bytes), bytes};
  stream.write = write;
  return stream;
}

/// Serves streams one after the other, each as soon as the memory takes it, in pieces.
DramClock end_of(DramTiming& timing, std::vector<DramStream> streams,
                 std::uint64_t piece = kWhole) {
  DramClock now = 0;
  DramClock end = 0;
  for (DramStream& stream : streams) {
    while (!stream.finished()) {
      const DramPiece served = timing.serve(stream, piece, now);
      EXPECT_GE(served.occupied_until, now);
      EXPECT_GE(served.done, served.occupied_until);
      now = served.occupied_until;
      end = std::max(end, served.done);
    }
  }
  timing.finish(end);
  return end;
}

DramClock end_of(const DramSystem& system, std::vector<DramStream> streams,
                 std::uint64_t piece = kWhole) {
  const auto timing = make_dram_timing(system);
  return end_of(*timing, std::move(streams), piece);
}

double clocks_each(const DramSystem& system, const std::vector<std::uint64_t>& addresses,
                   bool write = false) {
  std::vector<DramStream> streams;
  const auto bytes = static_cast<std::uint64_t>(system.device.access_bytes);
  for (const std::uint64_t a : addresses) streams.push_back(stream_of(a, bytes, write));
  return static_cast<double>(end_of(system, streams)) / static_cast<double>(addresses.size());
}

// ---------------------------------------------------------------------------------------------
// What follows from the standard's parameters alone, with refresh off.

struct Standard {
  const char* name;
  double conflict;    // max(tRC, tRAS + tRP)
  double sequential;  // max(tCCD_S, burst), half of it with two pseudo-channels
  // max(tFAW / 4, tRRD_S, burst); with two pseudo-channels half of it, but 3 at least: a precharge
  // and an activate of two clocks on one row bus.
  double random;
};
const Standard kStandards[] = {
    {"ddr3_1600", 39, 4, 6},    {"ddr4_2400", 56, 4, 6.5},  {"ddr4_3200", 74, 4, 8.5},
    {"lpddr4_3200", 97, 8, 16}, {"lpddr5_6400", 49, 2, 4},  {"gddr6_14000", 80, 2, 8},
    {"hbm2_2000", 48, 2, 7.5},  {"hbm2_2000_pc", 48, 1, 3}, {"hbm2e_3200", 77, 1, 3.5},
};

TEST(DramTiming, ConflictsInOneBankTakeTheRowCycle) {
  for (const Standard& standard : kStandards) {
    for (const AddressMap map : {AddressMap::row_bank_column, AddressMap::row_column_bank}) {
      const DramSystem system = make_system(standard.name, map);
      std::vector<std::uint64_t> addresses;
      for (int i = 0; i < 2000; ++i) addresses.push_back(address(system, i, 0));
      EXPECT_NEAR(clocks_each(system, addresses), standard.conflict, 0.1) << standard.name;
    }
  }
}

TEST(DramTiming, SequentialOverBanksTakesTheBurst) {
  for (const Standard& standard : kStandards) {
    const DramSystem system = make_system(standard.name);
    const std::uint64_t bytes = 4 << 20;
    const auto bursts =
        static_cast<double>(bytes) / static_cast<double>(system.device.access_bytes);
    const auto end = static_cast<double>(end_of(system, {stream_of(0, bytes)}));
    EXPECT_NEAR(end / bursts, standard.sequential, 0.02 * standard.sequential) << standard.name;
  }
}

TEST(DramTiming, RandomOverBanksTakesTheActivateWindow) {
  for (const Standard& standard : kStandards) {
    const DramSystem system = make_system(standard.name);
    std::mt19937_64 random(7);
    std::vector<std::uint64_t> addresses;
    const auto access = static_cast<std::uint64_t>(system.device.access_bytes);
    for (int i = 0; i < 8000; ++i) addresses.push_back(random() % (1 << 28) / access * access);
    // Where tRC is long against that, all banks of the queue are busy now and then.
    EXPECT_NEAR(clocks_each(system, addresses), standard.random, 0.05 * standard.random)
        << standard.name;
  }
}

TEST(DramTiming, SequentialWithinRowsMixesBankGroupsOnlyNearRowEnds) {
  // DDR4-2400: 6 clocks (tCCD_L) within a bank group, 4 where the queue holds two rows. DRAMsim3
  // gives 4.94 with 32 transactions and 8 commands per bank in its queues, Ramulator 2 about 5.18
  // with 32 requests in all, which is 24 in a queue and 8 with a bank.
  DramSystem system = make_system("ddr4_2400", AddressMap::row_bank_column);
  const auto each = [&](int depth) {
    system.queue_depth = depth;
    return static_cast<double>(end_of(system, {stream_of(0, 1 << 20)})) / 16384;
  };
  EXPECT_NEAR(each(32), 4.94, 0.02 * 4.94);
  EXPECT_NEAR(each(24), 5.18, 0.02 * 5.18);
  EXPECT_NEAR(each(1), 6, 0.5);    // no look-ahead: every row opens in the open
  EXPECT_NEAR(each(256), 4, 0.1);  // two rows always
}

TEST(DramTiming, IdleLatencies) {
  struct Case {
    const char* name;
    DramClock closed, hit, conflict;
  };
  // tRCD + CL + burst; CL + burst; tRP + tRCD + CL + burst.
  const Case cases[] = {{"ddr4_2400", 38, 21, 55},
                        {"hbm2_2000", 30, 16, 44},
                        {"hbm2_2000_pc", 30, 16, 44},
                        {"lpddr4_3200", 65, 36, 94}};
  for (const Case& c : cases) {
    for (const AddressMap map : {AddressMap::row_bank_column, AddressMap::row_column_bank}) {
      SCOPED_TRACE(c.name);
      DramSystem system = make_system(c.name, map);
      const auto timing = make_dram_timing(system);
      const auto latency = [&](DramClock now, std::uint64_t a) {
        DramStream stream = stream_of(a, static_cast<std::uint64_t>(system.device.access_bytes));
        return timing->serve(stream, kWhole, now).done - now;
      };
      EXPECT_EQ(latency(1000, address(system, 0, 0)), c.closed);
      EXPECT_EQ(latency(2000, address(system, 0, 0, 1)), c.hit);
      EXPECT_EQ(latency(3000, address(system, 1, 0)), c.conflict);
      EXPECT_EQ(latency(4000, address(system, 1, 5)), c.closed);
      timing->finish(5000);
      const DramCounts counts = timing->counts();
      EXPECT_EQ(counts.activates, 3u);
      EXPECT_EQ(counts.precharges, 1u);
      EXPECT_EQ(counts.row_hits, 1u);
    }
  }
}

TEST(DramTiming, LatencyIsPaidOnceByTransfersInFlight) {
  const DramSystem system = make_system("ddr4_2400");
  std::vector<DramStream> streams;
  for (std::uint64_t i = 0; i < 256; ++i) streams.push_back(stream_of(i * 4096, 4096));
  const DramClock in_flight = end_of(system, streams);
  EXPECT_NEAR(static_cast<double>(in_flight), 16384 * 4, 0.01 * 16384 * 4);

  const auto timing = make_dram_timing(system);
  DramClock now = 0;
  for (DramStream& stream : streams) now = timing->serve(stream, kWhole, now).done;
  // Each waits for its own data: tRCD once, CL and the last burst every time.
  EXPECT_NEAR(static_cast<double>(now), 256.0 * (64 * 4 + 17), 0.01 * 256 * 273);
}

TEST(DramTiming, ReadsAndWritesTurnTheBusAround) {
  // One row, 64 reads, then 64 writes, and so on: per pair 128 bursts, read to write
  // CL + burst - CWL + tRTRS = 10 and write to read CWL + burst + tWTR = 19 (S) to 25 (L) instead
  // of 4 each; the queue mixes no directions, so nothing hides that. At the end the writes that
  // were held back go together, which saves a turn.
  const DramSystem system = make_system("ddr4_2400");
  std::vector<DramStream> streams;
  for (int i = 0; i < 100; ++i) {
    streams.push_back(stream_of(0, 4096));
    streams.push_back(stream_of(8192, 4096, true));
  }
  const double pair = static_cast<double>(end_of(system, streams)) / 100;
  EXPECT_GE(pair, 0.99 * (126 * 4 + 10 + 19));
  EXPECT_LE(pair, 126 * 4 + 10 + 25 + 4);
}

TEST(DramTiming, OpenRowsDoNotMakeAStrideFast) {
  // 128 KiB open row 0 of all 16 banks. Then every fourth burst: one bank group only, tCCD_L = 6;
  // every sixteenth: one bank; runs of four: all groups in turn, tCCD_S = 4.
  struct Case {
    std::uint32_t row_bytes;
    std::uint64_t pitch;
    double clocks_each;
  };
  for (const Case& c :
       {Case{64, 256, 6}, Case{64, 1024, 6}, Case{256, 1024, 4}, Case{64, 320, 4}}) {
    const DramSystem system = make_system("ddr4_2400");
    const auto before = static_cast<double>(end_of(system, {stream_of(0, 128 << 10)}));
    DramStream strided;
    strided.region = {0, static_cast<std::uint32_t>((128 << 10) / c.pitch), c.row_bytes, c.pitch};
    const auto bursts = static_cast<double>(strided.region.useful_bytes()) / 64;
    const auto after = static_cast<double>(end_of(system, {stream_of(0, 128 << 10), strided}));
    EXPECT_NEAR((after - before) / bursts, c.clocks_each, 0.15 * c.clocks_each) << c.pitch;
  }
}

TEST(DramTiming, TwoInitiatorsInTurnShareTheBandwidth) {
  // A load and a store stream, 2 KiB each in turn. In map B every piece meets other rows in all 16
  // banks: 16 activates at tFAW / 4 = 6.5 clocks hide behind 32 bursts at 4, turnarounds do not.
  const DramSystem system = make_system("ddr4_2400");
  const auto timing = make_dram_timing(system);
  DramStream load = stream_of(0, 1 << 20);
  DramStream store = stream_of(64 << 20, 1 << 20, true);
  DramClock now = 0;
  DramClock load_done = 0;
  DramClock store_done = 0;
  while (!load.finished() || !store.finished()) {
    const DramPiece a = timing->serve(load, 2048, now);
    const DramPiece b = timing->serve(store, 2048, a.occupied_until);
    now = b.occupied_until;
    load_done = a.done;
    store_done = b.done;
  }
  timing->finish(now);
  EXPECT_EQ(timing->counts().read_bytes, timing->counts().write_bytes);
  EXPECT_NEAR(static_cast<double>(load_done), static_cast<double>(store_done), 300);
  EXPECT_GT(store_done, 2 * 65536);
  EXPECT_LT(store_done, 1.25 * 2 * 65536);
}

TEST(DramTiming, DoneIsForetoldClosely) {
  // Random reads fill the queue; what drain() foretells must be what happens if nothing comes.
  for (const char* name : {"ddr4_2400", "lpddr4_3200", "hbm2_2000", "hbm2_2000_pc"}) {
    for (const int queued : {1, 4, 12, 32}) {
      const DramSystem system = make_system(name);
      DramChannel channel(system);
      std::mt19937_64 random(3);
      double foretold = 0;
      double happened = 0;
      DramClock now = 0;
      for (int round = 0; round < 300; ++round) {
        for (int i = 0; i < queued; ++i) {
          DramRun run;
          run.first_bank = static_cast<int>(random() % 8);
          run.row = static_cast<std::int64_t>(random() % 1000);
          run.bursts = static_cast<std::int64_t>(1 + random() % 3);
          run.write = round % 4 == 3;
          channel.enter(run);
        }
        channel.admit();
        foretold += static_cast<double>(channel.drain(true) - now);
        channel.finish(0);
        happened += static_cast<double>(channel.drain(true) - now);
        now = channel.drain(true) + 100;
        channel.advance(now);
      }
      // Banks, activates and bus are each taken alone, so mostly it is early.
      EXPECT_LE(foretold, 1.02 * happened) << name << " " << queued;
      EXPECT_GE(foretold, 0.9 * happened) << name << " " << queued;
      if (queued == 1) {
        EXPECT_EQ(foretold, happened) << name;
      }
    }
  }
}

// ---------------------------------------------------------------------------------------------
// Pseudo-channels: hbm2_2000_pc has two, which take rows of 1 KiB in turn.

TEST(DramTiming, PseudoChannelsMoveDataAtTheSameTime) {
  const DramSystem system = make_system("hbm2_2000_pc", AddressMap::row_bank_column);
  // A row is 32 bursts at tCCD_L = 4 between tRCD = 14 and CL + burst = 16.
  EXPECT_EQ(end_of(system, {stream_of(0, 1024)}), 14 + 31 * 4 + 16);
  // That of the other begins when the row bus has sent the first activate: two clocks later.
  EXPECT_EQ(end_of(system, {stream_of(0, 2048)}), 2 + 14 + 31 * 4 + 16);
  // Two rows of one pseudo-channel take turns between bank groups, at tCCD_S = 2.
  EXPECT_NEAR(static_cast<double>(end_of(system, {stream_of(0, 1024), stream_of(2048, 1024)})),
              14 + 63 * 2 + 16, 6);
}

TEST(DramTiming, PseudoChannelsShareTheQueue) {
  // In order, 32 places hold 1 to 2 rows: half of the time one pseudo-channel waits. Ramulator 2
  // takes 1.90 clocks for each. Four rows keep both busy at tCCD_S.
  DramSystem system = make_system("hbm2_2000_pc", AddressMap::row_bank_column);
  system.bank_queue_depth = 4;
  const auto each = [&](int depth) {
    system.queue_depth = depth;
    return static_cast<double>(end_of(system, {stream_of(0, 1 << 20)})) / 32768;
  };
  EXPECT_NEAR(each(24), 1.90, 0.02 * 1.90);
  EXPECT_NEAR(each(256), 1, 0.02);
}

TEST(DramTiming, PseudoChannelsShareTheRowBus) {
  // Reads that open a row each, over all banks: an activate every tRRD = 4 in each of the two, but
  // behind a precharge and another activate on the bus.
  DramSystem system = make_system("hbm2_2000_pc", AddressMap::row_bank_column);
  std::vector<std::uint64_t> addresses;
  for (int i = 0; i < 4000; ++i) addresses.push_back(address(system, i / 32, i % 32));
  for (const int activate : {1, 2, 4}) {
    system.device.organisation.activate_clocks = activate;
    const double expected = std::max(2, activate + 1);
    EXPECT_NEAR(clocks_each(system, addresses), expected, 0.02 * expected) << activate;
  }
  system.page_policy = PagePolicy::closed;  // a precharge comes with the read
  EXPECT_NEAR(clocks_each(system, addresses), 4, 0.1);
}

TEST(DramTiming, PseudoChannelsShareTheColumnBus) {
  // Four with a burst of two clocks each could do two accesses a clock; the bus sends one.
  DramSystem system = make_system("hbm2_2000_pc");
  system.device.organisation.pseudo_channels = 4;
  const auto end = static_cast<double>(end_of(system, {stream_of(0, 1 << 20)}));
  EXPECT_NEAR(end / 32768, 1, 0.02);
}

TEST(DramTiming, PseudoChannelsTurnTheirBusesAroundAlone) {
  const DramSystem system = make_system("hbm2_2000_pc", AddressMap::row_bank_column);
  const auto write_done = [&](int bank) {
    const auto timing = make_dram_timing(system);
    const auto serve = [&](int b, bool write, DramClock now) {
      DramStream stream = stream_of(address(system, 0, b), 32, write);
      return timing->serve(stream, kWhole, now).done - now;
    };
    serve(0, false, 0);
    serve(bank, false, 100);  // the row is open
    serve(0, false, 1000);
    serve(bank, true, 1000);
    return timing->finish(1000) - 1000;
  };
  EXPECT_EQ(write_done(1), 16);          // the read is over last: its CL + burst
  EXPECT_EQ(write_done(2), 13 + 5 + 2);  // behind CL + burst - CWL + tRTRS: CWL + burst
}

TEST(DramTiming, PseudoChannelsRefreshAtOnce) {
  // tREFI = 3900: two refreshes each, and the next read waits for one tRFC = 260 only.
  const DramSystem system = make_system("hbm2_2000_pc", AddressMap::row_bank_column, true);
  const auto timing = make_dram_timing(system);
  DramStream both = stream_of(0, 2048);
  EXPECT_EQ(timing->serve(both, kWhole, 7800).done, 7800 + 260 + 2 + 14 + 31 * 4 + 16);
  timing->finish(9000);
  EXPECT_EQ(timing->counts().refreshes, 4u);
  EXPECT_EQ(timing->counts().activates, 2u);
}

// ---------------------------------------------------------------------------------------------
// The write queue.

/// Activates of 16 reads of a row, `writes` bursts to another row of that bank, and 16 more reads
/// of the first: 2 if the writes let the reads go first.
std::uint64_t activates_of_turns(const DramSystem& system, int writes) {
  DramChannel channel(system);
  DramRun run;
  run.bursts = 16;
  channel.enter(run);
  DramRun write;
  write.row = 1;
  write.bursts = writes;
  write.write = true;
  channel.enter(write);
  channel.enter(run);
  channel.finish(0);
  EXPECT_EQ(channel.counts().activates + channel.counts().row_hits,
            static_cast<std::uint64_t>(32 + writes));
  return channel.counts().activates;
}

TEST(DramTiming, ReadsGoFirstUntilWritesAreMany) {
  const DramSystem system = make_system("ddr4_2400", AddressMap::row_bank_column);
  EXPECT_EQ(activates_of_turns(system, 1), 2u);
  EXPECT_EQ(activates_of_turns(system, 31), 2u);
  EXPECT_EQ(activates_of_turns(system, 32), 3u);
}

TEST(DramTiming, WatermarksSayWhenWritesGoAndWhenTheyStop) {
  DramSystem system = make_system("ddr4_2400", AddressMap::row_bank_column);
  system.write_drain_start = 8;
  EXPECT_EQ(activates_of_turns(system, 7), 2u);
  EXPECT_EQ(activates_of_turns(system, 8), 3u);
  system.write_drain_start = 16;
  EXPECT_EQ(activates_of_turns(system, 16), 3u);
  system.write_drain_stop = 8;  // which are left for the end
  EXPECT_EQ(activates_of_turns(system, 16), 4u);
}

TEST(DramTiming, WritesGoWhenNoReadIsLeft) {
  // A write alone waits for nobody: tRCD + CWL + burst, as its done says.
  const DramSystem system = make_system("ddr4_2400");
  const auto timing = make_dram_timing(system);
  DramStream write = stream_of(0, 64, true);
  EXPECT_EQ(timing->serve(write, kWhole, 0).done, 17 + 12 + 4);
  // Behind a read it is held until that is through, and done says so; the memory takes it at once.
  DramStream read = stream_of(0, 64);
  timing->serve(read, kWhole, 1000);
  DramStream held = stream_of(128, 64, true);
  const DramPiece piece = timing->serve(held, kWhole, 1000);
  EXPECT_EQ(piece.occupied_until, 1000);
  EXPECT_GT(piece.done, 1000 + 17 + 4);
  EXPECT_NEAR(static_cast<double>(timing->finish(5000)), static_cast<double>(piece.done), 40);
  EXPECT_EQ(timing->counts().write_bytes, 128u);
}

TEST(DramTiming, QueuesOfAnyDepthServeAll) {
  std::mt19937_64 random(11);
  const auto pick = [&](int below) {
    return static_cast<int>(random() % static_cast<unsigned>(below));
  };
  for (int round = 0; round < 300; ++round) {
    SCOPED_TRACE(round);
    const char* const standards[] = {"ddr4_2400", "hbm2_2000", "hbm2_2000_pc"};
    DramSystem system = make_system(
        standards[round % 3],
        pick(2) == 0 ? AddressMap::row_bank_column : AddressMap::row_column_bank, pick(2) == 0);
    system.device.organisation.ranks = 1 + pick(2);
    system.page_policy = pick(4) == 0 ? PagePolicy::closed : PagePolicy::open;
    system.queue_depth = 1 + pick(40);
    system.write_queue_depth = 1 + pick(40);
    system.write_drain_start = 1 + pick(system.write_queue_depth);
    system.write_drain_stop = pick(system.write_drain_start);
    system.bank_queue_depth = 1 + pick(10);
    const auto timing = make_dram_timing(system);
    std::uint64_t bytes = 0;
    DramClock now = 0;
    for (int i = 0; i < 60; ++i) {
      const auto length = 64 * static_cast<std::uint64_t>(1 + pick(i % 3 == 0 ? 300 : 4));
      DramStream stream =
          stream_of(64 * static_cast<std::uint64_t>(pick(40'000)), length, pick(2) == 0);
      bytes += length;
      const DramPiece piece = timing->serve(stream, kWhole, now + (pick(4) == 0 ? 500 : 0));
      EXPECT_GE(piece.occupied_until, now);
      now = piece.occupied_until;
    }
    const DramClock end = timing->finish(now);
    const DramCounts counts = timing->counts();
    const std::uint64_t bursts = bytes / static_cast<std::uint64_t>(system.device.access_bytes);
    EXPECT_EQ(counts.read_bytes + counts.write_bytes, bytes);
    EXPECT_GE(counts.activates + counts.row_hits, bursts);
    EXPECT_LE(counts.activates + counts.row_hits, bursts + 32 * counts.refreshes);
    EXPECT_GE(end * system.device.organisation.pseudo_channels,
              static_cast<DramClock>(bursts) * system.device.burst_clocks);
  }
}

TEST(DramTiming, FinishWritesAllThatWaits) {
  // Reads without end keep writes waiting; what is left counts and takes time at the end.
  const DramSystem system = make_system("ddr4_2400");
  const auto timing = make_dram_timing(system);
  DramClock now = 0;
  DramClock read_done = 0;
  for (std::uint64_t i = 0; i < 20; ++i) {
    DramStream read = stream_of(i * 4096, 4096);
    const DramPiece piece = timing->serve(read, kWhole, now);
    now = piece.occupied_until;
    read_done = piece.done;
    if (i != 19) continue;
    DramStream write = stream_of(1 << 24, 1024, true);
    EXPECT_EQ(timing->serve(write, kWhole, now).occupied_until, now);
  }
  const DramClock end = timing->finish(read_done);
  EXPECT_GE(end, read_done + 16 * 4);
  EXPECT_LE(end, read_done + 16 * 7 + 60);
  EXPECT_EQ(timing->counts().activates + timing->counts().row_hits, 20u * 64 + 16);
}

// ---------------------------------------------------------------------------------------------
// Refresh.

TEST(DramTiming, RefreshTakesItsShare) {
  // Every tREFI the banks are closed, refreshed and opened again: tRP + tRFC + tRCD at least.
  for (const char* name : {"ddr4_2400", "lpddr4_3200", "hbm2_2000"}) {
    DramSystem system = make_system(name);
    const DramClocks& t = system.device.timing;
    const std::uint64_t bytes = 16 << 20;
    const auto off = static_cast<double>(end_of(system, {stream_of(0, bytes)}));
    system.refresh = true;
    const auto timing = make_dram_timing(system);
    const auto on = static_cast<double>(end_of(*timing, {stream_of(0, bytes)}));
    const auto refreshes = static_cast<double>(timing->counts().refreshes);
    EXPECT_EQ(refreshes, std::floor(on / static_cast<double>(t.refi))) << name;
    EXPECT_GE(on - off, refreshes * static_cast<double>(t.rfc)) << name;
    EXPECT_LE(on - off, refreshes * static_cast<double>(t.rfc + t.rp + t.rcd + t.rtp + 2 * t.faw))
        << name;
  }
}

TEST(DramTiming, RefreshGoesOnWhileIdleAndClosesRows) {
  const DramSystem system = make_system("ddr4_2400", AddressMap::row_column_bank, true);
  const auto timing = make_dram_timing(system);
  const auto read = [&](DramClock now) {
    DramStream stream = stream_of(0, 64);
    return timing->serve(stream, kWhole, now).done - now;
  };
  EXPECT_EQ(read(0), 38);
  EXPECT_EQ(read(1'000'000), 38);  // 106 refreshes of 9360 clocks later the row is closed
  timing->finish(1'000'038);
  EXPECT_EQ(timing->counts().refreshes, 106u);
  EXPECT_EQ(timing->counts().activates, 2u);
  EXPECT_EQ(timing->counts().precharges, 1u);
  // 107 x 9360 = 1001520: closing the row and 420 clocks of refresh hold up whoever comes then.
  EXPECT_EQ(read(1'001'521), 17 + 420 - 1 + 38);
}

// ---------------------------------------------------------------------------------------------
// Pieces, counts, channels, policies.

TEST(DramTiming, PiecesOfAnySizeTakeAsLongAsOne) {
  for (const char* name : {"ddr4_2400", "lpddr4_3200", "hbm2_2000", "hbm2_2000_pc"}) {
    for (const AddressMap map : {AddressMap::row_bank_column, AddressMap::row_column_bank}) {
      SCOPED_TRACE(name);
      const DramSystem system = make_system(name, map, true);
      std::vector<DramStream> streams;
      for (std::uint64_t i = 0; i < 40; ++i) {
        streams.push_back(stream_of(i * 70'000, 30'000 + 997 * i, i % 3 == 2));
        streams.back().region.rows = 1 + static_cast<std::uint32_t>(i % 2) * 3;
        streams.back().region.pitch = 100'000;
      }
      const auto whole = static_cast<double>(end_of(system, streams));
      for (const std::uint64_t piece : {64u, 256u, 2048u, 4000u, 65536u}) {
        // Pieces enter a queue that has just taken in what is before them, as one transfer does;
        // only the order among bursts that could all go differs.
        const auto cut = static_cast<double>(end_of(system, streams, piece));
        EXPECT_NEAR(cut, whole, 0.01 * whole) << piece;
      }
    }
  }
}

TEST(DramTiming, CountsWholeBurstsAndUsefulBytes) {
  for (const DramFidelity fidelity :
       {DramFidelity::ideal, DramFidelity::bandwidth, DramFidelity::banked}) {
    for (const int channels : {1, 4}) {
      for (const std::uint64_t piece : {std::uint64_t{64}, std::uint64_t{512}, kWhole}) {
        DramSystem system = make_system("ddr4_2400");
        system.fidelity = fidelity;
        system.channels = channels;
        const auto timing = make_dram_timing(system);
        DramStream read;
        read.region = {100, 10, 200, 1000};  // rows across 4 or 5 bursts
        DramStream write;
        write.region = {4096, 3, 128, 128};  // contiguous: six bursts
        write.write = true;
        const std::uint64_t moved = burst_bytes(read.region, 64);
        end_of(*timing, {read, write}, piece);
        const DramCounts counts = timing->counts();
        EXPECT_EQ(counts.read_bytes, moved);
        EXPECT_EQ(counts.useful_read_bytes, 2000u);
        EXPECT_EQ(counts.write_bytes, 384u);
        EXPECT_EQ(counts.useful_write_bytes, 384u);
        if (fidelity == DramFidelity::banked) {
          EXPECT_EQ(counts.activates + counts.row_hits, (moved + 384) / 64);
        }
      }
    }
  }
}

TEST(DramTiming, EmptyTransferTakesNothing) {
  for (const DramFidelity fidelity :
       {DramFidelity::ideal, DramFidelity::bandwidth, DramFidelity::banked}) {
    DramSystem system = make_system("ddr4_2400");
    system.fidelity = fidelity;
    const auto timing = make_dram_timing(system);
    DramStream nothing = stream_of(64, 0);
    EXPECT_TRUE(nothing.finished());
    const DramPiece piece = timing->serve(nothing, kWhole, 5);
    EXPECT_EQ(piece.bytes, 0u);
    EXPECT_EQ(piece.occupied_until, 5);
  }
}

TEST(DramTiming, ChannelsScaleBandwidth) {
  const std::uint64_t bytes = 8 << 20;
  DramSystem system = make_system("hbm2_2000");
  const auto one = static_cast<double>(end_of(system, {stream_of(0, bytes)}));
  for (const int channels : {2, 4, 8}) {
    system.channels = channels;
    const auto many = static_cast<double>(end_of(system, {stream_of(0, bytes)}));
    EXPECT_NEAR(many * channels, one, 0.03 * one) << channels;
    EXPECT_NEAR(static_cast<double>(end_of(system, {stream_of(0, bytes)}, 2048)), many,
                0.03 * many);
  }
  // A pitch that always meets the same channel gains nothing.
  DramStream column;
  column.region = {0, 4096, 256, 8 * 256};
  const auto eight = static_cast<double>(end_of(system, {column}));
  system.channels = 1;
  column.region.pitch = 256;
  EXPECT_NEAR(eight, static_cast<double>(end_of(system, {column})), 0.02 * eight);
}

TEST(DramTiming, TwoRanksHideARowCycleBehindAnother) {
  DramSystem system = make_system("ddr4_2400", AddressMap::row_bank_column);
  const std::uint64_t rank_bytes = 16 * 8192;
  const auto conflicts = [&] {
    std::vector<std::uint64_t> addresses;
    for (std::uint64_t i = 0; i < 1000; ++i) {
      const std::uint64_t turn = i / 2 * 2 * rank_bytes;
      addresses.push_back(system.device.organisation.ranks == 2 ? turn + i % 2 * rank_bytes
                                                                : i * rank_bytes);
    }
    return clocks_each(system, addresses);
  };
  EXPECT_NEAR(conflicts(), 56, 0.1);
  system.device.organisation.ranks = 2;
  EXPECT_NEAR(conflicts(), 28, 0.5);
}

TEST(DramTiming, ClosedPagesTradeHitsForConflicts) {
  DramSystem system = make_system("ddr4_2400");
  const auto latency_of_second = [&](std::uint64_t second) {
    const auto timing = make_dram_timing(system);
    DramStream a = stream_of(0, 64);
    timing->serve(a, kWhole, 0);
    DramStream b = stream_of(second, 64);
    return timing->serve(b, kWhole, 1000).done - 1000;
  };
  EXPECT_EQ(latency_of_second(address(system, 1, 0)), 55);
  EXPECT_EQ(latency_of_second(address(system, 0, 0, 1)), 21);
  system.page_policy = PagePolicy::closed;
  EXPECT_EQ(latency_of_second(address(system, 1, 0)), 38);
  EXPECT_EQ(latency_of_second(address(system, 0, 0, 1)), 38);
}

TEST(DramTiming, AddedLatencyDelaysDataOnly) {
  DramSystem system = make_system("ddr4_2400");
  system.latency_ns = 83;  // 100 clocks
  const auto timing = make_dram_timing(system);
  DramStream stream = stream_of(0, 64);
  const DramPiece piece = timing->serve(stream, kWhole, 0);
  EXPECT_EQ(piece.done, 38 + 100);
  EXPECT_EQ(piece.occupied_until, 0);  // the queue has room at once
}

TEST(DramTiming, ClosedPagesOpenTheirRowForEveryAccess) {
  DramSystem system = make_system("ddr4_2400", AddressMap::row_bank_column);
  system.page_policy = PagePolicy::closed;
  const auto timing = make_dram_timing(system);
  const DramClock end = end_of(*timing, {stream_of(0, 64 * 64)});
  EXPECT_EQ(end, 63 * 56 + 38);  // one bank: tRC each
  EXPECT_EQ(timing->counts().activates, 64u);
  EXPECT_EQ(timing->counts().row_hits, 0u);
  // Open for tRAS of every tRC, that is closed for tRP = 17 before each activate but the first; and
  // from the last precharge to the end, which is tRCD + CL + burst - tRAS = -1: not at all.
  EXPECT_EQ(timing->counts().closed_clocks, 63u * 17);
}

TEST(DramTiming, ClosedClocksAreThoseWithoutAnOpenBank) {
  const DramSystem system = make_system("ddr4_2400");
  const auto timing = make_dram_timing(system);
  DramStream first = stream_of(0, 64);
  timing->serve(first, kWhole, 1000);  // closed until its activate at 1000, open from then on
  DramStream conflict = stream_of(address(system, 1, 0), 64);
  timing->serve(conflict, kWhole, 2000);  // closed for tRP
  timing->finish(5000);
  EXPECT_EQ(timing->counts().closed_clocks, 1000u + 17);
}

// ---------------------------------------------------------------------------------------------
// The simple fidelities.

TEST(DramTiming, BandwidthTakesBytesOverBandwidthHoweverSmallThePieces) {
  DramSystem system = make_system("hbm2_2000");
  system.fidelity = DramFidelity::bandwidth;
  system.channels = 8;
  system.latency_ns = 100;
  // 300 tiles of 3 bursts: 0.75 clocks each at 256 bytes a clock.
  std::vector<DramStream> streams;
  for (std::uint64_t i = 0; i < 300; ++i) streams.push_back(stream_of(i * 192, 192));
  EXPECT_EQ(end_of(system, streams), 225 + 100);
  system.bandwidth_gbps = 10;  // 10 bytes a clock: 19.2 clocks each
  EXPECT_EQ(end_of(system, streams), 5760 + 100);
  EXPECT_EQ(end_of(system, streams, 64), 5760 + 100);
}

TEST(DramTiming, BandwidthForgetsIdleTime) {
  DramSystem system = make_system("hbm2_2000");
  system.fidelity = DramFidelity::bandwidth;
  const auto timing = make_dram_timing(system);
  DramStream a = stream_of(0, 320);
  EXPECT_EQ(timing->serve(a, kWhole, 0).done, 10);
  DramStream b = stream_of(0, 320);
  EXPECT_EQ(timing->serve(b, kWhole, 100).done, 110);
  DramStream c = stream_of(0, 320);
  EXPECT_EQ(timing->serve(c, kWhole, 105).done, 120);  // behind b
}

TEST(DramTiming, IdealTakesNoTime) {
  DramSystem system = make_system("ddr4_2400");
  system.fidelity = DramFidelity::ideal;
  EXPECT_EQ(end_of(system, {stream_of(0, 1 << 30)}), 0);
}

}  // namespace
}  // namespace saccade
