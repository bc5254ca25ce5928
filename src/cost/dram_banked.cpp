#include "cost/dram_banked.hpp"

#include <algorithm>
#include <cmath>

namespace saccade {

BankedDram::BankedDram(const DramSystem& system)
    : burst_(static_cast<std::uint64_t>(system.device.access_bytes)),
      interleave_(static_cast<std::uint64_t>(system.interleave_bytes)),
      row_bytes_(static_cast<std::uint64_t>(system.device.organisation.row_bytes)),
      banks_(static_cast<std::uint64_t>(system.device.organisation.rank_banks())),
      ranks_(static_cast<std::uint64_t>(system.device.organisation.ranks)),
      map_(system.address_map),
      latency_(static_cast<DramClock>(std::ceil(system.latency_ns / system.device.tck_ns))),
      channels_(static_cast<std::size_t>(system.channels.value_or(1)), DramChannel(system)) {}

DramPiece BankedDram::serve(DramStream& stream, std::uint64_t max_bytes, DramClock now) {
  DramPiece piece{now, now, 0};
  for (DramChannel& channel : channels_) channel.advance(now);
  while (!stream.finished() && piece.bytes + burst_ <= std::max(max_bytes, burst_)) {
    const DramRange range = take_range(stream, max_bytes - piece.bytes, burst_);
    count_range(bytes_, range, stream.write);
    enter_range(range, stream);
    piece.bytes += range.bytes();
  }
  for (std::size_t i = 0; i < channels_.size(); ++i) {
    if ((stream.channel_mask >> i & 1) == 0) continue;
    piece.occupied_until = std::max(piece.occupied_until, channels_[i].admit());
    if (stream.finished())
      piece.done = std::max(piece.done, channels_[i].drain(stream.write) + latency_);
  }
  piece.done = std::max(piece.done, piece.occupied_until);
  return piece;
}

DramClock BankedDram::finish(DramClock now) {
  DramClock end = 0;
  for (DramChannel& channel : channels_) end = std::max(end, channel.finish(now) + latency_);
  return end;
}

DramCounts BankedDram::counts() const {
  DramCounts sum = bytes_;
  for (const DramChannel& channel : channels_) {
    sum.activates += channel.counts().activates;
    sum.precharges += channel.counts().precharges;
    sum.refreshes += channel.counts().refreshes;
    sum.row_hits += channel.counts().row_hits;
    sum.closed_clocks += channel.counts().closed_clocks;
  }
  return sum;
}

/// Bytes of [0, address) that lie on the channel: its own address of the first byte from there on.
std::uint64_t BankedDram::local(std::uint64_t address, std::uint64_t channel) const {
  const std::uint64_t round = interleave_ * channels_.size();
  const std::uint64_t rest = address % round;
  const std::uint64_t begin = channel * interleave_;
  const std::uint64_t own = rest <= begin ? 0 : std::min(rest - begin, interleave_);
  return address / round * interleave_ + own;
}

void BankedDram::enter_range(const DramRange& range, DramStream& stream) {
  if (channels_.size() == 1) {
    stream.channel_mask = 1;
    enter_channel(0, range.begin, range.end, stream.write);
    return;
  }
  const std::uint64_t first = range.begin / interleave_;
  const std::uint64_t count =
      std::min<std::uint64_t>((range.end - 1) / interleave_ - first + 1, channels_.size());
  for (std::uint64_t i = 0; i < count; ++i) {
    const std::uint64_t channel = (first + i) % channels_.size();
    stream.channel_mask |= std::uint64_t{1} << channel;
    enter_channel(channel, local(range.begin, channel), local(range.end, channel), stream.write);
  }
}

/// Cuts a range of a channel's own addresses into runs over its banks.
void BankedDram::enter_channel(std::size_t index, std::uint64_t begin, std::uint64_t end,
                               bool write) {
  const bool striped = map_ == AddressMap::row_column_bank;
  const std::uint64_t span = striped ? row_bytes_ * banks_ : row_bytes_;
  while (begin < end) {
    const std::uint64_t stop = std::min(end, (begin / span + 1) * span);
    const std::uint64_t unit = begin / span;
    DramRun run;
    run.bursts = static_cast<std::int64_t>((stop - begin) / burst_);
    run.write = write;
    if (striped) {
      run.rotation = static_cast<int>(banks_);
      run.first_bank = static_cast<int>(begin / burst_ % banks_);
      run.rank = static_cast<int>(unit % ranks_);
      run.row = static_cast<std::int64_t>(unit / ranks_);
    } else {
      run.first_bank = static_cast<int>(unit % banks_);
      run.rank = static_cast<int>(unit / banks_ % ranks_);
      run.row = static_cast<std::int64_t>(unit / banks_ / ranks_);
    }
    channels_[index].enter(run);
    begin = stop;
  }
}

}  // namespace saccade
