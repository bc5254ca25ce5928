// A sweep's report as one page that needs nothing else: charts, their code and all points.
#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "result/store.hpp"

namespace saccade {

/// The page as HTML. `details` gives a point's result as `saccade run --json` writes it, or "" if
/// there is none; it is asked for the points that a reader looks at first, the best and the Pareto
/// set, until the page has about 8 MB. Figures are rounded to six digits.
std::string html_text(const StoreHeader& header, const std::vector<PointRow>& rows,
                      const std::function<std::string(std::uint64_t point)>& details);

}  // namespace saccade
