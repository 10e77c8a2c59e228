#include "flows/gap.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <tuple>

#include "flows/countries.h"

namespace tamga::flows {
namespace {

constexpr std::string_view kImporterSilent = "the importer reports no imports in this store";
constexpr std::string_view kExporterSilent = "the exporter reports no exports in this store";
constexpr std::string_view kCurrencies = "the two sides report in different currencies";
constexpr std::string_view kFrequencies = "one side reports months and the other years";
constexpr std::string_view kFewPeriods = "too few periods that both sides report";
constexpr std::string_view kExporterOnly = "the importer reports none of these goods from there";
constexpr std::string_view kImporterOnly = "the exporter reports none of these goods to there";

Period step_of(Frequency frequency) { return frequency == Frequency::monthly ? 1 : 12; }
int least_of_mean(Frequency frequency) { return frequency == Frequency::monthly ? 6 : 3; }

std::int64_t value_at(const Sum* sum, Period period, Period step) {
  if (sum == nullptr || period < sum->first || (period - sum->first) % step != 0) return kAbsent;
  const auto i = static_cast<std::size_t>((period - sum->first) / step);
  return i < sum->values.size() ? sum->values[i] : kAbsent;
}

std::int64_t total(const Sum& sum) {
  std::int64_t all = 0;
  for (const auto value : sum.values) {
    if (value != kAbsent) all = sum_of(all, value);
  }
  return all;
}

void add_to(Both& both, std::int64_t exports, std::int64_t imports) {
  ++both.periods;
  both.exports = sum_of(both.exports, std::max<std::int64_t>(exports, 0));
  both.imports = sum_of(both.imports, std::max<std::int64_t>(imports, 0));
}

void add_to(Both& both, const Both& other) {
  both.periods += other.periods;
  both.exports = sum_of(both.exports, other.exports);
  both.imports = sum_of(both.imports, other.imports);
}

/// Fills what follows from `by_period`; the test is of log(imports / exports).
void estimate(Gap& gap, const GapOptions& options) {
  std::vector<Observation> logs;
  for (const auto& one : gap.by_period) {
    if (one.exports == kAbsent || one.imports == kAbsent) continue;
    add_to(gap.both, one.exports, one.imports);
    const bool straddles = gap.frequency == Frequency::annual && one.period < options.at && one.period + 12 > options.at;
    if (!straddles) add_to(one.period < options.at ? gap.before : gap.after, one.exports, one.imports);
    if (one.exports > 0 && one.imports > 0)
      logs.push_back({one.period, std::log(static_cast<double>(one.imports) / static_cast<double>(one.exports))});
  }
  // What went missing before as well would hide what began to at the break, and the other way round.
  std::vector<Observation> later;
  for (const auto& one : logs) {
    if (one.period >= options.at) later.push_back(one);
  }
  gap.mean = mean_of(later, least_of_mean(gap.frequency));
  gap.after_break = gap.mean.has_value();
  if (!gap.after_break) gap.mean = mean_of(logs, least_of_mean(gap.frequency));
  gap.change = mean_change(logs, {options.at, gap.frequency, false});
  if (gap.before.exports > 0 && gap.after.exports > 0) {
    const auto ratio = [](const Both& both) { return static_cast<double>(both.imports) / static_cast<double>(both.exports); };
    const double lost = static_cast<double>(gap.after.exports) * (ratio(gap.before) - ratio(gap.after));
    gap.in_transit = {std::min(lost / options.factor_low, lost / options.factor_high),
                      std::max(lost / options.factor_low, lost / options.factor_high)};
  }
  if (!gap.mean) {
    if (gap.silence.empty()) gap.silence = kFewPeriods;
    return;
  }
  gap.silence = {};
  const double low = std::log(options.factor_low);
  const double high = std::log(options.factor_high);
  const double beyond = gap.mean->log_ratio < low ? low - gap.mean->log_ratio : gap.mean->log_ratio - high;
  gap.p = beyond > 0 ? t_two_sided(beyond / gap.mean->error, gap.mean->freedom) : 1;
}

std::vector<Country> joined(const std::vector<Country>& a, const std::vector<Country>& b) {
  std::vector<Country> all;
  std::set_union(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(all));
  return all;
}

int order_of(GapVerdict verdict) {
  return verdict == GapVerdict::missing ? 0 : verdict == GapVerdict::surplus ? 1 : verdict == GapVerdict::none ? 2 : 3;
}

/// In hundredths, at the end of the factor that says least, of the periods that were tested.
double least_missing(const Gap& gap, const GapOptions& options) {
  const auto& both = gap.after_break ? gap.after : gap.both;
  return static_cast<double>(both.exports) - static_cast<double>(both.imports) / options.factor_low;
}

}  // namespace

std::string_view word(GapVerdict verdict) {
  switch (verdict) {
    case GapVerdict::missing: return "missing";
    case GapVerdict::surplus: return "surplus";
    case GapVerdict::none: return "no gap shown";
    case GapVerdict::cannot_say: return "cannot say";
  }
  return "";
}

Interval missing_share(std::int64_t exports, std::int64_t imports, const GapOptions& options) {
  const double ratio = static_cast<double>(imports) / static_cast<double>(exports);
  return {1 - ratio / options.factor_low, 1 - ratio / options.factor_high};
}

GapScan::GapScan(const GapOptions& options, const Coverage& coverage, std::function<CodeStanding(const std::string& code)> standing)
    : options_(options), coverage_(&coverage), standing_(std::move(standing)), counted_(options.digits, options.joined) {}

void GapScan::add(const SeriesKey& key, const Columns& columns) {
  if (key.flow != Flow::exports && key.flow != Flow::imports) return;
  const auto counted = [&](Country country) { return options_.join_union && is_member(country) ? kUnion : country; };
  const bool exports = key.flow == Flow::exports;
  if (!among(options_.exporters, counted(exports ? key.reporter : key.partner))) return;
  if (!among(options_.importers, counted(exports ? key.partner : key.reporter))) return;
  if (key.code.size() < options_.digits) {
    ++left_out_.short_codes;
    return;
  }
  const std::string code(counted_.of(key.code));
  auto chosen = chosen_.find(code);
  if (chosen == chosen_.end()) chosen = chosen_.emplace(code, standing_(code).chosen).first;
  if (!chosen->second) return;
  const GroupKey group{code, key.source, key.currency, key.frequency, key.flow};
  groups_.try_emplace(group, options_.digits).first->second.add(key.code, key.partner, key.reporter, columns);
}

void GapScan::finish() {
  for (auto at = groups_.begin(); at != groups_.end();) {
    const std::string code = at->first.code;
    Sides exports;
    Sides imports;
    for (; at != groups_.end() && at->first.code == code; ++at) {
      const auto& [key, group] = *at;
      const bool exporting = key.flow == Flow::exports;
      const auto parts = group.parts(key.frequency, left_out_);
      // With the Union joined, its members as partners stand for it where a reporter has both.
      std::set<Country> by_members;
      for (const auto& part : parts) {
        if (options_.join_union && is_member(part.partner)) by_members.insert(part.reporter);
      }
      for (const auto& part : parts) {
        if (options_.join_union && part.partner == kUnion && by_members.contains(part.reporter)) {
          ++left_out_.union_twice;
          continue;
        }
        const auto counted = [&](Country country) { return options_.join_union && is_member(country) ? kUnion : country; };
        const Country reporter = counted(part.reporter);
        const Country partner = counted(part.partner);
        if (reporter == partner) continue;  // trade within the Union
        auto& side = (exporting ? exports
                                : imports)[{key.frequency, exporting ? reporter : partner, exporting ? partner : reporter, key.currency, key.source}];
        side.sum.add(part.sum, step_of(key.frequency));
        side.reporters = joined(side.reporters, {part.reporter});
      }
    }
    compare(code, exports, imports);
  }
  groups_.clear();
  chosen_.clear();
}

void GapScan::not_compared(std::string_view why, const std::string& currency, const Sum& sum) {
  auto& entry = not_compared_[why];
  ++entry.pairs;
  auto& value = entry.values[currency];
  value = sum_of(value, total(sum));
}

void GapScan::compare(const std::string& code, const Sides& exports, const Sides& imports) {
  using PairKey = std::tuple<Frequency, Country, Country, std::string>;
  std::map<PairKey, std::pair<std::vector<Sides::const_iterator>, std::vector<Sides::const_iterator>>> pairs;
  std::map<std::pair<Country, Country>, int> seen;  // bit 0: exports, bit 1: imports, in whatever currency and frequency
  const auto key_of = [](const SideKey& key) { return PairKey{key.frequency, key.exporter, key.importer, key.currency}; };
  for (auto at = exports.begin(); at != exports.end(); ++at) {
    pairs[key_of(at->first)].first.push_back(at);
    seen[{at->first.exporter, at->first.importer}] |= 1;
  }
  for (auto at = imports.begin(); at != imports.end(); ++at) {
    pairs[key_of(at->first)].second.push_back(at);
    seen[{at->first.exporter, at->first.importer}] |= 2;
  }
  for (const auto& [key, sides] : pairs) {
    const auto& [sent, received] = sides;
    if (!sent.empty() && !received.empty()) {
      auto export_side = sent.front();
      auto import_side = received.front();
      for (const auto& a : sent) {
        for (const auto& b : received) {
          if (a->first.source != b->first.source || export_side->first.source == import_side->first.source) continue;
          export_side = a;
          import_side = b;
        }
      }
      pair(code, export_side->first, &export_side->second, &import_side->second, import_side->first.source);
      continue;
    }
    const auto& only = sent.empty() ? *received.front() : *sent.front();
    if (seen[{only.first.exporter, only.first.importer}] == 3) {
      const bool same_currency = std::any_of(pairs.begin(), pairs.end(), [&](const auto& other) {
        return std::get<1>(other.first) == only.first.exporter && std::get<2>(other.first) == only.first.importer &&
               std::get<3>(other.first) == only.first.currency && (sent.empty() ? !other.second.first.empty() : !other.second.second.empty());
      });
      not_compared(same_currency ? kFrequencies : kCurrencies, only.first.currency, only.second.sum);
      continue;
    }
    pair(code, only.first, sent.empty() ? nullptr : &only.second, sent.empty() ? &only.second : nullptr, only.first.source);
  }
}

void GapScan::pair(const std::string& code, const SideKey& key, const Side* exports, const Side* imports, Source import_source) {
  const Period step = step_of(key.frequency);
  // A side without a row of these goods covers what any of its sources does.
  const auto periods_of = [&](const Side* side, Flow flow, Source source, Country country) {
    std::vector<const Coverage::Periods*> found;
    if (side != nullptr) {
      for (const auto reporter : side->reporters) {
        if (const auto* periods = coverage_->of({source, key.frequency, flow, reporter})) found.push_back(periods);
      }
      return found;
    }
    for (const auto& [covered, periods] : coverage_->reported()) {
      const bool same = covered.reporter == country || (options_.join_union && country == kUnion && is_member(covered.reporter));
      if (covered.flow == flow && covered.frequency == key.frequency && same) found.push_back(&periods);
    }
    return found;
  };
  const auto exported = periods_of(exports, Flow::exports, key.source, key.exporter);
  const auto imported = periods_of(imports, Flow::imports, import_source, key.importer);
  if (exported.empty() || imported.empty()) {
    not_compared(exported.empty() ? kExporterSilent : kImporterSilent, key.currency, exported.empty() ? imports->sum : exports->sum);
    return;
  }
  const auto covers = [](const std::vector<const Coverage::Periods*>& reported, bool all, Period period) {
    const auto has = [&](const Coverage::Periods* periods) { return periods->has(period); };
    return all ? std::all_of(reported.begin(), reported.end(), has) : std::any_of(reported.begin(), reported.end(), has);
  };
  Gap gap;
  gap.export_source = key.source;
  gap.import_source = import_source;
  gap.frequency = key.frequency;
  gap.currency = key.currency;
  gap.code = code;
  gap.exporter = key.exporter;
  gap.importer = key.importer;
  if (exports == nullptr) gap.silence = kImporterOnly;
  if (imports == nullptr) gap.silence = kExporterOnly;
  const Sum* sent = exports == nullptr ? nullptr : &exports->sum;
  const Sum* received = imports == nullptr ? nullptr : &imports->sum;
  Period from = 1 << 20;
  Period to = 0;
  for (const auto* sum : {sent, received}) {
    if (sum == nullptr) continue;
    from = std::min(from, sum->first);
    to = std::max(to, sum->first + static_cast<Period>(sum->values.size()) * step);
  }
  for (Period period = from; period < to; period += step) {
    GapPeriod one{period, value_at(sent, period, step), value_at(received, period, step)};
    if (one.exports == kAbsent && one.imports == kAbsent) continue;
    if (one.exports != kAbsent && one.imports != kAbsent) {
      gap.by_period.push_back(one);
    } else if (one.imports == kAbsent) {
      if (covers(imported, imports != nullptr, period)) {
        add_to(gap.exporter_only, one.exports, 0);
        gap.by_period.push_back(one);
      } else {
        ++gap.importer_silent;
        gap.importer_silent_value = sum_of(gap.importer_silent_value, one.exports);
      }
    } else if (covers(exported, exports != nullptr, period)) {
      add_to(gap.importer_only, 0, one.imports);
      gap.by_period.push_back(one);
    } else {
      ++gap.exporter_silent;
      gap.exporter_silent_value = sum_of(gap.exporter_silent_value, one.imports);
    }
  }
  if (gap.by_period.empty()) {
    // Nothing but periods that the other side does not report at all.
    not_compared(sent == nullptr ? kExporterSilent : kImporterSilent, key.currency, sent == nullptr ? *received : *sent);
    return;
  }
  gaps_.push_back(std::move(gap));
}

GapReport conclude_gaps(const GapOptions& options, const Coverage&, std::vector<GapScan> scans) {
  GapReport report;
  std::vector<Gap> gaps;
  for (auto& scan : scans) {
    std::move(scan.gaps_.begin(), scan.gaps_.end(), std::back_inserter(gaps));
    for (const auto& [why, entry] : scan.not_compared_) {
      auto& sum = report.not_compared[why];
      sum.pairs += entry.pairs;
      for (const auto& [currency, value] : entry.values) {
        auto& all = sum.values[currency];
        all = sum_of(all, value);
      }
    }
    report.left_out.add(scan.left_out_);
  }
  if (!options.by_code) {
    using PairKey = std::tuple<Source, Source, Frequency, std::string, Country, Country>;
    std::map<PairKey, std::pair<Gap, std::map<Period, GapPeriod>>> pairs;
    for (auto& gap : gaps) {
      auto& [pair, periods] = pairs[{gap.export_source, gap.import_source, gap.frequency, gap.currency, gap.exporter, gap.importer}];
      if (pair.exporter == 0) {
        pair = gap;
        pair.code.clear();
        pair.silence = {};
        pair.by_period.clear();
      } else {
        add_to(pair.exporter_only, gap.exporter_only);
        add_to(pair.importer_only, gap.importer_only);
        pair.importer_silent += gap.importer_silent;
        pair.exporter_silent += gap.exporter_silent;
        pair.importer_silent_value = sum_of(pair.importer_silent_value, gap.importer_silent_value);
        pair.exporter_silent_value = sum_of(pair.exporter_silent_value, gap.exporter_silent_value);
      }
      for (const auto& one : gap.by_period) {
        if (one.exports == kAbsent || one.imports == kAbsent) continue;
        auto& sum = periods.try_emplace(one.period, GapPeriod{one.period, 0, 0}).first->second;
        sum.exports = sum_of(sum.exports, one.exports);
        sum.imports = sum_of(sum.imports, one.imports);
      }
    }
    gaps.clear();
    for (auto& [key, entry] : pairs) {
      for (const auto& [period, sum] : entry.second) entry.first.by_period.push_back(sum);
      gaps.push_back(std::move(entry.first));
    }
  }
  std::vector<double> p;
  std::vector<double> change_p;
  for (auto& gap : gaps) {
    estimate(gap, options);
    if (gap.mean) p.push_back(gap.p);
    if (gap.change) change_p.push_back(gap.change->p);
  }
  const auto q = false_discovery_rates(p);
  const auto change_q = false_discovery_rates(change_p);
  std::size_t next = 0;
  std::size_t next_change = 0;
  std::map<std::tuple<Country, Country, std::string>, GapPair> pairs;
  for (auto& gap : gaps) {
    if (gap.change) gap.change_q = change_q[next_change++];
    if (gap.mean) {
      gap.q = q[next++];
      const bool less = gap.mean->log_ratio < std::log(options.factor_low);
      gap.verdict = gap.q > options.q ? GapVerdict::none : less ? GapVerdict::missing : GapVerdict::surplus;
    }
    report.tests += gap.mean ? 1 : 0;
    report.cannot_say += gap.mean ? 0 : 1;
    report.missing += gap.verdict == GapVerdict::missing ? 1 : 0;
    report.surplus += gap.verdict == GapVerdict::surplus ? 1 : 0;
    auto& pair = pairs[{gap.exporter, gap.importer, gap.currency}];
    pair.exporter = gap.exporter;
    pair.importer = gap.importer;
    pair.currency = gap.currency;
    add_to(pair.both, gap.both);
    pair.tests += gap.mean ? 1 : 0;
    pair.missing += gap.verdict == GapVerdict::missing ? 1 : 0;
  }
  for (auto& [key, pair] : pairs) report.pairs.push_back(std::move(pair));
  std::sort(gaps.begin(), gaps.end(), [&](const Gap& a, const Gap& b) {
    if (a.verdict != b.verdict) return order_of(a.verdict) < order_of(b.verdict);
    const double least_a = a.verdict == GapVerdict::cannot_say ? static_cast<double>(a.exporter_only.exports) : least_missing(a, options);
    const double least_b = b.verdict == GapVerdict::cannot_say ? static_cast<double>(b.exporter_only.exports) : least_missing(b, options);
    if (least_a != least_b) return least_a > least_b;
    return std::tie(a.code, a.exporter, a.importer, a.currency, a.frequency, a.export_source) <
           std::tie(b.code, b.exporter, b.importer, b.currency, b.frequency, b.export_source);
  });
  report.gaps = std::move(gaps);
  return report;
}

}  // namespace tamga::flows
