#include "peers/match.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "match/attributes.h"
#include "match/explain.h"

namespace tamga::peers {
namespace {

constexpr std::array<std::string_view, 7> kAlgorithms = {"best", "logic-v2", "logic-v1", "name-based", "name-qualified", "regression-v1", "ofac-249"};

constexpr std::array kFeatures = {
    FeatureInfo{"name_match", "The query's name and the listed one, word by word: what each word is paired with, how, and what it costs."},
    FeatureInfo{"identifier_match", "A number of a register, a document or a wallet agrees. One with a right check digit decides alone."},
    FeatureInfo{"address_match", "An address agrees: it supports a name, and finds addresses that are listed by themselves."},
    FeatureInfo{"birth_date_match", "The days of birth agree as far as both are known; a full date supports the name."},
    FeatureInfo{"birth_date_mismatch", "The days of birth contradict."},
    FeatureInfo{"country_mismatch", "No country of the two is the same."},
    FeatureInfo{"gender_mismatch", "The genders contradict."},
    FeatureInfo{"identifier_mismatch", "Two checked numbers of one register differ."},
    FeatureInfo{"weak_alias", "The authority itself does not trust the name that matched."},
    FeatureInfo{"list_factor", "The house weighs this list or schema by a factor (matching.toml)."},
};

/// The feature that a reason of the score is; empty when it is a part of comparing names.
std::string_view feature_of(std::string_view how) {
  if (how == "identifier") return "identifier_match";
  if (how == "address") return "address_match";
  if (how == "birth_date") return "birth_date_match";
  if (how == "birth_date_differs") return "birth_date_mismatch";
  if (how == "country_differs") return "country_mismatch";
  if (how == "gender_differs") return "gender_mismatch";
  if (how == "identifier_differs") return "identifier_mismatch";
  if (how == "weak_alias") return "weak_alias";
  if (how == "list_factor") return "list_factor";
  return {};
}

std::string step_text(const match::Reason& reason) {
  const std::string cost = reason.cost == 0 ? std::string() : fmt::format(", costs {}", match::score_text(reason.cost));
  if (reason.query.empty() && reason.listed.empty()) return fmt::format("{} ({}{})", reason.how, match::score_text(reason.score), cost);
  if (reason.listed.empty()) return fmt::format("\"{}\" is only in the query{}", reason.query, cost);
  if (reason.query.empty()) return fmt::format("\"{}\" is only listed{}", reason.listed, cost);
  return fmt::format("\"{}\" is \"{}\" by {} ({}{})", reason.query, reason.listed, reason.how, match::score_text(reason.score), cost);
}

void append_field(std::string& out, std::string_view key, std::string_view value) {
  out += '"';
  out += key;
  out += "\":";
  if (value.empty()) {
    out += "null";
  } else {
    append_json_string(out, value);
  }
}

}  // namespace

Ranking rank(const Standing& standing, const Example& example, const Filters& filters, match::Score cutoff, match::Score threshold, std::size_t limit,
             Work& work) {
  const Merged& merged = *standing.merged;
  match::Options options = standing.screener->options();
  options.threshold = cutoff;
  Ranking ranking;
  for (std::uint32_t i = 0; i < example.queries.size(); ++i) {
    for (const auto& found : match::search(example.queries[i], standing.screener->searchable(), options, work.workspace)) {
      const std::uint32_t entity = merged.of(Entry{found.edition, found.entity});
      if (filters.pass(merged, entity)) ranking.best.push_back(Ranked{entity, i, found});
    }
  }
  auto& best = ranking.best;
  // Of the entries and queries of one entity the best stands; of equals the canonical one, then the first query.
  const auto better = [&](const Ranked& a, const Ranked& b) {
    return std::tuple(-a.found.score, a.query, a.found.edition, a.found.entity) <
           std::tuple(-b.found.score, b.query, b.found.edition, b.found.entity);
  };
  std::sort(best.begin(), best.end(), [&](const Ranked& a, const Ranked& b) { return a.entity != b.entity ? a.entity < b.entity : better(a, b); });
  best.erase(std::unique(best.begin(), best.end(), [](const Ranked& a, const Ranked& b) { return a.entity == b.entity; }), best.end());
  ranking.matches = static_cast<std::size_t>(std::count_if(best.begin(), best.end(), [&](const Ranked& a) { return a.found.score >= threshold; }));
  // Merged entities are in the order of their ids.
  std::stable_sort(best.begin(), best.end(), [](const Ranked& a, const Ranked& b) { return a.found.score > b.found.score; });
  if (best.size() > limit) best.resize(limit);
  return ranking;
}

std::vector<Feature> features_of(const Standing& standing, const Example& example, const Ranked& ranked, Work& work) {
  const match::Query& query = example.queries[ranked.query];
  const match::Found& found = ranked.found;
  const auto& edition = standing.screener->searchable()[found.edition];
  const auto& model = standing.screener->options().model;
  std::vector<Feature> features;
  std::vector<match::Reason> reasons;
  if (found.identifier_score > 0) {
    const auto& identifier = query.identifiers[found.identifier];
    reasons.push_back(match::Reason{identifier.label + " " + identifier.value, identifier.value, "identifier", found.identifier_score, 0});
  }
  if (found.name_score > 0) {
    const auto info = edition.index->name(found.name);
    const std::string& text =
        found.query_name < query.names.size() ? query.names[found.query_name] : query.addresses[found.query_name - query.names.size()];
    const auto readings = work.reader_of(model).read(text, info.kind);
    const auto& mine = readings[std::min<std::size_t>(found.query_reading, readings.size() - 1)];
    auto story = match::explain_hit(query, match::known_of(query), mine, edition.index->entity(found.entity), *edition.index, found, *model);
    Feature names{"name_match", "", text, std::string(info.text), names::kScoreMax};
    for (auto& reason : story.reasons) {
      if (!feature_of(reason.how).empty()) {
        reasons.push_back(std::move(reason));
        continue;
      }
      names.detail += (names.detail.empty() ? "" : "; ") + step_text(reason);
      names.score -= reason.cost;
    }
    features.push_back(std::move(names));
  }
  for (auto& reason : reasons) {
    Feature feature{std::string(feature_of(reason.how)), "", std::move(reason.query), std::move(reason.listed), reason.score};
    if (reason.cost < 0) feature.detail = fmt::format("gives {}", match::score_text(-reason.cost));
    if (reason.cost > 0) feature.detail = fmt::format("costs {}", match::score_text(reason.cost));
    features.push_back(std::move(feature));
  }
  return features;
}

std::span<const FeatureInfo> feature_infos() { return kFeatures; }

void append_result(std::string& out, const Standing& standing, const Ranked& ranked, const std::vector<Feature>& features, match::Score threshold) {
  const auto json = standing.merged->json(ranked.entity);
  out += json.substr(0, json.size() - 1);
  out += ",\"score\":";
  out += match::score_text(ranked.found.score);
  out += ",\"explanations\":{";
  bool comma = false;
  for (const auto& feature : features) {
    if (comma) out += ',';
    comma = true;
    append_json_string(out, feature.name);
    out += ":{";
    append_field(out, "detail", feature.detail);
    out += ',';
    append_field(out, "query", feature.query);
    out += ',';
    append_field(out, "candidate", feature.candidate);
    out += ",\"score\":";
    out += match::score_text(feature.score);
    out += '}';
  }
  out += ranked.found.score >= threshold ? "},\"match\":true}" : "},\"match\":false}";
}

Checked check_algorithm(const api::Request& request) {
  const std::string* name = request.parameter("algorithm");
  if (name == nullptr || std::find(kAlgorithms.begin(), kAlgorithms.end(), *name) != kAlgorithms.end()) return {};
  return refuse(400, fmt::format("Invalid algorithm: {}; there are: {}", *name, fmt::join(kAlgorithms, ", ")));
}

std::span<const std::string_view> algorithm_names() { return kAlgorithms; }

}  // namespace tamga::peers
