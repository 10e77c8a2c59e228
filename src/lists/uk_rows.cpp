#include "lists/uk_rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/ascii.h"
#include "lists/links.h"
#include "lists/readers.h"

namespace tamga::lists {
namespace {

/// The header of UK-Sanctions-List.csv, as of 8 October 2026.
constexpr std::array<std::string_view, 58> kColumns = {
    "Last Updated",
    "Unique ID",
    "OFSI Group ID",
    "UN Reference Number",
    "Name 6",
    "Name 1",
    "Name 2",
    "Name 3",
    "Name 4",
    "Name 5",
    "Name type",
    "Alias strength",
    "Title",
    "Name non-latin script",
    "Non-latin script type",
    "Non-latin script language",
    "Regime Name",
    "Designation Type",
    "Designation source",
    "Sanctions Imposed",
    "Other Information",
    "UK Statement of Reasons",
    "Address Line 1",
    "Address Line 2",
    "Address Line 3",
    "Address Line 4",
    "Address Line 5",
    "Address Line 6",
    "Address Postal Code",
    "Address Country",
    "Phone number",
    "Website",
    "Email address",
    "Date Designated",
    "D.O.B",
    "Nationality(/ies)",
    "National Identifier number",
    "National Identifier additional information",
    "Passport number",
    "Passport additional information",
    "Position",
    "Gender",
    "Town of birth",
    "Country of birth",
    "Type of entity",
    "Subsidiaries",
    "Parent company",
    "Business registration number (s)",
    "IMO number",
    "Current owner/operator (s)",
    "Previous owner/operator (s)",
    "Current believed flag of ship",
    "Previous flags",
    "Type of ship",
    "Tonnage of ship",
    "Length of ship",
    "Year Built",
    "Hull identification number (HIN)",
};

/// What has no property of its own, kept under its column's name.
constexpr std::array<std::string_view, 18> kNoted = {"Regime Name",
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

std::string_view schema_of(std::string_view type) {
  if (type == "Individual") return "Person";
  if (type == "Entity") return "Organization";
  return type == "Ship" ? "Vessel" : "";
}

/// The letters that a Unique ID begins with: RUS0251 is of the Russia regulations.
std::string_view program_of(std::string_view unique_id) {
  return unique_id.substr(0, std::min(unique_id.find_first_of("0123456789"), unique_id.size()));
}

/// Cells of several values are divided by "|".
std::vector<std::string_view> values(const UkRow& row, std::string_view column) { return split(row.at(column), "|"); }

std::string joined(const UkRow& row, std::initializer_list<std::string_view> columns, std::string_view separator) {
  std::string text;
  for (const auto column : columns) {
    if (const auto part = row.at(column); !part.empty()) text += fmt::format("{}{}", text.empty() ? "" : separator, one_line(part));
  }
  return text;
}

/// Statements come with the characters of HTML escaped, once.
std::string unescaped(std::string_view text) {
  struct Escape {
    std::string_view escaped;
    std::string_view plain;
  };
  constexpr std::array kEscapes = {Escape{"&amp;", "&"}, Escape{"&lt;", "<"},   Escape{"&gt;", ">"},   Escape{"&quot;", "\""},
                                   Escape{"&#39;", "'"}, Escape{"&apos;", "'"}, Escape{"&nbsp;", " "}, Escape{"&#160;", " "}};
  std::string result;
  for (std::size_t at = 0; at < text.size();) {
    const auto rest = text.substr(at);
    const auto* escape = std::find_if(kEscapes.begin(), kEscapes.end(), [&](const Escape& entry) { return rest.starts_with(entry.escaped); });
    if (escape != kEscapes.end()) {
      result += escape->plain;
      at += escape->escaped.size();
    } else {
      result += text[at++];
    }
  }
  return result;
}

void add_names(Entity& entity, const UkRow& row) {
  const std::string name = joined(row, {"Name 1", "Name 2", "Name 3", "Name 4", "Name 5", "Name 6"}, " ");
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

void add_facts(Entity& entity, const UkRow& row) {
  add_names(entity, row);
  entity.add("address", joined(row,
                               {"Address Line 1", "Address Line 2", "Address Line 3", "Address Line 4", "Address Line 5", "Address Line 6",
                                "Address Postal Code", "Address Country"},
                               ", "));
  for (const auto value : values(row, "Address Country")) add_countries(entity, "country", value);
  for (const auto value : values(row, "Nationality(/ies)")) add_countries(entity, "nationality", value);
  for (const auto value : values(row, "D.O.B")) add_dates(entity, "birthDate", value);
  entity.add("birthPlace", joined(row, {"Town of birth", "Country of birth"}, ", "));
  add_gender(entity, row.at("Gender"));
  for (const auto value : values(row, "National Identifier number")) add_numbers(entity, NumberColumn::identity, "National Identifier number", value);
  for (const auto value : values(row, "Passport number")) add_numbers(entity, NumberColumn::passport, "Passport number", value);
  for (const auto value : values(row, "Business registration number (s)"))
    add_numbers(entity, NumberColumn::registration, "Business registration number (s)", value);
  for (const auto value : values(row, "IMO number")) add_imo(entity, value);
  for (const auto value : values(row, "Current believed flag of ship")) add_countries(entity, "flag", value);
  for (const auto value : values(row, "Previous flags")) add_countries(entity, "pastFlags", value);
  for (const auto& [column, property] : {std::pair{"Position", "position"}, std::pair{"Title", "title"}, std::pair{"Website", "website"},
                                         std::pair{"Email address", "email"}, std::pair{"Phone number", "phone"}, std::pair{"Type of ship", "type"},
                                         std::pair{"Tonnage of ship", "tonnage"}, std::pair{"Year Built", "buildDate"}}) {
    for (const auto value : values(row, column)) entity.add(property, one_line(value));
  }
  entity.add("unscId", row.at("UN Reference Number"));
  for (const auto label : kNoted) add_note(entity, label, unescaped(row.at(label)));
  for (const auto& [column, value] : row.columns) {
    if (!is_uk_column(column)) add_note(entity, column, value);
  }
}

void add_designations(Entity& entity, const UkRow& row) {
  const std::string_view unique_id = row.at("Unique ID");
  const std::string_view date = row.at("Date Designated");
  const std::string from = read_partial_date(date).value_or("");
  if (from.empty()) add_note(entity, "Date Designated", date);
  auto measures = values(row, "Sanctions Imposed");
  if (measures.empty() && entity.designations.empty()) measures.emplace_back();
  // OFSI's closed list names its targets by a group's number, and not all of them by a Unique ID.
  auto program = program_of(unique_id);
  if (program.empty()) program = row.at("Regime Name");
  for (const auto measure : measures) {
    Designation designation{std::string(program), "", std::string(measure), from, std::string(unique_id)};
    if (std::find(entity.designations.begin(), entity.designations.end(), designation) == entity.designations.end())
      entity.designations.push_back(std::move(designation));
  }
}

/// A relation to the one entity of the list that a text names, whole or as one of several names divided by "|" or ";".
void link_named(ReadList& list, const NameTable& names, std::size_t number, std::string_view label, std::string_view schema, bool outwards) {
  const std::string prefix = fmt::format("{}: ", label);
  const auto notes = list.entities[number].values("notes");
  for (const auto& note : notes) {
    if (!note.starts_with(prefix)) continue;
    std::vector<std::string_view> texts = {std::string_view(note).substr(prefix.size())};
    for (const auto* separator : {"|", ";"}) {
      for (const auto part : split(texts.front(), separator)) {
        if (part != texts.front()) texts.push_back(part);
      }
    }
    for (const auto text : texts) {
      const auto other = names.find(text);
      if (!other || *other == number) continue;
      const Entity& from = list.entities[outwards ? number : *other];
      const Entity& to = list.entities[outwards ? *other : number];
      const RelationEnds* ends = relation_ends(schema);
      Entity relation;
      relation.id = fmt::format("{}-{}-{}", from.id, lower_ascii(schema), to.id);
      const auto same = [&](const Entity& candidate) { return candidate.id == relation.id; };
      if (std::any_of(list.relations.begin(), list.relations.end(), same)) continue;
      relation.schema = schema;
      relation.caption = fmt::format("{}: {}", list.entities[number].caption, note);
      relation.add(ends->from, from.id);
      relation.add(ends->to, to.id);
      relation.add("role", label);
      relation.datasets = from.datasets;
      list.relations.push_back(std::move(relation));
    }
  }
}

}  // namespace

std::string_view UkRow::at(std::string_view column) const {
  const auto found = std::find_if(columns.begin(), columns.end(), [&](const auto& entry) { return entry.first == column; });
  return found == columns.end() ? std::string_view() : trim(found->second);
}

void UkRow::set(std::string_view column, std::string_view value) {
  value = trim(value);
  if (value.empty()) return;
  const auto found = std::find_if(columns.begin(), columns.end(), [&](const auto& entry) { return entry.first == column; });
  if (found == columns.end()) {
    columns.emplace_back(column, value);
  } else {
    found->second += fmt::format("|{}", value);
  }
}

std::span<const std::string_view> uk_columns() { return kColumns; }

bool is_uk_column(std::string_view column) { return column == kUkNumber || std::find(kColumns.begin(), kColumns.end(), column) != kColumns.end(); }

Status UkEntities::add(const UkRow& row) {
  const auto wrong = [&](std::string message) { return bad_input(std::move(message), row.line); };
  const std::string number = lower_ascii(row.at(kUkNumber).empty() ? row.at("Unique ID") : row.at(kUkNumber));
  if (number.empty()) return wrong("the Unique ID is empty");
  const auto [at, fresh] = by_id_.emplace(number, list_.entities.size());
  if (fresh) {
    Entity entity;
    entity.id = fmt::format("{}{}", prefix_, number);
    entity.schema = schema_of(row.at("Designation Type"));
    if (entity.schema.empty()) {
      return wrong(fmt::format("\"{}\" is not a designation type, expected Individual, Entity or Ship", row.at("Designation Type").substr(0, 40)));
    }
    entity.line = row.line;
    entity.datasets.emplace_back(dataset_);
    entity.add("sourceUrl", url_);
    list_.entities.push_back(std::move(entity));
  }
  add_designations(list_.entities[at->second], row);
  add_facts(list_.entities[at->second], row);
  return {};
}

Result<ReadList> UkEntities::finish() {
  for (auto& entity : list_.entities) {
    // An entry whose rows hold no primary name still has a name to show, and to be found by.
    for (const auto* property : {"alias", "weakAlias"}) {
      if (entity.caption.empty()) entity.caption = entity.first(property);
    }
    if (entity.caption.empty()) return bad_input("the designation has no name", entity.line);
  }
  if (list_.entities.empty()) return bad_input("holds no designation; is it truncated?");
  const NameTable names(list_.entities);
  for (std::size_t i = 0; i < list_.entities.size(); ++i) {
    link_named(list_, names, i, "Subsidiaries", "Ownership", true);
    link_named(list_, names, i, "Parent company", "Ownership", false);
    // An owner or an operator: which of the two the list does not say.
    link_named(list_, names, i, "Current owner/operator (s)", "UnknownLink", true);
    link_named(list_, names, i, "Previous owner/operator (s)", "UnknownLink", true);
  }
  return std::move(list_);
}

}  // namespace tamga::lists
