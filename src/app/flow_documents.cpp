#include "app/flow_documents.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <tuple>

#include "flows/countries.h"

namespace tamga::app::flow_documents {

using flows::Country;
using flows::Frequency;
using flows::Interval;
using flows::Period;

namespace {

/// Rows behind one result that are written at most.
constexpr std::size_t kRowsMost = 2000;
/// Those of the Harmonized System; longer codes are of a country.
constexpr std::size_t kJoinedDigits = 6;

std::string span_text(const flows::Coverage& coverage, flows::Flow flow) {
  for (const auto frequency : {Frequency::monthly, Frequency::annual}) {
    const auto span = coverage.span(flow, frequency);
    if (span.first <= span.second)
      return fmt::format("{} to {}", flows::period_text(span.first, frequency), flows::period_text(span.second, frequency));
  }
  return "";
}

std::string_view file_name(const std::vector<FlowFile>& files, std::uint32_t number) {
  for (const auto& file : files) {
    if (file.number == number) return file.name;
  }
  return "";
}

bool stands_for(Country country, Country asked, bool union_counts) {
  return asked == 0 || country == asked || (union_counts && asked == flows::kUnion && flows::is_member(country));
}

}  // namespace

Json fixed(double value, int places) {
  if (!std::isfinite(value) || std::abs(value) >= 1e18) return {};
  auto text = fmt::format("{:.{}f}", value, places);
  if (text.front() == '-' && text.find_first_not_of("-0.") == std::string::npos) text.erase(0, 1);
  return Json::number_literal(text);
}

Json small(double value) { return std::isfinite(value) ? Json::number_literal(fmt::format("{:.4g}", value)) : Json(); }

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

Result<Opened> open(const Settings& settings) {
  TAMGA_TRY(auto store, FlowStore::open(settings));
  TAMGA_TRY(auto reader, FlowReader::open(settings));
  TAMGA_TRY(auto kinds, reader.kinds());
  if (kinds.empty()) return not_found("the store of trade statistics holds no series; tamga flows import FILE... brings some in");
  TAMGA_TRY(auto files, store.files());
  return Opened{std::move(store), std::move(reader), std::move(kinds), std::move(files)};
}

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

Status add_rows(Opened& opened, const RowSelection& selection, std::string_view side, Json& rows, std::size_t& left) {
  const auto exact_country = [&](Country asked) { return selection.union_counts && asked == flows::kUnion ? Country{0} : asked; };
  std::vector<flows::SeriesKey> keys;
  for (const auto& code : selection.codes) {
    TAMGA_TRY(auto own, opened.reader.keys(selection.kind, code, exact_country(selection.partner), exact_country(selection.reporter), 100'000));
    std::move(own.begin(), own.end(), std::back_inserter(keys));
  }
  const auto digits = selection.codes.front().size();
  std::map<std::tuple<std::string, Country, Country>, std::size_t> shortest;
  std::set<Country> with_members;
  std::erase_if(keys, [&](const auto& key) {
    return !stands_for(key.partner, selection.partner, selection.union_counts) ||
           !stands_for(key.reporter, selection.reporter, selection.union_counts) || key.partner == selection.but_partner;
  });
  const auto place = [&](const flows::SeriesKey& key) { return std::tuple(key.code.substr(0, digits), key.partner, key.reporter); };
  for (const auto& key : keys) {
    auto& length = shortest.try_emplace(place(key), key.code.size()).first->second;
    length = std::min(length, key.code.size());
    if (flows::is_member(key.reporter)) with_members.insert(key.partner);
  }
  for (const auto& key : keys) {
    if (key.code.size() != shortest[place(key)] || (key.reporter == flows::kUnion && with_members.contains(key.partner))) continue;
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

void set_joined(Json& one, const flows::JoinedCodes& joined, const std::string& code) {
  if (const auto* group = joined.group_of(code); group != nullptr) one.set("joined", Json::strings(group->codes));
}

Result<Editions> read_editions(Opened& opened, const Rules& rules, const std::string& asked, std::size_t digits) {
  Editions editions;
  if (asked != "joined" && asked != "as-reported")
    return bad_input(fmt::format("editions: \"{}\" is not known, expected joined or as-reported", asked));
  TAMGA_TRY(editions.known, opened.store.nomenclatures());
  if (asked == "as-reported") {
    editions.why_not = "asked for as reported";
  } else if (digits != kJoinedDigits) {
    editions.why_not = "codes are joined at six digits alone";
  } else {
    const flows::Concordance concordance(rules.controls.all_renumberings());
    std::set<std::string> present;
    for (const auto& code : concordance.codes()) {
      TAMGA_TRY(const bool held, opened.reader.holds(opened.kinds, code));
      if (held) present.insert(code);
    }
    editions.joined = concordance.join(present);
  }
  return editions;
}

Json editions_document(const Editions& editions, const flows::Coverage& coverage, const std::vector<flows::SeriesKey>& kinds,
                       const CodeChoice& choice) {
  struct Span {
    Period from = 0;
    Period to = 0;
  };
  std::map<std::tuple<int, bool, Frequency>, Span> spans;
  for (const auto& [of, periods] : coverage.reported()) {
    const bool asked = std::any_of(kinds.begin(), kinds.end(), [&](const auto& kind) {
      return kind.source == of.source && kind.flow == of.flow && kind.frequency == of.frequency;
    });
    if (!asked) continue;
    for (Period period = periods.first; period <= periods.last(); ++period) {
      if (!periods.has(period)) continue;
      const auto told = editions.known.told(of, period);
      auto& span =
          spans.try_emplace({told.value_or(flows::edition_of_year(period / 12)), told.has_value(), of.frequency}, Span{period, period}).first->second;
      span.from = std::min(span.from, period);
      span.to = std::max(span.to, period);
    }
  }
  Json in_data = Json::array();
  bool by_year = false;
  bool old = false;
  for (const auto& [of, span] : spans) {
    const auto& [edition, told, frequency] = of;
    by_year = by_year || !told;
    old = old || edition < flows::kOldestEdition;
    Json one = Json::object();
    one.set("edition", count(std::int64_t{edition})).set("told_by", told ? "file" : "year");
    one.set("from", flows::period_text(span.from, frequency)).set("to", flows::period_text(span.to, frequency));
    in_data.push(std::move(one));
  }
  Json assumed = Json::array();
  if (by_year) assumed.push(Json::string("where the file does not say the edition of its codes, it is that of the year"));
  if (old) assumed.push(Json::string("renumberings before the edition of 2012 are not known: such codes are counted under their own numbers"));
  Json joined = Json::array();
  for (const auto& group : editions.joined.groups()) {
    if (!choice.standing(group.code).chosen) continue;
    std::vector<std::string> chosen;
    for (const auto& code : group.codes) {
      if (choice.chosen_alone(code)) chosen.push_back(code);
    }
    Json one = Json::object();
    one.set("code", group.code).set("codes", Json::strings(group.codes)).set("chosen", Json::strings(chosen));
    one.set("moves", Json::strings(choice.joined_by(group.code)));
    joined.push(std::move(one));
  }
  Json answer = Json::object();
  answer.set("counted", editions.why_not.empty() ? "joined" : "as reported");
  if (!editions.why_not.empty()) answer.set("reason", editions.why_not);
  return answer.set("in_data", std::move(in_data)).set("assumed", std::move(assumed)).set("joined", std::move(joined));
}

}  // namespace tamga::app::flow_documents
