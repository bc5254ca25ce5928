// What can be said of a sweep's files and axes before any point runs.
#pragma once
#include <array>
#include <vector>

#include "explore/sweep.hpp"

namespace saccade {

/// Throws UserError with the mistakes of a document by itself. Of hardware, what depends on memory
/// macros and on the FPGA is left out.
void validate_document(const Document& document, Place place);

/// Documents by Place.
using PlaceDocuments = std::array<std::vector<Document>, 4>;

/// Reports every axis that points nowhere in a document of its place, values that are mistakes
/// wherever they stand, and axes with text in constraints.
void check_axes(const Sweep& sweep, const PlaceDocuments& documents, Mistakes& mistakes);

}  // namespace saccade
