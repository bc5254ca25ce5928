#include "result/point_result.hpp"

#include <stdexcept>

namespace saccade {

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

}  // namespace saccade
