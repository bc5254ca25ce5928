#include "workload/model.hpp"

#include <filesystem>

#include "base/file.hpp"
#include "workload/layer_list.hpp"
#include "workload/op_list.hpp"

namespace saccade {
namespace {

Workload read_model(const Cursor& cursor) {
  std::vector<std::string> names;
  for (const Family* family : families()) names.push_back(family->name);
  const Json& name = cursor.value().at("family");
  for (const Family* family : families()) {
    if (name != family->name) continue;
    auto workload = family->build(cursor, std::filesystem::path(cursor.file()).stem().string());
    cursor.mistakes().check();
    return std::move(workload.value());
  }
  const std::string hint =
      name.is_string() ? did_you_mean(name.get<std::string>(), names) : std::string();
  cursor.at("family").fail_expected("one of " + comma_list(names) + hint);
  throw UserError(cursor.mistakes().list());
}

}  // namespace

const std::vector<const Family*>& families() {
  static const std::vector<const Family*> table = {
      &vit_family,       &lvvit_family, &levit_family,  &mobilevit_family,   &swin_family,
      &segformer_family, &pvtv2_family, &resnet_family, &ofa_resnet50_family};
  return table;
}

const Record<BitWidths>& bit_widths_record() {
  const auto width = [] { return integer<int>(1, 64); };
  static const auto record =
      Record<BitWidths>("widths of tensors in bits")
          .field("activation", &BitWidths::activation, width(),
                 "activations, image, embeddings and outputs", 8)
          .field("weight", &BitWidths::weight, width(), "weights of products and convolutions", 8)
          .field("accumulator", &BitWidths::accumulator, width(),
                 "sums of products before requantisation, and biases", 32)
          .field("norm", &BitWidths::norm, width(), "scale and shift of norms", 16)
          .field("score", &BitWidths::score, width(), "attention scores and their position biases",
                 8);
  return record;
}

Json family_schema(const Family& family) {
  Json schema = family.fields();
  schema["properties"]["family"] = {{"const", family.name}};
  schema["required"].push_back("family");
  return schema;
}

Workload read_workload_json(const Json& document, const std::string& file) {
  Mistakes mistakes;
  if (document.is_object() && document.contains("family")) {
    return read_model(Cursor(document, file, mistakes));
  }
  if (document.is_object() && document.contains("ops")) return read_op_list(document, file);
  throw UserError({Mistake{file, "",
                           "is no workload, expected an object with 'family' (a model) or "
                           "'ops' (a list of ops)"}});
}

Workload read_workload(const std::string& path) {
  if (std::filesystem::path(path).extension() == ".csv") {
    return read_layer_list(read_text(path), path);
  }
  return read_workload_json(read_json(path), path);
}

std::optional<Accuracy> model_accuracy(const Json& document, const std::string& file) {
  if (!document.is_object() || !document.contains("accuracy")) return std::nullopt;
  return read_record(accuracy_record(), document.at("accuracy"), file);
}

Json workload_schema() {
  Json cases = Json::array();
  for (const Family* family : families()) cases.push_back(family_schema(*family));
  cases.push_back(op_list_schema());
  return {{"$schema", "https://json-schema.org/draft/2020-12/schema"},
          {"title", "a workload"},
          {"oneOf", cases}};
}

}  // namespace saccade
