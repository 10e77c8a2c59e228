#pragma once

#include <string>
#include <string_view>

/// Internal to src/text: comparison_key() and undone disguises, into strings that are used again.
namespace tamga::text {

void comparison_key_into(std::string_view latin, std::string& key);

/// Which letters digits imitate: 3 is E among Latin letters and З among Cyrillic ones.
enum class Disguise : std::uint8_t { latin, cyrillic };
/// A word that is mostly letters with a few digits in them ("Sech1n") as if the digits were letters; false when it is not such a word.
[[nodiscard]] bool undo_digit_letters(std::string_view latin, Disguise disguise, std::string& out);

}  // namespace tamga::text
