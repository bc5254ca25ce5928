#include "explore/slurm.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.hpp"
#include "result/shard.hpp"

namespace saccade {
namespace {

// Names in braces are replaced.
constexpr const char* kHead = R"(#!/bin/bash
# Runs the shards of a sweep as an array job of Slurm, then puts their stores together.
#
# Run it where sbatch works: bash THIS_FILE. If tasks failed or ran out of time, run it again: shards
# go on where they stood, and the merge follows once all are whole. Nothing is overwritten. The paths
# below must mean the same on every node.
set -euo pipefail

out={out}
{guard}
# Tasks write their stores beside it, and logs that are called after them.
# Slurm's signal comes before the time limit: tasks write what they have and leave.
array=$(sbatch --parsable --job-name={name} --array=1-{shards} --cpus-per-task={jobs} \
  --signal=B:TERM@30 --open-mode=append --output={task_log}{options} <<'END_OF_JOB'
#!/bin/bash
# In the place of the shell, which is what Slurm sends its signal to.
exec {program} sweep {sweep} \
  --out {out} \
  --shard "$SLURM_ARRAY_TASK_ID/{shards}" --jobs {jobs}
END_OF_JOB
)
array=${array%%;*}  # some clusters add their name
echo "submitted array job $array: {shards} tasks, logs in "{shown_log}
)";

constexpr const char* kGuard = R"(if [[ -e $out ]]; then
  echo "$out is there already, and nothing is overwritten: no job was submitted" >&2
  exit 1
fi
)";

constexpr const char* kMerge = R"(
# Once all shards are whole; removed if one is not.
merge=$(sbatch --parsable --job-name={name} --dependency="afterok:$array" --kill-on-invalid-dep=yes \
  --open-mode=append --output={merge_log}{options} <<'END_OF_JOB'
#!/bin/bash
exec {program} merge --out {out} \
  {first}{1..{shards}}{last}
END_OF_JOB
)
echo "submitted merge job ${merge%%;*}: it writes $out"
)";

/// Replaces every "{name}" of the list; other braces are the shell's.
std::string filled(std::string text,
                   const std::vector<std::pair<std::string, std::string>>& values) {
  for (std::size_t at = text.find('{'); at != std::string::npos; at = text.find('{', at)) {
    const auto value = std::find_if(values.begin(), values.end(), [&](const auto& entry) {
      return text.compare(at, entry.first.size() + 2, "{" + entry.first + "}") == 0;
    });
    if (value == values.end()) {
      ++at;
    } else {
      text.replace(at, value->first.size() + 2, value->second);
      at += value->second.size();
    }
  }
  return text;
}

/// Text in a name of a log as sbatch takes it, where % is special.
std::string log_text(const std::string& text) {
  std::string escaped;
  for (const char c : text) escaped += c == '%' ? "%%" : std::string(1, c);
  return escaped;
}

/// Throws UserError for what Slurm takes out of names of logs, and for what would end a line.
void check_out(const std::string& out) {
  const auto bad = [](char c) { return c == '\\' || static_cast<unsigned char>(c) < ' '; };
  if (std::any_of(out.begin(), out.end(), bad)) {
    throw UserError({{out, "",
                      "has a backslash or a control character, which Slurm does not take in names "
                      "of logs; expected another path for --out"}});
  }
}

/// A word as a POSIX shell takes it, whatever is in it: 'it'\''s'.
std::string shell_quoted(const std::string& word) {
  std::string quoted = "'";
  for (const char c : word) quoted += c == '\'' ? "'\\''" : std::string(1, c);
  return quoted + "'";
}

}  // namespace

std::string slurm_script(const SlurmJobs& jobs) {
  check_out(jobs.out);
  const bool merge = jobs.shards > 1;
  // "results.shard-" and "-of-4.db", between which the number of a shard stands.
  std::string first = shard_path(jobs.out, {1, jobs.shards});
  std::string last;
  if (merge) {
    const std::size_t number = first.rfind(fmt::format("1-of-{}", jobs.shards));
    last = first.substr(number + 1);
    first.resize(number);
  }
  std::string options;
  for (const std::string& option : jobs.options) options += " \\\n  " + shell_quoted(option);
  return filled(
      std::string(kHead) + (merge ? kMerge : ""),
      {{"guard", merge ? kGuard : ""},
       {"out", shell_quoted(jobs.out)},
       {"name", shell_quoted(jobs.name)},
       {"shards", std::to_string(jobs.shards)},
       {"jobs", std::to_string(jobs.jobs)},
       {"task_log", shell_quoted(log_text(first) + (merge ? "%a" : "") + log_text(last) + ".log")},
       {"shown_log", shell_quoted(first + (merge ? "*" : "") + last + ".log")},
       {"merge_log", shell_quoted(log_text(jobs.out) + ".log")},
       {"options", options},
       {"program", shell_quoted(jobs.program)},
       {"sweep", shell_quoted(jobs.sweep)},
       {"first", shell_quoted(first)},
       {"last", shell_quoted(last)}});
}

}  // namespace saccade
