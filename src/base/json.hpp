// Strict JSON: every mistake with its JSON pointer, no silent default, no lost digit.
#pragma once
#include <nlohmann/json.hpp>
#include <string>

#include "base/error.hpp"

namespace saccade {

using Json = nlohmann::ordered_json;

/// Parses text; `file` names it in messages. Syntax errors, repeated keys, numbers beyond a double
/// and nesting deeper than 64 throw UserError.
Json parse_json(const std::string& text, const std::string& file);

/// Reads and parses a file.
Json read_json(const std::string& path);

/// A key as a token of a JSON pointer ("a/b" -> "a~1b").
std::string pointer_token(const std::string& key);

/// A value in a document together with where it stands and where its mistakes are reported.
class Cursor {
 public:
  Cursor(const Json& value, const std::string& file, Mistakes& mistakes, std::string pointer = "")
      : value_(&value), file_(&file), mistakes_(&mistakes), pointer_(std::move(pointer)) {}
  /// The name of the file must outlive the cursor.
  Cursor(const Json&, std::string&&, Mistakes&, std::string = "") = delete;

  const Json& value() const { return *value_; }
  const std::string& file() const { return *file_; }
  const std::string& pointer() const { return pointer_; }
  Mistakes& mistakes() const { return *mistakes_; }
  Cursor at(const std::string& key) const;
  Cursor at(std::size_t index) const;

  /// Reports "file: pointer: message".
  void fail(const std::string& message) const;
  /// Reports that the value is not what was expected: "is 3.7, expected an integer from 1 to 9".
  void fail_expected(const std::string& expected) const;

 private:
  const Json* value_;
  const std::string* file_;
  Mistakes* mistakes_;
  std::string pointer_;
};

/// Sets the value at `pointer` of a document. The pointer must name an existing value or a new key
/// of an existing object. Throws UserError naming `file`.
void set_json(Json& document, const std::string& pointer, const Json& value,
              const std::string& file);

/// The same as `--set pointer=text` does it: text is JSON, or else a string.
void patch_json(Json& document, const std::string& pointer, const std::string& text,
                const std::string& file);

}  // namespace saccade
