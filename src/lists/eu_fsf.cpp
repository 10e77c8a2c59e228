#include "lists/eu_fsf.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/ascii.h"
#include "identifiers/identifiers.h"
#include "lists/countries.h"
#include "lists/readers.h"

namespace tamga::lists {
namespace {

std::string_view get(const EuFact& fact, std::string_view key) {
  const auto at = std::find_if(fact.begin(), fact.end(), [&](const auto& entry) { return entry.first == key; });
  return at == fact.end() ? std::string_view() : std::string_view(at->second);
}

/// The country by its code, else by its name; "00" and UNKNOWN are none.
std::string country_of(const EuFact& fact) {
  const auto code = get(fact, "countryIso2Code");
  if (code.size() == 2 && code != "00") return lower_ascii(code);
  return std::string(country_code(get(fact, "countryDescription")));
}

std::string joined(const EuFact& fact, std::initializer_list<std::string_view> keys) {
  std::string text;
  for (const auto key : keys) {
    const auto part = one_line(get(fact, key));
    if (!part.empty() && part != "UNKNOWN") text += fmt::format("{}{}", text.empty() ? "" : ", ", part);
  }
  return text;
}

}  // namespace

EuEntity::EuEntity(std::string_view logical_id, std::uint64_t line) {
  entity_.id = fmt::format("eu-fsf-{}", logical_id);
  entity_.line = line;
  entity_.datasets = {"eu_fsf"};
}

Status EuEntity::set_subject(std::string_view code) {
  if (code == "person" || code == "P") {
    entity_.schema = "Person";
  } else if (code == "enterprise" || code == "E") {
    entity_.schema = "Organization";
  } else {
    return bad_input(fmt::format("\"{}\" is not a type of subject, expected person or enterprise", code.substr(0, 40)), entity_.line);
  }
  return {};
}

void EuEntity::set_reference(std::string_view eu_reference, std::string_view un_reference) {
  reference_ = eu_reference;
  entity_.add("unscId", un_reference);
}

void EuEntity::add_regulation(const EuFact& fact, std::string_view url) {
  const auto from = get(fact, "entryIntoForceDate").empty() ? get(fact, "publicationDate") : get(fact, "entryIntoForceDate");
  // The file holds those whose funds are frozen; bans on trade and services are in the annexes of other regulations (domain.md 1.4).
  Designation designation{std::string(get(fact, "programme")), "", "Asset freeze", std::string(from), reference_};
  if (std::find(entity_.designations.begin(), entity_.designations.end(), designation) == entity_.designations.end())
    entity_.designations.push_back(std::move(designation));
  std::string text = fmt::format("{} {}", get(fact, "regulationType"), get(fact, "numberTitle"));
  if (const auto organisation = get(fact, "organisationType"); !organisation.empty()) text += fmt::format(" of the {}", organisation);
  if (const auto date = get(fact, "publicationDate"); !date.empty()) text += fmt::format(", published {}", date);
  if (const auto date = get(fact, "entryIntoForceDate"); !date.empty()) text += fmt::format(", in force {}", date);
  add_note(entity_, "Regulation", text);
  entity_.add("sourceUrl", url);
}

void EuEntity::add_source(const EuFact& fact) {
  std::string text = fmt::format("{} {}", get(fact, "regulationType"), get(fact, "numberTitle"));
  if (const auto date = get(fact, "publicationDate"); !date.empty()) text += fmt::format(", published {}", date);
  note("Source of facts", trim(text));
  entity_.add("sourceUrl", get(fact, "publicationUrl"));
}

void EuEntity::add_name(const EuFact& fact, const std::vector<std::string>& remarks) {
  std::string whole(get(fact, "wholeName"));
  if (whole.empty()) {
    for (const auto* part : {"firstName", "middleName", "lastName"}) {
      if (const auto text = get(fact, part); !text.empty()) whole += fmt::format("{}{}", whole.empty() ? "" : " ", text);
    }
  }
  const auto low = [](const std::string& remark) { return lower_ascii(remark).find("low quality") != std::string::npos; };
  const bool weak = get(fact, "strong") == "false" || std::any_of(remarks.begin(), remarks.end(), low);
  whole = one_line(whole);
  if (!whole.empty()) {
    if (entity_.caption.empty() && !weak) {
      entity_.caption = whole;
      entity_.add("name", whole);
    } else {
      entity_.add(weak ? "weakAlias" : "alias", whole);
    }
  }
  entity_.add("firstName", get(fact, "firstName"));
  entity_.add("middleName", get(fact, "middleName"));
  entity_.add("lastName", get(fact, "lastName"));
  entity_.add("position", one_line(get(fact, "function")));
  entity_.add("title", one_line(get(fact, "title")));
  add_gender(entity_, get(fact, "gender"));
  for (const auto& remark : remarks) add_note(entity_, fmt::format("Name {}", whole), remark);
}

void EuEntity::add_citizenship(const EuFact& fact, const std::vector<std::string>& remarks) {
  const std::string country = country_of(fact);
  entity_.add(entity_.schema == "Person" ? "citizenship" : "country", country);
  if (country.empty()) note("Citizenship", get(fact, "countryDescription") == "UNKNOWN" ? "" : get(fact, "countryDescription"));
  note("Citizenship region", get(fact, "region"));
  for (const auto& remark : remarks) note("Citizenship", remark);
}

void EuEntity::add_birth(const EuFact& fact, const std::vector<std::string>& remarks) {
  const auto calendar = get(fact, "calendarType");
  std::string date(get(fact, "birthdate"));
  const auto year = get(fact, "year");
  if (date.empty() && year.size() == 4) {
    date = year;
    const auto month = get(fact, "monthOfYear");
    const auto day = get(fact, "dayOfMonth");
    if (!month.empty()) date += fmt::format("-{:0>2}", month);
    if (!month.empty() && !day.empty()) date += fmt::format("-{:0>2}", day);
  }
  if (!calendar.empty() && calendar != "GREGORIAN") {
    // Another calendar's year must not be taken for one of ours.
    note(fmt::format("Birth date ({} calendar)", lower_ascii(calendar)), date);
  } else if (const auto read = read_partial_date(date)) {
    entity_.add("birthDate", *read);
  } else {
    note("Birth date", date);
  }
  if (get(fact, "circa") == "true") note("Birth date", fmt::format("circa {}", date));
  const auto from = get(fact, "yearRangeFrom");
  const auto to = get(fact, "yearRangeTo");
  if (!from.empty() || !to.empty()) {
    for (const auto end : {from, to}) {
      if (end.size() == 4) entity_.add("birthDate", end);
    }
    note("Birth date", fmt::format("{} to {}", from, to));
  }
  entity_.add("birthPlace", joined(fact, {"place", "city", "zipCode", "region", "countryDescription"}));
  entity_.add("birthCountry", country_of(fact));
  for (const auto& remark : remarks) note("Birth", remark);
}

void EuEntity::add_address_of(const EuFact& fact, const std::vector<std::string>& remarks) {
  std::string address = joined(fact, {"street", "place", "poBox", "zipCode", "city", "region", "countryDescription"});
  entity_.add("address", address);
  entity_.add("country", country_of(fact));
  if (get(fact, "asAtListingTime") == "true") note("Address at the time of listing", address);
  for (const auto& remark : remarks) note("Address", remark);
}

void EuEntity::add_contact(std::string_view key, std::string_view value) {
  const std::string kind = lower_ascii(key);
  if (kind == "email" || kind == "phone") {
    entity_.add(kind, value);
  } else if (kind == "web") {
    entity_.add("website", value);
  } else {
    note(key, value);
  }
}

void EuEntity::add_identification(const EuFact& fact, const std::vector<std::string>& remarks) {
  const std::string type = lower_ascii(get(fact, "identificationTypeCode"));
  const auto number = get(fact, "number");
  const auto latin = get(fact, "latinNumber");
  const std::string country = country_of(fact);
  // The country decides, with the check digits, which register a number is of.
  std::string cell(number);
  if (!country.empty())
    cell += fmt::format(" ({})", get(fact, "countryDescription").empty() ? country : std::string(get(fact, "countryDescription")));
  for (const auto& text : {std::string_view(number), latin}) {
    if (text.empty()) continue;
    if (type == "passport" || type == "travelcardid") {
      entity_.add("passportNumber", text);
    } else if (type == "swiftbic") {
      entity_.add("swiftBic", text);
    } else if (type == "imo") {
      entity_.add("imoNumber", only_digits(text));
    } else if (country == "ru" && entity_.schema != "Person" && identifiers::valid_ru_inn(text)) {
      entity_.add("innCode", text);
    } else if (country == "ru" && identifiers::valid_ru_inn(text) && text.size() == 12) {
      entity_.add("innCode", text);
    } else if (country == "ru" && identifiers::valid_ru_ogrn(text)) {
      entity_.add("ogrnCode", text);
    } else if (type == "regnumber" || type == "tradelic") {
      add_numbers(entity_, NumberColumn::registration, "Registration number", cell);
    } else if (type == "fiscalcode" || type == "taxid" || type == "euvat") {
      add_numbers(entity_, NumberColumn::tax, "Tax number", cell);
    } else {
      entity_.add("idNumber", text);
    }
  }
  // Everything that was said of the document, on one line.
  std::string about;
  for (const auto& [key, text] : fact) {
    if (key == "number" || key == "identificationTypeCode" || text == "false" || text == "00" || text == "UNKNOWN") continue;
    about += fmt::format("{}{} {}", about.empty() ? "" : ", ", key, text);
  }
  note(fmt::format("Identification {}", type), about.empty() ? std::string(number) : fmt::format("{}: {}", number, about));
  for (const auto& remark : remarks) note(fmt::format("Identification {}", number), remark);
}

void EuEntity::note(std::string_view label, std::string_view text) { add_note(entity_, label, text); }

Result<Entity> EuEntity::finish() {
  if (entity_.caption.empty()) {
    // Only weak names: the first of them is what it is called by.
    entity_.caption = entity_.first("weakAlias");
    if (entity_.caption.empty()) return bad_input(fmt::format("the entity {} has no name", entity_.id), entity_.line);
  }
  if (entity_.designations.empty()) entity_.designations.push_back(Designation{"", "", "Asset freeze", "", reference_});
  return std::move(entity_);
}

}  // namespace tamga::lists
