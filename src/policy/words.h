#pragma once

#include <string>
#include <string_view>

#include "base/json.h"
#include "policy/condition.h"

/// A condition back to the words of its rule file. Reading what is printed gives a condition that says the same and prints the same.
namespace tamga::policy {

[[nodiscard]] std::string_view word_name(Word word);

/// The table of a `when`, as read_toml would give it.
[[nodiscard]] Json condition_table(const Condition& condition);
/// A value as inline TOML: { destination = ["RU", "BY"] }. Of a value that read_toml can give.
[[nodiscard]] std::string toml_text(const Json& value);

/// For a person: "destination = RU, BY", "listed: list us_ofac_sdn, program RUSSIA-*", "some_goods (origin = US)", "any (… | …)".
[[nodiscard]] std::string condition_words(const Condition& condition);

}  // namespace tamga::policy
