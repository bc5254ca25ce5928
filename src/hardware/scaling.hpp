// Scaling of energy, delay, area and leakage between CMOS nodes.
#pragma once
#include <vector>

#include "base/schema.hpp"

namespace saccade {

/// One node of the equations of Stillmaker and Baas, Integration 58 (2017) 74-81.
struct ScalingNode {
  double node_nm = 0;
  double nominal_v = 0;
  std::vector<double> energy;  ///< coefficients of V^2, V, 1
  std::vector<double> delay;   ///< coefficients of V^3, V^2, V, 1
  double area = 0;             ///< relative to the node whose area is 1
};

const Record<ScalingNode>& scaling_node_record();

/// Factors of a node; only the ratio of two nodes' factors means anything. Between the table's
/// nodes the logarithm of a factor is linear in the logarithm of the node; nodes must lie within
/// [min_node_nm(), max_node_nm()].
class NodeScaling {
 public:
  NodeScaling() = default;
  explicit NodeScaling(std::vector<ScalingNode> nodes);

  double min_node_nm() const { return nodes_.front().node_nm; }
  double max_node_nm() const { return nodes_.back().node_nm; }
  double nominal_v(double node_nm) const;
  /// Of switching energy at a supply voltage.
  double energy(double node_nm, double voltage_v) const;
  /// Of delay, each node at its nominal voltage: the paper's cubics leave their range quickly.
  double delay(double node_nm) const;
  double area(double node_nm) const;
  /// Area times voltage: leakage current per area taken as constant, an assumption.
  double leakage(double node_nm, double voltage_v) const { return area(node_nm) * voltage_v; }

 private:
  template <class Factor>
  double interpolate(double node_nm, Factor factor) const;

  std::vector<ScalingNode> nodes_;  ///< by rising node
};

}  // namespace saccade
