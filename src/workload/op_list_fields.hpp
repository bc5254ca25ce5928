// Names in op lists that reading and writing share.
#pragma once
#include <string>
#include <utility>
#include <vector>

#include "workload/op.hpp"
#include "workload/tensor.hpp"

namespace saccade::op_list {

template <class E>
using Names = std::vector<std::pair<std::string, E>>;

inline const Names<TensorKind> tensor_kinds = {{"activation", TensorKind::activation},
                                               {"parameter", TensorKind::parameter},
                                               {"network_input", TensorKind::network_input},
                                               {"network_output", TensorKind::network_output}};
inline const Names<DataOrder> orders = {{"row_major", DataOrder::row_major},
                                        {"head_major", DataOrder::head_major},
                                        {"column_major", DataOrder::column_major}};
inline const Names<NormKind> norms = {{"layer", NormKind::layer}, {"batch", NormKind::batch}};
inline const Names<ReduceFunction> reductions = {{"sum", ReduceFunction::sum},
                                                 {"mean", ReduceFunction::mean},
                                                 {"maximum", ReduceFunction::maximum}};

}  // namespace saccade::op_list
