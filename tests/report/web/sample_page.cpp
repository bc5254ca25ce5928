// Writes a page of a made-up sweep for the test in a browser. Usage: saccade_sample_page FILE
// POINTS Figures follow rough laws; ops and breakdowns are those of a real run, scaled to the
// figures.
#include <fmt/format.h>

#include <cmath>
#include <cstdlib>
#include <fstream>
#include <iostream>

#include "flow/evaluate.hpp"
#include "report/html.hpp"
#include "report/sweep_example.hpp"
#include "result/result_json.hpp"

namespace saccade {
namespace {

struct Named {
  const char* name;
  double size;
};
constexpr Named kHardware[] = {{"vector_mac_16pe", 1}, {"vector_mac_64pe", 3.2}};
constexpr Named kWorkloads[] = {{"deit_tiny", 0.27}, {"deit_small", 1}, {"deit_base", 3.8}};
constexpr Named kTechniques[] = {{"none", 1}, {"sparse attention 90 %", 0.82}, {"8 bit <b>", 0.55}};
constexpr double kAccuracy[] = {79.8, 79.1, 78.6};
constexpr const char* kDataflows[] = {"output_stationary", "weight_stationary", "input_stationary"};
constexpr int kBandwidths = 23;
constexpr std::uint64_t kInferences = 12;

StoreHeader header() {
  StoreHeader header = example_header();
  header.name = "vector_width_x_memory";
  header.files = {{"configs/hardware/vector_mac_16pe.json", "{}"}};
  header.axes = {{"vector_width", "hardware", {"/engines/0/vector_width"}},
                 {"weight_buffer_bytes", "hardware", {"/buffers/1/bytes"}},
                 {"dataflow", "mapping", {"/dataflow"}},
                 {"dram_bandwidth_gbps", "hardware", {"/dram/bandwidth"}}};
  return header;
}

/// Takes the next digit of a number in a mixed base.
std::uint64_t digit(std::uint64_t& number, std::uint64_t base) {
  const std::uint64_t value = number % base;
  number /= base;
  return value;
}

/// What the made-up laws know of a point.
struct Design {
  std::size_t technique, hardware, workload, dataflow;
  double width, buffer, bandwidth;

  double work() const { return kWorkloads[workload].size * kTechniques[technique].size; }
  double compute_s() const {
    const double engines = kHardware[hardware].size * width / 64;
    return 4.2e-3 * work() / std::pow(engines, 0.9 - 0.06 * static_cast<double>(dataflow));
  }
  double dram_bytes() const {
    return 5.2e7 * work() *
           (1 + 3.0 / std::sqrt(buffer / 16384) + 0.2 * static_cast<double>(dataflow));
  }
  double latency_s() const {
    return std::hypot(compute_s(), dram_bytes() / (bandwidth * 1e9)) + 0.1 * compute_s();
  }
  double area_mm2() const {
    return 1.1 + kHardware[hardware].size * (0.012 * width + buffer * 4.2e-7);
  }
  double energy_j() const {
    return dram_bytes() * 5.2e-11 + 1.2e-3 * work() + 0.03 * area_mm2() * latency_s();
  }
};

Design design_of(std::uint64_t point, PointRow& row) {
  Design d{};
  d.technique = digit(point, 3);
  d.workload = digit(point, 3);
  d.hardware = digit(point, 2);
  d.width = std::pow(2, 4 + static_cast<double>(digit(point, 4)));
  d.buffer = 32768 * std::pow(2, static_cast<double>(digit(point, 7)));
  d.dataflow = digit(point, 3);
  d.bandwidth = 3.2 * static_cast<double>(1 + digit(point, kBandwidths));
  row.hardware = kHardware[d.hardware].name;
  row.workload = kWorkloads[d.workload].name;
  row.technique = kTechniques[d.technique].name;
  row.axes = {static_cast<int>(d.width), static_cast<int>(d.buffer), kDataflows[d.dataflow],
              d.bandwidth};
  return d;
}

/// Some points have no figures, for reasons.
void add_status(const Design& d, PointRow& row) {
  if (d.workload == 2 && d.buffer < 65536) {
    row.status = Status::infeasible;
    row.message = fmt::format("op blocks.{}.ffn: buffer pe_weights needs {} bytes, has {}",
                              row.point % 12, 98304, d.buffer);
  } else if (d.area_mm2() > 8.5) {
    row.status = Status::excluded;
    row.message = fmt::format("area_mm2 <= 8.5: is {:.2f}", d.area_mm2());
  } else if (row.point % 4999 == 17) {
    row.status = Status::failed;
    row.message = "ended by signal 11 </script><img src=x onerror=alert(1)>";
  } else if (row.point % 6007 == 30) {
    row.status = Status::timeout;
    row.message = "took longer than 60 s";
  }
}

PointRow row_of(std::uint64_t point) {
  PointRow row = example_row(point, "", {}, {});
  row.hash = fmt::format("{:016x}", (point + 1) * 0x9e3779b97f4a7c15);
  const Design d = design_of(point, row);
  add_status(d, row);
  if (row.status != Status::ok) return row;
  const auto set = [&](const char* name, double v) { row.figures[*figure_index(name)] = v; };
  const double latency = d.latency_s();
  const double energy = d.energy_j();
  const double core = latency * (d.technique == 1 ? 0.02 : 0.08 + 0.0003 * d.width);
  const double images = kInferences;
  set("latency_s", latency);
  set("energy_per_image_j", energy);
  set("edp_js", latency * energy);
  set("area_mm2", d.area_mm2());
  set("power_w", energy / latency);
  set("throughput_images_per_s", 1.04 / latency);
  set("accuracy_top1_percent",
      kAccuracy[d.technique] + 4 * std::log10(kWorkloads[d.workload].size));
  set("utilization", 0.95 * d.compute_s() / latency);
  set("core_attention_latency_s", core);
  set("core_attention_energy_j", 0.09 * energy * images * kTechniques[d.technique].size);
  set("core_attention_edp_js", core * 0.09 * energy * kTechniques[d.technique].size);
  set("cycles", std::round(latency * images / 1.04 * 1e9));
  set("clock_hz", 1e9);
  set("run_s", latency * images / 1.04);
  set("images", images);
  set("latency_p50_s", latency * 0.986);
  set("latency_p95_s", latency * 1.118);
  set("latency_worst_s", latency * 1.118);
  set("energy_j", energy * images);
  set("energy_low_j", energy * images * 0.87);
  set("energy_high_j", energy * images * 1.7);
  set("energy_dram_j", d.dram_bytes() * 5.2e-11 * images);
  set("macs", 4.6e9 * d.work() * images);
  set("macs_dense", 4.6e9 * kWorkloads[d.workload].size * images);
  set("dram_bytes", d.dram_bytes() * images);
  set("peak_macs_per_s", 16e9 * d.width * kHardware[d.hardware].size);
  set("dram_peak_bytes_per_s", d.bandwidth * 1e9);
  return row;
}

Json real_result() {
  const std::string root = SACCADE_SOURCE_DIR;
  return result_json(evaluate({root + "/configs/hardware/vector_mac_16pe.json",
                               root + "/workloads/models/deit_small.json",
                               {},
                               {},
                               {}},
                              {}));
}

void scale(Json& json, double factor) {
  if (json.is_structured()) {
    for (Json& value : json) scale(value, factor);
  } else if (json.is_number()) {
    json = json.get<double>() * factor;
  }
}

/// The real result scaled to the figures of a row.
std::string details_of(Json result, const PointRow& row) {
  const auto figure = [&](const char* name) { return *row.figures[*figure_index(name)]; };
  const double energy = figure("energy_j") / result.at("energy_j").get<double>();
  const double cycles = figure("cycles") / result.at("cycles").get<double>();
  const double bytes = figure("dram_bytes") / result.at("dram_bytes").get<double>();
  const double macs = figure("macs") / result.at("macs").get<double>();
  scale(result["energy_breakdown_j"], energy);
  scale(result["area_breakdown_mm2"], figure("area_mm2") / result.at("area_mm2").get<double>());
  for (Json& op : result["ops"]) {
    scale(op["energy_j"], energy);
    scale(op["exclusive_cycles"], cycles);
    scale(op["cycles_by_work"], cycles);
    scale(op["dram_bytes"], bytes);
    op["macs"] = std::round(op["macs"].get<double>() * macs);
  }
  result["latencies_s"] = Json::array();
  for (std::uint64_t i = 0; i < kInferences; ++i) {
    const double share = static_cast<double>(i * i % 11) / 10;  // no order, no chance
    result["latencies_s"].push_back(figure("latency_s") * (0.92 + 0.22 * share));
  }
  return result.dump();
}

int write_page(const std::string& path, std::uint64_t points) {
  std::vector<PointRow> rows;
  for (std::uint64_t point = 0; point < points; ++point) rows.push_back(row_of(point));
  StoreHeader of = header();
  of.points = points;
  const Json real = real_result();
  std::ofstream file(path, std::ios::binary);
  file << html_text(of, rows, [&](std::uint64_t point) { return details_of(real, rows[point]); });
  file.close();
  return file ? EXIT_SUCCESS : EXIT_FAILURE;
}

}  // namespace
}  // namespace saccade

int main(int argc, char** argv) {
  if (argc != 3) {
    std::cerr << "usage: saccade_sample_page FILE POINTS\n";
    return EXIT_FAILURE;
  }
  return saccade::write_page(argv[1], std::stoull(argv[2]));
}

extern "C" int sc_main(int, char**) { return 0; }
