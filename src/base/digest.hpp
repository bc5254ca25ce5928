// Digests that tell texts apart.
#pragma once
#include <memory>
#include <string>
#include <string_view>

struct XXH3_state_s;

namespace saccade {

/// 128 bits over a sequence of texts, by XXH3; no protection against somebody who wants two
/// sequences to be equal.
class Digest {
 public:
  Digest();

  /// ("ab", "c") and ("a", "bc") differ.
  Digest& add(std::string_view text);
  /// Of all that was added: 32 hexadecimal digits.
  std::string hex() const;

 private:
  struct Free {
    void operator()(XXH3_state_s* state) const;
  };
  std::unique_ptr<XXH3_state_s, Free> state_;
};

}  // namespace saccade
