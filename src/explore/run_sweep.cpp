#include "explore/run_sweep.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <ctime>
#include <unordered_set>

#include "base/digest.hpp"
#include "base/version.hpp"
#include "explore/pool.hpp"

namespace saccade {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

/// How often a point runs that others kill.
constexpr int kTries = 3;

std::string host_name() {
  std::array<char, 256> name{};
  ::gethostname(name.data(), name.size() - 1);
  return name.data();
}

std::string now_utc() {
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::time(nullptr)));
}

double seconds_since(Clock::time_point begin) {
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

class Runner {
 public:
  Runner(const SweepPoints& points, const std::vector<std::string>& hashes, Store& store,
         const SweepRun& run)
      : points_(points),
        hashes_(hashes),
        store_(store),
        run_(run),
        pool_(run.jobs, run.limits, [this](std::uint64_t job) {
          return answer_bytes(run_.run(points_, points_.at(job)));
        }) {
    const std::vector<std::string> there = store.hashes();
    const std::unordered_set<std::string> known(there.begin(), there.end());
    for (std::uint64_t i = 0; i < hashes.size(); ++i) {
      if (!in_shard(hashes[i], run.shard)) continue;
      ++now_.total;
      if (known.count(hashes[i]) == 0) open_.push_back(i);
    }
    std::reverse(open_.begin(), open_.end());  // the next one is the last
    now_.earlier = now_.done = now_.total - open_.size();
    now_.by_status = store.count_by_status();
  }

  SweepEnd run() {
    report();
    while (!finished()) {
      if (run_.stops() == 0) fill();
      for (const JobEnd& end : pool_.wait(milliseconds(200))) take(end);
      store_.commit_if_due();
      report_if_due();
    }
    pool_.kill_all();
    store_.commit();
    report();
    return {now_, run_.stops() > 0, killed_};
  }

 private:
  bool finished() {
    if (run_.stops() == 0) return open_.empty() && pool_.idle();
    if (!stopping_since_) stopping_since_ = Clock::now();
    return pool_.idle() || run_.stops() > 1 ||
           seconds_since(*stopping_since_) > run_.seconds_to_stop;
  }

  void fill() {
    while (!pool_.full() && !open_.empty()) {
      const std::uint64_t index = open_.back();
      const SweepPoint point = points_.at(index);
      const std::string why = points_.excluded(point);
      open_.pop_back();
      if (why.empty()) {
        pool_.start(index);
      } else {
        add(bare_row(point, Status::excluded, why), "", JobEnd());
        report_if_due();
        if (run_.stops() > 0) return;
      }
    }
  }

  void take(const JobEnd& end) {
    if (end.kind == JobEnd::Kind::killed) {
      if (++tries_[end.job] < kTries) {
        open_.push_back(end.job);
      } else {
        killed_.push_back(end.job);
      }
      return;
    }
    ++ran_;
    if (end.kind == JobEnd::Kind::done) {
      const PointAnswer answer = answer_of(end.answer);
      add(answer.row, answer.details, end);
      return;
    }
    const Status status = end.kind == JobEnd::Kind::timeout  ? Status::timeout
                          : end.kind == JobEnd::Kind::memory ? Status::memory
                                                             : Status::failed;
    add(bare_row(points_.at(end.job), status, end.message), "", end);
  }

  void add(PointRow row, const std::string& details, const JobEnd& end) {
    row.hash = hashes_[row.point];
    store_.add(row, {end.seconds, end.peak_mib, host_, run_.command, now_utc()}, details);
    ++now_.done;
    ++now_.by_status[row.status];
    changed_ = true;
  }

  void report_if_due() {
    if (!changed_ && seconds_since(reported_) < 0.5) return;
    report();
  }

  void report() {
    changed_ = false;
    reported_ = Clock::now();
    now_.seconds = seconds_since(begin_);
    now_.points_per_s = ran_ == 0 ? 0 : static_cast<double>(ran_) / now_.seconds;
    const auto left = static_cast<double>(now_.total - now_.done);
    now_.seconds_left = ran_ == 0 ? 0 : left / now_.points_per_s;
    run_.progress(now_);
  }

  const SweepPoints& points_;
  const std::vector<std::string>& hashes_;
  Store& store_;
  const SweepRun& run_;
  Pool pool_;
  std::vector<std::uint64_t> open_;
  std::map<std::uint64_t, int> tries_;
  std::vector<std::uint64_t> killed_;
  std::string host_ = host_name();
  SweepProgress now_;
  std::uint64_t ran_ = 0;
  bool changed_ = false;
  Clock::time_point begin_ = Clock::now();
  Clock::time_point reported_ = begin_;
  std::optional<Clock::time_point> stopping_since_;
};

}  // namespace

StoreHeader store_header(const SweepPoints& points, const std::vector<std::string>& hashes,
                         Shard shard, const std::map<std::string, std::string>& files) {
  const Sweep& sweep = points.sweep();
  Digest digest;
  for (const std::string& hash : hashes) digest.add(hash);
  for (const Axis* axis : sweep.axes()) digest.add(axis->name);
  for (const Constraint& constraint : sweep.constraints) digest.add(constraint.text());
  StoreHeader header;
  header.version = version();
  header.name = sweep.name;
  header.digest = digest.hex();
  header.sweep = sweep.document.dump();
  header.files = files;
  header.axes = points.columns();
  header.points = points.size();
  header.shard = shard;
  return header;
}

bool in_shard(const std::string& hash, Shard shard) {
  const std::uint64_t number = std::stoull(hash.substr(0, 16), nullptr, 16);
  return number % static_cast<std::uint64_t>(shard.count) ==
         static_cast<std::uint64_t>(shard.index - 1);
}

SweepEnd run_sweep(const SweepPoints& points, const std::vector<std::string>& hashes, Store& store,
                   const SweepRun& run) {
  return Runner(points, hashes, store, run).run();
}

}  // namespace saccade
