#include "hardware/vector_mac.hpp"

namespace saccade {
namespace {

const std::vector<std::pair<std::string, PeStationary>>& stationaries() {
  static const std::vector<std::pair<std::string, PeStationary>> names = {
      {"weight_stationary", PeStationary::weights}, {"output_stationary", PeStationary::outputs}};
  return names;
}

}  // namespace

const Record<VectorMac>& vector_mac_record() {
  static const auto record =
      Record<VectorMac>("a vector MAC engine")
          .field("pes", &VectorMac::pes, integer<int>(1, 65536), "processing elements")
          .field("lanes", &VectorMac::lanes, integer<int>(1, 4096),
                 "dot products of a PE, one per output channel (K0)")
          .field("vector_width", &VectorMac::vector_width, integer<int>(1, 4096),
                 "multipliers of a lane, one per input channel (C0)")
          .field("dataflow", &VectorMac::stationary, choice(stationaries()),
                 "what stays in a PE's registers; default weight_stationary", PeStationary::weights)
          .field("pipeline_cycles", &VectorMac::pipeline_cycles, integer<int>(0, 1000),
                 "cycles from a multiplication to its sum in the accumulation buffer", 0)
          .field("fold_taps", &VectorMac::fold_taps, boolean(),
                 "whether a vector may hold channels of several kernel taps of a convolution; if "
                 "not, the channels of each tap are padded to whole vectors",
                 true)
          .field("granule_rows", &VectorMac::granule_rows, integer<int>(1, 65536),
                 "rows of the granules that products are charged in, spread evenly over all lanes "
                 "whatever the shape; 1: by what each PE works on",
                 1)
          .field("granule_columns", &VectorMac::granule_columns, integer<int>(1, 65536),
                 "columns of these granules", 1);
  return record;
}

std::string stationary_name(PeStationary stationary) {
  for (const auto& item : stationaries()) {
    if (item.second == stationary) return item.first;
  }
  return "";
}

}  // namespace saccade
