#include "result/merge.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <map>

#include "base/error.hpp"
#include "base/text.hpp"
#include "result/shard.hpp"

namespace saccade {
namespace {

std::vector<std::string> names_of(const std::vector<AxisColumn>& axes) {
  std::vector<std::string> names;
  for (const AxisColumn& axis : axes) names.push_back(axis.name);
  return names;
}

/// Opens all that can be opened and notes why others cannot.
std::vector<Store> opened(const std::vector<std::string>& paths, Mistakes& mistakes) {
  std::vector<Store> stores;
  for (const std::string& path : paths) {
    try {
      stores.push_back(Store::read(path));
    } catch (const UserError& error) {
      for (const Mistake& m : error.mistakes()) mistakes.add(m.file, m.pointer, m.message);
    }
  }
  return stores;
}

void check_name(const Store& store, Mistakes& mistakes) {
  const Shard shard = store.header().shard;
  const auto named = shard_of_path(store.path());
  if (shard.index < 1 || shard.index > shard.count) {
    mistakes.add(store.path(), "",
                 fmt::format("says that it is shard {} of {}", shard.index, shard.count));
  } else if (named && !(*named == shard)) {
    mistakes.add(store.path(), "",
                 fmt::format("holds {}, expected {} as its name says", shard_text(shard),
                             shard_text(*named)));
  }
}

/// Whether a store is of the same sweep as the first; notes what is not.
void check_sweep(const Store& store, const Store& first, Mistakes& mistakes) {
  const StoreHeader& header = store.header();
  const StoreHeader& expected = first.header();
  const auto check = [&](bool same, const std::string& is, const std::string& wanted) {
    if (same) return;
    mistakes.add(store.path(), "",
                 fmt::format("{}, expected {} as in {}", is, wanted, first.path()));
  };
  check(header.version == expected.version,
        fmt::format("was written by version {} of saccade", header.version), expected.version);
  check(header.digest == expected.digest,
        fmt::format("holds sweep '{}', digest {}", header.name, header.digest),
        fmt::format("'{}', digest {}", expected.name, expected.digest));
  check(header.points == expected.points, fmt::format("is of a sweep of {} points", header.points),
        std::to_string(expected.points));
  check(names_of(header.axes) == names_of(expected.axes),
        fmt::format("has the axes {}", comma_list(names_of(header.axes))),
        comma_list(names_of(expected.axes)));
  check(header.shard.count == expected.shard.count, "is " + shard_text(header.shard),
        expected.shard.count == 1 ? "the whole sweep"
                                  : fmt::format("a shard of {}", expected.shard.count));
}

/// Each shard once, and all of them unless `partial`.
void check_shards(const std::vector<Store>& stores, bool partial, Mistakes& mistakes) {
  const int count = stores.front().header().shard.count;
  std::map<int, std::string> there;
  for (const Store& store : stores) {
    const Shard shard = store.header().shard;
    if (shard.count != count) continue;  // a mistake already
    const auto [place, is_new] = there.emplace(shard.index, store.path());
    if (is_new) continue;
    mistakes.add(
        store.path(), "",
        fmt::format("is {}, expected another one: that is {}", shard_text(shard), place->second));
  }
  std::vector<std::string> missing;
  for (int i = 1; i <= count && missing.size() <= 20; ++i) {
    if (there.count(i) == 0) missing.push_back(missing.size() == 20 ? "..." : std::to_string(i));
  }
  if (missing.empty() || partial) return;
  mistakes.add("", "",
               fmt::format("no store is shard {} of {}, expected all shards, or --partial",
                           comma_list(missing), count));
}

void check_points(const std::vector<Store>& stores, bool partial, Mistakes& mistakes) {
  if (partial || !mistakes.empty()) return;
  const std::uint64_t points = stores.front().header().points;
  std::uint64_t there = 0;
  for (const Store& store : stores) there += store.size();
  if (there >= points) return;
  mistakes.add("", "",
               fmt::format("the stores lack {} of {} points, expected all of them, or --partial: "
                           "run the sweep again for the shards that were stopped",
                           with_thousands(static_cast<long long>(points - there)),
                           with_thousands(static_cast<long long>(points))));
}

/// Gives a file its name, unless there is one of that name.
void publish(const std::string& from, const std::string& to) {
  if (::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0) return;
  // Network file systems know no such renaming, but a second name.
  if (errno == EINVAL && ::link(from.c_str(), to.c_str()) == 0) {
    ::unlink(from.c_str());
    return;
  }
  throw UserError({{to, "", fmt::format("cannot be made: {}", std::strerror(errno))}});
}

void write_merged(const std::vector<Store>& stores, const std::string& path) {
  StoreHeader header = stores.front().header();
  header.shard = {};
  Store merged = Store::create(path, header);
  for (const Store& store : stores) merged.add_all(store);
}

}  // namespace

Store merge_stores(const std::vector<std::string>& paths, const std::string& out, bool partial) {
  Mistakes mistakes;
  std::error_code error;
  if (std::filesystem::exists(out, error)) {
    mistakes.add(out, "", "is there already, and nothing is overwritten");
  }
  const std::vector<Store> stores = opened(paths, mistakes);
  for (const Store& store : stores) {
    check_name(store, mistakes);
    check_sweep(store, stores.front(), mistakes);
  }
  if (stores.empty()) mistakes.check();
  if (stores.size() == paths.size()) {  // else what is missing is known
    check_shards(stores, partial, mistakes);
    check_points(stores, partial, mistakes);
  }
  mistakes.check();
  const std::string temporary = fmt::format("{}.{}.part", out, ::getpid());
  try {
    write_merged(stores, temporary);
    publish(temporary, out);
  } catch (...) {
    for (const char* part : {"", "-wal", "-shm"}) ::unlink((temporary + part).c_str());
    throw;
  }
  return Store::read(out);
}

}  // namespace saccade
