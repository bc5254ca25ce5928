#include "result/figures.hpp"

namespace saccade {
namespace {

bool on_silicon(const PointResult& result) { return !result.fpga; }
bool on_fpga(const PointResult& result) { return result.fpga.has_value(); }

template <auto PointResult::*member>
double plain(const PointResult& result) {
  return static_cast<double>(result.*member);
}

template <auto CoreAttention::*member>
double core(const PointResult& result) {
  return result.core_attention.*member;
}

template <std::size_t resource>
double fpga(const PointResult& result) {
  return result.fpga->total[resource];
}

template <std::optional<double> Accuracy::*member>
bool has_accuracy(const PointResult& result) {
  return result.accuracy && ((*result.accuracy).*member).has_value();
}

template <std::optional<double> Accuracy::*member>
double accuracy(const PointResult& result) {
  return *((*result.accuracy).*member);
}

double work(const PointResult& result, const char* kind) {
  const auto found = result.cycles_by_work.find(kind);
  return found == result.cycles_by_work.end() ? 0 : static_cast<double>(found->second);
}

using R = PointResult;

const std::vector<ResultFigure>& table() {
  static const std::vector<ResultFigure> figures = {
      {"latency_s", "of an inference, mean", plain<&R::latency_s>, nullptr},
      {"energy_per_image_j", "on chip and DRAM", plain<&R::energy_per_image_j>, nullptr},
      {"edp_js", "energy of an image times latency", plain<&R::edp_js>, nullptr},
      {"area_mm2", "on chip; none of an FPGA", plain<&R::area_mm2>, on_silicon, true},
      {"power_w", "on chip and DRAM", plain<&R::power_w>, nullptr},
      {"power_on_chip_w", "without DRAM", plain<&R::power_on_chip_w>, nullptr},
      {"throughput_images_per_s", "images over the time of the run",
       plain<&R::throughput_images_per_s>, nullptr},
      {"accuracy_top1_percent", "of classification; published, never computed",
       accuracy<&Accuracy::top1_percent>, has_accuracy<&Accuracy::top1_percent>},
      {"accuracy_miou_percent", "of segmentation; published, never computed",
       accuracy<&Accuracy::miou_percent>, has_accuracy<&Accuracy::miou_percent>},
      {"utilization", "MACs over what all engines could do", plain<&R::utilization>, nullptr},
      {"spatial_utilization", "the same while they work", plain<&R::spatial_utilization>, nullptr},
      {"core_attention_latency_s", "exclusive time of QK^T, softmax and AV",
       core<&CoreAttention::latency_s>, nullptr},
      {"core_attention_energy_j", "of QK^T, softmax and AV, of the run",
       core<&CoreAttention::energy_j>, nullptr},
      {"core_attention_edp_js", "its energy of an image times its latency",
       core<&CoreAttention::edp_js>, nullptr},
      {"cycles", "of the run", plain<&R::cycles>, nullptr},
      {"clock_hz", "of the accelerator", plain<&R::clock_hz>, nullptr, true},
      {"run_s", "from the first cycle to the last", plain<&R::run_s>, nullptr},
      {"images", "of the run", plain<&R::images>, nullptr},
      {"latency_p50_s", "median of the inferences", plain<&R::latency_p50_s>, nullptr},
      {"latency_p95_s", "95 % of the inferences take no longer", plain<&R::latency_p95_s>, nullptr},
      {"latency_worst_s", "of the slowest inference", plain<&R::latency_worst_s>, nullptr},
      {"energy_j", "of the run, on chip and DRAM", plain<&R::energy_j>, nullptr},
      {"energy_low_j", "with constants at the low ends of their bands", plain<&R::energy_low_j>,
       nullptr},
      {"energy_high_j", "with constants at the high ends", plain<&R::energy_high_j>, nullptr},
      {"energy_on_chip_j", "of the run without DRAM", plain<&R::energy_on_chip_j>, nullptr},
      {"energy_dram_j", "of the run, DRAM alone", plain<&R::energy_dram_j>, nullptr},
      {"area_low_mm2", "with constants at the low ends", plain<&R::area_low_mm2>, on_silicon, true},
      {"area_high_mm2", "with constants at the high ends", plain<&R::area_high_mm2>, on_silicon,
       true},
      {"macs", "performed in the run", plain<&R::macs>, nullptr},
      {"macs_dense", "of the model before any technique", plain<&R::macs_dense>, nullptr},
      {"dram_bytes", "moved in the run, whole bursts", plain<&R::dram_bytes>, nullptr},
      {"dram_bytes_useful", "of them asked for", plain<&R::dram_bytes_useful>, nullptr},
      {"peak_macs_per_s", "of all engines at their bits", plain<&R::peak_macs_per_s>, nullptr,
       true},
      {"dram_peak_bytes_per_s", "of all channels", plain<&R::dram_peak_bytes_per_s>, nullptr, true},
      {"cycles_ideal", "exclusive cycles with every processing element at work",
       [](const R& r) { return work(r, "ideal"); }, nullptr},
      {"cycles_quantisation", "arrays only partly filled",
       [](const R& r) { return work(r, "quantisation"); }, nullptr},
      {"cycles_fill_drain", "arrays filling and draining",
       [](const R& r) { return work(r, "fill_drain"); }, nullptr},
      {"cycles_dram", "transfers between DRAM and buffers",
       [](const R& r) { return work(r, "dram"); }, nullptr},
      {"cycles_interconnect", "transfers to PEs, waits for ports and networks",
       [](const R& r) { return work(r, "interconnect"); }, nullptr},
      {"cycles_nonlinear", "softmax, normalisation, activations, requantisation",
       [](const R& r) { return work(r, "nonlinear"); }, nullptr},
      {"cycles_decision", "decisions on what to infer",
       [](const R& r) { return work(r, "decision"); }, nullptr},
      {"fpga_dsp", "of an FPGA", fpga<0>, on_fpga, true},
      {"fpga_lut", "of an FPGA", fpga<1>, on_fpga, true},
      {"fpga_ff", "of an FPGA", fpga<2>, on_fpga, true},
      {"fpga_bram36", "of an FPGA", fpga<3>, on_fpga, true},
  };
  return figures;
}

}  // namespace

const std::vector<ResultFigure>& figures() { return table(); }

std::optional<std::size_t> figure_index(const std::string& name) {
  for (std::size_t i = 0; i < table().size(); ++i) {
    if (name == table()[i].name) return i;
  }
  return std::nullopt;
}

FigureValues figures_of(const PointResult& result) {
  FigureValues values(table().size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    const ResultFigure& figure = table()[i];
    if (figure.of_design ? result.clock_hz == 0 : result.cycles == 0) continue;
    if (figure.given == nullptr || figure.given(result)) values[i] = figure.of(result);
  }
  return values;
}

}  // namespace saccade
