#include "app/flow_analysis.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "app/flow_documents.h"

namespace tamga::app {
namespace {

using flow_documents::count;
using flow_documents::exact;
using flow_documents::files_document;
using flow_documents::lists_of;
using flow_documents::open;
using flow_documents::read_countries;
using flow_documents::read_editions;
using flow_documents::set_joined;
using flows::Country;
using flows::Period;

}  // namespace

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
  TAMGA_TRY(const auto editions, read_editions(opened, rules, question.editions, question.code.size()));
  // Each series is told as it is in the store; what is joined is which of them are, and the total.
  TAMGA_TRY(const auto choice, CodeChoice::read(rules, "all", question.as_of, false));
  Json list = Json::array();
  std::size_t more = 0;
  std::map<Period, std::pair<std::int64_t, std::int64_t>> total;
  std::optional<flows::SeriesKey> kind_of_all;
  bool one_kind = true;
  for (const auto& kind : opened.kinds) {
    if (!question.flow.empty() && question.flow != flows::word(kind.flow)) continue;
    if (!question.source.empty() && question.source != flows::word(kind.source)) continue;
    std::vector<flows::SeriesKey> keys;
    for (const auto& code : editions.joined.together(question.code)) {
      TAMGA_TRY(auto own, opened.reader.keys(kind, code, partner, reporter, 100'000));
      std::move(own.begin(), own.end(), std::back_inserter(keys));
    }
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
  answer.set("code", question.code).set("as_of", question.as_of.text());
  set_joined(answer, editions.joined, question.code);
  answer.set("series", std::move(list)).set("total", std::move(sum));
  answer.set("files", files_document(opened.files)).set("more", count(more));
  return answer;
}

}  // namespace tamga::app
