#include "match/explain.h"

#include <fmt/format.h>

#include <algorithm>

namespace tamga::match {
namespace {

constexpr Score kCertainName = 9'300;
/// A word that is nobody else's weighs 1,000. By the whole name and not by its heaviest word: "Korea Mining Development Trading" is one firm's name
/// though each of its words is everybody's, and "VTB" is short but with "Bank" says who is meant.
constexpr std::int32_t kIdentifyingWeight = 700;
/// The same of a firm's name of common words and places alone.
constexpr std::int32_t kIdentifyingCommonWords = 1200;

std::string words(const names::Name& name, std::size_t at, std::size_t count) {
  std::string text;
  for (std::size_t i = at; i < at + count; ++i) {
    // The later words of a phrase that was read as several stand with its first.
    if (name.written[i].size == 0) continue;
    if (!text.empty()) text += ' ';
    text += name.written_word(i);
  }
  return text;
}

bool name_identifies(const names::NameView& query, const names::NameView& listed, Score score, bool birth_agrees) {
  if (score < kCertainName) return false;
  const auto naming = [](const names::NameView& name) {
    return std::count_if(name.words.begin(), name.words.end(),
                         [](const names::Word& word) { return word.role == names::Role::word || word.role == names::Role::patronymic; });
  };
  switch (listed.kind) {
    // "Trading Company" is common to many; "Korea Mining Development Trading Corporation" is not.
    case names::Kind::organisation: return listed.weight >= (naming(listed) >= 1 ? kIdentifyingWeight : kIdentifyingCommonWords);
    // Many people share a given name and a surname; few share a patronymic as well.
    case names::Kind::person: return birth_agrees || (naming(listed) >= 3 && naming(query) >= 3);
    // Ships are renamed and names re-used; only the IMO number identifies (domain.md section 6).
    case names::Kind::vessel:
    case names::Kind::address:
    case names::Kind::other: return false;
  }
  return false;
}

}  // namespace

void explain_names(const names::Name& query, const names::Name& listed, const names::Model& model, std::vector<Reason>& reasons) {
  names::Explanation explanation;
  (void)names::compare(query.view(), listed.view(), model, &explanation);
  auto& steps = explanation.steps;
  std::stable_sort(steps.begin(), steps.end(), [](const names::Step& a, const names::Step& b) {
    const bool a_missing = a.query_count == 0;
    const bool b_missing = b.query_count == 0;
    return a_missing != b_missing ? b_missing : a.query < b.query;
  });
  for (const auto& step : steps) {
    Reason reason;
    reason.query = words(query, step.query, step.query_count);
    reason.listed = words(listed, step.listed, step.listed_count);
    reason.how = names::how_name(step.how);
    const bool pair = step.query_count > 0 && step.listed_count > 0;
    reason.score = pair ? std::max(0, 1000 - step.loss) * 10 : 0;
    reason.cost = step.cost;
    reasons.push_back(std::move(reason));
  }
  if (query.forms != 0 && (query.forms & listed.forms) != 0) reasons.push_back(Reason{"", "", "legal_form", names::kScoreMax, 0});
  for (const auto& factor : explanation.factors) {
    reasons.push_back(Reason{"", "", std::string(factor.how), factor.factor * 10, factor.cost});
  }
}

Story explain_hit(const Query& query, const Known& known, const names::Name& mine, const Entity& entity, const index::Index& index,
                  const Found& found, const names::Model& model) {
  Story story;
  const auto& parameters = model.parameters();
  const auto info = index.name(found.name);
  names::Reader reader(model);
  const names::Name& listed = reader.read(info.text, info.kind)[info.reading];
  explain_names(mine, listed, model, story.reasons);
  Score score = names::compare(mine.view(), listed.view(), model).score;
  const Score names_score = score;
  const auto attributed = compare_attributes(known, index.attributes(found.entity));
  const auto& dates = entity.values("birthDate");
  const std::string listed_dates = fmt::format("{}", fmt::join(dates, ", "));
  if (attributed.birth_agrees()) {
    const Score given =
        attributed.dates == Dates::same_day ? static_cast<Score>(std::int64_t{names::kScoreMax - score} * parameters.support_birth_date / 1000) : 0;
    story.reasons.push_back(Reason{query.birth_date, listed_dates, "birth_date", names::kScoreMax, -given});
    score += given;
  }
  const auto apply = [&](std::string of_query, std::string of_listed, std::string_view how, std::int32_t factor) {
    const auto next = static_cast<Score>(static_cast<std::int64_t>(score) * factor / 1000);
    story.reasons.push_back(Reason{std::move(of_query), std::move(of_listed), std::string(how), factor * 10, score - next});
    score = next;
  };
  if (info.quality == NameQuality::weak) {
    apply("", std::string(info.text), "weak_alias",
          attributed.birth_agrees() ? parameters.factor_weak_alias_confirmed : parameters.factor_weak_alias);
  }
  if (const auto factor = date_factor(attributed.dates, parameters); factor != 1000)
    apply(query.birth_date, listed_dates, "birth_date_differs", factor);
  if (attributed.other_country) {
    std::vector<std::string> countries;
    for (const auto* property : index::kCountryProperties) {
      for (const auto& value : entity.values(property)) {
        if (std::find(countries.begin(), countries.end(), value) == countries.end()) countries.push_back(value);
      }
    }
    apply(fmt::format("{}", fmt::join(query.countries, ", ")), fmt::format("{}", fmt::join(countries, ", ")), "country_differs",
          parameters.factor_country);
  }
  if (attributed.other_gender) apply(query.gender, std::string(entity.first("gender")), "gender_differs", parameters.factor_gender);
  bool contradiction = attributed.contradicts();
  if (const auto other = other_identifier(query.identifiers, entity); other.query != nullptr) {
    contradiction = true;
    apply(other.query->label + " " + other.query->value, other.listed.label + " " + other.listed.value, "identifier_differs",
          parameters.factor_identifier);
  }
  if (const Score own = found.name_score - found.address_given; score != own && score > 0) {
    story.reasons.push_back(Reason{"", "", "list_factor", static_cast<Score>(std::int64_t{own} * names::kScoreMax / score), score - own});
  }
  if (!query.addresses.empty()) {
    AddressComparer addresses(model);
    const auto agreeing = addresses.agreeing(query.addresses, entity.values("address"));
    if (agreeing.query != nullptr && info.kind != names::Kind::address)
      story.reasons.push_back(Reason{*agreeing.query, *agreeing.listed, "address", agreeing.score, -found.address_given});
  }
  story.certain =
      !contradiction && info.quality != NameQuality::weak && name_identifies(mine.view(), listed.view(), names_score, attributed.birth_agrees());
  return story;
}

bool is_certain(const Query& query, const Known& known, const names::Name& mine, const Entity& entity, const index::Index& index,
                index::Scratch& scratch, const Found& found, const names::Model& model) {
  const auto info = index.name(found.name);
  if (info.quality == NameQuality::weak) return false;
  const auto attributed = compare_attributes(known, index.attributes(found.entity));
  if (attributed.contradicts()) return false;
  const names::NameView listed = index.name_view(found.name, scratch);
  const Score score = names::compare(mine.view(), listed, model).score;
  if (!name_identifies(mine.view(), listed, score, attributed.birth_agrees())) return false;
  return other_identifier(query.identifiers, entity).query == nullptr;
}

NameComparison Comparer::explain(std::string_view name1, std::string_view name2, std::string_view schema) {
  NameComparison result;
  const auto kind = index::kind_of_schema(schema);
  const auto first = first_.read(name1, kind);
  const auto second = second_.read(name2, kind);
  const names::Name* best_first = nullptr;
  const names::Name* best_second = nullptr;
  for (const auto& a : first) {
    for (const auto& b : second) {
      const Score score = names::compare(a.view(), b.view(), *model_).score;
      if (best_first != nullptr && score <= result.score) continue;
      result.score = score;
      best_first = &a;
      best_second = &b;
    }
  }
  if (best_first != nullptr) explain_names(*best_first, *best_second, *model_, result.explain);
  return result;
}

Score Comparer::score(std::string_view name1, std::string_view name2, names::Kind kind) {
  Score best = 0;
  const auto second = second_.read(name2, kind);
  for (const auto& a : first_.read(name1, kind)) {
    for (const auto& b : second) best = std::max(best, names::compare(a.view(), b.view(), *model_).score);
  }
  return best;
}

std::string score_text(Score score) {
  const bool negative = score < 0;
  if (negative) score = -score;
  std::string text = fmt::format("{}{}.{:04}", negative ? "-" : "", score / 10'000, score % 10'000);
  while (text.back() == '0') text.pop_back();
  if (text.back() == '.') text.pop_back();
  return text;
}

Json to_json(const std::vector<Reason>& reasons) {
  Json json = Json::array();
  for (const auto& reason : reasons) {
    Json item = Json::object();
    item.set("query", reason.query).set("listed", reason.listed).set("how", reason.how).set("score", Json::number_literal(score_text(reason.score)));
    if (reason.cost != 0) item.set("cost", Json::number_literal(score_text(reason.cost)));
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
