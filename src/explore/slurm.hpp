// A sweep as jobs of the batch system Slurm: an array of shards, and a job that merges their
// stores.
#pragma once
#include <string>
#include <vector>

namespace saccade {

/// What to submit. Paths are absolute and mean the same on every node.
struct SlurmJobs {
  std::string program;  ///< saccade itself
  std::string sweep;    ///< the sweep file
  std::string name;     ///< of the jobs
  std::string out;      ///< the merged store; stores of shards and logs lie beside it
  int shards = 1;
  int jobs = 1;  ///< points at a time in a task, and its cores
  /// Options of sbatch as it takes them, such as "--time=30"; they come last and win.
  std::vector<std::string> options;
};

/// The script of bash that submits the jobs. Throws UserError if Slurm cannot call a log after
/// `out`.
std::string slurm_script(const SlurmJobs& jobs);

}  // namespace saccade
