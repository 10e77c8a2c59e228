#pragma once

#include <string>
#include <vector>

#include "peers/example.h"
#include "peers/filters.h"
#include "peers/standing.h"

/// Screening of examples against merged entities.
namespace tamga::peers {

struct Ranked {
  std::uint32_t entity = 0;  ///< of Merged
  std::uint32_t query = 0;   ///< which of Example::queries found it
  match::Found found;        ///< the best of its entries
};

struct Ranking {
  std::vector<Ranked> best;  ///< highest score first, then by id; `limit` of them at most
  std::size_t matches = 0;   ///< how many of all reach the threshold, with what `limit` cut off
};

/// Every merged entity that passes the filters and of which an entry scores `cutoff` or more. A merged entity has the score of its best entry, and
/// the filters do not change it.
[[nodiscard]] Ranking rank(const Standing& standing, const Example& example, const Filters& filters, match::Score cutoff, match::Score threshold,
                           std::size_t limit, Work& work);

/// One feature of a score, as "explanations" lists them.
struct Feature {
  std::string name;  ///< "name_match", "birth_date_match", "country_mismatch" …
  std::string detail;
  std::string query;
  std::string candidate;
  match::Score score = 0;
};
[[nodiscard]] std::vector<Feature> features_of(const Standing& standing, const Example& example, const Ranked& ranked, Work& work);
/// All that can come, each with what it means: what /algorithms says.
struct FeatureInfo {
  std::string_view name;
  std::string_view description;
};
[[nodiscard]] std::span<const FeatureInfo> feature_infos();

/// {entity…,"score","explanations","match"}
void append_result(std::string& out, const Standing& standing, const Ranked& ranked, const std::vector<Feature>& features, match::Score threshold);

/// The algorithms of OpenSanctions that are answered, all by the same matcher; 400 for another name.
Checked check_algorithm(const api::Request& request);
[[nodiscard]] std::span<const std::string_view> algorithm_names();

}  // namespace tamga::peers
