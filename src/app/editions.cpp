#include "app/editions.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>

#include "app/owners.h"
#include "app/record.h"
#include "app/rules.h"
#include "base/files.h"

namespace tamga::app {
namespace {

namespace fs = std::filesystem;

std::string index_path(const Settings& settings, std::string_view edition, const names::Model& model) {
  const auto colon = edition.find(':');
  return fmt::format("{}/index/{}.{}-{:08x}", settings.data, edition.substr(colon + 1), index::kVersion,
                     static_cast<std::uint32_t>(model.reading_fingerprint()));
}

Result<std::vector<NamedBytes>> read_paths(const std::vector<std::string>& paths) {
  std::vector<NamedBytes> files;
  std::size_t total = 0;
  const auto add = [&](const std::string& path) -> Status {
    TAMGA_TRY(auto unpacked, read_unpacked(path));
    for (auto& file : unpacked) {
      total += file.bytes.size();
      if (total > std::size_t{2} << 30) return bad_input_in(path, 0, "all files together are larger than 2 GiB");
      files.push_back(std::move(file));
    }
    return {};
  };
  for (const auto& path : paths) {
    std::error_code error;
    if (!fs::is_directory(path, error)) {
      TAMGA_TRY_STATUS(add(path));
      continue;
    }
    std::vector<std::string> inside;
    for (const auto& entry : fs::directory_iterator(path, error)) {
      const std::string name = entry.path().filename().string();
      if (entry.is_regular_file(error) && !name.starts_with('.') && !name.ends_with(".md")) inside.push_back(entry.path().string());
    }
    if (inside.empty()) return bad_input_in(path, 0, "is a folder without files");
    std::sort(inside.begin(), inside.end());
    for (const auto& file : inside) TAMGA_TRY_STATUS(add(file));
  }
  return files;
}

/// Compiled lists are made again when they are needed, so only the last used ones stay: a year of daily editions would fill the disk.
void prune_indexes(const Settings& settings) {
  struct Compiled {
    fs::file_time_type used;
    std::uintmax_t size = 0;
    fs::path path;
  };
  std::error_code error;
  std::vector<Compiled> all;
  for (const auto& entry : fs::directory_iterator(fs::path(settings.data) / "index", error)) {
    if (entry.is_regular_file(error)) all.push_back(Compiled{entry.last_write_time(error), entry.file_size(error), entry.path()});
  }
  std::sort(all.begin(), all.end(), [](const Compiled& a, const Compiled& b) { return a.used > b.used; });
  std::uintmax_t kept = 0;
  for (const auto& compiled : all) {
    kept += compiled.size;
    // The one that is in use stays, however large it is. Of others a process that has them open keeps the pages.
    if (&compiled != all.data() && kept > static_cast<std::uintmax_t>(settings.config.index_cache_mib_max) << 20) fs::remove(compiled.path, error);
  }
}

Status write_index(const Settings& settings, std::string_view edition, const names::Model& model, std::string_view bytes) {
  std::error_code error;
  fs::create_directories(fs::path(settings.data) / "index", error);
  if (error) return failure(fmt::format("{}/index: cannot be created: {}", settings.data, error.message()));
  return write_file_atomically(index_path(settings, edition, model), bytes);
}

store::StoredEdition stored_of(const lists::Edition& edition, const std::string& imported_at) {
  store::StoredEdition stored;
  stored.list = edition.list;
  stored.part = edition.part;
  stored.format = edition.format;
  stored.id = edition.id;
  stored.published = edition.published->text();
  stored.dated_by = edition.dated_by;
  stored.imported_at = imported_at;
  stored.sample = edition.sample;
  stored.entities = static_cast<std::int64_t>(edition.entities.size());
  stored.relations = static_cast<std::int64_t>(edition.relations.size());
  stored.warnings = edition.warnings;
  stored.title = edition.title;
  stored.owner = edition.owner;
  stored.expires = edition.expires ? edition.expires->text() : "";
  stored.signed_by = edition.signed_by;
  std::map<std::string, std::int64_t> programs;
  for (const auto& entity : edition.entities) {
    std::set<std::string_view> own;
    for (const auto& designation : entity.designations) {
      if (!designation.program.empty() && own.insert(designation.program).second) ++programs[designation.program];
    }
  }
  stored.programs.assign(programs.begin(), programs.end());
  return stored;
}

bool same_series(const store::StoredEdition& a, const store::StoredEdition& b) {
  return a.list == b.list && a.part == b.part && a.sample == b.sample;
}

/// Adds one edition, and decides whether it takes effect.
Result<Imported> add_edition(const Settings& settings, store::Store& store, const lists::Edition& edition, store::StoredEdition stored,
                             const store::StoredEdition* next, const ImportOptions& options) {
  TAMGA_TRY(const auto all, store.editions());
  const store::StoredEdition* before = nullptr;
  const store::StoredEdition* newest = nullptr;
  for (const auto& other : all) {
    if (other.list == stored.list && other.part == stored.part && other.id == stored.id) return Imported{other, false};
    if (!other.in_effect() || !same_series(other, stored)) continue;
    if (newest == nullptr || other.published >= newest->published) newest = &other;
    if (other.published <= stored.published && (before == nullptr || other.published >= before->published)) before = &other;
  }
  stored.held = reasons_to_hold(stored, edition.faults, before, newest, next, settings.config.hold);
  TAMGA_TRY([[maybe_unused]] const bool added, store.add_edition(stored, edition.files));
  if (!stored.held.empty() && !options.accept.empty()) {
    TAMGA_TRY_STATUS(store.accept(stored, stored.imported_at, options.accept));
    stored.accepted = true;
  }
  return Imported{std::move(stored), true};
}

}  // namespace

std::vector<std::string> list_format_titles() { return lists::format_titles(); }

Result<std::vector<Imported>> import_files(const Settings& settings, std::vector<NamedBytes> files, const ImportOptions& options,
                                           const std::string& imported_at) {
  TAMGA_TRY(const auto editions, lists::read_editions(std::move(files), options.read));
  for (const auto& edition : editions) {
    if (!options.expected_list.empty() && edition.list != options.expected_list)
      return bad_input(fmt::format("what was fetched is the list {}, not {}; nothing was changed", edition.list, options.expected_list));
  }
  TAMGA_TRY(const auto model, load_matching(settings.policy));
  std::vector<store::StoredEdition> stored;
  std::vector<std::string> compiled;
  for (const auto& edition : editions) {
    stored.push_back(stored_of(edition, imported_at));
    compiled.push_back(index::build(edition.entities, edition.id, *model, edition.relations));
    TAMGA_TRY(const auto index, index::Index::from_bytes(compiled.back(), edition.id, *model));
    stored.back().names = index.name_count();
  }
  TAMGA_TRY(auto store, open_store(settings));
  std::vector<Imported> imported;
  TAMGA_TRY_STATUS(store.transact([&]() -> Status {
    imported.clear();
    for (std::size_t i = 0; i < editions.size(); ++i) {
      const bool last = i + 1 == editions.size() || !same_series(stored[i + 1], stored[i]);
      TAMGA_TRY(auto item, add_edition(settings, store, editions[i], stored[i], last ? nullptr : &stored[i + 1], options));
      imported.push_back(std::move(item));
    }
    return {};
  }));
  for (std::size_t i = 0; i < editions.size(); ++i) {
    // Of several editions of one list the last is the newest: the others are compiled when somebody asks for their days.
    const bool last = i + 1 == editions.size() || editions[i + 1].list != editions[i].list || editions[i + 1].part != editions[i].part;
    if (last && imported[i].edition.in_effect()) TAMGA_TRY_STATUS(write_index(settings, editions[i].id, *model, compiled[i]));
  }
  prune_indexes(settings);
  return imported;
}

Result<std::vector<Imported>> import_lists(const Settings& settings, const std::vector<std::string>& paths, const ImportOptions& options,
                                           const std::string& imported_at) {
  TAMGA_TRY(auto files, read_paths(paths));
  return import_files(settings, std::move(files), options, imported_at);
}

Result<lists::ReadOptions> house_options(const Settings& settings, lists::ReadOptions read, const std::vector<std::string>& files,
                                         const std::string& mapping) {
  TAMGA_TRY(auto mapping_bytes, read_file(mapping, std::size_t{1} << 20));
  read.mapping = NamedBytes{mapping, std::move(mapping_bytes)};
  const auto signature = [](const std::string& path, std::optional<NamedBytes>& into) -> Status {
    const std::string name = path + ".minisig";
    std::error_code error;
    if (!fs::exists(name, error)) return {};
    TAMGA_TRY(auto bytes, read_file(name, std::size_t{1} << 16));
    into = NamedBytes{name, std::move(bytes)};
    return {};
  };
  TAMGA_TRY_STATUS(signature(mapping, read.mapping_signature));
  if (files.size() == 1) TAMGA_TRY_STATUS(signature(files.front(), read.records_signature));
  for (const auto& key : settings.config.house_keys) read.keys.push_back(lists::TrustedKey{key.owner, key.key});
  return read;
}

Result<store::StoredEdition> accept_edition(const Settings& settings, const std::string& list, const std::string& id, const std::string& reason,
                                            const std::string& accepted_at) {
  TAMGA_TRY(auto store, open_existing_store(settings));
  TAMGA_TRY(const auto edition, find_edition(store, list, id));
  if (edition.held.empty()) return bad_input(fmt::format("{} {} is not held: it took effect when it was imported", list, edition.id));
  if (edition.accepted) return bad_input(fmt::format("{} {} was accepted before", list, edition.id));
  TAMGA_TRY_STATUS(store.accept(edition, accepted_at, reason));
  auto accepted = edition;
  accepted.accepted = true;
  return accepted;
}

Result<store::StoredEdition> find_edition(store::Store& store, std::string_view list, std::string_view wanted) {
  TAMGA_TRY(const auto all, list_editions_of(store));
  // A part is named behind the list: "eu_journal_sanctions 32014R0833", or "eu_journal_sanctions/32014R0833".
  const auto slash = list.find_first_of("/ ");
  const std::string_view name = list.substr(0, slash);
  const std::string_view part = slash == std::string_view::npos ? std::string_view() : list.substr(slash + 1);
  std::vector<const store::StoredEdition*> found;
  std::string there;
  bool list_known = false;
  const auto digest = wanted.starts_with("sha256:") ? wanted.substr(7) : wanted;
  for (const auto& edition : all) {
    if (edition.list != name || (!part.empty() && edition.part != part)) continue;
    list_known = true;
    const bool by_id = digest.size() >= 4 && std::string_view(edition.id).substr(7).starts_with(digest);
    if (by_id || edition.published == wanted) found.push_back(&edition);
    there += fmt::format("{}{} ({})", there.empty() ? "" : ", ", edition.published, edition.id.substr(0, 15));
  }
  if (!list_known) return bad_input(fmt::format("no edition of the list \"{}\" is loaded; see tamga lists status", list));
  if (found.empty()) {
    return bad_input(fmt::format("{} has no edition {}, expected a date or the beginning of an id; there are: {}", list, wanted,
                                 there.size() > 600 ? there.substr(0, 600) + " …" : there));
  }
  // Of two editions of one day the later import stands; of two parts of one list none.
  for (const auto* candidate : found) {
    if (candidate->part != found.back()->part)
      return bad_input(fmt::format("{} has parts of that name or day: {} and {}; name one as {}/{}", list, candidate->part, found.back()->part, name,
                                   candidate->part));
    if (candidate->published != found.back()->published) return bad_input(fmt::format("{} begins the ids of several editions of {}", wanted, list));
  }
  return *found.back();
}

std::string known_until(const store::StoredEdition& edition, std::string_view as_of) {
  std::string day = edition.published;
  for (const auto& confirmed : edition.confirmed) {
    if (confirmed <= as_of && confirmed > day) day = confirmed;
  }
  return day;
}

Result<std::vector<store::StoredEdition>> editions_on(store::Store& store, Date as_of, const std::vector<std::string>& only) {
  TAMGA_TRY(auto all, list_editions_of(store));
  std::map<std::pair<std::string, std::string>, const store::StoredEdition*> chosen;
  const std::string day = as_of.text();
  for (const auto& name : only) {
    const bool known = std::any_of(all.begin(), all.end(), [&](const store::StoredEdition& edition) { return edition.list == name; });
    if (known) continue;
    std::vector<std::string> there;
    for (const auto& edition : all) {
      if (there.empty() || there.back() != edition.list) there.push_back(edition.list);
    }
    return bad_input(fmt::format("no edition of the list \"{}\" is loaded; there are: {}", name, fmt::join(there, ", ")));
  }
  for (const auto& edition : all) {
    if (edition.published > day || !edition.in_effect()) continue;
    // A list that its authority closed says nothing after that day, and a house list nothing after its own end.
    if (!edition.expires.empty() && edition.expires < day) continue;
    if (const auto* info = lists::find_list(edition.list); info != nullptr && !info->closed.empty() && info->closed <= day) continue;
    if (!only.empty() && std::find(only.begin(), only.end(), edition.list) == only.end()) continue;
    auto& best = chosen[{edition.list, edition.part}];
    const auto rank = [](const store::StoredEdition& candidate) { return std::pair(!candidate.sample, std::string_view(candidate.published)); };
    // Editions come in the order of date, then import: of two of one day the later import stands.
    if (best == nullptr || rank(edition) >= rank(*best)) best = &edition;
  }
  std::vector<store::StoredEdition> result;
  for (const auto& [key, edition] : chosen) result.push_back(*edition);
  return result;
}

Result<std::vector<clear::Notice>> notices_on(store::Store& store, Date as_of, const std::vector<store::StoredEdition>& chosen) {
  TAMGA_TRY(const auto all, list_editions_of(store));
  const std::string day = as_of.text();
  std::vector<clear::Notice> notices;
  const auto regime_of = [](const store::StoredEdition& edition) {
    const auto* info = lists::find_list(edition.list);
    return info == nullptr ? std::string() : std::string(info->regime);
  };
  const auto stands = [&](const store::StoredEdition& edition) {
    const auto at = std::find_if(chosen.begin(), chosen.end(), [&](const auto& other) { return same_series(other, edition); });
    return at == chosen.end() ? nullptr : &*at;
  };
  for (const auto& edition : all) {
    if (edition.published > day) continue;
    const std::string name = edition.part.empty() ? edition.list : edition.list + " " + edition.part;
    const auto* used = stands(edition);
    if (!edition.in_effect() && (used == nullptr || used->published <= edition.published)) {
      notices.push_back(clear::Notice{
          fmt::format("basis.{}.edition_held", edition.list), regime_of(edition), edition.list, edition.id,
          fmt::format("The edition of {} of {} is held until somebody accepts it, because {}; this decision stands on {}.", name, edition.published,
                      fmt::join(edition.held, "; and because "), used == nullptr ? "none" : "that of " + used->published)});
    }
    if (edition.in_effect() && used == nullptr && !edition.expires.empty() && edition.expires < day) {
      notices.push_back(
          clear::Notice{fmt::format("basis.{}.expired", edition.list), "", edition.list, edition.id,
                        fmt::format("The house list {} of {} ended on {} and was not searched.", name, edition.owner, edition.expires)});
    }
  }
  return notices;
}

Result<std::vector<ListedEdition>> list_editions(const Settings& settings, Date today) {
  TAMGA_TRY(auto store, open_existing_store(settings));
  TAMGA_TRY(auto all, list_editions_of(store));
  TAMGA_TRY(const auto current, editions_on(store, today, {}));
  std::vector<ListedEdition> result;
  for (auto& edition : all) {
    const bool is_current = std::any_of(current.begin(), current.end(),
                                        [&](const auto& candidate) { return candidate.id == edition.id && candidate.list == edition.list; });
    result.push_back(ListedEdition{std::move(edition), is_current});
  }
  return result;
}

Result<std::vector<store::StoredEdition>> editions_named(store::Store& store, const Json& lists, std::string_view whose) {
  TAMGA_TRY(const auto all, store.editions());
  std::vector<store::StoredEdition> editions;
  for (const auto& item : lists.items) {
    const auto at = std::find_if(all.begin(), all.end(), [&](const store::StoredEdition& edition) {
      return edition.id == item.get("edition") && edition.list == item.get("list") && edition.part == item.get("part", edition.part);
    });
    if (at == all.end())
      return not_found(fmt::format("the edition {} of {} that {} stands on is not in the store", item.get("edition"), item.get("list"), whose));
    editions.push_back(*at);
  }
  return editions;
}

Result<clear::BasisEdition> load_edition(const Settings& settings, store::Store& store, const store::StoredEdition& edition,
                                         const names::Model& model) {
  auto opened = index::Index::open(index_path(settings, edition.id, model), edition.id, model);
  if (opened) {
    // The time of its last use, for prune_indexes().
    std::error_code error;
    fs::last_write_time(index_path(settings, edition.id, model), fs::file_time_type::clock::now(), error);
  } else {
    TAMGA_TRY(const auto files, store.edition_files(edition.id));
    TAMGA_TRY(const auto read, lists::reread(edition.format, files));
    const std::string bytes = index::build(read.entities, edition.id, model, read.relations);
    // A data directory that cannot be written still answers, only more slowly the next time.
    static_cast<void>(write_index(settings, edition.id, model, bytes));
    prune_indexes(settings);
    opened = index::Index::from_bytes(bytes, edition.id, model);
    if (!opened) return std::unexpected(opened.error());
  }
  const auto* info = lists::find_list(edition.list);
  clear::BasisEdition basis;
  basis.loaded = match::LoadedEdition{edition.list,      edition.part,   edition.id,
                                      edition.published, edition.sample, std::make_shared<const index::Index>(*std::move(opened))};
  if (info != nullptr) {
    basis.regime = info->regime;
    basis.authority = info->authority;
  }
  basis.warnings = edition.warnings;
  basis.owner = edition.owner;
  basis.title = edition.title;
  return basis;
}

Result<std::vector<clear::BasisEdition>> load_editions(const Settings& settings, store::Store& store,
                                                       const std::vector<store::StoredEdition>& editions, Date as_of, const names::Model& model) {
  std::vector<clear::BasisEdition> loaded;
  for (const auto& edition : editions) {
    TAMGA_TRY(auto basis, load_edition(settings, store, edition, model));
    if (auto until = known_until(edition, as_of.text()); until != edition.published) basis.confirmed = std::move(until);
    loaded.push_back(std::move(basis));
  }
  return loaded;
}

std::vector<match::LoadedEdition> searchable(const std::vector<clear::BasisEdition>& editions) {
  std::vector<match::LoadedEdition> result;
  for (const auto& edition : editions) result.push_back(edition.loaded);
  return result;
}

}  // namespace tamga::app
