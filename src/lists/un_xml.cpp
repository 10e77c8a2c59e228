#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "base/ascii.h"
#include "lists/countries.h"
#include "lists/readers.h"
#include "lists/xml.h"

// The UN Security Council consolidated list (domain.md 5.6). Elements that this reader does not know become notes under their names,
// so that an extension of the format loses nothing.
namespace tamga::lists {
namespace {

/// The numbered machinery of the file itself, and a constant ("UN List").
constexpr std::array<std::string_view, 5> kNotTold = {"DATAID", "VERSIONNUM", "SORT_KEY", "SORT_KEY_LAST_MOD", "LIST_TYPE"};

using Names = std::initializer_list<std::string_view>;

bool is_one_of(std::string_view name, Names names) { return std::find(names.begin(), names.end(), name) != names.end(); }

std::string joined(const XmlElement& element, Names parts, std::string_view separator) {
  std::string text;
  for (const auto part : parts) {
    for (const auto& child : element.children) {
      if (child.name == part && !child.text.empty()) text += fmt::format("{}{}", text.empty() ? "" : separator, one_line(child.text));
    }
  }
  return text;
}

/// Every child but the known ones, as a note.
void note_others(Entity& entity, std::string_view label, const XmlElement& element, Names known) {
  for (const auto& child : element.children) {
    if (!is_one_of(child.name, known)) add_note(entity, fmt::format("{} {}", label, child.name), one_line(child.text));
  }
}

void add_names(Entity& entity, std::string_view property, std::string_view names) {
  for (const auto name : split_outside_brackets(names, ';')) add_name(entity, property, name);
}

void add_alias(Entity& entity, const XmlElement& alias) {
  const auto quality = alias.child_text("QUALITY");
  const std::string_view property = quality == "Low" ? "weakAlias" : quality == "f.k.a." ? "previousName" : "alias";
  const auto name = alias.child_text("ALIAS_NAME");
  add_names(entity, property, name);
  // Some people are listed with a birth of their own for each name.
  add_dates(entity, "birthDate", alias.child_text("DATE_OF_BIRTH"));
  entity.add("birthPlace", joined(alias, {"CITY_OF_BIRTH", "COUNTRY_OF_BIRTH"}, ", "));
  if (quality != "Low" && quality != "f.k.a." && quality != "Good" && quality != "a.k.a.")
    add_note(entity, fmt::format("Alias {} quality", name), quality);
  note_others(entity, fmt::format("Alias {}", name), alias, {"QUALITY", "ALIAS_NAME", "CITY_OF_BIRTH", "COUNTRY_OF_BIRTH", "DATE_OF_BIRTH"});
}

/// EXACT or APPROXIMATELY with a DATE or a YEAR; BETWEEN with FROM_YEAR and TO_YEAR, both kept.
void add_birth(Entity& entity, const XmlElement& birth) {
  for (const auto* part : {"DATE", "YEAR", "FROM_YEAR", "TO_YEAR"}) add_dates(entity, "birthDate", birth.child_text(part));
  const auto type = birth.child_text("TYPE_OF_DATE");
  const std::string when = joined(birth, {"DATE", "YEAR", "FROM_YEAR", "TO_YEAR"}, " ");
  if (!type.empty() && type != "EXACT" && !when.empty()) add_note(entity, "Birth date", fmt::format("{} {}", type, when));
  note_others(entity, "Birth date", birth, {"DATE", "YEAR", "FROM_YEAR", "TO_YEAR", "TYPE_OF_DATE"});
}

void add_place_of_birth(Entity& entity, const XmlElement& place) {
  entity.add("birthPlace", joined(place, {"STREET", "CITY", "STATE_PROVINCE", "COUNTRY"}, ", "));
  note_others(entity, "Birth place", place, {"STREET", "CITY", "STATE_PROVINCE", "COUNTRY"});
}

void add_place(Entity& entity, const XmlElement& place) {
  entity.add("address", joined(place, {"STREET", "CITY", "STATE_PROVINCE", "ZIP_CODE", "COUNTRY"}, ", "));
  add_countries(entity, "country", place.child_text("COUNTRY"));
  note_others(entity, "Address", place, {"STREET", "CITY", "STATE_PROVINCE", "ZIP_CODE", "COUNTRY"});
}

/// "Congo service passport number SA0020249": the number is the last word with a digit in it, unless all words are.
std::string_view number_in(std::string_view text) {
  const auto words = split(text, " ");
  const auto has_digit = [](std::string_view word) { return word.find_first_of("0123456789") != std::string_view::npos; };
  const auto is_lower_word = [](std::string_view word) {
    return word.size() > 2 && std::all_of(word.begin(), word.end(), [](char c) { return c >= 'a' && c <= 'z'; });
  };
  if (std::none_of(words.begin(), words.end(), is_lower_word)) return trim(text);
  const auto at = std::find_if(words.rbegin(), words.rend(), has_digit);
  return at == words.rend() ? trim(text) : *at;
}

void add_document(Entity& entity, const XmlElement& document) {
  const std::string type = lower_ascii(joined(document, {"TYPE_OF_DOCUMENT", "TYPE_OF_DOCUMENT2"}, " "));
  const bool passport =
      type.find("passport") != std::string::npos || type.find("passeport") != std::string::npos || type.find("pasaporte") != std::string::npos;
  const std::string number = one_line(document.child_text("NUMBER"));
  entity.add(passport ? "passportNumber" : "idNumber", number_in(number));
  const std::string whole = joined(
      document, {"TYPE_OF_DOCUMENT", "TYPE_OF_DOCUMENT2", "NUMBER", "ISSUING_COUNTRY", "CITY_OF_ISSUE", "COUNTRY_OF_ISSUE", "DATE_OF_ISSUE", "NOTE"},
      ", ");
  add_note(entity, "Document", whole);
  note_others(entity, "Document", document,
              {"TYPE_OF_DOCUMENT", "TYPE_OF_DOCUMENT2", "NUMBER", "ISSUING_COUNTRY", "CITY_OF_ISSUE", "COUNTRY_OF_ISSUE", "DATE_OF_ISSUE", "NOTE"});
}

void add_child(Entity& entity, Designation& designation, const XmlElement& child) {
  const std::string_view name = child.name;
  if (name == "NAME_ORIGINAL_SCRIPT") {
    add_names(entity, "alias", child.text);
  } else if (name == "UN_LIST_TYPE") {
    designation.program = child.text;
  } else if (name == "REFERENCE_NUMBER") {
    designation.reference = child.text;
  } else if (name == "LISTED_ON") {
    designation.from = read_partial_date(std::string_view(child.text).substr(0, 10)).value_or("");
    if (designation.from.empty()) add_note(entity, name, child.text);
  } else if (name == "GENDER") {
    add_gender(entity, child.text);
  } else if (name == "COMMENTS1") {
    add_note(entity, "", child.text);
  } else if (name == "TITLE" || name == "DESIGNATION") {
    for (const auto& value : child.children) entity.add(name == "TITLE" ? "title" : "position", one_line(value.text));
  } else if (name == "NATIONALITY") {
    for (const auto& value : child.children) add_countries(entity, "nationality", one_line(value.text));
  } else if (name == "INDIVIDUAL_ALIAS" || name == "ENTITY_ALIAS") {
    add_alias(entity, child);
  } else if (name == "INDIVIDUAL_ADDRESS" || name == "ENTITY_ADDRESS") {
    add_place(entity, child);
  } else if (name == "INDIVIDUAL_DATE_OF_BIRTH") {
    add_birth(entity, child);
  } else if (name == "INDIVIDUAL_PLACE_OF_BIRTH") {
    add_place_of_birth(entity, child);
  } else if (name == "INDIVIDUAL_DOCUMENT") {
    add_document(entity, child);
  } else if (name == "LAST_DAY_UPDATED") {
    for (const auto& value : child.children) entity.add("modifiedAt", value.text);
  } else if (std::find(kNotTold.begin(), kNotTold.end(), name) == kNotTold.end()) {
    add_note(entity, name, one_line(child.text));
    for (const auto& value : child.children) add_note(entity, name, one_line(value.text));
  }
}

Result<Entity> read_record(const XmlElement& record) {
  Entity entity;
  const auto id = record.child_text("DATAID");
  if (id.empty() || id.size() > 40) return bad_input(fmt::format("{} without a DATAID", record.name), record.line);
  entity.id = fmt::format("unsc-{}", id);
  entity.line = record.line;
  entity.schema = record.name == "INDIVIDUAL" ? "Person" : "Organization";
  entity.datasets.emplace_back("un_sc_sanctions");
  const std::string name = joined(record, {"FIRST_NAME", "SECOND_NAME", "THIRD_NAME", "FOURTH_NAME"}, " ");
  add_names(entity, "name", name);
  entity.caption = entity.first("name");
  if (entity.caption.empty()) return bad_input(fmt::format("{} {} has no name", record.name, id), record.line);
  if (entity.schema == "Person") entity.add("firstName", one_line(record.child_text("FIRST_NAME")));
  Designation designation;
  designation.measure = "UN sanctions";
  for (const auto& child : record.children) {
    if (!is_one_of(child.name, {"FIRST_NAME", "SECOND_NAME", "THIRD_NAME", "FOURTH_NAME"})) add_child(entity, designation, child);
  }
  entity.designations.push_back(std::move(designation));
  entity.add("sourceUrl", "https://main.un.org/securitycouncil/en/content/un-sc-consolidated-list");
  return entity;
}

}  // namespace

Result<ReadList> read_un_xml(const NamedBytes& file) {
  ReadList list;
  std::set<std::string> ids;
  const auto status = read_xml(
      file.bytes, {"INDIVIDUAL", "ENTITY"},
      [&](const XmlElement& root) -> Status {
        if (root.name != "CONSOLIDATED_LIST")
          return bad_input(fmt::format("the root element is {}, expected CONSOLIDATED_LIST", root.name), root.line);
        list.own_date = Date::parse(root.attribute("dateGenerated").substr(0, 10));
        return {};
      },
      [&](const XmlElement& record) -> Status {
        TAMGA_TRY(auto entity, read_record(record));
        if (!ids.insert(entity.id).second) return bad_input(fmt::format("the DATAID {} stands twice", entity.id.substr(5)), record.line);
        list.entities.push_back(std::move(entity));
        return {};
      });
  if (!status) return std::unexpected(status.error().in_file(file.name));
  if (list.entities.empty()) return bad_input_in(file.name, 0, "holds no INDIVIDUAL and no ENTITY; is it truncated?");
  return list;
}

}  // namespace tamga::lists
