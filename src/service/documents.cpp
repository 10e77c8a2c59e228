#include "service/documents.h"

#include <fmt/format.h>

#include <algorithm>

namespace tamga::service {
namespace {

Json network_json(const app::OwnersReport& report, Date as_of) {
  const auto& graph = *report.network.graph;
  const ownership::Day day = ownership::day_of(as_of);
  const auto deciding = deciding_holdings(report);
  Json parties = Json::array();
  for (std::uint32_t i = 0; i < report.network.parties.size(); ++i) {
    const auto& party = report.network.parties[i];
    Json json = Json::object();
    json.set("number", Json::number(i)).set("id", party.id).set("name", party.name).set("schema", party.schema);
    if (!party.country.empty()) json.set("country", party.country);
    Json listed = Json::array();
    for (const auto& match : party.matches) {
      Json one = Json::object();
      one.set("list", match.list).set("entity", match.entity).set("caption", match.caption).set("score", Json::number_literal(match.score));
      listed.push(std::move(one.set("how", match.how).set("certain", Json::boolean(match.certain))));
    }
    parties.push(std::move(json.set("listed", std::move(listed))));
  }
  Json holdings = Json::array();
  for (std::uint32_t i = 0; i < graph.holdings().size(); ++i) {
    const ownership::Holding& holding = graph.holdings()[i];
    Json json = Json::object();
    json.set("owner", Json::number(holding.owner)).set("asset", Json::number(holding.asset)).set("kind", ownership::kind_name(holding.kind));
    if (holding.measured()) json.set("share", holding.share().text());
    if (holding.indirect()) json.set("indirect", Json::boolean(true));
    if (const auto from = ownership::date_of(holding.from)) json.set("from", from->text());
    if (const auto to = ownership::date_of(holding.to)) json.set("to", to->text());
    json.set("holds", Json::boolean(holding.on(day))).set("decides", Json::boolean(deciding.contains(i)));
    if (holding.disputed()) json.set("disputed", Json::boolean(true));
    std::vector<std::string> sources;
    for (const auto source : graph.sources(holding.sources)) sources.emplace_back(source);
    if (holding.line > 0) json.set("line", Json::number(holding.line));
    holdings.push(std::move(json.set("sources", Json::strings(sources))));
  }
  return Json::object().set("parties", std::move(parties)).set("holdings", std::move(holdings));
}

Json answer_json(const app::OwnersReport& report, const policy::RuleBook::OwnershipAnswer& answer) {
  Json json = Json::object();
  json.set("regime", answer.regime).set("rule", answer.id).set("title", answer.title).set("authority", answer.authority);
  json.set("citation", answer.citation).set("source", answer.source).set("status", answer.status);
  json.set("answer", ownership::answer_name(answer.explanation.answer)).set("listed_itself", Json::boolean(answer.listed));
  json.set("held", answer.explanation.last.held.text()).set("chain", answer.chain);
  std::vector<std::string> settle;
  for (const auto& unknown : answer.explanation.settle) settle.push_back(ownership::fact_text(*report.network.graph, unknown));
  json.set("would_settle", Json::strings(settle));
  return json.set("list_loaded", Json::boolean(!without_list(report, answer)));
}

}  // namespace

Json screen_document(const match::Query& query, Json basis, const std::vector<match::Hit>& hits) {
  Json asked = Json::object();
  asked.set("names", Json::strings(query.names));
  if (!query.schema.empty()) asked.set("schema", query.schema);
  if (!query.birth_date.empty()) asked.set("birth_date", query.birth_date);
  if (!query.countries.empty()) asked.set("countries", Json::strings(query.countries));
  if (!query.addresses.empty()) asked.set("addresses", Json::strings(query.addresses));
  if (!query.identifiers.empty()) {
    Json identifiers = Json::array();
    for (const auto& identifier : query.identifiers) identifiers.push(Json::string(identifier.label + " " + identifier.value));
    asked.set("identifiers", std::move(identifiers));
  }
  Json list = Json::array();
  for (const auto& hit : hits) list.push(match::to_json(hit));
  return Json::object().set("query", std::move(asked)).set("basis", std::move(basis)).set("hits", std::move(list));
}

Json controls_json(const std::vector<goods::Control>& controls) {
  Json items = Json::array();
  for (const auto& control : controls) {
    Json item = Json::object();
    item.set("list", control.list)
        .set("title", control.title)
        .set("regime", control.regime)
        .set("article", control.article)
        .set("code", control.code);
    item.set("words", control.words).set("verified", Json::boolean(control.verified)).set("partial", Json::boolean(control.partial));
    if (control.from) item.set("from", control.from->text());
    if (control.to) item.set("to", control.to->text());
    items.push(std::move(item));
  }
  return items;
}

Json matched_words_json(const std::vector<goods::MatchedWord>& matched) {
  Json items = Json::array();
  for (const auto& word : matched) {
    Json item = Json::object();
    items.push(std::move(item.set("word", word.word).set("exact", Json::boolean(word.exact)).set("of_heading", Json::boolean(word.inherited))));
  }
  return items;
}

Json nomenclatures_json(const std::vector<app::Nomenclature>& nomenclatures) {
  Json items = Json::array();
  for (const auto& entry : nomenclatures) {
    Json item = Json::object();
    item.set("name", entry.name).set("edition", entry.edition).set("codes", Json::number(static_cast<std::int64_t>(entry.codes)));
    items.push(std::move(item));
  }
  return items;
}

Json editions_json(const goods::ControlLists& lists, std::string_view code) {
  Json moves = Json::array();
  for (const auto& move : lists.renumberings(code)) {
    Json json = Json::object();
    json.set("from_edition", fmt::format("HS {}", move.from)).set("from", move.old_code).set("to_edition", fmt::format("HS {}", move.to));
    json.set("to", move.new_code).set("part", Json::boolean(move.part)).set("merged", Json::boolean(move.merged));
    json.set("still_in_use", Json::boolean(move.stays)).set("words", move.words);
    moves.push(std::move(json));
  }
  return moves;
}

Json code_document(const goods::ControlLists& lists, std::string_view policy, std::string_view code, Date as_of) {
  Json answer = Json::object();
  answer.set("code", code).set("as_of", as_of.text()).set("policy", policy).set("controls", controls_json(lists.find(code, as_of)));
  if (Json moves = editions_json(lists, code); !moves.items.empty()) answer.set("editions", std::move(moves));
  return answer;
}

Json proposals_document(const app::GoodsWords& words, std::string_view text, goods::Language language, std::size_t limit, Date as_of) {
  const auto fitting = words.words.fit(text);
  Json list = Json::array();
  for (const auto& proposal : fitting.best(limit)) {
    Json item = Json::object();
    item.set("code", proposal.code).set("score", Json::number_literal(goods::fit_text(proposal.score)));
    item.set("title", words.words.title(proposal.code, language)).set("words", matched_words_json(proposal.matched));
    list.push(std::move(item.set("controls", controls_json(words.rules.controls.find(proposal.code, as_of)))));
  }
  Json document = Json::object();
  document.set("text", text).set("language", goods::language_name(language)).set("as_of", as_of.text()).set("policy", words.rules.id);
  document.set("nomenclatures", nomenclatures_json(words.nomenclatures));
  document.set("words_asked", Json::number(static_cast<std::int64_t>(fitting.words_asked())));
  return document.set("words_known", Json::number(static_cast<std::int64_t>(fitting.words_known()))).set("proposals", std::move(list));
}

std::set<std::uint32_t> deciding_holdings(const app::OwnersReport& report) {
  std::set<std::uint32_t> deciding;
  for (const auto& answer : report.answers) {
    if (answer.explanation.answer == ownership::Answer::not_owned) continue;
    const auto take = [&](const ownership::Step& step) { deciding.insert(step.holdings.begin(), step.holdings.end()); };
    take(answer.explanation.last);
    for (const auto& step : answer.explanation.before) take(step);
  }
  return deciding;
}

bool without_list(const app::OwnersReport& report, const policy::RuleBook::OwnershipAnswer& answer) {
  return std::find(report.without_list.begin(), report.without_list.end(), answer.id) != report.without_list.end();
}

Json owners_document(const app::OwnersSnapshot& opened, const app::OwnersReport& report) {
  Json json = Json::object();
  json.set("as_of", opened.as_of.text()).set("party", Json::number(report.party)).set("network", network_json(report, opened.as_of));
  Json answers = Json::array();
  for (const auto& answer : report.answers) answers.push(answer_json(report, answer));
  json.set("answers", std::move(answers));
  Json look = Json::array();
  for (const auto& one : report.look_through) {
    Json item = Json::object();
    item.set("owner", Json::number(one.owner)).set("low", Json::number_literal(fmt::format("{:.6f}", one.low)));
    look.push(std::move(item.set("high", Json::number_literal(fmt::format("{:.6f}", one.high))).set("converged", Json::boolean(one.converged))));
  }
  json.set("look_through", std::move(look));
  Json votes = Json::array();
  for (const auto& one : report.votes) {
    Json item = Json::object();
    item.set("owner", Json::number(one.owner)).set("share", Json::number_literal(fmt::format("{:.7f}", one.share)));
    item.set("shapley", Json::number_literal(fmt::format("{:.6f}", one.shapley)));
    votes.push(std::move(item.set("banzhaf", Json::number_literal(fmt::format("{:.6f}", one.banzhaf)))));
  }
  json.set("voting_power", Json::object()
                               .set("exact", Json::boolean(report.votes_exact))
                               .set("error", Json::number_literal(fmt::format("{:.4f}", report.votes_error)))
                               .set("holders", std::move(votes)));
  Json controllers = Json::array();
  for (const auto number : report.controllers) controllers.push(Json::number(number));
  Json controls = Json::array();
  for (const auto number : report.controls) controls.push(Json::string(opened.snapshot.registers.graph->party(number).id));
  json.set("controlled_by", std::move(controllers)).set("controls_total", Json::number(static_cast<std::int64_t>(report.controls_total)));
  json.set("owners_known", Json::boolean(report.owners_known)).set("controls", std::move(controls)).set("remarks", Json::strings(report.remarks));
  Json registers = Json::array();
  for (const auto& edition : opened.snapshot.registers.editions) {
    registers.push(Json::object().set("source", edition.source).set("edition", edition.edition).set("published", edition.published));
  }
  return json.set("basis",
                  Json::object().set("ownership", std::move(registers)).set("policy", opened.snapshot.policy).set("engine", opened.snapshot.engine));
}

Json edition_json(const store::StoredEdition& edition) {
  Json json = Json::object();
  json.set("list", edition.list);
  if (!edition.part.empty()) json.set("part", edition.part);
  json.set("edition", edition.id).set("published", edition.published).set("dated_by", edition.dated_by).set("format", edition.format);
  json.set("imported_at", edition.imported_at).set("entities", Json::number(edition.entities)).set("names", Json::number(edition.names));
  json.set("relations", Json::number(edition.relations));
  if (!edition.owner.empty()) json.set("title", edition.title).set("owner", edition.owner).set("expires", edition.expires);
  if (!edition.signed_by.empty()) json.set("signed_by", edition.signed_by);
  json.set("sample", Json::boolean(edition.sample)).set("warnings", Json::strings(edition.warnings));
  json.set("held", Json::strings(edition.held));
  if (!edition.held.empty()) json.set("accepted", Json::boolean(edition.accepted));
  return json;
}

long age_in_days(const store::StoredEdition& edition, Date today) {
  return days_between(Date::parse(app::known_until(edition, today.text())).value_or(Date{}), today);
}

bool is_stale(const store::StoredEdition& edition, Date today, long list_age_max) {
  return edition.owner.empty() && list_age_max > 0 && age_in_days(edition, today) > list_age_max;
}

Json lists_document(const std::vector<app::ListedEdition>& editions, Date today, long list_age_max) {
  Json lists = Json::array();
  for (const auto& item : editions) {
    Json json = edition_json(item.edition);
    json.set("age_days", Json::number(age_in_days(item.edition, today))).set("current", Json::boolean(item.current));
    lists.push(std::move(json.set("stale", Json::boolean(is_stale(item.edition, today, list_age_max)))));
  }
  return Json::object().set("lists", std::move(lists));
}

}  // namespace tamga::service
