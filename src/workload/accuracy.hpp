// Published accuracies of models, which are passed through to results and never computed.
#pragma once
#include <string>

#include "base/schema.hpp"

namespace saccade {

struct Accuracy {
  double top1_percent = 0;
  std::string source;
};

const Record<Accuracy>& accuracy_record();

}  // namespace saccade
