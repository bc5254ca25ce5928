// saccade slurm: a script that runs a sweep as jobs of the batch system Slurm.
#include "explore/slurm.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <iostream>

#include "base/error.hpp"
#include "base/file.hpp"
#include "cli/cli.hpp"
#include "cli/commands.hpp"
#include "cli/options.hpp"
#include "explore/points.hpp"

namespace fs = std::filesystem;

namespace saccade {
namespace {

constexpr int kMostShards = 999999;  ///< that 'saccade sweep --shard' takes
constexpr int kMostJobs = 4096;      ///< that 'saccade sweep --jobs' takes

CommandOptions slurm_options() {
  CommandOptions command;
  command.usage = "saccade slurm FILE --shards N --out STORE [options]";
  command.description =
      "Prints a script of bash that submits a sweep to Slurm: an array job of N tasks, and a job\n"
      "that merges their stores once all are whole. Pipe it to bash, or keep it: run again, it "
      "goes\n"
      "on where tasks failed or ran out of time. Program, files and stores must have the same "
      "paths "
      "on\nevery node.";
  auto add = command.options.add_options();
  const auto text = [](const char* name) { return po::value<std::string>()->value_name(name); };
  add("out", text("STORE")->required(), "the merged store; those of shards and logs lie beside it");
  add("shards", po::value<int>()->value_name("N")->required(), "parts of the sweep, a task each");
  add("jobs", po::value<int>()->value_name("N")->default_value(1),
      "points at a time in a task, which gets as many cores");
  add("time", text("TIME"), "time limit of a job, as sbatch takes it, such as 02:00:00");
  add("partition", text("NAME"), "partition of Slurm");
  add("option", po::value<std::vector<std::string>>()->value_name("TEXT"),
      "another option of sbatch for all jobs, such as account=vit or mem-per-cpu=4G; may be "
      "repeated");
  command.arguments.add_options()("file", po::value<std::string>()->required());
  command.positions.add("file", 1);
  return command;
}

/// Options for sbatch; dashes in front may be left out.
std::vector<std::string> sbatch_options(const po::variables_map& values) {
  std::vector<std::string> options;
  for (const char* name : {"time", "partition"}) {
    if (values.count(name) == 0) continue;
    options.push_back(fmt::format("--{}={}", name, values[name].as<std::string>()));
  }
  for (const std::string& option : texts_of(values, "option")) {
    options.push_back(option.rfind('-', 0) == 0 ? option : "--" + option);
  }
  return options;
}

void check_number(const char* option, int value, std::uint64_t most, const std::string& what,
                  Mistakes& mistakes) {
  if (value >= 1 && static_cast<std::uint64_t>(value) <= most) return;
  mistakes.add(
      "", "",
      fmt::format("--{} is {}, expected a number of {} from 1 to {}", option, value, what, most));
}

/// Slurm says nothing when it cannot write a log.
void check_out(const fs::path& out, Mistakes& mistakes) {
  if (fs::is_directory(out)) {
    mistakes.add(out.string(), "", "is a directory, expected a store");
  } else if (!fs::is_directory(out.parent_path())) {
    mistakes.add(out.parent_path().string(), "", "no such directory, expected one for the stores");
  }
}

}  // namespace

int slurm_command(const std::vector<std::string>& arguments) {
  const auto values = parse_options(slurm_options(), arguments);
  if (!values) return exit_done;
  const std::string file = resolve((*values)["file"].as<std::string>(), "");
  const SweepPoints points(file);
  points.hashes();  // finds points that are the same design

  SlurmJobs jobs;
  jobs.program = fs::read_symlink("/proc/self/exe").string();
  jobs.sweep = fs::absolute(file).lexically_normal().string();
  jobs.name = points.sweep().name;
  jobs.out = fs::absolute((*values)["out"].as<std::string>()).lexically_normal().string();
  jobs.shards = (*values)["shards"].as<int>();
  jobs.jobs = (*values)["jobs"].as<int>();
  jobs.options = sbatch_options(*values);
  Mistakes mistakes;
  check_number("shards", jobs.shards, std::min<std::uint64_t>(points.size(), kMostShards), "tasks",
               mistakes);
  check_number("jobs", jobs.jobs, kMostJobs, "processes", mistakes);
  check_out(jobs.out, mistakes);
  mistakes.check();
  std::cout << slurm_script(jobs);
  return exit_done;
}

}  // namespace saccade
