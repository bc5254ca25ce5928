// What a mapping file fixes; the mapper chooses the rest.
#pragma once
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "mapping/schedule.hpp"

namespace saccade {

/// Of one op; what is not set is open.
struct Pins {
  std::optional<std::int64_t> tile_m, tile_n, tile_k;
  std::vector<Loop> loops;  ///< all of the nest, with the tile sizes; empty: open
  std::optional<Split> split;
  std::optional<std::int64_t> at_once;
  std::optional<bool> fold_taps, double_buffered;
  std::vector<Hold> input, weight;  ///< empty: open
  bool keep_nothing = false;        ///< as in a schedule
  std::optional<bool> fused;        ///< of an op that attention begins with
};

/// Of a whole workload, by the names of ops and tensors.
struct MappingPins {
  std::string file;                     ///< for messages
  std::map<std::string, Pins> ops;      ///< "*": those that are not named
  std::map<std::string, bool> on_chip;  ///< tensors that must, or must not, stay on chip

  const Pins& of(const std::string& op) const;
};

/// Reads a mapping file, as `saccade run --mapping` writes it or with less in it; throws UserError.
MappingPins read_mapping_pins(const std::string& path, const std::vector<Buffer>& buffers);
/// Without `buffers` their names are not checked.
MappingPins read_mapping_pins_json(const Json& document, const std::string& file,
                                   const std::optional<std::vector<Buffer>>& buffers);
Json mapping_pins_schema();

/// Throws UserError for whatever of the pins the workload, as it is lowered, or the accelerator
/// cannot follow: names that it lacks, loops that do not nest, splits over more PEs than there are.
void check_pins(const MappingPins& pins, const Workload& workload, const std::vector<int>& engines,
                const Accelerator& accelerator);

}  // namespace saccade
