// Pass: nonlinear functions by polynomials of low degree in the place of tables or exact units.
#pragma once
#include "base/schema.hpp"
#include "workload/decisions.hpp"
#include "workload/workload.hpp"

namespace saccade {

/// Which functions become polynomials.
struct Polynomial {
  bool gelu = true;
  bool softmax = true;
  bool sigmoid = true;  ///< SiLU too, which is x sigmoid(x)
};

const Record<Polynomial>& polynomial_record();

Workload polynomial(const Workload& workload, const Decisions& decisions,
                    const Polynomial& functions);

}  // namespace saccade
