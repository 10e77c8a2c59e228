#include <fmt/format.h>

#include "app/documents.h"

namespace tamga::app {
namespace {

Json document(const std::vector<goods::Control>& controls) {
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

Json document(const std::vector<goods::MatchedWord>& matched) {
  Json items = Json::array();
  for (const auto& word : matched) {
    Json item = Json::object();
    items.push(std::move(item.set("word", word.word).set("exact", Json::boolean(word.exact)).set("of_heading", Json::boolean(word.inherited))));
  }
  return items;
}

Json editions_of(const goods::ControlLists& lists, std::string_view code) {
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

}  // namespace

Json document(const std::vector<Nomenclature>& nomenclatures) {
  Json items = Json::array();
  for (const auto& entry : nomenclatures) {
    Json item = Json::object();
    item.set("name", entry.name).set("edition", entry.edition).set("codes", Json::number(static_cast<std::int64_t>(entry.codes)));
    items.push(std::move(item));
  }
  return items;
}

Json goods_document(const Rules& rules, const std::string& code, Date day) {
  Json answer = Json::object();
  answer.set("code", code).set("as_of", day.text()).set("policy", rules.id).set("controls", document(rules.controls.find(code, day)));
  if (Json moves = editions_of(rules.controls, code); !moves.items.empty()) answer.set("editions", std::move(moves));
  return answer;
}

Json goods_document(const GoodsWords& words, const std::string& text, goods::Language language, const goods::Fitting& fitting, std::size_t limit,
                    Date day) {
  const auto proposals = fitting.best(limit);
  Json list = Json::array();
  for (const auto& proposal : proposals) {
    Json item = Json::object();
    item.set("code", proposal.code).set("score", Json::number_literal(goods::fit_text(proposal.score)));
    item.set("title", words.words.title(proposal.code, language)).set("words", document(proposal.matched));
    list.push(std::move(item.set("controls", document(words.rules->controls.find(proposal.code, day)))));
  }
  Json answer = Json::object();
  answer.set("text", text).set("language", goods::language_name(language)).set("as_of", day.text()).set("policy", words.rules->id);
  answer.set("nomenclatures", document(words.nomenclatures));
  answer.set("words_asked", Json::number(static_cast<std::int64_t>(fitting.words_asked())));
  answer.set("words_known", Json::number(static_cast<std::int64_t>(fitting.words_known()))).set("proposals", std::move(list));
  return answer;
}

Json document(const GoodsWords& words, const CheckedRow& row) {
  Json json = Json::object();
  json.set("line", Json::number(static_cast<std::int64_t>(row.line))).set("row", row.fields);
  if (!row.error.empty()) return json.set("error", row.error);
  const auto& check = row.check;
  json.set("verdict", goods::verdict_text(check.verdict));
  if (!row.code.empty()) {
    Json stated = Json::object();
    stated.set("code", row.code).set("title", words.words.title(row.code, goods::language_of(row.description)));
    stated.set("score", Json::number_literal(goods::fit_text(check.stated)));
    json.set("stated", std::move(stated.set("controls", document(check.controls))));
  }
  const auto fit = [&](std::string_view code, goods::FitScore score, const std::vector<goods::MatchedWord>& matched) {
    Json item = Json::object();
    item.set("code", code).set("score", Json::number_literal(goods::fit_text(score)));
    return item.set("title", words.words.title(code, goods::language_of(row.description))).set("words", document(matched));
  };
  Json better = Json::array();
  for (const auto& proposal : check.better) better.push(fit(proposal.code, proposal.score, proposal.matched));
  json.set("better", std::move(better));
  if (check.controlled) {
    Json controlled = fit(check.controlled->code, check.controlled->score, check.controlled->matched);
    json.set("controlled", std::move(controlled.set("controls", document(check.controlled->controls))));
  }
  return json;
}

}  // namespace tamga::app
