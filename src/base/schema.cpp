#include "base/schema.hpp"

namespace saccade {

bool is_free_text_key(const std::string& key) {
  static const std::vector<std::string> keys = {"name",   "description", "note",
                                                "source", "comment",     "$schema"};
  return std::find(keys.begin(), keys.end(), key) != keys.end();
}

}  // namespace saccade
