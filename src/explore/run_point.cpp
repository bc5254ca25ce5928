#include "explore/run_point.hpp"

#include <fmt/format.h>

#include "result/result_json.hpp"
#include "result/row_json.hpp"

namespace saccade {
namespace {

EvaluateOptions evaluate_options(const SweepOptions& sweep) {
  EvaluateOptions options;
  options.objective = sweep.objective;
  options.steady = sweep.steady;
  options.stream = sweep.stream;
  options.window = sweep.window;
  return options;
}

/// Throws UserError if a constraint is on a figure that a simulated point does not have.
void check_complete(const Sweep& sweep, const FigureValues& values) {
  for (const Constraint& constraint : sweep.constraints) {
    for (const std::string& name : constraint.names()) {
      const auto figure = figure_index(name);
      if (!figure || values[*figure]) continue;
      throw UserError(fmt::format("constraint '{}' needs {}, which this design does not have",
                                  constraint.text(), name));
    }
  }
}

std::string all_of(const UserError& error) {
  std::string text;
  for (const Mistake& mistake : error.mistakes()) {
    text += (text.empty() ? "" : "; ") + to_string(mistake);
  }
  return text;
}

}  // namespace

PointRow bare_row(const SweepPoint& point, Status status, const std::string& message) {
  PointRow row;
  row.point = point.index;
  row.hardware = point.hardware;
  row.workload = point.workload;
  row.technique = point.technique;
  row.axes = point.axes;
  row.status = status;
  row.message = message;
  row.figures.resize(figures().size());
  return row;
}

PointAnswer run_point(const SweepPoints& points, const SweepPoint& point) {
  EvaluateOptions options = evaluate_options(points.sweep().options);
  options.admit = [&](const PointResult& design) {
    return points.excluded(point.axes, figures_of(design));
  };
  PointAnswer answer;
  try {
    const PointResult result = evaluate_inputs(point.inputs, options);
    answer.row = bare_row(point, result.status, result.message);
    answer.row.figures = figures_of(result);
    if (result.status != Status::ok) return answer;
    answer.details = json_text(result);
    check_complete(points.sweep(), answer.row.figures);
    answer.row.message = points.excluded(point.axes, answer.row.figures);
    if (!answer.row.message.empty()) answer.row.status = Status::excluded;
  } catch (const UserError& error) {
    answer = {bare_row(point, Status::failed, all_of(error)), ""};
  }
  return answer;
}

std::string answer_bytes(const PointAnswer& answer) {
  std::string bytes;
  Json::to_cbor({{"row", row_json(answer.row)}, {"details", answer.details}}, bytes);
  return bytes;
}

PointAnswer answer_of(const std::string& bytes) {
  const Json json = Json::from_cbor(bytes);
  return {row_of(json.at("row")), json.at("details").get<std::string>()};
}

}  // namespace saccade
