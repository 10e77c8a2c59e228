#include "service/service.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <exception>
#include <utility>

#include "app/config.h"
#include "app/documents.h"
#include "app/record.h"
#include "index/index.h"
#include "lists/lists.h"
#include "service/question.h"

namespace tamga::service {
namespace {

/// Each is compared with every deal of its session; a record looks them up by keys instead.
constexpr std::size_t kRefusedKept = 200;

constexpr std::array<std::string_view, 5> kRegimes = {"us", "eu", "uk", "un", "ch"};

Status check_schema(std::string_view schema) {
  if (schema.empty() || schema_known(schema)) return {};
  return bad_input(
      fmt::format("schema: \"{}\" is not a schema, expected Person, Company, Organization, LegalEntity, PublicBody, Vessel, Airplane, "
                  "CryptoWallet, Asset or Address",
                  schema));
}

/// Of a payment nothing is kept: it names no goods by which it would be known again.
void remember_refused(const app::ClearRequest& request, const Json& decisions, RefusedDeals& refused) {
  for (std::size_t i = 0; i < decisions.items.size(); ++i) {
    const Json& decision = decisions.items[i];
    const auto outcome = decision.get("outcome");
    if (request.deals[i].message != nullptr || (outcome != "prohibited" && outcome != "licence_required")) continue;
    if (refused.size() == kRefusedKept) refused.erase(refused.begin());
    refused.push_back({0, std::string(decision.get("id")), std::string(outcome), request.as_of.text(), request.deals[i].deal});
  }
}

Result<match::Query> query_of(const Question& question) {
  match::Query query;
  if (const Json* entity = question.find("entity"); entity != nullptr) {
    for (const auto* other : {"name", "names", "schema", "birth_date", "country", "address", "identifier"}) {
      if (question.has(other)) return bad_input(fmt::format("{}: an entity says its own; give an entity or single fields, not both", other));
    }
    auto read = entity_from_json(*entity);
    if (!read) return bad_input(fmt::format("entity: {}", read.error().message));
    if (!schema_known(read->schema)) return bad_input(fmt::format("entity: \"{}\" is not a schema that is screened", read->schema));
    return match::query_of_entity(*read);
  }
  TAMGA_TRY(query.schema, question.text("schema"));
  TAMGA_TRY_STATUS(check_schema(query.schema));
  TAMGA_TRY(auto names, question.texts("name"));
  TAMGA_TRY(const auto more, question.texts("names"));
  names.insert(names.end(), more.begin(), more.end());
  for (const auto& name : names) {
    // One at a time, since words that stand by themselves would become one name.
    auto one = app::query_of_names({name}, query.schema);
    query.names.push_back(std::move(one.names.front()));
    for (auto& identifier : one.identifiers) query.identifiers.push_back(std::move(identifier));
  }
  for (const auto* field : {"birth_date", "country", "address", "identifier"}) {
    TAMGA_TRY(const auto values, question.texts(field));
    for (const auto& value : values) TAMGA_TRY_STATUS(app::add_to_query(query, field, value));
  }
  return query;
}

}  // namespace

class Service::Lease {
 public:
  explicit Lease(Service& service) : service_(service) {
    const std::scoped_lock lock(service_.resting_);
    if (service_.workspaces_.empty()) return;
    workspace_ = std::move(service_.workspaces_.back());
    service_.workspaces_.pop_back();
  }
  Lease(const Lease&) = delete;
  Lease& operator=(const Lease&) = delete;
  ~Lease() {
    // What an exception left half done is not used again, and without room to keep it a new one is made.
    if (std::uncaught_exceptions() > exceptions_) return;
    try {
      const std::scoped_lock lock(service_.resting_);
      service_.workspaces_.push_back(std::move(workspace_));
    } catch (const std::exception&) {
      return;
    }
  }
  match::Workspace& workspace() { return workspace_; }

 private:
  Service& service_;
  match::Workspace workspace_;
  int exceptions_ = std::uncaught_exceptions();
};

Service::Service(app::Settings settings) : settings_(std::move(settings)), screeners_(settings_), clearing_(settings_) {}
Service::~Service() = default;

Result<std::unique_ptr<Service>> Service::open(std::string_view options) {
  Json json = Json::object();
  if (options.find_first_not_of(" \t\r\n") != std::string_view::npos) {
    TAMGA_TRY(json, parse_json(options));
  }
  TAMGA_TRY(const auto question, Question::read(json, {"data", "store", "policy", "max_list_age", "threads"}));
  app::Settings settings;
  TAMGA_TRY(settings.data, question.text("data"));
  if (settings.data.empty()) settings.data = app::default_data_folder();
  TAMGA_TRY(settings.store, question.text("store"));
  if (settings.store.empty()) settings.store = app::default_store();
  TAMGA_TRY_STATUS(app::check_store(settings.store));
  TAMGA_TRY(settings.policy, question.text("policy"));
  // As the program does: what a house set for one must not be another rule book for the other.
  if (const char* policy = std::getenv("TAMGA_POLICY"); settings.policy.empty() && policy != nullptr) settings.policy = policy;
  TAMGA_TRY(settings.list_age_max, question.whole("max_list_age", 0, 36500, settings.list_age_max));
  TAMGA_TRY(const auto threads, question.whole("threads", 1, 256, app::default_threads()));
  settings.threads = static_cast<unsigned>(threads);
  TAMGA_TRY(settings.config, app::read_config(settings.data));
  return std::make_unique<Service>(std::move(settings));
}

Result<std::shared_ptr<const names::Model>> Service::model() {
  const std::scoped_lock lock(opening_model_);
  if (model_ == nullptr) {
    TAMGA_TRY(model_, app::matching_of(settings_, {}));
  }
  return model_;
}

Result<Json> Service::screen(const Json& json) {
  TAMGA_TRY(const auto question, Question::read(json, {"name", "names", "schema", "birth_date", "country", "address", "identifier", "entity",
                                                       "threshold", "lists", "as_of", "exhaustive"}));
  TAMGA_TRY(const auto query, query_of(question));
  TAMGA_TRY(const Date as_of, question.day("as_of"));
  TAMGA_TRY(const auto lists, question.texts("lists"));
  TAMGA_TRY(const auto threshold, question.part("threshold"));
  TAMGA_TRY(const bool exhaustive, question.flag("exhaustive"));
  TAMGA_TRY(const auto screener, screeners_.on(as_of, lists));
  TAMGA_TRY_STATUS(app::check_query(query, *screener->options().model));
  match::Options options = screener->options();
  options.threshold = threshold;
  options.exhaustive = exhaustive;
  Lease lease(*this);
  return app::document(query, screener->basis(), screener->screen(query, lease.workspace(), options));
}

Result<match::Score> Service::score(std::string_view name1, std::string_view name2, std::string_view schema) {
  if (schema.empty()) schema = app::kComparedAs;
  TAMGA_TRY(const auto names_model, model());
  TAMGA_TRY_STATUS(app::check_comparable(*names_model, name1, name2, schema));
  std::optional<match::Comparer> comparer;
  {
    const std::scoped_lock lock(resting_);
    if (!comparers_.empty()) {
      comparer.emplace(std::move(comparers_.back()));
      comparers_.pop_back();
    }
  }
  if (!comparer) comparer.emplace(names_model);
  const auto score = comparer->score(name1, name2, index::kind_of_schema(schema));
  const std::scoped_lock lock(resting_);
  comparers_.push_back(*std::move(comparer));
  return score;
}

Result<match::NameComparison> Service::compare(std::string_view name1, std::string_view name2, std::string_view schema) {
  TAMGA_TRY(const auto names_model, model());
  return app::compare_names(names_model, name1, name2, schema);
}

Result<Json> Service::clear(std::string deal, const Json& json, Record record, RefusedDeals* refused) {
  TAMGA_TRY(const auto question, Question::read(json, {"as_of"}));
  app::ClearRequest request;
  TAMGA_TRY(request.as_of, question.day("as_of"));
  TAMGA_TRY(request.deals, app::read_deals({}, std::move(deal)));
  request.decided_at = utc_now();
  request.record = record == Record::record;
  if (refused != nullptr) request.also_past = *refused;
  TAMGA_TRY(auto store, app::open_existing_store(settings_));
  TAMGA_TRY(const auto basis, clearing_.on(store, request.as_of));
  Lease lease(*this);
  Json decisions = Json::array();
  TAMGA_TRY_STATUS(
      app::clear_on(*basis, settings_, store, request, lease.workspace(), [&](const clear::Decision& decision) { decisions.push(decision.json); }));
  if (refused != nullptr) remember_refused(request, decisions, *refused);
  if (decisions.items.size() == 1) return std::move(decisions.items.front());
  return Json::object().set("decisions", std::move(decisions));
}

Result<Json> Service::owners(const Json& json) {
  TAMGA_TRY(const auto question, Question::read(json, {"party", "regime", "as_of"}));
  TAMGA_TRY(const auto asked, question.text("party"));
  TAMGA_TRY(const auto regime, question.text("regime"));
  TAMGA_TRY(const Date as_of, question.day("as_of"));
  if (asked.empty()) return bad_input("party: missing, expected a name, an identifier or an id");
  if (!regime.empty() && std::find(kRegimes.begin(), kRegimes.end(), regime) == kRegimes.end())
    return bad_input(fmt::format("regime: \"{}\" is none of {}", regime, fmt::join(kRegimes, ", ")));
  TAMGA_TRY(auto store, app::open_existing_store(settings_));
  TAMGA_TRY(const auto basis, clearing_.on(store, as_of));
  const app::OwnersSnapshot opened{basis->snapshot, as_of};
  TAMGA_TRY(const auto party, app::find_owners_party(opened, asked));
  TAMGA_TRY(auto report, app::owners_report(opened, party));
  if (!regime.empty()) std::erase_if(report.answers, [&](const auto& answer) { return answer.regime != regime; });
  return app::document(opened, report);
}

Result<Json> Service::goods(const Json& json) {
  TAMGA_TRY(const auto question, Question::read(json, {"code", "text", "limit", "language", "as_of"}));
  TAMGA_TRY(const auto code_text, question.text("code"));
  TAMGA_TRY(const auto text, question.text("text"));
  TAMGA_TRY(const auto language_code, question.text("language"));
  TAMGA_TRY(const auto limit, question.whole("limit", 1, 1000, 10));
  TAMGA_TRY(const Date as_of, question.day("as_of"));
  if (code_text.empty() == text.empty()) return bad_input("give a code or a text, and not both");
  if (!code_text.empty() && (question.has("limit") || question.has("language"))) return bad_input("limit and language go with a text");
  if (!code_text.empty()) {
    TAMGA_TRY(const auto code, goods::read_code(code_text));
    TAMGA_TRY(const auto rules, clearing_.rules());
    return app::goods_document(*rules, code, as_of);
  }
  auto language = goods::language_of(text);
  if (!language_code.empty()) {
    bool known = false;
    for (const auto candidate : {goods::Language::en, goods::Language::ru, goods::Language::kk}) {
      if (language_code != goods::language_name(candidate)) continue;
      language = candidate;
      known = true;
    }
    if (!known) return bad_input(fmt::format("language: \"{}\" is none of en, ru, kk", language_code));
  }
  TAMGA_TRY(const auto words, clearing_.goods_words());
  return app::goods_document(*words, std::string(text), language, words->words.fit(text), static_cast<std::size_t>(limit), as_of);
}

Result<Json> Service::list_ages(Date as_of) {
  TAMGA_TRY(const auto editions, app::list_editions(settings_, as_of));
  Json ages = Json::array();
  for (const auto& item : editions) {
    if (!item.current) continue;
    const auto& edition = item.edition;
    Json json = Json::object();
    json.set("list", edition.list);
    if (!edition.part.empty()) json.set("part", edition.part);
    if (const auto* info = lists::find_list(edition.list); info != nullptr) {
      json.set("title", info->title).set("authority", info->authority).set("url", info->url);
    } else {
      json.set("title", edition.title).set("authority", edition.owner);
    }
    json.set("published", edition.published).set("age_days", Json::number(app::age_of(edition, as_of)));
    json.set("stale", Json::boolean(app::is_stale(edition, as_of, settings_.list_age_max))).set("sample", Json::boolean(edition.sample));
    ages.push(std::move(json));
  }
  return ages;
}

Result<Json> Service::lists(const Json& json) {
  TAMGA_TRY(const auto question, Question::read(json, {"as_of"}));
  TAMGA_TRY(const Date as_of, question.day("as_of"));
  TAMGA_TRY(const auto editions, app::list_editions(settings_, as_of));
  return app::document(editions, as_of, settings_.list_age_max);
}

}  // namespace tamga::service
