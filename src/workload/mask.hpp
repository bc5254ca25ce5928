// Which pairs of query and key an attention computes: a map of bits per head.
#pragma once
#include <boost/dynamic_bitset.hpp>
#include <cstdint>
#include <string>
#include <vector>

namespace saccade {

/// The map of one head: bit (q, k) says that query q attends to key k.
class AttentionMap {
 public:
  AttentionMap() = default;
  /// Nothing is kept.
  AttentionMap(std::int64_t queries, std::int64_t keys)
      : keys_(keys),
        rows_(static_cast<std::size_t>(queries),
              boost::dynamic_bitset<>(static_cast<std::size_t>(keys))) {}

  std::int64_t queries() const { return static_cast<std::int64_t>(rows_.size()); }
  std::int64_t keys() const { return keys_; }
  bool kept(std::int64_t query, std::int64_t key) const {
    return rows_[static_cast<std::size_t>(query)].test(static_cast<std::size_t>(key));
  }
  void set(std::int64_t query, std::int64_t key, bool kept = true) {
    rows_[static_cast<std::size_t>(query)].set(static_cast<std::size_t>(key), kept);
  }
  /// The keys of a query.
  const boost::dynamic_bitset<>& row(std::int64_t query) const {
    return rows_[static_cast<std::size_t>(query)];
  }

  /// Entries that are kept: in all, of each query, of each key.
  std::int64_t kept() const;
  std::vector<std::int64_t> kept_by_query() const;
  std::vector<std::int64_t> kept_by_key() const;

  friend bool operator==(const AttentionMap& a, const AttentionMap& b) {
    return a.keys_ == b.keys_ && a.rows_ == b.rows_;
  }

 private:
  std::int64_t keys_ = 0;
  std::vector<boost::dynamic_bitset<>> rows_;  ///< by query
};

/// The maps of the heads of one block, all of one shape.
using HeadMaps = std::vector<AttentionMap>;

/// One mask per block that has an attention, in the order of the model.
struct Mask {
  std::string name;
  std::vector<HeadMaps> blocks;
};

/// The place of a query among the keys, which may be of another number: floor(query * keys /
/// queries).
std::int64_t diagonal_key(const AttentionMap& map, std::int64_t query);

/// The most queries of all heads and blocks together: each takes memory of its own.
constexpr std::int64_t kMostMaskQueries = 1 << 22;

/// The keys that more than `threshold` queries attend to: global columns, ascending.
std::vector<std::int64_t> global_columns(const AttentionMap& map, std::int64_t threshold);

/// What a split by global columns gives: these, with their columns dense, and the rest.
struct MaskSplit {
  std::vector<std::int64_t> globals;  ///< keys of the denser part
  std::int64_t denser = 0;            ///< kept entries in their columns
  std::int64_t sparser = 0;           ///< kept entries elsewhere
};
MaskSplit split_mask(const AttentionMap& map, std::int64_t threshold);

}  // namespace saccade
