// Counters to energy: what each component spent, with the band of its figures.
#pragma once
#include <array>
#include <string>
#include <vector>

#include "cost/counters.hpp"
#include "cost/dram_energy.hpp"
#include "cost/engine.hpp"
#include "cost/price.hpp"
#include "hardware/accelerator.hpp"
#include "hardware/technology.hpp"

namespace saccade {

struct EnergyBreakdown {
  std::vector<CostItem> items;  ///< in J; those that are not zero

  double on_chip_j() const { return total_j() - dram_j(); }
  double dram_j() const;
  double total_j() const { return total_band_j().value; }
  Band total_band_j() const { return total(items); }
};

/// Unit of the technology table that does a vector operation in lanes of `bits`. Floating-point
/// lanes add and multiply in their own format and do all else as integers of their width.
std::string vector_unit_name(VectorOp op, int bits, NumberFormat format = NumberFormat::integer);

/// The technology table's name of an engine's processing elements.
std::string pe_unit(const EnginePool& engine);

/// Banks of the memories that a buffer is built of: enough for its ports, of which the SRAM table's
/// macros have one and block RAM has two.
int sram_banks(const Buffer& buffer, const Technology& technology);

/// "SRAM of 64 KiB in 8 banks, 128 bits", or "memory of" on an FPGA: what a buffer is looked up as.
std::string sram_name(const Buffer& buffer, const Technology& technology);

/// Units of one kind that a vector lane holds: iterative units ("cycles" in the technology table)
/// stand side by side until they reach the lane's cycles per element; 0 if the lane lacks the
/// operation.
int vector_units_per_lane(const VectorUnit& unit, VectorOp op, const Technology& technology);

/// Prices of an accelerator's actions, looked up once. Throws UserError for units that the
/// technology table lacks.
///
/// On chip: a buffer's bytes in accesses of its word width (fractions of an access count as such);
/// a MAC at the engine's own width, for a multiplier does not shrink with its operands; vector
/// operations by the lane's width; bytes over the interconnect and the networks of engines times
/// bits, hops and pj_per_bit_hop; clock and control as a share of the dynamic energy of engines and
/// vector units (an assumption of the technology table). Leakage of buffers, PEs and lanes, and of
/// control in proportion to its area, times the seconds; of an FPGA what its table says of the
/// whole device. DRAM: see DramPrices.
class EnergyModel {
 public:
  EnergyModel(const Accelerator& accelerator, const Technology& technology);

  /// `seconds` of run time for leakage and the memory's background; 0 gives the dynamic energy
  /// alone.
  EnergyBreakdown energy(const Counters& counters, double seconds) const;

  /// All prices that energy() may use, but for the memory's background.
  std::vector<PricePtr> prices() const;

  /// Of everything on chip; the caller may share it out over ops by their exclusive time.
  double leakage_w() const;

 private:
  struct BufferPrice {
    std::string name;
    double bytes_per_access = 0;
    PricePtr read, write;
  };
  struct EnginePrice {
    std::string name;
    PricePtr mac;
    PricePtr network;  ///< nullptr without one
  };
  struct VectorPrice {
    std::string name;
    std::array<PricePtr, kVectorOps> ops;  ///< nullptr for what the unit lacks
  };
  struct Leakage {
    std::string component;
    std::string part;
    double count = 0;  ///< of equal parts
    PricePtr price;
    bool logic = false;
  };

  void add_buffers(const Accelerator& accelerator, const Technology& technology);
  void add_engines(const Accelerator& accelerator, const Technology& technology);
  void add_device(const Technology& technology);
  void add_vector_units(const Accelerator& accelerator, const Technology& technology);
  void buffer_items(const Counters& counters, std::vector<CostItem>& items) const;
  void compute_items(const Counters& counters, std::vector<CostItem>& items) const;
  void leakage_items(double seconds, std::vector<CostItem>& items) const;

  std::vector<BufferPrice> buffers_;
  std::vector<EnginePrice> engines_;
  std::vector<VectorPrice> vector_units_;
  std::vector<Leakage> leakage_;
  PricePtr clock_share_, control_share_;
  PricePtr interconnect_;
  int interconnect_hops_ = 1;
  DramPrices dram_;
};

/// The same for one set of counters.
EnergyBreakdown energy(const Counters& counters, const Accelerator& accelerator,
                       const Technology& technology, double seconds);

}  // namespace saccade
