#include "workload/mask_npy.hpp"

#include <fmt/format.h>

#include <charconv>
#include <limits>
#include <regex>
#include <sstream>
#include <xtensor/xnpy.hpp>

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/text.hpp"

namespace saccade {
namespace {

/// Of the dictionary. NumPy takes at most 118 bytes for four dimensions; xtensor 0.24 mistakes
/// lengths from 128 on, as it reads their bytes as signed ones.
constexpr std::size_t kLongestHeader = 127;

/// What stands before the data. xtensor believes whatever it finds there, so it is tested before.
struct NpyHeader {
  std::size_t type_begin = 0;  ///< place of the type in the file
  std::string type;            ///< "|b1"
  std::vector<std::int64_t> shape;
  std::size_t end = 0;
};

[[noreturn]] void fail(const std::string& path, const std::string& message) {
  throw UserError({{path, "", message}});
}

std::vector<std::int64_t> parse_shape(const std::string& text) {
  static const std::regex number("[0-9]+");
  std::vector<std::int64_t> shape;
  for (std::sregex_iterator i(text.begin(), text.end(), number), end; i != end; ++i) {
    const std::string digits = i->str();
    std::int64_t size = std::numeric_limits<std::int64_t>::max();  // if it has too many digits
    std::from_chars(digits.data(), digits.data() + digits.size(), size);
    shape.push_back(size);
  }
  return shape;
}

/// The format is described at
/// https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html.
NpyHeader parse_header(const std::string& text, const std::string& path) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  constexpr std::size_t shortest = 12;  // magic, version and a length of 2 or 4 bytes
  if (text.size() < shortest || text.compare(0, 6, "\x93NUMPY") != 0) {
    fail(path, "is no .npy file, expected an array that NumPy wrote");
  }
  if ((byte(6) != 1 && byte(6) != 2) || byte(7) != 0) {
    fail(path, fmt::format("has version {}.{} of the .npy format, expected 1.0 or 2.0", byte(6),
                           byte(7)));
  }
  const std::size_t begin = byte(6) == 1 ? 10 : shortest;
  std::size_t length = 0;
  for (std::size_t i = begin; i-- > 8;) length = length * 256 + byte(i);
  static const std::regex dictionary(
      R"(\{'descr': '([^']{1,9})', 'fortran_order': (True|False), 'shape': \(((?:[0-9]+, )*(?:[0-9]+,?)?)\), *\} *\n)");
  std::smatch found;
  const std::string header = text.substr(begin, std::min(length, kLongestHeader));
  if (header.size() != length || !std::regex_match(header, found, dictionary)) {
    fail(path, "has an unknown or broken header, expected that of an array of bool, uint8 or int8");
  }
  const auto type_begin = begin + static_cast<std::size_t>(found.position(1));
  return {type_begin, found.str(1), parse_shape(found.str(3)), begin + length};
}

void check(const NpyHeader& header, std::size_t file_bytes, const std::string& path) {
  if (header.type != "|b1" && header.type != "|u1" && header.type != "|i1") {
    fail(path, fmt::format("holds numbers of type '{}', expected bool, uint8 or int8 ('|b1', "
                           "'|u1', '|i1')",
                           header.type));
  }
  constexpr std::size_t dimensions = 4;
  if (header.shape.size() != dimensions) {
    fail(path, fmt::format("has {} dimensions, expected 4: blocks, heads, queries, keys",
                           header.shape.size()));
  }
  double entries = 1;  // all products that fit into a file are exact
  for (const std::int64_t size : header.shape) entries *= static_cast<double>(size);
  const auto text = fmt::format("({})", fmt::join(header.shape, ", "));
  if (entries == 0) fail(path, "is empty: its shape is " + text + ", expected at least 1 of each");
  const std::size_t bytes = file_bytes - header.end;
  if (entries != static_cast<double>(bytes)) {
    fail(path, fmt::format("has {} bytes of data, expected {:.0f} for its shape {}", bytes, entries,
                           text));
  }
  const double queries = entries / static_cast<double>(header.shape.back());
  if (queries > static_cast<double>(kMostMaskQueries)) {
    fail(path, fmt::format("has {:.0f} queries in all, expected at most {}: its shape is {}",
                           queries, kMostMaskQueries, text));
  }
}

template <class Entries>
AttentionMap read_map(const Entries& entries, std::size_t block, std::size_t head, bool kept,
                      const std::string& path) {
  const auto& shape = entries.shape();
  AttentionMap map(static_cast<std::int64_t>(shape[2]), static_cast<std::int64_t>(shape[3]));
  for (std::size_t query = 0; query < shape[2]; ++query) {
    for (std::size_t key = 0; key < shape[3]; ++key) {
      const std::uint8_t entry = entries(block, head, query, key);
      if (entry > 1) {
        fail(path, fmt::format("has an entry that is neither 0 nor 1 at [{}, {}, {}, {}]", block,
                               head, query, key));
      }
      if ((entry == 1) == kept) {
        map.set(static_cast<std::int64_t>(query), static_cast<std::int64_t>(key));
      }
    }
  }
  return map;
}

}  // namespace

std::vector<HeadMaps> read_npy_maps(const std::string& path, bool kept) {
  std::string text = read_text(path);
  const NpyHeader header = parse_header(text, path);
  check(header, text.size(), path);
  // All three types are a byte. As an unsigned one, each of its values is one that C++ may read.
  text.replace(header.type_begin, header.type.size(), "|u1");
  std::istringstream stream(text);
  const auto entries = xt::load_npy<std::uint8_t>(stream);
  std::vector<HeadMaps> blocks(entries.shape()[0]);
  for (std::size_t block = 0; block < blocks.size(); ++block) {
    for (std::size_t head = 0; head < entries.shape()[1]; ++head) {
      blocks[block].push_back(read_map(entries, block, head, kept, path));
    }
  }
  return blocks;
}

}  // namespace saccade
