#include "base/schema.hpp"

namespace saccade {

const std::vector<std::string>& free_text_keys() {
  static const std::vector<std::string> keys = {"name",   "description", "note",
                                                "source", "comment",     "$schema"};
  return keys;
}

bool is_free_text_key(const std::string& key) {
  const std::vector<std::string>& keys = free_text_keys();
  return std::find(keys.begin(), keys.end(), key) != keys.end();
}

}  // namespace saccade
