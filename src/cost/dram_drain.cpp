// DramChannel, its forecast: when all that was entered will be done.
#include <algorithm>

#include "cost/dram_channel.hpp"

namespace saccade {

/// What one bank, or several, have to do, and when one could have done it if it were alone.
struct DramChannel::Left {
  std::int64_t bursts = 0;
  std::int64_t activates = 0;
  DramClock first_activate = kNever;
  DramClock first_column = kNever;
  DramClock last_column = 0;
  bool write = false;  ///< the last one

  void add(const Left& other) {
    bursts += other.bursts;
    activates += other.activates;
    first_activate = std::min(first_activate, other.first_activate);
    first_column = std::min(first_column, other.first_column);
  }
};

void DramChannel::bank_left(const Bank& bank, bool writes_too, Left& left) const {
  // With closed pages every burst opens its row anew.
  const DramClock spacing = closed_page_ ? clocks_.rc : clocks_.column_l;
  std::int64_t row = bank.row;
  DramClock activated = bank.activated;
  DramClock time = time_;
  const auto add = [&](const Fifo& fifo) {
    for (std::int32_t i = fifo.head; i >= 0; i = entries_[static_cast<std::size_t>(i)].next) {
      const Entry& entry = entries_[static_cast<std::size_t>(i)];
      const DramClock to_column = clocks_.activate_to_column[entry.write];
      const bool first = left.bursts == 0;
      if (row != entry.row) {
        const DramClock recovered = time + clocks_.column_to_precharge[left.write];
        activated = first ? activate_time(bank)
                          : std::max(activated + clocks_.rc, recovered + clocks_.precharge);
        left.first_activate = std::min(left.first_activate, activated);
        left.activates += closed_page_ ? entry.bursts : 1;
        row = closed_page_ ? kClosed : entry.row;
        time = activated + to_column;
      } else if (!first) {
        time += clocks_.column_l;
      }
      if (first) {
        time = std::max(time, column_time(bank, entry.write));
        left.first_column = time;
      }
      time += (entry.bursts - 1) * spacing;
      if (closed_page_) activated += (entry.bursts - 1) * spacing;
      left.bursts += entry.bursts;
      left.write = entry.write;
    }
  };
  add(bank.taken);
  add(bank.waiting[0]);
  if (writes_too) add(bank.waiting[1]);
  left.last_column = time;
}

/// When what several banks have left would have its last column command, were there nothing but
/// the spacing of their activates and of their column commands.
DramClock DramChannel::paced(const Left& left, DramClock four_activates, DramClock column) const {
  if (left.bursts == 0) return 0;
  const DramClock columns = left.first_column + (left.bursts - 1) * column;
  if (left.activates < 2) return columns;
  return std::max(columns, left.first_activate + (left.activates - 1) * four_activates / 4 +
                               clocks_.activate_to_column[left.write]);
}

/// The latest of what each bank, each bank group, the data buses, the activates and the command
/// buses need.
DramClock DramChannel::queue_drain(bool writes_too, bool& write) const {
  std::array<std::int64_t, kMaxDramBanks> group_bursts{};
  std::array<Left, kMaxPseudoChannels> on_bus;
  Left all;
  DramClock last = 0;
  for (const Bank& bank : banks_) {
    if (bank.taken.empty() && bank.waiting[0].empty() && bank.waiting[1].empty()) continue;
    Left left;
    bank_left(bank, writes_too, left);
    if (left.bursts == 0) continue;
    on_bus[static_cast<std::size_t>(bank.bus)].add(left);
    all.add(left);
    std::int64_t& in_group = group_bursts[static_cast<std::size_t>(bank.group)];
    in_group += left.bursts;
    last = std::max(last, left.first_column + (in_group - 1) * clocks_.column_l);
    if (left.last_column < last) continue;
    last = left.last_column;
    write = left.write;
  }
  const DramClock four = std::max(4 * clocks_.rrd_s, clocks_.faw);
  for (Left& left : on_bus) {
    left.write = write;
    last = std::max(last, paced(left, four, clocks_.column_s));
  }
  if (!shares_commands()) return last;
  all.write = write;
  // Every activate has a precharge before it, which comes with the access if pages are closed.
  const DramClock row_commands = activate_clocks_ + (closed_page_ ? 0 : 1);
  return std::max(last, paced(all, 4 * row_commands, 1));
}

DramClock DramChannel::drain(bool writes_too) const {
  DramClock last = 0;
  bool write = streak_.write;
  if (in_streak_ && pending_[write] > 0) {
    last = streak_time() + (pending_[write] - 1) * streak_interval();
    // Writes that let it go first follow at the pace of the data bus, behind their first row.
    if (writes_too && waiting_[1] > 0) {
      last += clocks_.precharge + clocks_.activate_to_column[1] + waiting_[1] * clocks_.column_s;
    }
  } else if (pending_[0] > 0 || (pending_[1] > 0 && (writes_too || pending_[1] > waiting_[1]))) {
    last = queue_drain(writes_too, write);
  } else {
    return data_end_;
  }
  if (last >= refresh_due_) {
    last += clocks_.precharge + clocks_.refresh + clocks_.activate_to_column[write];
  }
  return std::max(data_end_, last_beat(last, write));
}

}  // namespace saccade
