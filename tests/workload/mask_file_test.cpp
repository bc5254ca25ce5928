#include "workload/mask_file.hpp"

#include <gmock/gmock.h>

#include "base/error.hpp"
#include "cli/run_binary.hpp"
#include "workload/npy_bytes.hpp"

namespace saccade {
namespace {

using testing::HasSubstr;

class MaskFiles : public testing::Test {
 protected:
  std::string file(const std::string& name, const std::string& bytes) {
    return folder_.write(name, bytes);
  }
  std::string mistake(const std::string& path) {
    try {
      read_mask(path);
    } catch (const UserError& error) {
      return error.what();
    }
    return "";
  }
  std::string mistake_in(const std::string& bytes) { return mistake(file("broken.npy", bytes)); }

  TestFolder folder_;
};

/// "10 01": the rows of a map, 1 being kept.
std::string text(const AttentionMap& map) {
  std::string rows;
  for (std::int64_t query = 0; query < map.queries(); ++query) {
    if (query > 0) rows += ' ';
    for (std::int64_t key = 0; key < map.keys(); ++key) rows += map.kept(query, key) ? '1' : '0';
  }
  return rows;
}

TEST_F(MaskFiles, TrueIsPrunedInAnArray) {
  const Mask mask =
      read_mask(file("m.npy", npy_array("|b1", "(2, 1, 2, 3)", bits("011101111000"))));
  EXPECT_EQ(mask.name, "m");
  ASSERT_EQ(mask.blocks.size(), 2u);
  ASSERT_EQ(mask.blocks[0].size(), 1u);
  EXPECT_EQ(text(mask.blocks[0][0]), "100 010");
  EXPECT_EQ(text(mask.blocks[1][0]), "000 111");
}

TEST_F(MaskFiles, BytesAreReadAsWell) {
  for (const char* type : {"|u1", "|i1"}) {
    const Mask mask = read_mask(file("m.npy", npy_array(type, "(1, 2, 1, 2)", bits("0111"))));
    ASSERT_EQ(mask.blocks[0].size(), 2u) << type;
    EXPECT_EQ(text(mask.blocks[0][0]), "10") << type;
    EXPECT_EQ(text(mask.blocks[0][1]), "00") << type;
  }
}

TEST_F(MaskFiles, FortranOrderHasTheFirstIndexFastest) {
  // Data of (block, head, query, key): 0000 1000 0100 1100 0010 1010 0110 1110 and the same with
  // key 1, so that entry [b, h, q, k] is byte b + 2h + 4q + 8k.
  const Mask mask =
      read_mask(file("m.npy", npy_array("|b1", "(2, 2, 2, 2)", bits("0111111111101111"), true)));
  EXPECT_EQ(text(mask.blocks[0][0]), "10 00");
  EXPECT_EQ(text(mask.blocks[1][0]), "00 00");
  EXPECT_EQ(text(mask.blocks[0][1]), "00 00");
  EXPECT_EQ(text(mask.blocks[1][1]), "01 00");
}

TEST_F(MaskFiles, VersionTwoHasALongerLength) {
  std::string bytes = npy_array("|b1", "(1, 1, 1, 1)", bits("0"));
  bytes[6] = '\x02';
  bytes.insert(10, 2, '\0');
  EXPECT_EQ(text(read_mask(file("m.npy", bytes)).blocks[0][0]), "1");
}

TEST_F(MaskFiles, PartsFollowOneAnother) {
  file("a.npy", npy_array("|b1", "(1, 1, 1, 2)", bits("01")));
  file("b.npy", npy_array("|b1", "(2, 1, 2, 1)", bits("0111")));
  const Mask mask = read_mask(file("m.json", R"({"name": "two shapes", "source": "a test", "parts":
      [{"npy": "a.npy"}, {"npy": "b.npy", "true_is": "kept"}, {"npy": "a.npy", "true_is": "pruned"}]})"));
  EXPECT_EQ(mask.name, "two shapes");
  ASSERT_EQ(mask.blocks.size(), 4u);
  EXPECT_EQ(text(mask.blocks[0][0]), "10");
  EXPECT_EQ(text(mask.blocks[1][0]), "0 1");
  EXPECT_EQ(text(mask.blocks[2][0]), "1 1");
  EXPECT_EQ(text(mask.blocks[3][0]), "10");
  EXPECT_EQ(read_mask(file("unnamed.json", R"({"parts": [{"npy": "a.npy"}]})")).name, "unnamed");
}

TEST_F(MaskFiles, MistakesOfAllPartsAreAnsweredTogether) {
  file("text.npy", "hello, world");
  const std::string both =
      mistake(file("m.json", R"({"parts": [{"npy": "text.npy"}, {"npy": "not_there.npy"}]})"));
  EXPECT_THAT(both, HasSubstr("text.npy: is no .npy file"));
  EXPECT_THAT(both, HasSubstr("not_there.npy: no such file"));
  EXPECT_THAT(mistake(file("m.json", R"({"parts": []})")), HasSubstr("/parts: is []"));
  EXPECT_THAT(mistake(file("m.json", R"({"parts": [{"npy": "a.npy", "true_is": "true"}]})")),
              HasSubstr("/parts/0/true_is: is \"true\", expected one of pruned, kept"));
  EXPECT_THAT(mistake(folder_.path("lost.npy")), HasSubstr("lost.npy: no such file"));
}

TEST_F(MaskFiles, OtherArraysAreRefused) {
  EXPECT_THAT(mistake_in(npy_array("<f8", "(1, 1, 1, 1)", std::string(8, '\0'))),
              HasSubstr("'<f8', expected bool, uint8 or int8"));
  EXPECT_THAT(mistake_in(npy_array("|b1", "(4,)", bits("0110"))), HasSubstr("has 1 dimensions"));
  EXPECT_THAT(mistake_in(npy_array("|b1", "()", bits("0"))), HasSubstr("has 0 dimensions"));
  EXPECT_THAT(mistake_in(npy_array("|b1", "(1, 1, 1, 2, 2)", bits("0110"))),
              HasSubstr("has 5 dimensions, expected 4: blocks, heads, queries, keys"));
  EXPECT_THAT(mistake_in(npy_array("|b1", "(0, 1, 2, 2)", "")), HasSubstr("is empty"));
  const std::string wrong = npy_array("|u1", "(1, 1, 2, 2)", bits("0112"));
  EXPECT_THAT(mistake_in(wrong), HasSubstr("neither 0 nor 1 at [0, 0, 1, 1]"));
  EXPECT_THAT(mistake_in(npy_array("|b1", "(1, 1, 1, 1)", "\xff")), HasSubstr("neither 0 nor 1"));
}

TEST_F(MaskFiles, SizesThatAreNotThoseOfTheDataAreRefused) {
  EXPECT_THAT(mistake_in(npy_array("|b1", "(1, 1, 2, 2)", bits("011"))),
              HasSubstr("has 3 bytes of data, expected 4 for its shape (1, 1, 2, 2)"));
  EXPECT_THAT(mistake_in(npy_array("|b1", "(1, 1, 2, 2)", bits("01100"))),
              HasSubstr("has 5 bytes of data, expected 4"));
  // 2^64 entries and 4 more: as a 64-bit product these would be 4.
  EXPECT_THAT(mistake_in(npy_array("|b1", "(4294967296, 4294967296, 1, 1)", bits("0110"))),
              HasSubstr("expected 18446744073709551616"));
  EXPECT_THAT(mistake_in(npy_array("|b1", "(9223372036854775809, 99999999999999999999, 2, 1)", "")),
              HasSubstr("has 0 bytes of data"));
}

TEST_F(MaskFiles, TooManyQueriesAreRefused) {
  const std::string tall = npy_array("|b1", "(1, 1, 4194305, 1)", std::string(4194305, '\0'));
  EXPECT_THAT(mistake_in(tall), HasSubstr("has 4194305 queries in all, expected at most 4194304"));
  const std::string part = R"({"generate": {"kind": "band", "blocks": 256, "heads": 1,
                               "queries": 16384, "keys": 1, "radius": 0}})";
  EXPECT_EQ(mistake(file("one.json", R"({"parts": [)" + part + "]}")), "");
  EXPECT_THAT(mistake(file("two.json", R"({"parts": [)" + part + ", " + part + "]}")),
              HasSubstr("two.json: /parts: have more than 4194304 queries in all"));
}

TEST_F(MaskFiles, EveryTruncationIsRefused) {
  const std::string whole = npy_array("|b1", "(1, 1, 2, 2)", bits("0110"));
  for (std::size_t bytes = 0; bytes < whole.size(); ++bytes) {
    EXPECT_NE(mistake_in(whole.substr(0, bytes)), "") << bytes;
  }
  EXPECT_EQ(mistake_in(whole), "");
}

TEST_F(MaskFiles, BrokenHeadersAreRefused) {
  const auto refused = [&](const std::string& dictionary) {
    EXPECT_THAT(mistake_in(npy_file(dictionary, bits("0"))), HasSubstr("header")) << dictionary;
  };
  refused("");
  refused("{}");
  refused("{'descr': '|b1', 'fortran_order': False, 'shape': , }");
  refused("{'descr': '|b1', 'fortran_order': False, 'shape': (-1, 1, 1, 1), }");
  refused("{'descr': '|b1', 'fortran_order': Perhaps, 'shape': (1, 1, 1, 1), }");
  refused("{'descr': [('a', '|b1')], 'fortran_order': False, 'shape': (1, 1, 1, 1), }");
  refused("{'descr': '<f" + std::string(60000, '8') +
          "', 'fortran_order': False, 'shape': (1,), }");
  std::string version = npy_array("|b1", "(1, 1, 1, 1)", bits("0"));
  version[6] = '\x03';
  EXPECT_THAT(mistake_in(version),
              HasSubstr("version 3.0 of the .npy format, expected 1.0 or 2.0"));
  std::string endless = npy_array("|b1", "(1, 1, 1, 1)", bits("0"));
  endless[6] = '\x02';
  endless.replace(8, 4, "\xff\xff\xff\xff");
  EXPECT_THAT(mistake_in(endless), HasSubstr("header"));
}

TEST_F(MaskFiles, EveryByteOfAHeaderMayBeWrong) {
  const std::string whole = npy_array("|b1", "(1, 1, 2, 2)", bits("0110"));
  for (std::size_t place = 0; place < whole.size() - 4; ++place) {
    for (const char wrong : {'\0', '\n', ' ', '9', '\'', '\xff'}) {
      std::string bytes = whole;
      bytes[place] = wrong;
      mistake_in(bytes);  // reads it or throws a UserError: anything else ends the test
    }
  }
}

}  // namespace
}  // namespace saccade
