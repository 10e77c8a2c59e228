#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <unordered_map>

#include "lists/readers.h"

// OFAC's legacy comma-separated files (dat_spec of 25 September 2023, domain.md 5.2): no header, null is "-0-", the last line may be
// a lone 0x1A. Most of what OFAC knows stands in Remarks, in pieces divided by semicolons.
namespace tamga::lists {
namespace {

enum class Piece : std::uint8_t { number, date, text, country, name_weak, name_former, drop_label };

/// How a piece of Remarks begins, and what it is. The first prefix that fits decides.
struct Rule {
  std::string_view prefix;
  Piece piece;
  std::string_view property;  ///< for number: the label that add_number() judges
};

constexpr std::array kRules = {
    Rule{"DOB ", Piece::date, "birthDate"},
    Rule{"POB ", Piece::text, "birthPlace"},
    Rule{"nationality ", Piece::country, "nationality"},
    Rule{"citizen ", Piece::country, "citizenship"},
    Rule{"Gender ", Piece::text, "gender"},
    Rule{"Nationality of Registration ", Piece::country, "jurisdiction"},
    Rule{"Organization Established Date ", Piece::date, "incorporationDate"},
    Rule{"a.k.a. ", Piece::name_weak, "weakAlias"},
    Rule{"f.k.a. ", Piece::name_former, "previousName"},
    Rule{"SWIFT/BIC ", Piece::number, "SWIFT/BIC"},
    Rule{"Vessel Registration Identification IMO ", Piece::number, "IMO"},
    Rule{"Vessel Registration Identification ", Piece::number, "IMO"},
    Rule{"Identification Number IMO ", Piece::number, "IMO"},
    Rule{"Company Number IMO ", Piece::number, "IMO"},
    Rule{"MMSI ", Piece::text, "mmsi"},
    Rule{"Legal Entity Number ", Piece::number, "LEI"},
    Rule{"Tax ID No. ", Piece::number, "Tax ID No."},
    Rule{"Registration Number ", Piece::number, "Registration Number"},
    Rule{"Registration ID ", Piece::number, "Registration ID"},
    Rule{"Business Registration Number ", Piece::number, "Business Registration Number"},
    Rule{"Business Registration Document # ", Piece::number, "Business Registration Document"},
    Rule{"Business Number ", Piece::number, "Business Number"},
    Rule{"Company Number ", Piece::number, "Company Number"},
    Rule{"Commercial Registry Number ", Piece::number, "Commercial Registry Number"},
    Rule{"Unified Social Credit Code (USCC) ", Piece::number, "Unified Social Credit Code"},
    Rule{"Chamber of Commerce Number ", Piece::number, "Chamber of Commerce Number"},
    Rule{"Enterprise Number ", Piece::number, "Enterprise Number"},
    Rule{"Economic Register Number (CBLS) ", Piece::number, "Economic Register Number"},
    Rule{"Trade License No. ", Piece::number, "Trade License No."},
    Rule{"C.R. No. ", Piece::number, "C.R. No."},
    Rule{"C.R. ", Piece::number, "C.R."},
    Rule{"Matricula Mercantil No ", Piece::number, "Matricula Mercantil No"},
    Rule{"Folio Mercantil No. ", Piece::number, "Folio Mercantil No."},
    Rule{"Government Gazette Number ", Piece::number, "Government Gazette Number"},
    Rule{"NIT # ", Piece::number, "Tax NIT"},
    Rule{"RUC # ", Piece::number, "Tax RUC"},
    Rule{"R.F.C. ", Piece::number, "Tax R.F.C."},
    Rule{"V.A.T. Number ", Piece::number, "Tax V.A.T."},
    Rule{"D-U-N-S Number ", Piece::text, "dunsCode"},
    Rule{"BIK (RU) ", Piece::text, "bikCode"},
    Rule{"Passport ", Piece::number, "Passport"},
    Rule{"Diplomatic Passport ", Piece::number, "Diplomatic Passport"},
    Rule{"Stateless Person Passport ", Piece::number, "Stateless Person Passport"},
    Rule{"National ID No. ", Piece::number, "National ID No."},
    Rule{"National Foreign ID Number ", Piece::number, "National ID"},
    Rule{"Personal ID Card ", Piece::number, "Personal ID Card"},
    Rule{"Identification Number ", Piece::number, "Identification Number"},
    Rule{"Cedula No. ", Piece::number, "National ID Cedula"},
    Rule{"D.N.I. ", Piece::number, "National ID D.N.I."},
    Rule{"C.U.R.P. ", Piece::number, "National ID C.U.R.P."},
    Rule{"SSN ", Piece::number, "National ID SSN"},
    Rule{"Aircraft Tail Number ", Piece::number, "Aircraft Tail Number"},
    Rule{"Aircraft Manufacturer's Serial Number (MSN) ", Piece::text, "serialNumber"},
    Rule{"Aircraft Construction Number (also called L/N or S/N or F/N) ", Piece::text, "serialNumber"},
    Rule{"Aircraft Model ", Piece::text, "model"},
    Rule{"Aircraft Operator ", Piece::text, "operator"},
    Rule{"Website ", Piece::text, "website"},
    Rule{"Email Address ", Piece::text, "email"},
    Rule{"Phone Number ", Piece::text, "phone"},
    Rule{"Telephone ", Piece::text, "phone"},
};

std::string_view value_of(std::string_view field) {
  field = trim(field);
  return field == "-0-" ? std::string_view() : field;
}

/// "7702070139 (Russia)" is the value and its country; "A1234 (Iran) expires 2020" keeps the rest as a note.
struct Numbered {
  std::string_view value;
  std::string_view country;
  std::string_view rest;
};
Numbered split_number(std::string_view text) {
  const auto open = text.find(" (");
  if (open == std::string_view::npos) {
    const auto rest = std::min(text.find(" expires "), text.find(" issued "));
    return rest == std::string_view::npos ? Numbered{text, {}, {}} : Numbered{text.substr(0, rest), {}, trim(text.substr(rest))};
  }
  const auto close = text.find(')', open);
  if (close == std::string_view::npos) return {text, {}, {}};
  return {text.substr(0, open), text.substr(open + 2, close - open - 2), trim(text.substr(close + 1))};
}

std::string_view unquote(std::string_view text) {
  text = trim(text);
  while (text.size() >= 2 && (text.front() == '\'' || text.front() == '"')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == '\'' || text.back() == '"')) text.remove_suffix(1);
  return text;
}

/// "PUTIN, Vladimir Vladimirovich" as people say it: "Vladimir Vladimirovich PUTIN".
std::string natural_order(std::string_view name) {
  const auto comma = name.find(", ");
  if (comma == std::string_view::npos) return std::string(name);
  return fmt::format("{} {}", trim(name.substr(comma + 2)), name.substr(0, comma));
}

void read_piece(Entity& entity, std::string_view piece) {
  std::string_view text = piece;
  if (text.starts_with("alt. ")) text.remove_prefix(5);
  if (text.starts_with("Digital Currency Address - ")) {
    // "XBT 149w62rY42aZBox8fGcmqNsXUzSStKeq8C": the currency stays in the note.
    const auto blank = text.find(' ', std::string_view("Digital Currency Address - ").size());
    if (blank != std::string_view::npos) entity.add("publicKey", text.substr(blank + 1));
    add_note(entity, "", piece);
    return;
  }
  const auto rule = std::find_if(kRules.begin(), kRules.end(), [&](const Rule& candidate) { return text.starts_with(candidate.prefix); });
  if (rule == kRules.end()) {
    add_note(entity, "", piece);
    return;
  }
  const std::string_view value = trim(text.substr(rule->prefix.size()));
  switch (rule->piece) {
    case Piece::number: {
      const Numbered number = split_number(value);
      Entity resolved;
      add_country(resolved, "country", number.country);
      add_number(entity, rule->property, number.value, resolved.first("country"));
      // Where the number is from and when it expires: the list says so, no property holds it.
      if (!number.country.empty() || !number.rest.empty()) add_note(entity, "", piece);
      return;
    }
    case Piece::date: {
      std::string_view date = value;
      if (date.starts_with("circa ")) date.remove_prefix(6);
      if (const auto to = date.find(" to "); to != std::string_view::npos) {
        add_date(entity, rule->property, date.substr(0, to));
        add_date(entity, rule->property, date.substr(to + 4));
        add_note(entity, "", piece);
        return;
      }
      add_date(entity, rule->property, date);
      if (date.size() != value.size()) add_note(entity, "", piece);
      return;
    }
    case Piece::text: {
      if (rule->property == "gender") {
        entity.add("gender", value.starts_with("M") ? "male" : value.starts_with("F") ? "female" : value);
      } else {
        entity.add(rule->property, value);
      }
      return;
    }
    case Piece::country: add_country(entity, rule->property, value); return;
    case Piece::name_weak:
    case Piece::name_former: entity.add(rule->property, unquote(value)); return;
    case Piece::drop_label: return;
  }
}

/// Remarks end with a full stop; pieces are divided by "; ". Quotes and parentheses may hold semicolons only rarely, and then the
/// parts become notes: nothing is lost.
void read_remarks(Entity& entity, std::string_view remarks) {
  if (remarks.ends_with('.')) remarks.remove_suffix(1);
  for (const auto piece : split(remarks, ";")) {
    std::string_view text = piece;
    // "….; Tax ID No." keeps the stop of a sentence.
    if (text.ends_with('.') && !text.ends_with("Inc.") && !text.ends_with("Co.")) text.remove_suffix(1);
    read_piece(entity, text);
  }
}

/// Calls `each` with the fields of every row; the lone 0x1A at the end of OFAC's files is skipped.
template <typename Each>
Status for_each_row(const NamedBytes& file, std::size_t columns, Each&& each) {
  std::string_view text = file.bytes;
  while (!text.empty() && (text.back() == '\x1a' || text.back() == '\n' || text.back() == '\r')) text.remove_suffix(1);
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

}  // namespace

Result<ReadList> read_ofac_csv(const OfacFiles& files) {
  ReadList list;
  std::unordered_map<std::int64_t, std::size_t> by_number;
  std::unordered_map<std::int64_t, std::string> overflow;
  TAMGA_CHECK(files.sdn != nullptr);
  if (files.comments != nullptr) {
    TAMGA_TRY_STATUS(for_each_row(*files.comments, 2, [&](std::int64_t number, const std::vector<std::string>& fields, std::uint64_t) -> Status {
      overflow[number] += fields[1];
      return {};
    }));
  }
  TAMGA_TRY_STATUS(for_each_row(*files.sdn, 12, [&](std::int64_t number, const std::vector<std::string>& fields, std::uint64_t line) -> Status {
    // OFAC's numbers are unique; a file that holds one twice was edited, but dropping a listed name would be worse than keeping it.
    const bool first = by_number.emplace(number, list.entities.size()).second;
    if (!first) list.warnings.push_back(fmt::format("line {}: the OFAC number {} stands twice; both entries are kept", line, number));
    Entity entity;
    entity.id = first ? fmt::format("ofac-{}", number) : fmt::format("ofac-{}-line-{}", number, line);
    entity.line = line;
    const std::string_view type = value_of(fields[2]);
    entity.schema = schema_of(type);
    if (entity.schema.empty())
      return bad_input(fmt::format("\"{}\" is not a type of OFAC's, expected individual, vessel, aircraft or -0-", type.substr(0, 40)), line);
    const std::string_view published = value_of(fields[1]);
    if (published.empty()) return bad_input("the name is empty", line);
    entity.caption = entity.schema == "Person" ? natural_order(published) : std::string(published);
    entity.add("name", entity.caption);
    if (entity.caption != published) {
      entity.add("publishedName", published);
      entity.add("lastName", published.substr(0, published.find(", ")));
    }
    for (const auto program : split(value_of(fields[3]), "] [")) {
      entity.designations.push_back(Designation{std::string(program), "", "", "", fmt::format("{}", number)});
    }
    entity.add("position", value_of(fields[4]));
    entity.add("callSign", value_of(fields[5]));
    entity.add("type", value_of(fields[6]));
    entity.add("tonnage", value_of(fields[7]));
    entity.add("grossRegisteredTonnage", value_of(fields[8]));
    add_country(entity, "flag", value_of(fields[9]));
    add_note(entity, "Vessel owner", value_of(fields[10]));
    std::string remarks(value_of(fields[11]));
    if (const auto more = overflow.find(number); more != overflow.end()) {
      remarks += more->second;
      overflow.erase(more);
    }
    read_remarks(entity, remarks);
    entity.add("sourceUrl", fmt::format("https://sanctionssearch.ofac.treas.gov/Details.aspx?id={}", number));
    list.entities.push_back(std::move(entity));
    return {};
  }));
  std::size_t strays = 0;
  if (files.add != nullptr) {
    TAMGA_TRY_STATUS(for_each_row(*files.add, 6, [&](std::int64_t number, const std::vector<std::string>& fields, std::uint64_t) -> Status {
      const auto at = by_number.find(number);
      if (at == by_number.end()) {
        ++strays;
        return {};
      }
      Entity& entity = list.entities[at->second];
      std::string address;
      for (const std::size_t column : {2, 3, 4}) {
        if (const auto part = value_of(fields[column]); !part.empty()) address += (address.empty() ? "" : ", ") + std::string(part);
      }
      entity.add("address", address);
      add_country(entity, "country", value_of(fields[4]));
      add_note(entity, "Address remark", value_of(fields[5]));
      return {};
    }));
  }
  if (files.alt != nullptr) {
    TAMGA_TRY_STATUS(for_each_row(*files.alt, 5, [&](std::int64_t number, const std::vector<std::string>& fields, std::uint64_t line) -> Status {
      const std::string_view kind = value_of(fields[2]);
      if (kind != "aka" && kind != "fka" && kind != "nka")
        return bad_input(fmt::format("\"{}\" is not an alias type, expected aka, fka or nka", kind.substr(0, 40)), line);
      const auto at = by_number.find(number);
      if (at == by_number.end()) {
        ++strays;
        return {};
      }
      Entity& entity = list.entities[at->second];
      const std::string_view name = value_of(fields[3]);
      entity.add(kind == "fka" ? "previousName" : "alias", entity.schema == "Person" ? natural_order(name) : std::string(name));
      add_note(entity, fmt::format("Alias {}", name), value_of(fields[4]));
      return {};
    }));
  }
  strays += overflow.size();
  if (strays > 0)
    list.warnings.push_back(
        fmt::format("incomplete: {} addresses, aliases or comments belong to entries that are not in sdn.csv; are the files of one day?", strays));
  if (files.alt == nullptr) list.warnings.emplace_back("incomplete: imported without alt.csv, so the aliases are not screened");
  if (files.add == nullptr) list.warnings.emplace_back("imported without add.csv, so addresses are not known");
  return list;
}

}  // namespace tamga::lists
