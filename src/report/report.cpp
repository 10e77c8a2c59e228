#include "report/report.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <optional>

#include "lists/csv.h"
#include "report/charts.h"

extern "C" {
extern const char tamga_report_countries[];
extern const char tamga_report_countries_end[];
}

namespace tamga::report {
namespace {

using pdf::Block;
using pdf::Style;
using Values = std::vector<language::Value>;

constexpr std::size_t kCharts = 8;
constexpr std::size_t kCodes = 50;
constexpr std::size_t kResults = 40;
constexpr std::size_t kRanges = 20;

/// Names of countries: by code, English, Russian and Kazakh.
const std::map<std::string, std::vector<std::string>, std::less<>>& countries() {
  static const auto kTable = [] {
    std::map<std::string, std::vector<std::string>, std::less<>> table;
    std::string_view text(tamga_report_countries, static_cast<std::size_t>(tamga_report_countries_end - tamga_report_countries));
    while (text.starts_with('#')) text.remove_prefix(std::min(text.find('\n'), text.size() - 1) + 1);
    lists::CsvReader reader(text);
    std::vector<std::string> fields;
    while (reader.next(fields).value_or(false)) {
      if (fields.size() == 4) table[fields[0]] = {fields[1], fields[2], fields[3]};
    }
    return table;
  }();
  return kTable;
}

std::optional<double> number_of(const Json* json) {
  if (json == nullptr || !json->is_number()) return std::nullopt;
  double value = 0;
  const auto* end = json->text.data() + json->text.size();
  const auto read = std::from_chars(json->text.data(), end, value);
  if (read.ec != std::errc() || !std::isfinite(value)) return std::nullopt;
  return value;
}
std::optional<double> number_of(const Json& in, std::string_view key) { return number_of(in.find(key)); }

/// A member of a member; null where either is not there.
const Json& at(const Json& in, std::string_view key) {
  static const Json kNothing;
  const auto* found = in.find(key);
  return found == nullptr ? kNothing : *found;
}

std::int64_t count_of(const Json& in, std::string_view key) { return static_cast<std::int64_t>(number_of(in, key).value_or(0)); }

class Writer {
 public:
  Writer(const FlowFindings& findings, language::Language language)
      : findings_(findings), language_(language), catalogue_(language::Catalogue::of(language)) {}

  pdf::Paper write() {
    paper_.title = say("Trade flows: what changed");
    paper_.foot = say("Tamga · trade flows, as of {day}", {{"day", findings_.as_of}});
    paper_.made = findings_.as_of + "T00:00:00Z";
    title();
    summary();
    codes();
    editions();
    series();
    map_of_partners();
    surges();
    placebo();
    gaps();
    roundabout();
    not_reported();
    sources();
    reading();
    return std::move(paper_);
  }

 private:
  [[nodiscard]] std::string say(std::string_view text, const Values& values = {}) const { return catalogue_.say(text, values); }
  [[nodiscard]] std::string sentence(std::string_view text) const { return catalogue_.sentence(text); }

  void add(Style style, std::string text) { paper_.blocks.push_back({style, std::move(text)}); }
  void heading(std::string_view text) { add(Style::heading, say(text)); }
  void pair(std::string_view label, std::string text) {
    if (!text.empty()) paper_.blocks.push_back({Style::pair, std::move(text), say(label)});
  }
  void picture(pdf::Picture of, std::string below) {
    Block block{Style::picture, std::move(below)};
    block.picture = std::move(of);
    paper_.blocks.push_back(std::move(block));
  }
  void table(std::vector<pdf::Table::Column> columns, std::vector<std::vector<std::string>> rows) {
    if (rows.empty()) return;
    Block block{Style::table, ""};
    block.table = {std::move(columns), std::move(rows)};
    paper_.blocks.push_back(std::move(block));
  }
  /// What stands for a part that was not made.
  bool made(const Part& part, std::string_view what) {
    if (part.document.is_object()) return true;
    add(Style::text, say(what, {{"reason", part.why.empty() ? say("not asked for") : sentence(part.why)}}));
    return false;
  }

  [[nodiscard]] std::string country(std::string_view code) const {
    if (code == "all") return say("all reporters");
    const auto found = countries().find(code);
    return found == countries().end() ? std::string(code) : found->second[static_cast<std::size_t>(language_)];
  }
  [[nodiscard]] std::string countries_of(const Json& list) const {
    std::string text;
    for (const auto& one : list.items) text += (text.empty() ? "" : ", ") + country(one.text);
    return text;
  }
  [[nodiscard]] static std::string joined(const Json& list) {
    std::string text;
    for (const auto& one : list.items) text += (text.empty() ? "" : ", ") + one.text;
    return text;
  }

  /// As it is written in the language: 1,234.5 or 1 234,5.
  [[nodiscard]] std::string number(double value, int decimals) const {
    // Nothing that is traded has so many digits; what has is shown as the odd number that it is.
    if (std::abs(value) >= 1e15) return fmt::format("{:.1e}", value);
    auto digits = fmt::format("{:.{}f}", std::abs(value), decimals);
    const auto point = std::min(digits.find('.'), digits.size());
    const bool english = language_ == language::Language::english;
    std::string text;
    for (std::size_t i = 0; i < point; ++i) {
      if (i > 0 && (point - i) % 3 == 0) text += english ? "," : "\xC2\xA0";
      text += digits[i];
    }
    if (point < digits.size()) text += (english ? "." : ",") + digits.substr(point + 1);
    const bool nothing = text.find_first_of("123456789") == std::string::npos;
    return value < 0 && !nothing ? "−" + text : text;
  }
  [[nodiscard]] std::string number(const std::optional<double>& value, int decimals) const { return value ? number(*value, decimals) : "–"; }
  [[nodiscard]] std::string count(std::int64_t value) const { return number(static_cast<double>(value), 0); }
  [[nodiscard]] std::string money(const std::optional<double>& value, std::string_view currency) const {
    if (!value) return "–";
    return number(*value, std::abs(*value) < 1000 ? 2 : 0) + (currency.empty() ? "" : "\xC2\xA0" + std::string(currency));
  }
  [[nodiscard]] std::string share(const std::optional<double>& value) const { return value ? number(*value * 100, 1) + "\xC2\xA0%" : "–"; }
  [[nodiscard]] std::string ratio(const std::optional<double>& value) const { return value ? number(*value, *value >= 100 ? 0 : 2) : "–"; }
  [[nodiscard]] std::string probability(const std::optional<double>& value) const {
    if (!value) return "–";
    return *value < 0.0001 ? "<\xC2\xA0" + number(0.0001, 4) : number(*value, 4);
  }
  template <typename Show>
  [[nodiscard]] std::string interval(const Json& of, Show show) const {
    const auto low = number_of(of, "low");
    const auto high = number_of(of, "high");
    return low && high ? show(low) + " … " + show(high) : "–";
  }

  [[nodiscard]] std::string words_of(const Json& of) const {
    const std::string code(of.get("code"));
    auto text = findings_.words ? findings_.words(code) : std::string();
    return text.empty() ? std::string(of.get("words")) : text;
  }

  void title() {
    const auto& surges = findings_.surges.document;
    const auto& gaps = findings_.gaps.document;
    const auto& any = surges.is_object() ? surges : gaps.is_object() ? gaps : findings_.roundabout.document;
    add(Style::title, paper_.title);
    pair("Break", std::string(any.get("break")));
    pair("Data", surges.get("from").empty() ? "" : fmt::format("{} – {}", surges.get("from"), surges.get("to")));
    pair("Goods codes", std::string(any.get("codes")));
    pair("Control lists of", findings_.as_of);
    pair("Policy", std::string(any.get("policy")));
  }

  void summary() {
    heading("Summary");
    if (const auto& of = findings_.surges.document; of.is_object()) {
      const auto& scope = at(of, "scope");
      add(Style::text,
          say("Of {tests} series of the chosen codes that could be tested, {surges} grew from {month} on beyond their seasons and their scatter, "
              "and {falls} fell; {silent} more cannot be judged.",
              {{"tests", count(count_of(scope, "tests"))},
               {"surges", count(count_of(scope, "surges"))},
               {"month", std::string(of.get("break"))},
               {"falls", count(count_of(scope, "falls"))},
               {"silent", count(count_of(scope, "cannot_say"))}}));
      placebo_sentence(of);
      largest(of);
    } else {
      made(findings_.surges, "Surges were not analysed: {reason}.");
    }
    if (const auto& of = findings_.gaps.document; of.is_object()) {
      const auto& scope = at(of, "scope");
      add(Style::text, say("Of {tests} mirrored series, in {missing} the importer reports less than the exporter, also after transport and "
                           "insurance; in {surplus} "
                           "more; {silent} more cannot be compared.",
                           {{"tests", count(count_of(scope, "tests"))},
                            {"missing", count(count_of(scope, "missing"))},
                            {"surplus", count(count_of(scope, "surplus"))},
                            {"silent", count(count_of(scope, "cannot_say"))}}));
    } else {
      made(findings_.gaps, "Mirror gaps were not analysed: {reason}.");
    }
    if (const auto& of = findings_.roundabout.document; of.is_object()) {
      const auto& effect = at(of, "effect");
      add(Style::text,
          say("Against what else is compared, the trade in question changed {ratio} times after the break (95 % interval {interval}; p {p}).",
              {{"ratio", ratio(number_of(effect, "ratio"))},
               {"interval", interval(at(effect, "ratio_interval"), [&](const auto& value) { return ratio(value); })},
               {"p", probability(number_of(effect, "p"))}}));
    } else {
      made(findings_.roundabout, "The roundabout was not estimated: {reason}.");
    }
    add(Style::text,
        say("These are statistics of goods codes. They name flows that are worth a look; they prove nothing about a firm, and a code holds "
            "civilian goods as well."));
  }

  void placebo_sentence(const Json& of) {
    const auto& placebo = at(of, "placebo");
    if (placebo.is_object()) {
      add(Style::text,
          say("As a comparison, {tests} series of codes that are on no list were tested the same way: {other} of them grew, against {chosen} of the "
              "chosen ones.",
              {{"tests", count(count_of(placebo, "tests"))},
               {"other", share(number_of(placebo, "share_surges"))},
               {"chosen", share(number_of(at(of, "scope"), "share_surges"))}}));
    } else {
      const auto why = of.get("placebo_reason");
      add(Style::text,
          say("There is no comparison with codes that are on no list: {reason}.", {{"reason", why.empty() ? say("not asked for") : sentence(why)}}));
    }
  }

  void largest(const Json& of) {
    for (const auto& result : at(of, "results").items) {
      if (result.get("verdict") != "surge") continue;
      add(Style::text, say("First in rank: {code} to {partner}, from {before} to {after} a period, {ratio} times (95 % interval {interval}); "
                           "{excess} beyond what the "
                           "months before say.",
                           {{"code", std::string(result.get("code"))},
                            {"partner", country(result.get("partner"))},
                            {"before", money(number_of(result, "mean_before"), result.get("currency"))},
                            {"after", money(number_of(result, "mean_after"), result.get("currency"))},
                            {"ratio", ratio(number_of(result, "ratio"))},
                            {"interval", interval(at(result, "ratio_interval"), [&](const auto& value) { return ratio(value); })},
                            {"excess", money(number_of(result, "excess"), result.get("currency"))}}));
      return;
    }
  }

  void codes() {
    const auto& of = findings_.surges.document;
    if (!of.is_object()) return;
    heading("Codes by risk");
    const auto& list = at(of, "codes_by_risk");
    std::vector<std::vector<std::string>> rows;
    std::size_t grew = 0;
    for (const auto& code : list.items) {
      if (count_of(code, "surges") == 0) continue;
      ++grew;
      if (rows.size() == kCodes) continue;
      const auto currency = code.get("currency");
      rows.push_back({count(static_cast<std::int64_t>(rows.size()) + 1), std::string(code.get("code")), words_of(code), joined(at(code, "lists")),
                      fmt::format("{} / {}", count(count_of(code, "surges")), count(count_of(code, "partners"))),
                      money(number_of(code, "excess_least"), currency), money(number_of(code, "excess"), currency)});
    }
    if (rows.empty()) {
      add(Style::text, say("No chosen code grew."));
      return;
    }
    table({{"№", 0.5, true},
           {say("Code"), 1.1, false},
           {say("Goods"), 4.6, false},
           {say("Lists"), 2.2, false},
           {say("Surges / partners"), 1.2, true},
           {say("Excess, at least"), 1.7, true},
           {say("Excess"), 1.7, true}},
          std::move(rows));
    more(grew - std::min(grew, kCodes));
  }

  void editions() {
    const auto& surges = findings_.surges.document;
    const auto& of = at(surges.is_object() ? surges : findings_.gaps.document, "editions");
    std::vector<std::vector<std::string>> rows;
    for (const auto& one : at(of, "joined").items)
      rows.push_back({std::string(one.get("code")), joined(at(one, "codes")), joined(at(one, "chosen"))});
    if (rows.empty()) return;
    heading("Codes that were renumbered");
    add(Style::text,
        say("Between editions of the Harmonized System these codes were divided, merged or given another number, and the data hold them by "
            "old numbers and new ones. They are counted together, under one code, so that a change of number is no change of trade; where "
            "one of them is chosen, all are taken."));
    table({{say("Code"), 1, false}, {say("Counted together"), 5, false}, {say("Chosen by itself"), 3, false}}, std::move(rows));
  }

  void more(std::size_t rows) {
    if (rows > 0)
      add(Style::text, say("{count} more rows are not shown here; tamga flows with --json and --limit gives them.",
                           {{"count", count(static_cast<std::int64_t>(rows))}}));
  }

  void series() {
    const auto charts = charts_of(findings_.surges.document);
    bool any = false;
    for (std::size_t i = 0; i < charts.size() && i < findings_.series.size(); ++i) {
      const auto& chart = charts[i];
      std::map<std::string, double> periods;
      std::string currency;
      for (const auto& one : at(findings_.series[i], "series").items) {
        if (one.get("source") != chart.source || (chart.reporter != "all" && one.get("reporter") != chart.reporter)) continue;
        if (!currency.empty() && one.get("currency") != currency) continue;
        currency = one.get("currency");
        for (const auto& point : at(one, "points").items) periods[std::string(point.get("period"))] += number_of(point, "value").value_or(0);
      }
      if (periods.empty()) continue;
      if (!any) heading("Months of the first surges");
      any = true;
      TimeSeries of;
      of.title = fmt::format("{} – {}{}", chart.code, country(chart.partner), chart.reporter == "all" ? "" : " (" + country(chart.reporter) + ")");
      of.unit = currency;
      of.at = findings_.surges.document.get("break");
      of.break_word = say("break {month}", {{"month", of.at}});
      // A month without trade stands as a gap, not as if it were not there.
      const auto first = periods.begin()->first;
      for (auto period = first; period <= periods.rbegin()->first && of.bars.size() < 1200; period = next(period)) {
        const auto found = periods.find(period);
        of.bars.push_back({period, found == periods.end() ? 0 : found->second});
      }
      picture(time_series(of), "");
    }
    if (any) add(Style::text, say("Bars are values of a period; those after the break are dark."));
  }

  static std::string next(const std::string& period) {
    int year = 0;
    int month = 0;
    std::from_chars(period.data(), period.data() + std::min<std::size_t>(4, period.size()), year);
    if (period.size() < 7) return fmt::format("{:04}", year + 1);
    std::from_chars(period.data() + 5, period.data() + 7, month);
    return month >= 12 ? fmt::format("{:04}-01", year + 1) : fmt::format("{:04}-{:02}", year, month + 1);
  }

  void map_of_partners() {
    const auto& of = findings_.surges.document;
    std::map<std::string, double> excess;
    std::string currency;
    bool mixed = false;
    for (const auto& result : at(of, "results").items) {
      if (result.get("verdict") != "surge" || result.get("partner").empty() || result.get("partner") == "all") continue;
      mixed = mixed || (!currency.empty() && currency != result.get("currency"));
      currency = result.get("currency");
      excess[std::string(result.get("partner"))] += number_of(result, "excess").value_or(0);
    }
    if (excess.empty()) return;
    heading("Partners");
    std::vector<Shaded> shaded;
    std::vector<std::vector<std::string>> rows;
    if (!mixed) {
      std::vector<std::string> missing;
      for (const auto& [partner, value] : excess) shaded.push_back({partner, value, partner});
      auto drawn = map(say("Excess of surges by partner"), shaded, missing);
      std::string below = say("Excess of surges by partner; darker is more.");
      std::string names;
      for (const auto& name : missing) names += (names.empty() ? "" : ", ") + country(name);
      if (!names.empty()) below += " " + say("Too small for this map: {countries}.", {{"countries", names}});
      picture(std::move(drawn), below);
    }
    std::vector<std::pair<std::string, double>> order(excess.begin(), excess.end());
    std::stable_sort(order.begin(), order.end(), [](const auto& a, const auto& b) { return a.second > b.second; });
    for (const auto& [partner, value] : order) rows.push_back({partner, country(partner), mixed ? "–" : money(value, currency)});
    table({{say("Partner"), 1, false}, {"", 4, false}, {say("Excess"), 2, true}}, std::move(rows));
    if (mixed) add(Style::text, say("Values are in several currencies and are not added up."));
  }

  void surges() {
    const auto& of = findings_.surges.document;
    if (!of.is_object()) return;
    heading("Surges");
    std::vector<std::vector<std::string>> rows;
    std::size_t all = 0;
    for (const auto& result : at(of, "results").items) {
      if (result.get("verdict") != "surge" && result.get("verdict") != "fall") continue;
      ++all;
      if (rows.size() == kResults) continue;
      const auto& unit = at(result, "unit_value");
      const auto& instead = at(result, "substitution");
      const auto who = result.get("reporter") == "all" || result.get("reporter").empty() ? "" : " ← " + country(result.get("reporter"));
      rows.push_back({std::string(result.get("code")), country(result.get("partner")) + who, say(result.get("verdict")),
                      ratio(number_of(result, "ratio")), interval(at(result, "ratio_interval"), [&](const auto& value) { return ratio(value); }),
                      probability(number_of(result, "q")), money(number_of(result, "excess"), result.get("currency")),
                      ratio(number_of(unit, "ratio")), interval(at(instead, "share_interval"), [&](const auto& value) { return share(value); })});
    }
    if (rows.empty()) {
      add(Style::text, say("No series changed beyond what chance explains."));
      return;
    }
    table({{say("Code"), 1.1, false},
           {say("Partner"), 2, false},
           {say("Verdict"), 1, false},
           {say("Times"), 0.9, true},
           {say("95 % interval"), 1.8, true},
           {"q", 1, true},
           {say("Excess"), 2, true},
           {say("Unit value, times"), 1, true},
           {say("Of lost direct trade"), 1.9, true}},
          std::move(rows));
    more(all - std::min(all, kResults));
    add(Style::text, say("Times: trade of a period after the break by that before it. q: the share of false ones to expect among all results with a "
                         "q as small. Unit "
                         "value: value of a kilogram. Of lost direct trade: what part of the loss of direct trade the excess would make up."));
  }

  void placebo() {
    const auto& of = findings_.surges.document;
    if (!of.is_object()) return;
    heading("Codes on no list, as a comparison");
    placebo_sentence(of);
    const auto& other = at(of, "placebo");
    if (!other.is_object()) return;
    const auto& scope = at(of, "scope");
    const auto row = [&](const Json& in, std::string name) {
      return std::vector<std::string>{std::move(name),
                                      count(count_of(in, "tests")),
                                      count(count_of(in, "surges")),
                                      count(count_of(in, "falls")),
                                      count(count_of(in, "cannot_say")),
                                      share(number_of(in, "share_surges"))};
    };
    table({{"", 3, false},
           {say("Tested"), 1, true},
           {say("Grew"), 1, true},
           {say("Fell"), 1, true},
           {say("Not judged"), 1.2, true},
           {say("Share that grew"), 1.4, true}},
          {row(scope, say("the chosen codes")), row(other, say("codes on no list"))});
  }

  void gaps() {
    const auto& of = findings_.gaps.document;
    heading("Mirror gaps");
    if (!made(findings_.gaps, "Mirror gaps were not analysed: {reason}.")) return;
    const auto& factor = at(of, "factor");
    add(Style::text,
        say("What an exporter reports to have sent is held against what the importer reports to have received. Imports hold transport and insurance: "
            "they are divided by {low} to {high}, so each share missing is a range.",
            {{"low", number(number_of(factor, "low"), 2)}, {"high", number(number_of(factor, "high"), 2)}}));
    Ranges drawn;
    drawn.title = say("Share missing, with its interval");
    drawn.zero_word = say("nothing missing");
    std::vector<std::vector<std::string>> rows;
    std::size_t all = 0;
    for (const auto& result : at(of, "results").items) {
      if (result.get("verdict") == "cannot say") continue;
      ++all;
      if (rows.size() == kResults) continue;
      const auto pair_name = fmt::format("{} → {}", country(result.get("exporter")), country(result.get("importer")));
      const auto currency = result.get("currency");
      const auto percent = [&](const auto& value) { return share(value); };
      rows.push_back({std::string(result.get("code")), pair_name,
                      result.get("verdict") == "missing" ? say("goes missing") : say(result.get("verdict")), count(count_of(result, "periods")),
                      money(number_of(result, "exports"), currency), money(number_of(result, "imports"), currency),
                      interval(at(result, "missing_share"), percent), interval(at(result, "missing_share_interval"), percent),
                      probability(number_of(result, "q"))});
      const auto* bounds = result.find("missing_share_interval");
      if (bounds == nullptr || !bounds->is_object()) bounds = result.find("missing_share");
      if (bounds == nullptr || drawn.rows.size() == kRanges) continue;
      const auto low = number_of(*bounds, "low");
      const auto high = number_of(*bounds, "high");
      // A surplus of many times would leave nothing to be seen of the others.
      if (low && high && *low >= -3) {
        drawn.rows.push_back({fmt::format("{} {} → {}", result.get("code"), result.get("exporter"), result.get("importer")), *low, *high,
                              std::nullopt, interval(*bounds, percent)});
      }
    }
    if (rows.empty()) add(Style::text, say("No pair could be compared."));
    if (!drawn.rows.empty()) picture(ranges(drawn), "");
    table({{say("Code"), 1, false},
           {say("Pair"), 2.2, false},
           {say("Verdict"), 1.2, false},
           {say("Periods"), 0.8, true},
           {say("Exports"), 1.6, true},
           {say("Imports"), 1.6, true},
           {say("Share missing"), 1.8, true},
           {say("with its uncertainty"), 1.8, true},
           {"q", 0.9, true}},
          std::move(rows));
    more(all - std::min(all, kResults));
  }

  void roundabout() {
    const auto& of = findings_.roundabout.document;
    heading("The roundabout");
    if (!made(findings_.roundabout, "The roundabout was not estimated: {reason}.")) return;
    add(Style::text, say("A difference in differences after Chupilkin, Javorcik and Plekhanov, “The Eurasian Roundabout”: whether trade changed "
                         "after the break where "
                         "it would go round a sanction, against where it would not."));
    const auto& effect = at(of, "effect");
    table({{say("Term"), 2.6, false},
           {say("Coefficient"), 1.2, true},
           {say("Standard error"), 1.2, true},
           {"p", 1, true},
           {say("Times"), 1, true},
           {say("95 % interval"), 1.8, true}},
          {{sentence(effect.get("term")), number(number_of(effect, "coefficient"), 4), number(number_of(effect, "standard_error"), 4),
            probability(number_of(effect, "p")), ratio(number_of(effect, "ratio")),
            interval(at(effect, "ratio_interval"), [&](const auto& value) { return ratio(value); })}});
    pair("Treated", countries_of(at(of, "treated")));
    pair("Compared with", countries_of(at(of, "controls")));
    std::string effects;
    for (const auto& one : at(of, "fixed_effects").items) effects += (effects.empty() ? "" : ", ") + sentence(one.text);
    pair("Fixed effects", effects);
    pair("Observations", count(count_of(of, "observations")));
    pair("Data", of.get("from").empty() ? "" : fmt::format("{} – {}", of.get("from"), of.get("to")));
    Ranges drawn;
    drawn.title = say("Effect by period, against the last one before the break (logarithm)");
    drawn.zero_word = say("no difference");
    for (const auto& row : at(of, "dynamic").items) {
      const auto name = row.get("from") == row.get("to") ? std::string(row.get("from")) : fmt::format("{} – {}", row.get("from"), row.get("to"));
      const auto middle = number_of(row, "coefficient");
      const auto low = number_of(at(row, "interval"), "low");
      const auto high = number_of(at(row, "interval"), "high");
      if (middle && low && high) {
        drawn.rows.push_back({name, *low, *high, middle, number(middle, 2)});
      } else if (row.find("base") != nullptr) {
        drawn.rows.push_back({name, 0, 0, 0.0, say("base")});
      }
    }
    if (!drawn.rows.empty()) picture(ranges(drawn), "");
    if (const auto& before = at(of, "pre_trend"); before.is_object())
      add(Style::text, say("Test that the two moved together before the break: F {f}, p {p}. A small p speaks against the comparison.",
                           {{"f", number(number_of(before, "f"), 2)}, {"p", probability(number_of(before, "p"))}}));
    for (const auto& remark : at(of, "remarks").items) add(Style::text, sentence(remark.text) + (remark.text.ends_with('.') ? "" : "."));
  }

  void not_reported() {
    heading("What is not in this report");
    std::vector<std::vector<std::string>> rows;
    const auto put = [&](const std::string& what, const Json& list, std::string_view counted) {
      for (const auto& one : list.items)
        rows.push_back({what, sentence(one.get("reason")), number(number_of(one, counted), 0),
                        one.find("value") == nullptr ? std::string() : money(number_of(one, "value"), one.get("currency"))});
    };
    put(say("not judged"), at(findings_.surges.document, "cannot_say"), "series");
    put(say("left out"), at(findings_.surges.document, "left_out"), "series");
    put(say("not compared"), at(findings_.gaps.document, "not_compared"), "pairs");
    put(say("left out"), at(findings_.gaps.document, "left_out"), "series");
    table({{"", 1.4, false}, {say("Reason"), 4, false}, {say("Series or pairs"), 1.2, true}, {say("Value"), 1.8, true}}, std::move(rows));
    for (const auto* part : {&findings_.surges, &findings_.gaps}) {
      if (const auto unseen = count_of(part->document, "more"); unseen > 0) more(static_cast<std::size_t>(unseen));
    }
    add(Style::text, say("Trade that no file holds, re-exports that a country does not report, and goods declared under another code cannot be seen "
                         "here. Editions of "
                         "the Harmonized System differ: a step at the turn of 2012, 2017 or 2022 may be a code that was renumbered."));
  }

  void sources() {
    heading("Sources");
    std::vector<std::vector<std::string>> rows;
    std::vector<std::vector<std::string>> faults;
    for (const auto& file : findings_.files.items) {
      rows.push_back({count(count_of(file, "number")), std::string(file.get("name")), std::string(file.get("layout")), count(count_of(file, "rows")),
                      count(count_of(file, "kept")), count(count_of(file, "left_out")), count(count_of(file, "rejected"))});
      for (const auto& fault : at(file, "by_fault").members)
        faults.push_back({count(count_of(file, "number")), say(fault.key), number(number_of(&fault.value), 0)});
    }
    if (rows.empty()) add(Style::text, say("No file is named."));
    table({{"№", 0.5, true},
           {say("File"), 3.4, false},
           {say("Layout"), 2, false},
           {say("Rows"), 1.2, true},
           {say("Kept"), 1.2, true},
           {say("Totals"), 1, true},
           {say("Rejected"), 1, true}},
          std::move(rows));
    for (const auto& file : findings_.files.items)
      paper_.blocks.push_back({Style::pair, std::string(file.get("hash")), fmt::format("№ {}", count(count_of(file, "number")))});
    if (!faults.empty()) {
      add(Style::text, say("Rows that were kept apart, by what is wrong with them:"));
      table({{"№", 0.5, true}, {say("Fault"), 4, false}, {say("Rows"), 1, true}}, std::move(faults));
    }
  }

  void reading() {
    heading("How to read it");
    add(Style::text, say("Each test asks whether a series differs after the break from what its own months before say. Its uncertainty is the 95 % "
                         "interval; where many "
                         "tests are made, some differ by chance, so verdicts hold a false discovery rate and not each test for itself."));
    add(Style::text, say("The same files, policy and day give the same report, byte by byte. tamga flows surge, gap and roundabout with --rows give "
                         "the lines of the files "
                         "behind each number."));
  }

  const FlowFindings& findings_;
  language::Language language_;
  const language::Catalogue& catalogue_;
  pdf::Paper paper_;
};

}  // namespace

std::vector<Chart> charts_of(const Json& surges) {
  std::vector<Chart> charts;
  for (const auto& result : at(surges, "results").items) {
    if (charts.size() == kCharts) break;
    if (result.get("verdict") != "surge") continue;
    charts.push_back({std::string(result.get("code")), std::string(result.get("partner")), std::string(result.get("reporter", "all")),
                      std::string(result.get("source")), std::string(surges.get("flow"))});
  }
  return charts;
}

pdf::Paper flow_paper(const FlowFindings& findings, language::Language language) { return Writer(findings, language).write(); }

}  // namespace tamga::report
