#include "report/html.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>
#include <string_view>

#include "report/html_columns.hpp"
#include "report/html_details.hpp"
#include "report/html_template.hpp"

namespace saccade {
namespace {

constexpr std::size_t kPageBytes = 8'000'000;
constexpr std::size_t kLeastDetailBytes = 1'000'000;  ///< however many rows there are
constexpr std::string_view kPlace = "SACCADE_DATA";

Json header_json(const StoreHeader& header) {
  Json axes = Json::array();
  for (const AxisColumn& axis : header.axes) {
    axes.push_back({{"name", axis.name}, {"in", axis.in}, {"pointers", axis.pointers}});
  }
  Json figure_list = Json::array();
  for (const ResultFigure& figure : figures()) {
    figure_list.push_back({{"name", figure.name}, {"help", figure.help}});
  }
  Json files = Json::array();
  for (const auto& [path, text] : header.files) files.push_back(path);
  return {{"version", header.version},
          {"name", header.name},
          {"digest", header.digest},
          {"sweep", header.sweep},
          {"files", files},
          {"points", header.points},
          {"shard", {header.shard.index, header.shard.count}},
          {"axes", axes},
          {"figures", figure_list}};
}

}  // namespace

std::string html_text(const StoreHeader& header, const std::vector<PointRow>& rows,
                      const std::function<std::string(std::uint64_t point)>& details) {
  const std::string_view page = html_template();
  const std::size_t place = page.find(kPlace);
  if (place == std::string_view::npos) throw std::logic_error("the page has no place for its data");
  std::string data =
      fmt::format(R"({{"header":{},"rows":{},"columns":{},"details":)",
                  script_json(header_json(header)), rows.size(), columns_json(header, rows));
  const std::size_t used = std::min(page.size() + data.size(), kPageBytes);
  data += details_json(rows, details, std::max(kPageBytes - used, kLeastDetailBytes)) + "}";
  std::string out(page.substr(0, place));
  out += data;
  out += page.substr(place + kPlace.size());
  return out;
}

}  // namespace saccade
