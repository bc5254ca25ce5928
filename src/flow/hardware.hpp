// Hardware files as runs see them: with their technology, and the timing that it gives the buffers.
#pragma once
#include <string>
#include <utility>
#include <vector>

#include "base/json.hpp"
#include "hardware/accelerator.hpp"
#include "hardware/technology.hpp"

namespace saccade {

/// (JSON pointer, text), as `--set pointer=text` gives them.
using Patches = std::vector<std::pair<std::string, std::string>>;

struct Hardware {
  Accelerator accelerator;
  Technology technology;
  std::vector<std::string> notes;  ///< buffers that are slower than their ports
};

/// Throws UserError with all mistakes of the document, and for buffers that are too slow for the
/// clock and FPGAs that are too small. `patched`: pointers of values that are not the file's own.
Hardware load_hardware_json(const Json& document, const std::string& file,
                            const std::vector<std::string>& patched = {});

/// The same of a file that is patched before it is validated.
Hardware load_hardware(const std::string& path, const Patches& patches);

}  // namespace saccade
