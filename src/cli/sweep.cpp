// saccade sweep: every point of a sweep file into a store.
#include <fmt/format.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <iostream>
#include <regex>
#include <thread>

#include "base/error.hpp"
#include "base/file.hpp"
#include "cli/cli.hpp"
#include "cli/commands.hpp"
#include "cli/options.hpp"
#include "cli/sweep_progress.hpp"
#include "explore/run_sweep.hpp"
#include "result/shard.hpp"

namespace saccade {
namespace {

/// How often SIGINT or SIGTERM came.
volatile std::sig_atomic_t stop_signals = 0;

void count_signal(int) { stop_signals = stop_signals + 1; }

/// Without SA_RESTART, so that waiting ends. A disk that is full is answered where it is written.
void handle_signals() {
  struct sigaction action = {};
  action.sa_handler = count_signal;
  ::sigaction(SIGINT, &action, nullptr);
  ::sigaction(SIGTERM, &action, nullptr);
  ::signal(SIGXFSZ, SIG_IGN);
  ::signal(SIGPIPE, SIG_IGN);
}

CommandOptions sweep_options() {
  CommandOptions command;
  command.usage = "saccade sweep FILE --out STORE [options]";
  command.description =
      "Simulates every point of a sweep file and writes a row for each to STORE, an SQLite file.\n"
      "Stopped by Ctrl-C or worse, the same command goes on where it stood. 'saccade report "
      "STORE'\n"
      "shows what came of it.";
  auto add = command.options.add_options();
  const auto text = [](const char* name) { return po::value<std::string>()->value_name(name); };
  add("out", text("STORE"), "the store; a shard's is called STORE.shard-I-of-N.db");
  add("jobs", po::value<int>()->value_name("N"), "points at a time; as many as cores if not given");
  add("shard", text("I/N"), "run one of N parts of the sweep, from 1; 'saccade merge' joins them");
  add("dry-run", po::bool_switch(), "print how many points there are, and the first few");
  add("retry", po::bool_switch(), "run points again whose status is failed, timeout or memory");
  add("time-limit", po::value<double>()->value_name("S"),
      "seconds that one point may take, instead of the file's");
  add("memory-limit", po::value<int>()->value_name("MIB"),
      "MiB of memory that one point may take, instead of the file's");
  add("quiet,q", po::bool_switch(), "print no progress and no summary");
  command.arguments.add_options()("file", po::value<std::string>()->required());
  command.positions.add("file", 1);
  return command;
}

struct SweepCommand {
  std::string file;
  std::string out;
  SweepRun run;
  bool dry_run = false, retry = false, quiet = false;
};

Shard parse_shard(const std::string& text, Mistakes& mistakes) {
  static const std::regex form(R"((\d{1,6})/(\d{1,6}))");
  std::smatch match;
  if (std::regex_match(text, match, form)) {
    const Shard shard{std::stoi(match[1]), std::stoi(match[2])};
    if (shard.index >= 1 && shard.index <= shard.count) return shard;
  }
  mistakes.add("", "",
               fmt::format("--shard is '{}', expected I/N such as 2/4, I from 1 to N", text));
  return {};
}

/// What the options say; their mistakes are answered together.
SweepCommand read_command(const po::variables_map& values) {
  SweepCommand command;
  Mistakes mistakes;
  command.file = resolve(values["file"].as<std::string>(), "");
  command.dry_run = values["dry-run"].as<bool>();
  command.retry = values["retry"].as<bool>();
  command.quiet = values["quiet"].as<bool>();
  command.run.jobs = static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
  if (values.count("jobs") != 0) command.run.jobs = values["jobs"].as<int>();
  if (command.run.jobs < 1 || command.run.jobs > 4096) {
    mistakes.add("", "",
                 fmt::format("--jobs is {}, expected a number of processes from 1 to 4096",
                             command.run.jobs));
  }
  if (values.count("shard") != 0) {
    command.run.shard = parse_shard(values["shard"].as<std::string>(), mistakes);
  }
  if (values.count("out") == 0 && !command.dry_run) {
    mistakes.add("", "", "lacks --out, expected the store to write, or --dry-run");
  } else if (values.count("out") != 0) {
    command.out = shard_path(values["out"].as<std::string>(), command.run.shard);
  }
  mistakes.check();
  return command;
}

/// The file's limits, or the command line's.
PointLimits limits_of(const po::variables_map& values, const Sweep& sweep) {
  PointLimits limits = sweep.limits;
  Mistakes mistakes;
  if (values.count("time-limit") != 0) limits.seconds = values["time-limit"].as<double>();
  if (values.count("memory-limit") != 0) limits.memory_mib = values["memory-limit"].as<int>();
  if (!(limits.seconds >= 0.001 && limits.seconds <= 1e7)) {
    mistakes.add(
        "", "",
        fmt::format("--time-limit is {}, expected seconds from 0.001 to 1e7", limits.seconds));
  }
  if (limits.memory_mib < 16 || limits.memory_mib > 1 << 24) {
    mistakes.add("", "",
                 fmt::format("--memory-limit is {}, expected MiB from 16 to {}", limits.memory_mib,
                             1 << 24));
  }
  mistakes.check();
  return limits;
}

std::string point_text(const SweepPoints& points, const SweepPoint& point) {
  std::string text =
      fmt::format("  {}: {}, {}, {}", point.index, point.hardware, point.workload, point.technique);
  const auto axes = points.sweep().axes();
  for (std::size_t i = 0; i < axes.size(); ++i) {
    text += fmt::format(", {}={}", axes[i]->name, point.axes[i].dump());
  }
  const std::string why = points.excluded(point);
  return text + (why.empty() ? "\n" : "  (excluded: " + why + ")\n");
}

void print_dry_run(const SweepPoints& points, Shard shard) {
  const std::vector<std::string> hashes = points.hashes();
  constexpr std::size_t most = 10;
  std::uint64_t count = 0;
  std::uint64_t excluded = 0;
  std::string first;
  for (std::uint64_t i = 0; i < points.size(); ++i) {
    if (!in_shard(hashes[i], shard)) continue;
    const SweepPoint point = points.at(i);
    if (count++ < most) first += point_text(points, point);
    if (!points.excluded(point).empty()) ++excluded;
  }
  std::cout << fmt::format("{}: {} points", points.sweep().name, points.size());
  if (shard.count > 1) std::cout << fmt::format(", {} of them in {}", count, shard_text(shard));
  if (excluded > 0) std::cout << fmt::format(", {} of them excluded by their axes", excluded);
  std::cout << '\n' << first;
  if (count > most) std::cout << fmt::format("  ... and {} more\n", count - most);
}

Store open_store(const std::string& path, const StoreHeader& header) {
  if (std::filesystem::exists(path)) return Store::resume(path, header);
  return Store::create(path, header);
}

std::string joined(const std::vector<std::string>& arguments) {
  std::string command = "saccade sweep";
  for (const std::string& argument : arguments) command += ' ' + argument;
  return command;
}

void print_end(const SweepCommand& command, const SweepEnd& end) {
  const SweepProgress& progress = end.progress;
  std::cout << fmt::format("{} of {} points in {}: {}\n", progress.done, progress.total,
                           command.out, status_text(progress.by_status));
  if (progress.done > progress.earlier) {
    std::cout << fmt::format("{} points in {}, {:.3g} points/s on {} jobs\n",
                             progress.done - progress.earlier, duration_text(progress.seconds),
                             progress.points_per_s, command.run.jobs);
  }
  if (progress.done < progress.total) return;
  if (command.run.shard.count == 1) {
    std::cout << fmt::format("next: saccade report {} --html report.html\n", command.out);
  } else {
    std::cout << fmt::format("next: saccade merge, once all {} shards are there\n",
                             command.run.shard.count);
  }
}

/// Says what is left to do; the exit code of the command.
int conclude(const SweepCommand& command, const SweepEnd& end) {
  if (!command.quiet) print_end(command, end);
  if (end.progress.done == end.progress.total) return exit_done;
  if (!end.killed.empty()) {
    std::cerr << fmt::format("{} points were killed three times by somebody else\n",
                             end.killed.size());
  }
  std::cerr << fmt::format("{} points are open; the same command goes on\n",
                           end.progress.total - end.progress.done);
  return exit_mistake;
}

}  // namespace

int sweep_command(const std::vector<std::string>& arguments) {
  const auto values = parse_options(sweep_options(), arguments);
  if (!values) return exit_done;
  SweepCommand command = read_command(*values);
  const FileSnapshot snapshot;  // all points see the files as they are now
  const SweepPoints points(command.file);
  command.run.limits = limits_of(*values, points.sweep());
  if (command.dry_run) {
    print_dry_run(points, command.run.shard);
    return exit_done;
  }
  const std::vector<std::string> hashes = points.hashes();
  handle_signals();
  Store store =
      open_store(command.out, store_header(points, hashes, command.run.shard, snapshot.texts()));
  if (command.retry) {
    for (const Status bad : {Status::failed, Status::timeout, Status::memory}) store.drop(bad);
  }
  SweepProgressLine line(std::cerr, isatty(STDERR_FILENO) != 0);
  command.run.command = joined(arguments);
  command.run.stops = [] { return static_cast<int>(stop_signals); };
  if (!command.quiet) {
    command.run.progress = [&](const SweepProgress& progress) { line.show(progress); };
  }
  const SweepEnd end = run_sweep(points, hashes, store, command.run);
  line.clear();
  return conclude(command, end);
}

}  // namespace saccade
