#include "report/html_columns.hpp"

#include <fmt/format.h>

#include <cmath>
#include <cstdint>
#include <functional>
#include <map>

namespace saccade {
namespace {

constexpr int kDigits = 6;

std::string joined(const std::vector<std::string>& texts) {
  std::string out = "[";
  for (std::size_t i = 0; i < texts.size(); ++i) {
    if (i > 0) out += ',';
    out += texts[i];
  }
  return out + "]";
}

/// The shorter of both forms of a column of JSON values.
std::string column_json(const std::vector<std::string>& values) {
  std::map<std::string, std::size_t> level_of;
  std::vector<std::string> levels;
  std::vector<std::string> codes;
  for (const std::string& value : values) {
    const auto [place, is_new] = level_of.emplace(value, levels.size());
    if (is_new) levels.push_back(value);
    codes.push_back(std::to_string(place->second));
  }
  if (levels.size() == 1) return R"({"levels":)" + joined(levels) + "}";
  const std::string plain = joined(values);
  const std::string coded = R"({"levels":)" + joined(levels) + R"(,"codes":)" + joined(codes) + "}";
  return coded.size() < plain.size() ? coded : plain;
}

std::string column_of(const std::vector<PointRow>& rows,
                      const std::function<std::string(const PointRow&)>& value) {
  std::vector<std::string> values;
  values.reserve(rows.size());
  for (const PointRow& row : rows) values.push_back(value(row));
  return column_json(values);
}

std::string axes_json(const StoreHeader& header, const std::vector<PointRow>& rows) {
  std::vector<std::string> columns;
  for (std::size_t axis = 0; axis < header.axes.size(); ++axis) {
    columns.push_back(
        column_of(rows, [&](const PointRow& row) { return script_json(row.axes.at(axis)); }));
  }
  return joined(columns);
}

std::string figures_json(const std::vector<PointRow>& rows) {
  std::map<std::string, std::size_t> seen;
  std::vector<std::string> columns;
  for (std::size_t i = 0; i < figures().size(); ++i) {
    std::string column = column_of(
        rows, [&](const PointRow& row) { return short_number(row.figures.at(i), kDigits); });
    const auto [place, is_new] = seen.emplace(column, i);
    columns.push_back(is_new ? std::move(column) : fmt::format(R"({{"same":{}}})", place->second));
  }
  return joined(columns);
}

}  // namespace

std::string script_json(const Json& json) {
  std::string out;
  for (const char c : json.dump(-1, ' ', true, Json::error_handler_t::replace)) {
    if (c == '<') {
      out += "\\u003c";  // neither "</script>" nor "<!--" may stand there
    } else {
      out += c;
    }
  }
  return out;
}

std::string short_number(std::optional<double> value, int digits) {
  if (!value || !std::isfinite(*value)) return "null";
  if (*value == 0) return "0";
  // As an integer of so many digits and a power of ten.
  const std::string text = fmt::format("{:.{}e}", std::abs(*value), digits - 1);
  const std::size_t e = text.find('e');
  std::string mantissa = text.substr(0, 1) + (digits > 1 ? text.substr(2, e - 2) : "");
  int exponent = std::stoi(text.substr(e + 1)) - (digits - 1);
  while (mantissa.back() == '0') {
    mantissa.pop_back();
    ++exponent;
  }
  const int length = static_cast<int>(mantissa.size());
  if (exponent >= 0 && exponent <= 2) {
    mantissa.append(static_cast<std::size_t>(exponent), '0');
  } else if (exponent < 0 && -exponent < length) {
    mantissa.insert(static_cast<std::size_t>(length + exponent), ".");
  } else if (exponent < 0 && -exponent == length) {
    mantissa.insert(0, "0.");
  } else {
    mantissa += fmt::format("e{}", exponent);
  }
  return (*value < 0 ? "-" : "") + mantissa;
}

std::string number_list(const std::vector<double>& values, int digits) {
  std::vector<std::string> texts;
  texts.reserve(values.size());
  for (const double value : values) texts.push_back(short_number(value, digits));
  return joined(texts);
}

std::string columns_json(const StoreHeader& header, const std::vector<PointRow>& rows) {
  const auto text = [&](const char* name, std::string PointRow::*member) {
    return fmt::format(R"("{}":{},)", name, column_of(rows, [&](const PointRow& row) {
                         return script_json(row.*member);
                       }));
  };
  std::string out = R"({"point":)" +
                    column_of(rows, [](const PointRow& row) { return std::to_string(row.point); }) +
                    ",";
  out += text("hash", &PointRow::hash);
  out += text("hardware", &PointRow::hardware);
  out += text("workload", &PointRow::workload);
  out += text("technique", &PointRow::technique);
  out += text("message", &PointRow::message);
  out += R"("status":)" +
         column_of(rows, [](const PointRow& row) { return script_json(status_name(row.status)); });
  return out + R"(,"axes":)" + axes_json(header, rows) + R"(,"figures":)" + figures_json(rows) +
         "}";
}

}  // namespace saccade
