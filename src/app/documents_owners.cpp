#include <fmt/format.h>

#include <algorithm>

#include "app/documents.h"
#include "ownership/explain.h"

namespace tamga::app {

std::set<std::uint32_t> deciding(const OwnersReport& report) {
  std::set<std::uint32_t> holdings;
  for (const auto& answer : report.answers) {
    if (answer.explanation.answer == ownership::Answer::not_owned) continue;
    const auto take = [&](const ownership::Step& step) { holdings.insert(step.holdings.begin(), step.holdings.end()); };
    take(answer.explanation.last);
    for (const auto& step : answer.explanation.before) take(step);
  }
  return holdings;
}

namespace {

using ownership::Holding;

Json network_of(const OwnersReport& report, ownership::Day day) {
  const ownership::Graph& graph = *report.network.graph;
  const auto decides = deciding(report);
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
    const Holding& holding = graph.holdings()[i];
    Json json = Json::object();
    json.set("owner", Json::number(holding.owner)).set("asset", Json::number(holding.asset)).set("kind", ownership::kind_name(holding.kind));
    if (holding.measured()) json.set("share", holding.share().text());
    if (holding.indirect()) json.set("indirect", Json::boolean(true));
    if (const auto from = ownership::date_of(holding.from)) json.set("from", from->text());
    if (const auto to = ownership::date_of(holding.to)) json.set("to", to->text());
    json.set("holds", Json::boolean(holding.on(day))).set("decides", Json::boolean(decides.contains(i)));
    if (holding.disputed()) json.set("disputed", Json::boolean(true));
    std::vector<std::string> sources;
    for (const auto source : graph.sources(holding.sources)) sources.emplace_back(source);
    if (holding.line > 0) json.set("line", Json::number(holding.line));
    holdings.push(std::move(json.set("sources", Json::strings(sources))));
  }
  return Json::object().set("parties", std::move(parties)).set("holdings", std::move(holdings));
}

Json answer_json(const OwnersReport& report, const policy::RuleBook::OwnershipAnswer& answer) {
  Json json = Json::object();
  json.set("regime", answer.regime).set("rule", answer.id).set("title", answer.title).set("authority", answer.authority);
  json.set("citation", answer.citation).set("source", answer.source).set("status", answer.status);
  json.set("answer", ownership::answer_name(answer.explanation.answer)).set("listed_itself", Json::boolean(answer.listed));
  json.set("held", answer.explanation.last.held.text()).set("chain", answer.chain);
  std::vector<std::string> settle;
  for (const auto& unknown : answer.explanation.settle) settle.push_back(ownership::fact_text(*report.network.graph, unknown));
  json.set("would_settle", Json::strings(settle));
  return json;
}

}  // namespace

Json document(const OwnersSnapshot& opened, const OwnersReport& report) {
  const auto without_list = [&](const auto& answer) {
    return std::find(report.without_list.begin(), report.without_list.end(), answer.id) != report.without_list.end();
  };
  Json json = Json::object();
  json.set("as_of", opened.as_of.text()).set("party", Json::number(report.party)).set("network", network_of(report, ownership::day_of(opened.as_of)));
  Json answers = Json::array();
  for (const auto& answer : report.answers) {
    Json json_of_answer = answer_json(report, answer);
    answers.push(std::move(json_of_answer.set("list_loaded", Json::boolean(!without_list(answer)))));
  }
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
  json.set("basis",
           Json::object().set("ownership", std::move(registers)).set("policy", opened.snapshot.policy).set("engine", opened.snapshot.engine));
  return json;
}

}  // namespace tamga::app
