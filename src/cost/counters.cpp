#include "cost/counters.hpp"

#include <type_traits>

namespace saccade {
namespace {

constexpr std::size_t kWords = sizeof(Counters) / sizeof(std::uint64_t);
static_assert(std::is_standard_layout_v<Counters> && std::is_trivially_copyable_v<Counters> &&
                  sizeof(Counters) == kWords * sizeof(std::uint64_t),
              "counters are a table of 64-bit counts and nothing else");

using Words = std::array<std::uint64_t, kWords>;

Words words(const Counters& counters) {
  Words copy;
  __builtin_memcpy(copy.data(), &counters, sizeof counters);
  return copy;
}

template <class Combine>
void combine(Counters& counters, const Counters& other, Combine each) {
  Words a = words(counters);
  const Words b = words(other);
  for (std::size_t i = 0; i < kWords; ++i) a[i] = each(a[i], b[i]);
  __builtin_memcpy(static_cast<void*>(&counters), a.data(), sizeof counters);
}

}  // namespace

Counters& Counters::operator+=(const Counters& other) {
  combine(*this, other, [](std::uint64_t a, std::uint64_t b) { return a + b; });
  return *this;
}

Counters& Counters::operator-=(const Counters& other) {
  combine(*this, other, [](std::uint64_t a, std::uint64_t b) { return a - b; });
  return *this;
}

Counters operator*(Counters counters, std::uint64_t times) {
  combine(counters, counters, [times](std::uint64_t a, std::uint64_t) { return a * times; });
  return counters;
}

bool operator==(const DramCounts& a, const DramCounts& b) {
  return __builtin_memcmp(&a, &b, sizeof a) == 0;
}

bool operator==(const Counters& a, const Counters& b) { return words(a) == words(b); }

std::uint64_t total_macs(const Counters& counters) {
  std::uint64_t sum = 0;
  for (const auto& engine : counters.macs) {
    for (const std::uint64_t macs : engine) sum += macs;
  }
  return sum;
}

}  // namespace saccade
