// The outcome of one point: one hardware, one workload, one list of techniques.
#pragma once
#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "hardware/fpga.hpp"
#include "result/explanation.hpp"
#include "workload/accuracy.hpp"

namespace saccade {

enum class Status { ok, infeasible, excluded, failed, timeout, memory };
/// All of them, in the order of the enumeration.
const std::vector<Status>& statuses();
std::string status_name(Status status);
/// The status of that name, or nothing.
std::optional<Status> status_of(const std::string& name);

/// A part of the total, such as {"activations", "read input", 1.2e-6}.
struct Share {
  std::string component;
  std::string part;
  double value = 0;  ///< J or mm^2, as the list says
};

/// Adds `value` to its component's and part's.
void add_share(std::vector<Share>& shares, const std::string& component, const std::string& part,
               double value);

/// What a component takes of an FPGA.
struct ComponentResources {
  std::string component;
  Resources resources{};
};

struct FpgaUse {
  std::string device;
  std::vector<ComponentResources> components;
  Resources total{};
  Resources capacity{};  ///< what the device has
};

/// What one op did. Ops overlap: `cycles` of all ops sum to more than the run, `exclusive_cycles`
/// to exactly the run.
struct OpResult {
  std::string name;
  std::string kind;
  std::string role;
  int block = -1;
  std::uint64_t macs = 0;
  std::uint64_t cycles = 0;  ///< end minus start
  std::uint64_t exclusive_cycles = 0;
  std::uint64_t start_cycle = 0;
  std::uint64_t end_cycle = 0;
  std::uint64_t tasks = 0;
  std::uint64_t dram_bytes = 0;
  double energy_j = 0;  ///< dynamic, and leakage and background by exclusive cycles
  std::string bound;    ///< kind of work that most of its exclusive cycles went to
  /// Exclusive cycles by kind of work, and by kind of work and how it held up its successor,
  /// without zeros.
  std::map<std::string, std::uint64_t> cycles_by_work;
  std::map<std::string, std::map<std::string, std::uint64_t>> cycles_by_work_and_edge;
};

struct CoreAttention {
  double latency_s = 0;  ///< exclusive time of its ops, by inference
  double energy_j = 0;   ///< of the run
  double edp_js = 0;     ///< energy of an image times `latency_s`
};

/// One task on one unit, for the timeline.
struct TimelineEvent {
  std::uint32_t unit = 0;
  std::uint32_t op = 0;
  std::uint64_t start_cycle = 0;
  std::uint64_t end_cycle = 0;
  std::uint8_t stage = 0;
};

/// Over the inputs of a trace, percentiles by nearest rank.
struct Distribution {
  double mean = 0;
  double p50 = 0;
  double p95 = 0;
  double p99 = 0;
  double worst = 0;
};

/// One way in which inputs of a trace were run, simulated once.
struct PathResult {
  std::string name;
  std::int64_t runs = 0;    ///< of so many batches
  std::int64_t images = 1;  ///< inputs of a batch
  double latency_s = 0;     ///< of a batch
  double energy_per_image_j = 0;
  std::uint64_t macs = 0;  ///< of a batch
};

/// The inputs of a trace, one after the other.
struct ScenarioResult {
  std::string trace;
  std::string policy;
  std::int64_t inputs = 0;
  std::vector<PathResult> paths;  ///< in the order in which the trace meets them
  Distribution latency_s;
  Distribution energy_j;
};

/// A run is a stream of inferences, one in most cases; each infers a batch of images together.
/// Figures are of the whole run unless they say otherwise.
struct PointResult {
  std::string hardware;
  std::string workload;
  std::string technique;
  /// "first": one inference with nothing on chip yet; "steady": the second of two in a row;
  /// "stream": several in a row; "scenario": the inputs of a trace, each as if it were the first.
  std::string mode = "first";
  std::int64_t images = 1;  ///< stream times batch
  int batch = 1;            ///< images of an inference
  int stream = 1;           ///< inferences
  int window = 1;           ///< inferences in flight
  Status status = Status::ok;
  std::string message;  ///< why, unless ok

  double clock_hz = 0;
  std::uint64_t cycles = 0;
  double run_s = 0;  ///< from its first cycle to its last
  /// Of an inference, from the start of its first task to the end of its last: mean, percentiles by
  /// nearest rank, worst. Images of a batch wait for each other.
  double latency_s = 0;
  double latency_p50_s = 0;
  double latency_p95_s = 0;
  double latency_worst_s = 0;
  std::vector<double> latencies_s;     ///< of each inference, in their order
  double throughput_images_per_s = 0;  ///< `images` over `run_s`
  double seconds_per_image = 0;        ///< 1 over throughput
  double seconds_per_batch = 0;
  double energy_j = 0;
  double energy_low_j = 0;  ///< with all constants at the low ends of their bands
  double energy_high_j = 0;
  double energy_on_chip_j = 0;
  double energy_dram_j = 0;
  double energy_per_image_j = 0;
  double energy_per_batch_j = 0;
  double power_w = 0;
  double power_on_chip_w = 0;
  double edp_js = 0;    ///< of one inference: energy of an image times `latency_s`
  double area_mm2 = 0;  ///< 0 on an FPGA, whose design takes resources instead
  double area_low_mm2 = 0;
  double area_high_mm2 = 0;
  std::uint64_t macs = 0;        ///< performed
  std::uint64_t macs_dense = 0;  ///< of the model before any technique
  std::uint64_t dram_bytes = 0;  ///< moved: whole bursts
  std::uint64_t dram_bytes_useful = 0;
  double utilization = 0;  ///< MACs performed over peak at their bits
  /// MACs over multipliers while their PE or array works: what padding leaves of it.
  double spatial_utilization = 0;
  double peak_macs_per_s = 0;  ///< of all engines at their bits: the flat part of a roofline
  double dram_peak_bytes_per_s = 0;
  /// Published accuracy of the model with its techniques, never computed; nothing if none is given.
  std::optional<Accuracy> accuracy;
  std::vector<Share> energy_breakdown_j;
  std::vector<Share> area_breakdown_mm2;
  std::optional<FpgaUse> fpga;  ///< nothing of silicon
  CoreAttention core_attention;
  std::optional<ScenarioResult> scenario;  ///< of a trace
  std::vector<OpResult> ops;
  /// Exclusive cycles of the run by kind of work, and by how a task held up its successor.
  std::map<std::string, std::uint64_t> cycles_by_work;
  std::map<std::string, std::uint64_t> cycles_by_edge;
  /// Busy share of every unit.
  std::map<std::string, double> unit_utilization;
  std::vector<std::string> notes;  ///< what a reader of the figures must know

  std::string mapping;                     ///< as JSON; empty unless asked for
  std::string dram_trace;                  ///< as CSV; empty unless asked for
  std::optional<Explanation> explanation;  ///< unless not asked for

  // For the timeline; empty unless asked for.
  std::vector<std::string> unit_names;
  std::vector<TimelineEvent> timeline;
};

}  // namespace saccade
