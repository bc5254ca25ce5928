#include "cost/engine.hpp"

#include "base/math.hpp"
#include "base/overload.hpp"
#include "cost/vector_mac.hpp"

namespace saccade {

ArrayTiming engine_timing(const EngineKind& kind, const EngineTile& tile, const ArrayState& before,
                          std::int64_t idle_cycles, std::int64_t ready_cycles, ArrayState* after) {
  return std::visit(
      Overload{[&](const SystolicArray& array) {
                 return tile_timing(array, tile.size, before, idle_cycles, ready_cycles, after);
               },
               [&](const VectorMac& engine) { return vector_mac_timing(engine, tile); }},
      kind);
}

TileAccesses engine_accesses(const EngineKind& kind, const EngineTile& tile, bool accumulate) {
  return std::visit(
      Overload{
          [&](const SystolicArray& array) { return tile_accesses(array, tile.size, accumulate); },
          [&](const VectorMac& engine) { return vector_mac_accesses(engine, tile, accumulate); }},
      kind);
}

std::int64_t engine_exchanged(const EngineKind& kind, const EngineTile& tile) {
  const auto* engine = std::get_if<VectorMac>(&kind);
  return engine == nullptr ? 0 : vector_mac_exchanged(*engine, tile);
}

std::int64_t engine_slots(const EngineKind& kind, const EngineTile& tile) {
  return std::visit(
      Overload{[&](const SystolicArray& array) {
                 const ArrayTiming timing = tile_timing(array, tile.size, {}, 0, 0, nullptr);
                 return (timing.ideal + timing.quantisation) * array.rows * array.columns;
               },
               [&](const VectorMac& engine) { return vector_mac_slots(engine, tile); }},
      kind);
}

std::int64_t engine_multipliers(const EngineKind& kind) {
  return std::visit(
      Overload{[](const SystolicArray& array) { return std::int64_t{array.rows} * array.columns; },
               [](const VectorMac& engine) {
                 return std::int64_t{engine.pes} * engine.lanes * engine.vector_width;
               }},
      kind);
}

const char* engine_kind_name(const EngineKind& kind) {
  return std::holds_alternative<SystolicArray>(kind) ? "systolic" : "vector_mac";
}

std::int64_t engine_pes(const EngineKind& kind) {
  const auto* engine = std::get_if<VectorMac>(&kind);
  return engine == nullptr ? 1 : engine->pes;
}

std::int64_t active_pes(const EngineKind& kind, const EngineTile& tile) {
  const auto* engine = std::get_if<VectorMac>(&kind);
  return engine == nullptr ? 1 : pe_share(*engine, tile).active.pes();
}

FoldSize engine_fold(const EngineKind& kind) {
  return std::visit(Overload{[](const SystolicArray& array) { return fold_size(array); },
                             [](const VectorMac& engine) {
                               return FoldSize{1, engine.lanes, engine.vector_width};
                             }},
                    kind);
}

OperandOrder engine_operand_order(const EngineKind& kind) {
  return std::visit(
      Overload{[](const SystolicArray& array) { return operand_order(array.dataflow); },
               // Vectors of both operands run along k.
               [](const VectorMac&) {
                 return OperandOrder{true, true};
               }},
      kind);
}

}  // namespace saccade
