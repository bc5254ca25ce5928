#include "validate/array.hpp"

#include <gmock/gmock.h>

#include <set>

#include "base/error.hpp"
#include "cli/run_binary.hpp"

namespace saccade {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

const std::string kHeader = "variant,R,C,M,N,K,folds,cycles\n";

std::vector<Comparison> validated(const std::string& rows, const std::string& header = kHeader) {
  const TestFolder folder;
  return validate_array(folder.write("mine.csv", header + rows));
}

/// What is wrong with a file, without its name.
std::vector<std::string> mistakes_of(const std::string& rows, const std::string& header = kHeader) {
  std::vector<std::string> texts;
  try {
    validated(rows, header);
  } catch (const UserError& error) {
    for (const Mistake& mistake : error.mistakes()) {
      EXPECT_THAT(mistake.file, testing::EndsWith("/mine.csv"));
      texts.push_back(mistake.pointer + ": " + mistake.message);
    }
  }
  return texts;
}

TEST(ValidateArray, EqualsRtlSimulation) {
  const auto comparisons = validate_array(SACCADE_SOURCE_DIR "/tests/reference/array_rtl.csv");
  EXPECT_EQ(comparisons.size(), 2u * 3430);
  std::set<std::string> variants;
  for (const Comparison& c : comparisons) {
    EXPECT_TRUE(c.holds()) << c.item << " " << c.quantity << ": " << c.actual << " instead of "
                           << c.expected;
    EXPECT_EQ(c.tolerance, 0.0);
    variants.insert(c.item.substr(0, c.item.find(' ')));
  }
  EXPECT_EQ(variants.size(), 19u);
}

// A projection of DeiT-S: 7 * 36 folds of 384 + 62 cycles.
TEST(ValidateArray, SaysWhatItCompares) {
  const auto comparisons = validated("os_inplace_full,32,32,197,1152,384,252,112392\n");
  ASSERT_EQ(comparisons.size(), 2u);
  for (const Comparison& c : comparisons) {
    EXPECT_EQ(c.reference, "mine");
    EXPECT_EQ(c.item, "os_inplace_full 32x32, 197 x 384 by 384 x 1152");
    EXPECT_TRUE(c.holds());
  }
  EXPECT_EQ(comparisons[0].quantity, "folds");
  EXPECT_EQ(comparisons[0].actual, 252);
  EXPECT_EQ(comparisons[1].quantity, "cycles");
  EXPECT_EQ(comparisons[1].actual, 112392);
}

TEST(ValidateArray, RowsThatAreWrongDoNotHold) {
  const auto holds = [](const std::string& row) {
    std::vector<bool> each;
    for (const Comparison& c : validated(row + "\n")) each.push_back(c.holds());
    return each;
  };
  EXPECT_THAT(holds("os_inplace_full,32,32,197,1152,384,252,112391"), ElementsAre(true, false));
  EXPECT_THAT(holds("os_inplace_full,32,32,197,1152,384,251,112392"), ElementsAre(false, true));
  EXPECT_THAT(holds("os_shift_full,32,32,197,1152,384,252,112392"), ElementsAre(true, false));
  EXPECT_THAT(holds("ws_full,32,32,197,1152,384,252,112392"), ElementsAre(false, false));
}

// The largest that is read, on one PE: 2^34 folds of 2^17 cycles, which a double holds exactly.
TEST(ValidateArray, LargestRow) {
  const auto comparisons =
      validated("os_inplace_full,1,1,131072,131072,131072,17179869184,2251799813685248\n");
  for (const Comparison& c : comparisons) EXPECT_TRUE(c.holds()) << c.quantity;
}

TEST(ValidateArray, AnswersAllMistakesOfAFile) {
  const auto mistakes = mistakes_of(
      "os_pipe_ful,4,4,1,1,1,1,7\n"
      "os_pipe_full,4,4,1,1,1,1,11\n"
      "ws_full,0,65537,131073,-1,x,1.5,0\n");
  ASSERT_EQ(mistakes.size(), 8u);
  EXPECT_THAT(mistakes[0], HasSubstr("line 2: column 'variant' is 'os_pipe_ful', expected one of "
                                     "os_inplace_full, "));
  EXPECT_THAT(mistakes[0], HasSubstr("did you mean 'os_pipe_full'?"));
  const char* columns[] = {"R", "C", "M", "N", "K", "folds", "cycles"};
  for (std::size_t i = 0; i < 7; ++i) {
    EXPECT_THAT(mistakes[i + 1],
                HasSubstr("line 4: column '" + std::string(columns[i]) + "' is '"));
  }
}

TEST(ValidateArray, RefusesFilesThatCompareNothing) {
  EXPECT_THAT(mistakes_of(""), ElementsAre(HasSubstr("has no rows")));
  EXPECT_THAT(mistakes_of("ws_full,4,4,1,1,1,1\n", "variant,R,C,M,N,K,folds\n"),
              ElementsAre(HasSubstr("lacks column 'cycles'")));
  EXPECT_THROW(validate_array("/nowhere/array.csv"), UserError);
}

TEST(ValidateArray, StopsAtAHundredMistakes) {
  std::string rows;
  for (int i = 0; i < 1000; ++i) rows += "os,4,4,1,1,1,1,7\n";
  EXPECT_EQ(mistakes_of(rows).size(), 100u);
}

}  // namespace
}  // namespace saccade
