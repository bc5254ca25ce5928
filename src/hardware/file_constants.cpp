#include "hardware/file_constants.hpp"

#include <array>
#include <utility>

#include "base/value_type.hpp"

namespace saccade {
namespace {

/// Units by what names of fields end in; longer ends first.
constexpr std::array<std::pair<const char*, const char*>, 17> kUnits = {
    {{"cycles_per_element", "cycles"},
     {"pj_per_bit_hop", "pJ"},
     {"pj_per_bit", "pJ"},
     {"bandwidth_gbps", "GB/s"},
     {"_cycles", "cycles"},
     {"_clocks", "clocks"},
     {"_bytes", "bytes"},
     {"bytes", "bytes"},
     {"_bits", "bits"},
     {"bits", "bits"},
     {"_mtps", "MT/s"},
     {"_mhz", "MHz"},
     {"_ns", "ns"},
     {"_nm", "nm"},
     {"_ma", "mA"},
     {"_um2", "um2"},
     {"_v", "V"}}};

bool ends_in(const std::string& text, const std::string& end) {
  return text.size() >= end.size() && text.compare(text.size() - end.size(), end.size(), end) == 0;
}

/// Of the field at a pointer; the fields of a dictionary share that of the dictionary.
std::string unit_of(const std::string& pointer) {
  const std::size_t last = pointer.rfind('/');
  const std::string field = pointer.substr(last + 1);
  const std::string outer = pointer.substr(0, last);
  if (ends_in(outer, "/timing")) return "clocks";
  const std::string named = ends_in(outer, "cycles_per_element") ? outer : field;
  for (const auto& [end, unit] : kUnits) {
    if (ends_in(named, end)) return unit;
  }
  return "";
}

class Walk {
 public:
  std::vector<FileConstant> constants;

  void object(const Json& value, const Json& schema, const std::string& pointer,
              const std::string& name) {
    for (const auto& [key, field] : schema.at("properties").items()) {
      if (is_free_text_key(key) || key == "assumptions" || field.contains("const")) continue;
      const std::string place = pointer + '/' + pointer_token(key);
      const std::string label = name.empty() ? key : name + '/' + key;
      if (value.contains(key)) {
        any(value.at(key), field, place, label);
      } else if (field.contains("default") || field.contains("enum")) {
        leaf(field.value("default", Json("default")), field, place, label);
      }
    }
  }

 private:
  void any(const Json& value, const Json& schema, const std::string& pointer,
           const std::string& name) {
    if (schema.contains("oneOf")) {
      alternative(value, schema.at("oneOf"), pointer, name);
    } else if (schema.contains("properties")) {
      object(value, schema, pointer, name);
    } else if (value.is_array()) {
      for (std::size_t i = 0; i < value.size(); ++i) {
        const std::string index = std::to_string(i);
        const bool named = value[i].is_object() && value[i].contains("name");
        any(value[i], schema.at("items"), pointer + '/' + index,
            named ? value[i].at("name").get<std::string>() : name + '/' + index);
      }
    } else {
      leaf(value, schema, pointer, name);
    }
  }

  /// Tagged objects: the alternative whose constant key the object has.
  void alternative(const Json& value, const Json& schemas, const std::string& pointer,
                   const std::string& name) {
    for (const Json& schema : schemas) {
      if (!schema.contains("properties")) continue;
      for (const auto& [key, field] : schema.at("properties").items()) {
        if (!field.contains("const") || !value.contains(key)) continue;
        if (value.at(key) == field.at("const")) object(value, schema, pointer, name);
      }
    }
  }

  void leaf(const Json& value, const Json& schema, const std::string& pointer,
            const std::string& name) {
    FileConstant constant{pointer, name, {}, "", unit_of(pointer), schema.value("description", "")};
    if (value.is_number()) {
      constant.number = value.get<double>();
    } else if (value.is_boolean()) {
      constant.choice = value.get<bool>() ? "true" : "false";
    } else {
      constant.choice = value.get<std::string>();
    }
    constants.push_back(std::move(constant));
  }
};

}  // namespace

std::vector<FileConstant> file_constants(const Json& document, const Json& schema) {
  Walk walk;
  walk.object(document, schema, "", "");
  return std::move(walk.constants);
}

}  // namespace saccade
