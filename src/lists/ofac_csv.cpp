#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <unordered_map>

#include "identifiers/identifiers.h"
#include "lists/countries.h"
#include "lists/readers.h"

// OFAC's legacy comma-separated files (dat_spec of 25 September 2023, domain.md 5.2): no header, null is "-0-", the last line may be
// a lone 0x1A. Most of what OFAC knows stands in Remarks, in pieces divided by semicolons:
//
//   SWIFT/BIC VTBRRUMM; Website www.vtb.com; Organization Established Date 17 Oct 1990; Tax ID No. 7702070139 (Russia); License 1000
//   (Russia); Legal Entity Number 253400V1H6ART1UQ0N98 (Russia).
//
// A piece begins with its label, possibly after "alt. ". A label that the table below knows gives a property; every other piece becomes
// a note. A number keeps its piece as a note as well: the label, the country and the day of expiry have no property of their own.
// Remarks that outgrow their 1,000 characters go on in sdn_comments.csv in the middle of a word, so both are joined as they are.
namespace tamga::lists {
namespace {

enum class Piece : std::uint8_t {
  registration,
  tax,
  identity,
  passport,
  lei,
  imo,
  bic,
  wallet,
  dates,
  countries,
  gender,
  text,
  weak_name,
  former_name
};

/// How a piece of Remarks begins, and what it is.
struct Rule {
  std::string_view label;
  Piece piece;
  std::string_view property;  ///< for dates, countries and text
};

constexpr std::array kRules = {
    Rule{"DOB", Piece::dates, "birthDate"},
    Rule{"POB", Piece::text, "birthPlace"},
    Rule{"nationality", Piece::countries, "nationality"},
    Rule{"citizen", Piece::countries, "citizenship"},
    Rule{"Gender", Piece::gender, ""},
    Rule{"a.k.a.", Piece::weak_name, ""},
    Rule{"f.k.a.", Piece::former_name, ""},
    Rule{"Organization Established Date", Piece::dates, "incorporationDate"},
    Rule{"Nationality of Registration", Piece::countries, "jurisdiction"},
    Rule{"SWIFT/BIC", Piece::bic, ""},
    Rule{"Legal Entity Number", Piece::lei, ""},
    Rule{"Website", Piece::text, "website"},
    Rule{"Email Address", Piece::text, "email"},
    Rule{"Phone Number", Piece::text, "phone"},
    Rule{"Telephone", Piece::text, "phone"},
    Rule{"BIK (RU)", Piece::text, "bikCode"},
    Rule{"D-U-N-S Number", Piece::text, "dunsCode"},
    Rule{"ISIN", Piece::text, "isin"},
    Rule{"Equity Ticker", Piece::text, "ticker"},
    Rule{"Digital Currency Address -", Piece::wallet, ""},
    // Vessels and aircraft.
    Rule{"Vessel Registration Identification IMO", Piece::imo, ""},
    Rule{"Vessel Registration Identification", Piece::imo, ""},
    Rule{"Identification Number IMO", Piece::imo, ""},
    Rule{"Company Number IMO", Piece::imo, ""},
    Rule{"MMSI", Piece::text, "mmsi"},
    Rule{"Vessel Call Sign", Piece::text, "callSign"},
    Rule{"Vessel Type", Piece::text, "type"},
    Rule{"Vessel Flag", Piece::countries, "flag"},
    Rule{"Former Vessel Flag", Piece::countries, "pastFlags"},
    Rule{"Vessel Year of Build", Piece::dates, "buildDate"},
    Rule{"Aircraft Tail Number", Piece::registration, ""},
    Rule{"Previous Aircraft Tail Number", Piece::registration, ""},
    Rule{"Aircraft Model", Piece::text, "model"},
    Rule{"Aircraft Operator", Piece::text, "operator"},
    Rule{"Aircraft Manufacture Date", Piece::dates, "buildDate"},
    Rule{"Aircraft Manufacturer's Serial Number (MSN)", Piece::text, "serialNumber"},
    Rule{"Aircraft Construction Number (also called L/N or S/N or F/N)", Piece::text, "serialNumber"},
    // Registers of companies.
    Rule{"Registration Number", Piece::registration, ""},
    Rule{"Registration ID", Piece::registration, ""},
    Rule{"Business Registration Number", Piece::registration, ""},
    Rule{"Business Registration Document #", Piece::registration, ""},
    Rule{"Public Registration Number", Piece::registration, ""},
    Rule{"Business Number", Piece::registration, ""},
    Rule{"Company Number", Piece::registration, ""},
    Rule{"UK Company Number", Piece::registration, ""},
    Rule{"Commercial Registry Number", Piece::registration, ""},
    Rule{"Chamber of Commerce Number", Piece::registration, ""},
    Rule{"Istanbul Chamber of Comm. No.", Piece::registration, ""},
    Rule{"Central Registration System Number", Piece::registration, ""},
    Rule{"Unified Social Credit Code (USCC)", Piece::registration, ""},
    Rule{"Enterprise Number", Piece::registration, ""},
    Rule{"Economic Register Number (CBLS)", Piece::registration, ""},
    Rule{"Trade License No.", Piece::registration, ""},
    Rule{"C.R. No.", Piece::registration, ""},
    Rule{"United Social Credit Code Certificate (USCCC)", Piece::registration, ""},
    Rule{"Certificate of Incorporation Number", Piece::registration, ""},
    Rule{"Dubai Chamber of Commerce Membership No.", Piece::registration, ""},
    Rule{"LE Number", Piece::registration, ""},
    Rule{"Registered Charity No.", Piece::registration, ""},
    Rule{"Matricula Mercantil No", Piece::registration, ""},
    Rule{"Folio Mercantil No.", Piece::registration, ""},
    Rule{"Government Gazette Number", Piece::registration, ""},
    // Tax.
    Rule{"Tax ID No.", Piece::tax, ""},
    Rule{"V.A.T. Number", Piece::tax, ""},
    Rule{"Fiscal Code", Piece::tax, ""},
    Rule{"Italian Fiscal Code", Piece::tax, ""},
    Rule{"R.F.C.", Piece::tax, ""},
    Rule{"RFC", Piece::tax, ""},
    Rule{"NIT #", Piece::tax, ""},
    Rule{"RUC #", Piece::tax, ""},
    Rule{"RIF #", Piece::tax, ""},
    Rule{"RTN", Piece::tax, ""},
    Rule{"C.U.I.T.", Piece::tax, ""},
    Rule{"US FEIN", Piece::tax, ""},
    // Persons.
    Rule{"Passport", Piece::passport, ""},
    Rule{"Diplomatic Passport", Piece::passport, ""},
    Rule{"Stateless Person Passport", Piece::passport, ""},
    Rule{"Travel Document Number", Piece::passport, ""},
    Rule{"National ID No.", Piece::identity, ""},
    Rule{"Citizen's Card Number", Piece::identity, ""},
    Rule{"Kenyan ID No.", Piece::identity, ""},
    Rule{"National Foreign ID Number", Piece::identity, ""},
    Rule{"Personal ID Card", Piece::identity, ""},
    Rule{"Stateless Person ID Card", Piece::identity, ""},
    Rule{"Identification Number", Piece::identity, ""},
    Rule{"Turkish Identification Number", Piece::identity, ""},
    Rule{"Birth Certificate Number", Piece::identity, ""},
    Rule{"Driver's License No.", Piece::identity, ""},
    Rule{"Residency Number", Piece::identity, ""},
    Rule{"Electoral Registry No.", Piece::identity, ""},
    Rule{"Credencial electoral", Piece::identity, ""},
    Rule{"Cartilla de Servicio Militar Nacional", Piece::identity, ""},
    Rule{"Cedula No.", Piece::identity, ""},
    Rule{"C.U.R.P.", Piece::identity, ""},
    Rule{"C.U.I.", Piece::identity, ""},
    Rule{"D.N.I.", Piece::identity, ""},
    Rule{"I.F.E.", Piece::identity, ""},
    Rule{"SSN", Piece::identity, ""},
};

/// The width of Remarks; what is longer goes on in the comments file.
constexpr std::size_t kRemarksMax = 1000;

/// The rule with the longest label that the piece begins with; labels end at a blank.
const Rule* find_rule(std::string_view piece) {
  const Rule* best = nullptr;
  for (const auto& rule : kRules) {
    const bool fits = piece.size() > rule.label.size() && piece[rule.label.size()] == ' ' && piece.starts_with(rule.label);
    if (fits && (best == nullptr || rule.label.size() > best->label.size())) best = &rule;
  }
  return best;
}

std::string_view value_of(std::string_view field) {
  field = trim(field);
  return field == "-0-" ? std::string_view() : field;
}

/// "7702070139 (Russia)" is a number and its country; "A1234 (Iran) issued 22 Jul 1998 expires 20 Jul 2003" also has its days.
struct Numbered {
  std::string_view value;
  std::string_view country;  ///< a code, when the brackets name a country
};

Numbered split_number(std::string_view text) {
  text = text.substr(0, std::min({text.find(" issued "), text.find(" expires "), text.size()}));
  Numbered number{trim(text), {}};
  const auto open = text.rfind('(');
  const auto close = text.rfind(')');
  if (open == std::string_view::npos || close == std::string_view::npos || close < open) return number;
  number.country = country_code(text.substr(open + 1, close - open - 1));
  if (!number.country.empty()) number.value = trim(text.substr(0, open));
  return number;
}

std::string compact(std::string_view value) {
  std::string text;
  for (const char c : value) {
    if (c != ' ' && c != '-' && c != '.') text += c;
  }
  return text;
}

void add_registration(Entity& entity, std::string_view label, const Numbered& number) {
  const std::string bare = compact(number.value);
  // A country beside the number is needed: one in eleven foreign numbers passes the Russian check by chance (domain.md section 4).
  const bool russian = number.country == "ru";
  if (russian && label == "Government Gazette Number") {
    entity.add("okpoCode", bare);  // OKPO is published in the government's classifier, whence OFAC's word for it
  } else if (russian && identifiers::valid_ru_ogrn(bare)) {
    entity.add("ogrnCode", bare);
  } else if (russian && entity.schema != "Person" && identifiers::valid_ru_inn(bare)) {
    entity.add("innCode", bare);
  } else {
    entity.add("registrationNumber", number.value);
  }
}

void add_tax(Entity& entity, const Numbered& number) {
  const std::string bare = compact(number.value);
  if (number.country == "ru" && identifiers::valid_ru_inn(bare)) {
    entity.add("innCode", bare);
  } else if (number.country == "ru" && identifiers::valid_ru_ogrn(bare)) {
    entity.add("ogrnCode", bare);
  } else {
    entity.add("taxNumber", number.value);
  }
}

/// "PUTIN, Vladimir Vladimirovich" as people say it. The last name is what stands before the first comma; a third part is a suffix
/// ("DELOS REYES, Feliciano Semborio, Jr.").
struct PersonName {
  std::string natural;
  std::string last;
  std::string first;
};

PersonName person_name(std::string_view published) {
  const auto parts = split(published, ", ");
  if (parts.size() < 2) return {std::string(trim(published)), "", ""};
  PersonName name{fmt::format("{} {}", parts[1], parts[0]), std::string(parts[0]), std::string(parts[1])};
  for (std::size_t i = 2; i < parts.size(); ++i) name.natural += fmt::format(" {}", parts[i]);
  return name;
}

std::string name_of(const Entity& entity, std::string_view published) {
  return entity.schema == "Person" ? person_name(published).natural : std::string(trim(published));
}

/// The name in "a.k.a. 'LUMBER'": between the first quote and the last one.
std::string_view unquote(std::string_view text) {
  text = trim(text);
  if (text.starts_with('\'')) text.remove_prefix(1);
  if (text.ends_with('\'')) text.remove_suffix(1);
  return trim(text);
}

void read_piece(Entity& entity, std::string_view piece) {
  std::string_view text = piece;
  if (text.starts_with("alt. ")) text.remove_prefix(5);
  const Rule* rule = find_rule(text);
  if (rule == nullptr) {
    add_note(entity, "", piece);
    return;
  }
  const std::string_view value = trim(text.substr(rule->label.size()));
  switch (rule->piece) {
    case Piece::registration:
      add_registration(entity, rule->label, split_number(value));
      add_note(entity, "", piece);
      return;
    case Piece::tax:
      add_tax(entity, split_number(value));
      add_note(entity, "", piece);
      return;
    case Piece::identity:
      entity.add("idNumber", split_number(value).value);
      add_note(entity, "", piece);
      return;
    case Piece::passport:
      entity.add("passportNumber", split_number(value).value);
      add_note(entity, "", piece);
      return;
    case Piece::lei: {
      const Numbered number = split_number(value);
      entity.add(identifiers::valid_lei(number.value) ? "leiCode" : "registrationNumber", number.value);
      add_note(entity, "", piece);
      return;
    }
    case Piece::imo: {
      const std::string digits = only_digits(split_number(value).value);
      entity.add("imoNumber", digits);
      if (rule->label != "Vessel Registration Identification IMO" || value != digits) add_note(entity, "", piece);
      return;
    }
    case Piece::bic:
      if (identifiers::valid_bic(value)) {
        entity.add("swiftBic", value);
      } else {
        add_note(entity, "", piece);
      }
      return;
    case Piece::wallet:
      // "XBT 149w62rY42aZBox8fGcmqNsXUzSStKeq8C": the currency stays in the note.
      entity.add("publicKey", value.substr(value.rfind(' ') == std::string_view::npos ? 0 : value.rfind(' ') + 1));
      add_note(entity, "", piece);
      return;
    case Piece::dates: add_dates(entity, rule->property, value); return;
    case Piece::countries: add_countries(entity, rule->property, value); return;
    case Piece::gender: add_gender(entity, value); return;
    case Piece::text: entity.add(rule->property, value); return;
    case Piece::weak_name: entity.add("weakAlias", name_of(entity, unquote(value))); return;
    case Piece::former_name: entity.add("previousName", name_of(entity, unquote(value))); return;
  }
}

void read_remarks(Entity& entity, std::string_view remarks) {
  for (std::string_view piece : split(remarks, "; ")) {
    // Remarks end with a full stop that belongs to no value, and so do pieces that once were sentences of their own.
    while (piece.ends_with(';')) piece = trim(piece.substr(0, piece.size() - 1));
    if (piece.ends_with('.')) piece.remove_suffix(1);
    read_piece(entity, piece);
  }
}

/// Calls `each` with the number, the fields and the line of every row; the lone 0x1A at the end of OFAC's files is left out.
template <typename Each>
Status for_each_row(const NamedBytes& file, std::size_t columns, Each&& each) {
  std::string_view text = file.bytes;
  while (text.ends_with('\x1a')) text.remove_suffix(1);
  CsvReader reader(text);
  std::vector<std::string> fields;
  for (;;) {
    auto more = reader.next(fields);
    if (!more) return std::unexpected(more.error().in_file(file.name));
    if (!*more) return {};
    if (fields.size() != columns) {
      return bad_input_in(file.name, reader.line(), fmt::format("{} columns, expected {}; is the file truncated?", fields.size(), columns));
    }
    std::int64_t number = 0;
    const std::string_view id = trim(fields[0]);
    const auto [end, error] = std::from_chars(id.data(), id.data() + id.size(), number);
    if (error != std::errc() || end != id.data() + id.size() || number <= 0) {
      return bad_input_in(file.name, reader.line(),
                          fmt::format("\"{}\" is not an OFAC number, expected digits in the first column", id.substr(0, 40)));
    }
    if (auto status = each(number, fields, reader.line()); !status) return std::unexpected(status.error().in_file(file.name));
  }
}

std::string_view schema_of(std::string_view type) {
  if (type == "individual") return "Person";
  if (type == "vessel") return "Vessel";
  if (type == "aircraft") return "Airplane";
  return type.empty() ? "Organization" : "";
}

using Fields = std::vector<std::string>;

/// One row of sdn.csv or cons_prim.csv, but its remarks.
Result<Entity> read_entry(std::int64_t number, const Fields& fields, bool consolidated) {
  Entity entity;
  entity.id = fmt::format("ofac-{}", number);
  const std::string_view type = value_of(fields[2]);
  entity.schema = schema_of(type);
  if (entity.schema.empty())
    return bad_input(fmt::format("\"{}\" is not a type of OFAC's, expected individual, vessel, aircraft or -0-", type.substr(0, 40)));
  const std::string_view published = value_of(fields[1]);
  if (published.empty()) return bad_input("the name is empty");
  if (entity.schema == "Person") {
    const PersonName name = person_name(published);
    entity.caption = name.natural;
    entity.add("name", name.natural);
    entity.add("lastName", name.last);
    entity.add("firstName", name.first);
    if (name.natural != published) entity.add("publishedName", published);
  } else {
    entity.caption = published;
    entity.add("name", published);
  }
  entity.datasets.emplace_back(consolidated ? "us_ofac_cons" : "us_ofac_sdn");
  for (const auto program : split(value_of(fields[3]), "] [")) {
    entity.designations.push_back(Designation{std::string(program), "", consolidated ? "" : "Blocking", "", fmt::format("{}", number)});
  }
  if (entity.designations.empty()) entity.designations.push_back(Designation{"", "", consolidated ? "" : "Blocking", "", fmt::format("{}", number)});
  entity.add("position", value_of(fields[4]));
  entity.add("callSign", value_of(fields[5]));
  entity.add("type", value_of(fields[6]));
  entity.add("tonnage", value_of(fields[7]));
  entity.add("grossRegisteredTonnage", value_of(fields[8]));
  add_countries(entity, "flag", value_of(fields[9]));
  add_note(entity, "Vessel owner", value_of(fields[10]));
  entity.add("sourceUrl", fmt::format("https://sanctionssearch.ofac.treas.gov/Details.aspx?id={}", number));
  return entity;
}

void read_address(Entity& entity, const Fields& fields) {
  std::string address;
  for (const std::size_t column : {2, 3, 4}) {
    if (const auto part = value_of(fields[column]); !part.empty()) address += fmt::format("{}{}", address.empty() ? "" : ", ", part);
  }
  entity.add("address", address);
  // Not add_countries: "undetermined" and "Region: Crimea" are no countries, and stand in the address already.
  entity.add("country", country_code(value_of(fields[4])));
  add_note(entity, "Address remark", value_of(fields[5]));
}

}  // namespace

Result<ReadList> read_ofac_csv(const OfacFiles& files) {
  TAMGA_CHECK(files.primary != nullptr);
  ReadList list;
  std::unordered_map<std::int64_t, std::size_t> by_number;
  std::unordered_map<std::int64_t, std::string> overflow;
  std::size_t cut = 0;
  if (files.comments != nullptr) {
    TAMGA_TRY_STATUS(for_each_row(*files.comments, 2, [&](std::int64_t number, const Fields& fields, std::uint64_t) -> Status {
      overflow[number] += fields[1];
      return {};
    }));
  }
  TAMGA_TRY_STATUS(for_each_row(*files.primary, 12, [&](std::int64_t number, const Fields& fields, std::uint64_t line) -> Status {
    const bool fresh = by_number.emplace(number, list.entities.size()).second;
    auto entity = read_entry(number, fields, files.consolidated);
    if (!entity) return bad_input(entity.error().message, line);
    entity->line = line;
    // A number that stands twice (a file that somebody has edited) is two entries: both are screened.
    if (!fresh) {
      entity->id += fmt::format("-line-{}", line);
      list.warnings.push_back(
          fmt::format("the OFAC number {} stands twice, again on line {}; its addresses and aliases are given to the first", number, line));
    }
    // Untrimmed: the words go on in the comments with or without a blank.
    std::string remarks = value_of(fields[11]).empty() ? std::string() : fields[11];
    if (remarks.size() >= kRemarksMax && files.comments == nullptr) ++cut;
    if (const auto more = overflow.find(number); more != overflow.end()) {
      remarks += more->second;
      overflow.erase(more);
    }
    read_remarks(*entity, remarks);
    list.entities.push_back(*std::move(entity));
    return {};
  }));
  if (list.entities.empty()) return bad_input_in(files.primary->name, 0, "holds no entry; is it truncated?");
  std::size_t strays = overflow.size();
  const auto entity_of = [&](std::int64_t number) -> Entity* {
    const auto at = by_number.find(number);
    if (at != by_number.end()) return &list.entities[at->second];
    ++strays;
    return nullptr;
  };
  if (files.add != nullptr) {
    TAMGA_TRY_STATUS(for_each_row(*files.add, 6, [&](std::int64_t number, const Fields& fields, std::uint64_t) -> Status {
      if (Entity* entity = entity_of(number); entity != nullptr) read_address(*entity, fields);
      return {};
    }));
  }
  if (files.alt != nullptr) {
    TAMGA_TRY_STATUS(for_each_row(*files.alt, 5, [&](std::int64_t number, const Fields& fields, std::uint64_t line) -> Status {
      const std::string_view kind = value_of(fields[2]);
      if (kind != "aka" && kind != "fka" && kind != "nka")
        return bad_input(fmt::format("\"{}\" is not an alias type, expected aka, fka or nka", kind.substr(0, 40)), line);
      Entity* entity = entity_of(number);
      if (entity == nullptr) return {};
      const std::string_view name = value_of(fields[3]);
      entity->add(kind == "fka" ? "previousName" : "alias", name_of(*entity, name));
      add_note(*entity, fmt::format("Alias {}", name), value_of(fields[4]));
      return {};
    }));
  }
  const std::string_view primary = files.consolidated ? "cons_prim.csv" : "sdn.csv";
  if (strays > 0) {
    list.warnings.push_back(fmt::format(
        "incomplete: {} addresses, aliases or comments belong to entries that are not in {}; are the files of one day?", strays, primary));
  }
  if (cut > 0)
    list.warnings.push_back(fmt::format("{} entries have more remarks than the file holds; the rest is in {}, which was not given", cut,
                                        files.consolidated ? "cons_comments.csv" : "sdn_comments.csv"));
  if (files.alt == nullptr) list.warnings.emplace_back("incomplete: imported without alt.csv, so its aliases are not screened");
  if (files.add == nullptr) list.warnings.emplace_back("imported without add.csv, so addresses and their countries are not known");
  return list;
}

}  // namespace tamga::lists
