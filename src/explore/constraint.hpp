// Constraints on the points of a sweep: expressions over axes and figures that must hold.
#pragma once
#include <map>
#include <string>
#include <vector>

#include "base/error.hpp"

namespace saccade {

/// An expression such as "area_mm2 <= 10" or "lanes * vector_width == 512 && power_w < 2", as
/// muParser reads it; it holds where it is not 0.
class Constraint {
 public:
  /// Throws UserError without a place if it is no expression.
  explicit Constraint(const std::string& text);

  const std::string& text() const { return text_; }
  /// Names of axes and figures in it, sorted.
  const std::vector<std::string>& names() const { return names_; }
  /// Values of all names must be there; throws std::out_of_range else.
  bool holds(const std::map<std::string, double>& values) const;

 private:
  std::string text_;
  std::vector<std::string> names_;
};

/// Reports pairs of constraints of the form NAME OPERATOR NUMBER that no value can meet, at
/// `pointer`/INDEX of `file`.
void find_contradictions(const std::vector<Constraint>& constraints, const std::string& file,
                         const std::string& pointer, Mistakes& mistakes);

}  // namespace saccade
