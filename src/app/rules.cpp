#include "app/rules.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <future>

#include "base/sha256.h"
#include "model/entity.h"

namespace tamga::app {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kGoodsFolder = "goods/";
constexpr std::string_view kWordsFolder = "goods/words/";
constexpr std::string_view kPlacesFolder = "places/";

Status add_folder(const fs::path& folder, std::string_view extension, std::string_view prefix, std::vector<NamedBytes>& files) {
  std::error_code error;
  for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
    if (at->path().extension() != extension) continue;
    TAMGA_TRY(std::string bytes, read_file(at->path().string(), std::size_t{16} << 20));
    files.push_back(NamedBytes{std::string(prefix) + at->path().filename().string(), std::move(bytes)});
  }
  if (error) return bad_input_in(folder.string(), 0, fmt::format("cannot be read: {}", error.message()));
  return {};
}

Result<Rules> make_rules(std::vector<NamedBytes> files, std::string from, WithWords with_words) {
  std::sort(files.begin(), files.end(), [](const NamedBytes& a, const NamedBytes& b) { return a.name < b.name; });
  std::vector<NamedBytes> rule_sources;
  std::vector<NamedBytes> goods_sources;
  std::vector<NamedBytes> words_sources;
  std::vector<NamedBytes> place_sources;
  Json list = Json::array();
  std::shared_ptr<const names::Model> matching = names::Model::standard();
  for (auto& file : files) {
    list.push(Json::object().set("name", file.name).set("text", file.bytes));
    if (file.name == kMatchingFile) {
      TAMGA_TRY(matching, read_matching(file));
      continue;
    }
    auto& sources = file.name.ends_with(".toml")           ? rule_sources
                    : file.name.starts_with(kWordsFolder)  ? words_sources
                    : file.name.starts_with(kPlacesFolder) ? place_sources
                                                           : goods_sources;
    sources.push_back(std::move(file));
  }
  // Reading the words takes as long as reading the rules, and neither needs the other.
  std::future<Result<goods::Words>> reading;
  if (with_words == WithWords::read) reading = std::async(std::launch::async, [&words_sources] { return goods::Words::read(words_sources); });
  std::string bundle = Json::object().set("files", std::move(list)).dump();
  TAMGA_TRY(policy::RuleBook book, policy::RuleBook::read(rule_sources));
  TAMGA_TRY(goods::ControlLists controls, goods::ControlLists::read(goods_sources));
  TAMGA_TRY(places::Places places, places::Places::read(place_sources));
  std::string id = content_address(bundle);
  std::optional<goods::Words> read_words;
  if (reading.valid()) {
    TAMGA_TRY(read_words, reading.get());
  }
  return Rules{std::move(book),       std::move(matching), std::move(controls), std::move(places), std::move(words_sources),
               std::move(read_words), std::move(id),       std::move(bundle),   std::move(from)};
}

}  // namespace

Result<std::vector<NamedBytes>> rule_files(const std::string& folder) {
  std::vector<NamedBytes> files;
  if (folder.empty()) {
    for (unsigned i = 0; i < kEmbeddedFileCount; ++i) {
      const EmbeddedFile& file = kEmbeddedFiles[i];
      files.push_back(NamedBytes{file.name, std::string(file.begin, file.end)});
    }
    return files;
  }
  const fs::path root(folder);
  TAMGA_TRY_STATUS(add_folder(root, ".toml", "", files));
  if (files.empty()) return bad_input_in(folder, 0, "holds no rule file, expected *.toml");
  // In the repository the tables stand in data/, beside policy/; a rule folder of its own may carry them itself.
  std::error_code error;
  bool own_lists = false;
  bool own_words = false;
  for (const auto& goods : {root / "goods", root / ".." / "data" / "goods"}) {
    if (own_lists || !fs::is_directory(goods, error)) continue;
    own_lists = true;
    TAMGA_TRY_STATUS(add_folder(goods, ".csv", kGoodsFolder, files));
    own_words = fs::is_directory(goods / "words", error);
    if (!own_words) continue;
    TAMGA_TRY_STATUS(add_folder(goods / "words", ".csv", kWordsFolder, files));
  }
  bool own_places = false;
  for (const auto& places : {root / "places", root / ".." / "data" / "places"}) {
    if (own_places || !fs::is_directory(places, error)) continue;
    own_places = true;
    TAMGA_TRY_STATUS(add_folder(places, ".csv", kPlacesFolder, files));
  }
  // Without tables of its own a rule folder is judged with those built in.
  for (unsigned i = 0; i < kEmbeddedFileCount; ++i) {
    const EmbeddedFile& file = kEmbeddedFiles[i];
    const std::string_view name = file.name;
    const bool wanted = name.starts_with(kWordsFolder)    ? !own_words
                        : name.starts_with(kPlacesFolder) ? !own_places
                                                          : name.starts_with(kGoodsFolder) && !own_lists;
    if (wanted) files.push_back(NamedBytes{file.name, std::string(file.begin, file.end)});
  }
  return files;
}

Result<std::shared_ptr<const names::Model>> read_matching(const NamedBytes& file) {
  TAMGA_TRY(auto model, names::Model::read(file, names::Model::standard()->file()));
  for (const auto* tunings : {&model->file().thresholds, &model->file().factors}) {
    for (const auto& tuning : *tunings) {
      if (tuning.schema.empty() || schema_known(tuning.schema)) continue;
      return bad_input_in(
          file.name, 0,
          fmt::format("schema = \"{}\" is not a schema, expected Person, Company, Organization, LegalEntity, Vessel, Address, …", tuning.schema));
    }
  }
  return model;
}

Result<std::shared_ptr<const names::Model>> load_matching(const std::string& folder) {
  const fs::path path = fs::path(folder) / kMatchingFile;
  std::error_code error;
  if (folder.empty()) return names::Model::standard();
  if (!fs::is_directory(folder, error)) return bad_input_in(folder, 0, "is not a folder, expected one with rule files");
  if (!fs::exists(path, error)) return names::Model::standard();
  TAMGA_TRY(std::string bytes, read_file(path.string(), std::size_t{16} << 20));
  return read_matching(NamedBytes{path.string(), std::move(bytes)});
}

Result<Rules> load_rules(const std::string& folder, WithWords with_words) {
  TAMGA_TRY(auto files, rule_files(folder));
  return make_rules(std::move(files), folder.empty() ? "built in" : folder, with_words);
}

Result<Rules> unbundle_rules(std::string bundle, WithWords with_words) {
  TAMGA_TRY(const Json json, parse_json(bundle));
  const Json* list = json.find("files");
  if (list == nullptr || !list->is_array()) return failure("the stored policy edition is damaged");
  std::vector<NamedBytes> files;
  for (const auto& item : list->items) files.push_back(NamedBytes{std::string(item.get("name")), std::string(item.get("text"))});
  return make_rules(std::move(files), "stored edition", with_words);
}

}  // namespace tamga::app
