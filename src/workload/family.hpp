// What a family of models must offer to be named in a model file.
#pragma once
#include <optional>
#include <string>

#include "base/schema.hpp"
#include "workload/builder.hpp"

namespace saccade {

/// One family: a file family_<name>.cpp and a line in the table of model.cpp.
struct Family {
  const char* name;
  const char* help;
  Json (*schema)();
  /// Reads the model's fields and builds it; `name` is what it is called if the file says nothing.
  /// Returns nothing after it reported mistakes.
  std::optional<Workload> (*build)(const Cursor& model, const std::string& name);
};

extern const Family vit_family;
extern const Family lvvit_family;

const Record<BitWidths>& bit_widths_record();

/// The record of a family's model M, with the fields that all have: name, images and bits.
template <class M>
Record<M> family_record(const std::string& title) {
  return Record<M>(title)
      .ignored("family")
      .field("name", &M::name, text(), "name in reports; the file's name if left out",
             std::string())
      .field("images", &M::images, integer<int>(1, 4096),
             "images inferred together; their rows lie below each other", 1)
      .field("bits", &M::bits, object(bit_widths_record()), "widths of the tensors", BitWidths{});
}

/// The schema of a family's model file.
template <class M>
Json family_schema(const Record<M>& record, const char* name) {
  Json schema = record.schema();
  schema["properties"]["family"] = {{"const", name}};
  schema["required"].push_back("family");
  return schema;
}

}  // namespace saccade
