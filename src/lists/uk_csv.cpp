#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

#include "lists/readers.h"

// The UK Sanctions List (domain.md 5.7): the first line is "Report Date: DD-Mon-YYYY", the second the header; one designation takes
// many rows (names times addresses), held together by its Unique ID.
namespace tamga::lists {
namespace {

std::string lower(std::string_view text) {
  std::string result;
  for (const char c : text) result += static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  return result;
}

/// "08-Oct-2026".
std::optional<Date> report_date(std::string_view text) {
  std::string spaced(trim(text));
  std::replace(spaced.begin(), spaced.end(), '-', ' ');
  const auto date = read_partial_date(spaced);
  return date ? Date::parse(*date) : std::nullopt;
}

std::string_view schema_of(std::string_view type) {
  if (type == "Individual") return "Person";
  if (type == "Entity") return "Organization";
  return type == "Ship" ? "Vessel" : "";
}

/// The letters that a Unique ID begins with: RUS0251 is of the Russia regulations.
std::string_view program_of(std::string_view unique_id) {
  return unique_id.substr(0, std::min(unique_id.find_first_of("0123456789"), unique_id.size()));
}

class Row {
 public:
  Row(const std::vector<std::string>& header, const std::vector<std::string>& fields) : header_(header), fields_(fields) {}
  [[nodiscard]] std::string_view at(std::string_view column) const {
    const auto found = std::find(header_.begin(), header_.end(), column);
    return found == header_.end() ? std::string_view() : trim(fields_[static_cast<std::size_t>(found - header_.begin())]);
  }

 private:
  const std::vector<std::string>& header_;
  const std::vector<std::string>& fields_;
};

void add_name(Entity& entity, const Row& row) {
  std::string name;
  for (const auto* part : {"Name 1", "Name 2", "Name 3", "Name 4", "Name 5", "Name 6"}) {
    if (!row.at(part).empty()) name += (name.empty() ? "" : " ") + std::string(row.at(part));
  }
  const std::string_view type = row.at("Name type");
  const bool low = lower(row.at("Alias strength")).starts_with("low");
  if (type == "Primary Name" || type == "Primary name") {
    if (entity.caption.empty()) entity.caption = name;
    entity.add("name", name);
  } else {
    entity.add(low ? "weakAlias" : "alias", name);
  }
  entity.add("alias", row.at("Name non-latin script"));
}

/// "INN: 7707083893; OGRN 1027700132195": labelled numbers in one cell.
void add_registrations(Entity& entity, std::string_view text) {
  add_note(entity, "Business registration", text);
  for (const auto part : split(text, ";")) {
    const auto digit = part.find_first_of("0123456789");
    if (digit == std::string_view::npos) continue;
    const std::string_view label = digit == 0 ? "Registration" : part.substr(0, digit);
    std::string_view value = part.substr(digit);
    value = value.substr(0, std::min(value.find_first_of(" ("), value.size()));
    add_number(entity, label, value, "");
  }
}

void add_row(Entity& entity, const Row& row) {
  add_name(entity, row);
  std::string address;
  for (const auto* part : {"Address Line 1", "Address Line 2", "Address Line 3", "Address Line 4", "Address Line 5", "Address Line 6",
                           "Address Postal Code", "Address Country"}) {
    if (!row.at(part).empty()) address += (address.empty() ? "" : ", ") + std::string(row.at(part));
  }
  entity.add("address", address);
  add_country(entity, "country", row.at("Address Country"));
  for (const auto value : split(row.at("D.O.B"), "|")) add_date(entity, "birthDate", value);
  for (const auto value : split(row.at("Nationality(/ies)"), "|")) {
    for (const auto part : split(value, ";")) add_country(entity, "nationality", part);
  }
  for (const auto value : split(row.at("National Identifier number"), "|")) add_number(entity, "National ID", value, "");
  for (const auto value : split(row.at("Passport number"), "|")) add_number(entity, "Passport", value, "");
  for (const auto value : split(row.at("Position"), "|")) entity.add("position", value);
  for (const auto value : split(row.at("Website"), "|")) entity.add("website", value);
  for (const auto value : split(row.at("Email address"), "|")) entity.add("email", value);
  for (const auto value : split(row.at("Phone number"), "|")) entity.add("phone", value);
  for (const auto value : split(row.at("IMO number"), "|")) add_number(entity, "IMO", value, "");
  for (const auto value : split(row.at("Current believed flag of ship"), "|")) add_country(entity, "flag", value);
  if (!row.at("Gender").empty()) entity.add("gender", lower(row.at("Gender")));
  std::string birth_place(row.at("Town of birth"));
  if (!row.at("Country of birth").empty()) birth_place += (birth_place.empty() ? "" : ", ") + std::string(row.at("Country of birth"));
  entity.add("birthPlace", birth_place);
  entity.add("title", row.at("Title"));
  entity.add("type", row.at("Type of ship"));
  entity.add("tonnage", row.at("Tonnage of ship"));
  entity.add("buildDate", row.at("Year Built"));
  add_registrations(entity, row.at("Business registration number (s)"));
  for (const auto* label :
       {"Regime Name", "Designation source", "UN Reference Number", "OFSI Group ID", "Last Updated", "Other Information", "UK Statement of Reasons",
        "National Identifier additional information", "Passport additional information", "Type of entity", "Subsidiaries", "Parent company",
        "Current owner/operator (s)", "Previous owner/operator (s)", "Previous flags", "Length of ship", "Hull identification number (HIN)",
        "Non-latin script type", "Non-latin script language"}) {
    add_note(entity, label, row.at(label));
  }
}

}  // namespace

Result<ReadList> read_uk_csv(const NamedBytes& file) {
  ReadList list;
  CsvReader reader(file.bytes);
  std::vector<std::string> header;
  std::vector<std::string> fields;
  const auto next = [&](std::vector<std::string>& into) -> Result<bool> {
    auto more = reader.next(into);
    if (!more) return std::unexpected(more.error().in_file(file.name));
    return more;
  };
  TAMGA_TRY([[maybe_unused]] const bool first, next(fields));
  constexpr std::string_view kReport = "Report Date:";
  list.own_date = report_date(std::string_view(fields.at(0)).substr(std::min(kReport.size(), fields[0].size())));
  if (!list.own_date) return bad_input_in(file.name, 1, fmt::format("\"{}\", expected Report Date: DD-Mon-YYYY", fields[0].substr(0, 60)));
  TAMGA_TRY(const bool second, next(header));
  if (!second || std::find(header.begin(), header.end(), "Unique ID") == header.end()) {
    return bad_input_in(file.name, 2, "expected the header of the UK Sanctions List with a column \"Unique ID\"");
  }
  std::unordered_map<std::string, std::size_t> by_id;
  for (;;) {
    TAMGA_TRY(const bool more, next(fields));
    if (!more) break;
    if (fields.size() != header.size()) {
      return bad_input_in(file.name, reader.line(),
                          fmt::format("{} columns, expected {} as in the header; is the file truncated?", fields.size(), header.size()));
    }
    const Row row(header, fields);
    const std::string unique_id(row.at("Unique ID"));
    if (unique_id.empty()) return bad_input_in(file.name, reader.line(), "the Unique ID is empty");
    const auto [at, fresh] = by_id.emplace(unique_id, list.entities.size());
    if (fresh) {
      Entity entity;
      entity.id = "gb-fcdo-" + lower(unique_id);
      entity.line = reader.line();
      entity.schema = schema_of(row.at("Designation Type"));
      if (entity.schema.empty()) {
        return bad_input_in(file.name, reader.line(),
                            fmt::format("\"{}\" is not a designation type, expected Individual, Entity or Ship", row.at("Designation Type")));
      }
      const std::string from = read_partial_date(row.at("Date Designated")).value_or("");
      for (const auto measure : split(row.at("Sanctions Imposed"), "|")) {
        Designation designation{std::string(program_of(unique_id)), "", std::string(measure), from, unique_id};
        if (std::find(entity.designations.begin(), entity.designations.end(), designation) == entity.designations.end())
          entity.designations.push_back(std::move(designation));
      }
      if (entity.designations.empty()) entity.designations.push_back(Designation{std::string(program_of(unique_id)), "", "", from, unique_id});
      entity.add("sourceUrl", "https://www.gov.uk/government/publications/the-uk-sanctions-list");
      list.entities.push_back(std::move(entity));
    }
    add_row(list.entities[at->second], row);
  }
  for (auto& entity : list.entities) {
    // An entry whose rows hold aliases only still has a name to show.
    if (entity.caption.empty()) entity.caption = !entity.first("alias").empty() ? entity.first("alias") : entity.first("weakAlias");
    if (entity.caption.empty()) return bad_input_in(file.name, entity.line, "the designation has no name");
  }
  if (list.entities.empty()) return bad_input_in(file.name, 0, "holds no designation; is it truncated?");
  return list;
}

}  // namespace tamga::lists
