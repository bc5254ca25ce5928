#include "explore/axis_check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/file.hpp"
#include "hardware/accelerator.hpp"
#include "mapping/pins.hpp"
#include "technique/pass.hpp"
#include "workload/layer_list.hpp"
#include "workload/model.hpp"

namespace saccade {
namespace {

bool lies_in(const std::string& pointer, const std::string& outer) {
  return pointer == outer || pointer.compare(0, outer.size() + 1, outer + '/') == 0;
}

void set_axis(Document& document, const Axis& axis, const Json& value) {
  for (const std::string& pointer : axis.pointers) {
    set_json(document.json, pointer, value, document.path);
  }
}

/// Mistakes of a document that stand at what the axis sets.
std::vector<Mistake> mistakes_at(const Document& document, const Axis& axis) {
  try {
    validate_document(document, axis.in);
  } catch (const UserError& error) {
    std::vector<Mistake> own;
    for (const Mistake& mistake : error.mistakes()) {
      const bool at = std::any_of(
          axis.pointers.begin(), axis.pointers.end(),
          [&](const std::string& pointer) { return lies_in(mistake.pointer, pointer); });
      if (at) own.push_back(mistake);
    }
    return own;
  }
  return {};
}

class AxisCheck {
 public:
  AxisCheck(const Sweep& sweep, const PlaceDocuments& documents, Mistakes& mistakes)
      : sweep_(sweep), documents_(documents), mistakes_(mistakes) {}

  void run() {
    for (const Axis* axis : sweep_.axes()) {
      if (!check_pointers(*axis)) lost_.insert(axis);
      check_numbers(*axis);
    }
    for (std::size_t g = 0; g < sweep_.groups.size(); ++g) check_values(g);
  }

 private:
  const std::vector<Document>& of(const Axis& axis) const {
    return documents_[static_cast<std::size_t>(axis.in)];
  }

  bool check_pointers(const Axis& axis) {
    const std::size_t before = mistakes_.size();
    for (const Document& document : of(axis)) {
      if (document.path.empty()) continue;
      for (const std::string& pointer : axis.pointers) {
        Json copy = document.json;
        try {
          set_json(copy, pointer, axis.values[0], document.path);
        } catch (const UserError& error) {
          for (const Mistake& mistake : error.mistakes()) {
            mistakes_.add(sweep_.file, axis.place + "/pointer",
                          fmt::format("is {}, which {}: {}", pointer, mistake.message,
                                      shown_path(document.path)));
          }
        }
      }
    }
    return mistakes_.size() == before;
  }

  void check_numbers(const Axis& axis) {
    const bool numbers = std::all_of(axis.values.begin(), axis.values.end(), [](const Json& value) {
      return value.is_number() || value.is_boolean();
    });
    for (std::size_t i = 0; i < sweep_.constraints.size() && !numbers; ++i) {
      const auto& names = sweep_.constraints[i].names();
      if (std::count(names.begin(), names.end(), axis.name) == 0) continue;
      mistakes_.add(
          sweep_.file, fmt::format("/constraints/{}", i),
          fmt::format("is on axis '{}', expected one whose values are numbers", axis.name));
    }
  }

  /// The document with the i-th values of a group; with the first ones of all others, too, or
  /// alone.
  Document patched(const Document& document, Place place, std::size_t group, std::size_t i,
                   bool alone) const {
    Document copy = document;
    for (std::size_t g = 0; g < sweep_.groups.size(); ++g) {
      if (g != group && alone) continue;
      for (const Axis& axis : sweep_.groups[g]) {
        if (axis.in != place || lost_.count(&axis) != 0) continue;
        set_axis(copy, axis, axis.values[g == group ? i : 0]);
      }
    }
    return copy;
  }

  /// A value is wrong if it is so both in the file as it stands and beside the others' first ones.
  void check_values(std::size_t group) {
    for (const Axis& axis : sweep_.groups[group]) {
      for (const Document& document : of(axis)) {
        if (document.path.empty() || document.json.is_string() || lost_.count(&axis) != 0) continue;
        for (std::size_t i = 0; i < axis.values.size(); ++i) {
          if (mistakes_at(patched(document, axis.in, group, i, false), axis).empty()) continue;
          report(axis, i, document, mistakes_at(patched(document, axis.in, group, i, true), axis));
        }
      }
    }
  }

  void report(const Axis& axis, std::size_t i, const Document& document,
              const std::vector<Mistake>& found) {
    for (const Mistake& mistake : found) {
      mistakes_.add(sweep_.file, axis.place,
                    fmt::format("value {} of axis '{}': {} of {} {}", i, axis.name, mistake.pointer,
                                shown_path(document.path), mistake.message));
    }
  }

  const Sweep& sweep_;
  const PlaceDocuments& documents_;
  Mistakes& mistakes_;
  std::set<const Axis*> lost_;  ///< those that point nowhere
};

}  // namespace

void validate_document(const Document& document, Place place) {
  switch (place) {
    case Place::hardware:
      read_accelerator_json(document.json, document.path);
      return;
    case Place::workload:
      if (document.json.is_string()) {
        read_layer_list(document.json.get<std::string>(), document.path);
      } else {
        read_workload_json(document.json, document.path);
      }
      return;
    case Place::technique:
      read_technique_json(document.json, document.path);
      return;
    case Place::mapping:
      read_mapping_pins_json(document.json, document.path, std::nullopt);
      return;
  }
}

void check_axes(const Sweep& sweep, const PlaceDocuments& documents, Mistakes& mistakes) {
  AxisCheck(sweep, documents, mistakes).run();
}

}  // namespace saccade
