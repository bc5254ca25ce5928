#include "base/json.hpp"

#include <fmt/format.h>

#include <set>

#include "base/file.hpp"
#include "base/text.hpp"

namespace saccade {
namespace {

constexpr int kMaxDepth = 64;

/// Follows the parser through the document to find repeated keys and to stop runaway nesting.
class ParseWatch {
 public:
  ParseWatch(const std::string& file, Mistakes& mistakes) : file_(file), mistakes_(mistakes) {}

  bool operator()(int depth, Json::parse_event_t event, Json& parsed) {
    using Event = Json::parse_event_t;
    if (depth > kMaxDepth) {
      mistakes_.add(file_, pointer(), fmt::format("is nested deeper than {} levels", kMaxDepth));
      mistakes_.check();
    }
    switch (event) {
      case Event::object_start:
      case Event::array_start:
        frames_.push_back({event == Event::object_start, {}, "", 0});
        break;
      case Event::object_end:
      case Event::array_end:
        frames_.pop_back();
        next_element();
        break;
      case Event::key:
        frames_.back().key = parsed.get<std::string>();
        if (!frames_.back().keys.insert(frames_.back().key).second) {
          mistakes_.add(file_, pointer(), "this key stands twice in its object");
        }
        break;
      case Event::value:
        next_element();
        break;
    }
    return true;
  }

 private:
  struct Frame {
    bool object;
    std::set<std::string> keys;
    std::string key;
    std::size_t index;
  };

  void next_element() {
    if (!frames_.empty()) ++frames_.back().index;
  }

  std::string pointer() const {
    std::string text;
    for (const Frame& frame : frames_) {
      text += '/' + (frame.object ? pointer_token(frame.key) : std::to_string(frame.index));
    }
    return text;
  }

  const std::string& file_;
  Mistakes& mistakes_;
  std::vector<Frame> frames_;
};

/// "[json.exception.parse_error.101] parse error at line 3, ..." without the library's tag.
std::string plain(const std::string& what) {
  const std::size_t end = what.find("] ");
  return end == std::string::npos ? what : what.substr(end + 2);
}

std::vector<std::string> keys_of(const Json& object) {
  std::vector<std::string> keys;
  if (!object.is_object()) return keys;
  for (const auto& item : object.items()) keys.push_back(item.key());
  return keys;
}

}  // namespace

Json parse_json(const std::string& text, const std::string& file) {
  Mistakes mistakes;
  if (text.find_first_not_of(" \t\r\n") == std::string::npos) {
    throw UserError({{file, "", "is empty, expected JSON"}});
  }
  Json document;
  try {
    ParseWatch watch(file, mistakes);
    document = Json::parse(text, std::ref(watch));
  } catch (const Json::exception& error) {
    mistakes.add(file, "", "is not valid JSON: " + plain(error.what()));
  }
  mistakes.check();
  return document;
}

Json read_json(const std::string& path) { return parse_json(read_text(path), path); }

std::string pointer_token(const std::string& key) {
  std::string token;
  for (const char c : key) {
    if (c == '~') {
      token += "~0";
    } else if (c == '/') {
      token += "~1";
    } else {
      token += c;
    }
  }
  return token;
}

Cursor Cursor::at(const std::string& key) const {
  // A rule may find fault with a value that the file leaves out.
  static const Json left_out;
  const bool there = value_->is_object() && value_->contains(key);
  return {there ? value_->at(key) : left_out, *file_, *mistakes_,
          pointer_ + '/' + pointer_token(key)};
}

Cursor Cursor::at(std::size_t index) const {
  return {value_->at(index), *file_, *mistakes_, pointer_ + '/' + std::to_string(index)};
}

void Cursor::fail(const std::string& message) const {
  mistakes_->add(*file_, pointer_.empty() ? "/" : pointer_, message);
}

void Cursor::fail_expected(const std::string& expected) const {
  std::string found = value_->dump(-1, ' ', false, Json::error_handler_t::replace);
  if (found.size() > 40) {
    std::size_t end = 37;
    while ((static_cast<unsigned char>(found[end]) & 0xC0u) == 0x80u) --end;  // inside a character
    found = found.substr(0, end) + "...";
  }
  fail(fmt::format("is {}, expected {}", found, expected));
}

void set_json(Json& document, const std::string& pointer, const Json& value,
              const std::string& file) {
  const auto wrong = [&](const std::string& message) {
    throw UserError({{file, pointer, message}});
  };
  try {
    const Json::json_pointer path(pointer);
    if (path.empty()) wrong("names the whole document, expected the pointer of one value");
    Json::json_pointer known = path;  // the longest part that the file has
    while (!known.empty() && !document.contains(known)) known = known.parent_pointer();
    Json& place = document[known];
    if (known == path) {
      place = value;
    } else if (known == path.parent_pointer() && place.is_object()) {
      place[path.back()] = value;
    } else {
      const std::string rest = pointer.substr(known.to_string().size() + 1);
      wrong("points nowhere in this file" +
            did_you_mean(rest.substr(0, rest.find('/')), keys_of(place)));
    }
  } catch (const Json::exception& error) {
    wrong("is not a JSON pointer to a value of this file: " + plain(error.what()));
  }
}

void patch_json(Json& document, const std::string& pointer, const std::string& text,
                const std::string& file) {
  const Json value = Json::accept(text) ? parse_json(text, file + " --set " + pointer) : Json(text);
  set_json(document, pointer, value, file);
}

}  // namespace saccade
