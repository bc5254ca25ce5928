#include "mapping/pins.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/schema.hpp"
#include "mapping/product.hpp"

namespace saccade {
namespace {

/// A hold with its buffer by name.
struct HoldFile {
  std::string buffer;
  std::size_t inside = 0;
};

struct TileFile {
  std::optional<std::int64_t> m, n, k;
};

struct OpFile {
  TileFile tile;
  std::vector<Loop> loops;
  std::optional<Split> split;
  std::optional<std::int64_t> at_once;
  std::optional<bool> fold_taps, double_buffered, fused;
  std::vector<HoldFile> input, weight;
  bool keep_nothing = false;
};

struct MappingFile {
  std::map<std::string, OpFile> ops;
  std::map<std::string, bool> tensors;
};

Type<std::int64_t> size() { return integer<std::int64_t>(1, 1ll << 40); }

const Record<Loop>& loop_record() {
  static const auto record =
      Record<Loop>("a loop")
          .field("over", &Loop::dim, choice<Dim>({{"m", Dim::m}, {"n", Dim::n}, {"k", Dim::k}}),
                 "m: rows, output pixels of a convolution; n: columns, output channels; k: inner "
                 "dimension")
          .field("step", &Loop::tile, size(), "what is left inside of the loop");
  return record;
}

const Record<Split>& split_record() {
  static const auto record =
      Record<Split>("a split of tiles over PEs")
          .field("entries", &Split::entries, size(), "heads or channel groups", std::int64_t{1})
          .field("m", &Split::m, size(), "rows", std::int64_t{1})
          .field("n", &Split::n, size(), "columns", std::int64_t{1})
          .field("k", &Split::k, size(), "inner dimension, whose sums are added up at the end",
                 std::int64_t{1});
  return record;
}

const Record<TileFile>& tile_record() {
  static const auto record =
      Record<TileFile>("a tile")
          .field("m", &TileFile::m, optional(size()), "rows", std::optional<std::int64_t>())
          .field("n", &TileFile::n, optional(size()), "columns", std::optional<std::int64_t>())
          .field("k", &TileFile::k, optional(size()), "chunk of the inner dimension",
                 std::optional<std::int64_t>());
  return record;
}

const Record<HoldFile>& hold_record() {
  static const auto record =
      Record<HoldFile>("what a buffer holds of an operand")
          .field("buffer", &HoldFile::buffer, text("a buffer"), "on the operand's way")
          .field("inside", &HoldFile::inside, integer<std::size_t>(0, 64),
                 "loops around what it holds: 0 is all of the operand");
  return record;
}

const Record<OpFile>& op_record() {
  using Flag = std::optional<bool>;
  static const auto record =
      Record<OpFile>("what is fixed of an op's mapping")
          .field("tile", &OpFile::tile, object(tile_record()), "sizes of tiles; loops say more",
                 TileFile())
          .field("loops", &OpFile::loops, list(object(loop_record()), 0, 16),
                 "the whole nest, outermost first, k innermost", std::vector<Loop>())
          .field("split", &OpFile::split, optional(object(split_record())), "of a tile over PEs",
                 std::optional<Split>())
          .field("entries_at_once", &OpFile::at_once, optional(size()),
                 "heads or channel groups in a tile", std::optional<std::int64_t>())
          .field("fold_taps", &OpFile::fold_taps, optional(boolean()),
                 "whether vectors hold channels of several kernel taps", Flag())
          .field("double_buffered", &OpFile::double_buffered, optional(boolean()),
                 "room for the next tile beside this one", Flag())
          .field("fused", &OpFile::fused, optional(boolean()),
                 "of QK^T: whether it runs by row blocks with softmax and AV", Flag())
          .field("input", &OpFile::input, list(object(hold_record()), 0, 4),
                 "along the way of the input", std::vector<HoldFile>())
          .field("weight", &OpFile::weight, list(object(hold_record()), 0, 4),
                 "along the way of the second operand", std::vector<HoldFile>())
          .field("keep_nothing", &OpFile::keep_nothing, boolean(),
                 "every tile brings its operands anew, even those that the one before had", false)
          .ignored("engine")
          .ignored("vector_unit")
          .ignored("estimate")
          .ignored("promised")
          .ignored("why");
  return record;
}

const Record<MappingFile>& mapping_record() {
  static const auto home = choice<bool>({{"on_chip", true}, {"dram", false}});
  static const auto record = Record<MappingFile>("a mapping")
                                 .field("ops", &MappingFile::ops, dictionary(object(op_record())),
                                        "by the op's name; \"*\" stands for all that are not named",
                                        std::map<std::string, OpFile>())
                                 .field("tensors", &MappingFile::tensors, dictionary(home),
                                        "activations that stay on chip between ops, or do not",
                                        std::map<std::string, bool>())
                                 .ignored("hardware")
                                 .ignored("workload")
                                 .ignored("objective");
  return record;
}

using Buffers = std::optional<std::vector<Buffer>>;

std::vector<Hold> holds_of(const std::vector<HoldFile>& named, const Buffers& known,
                           const Cursor& cursor) {
  std::vector<Hold> holds;
  if (!known) return holds;
  const std::vector<Buffer>& buffers = *known;
  for (std::size_t i = 0; i < named.size(); ++i) {
    const auto found = std::find_if(buffers.begin(), buffers.end(), [&](const Buffer& buffer) {
      return buffer.name == named[i].buffer;
    });
    if (found == buffers.end()) {
      std::vector<std::string> names;
      for (const Buffer& buffer : buffers) names.push_back(buffer.name);
      cursor.at(i).at("buffer").fail(
          fmt::format("\"{}\" is no buffer of the hardware, expected one of {}{}", named[i].buffer,
                      comma_list(names), did_you_mean(named[i].buffer, names)));
    }
    holds.push_back({static_cast<BufferId>(found - buffers.begin()), named[i].inside});
  }
  return holds;
}

Pins pins_of(const OpFile& file, const Buffers& buffers, const Cursor& cursor) {
  Pins pins;
  pins.tile_m = file.tile.m;
  pins.tile_n = file.tile.n;
  pins.tile_k = file.tile.k;
  pins.loops = file.loops;
  pins.split = file.split;
  pins.at_once = file.at_once;
  pins.fold_taps = file.fold_taps;
  pins.double_buffered = file.double_buffered;
  pins.fused = file.fused;
  pins.keep_nothing = file.keep_nothing;
  if (!file.input.empty()) pins.input = holds_of(file.input, buffers, cursor.at("input"));
  if (!file.weight.empty()) pins.weight = holds_of(file.weight, buffers, cursor.at("weight"));
  return pins;
}

}  // namespace

const Pins& MappingPins::of(const std::string& op) const {
  static const Pins open;
  auto found = ops.find(op);
  if (found == ops.end()) found = ops.find("*");
  return found == ops.end() ? open : found->second;
}

MappingPins read_mapping_pins_json(const Json& document, const std::string& file,
                                   const Buffers& buffers) {
  Mistakes mistakes;
  const Cursor root(document, file, mistakes);
  const std::optional<MappingFile> read = mapping_record().read(root);
  mistakes.check();
  MappingPins pins;
  pins.file = file;
  pins.on_chip = read->tensors;
  for (const auto& [name, op] : read->ops) {
    pins.ops[name] = pins_of(op, buffers, root.at("ops").at(name));
  }
  mistakes.check();
  return pins;
}

MappingPins read_mapping_pins(const std::string& path, const std::vector<Buffer>& buffers) {
  return read_mapping_pins_json(read_json(path), path, buffers);
}

Json mapping_pins_schema() {
  Json schema = mapping_record().schema();
  schema["$schema"] = "https://json-schema.org/draft/2020-12/schema";
  return schema;
}

}  // namespace saccade
