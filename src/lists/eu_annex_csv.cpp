#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "base/sha256.h"
#include "lists/readers.h"

// Tables of the EU Official Journal's annexes (Regulations 269/2014, 833/2014 and their like) as OpenSanctions transcribes them: 45
// columns, one row an entry of one annex, several values in a cell divided by "; ". One file holds one regulation, consolidated; the
// tables of amending acts (another header) are no state of a list and are not read.
namespace tamga::lists {
namespace {

constexpr std::array<std::string_view, 45> kColumns = {"celex",
                                                       "recordId",
                                                       "programKey",
                                                       "annex",
                                                       "measure",
                                                       "startDate",
                                                       "reason",
                                                       "schema",
                                                       "name",
                                                       "alias",
                                                       "weakAlias",
                                                       "previousName",
                                                       "country",
                                                       "nationality",
                                                       "jurisdiction",
                                                       "birthDate",
                                                       "birthPlace",
                                                       "position",
                                                       "passportNumber",
                                                       "gender",
                                                       "appearance",
                                                       "ethnicity",
                                                       "fatherName",
                                                       "motherName",
                                                       "incorporationDate",
                                                       "legalForm",
                                                       "sector",
                                                       "registrationNumber",
                                                       "taxNumber",
                                                       "idNumber",
                                                       "innCode",
                                                       "ogrnCode",
                                                       "kppCode",
                                                       "okpoCode",
                                                       "leiCode",
                                                       "swiftBic",
                                                       "ticker",
                                                       "imoNumber",
                                                       "mmsi",
                                                       "flag",
                                                       "address",
                                                       "phone",
                                                       "email",
                                                       "website",
                                                       "notes"};

/// Columns whose values are properties by the same name.
constexpr std::array<std::string_view, 13> kPlain = {"birthPlace", "position", "legalForm",  "sector",     "ticker",    "mmsi",      "phone",
                                                     "email",      "website",  "fatherName", "motherName", "ethnicity", "appearance"};

class Columns {
 public:
  explicit Columns(std::vector<std::string> names) : names_(std::move(names)) {}
  [[nodiscard]] std::size_t count() const { return names_.size(); }
  [[nodiscard]] bool has(std::string_view name) const { return std::find(names_.begin(), names_.end(), name) != names_.end(); }
  [[nodiscard]] std::string_view in(const std::vector<std::string>& fields, std::string_view name) const {
    const auto at = std::find(names_.begin(), names_.end(), name);
    return at == names_.end() ? std::string_view() : trim(fields[static_cast<std::size_t>(at - names_.begin())]);
  }

 private:
  std::vector<std::string> names_;
};

/// "I.PERSONS" and "I.ENTITIES" are halves of Annex I; "XLV.A" is an annex by itself.
std::string_view annex_of(std::string_view text) {
  const auto dot = text.find('.');
  const std::string_view half = dot == std::string_view::npos ? std::string_view() : text.substr(dot + 1);
  return half == "PERSONS" || half == "ENTITIES" ? text.substr(0, dot) : text;
}

void add_names(Entity& entity, std::string_view property, std::string_view cell) {
  for (const auto name : split_outside_brackets(cell, ';')) add_name(entity, property, name);
}

/// Cells that hold one identifier of a known register. What is more than that is read as any cell of numbers.
void add_register(Entity& entity, std::string_view register_name, std::string_view column, std::string_view cell) {
  if (cell.empty()) return;
  for (const auto value : split(cell, ";")) {
    const std::string bare = one_line(value);
    const bool plain = bare.find_first_not_of("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ") == std::string::npos;
    if (plain) {
      entity.add(column, bare);
    } else {
      // The register before the number, as published_numbers() reads labels.
      add_numbers(entity, NumberColumn::registration, column, fmt::format("{} {}", register_name, bare));
    }
  }
}

void add_identifiers(Entity& entity, const Columns& columns, const std::vector<std::string>& fields) {
  for (const auto cell : split(columns.in(fields, "registrationNumber"), "; "))
    add_numbers(entity, NumberColumn::registration, "registrationNumber", cell);
  for (const auto cell : split(columns.in(fields, "taxNumber"), "; ")) add_numbers(entity, NumberColumn::tax, "taxNumber", cell);
  for (const auto cell : split(columns.in(fields, "idNumber"), "; ")) add_numbers(entity, NumberColumn::identity, "idNumber", cell);
  for (const auto cell : split(columns.in(fields, "passportNumber"), "; ")) add_numbers(entity, NumberColumn::passport, "passportNumber", cell);
  add_register(entity, "INN", "innCode", columns.in(fields, "innCode"));
  add_register(entity, "OGRN", "ogrnCode", columns.in(fields, "ogrnCode"));
  add_register(entity, "KPP", "kppCode", columns.in(fields, "kppCode"));
  add_register(entity, "OKPO", "okpoCode", columns.in(fields, "okpoCode"));
  add_register(entity, "LEI", "leiCode", columns.in(fields, "leiCode"));
  add_register(entity, "BIC", "swiftBic", columns.in(fields, "swiftBic"));
  add_register(entity, "IMO", "imoNumber", columns.in(fields, "imoNumber"));
}

Entity read_entry(const Columns& columns, const std::vector<std::string>& fields) {
  const auto cell = [&](std::string_view name) { return columns.in(fields, name); };
  Entity entity;
  entity.schema = cell("schema");
  entity.datasets.emplace_back("eu_journal_sanctions");
  add_names(entity, "name", cell("name"));
  entity.caption = entity.first("name");
  for (const auto* property : {"alias", "weakAlias", "previousName"}) add_names(entity, property, cell(property));
  for (const auto* property : {"country", "nationality", "jurisdiction", "flag"}) {
    for (const auto value : split(cell(property), "; ")) add_countries(entity, property, value);
  }
  for (const auto address : split(cell("address"), "; ")) add_address(entity, address);
  for (const auto* property : {"birthDate", "incorporationDate"}) {
    for (const auto value : split(cell(property), "; ")) add_dates(entity, property, value);
  }
  add_gender(entity, cell("gender"));
  // After the countries: they tell whose numbers these are.
  add_identifiers(entity, columns, fields);
  for (const auto property : kPlain) {
    for (const auto value : split(cell(property), "; ")) entity.add(property, one_line(value));
  }
  add_note(entity, "reason", cell("reason"));
  add_note(entity, "", cell("notes"));
  Designation designation;
  designation.program = cell("programKey");
  designation.annex = annex_of(cell("annex"));
  designation.measure = cell("measure");
  designation.reference = cell("recordId");
  if (const auto start = cell("startDate"); !start.empty()) {
    designation.from = read_partial_date(start).value_or("");
    if (designation.from.empty()) add_note(entity, "startDate", start);
  }
  entity.designations.push_back(std::move(designation));
  entity.add("sourceUrl", fmt::format("https://eur-lex.europa.eu/legal-content/EN/TXT/?uri=CELEX:{}", cell("celex")));
  return entity;
}

/// A column that is misspelt would be lost for all entries: where one is missing and another is not known, they are taken for the same.
Status check_header(const std::vector<std::string>& header) {
  const auto has = [&](std::string_view name) { return std::find(header.begin(), header.end(), name) != header.end(); };
  for (const auto* name :
       {"celex", "recordId", "programKey", "annex", "measure", "startDate", "schema", "name", "alias", "registrationNumber", "address"}) {
    if (!has(name))
      return bad_input(fmt::format("the header has no column \"{}\", expected the {} columns of an EU annex table", name, kColumns.size()), 1);
  }
  const bool complete = std::all_of(kColumns.begin(), kColumns.end(), has);
  for (const auto& name : header) {
    if (!complete && std::find(kColumns.begin(), kColumns.end(), name) == kColumns.end())
      return bad_input(
          fmt::format("the header has a column \"{}\" that is not one of the {} of an EU annex table", name.substr(0, 40), kColumns.size()), 1);
  }
  return {};
}

}  // namespace

Result<ReadList> read_eu_annex_csv(const NamedBytes& file) {
  ReadList list;
  CsvReader reader(file.bytes);
  std::vector<std::string> fields;
  const auto next = [&]() -> Result<bool> {
    auto more = reader.next(fields);
    if (!more) return std::unexpected(more.error().in_file(file.name));
    return more;
  };
  TAMGA_TRY([[maybe_unused]] const bool has_header, next());
  const Columns columns(fields);
  if (auto status = check_header(fields); !status) return std::unexpected(status.error().in_file(file.name));
  std::set<std::string> ids;
  for (;;) {
    TAMGA_TRY(const bool more, next());
    if (!more) break;
    const auto wrong = [&](std::string message) { return bad_input_in(file.name, reader.line(), std::move(message)); };
    if (fields.size() != columns.count())
      return wrong(fmt::format("{} columns, expected {} as in the header; is the file truncated?", fields.size(), columns.count()));
    const std::string_view celex = columns.in(fields, "celex");
    if (list.part.empty()) list.part = celex;
    if (celex.empty() || celex != list.part)
      return wrong(fmt::format("the celex is \"{}\", expected {} as in the first row", celex.substr(0, 40), list.part));
    if (const auto schema = columns.in(fields, "schema"); !schema_known(schema)) {
      return wrong(fmt::format("\"{}\" is not a schema, expected Person, LegalEntity, Organization, Company, Vessel or Asset", schema.substr(0, 40)));
    }
    Entity entity = read_entry(columns, fields);
    if (entity.caption.empty()) return wrong("the name is empty");
    entity.line = reader.line();
    // Entries of some annexes carry no number; those are told apart by a hash of their name and date.
    std::string key(columns.in(fields, "recordId"));
    if (key.empty()) key = sha256_hex(fmt::format("{}\n{}", columns.in(fields, "name"), columns.in(fields, "startDate"))).substr(0, 12);
    const std::string id = fmt::format("eu-{}-{}-{}", celex, columns.in(fields, "annex"), key);
    entity.id = id;
    for (int copy = 2; !ids.insert(entity.id).second; ++copy) entity.id = fmt::format("{}-{}", id, copy);
    list.entities.push_back(std::move(entity));
  }
  if (list.entities.empty()) return bad_input_in(file.name, 0, "holds a header and no entry; is it truncated?");
  return list;
}

}  // namespace tamga::lists
