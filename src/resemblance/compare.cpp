#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdlib>

#include "base/ascii.h"
#include "names/compare.h"
#include "names/name.h"
#include "resemblance/marks.h"
#include "resemblance/resemblance.h"

namespace tamga::resemblance {
namespace {

/// What each aspect weighs; an aspect that one of the deals does not state is left out on both sides of the fraction.
constexpr int kGoods = 30, kValue = 20, kParties = 25, kBanks = 10, kDate = 8, kRoute = 7, kEndUse = 6;
/// Two names are one party from here on, of 10,000.
constexpr names::Score kSameName = 8800;
/// Goods less alike than this are other goods, of 1000.
constexpr int kSameGoods = 450;

/// Words that two texts share, of all their words, in thousandths.
int words_shared(std::string_view a, std::string_view b) {
  const auto left = words_of(a);
  const auto right = words_of(b);
  if (left.empty() || right.empty()) return 0;
  std::vector<std::string> both;
  std::set_intersection(left.begin(), left.end(), right.begin(), right.end(), std::back_inserter(both));
  return static_cast<int>(1000 * both.size() / (left.size() + right.size() - both.size()));
}

/// The difference of two amounts in thousandths of the larger; 1000 where one is nothing.
int apart(const Decimal& a, const Decimal& b) {
  if (a == b) return 0;
  const auto smaller = std::min(a, b);
  const auto larger = std::max(a, b);
  // Within per mille steps that matter, compared exactly: smaller * 1000 against larger * (1000 - step).
  for (const int step : {10, 20, 50, 100, 250, 500}) {
    const auto reached = compare_total(smaller, larger, Decimal{1000 - step, 3});
    if (reached >= 0) return step;
  }
  return 1000;
}

int closeness(const Decimal& a, const Decimal& b) {
  const int distance = apart(a, b);
  return distance <= 20 ? 1000 : distance <= 100 ? 750 : distance <= 250 ? 350 : distance <= 500 ? 100 : 0;
}

int lines_alike(const GoodsLine& a, const GoodsLine& b) {
  int code = 0;
  const bool codes = a.hs.size() >= 6 && b.hs.size() >= 6;
  if (codes)
    code = a.hs.substr(0, 6) == b.hs.substr(0, 6)   ? 1000
           : a.hs.substr(0, 4) == b.hs.substr(0, 4) ? 750
           : a.hs.substr(0, 2) == b.hs.substr(0, 2) ? 350
                                                    : 0;
  const bool described = !a.description.empty() && !b.description.empty();
  const int words = described ? words_shared(a.description, b.description) : 0;
  // A code or a description may be what was changed: the better of the two speaks, the other one a little.
  const int kind = codes && described ? (3 * std::max(code, words) + std::min(code, words)) / 4 : std::max(code, words);
  if (!a.quantity || !b.quantity) return kind;
  return (kind * 4 + closeness(*a.quantity, *b.quantity)) / 5;
}

std::string money(const Value& value) { return fmt::format("{} {}", value.amount.text(), value.currency); }

class Comparer {
 public:
  Comparer(const Deal& earlier, const Deal& now, const names::Model& model) : earlier_(earlier), now_(now), reader_(model), model_(model) {}

  Comparison run() {
    const int goods = compare_goods();
    compare_value();
    compare_parties();
    compare_banks();
    compare_route();
    compare_end_use();
    compare_date();
    result_.score = weight_ == 0 ? 0 : static_cast<int>(earned_ / weight_);
    result_.recognised = result_.score >= kRecognised && goods >= kSameGoods && tied_ && !result_.changed.empty();
    return std::move(result_);
  }

 private:
  void count(int weight, int likeness) {
    weight_ += weight;
    earned_ += static_cast<long>(weight) * likeness;
  }
  void change(std::string what, std::string was, std::string now) { result_.changed.push_back({std::move(what), std::move(was), std::move(now)}); }

  int compare_goods() {
    std::vector<bool> taken(now_.goods.size(), false);
    long sum = 0;
    for (const auto& line : earlier_.goods) {
      int best = 0;
      std::size_t at = now_.goods.size();
      for (std::size_t i = 0; i < now_.goods.size(); ++i) {
        if (taken[i]) continue;
        const int alike = lines_alike(line, now_.goods[i]);
        if (alike > best) {
          best = alike;
          at = i;
        }
      }
      if (best < kSameGoods) {
        change("goods", said(line), "");
        continue;
      }
      taken[at] = true;
      sum += best;
      const GoodsLine& other = now_.goods[at];
      if (line.hs != other.hs) {
        change("goods code", line.hs, other.hs);
      } else {
        result_.same.push_back(fmt::format("goods {}", said(other)));
      }
      if (line.description != other.description) change("description", line.description, other.description);
      if (line.quantity && other.quantity && *line.quantity != *other.quantity) change("quantity", line.quantity->text(), other.quantity->text());
      if (line.origin != other.origin) change("origin", line.origin, other.origin);
    }
    for (std::size_t i = 0; i < now_.goods.size(); ++i) {
      if (!taken[i]) change("goods", "", said(now_.goods[i]));
    }
    const std::size_t lines = std::max(earlier_.goods.size(), now_.goods.size());
    const int likeness = lines == 0 ? 0 : static_cast<int>(sum / static_cast<long>(lines));
    count(kGoods, likeness);
    return likeness;
  }

  static std::string said(const GoodsLine& line) {
    return line.hs.empty() ? line.description : line.description.empty() ? line.hs : fmt::format("{} ({})", line.hs, line.description);
  }

  void compare_value() {
    const auto was = value_of(earlier_);
    const auto is = value_of(now_);
    if (!was || !is) return;
    const bool comparable = was->currency == is->currency;
    const int likeness = comparable ? closeness(was->amount, is->amount) : 0;
    count(kValue, likeness);
    if (likeness >= 750) tied_ = true;
    if (comparable && was->amount == is->amount) {
      result_.same.push_back(fmt::format("value {}", money(*is)));
    } else {
      change("value", money(*was), money(*is));
    }
  }

  bool same_party(const Party& a, const Party& b) {
    for (const auto& left : a.identifiers) {
      for (const auto& right : b.identifiers) {
        if (left.kind == right.kind) return upper_ascii(left.value) == upper_ascii(right.value);
      }
    }
    const auto kind = a.schema == "Person" ? names::Kind::person : a.role == "vessel" ? names::Kind::vessel : names::Kind::organisation;
    if (words_of(a.name) == words_of(b.name)) return true;
    const auto left = reader_.read(a.name, kind);
    if (left.empty()) return false;
    const names::Name kept = left.front();  // NOLINT(performance-unnecessary-copy-initialization): the next read() overwrites it
    const auto right = reader_.read(b.name, kind);
    if (right.empty()) return false;
    return names::compare(kept.view(), right.front().view(), model_).score >= kSameName;
  }

  /// Another firm at the same address, or with the same owner, is not another firm for this purpose: it counts half.
  static std::string tie_of(const Party& a, const Party& b) {
    if (!a.address.empty() && !b.address.empty() && words_shared(a.address, b.address) >= 800) return fmt::format("address {}", b.address);
    if (!a.owners || !b.owners) return {};
    for (const auto& left : *a.owners) {
      for (const auto& right : *b.owners) {
        if (!left.name.empty() && words_of(left.name) == words_of(right.name)) return fmt::format("owner {}", right.name);
      }
    }
    return {};
  }

  void compare_parties() {
    std::vector<int> was(earlier_.parties.size(), 0);
    std::vector<int> is(now_.parties.size(), 0);
    for (std::size_t i = 0; i < now_.parties.size(); ++i) {
      for (std::size_t j = 0; j < earlier_.parties.size() && is[i] == 0; ++j) {
        if (!same_party(earlier_.parties[j], now_.parties[i])) continue;
        was[j] = is[i] = 1000;
        tied_ = true;
        result_.same.push_back(fmt::format("{} {}", now_.parties[i].role, now_.parties[i].name));
      }
    }
    for (std::size_t i = 0; i < now_.parties.size(); ++i) {
      for (std::size_t j = 0; j < earlier_.parties.size() && is[i] == 0; ++j) {
        if (was[j] == 1000) continue;
        const std::string tie = tie_of(earlier_.parties[j], now_.parties[i]);
        if (tie.empty()) continue;
        was[j] = is[i] = 500;
        tied_ = true;
        result_.same.push_back(tie);
        change(now_.parties[i].role, earlier_.parties[j].name, now_.parties[i].name);
      }
    }
    long sum = 0;
    for (const int of : was) sum += of;
    for (const int of : is) sum += of;
    count(kParties, static_cast<int>(sum / static_cast<long>(was.size() + is.size())));
    replaced(was, is);
  }

  /// Parties without a counterpart, role by role: who stood there, and who does.
  void replaced(const std::vector<int>& was, const std::vector<int>& is) {
    std::vector<bool> told(now_.parties.size(), false);
    for (std::size_t j = 0; j < was.size(); ++j) {
      if (was[j] != 0) continue;
      const Party& gone = earlier_.parties[j];
      std::string by;
      for (std::size_t i = 0; i < is.size() && by.empty(); ++i) {
        if (is[i] != 0 || told[i] || now_.parties[i].role != gone.role) continue;
        by = now_.parties[i].name;
        told[i] = true;
      }
      change(gone.role, gone.name, by);
    }
    for (std::size_t i = 0; i < is.size(); ++i) {
      if (is[i] == 0 && !told[i]) change(now_.parties[i].role, "", now_.parties[i].name);
    }
  }

  /// Two sets of texts: what they share, in thousandths of the larger one.
  int sets(std::vector<std::string> was, std::vector<std::string> is, std::string_view what, bool ties) {
    for (auto* set : {&was, &is}) {
      std::sort(set->begin(), set->end());
      set->erase(std::unique(set->begin(), set->end()), set->end());
    }
    std::vector<std::string> both;
    std::set_intersection(was.begin(), was.end(), is.begin(), is.end(), std::back_inserter(both));
    if (!both.empty() && ties) tied_ = true;
    if (was == is) {
      if (!is.empty()) result_.same.push_back(fmt::format("{} {}", what, fmt::join(is, ", ")));
    } else {
      change(std::string(what), fmt::format("{}", fmt::join(was, ", ")), fmt::format("{}", fmt::join(is, ", ")));
    }
    return static_cast<int>(1000 * both.size() / std::max<std::size_t>({was.size(), is.size(), 1}));
  }

  void compare_banks() {
    if (!earlier_.payment || !now_.payment || earlier_.payment->banks.empty() || now_.payment->banks.empty()) return;
    const auto banks = [](const Deal& deal) {
      std::vector<std::string> texts;
      for (const auto& bank : deal.payment->banks) texts.push_back(bank_of(bank));
      return texts;
    };
    count(kBanks, sets(banks(earlier_), banks(now_), "bank", true));
  }

  void compare_route() {
    if (!earlier_.route || !now_.route || earlier_.route->empty() || now_.route->empty()) return;
    const auto places = [](const Deal& deal) {
      std::vector<std::string> texts;
      for (const auto& leg : *deal.route) texts.push_back(leg.place.empty() ? leg.country : leg.place);
      return texts;
    };
    const auto vessels = [](const Deal& deal) {
      std::vector<std::string> texts;
      for (const auto& leg : *deal.route) {
        if (!leg.vessel.empty()) texts.push_back(leg.vessel);
      }
      return texts;
    };
    int likeness = sets(places(earlier_), places(now_), "route", false);
    const auto was = vessels(earlier_);
    const auto is = vessels(now_);
    if (!was.empty() || !is.empty()) likeness = (likeness + sets(was, is, "vessel", true)) / 2;
    count(kRoute, likeness);
  }

  void compare_end_use() {
    if (!earlier_.end_use || !now_.end_use || earlier_.end_use->statement.empty() || now_.end_use->statement.empty()) return;
    const int likeness = words_shared(earlier_.end_use->statement, now_.end_use->statement);
    count(kEndUse, likeness);
    if (likeness == 1000) {
      result_.same.push_back(fmt::format("end use \"{}\"", now_.end_use->statement));
    } else {
      change("end use", earlier_.end_use->statement, now_.end_use->statement);
    }
  }

  void compare_date() {
    if (!earlier_.date || !now_.date) return;
    const long days = std::labs(days_between(*earlier_.date, *now_.date));
    count(kDate, days <= 45 ? 1000 : days <= 120 ? 700 : days <= 365 ? 300 : 0);
    if (days > 0) change("date", earlier_.date->text(), now_.date->text());
  }

  const Deal& earlier_;
  const Deal& now_;
  names::Reader reader_;
  const names::Model& model_;
  Comparison result_;
  long earned_ = 0;
  long weight_ = 0;
  bool tied_ = false;  ///< something besides goods and date agrees
};

}  // namespace

Comparison compare(const Deal& earlier, const Deal& now, const names::Model& model) { return Comparer(earlier, now, model).run(); }

}  // namespace tamga::resemblance
