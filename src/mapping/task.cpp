#include "mapping/task.hpp"

namespace saccade {

const std::array<const char*, kStages> stage_names = {
    "load_input", "load_weight", "fill_input", "fill_weight", "compute", "post", "store"};

}  // namespace saccade
