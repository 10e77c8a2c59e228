#include "app/flow_analysis.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "app/flow_codes.h"
#include "app/flow_store.h"
#include "flows/countries.h"

namespace tamga::app {
namespace {

using flows::Country;
using flows::Frequency;
using flows::Interval;
using flows::Period;

/// Rows behind one result that are written at most.
constexpr std::size_t kRowsMost = 2000;
constexpr double kHundredths = 100;

// Estimates are rounded where they are printed, and nowhere else. What is no number is null.

Json fixed(double value, int places) {
  if (!std::isfinite(value) || std::abs(value) >= 1e18) return {};
  auto text = fmt::format("{:.{}f}", value, places);
  if (text.front() == '-' && text.find_first_not_of("-0.") == std::string::npos) text.erase(0, 1);
  return Json::number_literal(text);
}

/// Four digits that count, for p and q, which may be far below any fixed number of places.
Json small(double value) { return std::isfinite(value) ? Json::number_literal(fmt::format("{:.4g}", value)) : Json(); }

/// Exactly, of hundredths or thousandths.
Json exact(std::int64_t value, int places) {
  if (value == flows::kAbsent) return {};
  const std::int64_t unit = places == 2 ? 100 : 1000;
  return Json::number_literal(fmt::format("{}.{:0{}}", value / unit, value % unit, places));
}

Json interval(const Interval& range, int places) {
  return Json::object().set("low", fixed(range.low, places)).set("high", fixed(range.high, places));
}
Json ratio_interval(const Interval& logs) { return interval({std::exp(logs.low), std::exp(logs.high)}, 4); }
Json count(std::int64_t value) { return Json::number(value); }
Json count(std::size_t value) { return Json::number(static_cast<std::int64_t>(value)); }

Json names(const flows::Countries& countries) {
  Json list = Json::array();
  for (const auto country : countries) list.push(Json::string(flows::country_text(country)));
  return list;
}

std::string country(Country country) { return country == 0 ? "all" : flows::country_text(country); }

Result<flows::Countries> read_countries(std::string_view text, std::string_view option) {
  flows::Countries countries;
  for (std::size_t at = 0; at < text.size();) {
    const auto end = std::min(text.find(',', at), text.size());
    const auto part = text.substr(at, end - at);
    at = end + 1;
    if (part == "EU27") {
      for (char a = 'A'; a <= 'Z'; ++a) {
        for (char b = 'A'; b <= 'Z'; ++b) {
          if (flows::is_member(flows::country_of(a, b))) countries.push_back(flows::country_of(a, b));
        }
      }
      continue;
    }
    const auto country = flows::read_country(part);
    if (country == 0) return bad_input(fmt::format("{}: \"{}\" is no country, expected codes such as KZ,KG, or EU27 for all members", option, part));
    countries.push_back(country);
  }
  std::sort(countries.begin(), countries.end());
  countries.erase(std::unique(countries.begin(), countries.end()), countries.end());
  return countries;
}

Result<Period> read_month(const std::string& text, std::string_view option) {
  const auto month = flows::month_from(text);
  if (month < 0) return bad_input(fmt::format("{}: \"{}\" is no month, expected one such as 2022-03", option, text));
  return month;
}

Status check(const FlowQuestion& question) {
  if (question.digits != 4 && question.digits != 6 && question.digits != 8 && question.digits != 10)
    return bad_input(fmt::format("digits: {} is not a length of codes, expected 4, 6, 8 or 10", question.digits));
  if (!(question.q > 0 && question.q < 1)) return bad_input("q: expected a false discovery rate between 0 and 1, such as 0.05");
  return {};
}

/// The store, opened and known to hold something, and what is in it.
struct Opened {
  FlowStore store;
  FlowReader reader;
  std::vector<flows::SeriesKey> kinds;
  std::vector<FlowFile> files;
};

Result<Opened> open(const Settings& settings) {
  TAMGA_TRY(auto store, FlowStore::open(settings));
  TAMGA_TRY(auto reader, FlowReader::open(settings));
  TAMGA_TRY(auto kinds, reader.kinds());
  if (kinds.empty()) return not_found("the store of trade statistics holds no series; tamga flows import FILE... brings some in");
  TAMGA_TRY(auto files, store.files());
  return Opened{std::move(store), std::move(reader), std::move(kinds), std::move(files)};
}

std::string span_text(const flows::Coverage& coverage, flows::Flow flow) {
  for (const auto frequency : {Frequency::monthly, Frequency::annual}) {
    const auto span = coverage.span(flow, frequency);
    if (span.first <= span.second)
      return fmt::format("{} to {}", flows::period_text(span.first, frequency), flows::period_text(span.second, frequency));
  }
  return "";
}

/// The kinds of one flow; an error that says what there is instead.
Result<std::vector<flows::SeriesKey>> of_flow(const std::vector<flows::SeriesKey>& kinds, flows::Flow flow) {
  std::vector<flows::SeriesKey> found;
  std::set<std::string> others;
  for (const auto& kind : kinds) {
    if (kind.flow == flow) found.push_back(kind);
    others.insert(std::string(flows::word(kind.flow)));
  }
  if (!found.empty()) return found;
  std::string text;
  for (const auto& other : others) text += (text.empty() ? "" : ", ") + other;
  return not_found(
      fmt::format("the store holds no {} statistics, but {}; tamga flows import brings more in, --flow chooses", flows::word(flow), text));
}

Status check_break(const flows::Coverage& coverage, flows::Flow flow, Period at) {
  Period from = 1 << 20;
  Period to = -1;
  for (const auto frequency : {Frequency::monthly, Frequency::annual}) {
    const auto span = coverage.span(flow, frequency);
    if (span.second < span.first) continue;
    from = std::min(from, span.first);
    to = std::max(to, frequency == Frequency::annual ? span.second + 11 : span.second);
  }
  if (at > from && at <= to) return {};
  return bad_input(fmt::format("the break {} is outside the data ({}); choose a month within it with --break, or import other months",
                               flows::period_text(at, Frequency::monthly), span_text(coverage, flow)));
}

Json files_document(const std::vector<FlowFile>& files) {
  Json list = Json::array();
  for (const auto& file : files) list.push(Json::object().set("number", count(file.number)).set("name", file.name).set("hash", file.hash));
  return list;
}

std::string_view file_name(const std::vector<FlowFile>& files, std::uint32_t number) {
  for (const auto& file : files) {
    if (file.number == number) return file.name;
  }
  return "";
}

Json left_out_document(const flows::LeftOut& left_out, std::size_t digits) {
  Json list = Json::array();
  const auto add = [&](std::int64_t series, std::string why) {
    if (series > 0) list.push(Json::object().set("reason", why).set("series", count(series)));
  };
  add(left_out.short_codes, fmt::format("codes shorter than {} digits", digits));
  add(left_out.wholes, "longer codes beside their reporter's own sum of them");
  add(left_out.union_twice, "the Union's sums beside those of its members");
  return list;
}

/// The rows behind the sum of series whose codes begin so, as flows::CodeGroup counts them.
struct RowSelection {
  flows::SeriesKey kind;
  std::string code;
  Country partner = 0;
  Country reporter = 0;
  std::optional<Country> but_partner;
  bool union_counts = false;  ///< members stand for the Union, as reporters and partners
};

bool stands_for(Country country, Country asked, bool union_counts) {
  return asked == 0 || country == asked || (union_counts && asked == flows::kUnion && flows::is_member(country));
}

Status add_rows(Opened& opened, const RowSelection& selection, std::string_view side, Json& rows, std::size_t& left) {
  const auto exact_country = [&](Country asked) { return selection.union_counts && asked == flows::kUnion ? Country{0} : asked; };
  TAMGA_TRY(auto keys,
            opened.reader.keys(selection.kind, selection.code, exact_country(selection.partner), exact_country(selection.reporter), 100'000));
  std::map<std::pair<Country, Country>, std::size_t> shortest;
  std::set<Country> with_members;
  std::erase_if(keys, [&](const auto& key) {
    return !stands_for(key.partner, selection.partner, selection.union_counts) ||
           !stands_for(key.reporter, selection.reporter, selection.union_counts) || key.partner == selection.but_partner;
  });
  for (const auto& key : keys) {
    auto& length = shortest.try_emplace({key.partner, key.reporter}, key.code.size()).first->second;
    length = std::min(length, key.code.size());
    if (flows::is_member(key.reporter)) with_members.insert(key.partner);
  }
  for (const auto& key : keys) {
    if (key.code.size() != shortest[{key.partner, key.reporter}] || (key.reporter == flows::kUnion && with_members.contains(key.partner))) continue;
    TAMGA_TRY(const auto points, opened.store.points(key));
    for (const auto& point : points) {
      for (const auto& origin : point.origins) {
        if (rows.items.size() == kRowsMost) {
          ++left;
          continue;
        }
        Json row = Json::object();
        if (!side.empty()) row.set("side", side);
        row.set("period", flows::period_text(point.period, key.frequency))
            .set("value", exact(point.value, 2))
            .set("weight_kg", exact(point.weight, 3));
        row.set("file", file_name(opened.files, origin.file)).set("line", count(static_cast<std::int64_t>(origin.line)));
        row.set("reporter", flows::country_text(key.reporter)).set("partner", flows::country_text(key.partner)).set("code", key.code);
        rows.push(std::move(row));
      }
    }
  }
  return {};
}

void set_rows(Json& one, Json rows, std::size_t left) {
  one.set("rows", std::move(rows));
  if (left > 0) one.set("rows_more", count(left));
}

Json lists_of(const CodeChoice& choice, const std::string& code) { return Json::strings(choice.lists(code)); }

void set_moves(Json& one, const CodeChoice& choice, const std::string& code) {
  if (auto moves = choice.moves(code); !moves.empty()) one.set("renumbered", Json::strings(moves));
}

// Surge

Json document(const flows::SurgeCounts& counts) {
  Json one = Json::object();
  one.set("tests", count(counts.tests))
      .set("cannot_say", count(counts.cannot_say()))
      .set("surges", count(counts.surges))
      .set("falls", count(counts.falls));
  one.set("share_surges", counts.tests > 0 ? fixed(static_cast<double>(counts.surges) / static_cast<double>(counts.tests), 4) : Json());
  return one;
}

Json unit_value_document(const flows::SurgeTest& test) {
  Json one = Json::object();
  if (!test.unit_value) return one.set("reason", "too few periods with a weight");
  const auto& unit = *test.unit_value;
  one.set("before", fixed(unit.before, 2)).set("after", fixed(unit.after, 2)).set("ratio", fixed(std::exp(unit.change.log_ratio), 4));
  one.set("ratio_interval", ratio_interval(unit.change.interval)).set("p", small(unit.change.p)).set("q", small(unit.q));
  return one;
}

Json substitution_document(const flows::SurgeTest& test, Country direct) {
  Json one = Json::object();
  if (!test.substitution) return one.set("reason", test.substitution_silence);
  const auto& found = *test.substitution;
  one.set("direct_partner", flows::country_text(direct)).set("direct_loss", fixed(found.loss, 2));
  one.set("direct_loss_interval", interval(found.loss_interval, 2)).set("share", fixed(found.share, 4));
  one.set("share_interval", interval(found.share_interval, 4));
  return one;
}

Json document(const flows::SurgeTest& test, std::size_t rank, const CodeChoice& choice, Country direct) {
  const auto& found = test.found;
  Json one = Json::object();
  one.set("rank", count(rank)).set("code", test.code.empty() ? "all" : test.code).set("partner", country(test.partner));
  one.set("reporter", country(test.reporter)).set("source", flows::word(test.source)).set("currency", test.currency);
  one.set("frequency", flows::word(test.frequency)).set("lists", lists_of(choice, test.code)).set("verdict", flows::word(test.verdict));
  if (found.silence != flows::Silence::none) one.set("reason", flows::reason(found.silence));
  set_moves(one, choice, test.code);
  one.set("months_before", count(std::int64_t{found.before})).set("months_after", count(std::int64_t{found.after}));
  one.set("months_with_trade", count(std::int64_t{found.traded_before} + found.traded_after));
  one.set("mean_before", found.before > 0 ? fixed(found.sum_before / found.before, 2) : Json());
  one.set("mean_after", found.after > 0 ? fixed(found.sum_after / found.after, 2) : Json());
  one.set("largest_month_share", found.sum_after > 0 ? fixed(found.largest_after / found.sum_after, 4) : Json());
  if (found.silence != flows::Silence::none) return one;
  one.set("ratio", fixed(std::exp(found.change.log_ratio), 4)).set("ratio_interval", ratio_interval(found.change.interval));
  one.set("p", small(found.change.p)).set("q", small(test.q)).set("standard_error", fixed(found.change.error, 6));
  one.set("placebo_above", test.placebo_above ? fixed(*test.placebo_above, 4) : Json());
  one.set("excess", fixed(found.excess, 2)).set("excess_interval", interval(found.excess_interval, 2));
  one.set("unit_value", unit_value_document(test)).set("substitution", substitution_document(test, direct));
  return one;
}

Json silences(const flows::SurgeCounts& counts) {
  Json list = Json::array();
  for (const auto& [why, series] : counts.silent) list.push(Json::object().set("reason", flows::reason(why)).set("series", count(series)));
  return list;
}

Result<flows::SurgeBy> read_by(const std::string& text) {
  flows::SurgeBy by{false, false, false};
  for (std::size_t at = 0; at <= text.size();) {
    const auto end = std::min(text.find(',', at), text.size());
    const auto part = text.substr(at, end - at);
    at = end + 1;
    if (part == "code")
      by.code = true;
    else if (part == "partner")
      by.partner = true;
    else if (part == "reporter")
      by.reporter = true;
    else
      return bad_input(fmt::format("by: \"{}\" is not known, expected code, partner, reporter, with commas between", part));
  }
  return by;
}

/// Scans ranges with one scan of a kind each, so that what comes out does not depend on the threads.
template <typename Scan, typename Make>
Result<std::vector<Scan>> scan_ranges(const Settings& settings, const std::vector<flows::SeriesKey>& kinds, const std::vector<CodeRange>& ranges,
                                      const Stop& stop, Make make) {
  std::vector<Scan> scans;
  scans.reserve(ranges.size());
  for (std::size_t i = 0; i < ranges.size(); ++i) scans.push_back(make());
  TAMGA_TRY_STATUS(on_threads(settings, ranges.size(), stop, [&](FlowReader& reader, std::size_t i) -> Status {
    for (const auto& kind : kinds) {
      TAMGA_TRY_STATUS(reader.read(kind, ranges[i], [&](const flows::SeriesKey& key, const flows::Columns& columns) { scans[i].add(key, columns); }));
    }
    scans[i].finish();
    return {};
  }));
  return scans;
}

}  // namespace

Result<Json> surge_document(const Settings& settings, const Rules& rules, const SurgeQuestion& question, const Stop& stop) {
  const auto& common = question.common;
  TAMGA_TRY_STATUS(check(common));
  flows::SurgeOptions options;
  TAMGA_TRY(options.at, read_month(common.at, "break"));
  TAMGA_TRY(options.partners, read_countries(common.partners, "partner"));
  TAMGA_TRY(options.reporters, read_countries(common.reporters, "reporter"));
  TAMGA_TRY(const auto direct, read_countries(question.direct, "direct"));
  if (direct.size() != 1) return bad_input("direct: expected one country");
  options.direct = direct.front();
  TAMGA_TRY(options.by, read_by(question.by));
  options.flow = common.flow == "import" ? flows::Flow::imports : flows::Flow::exports;
  options.digits = common.digits;
  options.trend = question.trend;
  options.q = common.q;
  options.placebo = question.placebo;
  TAMGA_TRY(const auto choice, CodeChoice::read(rules, common.codes, common.as_of, common.files));
  TAMGA_TRY(auto opened, open(settings));
  TAMGA_TRY(const auto kinds, of_flow(opened.kinds, options.flow));
  TAMGA_TRY(const auto ranges, opened.reader.ranges(kinds));
  const auto standing = [&](const std::string& code) { return choice.standing(code); };
  // Sums are kept until it is known which months were reported, unless there would be very many; then the store is read twice.
  flows::Coverage coverage;
  const bool twice = options.by.code && options.by.reporter && options.digits > 6;
  if (twice) {
    TAMGA_TRY(coverage, read_coverage(settings, kinds, ranges, stop));
  }
  TAMGA_TRY(auto scans, scan_ranges<flows::SurgeScan>(settings, kinds, ranges, stop,
                                                      [&] { return flows::SurgeScan(options, standing, twice ? &coverage : nullptr); }));
  if (!twice) {
    for (const auto& scan : scans) coverage.add(scan.seen());
  }
  TAMGA_TRY_STATUS(check_break(coverage, options.flow, options.at));
  if (!twice) {
    TAMGA_TRY_STATUS(on_threads(settings, scans.size(), stop, [&](FlowReader&, std::size_t i) -> Status {
      scans[i].test_all(coverage);
      return {};
    }));
  }
  const auto report = flows::conclude(options, coverage, std::move(scans));
  if (report.tests.empty())
    return not_found(
        fmt::format("the store holds no {} statistics of the codes, partners and reporters asked for ({}); choose others, or import them",
                    common.flow, common.codes));

  Json answer = Json::object();
  answer.set("break", common.at).set("as_of", common.as_of.text()).set("policy", rules.id).set("codes", common.codes);
  Json by = Json::array();
  if (options.by.code) by.push(Json::string("code"));
  if (options.by.partner) by.push(Json::string("partner"));
  if (options.by.reporter) by.push(Json::string("reporter"));
  answer.set("by", std::move(by)).set("digits", count(common.digits)).set("flow", common.flow).set("q", small(common.q));
  answer.set("trend", Json::boolean(question.trend));
  answer.set("from", flows::period_text(report.from, Frequency::monthly)).set("to", flows::period_text(report.to, Frequency::monthly));
  answer.set("scope", document(report.scope)).set("placebo", report.placebo ? document(*report.placebo) : Json());
  if (!report.placebo) answer.set("placebo_reason", question.placebo ? "the data holds no code that is on no list" : "not asked for");
  answer.set("cannot_say", silences(report.scope)).set("left_out", left_out_document(report.left_out, common.digits));
  Json codes = Json::array();
  for (std::size_t i = 0; i < std::min(report.codes.size(), common.limit); ++i) {
    const auto& code = report.codes[i];
    std::string words;
    const auto lists = choice.lists(code.code, &words);
    Json one = Json::object();
    one.set("code", code.code).set("lists", Json::strings(lists)).set("words", words).set("source", flows::word(code.source));
    one.set("frequency", flows::word(code.frequency)).set("partners", count(code.partners)).set("surges", count(code.surges));
    one.set("excess_least", fixed(code.excess_least, 2)).set("excess", fixed(code.excess, 2)).set("currency", code.currency);
    one.set("direct_loss", code.loss ? fixed(*code.loss, 2) : Json());
    one.set("substituted", code.loss ? fixed(code.excess / *code.loss, 4) : Json());
    codes.push(std::move(one));
  }
  answer.set("codes_by_risk", std::move(codes));
  Json results = Json::array();
  const auto shown = std::min(report.tests.size(), common.limit);
  for (std::size_t i = 0; i < shown; ++i) {
    const auto& test = report.tests[i];
    auto one = document(test, i + 1, choice, options.direct);
    if (common.rows && !test.code.empty()) {
      RowSelection selection;
      selection.kind.source = test.source;
      selection.kind.currency = test.currency;
      selection.kind.frequency = test.frequency;
      selection.kind.flow = options.flow;
      selection.code = test.code;
      selection.partner = test.partner;
      selection.reporter = test.reporter;
      if (test.partner == 0) selection.but_partner = options.direct;
      Json rows = Json::array();
      std::size_t left = 0;
      TAMGA_TRY_STATUS(add_rows(opened, selection, "", rows, left));
      set_rows(one, std::move(rows), left);
    }
    results.push(std::move(one));
  }
  answer.set("results", std::move(results)).set("files", files_document(opened.files)).set("more", count(report.tests.size() - shown));
  return answer;
}

// Gap

namespace {

Json both_document(const flows::Both& both, const flows::GapOptions& options) {
  if (both.periods == 0) return {};
  Json one = Json::object();
  one.set("periods", count(std::int64_t{both.periods})).set("exports", exact(both.exports, 2)).set("imports", exact(both.imports, 2));
  one.set("missing_share", both.exports > 0 ? interval(flows::missing_share(both.exports, both.imports, options), 4) : Json());
  return one;
}

Json only_document(int periods, std::int64_t value) {
  return Json::object().set("periods", count(std::int64_t{periods})).set("value", exact(value, 2));
}

Json document(const flows::Gap& gap, std::size_t rank, const CodeChoice& choice, const flows::GapOptions& options) {
  Json one = Json::object();
  one.set("rank", count(rank)).set("code", gap.code.empty() ? "all" : gap.code).set("exporter", flows::country_text(gap.exporter));
  one.set("importer", flows::country_text(gap.importer)).set("currency", gap.currency).set("frequency", flows::word(gap.frequency));
  one.set("export_source", flows::word(gap.export_source))
      .set("import_source", flows::word(gap.import_source))
      .set("lists", lists_of(choice, gap.code));
  one.set("verdict", flows::word(gap.verdict));
  if (gap.verdict == flows::GapVerdict::cannot_say) one.set("reason", gap.silence);
  set_moves(one, choice, gap.code);
  one.set("periods", count(std::int64_t{gap.both.periods})).set("exports", exact(gap.both.exports, 2)).set("imports", exact(gap.both.imports, 2));
  if (gap.both.exports > 0) {
    const double sent = static_cast<double>(gap.both.exports) / kHundredths;
    const double received = static_cast<double>(gap.both.imports) / kHundredths;
    one.set("gap", interval({sent - received / options.factor_low, sent - received / options.factor_high}, 2));
    one.set("missing_share", interval(flows::missing_share(gap.both.exports, gap.both.imports, options), 4));
  }
  if (gap.mean) {
    one.set("missing_share_interval",
            interval({1 - std::exp(gap.mean->interval.high) / options.factor_low, 1 - std::exp(gap.mean->interval.low) / options.factor_high}, 4));
    one.set("tested", gap.after_break ? "after the break" : "all periods").set("p", small(gap.p)).set("q", small(gap.q));
  }
  one.set("exporter_only", only_document(gap.exporter_only.periods, gap.exporter_only.exports));
  one.set("importer_only", only_document(gap.importer_only.periods, gap.importer_only.imports));
  one.set("importer_silent", only_document(gap.importer_silent, gap.importer_silent_value));
  one.set("exporter_silent", only_document(gap.exporter_silent, gap.exporter_silent_value));
  if (gap.both.exports + gap.exporter_only.exports > 0)
    one.set("missing_share_with_exporter_only",
            interval(flows::missing_share(gap.both.exports + gap.exporter_only.exports, gap.both.imports, options), 4));
  one.set("before", both_document(gap.before, options)).set("after", both_document(gap.after, options));
  Json change;
  if (gap.change) {
    change = Json::object();
    change.set("log_ratio", fixed(gap.change->log_ratio, 6)).set("standard_error", fixed(gap.change->error, 6));
    change.set("p", small(gap.change->p)).set("q", small(gap.change_q));
  }
  one.set("change", std::move(change));
  one.set("in_transit", gap.in_transit ? interval({gap.in_transit->low / kHundredths, gap.in_transit->high / kHundredths}, 2) : Json());
  Json periods = Json::array();
  for (const auto& period : gap.by_period) {
    Json item = Json::object();
    item.set("period", flows::period_text(period.period, gap.frequency))
        .set("exports", exact(period.exports, 2))
        .set("imports", exact(period.imports, 2));
    const bool told = period.exports > 0 && period.imports != flows::kAbsent;
    item.set("missing_share", told ? interval(flows::missing_share(period.exports, period.imports, options), 4) : Json());
    periods.push(std::move(item));
  }
  one.set("by_period", std::move(periods));
  return one;
}

}  // namespace

Result<Json> gap_document(const Settings& settings, const Rules& rules, const GapQuestion& question, const Stop& stop) {
  const auto& common = question.common;
  TAMGA_TRY_STATUS(check(common));
  flows::GapOptions options;
  TAMGA_TRY(options.at, read_month(common.at, "break"));
  TAMGA_TRY(options.exporters, read_countries(common.reporters, "exporter"));
  TAMGA_TRY(options.importers, read_countries(common.partners, "importer"));
  if (!(question.factor_low >= 1 && question.factor_high >= question.factor_low && question.factor_high <= 2))
    return bad_input("factor: expected the range of imports (CIF) by exports (FOB) within 1 and 2, the low end first, such as 1.06 and 1.10");
  if (question.by != "code,pair" && question.by != "pair")
    return bad_input(fmt::format("by: \"{}\" is not known, expected code,pair or pair", question.by));
  options.digits = common.digits;
  options.factor_low = question.factor_low;
  options.factor_high = question.factor_high;
  options.q = common.q;
  options.join_union = question.join_union;
  options.by_code = question.by == "code,pair";
  TAMGA_TRY(const auto choice, CodeChoice::read(rules, common.codes, common.as_of, common.files));
  TAMGA_TRY(auto opened, open(settings));
  std::vector<flows::SeriesKey> kinds;
  for (const auto flow : {flows::Flow::exports, flows::Flow::imports}) {
    const auto own = of_flow(opened.kinds, flow);
    if (!own)
      return not_found(
          fmt::format("a mirror gap needs exports of one side and imports of the other, and the store holds no {} statistics; "
                      "tamga flows import brings the other side in",
                      flows::word(flow)));
    kinds.insert(kinds.end(), own->begin(), own->end());
  }
  TAMGA_TRY(const auto ranges, opened.reader.ranges(kinds));
  TAMGA_TRY(const auto coverage, read_coverage(settings, kinds, ranges, stop));
  const auto standing = [&](const std::string& code) { return choice.standing(code); };
  TAMGA_TRY(auto scans, scan_ranges<flows::GapScan>(settings, kinds, ranges, stop, [&] { return flows::GapScan(options, coverage, standing); }));
  const auto report = flows::conclude_gaps(options, coverage, std::move(scans));
  if (report.gaps.empty() && report.not_compared.empty())
    return not_found(
        fmt::format("the store holds no statistics of the codes and countries asked for ({}); choose others, or import them", common.codes));

  Json answer = Json::object();
  answer.set("break", common.at).set("as_of", common.as_of.text()).set("policy", rules.id).set("codes", common.codes);
  answer.set("by", options.by_code ? Json::strings({"code", "exporter", "importer"}) : Json::strings({"exporter", "importer"}));
  answer.set("digits", count(common.digits)).set("factor", interval({options.factor_low, options.factor_high}, 4)).set("q", small(common.q));
  answer.set("scope", Json::object()
                          .set("tests", count(report.tests))
                          .set("cannot_say", count(report.cannot_say))
                          .set("missing", count(report.missing))
                          .set("surplus", count(report.surplus)));
  Json not_compared = Json::array();
  for (const auto& [why, entry] : report.not_compared) {
    for (const auto& [currency, value] : entry.values) {
      Json one = Json::object();
      one.set("reason", why).set("pairs", count(entry.pairs)).set("value", exact(value, 2)).set("currency", currency);
      not_compared.push(std::move(one));
    }
  }
  answer.set("not_compared", std::move(not_compared)).set("left_out", left_out_document(report.left_out, common.digits));
  Json results = Json::array();
  const auto shown = std::min(report.gaps.size(), common.limit);
  for (std::size_t i = 0; i < shown; ++i) {
    const auto& gap = report.gaps[i];
    auto one = document(gap, i + 1, choice, options);
    if (common.rows && !gap.code.empty()) {
      Json rows = Json::array();
      std::size_t left = 0;
      RowSelection selection;
      selection.union_counts = options.join_union;
      selection.kind.currency = gap.currency;
      selection.kind.frequency = gap.frequency;
      selection.code = gap.code;
      selection.kind.source = gap.export_source;
      selection.kind.flow = flows::Flow::exports;
      selection.partner = gap.importer;
      selection.reporter = gap.exporter;
      TAMGA_TRY_STATUS(add_rows(opened, selection, "exporter", rows, left));
      selection.kind.source = gap.import_source;
      selection.kind.flow = flows::Flow::imports;
      selection.partner = gap.exporter;
      selection.reporter = gap.importer;
      TAMGA_TRY_STATUS(add_rows(opened, selection, "importer", rows, left));
      set_rows(one, std::move(rows), left);
    }
    results.push(std::move(one));
  }
  answer.set("results", std::move(results));
  Json pairs = Json::array();
  for (const auto& pair : report.pairs) {
    if (pair.both.periods == 0) continue;
    Json one = Json::object();
    one.set("exporter", flows::country_text(pair.exporter)).set("importer", flows::country_text(pair.importer)).set("currency", pair.currency);
    one.set("exports", exact(pair.both.exports, 2)).set("imports", exact(pair.both.imports, 2));
    one.set("missing_share", pair.both.exports > 0 ? interval(flows::missing_share(pair.both.exports, pair.both.imports, options), 4) : Json());
    one.set("missing", count(pair.missing)).set("tests", count(pair.tests));
    pairs.push(std::move(one));
  }
  answer.set("by_pair", std::move(pairs)).set("files", files_document(opened.files)).set("more", count(report.gaps.size() - shown));
  return answer;
}

// Roundabout

namespace {

Json effect_document(const flows::Effect& effect) {
  Json one = Json::object();
  one.set("coefficient", fixed(effect.coefficient, 9)).set("standard_error", fixed(effect.error, 9));
  one.set("standard_error_nested", fixed(effect.error_nested, 9)).set("t", fixed(effect.coefficient / effect.error, 4)).set("p", small(effect.p));
  one.set("interval", interval(effect.interval, 6)).set("ratio", fixed(std::exp(effect.coefficient), 4));
  one.set("ratio_interval", ratio_interval(effect.interval));
  return one;
}

}  // namespace

Result<Json> roundabout_document(const Settings& settings, const Rules& rules, const RoundaboutQuestion& question, const Stop& stop) {
  const auto& common = question.common;
  TAMGA_TRY_STATUS(check(common));
  flows::RoundaboutOptions options;
  TAMGA_TRY(options.at, read_month(common.at, "break"));
  options.flow = common.flow == "import" ? flows::Flow::imports : flows::Flow::exports;
  options.digits = common.digits;
  if (question.contrast == "products")
    options.contrast = flows::Contrast::products;
  else if (question.contrast == "triple")
    options.contrast = flows::Contrast::triple;
  else if (question.contrast != "destinations")
    return bad_input(fmt::format("contrast: \"{}\" is not known, expected destinations, products or triple", question.contrast));
  if (question.method != "ols" && question.method != "ppml")
    return bad_input(fmt::format("method: \"{}\" is not known, expected ols or ppml", question.method));
  options.method = question.method == "ols" ? flows::Method::least_squares : flows::Method::poisson;
  if (question.clusters != "product" && question.clusters != "product-destination")
    return bad_input(fmt::format("clusters: \"{}\" is not known, expected product or product-destination", question.clusters));
  options.clusters = question.clusters == "product" ? flows::ClusterBy::product : flows::ClusterBy::product_destination;
  if (question.against != "unlisted" && question.against != "other")
    return bad_input(fmt::format("against: \"{}\" is not known, expected unlisted or other", question.against));
  options.unlisted_only = question.against == "unlisted";
  TAMGA_TRY(options.treated, read_countries(question.treated, "treated"));
  if (options.treated.empty()) return bad_input("treated: no destination is named, expected countries such as AM,KG,KZ");
  TAMGA_TRY(options.controls, read_countries(question.controls, "controls"));
  TAMGA_TRY(options.sanctioned, read_countries(question.sanctioned, "sanctioned"));
  TAMGA_TRY(options.reporters, read_countries(common.reporters, "reporter"));
  if (!question.from.empty()) {
    TAMGA_TRY(options.from, read_month(question.from, "from"));
  }
  if (!question.to.empty()) {
    TAMGA_TRY(options.to, read_month(question.to, "to"));
  }
  TAMGA_TRY(const auto choice, CodeChoice::read(rules, common.codes, common.as_of, common.files));
  TAMGA_TRY(auto opened, open(settings));
  TAMGA_TRY(auto kinds, of_flow(opened.kinds, options.flow));
  std::erase_if(kinds, [](const auto& kind) { return kind.frequency != Frequency::monthly; });
  if (kinds.empty()) return not_found("the store holds no monthly statistics, which this asks for; tamga flows import brings some in");
  TAMGA_TRY(const auto ranges, opened.reader.ranges(kinds));
  TAMGA_TRY(const auto coverage, read_coverage(settings, kinds, ranges, stop));
  TAMGA_TRY_STATUS(check_break(coverage, options.flow, options.at));
  const auto standing = [&](const std::string& code) { return choice.standing(code); };
  TAMGA_TRY(auto scans, scan_ranges<flows::RoundaboutScan>(settings, kinds, ranges, stop, [&] { return flows::RoundaboutScan(options, standing); }));
  TAMGA_TRY(const auto report, flows::conclude_roundabout(options, coverage, std::move(scans)));

  Json answer = Json::object();
  answer.set("break", common.at).set("contrast", question.contrast).set("method", question.method).set("digits", count(common.digits));
  answer.set("flow", common.flow)
      .set("codes", common.codes)
      .set("against", question.against)
      .set("as_of", common.as_of.text())
      .set("policy", rules.id);
  answer.set("treated", names(report.treated)).set("controls", names(report.controls)).set("source", flows::word(report.source));
  answer.set("currency", report.currency).set("from", flows::period_text(report.from, Frequency::monthly));
  answer.set("to", flows::period_text(report.to, Frequency::monthly));
  Json effects = Json::strings({"product×destination"});
  if (options.contrast != flows::Contrast::products) effects.push(Json::string("product×month"));
  if (options.contrast != flows::Contrast::destinations) effects.push(Json::string("destination×month"));
  answer.set("fixed_effects", std::move(effects)).set("clusters", question.clusters).set("observations", count(report.fit.observations));
  answer.set("months_without_trade", count(report.zeroes)).set("left_out_without_any_trade", count(report.fit.left_out));
  answer.set("products", count(report.products_chosen)).set("products_against", count(report.products_other));
  Json levels = Json::array();
  for (const auto level : report.fit.levels) levels.push(count(level));
  answer.set("levels", std::move(levels)).set("rank", count(report.fit.rank)).set("cluster_count", count(report.fit.clusters));
  answer.set("iterations", count(std::int64_t{report.fit.iterations}));
  const auto term = options.contrast == flows::Contrast::products       ? "chosen codes × after"
                    : options.contrast == flows::Contrast::destinations ? "treated destinations × after"
                                                                        : "chosen codes × treated destinations × after";
  auto effect = effect_document(report.effect);
  effect.set("term", term);
  answer.set("effect", std::move(effect));
  Json dynamic = Json::array();
  for (const auto& one : report.dynamic) {
    Json item = Json::object();
    item.set("from", flows::period_text(one.from, Frequency::monthly)).set("to", flows::period_text(one.to, Frequency::monthly));
    if (one.effect) {
      item.set("coefficient", fixed(one.effect->coefficient, 9)).set("standard_error", fixed(one.effect->error, 9));
      item.set("interval", interval(one.effect->interval, 6));
    } else {
      item.set("base", Json::boolean(true));
    }
    dynamic.push(std::move(item));
  }
  answer.set("dynamic", std::move(dynamic));
  Json trend;
  if (report.pre_trend) {
    trend = Json::object();
    trend.set("f", fixed(report.pre_trend->f, 4)).set("p", small(report.pre_trend->p)).set("numerator", fixed(report.pre_trend->numerator, 0));
    trend.set("denominator", fixed(report.pre_trend->denominator, 0));
  }
  answer.set("pre_trend", std::move(trend)).set("remarks", Json::strings(report.remarks));
  answer.set("left_out", left_out_document(report.left_out, common.digits)).set("files", files_document(opened.files));
  return answer;
}

// Series

Result<Json> series_document(const Settings& settings, const Rules& rules, const SeriesQuestion& question) {
  if (question.code.size() < 2 || question.code.size() > 10 || question.code.find_first_not_of("0123456789") != std::string::npos)
    return bad_input(fmt::format("code: \"{}\" is no goods code, expected 2 to 10 digits", question.code));
  const auto one_country = [](const std::string& text, std::string_view name) -> Result<Country> {
    TAMGA_TRY(const auto countries, read_countries(text, name));
    if (countries.size() > 1) return bad_input(fmt::format("{}: expected one country", name));
    return countries.empty() ? Country{0} : countries.front();
  };
  TAMGA_TRY(const auto partner, one_country(question.partner, "partner"));
  TAMGA_TRY(const auto reporter, one_country(question.reporter, "reporter"));
  TAMGA_TRY(auto opened, open(settings));
  TAMGA_TRY(const auto choice, CodeChoice::read(rules, "all", question.as_of, false));
  Json list = Json::array();
  std::size_t more = 0;
  std::map<Period, std::pair<std::int64_t, std::int64_t>> total;
  std::optional<flows::SeriesKey> kind_of_all;
  bool one_kind = true;
  for (const auto& kind : opened.kinds) {
    if (!question.flow.empty() && question.flow != flows::word(kind.flow)) continue;
    if (!question.source.empty() && question.source != flows::word(kind.source)) continue;
    TAMGA_TRY(const auto keys, opened.reader.keys(kind, question.code, partner, reporter, 100'000));
    if (keys.empty()) continue;
    one_kind = one_kind && !kind_of_all;
    kind_of_all = kind;
    for (const auto& key : keys) {
      if (list.items.size() == question.limit) {
        ++more;
        continue;
      }
      TAMGA_TRY(const auto points, opened.store.points(key));
      Json one = Json::object();
      one.set("source", flows::word(key.source)).set("currency", key.currency).set("frequency", flows::word(key.frequency));
      one.set("flow", flows::word(key.flow)).set("code", key.code).set("partner", flows::country_text(key.partner));
      one.set("reporter", flows::country_text(key.reporter)).set("lists", key.code.size() >= 4 ? lists_of(choice, key.code) : Json::array());
      Json items = Json::array();
      for (const auto& point : points) {
        const auto fresh = total.try_emplace(point.period, point.value, point.weight);
        if (!fresh.second) {
          fresh.first->second.first = flows::sum_of(fresh.first->second.first, point.value);
          fresh.first->second.second = flows::sum_of(fresh.first->second.second, point.weight);
        }
        Json item = Json::object();
        item.set("period", flows::period_text(point.period, key.frequency)).set("value", exact(point.value, 2));
        item.set("weight_kg", exact(point.weight, 3)).set("quantity", exact(point.quantity, 3));
        if (question.rows) {
          Json rows = Json::array();
          for (const auto& origin : point.origins)
            rows.push(
                Json::object().set("file", count(static_cast<std::int64_t>(origin.file))).set("line", count(static_cast<std::int64_t>(origin.line))));
          item.set("rows", std::move(rows));
        }
        items.push(std::move(item));
      }
      one.set("points", std::move(items));
      list.push(std::move(one));
    }
  }
  if (list.items.empty())
    return not_found(fmt::format("the store holds no series of the code {} and these countries; choose others, or import them", question.code));
  Json sum;
  // Codes of one length of one kind; a heading and its codes would count twice, and so would the Union and its members.
  const bool same_length = std::all_of(list.items.begin(), list.items.end(),
                                       [&](const Json& one) { return one.get("code").size() == list.items.front().get("code").size(); });
  const bool has_union = std::any_of(list.items.begin(), list.items.end(), [](const Json& one) { return one.get("reporter") == "EU"; });
  const bool has_others = std::any_of(list.items.begin(), list.items.end(), [](const Json& one) { return one.get("reporter") != "EU"; });
  if (one_kind && same_length && more == 0 && !(has_union && has_others)) {
    sum = Json::object();
    Json points = Json::array();
    for (const auto& [period, value] : total) {
      Json item = Json::object();
      item.set("period", flows::period_text(period, kind_of_all->frequency))
          .set("value", exact(value.first, 2))
          .set("weight_kg", exact(value.second, 3));
      points.push(std::move(item));
    }
    sum.set("currency", kind_of_all->currency).set("points", std::move(points));
  }
  Json answer = Json::object();
  answer.set("code", question.code).set("as_of", question.as_of.text()).set("series", std::move(list)).set("total", std::move(sum));
  answer.set("files", files_document(opened.files)).set("more", count(more));
  return answer;
}

}  // namespace tamga::app
