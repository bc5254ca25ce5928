// The values of a file one by one, those that it leaves out included.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "base/json.hpp"

namespace saccade {

/// A number, a truth value or a choice that a file states or leaves to its default; the name of a
/// component or another file is a choice, too.
struct FileConstant {
  std::string pointer;
  std::string name;  ///< the pointer with components by their names: "array/rows"
  std::optional<double> number;
  std::string choice;  ///< where it is no number; "default" where the schema does not say which
  std::string unit;    ///< as its name says: "bits", "cycles", "" for plain numbers
  std::string help;    ///< of its field
};

/// All values of `document`, which is valid by `schema`, in the order of the schema. Names and
/// free text are no constants.
std::vector<FileConstant> file_constants(const Json& document, const Json& schema);

}  // namespace saccade
