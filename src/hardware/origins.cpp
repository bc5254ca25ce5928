#include "hardware/origins.hpp"

#include "base/file.hpp"

namespace saccade {
namespace {

/// Whether the value at `pointer` is that at `outer` or within it.
bool within(const std::string& pointer, const std::string& outer) {
  return pointer.compare(0, outer.size(), outer) == 0 &&
         (pointer.size() == outer.size() || pointer[outer.size()] == '/');
}

/// The value that a pointer names, if there is one.
const Json* find(const Json& document, const std::string& pointer) {
  try {
    const Json::json_pointer place(pointer);
    return document.contains(place) ? &document.at(place) : nullptr;
  } catch (const Json::exception&) {  // malformed, or an index that is no number
    return nullptr;
  }
}

/// What an object says of itself in `source` and `note`.
std::string remark(const Json& value) {
  std::string text;
  for (const char* key : {"source", "note"}) {
    if (!value.is_object() || !value.contains(key) || !value.at(key).is_string()) continue;
    text += (text.empty() ? "" : " ") + value.at(key).get<std::string>();
  }
  return text;
}

/// The reason of the innermost assumption around a value; empty if there is none.
std::string assumed(const Json& document, const std::string& pointer) {
  std::string reason;
  std::size_t innermost = 0;
  if (!document.is_object() || !document.contains("assumptions")) return reason;
  for (const auto& [outer, text] : document.at("assumptions").items()) {
    if (!within(pointer, outer) || outer.size() < innermost) continue;
    innermost = outer.size();
    reason = text.get<std::string>();
  }
  return reason;
}

void check_pointers(const Assumed& file, const Cursor& cursor) {
  for (const auto& [pointer, reason] : file.assumptions) {
    if (!pointer.empty() && find(cursor.value(), pointer) != nullptr) continue;
    cursor.at("assumptions")
        .fail(fmt::format("names \"{}\", expected JSON pointers of values of this file", pointer));
  }
}

}  // namespace

const Record<Assumed>& assumed_record() {
  static const auto record =
      Record<Assumed>("a file with assumptions")
          .field("assumptions", &Assumed::assumptions, dictionary(text("a reason")),
                 "values that no source gives: JSON pointer to reason; a pointer to an object or a "
                 "list speaks for all within it",
                 std::map<std::string, std::string>())
          .rule(check_pointers);
  return record;
}

Json without_patched(const Json& document, const std::vector<std::string>& patched) {
  Json rest = document;
  if (!rest.is_object() || !rest.contains("assumptions")) return rest;
  Json& assumptions = rest.at("assumptions");
  for (const std::string& patch : patched) {
    if (!assumptions.is_object()) break;
    Json kept = Json::object();
    for (const auto& [pointer, reason] : assumptions.items()) {
      if (!within(pointer, patch)) kept[pointer] = reason;
    }
    assumptions = std::move(kept);
  }
  return rest;
}

Origins::Origins(const Json& document, const std::string& file, std::vector<std::string> patched)
    : document_(std::make_shared<const Json>(document)),
      file_(shown_path(file)),
      patched_(std::move(patched)) {}

Origin Origins::of(const std::string& pointer) const {
  for (const std::string& patch : patched_) {
    if (within(pointer, patch)) return {"command line", false};
  }
  const std::string place = file_.empty() ? "" : fmt::format("{} {}", file_, pointer);
  if (find(*document_, pointer) == nullptr) {
    return {place.empty() ? place : place + ": left out, the default", false};
  }
  const std::string reason = assumed(*document_, pointer);
  if (!reason.empty()) return {fmt::format("{}: assumption: {}", place, reason), true};
  for (std::string outer = pointer; !outer.empty();) {
    outer.erase(outer.rfind('/'));
    const std::string text = remark(*find(*document_, outer));
    if (!text.empty()) return {place + ": " + text, false};
  }
  return {place, false};
}

}  // namespace saccade
