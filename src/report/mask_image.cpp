#include "report/mask_image.hpp"

#include <fmt/format.h>
#include <png.h>

#include <algorithm>
#include <array>
#include <stdexcept>

#include "base/error.hpp"

namespace saccade {
namespace {

constexpr std::int64_t kGap = 4;                  ///< pixels between maps
constexpr std::int64_t kMostPixels = 1ll << 28;   ///< of an image, each a byte here
constexpr std::int64_t kLongestSide = 1'000'000;  ///< libpng's own limit

/// Indices into the colours.
enum Pixel : std::uint8_t { pruned, kept, kept_globally, between };
constexpr std::array<std::array<std::uint8_t, 3>, 4> kColours = {
    {{255, 255, 255}, {31, 78, 140}, {230, 120, 20}, {190, 190, 190}}};

struct Image {
  std::int64_t width = 0;
  std::int64_t height = 0;
  std::vector<std::uint8_t> pixels;  ///< row by row
};

std::int64_t most_queries(const ChosenHeads& block) {
  std::int64_t most = 0;
  for (const AttentionMap& map : block.maps) most = std::max(most, map.queries());
  return most;
}

Image empty_image(const std::vector<ChosenHeads>& blocks) {
  Image image;
  for (const ChosenHeads& block : blocks) {
    std::int64_t width = -kGap;
    for (const AttentionMap& map : block.maps) width += map.keys() + kGap;
    image.width = std::max(image.width, width);
    image.height += most_queries(block) + kGap;
  }
  image.height -= kGap;
  if (std::max(image.width, image.height) > kLongestSide ||
      image.width * image.height > kMostPixels) {
    throw UserError(
        fmt::format("an image of {} x {} pixels is too large, expected at most {} a "
                    "side and {} in all: choose fewer maps",
                    image.width, image.height, kLongestSide, kMostPixels));
  }
  image.pixels.assign(static_cast<std::size_t>(image.width * image.height), between);
  return image;
}

/// The keys in the order in which they are drawn.
std::vector<std::int64_t> drawn_keys(const AttentionMap& map,
                                     const std::vector<std::int64_t>& globals, bool reorder) {
  std::vector<std::int64_t> keys;
  if (reorder) keys = globals;
  for (std::int64_t key = 0; key < map.keys(); ++key) {
    if (!reorder || !std::binary_search(globals.begin(), globals.end(), key)) keys.push_back(key);
  }
  return keys;
}

void draw(Image& image, const AttentionMap& map, std::int64_t left, std::int64_t top,
          const MaskImageOptions& options) {
  const auto globals = global_columns(map, options.threshold);
  std::int64_t x = left;
  for (const std::int64_t key : drawn_keys(map, globals, options.reorder)) {
    const bool global = std::binary_search(globals.begin(), globals.end(), key);
    for (std::int64_t query = 0; query < map.queries(); ++query) {
      const auto place = static_cast<std::size_t>((top + query) * image.width + x);
      image.pixels[place] = !map.kept(query, key) ? pruned : global ? kept_globally : kept;
    }
    ++x;
  }
}

std::string encoded(const Image& image) {
  png_image header{};
  header.version = PNG_IMAGE_VERSION;
  header.width = static_cast<png_uint_32>(image.width);
  header.height = static_cast<png_uint_32>(image.height);
  header.format = PNG_FORMAT_RGB_COLORMAP;
  header.colormap_entries = kColours.size();
  png_alloc_size_t bytes = 0;
  std::string file;
  for (int pass = 0; pass < 2; ++pass) {  // the first says how long the second is
    file.resize(bytes);
    void* const memory = pass == 0 ? nullptr : file.data();
    if (png_image_write_to_memory(&header, memory, &bytes, 0, image.pixels.data(), 0,
                                  kColours.data()) == 0) {
      throw std::runtime_error(fmt::format("libpng: {}", header.message));
    }
  }
  return file;
}

}  // namespace

std::string mask_png(const std::vector<ChosenHeads>& blocks, const MaskImageOptions& options) {
  Image image = empty_image(blocks);
  std::int64_t top = 0;
  for (const ChosenHeads& block : blocks) {
    std::int64_t left = 0;
    for (const AttentionMap& map : block.maps) {
      draw(image, map, left, top, options);
      left += map.keys() + kGap;
    }
    top += most_queries(block) + kGap;
  }
  return encoded(image);
}

}  // namespace saccade
