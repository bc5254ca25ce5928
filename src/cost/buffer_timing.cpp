#include "cost/buffer_timing.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "cost/energy.hpp"
#include "cost/sram_timing.hpp"

namespace saccade {
namespace {

/// With banks of its own, each port has its share of them and of their ports. Ports that meet in a
/// bank wait on an FPGA as well: of a block's two ports one reads and one writes.
SramTiming timing_of(const Buffer& buffer, int banks, const SramFigures& sram, double clock_hz,
                     const Technology& technology) {
  SramTiming timing = sram_timing(sram, clock_hz, buffer.ports, banks);
  if (!buffer.bank_conflicts) {
    timing.accesses_per_clock = std::min<double>(
        buffer.ports, static_cast<double>(banks) * technology.memory_ports() / timing.busy_clocks);
  }
  return timing;
}

std::string note_of(const Buffer& buffer, int banks, const SramTiming& timing) {
  std::string note;
  if (timing.latency_clocks > 0) {
    note = fmt::format("a read is pipelined over {} clocks", timing.latency_clocks + 1);
  }
  constexpr double rounding = 1e-9;
  if (timing.accesses_per_clock < buffer.ports * (1 - rounding)) {
    if (!note.empty()) note += "; ";
    note += fmt::format(
        "{} banks{} sustain {:.3g} accesses a clock of the {} that its ports could take", banks,
        timing.busy_clocks > 1
            ? fmt::format(", each busy for {} clocks an access,", timing.busy_clocks)
            : "",
        timing.accesses_per_clock, buffer.ports);
  }
  return note.empty() ? "" : fmt::format("buffer {}: {}", buffer.name, note);
}

}  // namespace

std::vector<std::string> apply_sram_timing(Accelerator& accelerator, const Technology& technology) {
  std::vector<std::string> notes;
  std::vector<Mistake> mistakes;
  for (std::size_t i = 0; i < accelerator.buffers.size(); ++i) {
    Buffer& buffer = accelerator.buffers[i];
    const int banks = sram_banks(buffer, technology);
    const SramFigures sram = technology.sram(buffer.bytes, buffer.width_bits, banks);
    const SramTiming timing = timing_of(buffer, banks, sram, accelerator.clock_hz, technology);
    if (timing.accesses_per_clock < 1) {
      mistakes.push_back(
          {accelerator.file, fmt::format("/buffers/{}/banks", i),
           fmt::format("gives buffer '{}' {} of {} bits that are busy for {:.3g} ns an access, {} "
                       "clocks, so that it cannot serve one in every clock; expected {} banks or a "
                       "slower clock",
                       buffer.name, banks == 1 ? "a single bank" : fmt::format("{} banks", banks),
                       buffer.width_bits, sram.cycle_ns.value, timing.busy_clocks,
                       timing.busy_clocks)});
      continue;
    }
    buffer.accesses_per_cycle = timing.accesses_per_clock;
    buffer.latency_cycles = timing.latency_clocks;
    const std::string note = note_of(buffer, banks, timing);
    if (!note.empty()) notes.push_back(note);
  }
  if (!mistakes.empty()) throw UserError(std::move(mistakes));
  return notes;
}

}  // namespace saccade
