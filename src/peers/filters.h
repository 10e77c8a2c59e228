#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "peers/merged.h"
#include "peers/request.h"

/// Which of the merged entities a request asks about. A filter never changes an entity's score: it is applied to all hits, before they are cut to
/// `limit`.
namespace tamga::peers {

/// "default", "sanctions" (the authorities' lists) or a dataset, as numbers of Merged; 404 for another name.
Answered<std::vector<std::uint16_t>> datasets_of(const Merged& merged, std::string_view name);
/// The authorities' lists among those that are loaded, or all datasets.
[[nodiscard]] std::vector<std::uint16_t> authorities(const Merged& merged);

class Filters {
 public:
  static constexpr std::size_t kExcludedMax = 50;

  /// dataset of the path; include_dataset, exclude_dataset, exclude_schema, topics, changed_since and exclude_entity_ids of the query. An id that
  /// nobody has excludes nobody, a dataset that is not loaded leaves nothing out; but nothing can be found in one (400), and nobody has a topic that
  /// no loaded list gives (400, when no other is asked for).
  static Answered<Filters> read(const api::Request& request, const Merged& merged, std::string_view dataset);

  [[nodiscard]] bool pass(const Merged& merged, std::uint32_t entity) const;

 private:
  bool every_dataset_ = true;
  std::vector<bool> datasets_;  ///< by number
  std::vector<bool> topics_;    ///< by number; empty: any or none
  std::vector<bool> without_;   ///< schemata, by number; empty: none
  std::string changed_since_;
  std::vector<std::uint32_t> excluded_;  ///< in ascending order
};

/// Topics as numbers; 400 for a word that is no topic, and when no loaded list gives any of them.
Answered<std::vector<std::uint16_t>> topics_of(const Merged& merged, const std::vector<std::string>& topics);

}  // namespace tamga::peers
