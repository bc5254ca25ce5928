// What the tests of technology tables share.
#pragma once
#include <string>

#include "base/error.hpp"
#include "hardware/technology.hpp"

namespace saccade::technology_testing {

inline const std::string kFolder = SACCADE_SOURCE_DIR "/configs/technology/";

inline TechnologyChoice at(double node_nm, double voltage_v = 0) {
  TechnologyChoice choice;
  choice.node_nm = node_nm;
  choice.voltage_v = voltage_v;
  return choice;
}

/// What a call answers to a mistake.
template <class Call>
std::string mistake_of(Call call) {
  try {
    call();
  } catch (const UserError& error) {
    return error.what();
  }
  return "no mistake";
}

}  // namespace saccade::technology_testing
