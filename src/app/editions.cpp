#include "app/editions.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>

#include "base/files.h"

namespace tamga::app {
namespace {

namespace fs = std::filesystem;

std::string index_path(const Settings& settings, std::string_view edition) {
  const auto colon = edition.find(':');
  return fmt::format("{}/index/{}.{}", settings.data, edition.substr(colon + 1), index::kVersion);
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

Status write_index(const Settings& settings, std::string_view edition, std::string_view bytes) {
  std::error_code error;
  fs::create_directories(fs::path(settings.data) / "index", error);
  if (error) return failure(fmt::format("{}/index: cannot be created: {}", settings.data, error.message()));
  return write_file_atomically(index_path(settings, edition), bytes);
}

}  // namespace

Result<std::vector<Imported>> import_lists(const Settings& settings, const std::vector<std::string>& paths, const lists::ReadOptions& options,
                                           const std::string& imported_at) {
  TAMGA_TRY(auto files, read_paths(paths));
  TAMGA_TRY(auto editions, lists::read_editions(std::move(files), options));
  std::vector<Imported> imported;
  std::vector<std::string> compiled;
  for (const auto& edition : editions) {
    if (!edition.published) {
      return bad_input(fmt::format("the files of {} carry no date; say when they were published with --published YYYY-MM-DD", edition.list));
    }
    compiled.push_back(index::build(edition.entities, edition.id));
    TAMGA_TRY(const auto index, index::Index::from_bytes(compiled.back(), edition.id));
    store::StoredEdition stored{edition.list,
                                edition.part,
                                edition.format,
                                edition.id,
                                edition.published->text(),
                                edition.dated_by,
                                imported_at,
                                edition.sample,
                                static_cast<std::int64_t>(edition.entities.size()),
                                index.name_count(),
                                edition.warnings};
    imported.push_back(Imported{std::move(stored), false});
  }
  TAMGA_TRY(auto store, store::Store::open(settings.data));
  TAMGA_TRY_STATUS(store.transact([&]() -> Status {
    for (std::size_t i = 0; i < editions.size(); ++i) {
      TAMGA_TRY(imported[i].added, store.add_edition(imported[i].edition, editions[i].files));
    }
    return {};
  }));
  for (std::size_t i = 0; i < editions.size(); ++i) {
    std::error_code error;
    if (imported[i].added || !fs::exists(index_path(settings, editions[i].id), error)) {
      TAMGA_TRY_STATUS(write_index(settings, editions[i].id, compiled[i]));
    }
  }
  return imported;
}

Result<std::vector<store::StoredEdition>> editions_on(store::Store& store, Date as_of, const std::vector<std::string>& only) {
  TAMGA_TRY(auto all, store.editions());
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
    if (edition.published > day) continue;
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

Result<std::vector<ListedEdition>> list_editions(const Settings& settings, Date today) {
  TAMGA_TRY(auto store, store::Store::open_existing(settings.data));
  TAMGA_TRY(auto all, store.editions());
  TAMGA_TRY(const auto current, editions_on(store, today, {}));
  std::vector<ListedEdition> result;
  for (auto& edition : all) {
    const bool is_current = std::any_of(current.begin(), current.end(),
                                        [&](const auto& candidate) { return candidate.id == edition.id && candidate.list == edition.list; });
    result.push_back(ListedEdition{std::move(edition), is_current});
  }
  return result;
}

Result<clear::BasisEdition> load_edition(const Settings& settings, store::Store& store, const store::StoredEdition& edition) {
  auto opened = index::Index::open(index_path(settings, edition.id), edition.id);
  if (!opened) {
    TAMGA_TRY(const auto files, store.edition_files(edition.id));
    TAMGA_TRY(const auto entities, lists::reread(edition.format, files));
    const std::string bytes = index::build(entities, edition.id);
    // A data directory that cannot be written still answers, only more slowly the next time.
    static_cast<void>(write_index(settings, edition.id, bytes));
    opened = index::Index::from_bytes(bytes, edition.id);
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
  return basis;
}

Result<std::vector<clear::BasisEdition>> load_editions(const Settings& settings, store::Store& store,
                                                       const std::vector<store::StoredEdition>& editions) {
  std::vector<clear::BasisEdition> loaded;
  for (const auto& edition : editions) {
    TAMGA_TRY(auto basis, load_edition(settings, store, edition));
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
