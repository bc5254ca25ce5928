#include "workload/mask_file.hpp"

#include <filesystem>

#include "base/file.hpp"
#include "base/schema.hpp"
#include "workload/mask_npy.hpp"

namespace saccade {
namespace {

constexpr std::size_t kMostParts = 64;

enum class TrueIs { pruned, kept };

struct MaskPart {
  std::string npy;
  TrueIs true_is = TrueIs::pruned;
};

struct MaskFile {
  std::string name;
  std::vector<MaskPart> parts;
};

const Record<MaskPart>& part_record() {
  static const auto record =
      Record<MaskPart>("blocks of a mask")
          .field("npy", &MaskPart::npy, text("a file beside this one"),
                 "an array of bool, uint8 or int8: blocks, heads, queries, keys")
          .field("true_is", &MaskPart::true_is,
                 choice<TrueIs>({{"pruned", TrueIs::pruned}, {"kept", TrueIs::kept}}),
                 "what true or 1 means in the array; pruned if left out", TrueIs::pruned);
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

}  // namespace

Mask read_mask_json(const Json& document, const std::string& file) {
  const MaskFile read = read_record(mask_record(), document, file);
  Mask mask{read.name.empty() ? std::filesystem::path(file).stem().string() : read.name, {}};
  Mistakes mistakes;
  for (const MaskPart& part : read.parts) {
    mistakes.collect([&] {
      for (HeadMaps& heads : read_npy_maps(resolve(part.npy, file), part.true_is == TrueIs::kept)) {
        mask.blocks.push_back(std::move(heads));
      }
    });
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
