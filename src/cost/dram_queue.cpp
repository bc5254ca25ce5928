// DramChannel, its queues: what waits for a bank, and what the banks have taken.
#include <algorithm>

#include "cost/dram_channel.hpp"

namespace saccade {

std::int32_t DramChannel::new_entry(std::int64_t row, std::int64_t bursts, bool write) {
  std::int32_t entry = free_entry_;
  if (entry < 0) {
    entry = static_cast<std::int32_t>(entries_.size());
    entries_.emplace_back();
  } else {
    free_entry_ = entries_[static_cast<std::size_t>(entry)].next;
  }
  entries_[static_cast<std::size_t>(entry)] = {row, bursts, age_++, -1, write};
  return entry;
}

void DramChannel::append(Fifo& fifo, std::int32_t entry) {
  if (fifo.empty()) {
    fifo.head = entry;
  } else {
    entries_[static_cast<std::size_t>(fifo.tail)].next = entry;
  }
  fifo.tail = entry;
}

void DramChannel::free_first(Fifo& fifo) {
  const std::int32_t entry = fifo.head;
  std::int32_t& next = entries_[static_cast<std::size_t>(entry)].next;
  fifo.head = next;
  if (fifo.head < 0) fifo.tail = -1;
  next = free_entry_;
  free_entry_ = entry;
}

/// Bursts that no bank has taken yet.
std::int64_t DramChannel::waiting(bool write) const {
  if (!in_streak_ || write != streak_.write) return waiting_[write];
  return std::max<std::int64_t>(0, pending_[write] - bank_depth_ * streak_.rotation);
}

/// Whether banks take reads, or writes.
bool DramChannel::moves(bool write) const {
  return write ? draining_ || pending_[0] == 0 : !draining_;
}

void DramChannel::add_waiting(int index, std::int64_t row, std::int64_t bursts, bool write) {
  Fifo& fifo = banks_[static_cast<std::size_t>(index)].waiting[write];
  if (!fifo.empty() && entries_[static_cast<std::size_t>(fifo.tail)].row == row) {
    entries_[static_cast<std::size_t>(fifo.tail)].bursts += bursts;
  } else {
    append(fifo, new_entry(row, bursts, write));
  }
}

/// Writes go first from here on.
void DramChannel::start_drain() {
  if (in_streak_) end_streak();
  if (draining_ || waiting_[1] <= drain_stop_) return;
  draining_ = true;
  take_all();
}

void DramChannel::take_all() {
  for (std::size_t i = 0; i < banks_.size(); ++i) take(static_cast<int>(i));
}

/// A bank takes what it has room for. All do when reads may go again.
void DramChannel::take(int index) {
  Bank& bank = banks_[static_cast<std::size_t>(index)];
  const bool was_draining = draining_;
  for (const bool write : {false, true}) {
    Fifo& fifo = bank.waiting[write];
    while (!fifo.empty() && bank.taken_bursts < bank_depth_ && moves(write)) {
      Entry& entry = entries_[static_cast<std::size_t>(fifo.head)];
      std::int64_t bursts = std::min(entry.bursts, bank_depth_ - bank.taken_bursts);
      if (write && draining_) bursts = std::min(bursts, waiting_[1] - drain_stop_);
      const std::int64_t row = entry.row;
      entry.bursts -= bursts;
      if (entry.bursts == 0) free_first(fifo);
      waiting_[write] -= bursts;
      bank.taken_bursts += bursts;
      if (write && waiting_[1] <= drain_stop_) draining_ = false;
      add(index, row, bursts, write);
    }
  }
  if (was_draining && !draining_) take_all();
}

/// Adds bursts to what a bank chooses from: to others of their row, and before those of other rows
/// if the row is open.
void DramChannel::add(int index, std::int64_t row, std::int64_t bursts, bool write) {
  Bank& bank = banks_[static_cast<std::size_t>(index)];
  for (std::int32_t i = bank.taken.head; i >= 0; i = entries_[static_cast<std::size_t>(i)].next) {
    Entry& entry = entries_[static_cast<std::size_t>(i)];
    if (entry.row != row || entry.write != write) continue;
    entry.bursts += bursts;
    return;
  }
  const std::int32_t added = new_entry(row, bursts, write);
  if (bank.taken.empty()) {
    append(bank.taken, added);
    start_head(index, time_);
  } else if (row == bank.row && entries_[static_cast<std::size_t>(bank.taken.head)].row != row) {
    entries_[static_cast<std::size_t>(added)].next = bank.taken.head;
    bank.taken.head = added;
    misses_.remove(index);
    row_known_ = false;
    start_head(index, time_);
  } else {
    append(bank.taken, added);
  }
}

/// A bank turns to its first entry.
void DramChannel::start_head(int index, DramClock at) {
  Bank& bank = banks_[static_cast<std::size_t>(index)];
  const Entry& head = entries_[static_cast<std::size_t>(bank.taken.head)];
  bank.write = head.write;
  if (bank.row == head.row) {
    bank.ready = std::max(at, bank.activated + clocks_.activate_to_column[head.write]);
    hits_.add(index, head.age);
    return;
  }
  bank.ready = std::max(at, bank.activate_ok);
  if (bank.row != kClosed) {
    bank.ready = std::max(bank.ready, std::max(at, bank.precharge_ok) + clocks_.precharge);
  }
  misses_.add(index, head.age);
  row_known_ = false;
}

}  // namespace saccade
