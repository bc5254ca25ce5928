#include "report/result_file.hpp"

#include <fmt/format.h>

#include <limits>
#include <set>
#include <utility>
#include <vector>

#include "base/json.hpp"
#include "base/value_type.hpp"

namespace saccade {
namespace {

/// Text that may be empty, as the technique of a run without any.
Type<std::string> any_text() {
  const auto read = [](const Cursor& cursor) -> std::optional<std::string> {
    if (cursor.value().is_string()) return cursor.value().get<std::string>();
    cursor.fail_expected("text");
    return std::nullopt;
  };
  return {read, {{"type", "string"}}, "text"};
}

Type<std::uint64_t> count(long long min = 0) {
  return integer<std::uint64_t>(min, std::numeric_limits<long long>::max());
}

Type<double> figure() { return number(-1e30, 1e30); }

/// Reads a key that must be there. Results have more keys than anybody reads back, so that keys are
/// picked one by one instead of through a field table.
template <class M>
void pick(const Cursor& object, const std::string& key, M& into, const Type<M>& type) {
  if (!object.value().contains(key)) {
    object.fail(fmt::format("lacks '{}', expected {}", key, type.expected));
  } else if (auto value = type.read(object.at(key))) {
    into = std::move(*value);
  }
}

Type<OpResult> op_type() {
  const auto read = [](const Cursor& cursor) -> std::optional<OpResult> {
    const std::size_t before = cursor.mistakes().size();
    OpResult op;
    pick(cursor, "name", op.name, text());
    pick(cursor, "role", op.role, text());
    pick(cursor, "exclusive_cycles", op.exclusive_cycles, count());
    pick(cursor, "cycles_by_work", op.cycles_by_work, dictionary(count()));
    pick(cursor, "dram_bytes", op.dram_bytes, count());
    pick(cursor, "energy_j", op.energy_j, figure());
    pick(cursor, "bound", op.bound, text());
    if (cursor.mistakes().size() != before) return std::nullopt;
    return op;
  };
  return {read, {{"type", "object"}}, "an op of a result"};
}

Type<Status> status_type() {
  std::vector<std::pair<std::string, Status>> names;
  for (const Status status : statuses()) {
    names.emplace_back(status_name(status), status);
  }
  return choice(std::move(names));
}

void read_totals(const Cursor& root, PointResult& result) {
  pick(root, "hardware", result.hardware, any_text());
  pick(root, "workload", result.workload, any_text());
  pick(root, "technique", result.technique, any_text());
  pick(root, "mode", result.mode, text());
  pick(root, "images", result.images,
       integer<std::int64_t>(1, std::numeric_limits<std::int64_t>::max()));
  pick(root, "clock_hz", result.clock_hz, figure());
  pick(root, "cycles", result.cycles, count(1));
  pick(root, "run_s", result.run_s, figure());
  pick(root, "latency_s", result.latency_s, figure());
  pick(root, "energy_j", result.energy_j, figure());
  pick(root, "energy_on_chip_j", result.energy_on_chip_j, figure());
  pick(root, "energy_dram_j", result.energy_dram_j, figure());
  pick(root, "edp_js", result.edp_js, figure());
  if (!root.value().contains("area_mm2") || !root.value().at("area_mm2").is_null()) {
    pick(root, "area_mm2", result.area_mm2, figure());
  }  // an FPGA has none
  pick(root, "dram_bytes", result.dram_bytes, count());
  pick(root, "macs", result.macs, count());
  pick(root, "utilization", result.utilization, figure());
}

void read_ops(const Cursor& root, PointResult& result) {
  pick(root, "ops", result.ops, list(op_type()));
  std::set<std::string> names;
  for (std::size_t i = 0; i < result.ops.size(); ++i) {
    const std::string& name = result.ops[i].name;
    if (names.insert(name).second) continue;
    root.at("ops").at(i).at("name").fail(
        fmt::format("'{}' stands twice, expected unique names", name));
  }
}

}  // namespace

ResultFile read_result(const std::string& file) {
  const Json document = read_json(file);
  Mistakes mistakes;
  const Cursor root(document, file, mistakes);
  ResultFile read{file, {}};
  PointResult& result = read.result;
  if (!document.is_object() || !document.contains("status") || !document.contains("ops")) {
    root.fail("is no result, expected an object that 'saccade run --json FILE' wrote");
  }
  mistakes.check();
  pick(root, "status", result.status, status_type());
  pick(root, "message", result.message, any_text());
  if (result.status != Status::ok) {
    root.at("status").fail(fmt::format("is \"{}\" ({}), expected \"ok\": there are no figures",
                                       status_name(result.status), result.message));
  }
  mistakes.check();
  read_totals(root, result);
  read_ops(root, result);
  mistakes.check();
  return read;
}

}  // namespace saccade
