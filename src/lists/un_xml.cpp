#include <fmt/format.h>

#include "lists/countries.h"
#include "lists/readers.h"
#include "lists/xml.h"

// The UN Security Council consolidated list (domain.md 5.6).
namespace tamga::lists {
namespace {

std::string joined(const XmlElement& element, std::initializer_list<std::string_view> parts, std::string_view separator) {
  std::string text;
  for (const auto part : parts) {
    const auto value = element.child_text(part);
    if (!value.empty()) text += (text.empty() ? "" : std::string(separator)) + std::string(value);
  }
  return text;
}

void add_names(Entity& entity, std::string_view property, std::string_view names) {
  for (const auto name : split(names, ";")) entity.add(property, name);
}

void add_alias(Entity& entity, const XmlElement& alias) {
  const auto quality = alias.child_text("QUALITY");
  const std::string_view property = quality == "Low" ? "weakAlias" : quality == "f.k.a." ? "previousName" : "alias";
  add_names(entity, property, alias.child_text("ALIAS_NAME"));
  add_date(entity, "birthDate", alias.child_text("DATE_OF_BIRTH"));
  for (const auto& child : alias.children) {
    if (child.name != "QUALITY" && child.name != "ALIAS_NAME" && child.name != "DATE_OF_BIRTH")
      add_note(entity, fmt::format("Alias {}", child.name), child.text);
  }
}

void add_birth(Entity& entity, const XmlElement& birth) {
  // One of DATE, YEAR, FROM_YEAR and TO_YEAR; "APPROXIMATELY" stays as a note.
  for (const auto* part : {"DATE", "YEAR", "FROM_YEAR", "TO_YEAR"}) add_date(entity, "birthDate", birth.child_text(part));
  const auto type = birth.child_text("TYPE_OF_DATE");
  if (!type.empty() && type != "EXACT") add_note(entity, "Birth date", type);
  add_note(entity, "Birth date", birth.child_text("NOTE"));
}

void add_document(Entity& entity, const XmlElement& document) {
  const auto type = document.child_text("TYPE_OF_DOCUMENT");
  const auto number = document.child_text("NUMBER");
  if (!number.empty()) {
    const auto country = country_code(joined(document, {"ISSUING_COUNTRY", "COUNTRY_OF_ISSUE"}, " "));
    add_number(entity, type == "Passport" ? "Passport" : "National ID", number, country);
  }
  const auto note = joined(
      document, {"TYPE_OF_DOCUMENT", "TYPE_OF_DOCUMENT2", "NUMBER", "ISSUING_COUNTRY", "COUNTRY_OF_ISSUE", "CITY_OF_ISSUE", "DATE_OF_ISSUE", "NOTE"},
      ", ");
  if (note != number) add_note(entity, "Document", note);
}

Result<Entity> read_record(const XmlElement& record) {
  Entity entity;
  const auto id = record.child_text("DATAID");
  if (id.empty()) return bad_input(fmt::format("{} without a DATAID", record.name), record.line);
  entity.id = fmt::format("unsc-{}", id);
  entity.line = record.line;
  entity.schema = record.name == "INDIVIDUAL" ? "Person" : "Organization";
  entity.caption = joined(record, {"FIRST_NAME", "SECOND_NAME", "THIRD_NAME", "FOURTH_NAME"}, " ");
  if (entity.caption.empty()) return bad_input(fmt::format("{} {} has no name", record.name, id), record.line);
  entity.add("name", entity.caption);
  Designation designation;
  designation.measure = "UN sanctions";
  for (const auto& child : record.children) {
    const std::string_view name = child.name;
    if (name == "NAME_ORIGINAL_SCRIPT") {
      add_names(entity, "alias", child.text);
    } else if (name == "UN_LIST_TYPE") {
      designation.program = child.text;
    } else if (name == "REFERENCE_NUMBER") {
      designation.reference = child.text;
    } else if (name == "LISTED_ON") {
      designation.from = read_partial_date(child.text).value_or("");
      if (designation.from.empty()) add_note(entity, "Listed on", child.text);
    } else if (name == "GENDER") {
      entity.add("gender", child.text == "Male" ? "male" : child.text == "Female" ? "female" : std::string_view(child.text));
    } else if (name == "COMMENTS1") {
      add_note(entity, "", child.text);
    } else if (name == "TITLE" || name == "DESIGNATION") {
      for (const auto& value : child.children) entity.add("position", value.text);
    } else if (name == "NATIONALITY") {
      for (const auto& value : child.children) add_country(entity, "nationality", value.text);
    } else if (name == "INDIVIDUAL_ALIAS" || name == "ENTITY_ALIAS") {
      add_alias(entity, child);
    } else if (name == "INDIVIDUAL_ADDRESS" || name == "ENTITY_ADDRESS") {
      entity.add("address", joined(child, {"STREET", "CITY", "STATE_PROVINCE", "ZIP_CODE", "COUNTRY"}, ", "));
      add_country(entity, "country", child.child_text("COUNTRY"));
      add_note(entity, "Address", child.child_text("NOTE"));
    } else if (name == "INDIVIDUAL_DATE_OF_BIRTH") {
      add_birth(entity, child);
    } else if (name == "INDIVIDUAL_PLACE_OF_BIRTH") {
      entity.add("birthPlace", joined(child, {"STREET", "CITY", "STATE_PROVINCE", "COUNTRY"}, ", "));
      add_note(entity, "Birth place", child.child_text("NOTE"));
    } else if (name == "INDIVIDUAL_DOCUMENT") {
      add_document(entity, child);
    } else if (name == "LAST_DAY_UPDATED") {
      for (const auto& value : child.children) add_note(entity, "Updated", value.text);
    } else if (name != "DATAID" && name != "VERSIONNUM" && name != "LIST_TYPE" && !name.starts_with("SORT_KEY") && name != "FIRST_NAME" &&
               name != "SECOND_NAME" && name != "THIRD_NAME" && name != "FOURTH_NAME") {
      add_note(entity, name, child.text);
      for (const auto& value : child.children) add_note(entity, name, value.text);
    }
  }
  entity.designations.push_back(std::move(designation));
  entity.add("sourceUrl", "https://main.un.org/securitycouncil/en/content/un-sc-consolidated-list");
  return entity;
}

}  // namespace

Result<ReadList> read_un_xml(const NamedBytes& file) {
  ReadList list;
  const auto status = read_xml(
      file.bytes, {"INDIVIDUAL", "ENTITY"},
      [&](const XmlElement& root) -> Status {
        if (root.name != "CONSOLIDATED_LIST")
          return bad_input(fmt::format("the root element is {}, expected CONSOLIDATED_LIST", root.name), root.line);
        const auto generated = root.attribute("dateGenerated");
        list.own_date = Date::parse(generated.substr(0, 10));
        return {};
      },
      [&](const XmlElement& record) -> Status {
        TAMGA_TRY(auto entity, read_record(record));
        list.entities.push_back(std::move(entity));
        return {};
      });
  if (!status) return std::unexpected(status.error().in_file(file.name));
  if (list.entities.empty()) return bad_input_in(file.name, 0, "holds no INDIVIDUAL and no ENTITY; is it truncated?");
  return list;
}

}  // namespace tamga::lists
