// One DRAM channel: bank state, command timing, refresh, and queues that reorder requests.
#pragma once
#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <vector>

#include "cost/dram_timing.hpp"

namespace saccade {

/// Bursts that follow each other in memory: `bursts` accesses in turn to `rotation` banks of a
/// rank, from bank `first_bank` on, all to one row number. Bank i of a rank is in pseudo-channel
/// i % pseudo_channels.
struct DramRun {
  int rank = 0;
  int first_bank = 0;
  int rotation = 1;
  std::int64_t row = 0;
  std::int64_t bursts = 0;
  bool write = false;
};

/// Banks that have something to do, the oldest first.
class DramBankList {
 public:
  DramBankList() = default;
  DramBankList(const DramBankList& other) { *this = other; }
  /// Copies what is listed: whole channels are copied for every transfer that might be cut.
  DramBankList& operator=(const DramBankList& other) {
    size_ = other.size_;
    std::copy(other.begin(), other.end(), items_.begin());
    return *this;
  }

  struct Item {
    std::int64_t age;
    int bank;
  };

  void add(int bank, std::int64_t age) {
    std::size_t at = size_++;
    for (; at > 0 && items_[at - 1].age > age; --at) items_[at] = items_[at - 1];
    items_[at] = {age, bank};
  }
  void remove(int bank) {
    std::size_t at = 0;
    while (items_[at].bank != bank) ++at;
    for (--size_; at < size_; ++at) items_[at] = items_[at + 1];
  }
  void clear() { size_ = 0; }
  int size() const { return static_cast<int>(size_); }
  const Item* begin() const { return items_.data(); }
  const Item* end() const { return items_.data() + size_; }

 private:
  std::array<Item, kMaxDramBanks> items_;
  std::size_t size_ = 0;
};

/// A controller as DRAMsim3 and Ramulator 2 have it. Requests enter in order, while fewer than the
/// depth of their queue are waiting: reads in one, writes in another. From there each bank takes up
/// to bank_queue_depth bursts: reads first, until write_drain_start writes wait or no read is left,
/// then writes until write_drain_stop are left. What the banks have taken is served first-ready,
/// first-come (FR-FCFS): of all commands whose timing allows them the earliest goes first, the
/// oldest of equals, and a bank turns to another row when it has no more for the open one.
///
/// Bursts to one row of one bank are one entry, and are issued together as far as nothing can come
/// between them, so the cost is per row segment and not per burst.
///
/// Modelled: tRCD, tRP, tRAS, tRC, tRRD, tFAW, tCCD, tRTP, tWR, tWTR, read-to-write and rank
/// bubbles, all-bank refresh per rank. Pseudo-channels have banks, activate windows and a data bus
/// of their own, but share the queues and two command buses, one for rows and one for columns: each
/// command takes a clock of its bus, an activate activate_clocks, a refresh none. Not modelled: the
/// command bus of a channel that is not divided, power-down, postponed refresh.
class DramChannel {
 public:
  explicit DramChannel(const DramSystem& system);

  /// Lets time pass: issues whatever is due until `now`.
  void advance(DramClock now);
  /// Enters bursts at the present time; time passes while the queue has no room.
  void enter(DramRun run);
  /// Lets time pass until the queue has taken in everything entered; returns that time.
  DramClock admit();
  /// Issues all that waits, and refreshes until `now`. Returns when the last data beat is over.
  DramClock finish(DramClock now);
  /// When the last data beat of all that was entered, or of all but the writes that let reads go
  /// first, will be over if nothing else enters. Exact while rows that are open are hit in one
  /// direction; else the latest of what the banks, the activates and the data bus need, each by
  /// itself.
  DramClock drain(bool writes_too) const;

  /// Commands; bytes are the caller's to count.
  const DramCounts& counts() const { return counts_; }

 private:
  static constexpr DramClock kNever = std::numeric_limits<DramClock>::max() / 4;
  static constexpr std::int64_t kClosed = -1;

  /// Requests to one row of one bank.
  struct Entry {
    std::int64_t row;
    std::int64_t bursts;
    std::int64_t age;
    std::int32_t next;  ///< entry of the same bank that waits behind, or -1
    bool write;
  };

  /// Entries in the order in which they came.
  struct Fifo {
    std::int32_t head = -1;
    std::int32_t tail = -1;

    bool empty() const { return head < 0; }
  };

  struct Bank {
    std::int64_t row = kClosed;  ///< open row
    DramClock activated = -kNever;
    DramClock activate_ok = 0;   ///< earliest activate, once closed
    DramClock precharge_ok = 0;  ///< earliest precharge, once open
    /// Earliest column command of the first entry if its row is open, else its earliest activate.
    DramClock ready = 0;
    Fifo taken;                   ///< what it chooses from
    std::array<Fifo, 2> waiting;  ///< for a place in it, by direction (write = 1)
    std::int64_t taken_bursts = 0;
    std::int16_t rank = 0;   ///< over all pseudo-channels
    std::int16_t group = 0;  ///< over all ranks and pseudo-channels
    std::int16_t bus = 0;    ///< its pseudo-channel
    bool write = false;      ///< of the first entry
    bool fresh = false;      ///< activated and not yet accessed
  };

  struct Group {
    std::array<DramClock, 2> column_ok{};  ///< by direction (write = 1)
    DramClock activate_ok = 0;
  };

  /// Of one pseudo-channel: what its data bus allows.
  struct DataBus {
    std::array<DramClock, 2> column_ok{};  ///< by direction (write = 1)
    DramClock other_rank_ok = 0;
    int last_rank = 0;
  };

  /// The banks of one rank in one pseudo-channel.
  struct Rank {
    DramClock activate_ok = 0;
    std::array<DramClock, 4> activates{};  ///< the last four, for tFAW
    unsigned oldest = 0;
    DramClock refresh_due = 0;
    int open_banks = 0;
    DramClock closed_since = 0;  ///< if no bank is open; an auto-precharge may lie ahead
  };

  struct Choice {
    int bank = -1;
    DramClock time = kNever;
  };

  /// Whoever can alternate with a bank, or else until when nobody can.
  struct Partner {
    int bank = -1;
    DramClock none_before = kNever;
  };

  std::int64_t pending() const { return pending_[0] + pending_[1]; }
  std::int64_t waiting(bool write) const;
  void pass(std::int64_t max_bursts);
  void file(const DramRun& run, std::int64_t bursts);
  bool step(DramClock limit, std::int64_t max_bursts);
  void issue(const Choice& choice, DramClock limit, std::int64_t max_bursts);
  void issue_bursts(int bank, std::int64_t bursts, DramClock last);
  void column_issued(const Bank& bank, bool write, DramClock time);
  void precharge(int bank, DramClock time);
  void activate(int bank, DramClock time);
  void close(Bank& bank, DramClock time);
  void refresh(DramClock limit);
  void start_head(int bank, DramClock at);

  std::int32_t new_entry(std::int64_t row, std::int64_t bursts, bool write);
  void free_first(Fifo& fifo);
  void append(Fifo& fifo, std::int32_t entry);
  bool moves(bool write) const;
  void start_drain();
  void take(int bank);
  void take_all();
  void add_waiting(int bank, std::int64_t row, std::int64_t bursts, bool write);
  void add(int bank, std::int64_t row, std::int64_t bursts, bool write);

  bool in_turn(const DramRun& run) const;
  bool extend_streak(const DramRun& run);
  std::int64_t hits_of(const DramRun& run, const Bank& bank) const;
  bool may_streak(const DramRun& run, DramClock& ready) const;
  bool begin_streak(const DramRun& run);
  void end_streak();
  bool pass_streak(DramClock limit, std::int64_t max_bursts);
  DramClock streak_time() const;
  DramClock streak_interval() const {
    return streak_.rotation == 1 || groups_per_rank_ == 1 ? clocks_.column_l : clocks_.pair / 2;
  }
  struct Left;
  void bank_left(const Bank& bank, bool writes_too, Left& left) const;
  DramClock paced(const Left& left, DramClock four_activates, DramClock column) const;
  DramClock queue_drain(bool writes_too, bool& write) const;

  DramClock column_time(const Bank& bank, bool write) const {
    const Group& group = groups_[static_cast<std::size_t>(bank.group)];
    const DataBus& bus = buses_[static_cast<std::size_t>(bank.bus)];
    const DramClock time = std::max({bank.ready, bus.column_ok[write], group.column_ok[write]});
    return bank.rank == bus.last_rank ? time : std::max(time, bus.other_rank_ok);
  }
  DramClock rank_activate_time(const Rank& rank) const {
    return std::max(rank.activate_ok, rank.activates[rank.oldest] + clocks_.faw);
  }
  DramClock activate_time(const Bank& bank) const {
    const Group& group = groups_[static_cast<std::size_t>(bank.group)];
    return std::max({bank.ready, group.activate_ok,
                     rank_activate_time(ranks_[static_cast<std::size_t>(bank.rank)])});
  }
  /// Whether commands take clocks of buses that pseudo-channels share.
  bool shares_commands() const { return pseudo_channels_ > 1; }
  /// Whether a bank that must be activated needs a precharge of its own before; else activate()
  /// sees to it.
  bool precharges_first(const Bank& bank) const { return shares_commands() && bank.row != kClosed; }
  Choice next_column() const;
  Choice next_row() const;
  Partner find_partner(const Choice& choice) const;
  DramClock last_beat(DramClock column, bool write) const {
    return column + latency_[write] + clocks_.burst;
  }

  /// Spacings that follow from the device, by direction where it matters (write = 1).
  struct Spacing {
    DramClock burst, column_s, column_l, pair, read_to_write, write_to_read_s, write_to_read_l;
    std::array<DramClock, 2> activate_to_column, column_to_precharge;
    DramClock precharge, ras, rc, rrd_s, rrd_l, faw, refresh, refresh_interval, rank_switch;
  };

  static Spacing spacing_of(const DramDevice& device);

  Spacing clocks_;
  std::array<DramClock, 2> latency_;
  int pseudo_channels_;
  DramClock activate_clocks_;
  int banks_per_rank_;  ///< over its pseudo-channels
  int groups_per_rank_;
  std::array<std::int64_t, 2> depth_;  ///< by direction
  std::int64_t bank_depth_;
  std::int64_t drain_start_;
  std::int64_t drain_stop_;
  bool closed_page_;

  std::vector<Bank> banks_;
  std::vector<Group> groups_;
  std::vector<Rank> ranks_;
  std::vector<Entry> entries_;
  std::int32_t free_entry_ = -1;
  DramBankList hits_;    ///< banks whose first entry's row is open
  DramBankList misses_;  ///< banks that must be activated
  Choice row_;           ///< next activate, while row_known_
  bool row_known_ = false;
  std::array<std::int64_t, 2> pending_{};  ///< bursts entered and not issued, by direction
  std::array<std::int64_t, 2> waiting_{};  ///< those that no bank has taken; 0 while in_streak_
  bool draining_ = false;                  ///< writes go first
  std::int64_t age_ = 0;
  DramClock time_ = 0;      ///< when the queue last had room, or advance() was called
  DramClock data_end_ = 0;  ///< last data beat of what was issued
  DramClock refresh_due_ = kNever;
  std::array<DataBus, kMaxPseudoChannels> buses_{};
  DramClock row_command_ok_ = 0;     ///< when the row bus is free, if shared
  DramClock column_command_ok_ = 0;  ///< the column bus
  DramCounts counts_;

  /// While all that waits are hits to one run's rows, they need no entries: they go one after the
  /// other. `streak_.bursts` is not used; first_bank is the bank of the next burst.
  bool in_streak_ = false;
  DramRun streak_;
  DramClock streak_ready_ = 0;  ///< earliest column command
  DramClock streak_last_ = 0;   ///< last one issued
};

}  // namespace saccade
