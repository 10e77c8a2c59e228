#pragma once

#include <fmt/format.h>

#include <optional>
#include <string>
#include <vector>

#include "base/ascii.h"
#include "base/files.h"
#include "base/json.h"
#include "lists/countries.h"
#include "lists/lists.h"
#include "lists/readers.h"

/// Real lists of ../shared/data for the measurements of identity/: by Tamga's readers where a reader knows the file, else by the few lines below,
/// which take of derived JSON lines only what identity/ compares. For bench/identity_bench.cpp and identity_real_test.cpp only.
namespace tamga::real {

struct List {
  std::string name;
  std::vector<Entity> entities;
};

inline std::string path(std::string_view name) { return fmt::format("{}/../shared/data/{}", TAMGA_SOURCE_DIR, name); }

inline std::optional<List> published(std::initializer_list<std::string_view> names) {
  std::vector<NamedBytes> files;
  for (const auto name : names) {
    auto unpacked = read_unpacked(path(name));
    if (!unpacked) return {};
    for (auto& file : *unpacked) files.push_back(std::move(file));
  }
  lists::ReadOptions options;
  options.published = Date::parse("2026-08-22");
  auto editions = lists::read_editions(std::move(files), options);
  if (!editions || editions->size() != 1) return {};
  return List{editions->front().list, std::move(editions->front().entities)};
}

/// Each line of a JSON lines file to an entity.
template <typename Take>
std::optional<List> derived(std::string_view list, std::string_view name, Take&& take) {
  auto files = read_unpacked(path(name));
  if (!files) return {};
  List result{std::string(list), {}};
  const std::string_view text = files->front().bytes;
  for (std::size_t begin = 0; begin < text.size();) {
    const auto end = std::min(text.find('\n', begin), text.size());
    if (const auto json = parse_json(text.substr(begin, end - begin))) {
      Entity entity;
      take(*json, entity);
      if (entity.caption.empty()) entity.caption = entity.first("name").empty() ? entity.id : std::string(entity.first("name"));
      result.entities.push_back(std::move(entity));
    }
    begin = end + 1;
  }
  return result;
}

inline const std::vector<Json>& items(const Json& json, std::string_view key) {
  static const std::vector<Json> kNone;
  const auto* found = json.find(key);
  return found == nullptr ? kNone : found->items;
}

inline std::optional<List> uk() {
  return derived("gb_fcdo_sanctions", "uk/uk_sanctions_list_2026-08-22.jsonl.gz", [](const Json& json, Entity& entity) {
    entity.id = "gb-fcdo-" + lower_ascii(json.get("unique_id"));
    const auto type = json.get("individual_entity_ship");
    entity.schema = type == "Individual" ? "Person" : type == "Ship" ? "Vessel" : "Organization";
    entity.add("unscId", json.get("un_reference_number"));
    const auto* names = json.find("names");
    for (const auto& name : names == nullptr ? std::vector<Json>() : items(*names, "names")) {
      std::string text;
      for (const auto* part : {"name1", "name2", "name3", "name4", "name5", "name6"}) {
        if (!name.get(part).empty()) text += (text.empty() ? "" : " ") + std::string(name.get(part));
      }
      entity.add(name.get("name_type") == "Primary Name" ? "name" : "alias", text);
    }
    const auto* others = json.find("non_latin_names");
    for (const auto& name : others == nullptr ? std::vector<Json>() : items(*others, "names")) entity.add("alias", name.get("name_non_latin_script"));
    const auto* addresses = json.find("addresses");
    for (const auto& address : addresses == nullptr ? std::vector<Json>() : items(*addresses, "addresses"))
      lists::add_countries(entity, "country", address.get("address_country"));
  });
}

inline std::optional<List> eu_fsf() {
  return derived("eu_fsf", "eu/eu_fsf_entities_2026-05-01.jsonl.gz", [](const Json& json, Entity& entity) {
    entity.id = fmt::format("eu-fsf-{}", json.get("logical_id"));
    const auto* type = json.find("subject_type");
    entity.schema = type != nullptr && type->get("code") == "person" ? "Person" : "Organization";
    entity.add("unscId", json.get("united_nation_id"));
    for (const auto& name : items(json, "name_aliases")) {
      entity.add(entity.first("name").empty() ? "name" : "alias", lists::one_line(name.get("whole_name")));
      lists::add_gender(entity, name.get("gender") == "M" ? "male" : name.get("gender") == "F" ? "female" : "");
    }
    for (const auto& birth : items(json, "birthdates")) {
      if (birth.get("calendar_type") != "GREGORIAN") continue;
      entity.add("birthDate", birth.get("birthdate").empty() ? birth.get("year") : birth.get("birthdate"));
    }
    for (const auto& country : items(json, "citizenships")) entity.add("nationality", lower_ascii(country.get("country_iso2_code")));
    for (const auto& address : items(json, "addresses")) entity.add("country", lower_ascii(address.get("country_iso2_code")));
    for (const auto& document : items(json, "identifications")) {
      const auto kind = document.get("identification_type_code");
      const auto column = kind == "passport"     ? lists::NumberColumn::passport
                          : kind == "regnumber"  ? lists::NumberColumn::registration
                          : kind == "fiscalcode" ? lists::NumberColumn::tax
                                                 : lists::NumberColumn::identity;
      lists::add_numbers(entity, column, "Identification", document.get("number"));
    }
  });
}

inline std::optional<List> au() {
  return derived("au_dfat_sanctions", "other_lists/au_dfat_2026-08-22.jsonl.gz", [](const Json& json, Entity& entity) {
    entity.id = fmt::format("au-dfat-{}", json.get("reference"));
    const auto type = json.get("entity_type");
    entity.schema = type == "person" ? "Person" : type == "vessel" ? "Vessel" : "Organization";
    for (const auto& name : items(json, "names")) {
      const bool weak = name.get("alias_strength") == "Weak";
      entity.add(name.get("name_type") == "Primary Name" ? "name" : weak ? "weakAlias" : "alias", name.get("text"));
    }
    for (const auto& name : items(json, "previous_names")) entity.add("previousName", name.text);
    // The list repeats the UN's number before its text: "TAi.100 Title: Maulavi."
    const auto info = json.get("additional_info");
    entity.add("unscId", info.substr(0, info.find(' ')));
    for (const auto& birth : items(json, "dates_of_birth")) entity.add("birthDate", birth.get("raw_value"));
    for (const auto& country : items(json, "citizenships")) lists::add_countries(entity, "nationality", country.text);
    entity.add("imoNumber", json.get("imo_number"));
  });
}

inline std::optional<List> eu_vessels() {
  return derived("eu_vessels", "eu/eu_vessels_2026-08-22.jsonl.gz", [](const Json& json, Entity& entity) {
    entity.id = fmt::format("eu-vessel-{}", json.get("imo_number"));
    entity.schema = "Vessel";
    entity.add("name", json.get("vessel_name"));
    entity.add("imoNumber", json.get("imo_number"));
  });
}

inline std::optional<List> nz() {
  return derived("nz_russia_sanctions", "other_lists/nz_entities_2026-03-15.jsonl.gz", [](const Json& json, Entity& entity) {
    entity.id = fmt::format("nz-{}", json.get("id"));
    const auto type = json.get("entity_type");
    entity.schema = type == "person" ? "Person" : type == "vessel" ? "Vessel" : "Organization";
    for (const auto& name : items(json, "names")) entity.add("name", name.get("full_name"));
    entity.add("imoNumber", json.get("imo_number"));
  });
}

/// Every list that is there. OFAC's aliases are of another day than its names, which its reader says and does not mind.
inline std::vector<List> lists_for_identity() {
  std::vector<List> lists;
  const auto take = [&](std::optional<List> list) {
    if (list) lists.push_back(*std::move(list));
  };
  take(published({"un/UN_consolidated_2026-02-27.xml.gz"}));
  take(published({"ofac/sdn_csv/sdn_2023-12-28.csv.gz", "ofac/sdn_csv/alt_2023-12-28.csv.gz", "ofac/sdn_csv/add_2023-12-28.csv.gz"}));
  take(published({"ofac/cons_csv/cons_prim_2025-12.csv.gz", "ofac/cons_csv/cons_add_2025-12.csv.gz", "ofac/cons_csv/cons_alt_2025-12.csv.gz",
                  "ofac/cons_csv/cons_comments_2025-12.csv.gz"}));
  take(eu_fsf());
  take(published({"eu/eu_269_2014_annex_I_2026-08.csv.gz"}));
  take(published({"eu/eu_833_2014_annex_entities_2026-08.csv.gz"}));
  take(eu_vessels());
  take(uk());
  take(au());
  take(nz());
  return lists;
}

}  // namespace tamga::real
