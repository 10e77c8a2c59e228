#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "base/sha256.h"
#include "lists/countries.h"
#include "lists/readers.h"

// Tables of the EU Official Journal's annexes (Regulations 269/2014, 833/2014 and their like) as OpenSanctions transcribes them:
// 45 columns, one row an entry, several values in a cell divided by "; ".
namespace tamga::lists {
namespace {

/// Columns that are FollowTheMoney properties by the same name and need no reading.
constexpr std::array<std::string_view, 12> kPlain = {"birthPlace", "position", "passportNumber", "gender", "legalForm", "sector",
                                                     "kppCode",    "okpoCode", "ticker",         "mmsi",   "email",     "website"};

/// "Sergei AKSENOV (Сергей АКСЁНОВ)" and "«X» Серіктестігі («X» ЖШС)": one cell, two names. The whole is kept, and both parts.
void add_name(Entity& entity, std::string_view property, std::string_view text) {
  for (const auto name : split(text, ";")) {
    entity.add(property, name);
    const auto open = name.find('(');
    if (open == std::string_view::npos || open == 0) continue;
    const auto close = name.find(')', open);
    if (close == std::string_view::npos) continue;
    const std::string_view inside = trim(name.substr(open + 1, close - open - 1));
    // "(formerly …)" and remarks such as "(Russian: …)" are not names by themselves.
    const bool remark = inside.starts_with("formerly") || inside.starts_with("a.k.a") || inside.find(':') != std::string_view::npos;
    const std::string before = std::string(trim(name.substr(0, open))) + std::string(name.substr(close + 1));
    entity.add("alias", before);
    if (!remark && inside.size() > 3) entity.add("alias", inside);
  }
}

/// "220340015320 (BIN)", "6312121234 (Tax ID/INN)": the number and what it is.
void add_numbers(Entity& entity, std::string_view column, std::string_view text, std::string_view country) {
  for (const auto cell : split(text, ";")) {
    const auto open = cell.find('(');
    const auto value = trim(cell.substr(0, std::min(open, cell.size())));
    std::string_view label = column;
    if (open != std::string_view::npos) {
      label = cell.substr(open + 1);
      label = trim(label.substr(0, std::min(label.find(')'), label.size())));
      add_note(entity, column, cell);
    }
    // "7702165310 / 770101001": an INN with its KPP, told apart by their lengths and check digits.
    for (const auto part : split(value, " / ")) add_number(entity, label, part, country);
  }
}

/// The country at the end of an address: "…, Republic of Kazakhstan".
void add_address(Entity& entity, std::string_view text) {
  for (const auto address : split(text, ";")) {
    entity.add("address", address);
    const auto comma = address.rfind(',');
    if (comma == std::string_view::npos) continue;
    if (const auto code = country_code(trim(address.substr(comma + 1))); !code.empty()) entity.add("country", code);
  }
}

std::string annex_of(std::string_view text) {
  const auto dot = text.find('.');
  if (dot != std::string_view::npos && (text.substr(dot + 1) == "PERSONS" || text.substr(dot + 1) == "ENTITIES"))
    return std::string(text.substr(0, dot));
  return std::string(text);
}

std::string_view schema_of(std::string_view text) {
  if (text.empty()) return "LegalEntity";
  return schema_known(text) ? text : std::string_view();
}

}  // namespace

Result<ReadList> read_eu_annex_csv(const NamedBytes& file) {
  ReadList list;
  CsvReader reader(file.bytes);
  std::vector<std::string> header;
  TAMGA_TRY([[maybe_unused]] const bool has_header, reader.next(header));
  std::vector<std::string> fields;
  std::set<std::string> ids;
  const auto column = [&](std::string_view name) -> std::string_view {
    const auto at = std::find(header.begin(), header.end(), name);
    return at == header.end() ? std::string_view() : trim(fields[static_cast<std::size_t>(at - header.begin())]);
  };
  for (;;) {
    auto more = reader.next(fields);
    if (!more) return std::unexpected(more.error().in_file(file.name));
    if (!*more) break;
    const auto wrong = [&](std::string message) { return bad_input_in(file.name, reader.line(), std::move(message)); };
    if (fields.size() != header.size())
      return wrong(fmt::format("{} columns, expected {} as in the header; is the file truncated?", fields.size(), header.size()));
    const std::string_view celex = column("celex");
    if (list.list.empty()) list.list = celex;
    if (celex != list.list || celex.empty()) return wrong(fmt::format("celex \"{}\", expected {} as in the first row", celex, list.list));
    Entity entity;
    entity.schema = schema_of(column("schema"));
    if (entity.schema.empty()) return wrong(fmt::format("\"{}\" is not a schema", column("schema")));
    entity.line = reader.line();
    const std::string annex = annex_of(column("annex"));
    const auto names = split(column("name"), ";");
    if (names.empty()) return wrong("the name is empty");
    entity.caption = names.front();
    // Entries of some annexes carry no number; those are told apart by a hash of their name and date.
    const std::string_view number = column("recordId");
    entity.id = fmt::format("eu-{}-{}-{}", celex, column("annex"),
                            number.empty() ? sha256_hex(fmt::format("{}\n{}", column("name"), column("startDate"))).substr(0, 12) : number);
    const std::string base = entity.id;
    for (int copy = 2; !ids.insert(entity.id).second; ++copy) entity.id = fmt::format("{}-{}", base, copy);

    add_name(entity, "name", column("name"));
    add_name(entity, "alias", column("alias"));
    add_name(entity, "weakAlias", column("weakAlias"));
    add_name(entity, "previousName", column("previousName"));
    add_address(entity, column("address"));
    for (const auto* property : {"country", "nationality", "jurisdiction", "flag"}) {
      for (const auto value : split(column(property), ";")) {
        for (const auto part : split(value, ",")) add_country(entity, property, part);
      }
    }
    for (const auto* property : {"birthDate", "incorporationDate"}) {
      for (const auto value : split(column(property), ";")) {
        for (const auto part : split(value, " or ")) add_date(entity, property, part);
      }
    }
    const std::string country(entity.first("country"));
    for (const auto* property : {"registrationNumber", "taxNumber", "idNumber"}) add_numbers(entity, property, column(property), country);
    for (const auto value : split(column("innCode"), ";")) add_number(entity, "INN", value, country);
    for (const auto value : split(column("ogrnCode"), ";")) add_number(entity, "OGRN", value, country);
    for (const auto value : split(column("leiCode"), ";")) add_number(entity, "LEI", value, country);
    for (const auto value : split(column("swiftBic"), ";")) add_number(entity, "BIC", value, country);
    for (const auto value : split(column("imoNumber"), ";")) add_number(entity, "IMO", value, country);
    for (const auto property : kPlain) {
      for (const auto value : split(column(property), ";")) entity.add(property, value);
    }
    for (const auto value : split(column("phone"), ";")) entity.add("phone", value);
    for (const auto* label : {"reason", "appearance", "ethnicity", "fatherName", "motherName", "notes"}) add_note(entity, label, column(label));
    Designation designation;
    designation.program = column("programKey");
    designation.annex = annex;
    designation.measure = column("measure");
    designation.reference = number;
    if (!column("startDate").empty()) {
      designation.from = read_partial_date(column("startDate")).value_or("");
      if (designation.from.empty()) add_note(entity, "startDate", column("startDate"));
    }
    entity.designations.push_back(std::move(designation));
    entity.add("sourceUrl", fmt::format("https://eur-lex.europa.eu/legal-content/EN/TXT/?uri=CELEX:{}", celex));
    list.entities.push_back(std::move(entity));
  }
  if (list.entities.empty()) return bad_input_in(file.name, 0, "holds a header and no entry; is it truncated?");
  return list;
}

}  // namespace tamga::lists
