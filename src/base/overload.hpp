// One visitor of a std::variant out of a lambda per alternative.
#pragma once

namespace saccade {

template <class... F>
struct Overload : F... {
  using F::operator()...;
};
template <class... F>
Overload(F...) -> Overload<F...>;

}  // namespace saccade
