#pragma once

#include <span>
#include <vector>

#include "identity/evidence.h"
#include "identity/identity.h"

/// The steps of link() one by one, for tests and measurements; used inside identity/ only, and by bench/identity_bench.cpp.
namespace tamga::identity {

/// The records of all sources, one after another, and where each source begins.
struct Records {
  std::vector<Record> all;
  std::vector<std::uint32_t> begin;  ///< one more than sources
  [[nodiscard]] std::uint32_t source_of(std::uint32_t record) const;
};
[[nodiscard]] Records read_records(std::span<const Source> sources);

/// What judge() says of two records, by their place in Records::all; a < b.
struct Edge {
  std::uint32_t a = 0;
  std::uint32_t b = 0;
  Evidence evidence;
};
/// Everything that judge() says of two records, without judging all pairs: only those that share a reference, a number, a day of birth or a
/// name's key can be linked. Sorted by a, b.
struct Edges {
  std::vector<Edge> edges;
  std::uint32_t skipped = 0;  ///< values that more than kBucketMax records share: they identify nobody
};
[[nodiscard]] Edges find_edges(const Records& records);
inline constexpr std::size_t kBucketMax = 256;

/// An edge after a look at its neighbours.
struct Settled {
  std::uint32_t edge = 0;  ///< into the edges
  bool certain = false;
};
/// Edges whose standing depends on being the only one between their record and a source are settled; those that come to nothing are left out, and
/// edges by name within one source.
[[nodiscard]] std::vector<Settled> settle(const Records& records, std::span<const Edge> edges);

}  // namespace tamga::identity
