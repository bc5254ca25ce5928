#include "result/point_result.hpp"

#include <algorithm>
#include <stdexcept>

namespace saccade {

const std::vector<Status>& statuses() {
  static const std::vector<Status> all = {Status::ok,     Status::infeasible, Status::excluded,
                                          Status::failed, Status::timeout,    Status::memory};
  return all;
}

std::string status_name(Status status) {
  switch (status) {
    case Status::ok:
      return "ok";
    case Status::infeasible:
      return "infeasible";
    case Status::excluded:
      return "excluded";
    case Status::failed:
      return "failed";
    case Status::timeout:
      return "timeout";
    case Status::memory:
      return "memory";
  }
  throw std::logic_error("status without a name");
}

void add_share(std::vector<Share>& shares, const std::string& component, const std::string& part,
               double value) {
  const auto same = std::find_if(shares.begin(), shares.end(), [&](const Share& share) {
    return share.component == component && share.part == part;
  });
  if (same == shares.end()) {
    shares.push_back({component, part, value});
  } else {
    same->value += value;
  }
}

std::optional<Status> status_of(const std::string& name) {
  for (const Status status : statuses()) {
    if (status_name(status) == name) return status;
  }
  return std::nullopt;
}

}  // namespace saccade
