#include "cost/dram_timing.hpp"

#include <algorithm>
#include <cmath>

#include "cost/dram_banked.hpp"

namespace saccade {
namespace {

/// Every transfer at once.
class IdealTiming : public DramTiming {
 public:
  explicit IdealTiming(std::uint64_t burst) : burst_(burst) {}

  DramPiece serve(DramStream& stream, std::uint64_t max_bytes, DramClock now) override {
    DramPiece piece{now, now, 0};
    end_ = now;
    while (!stream.finished() && piece.bytes + burst_ <= std::max(max_bytes, burst_)) {
      const DramRange range = take_range(stream, max_bytes - piece.bytes, burst_);
      count_range(counts_, range, stream.write);
      piece.bytes += range.bytes();
    }
    return piece;
  }

  void assume(const DramTiming& other) override { *this = static_cast<const IdealTiming&>(other); }
  DramClock finish(DramClock) override { return end_; }

  DramCounts counts() const override { return counts_; }

 private:
  std::uint64_t burst_;
  DramClock end_ = 0;
  DramCounts counts_;
};

/// A pipe of fixed bandwidth followed by a fixed latency.
class BandwidthTiming : public DramTiming {
 public:
  explicit BandwidthTiming(const DramSystem& system)
      : pieces_(static_cast<std::uint64_t>(system.device.access_bytes)),
        clocks_per_byte_(1e9 / (system.peak_bytes_per_s() * system.device.tck_ns)),
        latency_clocks_(system.latency_ns / system.device.tck_ns) {}

  DramPiece serve(DramStream& stream, std::uint64_t max_bytes, DramClock now) override {
    DramPiece piece = pieces_.serve(stream, max_bytes, now);
    // Whoever comes in the very clock in which the pipe falls free loses no fraction of it, so that
    // many small transfers take bytes over bandwidth, exactly.
    const auto arrival = static_cast<double>(now);
    if (arrival - free_ >= 1) free_ = arrival;
    free_ += static_cast<double>(piece.bytes) * clocks_per_byte_;
    piece.occupied_until = std::max(now, clocks(free_));
    piece.done = std::max(now, clocks(free_ + latency_clocks_));
    return piece;
  }

  void assume(const DramTiming& other) override {
    *this = static_cast<const BandwidthTiming&>(other);
  }
  DramClock finish(DramClock) override { return clocks(free_ + latency_clocks_); }

  DramCounts counts() const override { return pieces_.counts(); }

 private:
  /// The first whole clock, forgiving rounding.
  static DramClock clocks(double time) { return static_cast<DramClock>(std::ceil(time - 1e-6)); }

  IdealTiming pieces_;
  double clocks_per_byte_;
  double latency_clocks_;
  double free_ = 0;  ///< when the pipe is empty, in clocks
};

}  // namespace

DramRange take_range(DramStream& stream, std::uint64_t max_bytes, std::uint64_t burst) {
  const Region& region = stream.region;
  const bool one_row = region.contiguous();
  const std::uint64_t row_begin = region.address + stream.row * region.pitch;
  const std::uint64_t row_end = row_begin + (one_row ? region.useful_bytes() : region.row_bytes);
  const std::uint64_t begin = row_begin + stream.offset;

  DramRange range;
  range.begin = begin / burst * burst;
  range.end = (row_end + burst - 1) / burst * burst;
  const std::uint64_t limit = std::max<std::uint64_t>(1, max_bytes / burst) * burst;
  if (range.bytes() > limit) {
    range.end = range.begin + limit;
    stream.offset = range.end - row_begin;
  } else {
    ++stream.row;
    stream.offset = 0;
  }
  range.useful = std::min(row_end, range.end) - begin;
  return range;
}

std::unique_ptr<DramTiming> make_dram_timing(const DramSystem& system) {
  switch (system.fidelity) {
    case DramFidelity::ideal:
      return std::make_unique<IdealTiming>(static_cast<std::uint64_t>(system.device.access_bytes));
    case DramFidelity::bandwidth:
      return std::make_unique<BandwidthTiming>(system);
    case DramFidelity::banked:
      break;
  }
  return std::make_unique<BankedDram>(system);
}

}  // namespace saccade
