#include "technique/pass.hpp"

#include <filesystem>
#include <set>

#include "technique/drop_blocks.hpp"
#include "technique/narrow_input.hpp"
#include "technique/polynomial.hpp"
#include "technique/prune_tokens.hpp"
#include "technique/quantise.hpp"
#include "technique/skip_attention.hpp"

namespace saccade {
namespace {

/// A pass's object: the text at "pass" says which.
Type<Step> step_type() {
  std::vector<std::string> names;
  Json schemas = Json::array();
  for (const Pass& pass : passes()) {
    names.push_back(pass.name);
    Json schema = pass.schema();
    schema["properties"]["pass"] = {{"const", pass.name}};
    schema["required"].push_back("pass");
    schemas.push_back(schema);
  }
  const std::string expected = "an object whose 'pass' is one of " + comma_list(names);
  const auto read = [=](const Cursor& cursor) -> std::optional<Step> {
    const Json& value = cursor.value();
    if (!value.is_object() || !value.contains("pass") || !value.at("pass").is_string()) {
      cursor.fail_expected(expected);
      return std::nullopt;
    }
    const auto& name = value.at("pass").get_ref<const std::string&>();
    for (const Pass& pass : passes()) {
      if (name != pass.name) continue;
      auto rewrite = pass.read(cursor);
      if (!rewrite) return std::nullopt;
      return Step{name, std::move(*rewrite)};
    }
    cursor.at("pass").fail(fmt::format("is \"{}\", expected one of {}{}", name, comma_list(names),
                                       did_you_mean(name, names)));
    return std::nullopt;
  };
  return {read, {{"oneOf", schemas}}, expected};
}

const Record<TechniqueAccuracy>& technique_accuracy_record() {
  static const auto record = Record<TechniqueAccuracy>("a published accuracy of a workload")
                                 .include(accuracy_record())
                                 .field("workload", &TechniqueAccuracy::workload, text(),
                                        "name of the workload, as results have it");
  return record;
}

const Record<Effort>& effort_record() {
  static const auto record = Record<Effort>("an effort")
                                 .field("name", &Effort::name, text(), "unique among the efforts")
                                 .field("passes", &Effort::steps, list(step_type(), 0, 100),
                                        "passes that follow those of the technique");
  return record;
}

void check_efforts(const Technique& technique, const Cursor& cursor) {
  const std::size_t efforts = technique.efforts.size();
  std::set<std::string> names;
  for (std::size_t i = 0; i < efforts; ++i) {
    if (names.insert(technique.efforts[i].name).second) continue;
    cursor.at("efforts").at(i).at("name").fail("stands twice, expected unique names");
  }
  if (technique.policy == Policy::single) {
    if (!technique.thresholds.empty()) {
      cursor.at("thresholds").fail("leads nowhere, expected none without the policy 'cascade'");
    }
    return;
  }
  if (efforts < 2) {
    cursor.fail(
        fmt::format("is a cascade of {} efforts, expected 'efforts' of two or more", efforts));
  } else if (!technique.thresholds.empty() && technique.thresholds.size() != efforts - 1) {
    cursor.at("thresholds")
        .fail(fmt::format("has {} values, expected {}: one for each effort but the last",
                          technique.thresholds.size(), efforts - 1));
  }
}

const Record<Technique>& technique_record() {
  static const auto record =
      Record<Technique>("a technique")
          .field("name", &Technique::name, text(), "name in reports; the file's name if left out",
                 std::string())
          .field("passes", &Technique::steps, list(step_type(), 0, 100),
                 "passes in the order in which they rewrite the workload")
          .field("policy", &Technique::policy,
                 choice<Policy>({{"single", Policy::single}, {"cascade", Policy::cascade}}),
                 "single: an input runs with one effort; cascade: with one after the other until "
                 "one is accepted; default single",
                 Policy::single)
          .field("efforts", &Technique::efforts, list(object(effort_record()), 0, 8),
                 "ways to run the model, between which a trace decides", std::vector<Effort>())
          .field("thresholds", &Technique::thresholds, list(number(0, 1e6), 0, 7),
                 "entropies up to which a cascade accepts an effort, for each but the last",
                 std::vector<double>())
          .field("batch", &Technique::batch, integer<int>(1, 4096),
                 "inputs of a trace that run together and wait for each other", 1)
          .field("accuracy", &Technique::accuracies,
                 list(object(technique_accuracy_record()), 0, 1000),
                 "published accuracies with this technique, which results pass on",
                 std::vector<TechniqueAccuracy>())
          .rule(check_efforts);
  return record;
}

}  // namespace

const std::vector<Pass>& passes() {
  static const std::vector<Pass> table = {
      make_pass<Quantise, quantise_record, quantise>(
          "quantise", "sets the bits of activations, weights, scores, norms and accumulators"),
      make_pass<SkipAttention, skip_attention_record, skip_attention>(
          "skip_attention", "takes the attention out of some blocks, which keep the rest"),
      make_pass<PruneTokens, prune_tokens_record, prune_tokens>(
          "prune_tokens", "gives up tokens before some blocks, as a selector decides"),
      make_pass<DropBlocks, drop_blocks_record, drop_blocks>("drop_blocks",
                                                             "takes whole blocks out"),
      make_pass<NarrowInput, narrow_input_record, narrow_input>(
          "narrow_input", "lets an op read fewer channels of its input"),
      make_pass<Polynomial, polynomial_record, polynomial>(
          "polynomial", "computes GELU, softmax and sigmoid by polynomials"),
  };
  return table;
}

Technique read_technique_json(const Json& document, const std::string& file) {
  Technique technique = read_record(technique_record(), document, file);
  if (technique.name.empty()) technique.name = std::filesystem::path(file).stem().string();
  return technique;
}

Technique read_technique(const std::string& path) {
  return read_technique_json(read_json(path), path);
}

Json technique_schema() {
  Json schema = technique_record().schema();
  schema["$schema"] = "https://json-schema.org/draft/2020-12/schema";
  return schema;
}

namespace {

Workload apply_steps(const std::vector<Step>& steps, const std::string& of, Workload workload,
                     const Decisions& decisions) {
  for (std::size_t i = 0; i < steps.size(); ++i) {
    try {
      workload = steps[i].rewrite(workload, decisions);
    } catch (const UserError& error) {
      std::vector<Mistake> mistakes = error.mistakes();
      for (Mistake& mistake : mistakes) {
        mistake.message =
            fmt::format("after pass {} ('{}') of {}: {}", i, steps[i].pass, of, mistake.message);
      }
      throw UserError(std::move(mistakes));
    }
  }
  return workload;
}

}  // namespace

Workload apply_technique(const Technique& technique, Workload workload,
                         const Decisions& decisions) {
  return apply_steps(technique.steps, fmt::format("technique '{}'", technique.name),
                     std::move(workload), decisions);
}

Workload apply_effort(const Technique& technique, const Effort& effort, Workload workload,
                      const Decisions& decisions) {
  return apply_steps(effort.steps,
                     fmt::format("effort '{}' of technique '{}'", effort.name, technique.name),
                     apply_technique(technique, std::move(workload), decisions), decisions);
}

}  // namespace saccade
