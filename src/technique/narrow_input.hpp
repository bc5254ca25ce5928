// Pass: fewer input channels of one product or convolution (dynamic inference of decoders).
#pragma once
#include <cstdint>
#include <string>

#include "base/schema.hpp"
#include "workload/decisions.hpp"
#include "workload/workload.hpp"

namespace saccade {

/// What becomes of the channels that nobody reads any more.
enum class DeadOutputs {
  keep,  ///< they are computed as before
  drop   ///< they are not, as far back as each channel comes from channels of its own
};

struct NarrowInput {
  std::string op;
  std::int64_t channels = 1;
  DeadOutputs dead_outputs = DeadOutputs::keep;
};

const Record<NarrowInput>& narrow_input_record();

/// The op reads the first `channels` columns of its input, and its weights have rows for them
/// alone. Dropped channels narrow what computes them: linear layers and convolutions have fewer
/// columns of weights, functions of each element, resizing, batch norms and gathers have fewer
/// columns and go on with their own inputs; ops none of whose columns are read vanish. Throws
/// UserError if there is no such op, if it is no product of one head with weights of its own or no
/// convolution of one group, or if it reads fewer channels.
Workload narrow_input(const Workload& workload, const Decisions& decisions,
                      const NarrowInput& narrow);

}  // namespace saccade
