#include "hardware/scaling.hpp"

#include <algorithm>
#include <cmath>

namespace saccade {
namespace {

double polynomial(const std::vector<double>& coefficients, double x) {
  double sum = 0;
  for (const double coefficient : coefficients) sum = sum * x + coefficient;
  return sum;
}

}  // namespace

const Record<ScalingNode>& scaling_node_record() {
  static const auto record =
      Record<ScalingNode>("scaling factors of a node")
          .field("node_nm", &ScalingNode::node_nm, number(1, 1000), "node")
          .field("nominal_v", &ScalingNode::nominal_v, number(0.1, 10), "nominal supply voltage")
          .field("energy", &ScalingNode::energy, list(number(-1e6, 1e6), 3, 3),
                 "coefficients of V^2, V and 1")
          .field("delay", &ScalingNode::delay, list(number(-1e6, 1e6), 4, 4),
                 "coefficients of V^3, V^2, V and 1")
          .field("area", &ScalingNode::area, number(1e-6, 1e6), "relative area")
          .rule([](const ScalingNode& node, const Cursor& cursor) {
            if (polynomial(node.energy, node.nominal_v) <= 0) {
              cursor.at("energy").fail("is not positive at the nominal voltage");
            }
            if (polynomial(node.delay, node.nominal_v) <= 0) {
              cursor.at("delay").fail("is not positive at the nominal voltage");
            }
          });
  return record;
}

NodeScaling::NodeScaling(std::vector<ScalingNode> nodes) : nodes_(std::move(nodes)) {
  std::sort(nodes_.begin(), nodes_.end(),
            [](const ScalingNode& a, const ScalingNode& b) { return a.node_nm < b.node_nm; });
}

template <class Factor>
double NodeScaling::interpolate(double node_nm, Factor factor) const {
  const auto above =
      std::lower_bound(nodes_.begin(), nodes_.end() - 1, node_nm,
                       [](const ScalingNode& node, double nm) { return node.node_nm < nm; });
  if (above->node_nm == node_nm || above == nodes_.begin()) return factor(*above);
  const auto below = above - 1;
  const double t = std::log(node_nm / below->node_nm) / std::log(above->node_nm / below->node_nm);
  return std::exp((1 - t) * std::log(factor(*below)) + t * std::log(factor(*above)));
}

double NodeScaling::nominal_v(double node_nm) const {
  return interpolate(node_nm, [](const ScalingNode& node) { return node.nominal_v; });
}

double NodeScaling::energy(double node_nm, double voltage_v) const {
  return interpolate(node_nm,
                     [=](const ScalingNode& node) { return polynomial(node.energy, voltage_v); });
}

double NodeScaling::delay(double node_nm) const {
  return interpolate(
      node_nm, [](const ScalingNode& node) { return polynomial(node.delay, node.nominal_v); });
}

double NodeScaling::area(double node_nm) const {
  return interpolate(node_nm, [](const ScalingNode& node) { return node.area; });
}

}  // namespace saccade
