// DramChannel, the short cuts: streaks of row hits, and what is left to do.
#include <algorithm>

#include "cost/dram_channel.hpp"

namespace saccade {

/// Whether a run goes on where the streak ends, or touches all bank groups alike: bursts that
/// favour some would not keep the streak's pace.
bool DramChannel::in_turn(const DramRun& run) const {
  if (run.rotation == 1) return run.first_bank == streak_.first_bank;
  return clocks_.column_l == clocks_.column_s || run.bursts % groups_per_rank_ == 0 ||
         (streak_.first_bank + pending_) % run.rotation == run.first_bank;
}

/// Adds a run that goes on in the rows of the streak; ends the streak if it does not.
bool DramChannel::extend_streak(const DramRun& run) {
  if (!in_streak_) return false;
  if (run.row != streak_.row || run.rank != streak_.rank || run.write != streak_.write ||
      !in_turn(run)) {
    end_streak();
    return false;
  }
  while (pending_ >= depth_) {
    if (!pass_streak(kNever, pending_ - depth_ + 1)) return false;
  }
  if (pending_ == 0) streak_ready_ = std::max(streak_ready_, time_);
  pending_ += run.bursts;
  return true;
}

/// Whether a run could begin a streak, and from when on: its row must be open in all of its banks,
/// and nothing but hits to it may wait.
bool DramChannel::may_streak(const DramRun& run, DramClock& ready) const {
  // Closed pages end with the last request that waits, so a streak would be no short cut.
  if (closed_page_ || misses_.size() != 0 || hits_.size() > run.rotation) return false;
  const int base = run.rank * banks_per_rank_ + (run.rotation == 1 ? run.first_bank : 0);
  std::array<std::int64_t, kMaxDramBanks> group_bursts;
  std::fill_n(group_bursts.begin(), groups_per_rank_, 0);
  const DramClock slack = clocks_.column_l;
  int waiting = 0;
  ready = 0;
  for (int i = base; i < base + run.rotation; ++i) {
    const Bank& bank = banks_[static_cast<std::size_t>(i)];
    if (bank.row != run.row || bank.head != bank.tail) return false;
    ready = std::max(ready, bank.activated + clocks_.activate_to_column[run.write]);
    if (bank.head < 0) continue;
    if (bank.write != run.write) return false;
    // One bank group must not hold more than goes at the streak's pace.
    std::int64_t& bursts = group_bursts[static_cast<std::size_t>(i % groups_per_rank_)];
    bursts += entries_[static_cast<std::size_t>(bank.head)].bursts;
    if (run.rotation > 1 && bursts * clocks_.column_l > pending_ * clocks_.column_s + slack) {
      return false;
    }
    ++waiting;
  }
  if (waiting != hits_.size()) return false;
  if (pending_ == 0) {
    ready = std::max(ready, time_);
    return true;
  }
  return ready <= column_ok_[run.write];  // else some wait for their activate while others could go
}

/// Begins a streak where that may be; what already waits becomes part of it.
bool DramChannel::begin_streak(const DramRun& run) {
  DramClock ready = 0;
  if (!may_streak(run, ready)) return false;
  const auto first =
      banks_.begin() + run.rank * banks_per_rank_ + (run.rotation == 1 ? run.first_bank : 0);
  const auto last = first + run.rotation;
  for (auto bank = first; bank != last; ++bank) {
    counts_.row_hits -= bank->fresh;
    bank->fresh = false;
    if (bank->head < 0) continue;
    entries_[static_cast<std::size_t>(bank->head)].next = free_entry_;
    free_entry_ = bank->head;
    bank->head = bank->tail = -1;
  }
  hits_.clear();
  in_streak_ = true;
  streak_ = run;
  if (run.rotation > 1) {
    // What already waits are, as in any steady queue, the bursts just before.
    const auto before = static_cast<int>(pending_ % run.rotation);
    streak_.first_bank = (run.first_bank + run.rotation - before) % run.rotation;
  }
  streak_ready_ = ready;
  streak_last_ = 0;
  return true;
}

/// Files what waits with the banks again.
void DramChannel::end_streak() {
  in_streak_ = false;
  const int base =
      streak_.rank * banks_per_rank_ + (streak_.rotation == 1 ? streak_.first_bank : 0);
  for (int i = 0; i < streak_.rotation; ++i) {
    Bank& bank = banks_[static_cast<std::size_t>(base + i)];
    bank.precharge_ok =
        std::max(bank.precharge_ok, streak_last_ + clocks_.column_to_precharge[streak_.write]);
  }
  const std::int64_t bursts = pending_;
  pending_ = 0;
  file(streak_, bursts);
}

DramClock DramChannel::streak_time() const {
  const int bank = streak_.rank * banks_per_rank_ + streak_.first_bank;
  const auto group = static_cast<std::size_t>(banks_[static_cast<std::size_t>(bank)].group);
  DramClock time = std::max(streak_ready_, column_ok_[streak_.write]);
  time = std::max(time, groups_[group].column_ok[streak_.write]);
  return streak_.rank == last_rank_ ? time : std::max(time, other_rank_ok_);
}

/// Issues at most `max_bursts` that begin by `limit`. Ends the streak and returns false when a
/// refresh falls due before.
bool DramChannel::pass_streak(DramClock limit, std::int64_t max_bursts) {
  const DramClock first = streak_time();
  const DramClock interval = streak_interval();
  const DramClock end = std::min(limit, refresh_due_ - 1);
  const std::int64_t bursts =
      first > end ? 0 : std::min({max_bursts, pending_, (end - first) / interval + 1});
  if (bursts > 0) {
    const int step = static_cast<int>((bursts - 1) % streak_.rotation);
    const int last_bank =
        streak_.rotation == 1 ? streak_.first_bank : (streak_.first_bank + step) % streak_.rotation;
    const Bank& bank = banks_[static_cast<std::size_t>(streak_.rank * banks_per_rank_ + last_bank)];
    streak_last_ = first + (bursts - 1) * interval;
    column_issued(bank.group, streak_.rank, streak_.write, streak_last_);
    counts_.row_hits += static_cast<std::uint64_t>(bursts);
    pending_ -= bursts;
    if (streak_.rotation > 1) streak_.first_bank = (last_bank + 1) % streak_.rotation;
  }
  if (refresh_due_ > limit || (bursts == max_bursts && bursts > 0)) return true;
  end_streak();
  return false;
}

/// When a bank could issue its last waiting burst if it were alone.
DramClock DramChannel::bank_drain(const Bank& bank) const {
  DramClock time = 0;
  DramClock activated = bank.activated;
  bool first = true;
  for (std::int32_t i = bank.head; i >= 0; i = entries_[static_cast<std::size_t>(i)].next) {
    const Entry& entry = entries_[static_cast<std::size_t>(i)];
    const DramClock to_column = clocks_.activate_to_column[entry.write];
    if (first && bank.row == entry.row) {
      time = column_time(bank, entry.write);
    } else if (first) {
      activated = activate_time(bank);
      time = std::max(activated + to_column, column_time(bank, entry.write));
    } else {
      activated = std::max(activated + clocks_.rc, time + clocks_.precharge);
      time = activated + to_column;
    }
    first = false;
    time += (entry.bursts - 1) * clocks_.column_l;
    if (entry.next >= 0) time += clocks_.column_to_precharge[entry.write];
  }
  return time;
}

/// The latest of what each bank, each bank group, the data bus and the activates need.
DramClock DramChannel::queue_drain(bool& write) const {
  std::array<std::int64_t, kMaxDramBanks> group_bursts{};
  std::int64_t activates = 0;
  DramClock last = 0;
  DramClock first_column = kNever;
  DramClock first_activate = kNever;
  const auto add = [&](const Bank& bank, DramClock column) {
    first_column = std::min(first_column, column);
    std::int64_t& bursts = group_bursts[static_cast<std::size_t>(bank.group)];
    for (std::int32_t i = bank.head; i >= 0; i = entries_[static_cast<std::size_t>(i)].next) {
      bursts += entries_[static_cast<std::size_t>(i)].bursts;
      ++activates;
    }
    last = std::max(last, column + (bursts - 1) * clocks_.column_l);
    const DramClock alone = bank_drain(bank);
    if (alone < last) return;
    last = alone;
    write = entries_[static_cast<std::size_t>(bank.tail)].write;
  };
  for (const DramBankList::Item& item : hits_) {
    const Bank& bank = banks_[static_cast<std::size_t>(item.bank)];
    add(bank, column_time(bank, bank.write));
    --activates;
  }
  for (const DramBankList::Item& item : misses_) {
    const Bank& bank = banks_[static_cast<std::size_t>(item.bank)];
    const DramClock activate = activate_time(bank);
    first_activate = std::min(first_activate, activate);
    add(bank, activate + clocks_.activate_to_column[bank.write]);
  }
  if (activates > 1 && first_activate < kNever) {
    const DramClock four = std::max(4 * clocks_.rrd_s, clocks_.faw);
    last = std::max(
        last, first_activate + (activates - 1) * four / 4 + clocks_.activate_to_column[write]);
  }
  return std::max(last, first_column + (pending_ - 1) * clocks_.column_s);
}

DramClock DramChannel::drain() const {
  if (pending_ == 0) return data_end_;
  bool write = streak_.write;
  DramClock last =
      in_streak_ ? streak_time() + (pending_ - 1) * streak_interval() : queue_drain(write);
  if (last >= refresh_due_) {
    last += clocks_.precharge + clocks_.refresh + clocks_.activate_to_column[write];
  }
  return std::max(data_end_, last_beat(last, write));
}

}  // namespace saccade
