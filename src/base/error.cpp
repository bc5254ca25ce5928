#include "base/error.hpp"

#include <utility>

namespace saccade {
namespace {

std::string joined(const std::vector<Mistake>& mistakes) {
  std::string text;
  for (const Mistake& mistake : mistakes) {
    if (!text.empty()) text += '\n';
    text += to_string(mistake);
  }
  return text;
}

}  // namespace

std::string to_string(const Mistake& mistake) {
  std::string text;
  if (!mistake.file.empty()) text += mistake.file + ": ";
  if (!mistake.pointer.empty()) text += mistake.pointer + ": ";
  return text + mistake.message;
}

UserError::UserError(std::vector<Mistake> mistakes)
    : std::runtime_error(joined(mistakes)), mistakes_(std::move(mistakes)) {}

void Mistakes::add(std::string file, std::string pointer, std::string message) {
  list_.push_back({std::move(file), std::move(pointer), std::move(message)});
}

void Mistakes::check() const {
  if (!list_.empty()) throw UserError(list_);
}

}  // namespace saccade
