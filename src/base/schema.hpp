// Field tables: one description of a structure that reads it from JSON, documents it and emits its
// JSON Schema.
//
//   const Record<Array>& array_record() {
//     static const auto record = Record<Array>("a systolic array")
//         .field("rows", &Array::rows, integer<int>(1, 4096), "rows of processing elements")
//         .field("banks", &Array::banks, integer<int>(1, 64), "banks", 1);   // optional, default 1
//     return record;
//   }
//   Array array = read_record(array_record(), json, "array.json");
//
// A key that no field names is a mistake, but for the free-text keys name, description, note,
// source, comment and $schema, which every object may carry as text.
#pragma once
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
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

/// The table of the fields of T.
template <class T>
class Record {
 public:
  /// `title` says what a T is, with its article: "a systolic array".
  explicit Record(std::string title) : title_(std::move(title)) {}

  /// A field that must be there.
  template <class M>
  Record& field(const std::string& name, M T::*member, Type<M> type, const std::string& help) {
    add(name, member, std::move(type), help, true);
    return *this;
  }

  /// A field that may be left out; `fallback` is its value then, and stands in the schema.
  template <class M>
  Record& field(const std::string& name, M T::*member, Type<M> type, const std::string& help,
                M fallback) {
    add(name, member, std::move(type), help, false);
    fields_.back().schema["default"] = default_json(fallback);
    if (fields_.back().schema["default"].is_null()) fields_.back().schema.erase("default");
    fields_.back().reset = [member, fallback](T& object) { object.*member = fallback; };
    return *this;
  }

  /// Takes over the fields and rules of a base of T, which stand in the same object.
  template <class B>
  Record& include(const Record<B>& base) {
    static_assert(std::is_base_of_v<B, T>);
    for (const auto& field : base.fields_) {
      Field copy{field.name, field.help, field.expected, field.required, field.schema, {}, {}};
      copy.read = [read = field.read](const Cursor& cursor, T& object) { read(cursor, object); };
      if (field.reset) copy.reset = [reset = field.reset](T& object) { reset(object); };
      fields_.push_back(std::move(copy));
    }
    for (const auto& rule : base.rules_) {
      rules_.push_back([rule](const T& object, const Cursor& cursor) { rule(object, cursor); });
    }
    return *this;
  }

  /// A key that this record accepts and leaves to somebody else (the tag of a tagged union).
  Record& ignored(const std::string& name) {
    ignored_.push_back(name);
    return *this;
  }

  /// A rule over several fields, tested when all fields were read without a mistake; it reports by
  /// cursor.fail() or cursor.at(key).fail().
  Record& rule(std::function<void(const T&, const Cursor&)> rule) {
    rules_.push_back(std::move(rule));
    return *this;
  }

  const std::string& title() const { return title_; }

  std::optional<T> read(const Cursor& cursor) const {
    if (!cursor.value().is_object()) {
      cursor.fail_expected("an object: " + title_);
      return std::nullopt;
    }
    const std::size_t before = cursor.mistakes().size();
    reject_unknown(cursor);
    T object{};
    for (const Field& field : fields_) {
      if (field.reset) field.reset(object);
      if (cursor.value().contains(field.name)) {
        field.read(cursor.at(field.name), object);
      } else if (field.required) {
        cursor.fail(fmt::format("lacks '{}', expected {}", field.name, field.expected));
      }
    }
    if (cursor.mistakes().size() == before) {
      for (const auto& rule : rules_) rule(object, cursor);
    }
    if (cursor.mistakes().size() != before) return std::nullopt;
    return object;
  }

  /// JSON Schema of the object.
  Json schema() const {
    Json properties = Json::object();
    Json required = Json::array();
    for (const Field& field : fields_) {
      properties[field.name] = field.schema;
      if (field.required) required.push_back(field.name);
    }
    for (const std::string& key : free_text_keys()) {
      if (!properties.contains(key)) properties[key] = {{"type", "string"}};
    }
    Json schema = {{"type", "object"}, {"title", title_}, {"properties", properties}};
    if (!required.empty()) schema["required"] = required;
    schema["additionalProperties"] = false;
    return schema;
  }

  /// One line a field: name, what is expected, help.
  std::vector<std::array<std::string, 3>> documentation() const {
    std::vector<std::array<std::string, 3>> lines;
    for (const Field& field : fields_) lines.push_back({field.name, field.expected, field.help});
    return lines;
  }

 private:
  template <class>
  friend class Record;

  struct Field {
    std::string name, help, expected;
    bool required;
    Json schema;
    std::function<void(const Cursor&, T&)> read;
    std::function<void(T&)> reset;
  };

  template <class M>
  void add(const std::string& name, M T::*member, Type<M> type, const std::string& help,
           bool required) {
    Json schema = type.schema;
    schema["description"] = help;
    const auto read = [member, type](const Cursor& cursor, T& object) {
      if (auto value = type.read(cursor)) object.*member = std::move(*value);
    };
    fields_.push_back({name, help, type.expected, required, std::move(schema), read, nullptr});
  }

  template <class M>
  static Json default_json(const M& value) {
    if constexpr (std::is_arithmetic_v<M> || std::is_same_v<M, std::string>) return value;
    return nullptr;
  }

  void reject_unknown(const Cursor& cursor) const {
    std::vector<std::string> names;
    for (const Field& field : fields_) names.push_back(field.name);
    for (const auto& item : cursor.value().items()) {
      const std::string& key = item.key();
      const auto is_key = [&](const std::string& name) { return name == key; };
      if (std::any_of(names.begin(), names.end(), is_key)) continue;
      if (std::any_of(ignored_.begin(), ignored_.end(), is_key)) continue;
      if (is_free_text_key(key)) {
        if (!item.value().is_string()) cursor.at(key).fail_expected("text");
        continue;
      }
      cursor.at(key).fail(fmt::format("is unknown in {}, expected one of {}{}", title_,
                                      comma_list(names), did_you_mean(key, names)));
    }
  }

  std::string title_;
  std::vector<Field> fields_;
  std::vector<std::string> ignored_;
  std::vector<std::function<void(const T&, const Cursor&)>> rules_;
};

/// A record as the value of a field.
template <class T>
Type<T> object(const Record<T>& record) {
  return {[&record](const Cursor& cursor) { return record.read(cursor); }, record.schema(),
          record.title()};
}

/// A tagged union: the text at key `tag` says which record the object is.
/// V is constructible from every T, for instance std::variant<T...>.
template <class V>
class Tagged {
 public:
  explicit Tagged(std::string tag) : tag_(std::move(tag)) {}

  template <class T>
  Tagged& add(const std::string& name, Record<T> record) {
    record.ignored(tag_);
    Json schema = record.schema();
    schema["properties"][tag_] = {{"const", name}};
    schema["required"].push_back(tag_);
    cases_.push_back({name,
                      [record = std::move(record)](const Cursor& cursor) -> std::optional<V> {
                        auto value = record.read(cursor);
                        if (!value) return std::nullopt;
                        return V(std::move(*value));
                      },
                      std::move(schema)});
    return *this;
  }

  Type<V> type() const {
    std::vector<std::string> names;
    Json schemas = Json::array();
    for (const Case& item : cases_) {
      names.push_back(item.name);
      schemas.push_back(item.schema);
    }
    const std::string expected =
        fmt::format("an object whose '{}' is one of {}", tag_, comma_list(names));
    const auto read = [=, tag = tag_, cases = cases_](const Cursor& cursor) -> std::optional<V> {
      const Json& value = cursor.value();
      if (!value.is_object() || !value.contains(tag) || !value.at(tag).is_string()) {
        cursor.fail_expected(expected);
        return std::nullopt;
      }
      const std::string name = value.at(tag).template get<std::string>();
      for (const Case& item : cases) {
        if (item.name == name) return item.read(cursor);
      }
      cursor.at(tag).fail(fmt::format("is \"{}\", expected one of {}{}", name, comma_list(names),
                                      did_you_mean(name, names)));
      return std::nullopt;
    };
    return {read, {{"oneOf", schemas}}, expected};
  }

 private:
  struct Case {
    std::string name;
    std::function<std::optional<V>(const Cursor&)> read;
    Json schema;
  };
  std::string tag_;
  std::vector<Case> cases_;
};

/// Reads a whole document; throws UserError with all of its mistakes.
template <class T>
T read_record(const Record<T>& record, const Json& document, const std::string& file) {
  Mistakes mistakes;
  std::optional<T> value = record.read(Cursor(document, file, mistakes));
  mistakes.check();
  return std::move(*value);
}

}  // namespace saccade
