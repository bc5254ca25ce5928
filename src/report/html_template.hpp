// The page of a report without its data: HTML, style and code, which the build makes of web/.
#pragma once
#include <string_view>

namespace saccade {

/// HTML with the text "SACCADE_DATA" once, where the data goes.
std::string_view html_template();

}  // namespace saccade
