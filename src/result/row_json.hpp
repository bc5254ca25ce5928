// A row of a store as JSON, for the pipe from the process that ran the point.
#pragma once
#include "base/json.hpp"
#include "result/store.hpp"

namespace saccade {

/// The row with every bit of its figures, if it is written as CBOR or as text; infinite ones need
/// CBOR.
Json row_json(const PointRow& row);

/// The row of such JSON; throws std::runtime_error if it has another form.
PointRow row_of(const Json& json);

}  // namespace saccade
