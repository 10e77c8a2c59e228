#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/ascii.h"
#include "lists/readers.h"
#include "lists/uk_rows.h"
#include "lists/xml_records.h"

// The UK Sanctions List as XML (domain.md 5.7): a Designation a record, the CSV's columns as elements. Each name and each address becomes a row
// of the CSV, so that both forms give the same entity. Elements that no column answers to are kept as notes under their names.
namespace tamga::lists {
namespace {

struct Element {
  std::string_view name;
  std::string_view column;
};

constexpr std::array kElements = {
    Element{"LastUpdated", "Last Updated"},
    Element{"UniqueID", "Unique ID"},
    Element{"OFSIGroupID", "OFSI Group ID"},
    Element{"UNReferenceNumber", "UN Reference Number"},
    Element{"RegimeName", "Regime Name"},
    Element{"IndividualEntityShip", "Designation Type"},
    Element{"DesignationSource", "Designation source"},
    Element{"SanctionsImposed", "Sanctions Imposed"},
    Element{"OtherInformation", "Other Information"},
    Element{"UKStatementofReasons", "UK Statement of Reasons"},
    Element{"DateDesignated", "Date Designated"},
    Element{"Name1", "Name 1"},
    Element{"Name2", "Name 2"},
    Element{"Name3", "Name 3"},
    Element{"Name4", "Name 4"},
    Element{"Name5", "Name 5"},
    Element{"Name6", "Name 6"},
    Element{"NameType", "Name type"},
    Element{"AliasStrength", "Alias strength"},
    Element{"Title", "Title"},
    Element{"NameNonLatinScript", "Name non-latin script"},
    Element{"NonLatinScriptType", "Non-latin script type"},
    Element{"NonLatinScriptLanguage", "Non-latin script language"},
    Element{"AddressLine1", "Address Line 1"},
    Element{"AddressLine2", "Address Line 2"},
    Element{"AddressLine3", "Address Line 3"},
    Element{"AddressLine4", "Address Line 4"},
    Element{"AddressLine5", "Address Line 5"},
    Element{"AddressLine6", "Address Line 6"},
    Element{"AddressPostalCode", "Address Postal Code"},
    Element{"AddressCountry", "Address Country"},
    Element{"PhoneNumber", "Phone number"},
    Element{"Website", "Website"},
    Element{"EmailAddress", "Email address"},
    Element{"DOB", "D.O.B"},
    Element{"Nationality", "Nationality(/ies)"},
    Element{"NationalIdentifierNumber", "National Identifier number"},
    Element{"NationalIdentifierAdditionalInformation", "National Identifier additional information"},
    Element{"PassportNumber", "Passport number"},
    Element{"PassportAdditionalInformation", "Passport additional information"},
    Element{"Position", "Position"},
    Element{"Gender", "Gender"},
    Element{"TownOfBirth", "Town of birth"},
    Element{"CountryOfBirth", "Country of birth"},
    Element{"TypeOfEntity", "Type of entity"},
    Element{"Subsidiary", "Subsidiaries"},
    Element{"ParentCompany", "Parent company"},
    Element{"BusinessRegistrationNumber", "Business registration number (s)"},
    Element{"IMONumber", "IMO number"},
    Element{"CurrentOwnerOperator", "Current owner/operator (s)"},
    Element{"PreviousOwnerOperator", "Previous owner/operator (s)"},
    Element{"CurrentBelievedFlagOfShip", "Current believed flag of ship"},
    Element{"PreviousFlag", "Previous flags"},
    Element{"TypeOfShip", "Type of ship"},
    Element{"TonnageOfShip", "Tonnage of ship"},
    Element{"LengthOfShip", "Length of ship"},
    Element{"YearBuilt", "Year Built"},
    Element{"HullIdentificationNumber", "Hull identification number (HIN)"},
};

/// The letters of an element's name alone, small, so that "NonLatinScriptType" and "NonLatin_ScriptType" are one.
std::string folded(std::string_view name) {
  std::string result;
  for (const char c : lower_ascii(name)) {
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) result += c;
  }
  return result;
}

std::string_view column_of(std::string_view element) {
  const std::string wanted = folded(element);
  for (const auto& entry : kElements) {
    if (folded(entry.name) == wanted || folded(entry.column) == wanted) return entry.column;
  }
  return {};
}

/// The leaves below a node, but those of names and addresses, which make rows of their own.
void collect(XmlNode node, UkRow& row, std::vector<std::string>& labels) {
  bool leaf = true;
  for (auto child = node.first(); child; child = child.next()) {
    leaf = false;
    const std::string_view name = child.name();
    if (name == "Names" || name == "NonLatinNames" || name == "Addresses") continue;
    collect(child, row, labels);
  }
  if (!leaf) return;
  const std::string_view text = node.text();
  if (text.empty()) return;
  const auto column = column_of(node.name());
  if (!column.empty()) {
    row.set(column, text);
    return;
  }
  // The document's memory is used again for the next record, so the label must stand elsewhere.
  labels.emplace_back(node.name());
  row.columns.emplace_back(labels.back(), std::string(text));
}

Status read_designation(XmlNode node, std::uint64_t line, UkEntities& entities) {
  UkRow shared;
  shared.line = line;
  std::vector<std::string> labels;
  labels.reserve(10000);
  collect(node, shared, labels);
  std::vector<UkRow> rows;
  for (const auto* group : {"Names", "NonLatinNames"}) {
    for (auto name = node.child(group).first(); name; name = name.next()) {
      UkRow row = shared;
      for (auto part = name.first(); part; part = part.next()) {
        const auto column = column_of(part.name());
        row.set(column.empty() ? std::string_view("Other Information") : column, part.text());
      }
      rows.push_back(std::move(row));
    }
  }
  if (rows.empty()) rows.push_back(shared);
  std::size_t number = 0;
  for (auto address = node.child("Addresses").first(); address; address = address.next()) {
    // Names and addresses have nothing to do with one another; a row holds one of each.
    if (number == rows.size()) rows.push_back(shared);
    for (auto part = address.first(); part; part = part.next()) {
      const auto column = column_of(part.name());
      rows[number].set(column.empty() ? std::string_view("Other Information") : column, part.text());
    }
    ++number;
  }
  for (const auto& row : rows) TAMGA_TRY_STATUS(entities.add(row));
  return {};
}

/// "02/09/2026", as the day comes first in the United Kingdom; or "2026-09-02…".
std::optional<Date> british_date(std::string_view text) {
  if (text.size() >= 10 && text[2] == '/' && text[5] == '/')
    return Date::parse(fmt::format("{}-{}-{}", text.substr(6, 4), text.substr(3, 2), text.substr(0, 2)));
  return Date::parse(text.substr(0, 10));
}

}  // namespace

Result<ReadList> read_uk_xml(const NamedBytes& file) {
  UkEntities entities("gb-fcdo-", "gb_fcdo_sanctions", "https://www.gov.uk/government/publications/the-uk-sanctions-list");
  std::optional<Date> published;
  const auto record = [&](XmlNode node, std::uint64_t line) -> Status {
    if (node.name() == "DateGenerated") {
      published = british_date(node.text());
      return {};
    }
    return read_designation(node, line, entities);
  };
  if (auto status = each_xml_record(file.bytes, "Designations", {"DateGenerated", "Designation"}, record); !status)
    return std::unexpected(status.error().in_file(file.name));
  auto list = entities.finish();
  if (!list) return std::unexpected(list.error().in_file(file.name));
  list->own_date = published;
  return list;
}

}  // namespace tamga::lists
