#include "flow/self_check.hpp"

#include <fmt/format.h>

#include <cmath>
#include <numeric>
#include <stdexcept>

#include "base/text.hpp"

namespace saccade {
namespace {

constexpr double kRounding = 1e-9;

std::uint64_t stored_bytes(const Tensor& tensor) {
  return static_cast<std::uint64_t>(ceil_div(tensor.elements() * tensor.bits, 8));
}

/// Whether an op reads all of its inputs: a gather, or a convolution that steps further than its
/// kernel reaches, does not.
bool reads_all(const Body& body) {
  if (const auto* conv = std::get_if<Conv2d>(&body)) {
    return conv->stride <= std::min(conv->kernel_height, conv->kernel_width);
  }
  return !std::holds_alternative<Gather>(body);
}

struct Traffic {
  std::uint64_t read = 0;
  std::uint64_t written = 0;
};

/// Bytes that no schedule can do without.
Traffic compulsory(const Workload& workload, std::uint64_t inferences) {
  std::vector<bool> read(workload.tensors().size());
  std::vector<bool> written(workload.tensors().size());
  for (const Op& op : workload.ops()) {
    for (const View& view : op.inputs) {
      if (reads_all(op.body)) read[static_cast<std::size_t>(view.tensor)] = true;
    }
    for (const View& view : op.outputs) written[static_cast<std::size_t>(view.tensor)] = true;
  }
  Traffic bytes;
  for (std::size_t i = 0; i < read.size(); ++i) {
    const Tensor& tensor = workload.tensors()[i];
    const std::uint64_t size = stored_bytes(tensor);
    if (tensor.kind == TensorKind::parameter && read[i]) bytes.read += size;
    if (tensor.kind == TensorKind::network_input && read[i]) bytes.read += size * inferences;
    if (tensor.kind == TensorKind::network_output && written[i]) bytes.written += size * inferences;
  }
  return bytes;
}

class Checker {
 public:
  Checker(const PointResult& result, const Accounting& from) : result_(result), from_(from) {}

  void run() {
    traffic();
    engines();
    vector_units();
    buffers();
    memory();
    sums_of_cycles();
    sums_of_work();
    if (!wrong_.empty()) {
      throw std::logic_error(
          "figures of this run contradict each other, which is a bug of Saccade: " +
          comma_list(wrong_));
    }
  }

 private:
  void at_least(const std::string& what, double value, double bound) {
    if (value >= bound * (1 - kRounding)) return;
    wrong_.push_back(fmt::format("{} {:g}, at least {:g} expected", what, value, bound));
  }
  void equal(const std::string& what, double value, double expected) {
    if (std::abs(value - expected) <= kRounding * std::abs(expected)) return;
    wrong_.push_back(fmt::format("{} {:.12g}, {:.12g} expected", what, value, expected));
  }
  /// Cycles of the run, which something needs so many of.
  void takes(const std::string& what, double cycles) {
    at_least("cycles for what " + what + " did:", static_cast<double>(from_.first.cycles), cycles);
  }

  void traffic() {
    const Workload& workload = from_.mapping.workload;
    const Traffic least = compulsory(workload, from_.first.ops.size() / workload.ops().size());
    const DramCounts& moved = from_.first.counts.dram;
    at_least("bytes read from DRAM", static_cast<double>(moved.useful_read_bytes),
             static_cast<double>(least.read));
    at_least("bytes written to DRAM", static_cast<double>(moved.useful_write_bytes),
             static_cast<double>(least.written));
  }

  void engines() {
    const Accelerator& accelerator = from_.accelerator;
    const Counters& counts = from_.first.counts;
    for (std::size_t i = 0; i < accelerator.engines.size(); ++i) {
      const EnginePool& engine = accelerator.engines[i];
      const auto& macs = counts.macs[i];
      takes(engine.name, std::accumulate(macs.begin(), macs.end(), 0.0) /
                             static_cast<double>(peak_macs_per_cycle(engine)));
      at_least("multiplier slots of " + engine.name, static_cast<double>(counts.mac_slots[i]),
               std::accumulate(macs.begin(), macs.end(), 0.0));
      if (!engine.network || engine.network->kind != InterconnectKind::bus) continue;
      takes("the network of " + engine.name,
            static_cast<double>(counts.network_link_bytes[i]) * 8 / engine.network->width_bits);
    }
  }

  void vector_units() {
    const Accelerator& accelerator = from_.accelerator;
    for (std::size_t i = 0; i < accelerator.vector_units.size(); ++i) {
      const VectorUnit& unit = accelerator.vector_units[i];
      for (std::size_t op = 0; op < kVectorOps; ++op) {
        takes(unit.name, static_cast<double>(from_.first.counts.vector[i][op]) *
                             unit.cycles_per_element[op] / (unit.lanes * unit.count));
      }
    }
  }

  void buffers() {
    const Accelerator& accelerator = from_.accelerator;
    if (accelerator.dram.fidelity == DramFidelity::ideal) return;  // what it moves takes no port
    for (std::size_t i = 0; i < accelerator.buffers.size(); ++i) {
      const Buffer& buffer = accelerator.buffers[i];
      const BufferCounts& moved = from_.first.counts.buffers[i];
      const double bytes = std::accumulate(moved.read_bytes.begin(), moved.read_bytes.end(), 0.0) +
                           std::accumulate(moved.write_bytes.begin(), moved.write_bytes.end(), 0.0);
      takes(buffer.name, bytes / (buffer.bytes_per_cycle() * buffer.instances));
    }
  }

  void memory() {
    const Accelerator& accelerator = from_.accelerator;
    const Counters& counts = from_.first.counts;
    const Interconnect& bus = accelerator.interconnect;
    if (bus.kind == InterconnectKind::bus) {
      takes("the interconnect",
            static_cast<double>(counts.interconnect_bytes) * 8 / bus.width_bits);
    }
    if (accelerator.dram.fidelity != DramFidelity::ideal) {
      const auto bytes = static_cast<double>(counts.dram.read_bytes + counts.dram.write_bytes);
      takes("the DRAM", bytes / accelerator.dram.peak_bytes_per_s() * accelerator.clock_hz);
    }
    for (const Cycle busy : from_.first.busy_cycles) takes("a unit", static_cast<double>(busy));
  }

  void sums_of_cycles() {
    std::uint64_t ops = 0;
    std::uint64_t works = 0;
    std::uint64_t edges = 0;
    for (const OpResult& op : result_.ops) ops += op.exclusive_cycles;
    for (const auto& item : result_.cycles_by_work) works += item.second;
    for (const auto& item : result_.cycles_by_edge) edges += item.second;
    const auto cycles = static_cast<double>(result_.cycles);
    equal("exclusive cycles of ops", static_cast<double>(ops), cycles);
    equal("cycles by kind of work", static_cast<double>(works), cycles);
    equal("cycles by edge", static_cast<double>(edges), cycles);
  }

  void sums_of_work() {
    std::uint64_t macs = 0;
    double joules = 0;
    for (const OpResult& op : result_.ops) {
      macs += op.macs;
      joules += op.energy_j;
    }
    const auto expected = static_cast<double>(from_.mapping.workload.macs() * result_.stream);
    equal("MACs of ops", static_cast<double>(macs), expected);
    equal("MACs", static_cast<double>(result_.macs), expected);
    const auto sum = [](const std::vector<Share>& shares) {
      return std::accumulate(shares.begin(), shares.end(), 0.0,
                             [](double total, const Share& share) { return total + share.value; });
    };
    equal("energy of ops", joules, result_.energy_j);
    equal("energy on chip and in DRAM", result_.energy_on_chip_j + result_.energy_dram_j,
          result_.energy_j);
    equal("parts of the energy", sum(result_.energy_breakdown_j), result_.energy_j);
    equal("parts of the area", sum(result_.area_breakdown_mm2), result_.area_mm2);
  }

  const PointResult& result_;
  const Accounting& from_;
  std::vector<std::string> wrong_;
};

}  // namespace

void self_check(const PointResult& result, const Accounting& from) { Checker(result, from).run(); }

}  // namespace saccade
