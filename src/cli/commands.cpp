#include "cli/commands.hpp"

namespace saccade {

const std::vector<Command>& commands() {
  static const std::vector<Command> table = {
      {"run", "simulate a model on an accelerator and report latency, energy and area",
       run_command},
      {"sweep", "simulate every point of a sweep over files and axes", sweep_command},
      {"report", "print or write what a store of a sweep holds; say what moved between two stores",
       report_command},
      {"compare", "say what changed from one result to another, op by op, and why",
       compare_command},
      {"slurm", "print a script that runs a sweep as jobs of the batch system Slurm",
       slurm_command},
      {"merge", "put the stores of a sweep's shards together", merge_command},
      {"validate", "hold the model against references and print how far it is off",
       validate_command},
      {"check", "test files of any kind and report every mistake in them", check_command},
      {"show", "print how an accelerator is composed, as text or as a graph", show_command},
      {"mask", "print or draw what the attention maps of a mask keep", mask_command},
      {"list", "print what ships and which fields files have", list_command},
      {"schema", "print the JSON Schema of a kind of file", schema_command},
      {"export", "write a model out as a list of ops or layers", export_command},
  };
  return table;
}

}  // namespace saccade
