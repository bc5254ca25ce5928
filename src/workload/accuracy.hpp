// Published accuracies of models, which are passed through to results and never computed.
#pragma once
#include <optional>
#include <string>

#include "base/schema.hpp"

namespace saccade {

/// One of both is given.
struct Accuracy {
  std::optional<double> top1_percent;  ///< of classification
  std::optional<double> miou_percent;  ///< of segmentation
  std::string source;
};

const Record<Accuracy>& accuracy_record();

}  // namespace saccade
