#include "flow/hardware.hpp"

#include "cost/buffer_timing.hpp"

namespace saccade {

Json read_patched(const std::string& path, const Patches& patches) {
  Json document = read_json(path);
  for (const auto& [pointer, text] : patches) patch_json(document, pointer, text, path);
  return document;
}

Hardware load_hardware_json(const Json& document, const std::string& file,
                            const std::vector<std::string>& patched) {
  Accelerator accelerator = read_accelerator_json(document, file, patched);
  Technology technology(accelerator.technology);
  std::vector<std::string> notes = apply_sram_timing(accelerator, technology);
  return {std::move(accelerator), std::move(technology), std::move(notes)};
}

Hardware load_hardware(const std::string& path, const Patches& patches) {
  std::vector<std::string> pointers;
  for (const auto& patch : patches) pointers.push_back(patch.first);
  return load_hardware_json(read_patched(path, patches), path, pointers);
}

}  // namespace saccade
