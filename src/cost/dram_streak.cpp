// DramChannel, the short cut: streaks of row hits.
#include <algorithm>

#include "cost/dram_channel.hpp"

namespace saccade {

/// Whether a run goes on where the streak ends, or touches all bank groups alike: bursts that
/// favour some would not keep the streak's pace.
bool DramChannel::in_turn(const DramRun& run) const {
  if (run.rotation == 1) return run.first_bank == streak_.first_bank;
  return clocks_.column_l == clocks_.column_s || run.bursts % groups_per_rank_ == 0 ||
         (streak_.first_bank + pending_[run.write]) % run.rotation == run.first_bank;
}

/// Adds a run that goes on in the rows of the streak. Ends the streak if it does not, unless they
/// are writes that let it go first.
bool DramChannel::extend_streak(const DramRun& run) {
  if (!in_streak_) return false;
  if (run.write && !streak_.write && pending_[0] > 0) return false;
  if (run.row != streak_.row || run.rank != streak_.rank || run.write != streak_.write ||
      !in_turn(run)) {
    end_streak();
    return false;
  }
  const std::int64_t depth = depth_[run.write];
  while (waiting(run.write) >= depth) {
    if (!pass_streak(kNever, waiting(run.write) - depth + 1)) return false;
  }
  if (pending_[run.write] == 0) streak_ready_ = std::max(streak_ready_, time_);
  pending_[run.write] += run.bursts;
  return true;
}

/// Bursts of a run's direction that one of its banks has, taken and waiting, or -1 if they are not
/// all hits to its row.
std::int64_t DramChannel::hits_of(const DramRun& run, const Bank& bank) const {
  const Fifo& waiting = bank.waiting[run.write];
  const bool one_each = bank.taken.head == bank.taken.tail && waiting.head == waiting.tail;
  if (bank.row != run.row || !one_each) return -1;
  if (bank.taken.empty()) return 0;
  if (bank.write != run.write) return -1;
  if (waiting.empty()) return bank.taken_bursts;
  const Entry& entry = entries_[static_cast<std::size_t>(waiting.head)];
  return entry.row == run.row ? bank.taken_bursts + entry.bursts : -1;
}

/// Whether a run could begin a streak, and from when on: its row must be open in all of its banks,
/// and nothing but hits to it may wait, or writes that let it go first.
bool DramChannel::may_streak(const DramRun& run, DramClock& ready) const {
  // With closed pages there are no hits; where commands share a bus, each must find its clock.
  if (in_streak_ || closed_page_ || shares_commands() || misses_.size() != 0 ||
      hits_.size() > run.rotation) {
    return false;
  }
  if (run.write ? pending_[0] > 0 : draining_) return false;
  const int base = run.rank * banks_per_rank_ + (run.rotation == 1 ? run.first_bank : 0);
  std::array<std::int64_t, kMaxDramBanks> group_bursts;
  std::fill_n(group_bursts.begin(), groups_per_rank_, 0);
  const std::int64_t pending = pending_[run.write];
  const DramClock pace = pending * clocks_.column_s + clocks_.column_l;
  int open = 0;
  std::int64_t all = 0;
  ready = 0;
  for (int i = base; i < base + run.rotation; ++i) {
    const Bank& bank = banks_[static_cast<std::size_t>(i)];
    const std::int64_t hits = hits_of(run, bank);
    if (hits < 0) return false;
    ready = std::max(ready, bank.activated + clocks_.activate_to_column[run.write]);
    open += hits > 0;
    all += hits;
    // One bank group must not hold more than goes at the streak's pace.
    std::int64_t& bursts = group_bursts[static_cast<std::size_t>(i % groups_per_rank_)];
    bursts += hits;
    if (run.rotation > 1 && bursts * clocks_.column_l > pace) return false;
  }
  if (open != hits_.size() || all != pending) return false;
  if (pending == 0) {
    ready = std::max(ready, time_);
    return true;
  }
  // Else some wait for their activate while others could go.
  return ready <= buses_[0].column_ok[run.write];
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
    if (!bank->taken.empty()) free_first(bank->taken);
    if (!bank->waiting[run.write].empty()) free_first(bank->waiting[run.write]);
    bank->taken_bursts = 0;
  }
  hits_.clear();
  waiting_[run.write] = 0;
  if (run.write) draining_ = false;
  in_streak_ = true;
  streak_ = run;
  if (run.rotation > 1) {
    // What already waits are, as in any steady queue, the bursts just before.
    const auto before = static_cast<int>(pending_[run.write] % run.rotation);
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
  const std::int64_t bursts = pending_[streak_.write];
  pending_[streak_.write] = 0;
  file(streak_, bursts);
  if (pending_[0] == 0 && waiting_[1] > 0) take_all();
}

DramClock DramChannel::streak_time() const {
  const int bank = streak_.rank * banks_per_rank_ + streak_.first_bank;
  const auto group = static_cast<std::size_t>(banks_[static_cast<std::size_t>(bank)].group);
  const DataBus& bus = buses_[0];  // no streaks with pseudo-channels
  DramClock time = std::max(streak_ready_, bus.column_ok[streak_.write]);
  time = std::max(time, groups_[group].column_ok[streak_.write]);
  return streak_.rank == bus.last_rank ? time : std::max(time, bus.other_rank_ok);
}

/// Issues at most `max_bursts` that begin by `limit`. Ends the streak and returns false when a
/// refresh falls due before, or writes get their turn.
bool DramChannel::pass_streak(DramClock limit, std::int64_t max_bursts) {
  const DramClock first = streak_time();
  const DramClock interval = streak_interval();
  const DramClock end = std::min(limit, refresh_due_ - 1);
  const std::int64_t bursts =
      first > end ? 0
                  : std::min({max_bursts, pending_[streak_.write], (end - first) / interval + 1});
  if (bursts > 0) {
    const int step = static_cast<int>((bursts - 1) % streak_.rotation);
    const int last_bank =
        streak_.rotation == 1 ? streak_.first_bank : (streak_.first_bank + step) % streak_.rotation;
    const Bank& bank = banks_[static_cast<std::size_t>(streak_.rank * banks_per_rank_ + last_bank)];
    streak_last_ = first + (bursts - 1) * interval;
    column_issued(bank, streak_.write, streak_last_);
    counts_.row_hits += static_cast<std::uint64_t>(bursts);
    pending_[streak_.write] -= bursts;
    if (streak_.rotation > 1) streak_.first_bank = (last_bank + 1) % streak_.rotation;
  }
  const bool turn = pending_[streak_.write] == 0 && waiting_[1] > 0;
  if (!turn && (refresh_due_ > limit || (bursts == max_bursts && bursts > 0))) return true;
  end_streak();
  return false;
}

}  // namespace saccade
