#include "explore/axis_file.hpp"

#include <cmath>

namespace saccade {
namespace {

constexpr std::size_t kMostValues = 100000;

struct Range {
  double from = 0, to = 0, step = 0;
};

struct Geometric {
  double from = 0, to = 0, factor = 0;
};

struct AxisFile {
  std::string name;
  Place in = Place::hardware;
  std::vector<std::string> pointers;
  std::optional<std::vector<Json>> values;
  std::optional<Range> range;
  std::optional<Geometric> geometric;
};

/// Twelve digits: 3 * 0.1 is 0.3. An integer if it is one, for fields that want one.
Json plain_number(double value) {
  const double rounded = std::stod(fmt::format("{:.12g}", value));
  if (std::abs(rounded) < 9e15 && rounded == std::floor(rounded)) {
    return static_cast<std::int64_t>(rounded);
  }
  return rounded;
}

/// Whether `value` lies beyond `to`, but for rounding.
bool beyond(double value, double to) { return value > to + 1e-9 * std::abs(to); }

template <class Next>
std::vector<Json> progression(double from, double to, const Next& next) {
  std::vector<Json> values;
  for (std::size_t i = 0; i <= kMostValues; ++i) {
    const double value = next(from, i);
    if (beyond(value, to)) break;
    values.push_back(plain_number(value));
  }
  return values;
}

std::vector<Json> values_of(const AxisFile& axis) {
  if (axis.values) return *axis.values;
  if (axis.range) {
    return progression(axis.range->from, axis.range->to, [&](double from, std::size_t i) {
      return from + static_cast<double>(i) * axis.range->step;
    });
  }
  return progression(axis.geometric->from, axis.geometric->to, [&](double from, std::size_t i) {
    return from * std::pow(axis.geometric->factor, static_cast<double>(i));
  });
}

Type<Json> any_value() {
  return {[](const Cursor& cursor) -> std::optional<Json> { return cursor.value(); },
          Json::object(), "a value"};
}

template <class R>
Record<R> bounds(const std::string& title) {
  return Record<R>(title)
      .field("from", &R::from, number(-1e15, 1e15), "first value")
      .field("to", &R::to, number(-1e15, 1e15), "no value lies beyond");
}

const Record<Range>& range_record() {
  static const auto record =
      bounds<Range>("values at equal distances")
          .field("step", &Range::step, number(1e-12, 1e15), "from one value to the next")
          .rule([](const Range& range, const Cursor& cursor) {
            if (range.to < range.from) cursor.at("to").fail("is below 'from': the axis is empty");
          });
  return record;
}

const Record<Geometric>& geometric_record() {
  static const auto record = bounds<Geometric>("values at equal ratios")
                                 .field("factor", &Geometric::factor, number(1.000001, 1e15),
                                        "of one value over the one before")
                                 .rule([](const Geometric& range, const Cursor& cursor) {
                                   if (range.from <= 0)
                                     cursor.at("from").fail_expected("a number above 0");
                                   if (range.to < range.from)
                                     cursor.at("to").fail("is below 'from': the axis is empty");
                                 });
  return record;
}

/// Names are columns of tables and variables of constraints.
bool is_identifier(const std::string& name) {
  const auto letter = [](char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0; };
  const auto digit = [](char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; };
  return !name.empty() && !digit(name[0]) && std::all_of(name.begin(), name.end(), [&](char c) {
    return letter(c) || digit(c) || c == '_';
  });
}

void check_values(const AxisFile& axis, const Cursor& cursor) {
  const std::vector<Json> values = values_of(axis);
  if (values.size() > kMostValues) {
    cursor.fail(fmt::format("has more than {} values", kMostValues));
  }
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (axis.values && std::count(values.begin(), values.end(), values[i]) > 1) {
      cursor.at("values").at(i).fail("stands twice in the axis");
    }
  }
}

void check_axis(const AxisFile& axis, const Cursor& cursor) {
  if (!is_identifier(axis.name)) {
    cursor.at("name").fail_expected("a name of letters, digits and '_' that starts with no digit");
  }
  const int given = axis.values.has_value() + axis.range.has_value() + axis.geometric.has_value();
  if (given != 1) {
    cursor.fail(fmt::format("has {} of 'values', 'range' and 'geometric', expected one of them",
                            given == 0 ? "none" : "several"));
    return;
  }
  check_values(axis, cursor);
}

const Record<AxisFile>& axis_record() {
  static const auto record =
      Record<AxisFile>("an axis")
          .field("name", &AxisFile::name, text(), "column in tables, variable in constraints")
          .field("in", &AxisFile::in,
                 choice<Place>({{"hardware", Place::hardware},
                                {"workload", Place::workload},
                                {"technique", Place::technique},
                                {"mapping", Place::mapping}}),
                 "file whose values it sets", Place::hardware)
          .field("pointer", &AxisFile::pointers,
                 one_or_list(text("a JSON pointer such as /dram/channels"), 1, 100),
                 "place that it sets, or places that it sets to the same value")
          .field("values", &AxisFile::values, optional(list(any_value(), 1, kMostValues)),
                 "its values", std::optional<std::vector<Json>>())
          .field("range", &AxisFile::range, optional(object(range_record())),
                 "or values at equal distances", std::optional<Range>())
          .field("geometric", &AxisFile::geometric, optional(object(geometric_record())),
                 "or values at equal ratios", std::optional<Geometric>())
          .rule(check_axis);
  return record;
}

std::optional<Axis> read_axis(const Cursor& cursor) {
  const auto file = axis_record().read(cursor);
  if (!file) return std::nullopt;
  return Axis{file->name, file->in, file->pointers, values_of(*file), cursor.pointer()};
}

/// The axes of {"zip": [...]}, which must be equally long.
std::optional<std::vector<Axis>> read_zip(const Cursor& cursor) {
  struct Zip {
    std::vector<Axis> axes;
  };
  static const auto record =
      Record<Zip>("axes that go together")
          .field("zip", &Zip::axes,
                 list(Type<Axis>{read_axis, axis_record().schema(), "an axis"}, 1, 100),
                 "axes of equally many values, which take their first values together, then their "
                 "second ones, and so on")
          .rule([](const Zip& zip, const Cursor& at) {
            for (const Axis& axis : zip.axes) {
              if (axis.values.size() == zip.axes[0].values.size()) continue;
              at.at("zip").fail(fmt::format(
                  "joins '{}' of {} values and '{}' of {}, expected "
                  "equally many",
                  zip.axes[0].name, zip.axes[0].values.size(), axis.name, axis.values.size()));
            }
          });
  auto zip = record.read(cursor);
  if (!zip) return std::nullopt;
  return std::move(zip->axes);
}

std::optional<std::vector<Axis>> read_group(const Cursor& cursor) {
  if (cursor.value().is_object() && cursor.value().contains("zip")) return read_zip(cursor);
  auto axis = read_axis(cursor);
  if (!axis) return std::nullopt;
  return std::vector<Axis>{std::move(*axis)};
}

}  // namespace

const Type<std::vector<Axis>>& axis_group_type() {
  static const Type<std::vector<Axis>> type = {
      read_group,
      {{"oneOf",
        {axis_record().schema(),
         {{"type", "object"},
          {"title", "axes that go together"},
          {"properties", {{"zip", {{"type", "array"}, {"items", axis_record().schema()}}}}},
          {"required", {"zip"}}}}}},
      "an axis, or {\"zip\": [axes that go together]}"};
  return type;
}

}  // namespace saccade
