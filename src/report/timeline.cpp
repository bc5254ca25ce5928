#include "report/timeline.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <numeric>
#include <stdexcept>
#include <tuple>

#include "base/json.hpp"
#include "mapping/task.hpp"

namespace saccade {
namespace {

std::string quoted(const std::string& text) {
  return Json(text).dump(-1, ' ', false, Json::error_handler_t::replace);
}

/// Threads are numbered from 1: viewers show thread 0 as an idle processor.
void name_threads(const PointResult& result, std::string& out) {
  const auto line = std::back_inserter(out);
  const std::string process = quoted("saccade: " + result.workload + " on " + result.hardware);
  fmt::format_to(line, R"({{"name":"process_name","ph":"M","pid":1,"args":{{"name":{}}}}})",
                 process);
  for (std::size_t i = 0; i < result.unit_names.size(); ++i) {
    fmt::format_to(line,
                   ",\n"
                   R"({{"name":"thread_name","ph":"M","pid":1,"tid":{0},"args":{{"name":{1}}}}},)"
                   "\n"
                   R"({{"name":"thread_sort_index","ph":"M","pid":1,"tid":{0},)"
                   R"("args":{{"sort_index":{0}}}}})",
                   i + 1, quoted(result.unit_names[i]));
  }
}

/// Indices of the events by unit and, in a unit, by time.
std::vector<std::size_t> in_order(const std::vector<TimelineEvent>& events) {
  std::vector<std::size_t> order(events.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    const TimelineEvent &left = events[a], &right = events[b];
    return std::tie(left.unit, left.start_cycle, left.end_cycle) <
           std::tie(right.unit, right.start_cycle, right.end_cycle);
  });
  return order;
}

}  // namespace

std::string timeline_text(const PointResult& result) {
  std::vector<std::string> names;
  for (const OpResult& op : result.ops) names.push_back(quoted(op.name));
  const auto nanoseconds = [&](std::uint64_t cycles) {
    return std::llround(static_cast<double>(cycles) * 1e9 / result.clock_hz);
  };
  std::string out = "{\"displayTimeUnit\":\"ns\",\"traceEvents\":[\n";
  name_threads(result, out);
  const std::vector<std::size_t> order = in_order(result.timeline);
  for (std::size_t i = 0; i < order.size(); ++i) {
    const TimelineEvent& event = result.timeline[order[i]];
    if (event.unit >= result.unit_names.size() || event.op >= names.size() ||
        event.stage >= kStages) {
      throw std::logic_error("timeline event of an unknown unit, op or stage");
    }
    std::uint64_t end_cycle = event.end_cycle;
    if (i + 1 < order.size() && result.timeline[order[i + 1]].unit == event.unit) {
      end_cycle = std::min(end_cycle, result.timeline[order[i + 1]].start_cycle);
    }
    const auto start = nanoseconds(event.start_cycle);
    const auto span = nanoseconds(end_cycle) - start;
    fmt::format_to(std::back_inserter(out),
                   ",\n"
                   R"({{"name":{},"cat":"{}","ph":"X","pid":1,"tid":{},"ts":{}.{:03},)"
                   R"("dur":{}.{:03},"args":{{"start_cycle":{},"end_cycle":{}}}}})",
                   names[event.op], stage_names[event.stage], event.unit + 1, start / 1000,
                   start % 1000, span / 1000, span % 1000, event.start_cycle, event.end_cycle);
  }
  return out + "\n]}\n";
}

}  // namespace saccade
