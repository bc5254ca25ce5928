#include "workload/mask_file.hpp"

#include <filesystem>

#include "base/file.hpp"
#include "base/schema.hpp"
#include "workload/mask_generator.hpp"
#include "workload/mask_npy.hpp"

namespace saccade {
namespace {

constexpr std::size_t kMostParts = 64;

enum class TrueIs { pruned, kept };

struct MaskPart {
  std::optional<std::string> npy;
  std::optional<TrueIs> true_is;
  std::optional<MaskGenerator> generate;
};

struct MaskFile {
  std::string name;
  std::vector<MaskPart> parts;
};

const Record<MaskPart>& part_record() {
  static const auto record =
      Record<MaskPart>("blocks of a mask")
          .field("npy", &MaskPart::npy, optional(text("a file beside this one")),
                 "an array of bool, uint8 or int8: blocks, heads, queries, keys",
                 std::optional<std::string>())
          .field("true_is", &MaskPart::true_is,
                 optional(choice<TrueIs>({{"pruned", TrueIs::pruned}, {"kept", TrueIs::kept}})),
                 "what true or 1 means in the array; pruned if left out", std::optional<TrueIs>())
          .field("generate", &MaskPart::generate, optional(mask_generator_type()),
                 "blocks drawn by a rule or at random", std::optional<MaskGenerator>())
          .rule([](const MaskPart& part, const Cursor& cursor) {
            if (part.npy.has_value() == part.generate.has_value()) {
              cursor.fail(fmt::format("has {} of 'npy' and 'generate', expected one",
                                      part.npy ? "both" : "none"));
            } else if (part.generate && part.true_is) {
              cursor.at("true_is").fail("is said of no array, expected it with 'npy' only");
            }
          });
  return record;
}

const Record<MaskFile>& mask_record() {
  static const auto record =
      Record<MaskFile>("a mask")
          .field("name", &MaskFile::name, text(), "name in reports; the file's name if left out",
                 std::string())
          .field("parts", &MaskFile::parts, list(object(part_record()), 1, kMostParts),
                 "whose blocks follow one another, in the order of the model's attentions");
  return record;
}

std::vector<HeadMaps> blocks_of(const MaskPart& part, const std::string& file) {
  if (part.generate) return generated_maps(*part.generate);
  return read_npy_maps(resolve(*part.npy, file), part.true_is == TrueIs::kept);
}

}  // namespace

Mask read_mask_json(const Json& document, const std::string& file) {
  const MaskFile read = read_record(mask_record(), document, file);
  Mask mask{read.name.empty() ? std::filesystem::path(file).stem().string() : read.name, {}};
  Mistakes mistakes;
  std::int64_t queries = 0;
  for (const MaskPart& part : read.parts) {
    mistakes.collect([&] {
      for (HeadMaps& heads : blocks_of(part, file)) {
        for (const AttentionMap& map : heads) queries += map.queries();
        mask.blocks.push_back(std::move(heads));
      }
    });
    if (queries <= kMostMaskQueries) continue;
    mistakes.add(file, "/parts", fmt::format("have more than {} queries in all", kMostMaskQueries));
    break;
  }
  mistakes.check();
  return mask;
}

Mask read_mask(const std::string& path) {
  const std::filesystem::path file(path);
  if (file.extension() != ".npy") return read_mask_json(read_json(path), path);
  return {file.stem().string(), read_npy_maps(path, false)};
}

Json mask_schema() {
  Json schema = mask_record().schema();
  schema["$schema"] = "https://json-schema.org/draft/2020-12/schema";
  return schema;
}

}  // namespace saccade
