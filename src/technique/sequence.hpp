// Several runs of networks as one workload: a cascade of efforts and the gate between them.
#pragma once
#include <string>

#include "workload/workload.hpp"

namespace saccade {

/// Both workloads, one after the other. Ops and activations of the second get a prefix ("run2.",
/// "run3.", ...); parameters and inputs of the network of one name and form are one tensor. What
/// the second computes from the network's input waits for the last decision of the first, where it
/// makes one. Throws UserError if they infer different numbers of images.
Workload in_sequence(const Workload& first, const Workload& second, const std::string& name);

/// The same workload and, at its end, the op "gate.decide": whether the entropy of its prediction
/// is low enough to accept it. The softmax that entropy needs is part of the decision. Throws
/// UserError if the network does not have one output with a row of classes per image.
Workload with_entropy_gate(const Workload& workload);

}  // namespace saccade
