#include "base/compress.hpp"

#include <zlib.h>

#include <array>
#include <new>
#include <stdexcept>

namespace saccade {
namespace {

constexpr int kLevel = 3;  ///< of results a fifth more bytes than at 6, in a third of the time

}  // namespace

std::string compressed(const std::string& text) {
  uLongf size = compressBound(static_cast<uLong>(text.size()));
  std::string stream(size, '\0');
  const int code = compress2(reinterpret_cast<Bytef*>(stream.data()), &size,
                             reinterpret_cast<const Bytef*>(text.data()),
                             static_cast<uLong>(text.size()), kLevel);
  if (code != Z_OK) throw std::bad_alloc();
  stream.resize(size);
  return stream;
}

std::string decompressed(const std::string& stream) {
  constexpr std::size_t max_bytes = std::size_t{256} << 20;
  z_stream state{};
  if (inflateInit(&state) != Z_OK) throw std::bad_alloc();
  std::string input = stream;  // zlib takes a pointer to what it does not change
  state.next_in = reinterpret_cast<Bytef*>(input.data());
  state.avail_in = static_cast<uInt>(input.size());
  std::string text;
  std::array<char, 1 << 16> chunk{};
  int code = Z_OK;
  while (code == Z_OK && text.size() <= max_bytes) {
    state.next_out = reinterpret_cast<Bytef*>(chunk.data());
    state.avail_out = chunk.size();
    code = inflate(&state, Z_NO_FLUSH);
    text.append(chunk.data(), chunk.size() - state.avail_out);
  }
  inflateEnd(&state);
  if (code != Z_STREAM_END) throw std::runtime_error("is no zlib stream, or cut off or too large");
  return text;
}

}  // namespace saccade
