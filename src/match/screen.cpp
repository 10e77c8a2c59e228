#include "match/screen.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <map>
#include <tuple>

namespace tamga::match {
namespace {

// Factors in thousandths; all below one, so that a name's own score bounds the hit's from above.
constexpr std::int32_t kWeakAlias = 900;  ///< OFAC FAQ 124: weak aliases are not what to screen on
constexpr std::int32_t kOtherBirthYear = 800;
constexpr std::int32_t kOtherBirthDay = 900;
constexpr std::int32_t kOtherCountry = 900;
constexpr std::int32_t kOtherIdentifier = 850;  ///< both have a checked number of the same register, and they differ

constexpr Score kCheckedIdentifier = 10'000;
constexpr Score kUncheckedIdentifier = 9'000;
constexpr Score kCertainName = 9'300;

constexpr std::array kCountryProperties = {"country", "nationality", "jurisdiction", "citizenship", "mainCountry", "flag"};

Score scaled(Score score, std::int32_t factor) { return static_cast<Score>(static_cast<std::int64_t>(score) * factor / 1000); }

/// What lists and queries say of a birth date: equal as far as both are known.
enum class Dates : std::uint8_t { unknown, agree, other_day, other_year };

Dates compare_dates(std::string_view query, const std::vector<std::string>& listed) {
  if (query.size() < 4 || listed.empty()) return Dates::unknown;
  Dates best = Dates::other_year;
  for (const std::string_view date : listed) {
    if (date.size() < 4) return Dates::unknown;
    const std::size_t common = std::min(query.size(), date.size());
    if (query.substr(0, common) == date.substr(0, common)) return Dates::agree;
    const int years = std::abs((query[0] - date[0]) * 1000 + (query[1] - date[1]) * 100 + (query[2] - date[2]) * 10 + (query[3] - date[3]));
    if (years == 0) best = Dates::other_day;
    // "circa 1960": lists are unsure by a year more often than they are wrong.
    if (years == 1 && best == Dates::other_year) best = Dates::other_day;
  }
  return best;
}

/// Reads the query's names once for each kind of listed entity, since legal forms and initials depend on it.
class ParsedQuery {
 public:
  explicit ParsedQuery(const Query& query) {
    for (std::size_t kind = 0; kind < by_kind_.size(); ++kind) {
      for (const auto& name : query.names) by_kind_[kind].push_back(names::parse(name, static_cast<names::Kind>(kind)));
    }
  }
  [[nodiscard]] const std::vector<names::Name>& of(names::Kind kind) const { return by_kind_[static_cast<std::size_t>(kind)]; }

 private:
  std::array<std::vector<names::Name>, 3> by_kind_;
};

/// The best name of one entity so far.
struct Best {
  Score score = 0;
  std::uint32_t name = 0;
  std::size_t query_name = 0;
  bool by_name = false;
  Score identifier = 0;
  const identifiers::Identifier* matched = nullptr;
};

std::string words(const names::Name& name, std::size_t at, std::size_t count) {
  std::string text;
  for (std::size_t i = at; i < at + count; ++i) text += (text.empty() ? "" : " ") + name.words[i].token.original;
  return text;
}

void explain_name(const names::Name& query, const names::Name& listed, std::vector<Reason>& reasons) {
  std::vector<names::Step> steps;
  const auto comparison = names::compare(query, listed, &steps);
  std::stable_sort(steps.begin(), steps.end(), [](const names::Step& a, const names::Step& b) {
    const bool a_missing = a.query_count == 0;
    const bool b_missing = b.query_count == 0;
    return a_missing != b_missing ? b_missing : a.query < b.query;
  });
  for (const auto& step : steps) {
    Reason reason;
    if (step.query_count > 0) reason.query = words(query, step.query, step.query_count);
    if (step.listed_count > 0) reason.listed = words(listed, step.listed, step.listed_count);
    reason.how = step.query_count == 0 ? "only_listed" : step.listed_count == 0 ? "only_query" : std::string(names::how_name(step.how));
    reason.score = step.likeness * 10;
    reasons.push_back(std::move(reason));
  }
  if (query.forms != 0 || listed.forms != 0) {
    const bool same = query.forms == 0 || listed.forms == 0 || (query.forms & listed.forms) != 0;
    reasons.push_back(Reason{"", "", same ? "legal_form" : "legal_form_differs", same ? kCheckedIdentifier : 9700});
  }
  if (comparison.number_conflict) reasons.push_back(Reason{"", "", "number_differs", 8500});
}

/// Applies what else is known of the two. Each factor leaves a reason.
struct Judged {
  Score score = 0;
  bool contradiction = false;
  bool birth_agrees = false;
};
Judged judge_attributes(const Query& query, const Entity& entity, Score score, std::vector<Reason>& reasons) {
  Judged judged{score, false, false};
  const auto against = [&](std::string_view what, std::string_view of_query, std::string_view of_listed, std::int32_t factor) {
    judged.score = scaled(judged.score, factor);
    judged.contradiction = true;
    reasons.push_back(Reason{std::string(of_query), std::string(of_listed), std::string(what), factor * 10});
  };
  if (!query.countries.empty()) {
    std::vector<std::string> listed;
    for (const auto* property : kCountryProperties) {
      for (const auto& value : entity.values(property)) listed.push_back(value);
    }
    const bool shared = std::any_of(listed.begin(), listed.end(), [&](const std::string& value) {
      return std::find(query.countries.begin(), query.countries.end(), value) != query.countries.end();
    });
    if (!listed.empty() && !shared)
      against("country_differs", fmt::format("{}", fmt::join(query.countries, ", ")), fmt::format("{}", fmt::join(listed, ", ")), kOtherCountry);
  }
  if (!query.birth_date.empty()) {
    const auto& dates = entity.values("birthDate");
    switch (compare_dates(query.birth_date, dates)) {
      case Dates::unknown: break;
      case Dates::agree:
        judged.birth_agrees = true;
        reasons.push_back(Reason{query.birth_date, fmt::format("{}", fmt::join(dates, ", ")), "birth_date", kCheckedIdentifier});
        break;
      case Dates::other_day: against("birth_date_differs", query.birth_date, fmt::format("{}", fmt::join(dates, ", ")), kOtherBirthDay); break;
      case Dates::other_year: against("birth_date_differs", query.birth_date, fmt::format("{}", fmt::join(dates, ", ")), kOtherBirthYear); break;
    }
  }
  const auto listed = identifiers::of_entity(entity);
  for (const auto& mine : query.identifiers) {
    if (!mine.checked) continue;
    const auto comparable = [&](const identifiers::Identifier& theirs) {
      return theirs.checked && theirs.scheme == mine.scheme && theirs.label == mine.label;
    };
    const auto other = std::find_if(listed.begin(), listed.end(), comparable);
    const bool same =
        std::any_of(listed.begin(), listed.end(), [&](const auto& theirs) { return theirs.scheme == mine.scheme && theirs.value == mine.value; });
    if (other != listed.end() && !same) {
      against("identifier_differs", mine.label + " " + mine.value, other->label + " " + other->value, kOtherIdentifier);
      break;
    }
  }
  return judged;
}

bool name_identifies(const names::Name& query, const names::Name& listed, Score score, bool birth_agrees) {
  if (score < kCertainName) return false;
  const auto strong_words = std::count_if(listed.words.begin(), listed.words.end(), [](const names::Word& word) { return word.weight >= 850; });
  switch (listed.kind) {
    case names::Kind::organisation: return strong_words >= 1;
    // Many people share a given name and a surname; few share a patronymic as well.
    case names::Kind::person: return birth_agrees || (strong_words >= 3 && query.words.size() >= 3);
    // Ships are renamed and names re-used; only the IMO number identifies (domain.md section 6).
    case names::Kind::other: return false;
  }
  return false;
}

}  // namespace

Query query_of_entity(const Entity& entity) {
  Query query;
  query.schema = entity.schema;
  for (const auto* property : {"name", "alias", "previousName", "weakAlias"}) {
    for (const auto& value : entity.values(property)) query.names.push_back(value);
  }
  for (const auto* property : kCountryProperties) {
    for (const auto& value : entity.values(property)) {
      if (std::find(query.countries.begin(), query.countries.end(), value) == query.countries.end()) query.countries.push_back(value);
    }
  }
  query.birth_date = entity.first("birthDate");
  query.identifiers = identifiers::of_entity(entity);
  return query;
}

std::vector<Hit> screen(const Query& query, std::span<const LoadedEdition> editions, const Options& options, Workspace& workspace) {
  std::vector<Hit> hits;
  const ParsedQuery parsed(query);
  workspace.scratch.resize(std::max(workspace.scratch.size(), editions.size()));
  for (std::size_t number = 0; number < editions.size(); ++number) {
    const LoadedEdition& edition = editions[number];
    const index::Index& index = *edition.index;
    std::map<std::uint32_t, Best> best;
    for (const auto& identifier : query.identifiers) {
      for (const auto& found : index.find(identifier)) {
        const Score score = identifier.checked && found.checked ? kCheckedIdentifier : kUncheckedIdentifier;
        Best& entry = best[found.entity];
        if (score > entry.identifier) {
          entry.identifier = score;
          entry.matched = &identifier;
        }
      }
    }
    const auto consider = [&](std::uint32_t name) {
      const auto view = index.name(name);
      if (!schemata_compatible(query.schema, index.entity_schema(view.entity))) return;
      const names::Name listed = names::parse(view.text, view.kind);
      const auto& mine = parsed.of(view.kind);
      for (std::size_t i = 0; i < mine.size(); ++i) {
        Score score = names::compare(mine[i], listed).score;
        if (view.quality == NameQuality::weak) score = scaled(score, kWeakAlias);
        if (score < options.threshold) continue;
        Best& entry = best[view.entity];
        // Ties go to the name that stands first in the list, and to the query's first name.
        const bool earlier = score == entry.score && (name < entry.name || (name == entry.name && i < entry.query_name));
        if (!entry.by_name || score > entry.score || earlier) {
          entry.score = score;
          entry.name = name;
          entry.query_name = i;
          entry.by_name = true;
        }
      }
    };
    if (options.exhaustive) {
      for (std::uint32_t name = 0; name < index.name_count(); ++name) consider(name);
    } else {
      auto& candidates = workspace.candidates;
      candidates.clear();
      for (const auto kind : {names::Kind::person, names::Kind::organisation, names::Kind::other}) {
        for (const auto& name : parsed.of(kind)) index.candidates(name, options.threshold, workspace.scratch[number], candidates);
      }
      std::sort(candidates.begin(), candidates.end());
      candidates.erase(std::unique(candidates.begin(), candidates.end()), candidates.end());
      for (const std::uint32_t name : candidates) consider(name);
    }
    for (const auto& [entity, entry] : best) {
      Hit hit;
      hit.edition = number;
      hit.number = entity;
      hit.list = edition.list;
      hit.part = edition.part;
      hit.entity = index.entity(entity);
      if (entry.matched != nullptr) {
        hit.by_identifier = true;
        hit.score = entry.identifier;
        hit.certain = entry.identifier == kCheckedIdentifier;
        hit.explain.push_back(Reason{entry.matched->label + " " + entry.matched->value, entry.matched->value, "identifier", entry.identifier});
        hit.matched_name = entry.by_name ? std::string(index.name(entry.name).text) : hit.entity.caption;
      }
      if (entry.by_name) {
        const auto view = index.name(entry.name);
        const names::Name listed = names::parse(view.text, view.kind);
        const names::Name& mine = parsed.of(view.kind)[entry.query_name];
        std::vector<Reason> reasons;
        explain_name(mine, listed, reasons);
        if (view.quality == NameQuality::weak) reasons.push_back(Reason{"", std::string(view.text), "weak_alias", kWeakAlias * 10});
        const Judged judged = judge_attributes(query, hit.entity, entry.score, reasons);
        if (entry.matched == nullptr) {
          hit.score = judged.score;
          hit.certain = !judged.contradiction && view.quality != NameQuality::weak && name_identifies(mine, listed, entry.score, judged.birth_agrees);
          hit.matched_name = view.text;
        }
        hit.explain.insert(hit.explain.end(), reasons.begin(), reasons.end());
      }
      if (hit.score >= options.threshold) hits.push_back(std::move(hit));
    }
  }
  std::sort(hits.begin(), hits.end(), [](const Hit& a, const Hit& b) {
    if (a.score != b.score) return a.score > b.score;
    if (a.entity.id != b.entity.id) return a.entity.id < b.entity.id;
    return std::tie(a.list, a.part) < std::tie(b.list, b.part);
  });
  return hits;
}

NameComparison compare_names(std::string_view name1, std::string_view name2, std::string_view schema) {
  NameComparison result;
  const auto kind = index::kind_of_schema(schema);
  const auto query = names::parse(name1, kind);
  const auto listed = names::parse(name2, kind);
  result.score = names::compare(query, listed).score;
  explain_name(query, listed, result.explain);
  return result;
}

std::string score_text(Score score) {
  std::string text = fmt::format("{}.{:04}", score / 10'000, score % 10'000);
  while (text.back() == '0') text.pop_back();
  if (text.back() == '.') text.pop_back();
  return text;
}

Json to_json(const std::vector<Reason>& reasons) {
  Json json = Json::array();
  for (const auto& reason : reasons) {
    Json item = Json::object();
    item.set("query", reason.query).set("listed", reason.listed).set("how", reason.how).set("score", Json::number_literal(score_text(reason.score)));
    json.push(std::move(item));
  }
  return json;
}

Json to_json(const Hit& hit) {
  Json json = Json::object();
  json.set("id", hit.entity.id).set("list", hit.list);
  if (!hit.part.empty()) json.set("part", hit.part);
  json.set("schema", hit.entity.schema).set("caption", hit.entity.caption);
  json.set("score", Json::number_literal(score_text(hit.score))).set("matched_name", hit.matched_name).set("certain", Json::boolean(hit.certain));
  std::vector<std::string> programs;
  for (const auto& designation : hit.entity.designations) {
    const std::string program = designation.annex.empty() ? designation.program : designation.program + " " + designation.annex;
    if (!program.empty() && std::find(programs.begin(), programs.end(), program) == programs.end()) programs.push_back(program);
  }
  json.set("programs", Json::strings(programs)).set("source_url", hit.entity.first("sourceUrl"));
  if (hit.entity.line > 0) json.set("source_line", Json::number(static_cast<std::int64_t>(hit.entity.line)));
  json.set("explain", to_json(hit.explain));
  if (!hit.also_listed.empty()) {
    Json also = Json::array();
    for (const auto& other : hit.also_listed) {
      Json item = Json::object();
      item.set("list", other.list);
      if (!other.part.empty()) item.set("part", other.part);
      item.set("id", other.id).set("caption", other.caption).set("because", other.because).set("certain", Json::boolean(other.certain));
      also.push(std::move(item));
    }
    json.set("also_listed", std::move(also));
  }
  return json;
}

}  // namespace tamga::match
