#include "base/version.hpp"

namespace saccade {

std::string version() { return std::string(SACCADE_VERSION) + '+' + kModelDigest; }

}  // namespace saccade
