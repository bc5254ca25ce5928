#include "workload/accuracy.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "workload/model.hpp"
#include "workload/model_checks.hpp"

namespace saccade {
namespace {

using testing::HasSubstr;

Accuracy read(const char* text) {
  return read_record(accuracy_record(), Json::parse(text), "model.json");
}

TEST(Accuracy, IsOfClassificationOrOfSegmentation) {
  const Accuracy classified = read(R"({"top1_percent": 79.8, "source": "a table"})");
  EXPECT_EQ(classified.top1_percent, 79.8);
  EXPECT_FALSE(classified.miou_percent);
  const Accuracy segmented = read(R"({"miou_percent": 46.5, "source": "a table"})");
  EXPECT_FALSE(segmented.top1_percent);
  EXPECT_EQ(segmented.miou_percent, 46.5);
  EXPECT_EQ(segmented.source, "a table");
}

TEST(Accuracy, IsOneOfBoth) {
  const struct {
    const char* accuracy;
    const char* said;
  } cases[] = {{R"({"source": "x"})", "has neither of 'top1_percent' and 'miou_percent', expected"},
               {R"({"top1_percent": 80, "miou_percent": 50, "source": "x"})",
                "has both of 'top1_percent' and 'miou_percent', expected one of them"}};
  for (const auto& [accuracy, said] : cases) {
    Json model = read_json(model_path("deit_tiny"));
    model["accuracy"] = Json::parse(accuracy);
    try {
      read_workload_json(model, "model.json");
      ADD_FAILURE() << "took " << accuracy;
    } catch (const UserError& error) {
      ASSERT_EQ(error.mistakes().size(), 1u);
      EXPECT_EQ(error.mistakes()[0].pointer, "/accuracy");
      EXPECT_THAT(error.mistakes()[0].message, HasSubstr(said));
    }
  }
  EXPECT_THROW(read(R"({"miou_percent": 101, "source": "x"})"), UserError);
}

}  // namespace
}  // namespace saccade
