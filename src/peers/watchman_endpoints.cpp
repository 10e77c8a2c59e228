#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <mutex>
#include <thread>

#include "app/update.h"
#include "base/ascii.h"
#include "base/date.h"
#include "base/utf8.h"
#include "lists/countries.h"
#include "lists/lists.h"
#include "match/explain.h"
#include "peers/handlers.h"
#include "peers/match.h"

// Moov Watchman's second version (https://github.com/moov-io/watchman). It knows entries of lists, not merged entities.
namespace tamga::peers {
namespace {

constexpr std::int64_t kLimit = 10;
constexpr std::int64_t kWatchmanLimitMax = 100;

struct ListName {
  std::string_view list;
  std::string_view watchman;
};
constexpr std::array kListNames = {
    ListName{"us_ofac_sdn", "us_ofac"},    ListName{"us_ofac_cons", "us_non_sdn"},  ListName{"us_trade_csl", "us_csl"},
    ListName{"eu_fsf", "eu_csl"},          ListName{"gb_fcdo_sanctions", "uk_csl"}, ListName{"gb_hmt_sanctions", "uk_csl"},
    ListName{"un_sc_sanctions", "un_csl"},
};

std::string_view watchman_name(std::string_view list) {
  const auto at = std::find_if(kListNames.begin(), kListNames.end(), [&](const ListName& name) { return name.list == list; });
  return at == kListNames.end() ? list : at->watchman;
}

struct TypeName {
  std::string_view type;
  std::string_view schema;
};
constexpr std::array kTypes = {TypeName{"person", "Person"}, TypeName{"business", "Company"}, TypeName{"organization", "Organization"},
                               TypeName{"aircraft", "Airplane"}, TypeName{"vessel", "Vessel"}};

std::string_view type_of(std::string_view schema) {
  if (schema_is_a(schema, "Person")) return "person";
  if (schema_is_a(schema, "Company")) return "business";
  if (schema_is_a(schema, "LegalEntity")) return "organization";
  if (schema_is_a(schema, "Vessel")) return "vessel";
  if (schema_is_a(schema, "Airplane")) return "aircraft";
  return "unknown";
}

Json text_or_null(std::string_view text) { return text.empty() ? Json() : Json::string(text); }

/// A day as Go writes times; null where only a part of it is known, since 1 January would be a claim.
Json time_of(std::string_view day) { return Date::parse(day) ? Json::string(std::string(day) + "T00:00:00Z") : Json(); }

Json government_ids(const Entity& entity) {
  struct Kind {
    std::string_view property;
    std::string_view type;
    std::string_view name;
  };
  static constexpr std::array kKinds = {
      Kind{"passportNumber", "passport", "Passport"},
      Kind{"idNumber", "national-id", "National ID"},
      Kind{"taxNumber", "tax-id", "Tax ID"},
      Kind{"innCode", "tax-id", "INN"},
      Kind{"registrationNumber", "business-registration", "Registration number"},
      Kind{"ogrnCode", "business-registration", "OGRN"},
      Kind{"leiCode", "business-registration", "LEI"},
  };
  Json ids = Json::array();
  for (const auto& kind : kKinds) {
    for (const auto& value : entity.values(kind.property))
      ids.push(Json::object().set("name", kind.name).set("type", kind.type).set("country", "").set("identifier", value));
  }
  return ids;
}

Json other_names(const Entity& entity) {
  std::vector<std::string> names;
  for (const auto* property : {"name", "alias", "weakAlias"}) {
    for (const auto& name : entity.values(property)) {
      if (name != entity.caption && std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
    }
  }
  return Json::strings(names);
}

Json person_of(const Entity& entity) {
  Json json = Json::object().set("name", entity.caption).set("altNames", other_names(entity));
  json.set("gender", entity.first("gender").empty() ? std::string_view("unknown") : entity.first("gender"));
  json.set("birthDate", time_of(entity.first("birthDate")))
      .set("placeOfBirth", entity.first("birthPlace"))
      .set("deathDate", time_of(entity.first("deathDate")));
  std::vector<std::string> titles = entity.values("title");
  for (const auto& position : entity.values("position")) titles.push_back(position);
  return json.set("titles", Json::strings(titles)).set("governmentIDs", government_ids(entity));
}

Json firm_of(const Entity& entity) {
  Json json = Json::object().set("name", entity.caption).set("altNames", other_names(entity));
  json.set("created", time_of(entity.first("incorporationDate"))).set("dissolved", time_of(entity.first("dissolutionDate")));
  return json.set("governmentIDs", government_ids(entity));
}

Json tons(std::string_view text) {
  std::string digits;
  for (const char c : text) {
    if (c >= '0' && c <= '9') digits += c;
    if (c == '.') break;
  }
  digits.erase(0, std::min(digits.find_first_not_of('0'), digits.size()));
  return Json::number_literal(digits.empty() || digits.size() > 9 ? "0" : digits);
}

Json vessel_of(const Entity& entity) {
  Json json = Json::object().set("name", entity.caption).set("altNames", other_names(entity)).set("imoNumber", entity.first("imoNumber"));
  json.set("type", entity.first("type").empty() ? std::string_view("unknown") : entity.first("type")).set("flag", entity.first("flag"));
  json.set("built", time_of(entity.first("buildDate"))).set("model", entity.first("model")).set("tonnage", tons(entity.first("tonnage")));
  json.set("mmsi", entity.first("mmsi")).set("callSign", entity.first("callSign"));
  return json.set("grossRegisteredTonnage", tons(entity.first("grossRegisteredTonnage"))).set("owner", "");
}

Json aircraft_of(const Entity& entity) {
  Json json = Json::object().set("name", entity.caption).set("altNames", other_names(entity));
  json.set("type", entity.first("type").empty() ? std::string_view("unknown") : entity.first("type")).set("flag", entity.first("country"));
  json.set("built", time_of(entity.first("buildDate"))).set("icaoCode", entity.first("icaoCode")).set("model", entity.first("model"));
  return json.set("serialNumber", entity.first("serialNumber"));
}

Json entity_of(const clear::BasisEdition& edition, const Entity& entity) {
  const auto type = type_of(entity.schema);
  Json json = Json::object().set("name", entity.caption).set("entityType", type).set("sourceList", watchman_name(edition.loaded.list));
  // What the authority itself calls it, where it has a number.
  const std::string_view own = entity.designations.empty() ? std::string_view() : std::string_view(entity.designations.front().reference);
  json.set("sourceID", own.empty() ? std::string_view(entity.id) : own);
  json.set("person", type == "person" ? person_of(entity) : Json()).set("business", type == "business" ? firm_of(entity) : Json());
  json.set("organization", type == "organization" ? firm_of(entity) : Json()).set("aircraft", type == "aircraft" ? aircraft_of(entity) : Json());
  json.set("vessel", type == "vessel" ? vessel_of(entity) : Json());
  Json contact =
      Json::object().set("emailAddresses", Json::strings(entity.values("email"))).set("phoneNumbers", Json::strings(entity.values("phone")));
  json.set("contact", contact.set("faxNumbers", Json::array()).set("websites", Json::strings(entity.values("website"))));
  Json addresses = Json::array();
  // Lists write an address in one line; what of it is a street is not known here.
  for (const auto& address : entity.values("address")) {
    Json item = Json::object().set("line1", address).set("line2", "").set("city", "").set("postalCode", "").set("state", "").set("country", "");
    addresses.push(item.set("latitude", Json::number(0)).set("longitude", Json::number(0)));
  }
  json.set("addresses", std::move(addresses));
  Json wallets = Json::array();
  for (const auto& key : entity.values("publicKey")) wallets.push(Json::object().set("currency", entity.first("currency")).set("address", key));
  json.set("cryptoAddresses", std::move(wallets)).set("affiliations", Json::array());
  std::vector<std::string> programs;
  for (const auto& designation : entity.designations) {
    const std::string program = designation.annex.empty() ? designation.program : designation.program + " " + designation.annex;
    if (!program.empty() && std::find(programs.begin(), programs.end(), program) == programs.end()) programs.push_back(program);
  }
  std::string notes;
  bool secondary = false;
  for (const auto& note : entity.values("notes")) {
    notes += (notes.empty() ? "" : "; ") + note;
    secondary = secondary || note.find("Secondary sanctions") != std::string::npos || note.find("Secondary Sanctions") != std::string::npos;
  }
  json.set("sanctionsInfo",
           Json::object().set("programs", Json::strings(programs)).set("secondary", Json::boolean(secondary)).set("description", notes));
  Json history = Json::array();
  for (const auto& name : entity.values("previousName"))
    history.push(Json::object().set("type", "Former Name").set("value", name).set("date", "0001-01-01T00:00:00Z"));
  json.set("historicalInfo", std::move(history));
  return json.set("sourceData", Json());
}

/// Parameters of Watchman that are evidence which Tamga does not compare: whoever sends one counts on it.
constexpr std::array kNotCompared = {"deathDate",
                                     "titles",
                                     "created",
                                     "dissolved",
                                     "aircraftType",
                                     "built",
                                     "icaoCode",
                                     "model",
                                     "vesselType",
                                     "tonnage",
                                     "grossRegisteredTonnage",
                                     "callSign",
                                     "owner",
                                     "email",
                                     "emailAddress",
                                     "emailAddresses",
                                     "phone",
                                     "phoneNumber",
                                     "phoneNumbers",
                                     "fax",
                                     "faxNumber",
                                     "faxNumbers",
                                     "website",
                                     "websites"};

struct Search {
  match::Query query;
  std::string type;
  std::vector<std::string> sources;
};

Answered<Search> read_search(const api::Request& request, const names::Model& model) {
  const auto wrong = [](std::string detail) { return refuse(400, "problem reading v2 search request: " + detail); };
  for (const auto* name : kNotCompared) {
    const auto values = request.parameters(name);
    if (std::any_of(values.begin(), values.end(), [](const std::string& value) { return !value.empty(); }))
      return wrong(fmt::format("{} is not compared by Tamga; leave it out", name));
  }
  Search search;
  Entity entity;
  const auto text = [&](std::string_view name) {
    const std::string* value = request.parameter(name);
    return value == nullptr ? std::string() : *value;
  };
  search.type = lower_ascii(text("type"));
  if (!search.type.empty()) {
    const auto at = std::find_if(kTypes.begin(), kTypes.end(), [&](const TypeName& type) { return type.type == search.type; });
    if (at == kTypes.end()) return wrong(fmt::format("type \"{}\" is none of person, business, organization, aircraft, vessel", search.type));
    entity.schema = at->schema;
    // Lists do not tell businesses from organizations.
    if (search.type == "business") entity.schema = "Organization";
  }
  entity.add("name", text("name"));
  for (const auto& name : request.parameters("altNames")) entity.add("alias", name);
  if (const auto gender = lower_ascii(text("gender")); !gender.empty() && gender != "unknown") {
    if (gender != "male" && gender != "female" && gender != "m" && gender != "f")
      return wrong(fmt::format("gender \"{}\" is neither male nor female", gender));
    entity.add("gender", gender.front() == 'm' ? "male" : "female");
  }
  if (const auto day = text("birthDate"); !day.empty()) {
    const auto date = read_partial_date(day);
    if (!date) return wrong(fmt::format("birthDate \"{}\" is not a date, expected YYYY-MM-DD", day));
    entity.add("birthDate", *date);
  }
  entity.add("imoNumber", text("imoNumber"));
  entity.add("mmsi", text("mmsi"));
  entity.add("registrationNumber", text("serialNumber"));
  if (const auto flag = text("flag"); !flag.empty()) {
    const auto known = lists::known_country(lower_ascii(flag));
    const auto code = known.empty() ? lists::country_code(flag) : known;
    if (code.empty()) return wrong(fmt::format("flag \"{}\" is not a country", flag));
    entity.add("flag", code);
  }
  for (const auto* name : {"address", "addresses"}) {
    for (const auto& address : request.parameters(name)) entity.add("address", address);
  }
  search.query = match::query_of_entity(entity);
  for (const auto* name : {"cryptoAddress", "cryptoAddresses"}) {
    for (const auto& wallet : request.parameters(name)) {
      const auto colon = wallet.find(':');
      if (colon == std::string::npos) return wrong(fmt::format("{} \"{}\": expected CURRENCY:ADDRESS", name, wallet));
      if (auto read = identifiers::read("wallet", wallet.substr(colon + 1)); read.identifier)
        search.query.identifiers.push_back(*std::move(read.identifier));
    }
  }
  if (const auto status = app::check_query(search.query, model); !status) return wrong(status.error().message);
  for (const auto& source : request.parameters("source")) {
    if (!source.empty()) search.sources.push_back(source);
  }
  return search;
}

Answered<api::Response> search(Keeper& keeper, const api::Context& context, const api::Request& request) {
  TAMGA_TRY(const auto standing, keeper.take(context));
  const auto& screener = *standing->screener;
  TAMGA_TRY(const auto wanted, read_search(request, *screener.options().model));
  auto limit = integer(request, "limit", kLimit, 1, kWatchmanLimitMax);
  if (!limit) return refuse(400, "problem reading v2 search request: " + limit.error().detail);
  auto least = score(request, "minMatch", 0);
  if (!least) return refuse(400, "problem reading v2 search request: " + least.error().detail);
  const auto debug = boolean(request, "debug", false);
  if (!debug) return refuse(400, "problem reading v2 search request: " + debug.error().detail);
  std::vector<bool> meant(screener.searchable().size(), wanted.sources.empty());
  for (const auto& source : wanted.sources) {
    bool there = false;
    for (std::size_t i = 0; i < meant.size(); ++i) {
      const auto& list = screener.searchable()[i].list;
      if (list != source && watchman_name(list) != source) continue;
      meant[i] = there = true;
    }
    if (!there) return refuse(400, fmt::format("problem reading v2 search request: the list \"{}\" is not loaded", source));
  }
  context.counters->screened.fetch_add(1, std::memory_order_relaxed);
  Keeper::Lease work(keeper);
  match::Options options = screener.options();
  options.threshold = std::max(*least, match::Score{1});
  const auto found = match::search(wanted.query, screener.searchable(), options, work->workspace);
  Json entities = Json::array();
  const Example example{{}, {wanted.query}};
  std::vector<match::Found> best(found.begin(), found.end());
  for (const auto& hit : best) {
    if (static_cast<std::int64_t>(entities.items.size()) == *limit) break;
    if (!meant[hit.edition]) continue;
    const auto& edition = screener.editions()[hit.edition];
    Json json = entity_of(edition, edition.loaded.index->entity(hit.entity));
    json.set("match", Json::number_literal(match::score_text(hit.score)));
    if (*debug) {
      Json pieces = Json::array();
      for (const auto& feature : features_of(*standing, example, Ranked{standing->merged->of(Entry{hit.edition, hit.entity}), 0, hit}, *work)) {
        Json piece = Json::object().set("pieceType", feature.name).set("score", Json::number_literal(match::score_text(feature.score)));
        pieces.push(piece.set("query", text_or_null(feature.query)).set("index", text_or_null(feature.candidate)).set("detail", feature.detail));
      }
      json.set("details", Json::object().set("pieces", std::move(pieces)).set("finalScore", Json::number_literal(match::score_text(hit.score))));
    }
    entities.push(std::move(json));
  }
  context.counters->hits.fetch_add(entities.items.size(), std::memory_order_relaxed);
  Json json = Json::object();
  if (const std::string* id = request.parameter("requestID"); id != nullptr) json.set("requestID", quotable(*id));
  return answered(json.set("entities", std::move(entities)).dump());
}

/// What a refresh does and did; shared by the two endpoints.
class Refresh {
 public:
  bool start(const Shared& keeper, const api::Context& context) {
    const std::scoped_lock lock(mutex_);
    if (running_) return false;
    running_ = true;
    state_ = "running";
    started_ = utc_now();
    finished_.clear();
    error_.clear();
    thread_ = std::jthread([this, keeper, context](const std::stop_token& stop) { run(keeper, context, stop); });
    return true;
  }

  Json status() {
    const std::scoped_lock lock(mutex_);
    Json json = Json::object().set("state", state_);
    if (started_.empty()) return json;
    json.set("trigger", "manual").set("startedAt", started_);
    if (!finished_.empty()) json.set("finishedAt", finished_);
    if (!error_.empty()) json.set("lastError", error_);
    return json;
  }

 private:
  void run(const Shared& keeper, const api::Context& context, const std::stop_token& stop) {
    std::string error;
    app::UpdateRequest request;
    request.today = utc_today();
    request.now = utc_now();
    request.progress = [](const std::string&, std::uint64_t, std::uint64_t) {};
    request.stop = stop;
    const auto updated = app::update_lists(context.settings, request);
    if (!updated) {
      error = updated.error().text();
    } else {
      for (const auto& list : *updated) {
        if (list.state == app::Updated::State::failed) error += fmt::format("{}{}: {}", error.empty() ? "" : "; ", list.list, list.message);
      }
    }
    // What did come is taken, whatever else failed.
    if (const auto changed = context.live->refresh(utc_today()); !changed) error += (error.empty() ? "" : "; ") + changed.error().text();
    if (const auto standing = keeper->renew(context); !standing) error += (error.empty() ? "" : "; ") + standing.error().detail;
    const std::scoped_lock lock(mutex_);
    running_ = false;
    finished_ = utc_now();
    state_ = error.empty() ? "succeeded" : "failed";
    error_ = std::move(error);
  }

  std::mutex mutex_;
  bool running_ = false;
  std::string state_ = "idle";
  std::string started_;
  std::string finished_;
  std::string error_;
  std::jthread thread_;  ///< the last member: it ends before what it uses does
};

Answered<api::Response> list_info(Keeper& keeper, const api::Context& context) {
  TAMGA_TRY(const auto standing, keeper.take(context));
  std::map<std::string, std::int64_t> counts;
  std::map<std::string, std::string> hashes;
  std::string newest;
  for (const auto& edition : standing->screener->editions()) {
    const std::string name(watchman_name(edition.loaded.list));
    counts[name] += edition.loaded.index->entity_count();
    auto& hash = hashes[name];
    hash += (hash.empty() ? "" : " ") + edition.loaded.edition;
    newest = std::max(newest, edition.loaded.published);
  }
  Json lists = Json::object();
  Json list_hashes = Json::object();
  for (const auto& [name, count] : counts) lists.set(name, Json::number(count));
  for (const auto& [name, hash] : hashes) list_hashes.set(name, hash);
  Json json = Json::object().set("lists", std::move(lists)).set("listHashes", std::move(list_hashes));
  // The day of the newest edition: when this process read it says nothing of how old it is.
  json.set("startedAt", newest + "T00:00:00Z").set("endedAt", newest + "T00:00:00Z");
  return answered(json.set("version", app::kEngine).dump());
}

}  // namespace

std::vector<api::Endpoint> watchman_endpoints(const Shared& keeper) {
  std::vector<api::Parameter> parameters = {
      {.name = "name", .description = "Of whom is looked for."},
      {.name = "type", .description = "person, business, organization, aircraft or vessel; without it anything."},
      {.name = "source", .description = "Only these lists, by Watchman's name or OpenSanctions'.", .repeated = true},
      {.name = "altNames", .description = "Other names.", .repeated = true},
      {.name = "limit", .description = "How many results at most, up to 100.", .fallback = "10"},
      {.name = "minMatch", .description = "The least score of a result.", .fallback = "0"},
      {.name = "requestID", .description = "Comes back."},
      {.name = "debug", .description = "With what the score is made of.", .fallback = "false"},
      {.name = "gender", .description = "male or female."},
      {.name = "birthDate", .description = "YYYY-MM-DD, YYYY-MM or YYYY."},
      {.name = "imoNumber", .description = "Of a ship."},
      {.name = "mmsi", .description = "Of a ship."},
      {.name = "serialNumber", .description = "Of an aircraft."},
      {.name = "flag", .description = "A country."},
      {.name = "address", .description = "A whole address.", .repeated = true},
      {.name = "addresses", .description = "The same.", .repeated = true},
      {.name = "cryptoAddress", .description = "CURRENCY:ADDRESS.", .repeated = true},
      {.name = "cryptoAddresses", .description = "The same.", .repeated = true},
  };
  for (const auto* name : kNotCompared) parameters.push_back({.name = name, .description = "Refused: not compared.", .repeated = true});
  const auto refresh = std::make_shared<Refresh>();
  std::vector<api::Endpoint> endpoints;
  endpoints.push_back(watchman("GET", "/v2/search", "Search, as Watchman answers it", std::move(parameters),
                               [keeper](const api::Context& context, const api::Request& request) { return search(*keeper, context, request); }));
  endpoints.back().response_schema = "WatchmanSearchResponse";
  endpoints.push_back(watchman("GET", "/v2/listinfo", "What is loaded", {},
                               [keeper](const api::Context& context, const api::Request&) { return list_info(*keeper, context); }));
  endpoints.back().response_schema = "WatchmanListInfo";
  endpoints.push_back(
      watchman("GET", "/v2/data/refresh", "How the last refresh went", {},
               [refresh](const api::Context&, const api::Request&) -> Answered<api::Response> { return answered(refresh->status().dump()); }));
  endpoints.back().response_schema = "WatchmanRefresh";
  endpoints.back().needs_lists = false;
  endpoints.push_back(watchman("POST", "/v2/data/refresh", "Fetches the lists from their authorities", {},
                               [refresh, keeper](const api::Context& context, const api::Request&) -> Answered<api::Response> {
                                 if (context.live == nullptr) return refuse(503, "Index not ready.");
                                 const bool started = refresh->start(keeper, context);
                                 auto response = answered(refresh->status().dump());
                                 response.status = started ? 202 : 409;
                                 return response;
                               }));
  endpoints.back().response_schema = "WatchmanRefresh";
  endpoints.back().success = 202;
  endpoints.back().needs_lists = false;
  endpoints.back().roles = {"administrator"};
  return endpoints;
}

}  // namespace tamga::peers
