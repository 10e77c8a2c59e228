#pragma once

#include <optional>
#include <string>
#include <vector>

#include "model/deal.h"

/// What keys and comparison both take from a deal.
namespace tamga::resemblance {

struct Value {
  Decimal amount;
  std::string currency;
};
/// The sum of the goods where all of them state a value in one currency, else the payment's amount.
[[nodiscard]] std::optional<Value> value_of(const Deal& deal);

/// The cell of an amount on a grid whose steps grow by a tenth; `shifted`: on the grid half a step further. Amounts below one share the first.
[[nodiscard]] long cell_of(const Decimal& amount, bool shifted);

/// The words of a text in comparison keys, so that scripts and spellings meet; each once, sorted. Words of one letter are left out.
[[nodiscard]] std::vector<std::string> words_of(std::string_view text);

/// The eight letters of the BIC that name a bank in a country, else the words of its name.
[[nodiscard]] std::string bank_of(const Bank& bank);

}  // namespace tamga::resemblance
