#include "sim/dram_trace.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "base/csv.hpp"
#include "base/file.hpp"

namespace saccade {
namespace {

const std::vector<std::string> columns = {
    "dma",  "not_before_cycle", "accepted_cycle", "done_cycle", "write", "address",
    "rows", "row_bytes",        "pitch_bytes"};

/// Far beyond any run or memory, and low enough that no sum of them overflows.
constexpr std::int64_t kMaxCycle = 1'000'000'000'000;
constexpr std::int64_t kMaxAddress = std::int64_t{1} << 62;
constexpr std::int64_t kMaxRows = std::int64_t{1} << 24;
constexpr std::int64_t kMaxPitch = std::int64_t{1} << 38;
constexpr std::int64_t kMaxBytes = std::numeric_limits<std::uint32_t>::max();  ///< of a payload

std::string line_of(const std::string& initiator, const TimedTransfer& transfer) {
  const Region& region = transfer.region;
  return csv_line({initiator, std::to_string(transfer.issued), std::to_string(transfer.accepted),
                   std::to_string(transfer.done), transfer.write ? "1" : "0",
                   std::to_string(region.address), std::to_string(region.rows),
                   std::to_string(region.row_bytes), std::to_string(region.pitch)});
}

TimedTransfer transfer_of(const CsvTable& table, const CsvRow& row, Mistakes& mistakes) {
  const auto number = [&](const char* column, std::int64_t min, std::int64_t max) {
    return static_cast<std::uint64_t>(table.integer(row, column, min, max, mistakes).value_or(min));
  };
  TimedTransfer transfer;
  transfer.issued = number("not_before_cycle", 0, kMaxCycle);
  transfer.accepted = number("accepted_cycle", 0, kMaxCycle);
  transfer.done = number("done_cycle", 0, kMaxCycle);
  transfer.write = number("write", 0, 1) == 1;
  transfer.region.address = number("address", 0, kMaxAddress);
  transfer.region.rows = static_cast<std::uint32_t>(number("rows", 1, kMaxRows));
  transfer.region.row_bytes = static_cast<std::uint32_t>(number("row_bytes", 0, kMaxBytes));
  transfer.region.pitch = number("pitch_bytes", 0, kMaxPitch);
  if (transfer.accepted < transfer.issued) {
    table.fail(row, "accepted_cycle", "is before not_before_cycle", mistakes);
  }
  if (transfer.done < transfer.accepted) {
    table.fail(row, "done_cycle", "is before accepted_cycle", mistakes);
  }
  if (transfer.region.useful_bytes() > kMaxBytes) {
    table.fail(row, "row_bytes", fmt::format("times rows is above {} bytes", kMaxBytes), mistakes);
  }
  return transfer;
}

}  // namespace

Cycle last_done(const TransferLists& transfers) {
  Cycle last = 0;
  for (const auto& list : transfers) {
    for (const TimedTransfer& transfer : list) last = std::max(last, transfer.done);
  }
  return last;
}

Cycle busy_cycles(const TransferLists& transfers) {
  std::vector<std::pair<Cycle, Cycle>> spans;
  for (const auto& list : transfers) {
    for (const TimedTransfer& transfer : list) spans.emplace_back(transfer.issued, transfer.done);
  }
  std::sort(spans.begin(), spans.end());
  Cycle busy = 0;
  Cycle counted_until = 0;
  for (const auto& [begin, end] : spans) {
    if (end <= counted_until) continue;
    busy += end - std::max(begin, counted_until);
    counted_until = end;
  }
  return busy;
}

std::string dram_trace_text(const DramTrace& trace) {
  std::vector<std::pair<const TimedTransfer*, std::size_t>> lines;
  for (std::size_t i = 0; i < trace.transfers.size(); ++i) {
    for (const TimedTransfer& transfer : trace.transfers[i]) lines.emplace_back(&transfer, i);
  }
  std::stable_sort(lines.begin(), lines.end(),
                   [](const auto& a, const auto& b) { return a.first->issued < b.first->issued; });
  std::string text = csv_line(columns);
  for (const auto& [transfer, initiator] : lines) {
    text += line_of(trace.initiators.at(initiator), *transfer);
  }
  return text;
}

DramTrace read_dram_trace(const std::string& path) {
  const CsvTable table = parse_csv(read_text(path), path, columns);
  DramTrace trace;
  Mistakes mistakes;
  if (table.rows.empty()) mistakes.add(path, "", "lists no transfers, expected at least one");
  for (const CsvRow& row : table.rows) {
    const std::string& name = table.cell(row, "dma");
    const auto found = std::find(trace.initiators.begin(), trace.initiators.end(), name);
    const auto initiator = static_cast<std::size_t>(found - trace.initiators.begin());
    if (found == trace.initiators.end()) {
      trace.initiators.push_back(name);
      trace.transfers.emplace_back();
    }
    trace.transfers[initiator].push_back(transfer_of(table, row, mistakes));
    if (mistakes.size() >= 100) break;
  }
  mistakes.check();
  return trace;
}

}  // namespace saccade
