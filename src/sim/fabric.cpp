#include "sim/fabric.hpp"

#include <algorithm>
#include <cmath>

#include "sim/kernel.hpp"
#include "sim/transfer.hpp"

namespace saccade {

Fabric::Fabric(const sc_core::sc_module_name& name, const Interconnect& interconnect,
               std::size_t paths)
    : sc_module(name),
      bytes_per_cycle_(interconnect.bytes_per_cycle()),
      free_at_(interconnect.kind == InterconnectKind::bus ? 1 : paths, 0.0) {
  targets.register_b_transport(this, &Fabric::b_transport);
}

void Fabric::b_transport(int path, tlm::tlm_generic_payload& payload, sc_core::sc_time& delay) {
  double& free_at = free_at_[free_at_.size() == 1 ? 0 : static_cast<std::size_t>(path)];
  const double begin = std::max(free_at, static_cast<double>(kernel_now()));
  free_at = begin + static_cast<double>(payload.get_data_length()) / bytes_per_cycle_;
  const auto end = static_cast<Cycle>(std::ceil(free_at));
  memory->b_transport(payload, delay);
  const Cycle served = kernel_now();
  if (end <= served) return;
  const Cycle late = end - served;  // how long the path holds up what the memory has served
  TransferExtension* transfer = nullptr;
  payload.get_extension(transfer);
  if (transfer != nullptr) transfer->held_up += late;
  ++waits_;
  wait(kernel_cycles(late));
  const Cycle remaining = cycles_of(delay);
  delay = kernel_cycles(remaining > late ? remaining - late : 0);
}

}  // namespace saccade
