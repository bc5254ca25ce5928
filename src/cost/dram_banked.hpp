// Banked DRAM: splits transfers over channels and address bits, and asks each channel for its time.
#pragma once
#include <vector>

#include "cost/dram_channel.hpp"
#include "cost/dram_timing.hpp"

namespace saccade {

class BankedDram : public DramTiming {
 public:
  explicit BankedDram(const DramSystem& system);

  DramPiece serve(DramStream& stream, std::uint64_t max_bytes, DramClock now) override;
  void assume(const DramTiming& other) override { *this = static_cast<const BankedDram&>(other); }
  DramClock finish(DramClock now) override;
  DramCounts counts() const override;

 private:
  void enter_range(const DramRange& range, DramStream& stream);
  void enter_channel(std::size_t channel, std::uint64_t begin, std::uint64_t end, bool write);
  std::uint64_t local(std::uint64_t address, std::uint64_t channel) const;

  std::uint64_t burst_;
  std::uint64_t interleave_;
  std::uint64_t row_bytes_;
  std::uint64_t banks_;  ///< of a rank, over its pseudo-channels
  std::uint64_t ranks_;
  AddressMap map_;
  DramClock latency_;
  std::vector<DramChannel> channels_;
  DramCounts bytes_;
};

}  // namespace saccade
