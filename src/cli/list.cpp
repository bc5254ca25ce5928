// saccade list: what ships, and which fields files have.
#include <fmt/format.h>

#include <iostream>
#include <set>

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/schema.hpp"
#include "base/text.hpp"
#include "cli/assumptions.hpp"
#include "cli/cli.hpp"
#include "cli/commands.hpp"
#include "cli/file_kinds.hpp"
#include "cli/options.hpp"
#include "explore/sweep.hpp"
#include "hardware/accelerator.hpp"
#include "result/figures.hpp"
#include "technique/pass.hpp"
#include "workload/mask_file.hpp"
#include "workload/model.hpp"
#include "workload/trace.hpp"

namespace saccade {
namespace {

/// "list of integer 1..256", from a JSON Schema.
std::string type_text(const Json& schema) {
  if (schema.contains("const")) return schema.at("const").dump();
  if (schema.contains("enum")) return fmt::format("{}", fmt::join(schema.at("enum"), " | "));
  if (schema.contains("oneOf")) {
    std::set<std::string> types;  // objects that differ in their fields are all objects
    for (const Json& alternative : schema.at("oneOf")) types.insert(type_text(alternative));
    return fmt::format("{}", fmt::join(types, " or "));
  }
  std::string type = schema.value("type", "object");
  if (type == "array") return "list of " + type_text(schema.at("items"));
  if (type == "boolean") return "true | false";
  if (type == "string") return "text";
  if (schema.contains("minimum")) {
    return fmt::format("{} {}..{}", type, schema.at("minimum").dump(), schema.at("maximum").dump());
  }
  return type;
}

void print_fields(const Json& schema, int indent);

/// The fields of what an object, a list or a choice of objects holds.
void print_inner(const Json& schema, int indent) {
  if (schema.contains("properties")) {
    print_fields(schema, indent);
  } else if (schema.contains("oneOf")) {
    for (const Json& alternative : schema.at("oneOf")) {
      if (!alternative.contains("properties")) continue;  // a plain value
      std::cout << fmt::format("{:{}}{}:\n", "", indent, alternative.value("title", "either"));
      print_fields(alternative, indent + 2);
    }
  } else if (schema.contains("items")) {
    print_inner(schema.at("items"), indent);
  } else if (schema.contains("additionalProperties") &&
             schema.at("additionalProperties").is_object()) {
    print_inner(schema.at("additionalProperties"), indent);
  }
}

void print_fields(const Json& schema, int indent) {
  for (const auto& [key, field] : schema.at("properties").items()) {
    if (!field.contains("description") && !field.contains("const")) continue;  // free text
    const std::string fallback =
        field.contains("default") ? "; default " + field.at("default").dump() : "";
    const std::string help = field.value("description", "which of these it is");
    std::cout << fmt::format("{:{}}{}: {} ({}{})\n", "", indent, key, help, type_text(field),
                             fallback);
    print_inner(field, indent + 2);
  }
}

/// Shipped files with what they say of themselves.
void print_files(const std::string& folder) {
  for (const std::string& file : shipped_files(folder, ".json")) {
    const Json document = read_json(data_dir() + '/' + file);
    const std::string name = document.value("name", "");
    std::cout << fmt::format("  {:<56} {}\n", file, document.value("description", name));
  }
}

void list_models() {
  std::cout << "Models (workload files):\n";
  for (const std::string& file : shipped_files("workloads/models", ".json")) {
    const Workload workload = read_workload(data_dir() + '/' + file);
    std::cout << fmt::format("  {:<52} {:>9} {:>8}\n", file,
                             with_prefix(static_cast<double>(workload.macs()), "MAC"),
                             with_prefix(static_cast<double>(workload.parameters()), "parameters"));
  }
  std::cout << "Families of models and their fields:\n";
  for (const Family* family : families()) {
    std::cout << fmt::format("  {}: {}\n", family->name, family->help);
    print_fields(family_schema(*family), 4);
  }
}

void list_hardware() {
  std::cout << "Accelerators (hardware files):\n";
  print_files("configs/hardware");
  std::cout << "Fields:\n";
  print_fields(accelerator_schema(), 2);
}

void list_engines() {
  std::cout << "Kinds of engines and their fields:\n";
  print_inner(accelerator_schema().at("properties").at("engines"), 2);
}

void list_vector_operations() {
  std::cout << "Operations of vector units (keys of cycles_per_element):\n";
  for (const char* name : kVectorOpNames) std::cout << "  " << name << '\n';
}

void list_technologies() {
  std::cout << "Technology tables:\n";
  print_files("configs/technology");
  std::cout << "Fields:\n";
  print_fields(technology_file_record().schema(), 2);
}

void list_dram() {
  std::cout << "DRAM standards:\n";
  print_files("configs/technology/dram");
  std::cout << "Fields of a memory system (in a hardware file):\n";
  print_fields(dram_system_record().schema(), 2);
  std::cout << "Fields of a standard:\n";
  print_fields(dram_device_record().schema(), 2);
}

void list_techniques() {
  std::cout << "Techniques:\n";
  print_files("configs/techniques");
  std::cout << "Fields of a technique:\n";
  Json schema = technique_schema();
  for (auto& field : schema["properties"]) {  // what their items hold follows, once
    if (field.contains("items"))
      field["items"] = {{"type", field["items"].value("type", "object")}};
  }
  print_fields(schema, 2);
  std::cout << "Passes and their fields:\n";
  for (const Pass& pass : passes()) {
    std::cout << fmt::format("  {}: {}\n", pass.name, pass.help);
    print_fields(pass.schema(), 4);
  }
}

void list_traces() {
  std::cout << "Traces:\n";
  print_files("workloads/traces");
  std::cout << "Fields:\n";
  print_fields(trace_schema(), 2);
}

void list_masks() {
  std::cout << "Masks:\n";
  print_files("workloads/masks");
  std::cout << "Fields:\n";
  print_fields(mask_schema(), 2);
}

void list_sweeps() {
  std::cout << "Sweeps:\n";
  print_files("configs/sweeps");
  std::cout << "Fields:\n";
  print_fields(sweep_schema(), 2);
  std::cout << "Figures, as columns of stores and in constraints:\n";
  for (const ResultFigure& figure : figures()) {
    std::cout << fmt::format("  {:<26} {}\n", figure.name, figure.help);
  }
}

void list_commands() {
  std::cout << "Commands:\n";
  for (const Command& command : commands()) {
    std::cout << fmt::format("  {:<8} {}\n", command.name, command.help);
  }
}

struct ListTopic {
  const char* name;
  void (*print)();
};

constexpr std::array<ListTopic, 12> topics = {{{"models", list_models},
                                               {"hardware", list_hardware},
                                               {"engines", list_engines},
                                               {"vector-operations", list_vector_operations},
                                               {"technologies", list_technologies},
                                               {"dram", list_dram},
                                               {"techniques", list_techniques},
                                               {"traces", list_traces},
                                               {"masks", list_masks},
                                               {"sweeps", list_sweeps},
                                               {"assumptions", print_assumptions},
                                               {"commands", list_commands}}};

const ListTopic& find_topic(const std::string& name) {
  std::vector<std::string> names;
  for (const ListTopic& topic : topics) {
    if (topic.name == name) return topic;
    names.emplace_back(topic.name);
  }
  throw UserError(fmt::format("unknown topic '{}', expected one of {}{}", name, comma_list(names),
                              did_you_mean(name, names)));
}

}  // namespace

int list_command(const std::vector<std::string>& arguments) {
  CommandOptions command;
  command.usage = "saccade list [TOPIC]";
  command.description =
      "Prints what ships and which fields files have; all topics if none is given:";
  for (const ListTopic& topic : topics) command.description += std::string("\n  ") + topic.name;
  command.arguments.add_options()("topic", po::value<std::string>());
  command.positions.add("topic", 1);
  const auto values = parse_options(command, arguments);
  if (!values) return exit_done;
  if (values->count("topic") != 0) {
    find_topic((*values)["topic"].as<std::string>()).print();
    return exit_done;
  }
  for (const ListTopic& topic : topics) topic.print();
  return exit_done;
}

}  // namespace saccade
