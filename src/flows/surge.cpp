#include "flows/surge.h"

#include <algorithm>
#include <cmath>
#include <tuple>

namespace tamga::flows {
namespace {

constexpr double kHundredths = 100;
constexpr double kGrams = 1000;

/// The periods of a sum that all of its reporters reported, without a row: no trade. With the value by weight where there is one.
struct Read {
  std::vector<Observation> values;
  std::vector<Observation> log_unit_values;
  std::int64_t value_before = 0, weight_before = 0, value_after = 0, weight_after = 0;  ///< of periods with a weight
};

Read read(const Sum& sum, const std::vector<const Coverage::Periods*>& reported, Frequency frequency, Period at) {
  Read out;
  const Period step = frequency == Frequency::monthly ? 1 : 12;
  Period from = 0;
  Period to = sum.first + (1 << 20);
  for (const auto* periods : reported) {
    from = std::max(from, periods->first);
    to = std::min(to, periods->last());
  }
  for (Period period = from; period <= to; period += step) {
    if (!std::all_of(reported.begin(), reported.end(), [&](const auto* periods) { return periods->has(period); })) continue;
    std::int64_t value = 0;
    std::int64_t weight = kAbsent;
    if (period >= sum.first && period < sum.first + static_cast<Period>(sum.values.size()) * step && (period - sum.first) % step == 0) {
      const auto i = static_cast<std::size_t>((period - sum.first) / step);
      if (sum.values[i] != kAbsent) {
        value = sum.values[i];
        weight = sum.weights[i];
      }
    }
    out.values.push_back({period, static_cast<double>(value) / kHundredths});
    if (value <= 0 || weight <= 0) continue;
    out.log_unit_values.push_back({period, std::log(static_cast<double>(value) / kHundredths / (static_cast<double>(weight) / kGrams))});
    auto& values = period < at ? out.value_before : out.value_after;
    auto& weights = period < at ? out.weight_before : out.weight_after;
    values = sum_of(values, value);
    weights = sum_of(weights, weight);
  }
  return out;
}

std::optional<UnitValue> unit_value(const Read& series, const BreakOptions& options) {
  const auto change = mean_change(series.log_unit_values, options);
  if (!change || series.weight_before == 0 || series.weight_after == 0) return std::nullopt;
  const auto each = [](std::int64_t value, std::int64_t weight) {
    return static_cast<double>(value) / kHundredths / (static_cast<double>(weight) / kGrams);
  };
  return UnitValue{each(series.value_before, series.weight_before), each(series.value_after, series.weight_after), *change, 1};
}

/// What direct trade lost, for each partner of the code.
void substitute(SurgeTest& test, const SeasonalBreak* direct) {
  if (direct == nullptr || direct->silence == Silence::empty) {
    test.substitution_silence = "no direct trade in the data";
    return;
  }
  if (direct->silence != Silence::none) {
    test.substitution_silence = "the loss of direct trade cannot be estimated";
    return;
  }
  if (test.found.silence != Silence::none) {
    test.substitution_silence = "the change itself cannot be estimated";
    return;
  }
  if (!(direct->excess < 0)) {
    test.substitution_silence = "direct trade lost nothing";
    return;
  }
  Substitution out;
  out.loss = -direct->excess;
  out.loss_interval = {std::max(0.0, -direct->excess_interval.high), -direct->excess_interval.low};
  out.share = test.found.excess / out.loss;
  const double low = test.found.excess_interval.low;
  const double high = test.found.excess_interval.high;
  if (!(out.loss_interval.low > 0)) {
    test.substitution_silence = "the loss of direct trade is not told from none";
    return;
  }
  out.share_interval = {low / (low < 0 ? out.loss_interval.low : out.loss_interval.high),
                        high / (high < 0 ? out.loss_interval.high : out.loss_interval.low)};
  test.substitution = out;
}

SurgeCounts count(const std::vector<SurgeTest>& tests, const std::function<bool(const SurgeTest&)>& counted) {
  SurgeCounts counts;
  for (const auto& test : tests) {
    if (!counted(test)) continue;
    if (test.verdict == SurgeVerdict::cannot_say) {
      ++counts.silent[test.found.silence];
      continue;
    }
    ++counts.tests;
    counts.surges += test.verdict == SurgeVerdict::surge ? 1 : 0;
    counts.falls += test.verdict == SurgeVerdict::fall ? 1 : 0;
  }
  return counts;
}

/// False discovery rates over the tests that `counted` takes.
void discover(std::vector<SurgeTest>& tests, double rate, const std::function<bool(const SurgeTest&)>& counted) {
  std::vector<double> p;
  std::vector<double> unit_p;
  std::vector<std::size_t> at;
  std::vector<std::size_t> unit_at;
  for (std::size_t i = 0; i < tests.size(); ++i) {
    if (!counted(tests[i]) || tests[i].found.silence != Silence::none) continue;
    p.push_back(tests[i].found.change.p);
    at.push_back(i);
    if (!tests[i].unit_value) continue;
    unit_p.push_back(tests[i].unit_value->change.p);
    unit_at.push_back(i);
  }
  const auto q = false_discovery_rates(p);
  for (std::size_t i = 0; i < at.size(); ++i) {
    auto& test = tests[at[i]];
    test.q = q[i];
    test.verdict = q[i] > rate ? SurgeVerdict::no_change : test.found.change.log_ratio > 0 ? SurgeVerdict::surge : SurgeVerdict::fall;
  }
  const auto unit_q = false_discovery_rates(unit_p);
  for (std::size_t i = 0; i < unit_at.size(); ++i) tests[unit_at[i]].unit_value->q = unit_q[i];
}

int order_of(const SurgeTest& test) {
  switch (test.verdict) {
    case SurgeVerdict::surge: return 0;
    case SurgeVerdict::cannot_say: return test.found.silence == Silence::appeared ? 1 : 4;
    case SurgeVerdict::no_change: return 2;
    case SurgeVerdict::fall: return 3;
  }
  return 5;
}

bool by_risk(const SurgeTest& a, const SurgeTest& b) {
  const auto name = [](const SurgeTest& test) {
    return std::tie(test.code, test.partner, test.reporter, test.source, test.currency, test.frequency);
  };
  if (order_of(a) != order_of(b)) return order_of(a) < order_of(b);
  if (a.verdict == SurgeVerdict::surge && a.found.excess_interval.low != b.found.excess_interval.low)
    return a.found.excess_interval.low > b.found.excess_interval.low;
  if (a.verdict == SurgeVerdict::cannot_say && a.found.sum_after != b.found.sum_after) return a.found.sum_after > b.found.sum_after;
  if (a.verdict != SurgeVerdict::cannot_say && a.found.change.p != b.found.change.p) return a.found.change.p < b.found.change.p;
  return name(a) < name(b);
}

std::vector<SurgeCode> rank_codes(const std::vector<SurgeTest>& tests, Country direct) {
  std::map<std::tuple<std::string, Source, std::string, Frequency>, SurgeCode> codes;
  for (const auto& test : tests) {
    if (test.code.empty()) continue;
    auto& code = codes[{test.code, test.source, test.currency, test.frequency}];
    code.code = test.code;
    code.source = test.source;
    code.currency = test.currency;
    code.frequency = test.frequency;
    if (test.partner == direct) continue;
    if (test.verdict != SurgeVerdict::cannot_say) ++code.partners;
    if (test.substitution) code.loss = test.substitution->loss;
    if (test.verdict != SurgeVerdict::surge) continue;
    ++code.surges;
    code.excess_least += test.found.excess_interval.low;
    code.excess += test.found.excess;
  }
  std::vector<SurgeCode> ranked;
  for (auto& [key, code] : codes) ranked.push_back(std::move(code));
  std::stable_sort(ranked.begin(), ranked.end(), [](const SurgeCode& a, const SurgeCode& b) {
    if (a.excess_least != b.excess_least) return a.excess_least > b.excess_least;
    return a.surges > b.surges;
  });
  return ranked;
}

}  // namespace

std::string_view word(SurgeVerdict verdict) {
  switch (verdict) {
    case SurgeVerdict::surge: return "surge";
    case SurgeVerdict::fall: return "fall";
    case SurgeVerdict::no_change: return "no change shown";
    case SurgeVerdict::cannot_say: return "cannot say";
  }
  return "";
}

std::int64_t SurgeCounts::cannot_say() const {
  std::int64_t sum = 0;
  for (const auto& [why, count] : silent) sum += count;
  return sum;
}

SurgeScan::SurgeScan(const SurgeOptions& options, std::function<CodeStanding(const std::string& code)> standing, const Coverage* known)
    : options_(options), standing_(std::move(standing)), known_(known), counted_(options.digits, options.joined), group_(options.digits) {}

void SurgeScan::add(const SeriesKey& key, const Columns& columns) {
  if (key.flow != options_.flow) return;
  if (known_ == nullptr) seen_.add(key, columns.periods);
  if (!among(options_.reporters, key.reporter)) return;
  if (!among(options_.partners, key.partner) && key.partner != options_.direct) return;
  if (key.code.size() < options_.digits) {
    ++left_out_.short_codes;
    return;
  }
  const auto code = counted_.of(key.code);
  if (current_.code != code || current_.source != key.source || current_.currency != key.currency || current_.frequency != key.frequency) {
    flush();
    current_ = key;
    current_.code = code;
  }
  group_.add(key.code, key.partner, key.reporter, columns);
}

void SurgeScan::finish() { flush(); }

void SurgeScan::flush() {
  if (group_.empty()) return;
  const auto standing = standing_(current_.code);
  const bool placebo = options_.placebo && !standing.listed;
  if (standing.chosen || placebo) {
    const Period step = current_.frequency == Frequency::monthly ? 1 : 12;
    Groups groups;
    const auto take = [&](Country partner, Country reporter, const CodeGroup::Part& part) {
      auto& growing = groups[{partner, reporter}];
      growing.sum.add(part.sum, step);
      const auto at = std::lower_bound(growing.reporters.begin(), growing.reporters.end(), part.reporter);
      if (at == growing.reporters.end() || *at != part.reporter) growing.reporters.insert(at, part.reporter);
    };
    for (const auto& part : group_.parts(current_.frequency, left_out_)) {
      const Country reporter = options_.by.reporter ? part.reporter : Country{0};
      // Direct trade is a partner of its own whatever is asked, since the others are held against it.
      take(options_.by.partner || part.partner == options_.direct ? part.partner : Country{0}, reporter, part);
    }
    const SumKey key{current_.source, current_.currency, current_.frequency, placebo && !standing.chosen, 0, 0};
    if (options_.by.code) {
      Pending pending{current_.code, key, {standing.chosen, !placebo}, std::move(groups)};
      if (known_ != nullptr)
        test(*known_, pending);
      else
        pending_.push_back(std::move(pending));
    } else {
      for (const bool as_placebo : {false, true}) {
        if (!(as_placebo ? placebo : standing.chosen)) continue;
        for (const auto& [who, growing] : groups) {
          auto sum_key = key;
          sum_key.placebo = as_placebo;
          sum_key.partner = who.first;
          sum_key.reporter = who.second;
          auto& sum = growing_[sum_key];
          sum.sum.add(growing.sum, step);
          std::vector<Country> reporters;
          std::set_union(sum.reporters.begin(), sum.reporters.end(), growing.reporters.begin(), growing.reporters.end(),
                         std::back_inserter(reporters));
          sum.reporters = std::move(reporters);
        }
      }
    }
  }
  group_.clear();
}

void SurgeScan::test_all(const Coverage& coverage) {
  for (const auto& pending : pending_) test(coverage, pending);
  pending_.clear();
}

void SurgeScan::test(const Coverage& coverage, const Pending& pending) {
  const auto& key = pending.key;
  const BreakOptions options{options_.at, key.frequency, options_.trend};
  const std::size_t begin = tests_.size();
  std::map<Country, SeasonalBreak> direct;  // by reporter
  for (const auto& [who, growing] : pending.groups) {
    std::vector<const Coverage::Periods*> reported;
    for (const auto reporter : growing.reporters) {
      const auto* periods = coverage.of({key.source, key.frequency, options_.flow, reporter});
      TAMGA_CHECK(periods != nullptr);
      reported.push_back(periods);
    }
    const auto series = read(growing.sum, reported, key.frequency, options_.at);
    SurgeTest test;
    test.source = key.source;
    test.frequency = key.frequency;
    test.currency = key.currency;
    test.code = pending.code;
    test.partner = who.first;
    test.reporter = who.second;
    test.chosen = pending.standing.chosen;
    test.placebo = !pending.standing.listed;
    test.found = seasonal_break(series.values, options);
    if (who.first == options_.direct) direct[who.second] = test.found;
    if (who.first != 0 && !among(options_.partners, who.first)) continue;
    if (test.found.silence == Silence::none) test.unit_value = unit_value(series, options);
    tests_.push_back(std::move(test));
  }
  for (std::size_t i = begin; i < tests_.size(); ++i) {
    auto& one = tests_[i];
    if (options_.flow != Flow::exports) {
      one.substitution_silence = "asked of exports only";
    } else if (one.partner == options_.direct) {
      one.substitution_silence = "this is the direct trade";
    } else {
      const auto found = direct.find(one.reporter);
      substitute(one, found == direct.end() ? nullptr : &found->second);
    }
  }
}

SurgeReport conclude(const SurgeOptions& options, const Coverage& coverage, std::vector<SurgeScan> scans) {
  SurgeReport report;
  std::vector<SurgeTest> tests;
  std::map<SurgeScan::SumKey, SurgeScan::Growing> sums;
  for (auto& scan : scans) {
    std::move(scan.tests_.begin(), scan.tests_.end(), std::back_inserter(tests));
    scan.tests_.clear();
    report.left_out.add(scan.left_out_);
    for (auto& [key, growing] : scan.growing_) {
      auto& sum = sums[key];
      sum.sum.add(growing.sum, key.frequency == Frequency::monthly ? 1 : 12);
      std::vector<Country> reporters;
      std::set_union(sum.reporters.begin(), sum.reporters.end(), growing.reporters.begin(), growing.reporters.end(), std::back_inserter(reporters));
      sum.reporters = std::move(reporters);
    }
  }
  if (!sums.empty()) {
    // Of one source, currency, frequency and kind at a time, since direct trade is looked for among them.
    SurgeScan last(options, {}, &coverage);
    for (auto at = sums.begin(); at != sums.end();) {
      const auto head = at->first;
      SurgeScan::Groups groups;
      for (; at != sums.end() && std::tie(at->first.source, at->first.currency, at->first.frequency, at->first.placebo) ==
                                     std::tie(head.source, head.currency, head.frequency, head.placebo);
           ++at) {
        groups[{at->first.partner, at->first.reporter}] = std::move(at->second);
      }
      last.test(coverage, {"", head, {!head.placebo, !head.placebo}, std::move(groups)});
    }
    std::move(last.tests_.begin(), last.tests_.end(), std::back_inserter(tests));
  }
  const auto is_placebo = [](const SurgeTest& test) { return test.placebo; };
  const auto is_chosen = [](const SurgeTest& test) { return test.chosen; };
  discover(tests, options.q, is_placebo);
  std::vector<double> statistics;
  bool seen = false;
  for (const auto& test : tests) {
    if (!test.placebo) continue;
    seen = true;
    if (test.found.silence == Silence::none) statistics.push_back(test.found.change.statistic());
  }
  if (seen) report.placebo = count(tests, is_placebo);
  std::sort(statistics.begin(), statistics.end());
  discover(tests, options.q, is_chosen);
  report.scope = count(tests, is_chosen);
  std::erase_if(tests, [](const SurgeTest& test) { return !test.chosen; });
  if (statistics.size() >= kPlaceboLeast) {
    for (auto& test : tests) {
      if (test.found.silence != Silence::none) continue;
      const auto from = std::lower_bound(statistics.begin(), statistics.end(), test.found.change.statistic());
      test.placebo_above = static_cast<double>(statistics.end() - from) / static_cast<double>(statistics.size());
    }
  }
  std::sort(tests.begin(), tests.end(), by_risk);
  for (const auto frequency : {Frequency::monthly, Frequency::annual}) {
    const auto span = coverage.span(options.flow, frequency);
    if (span.second < span.first) continue;
    report.from = report.to < report.from ? span.first : std::min(report.from, span.first);
    report.to = std::max(report.to, span.second);
  }
  report.codes = rank_codes(tests, options.direct);
  report.tests = std::move(tests);
  return report;
}

}  // namespace tamga::flows
