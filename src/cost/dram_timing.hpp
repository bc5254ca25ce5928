// When DRAM transfers are done: pure, without SystemC; state persists from transfer to transfer.
#pragma once
#include <cstdint>
#include <memory>

#include "cost/counters.hpp"
#include "cost/region.hpp"
#include "hardware/dram.hpp"

namespace saccade {

/// A point in time, or a duration, in clocks of the memory device (DramDevice::tck_ns).
using DramClock = std::int64_t;

/// A transfer that is served piece by piece: the region, and how far it is.
struct DramStream {
  Region region;
  bool write = false;
  std::uint32_t row = 0;           ///< first row of the region that is not yet served
  std::uint64_t offset = 0;        ///< bytes of that row that are
  std::uint64_t channel_mask = 0;  ///< channels that it has used

  bool finished() const {
    return row >= region.rows || region.row_bytes == 0 || (region.contiguous() && row > 0);
  }
};

/// What became of one piece.
struct DramPiece {
  DramClock occupied_until = 0;  ///< the memory has taken all of it in: the next piece may come
  /// Its last data beat is over if nothing else comes; said with a stream's last piece only. Reads
  /// that come later go before writes that wait, which are then written later than this says.
  DramClock done = 0;
  std::uint64_t bytes = 0;  ///< moved: whole bursts
};

/// The timing of one memory system. A caller serves a piece, waits until `occupied_until`, and may
/// serve the next one, of the same stream or another. It must wait until `done` before it uses a
/// stream's data. Several pieces in flight reach the bandwidth of the device; a caller that always
/// waits for `done` pays the latency of every piece.
class DramTiming {
 public:
  virtual ~DramTiming() = default;

  /// Serves the next bytes of `stream`, at most `max_bytes` (but at least one burst), from the
  /// stream's position on. `now` must not decrease from call to call.
  virtual DramPiece serve(DramStream& stream, std::uint64_t max_bytes, DramClock now) = 0;

  /// Takes over the state of another timing of the same system: for a transfer that is served ahead
  /// and then cut short.
  virtual void assume(const DramTiming& other) = 0;

  /// The end of the run: does whatever still waits, and what falls due until `now`. Returns when
  /// the last data beat is over; 0 if there was none.
  virtual DramClock finish(DramClock now) = 0;

  /// Bytes of all that was served, and commands of all that was done by the last call's `now`;
  /// complete after finish().
  virtual DramCounts counts() const = 0;
};

/// The timing that `system.fidelity` asks for; `system` must have been completed by load_dram().
std::unique_ptr<DramTiming> make_dram_timing(const DramSystem& system);

/// Bytes [begin, end) of memory, whole bursts.
struct DramRange {
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
  std::uint64_t useful = 0;  ///< bytes in it that were asked for

  std::uint64_t bytes() const { return end - begin; }
};

/// Takes the next range of contiguous bursts off an unfinished stream: the rest of a row, or as
/// many bursts of it as `max_bytes` allow, at least one.
DramRange take_range(DramStream& stream, std::uint64_t max_bytes, std::uint64_t burst);

/// Counts a range as read or written.
inline void count_range(DramCounts& counts, const DramRange& range, bool write) {
  (write ? counts.write_bytes : counts.read_bytes) += range.bytes();
  (write ? counts.useful_write_bytes : counts.useful_read_bytes) += range.useful;
}

}  // namespace saccade
