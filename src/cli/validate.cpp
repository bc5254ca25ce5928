// saccade validate: the model beside references, with the error of each row.
#include <fmt/format.h>

#include <functional>
#include <iostream>

#include "base/error.hpp"
#include "base/file.hpp"
#include "cli/cli.hpp"
#include "cli/commands.hpp"
#include "cli/options.hpp"
#include "flow/hardware.hpp"
#include "report/validation.hpp"
#include "validate/array.hpp"
#include "validate/dram.hpp"
#include "validate/sram.hpp"

namespace saccade {
namespace {

using Comparisons = std::vector<Comparison>;

CommandOptions validate_options() {
  CommandOptions command;
  command.usage = "saccade validate [options]";
  command.description =
      "Holds the model against references and prints how far it is off: DRAM timing and energy\n"
      "against DRAMsim3 and Ramulator 2, SRAM against CACTI, arrays against RTL simulation. Exit\n"
      "code 1 if a figure is off by more than the model is held to. Files of the same form, for\n"
      "references of your own, take the place of those that ship.";
  auto add = command.options.add_options();
  const auto files = [] {
    return po::value<std::vector<std::string>>()->composing()->value_name("FILE.csv");
  };
  add("dram", files(), "DRAM rows (device, map, stream, cycles, ...)");
  add("sram", files(), "SRAM rows (node_nm, size_bytes, width_bits, banks, read_pJ, ...)");
  add("array", files(), "rows of systolic arrays (variant, R, C, M, N, K, folds, cycles)");
  add("dram-trace", files(),
      "requests that 'saccade run --dram-trace' wrote, replayed on the memory of --hardware");
  add("hardware", po::value<std::string>()->value_name("FILE"), "hardware file, for --dram-trace");
  add("set", po::value<std::vector<std::string>>()->composing()->value_name("/POINTER=VALUE"),
      "patch the hardware, as 'saccade run --set' does");
  add("rows", po::bool_switch(), "print every row, not only those furthest off");
  add("csv", po::value<std::string>()->value_name("FILE"),
      "write a line per row as CSV; '-' is standard output, which then carries nothing else");
  return command;
}

std::string reference(const char* name) { return data_dir() + "/tests/reference/" + name; }

void append(Comparisons& to, Comparisons more) {
  to.insert(to.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

/// All tables that ship.
Comparisons shipped() {
  Comparisons all;
  append(all, validate_dram(reference("dram_dramsim3.csv")));
  append(all, validate_dram(reference("dram_ramulator2.csv")));
  append(all, validate_array(reference("array_rtl.csv")));
  append(all, validate_sram(data_dir() + "/configs/technology/sram_cacti.csv"));
  append(all, validate_sram_left_out(load_technology_table("cmos")->sram()));
  return all;
}

/// What the user asked for; the mistakes of all files are answered together.
Comparisons chosen(const po::variables_map& values) {
  Comparisons all;
  std::vector<Mistake> mistakes;
  const auto run = [&](const char* option,
                       const std::function<Comparisons(const std::string&)>& of) {
    for (const std::string& file : texts_of(values, option)) {
      try {
        append(all, of(file));
      } catch (const UserError& error) {
        mistakes.insert(mistakes.end(), error.mistakes().begin(), error.mistakes().end());
      }
    }
  };
  run("dram", [](const std::string& file) { return validate_dram(file); });
  run("array", [](const std::string& file) { return validate_array(file); });
  run("sram", [](const std::string& file) { return validate_sram(file); });
  if (values.count("dram-trace") != 0) {
    const std::string hardware = resolve(values["hardware"].as<std::string>(), "");
    const auto patches = parse_patches(texts_of(values, "set"));
    run("dram-trace", [&](const std::string& file) {
      return validate_dram_trace(file, load_hardware(hardware, patches).accelerator);
    });
  }
  if (!mistakes.empty()) throw UserError(std::move(mistakes));
  return all;
}

bool asks_for_files(const po::variables_map& values) {
  for (const char* option : {"dram", "sram", "array", "dram-trace"}) {
    if (values.count(option) != 0) return true;
  }
  return false;
}

}  // namespace

int validate_command(const std::vector<std::string>& arguments) {
  const auto parsed = parse_options(validate_options(), arguments);
  if (!parsed) return exit_done;
  const po::variables_map& values = *parsed;
  if ((values.count("dram-trace") != 0) != (values.count("hardware") != 0)) {
    throw UserError("--dram-trace and --hardware go together, expected both or neither");
  }
  const Comparisons all = asks_for_files(values) ? chosen(values) : shipped();
  const std::string csv = values.count("csv") == 0 ? "" : values["csv"].as<std::string>();
  if (csv == "-") {
    std::cout << validation_csv(all);
  } else {
    if (!csv.empty()) write_text(csv, validation_csv(all));
    std::cout << validation_text(all, values["rows"].as<bool>());
  }
  const bool holds = std::all_of(all.begin(), all.end(), [](const auto& c) { return c.holds(); });
  return holds ? exit_done : exit_mistake;
}

}  // namespace saccade
