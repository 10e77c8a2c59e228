#include "messages/parts.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/ascii.h"
#include "identifiers/identifiers.h"
#include "lists/countries.h"

namespace tamga::messages {

std::string one_line(std::string_view text) {
  std::string line;
  bool blank = false;
  for (const char c : text) {
    if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
      blank = true;
      continue;
    }
    if (blank && !line.empty()) line += ' ';
    blank = false;
    line += c;
  }
  return line;
}

void add_identifier(MessageElement& element, std::string_view kind, std::string_view value) {
  if (value.empty()) return;
  const auto same = [&](const DealIdentifier& known) { return known.kind == kind && known.value == value; };
  if (std::none_of(element.identifiers.begin(), element.identifiers.end(), same))
    element.identifiers.push_back({std::string(kind), std::string(value)});
}

void add_account(MessageElement& element, std::string_view number, std::string_view path) {
  if (number.empty()) return;
  if (element.account.empty()) {
    element.account = number;
    element.account_path = path;
  }
  std::string bare;
  for (const char c : number) {
    if (c != ' ') bare += c;
  }
  if (identifiers::valid_iban(bare)) add_identifier(element, "iban", bare);
}

std::string bic_country(std::string_view bic) {
  if (bic.size() < 6) return {};
  return upper_ascii(lists::known_country(bic.substr(4, 2)));
}

std::string clearing_country(std::string_view code) {
  // MT's own two letters (option A of 52 to 58) are those of the country except here.
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 7> kOwn = {
      {{"FW", "US"}, {"CP", "US"}, {"CH", "US"}, {"SC", "GB"}, {"BL", "DE"}, {"SW", "CH"}, {"CC", "CA"}}};
  if (code.size() == 2) {
    for (const auto& [own, country] : kOwn) {
      if (code == own) return std::string(country);
    }
  }
  // ISO 20022's external codes begin with the country: USABA, GBDSC, RUCBC, KZ….
  return code.size() == 2 || code.size() == 5 ? upper_ascii(lists::known_country(code.substr(0, 2))) : std::string();
}

}  // namespace tamga::messages
