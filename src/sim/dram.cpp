#include "sim/dram.hpp"

#include <cmath>

#include "sim/kernel.hpp"

namespace saccade {

Dram::Dram(const sc_core::sc_module_name& name, const DramSystem& system, double clock_hz)
    : sc_module(name),
      timing_(make_dram_timing(system)),
      before_(make_dram_timing(system)),
      clocks_per_cycle_(1e9 / system.device.tck_ns / clock_hz),
      quantum_bytes_(static_cast<std::uint64_t>(system.quantum_bytes)) {
  socket.register_b_transport(this, &Dram::b_transport);
}

Cycle Dram::to_cycles(std::int64_t clocks) const {
  constexpr double rounding = 1e-12;  // of the last digits, which must not make a cycle of its own
  return static_cast<Cycle>(
      std::ceil(static_cast<double>(clocks) / clocks_per_cycle_ * (1 - rounding)));
}

std::int64_t Dram::to_clocks(Cycle cycles) const {
  return static_cast<std::int64_t>(static_cast<double>(cycles) * clocks_per_cycle_);
}

DramCounts Dram::finish() {
  timing_->finish(to_clocks(kernel_now()));
  return timing_->counts();
}

void Dram::take_turn() {
  if (!busy_) {
    busy_ = true;
    return;
  }
  arrived_.notify();
  queue_up();
}

void Dram::queue_up() {
  const std::uint64_t ticket = ++tickets_;
  queue_.push_back(ticket);
  do {
    ++waits_;
    wait(passed_);
  } while (turn_ != ticket);
}

/// The memory stays busy when it passes to the next in the queue, so that nobody slips between.
void Dram::pass_turn() {
  if (queue_.empty()) {
    busy_ = false;
    return;
  }
  turn_ = queue_.front();
  queue_.pop_front();
  passed_.notify(sc_core::SC_ZERO_TIME);
}

/// Serves the whole rest of the stream if nobody else comes; else up to the end of the quantum in
/// which somebody came. Returns the cycle at which the data of the last piece is there.
Cycle Dram::serve(DramStream& stream) {
  const Cycle begin = kernel_now();
  const DramStream before = stream;
  const bool contended = !queue_.empty();
  const bool can_be_cut = !contended && stream.region.useful_bytes() > quantum_bytes_;
  constexpr std::uint64_t whole_stream = ~std::uint64_t{0};
  if (can_be_cut) before_->assume(*timing_);
  DramPiece piece =
      timing_->serve(stream, contended ? quantum_bytes_ : whole_stream, to_clocks(begin));
  const Cycle end = std::max(begin, to_cycles(piece.occupied_until));
  if (end == begin) return to_cycles(piece.done);
  ++waits_;
  if (!can_be_cut) {
    wait(kernel_cycles(end - begin));
    return to_cycles(piece.done);
  }
  wait(kernel_cycles(end - begin), arrived_);
  if (kernel_now() >= end) return to_cycles(piece.done);
  timing_->assume(*before_);
  stream = before;
  Cycle cut = begin;
  do {
    piece = timing_->serve(stream, quantum_bytes_, to_clocks(cut));
    cut = std::max(cut, to_cycles(piece.occupied_until));
  } while (cut < kernel_now() && !stream.finished());
  if (cut > kernel_now()) {
    ++waits_;
    wait(kernel_cycles(cut - kernel_now()));
  }
  return to_cycles(piece.done);
}

void Dram::b_transport(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay) {
  DramStream stream;
  stream.region = region_of(payload);
  stream.write = payload.get_command() == tlm::TLM_WRITE_COMMAND;
  Cycle done = kernel_now();
  take_turn();
  while (!stream.finished()) {
    done = serve(stream);
    if (!stream.finished() && !queue_.empty()) {
      pass_turn();
      queue_up();
    }
  }
  pass_turn();
  const Cycle now = kernel_now();
  delay += kernel_cycles(done > now ? done - now : 0);
  payload.set_response_status(tlm::TLM_OK_RESPONSE);
}

}  // namespace saccade
