#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/ascii.h"
#include "lists/readers.h"
#include "lists/uk_rows.h"
#include "lists/xml_records.h"

// OFSI's Consolidated List of Financial Sanctions Targets, closed on 28 January 2026, for decisions as of earlier days (domain.md 5.7): CSV, whose
// first line is "Last Updated,dd/mm/yyyy" and whose second is the header, and XML (ArrayOfFinancialSanctionsTarget). A row is a name of a group.
// Both are put into rows of the UK Sanctions List, whose columns say the same.
namespace tamga::lists {
namespace {

struct Column {
  std::string_view name;    ///< of the CSV, or of the XML's element
  std::string_view column;  ///< of the UK Sanctions List
};

constexpr std::array kColumns = {
    Column{"Name 6", "Name 6"},
    Column{"Name 1", "Name 1"},
    Column{"Name 2", "Name 2"},
    Column{"Name 3", "Name 3"},
    Column{"Name 4", "Name 4"},
    Column{"Name 5", "Name 5"},
    Column{"Title", "Title"},
    Column{"Name Non-Latin Script", "Name non-latin script"},
    Column{"Non-Latin Script Type", "Non-latin script type"},
    Column{"Non-Latin Script Language", "Non-latin script language"},
    Column{"Address 1", "Address Line 1"},
    Column{"Address 2", "Address Line 2"},
    Column{"Address 3", "Address Line 3"},
    Column{"Address 4", "Address Line 4"},
    Column{"Address 5", "Address Line 5"},
    Column{"Address 6", "Address Line 6"},
    Column{"Post/Zip Code", "Address Postal Code"},
    Column{"PostCode", "Address Postal Code"},
    Column{"Country", "Address Country"},
    Column{"Other Information", "Other Information"},
    Column{"Group Type", "Designation Type"},
    Column{"GroupTypeDescription", "Designation Type"},
    Column{"Alias Type", "Name type"},
    Column{"Alias Quality", "Alias strength"},
    Column{"Regime", "Regime Name"},
    Column{"RegimeName", "Regime Name"},
    Column{"Listed On", "Listed On"},
    Column{"DateListed", "Listed On"},
    Column{"UK Sanctions List Date Designated", "Date Designated"},
    Column{"DateDesignated", "Date Designated"},
    Column{"UK Sanctions List Ref", "Unique ID"},
    Column{"UKSanctionsListRef", "Unique ID"},
    Column{"Last Updated", "Last Updated"},
    Column{"Group ID", kUkNumber},
    Column{"UK Statement of Reasons", "UK Statement of Reasons"},
    Column{"Phone Number", "Phone number"},
    Column{"Website", "Website"},
    Column{"Email Address", "Email address"},
    Column{"DOB", "D.O.B"},
    Column{"Individual_DateOfBirth", "D.O.B"},
    Column{"Town of Birth", "Town of birth"},
    Column{"Individual_TownOfBirth", "Town of birth"},
    Column{"Country of Birth", "Country of birth"},
    Column{"Individual_CountryOfBirth", "Country of birth"},
    Column{"Nationality", "Nationality(/ies)"},
    Column{"Individual_Nationality", "Nationality(/ies)"},
    Column{"Passport Number", "Passport number"},
    Column{"Individual_PassportNumber", "Passport number"},
    Column{"Passport Details", "Passport additional information"},
    Column{"Individual_PassportDetails", "Passport additional information"},
    Column{"National Identification Number", "National Identifier number"},
    Column{"NI Number", "National Identifier number"},
    Column{"Individual_NINumber", "National Identifier number"},
    Column{"National Identification Details", "National Identifier additional information"},
    Column{"NI Details", "National Identifier additional information"},
    Column{"Individual_NIDetails", "National Identifier additional information"},
    Column{"Position", "Position"},
    Column{"Individual_Position", "Position"},
    Column{"Gender", "Gender"},
    Column{"Individual_Gender", "Gender"},
    Column{"Entity_Type", "Type of entity"},
    Column{"Entity_Subsidiaries", "Subsidiaries"},
    Column{"Entity_ParentCompany", "Parent company"},
    Column{"Entity_BusinessRegNumber", "Business registration number (s)"},
    Column{"Ship_IMONumber", "IMO number"},
    Column{"Ship_CurrentOwners", "Current owner/operator (s)"},
    Column{"Ship_PreviousOwners", "Previous owner/operator (s)"},
    Column{"Ship_Flag", "Current believed flag of ship"},
    Column{"Ship_PreviousFlags", "Previous flags"},
    Column{"Ship_Type", "Type of ship"},
    Column{"Ship_Tonnage", "Tonnage of ship"},
    Column{"Ship_Length", "Length of ship"},
    Column{"Ship_YearBuilt", "Year Built"},
    Column{"Ship_HullIdentificationNumber", "Hull identification number (HIN)"},
    Column{"UNRef", "UN Reference Number"},
    Column{"ListingType", "Designation source"},
};

std::string folded(std::string_view name) {
  std::string result;
  for (const char c : lower_ascii(name)) {
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) result += c;
  }
  return result;
}

std::string_view column_of(std::string_view name) {
  const std::string wanted = folded(name);
  const auto* at = std::find_if(kColumns.begin(), kColumns.end(), [&](const Column& entry) { return folded(entry.name) == wanted; });
  return at == kColumns.end() ? name : at->column;
}

/// "(UK Sanctions List Ref):RUS0251 (UK Statement of Reasons):…": the text behind a label in brackets, up to the next.
std::string_view labelled(std::string_view text, std::string_view label) {
  const auto at = text.find(label);
  if (at == std::string_view::npos) return {};
  text.remove_prefix(at + label.size());
  if (text.starts_with(':')) text.remove_prefix(1);
  return trim(text.substr(0, text.find_first_of(" .;(")));
}

/// "UN Ref QDi.006", with or without a colon.
std::string_view un_reference(std::string_view text) {
  for (const auto* label : {"(UN Ref)", "UN Ref ", "UN Ref:", "UN Reference "}) {
    const auto at = text.find(label);
    if (at == std::string_view::npos) continue;
    auto rest = trim(text.substr(at + std::strlen(label)));
    if (rest.starts_with(':')) rest = trim(rest.substr(1));
    if (rest.starts_with("UNSC ")) rest = trim(rest.substr(5));
    const auto end = rest.find_first_of(" ;,)(");
    rest = rest.substr(0, end);
    while (rest.ends_with('.')) rest.remove_suffix(1);
    // "QDi.006", "KPe.045"
    if (rest.size() >= 6 && rest.size() <= 8 && rest.find('.') == rest.size() - 4) return rest;
  }
  return {};
}

/// What the list has by other names than its successor.
void complete(UkRow& row) {
  const std::string information(row.at("Other Information"));
  if (row.at("Unique ID").empty()) row.set("Unique ID", labelled(information, "(UK Sanctions List Ref)"));
  // Under OFSI's own word for it: identity/ finds the same designation on the UK Sanctions List by it.
  if (!row.at("Unique ID").empty()) row.set("UK Sanctions List Ref", std::string(row.at("Unique ID")));
  if (row.at("UN Reference Number").empty()) row.set("UN Reference Number", un_reference(information));
  if (row.at("Sanctions Imposed").empty()) row.set("Sanctions Imposed", "Asset freeze");
  for (auto& [column, value] : row.columns) {
    if (column == "Name type") {
      const std::string type = lower_ascii(value);
      if (type == "aka") value = "Alias";
      if (type == "fka") value = "Former name";
      if (type == "prime alias" || type == "primary name") value = "Primary name";
    }
    // "2004-06-02T00:00:00"
    if ((column == "Date Designated" || column == "Listed On" || column == "Last Updated") && value.size() > 10 && value[10] == 'T') value.resize(10);
    // "00/00/1957": nought is not known.
    if (column == "D.O.B") {
      for (std::size_t at = value.find("00/"); at != std::string::npos; at = value.find("00/", at + 1)) {
        if (at == 0 || value[at - 1] == '/' || value[at - 1] == '|') value.replace(at, 2, at == 0 || value[at - 1] == '|' ? "dd" : "mm");
      }
    }
  }
  if (row.at("Date Designated").empty()) row.set("Date Designated", row.at("Listed On"));
}

UkEntities conlist() {
  return {"gb-hmt-", "gb_hmt_sanctions", "https://www.gov.uk/government/publications/financial-sanctions-consolidated-list-of-targets"};
}

Result<ReadList> finish(UkEntities& entities, const std::optional<Date>& published, const std::string& file) {
  auto list = entities.finish();
  if (!list) return std::unexpected(list.error().in_file(file));
  list->own_date = published;
  return list;
}

}  // namespace

Result<ReadList> read_uk_conlist_csv(const NamedBytes& file) {
  CsvReader reader(file.bytes);
  std::vector<std::string> header;
  std::vector<std::string> fields;
  const auto next = [&](std::vector<std::string>& into) -> Result<bool> {
    auto more = reader.next(into);
    if (!more) return std::unexpected(more.error().in_file(file.name));
    return more;
  };
  TAMGA_TRY([[maybe_unused]] const bool first, next(fields));
  const auto read = fields.size() > 1 ? read_partial_date(trim(fields[1])) : std::nullopt;
  const auto published = read ? Date::parse(*read) : std::nullopt;
  if (!published) return bad_input_in(file.name, 1, "expected Last Updated,dd/mm/yyyy");
  TAMGA_TRY([[maybe_unused]] const bool second, next(header));
  for (const auto* needed : {"Name 6", "Group Type", "Alias Type", "Regime", "Group ID"}) {
    if (std::find(header.begin(), header.end(), needed) == header.end())
      return bad_input_in(file.name, 2, fmt::format("the header has no column \"{}\", expected those of OFSI's Consolidated List", needed));
  }
  auto entities = conlist();
  for (;;) {
    TAMGA_TRY(const bool more, next(fields));
    if (!more) break;
    if (fields.size() != header.size()) {
      return bad_input_in(file.name, reader.line(),
                          fmt::format("{} columns, expected {} as in the header; is the file truncated?", fields.size(), header.size()));
    }
    UkRow row;
    row.line = reader.line();
    for (std::size_t i = 0; i < fields.size(); ++i) row.set(column_of(header[i]), fields[i]);
    complete(row);
    if (auto status = entities.add(row); !status) return std::unexpected(status.error().in_file(file.name));
  }
  return finish(entities, published, file.name);
}

Result<ReadList> read_uk_conlist_xml(const NamedBytes& file) {
  auto entities = conlist();
  std::string newest;
  // The names of elements that no column answers to, which the rows point to.
  std::vector<std::string> labels;
  labels.reserve(1000);
  const auto record = [&](XmlNode node, std::uint64_t line) -> Status {
    UkRow row;
    row.line = line;
    labels.clear();
    for (auto child = node.first(); child; child = child.next()) {
      const std::string_view text = child.text();
      if (trim(text).empty()) continue;
      auto column = column_of(child.name());
      if (column == child.name()) {
        if (labels.size() == labels.capacity()) return bad_input("one target has more than 1000 elements", line);
        column = labels.emplace_back(column);
      }
      row.set(column, text);
      if (column == "Last Updated") newest = std::max(newest, std::string(text.substr(0, 10)));
    }
    complete(row);
    return entities.add(row);
  };
  if (auto status = each_xml_record(file.bytes, "ArrayOfFinancialSanctionsTarget", {"FinancialSanctionsTarget"}, record); !status)
    return std::unexpected(status.error().in_file(file.name));
  // The file carries no date of its own; it cannot be older than its youngest entry.
  return finish(entities, Date::parse(newest), file.name);
}

}  // namespace tamga::lists
