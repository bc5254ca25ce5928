// Types of values in JSON files: what is accepted, how it is described, how mistakes are answered.
#pragma once
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/json.hpp"
#include "base/text.hpp"

namespace saccade {

/// How a value of C++ type M is read. `read` returns nothing after it reported a mistake.
template <class M>
struct Type {
  std::function<std::optional<M>(const Cursor&)> read;
  Json schema;           ///< JSON Schema of the value
  std::string expected;  ///< for messages: "an integer from 1 to 9"
};

/// The keys that any object may carry as free text.
const std::vector<std::string>& free_text_keys();
bool is_free_text_key(const std::string& key);

/// An integer; 3.0 and 1e6 are integers, 3.7 and "3" are not. Both bounds are part of the range.
template <class M>
Type<M> integer(long long min, long long max) {
  const std::string expected = fmt::format("an integer from {} to {}", min, max);
  const auto read = [=](const Cursor& cursor) -> std::optional<M> {
    const Json& value = cursor.value();
    bool good = false;
    long long number = 0;
    if (value.is_number_unsigned()) {
      const auto wide = value.get<unsigned long long>();
      good = wide <= static_cast<unsigned long long>(std::numeric_limits<long long>::max());
      number = good ? static_cast<long long>(wide) : 0;
    } else if (value.is_number_integer()) {
      number = value.get<long long>();
      good = true;
    } else if (value.is_number_float()) {
      const double real = value.get<double>();
      good = std::abs(real) <= 9007199254740992.0 && real == std::floor(real);
      number = good ? static_cast<long long>(real) : 0;
    }
    if (good && number >= min && number <= max) return static_cast<M>(number);
    cursor.fail_expected(expected);
    return std::nullopt;
  };
  return {read, {{"type", "integer"}, {"minimum", min}, {"maximum", max}}, expected};
}

/// A finite number within [min, max].
inline Type<double> number(double min, double max) {
  const std::string expected = fmt::format("a number from {:g} to {:g}", min, max);
  const auto read = [=](const Cursor& cursor) -> std::optional<double> {
    if (cursor.value().is_number()) {
      const double value = cursor.value().get<double>();
      if (std::isfinite(value) && value >= min && value <= max) return value;
    }
    cursor.fail_expected(expected);
    return std::nullopt;
  };
  return {read, {{"type", "number"}, {"minimum", min}, {"maximum", max}}, expected};
}

inline Type<bool> boolean() {
  const auto read = [](const Cursor& cursor) -> std::optional<bool> {
    if (cursor.value().is_boolean()) return cursor.value().get<bool>();
    cursor.fail_expected("true or false");
    return std::nullopt;
  };
  return {read, {{"type", "boolean"}}, "true or false"};
}

/// A non-empty string that names something; what it may name is checked by whoever reads it.
inline Type<std::string> text(const std::string& expected = "a name") {
  const auto read = [=](const Cursor& cursor) -> std::optional<std::string> {
    if (cursor.value().is_string() && !cursor.value().get_ref<const std::string&>().empty()) {
      return cursor.value().get<std::string>();
    }
    cursor.fail_expected(expected + " (text)");
    return std::nullopt;
  };
  return {read, {{"type", "string"}, {"minLength", 1}}, expected};
}

/// One of a closed set of names.
template <class E>
Type<E> choice(std::vector<std::pair<std::string, E>> choices) {
  std::vector<std::string> names;
  for (const auto& item : choices) names.push_back(item.first);
  const std::string expected = "one of " + comma_list(names);
  const auto read = [=](const Cursor& cursor) -> std::optional<E> {
    const Json& value = cursor.value();
    if (value.is_string()) {
      const auto& name = value.template get_ref<const std::string&>();
      for (const auto& item : choices) {
        if (item.first == name) return item.second;
      }
      cursor.fail(
          fmt::format("is \"{}\", expected {}{}", name, expected, did_you_mean(name, names)));
    } else {
      cursor.fail_expected(expected);
    }
    return std::nullopt;
  };
  return {read, {{"enum", names}}, expected};
}

/// A list of min to max values.
template <class M>
Type<std::vector<M>> list(Type<M> element, std::size_t min = 0, std::size_t max = 1u << 20) {
  const std::string expected =
      fmt::format("a list of {} to {} values, each {}", min, max, element.expected);
  Json schema = {
      {"type", "array"}, {"minItems", min}, {"maxItems", max}, {"items", element.schema}};
  const auto read =
      [=, element = std::move(element)](const Cursor& cursor) -> std::optional<std::vector<M>> {
    const Json& value = cursor.value();
    if (!value.is_array() || value.size() < min || value.size() > max) {
      cursor.fail_expected(expected);
      return std::nullopt;
    }
    std::vector<M> values;
    bool good = true;
    for (std::size_t i = 0; i < value.size(); ++i) {
      std::optional<M> read_value = element.read(cursor.at(i));
      if (read_value) {
        values.push_back(std::move(*read_value));
      } else {
        good = false;
      }
    }
    if (!good) return std::nullopt;
    return values;
  };
  return {read, std::move(schema), expected};
}

/// One value, or a list of min to max of them.
template <class M>
Type<std::vector<M>> one_or_list(Type<M> element, std::size_t min, std::size_t max) {
  Type<std::vector<M>> many = list(element, min, max);
  const std::string expected = element.expected + ", or " + many.expected;
  const Json schema = {{"oneOf", {element.schema, many.schema}}};
  const auto read = [one = element.read,
                     many = many.read](const Cursor& cursor) -> std::optional<std::vector<M>> {
    if (cursor.value().is_array()) return many(cursor);
    std::optional<M> value = one(cursor);
    if (!value) return std::nullopt;
    return std::vector<M>{std::move(*value)};
  };
  return {read, schema, expected};
}

/// An object whose keys are names of the user's (or of `keys`, if that is not empty).
template <class M>
Type<std::map<std::string, M>> dictionary(Type<M> element,
                                          const std::vector<std::string>& keys = {}) {
  const std::string expected = "an object, each value " + element.expected;
  Json schema = {{"type", "object"}, {"additionalProperties", element.schema}};
  if (!keys.empty()) {
    Json properties = Json::object();
    for (const std::string& key : keys) properties[key] = element.schema;
    for (const std::string& key : free_text_keys()) {
      if (!properties.contains(key)) properties[key] = {{"type", "string"}};
    }
    schema = {{"type", "object"}, {"properties", properties}, {"additionalProperties", false}};
  }
  const auto read = [=, element = std::move(element)](
                        const Cursor& cursor) -> std::optional<std::map<std::string, M>> {
    if (!cursor.value().is_object()) {
      cursor.fail_expected(expected);
      return std::nullopt;
    }
    std::map<std::string, M> values;
    bool good = true;
    for (const auto& item : cursor.value().items()) {
      if (!keys.empty() && std::find(keys.begin(), keys.end(), item.key()) == keys.end()) {
        if (is_free_text_key(item.key()) && item.value().is_string()) continue;
        cursor.at(item.key())
            .fail(fmt::format("is unknown, expected one of {}{}", comma_list(keys),
                              did_you_mean(item.key(), keys)));
        good = false;
        continue;
      }
      std::optional<M> value = element.read(cursor.at(item.key()));
      if (value) {
        values.emplace(item.key(), std::move(*value));
      } else {
        good = false;
      }
    }
    if (!good) return std::nullopt;
    return values;
  };
  return {read, std::move(schema), expected};
}

/// The value or nothing: for fields whose absence means something.
template <class M>
Type<std::optional<M>> optional(Type<M> type) {
  const auto read = [inner = type.read](const Cursor& cursor) -> std::optional<std::optional<M>> {
    std::optional<M> value = inner(cursor);
    if (!value) return std::nullopt;
    return std::optional<std::optional<M>>(std::in_place, std::move(value));
  };
  return {read, type.schema, type.expected};
}

}  // namespace saccade
