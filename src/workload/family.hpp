// What a family of models must offer to be named in a model file.
#pragma once
#include <optional>
#include <string>

#include "base/schema.hpp"
#include "workload/accuracy.hpp"
#include "workload/builder.hpp"

namespace saccade {

/// One family: a file family_<name>.cpp and a line in the table of model.cpp.
struct Family {
  const char* name;
  const char* help;
  Json (*fields)();  ///< schema of the model's own fields; see family_schema()
  /// Reads the model's fields and builds it; `name` is what it is called if the file says nothing.
  /// Returns nothing after it reported mistakes.
  std::optional<Workload> (*build)(const Cursor& model, const std::string& name);
};

extern const Family vit_family;
extern const Family lvvit_family;
extern const Family levit_family;
extern const Family mobilevit_family;
extern const Family swin_family;
extern const Family segformer_family;
extern const Family pvtv2_family;
extern const Family resnet_family;
extern const Family ofa_resnet50_family;

const Record<BitWidths>& bit_widths_record();

/// The record of a family's model M, with the fields that all have: name, images, accuracy and
/// bits.
template <class M>
Record<M> family_record(const std::string& title) {
  return Record<M>(title)
      .ignored("family")
      .field("name", &M::name, text(), "name in reports; the file's name if left out",
             std::string())
      .field("images", &M::images, integer<int>(1, 4096),
             "images inferred together; their rows lie below each other", 1)
      .field("accuracy", &M::accuracy, optional(object(accuracy_record())),
             "published accuracy, which results pass on", std::optional<Accuracy>())
      .field("bits", &M::bits, object(bit_widths_record()), "widths of the tensors", BitWidths{});
}

/// Reports a value that `of` does not divide; `name` calls it by its number, "the {} heads".
inline void expect_multiple(const Cursor& at, std::int64_t value, std::int64_t of,
                            const char* name) {
  if (value % of == 0) return;
  at.fail(
      fmt::format("is {}, expected a multiple of {}", value, fmt::format(fmt::runtime(name), of)));
}

/// A line of the table: `record` describes the shape parameters M, `make` builds the model of that
/// name, for messages about `file`.
template <class M, const Record<M>& (*record)(),
          Workload (*make)(const M&, const std::string& name, const std::string& file)>
constexpr Family make_family(const char* name, const char* help) {
  return {name, help, [] { return record().schema(); },
          [](const Cursor& cursor, const std::string& file_name) -> std::optional<Workload> {
            const auto model = record().read(cursor);
            if (!model) return std::nullopt;
            return make(*model, model->name.empty() ? file_name : model->name, cursor.file());
          }};
}

/// The schema of a family's model file.
Json family_schema(const Family& family);

}  // namespace saccade
