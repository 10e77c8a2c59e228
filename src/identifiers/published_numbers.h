#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// Numbers out of the text around them, as lists and deals write them: "7702070139 (Russia)",
/// "7730239877, KPP 773001001, OKPO 20239393", "1 402 015 986", "IMO9826902", "220340015320 (BIN)".
namespace tamga::identifiers {

/// What the words beside a number say it is; `none` when they say nothing that narrows it.
enum class Label : std::uint8_t { none, inn, bin, iin, ogrn, uscc, kpp, okpo, imo, mmsi, lei, bic, iban, passport, national, telephone };

[[nodiscard]] std::string_view label_name(Label label);

struct PublishedNumber {
  std::string value;  ///< upper case, only letters and digits
  Label label = Label::none;
  std::string country;  ///< RU, KZ, KG, CN or HK when the text names that country, "other" when it names another, else empty
};

enum class Prefixes : std::uint8_t {
  join,     ///< "HE 123456" is HE123456: one to four capitals before a number belong to it unless they are a label
  separate  ///< free text: words are words
};

/// In the order of the text. Dates, and runs of fewer than 5 characters or 3 digits, are not numbers; nor are
/// fillers of one repeated character.
[[nodiscard]] std::vector<PublishedNumber> published_numbers(std::string_view text, Prefixes prefixes);

}  // namespace tamga::identifiers
