#include "api/common.h"
#include "api/native.h"
#include "app/documents.h"
#include "app/list_diff.h"

namespace tamga::api {
namespace {

Result<Json> lists(const Context& context, const Request& request) {
  TAMGA_TRY(const Date day, day_of(text_of(request, "as_of"), "as_of"));
  TAMGA_TRY(auto editions, app::list_editions(context.settings, day));
  if (truth_of(request, "current")) std::erase_if(editions, [](const auto& item) { return !item.current; });
  return app::document(editions, day, context.settings.list_age_max);
}

Result<Json> diff(const Context& context, const Request& request) {
  TAMGA_TRY(const auto changes, app::diff_lists(context.settings, request.path_parameter("name"), text_of(request, "from"), text_of(request, "to")));
  return app::to_json(changes);
}

Result<Json> entity(const Context& context, const Request& request) {
  const auto screener = context.live->current();
  const std::string& id = request.path_parameter("id");
  for (const auto& edition : screener->searchable()) {
    const auto number = edition.index->find_entity(id);
    if (number == index::kNoEntity) continue;
    Json relations = Json::array();
    for (const auto relation : edition.index->relations_of(number)) {
      TAMGA_TRY(Json edge, parse_json(edition.index->relation(relation).json, JsonLimits{.double_keys = true}));
      relations.push(std::move(edge));
    }
    Json json = Json::object().set("entity", to_json(edition.index->entity(number))).set("list", edition.list);
    if (!edition.part.empty()) json.set("part", edition.part);
    json.set("edition", edition.edition).set("published", edition.published);
    return json.set("relations", std::move(relations));
  }
  return not_found(fmt::format("no list that is loaded holds {}", id));
}

}  // namespace

void add_lists(std::vector<Endpoint>& endpoints) {
  Endpoint all{
      .method = "GET", .path = "/v1/lists", .summary = "every edition: date, age, counts, what is in force and what is held", .tag = "lists"};
  all.parameters = {as_of_parameter(), in_query("current", "only what is in force", "boolean")};
  all.response_schema = "Lists";
  all.needs_lists = false;
  all.audited = false;
  all.handle = documented(lists);
  endpoints.push_back(std::move(all));

  Endpoint changes{.method = "GET", .path = "/v1/lists/{name}/diff", .summary = "what changed between two editions of a list", .tag = "lists"};
  Parameter from = in_query("from", "the earlier edition: its date, or the beginning of its id");
  Parameter to = in_query("to", "the later one");
  from.required = to.required = true;
  changes.parameters = {in_path("name", "the list; LIST%2FPART where it has parts"), from, to};
  changes.response_schema = "ListDiff";
  changes.needs_lists = false;
  changes.handle = documented(diff);
  endpoints.push_back(std::move(changes));

  Endpoint one{.method = "GET", .path = "/v1/entities/{id}", .summary = "a listed entity, as its list published it", .tag = "lists"};
  one.parameters = {in_path("id", "as hits name it")};
  one.response_schema = "ListedEntity";
  one.handle = documented(entity);
  endpoints.push_back(std::move(one));
}

}  // namespace tamga::api
