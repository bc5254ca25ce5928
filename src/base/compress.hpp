// Text made small with zlib.
#pragma once
#include <string>

namespace saccade {

/// A zlib stream (RFC 1950) of the text, as Python's zlib.decompress() reads it.
std::string compressed(const std::string& text);

/// The text of such a stream; throws std::runtime_error if it is none, is cut off, or holds more
/// than 256 MiB.
std::string decompressed(const std::string& stream);

}  // namespace saccade
