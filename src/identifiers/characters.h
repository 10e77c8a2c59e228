#pragma once

#include <algorithm>
#include <string>
#include <string_view>

/// Characters of identifiers, without the locale. Bytes from 0x80 on are parts of letters in UTF-8.
namespace tamga::identifiers {

inline bool is_digit(char c) { return c >= '0' && c <= '9'; }
inline bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
inline bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
inline bool is_beyond_ascii(char c) { return static_cast<unsigned char>(c) >= 0x80; }
inline bool is_word(char c) { return is_digit(c) || is_upper(c) || is_lower(c) || is_beyond_ascii(c); }
inline int digit(char c) { return c - '0'; }
inline bool all_digits(std::string_view text) { return !text.empty() && std::all_of(text.begin(), text.end(), is_digit); }

/// Upper case of Latin and Cyrillic letters; all other bytes stay.
std::string upper(std::string_view text);

/// Is this an assigned ISO 3166-1 alpha-2 code? XK (Kosovo) counts: BIC and IBAN use it.
bool is_country(std::string_view code);

}  // namespace tamga::identifiers
