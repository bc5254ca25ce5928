#include "base/compress.hpp"

#include <gtest/gtest.h>

#include <random>

namespace saccade {
namespace {

TEST(Compress, GivesBackTheText) {
  std::mt19937 random(1);
  for (const std::size_t size : {0, 1, 1000, 65535, 65536, 65537, 1000000}) {
    std::string text(size, 'x');
    for (char& c : text) c = static_cast<char>(random() % 64);
    EXPECT_EQ(decompressed(compressed(text)), text) << size;
  }
}

TEST(Compress, MakesTextSmall) { EXPECT_LT(compressed(std::string(100000, '1')).size(), 1000); }

TEST(Compress, ReadsWhatOthersCompressed) {
  // python3 -c 'import zlib; print(zlib.compress(b"saccade"))'
  EXPECT_EQ(decompressed(std::string("x\x9c+NLNNLI\x05\x00\x0b=\x02\xc5", 15)), "saccade");
}

TEST(Compress, RefusesWhatIsNoStreamOrCutOff) {
  EXPECT_THROW(decompressed(""), std::runtime_error);
  EXPECT_THROW(decompressed("text"), std::runtime_error);
  const std::string stream = compressed("some text of some length");
  for (std::size_t size = 0; size < stream.size(); ++size) {
    EXPECT_THROW(decompressed(stream.substr(0, size)), std::runtime_error) << size;
  }
}

}  // namespace
}  // namespace saccade
