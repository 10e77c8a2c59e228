#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "names/name.h"

namespace tamga::names {

/// The weight of a word by its key and length; see weights.cpp for the tables.
[[nodiscard]] std::int32_t word_weight(std::string_view key, std::size_t latin_length, bool number, Kind kind);

/// "co" is "company" and "intl" is "international": the word as it is compared.
[[nodiscard]] std::string_view expand_abbreviation(std::string_view latin, Kind kind);

/// The longest legal form that begins at words[at]: how many words it takes and its class bit; 0 words when there is none.
struct LegalForm {
  std::size_t words = 0;
  std::uint8_t form = 0;
};
[[nodiscard]] LegalForm legal_form_at(std::span<const text::Token> words, std::size_t at);

}  // namespace tamga::names
