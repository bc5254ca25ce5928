// Regions of memory: a transfer is a list of row segments, rounded up to bursts.
#pragma once
#include <cstdint>

namespace saccade {

/// Row i covers the bytes [address + i * pitch, address + i * pitch + row_bytes).
struct Region {
  std::uint64_t address = 0;
  std::uint32_t rows = 1;
  std::uint32_t row_bytes = 0;
  std::uint64_t pitch = 0;

  std::uint64_t useful_bytes() const { return std::uint64_t{rows} * row_bytes; }
  /// Rows that follow each other without a gap are one segment.
  bool contiguous() const { return rows <= 1 || pitch == row_bytes; }
};

/// Bytes moved when each segment is widened to whole bursts.
inline std::uint64_t burst_bytes(const Region& region, std::uint64_t burst) {
  const auto span = [burst](std::uint64_t begin, std::uint64_t bytes) {
    return bytes == 0 ? 0 : (begin + bytes + burst - 1) / burst * burst - begin / burst * burst;
  };
  if (region.contiguous()) return span(region.address, region.useful_bytes());
  if (region.pitch % burst == 0) return region.rows * span(region.address, region.row_bytes);
  std::uint64_t sum = 0;
  for (std::uint64_t row = 0; row < region.rows; ++row) {
    sum += span(region.address + row * region.pitch, region.row_bytes);
  }
  return sum;
}

}  // namespace saccade
