#include "validate/dram_table.hpp"

#include <fmt/format.h>

#include <array>
#include <filesystem>
#include <map>
#include <sstream>
#include <stdexcept>

#include "base/csv.hpp"
#include "base/file.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "validate/dram_streams.hpp"

namespace saccade {
namespace {

constexpr double kMaxCycles = 1e12;
constexpr double kMaxPj = 1e18;

const std::vector<std::string> required = {"device",  "map",    "row_policy",
                                           "refresh", "stream", "cycles"};
const std::array<std::pair<const char*, double DramEnergy::*>, 5> energy_columns = {
    {{"activate_pj", &DramEnergy::activate_pj},
     {"read_pj", &DramEnergy::read_pj},
     {"write_pj", &DramEnergy::write_pj},
     {"refresh_pj", &DramEnergy::refresh_pj},
     {"background_pj", &DramEnergy::background_pj}}};
/// Fields of the system that a hardware file's "dram" has under the same names.
const std::array<const char*, 7> system_columns = {
    "channels",          "interleave_bytes", "queue_depth",     "write_queue_depth",
    "write_drain_start", "write_drain_stop", "bank_queue_depth"};
const std::vector<std::string> passed_over = {"reads",     "writes",   "precharges",
                                              "refreshes", "row_hits", "row_misses"};

std::vector<std::string> optional_columns() {
  std::vector<std::string> columns = {"activates", "latencies", "tolerance", "unheld", "clock_mhz"};
  for (const auto& item : energy_columns) columns.emplace_back(item.first);
  columns.insert(columns.end(), system_columns.begin(), system_columns.end());
  columns.insert(columns.end(), passed_over.begin(), passed_over.end());
  return columns;
}

/// Reads one row; its mistakes name its line.
class RowReader {
 public:
  RowReader(const CsvTable& table, const CsvRow& row, Mistakes& mistakes)
      : table_(table), row_(row), mistakes_(mistakes) {}

  DramReference read() {
    const std::size_t before = mistakes_.size();
    DramReference reference;
    reference.stream = cell("stream");
    read_system(reference.system);
    reference.cycles = table_.number(row_, "cycles", 1, kMaxCycles, mistakes_).value_or(1);
    reference.tolerance = number("tolerance", 0, 1);
    reference.unheld = cell("unheld");
    reference.activates = number("activates", 0, kMaxCycles);
    read_energy(reference);
    read_latencies(reference);
    if (mistakes_.size() == before) read_transfers(reference);
    reference.item = item();
    return reference;
  }

 private:
  /// Empty if the table has no such column.
  std::string cell(const std::string& column) const {
    return table_.has(column) ? table_.cell(row_, column) : "";
  }
  void fail(const std::string& column, const std::string& message) {
    table_.fail(row_, column, message, mistakes_);
  }
  std::optional<double> number(const std::string& column, double min, double max) {
    if (cell(column).empty()) return std::nullopt;
    return table_.number(row_, column, min, max, mistakes_);
  }

  template <class T>
  T choice(const std::string& column, const std::map<std::string, T>& choices) {
    const auto found = choices.find(cell(column));
    if (found != choices.end()) return found->second;
    std::vector<std::string> names;
    for (const auto& [name, value] : choices) names.push_back(name);
    fail(column, fmt::format("is '{}', expected one of {}{}", cell(column), comma_list(names),
                             did_you_mean(cell(column), names)));
    return choices.begin()->second;
  }

  /// As the "dram" of a hardware file is read, so that the same rules hold.
  void read_system(DramSystem& system) {
    Json document = {
        {"standard", cell("device")},
        {"address_map",
         choice<std::string>("map", {{"A", "row_bank_column"}, {"B", "row_column_bank"}})},
        {"page_policy", choice<std::string>("row_policy", {{"open", "open"}, {"close", "closed"}})},
        {"refresh", choice<bool>("refresh", {{"on", true}, {"off", false}})},
        {"channels", 1}};
    for (const char* column : system_columns) {
      if (cell(column).empty()) continue;
      const Json value = Json::parse(cell(column), nullptr, false);
      document[column] = value.is_number() ? value : Json(cell(column));
    }
    Mistakes found;
    const Cursor cursor(document, table_.file, found);
    auto read = dram_system_record().read(cursor);
    if (read) {
      load_dram(*read, cursor);
      system = std::move(*read);
    }
    for (const Mistake& mistake : found.list()) add(mistake);
  }

  /// A mistake of the system under the name of its column; those of other files stay theirs.
  void add(const Mistake& mistake) {
    if (mistake.file != table_.file) {
      mistakes_.add(mistake.file, mistake.pointer, mistake.message);
    } else if (mistake.pointer == "/") {
      mistakes_.add(mistake.file, fmt::format("line {}", row_.line), mistake.message);
    } else {
      const std::string field = mistake.pointer.substr(1);
      fail(field == "standard" ? "device" : field, mistake.message);
    }
  }

  void read_energy(DramReference& reference) {
    DramEnergy energy;
    std::vector<std::string> lacking;
    for (const auto& [column, part] : energy_columns) {
      if (cell(column).empty()) lacking.emplace_back(column);
      energy.*part = number(column, 0, kMaxPj).value_or(0);
    }
    if (lacking.empty()) {
      reference.energy = energy;
    } else if (lacking.size() < energy_columns.size()) {
      for (const std::string& column : lacking) {
        fail(column, "is empty, expected all parts of the energy or none");
      }
    }
  }

  void read_latencies(DramReference& reference) {
    std::istringstream list(cell("latencies"));
    for (std::string text; std::getline(list, text, ';');) {
      std::istringstream in(text);
      double latency = 0;
      if (!(in >> latency) || !in.eof() || !(latency >= 0 && latency <= kMaxCycles)) {
        fail("latencies", fmt::format("has '{}', expected clocks separated by semicolons", text));
        return;
      }
      reference.latencies.push_back(latency);
    }
  }

  void read_transfers(DramReference& reference) {
    if (std::filesystem::path(reference.stream).extension() == ".csv") {
      read_trace(reference);
    } else {
      read_stream(reference);
    }
    const std::size_t transfers = reference.transfers.empty() ? 0 : reference.transfers[0].size();
    if (!reference.latencies.empty() && reference.latencies.size() != transfers) {
      fail("latencies", fmt::format("has {} values, expected one for each of {} transfers",
                                    reference.latencies.size(), transfers));
    }
  }

  void read_trace(DramReference& reference) {
    const auto mhz = number("clock_mhz", 1, 100'000);
    if (mhz) {
      reference.clock_hz = *mhz * 1e6;
    } else if (cell("clock_mhz").empty()) {
      fail("clock_mhz", "is missing or empty, expected the clock of the trace in MHz");
    }
    try {
      reference.transfers = read_dram_trace(resolve(reference.stream, table_.file)).transfers;
    } catch (const UserError& error) {
      for (const Mistake& m : error.mistakes()) mistakes_.add(m.file, m.pointer, m.message);
    }
  }

  void read_stream(DramReference& reference) {
    if (!cell("clock_mhz").empty()) {
      fail("clock_mhz", "is of no use here, expected nothing: only traces have a clock");
    }
    reference.clock_hz = 1e9 / reference.system.device.tck_ns;
    try {
      std::vector<TimedTransfer> list;
      for (const DramTransfer& t : dram_stream(reference.stream, reference.system)) {
        list.push_back({static_cast<Cycle>(t.not_before), t.region, t.write});
      }
      reference.transfers.push_back(std::move(list));
    } catch (const std::invalid_argument&) {
      fail("stream", fmt::format("is '{}', expected a stream such as seq_rd_1MB, or a trace (.csv)",
                                 reference.stream));
    }
  }

  std::string item() const {
    std::string text = fmt::format("{}, map {}, {}, refresh {}", cell("device"), cell("map"),
                                   cell("row_policy"), cell("refresh"));
    for (const char* column : {"channels", "interleave_bytes", "queue_depth"}) {
      if (!cell(column).empty()) text += fmt::format(", {} {}", column, cell(column));
    }
    return text + ", " + cell("stream");
  }

  const CsvTable& table_;
  const CsvRow& row_;
  Mistakes& mistakes_;
};

}  // namespace

std::vector<DramReference> read_dram_references(const std::string& path) {
  const CsvTable table = parse_csv(read_text(path), path, required, optional_columns());
  std::vector<DramReference> references;
  Mistakes mistakes;
  if (table.rows.empty()) mistakes.add(path, "", "has no rows, expected at least one");
  for (const CsvRow& row : table.rows) {
    references.push_back(RowReader(table, row, mistakes).read());
    if (mistakes.size() >= 100) break;
  }
  mistakes.check();
  return references;
}

}  // namespace saccade
