#include "licences/balance.h"

#include <fmt/format.h>

#include <algorithm>

namespace tamga::licences {
namespace {

Decimal held(const Standing& standing, std::size_t cap) {
  return standing.own && cap < standing.own->size() ? (*standing.own)[cap] : Decimal::whole(0);
}

/// What others than the deal use of a cap.
Decimal others(const Standing& standing, std::size_t cap) {
  const Decimal used = cap < standing.used.size() ? standing.used[cap] : Decimal::whole(0);
  return less(used, held(standing, cap)).value_or(Decimal::whole(0));
}

}  // namespace

std::optional<Decimal> plus(const Decimal& a, const Decimal& b) {
  const auto sum = add(a, b);
  return sum && *sum >= Decimal::whole(0) ? sum : std::nullopt;
}

std::optional<Decimal> less(const Decimal& a, const Decimal& b) { return plus(a, Decimal{-b.coefficient, b.scale}); }

Need need_of(const Licence& licence, const Deal& deal, const std::vector<std::size_t>& goods) {
  Need need;
  const auto cannot = [&](Answer answer, std::string reason, std::string missing) {
    need.answer = std::min(need.answer, answer);
    if (std::find(need.reasons.begin(), need.reasons.end(), reason) == need.reasons.end()) need.reasons.push_back(std::move(reason));
    if (!missing.empty()) need.missing.push_back(std::move(missing));
  };
  for (const auto& cap : licence.caps) {
    Decimal sum = Decimal::whole(0);
    for (const auto i : goods) {
      const auto& line = deal.goods[i];
      if (!cap.code.empty() && line.hs.empty()) {
        cannot(Answer::unknown, fmt::format("{} has no code", line.description), fmt::format("/goods/{}/hs", i));
        continue;
      }
      if (!line.hs.starts_with(cap.code)) continue;
      const auto& amount = cap.of_value ? line.value : line.quantity;
      const auto& measure = cap.of_value ? line.currency : line.unit;
      const std::string_view field = cap.of_value ? "value" : "quantity";
      const std::string_view measured = cap.of_value ? "currency" : "unit";
      // Nothing of something would be drawn without leaving a trace.
      if (!amount || *amount == Decimal::whole(0)) {
        cannot(Answer::unknown, fmt::format("the {} of the goods is not stated", field), fmt::format("/goods/{}/{}", i, field));
      } else if (measure.empty()) {
        cannot(Answer::unknown, fmt::format("the {} of the goods is not stated", measured), fmt::format("/goods/{}/{}", i, measured));
      } else if (measure != cap.measure) {
        cannot(Answer::no, fmt::format("it is counted in {}, the deal in {}", cap.measure, measure), "");
      } else if (const auto more = plus(sum, *amount); more && millionths(*more)) {
        sum = *more;
      } else {
        cannot(Answer::no, fmt::format("the {} {} cannot be counted exactly", field, amount->text()), "");
      }
    }
    need.amounts.push_back(sum);
  }
  return need;
}

std::vector<std::size_t> exceeded(const Standing& standing, const Amounts& need) {
  std::vector<std::size_t> caps;
  for (std::size_t i = 0; i < standing.licence.caps.size(); ++i) {
    if (need[i] == Decimal::whole(0)) continue;
    const auto sum = plus(others(standing, i), need[i]);
    if (!sum || *sum > standing.licence.caps[i].limit) caps.push_back(i);
  }
  return caps;
}

Decimal left(const Standing& standing, std::size_t cap, const Decimal& taken) {
  const auto used = plus(others(standing, cap), taken);
  if (!used) return Decimal::whole(0);
  return less(standing.licence.caps[cap].limit, *used).value_or(Decimal::whole(0));
}

}  // namespace tamga::licences
