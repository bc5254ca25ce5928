#include "hardware/fpga.hpp"

#include <algorithm>

#include "base/math.hpp"

namespace saccade {
namespace {

constexpr double kMostResources = 1e9;

std::size_t index_of(Resource resource) { return static_cast<std::size_t>(resource); }

const Record<DspSharing>& sharing_record() {
  static const auto record =
      Record<DspSharing>("how many MACs share a DSP")
          .field("weights", &DspSharing::weights, number(1, 16), "in products with weights")
          .field("activations", &DspSharing::activations, number(1, 16),
                 "in products of two activations");
  return record;
}

const Record<FpgaResource>& resource_record() {
  static const auto record =
      Record<FpgaResource>("a kind of resource")
          .field("count", &FpgaResource::count, number(0, kMostResources), "how many there are")
          .field("energy_pj", &FpgaResource::energy_pj, object(band_record()),
                 "energy of one that works for a cycle")
          .field("source", &FpgaResource::source, text("a source"), "where the figures come from")
          .field("assumption", &FpgaResource::assumption, boolean(),
                 "whether one of them is not measured");
  return record;
}

const Record<FpgaMemory>& memory_record() {
  static const auto record =
      Record<FpgaMemory>("how memories are built")
          .field("block_bits", &FpgaMemory::block_bits, integer<int>(1, 4096),
                 "widest word of a block RAM")
          .field("block_words", &FpgaMemory::block_words, integer<int>(1, 1 << 20),
                 "words of that width in a block RAM")
          .field("ports", &FpgaMemory::ports, integer<int>(1, 8),
                 "accesses that a bank serves in a cycle")
          .field("lut_words", &FpgaMemory::lut_words, integer<int>(0, 1 << 20),
                 "words up to which a bank is made of LUTs")
          .field("lut_bits", &FpgaMemory::lut_bits, integer<int>(1, 4096),
                 "bits of these words that one group of LUTs holds")
          .field("luts", &FpgaMemory::luts, integer<int>(1, 4096), "LUTs of such a group")
          .field("cycle_ns", &FpgaMemory::cycle_ns, object(band_record()),
                 "time of an access and to the next one")
          .field("source", &FpgaMemory::source, text("a source"), "where the figures come from")
          .field("assumption", &FpgaMemory::assumption, boolean(),
                 "whether one of them is not measured");
  return record;
}

}  // namespace

Resources UnitFootprint::resources() const {
  return {dsp / std::min(macs_per_dsp.weights, macs_per_dsp.activations), lut, ff, bram36};
}

const Record<UnitFootprint>& unit_footprint_record() {
  static const auto record =
      Record<UnitFootprint>("resources of a unit")
          .field("dsp", &UnitFootprint::dsp, number(0, 1e6), "DSPs", 0.0)
          .field("lut", &UnitFootprint::lut, number(0, 1e6), "look-up tables", 0.0)
          .field("ff", &UnitFootprint::ff, number(0, 1e6), "flip-flops", 0.0)
          .field("bram36", &UnitFootprint::bram36, number(0, 1e6), "block RAMs", 0.0)
          .field("macs_per_dsp", &UnitFootprint::macs_per_dsp, object(sharing_record()),
                 "how many of these units share the DSPs", DspSharing());
  return record;
}

const Record<FpgaEntry>& fpga_record() {
  static const auto of_resource = object(resource_record());
  static const auto record =
      Record<FpgaEntry>("an FPGA")
          .field("device", &FpgaEntry::device, text("a device"), "name of the device")
          .field("dsp", &FpgaEntry::dsp, of_resource, "multipliers with accumulator")
          .field("lut", &FpgaEntry::lut, of_resource, "look-up tables, with their flip-flops")
          .field("ff", &FpgaEntry::ff, of_resource, "flip-flops")
          .field("bram36", &FpgaEntry::bram36, of_resource, "block RAMs of 36 Kibit")
          .field("memory", &FpgaEntry::memory, object(memory_record()), "how memories are built")
          .field("power_w", &FpgaEntry::power_w, dictionary(object(parameter_record())),
                 "power of the device for as long as it runs, by cause");
  return record;
}

const FpgaResource& FpgaEntry::of(Resource resource) const {
  const std::array<const FpgaResource*, kResources> by_resource = {&dsp, &lut, &ff, &bram36};
  return *by_resource[index_of(resource)];
}

Resources FpgaEntry::capacity() const { return {dsp.count, lut.count, ff.count, bram36.count}; }

FpgaMemoryUse compose(const FpgaMemory& memory, std::int64_t bytes, int width_bits, int banks) {
  const std::int64_t words = ceil_div(bytes * 8, std::int64_t{banks} * width_bits);
  const bool in_luts = words <= memory.lut_words;
  const std::int64_t working = in_luts ? ceil_div(width_bits, memory.lut_bits) * memory.luts
                                       : ceil_div(width_bits, memory.block_bits);
  const std::int64_t deep = in_luts ? 1 : ceil_div(words, memory.block_words);
  const std::size_t resource = index_of(in_luts ? Resource::lut : Resource::bram36);
  FpgaMemoryUse use;
  use.working[resource] = static_cast<double>(working);
  use.all[resource] = static_cast<double>(working * deep * banks);
  return use;
}

}  // namespace saccade
