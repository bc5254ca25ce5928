// What a design tells before anything runs on it: area or FPGA resources, clock, peaks.
#pragma once
#include "hardware/accelerator.hpp"
#include "hardware/technology.hpp"
#include "result/point_result.hpp"

namespace saccade {

/// Fills in these figures of `result`; with explain = area also what they were computed from.
void account_design(PointResult& result, const Accelerator& accelerator,
                    const Technology& technology, std::optional<Topic> explain = std::nullopt);

}  // namespace saccade
