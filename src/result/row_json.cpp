#include "result/row_json.hpp"

#include <stdexcept>

namespace saccade {
namespace {

PointRow read(const Json& json) {
  PointRow row;
  row.point = json.at("point").get<std::uint64_t>();
  row.hash = json.at("hash").get<std::string>();
  row.hardware = json.at("hardware").get<std::string>();
  row.workload = json.at("workload").get<std::string>();
  row.technique = json.at("technique").get<std::string>();
  row.axes = json.at("axes").get<std::vector<Json>>();
  const auto status = status_of(json.at("status").get<std::string>());
  if (!status) throw std::runtime_error("a row of unknown status");
  row.status = *status;
  row.message = json.at("message").get<std::string>();
  for (const Json& figure : json.at("figures")) {
    row.figures.push_back(figure.is_null() ? std::nullopt
                                           : std::optional<double>(figure.get<double>()));
  }
  if (row.figures.size() != figures().size()) throw std::runtime_error("a row of other figures");
  return row;
}

}  // namespace

Json row_json(const PointRow& row) {
  Json values = Json::array();
  for (const auto& figure : row.figures) values.push_back(figure ? Json(*figure) : Json(nullptr));
  return {{"point", row.point},
          {"hash", row.hash},
          {"hardware", row.hardware},
          {"workload", row.workload},
          {"technique", row.technique},
          {"axes", row.axes},
          {"status", status_name(row.status)},
          {"message", row.message},
          {"figures", values}};
}

PointRow row_of(const Json& json) {
  try {
    return read(json);
  } catch (const Json::exception& error) {
    throw std::runtime_error(error.what());
  }
}

}  // namespace saccade
