#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <functional>
#include <set>

#include "base/ascii.h"
#include "lists/countries.h"
#include "lists/readers.h"

// Senzing's generic entity specification (https://senzing.zendesk.com, "Entity Specification"), as OpenSanctions publishes senzing.json: one record a
// line with DATA_SOURCE and RECORD_ID, and attributes either flat, in lists of any name (NAMES, ADDRESSES…), or in FEATURES. All three forms are
// walked alike: an object's attributes belong together. What has no property is kept as a note under its name.
namespace tamga::lists {
namespace {

struct Attribute {
  std::string_view name;
  std::string_view property;
};

/// Attributes that are a property by themselves.
constexpr std::array kPlain = {
    Attribute{"NATIONALITY", "nationality"},
    Attribute{"CITIZENSHIP", "citizenship"},
    Attribute{"PASSPORT_NUMBER", "passportNumber"},
    Attribute{"NATIONAL_ID_NUMBER", "idNumber"},
    Attribute{"TAX_ID_NUMBER", "taxNumber"},
    Attribute{"SSN_NUMBER", "idNumber"},
    Attribute{"DRIVERS_LICENSE_NUMBER", "idNumber"},
    Attribute{"LEI_NUMBER", "leiCode"},
    Attribute{"IMO_NUMBER", "imoNumber"},
    Attribute{"MMSI_NUMBER", "mmsi"},
    Attribute{"CALL_SIGN", "callSign"},
    Attribute{"DUNS_NUMBER", "dunsCode"},
    Attribute{"WEBSITE_ADDRESS", "website"},
    Attribute{"EMAIL_ADDRESS", "email"},
    Attribute{"PHONE_NUMBER", "phone"},
    Attribute{"PLACE_OF_BIRTH", "birthPlace"},
    Attribute{"REGISTRATION_COUNTRY", "jurisdiction"},
    Attribute{"COUNTRY_OF_ASSOCIATION", "country"},
    Attribute{"OTHER_ID_NUMBER", "idNumber"},
    Attribute{"TRUSTED_ID_NUMBER", "idNumber"},
    Attribute{"ACCOUNT_NUMBER", "accountNumber"},
};

bool is_country(std::string_view property) {
  return property == "nationality" || property == "citizenship" || property == "jurisdiction" || property == "country";
}

using Object = std::vector<std::pair<std::string, std::string>>;

std::string_view get(const Object& object, std::string_view key) {
  const auto at = std::find_if(object.begin(), object.end(), [&](const auto& entry) { return entry.first == key; });
  return at == object.end() ? std::string_view() : std::string_view(at->second);
}

/// A prefix says what an attribute is used as: PRIMARY_NAME_FULL, HOME_ADDR_FULL.
std::string_view without_prefix(std::string_view key, std::string_view stem) {
  const auto at = key.find(stem);
  return at == std::string_view::npos ? key : key.substr(at);
}

std::string_view schema_of(std::string_view type) {
  if (type == "PERSON") return "Person";
  if (type == "ORGANIZATION") return "Organization";
  if (type == "VESSEL") return "Vessel";
  return "LegalEntity";
}

class Reader {
 public:
  Status record(const Json& json, std::uint64_t line) {
    Entity entity;
    entity.id = json.get("RECORD_ID");
    if (entity.id.empty()) return bad_input("the record has no RECORD_ID");
    entity.line = line;
    entity.schema = "LegalEntity";
    std::string source = lower_ascii(json.get("DATA_SOURCE"));
    std::replace(source.begin(), source.end(), '-', '_');
    entity.datasets = {source};
    sources_.insert(source);
    walk(entity, json);
    if (entity.caption.empty()) entity.caption = entity.first("name").empty() ? entity.first("alias") : entity.first("name");
    if (entity.caption.empty()) return bad_input(fmt::format("the record {} has no name", entity.id));
    entity.add("name", std::string(entity.caption));
    if (entity.designations.empty()) entity.designations.push_back(Designation{});
    if (!ids_.insert(entity.id).second) return bad_input(fmt::format("the RECORD_ID \"{}\" stands twice", entity.id));
    list_.entities.push_back(std::move(entity));
    return {};
  }

  ReadList finish() {
    if (sources_.size() == 1 && !sources_.begin()->empty()) list_.list = *sources_.begin();
    return std::move(list_);
  }

 private:
  void walk(Entity& entity, const Json& json) {
    Object own;
    for (const auto& member : json.members) {
      if (member.value.is_array()) {
        for (const auto& item : member.value.items) {
          if (item.is_object()) {
            walk(entity, item);
          } else {
            own.emplace_back(member.key, item.text);
          }
        }
      } else if (member.value.is_object()) {
        walk(entity, member.value);
      } else if (member.value.kind == Json::Kind::boolean) {
        own.emplace_back(member.key, member.value.truth ? "true" : "false");
      } else if (member.value.kind != Json::Kind::null) {
        own.emplace_back(member.key, std::string(trim(member.value.text)));
      }
    }
    take(entity, own);
  }

  void take(Entity& entity, const Object& object) {
    std::set<std::string, std::less<>> taken = {"DATA_SOURCE", "RECORD_ID"};
    if (const auto type = get(object, "RECORD_TYPE"); !type.empty()) {
      entity.schema = schema_of(type);
      taken.insert("RECORD_TYPE");
    }
    take_name(entity, object, taken);
    take_address(entity, object, taken);
    take_relation(entity, object, taken);
    for (const auto& [key, value] : object) {
      if (taken.contains(key) || value.empty()) continue;
      const auto* plain = std::find_if(kPlain.begin(), kPlain.end(), [&](const Attribute& entry) { return entry.name == key; });
      if (plain != kPlain.end()) {
        add(entity, plain->property, value);
        // The country, the type and the dates of a number are said beside it.
        std::string beside;
        for (const auto& [other, text] : object) {
          if (other == key || text.empty() || other.find('_') == std::string::npos) continue;
          if (other.substr(0, other.find('_')) == key.substr(0, key.find('_'))) {
            beside += fmt::format(", {} {}", other, text);
            taken.insert(other);
          }
        }
        if (!beside.empty()) add_note(entity, key, value + beside);
      } else if (key == "DATE_OF_BIRTH") {
        add_dates(entity, "birthDate", value);
      } else if (key == "REGISTRATION_DATE") {
        add_dates(entity, "incorporationDate", value);
      } else if (key == "GENDER") {
        add_gender(entity, value);
      } else {
        add_note(entity, key, value);
      }
    }
  }

  static void add(Entity& entity, std::string_view property, std::string_view value) {
    if (!is_country(property)) {
      entity.add(property, value);
    } else if (value.size() == 2) {
      entity.add(property, lower_ascii(value));
    } else {
      add_countries(entity, property, value);
    }
  }

  static void take_name(Entity& entity, const Object& object, std::set<std::string, std::less<>>& taken) {
    std::string full;
    std::string parts;
    bool alias = false;
    for (const auto& [key, value] : object) {
      const auto stem = without_prefix(key, "NAME_");
      const bool is_name = stem.starts_with("NAME_");
      if (!is_name) continue;
      taken.insert(key);
      if (stem == "NAME_TYPE") {
        alias = value != "PRIMARY";
        continue;
      }
      if (key.starts_with("ALIAS_") || key.starts_with("AKA_")) alias = true;
      if (stem == "NAME_FULL" || stem == "NAME_ORG") full = value;
    }
    for (const auto* part : {"NAME_PREFIX", "NAME_FIRST", "NAME_MIDDLE", "NAME_LAST", "NAME_SUFFIX"}) {
      for (const auto& [key, value] : object) {
        if (without_prefix(key, "NAME_") == part && !value.empty()) parts += fmt::format("{}{}", parts.empty() ? "" : " ", value);
      }
    }
    if (full.empty()) full = parts;
    if (full.empty()) return;
    if (!alias && entity.caption.empty()) {
      entity.caption = full;
      entity.add("name", full);
    } else {
      entity.add("alias", full);
    }
  }

  static void take_address(Entity& entity, const Object& object, std::set<std::string, std::less<>>& taken) {
    std::string full;
    std::string parts;
    for (const auto* part : {"ADDR_LINE1", "ADDR_LINE2", "ADDR_LINE3", "ADDR_CITY", "ADDR_STATE", "ADDR_POSTAL_CODE", "ADDR_COUNTRY"}) {
      for (const auto& [key, value] : object) {
        if (without_prefix(key, "ADDR_") != part || value.empty()) continue;
        taken.insert(key);
        parts += fmt::format("{}{}", parts.empty() ? "" : ", ", value);
        if (std::string_view(part) == "ADDR_COUNTRY")
          entity.add("country", value.size() == 2 ? lower_ascii(value) : std::string(country_code(value)));
      }
    }
    for (const auto& [key, value] : object) {
      const auto stem = without_prefix(key, "ADDR_");
      if (stem == "ADDR_FULL") full = value;
      if (stem == "ADDR_FULL" || stem == "ADDR_TYPE") taken.insert(key);
    }
    if (!full.empty()) {
      add_address(entity, full);
    } else {
      entity.add("address", parts);
    }
  }

  void take_relation(Entity& entity, const Object& object, std::set<std::string, std::less<>>& taken) {
    const auto pointer = get(object, "REL_POINTER_KEY");
    for (const auto& [key, value] : object) {
      if (key.starts_with("REL_")) taken.insert(key);
    }
    if (pointer.empty()) return;
    Entity relation;
    relation.schema = "UnknownLink";
    relation.id = fmt::format("{}-unknownlink-{}", entity.id, pointer);
    relation.line = entity.line;
    relation.datasets = entity.datasets;
    relation.add("subject", entity.id);
    relation.add("object", pointer);
    relation.add("role", get(object, "REL_POINTER_ROLE"));
    list_.relations.push_back(std::move(relation));
  }

  ReadList list_;
  std::set<std::string> ids_;
  std::set<std::string> sources_;
};

}  // namespace

Result<ReadList> read_senzing_jsonl(const NamedBytes& file) {
  Reader reader;
  const std::string_view text = file.bytes;
  std::uint64_t line = 0;
  bool any = false;
  for (std::size_t begin = 0; begin < text.size();) {
    const auto end = std::min(text.find('\n', begin), text.size());
    const auto row = text.substr(begin, end - begin);
    begin = end + 1;
    ++line;
    if (trim(row).empty()) continue;
    const auto json = parse_json(row);
    if (!json) return bad_input_in(file.name, line, json.error().message);
    if (!json->is_object()) return bad_input_in(file.name, line, "expected a JSON object");
    if (auto status = reader.record(*json, line); !status) return bad_input_in(file.name, line, status.error().message);
    any = true;
  }
  if (!any) return bad_input_in(file.name, 0, "holds no record");
  return reader.finish();
}

}  // namespace tamga::lists
