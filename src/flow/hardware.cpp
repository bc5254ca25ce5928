#include "flow/hardware.hpp"

#include "cost/area.hpp"
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
  std::vector<std::string> notes;
  std::vector<Mistake> mistakes;
  const auto collect = [&](const auto& check) {
    try {
      check();
    } catch (const UserError& error) {
      mistakes.insert(mistakes.end(), error.mistakes().begin(), error.mistakes().end());
    }
  };
  collect([&] { notes = apply_sram_timing(accelerator, technology); });
  collect([&] { check_fit(accelerator, technology); });
  if (!mistakes.empty()) throw UserError(std::move(mistakes));
  return {std::move(accelerator), std::move(technology), std::move(notes)};
}

Hardware load_hardware(const std::string& path, const Patches& patches) {
  std::vector<std::string> pointers;
  for (const auto& patch : patches) pointers.push_back(patch.first);
  return load_hardware_json(read_patched(path, patches), path, pointers);
}

}  // namespace saccade
