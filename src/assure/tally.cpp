#include <fmt/format.h>

#include <algorithm>

#include "assure/report.h"
#include "base/decimal.h"

// What the cases of a report add up to.
namespace tamga::assure {
namespace {

bool is_control(const Positive& positive) { return positive.set == 0 && positive.kind == kind_of(Change::control).id; }

const ChangeKind* kind_named(std::string_view id) {
  const auto kinds = change_kinds();
  const auto at = std::find_if(kinds.begin(), kinds.end(), [&](const ChangeKind& kind) { return kind.id == id; });
  return at == kinds.end() ? nullptr : &*at;
}

Rate policy_rate(const Report& report) {
  Rate rate{report.policy.rule_cases - static_cast<std::int64_t>(report.policy.rule_failures.size()), report.policy.rule_cases};
  rate.found = std::max<std::int64_t>(rate.found, 0);  // a case can fail in two ways
  for (const auto& deal : report.deals) rate.count(deal.as_expected());
  return rate;
}

Rate kind_rate(const Report& report, std::string_view kind) {
  Rate rate;
  for (const auto& positive : report.positives) {
    if (positive.kind == kind) rate.count(positive.found.now);
  }
  return rate;
}

struct Wanted {
  std::string what;
  Decimal value;
};

Result<Wanted> read_requirement(std::string_view text) {
  const auto equals = text.find('=');
  Wanted wanted{equals == std::string_view::npos ? "all" : std::string(text.substr(0, equals)), {}};
  const auto value = Decimal::parse(equals == std::string_view::npos ? text : text.substr(equals + 1));
  const Decimal most = Decimal::whole(wanted.what == "alarms" ? 1000 : 1);
  if (wanted.what.empty() || !value || *value < Decimal::whole(0) || *value > most) {
    return bad_input(fmt::format("--require: \"{}\", expected a rate of 0 to 1 (0.95), KIND=RATE, policy=RATE, or alarms=PER_THOUSAND", text));
  }
  wanted.value = *value;
  return wanted;
}

}  // namespace

bool DealResult::as_expected() const {
  const auto spoke = [&](const std::string& rule) { return std::find(rules.begin(), rules.end(), rule) != rules.end(); };
  return outcome == expected && std::all_of(wanted_rules.begin(), wanted_rules.end(), spoke);
}

void Tally::count(Group group, bool yes) {
  all.count(yes);
  groups[static_cast<std::size_t>(group)].count(yes);
}

std::vector<KindTally> by_kind(const Report& report) {
  std::vector<KindTally> tallies;
  for (const auto& kind : change_kinds()) {
    KindTally tally{kind.change, {}, {}};
    for (const auto& positive : report.positives) {
      if (positive.set != 0 || positive.kind != kind.id) continue;
      tally.now.count(positive.group, positive.found.now);
      tally.then.count(positive.group, positive.found.then);
    }
    if (tally.now.all.of > 0) tallies.push_back(tally);
  }
  return tallies;
}

std::vector<SetTally> by_set(const Report& report) {
  std::vector<SetTally> tallies;
  const auto of = [&](std::size_t set, const std::string& kind) -> SetTally& {
    const auto at = std::find_if(tallies.begin(), tallies.end(), [&](const SetTally& tally) { return tally.set == set && tally.kind == kind; });
    if (at != tallies.end()) return *at;
    return tallies.emplace_back(SetTally{set, kind, {}, {}, {}, {}});
  };
  for (const auto& positive : report.positives) {
    if (positive.set == 0) continue;
    auto& tally = of(positive.set, positive.kind);
    tally.found.count(positive.found.now);
    tally.found_then.count(positive.found.then);
  }
  for (const auto& negative : report.negatives) {
    if (negative.set == 0) continue;
    auto& tally = of(negative.set, negative.kind);
    tally.alarmed.count(!negative.hits.empty());
    tally.alarmed_then.count(!negative.then_hits.empty());
  }
  std::stable_sort(tallies.begin(), tallies.end(), [](const SetTally& a, const SetTally& b) { return a.set < b.set; });
  return tallies;
}

Tally detection(const Report& report, When when) {
  Tally tally;
  for (const auto& positive : report.positives) {
    if (!is_control(positive)) tally.count(positive.group, when == When::now ? positive.found.now : positive.found.then);
  }
  return tally;
}

Tally alarms(const Report& report, When when) {
  Tally tally;
  for (const auto& negative : report.negatives) tally.count(negative.group, !(when == When::now ? negative.hits : negative.then_hits).empty());
  return tally;
}

std::vector<CurvePoint> curve(const Report& report) {
  std::vector<CurvePoint> points;
  for (Score threshold = kFloor; threshold <= 10'000; threshold += 100) {
    CurvePoint point{threshold, {}, {}};
    for (const auto& positive : report.positives) {
      if (!is_control(positive)) point.found.count(positive.group, positive.found.score >= threshold);
    }
    for (const auto& negative : report.negatives) point.alarmed.count(negative.score >= threshold);
    points.push_back(point);
  }
  return points;
}

Status check_requirement(std::string_view text) {
  TAMGA_TRY([[maybe_unused]] const auto wanted, read_requirement(text));
  return {};
}

Result<Requirement> requirement(const Report& report, std::string_view text) {
  TAMGA_TRY(const auto wanted, read_requirement(text));
  Rate rate;
  if (wanted.what == "alarms") {
    rate = alarms(report).all;
  } else if (wanted.what == "policy") {
    rate = policy_rate(report);
  } else if (wanted.what == "all") {
    rate = detection(report).all;
  } else {
    rate = kind_rate(report, wanted.what);
  }
  if (rate.of == 0) {
    const bool known = wanted.what == "alarms" || wanted.what == "policy" || wanted.what == "all" || kind_named(wanted.what) != nullptr;
    return bad_input(
        fmt::format("--require: {}", known ? fmt::format("no case of \"{}\" was tested", wanted.what)
                                           : fmt::format("\"{}\" is neither all, alarms, policy nor a kind that was tested", wanted.what)));
  }
  // Counts against the rate itself, not its rounded form: 949 of 1000 are not 0.95.
  const bool most = wanted.what == "alarms";
  const auto order = compare_total(Decimal::whole(rate.found * (most ? 1000 : 1)), wanted.value, Decimal::whole(rate.of));
  const bool met = most ? order <= 0 : order >= 0;
  return Requirement{wanted.what, wanted.value.text(), most ? per_thousand(share(rate)) : fraction(share(rate)), met};
}

std::string score_text(Score score) { return fraction(score); }

}  // namespace tamga::assure
