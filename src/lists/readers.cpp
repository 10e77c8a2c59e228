#include "lists/readers.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/ascii.h"
#include "identifiers/identifiers.h"
#include "identifiers/published_numbers.h"
#include "lists/countries.h"
#include "lists/name_parts.h"

namespace tamga::lists {
namespace {

constexpr std::string_view kNoBreakSpace = "\xC2\xA0";

std::string without_brackets(std::string_view text) {
  std::string out;
  int depth = 0;
  for (const char c : text) {
    if (c == '(') ++depth;
    if (depth == 0) out += c;
    if (c == ')' && depth > 0) --depth;
  }
  return out;
}

bool all_digits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// The country that a text ends in; up to five words of it, since "Dubai United Arab Emirates" and "607220 Russian Federation" occur. Else
/// the last part between commas that is a country: "Russian Federation, Moscow, Baryshikha Street".
std::string_view country_of_address(std::string_view address) {
  const std::string plain = one_line(without_brackets(address));
  auto parts = split(plain, ",");
  while (!parts.empty() && parts.back().find_first_not_of("0123456789 ") == std::string_view::npos) parts.pop_back();
  if (parts.empty()) return {};
  auto words = split(parts.back(), " ");
  // "Russia 115035".
  while (!words.empty() && all_digits(words.back())) words.pop_back();
  for (std::size_t count = std::min<std::size_t>(words.size(), 5); count > 0; --count) {
    const std::string tail = fmt::format("{}", fmt::join(words.end() - static_cast<std::ptrdiff_t>(count), words.end(), " "));
    if (const auto code = country_code(tail); !code.empty()) return code;
  }
  for (auto part = parts.rbegin(); part != parts.rend(); ++part) {
    if (const auto code = country_code(*part); !code.empty()) return code;
  }
  return {};
}

std::string_view country_of(const identifiers::PublishedNumber& number, const Entity& entity) {
  if (number.country == "RU") return "ru";
  if (!number.country.empty()) return "other";
  for (const auto* property : {"country", "jurisdiction", "nationality"}) {
    const auto& values = entity.values(property);
    if (std::find(values.begin(), values.end(), "ru") != values.end()) return "ru";
    if (!values.empty()) return values.front();
  }
  return {};
}

std::string_view property_of_column(NumberColumn column) {
  switch (column) {
    case NumberColumn::registration: return "registrationNumber";
    case NumberColumn::tax: return "taxNumber";
    case NumberColumn::identity: return "idNumber";
    case NumberColumn::passport: return "passportNumber";
  }
  return {};
}

std::string_view property_of_number(const identifiers::PublishedNumber& number, const Entity& entity, NumberColumn column) {
  using identifiers::Label;
  const std::string_view value = number.value;
  switch (number.label) {
    case Label::lei: return identifiers::valid_lei(value) ? "leiCode" : "registrationNumber";
    case Label::kpp: return "kppCode";
    case Label::okpo: return "okpoCode";
    case Label::imo: return "imoNumber";
    case Label::mmsi: return "mmsi";
    case Label::passport: return "passportNumber";
    case Label::bic: return "swiftBic";
    case Label::inn: return identifiers::valid_ru_inn(value) ? "innCode" : "taxNumber";
    case Label::ogrn: return identifiers::valid_ru_ogrn(value) ? "ogrnCode" : "registrationNumber";
    case Label::iin:
    case Label::national: return "idNumber";
    case Label::bin:
    case Label::uscc: return "registrationNumber";
    case Label::telephone: return "phone";
    case Label::iban:
    case Label::none: break;
  }
  if (column == NumberColumn::passport) return "passportNumber";
  if (value.size() == 20 && identifiers::valid_lei(value)) return "leiCode";
  // Without a word that says so, only a Russian party has Russian numbers: one in eleven foreign ones passes the check by chance.
  if (country_of(number, entity) == "ru") {
    const bool person = entity.schema == "Person";
    if (identifiers::valid_ru_inn(value) && (!person || (column == NumberColumn::tax && value.size() == 12))) return "innCode";
    if (identifiers::valid_ru_ogrn(value)) return "ogrnCode";
  }
  return property_of_column(column);
}

/// The dates in a text, in its order: the longest run of words that reads as a date, from each word on.
std::vector<std::string> dates_in(std::string_view text) {
  std::string plain = one_line(text);
  // "1966-1969", "20.11.2002 / 16.5.1964", "30.6.1980; Leningrad" are divided; "1966-03" and "01/06/1961" are dates as they stand.
  for (auto& c : plain) {
    if (c == '(' || c == ')' || c == ';' || c == ',') c = ' ';
  }
  const auto words = split(plain, " ");
  std::vector<std::string> dates;
  for (std::size_t i = 0; i < words.size();) {
    std::size_t used = 0;
    for (std::size_t count = std::min<std::size_t>(3, words.size() - i); count > 0 && used == 0; --count) {
      const std::string candidate =
          fmt::format("{}", fmt::join(words.begin() + static_cast<std::ptrdiff_t>(i), words.begin() + static_cast<std::ptrdiff_t>(i + count), " "));
      if (auto date = read_partial_date(candidate)) {
        dates.push_back(std::move(*date));
        used = count;
      }
    }
    // "1966-1969".
    if (used == 0 && words[i].size() == 9 && words[i][4] == '-') {
      const auto from = read_partial_date(words[i].substr(0, 4));
      const auto to = read_partial_date(words[i].substr(5));
      if (from && to) {
        dates.push_back(*from);
        dates.push_back(*to);
      }
    }
    i += std::max<std::size_t>(used, 1);
  }
  return dates;
}

}  // namespace

std::string_view trim(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r\n";
  for (;;) {
    const auto begin = text.find_first_not_of(kBlank);
    if (begin == std::string_view::npos) return {};
    text = text.substr(begin, text.find_last_not_of(kBlank) - begin + 1);
    if (text.starts_with(kNoBreakSpace)) {
      text.remove_prefix(kNoBreakSpace.size());
    } else if (text.ends_with(kNoBreakSpace)) {
      text.remove_suffix(kNoBreakSpace.size());
    } else {
      return text;
    }
  }
}

std::vector<std::string_view> split(std::string_view text, std::string_view separator) {
  std::vector<std::string_view> parts;
  for (std::size_t begin = 0; begin <= text.size();) {
    const auto end = std::min(text.find(separator, begin), text.size());
    if (const auto part = trim(text.substr(begin, end - begin)); !part.empty()) parts.push_back(part);
    begin = end + separator.size();
  }
  return parts;
}

std::vector<std::string_view> split_outside_brackets(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  const auto balanced = std::count(text.begin(), text.end(), '(') == std::count(text.begin(), text.end(), ')');
  int depth = 0;
  std::size_t begin = 0;
  for (std::size_t i = 0; i <= text.size(); ++i) {
    if (i < text.size() && balanced) {
      if (text[i] == '(') ++depth;
      if (text[i] == ')') --depth;
    }
    if (i < text.size() && (text[i] != separator || depth > 0)) continue;
    if (const auto part = trim(text.substr(begin, i - begin)); !part.empty()) parts.push_back(part);
    begin = i + 1;
  }
  return parts;
}

std::string only_digits(std::string_view text) {
  std::string digits;
  for (const char c : text) {
    if (c >= '0' && c <= '9') digits += c;
  }
  return digits;
}

std::string one_line(std::string_view text) {
  std::string line;
  line.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == '\xC2' && i + 1 < text.size() && text[i + 1] == '\xA0') {
      c = ' ';
      ++i;
    }
    if (c == '\t' || c == '\r' || c == '\n') c = ' ';
    if (c == ' ' && (line.empty() || line.back() == ' ')) continue;
    line += c;
  }
  if (line.ends_with(' ')) line.pop_back();
  return line;
}

void add_note(Entity& entity, std::string_view label, std::string_view text) {
  text = trim(text);
  if (text.empty()) return;
  entity.add("notes", label.empty() ? std::string(text) : fmt::format("{}: {}", label, text));
}

void add_countries(Entity& entity, std::string_view property, std::string_view text) {
  text = trim(text);
  if (text.empty()) return;
  if (const auto code = country_code(text); !code.empty()) {
    entity.add(property, code);
    return;
  }
  bool all = true;
  std::string plain = without_brackets(text);
  if (plain.size() != text.size()) all = false;
  for (const std::string_view divider : {" and/or ", " and ", " or ", ";", "|", "/"}) {
    for (auto at = plain.find(divider); at != std::string::npos; at = plain.find(divider)) plain.replace(at, divider.size(), ",");
  }
  for (const auto part : split(plain, ",")) {
    const auto code = country_code(part);
    all = all && !code.empty();
    entity.add(property, code);
  }
  if (!all) add_note(entity, property, text);
}

void add_dates(Entity& entity, std::string_view property, std::string_view text) {
  text = trim(text);
  if (text.empty()) return;
  if (const auto date = read_partial_date(text)) {
    entity.add(property, *date);
    return;
  }
  for (const auto& date : dates_in(text)) entity.add(property, date);
  add_note(entity, property, text);
}

void add_address(Entity& entity, std::string_view text) {
  const std::string address = one_line(text);
  entity.add("address", address);
  entity.add("country", country_of_address(address));
}

void add_gender(Entity& entity, std::string_view text) {
  const std::string gender = lower_ascii(trim(text));
  if (gender == "male" || gender == "m") {
    entity.add("gender", "male");
  } else if (gender == "female" || gender == "f") {
    entity.add("gender", "female");
  } else {
    add_note(entity, "gender", text);
  }
}

void add_name(Entity& entity, std::string_view property, std::string_view name) {
  const std::string whole = one_line(name);
  entity.add(property, whole);
  for (const auto& part : name_parts(whole, entity.schema == "Person")) {
    // A part of a weak or a former name is no stronger than the whole.
    const bool weaker = part.property != "abbreviation" && (property == "weakAlias" || property == "previousName");
    entity.add(weaker ? property : part.property, part.name);
  }
}

void add_numbers(Entity& entity, NumberColumn column, std::string_view label, std::string_view cell) {
  const std::string text = one_line(cell);
  if (text.empty()) return;
  // "HE 123456" is a number of Cyprus; a tax or personal number has no such letters apart from it.
  const auto prefixes = column == NumberColumn::registration ? identifiers::Prefixes::join : identifiers::Prefixes::separate;
  const auto numbers = identifiers::published_numbers(text, prefixes);
  bool tax = column == NumberColumn::tax;
  const std::string lower = lower_ascii(text);
  // "TIN 7813252159", "9728042468 (tax identification number)" in a column of registration numbers.
  if (column == NumberColumn::registration && numbers.size() == 1 &&
      (lower.find("tax") != std::string::npos || lower.find("tin") != std::string::npos))
    tax = true;
  // "7702165310 / 770101001": an INN with its KPP tells its country by itself.
  const bool pair = numbers.size() == 2 && numbers[0].value.size() == 10 && identifiers::valid_ru_inn(numbers[0].value) &&
                    identifiers::valid_ru_kpp(numbers[1].value);
  for (const auto& number : numbers) {
    const auto property = !pair                    ? property_of_number(number, entity, tax ? NumberColumn::tax : column)
                          : &number == &numbers[0] ? "innCode"
                                                   : "kppCode";
    entity.add(property, number.value);
  }
  // Too short or too odd to be told from words: kept as it stands, which matches itself.
  if (numbers.empty()) entity.add(property_of_column(column), text);
  if (numbers.size() != 1 || numbers.front().value != text) add_note(entity, label, text);
}

}  // namespace tamga::lists
