#include "report/timeline.hpp"

#include <gtest/gtest.h>

#include <map>

#include "base/json.hpp"
#include "report/example_result.hpp"

namespace saccade {
namespace {

std::vector<Json> events(const PointResult& result, const std::string& phase) {
  std::vector<Json> found;
  const Json trace = parse_json(timeline_text(result), "timeline");
  for (const Json& event : trace.at("traceEvents")) {
    if (event["ph"] == phase) found.push_back(event);
  }
  return found;
}

TEST(Timeline, NamesProcessAndUnits) {
  const std::vector<Json> names = events(example::result(), "M");
  ASSERT_EQ(names.size(), 5U);
  EXPECT_EQ(names[0]["args"]["name"], "saccade: two \"quoted\", with comma on tiny");
  EXPECT_EQ(names[1]["name"], "thread_name");
  EXPECT_EQ(names[1]["tid"], 1);
  EXPECT_EQ(names[1]["args"]["name"], "dma");
  EXPECT_EQ(names[3]["args"]["name"], "array");
  EXPECT_EQ(names[4]["args"]["sort_index"], 2);
}

TEST(Timeline, GivesSpansInMicroseconds) {
  const std::vector<Json> spans = events(example::result(), "X");
  ASSERT_EQ(spans.size(), 4U);
  EXPECT_EQ(spans[0]["name"], "b0.fc");
  EXPECT_EQ(spans[0]["cat"], "load_weight");
  EXPECT_EQ(spans[0]["tid"], 1);
  EXPECT_EQ(spans[0]["ts"], 0.0);
  EXPECT_EQ(spans[0]["dur"], 0.4) << "ends where the next one starts";
  EXPECT_EQ(spans[0]["args"]["end_cycle"], 500) << "the whole task";
  EXPECT_EQ(spans[1]["name"], "b0.qk");
  EXPECT_EQ(spans[1]["dur"], 0.5);
  EXPECT_EQ(spans[3]["tid"], 2);
  EXPECT_EQ(spans[3]["cat"], "compute");
  EXPECT_EQ(spans[3]["ts"], 0.8);
}

TEST(Timeline, SpansOfOneUnitDoNotOverlapAtAnyClock) {
  for (const double clock_hz : {1e9, 700e6, 3.3e9, 123456789.0}) {
    PointResult result = example::result();
    result.clock_hz = clock_hz;
    result.timeline.clear();
    for (std::uint64_t i = 0; i < 300; ++i) {
      result.timeline.push_back({static_cast<std::uint32_t>(i % 2), 0, i * 7, i * 7 + 20,
                                 static_cast<std::uint8_t>(Stage::compute)});
    }
    std::map<int, long long> end_ns;
    for (const Json& span : events(result, "X")) {
      const int unit = span["tid"].get<int>();
      const long long start = std::llround(span["ts"].get<double>() * 1000);
      EXPECT_GE(start, end_ns[unit]);
      end_ns[unit] = start + std::llround(span["dur"].get<double>() * 1000);
    }
    EXPECT_EQ(end_ns[2], std::llround((299 * 7 + 20) * 1e9 / clock_hz));
  }
}

TEST(Timeline, IsValidWithoutEvents) {
  PointResult result = example::result();
  result.timeline.clear();
  EXPECT_TRUE(events(result, "X").empty());
}

TEST(Timeline, RefusesEventsOfNothing) {
  for (const TimelineEvent event : {TimelineEvent{2, 0, 0, 1, 0}, TimelineEvent{0, 3, 0, 1, 0},
                                    TimelineEvent{0, 0, 0, 1, kStages}}) {
    PointResult result = example::result();
    result.timeline = {event};
    EXPECT_THROW(timeline_text(result), std::logic_error);
  }
}

}  // namespace
}  // namespace saccade
