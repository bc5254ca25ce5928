// An accelerator: components composed by name in a hardware file, validated, in cycles and bytes.
#pragma once
#include <array>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/schema.hpp"
#include "hardware/dram.hpp"
#include "hardware/origins.hpp"
#include "hardware/systolic.hpp"
#include "hardware/technology.hpp"
#include "hardware/vector_mac.hpp"
#include "hardware/vector_op.hpp"

namespace saccade {

using BufferId = int;  ///< index into Accelerator::buffers

/// Whether a buffer can hand out a matrix by columns as well as by rows. A row-addressed one
/// cannot, so that the mapper adds a layout change where an engine's edge needs the other order.
enum class BufferAccess { row, any };

struct Buffer {
  std::string name;
  std::int64_t bytes = 0;
  int width_bits = 128;  ///< bits that one port moves in a cycle
  int banks = 1;
  int ports = 1;  ///< accesses in one cycle, of reads and writes alike
  BufferAccess access = BufferAccess::row;
  int instances = 1;           ///< equal memories, one per PE; all other figures are of one of them
  bool bank_conflicts = true;  ///< whether ports may meet in a bank; else each has banks of its own

  /// Accesses in a cycle that its banks sustain, and cycles beyond the first that one takes: what
  /// apply_sram_timing() found; before that every port has its own.
  std::optional<double> accesses_per_cycle = {};
  int latency_cycles = 0;

  double bytes_per_cycle() const { return width_bits / 8.0 * accesses_per_cycle.value_or(ports); }
};

/// The buffers of an engine's operands. An operand comes from DRAM through one buffer or several,
/// outermost first; the last one feeds the engine. `dynamic_weight` is the way of second operands
/// that are activations (K and V).
struct EngineStorage {
  std::vector<BufferId> weight;
  std::vector<BufferId> dynamic_weight;
  std::vector<BufferId> input;
  BufferId partial_sum = -1;
};

enum class InterconnectKind { bus, crossbar, tree, mesh };

/// Between the shared buffers and DMA channels on one side and an engine's own buffers on the
/// other.
struct PeNetwork {
  InterconnectKind kind = InterconnectKind::bus;
  int width_bits = 256;  ///< bits in a cycle: of a bus in all, of the others each way
  double pj_per_bit_hop = 0.0;
  bool multicast = false;  ///< whether one transfer reaches all PEs that need the same data
};

/// Fields that engines of all kinds share.
struct EngineCommon {
  std::string name;
  int count = 1;  ///< equal arrays side by side, which share the buffers and take tiles in turn
  int slots = 1;  ///< parts into which co-scheduled ops may divide each of them
  int operand_bits = 8;  ///< width of the multipliers: wider operands are refused
  int accumulator_bits = 32;
  std::vector<std::string> roles;    ///< roles of the ops that run here; empty: any
  std::optional<PeNetwork> network;  ///< needed where an operand's way has more than one buffer
  EngineStorage storage;
  NumberFormat format = NumberFormat::integer;  ///< of the operands

  Arithmetic arithmetic() const { return {format, operand_bits, accumulator_bits}; }
};

using EngineKind = std::variant<SystolicArray, VectorMac>;

struct EnginePool : EngineCommon {
  EngineKind kind;
};

/// Makes run-time decisions: compares scores with thresholds, finds the largest ones, sorts, or
/// takes the entropy of a classification. Costs: cost/decision.hpp.
struct SkipController {
  std::vector<std::string> decides;  ///< of threshold, entropy, top_k, sort
  int pass_overhead_cycles = 3;      ///< of each pass of quick-select over the values
  double entropy_cycles = 2;  ///< per value and comparator: exponential and sum, then p log p
};

struct VectorUnit {
  std::string name;
  /// Kinds of ops that run here, as kind_name() has them, and "post" for what follows products;
  /// empty: any.
  std::vector<std::string> kinds;
  int count = 1;  ///< equal units side by side, which take tiles in turn
  int lanes = 1;
  int bits = 32;           ///< width of a lane
  int latency_cycles = 0;  ///< from the first element into a sweep's pipeline to its result
  /// 3: maximum; exponential and sum; division. 2: running maximum and sum; application.
  int softmax_sweeps = 3;
  int layernorm_sweeps = 2;  ///< 2: sum and sum of squares; apply. 3: mean; variance; apply
  /// Cycles per element and lane of each operation; 0: the unit lacks it.
  std::array<double, kVectorOps> cycles_per_element{};
  BufferId output = -1;  ///< buffer that activations are written to
  /// To hand an op over to the unit, and again to say that it is done: a processor is interrupted.
  int handover_cycles = 0;
  /// Of a skip controller, whose `lanes` are comparators and which takes decisions alone.
  std::optional<SkipController> controller = {};
  NumberFormat format = NumberFormat::integer;
};

/// A DMA channel: moves transfers of its classes one after the other.
struct DmaChannel {
  std::string name;
  std::vector<std::string> moves;  ///< of weight, input, output
};

/// ideal: transfers take no time beside that of the memory. bandwidth: bytes over its width.
enum class InterconnectFidelity { ideal, bandwidth };

/// Between DRAM and the buffers.
struct Interconnect {
  InterconnectKind kind = InterconnectKind::bus;
  int width_bits = 256;  ///< bits in a cycle, shared by all DMA channels
  InterconnectFidelity fidelity = InterconnectFidelity::bandwidth;
  double pj_per_bit_hop = 0.0;
  int hops = 1;

  double bytes_per_cycle() const;  ///< infinite for an ideal one
};

/// none: ops overlap tile by tile. op: an op, with the functions that follow on its tiles, begins
/// when the one before has finished; only weights are loaded ahead.
enum class Barrier { none, op };

struct Accelerator {
  std::string name;
  std::string file;  ///< for messages
  double clock_hz = 0;
  int queue_depth = 4;  ///< tasks that wait before each unit
  Barrier barrier = Barrier::none;
  TechnologyChoice technology;
  std::vector<Buffer> buffers;
  std::vector<EnginePool> engines;
  std::vector<VectorUnit> vector_units;
  std::vector<DmaChannel> dma;
  Interconnect interconnect;
  DramSystem dram;
  Origins origins;  ///< of the values of the hardware file

  /// DMA channel that moves this class of operand ("weight", "input", "output").
  int dma_for(const std::string& operand) const;
};

/// Reads and validates; throws UserError with all mistakes of the document. `patched`: pointers of
/// the values that are the command line's.
Accelerator read_accelerator_json(const Json& document, const std::string& file,
                                  const std::vector<std::string>& patched = {});
Accelerator read_accelerator(const std::string& path);

/// JSON Schema of a hardware file.
Json accelerator_schema();

}  // namespace saccade
