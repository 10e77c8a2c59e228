#include <set>

#include "api/common.h"
#include "api/native.h"
#include "api/router.h"
#include "app/approvals.h"
#include "app/casework.h"
#include "app/consult.h"
#include "app/documents.h"
#include "app/licences.h"
#include "app/record.h"
#include "match/name_key.h"

/// One box for everything: what is typed is looked for as a number, a code, an id and a name at once.
namespace tamga::api {
namespace {

class Found {
 public:
  explicit Found(std::size_t limit) : limit_(limit) {}

  void add(std::string_view kind, std::string_view id, std::string_view title, std::string_view detail, const std::string& href) {
    if (list_.items.size() >= limit_ || !seen_.insert(fmt::format("{} {}", kind, id)).second) return;
    list_.push(Json::object().set("kind", kind).set("id", id).set("title", title).set("detail", detail).set("href", href));
  }
  [[nodiscard]] bool full() const { return list_.items.size() >= limit_; }
  [[nodiscard]] Json take() { return std::move(list_); }

 private:
  std::size_t limit_;
  std::set<std::string> seen_;
  Json list_ = Json::array();
};

/// For a path: what a URL would read otherwise is written as its bytes' numbers.
void add_goods_code(const Context& context, const std::string& text, Date today, Found& found) {
  const auto code = goods::read_code(text);
  const auto rules = context.clearing->rules();
  if (!code || !rules) return;
  const auto controls = (*rules)->controls.find(*code, today);
  std::set<std::string> lists;
  for (const auto& control : controls) lists.insert(control.list);
  const std::string title = controls.empty()                 ? "on no control list"
                            : controls.front().words.empty() ? controls.front().title
                                                             : controls.front().words;
  found.add("goods", *code, title, fmt::format("{}", fmt::join(lists, ", ")), "/v1/goods/" + *code);
}

void add_listed(const app::Screener& screener, const std::string& text, Found& found) {
  for (const auto& edition : screener.searchable()) {
    const auto number = edition.index->find_entity(text);
    if (number == index::kNoEntity) continue;
    found.add("entity", text, edition.index->entity(number).caption, edition.list, "/v1/entities/" + encode_percent(text));
  }
  const auto query = app::query_of_names({text}, "");
  if (!app::check_query(query, *screener.options().model)) return;
  thread_local match::Workspace workspace;
  match::Options options = screener.options();
  options.reasons = false;
  for (const auto& hit : screener.screen(query, workspace, options)) {
    found.add("entity", hit.entity.id, hit.entity.caption, fmt::format("{}, {}", hit.list, match::score_text(hit.score)),
              "/v1/entities/" + encode_percent(hit.entity.id));
  }
}

/// Parties of the ownership registers, by number or by the key of their name.
void add_registered(const clear::Snapshot& snapshot, const std::string& text, Found& found) {
  const auto* graph = snapshot.registers.graph.get();
  if (graph == nullptr) return;
  std::vector<std::uint32_t> parties;
  for (const auto& identifier : identifiers::in_text(text)) {
    for (const auto party : graph->with_identifier(identifier)) parties.push_back(party);
  }
  names::Reader reader(*snapshot.matching);
  if (const auto key = match::name_key(text, reader); key != 0) {
    for (const auto party : graph->with_name_key(key)) parties.push_back(party);
  }
  if (const auto party = graph->find(text); party != ownership::kNobody) parties.push_back(party);
  for (const auto party : parties) {
    const auto view = graph->party(party);
    found.add("party", view.id, view.name, view.country, "/v1/ownership/" + encode_percent(view.id));
  }
}

Status add_recorded(const Context& context, store::Store& store, const std::string& text, std::size_t limit, Found& found) {
  TAMGA_TRY_STATUS(context.deals->follow(store));
  for (const auto& row : context.deals->list({.text = text}, 0, limit)) {
    found.add("deal", row.deal, fmt::format("{}", fmt::join(row.parties, ", ")), fmt::format("{}, {}", row.outcome, row.decided_at.substr(0, 10)),
              "/v1/deals/" + encode_percent(row.deal));
  }
  if (text.starts_with("dec-")) {
    TAMGA_TRY(const auto entry, store.find("decision", text));
    if (entry) found.add("decision", text, text, entry->recorded_at, "/v1/decisions/" + encode_percent(text));
  }
  store::Cases cases(store);
  if (text.starts_with("alert-")) {
    TAMGA_TRY(const auto alert, cases.alert(text));
    if (alert) found.add("alert", alert->id, alert->ground.because, alert->deadline, "/v1/alerts/" + encode_percent(text));
  }
  if (text.starts_with("con-")) {
    TAMGA_TRY(const auto one, cases.consultation(text));
    if (one) found.add("consultation", one->id, one->rule, one->state, "/v1/consultations/" + encode_percent(text));
  }
  TAMGA_TRY(const auto licences, store::Licences(store).all());
  for (const auto& licence : licences) {
    if (licence.number.find(text) != std::string::npos)
      found.add("licence", licence.number, licence.number, fmt::format("{} to {}", licence.from, licence.to),
                "/v1/licences/" + encode_percent(licence.number));
  }
  return {};
}

Result<Json> search(const Context& context, const Request& request) {
  const std::string text = text_of(request, "q");
  const std::size_t limit = count_of(request, "limit", 20);
  Found found(limit);
  const Date today = utc_today();
  add_goods_code(context, text, today, found);
  TAMGA_TRY(auto store, app::open_existing_store(context.settings));
  // Casework is for people; a machine searches lists, registers and codes.
  if (!(request.caller.roles.size() == 1 && request.caller.has("machine"))) TAMGA_TRY_STATUS(add_recorded(context, store, text, limit, found));
  add_listed(*context.live->current(), text, found);
  TAMGA_TRY(const auto basis, context.clearing->on(store, today));
  add_registered(basis->snapshot, text, found);
  return Json::object().set("query", text).set("results", found.take());
}

}  // namespace

void add_search(std::vector<Endpoint>& endpoints) {
  Endpoint all{.method = "GET",
               .path = "/v1/search",
               .summary = "one box: names, goods codes, BIN, INN, IMO, BIC, containers, ids of deals, alerts, licences",
               .tag = "search"};
  Parameter text = in_query("q", "what is looked for");
  text.required = true;
  Parameter limit{.name = "limit", .type = "integer", .description = "so many results", .fallback = "20", .minimum = "1", .maximum = "100"};
  all.parameters = {text, limit};
  all.response_schema = "SearchResults";
  all.roles = kScreeners;
  all.handle = documented(search);
  endpoints.push_back(std::move(all));
}

}  // namespace tamga::api
