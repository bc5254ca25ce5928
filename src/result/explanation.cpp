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

const std::string& Explanation::unit_of(const Constant& constant) const {
  return constant.share_unit.empty() ? unit : constant.share_unit;
}

Band Explanation::total() const {
  const auto sums = totals();
  return sums.empty() ? Band() : sums.front().second;
}

std::vector<std::pair<std::string, Band>> Explanation::totals() const {
  std::vector<std::pair<std::string, Band>> sums;
  for (const Constant& constant : constants) {
    if (!constant.amount) continue;
    const std::string& of = unit_of(constant);
    auto sum = std::find_if(sums.begin(), sums.end(), [&](const auto& s) { return s.first == of; });
    if (sum == sums.end()) sum = sums.insert(sums.end(), {of, Band()});
    sum->second = sum->second + constant.share();
  }
  return sums;
}

}  // namespace saccade
