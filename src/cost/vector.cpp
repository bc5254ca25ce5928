#include "cost/vector.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "cost/decision.hpp"

namespace saccade {
namespace {

using Op1 = VectorOp;

/// HeatViT (Dong et al., HPCA 2023): exp(x) of x <= 0 as 2^-z exp(p) with z = floor(-x / ln 2),
/// p = x + z ln 2 and exp(p) ~ 0.3585 (p + 1.353)^2 + 0.344. Beside the subtraction of the maximum:
/// times 1/ln 2, times ln 2, two sums, the square, times and plus a constant, a shift by z.
const std::vector<Op1> kPolynomialExponential = {Op1::multiply, Op1::multiply, Op1::add, Op1::add,
                                                 Op1::multiply, Op1::multiply, Op1::add, Op1::move};

/// GELU(x) ~ x/2 (1 + L(x / sqrt 2)), L(u) = sgn(u) d (a (min(|u|, -b) + b)^2 + 1): I-BERT's
/// polynomial (Kim et al., ICML 2021) with the factor d of HeatViT.
const std::vector<Op1> kPolynomialGelu = {Op1::multiply, Op1::maximum,  Op1::add,
                                          Op1::multiply, Op1::multiply, Op1::add,
                                          Op1::multiply, Op1::add,      Op1::multiply};

/// Four line pieces with knees at 1, 2.375 and 5 (HeatViT): three comparisons, slope, offset.
const std::vector<Op1> kPolynomialSigmoid = {Op1::maximum, Op1::maximum, Op1::maximum,
                                             Op1::multiply, Op1::add};

/// The sweep with its exponential, GELU and sigmoid as polynomials.
std::vector<Op1> as_polynomials(const std::vector<Op1>& sweep) {
  std::vector<Op1> result;
  for (const Op1 op : sweep) {
    const std::vector<Op1> steps = op == Op1::exponential ? kPolynomialExponential
                                   : op == Op1::gelu      ? kPolynomialGelu
                                   : op == Op1::sigmoid   ? kPolynomialSigmoid
                                                          : std::vector<Op1>{op};
    result.insert(result.end(), steps.begin(), steps.end());
  }
  return result;
}

VectorWork computed(VectorWork work, Nonlinear nonlinear) {
  if (nonlinear == Nonlinear::exact) return work;
  for (auto& sweep : work.sweeps) sweep = as_polynomials(sweep);
  return work;
}

VectorWork softmax_work(const VectorUnit& unit) {
  if (unit.softmax_sweeps == 2) {
    return {{{Op1::maximum, Op1::exponential, Op1::multiply, Op1::add},
             {Op1::add, Op1::exponential, Op1::multiply}},
            {Op1::reciprocal},
            true,
            0};
  }
  return {{{Op1::maximum}, {Op1::add, Op1::exponential, Op1::add}, {Op1::multiply}},
          {Op1::reciprocal},
          true,
          1};
}

VectorWork layernorm_work(const VectorUnit& unit) {
  const std::vector<VectorOp> apply = {Op1::add, Op1::multiply, Op1::multiply, Op1::add};
  const std::vector<VectorOp> per_row = {Op1::multiply, Op1::square_root, Op1::reciprocal};
  if (unit.layernorm_sweeps == 2) {
    return {{{Op1::add, Op1::multiply, Op1::add}, apply}, per_row, true, 0};
  }
  return {{{Op1::add}, {Op1::add, Op1::multiply, Op1::add}, apply}, per_row, true, 0};
}

std::vector<VectorOp> element_operations(ElementFunction function) {
  switch (function) {
    case ElementFunction::add:
      return {Op1::add};
    case ElementFunction::multiply:
      return {Op1::multiply};
    case ElementFunction::scale:
      return {Op1::multiply};
    case ElementFunction::relu:
      return {Op1::maximum};
    case ElementFunction::gelu:
      return {Op1::gelu};
    case ElementFunction::silu:
      return {Op1::sigmoid, Op1::multiply};
    // x * min(max(x + 3, 0), 6) / 6
    case ElementFunction::hardswish:
      return {Op1::add, Op1::maximum, Op1::maximum, Op1::multiply, Op1::multiply};
    case ElementFunction::sigmoid:
      return {Op1::sigmoid};
    case ElementFunction::requantise:
      return {Op1::requantise};
    case ElementFunction::mask:
      return {Op1::maximum};
  }
  throw std::logic_error("unknown element function");
}

/// One sweep per input pixel of an output pixel: compared, summed, or weighted and summed.
VectorWork resample_work(const Resample& op) {
  if (op.function == ResampleFunction::nearest) return {{{Op1::move}}, {}, false, 0};
  const auto taps = static_cast<std::size_t>(op.taps_height * op.taps_width);
  const std::vector<Op1> each =
      op.function == ResampleFunction::maximum ? std::vector<Op1>{Op1::maximum}
      : op.function == ResampleFunction::mean  ? std::vector<Op1>{Op1::add}
                                               : std::vector<Op1>{Op1::multiply, Op1::add};
  VectorWork work;
  work.reads_once = true;  // lines of the image pass by once
  work.sweeps.assign(taps, each);
  if (op.function == ResampleFunction::mean) work.sweeps.back().push_back(Op1::multiply);
  return work;
}

struct WorkOf {
  const VectorUnit& unit;

  VectorWork operator()(const MatMul&) const { return {}; }
  VectorWork operator()(const Conv2d&) const { return {}; }
  VectorWork operator()(const Softmax& body) const {
    return computed(softmax_work(unit), body.nonlinear);
  }
  VectorWork operator()(const Norm& norm) const {
    if (norm.kind == NormKind::layer) return layernorm_work(unit);
    return {{{Op1::multiply, Op1::add}}, {}, false, 0};
  }
  VectorWork operator()(const Elementwise& body) const {
    return computed({{element_operations(body.function)}, {}, false, 0}, body.nonlinear);
  }
  VectorWork operator()(const Reduce& body) const {
    if (body.function == ReduceFunction::maximum) return {{{Op1::maximum}}, {}, false, 0};
    if (body.function == ReduceFunction::sum) return {{{Op1::add}}, {}, false, 0};
    return {{{Op1::multiply, Op1::add}}, {}, false, 0};
  }
  VectorWork operator()(const Resample& body) const { return resample_work(body); }
  VectorWork operator()(const Gather&) const { return {{{Op1::move}}, {}, false, 0}; }
  VectorWork operator()(const LayoutChange&) const { return {{{Op1::move}}, {}, false, 0}; }
  VectorWork operator()(const Decide& body) const { return decision_work(body, unit); }
};

double speed(const VectorUnit& unit, VectorOp op) {
  return unit.cycles_per_element[static_cast<std::size_t>(op)];
}

}  // namespace

VectorWork vector_work(const Body& body, const VectorUnit& unit) {
  return std::visit(WorkOf{unit}, body);
}

VectorWork post_work(bool bias, bool requantise) {
  std::vector<VectorOp> sweep;
  if (bias) sweep.push_back(VectorOp::add);
  if (requantise) sweep.push_back(VectorOp::requantise);
  if (sweep.empty()) return {};
  return {{sweep}, {}, false, 0};
}

std::int64_t vector_cycles(const VectorUnit& unit, const VectorWork& work, std::int64_t rows,
                           std::int64_t columns) {
  if (work.cycles_per_element > 0) {
    return static_cast<std::int64_t>(
        std::ceil(static_cast<double>(rows * columns) * work.cycles_per_element));
  }
  const std::int64_t beats =
      work.row_wise ? rows * ceil_div(columns, unit.lanes) : ceil_div(rows * columns, unit.lanes);
  double cycles = 0;
  for (const auto& sweep : work.sweeps) {
    double beat = 0;
    for (const VectorOp op : sweep) beat = std::max(beat, speed(unit, op));
    cycles += static_cast<double>(beats) * beat;
  }
  // Rows go to lanes: `lanes` rows finish their per-row operations side by side.
  for (const VectorOp op : work.per_row) {
    cycles += static_cast<double>(ceil_div(rows, unit.lanes)) * speed(unit, op);
  }
  return static_cast<std::int64_t>(std::ceil(cycles));
}

std::int64_t vector_latency(const VectorUnit& unit, const VectorWork& work) {
  return static_cast<std::int64_t>(work.sweeps.size()) * unit.latency_cycles;
}

std::optional<VectorOp> missing_operation(const VectorUnit& unit, const VectorWork& work) {
  for (const auto& sweep : work.sweeps) {
    for (const VectorOp op : sweep) {
      if (speed(unit, op) <= 0) return op;
    }
  }
  for (const VectorOp op : work.per_row) {
    if (speed(unit, op) <= 0) return op;
  }
  return std::nullopt;
}

std::array<std::uint64_t, kVectorOps> vector_operations(const VectorWork& work, std::int64_t rows,
                                                        std::int64_t columns) {
  std::array<std::uint64_t, kVectorOps> counts{};
  for (const auto& sweep : work.sweeps) {
    for (const VectorOp op : sweep) {
      counts[static_cast<std::size_t>(op)] += static_cast<std::uint64_t>(rows * columns);
    }
  }
  for (const VectorOp op : work.per_row) {
    counts[static_cast<std::size_t>(op)] += static_cast<std::uint64_t>(rows);
  }
  return counts;
}

}  // namespace saccade
