#include "resemblance/marks.h"

#include <algorithm>

#include "base/ascii.h"
#include "text/tokens.h"

namespace tamga::resemblance {
namespace {

/// Whole units of an amount; what is too small or too large counts as the nearest.
std::int64_t units_of(const Decimal& amount) {
  std::int64_t units = amount.coefficient;
  for (int i = 0; i < amount.scale; ++i) units /= 10;
  return std::max<std::int64_t>(units, 1);
}

/// The lower ends of the cells, in 20ths of a unit so that the first ones differ. Each is a tenth above the one before; of the shifted grid, the
/// first is a twentieth higher.
std::vector<std::int64_t> grid(std::int64_t first) {
  std::vector<std::int64_t> ends;
  for (std::int64_t end = first; end < (std::int64_t{1} << 60); end += end / 10 + 1) ends.push_back(end);
  return ends;
}

}  // namespace

std::optional<Value> value_of(const Deal& deal) {
  std::optional<Value> total;
  bool whole = true;
  for (const auto& line : deal.goods) {
    if (!line.value || line.currency.empty() || (total && total->currency != line.currency)) {
      whole = false;
      break;
    }
    if (!total) {
      total = Value{*line.value, line.currency};
      continue;
    }
    const auto sum = add(total->amount, *line.value);
    if (!sum) {
      whole = false;
      break;
    }
    total->amount = *sum;
  }
  if (whole && total) return total;
  if (deal.payment && deal.payment->amount) return Value{*deal.payment->amount, deal.payment->currency};
  return std::nullopt;
}

long cell_of(const Decimal& amount, bool shifted) {
  static const std::vector<std::int64_t> kPlain = grid(20);
  static const std::vector<std::int64_t> kShifted = grid(21);
  const auto& ends = shifted ? kShifted : kPlain;
  const std::int64_t units = std::min(units_of(amount), (std::int64_t{1} << 55));
  return std::upper_bound(ends.begin(), ends.end(), units * 20) - ends.begin();
}

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  for (auto& token : text::tokenize(text)) {
    if (token.key.size() > 1) words.push_back(std::move(token.key));
  }
  std::sort(words.begin(), words.end());
  words.erase(std::unique(words.begin(), words.end()), words.end());
  return words;
}

std::string bank_of(const Bank& bank) {
  if (bank.bic.size() >= 8) return upper_ascii(bank.bic.substr(0, 8));
  std::string text;
  for (const auto& word : words_of(bank.name)) text += word + " ";
  return text;
}

}  // namespace tamga::resemblance
