// Counters to energy: what each component spent, with the band of its figures.
#pragma once
#include <array>
#include <string>
#include <vector>

#include "cost/counters.hpp"
#include "cost/engine.hpp"
#include "hardware/accelerator.hpp"
#include "hardware/technology.hpp"

namespace saccade {

/// What one component spent on one kind of action ("read input", "int8 MAC", "leakage").
struct EnergyItem {
  std::string component;
  std::string part;
  double joules = 0;
  double low = 0;  ///< with all of the item's figures at the low end of their bands
  double high = 0;
  bool dram = false;
};

struct EnergyBreakdown {
  std::vector<EnergyItem> items;  ///< those that are not zero

  double on_chip_j() const;
  double dram_j() const;
  double total_j() const { return on_chip_j() + dram_j(); }
  Band total_band_j() const;  ///< all items low, or all high: the widest span
};

/// Unit of the technology table that does a vector operation in lanes of `bits`.
std::string vector_unit_name(VectorOp op, int bits);

/// Style and width of an engine's processing elements, as named by mac_unit().
std::string pe_unit(const EnginePool& engine, int bits);

/// Banks of the macros that a buffer is built of: ports that it has beyond its banks are banks, for
/// the SRAM table has single-ported macros only.
int sram_banks(const Buffer& buffer);

/// Units of one kind that a vector lane holds: iterative units ("cycles" in the technology table)
/// stand side by side until they reach the lane's cycles per element; 0 if the lane lacks the
/// operation.
int vector_units_per_lane(const VectorUnit& unit, VectorOp op, const Technology& technology);

/// Prices of an accelerator's actions, looked up once. Throws UserError for units that the
/// technology table lacks.
///
/// On chip: a buffer's bytes in accesses of its word width (fractions of an access count as such);
/// a MAC at the engine's own width, for a multiplier does not shrink with its operands, or wider
/// if it counted wider ones; vector operations by the lane's width; bytes over the interconnect
/// and the networks of engines times bits, hops and pj_per_bit_hop; clock and control as a share of
/// the dynamic energy of engines and vector units (an assumption of the technology table). Leakage
/// of buffers, PEs and lanes, and of control in proportion to its area, times the seconds. DRAM: a
/// flat energy per bit moved, of the memory system or else of the device.
class EnergyModel {
 public:
  EnergyModel(const Accelerator& accelerator, const Technology& technology);

  /// `seconds` of run time for leakage; 0 gives the dynamic energy alone. `dram`, if given, stands
  /// for the flat energy per bit: energy by command, say.
  EnergyBreakdown energy(const Counters& counters, double seconds,
                         const std::vector<EnergyItem>* dram = nullptr) const;

  /// Of everything on chip; the caller may share it out over ops by their exclusive time.
  double leakage_w() const;

 private:
  struct BufferPrice {
    std::string name;
    double bytes_per_access = 0;
    Band read_pj, write_pj;
  };
  struct LeakageItem {
    std::string component;
    Band watts;
  };
  template <std::size_t N>
  struct UnitPrice {
    std::string name;
    std::array<Band, N> op_pj;
  };

  void add_buffers(const Accelerator& accelerator, const Technology& technology);
  void add_engines(const Accelerator& accelerator, const Technology& technology);
  void add_vector_units(const Accelerator& accelerator, const Technology& technology);
  void buffer_items(const Counters& counters, std::vector<EnergyItem>& items) const;
  void compute_items(const Counters& counters, std::vector<EnergyItem>& items) const;

  std::vector<BufferPrice> buffers_;
  std::vector<UnitPrice<kMacWidths>> engines_;
  std::vector<UnitPrice<kVectorOps>> vector_units_;
  std::vector<LeakageItem> leakage_;
  Band clock_share_;
  double interconnect_pj_per_byte_ = 0;
  std::vector<double> network_pj_per_byte_;  ///< and hop, by engine
  double dram_pj_per_byte_ = 0;
};

/// The same for one set of counters.
EnergyBreakdown energy(const Counters& counters, const Accelerator& accelerator,
                       const Technology& technology, double seconds);

}  // namespace saccade
