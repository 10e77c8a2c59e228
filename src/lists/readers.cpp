#include "lists/readers.h"

#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>

#include "identifiers/identifiers.h"
#include "lists/countries.h"

namespace tamga::lists {
namespace {

bool contains_word(std::string_view text, std::string_view word) {
  std::string upper;
  for (const char c : text) upper += static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
  return upper.find(word) != std::string::npos;
}

std::string compact(std::string_view value) {
  std::string text;
  for (const char c : value) {
    if (c != ' ' && c != '-' && c != '.' && c != '\t') text += c;
  }
  return text;
}

}  // namespace

std::string_view trim(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r\n";
  const auto begin = text.find_first_not_of(kBlank);
  if (begin == std::string_view::npos) return {};
  text = text.substr(begin, text.find_last_not_of(kBlank) - begin + 1);
  // The non-breaking space of EU and UK files.
  while (text.starts_with("\xC2\xA0")) text = trim(text.substr(2));
  while (text.ends_with("\xC2\xA0")) text = trim(text.substr(0, text.size() - 2));
  return text;
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

std::string only_digits(std::string_view text) {
  std::string digits;
  for (const char c : text) {
    if (c >= '0' && c <= '9') digits += c;
  }
  return digits;
}

void add_note(Entity& entity, std::string_view label, std::string_view text) {
  if (trim(text).empty()) return;
  entity.add("notes", label.empty() ? std::string(trim(text)) : fmt::format("{}: {}", label, trim(text)));
}

void add_country(Entity& entity, std::string_view property, std::string_view text) {
  if (trim(text).empty()) return;
  if (const auto code = country_code(text); !code.empty()) {
    entity.add(property, code);
  } else {
    add_note(entity, property, text);
  }
}

void add_date(Entity& entity, std::string_view property, std::string_view text) {
  if (trim(text).empty()) return;
  if (const auto date = read_partial_date(trim(text))) {
    entity.add(property, *date);
  } else {
    add_note(entity, property, text);
  }
}

void add_number(Entity& entity, std::string_view label, std::string_view value, std::string_view country) {
  value = trim(value);
  if (value.empty()) return;
  const std::string number = compact(value);
  const bool russian = country.empty() || country == "ru";
  const bool tax = contains_word(label, "TAX") || contains_word(label, "INN");
  if (contains_word(label, "LEI") || contains_word(label, "LEGAL ENTITY NUMBER")) {
    entity.add("leiCode", number);
  } else if (contains_word(label, "KPP")) {
    entity.add("kppCode", number);
  } else if (contains_word(label, "OKPO") || contains_word(label, "GOVERNMENT GAZETTE")) {
    entity.add("okpoCode", number);
  } else if (contains_word(label, "PASSPORT")) {
    entity.add("passportNumber", value);
  } else if (contains_word(label, "SWIFT") || contains_word(label, "BIC")) {
    entity.add("swiftBic", number);
  } else if (contains_word(label, "IMO")) {
    entity.add("imoNumber", only_digits(number));
  } else if (russian && identifiers::valid_ru_inn(number) && (tax || contains_word(label, "REG"))) {
    entity.add("innCode", number);
  } else if (russian && identifiers::valid_ru_ogrn(number)) {
    entity.add("ogrnCode", number);
  } else if (contains_word(label, "NATIONAL ID") || contains_word(label, "IDENTIFICATION") || contains_word(label, "PERSONAL")) {
    entity.add("idNumber", value);
  } else if (tax) {
    entity.add("taxNumber", number);
  } else {
    entity.add("registrationNumber", number);
  }
}

std::uint64_t first_line_not_utf8(std::string_view text) {
  if (simdjson::validate_utf8(text.data(), text.size())) return 0;
  std::uint64_t line = 1;
  for (std::size_t begin = 0; begin < text.size(); ++line) {
    const auto end = std::min(text.find('\n', begin), text.size());
    if (!simdjson::validate_utf8(text.data() + begin, end - begin)) return line;
    begin = end + 1;
  }
  return line;
}

}  // namespace tamga::lists
