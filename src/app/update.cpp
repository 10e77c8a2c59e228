#include "app/update.h"

#include "app/owners.h"
#include "app/record.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "base/ascii.h"
#include "base/files.h"
#include "base/json.h"
#include "fetch/fetch.h"

namespace tamga::app {
namespace {

namespace fs = std::filesystem;

/// What the server said of the edition that is kept: DATA/downloads/LIST.json. Losing it costs one download.
struct Known {
  std::string url;
  std::string etag;
  std::string last_modified;
};
struct Kept {
  std::string edition;
  std::vector<Known> files;
};

std::string state_path(const Settings& settings, const std::string& list) { return fmt::format("{}/downloads/{}.json", settings.data, list); }

Kept read_kept(const Settings& settings, const std::string& list) {
  Kept kept;
  const auto bytes = read_file(state_path(settings, list), std::size_t{1} << 20);
  if (!bytes) return kept;
  const auto json = parse_json(*bytes);
  if (!json) return kept;
  kept.edition = json->get("edition");
  if (const Json* files = json->find("files"); files != nullptr) {
    for (const auto& item : files->items)
      kept.files.push_back(Known{std::string(item.get("url")), std::string(item.get("etag")), std::string(item.get("last_modified"))});
  }
  return kept;
}

void write_kept(const Settings& settings, const std::string& list, const Kept& kept) {
  Json files = Json::array();
  for (const auto& known : kept.files)
    files.push(Json::object().set("url", known.url).set("etag", known.etag).set("last_modified", known.last_modified));
  const Json json = Json::object().set("edition", kept.edition).set("files", std::move(files));
  static_cast<void>(write_file_atomically(state_path(settings, list), json.dump() + "\n"));
}

/// The day of an HTTP date, "Wed, 21 Oct 2015 07:28:00 GMT" (RFC 9110, section 5.6.7).
std::optional<Date> day_of_http_date(std::string_view text) {
  const auto comma = text.find(", ");
  if (comma == std::string_view::npos || text.size() < comma + 13) return {};
  const auto date = read_partial_date(text.substr(comma + 2, 11));
  return date ? Date::parse(*date) : std::nullopt;
}

struct Source {
  std::string list;
  std::vector<std::string> urls;
};

Result<std::vector<Source>> sources_of(const Settings& settings, const std::vector<std::string>& wanted) {
  const auto address_of = [&](const std::string& list) -> std::vector<std::string> {
    for (const auto& source : settings.config.sources) {
      if (source.list == list) return source.urls;
    }
    const auto* info = lists::find_list(list);
    return info == nullptr || info->address.empty() ? std::vector<std::string>() : std::vector<std::string>{std::string(info->address)};
  };
  std::vector<std::string> names = wanted.empty() ? settings.config.update_lists : wanted;
  std::string known;
  for (const auto& info : lists::catalogue()) {
    if (address_of(std::string(info.name)).empty()) continue;
    known += fmt::format("{}{}", known.empty() ? "" : ", ", info.name);
    if (wanted.empty() && settings.config.update_lists.empty()) names.emplace_back(info.name);
  }
  std::vector<Source> sources;
  for (const auto& name : names) {
    auto urls = address_of(name);
    if (urls.empty()) {
      const auto* info = lists::find_list(name);
      if (info != nullptr && !info->closed.empty()) return bad_input(fmt::format("{} was closed by {} on {}", name, info->authority, info->closed));
      if (info != nullptr)
        return bad_input(fmt::format("{} has no address that serves it as a whole; import its files, or name an address in tamga.toml", name));
      return bad_input(fmt::format("\"{}\" is not a list with an address, expected {}; others can be named in tamga.toml", name, known));
    }
    sources.push_back(Source{name, std::move(urls)});
  }
  return sources;
}

class Updater {
 public:
  Updater(const Settings& settings, const UpdateRequest& request) : settings_(settings), request_(request) {}

  Result<Updated> update(const Source& source) {
    Updated updated;
    updated.list = source.list;
    TAMGA_TRY(auto newest, newest_of(source.list));
    Kept kept = read_kept(settings_, source.list);
    // What the server said is worth asking with only while the edition it said it of is still the one.
    const bool same_addresses = std::equal(source.urls.begin(), source.urls.end(), kept.files.begin(), kept.files.end(),
                                           [](const std::string& url, const Known& known) { return url == known.url; });
    const bool conditional = newest && newest->id == kept.edition && same_addresses;
    if (!conditional) kept.files.assign(source.urls.size(), {});

    std::vector<fetch::Fetched> fetched;
    bool changed = false;
    for (std::size_t i = 0; i < source.urls.size(); ++i) {
      TAMGA_TRY(auto file, fetch_one(source, i, kept.files[i]));
      changed = changed || !file.not_modified;
      fetched.push_back(std::move(file));
    }
    if (!changed) return unchanged(std::move(updated), *newest, source);
    // One file of a set changed: the others are needed too.
    for (std::size_t i = 0; i < source.urls.size(); ++i) {
      if (!fetched[i].not_modified) continue;
      TAMGA_TRY(fetched[i], fetch_one(source, i, {}));
    }

    std::vector<NamedBytes> files;
    ImportOptions options;
    options.expected_list = source.list;
    Kept next;
    for (std::size_t i = 0; i < source.urls.size(); ++i) {
      TAMGA_TRY(auto unpacked, read_unpacked(fetched[i].path));
      for (auto& file : unpacked) {
        // A format is known by content, but OFAC's files of a set, and the non-SDN list, also by their names.
        const auto url = std::string_view(source.urls[i]).substr(0, source.urls[i].find_first_of("?#"));
        const std::string name = url.ends_with('/') ? source.list : lower_ascii(url.substr(url.rfind('/') + 1));
        files.push_back(NamedBytes{fmt::format("{}/{}", source.list, name), std::move(file.bytes)});
      }
      next.files.push_back(Known{source.urls[i], fetched[i].etag, fetched[i].last_modified});
      const auto day = day_of_http_date(fetched[i].last_modified);
      if (day && (!options.read.published || *options.read.published < *day)) options.read.published = day;
    }
    // A file that neither says its date nor has one on its server is of the day on which it was fetched.
    if (!options.read.published || request_.today < *options.read.published) options.read.published = request_.today;
    TAMGA_TRY(updated.imported, import_files(settings_, std::move(files), options, request_.now));
    for (const auto& file : fetched) {
      std::error_code ignored;
      fs::remove(file.path, ignored);
      if (!file.length_checked) updated.message = "the server did not say how long the file is, so a cut end would not show";
    }
    next.edition = updated.imported.back().edition.id;
    write_kept(settings_, source.list, next);
    const auto& edition = updated.imported.back().edition;
    if (updated.imported.back().added) {
      updated.state = edition.in_effect() ? Updated::State::added : Updated::State::held;
      return updated;
    }
    if (!edition.in_effect()) {
      updated.state = Updated::State::held;
      return updated;
    }
    if (newest && newest->id == edition.id) return unchanged(std::move(updated), edition, source);
    updated.message = fmt::format("the address gives the edition of {}, which is there, and older than that of {}", edition.published,
                                  newest ? newest->published : "none");
    return updated;
  }

 private:
  /// The newest edition of the list that is in effect; lists that are updated have no parts.
  Result<std::optional<store::StoredEdition>> newest_of(const std::string& list) {
    TAMGA_TRY(auto store, open_store(settings_));
    TAMGA_TRY(auto all, list_editions_of(store));
    std::optional<store::StoredEdition> newest;
    for (auto& edition : all) {
      if (edition.list == list && !edition.sample && edition.in_effect()) newest = std::move(edition);
    }
    return newest;
  }

  Result<fetch::Fetched> fetch_one(const Source& source, std::size_t number, const Known& known) {
    fetch::Request request;
    request.url = source.urls[number];
    request.path = fmt::format("{}/downloads/{}{}", settings_.data, source.list, source.urls.size() == 1 ? "" : fmt::format("-{}", number + 1));
    request.etag = known.etag;
    request.last_modified = known.last_modified;
    request.ca_file = settings_.config.ca_file;
    if (settings_.config.allow_http) request.cleartext = fetch::Cleartext::anywhere;
    request.limits.bytes = static_cast<std::uint64_t>(settings_.config.download_mib_max) << 20;
    request.limits.retries = static_cast<int>(settings_.config.retries);
    request.limits.backoff_first = std::chrono::milliseconds(settings_.config.backoff_ms);
    request.limits.low_speed_time = std::chrono::seconds(settings_.config.stalled_seconds);
    if (request_.progress)
      request.progress = [&](const fetch::Progress& progress) { request_.progress(source.list, progress.bytes, progress.total); };
    request.stop = request_.stop;
    return fetch::fetch(request);
  }

  Result<Updated> unchanged(Updated updated, const store::StoredEdition& edition, const Source& source) {
    TAMGA_TRY(auto store, open_store(settings_));
    TAMGA_TRY_STATUS(store.confirm(edition, request_.today.text(), request_.now, fetch::shown_url(source.urls.front())));
    updated.state = Updated::State::unchanged;
    updated.imported = {Imported{edition, false}};
    return updated;
  }

  const Settings& settings_;
  const UpdateRequest& request_;
};

}  // namespace

std::string_view state_name(Updated::State state) {
  switch (state) {
    case Updated::State::added: return "added";
    case Updated::State::held: return "held";
    case Updated::State::unchanged: return "unchanged";
    case Updated::State::failed: return "failed";
  }
  return "";
}

Result<std::vector<Updated>> update_lists(const Settings& settings, const UpdateRequest& request) {
  TAMGA_TRY(const auto sources, sources_of(settings, request.lists));
  // The store is made, or refused, before anything is fetched.
  TAMGA_TRY([[maybe_unused]] const auto store, open_store(settings));
  std::vector<Updated> all;
  Updater updater(settings, request);
  for (const auto& source : sources) {
    if (request.stop.stop_requested()) break;
    auto updated = updater.update(source);
    if (updated) {
      all.push_back(*std::move(updated));
    } else {
      all.push_back(Updated{source.list, Updated::State::failed, updated.error().text(), {}});
    }
  }
  return all;
}

}  // namespace tamga::app
