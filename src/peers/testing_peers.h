#pragma once

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "app/editions.h"
#include "app/live.h"
#include "base/json.h"
#include "peers/peers.h"
#include "peers/request.h"

/// Calls the endpoints as the server does, without one. For tests, fuzz targets and benchmarks only.
namespace tamga::peers::testing_peers {

namespace fs = std::filesystem;

inline constexpr const char* kNow = "2026-11-23T10:00:00Z";

/// A data directory of this process, gone with it.
class Folder {
 public:
  explicit Folder(std::string_view name) : path_((fs::temp_directory_path() / fmt::format("tamga-peers-{}-{}", name, ::getpid())).string()) {
    fs::remove_all(path_);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() { fs::remove_all(path_); }
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

inline app::Settings settings_of(const Folder& folder) {
  app::Settings settings;
  settings.data = folder.path();
  return settings;
}

/// The sample lists of the repository.
inline bool import_samples(const app::Settings& settings) {
  const std::string samples = std::string(TAMGA_SOURCE_DIR) + "/samples/lists/";
  app::ImportOptions dated;
  dated.read.published = Date::parse("2026-11-20");
  return app::import_lists(settings, {samples + "ofac", samples + "eu"}, dated, kNow).has_value() &&
         app::import_lists(settings, {samples + "uk", samples + "un"}, {}, kNow).has_value();
}

/// The real ones of ../shared/data: OFAC's sets, UN, the EU's annexes and financial sanctions, some 26,000 entries. False where they are absent.
inline bool import_real(const app::Settings& settings) {
  const std::string data = std::string(TAMGA_SOURCE_DIR) + "/../shared/data/";
  if (!fs::exists(data + "ofac/sdn_csv")) return false;
  app::ImportOptions options;
  options.read.published = Date::parse("2026-08-22");
  const std::string sdn = data + "ofac/sdn_csv/";
  const std::string cons = data + "ofac/cons_csv/";
  return app::import_lists(settings, {sdn + "sdn_2023-12-28.csv.gz", sdn + "add_2023-12-28.csv.gz", sdn + "alt_2023-12-28.csv.gz"}, options, kNow) &&
         app::import_lists(settings,
                           {cons + "cons_prim_2025-12.csv.gz", cons + "cons_add_2025-12.csv.gz", cons + "cons_alt_2025-12.csv.gz",
                            cons + "cons_comments_2025-12.csv.gz"},
                           options, kNow) &&
         app::import_lists(settings,
                           {data + "un/UN_consolidated_2026-02-27.xml.gz", data + "eu/eu_269_2014_annex_I_2026-08.csv.gz",
                            data + "eu/eu_833_2014_annex_entities_2026-08.csv.gz", data + "eu/eu_fsf_1.1_REBUILT_from_records_2026-05-01.xml.gz"},
                           options, kNow);
}

/// What a request is answered.
struct Answer {
  int status = 0;
  std::string body;
  Json json;
  api::Pairs headers;

  [[nodiscard]] std::string header(std::string_view name) const {
    for (const auto& [key, value] : headers) {
      if (key == name) return value;
    }
    return {};
  }
};

class Caller {
 public:
  explicit Caller(app::Settings settings, Date as_of = *Date::from(2026, 11, 23)) : peers_(peers()) {
    context_.settings = settings;
    app::ScreenSettings screening;
    screening.as_of = as_of;
    auto live = app::LiveScreener::open(std::move(settings), screening);
    if (live) context_.live = *std::move(live);
  }

  [[nodiscard]] bool ready() const { return context_.live != nullptr; }
  [[nodiscard]] const api::Context& context() const { return context_; }
  [[nodiscard]] const std::vector<api::Endpoint>& endpoints() const { return peers_.endpoints; }
  Status prepare() { return peers_.prepare(context_); }

  Answer get(std::string_view target, api::Pairs headers = {}) const { return call("GET", target, "", std::move(headers)); }
  Answer post(std::string_view target, std::string body, api::Pairs headers = {}, std::vector<std::string> roles = {}) const {
    return call("POST", target, std::move(body), std::move(headers), std::move(roles));
  }

  /// `target`: a path and a query, percent-encoded where they must be.
  Answer call(std::string_view method, std::string_view target, std::string body, api::Pairs headers, std::vector<std::string> roles = {}) const {
    api::Request request;
    request.method = method;
    const auto question = target.find('?');
    request.path = decoded(target.substr(0, question));
    if (question != std::string_view::npos) request.query = pairs(target.substr(question + 1));
    request.body = std::move(body);
    request.headers = std::move(headers);
    request.headers.emplace_back("host", "tamga.example:8484");
    request.caller.roles = std::move(roles);
    const std::string_view raw = target.substr(0, question);
    for (const auto& endpoint : peers_.endpoints) {
      if (endpoint.method != method || !fits(endpoint.path, raw, request.path_parameters)) continue;
      auto response = endpoint.handle(context_, request);
      Answer answer{response.status, response.body, Json(), response.headers};
      if (auto json = parse_json(response.body, JsonLimits{.bytes = std::size_t{1} << 30})) answer.json = *std::move(json);
      return answer;
    }
    return Answer{404, "no such endpoint", Json(), {}};
  }

 private:
  static int hex(char c) { return c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10; }
  static std::string decoded(std::string_view text) {
    std::string plain;
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (text[i] == '%' && i + 2 < text.size()) {
        plain += static_cast<char>(hex(text[i + 1]) * 16 + hex(text[i + 2]));
        i += 2;
      } else {
        plain += text[i] == '+' ? ' ' : text[i];
      }
    }
    return plain;
  }
  static api::Pairs pairs(std::string_view query) {
    api::Pairs all;
    while (!query.empty()) {
      const auto end = query.find('&');
      const auto pair = query.substr(0, end);
      query = end == std::string_view::npos ? std::string_view() : query.substr(end + 1);
      const auto equals = pair.find('=');
      if (!pair.empty()) all.emplace_back(decoded(pair.substr(0, equals)), equals == std::string_view::npos ? "" : decoded(pair.substr(equals + 1)));
    }
    return all;
  }
  static std::vector<std::string_view> segments(std::string_view path) {
    std::vector<std::string_view> all;
    while (!path.empty()) {
      path.remove_prefix(1);
      const auto end = std::min(path.find('/'), path.size());
      all.push_back(path.substr(0, end));
      path.remove_prefix(end);
    }
    return all;
  }
  static bool fits(std::string_view wanted, std::string_view path, api::Pairs& parameters) {
    const auto a = segments(wanted);
    const auto b = segments(path);
    parameters.clear();
    if (a.size() != b.size()) return false;
    for (std::size_t i = 0; i < a.size(); ++i) {
      if (a[i].starts_with('{')) {
        parameters.emplace_back(std::string(a[i].substr(1, a[i].size() - 2)), decoded(b[i]));
      } else if (a[i] != b[i]) {
        return false;
      }
    }
    return true;
  }

  Peers peers_;
  api::Context context_;
};

/// A query by example of one name.
inline std::string example(std::string_view name, std::string_view schema = "Person", std::string_view more = "") {
  std::string written;
  append_json_string(written, name);
  return fmt::format(R"({{"queries":{{"q":{{"schema":"{}","properties":{{"name":[{}]{}}}}}}}}})", schema, written, more);
}

/// json[a][b]…; a number counts items. A null where there is no such thing.
inline const Json& at(const Json& json, std::initializer_list<std::string_view> path) {
  static const Json kNone;
  const Json* found = &json;
  for (const auto step : path) {
    if (found->is_array()) {
      const auto number = static_cast<std::size_t>(whole_number(step).value_or(1'000'000));
      if (number >= found->items.size()) return kNone;
      found = &found->items[number];
    } else {
      found = found->find(step);
      if (found == nullptr) return kNone;
    }
  }
  return *found;
}

/// Of an answer that is not kept.
inline Json at(Json&& json, std::initializer_list<std::string_view> path) { return at(static_cast<const Json&>(json), path); }

inline std::vector<std::string> texts(const Json& list) {
  std::vector<std::string> all;
  for (const auto& item : list.items) all.push_back(item.text);
  return all;
}

inline std::vector<std::string> keys(const Json& object) {
  std::vector<std::string> all;
  for (const auto& member : object.members) all.push_back(member.key);
  return all;
}

/// Ids of a list of entities.
inline std::vector<std::string> ids(const Json& list) {
  std::vector<std::string> all;
  for (const auto& item : list.items) all.emplace_back(item.get("id"));
  return all;
}

}  // namespace tamga::peers::testing_peers
