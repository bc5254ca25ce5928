#include "result/explanation.hpp"

#include <algorithm>

namespace saccade {

const std::vector<std::string>& topic_names() {
  static const std::vector<std::string> names = {"energy", "area", "timing"};
  return names;
}

std::optional<Topic> topic_of(const std::string& name) {
  const auto& names = topic_names();
  const auto found = std::find(names.begin(), names.end(), name);
  if (found == names.end()) return std::nullopt;
  return static_cast<Topic>(found - names.begin());
}

Band Constant::share() const { return amount ? *amount * value * factor : Band(); }

Band Explanation::total() const {
  Band sum;
  for (const Constant& constant : constants) sum = sum + constant.share();
  return sum;
}

}  // namespace saccade
