// Description of a vector MAC engine: PEs of several lanes, each a wide dot product.
#pragma once
#include <string>

#include "base/schema.hpp"

namespace saccade {

/// What stays in a PE's registers while it works on its tile: weights, while rows of the input pass
/// by and partial sums go to the accumulation buffer and back; or the sums of one output vector,
/// while inputs and weights pass by.
enum class PeStationary { weights, outputs };

/// As in MAGNet (Venkatesan et al., ICCAD 2019) and Simba (Shao et al., MICRO 2019): every cycle a
/// PE multiplies one vector of input channels by one vector of weights per lane.
struct VectorMac {
  int pes = 1;
  int lanes = 1;         ///< dot products of a PE, each for an output channel of its own (K0)
  int vector_width = 1;  ///< multipliers of a lane, each for an input channel of its own (C0)
  PeStationary stationary = PeStationary::weights;
  int pipeline_cycles = 0;  ///< from a vector's multiplication to its sum in the buffer
  /// Whether a vector may hold channels of several kernel taps; else the channels of each tap are
  /// padded to whole vectors.
  bool fold_taps = true;
  /// Products are charged whole granules of so many rows and columns, spread evenly over all lanes,
  /// as analytic models do; 1 x 1: what each PE has of them, no more.
  int granule_rows = 1;
  int granule_columns = 1;

  bool charges_granules() const { return granule_rows > 1 || granule_columns > 1; }
};

const Record<VectorMac>& vector_mac_record();

/// "weight_stationary" or "output_stationary".
std::string stationary_name(PeStationary stationary);

}  // namespace saccade
