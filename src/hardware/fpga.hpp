// What an FPGA is made of: its resources, what units and memories take of them, and its power.
#pragma once
#include <array>
#include <cstdint>
#include <map>
#include <string>

#include "hardware/parameter.hpp"

namespace saccade {

enum class Resource : std::uint8_t { dsp, lut, ff, bram36 };
constexpr std::size_t kResources = 4;
constexpr std::array<Resource, kResources> kAllResources = {Resource::dsp, Resource::lut,
                                                            Resource::ff, Resource::bram36};
constexpr std::array<const char*, kResources> kResourceNames = {"dsp", "lut", "ff", "bram36"};
/// "DSP": as texts for people have it.
constexpr std::array<const char*, kResources> kResourceTitles = {"DSP", "LUT", "FF", "BRAM36"};

/// Counts by resource. Not whole where several units share a DSP.
using Resources = std::array<double, kResources>;

/// MACs that one DSP does side by side, which takes an operand that they share: of products with
/// weights, and of products of two activations (Q K^T, A V).
struct DspSharing {
  double weights = 1;
  double activations = 1;
};

/// What a unit takes.
struct UnitFootprint {
  double dsp = 0;
  double lut = 0;
  double ff = 0;
  double bram36 = 0;
  DspSharing macs_per_dsp;

  /// DSPs are those of the products that share worse: one engine does both.
  Resources resources() const;
};

const Record<UnitFootprint>& unit_footprint_record();

/// One kind of resource: how many a device has, and what one spends when it works for a cycle.
struct FpgaResource {
  double count = 0;
  Band energy_pj;
  std::string source;
  bool assumption = false;
};

/// How memories are built. A bank is block RAM, or LUTs if it has few words.
struct FpgaMemory {
  int block_bits = 72;  ///< widest word of a block, and how many words of that width it has
  int block_words = 512;
  int ports = 2;       ///< accesses of a bank in a cycle, one of them a read and one a write
  int lut_words = 64;  ///< a bank of at most so many words is made of LUTs: `luts` for `lut_bits`
  int lut_bits = 7;
  int luts = 8;
  Band cycle_ns;  ///< from an access to its word and to the next access
  std::string source;
  bool assumption = false;
};

struct FpgaEntry {
  std::string device;
  FpgaResource dsp, lut, ff, bram36;
  FpgaMemory memory;
  std::map<std::string, ParameterEntry> power_w;  ///< of the device for as long as it runs

  const FpgaResource& of(Resource resource) const;
  Resources capacity() const;
};

const Record<FpgaEntry>& fpga_record();

/// A memory of several banks: what it is made of, and what of that works in one access.
struct FpgaMemoryUse {
  Resources all{};
  Resources working{};
};

/// ceil(width / block_bits) * ceil(words / block_words) blocks a bank, or
/// ceil(width / lut_bits) * luts LUTs. `bytes`, `width_bits` and `banks` > 0.
FpgaMemoryUse compose(const FpgaMemory& memory, std::int64_t bytes, int width_bits, int banks);

}  // namespace saccade
