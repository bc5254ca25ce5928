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
#include <functional>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "base/json.hpp"
#include "base/text.hpp"
#include "base/value_type.hpp"

namespace saccade {

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
    for (const std::string& key : ignored_) {
      if (!properties.contains(key)) properties[key] = Json::object();
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
