// A number of a technology file with its band and source.
#pragma once
#include <string>

#include "base/band.hpp"
#include "base/schema.hpp"

namespace saccade {

/// A number that is no component's, such as the share of clock and control.
struct ParameterEntry : Band {
  std::string source;
  bool assumption = false;
};

const Record<Band>& band_record();
const Record<ParameterEntry>& parameter_record();

}  // namespace saccade
