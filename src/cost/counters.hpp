// What was done, counted: component x class of access x action. Energy is a function of this.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>

#include "hardware/vector_op.hpp"

namespace saccade {

/// As which operand an op uses the data.
enum class Operand : std::uint8_t { weight, input, output, partial_sum, index };
constexpr std::size_t kOperands = 5;

/// Widths at which multiply-accumulates are priced: up to 4, 8, 16 and 32 bits.
constexpr std::size_t kMacWidths = 4;
constexpr std::size_t mac_width_index(int bits) {
  return bits <= 4 ? 0 : bits <= 8 ? 1 : bits <= 16 ? 2 : 3;
}

constexpr std::size_t kMaxBuffers = 16;
constexpr std::size_t kMaxEngines = 8;
constexpr std::size_t kMaxVectorUnits = 8;

struct BufferCounts {
  std::array<std::uint64_t, kOperands> read_bytes{};
  std::array<std::uint64_t, kOperands> write_bytes{};
};

struct DramCounts {
  std::uint64_t read_bytes = 0;  ///< moved: whole bursts
  std::uint64_t write_bytes = 0;
  std::uint64_t useful_read_bytes = 0;  ///< asked for
  std::uint64_t useful_write_bytes = 0;
  std::uint64_t activates = 0;  ///< banked fidelity only
  std::uint64_t precharges = 0;
  std::uint64_t refreshes = 0;
  std::uint64_t row_hits = 0;       ///< bursts to a row that was open
  std::uint64_t closed_clocks = 0;  ///< clocks in which a rank had no bank open, over all ranks
};

struct Counters {
  std::array<BufferCounts, kMaxBuffers> buffers;                                ///< by buffer index
  std::array<std::array<std::uint64_t, kMacWidths>, kMaxEngines> macs{};        ///< by engine index
  std::array<std::array<std::uint64_t, kVectorOps>, kMaxVectorUnits> vector{};  ///< by unit index
  std::array<std::uint64_t, kMaxEngines> mac_slots{};           ///< as engine_slots() counts them
  std::array<std::uint64_t, kMaxEngines> network_link_bytes{};  ///< by engine whose network it is
  std::array<std::uint64_t, kMaxEngines> network_hop_bytes{};   ///< bytes times hops
  std::uint64_t interconnect_bytes = 0;
  DramCounts dram;

  Counters& operator+=(const Counters& other);
  Counters& operator-=(const Counters& other);
};

inline Counters operator+(Counters a, const Counters& b) { return a += b; }
inline Counters operator-(Counters a, const Counters& b) { return a -= b; }
/// `times` equal pieces of work.
Counters operator*(Counters counters, std::uint64_t times);

bool operator==(const DramCounts& a, const DramCounts& b);
bool operator==(const Counters& a, const Counters& b);

/// Multiply-accumulates over all engines and widths.
std::uint64_t total_macs(const Counters& counters);

}  // namespace saccade
