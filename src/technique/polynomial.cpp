#include "technique/polynomial.hpp"

namespace saccade {
namespace {

bool chosen(ElementFunction function, const Polynomial& functions) {
  switch (function) {
    case ElementFunction::gelu:
      return functions.gelu;
    case ElementFunction::sigmoid:
    case ElementFunction::silu:
      return functions.sigmoid;
    default:
      return false;
  }
}

}  // namespace

const Record<Polynomial>& polynomial_record() {
  static const auto record =
      Record<Polynomial>("the functions that polynomials compute")
          .field("gelu", &Polynomial::gelu, boolean(), "GELU", true)
          .field("softmax", &Polynomial::softmax, boolean(), "the exponential of softmax", true)
          .field("sigmoid", &Polynomial::sigmoid, boolean(), "sigmoid, and SiLU, which has one",
                 true);
  return record;
}

Workload polynomial(const Workload& workload, const Decisions&, const Polynomial& functions) {
  std::vector<Op> ops = workload.ops();
  for (Op& op : ops) {
    if (auto* softmax = std::get_if<Softmax>(&op.body)) {
      if (functions.softmax) softmax->nonlinear = Nonlinear::polynomial;
    } else if (auto* element = std::get_if<Elementwise>(&op.body)) {
      if (chosen(element->function, functions)) element->nonlinear = Nonlinear::polynomial;
    }
  }
  return Workload(workload.name(), workload.images(), workload.tensors(), std::move(ops));
}

}  // namespace saccade
