// Which program made a figure.
#pragma once
#include <string>

namespace saccade {

/// Of the sources that decide figures: all but src/explore, src/report and src/cli. Written by the
/// build (cmake/SourceDigest.cmake).
extern const char* const kModelDigest;

/// "0.1.0+1f00c0ffee12": the version, and the model's digest. Figures of equal inputs are equal if
/// this is.
std::string version();

}  // namespace saccade
