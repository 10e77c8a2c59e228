#include "lists/ofac_pieces.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/ascii.h"
#include "identifiers/identifiers.h"
#include "lists/countries.h"
#include "lists/readers.h"

// A piece begins with its label, possibly after "alt. ". A label that the table below knows gives a property; every other piece becomes
// a note. A number keeps its piece as a note as well: the label, the country and the day of expiry have no property of their own.
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
    Rule{"Telephone No.", Piece::text, "phone"},
    Rule{"Telephone Number:", Piece::text, "phone"},
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
    // The same facts as SDN_ADVANCED.XML names them, and those that have elements or columns of their own in OFAC's other files.
    Rule{"Birthdate", Piece::dates, "birthDate"},
    Rule{"Place of Birth", Piece::text, "birthPlace"},
    Rule{"Nationality Country", Piece::countries, "nationality"},
    Rule{"Citizenship Country", Piece::countries, "citizenship"},
    Rule{"Title", Piece::text, "position"},
    Rule{"VESSEL TYPE", Piece::text, "type"},
    Rule{"Other Vessel Type", Piece::text, "type"},
    Rule{"Other Vessel Call Sign", Piece::text, "callSign"},
    Rule{"Other Vessel Flag", Piece::countries, "pastFlags"},
    Rule{"Vessel Tonnage", Piece::text, "tonnage"},
    Rule{"Vessel Gross Registered Tonnage", Piece::text, "grossRegisteredTonnage"},
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

/// The rule with the longest label that the piece begins with; labels end at a blank.
const Rule* find_rule(std::string_view piece) {
  const Rule* best = nullptr;
  for (const auto& rule : kRules) {
    const bool fits = piece.size() > rule.label.size() && piece[rule.label.size()] == ' ' && piece.starts_with(rule.label);
    if (fits && (best == nullptr || rule.label.size() > best->label.size())) best = &rule;
  }
  return best;
}

/// "7702070139 (Russia)" is a number and its country; "A1234 (Iran) issued 22 Jul 1998 expires 20 Jul 2003" also has its days.
OfacNumber split_number(std::string_view text) {
  text = text.substr(0, std::min({text.find(" issued "), text.find(" expires "), text.size()}));
  OfacNumber number{trim(text), {}};
  const auto open = text.rfind('(');
  const auto close = text.rfind(')');
  if (open == std::string_view::npos || close == std::string_view::npos || close < open) return number;
  const auto inside = text.substr(open + 1, close - open - 1);
  number.country = country_code(inside);
  if (number.country.empty()) number.country = known_country(inside);  // the Consolidated Screening List has codes
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

/// A Russian number has a country beside it that says so, or none and a party that is in Russia alone: one in eleven foreign numbers passes
/// the check by chance (domain.md section 4).
bool is_russian(const Entity& entity, const OfacNumber& number) {
  if (!number.country.empty()) return number.country == "ru";
  const auto& countries = entity.values("country");
  return countries.size() == 1 && countries.front() == "ru";
}

void add_registration(Entity& entity, std::string_view label, const OfacNumber& number) {
  const std::string bare = compact(number.value);
  const bool russian = is_russian(entity, number);
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

void add_tax(Entity& entity, const OfacNumber& number) {
  const std::string bare = compact(number.value);
  const bool russian = is_russian(entity, number);
  if (russian && identifiers::valid_ru_inn(bare)) {
    entity.add("innCode", bare);
  } else if (russian && identifiers::valid_ru_ogrn(bare)) {
    entity.add("ogrnCode", bare);
  } else {
    entity.add("taxNumber", number.value);
  }
}

/// The name in "a.k.a. 'LUMBER'": between the first quote and the last one.
std::string_view unquote(std::string_view text) {
  text = trim(text);
  if (text.starts_with('\'')) text.remove_prefix(1);
  if (text.ends_with('\'')) text.remove_suffix(1);
  return trim(text);
}

}  // namespace

OfacPersonName ofac_person_name(std::string_view published) {
  const auto parts = split(published, ", ");
  if (parts.size() < 2) return {std::string(trim(published)), "", ""};
  OfacPersonName name{fmt::format("{} {}", parts[1], parts[0]), std::string(parts[0]), std::string(parts[1])};
  for (std::size_t i = 2; i < parts.size(); ++i) name.natural += fmt::format(" {}", parts[i]);
  return name;
}

std::string ofac_name_of(const Entity& entity, std::string_view published) {
  return entity.schema == "Person" ? ofac_person_name(published).natural : std::string(trim(published));
}

void add_ofac_name(Entity& entity, std::string_view published) {
  if (entity.schema != "Person") {
    entity.caption = trim(published);
    entity.add("name", published);
    return;
  }
  const OfacPersonName name = ofac_person_name(published);
  entity.caption = name.natural;
  entity.add("name", name.natural);
  entity.add("lastName", name.last);
  entity.add("firstName", name.first);
  if (name.natural != published) entity.add("publishedName", published);
}

std::string_view ofac_schema(std::string_view type) {
  const std::string lower = lower_ascii(type);
  if (lower == "individual") return "Person";
  if (lower == "vessel") return "Vessel";
  if (lower == "aircraft") return "Airplane";
  return lower.empty() || lower == "entity" ? "Organization" : "";
}

std::string ofac_source_url(std::string_view uid) { return fmt::format("https://sanctionssearch.ofac.treas.gov/Details.aspx?id={}", uid); }

void read_ofac_piece(Entity& entity, std::string_view piece, const OfacNumber* known) {
  if (piece.ends_with('.')) piece.remove_suffix(1);
  std::string_view text = piece;
  if (text.starts_with("alt. ")) text.remove_prefix(5);
  const Rule* rule = find_rule(text);
  if (rule == nullptr) {
    add_note(entity, "", piece);
    return;
  }
  const std::string_view value = trim(text.substr(rule->label.size()));
  const auto number = [&] { return known != nullptr ? *known : split_number(value); };
  switch (rule->piece) {
    case Piece::registration:
      add_registration(entity, rule->label, number());
      add_note(entity, "", piece);
      return;
    case Piece::tax:
      add_tax(entity, number());
      add_note(entity, "", piece);
      return;
    case Piece::identity:
      entity.add("idNumber", number().value);
      add_note(entity, "", piece);
      return;
    case Piece::passport:
      entity.add("passportNumber", number().value);
      add_note(entity, "", piece);
      return;
    case Piece::lei: {
      const std::string_view code = number().value;
      entity.add(identifiers::valid_lei(code) ? "leiCode" : "registrationNumber", code);
      add_note(entity, "", piece);
      return;
    }
    case Piece::imo: {
      const std::string digits = only_digits(number().value);
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
    case Piece::weak_name: entity.add("weakAlias", ofac_name_of(entity, unquote(value))); return;
    case Piece::former_name: entity.add("previousName", ofac_name_of(entity, unquote(value))); return;
  }
}

void read_ofac_remarks(Entity& entity, std::string_view remarks) {
  for (std::string_view piece : split(remarks, "; ")) {
    while (piece.ends_with(';')) piece = trim(piece.substr(0, piece.size() - 1));
    read_ofac_piece(entity, piece);
  }
}

}  // namespace tamga::lists
