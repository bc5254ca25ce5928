#include "report/mask_image.hpp"

#include <gtest/gtest.h>
#include <png.h>

#include "base/error.hpp"

namespace saccade {
namespace {

/// Rows of an image with a letter per pixel: '.' white, 'b' blue, 'o' orange, '-' grey.
std::vector<std::string> decoded(const std::string& file) {
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  EXPECT_NE(png_image_begin_read_from_memory(&image, file.data(), file.size()), 0);
  image.format = PNG_FORMAT_RGB;
  std::vector<unsigned char> pixels(std::size_t{3} * image.width * image.height);
  EXPECT_NE(png_image_finish_read(&image, nullptr, pixels.data(), 0, nullptr), 0);
  std::vector<std::string> rows(image.height);
  for (std::size_t i = 0; i < pixels.size(); i += 3) {
    const int red = pixels[i];
    const int blue = pixels[i + 2];
    const char letter = red == 255 && blue == 255 ? '.' : blue > red ? 'b' : red > blue ? 'o' : '-';
    rows[i / 3 / image.width] += letter;
  }
  return rows;
}

/// Key 2 has two entries.
AttentionMap small_map() {
  AttentionMap map(2, 3);
  map.set(0, 0);
  map.set(0, 2);
  map.set(1, 2);
  return map;
}

TEST(MaskImage, APixelPerEntry) {
  EXPECT_EQ(decoded(mask_png({{0, {0}, {small_map()}}}, {1, false})),
            (std::vector<std::string>{"b.o", "..o"}));
  EXPECT_EQ(decoded(mask_png({{0, {0}, {small_map()}}}, {2, false})),
            (std::vector<std::string>{"b.b", "..b"}));
}

TEST(MaskImage, GlobalColumnsInFront) {
  EXPECT_EQ(decoded(mask_png({{0, {0}, {small_map()}}}, {1, true})),
            (std::vector<std::string>{"ob.", "o.."}));
}

TEST(MaskImage, HeadsBesideBlocksBelow) {
  AttentionMap full(1, 1);
  full.set(0, 0);
  const auto rows =
      decoded(mask_png({{0, {0, 1}, {small_map(), small_map()}}, {3, {0}, {full}}}, {1, false}));
  EXPECT_EQ(rows, (std::vector<std::string>{"b.o----b.o",  //
                                            "..o----..o",  //
                                            "----------",  //
                                            "----------",  //
                                            "----------",  //
                                            "----------",  //
                                            "b---------"}));
}

TEST(MaskImage, TooLargeIsAMistake) {
  const AttentionMap wide(1, 600'000);
  EXPECT_THROW(mask_png({{0, {0, 1}, {wide, wide}}}, {}), UserError);
  EXPECT_NO_THROW(mask_png({{0, {0}, {wide}}}, {}));
}

}  // namespace
}  // namespace saccade
