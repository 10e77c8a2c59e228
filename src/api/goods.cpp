#include "api/common.h"
#include "api/native.h"
#include "app/documents.h"
#include "app/record.h"

namespace tamga::api {
namespace {

Result<Json> look_up(const Context& context, const Request& request) {
  TAMGA_TRY(const auto code, goods::read_code(request.path_parameter("code")));
  TAMGA_TRY(const Date day, day_of(text_of(request, "as_of"), "as_of"));
  TAMGA_TRY(const auto rules, context.clearing->rules());
  return app::goods_document(*rules, code, day);
}

Result<Json> propose(const Context& context, const Request& request) {
  TAMGA_TRY(const Date day, day_of(text_of(request, "as_of"), "as_of"));
  TAMGA_TRY(const auto words, context.clearing->goods_words());
  const std::string text = text_of(request, "text");
  auto language = goods::language_of(text);
  for (const auto candidate : {goods::Language::en, goods::Language::ru, goods::Language::kk}) {
    if (text_of(request, "lang") == goods::language_name(candidate)) language = candidate;
  }
  return app::goods_document(*words, text, language, words->words.fit(text), count_of(request, "limit", 10), day);
}

Result<Json> owners(const Context& context, const Request& request) {
  TAMGA_TRY(const Date day, day_of(text_of(request, "as_of"), "as_of"));
  TAMGA_TRY(auto store, app::open_existing_store(context.settings));
  TAMGA_TRY(const auto basis, context.clearing->on(store, day));
  const app::OwnersSnapshot opened{basis->snapshot, day};
  TAMGA_TRY(const auto party, app::find_owners_party(opened, request.path_parameter("id")));
  TAMGA_TRY(auto report, app::owners_report(opened, party));
  if (const auto regime = text_of(request, "regime"); !regime.empty())
    std::erase_if(report.answers, [&](const auto& answer) { return answer.regime != regime; });
  return app::document(opened, report);
}

Result<Json> rules(const Context& context, const Request& request) {
  TAMGA_TRY(const Date day, day_of(text_of(request, "as_of"), "as_of"));
  TAMGA_TRY(const auto rules, context.clearing->rules());
  return app::document(rules->book.lines(day), day, rules->id);
}

}  // namespace

void add_goods(std::vector<Endpoint>& endpoints) {
  Endpoint code{.method = "GET", .path = "/v1/goods/{code}", .summary = "control lists that name a code (HS, CN or TN VED)", .tag = "goods"};
  code.parameters = {in_path("code", "4 to 10 digits"), as_of_parameter()};
  code.response_schema = "GoodsCode";
  code.needs_lists = false;
  code.audited = false;
  code.handle = documented(look_up);
  endpoints.push_back(std::move(code));

  Endpoint text{.method = "GET", .path = "/v1/goods", .summary = "codes for a description in English, Russian or Kazakh", .tag = "goods"};
  Parameter words = in_query("text", "the description");
  words.required = true;
  Parameter limit{.name = "limit", .type = "integer", .description = "so many proposals", .fallback = "10", .minimum = "1", .maximum = "1000"};
  Parameter lang = in_query("lang", "of the titles; default: that of the text");
  lang.values = {"en", "ru", "kk"};
  text.parameters = {words, limit, lang, as_of_parameter()};
  text.response_schema = "GoodsProposals";
  text.needs_lists = false;
  text.audited = false;
  text.handle = documented(propose);
  endpoints.push_back(std::move(text));

  Endpoint owned{.method = "GET",
                 .path = "/v1/ownership/{id}",
                 .summary = "who owns and controls a party, and what each authority's rule makes of it",
                 .tag = "ownership"};
  Parameter regime = in_query("regime", "only this regime's rules");
  regime.values = {"us", "eu", "uk", "un", "ch"};
  owned.parameters = {in_path("id", "an id of a register, an identifier (LEI, BIN, INN, IMO), a listed entity's id, or a name"), regime,
                      as_of_parameter()};
  owned.response_schema = "Ownership";
  owned.roles = kScreeners;
  owned.handle = documented(owners);
  endpoints.push_back(std::move(owned));

  Endpoint book{.method = "GET", .path = "/v1/policy/rules", .summary = "every rule with its status on a day", .tag = "policy"};
  book.parameters = {as_of_parameter()};
  book.response_schema = "Rules";
  book.needs_lists = false;
  book.audited = false;
  book.handle = documented(rules);
  endpoints.push_back(std::move(book));
}

}  // namespace tamga::api
