#include "validate/array.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <optional>

#include "base/csv.hpp"
#include "base/file.hpp"
#include "base/text.hpp"
#include "cost/systolic.hpp"

namespace saccade {
namespace {

constexpr std::size_t kMaxMistakes = 100;
constexpr std::int64_t kMaxPes = 65536;        // on a side, as in a hardware file
constexpr std::int64_t kMaxSize = 1ll << 17;   // so that no count of cycles needs more than
constexpr std::int64_t kMaxCount = 1ll << 53;  // what a double holds exactly

/// What RTL did.
struct Reference {
  std::string variant;
  SystolicArray array;
  GemmTile product;
  std::int64_t folds = 0, cycles = 0;
};

std::optional<SystolicArray> variant_of(const CsvTable& table, const CsvRow& row,
                                        Mistakes& mistakes) {
  const std::string& name = table.cell(row, "variant");
  std::vector<std::string> names;
  for (const auto& [known, settings] : systolic_variants()) {
    if (known == name) return settings;
    names.push_back(known);
  }
  table.fail(row, "variant",
             fmt::format("is '{}', expected one of {}{}", name, comma_list(names),
                         did_you_mean(name, names)),
             mistakes);
  return std::nullopt;
}

/// Meaningless where it reports mistakes.
Reference reference_of(const CsvTable& table, const CsvRow& row, Mistakes& mistakes) {
  const auto number = [&](const char* column, std::int64_t max) {
    return table.integer(row, column, 1, max, mistakes).value_or(1);
  };
  Reference reference;
  reference.variant = table.cell(row, "variant");
  reference.array = variant_of(table, row, mistakes).value_or(SystolicArray());
  reference.array.rows = static_cast<int>(number("R", kMaxPes));
  reference.array.columns = static_cast<int>(number("C", kMaxPes));
  reference.product = {number("M", kMaxSize), number("N", kMaxSize), number("K", kMaxSize)};
  reference.folds = number("folds", kMaxCount);
  reference.cycles = number("cycles", kMaxCount);
  return reference;
}

Comparison compared(const Reference& reference, const std::string& quantity, std::int64_t expected,
                    std::int64_t actual) {
  const GemmTile& size = reference.product;
  Comparison comparison;
  comparison.item =
      fmt::format("{} {}x{}, {} x {} by {} x {}", reference.variant, reference.array.rows,
                  reference.array.columns, size.m, size.k, size.k, size.n);
  comparison.quantity = quantity;
  comparison.expected = static_cast<double>(expected);
  comparison.actual = static_cast<double>(actual);
  comparison.tolerance = 0;
  return comparison;
}

}  // namespace

std::vector<Comparison> validate_array(const std::string& csv_path) {
  const CsvTable table = parse_csv(read_text(csv_path), csv_path,
                                   {"variant", "R", "C", "M", "N", "K", "folds", "cycles"});
  Mistakes mistakes;
  if (table.rows.empty()) mistakes.add(csv_path, "", "has no rows, expected one at least");
  std::vector<Comparison> comparisons;
  for (const CsvRow& row : table.rows) {
    const Reference reference = reference_of(table, row, mistakes);
    if (mistakes.size() >= kMaxMistakes) break;
    comparisons.push_back(compared(reference, "folds", reference.folds,
                                   fold_count(reference.array, reference.product)));
    comparisons.push_back(compared(reference, "cycles", reference.cycles,
                                   gemm_cycles(reference.array, reference.product)));
  }
  mistakes.check();
  const std::string name = std::filesystem::path(csv_path).stem().string();
  for (Comparison& comparison : comparisons) comparison.reference = name;
  return comparisons;
}

}  // namespace saccade
