// What tests of pinned mappings share: pins from text, and the mistakes in them.
#pragma once
#include <gmock/gmock.h>

#include "mapping/lower.hpp"
#include "mapping/pins.hpp"
#include "mapping/testing.hpp"

namespace saccade::mapping_testing {

using Texts = std::vector<std::string>;

inline MappingPins pins_of(const std::string& text, const Accelerator& accelerator) {
  return read_mapping_pins_json(parse_json(text, "m.json"), "m.json", accelerator.buffers);
}

inline Mapping mapped(const Workload& workload, const Accelerator& accelerator,
                      const std::string& text) {
  return map_workload(workload, accelerator, Objective::latency, move_energy(accelerator),
                      pins_of(text, accelerator));
}

/// What is wrong with a mapping file, the file's name left out.
inline Texts mistakes_of(const std::string& text, const Workload& workload,
                         const Accelerator& accelerator) {
  try {
    const Lowered lowered = lower(workload, accelerator);
    check_pins(pins_of(text, accelerator), lowered.workload, lowered.engines, accelerator);
  } catch (const UserError& error) {
    Texts texts;
    for (const Mistake& mistake : error.mistakes()) {
      EXPECT_EQ(mistake.file, "m.json");
      texts.push_back(mistake.pointer + ": " + mistake.message);
    }
    return texts;
  }
  return {};
}

/// The same of what is pinned for the op "fc" of 100 x 64 by 64 x 96, on a 32 x 32 array.
inline Texts fc_mistakes(const std::string& pins, const std::string& name = "systolic_32x32") {
  return mistakes_of(R"({"ops": {"fc": )" + pins + "}}", one_linear(100, 96, 64), design(name));
}

}  // namespace saccade::mapping_testing
