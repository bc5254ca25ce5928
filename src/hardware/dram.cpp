#include "hardware/dram.hpp"

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "base/file.hpp"
#include "base/text.hpp"

namespace saccade {
namespace {

/// No timing parameter of a published standard comes near this many clocks; refresh intervals do.
constexpr int kMaxClocks = 4096;
constexpr long long kMaxRefreshClocks = 1'000'000;
constexpr double kMaxCurrentMa = 100'000;
constexpr int kMaxRanks = 4;

const Record<DramOrganisation>& organisation_record() {
  using T = DramOrganisation;
  static const auto record =
      Record<T>("the organisation of a DRAM device")
          .field("channels", &T::channels, integer<int>(1, kMaxDramChannels), "channels of a stack",
                 1)
          .field("ranks", &T::ranks, integer<int>(1, kMaxRanks), "ranks per channel", 1)
          .field("bank_groups", &T::bank_groups, integer<int>(1, 16), "bank groups per rank")
          .field("banks_per_group", &T::banks_per_group, integer<int>(1, 32), "banks per group")
          .field("rows", &T::rows, integer<std::int64_t>(1, 1 << 24), "rows per bank")
          .field("row_bytes", &T::row_bytes, integer<std::int64_t>(64, 1 << 20),
                 "bytes of a row, per pseudo-channel")
          .field("pseudo_channels", &T::pseudo_channels, integer<int>(1, kMaxPseudoChannels),
                 "parts of a channel with banks and a data bus of their own", 1)
          .field("activate_clocks", &T::activate_clocks, integer<int>(1, 4),
                 "clocks for which an activate holds the row bus that pseudo-channels share", 1)
          .rule([](const T& organisation, const Cursor& cursor) {
            const int banks = organisation.ranks * organisation.rank_banks();
            if (banks > kMaxDramBanks) {
              cursor.fail(fmt::format("has {} banks per channel, expected at most {}", banks,
                                      kMaxDramBanks));
            }
            if (organisation.activate_clocks > 1 && organisation.pseudo_channels == 1) {
              cursor.at("activate_clocks").fail("has no effect without pseudo_channels");
            }
          });
  return record;
}

const Record<DramClocks>& clocks_record() {
  using T = DramClocks;
  const auto clocks = [](int min) { return integer<int>(min, kMaxClocks); };
  const auto long_clocks = integer<std::int64_t>(1, kMaxRefreshClocks);
  static const auto record =
      Record<T>("timing parameters in memory clocks")
          .field("CL", &T::cl, clocks(1), "column read to first data")
          .field("CWL", &T::cwl, clocks(1), "column write to first data")
          .field("AL", &T::al, clocks(0), "additive latency", 0)
          .field("tRCD", &T::rcd, clocks(1), "activate to column read")
          .field("tRCDWR", &T::rcd_write, clocks(1), "activate to column write")
          .field("tRP", &T::rp, clocks(1), "precharge to activate")
          .field("tRAS", &T::ras, clocks(1), "activate to precharge")
          .field("tRC", &T::rc, clocks(1), "activate to activate of one bank")
          .field("tRRD_S", &T::rrd_s, clocks(1), "activate to activate, other bank group")
          .field("tRRD_L", &T::rrd_l, clocks(1), "activate to activate, same bank group")
          .field("tCCD_S", &T::ccd_s, clocks(1), "column to column, other bank group")
          .field("tCCD_L", &T::ccd_l, clocks(1), "column to column, same bank group")
          .field("tFAW", &T::faw, clocks(1), "window of four activates")
          .field("tWR", &T::wr, clocks(1), "write recovery before precharge")
          .field("tWTR_S", &T::wtr_s, clocks(0), "write to read, other bank group")
          .field("tWTR_L", &T::wtr_l, clocks(0), "write to read, same bank group")
          .field("tRTP", &T::rtp, clocks(1), "read to precharge")
          .field("tRFC", &T::rfc, long_clocks, "duration of an all-bank refresh")
          .field("tREFI", &T::refi, long_clocks, "interval of refreshes")
          .field("tRTRS", &T::rtrs, clocks(0), "bubble when the data bus changes rank or direction")
          .rule([](const T& t, const Cursor& cursor) {
            if (t.rc < t.ras) cursor.at("tRC").fail("is below tRAS, expected at least tRAS");
            if (t.ccd_l < t.ccd_s) cursor.at("tCCD_L").fail("is below tCCD_S");
            if (t.rrd_l < t.rrd_s) cursor.at("tRRD_L").fail("is below tRRD_S");
            if (t.refi <= 2 * t.rfc) {
              cursor.at("tREFI").fail("leaves no time beside refresh, expected above 2 tRFC");
            }
          });
  return record;
}

const Record<DramCurrents>& currents_record() {
  using T = DramCurrents;
  const auto current = [] { return number(0, kMaxCurrentMa); };
  static const auto record =
      Record<T>("data-sheet currents of a DRAM device")
          .field("vdd_v", &T::vdd_v, number(0.1, 5), "supply in V")
          .field("devices_per_rank", &T::devices_per_rank, integer<int>(1, 64), "devices in a rank")
          .field("idd0_ma", &T::idd0_ma, current(), "one bank activated and precharged, in mA")
          .field("idd2n_ma", &T::idd2n_ma, current(), "standby with all banks closed, in mA")
          .field("idd3n_ma", &T::idd3n_ma, current(), "standby with open banks, in mA")
          .field("idd4r_ma", &T::idd4r_ma, current(), "reading all the time, in mA")
          .field("idd4w_ma", &T::idd4w_ma, current(), "writing all the time, in mA")
          .field("idd5_ma", &T::idd5_ma, current(), "refreshing all the time, in mA")
          .rule([](const T& c, const Cursor& cursor) {
            // Energy by command is the current above standby; below it, it would be negative.
            if (c.idd4r_ma < c.idd3n_ma) cursor.at("idd4r_ma").fail("is below idd3n_ma");
            if (c.idd4w_ma < c.idd3n_ma) cursor.at("idd4w_ma").fail("is below idd3n_ma");
            if (c.idd5_ma < c.idd3n_ma) cursor.at("idd5_ma").fail("is below idd3n_ma");
          });
  return record;
}

std::string dram_folder() { return data_dir() + "/configs/technology/dram"; }

std::vector<std::string> shipped_standards() {
  std::vector<std::string> names;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(dram_folder(), error)) {
    if (entry.path().extension() == ".json") names.push_back(entry.path().stem().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

void check_system(const DramSystem& system, const Cursor& cursor) {
  if (system.bandwidth_gbps && system.fidelity != DramFidelity::bandwidth) {
    cursor.at("bandwidth_gbps").fail("needs \"fidelity\": \"bandwidth\"");
  }
  if (system.write_drain_start > system.write_queue_depth) {
    cursor.at("write_drain_start").fail("is above write_queue_depth, so it is never reached");
  }
  if (system.write_drain_stop >= system.write_drain_start) {
    cursor.at("write_drain_stop").fail("must be below write_drain_start");
  }
}

}  // namespace

const Record<DramDevice>& dram_device_record() {
  using T = DramDevice;
  static const auto record =
      Record<T>("a DRAM standard")
          .include(assumed_record())
          .field("data_rate_mtps", &T::data_rate_mtps, integer<int>(1, 100'000),
                 "data rate per pin in MT/s")
          .field("tck_ns", &T::tck_ns, number(0.01, 100), "memory clock period in ns")
          .field("burst_clocks", &T::burst_clocks, integer<int>(1, 64),
                 "clocks that an access holds the data bus")
          .field("access_bytes", &T::access_bytes, integer<std::int64_t>(1, 4096),
                 "bytes of an access (one burst)")
          .field("organisation", &T::organisation, object(organisation_record()),
                 "channels, banks and rows")
          .field("timing", &T::timing, object(clocks_record()), "timing in clocks")
          .field("currents", &T::currents, optional(object(currents_record())),
                 "data-sheet currents", std::optional<DramCurrents>())
          .field("pj_per_bit", &T::pj_per_bit, number(0, 1000), "flat energy per bit moved in pJ")
          .rule([](const T& device, const Cursor& cursor) {
            if (device.organisation.row_bytes % device.access_bytes != 0) {
              cursor.at("access_bytes").fail("does not divide the row");
            }
            if (!device.currents) return;
            const DramCurrents& c = *device.currents;
            const DramClocks& t = device.timing;
            if (c.idd0_ma * t.rc < c.idd3n_ma * t.ras + c.idd2n_ma * t.rp) {
              cursor.at("currents").at("idd0_ma").fail("is below the standby currents over tRC");
            }
          });
  return record;
}

DramDevice read_dram_device(const std::string& path) {
  const Json document = read_json(path);
  DramDevice device = read_record(dram_device_record(), document, path);
  device.origins = Origins(document, path);
  return device;
}

double DramSystem::peak_bytes_per_s() const {
  if (bandwidth_gbps) return *bandwidth_gbps * 1e9;
  return channels.value_or(device.organisation.channels) * device.channel_bytes_per_s();
}

std::int64_t DramSystem::capacity_bytes() const {
  const DramOrganisation& o = device.organisation;
  return channels.value_or(o.channels) * o.ranks * o.rank_banks() * o.rows * o.row_bytes;
}

const Record<DramSystem>& dram_system_record() {
  using T = DramSystem;
  static const auto record =
      Record<T>("a DRAM system")
          .field("standard", &T::standard, text("a DRAM standard"),
                 "a file of configs/technology/dram/ without .json, or the path of another")
          .field("fidelity", &T::fidelity,
                 choice<DramFidelity>({{"ideal", DramFidelity::ideal},
                                       {"bandwidth", DramFidelity::bandwidth},
                                       {"banked", DramFidelity::banked}}),
                 "how exactly time is modelled (default: banked)", DramFidelity::banked)
          .field("channels", &T::channels, optional(integer<int>(1, kMaxDramChannels)),
                 "channels (default: those of the standard's stack)", std::optional<int>())
          .field("latency_ns", &T::latency_ns, number(0, 1e6),
                 "time from a request to its data beyond what the fidelity models, in ns", 0.0)
          .field("interleave_bytes", &T::interleave_bytes, integer<std::int64_t>(1, 1 << 30),
                 "consecutive bytes on one channel", std::int64_t{256})
          .field("address_map", &T::address_map,
                 choice<AddressMap>({{"row_bank_column", AddressMap::row_bank_column},
                                     {"row_column_bank", AddressMap::row_column_bank}}),
                 "order of address bits from the top (default: row_column_bank)",
                 AddressMap::row_column_bank)
          .field("page_policy", &T::page_policy,
                 choice<PagePolicy>({{"open", PagePolicy::open}, {"closed", PagePolicy::closed}}),
                 "open: until another row is wanted; closed: precharged after every access "
                 "(default: open)",
                 PagePolicy::open)
          .field("queue_depth", &T::queue_depth, integer<int>(1, 256),
                 "reads (bursts) per channel that wait for a place with their bank", 32)
          .field("write_queue_depth", &T::write_queue_depth, integer<int>(1, 256),
                 "writes per channel that wait while reads go first", 32)
          .field("write_drain_start", &T::write_drain_start, integer<int>(1, 256),
                 "waiting writes that stop the reads", 32)
          .field("write_drain_stop", &T::write_drain_stop, integer<int>(0, 255),
                 "waiting writes that let reads go on", 0)
          .field("bank_queue_depth", &T::bank_queue_depth, integer<int>(1, 256),
                 "commands per bank beyond these queues", 8)
          .field("quantum_bytes", &T::quantum_bytes, integer<std::int64_t>(64, 1 << 30),
                 "bytes after which another initiator gets its turn", std::int64_t{2048})
          .field("refresh", &T::refresh, boolean(), "whether the DRAM is refreshed", true)
          .field("bandwidth_gbps", &T::bandwidth_gbps, optional(number(1e-6, 1e6)),
                 "GB/s over all channels instead of the standard's peak", std::optional<double>())
          .field("pj_per_bit", &T::pj_per_bit, optional(number(0, 1000)),
                 "flat energy in pJ per bit moved, instead of energy by command",
                 std::optional<double>())
          .rule(check_system);
  return record;
}

std::string dram_path(const std::string& standard, const std::string& from_file) {
  if (std::filesystem::path(standard).extension() == ".json") return resolve(standard, from_file);
  const std::vector<std::string> names = shipped_standards();
  const bool known = std::find(names.begin(), names.end(), standard) != names.end();
  return known ? dram_folder() + "/" + standard + ".json" : "";
}

void load_dram(DramSystem& system, const Cursor& cursor) {
  const std::string path = dram_path(system.standard, cursor.file());
  if (path.empty()) {
    const std::vector<std::string> names = shipped_standards();
    cursor.at("standard")
        .fail(
            fmt::format("names the unknown standard \"{}\", expected one of {}, or a .json file{}",
                        system.standard, comma_list(names), did_you_mean(system.standard, names)));
    return;
  }
  Json document;
  try {
    document = read_json(path);
  } catch (const UserError& error) {
    for (const Mistake& m : error.mistakes()) cursor.mistakes().add(m.file, m.pointer, m.message);
    return;
  }
  auto device = dram_device_record().read(Cursor(document, path, cursor.mistakes()));
  if (!device) return;
  if (system.interleave_bytes % device->access_bytes != 0) {
    cursor.fail(
        fmt::format("interleaves channels by {} bytes, expected a multiple of the access of {}",
                    system.interleave_bytes, device->access_bytes));
  }
  if (!system.channels) system.channels = device->organisation.channels;
  device->origins = Origins(document, path);
  system.device = std::move(*device);
}

}  // namespace saccade
