#include "validate/dram_streams.hpp"

#include <map>
#include <random>
#include <stdexcept>

namespace saccade {
namespace {

using Transfers = std::vector<DramTransfer>;

constexpr std::uint64_t kMiB = 1 << 20;
constexpr std::uint32_t kReads = 4096;
constexpr int kRandoms = 16384;

/// Where things lie in the system's address map.
struct Layout {
  explicit Layout(const DramSystem& system)
      : access(static_cast<std::uint64_t>(system.device.access_bytes)),
        banks(static_cast<std::uint64_t>(system.device.organisation.rank_banks())),
        row_bytes(static_cast<std::uint64_t>(system.device.organisation.row_bytes)),
        row_pitch(row_bytes * banks *
                  static_cast<std::uint64_t>(system.device.organisation.ranks *
                                             system.channels.value_or(1))),
        striped(system.address_map == AddressMap::row_column_bank) {}

  std::uint64_t bank_pitch() const { return striped ? access : row_bytes; }
  std::uint64_t column_pitch() const { return striped ? access * banks : access; }

  std::uint64_t access;
  std::uint64_t banks;  ///< of a rank, over its pseudo-channels
  std::uint64_t row_bytes;
  std::uint64_t row_pitch;  ///< to the next row of the same bank
  bool striped;             ///< over banks, access by access
};

DramTransfer block(std::uint64_t address, std::uint64_t bytes, bool write = false) {
  return {0, {address, 1, static_cast<std::uint32_t>(bytes), bytes}, write};
}

DramTransfer rows(std::uint64_t address, std::uint64_t count, std::uint64_t row_bytes,
                  std::uint64_t pitch) {
  return {
      0,
      {address, static_cast<std::uint32_t>(count), static_cast<std::uint32_t>(row_bytes), pitch},
      false};
}

Transfers bank_rotation(const Layout& layout) {
  if (!layout.striped) return {rows(0, kReads, layout.access, layout.row_bytes)};
  const std::uint64_t rounds = kReads / layout.banks;
  Transfers list = {rows(0, rounds, layout.banks * layout.access, layout.row_pitch)};
  const std::uint64_t rest = kReads % layout.banks;
  if (rest > 0) list.push_back(block(rounds * layout.row_pitch, rest * layout.access));
  return list;
}

Transfers random_accesses(const Layout& layout, bool writes_too) {
  std::mt19937_64 random(1);
  Transfers list;
  for (int i = 0; i < kRandoms; ++i) {
    const std::uint64_t address = random() % (256 * kMiB) / layout.access * layout.access;
    list.push_back(block(address, layout.access, writes_too && random() % 2 == 1));
  }
  return list;
}

Transfers copy(std::uint64_t chunk) {
  Transfers list;
  for (std::uint64_t i = 0; i < kMiB; i += chunk) {
    list.push_back(block(i, chunk));
    list.push_back(block(64 * kMiB + i, chunk, true));
  }
  return list;
}

Transfers tiles() {
  Transfers list;
  for (std::uint64_t i = 0; i < 16; ++i) list.push_back(rows(i * 64 * 4096, 64, 256, 4096));
  return list;
}

Transfers paced(const Layout& layout) {
  Transfers list;
  for (std::uint64_t i = 0; i < kReads; ++i) {
    list.push_back(block(i * layout.access, layout.access));
    list.back().not_before = static_cast<DramClock>(16 * i);
  }
  return list;
}

Transfers probes(const Layout& layout) {
  Transfers list;
  for (const std::uint64_t address :
       {std::uint64_t{0}, layout.column_pitch(), layout.row_pitch,
        layout.row_pitch + (layout.banks - 1) * layout.bank_pitch()}) {
    list.push_back(block(address, layout.access));
    list.back().not_before = static_cast<DramClock>(100 + 1000 * (list.size() - 1));
  }
  return list;
}

Transfers stride(const Layout& layout, std::uint64_t bytes) {
  return {rows(0, kReads, layout.access, bytes)};
}

using Generator = Transfers (*)(const Layout&);

const std::map<std::string, Generator>& generators() {
  using L = const Layout&;
  static const std::map<std::string, Generator> table = {
      {"seq_rd_1MB", [](L) -> Transfers { return {block(0, kMiB)}; }},
      {"seq_wr_1MB", [](L) -> Transfers { return {block(0, kMiB, true)}; }},
      {"rowconf_rd_4096",
       [](L l) -> Transfers { return {rows(0, kReads, l.access, l.row_pitch)}; }},
      {"bankrot_rowmiss_rd_4096", bank_rotation},
      {"stride256_rd_4096", [](L l) { return stride(l, 256); }},
      {"stride1024_rd_4096", [](L l) { return stride(l, 1024); }},
      {"stride4096_rd_4096", [](L l) { return stride(l, 4096); }},
      {"stride16384_rd_4096", [](L l) { return stride(l, 16384); }},
      {"rand_rd_16384", [](L l) { return random_accesses(l, false); }},
      {"rand_rw50_16384", [](L l) { return random_accesses(l, true); }},
      {"copy_1MB_fine", [](L l) { return copy(l.access); }},
      {"copy_1MB_4KBchunk", [](L) { return copy(4096); }},
      {"tile_64x256B_pitch4096_x16", [](L) { return tiles(); }},
      {"paced_seq_rd_every16", paced},
      {"probe_latency", probes},
  };
  return table;
}

}  // namespace

std::vector<DramTransfer> dram_stream(const std::string& stream, const DramSystem& system) {
  const auto generator = generators().find(stream);
  if (generator == generators().end()) {
    throw std::invalid_argument("unknown DRAM request stream \"" + stream + "\"");
  }
  return generator->second(Layout(system));
}

}  // namespace saccade
