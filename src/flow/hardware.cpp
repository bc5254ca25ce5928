#include "flow/hardware.hpp"

#include "cost/area.hpp"
#include "cost/buffer_timing.hpp"

namespace saccade {

Hardware load_hardware_json(const Json& document, const std::string& file,
                            const std::vector<std::string>& patched) {
  Accelerator accelerator = read_accelerator_json(document, file, patched);
  Technology technology(accelerator.technology);
  std::vector<std::string> notes;
  Mistakes mistakes;
  mistakes.collect([&] { notes = apply_sram_timing(accelerator, technology); });
  mistakes.collect([&] { check_fit(accelerator, technology); });
  mistakes.check();
  return {std::move(accelerator), std::move(technology), std::move(notes)};
}

Hardware load_hardware(const std::string& path, const Patches& patches) {
  Json document = read_json(path);
  std::vector<std::string> pointers;
  for (const auto& [pointer, text] : patches) {
    patch_json(document, pointer, text, path);
    pointers.push_back(pointer);
  }
  return load_hardware_json(document, path, pointers);
}

}  // namespace saccade
