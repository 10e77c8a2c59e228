#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <unordered_map>

#include "lists/readers.h"

// The UK Sanctions List (domain.md 5.7): the first line is "Report Date: DD-Mon-YYYY", the second the header; one designation takes
// many rows (names times addresses), held together by its Unique ID. The rows repeat what does not differ; Entity::add() takes a value
// once. Cells of several values are divided by "|".
namespace tamga::lists {
namespace {

constexpr std::size_t kColumns = 58;
constexpr std::string_view kReport = "Report Date:";

/// What has no property of its own, kept under its column's name.
constexpr std::array kNoted = {"Regime Name",
                               "Designation source",
                               "UN Reference Number",
                               "OFSI Group ID",
                               "Last Updated",
                               "Other Information",
                               "UK Statement of Reasons",
                               "National Identifier additional information",
                               "Passport additional information",
                               "Type of entity",
                               "Subsidiaries",
                               "Parent company",
                               "Current owner/operator (s)",
                               "Previous owner/operator (s)",
                               "Length of ship",
                               "Hull identification number (HIN)",
                               "Non-latin script type",
                               "Non-latin script language"};

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
  [[nodiscard]] std::vector<std::string_view> values(std::string_view column) const { return split(at(column), "|"); }
  [[nodiscard]] std::string joined(std::initializer_list<std::string_view> columns, std::string_view separator) const {
    std::string text;
    for (const auto column : columns) {
      if (const auto part = at(column); !part.empty()) text += fmt::format("{}{}", text.empty() ? "" : separator, one_line(part));
    }
    return text;
  }

 private:
  const std::vector<std::string>& header_;
  const std::vector<std::string>& fields_;
};

void add_names(Entity& entity, const Row& row) {
  const std::string name = row.joined({"Name 1", "Name 2", "Name 3", "Name 4", "Name 5", "Name 6"}, " ");
  const std::string type = lower_ascii(row.at("Name type"));
  const bool low = lower_ascii(row.at("Alias strength")).starts_with("low");
  if (type == "primary name") {
    if (entity.caption.empty()) entity.caption = name;
    entity.add("name", name);
    if (entity.schema == "Person") {
      entity.add("firstName", row.at("Name 1"));
      entity.add("lastName", row.at("Name 6"));
    }
  } else {
    entity.add(low ? "weakAlias" : "alias", name);
    if (type != "alias" && type != "primary name variation") add_note(entity, fmt::format("Name {} type", name), row.at("Name type"));
  }
  entity.add("alias", one_line(row.at("Name non-latin script")));
}

/// "IMO9826902".
void add_imo(Entity& entity, std::string_view text) {
  const std::string digits = only_digits(text);
  entity.add("imoNumber", digits);
  if (digits.size() != 7) add_note(entity, "IMO number", text);
}

void add_row(Entity& entity, const Row& row) {
  add_names(entity, row);
  entity.add("address", row.joined({"Address Line 1", "Address Line 2", "Address Line 3", "Address Line 4", "Address Line 5", "Address Line 6",
                                    "Address Postal Code", "Address Country"},
                                   ", "));
  for (const auto value : row.values("Address Country")) add_countries(entity, "country", value);
  for (const auto value : row.values("Nationality(/ies)")) add_countries(entity, "nationality", value);
  for (const auto value : row.values("D.O.B")) add_dates(entity, "birthDate", value);
  entity.add("birthPlace", row.joined({"Town of birth", "Country of birth"}, ", "));
  add_gender(entity, row.at("Gender"));
  for (const auto value : row.values("National Identifier number")) add_numbers(entity, NumberColumn::identity, "National Identifier number", value);
  for (const auto value : row.values("Passport number")) add_numbers(entity, NumberColumn::passport, "Passport number", value);
  for (const auto value : row.values("Business registration number (s)"))
    add_numbers(entity, NumberColumn::registration, "Business registration number (s)", value);
  for (const auto value : row.values("IMO number")) add_imo(entity, value);
  for (const auto value : row.values("Current believed flag of ship")) add_countries(entity, "flag", value);
  for (const auto value : row.values("Previous flags")) add_countries(entity, "pastFlags", value);
  for (const auto& [column, property] : {std::pair{"Position", "position"}, std::pair{"Title", "title"}, std::pair{"Website", "website"},
                                         std::pair{"Email address", "email"}, std::pair{"Phone number", "phone"}, std::pair{"Type of ship", "type"},
                                         std::pair{"Tonnage of ship", "tonnage"}, std::pair{"Year Built", "buildDate"}}) {
    for (const auto value : row.values(column)) entity.add(property, one_line(value));
  }
  for (const auto* label : kNoted) add_note(entity, label, row.at(label));
}

Result<Entity> begin_entity(const Row& row) {
  const std::string_view unique_id = row.at("Unique ID");
  Entity entity;
  entity.id = "gb-fcdo-" + lower_ascii(unique_id);
  entity.schema = schema_of(row.at("Designation Type"));
  if (entity.schema.empty()) {
    return bad_input(fmt::format("\"{}\" is not a designation type, expected Individual, Entity or Ship", row.at("Designation Type").substr(0, 40)));
  }
  entity.datasets.emplace_back("gb_fcdo_sanctions");
  entity.add("sourceUrl", "https://www.gov.uk/government/publications/the-uk-sanctions-list");
  return entity;
}

void add_designations(Entity& entity, const Row& row) {
  const std::string_view unique_id = row.at("Unique ID");
  const std::string_view date = row.at("Date Designated");
  const std::string from = read_partial_date(date).value_or("");
  if (from.empty()) add_note(entity, "Date Designated", date);
  auto measures = row.values("Sanctions Imposed");
  if (measures.empty() && entity.designations.empty()) measures.emplace_back();
  for (const auto measure : measures) {
    Designation designation{std::string(program_of(unique_id)), "", std::string(measure), from, std::string(unique_id)};
    if (std::find(entity.designations.begin(), entity.designations.end(), designation) == entity.designations.end())
      entity.designations.push_back(std::move(designation));
  }
}

Status check_header(const std::vector<std::string>& header) {
  for (const auto* name :
       {"Unique ID", "Name 6", "Name type", "Alias strength", "Designation Type", "Sanctions Imposed", "Date Designated", "IMO number"}) {
    if (std::find(header.begin(), header.end(), name) == header.end()) {
      return bad_input(fmt::format("the header has no column \"{}\", expected the {} columns of the UK Sanctions List", name, kColumns), 2);
    }
  }
  return {};
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
  TAMGA_TRY(const bool first, next(fields));
  const std::string_view report = first ? trim(fields.front()) : std::string_view();
  if (report.starts_with(kReport)) list.own_date = report_date(report.substr(kReport.size()));
  if (!list.own_date) return bad_input_in(file.name, 1, fmt::format("\"{}\", expected Report Date: DD-Mon-YYYY", report.substr(0, 60)));
  TAMGA_TRY([[maybe_unused]] const bool second, next(header));
  if (auto status = check_header(header); !status) return std::unexpected(status.error().in_file(file.name));
  std::unordered_map<std::string, std::size_t> by_id;
  for (;;) {
    TAMGA_TRY(const bool more, next(fields));
    if (!more) break;
    const auto wrong = [&](std::string message) { return bad_input_in(file.name, reader.line(), std::move(message)); };
    if (fields.size() != header.size())
      return wrong(fmt::format("{} columns, expected {} as in the header; is the file truncated?", fields.size(), header.size()));
    const Row row(header, fields);
    const std::string unique_id = lower_ascii(row.at("Unique ID"));
    if (unique_id.empty()) return wrong("the Unique ID is empty");
    const auto [at, fresh] = by_id.emplace(unique_id, list.entities.size());
    if (fresh) {
      auto entity = begin_entity(row);
      if (!entity) return wrong(entity.error().message);
      entity->line = reader.line();
      list.entities.push_back(*std::move(entity));
    }
    add_designations(list.entities[at->second], row);
    add_row(list.entities[at->second], row);
  }
  for (auto& entity : list.entities) {
    // An entry whose rows hold no primary name still has a name to show, and to be found by.
    for (const auto* property : {"alias", "weakAlias"}) {
      if (entity.caption.empty()) entity.caption = entity.first(property);
    }
    if (entity.caption.empty()) return bad_input_in(file.name, entity.line, "the designation has no name");
  }
  if (list.entities.empty()) return bad_input_in(file.name, 0, "holds no designation; is it truncated?");
  return list;
}

}  // namespace tamga::lists
