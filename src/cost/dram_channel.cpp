#include "cost/dram_channel.hpp"

#include <algorithm>

namespace saccade {
namespace {

constexpr std::int64_t kAll = std::numeric_limits<std::int64_t>::max();

}  // namespace

/// JEDEC's rules between commands, in the form of DRAMsim3's Timing: the data bus turns around with
/// a bubble of tRTRS, and reads wait tWTR after the last write data.
DramChannel::Spacing DramChannel::spacing_of(const DramDevice& device) {
  const DramClocks& t = device.timing;
  Spacing c{};
  c.burst = device.burst_clocks;
  c.column_s = std::max<DramClock>(t.ccd_s, c.burst);
  c.column_l = std::max<DramClock>(t.ccd_l, c.burst);
  c.pair = std::max(2 * c.column_s, c.column_l);
  c.read_to_write = std::max<DramClock>(c.column_s, t.cl + c.burst - t.cwl + t.rtrs);
  c.write_to_read_s = t.cwl + c.burst + t.wtr_s;
  c.write_to_read_l = t.cwl + c.burst + t.wtr_l;
  c.activate_to_column = {t.rcd - t.al, t.rcd_write - t.al};
  c.column_to_precharge = {t.al + t.rtp, t.al + t.cwl + c.burst + t.wr};
  c.precharge = t.rp;
  c.ras = t.ras;
  c.rc = t.rc;
  c.rrd_s = t.rrd_s;
  c.rrd_l = t.rrd_l;
  c.faw = t.faw;
  c.refresh = t.rfc;
  c.refresh_interval = t.refi;
  c.rank_switch = c.burst + t.rtrs;
  return c;
}

DramChannel::DramChannel(const DramSystem& system)
    : clocks_(spacing_of(system.device)),
      latency_{system.device.timing.al + system.device.timing.cl,
               system.device.timing.al + system.device.timing.cwl},
      pseudo_channels_(system.device.organisation.pseudo_channels),
      activate_clocks_(system.device.organisation.activate_clocks),
      banks_per_rank_(system.device.organisation.rank_banks()),
      groups_per_rank_(system.device.organisation.bank_groups),
      depth_{system.queue_depth, system.write_queue_depth},
      bank_depth_(system.bank_queue_depth),
      drain_start_(system.write_drain_start),
      drain_stop_(system.write_drain_stop),
      closed_page_(system.page_policy == PagePolicy::closed) {
  const int ranks = system.device.organisation.ranks;
  ranks_.resize(static_cast<std::size_t>(ranks * pseudo_channels_));
  groups_.resize(ranks_.size() * static_cast<std::size_t>(groups_per_rank_));
  banks_.resize(static_cast<std::size_t>(ranks * banks_per_rank_));
  for (std::size_t i = 0; i < ranks_.size(); ++i) {
    ranks_[i].activates.fill(-kNever);
    // Ranks refresh in turn, their pseudo-channels at once.
    const int rank = static_cast<int>(i) / pseudo_channels_;
    ranks_[i].refresh_due = clocks_.refresh_interval * (rank + 1) / ranks;
    if (system.refresh) refresh_due_ = std::min(refresh_due_, ranks_[i].refresh_due);
  }
  for (std::size_t i = 0; i < banks_.size(); ++i) {
    const int in_rank = static_cast<int>(i) % banks_per_rank_;
    const int bus = in_rank % pseudo_channels_;
    const int rank = static_cast<int>(i) / banks_per_rank_ * pseudo_channels_ + bus;
    const int group = in_rank / pseudo_channels_ % groups_per_rank_;
    banks_[i].rank = static_cast<std::int16_t>(rank);
    banks_[i].group = static_cast<std::int16_t>(rank * groups_per_rank_ + group);
    banks_[i].bus = static_cast<std::int16_t>(bus);
  }
}

void DramChannel::advance(DramClock now) {
  if (in_streak_) pass_streak(now, pending());
  if (in_streak_ && refresh_due_ <= now) end_streak();
  while (!in_streak_ && step(now, kAll)) {
  }
  time_ = std::max(time_, now);
}

DramClock DramChannel::admit() {
  for (const bool write : {false, true}) {
    while (waiting(write) > depth_[write]) pass(waiting(write) - depth_[write]);
  }
  return time_;
}

DramClock DramChannel::finish(DramClock now) {
  while (pending() > 0) pass(kAll);
  advance(now);
  for (Rank& rank : ranks_) {
    if (rank.open_banks > 0 || rank.closed_since >= now) continue;
    counts_.closed_clocks += static_cast<std::uint64_t>(now - rank.closed_since);
    rank.closed_since = now;
  }
  return data_end_;
}

/// Lets time pass until something is issued, at most `max_bursts` of it.
void DramChannel::pass(std::int64_t max_bursts) {
  if (in_streak_) {
    pass_streak(kNever, std::min(max_bursts, pending()));
  } else {
    step(kNever, max_bursts);
  }
}

void DramChannel::enter(DramRun run) {
  if (extend_streak(run)) return;
  const std::int64_t depth = depth_[run.write];
  while (run.bursts > 0) {
    if (begin_streak(run)) {
      if (extend_streak(run)) return;
      step(kNever, 1);  // the refresh that ended the streak
      continue;
    }
    while (waiting(run.write) >= depth) pass(waiting(run.write) - depth + 1);
    // What a run has beyond the queue's room waits outside, but as it can only follow its own
    // first bursts into the same row, it may be filed at once.
    const std::int64_t room = std::max<std::int64_t>(run.rotation, depth - waiting(run.write));
    const std::int64_t bursts = run.rotation == 1 ? run.bursts : std::min(run.bursts, room);
    file(run, bursts);
    run.bursts -= bursts;
    if (run.rotation > 1)
      run.first_bank = static_cast<int>((run.first_bank + bursts) % run.rotation);
  }
}

/// Files the first bursts of a run with their banks.
void DramChannel::file(const DramRun& run, std::int64_t bursts) {
  const std::int64_t rounds = bursts / run.rotation;
  const std::int64_t rest = bursts % run.rotation;
  pending_[run.write] += bursts;
  waiting_[run.write] += bursts;
  for (int i = 0; i < run.rotation && (rounds > 0 || i < rest); ++i) {
    const int in_rank = run.rotation == 1 ? run.first_bank : (run.first_bank + i) % run.rotation;
    const int bank = run.rank * banks_per_rank_ + in_rank;
    add_waiting(bank, run.row, rounds + (i < rest), run.write);
    take(bank);
  }
  if (waiting_[1] >= drain_start_) start_drain();
}

/// The earliest column command, the oldest of equals.
DramChannel::Choice DramChannel::next_column() const {
  DramClock none_before = column_command_ok_;
  if (!shares_commands()) {
    none_before = std::min(buses_[0].column_ok[0], buses_[0].column_ok[1]);
  }
  Choice best;
  for (const DramBankList::Item& item : hits_) {
    const Bank& bank = banks_[static_cast<std::size_t>(item.bank)];
    const DramClock time = std::max(column_command_ok_, column_time(bank, bank.write));
    if (time < best.time) best = {item.bank, time};
    if (time <= none_before) break;
  }
  return best;
}

/// The earliest activate, or precharge before one, the oldest of equals.
DramChannel::Choice DramChannel::next_row() const {
  DramClock none_before = shares_commands() ? row_command_ok_ : kNever;
  if (!shares_commands()) {
    for (const Rank& rank : ranks_) none_before = std::min(none_before, rank_activate_time(rank));
  }
  Choice best;
  for (const DramBankList::Item& item : misses_) {
    const Bank& bank = banks_[static_cast<std::size_t>(item.bank)];
    const DramClock ready =
        precharges_first(bank) ? bank.ready - clocks_.precharge : activate_time(bank);
    const DramClock time = std::max(row_command_ok_, ready);
    if (time < best.time) best = {item.bank, time};
    if (time <= none_before) break;
  }
  return best;
}

/// Does the next thing if it begins by `limit`: a refresh, a precharge or activate, or column
/// commands, at most `max_bursts`.
bool DramChannel::step(DramClock limit, std::int64_t max_bursts) {
  const Choice column = next_column();
  if (!row_known_) row_ = next_row();
  row_known_ = !shares_commands();
  const DramClock time = std::min(column.time, row_.time);
  if (refresh_due_ <= std::min(time, limit)) {
    refresh(std::min(time, limit));
    return true;
  }
  if (time > limit || time == kNever) return false;
  if (column.time < row_.time) {
    issue(column, std::min(limit, refresh_due_ - 1), max_bursts);
  } else if (precharges_first(banks_[static_cast<std::size_t>(row_.bank)])) {
    precharge(row_.bank, row_.time);
  } else {
    activate(row_.bank, row_.time);
  }
  return true;
}

void DramChannel::precharge(int index, DramClock time) {
  Bank& bank = banks_[static_cast<std::size_t>(index)];
  close(bank, time);
  bank.ready = std::max(bank.ready, bank.activate_ok);
  row_command_ok_ = time + 1;
}

void DramChannel::activate(int index, DramClock time) {
  Bank& bank = banks_[static_cast<std::size_t>(index)];
  Rank& rank = ranks_[static_cast<std::size_t>(bank.rank)];
  if (bank.row != kClosed) close(bank, time - clocks_.precharge);
  if (rank.open_banks++ == 0 && time > rank.closed_since) {
    counts_.closed_clocks += static_cast<std::uint64_t>(time - rank.closed_since);
  }
  ++counts_.activates;
  const Entry& head = entries_[static_cast<std::size_t>(bank.taken.head)];
  bank.row = head.row;
  bank.fresh = true;
  bank.activated = time;
  bank.activate_ok = time + clocks_.rc;
  bank.precharge_ok = time + clocks_.ras;
  bank.ready = time + clocks_.activate_to_column[head.write];
  misses_.remove(index);
  hits_.add(index, head.age);
  row_known_ = false;
  groups_[static_cast<std::size_t>(bank.group)].activate_ok = time + clocks_.rrd_l;
  rank.activate_ok = time + clocks_.rrd_s;
  rank.activates[rank.oldest] = time;
  rank.oldest = (rank.oldest + 1) % 4;
  if (shares_commands()) row_command_ok_ = time + activate_clocks_;
}

void DramChannel::close(Bank& bank, DramClock time) {
  Rank& rank = ranks_[static_cast<std::size_t>(bank.rank)];
  bank.row = kClosed;
  bank.activate_ok = std::max(bank.activate_ok, time + clocks_.precharge);
  --rank.open_banks;
  rank.closed_since = std::max(rank.closed_since, time);
  ++counts_.precharges;
}

/// Whoever can alternate with the chosen bank: the oldest open one in another bank group.
DramChannel::Partner DramChannel::find_partner(const Choice& choice) const {
  const Bank& first = banks_[static_cast<std::size_t>(choice.bank)];
  const auto suits = [&](const Bank& bank) {
    return bank.group != first.group && bank.write == first.write && bank.rank == first.rank;
  };
  Partner partner;
  for (const DramBankList::Item& item : hits_) {
    const Bank& bank = banks_[static_cast<std::size_t>(item.bank)];
    if (!suits(bank)) continue;
    if (bank.ready <= choice.time + clocks_.column_s) return {item.bank, choice.time};
    partner.none_before = std::min(partner.none_before, bank.ready);
  }
  for (const DramBankList::Item& item : misses_) {
    const Bank& bank = banks_[static_cast<std::size_t>(item.bank)];
    if (!suits(bank)) continue;
    partner.none_before = std::min(partner.none_before,
                                   activate_time(bank) + clocks_.activate_to_column[first.write]);
  }
  return partner;
}

/// Issues bursts of the chosen bank, and of a second one in another bank group in turn with it
/// where that is faster, as many as nothing can come between.
void DramChannel::issue(const Choice& choice, DramClock limit, std::int64_t max_bursts) {
  const Bank& bank = banks_[static_cast<std::size_t>(choice.bank)];
  std::int64_t bursts =
      std::min(entries_[static_cast<std::size_t>(bank.taken.head)].bursts, max_bursts);
  if (closed_page_ || shares_commands()) bursts = 1;
  if (bursts > 1) {
    bursts = std::min(bursts, (limit - choice.time) / clocks_.column_l + 1);
    if (clocks_.column_l > clocks_.column_s) {
      const Partner partner = find_partner(choice);
      if (partner.bank >= 0) {
        const Bank& other = banks_[static_cast<std::size_t>(partner.bank)];
        const std::int64_t pairs =
            std::min({bursts, entries_[static_cast<std::size_t>(other.taken.head)].bursts,
                      max_bursts / 2, (limit - choice.time) / clocks_.pair + 1});
        const DramClock last = choice.time + (pairs - 1) * clocks_.pair;
        issue_bursts(choice.bank, pairs, last);
        issue_bursts(partner.bank, pairs, last + clocks_.column_s);
        return;
      }
      if (partner.none_before < kNever) {
        const DramClock alone = std::max<DramClock>(0, partner.none_before - choice.time);
        bursts = std::min(bursts, alone / clocks_.column_l + 1);
      }
    }
  }
  issue_bursts(choice.bank, bursts, choice.time + (bursts - 1) * clocks_.column_l);
}

void DramChannel::column_issued(const Bank& bank, bool write, DramClock time) {
  Group& g = groups_[static_cast<std::size_t>(bank.group)];
  DataBus& bus = buses_[static_cast<std::size_t>(bank.bus)];
  g.column_ok[write] = time + clocks_.column_l;
  bus.column_ok[write] = time + clocks_.column_s;
  if (write) {
    g.column_ok[0] = time + clocks_.write_to_read_l;
    bus.column_ok[0] = time + clocks_.write_to_read_s;
  } else {
    bus.column_ok[1] = time + clocks_.read_to_write;
  }
  bus.other_rank_ok = time + clocks_.rank_switch;
  bus.last_rank = bank.rank;
  if (shares_commands()) column_command_ok_ = time + 1;
  time_ = std::max(time_, time);
  data_end_ = std::max(data_end_, last_beat(time, write));
}

void DramChannel::issue_bursts(int index, std::int64_t bursts, DramClock last) {
  Bank& bank = banks_[static_cast<std::size_t>(index)];
  Entry& entry = entries_[static_cast<std::size_t>(bank.taken.head)];
  const bool write = entry.write;
  column_issued(bank, write, last);
  bank.precharge_ok = std::max(bank.precharge_ok, last + clocks_.column_to_precharge[write]);
  counts_.row_hits += static_cast<std::uint64_t>(bursts - bank.fresh);
  bank.fresh = false;
  pending_[write] -= bursts;
  bank.taken_bursts -= bursts;
  entry.bursts -= bursts;
  if (entry.bursts == 0) free_first(bank.taken);
  const bool goes_on = entry.bursts > 0 && !closed_page_;
  if (!goes_on) hits_.remove(index);
  if (closed_page_) close(bank, bank.precharge_ok);
  if (!goes_on && !bank.taken.empty()) start_head(index, last);
  take(index);
  if (!write && pending_[0] == 0 && waiting_[1] > 0) take_all();
}

/// All-bank refresh of the rank that is due, and, if it is idle, of all that fall due by `limit`.
void DramChannel::refresh(DramClock limit) {
  int index = 0;
  while (ranks_[static_cast<std::size_t>(index)].refresh_due != refresh_due_) ++index;
  Rank& rank = ranks_[static_cast<std::size_t>(index)];
  const int first = index / pseudo_channels_ * banks_per_rank_ + index % pseudo_channels_;
  DramClock start = rank.refresh_due;
  bool open = false;
  for (int i = first; i < first + banks_per_rank_; i += pseudo_channels_) {
    Bank& bank = banks_[static_cast<std::size_t>(i)];
    if (bank.row == kClosed) continue;
    if (!bank.taken.empty() &&
        bank.row == entries_[static_cast<std::size_t>(bank.taken.head)].row) {
      hits_.remove(i);
      misses_.add(i, entries_[static_cast<std::size_t>(bank.taken.head)].age);
    }
    start = std::max(start, bank.precharge_ok);
    open = true;
  }
  for (int i = first; i < first + banks_per_rank_; i += pseudo_channels_) {
    Bank& bank = banks_[static_cast<std::size_t>(i)];
    if (bank.row != kClosed) close(bank, start);
  }
  if (open) start += clocks_.precharge;
  ++counts_.refreshes;
  rank.refresh_due += clocks_.refresh_interval;
  if (rank.refresh_due <= limit) {  // only when idle: a command between would have been the limit
    const DramClock more = (limit - rank.refresh_due) / clocks_.refresh_interval + 1;
    start = rank.refresh_due + (more - 1) * clocks_.refresh_interval;
    rank.refresh_due += more * clocks_.refresh_interval;
    counts_.refreshes += static_cast<std::uint64_t>(more);
  }
  for (int i = first; i < first + banks_per_rank_; i += pseudo_channels_) {
    Bank& bank = banks_[static_cast<std::size_t>(i)];
    bank.activate_ok = std::max(bank.activate_ok, start + clocks_.refresh);
    if (!bank.taken.empty()) bank.ready = std::max(bank.ready, bank.activate_ok);
  }
  row_known_ = false;
  refresh_due_ = kNever;
  for (const Rank& r : ranks_) refresh_due_ = std::min(refresh_due_, r.refresh_due);
}

}  // namespace saccade
