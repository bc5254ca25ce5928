#include "report/compare.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "base/csv.hpp"
#include "base/text.hpp"
#include "report/table.hpp"

namespace saccade {
namespace {

/// A count in A and in B. Differences are taken modulo 2^64, so that no file can overflow them.
struct Both {
  std::uint64_t a = 0;
  std::uint64_t b = 0;

  std::int64_t difference() const { return static_cast<std::int64_t>(b - a); }
  std::uint64_t magnitude() const { return std::max(a, b) - std::min(a, b); }
};

using Changes = std::map<std::string, Both>;

/// An op in A, in B or in both; where it is missing, it is without name, zero and bound by nothing.
struct OpPair {
  OpResult a;
  OpResult b;

  bool in_a() const { return !a.name.empty(); }
  bool in_b() const { return !b.name.empty(); }
  const OpResult& any() const { return in_a() ? a : b; }
  Both cycles() const { return {a.exclusive_cycles, b.exclusive_cycles}; }
  Changes works() const {
    Changes works;
    for (const auto& [work, cycles] : a.cycles_by_work) works[work].a = cycles;
    for (const auto& [work, cycles] : b.cycles_by_work) works[work].b = cycles;
    return works;
  }
};

bool larger(const Both& left, const Both& right) { return left.magnitude() > right.magnitude(); }

/// Ops of both by name, largest difference first, else in the order of A and then of B.
std::vector<OpPair> pairs(const PointResult& a, const PointResult& b) {
  std::vector<OpPair> all;
  std::map<std::string, std::size_t> places;
  for (const OpResult& op : a.ops) {
    places[op.name] = all.size();
    all.push_back({op, {}});
  }
  for (const OpResult& op : b.ops) {
    const auto known = places.find(op.name);
    if (known == places.end()) {
      all.push_back({{}, op});
    } else {
      all[known->second].b = op;
    }
  }
  std::stable_sort(all.begin(), all.end(), [](const OpPair& left, const OpPair& right) {
    return larger(left.cycles(), right.cycles());
  });
  return all;
}

/// What changed most in the direction of the whole, or in any direction if the whole is the same;
/// nothing if nothing changed.
std::pair<std::string, std::int64_t> cause(const Changes& changes, const Both& whole) {
  std::pair<std::string, Both> best;
  for (const auto& [name, change] : changes) {
    const bool along = whole.a == whole.b || (whole.a < whole.b) == (change.a < change.b);
    if (along && larger(change, best.second)) best = {name, change};
  }
  return {best.first, best.second.difference()};
}

/// "less dram".
std::string cause_words(const std::pair<std::string, std::int64_t>& cause) {
  return (cause.second < 0 ? "less " : "more ") + cause.first;
}

template <class Count>
std::string thousands(Count value) {
  return with_thousands(static_cast<long long>(value));
}

std::string bytes(std::uint64_t value) { return with_bytes(static_cast<double>(value)); }

std::string with_sign(std::int64_t value) { return (value > 0 ? "+" : "") + with_thousands(value); }

std::string ratio(double a, double b) { return a == 0 ? "-" : fmt::format("{:.3f}", b / a); }

std::string ratio(const Both& both) {
  return ratio(static_cast<double>(both.a), static_cast<double>(both.b));
}

std::string percent(double share) { return fmt::format("{:.1f} %", 100 * share); }

Table what_ran(const ResultFile& a, const ResultFile& b) {
  Table table({{"", Align::left}, {"A", Align::left}, {"B", Align::left}});
  const auto row = [&](const char* title, const auto& text_of) {
    table.row({title, text_of(a.result), text_of(b.result)});
  };
  table.row({"file", a.file, b.file});
  row("hardware", [](const PointResult& r) { return r.hardware; });
  row("workload", [](const PointResult& r) { return r.workload; });
  row("technique", [](const PointResult& r) { return r.technique.empty() ? "none" : r.technique; });
  row("mode", [](const PointResult& r) { return r.mode; });
  row("images", [](const PointResult& r) { return thousands(r.images); });
  row("clock", [](const PointResult& r) { return with_prefix(r.clock_hz, "Hz"); });
  return table;
}

Table totals(const PointResult& a, const PointResult& b) {
  Table table({{"", Align::left}, {"A"}, {"B"}, {"B/A"}});
  const auto row = [&](const char* title, auto PointResult::*figure, const auto& text_of) {
    table.row({title, text_of(a.*figure), text_of(b.*figure),
               ratio(static_cast<double>(a.*figure), static_cast<double>(b.*figure))});
  };
  const auto unit = [](const char* name) {
    return [name](auto value) { return with_prefix(static_cast<double>(value), name); };
  };
  row("latency", &PointResult::latency_s, unit("s"));
  row("cycles", &PointResult::cycles, thousands<std::uint64_t>);
  row("energy", &PointResult::energy_j, unit("J"));
  row("  on chip", &PointResult::energy_on_chip_j, unit("J"));
  row("  DRAM", &PointResult::energy_dram_j, unit("J"));
  row("EDP", &PointResult::edp_js, unit("J*s"));
  row("area", &PointResult::area_mm2,
      [](double mm2) { return mm2 == 0 ? "-" : fmt::format("{:.3g} mm^2", mm2); });
  row("DRAM moved", &PointResult::dram_bytes, bytes);
  row("MACs", &PointResult::macs, unit("MAC"));
  row("utilisation", &PointResult::utilization, percent);
  return table;
}

std::string present(const OpPair& op) {
  if (!op.in_b()) return "A";
  return op.in_a() ? "both" : "B";
}

std::string op_cause(const OpPair& op) {
  if (present(op) != "both") return "only in " + present(op);
  const auto most = cause(op.works(), op.cycles());
  return most.second == 0 ? "" : fmt::format("{} ({})", cause_words(most), with_sign(most.second));
}

std::vector<std::string> op_row(const OpPair& op) {
  const auto if_in = [](bool there, const std::string& text) { return there ? text : "-"; };
  const bool in_both = present(op) == "both";
  return {op.any().name,
          if_in(op.in_a(), thousands(op.a.exclusive_cycles)),
          if_in(op.in_b(), thousands(op.b.exclusive_cycles)),
          with_sign(op.cycles().difference()),
          if_in(in_both, ratio(op.cycles())),
          if_in(in_both, ratio(op.a.energy_j, op.b.energy_j)),
          if_in(op.in_a(), bytes(op.a.dram_bytes)),
          if_in(op.in_b(), bytes(op.b.dram_bytes)),
          if_in(op.in_a(), op.a.bound) + " -> " + if_in(op.in_b(), op.b.bound),
          op_cause(op)};
}

std::string ops_table(const std::vector<OpPair>& ops, std::size_t top) {
  const std::size_t shown = top == 0 ? ops.size() : std::min(top, ops.size());
  Table table({{"op", Align::left},
               {"cycles A"},
               {"cycles B"},
               {"difference"},
               {"B/A"},
               {"energy B/A"},
               {"DRAM A"},
               {"DRAM B"},
               {"bound A -> B", Align::left},
               {"cause", Align::left}});
  Both rest;
  for (std::size_t i = 0; i < ops.size(); ++i) {
    if (i < shown) {
      table.row(op_row(ops[i]));
      continue;
    }
    rest.a += ops[i].cycles().a;
    rest.b += ops[i].cycles().b;
  }
  std::string out = table.text(2);
  if (shown < ops.size()) {
    out += fmt::format("  {} more with a difference of {} in all; --top 0 prints them, too\n",
                       ops.size() - shown, with_sign(rest.difference()));
  }
  return out;
}

/// Exclusive cycles of one kind of work in the ops of one role.
struct Cell {
  std::string work;
  std::string role;
  Both cycles;
};

std::vector<Cell> cells_of(const std::vector<OpPair>& ops) {
  std::vector<Cell> cells;
  for (const OpPair& op : ops) {
    for (const auto& [work, cycles] : op.works()) cells.push_back({work, op.any().role, cycles});
  }
  return cells;
}

/// The sums of cells by work or role, of all of them or of one kind of work.
Changes sums(const std::vector<Cell>& cells, std::string Cell::*by, const std::string& work = "") {
  Changes sums;
  for (const Cell& cell : cells) {
    if (!work.empty() && cell.work != work) continue;
    Both& sum = sums[cell.*by];
    sum.a += cell.cycles.a;
    sum.b += cell.cycles.b;
  }
  return sums;
}

std::string changes_table(const char* title, const Changes& changes, const Both& whole) {
  std::vector<std::pair<std::string, Both>> rows(changes.begin(), changes.end());
  std::stable_sort(rows.begin(), rows.end(), [](const auto& left, const auto& right) {
    return larger(left.second, right.second);
  });
  Table table({{title, Align::left}, {"cycles A"}, {"cycles B"}, {"difference"}, {"share of it"}});
  const auto total = static_cast<double>(whole.difference());
  for (const auto& [name, both] : rows) {
    const std::int64_t difference = both.difference();
    table.row({name, thousands(both.a), thousands(both.b), with_sign(difference),
               total == 0 ? "-" : percent(static_cast<double>(difference) / total)});
  }
  return table.text(2);
}

/// ", most of all less dram in ffn ops"; nothing if no kind of work changed along with the whole.
std::string largest_cause(const std::vector<Cell>& cells, const Both& whole) {
  const auto work = cause(sums(cells, &Cell::work), whole);
  if (work.second == 0) return "";
  const auto role = cause(sums(cells, &Cell::role, work.first), whole);
  return fmt::format(", most of all {} in {} ops", cause_words(work), role.first);
}

std::string closing(const PointResult& a, const PointResult& b, const std::vector<Cell>& cells) {
  const Both whole = {a.cycles, b.cycles};
  std::string out = fmt::format("B takes as many cycles as A ({})", thousands(a.cycles));
  if (whole.a != whole.b) {
    const double share = static_cast<double>(whole.magnitude()) / static_cast<double>(whole.a);
    out = fmt::format("B takes {} {} cycles ({} of {}){}", percent(share),
                      whole.b < whole.a ? "fewer" : "more", thousands(whole.magnitude()),
                      thousands(whole.a), largest_cause(cells, whole));
  }
  if (a.images != b.images) {
    out += fmt::format("; B infers {} images, A {}", thousands(b.images), thousands(a.images));
  }
  if (a.clock_hz != b.clock_hz) {
    const std::string times = ratio(a.run_s, b.run_s);
    out += fmt::format("; with another clock its run takes {} times as long", times);
  }
  return out + ".\n";
}

}  // namespace

std::string comparison_text(const ResultFile& a, const ResultFile& b, std::size_t top) {
  const std::vector<OpPair> ops = pairs(a.result, b.result);
  const std::vector<Cell> cells = cells_of(ops);
  const Both whole = {a.result.cycles, b.result.cycles};
  return what_ran(a, b).text() + '\n' + totals(a.result, b.result).text() +
         "\nWhat changed: exclusive cycles, which add up to the run, largest difference first\n" +
         ops_table(ops, top) + '\n' + changes_table("work", sums(cells, &Cell::work), whole) +
         '\n' + changes_table("ops by role", sums(cells, &Cell::role), whole) + '\n' +
         closing(a.result, b.result, cells);
}

std::string comparison_csv(const PointResult& a, const PointResult& b) {
  std::string out =
      csv_line({"name", "role", "present", "exclusive_cycles_a", "exclusive_cycles_b",
                "difference_cycles", "cycles_ratio", "energy_j_a", "energy_j_b", "energy_ratio",
                "dram_bytes_a", "dram_bytes_b", "bound_a", "bound_b", "cause", "cause_cycles"});
  const auto text = [](auto value) { return fmt::format("{}", value); };
  const auto name = [](const std::string& known) { return known.empty() ? "none" : known; };
  const auto quotient = [](double from, double to) {
    return from == 0 ? "nan" : fmt::format("{}", to / from);
  };
  for (const OpPair& op : pairs(a, b)) {
    const Both cycles = op.cycles();
    const auto most = cause(op.works(), cycles);
    out +=
        csv_line({op.any().name, op.any().role, present(op), text(cycles.a), text(cycles.b),
                  text(cycles.difference()),
                  quotient(static_cast<double>(cycles.a), static_cast<double>(cycles.b)),
                  text(op.a.energy_j), text(op.b.energy_j), quotient(op.a.energy_j, op.b.energy_j),
                  text(op.a.dram_bytes), text(op.b.dram_bytes), name(op.a.bound), name(op.b.bound),
                  name(most.first), text(most.second)});
  }
  return out;
}

}  // namespace saccade
