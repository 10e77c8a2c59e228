#include "cli/flows_analysis.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <memory>

#include "app/flow_analysis.h"
#include "cli/print.h"

namespace tamga::cli {
namespace {

// Tables are made of the document that --json prints, so that both say the same.

std::string text_of(const Json* value) {
  if (value == nullptr || value->kind == Json::Kind::null) return "–";
  return value->text;
}
std::string text_of(const Json& one, std::string_view key) { return text_of(one.find(key)); }

std::string range_of(const Json* value) {
  if (value == nullptr || !value->is_object()) return "–";
  return fmt::format("{} to {}", text_of(*value, "low"), text_of(*value, "high"));
}

/// "1234567.89" to "1,234,568".
std::string money(const Json* value) {
  if (value == nullptr || value->kind == Json::Kind::null) return "–";
  std::string whole = value->text.substr(0, value->text.find('.'));
  const std::size_t first = whole.starts_with('-') ? 1 : 0;
  for (std::size_t at = whole.size(); at > first + 3;) {
    at -= 3;
    whole.insert(at, ",");
  }
  return whole;
}
std::string money_range(const Json* value) {
  if (value == nullptr || !value->is_object()) return "–";
  return fmt::format("{} to {}", money(value->find("low")), money(value->find("high")));
}

std::string lists_text(const Json& one) {
  const Json* lists = one.find("lists");
  std::vector<std::string> names;
  if (lists != nullptr) {
    for (const auto& list : lists->items) names.push_back(list.text);
  }
  return fmt::format("{}", fmt::join(names, ", "));
}

std::string reasons_text(const Json& answer, std::string_view key, std::string_view indent) {
  std::string text;
  const Json* list = answer.find(key);
  if (list == nullptr) return text;
  for (const auto& one : list->items) text += fmt::format("{}{} series: {}\n", indent, text_of(one, "series"), one.get("reason"));
  return text;
}

std::string joined(const Json& answer, std::string_view key) {
  std::vector<std::string> texts;
  for (const auto& one : answer.find(key)->items) texts.push_back(one.text);
  return fmt::format("{}", fmt::join(texts, ", "));
}

/// What is counted together over editions of the Harmonized System, a line a group; and why nothing is, where it was asked for.
std::string editions_text(const Json& answer) {
  const Json& editions = *answer.find("editions");
  std::string text;
  if (const auto& data = editions.find("in_data")->items; data.size() > 1 || !editions.find("joined")->items.empty()) {
    std::vector<std::string> spans;
    for (const auto& one : data)
      spans.push_back(fmt::format("HS {} {} to {} (by the {})", text_of(one, "edition"), one.get("from"), one.get("to"), one.get("told_by")));
    text += fmt::format("editions, {}: {}\n", editions.get("counted"), fmt::join(spans, ", "));
  }
  for (const auto& one : editions.find("joined")->items)
    text += fmt::format("  {} counts {} together, of which chosen: {}\n", one.get("code"), joined(one, "codes"), joined(one, "chosen"));
  return text;
}

std::string rows_text(const Json& one) {
  const Json* rows = one.find("rows");
  if (rows == nullptr) return "";
  std::string text;
  for (const auto& row : rows->items) {
    text += fmt::format("    {}{} {} {} of {} from {}:{}\n", row.find("side") == nullptr ? "" : std::string(row.get("side")) + " ", row.get("period"),
                        text_of(row, "value"), row.get("code"), row.get("reporter"), one_line(row.get("file")), text_of(row, "line"));
  }
  if (const Json* more = one.find("rows_more"); more != nullptr) text += fmt::format("    and {} more\n", more->text);
  return text;
}

std::string share_text(const Json& counts) {
  return fmt::format("{} of {} tests are surges, {} falls; of {} series nothing can be said", text_of(counts, "surges"), text_of(counts, "tests"),
                     text_of(counts, "falls"), text_of(counts, "cannot_say"));
}

void print_surge(const Json& answer) {
  std::string text = fmt::format("break {}, data {} to {}, codes {} as of {}\n", answer.get("break"), answer.get("from"), answer.get("to"),
                                 one_line(answer.get("codes")), answer.get("as_of"));
  text += fmt::format("asked:   {}\n", share_text(*answer.find("scope")));
  const Json* placebo = answer.find("placebo");
  text += placebo->is_object() ? fmt::format("placebo: {} (codes of no list)\n", share_text(*placebo))
                               : fmt::format("placebo: none: {}\n", answer.get("placebo_reason"));
  text += reasons_text(answer, "cannot_say", "  nothing to say of ") + reasons_text(answer, "left_out", "  left out ") + editions_text(answer);
  Table codes({"code", "lists", "surges", "excess at least", "excess", "direct trade lost", "what"});
  bool any = false;
  for (const auto& one : answer.find("codes_by_risk")->items) {
    if (text_of(one, "surges") == "0") continue;
    any = true;
    codes.add({text_of(one, "code"), lists_text(one), fmt::format("{} of {}", text_of(one, "surges"), text_of(one, "partners")),
               money(one.find("excess_least")), money(one.find("excess")) + " " + std::string(one.get("currency")), money(one.find("direct_loss")),
               one_line(one.get("words"))});
  }
  if (any) text += "\ncodes by risk\n" + codes.text();
  Table table({"", "code", "partner", "reporter", "verdict", "after/before", "95 %", "q", "excess", "per kg", "of lost direct trade"});
  std::string rows;
  for (const auto& one : answer.find("results")->items) {
    const bool silent = one.find("reason") != nullptr;
    const Json* unit = one.find("unit_value");
    const Json* substitution = one.find("substitution");
    table.add({text_of(one, "rank"), text_of(one, "code"), text_of(one, "partner"), text_of(one, "reporter"),
               silent ? fmt::format("cannot say: {}", one.get("reason")) : std::string(one.get("verdict")), text_of(one, "ratio"),
               range_of(one.find("ratio_interval")), text_of(one, "q"),
               silent ? money(one.find("mean_after")) + " a period" : money(one.find("excess")), unit == nullptr ? "–" : text_of(*unit, "ratio"),
               substitution == nullptr ? "–" : text_of(*substitution, "share")});
    rows += rows_text(one);
  }
  text += "\nresults by risk\n" + table.text() + rows;
  if (const auto more = text_of(answer, "more"); more != "0") text += fmt::format("and {} more; --limit shows them\n", more);
  out(text);
}

/// Of the periods that the verdict is about.
const Json* tested_share(const Json& one) {
  const Json* after = one.find("after");
  if (one.get("tested") == "after the break" && after != nullptr && after->is_object()) return after->find("missing_share");
  return one.find("missing_share");
}

void print_gap(const Json& answer) {
  const Json& scope = *answer.find("scope");
  std::string text = fmt::format("imports by exports {}, break {}, codes {} as of {}\n", range_of(answer.find("factor")), answer.get("break"),
                                 one_line(answer.get("codes")), answer.get("as_of"));
  text += fmt::format("{} tests: {} missing, {} surplus; of {} nothing can be said\n", text_of(scope, "tests"), text_of(scope, "missing"),
                      text_of(scope, "surplus"), text_of(scope, "cannot_say"));
  for (const auto& one : answer.find("not_compared")->items)
    text +=
        fmt::format("  not compared: {} pairs, {} {}: {}\n", text_of(one, "pairs"), money(one.find("value")), one.get("currency"), one.get("reason"));
  text += reasons_text(answer, "left_out", "  left out ") + editions_text(answer);
  Table table({"", "code", "from", "to", "verdict", "periods", "exports", "imports", "missing share", "q", "exporter only", "in transit"});
  std::string rows;
  for (const auto& one : answer.find("results")->items) {
    const bool silent = one.find("reason") != nullptr;
    table.add({text_of(one, "rank"), text_of(one, "code"), text_of(one, "exporter"), text_of(one, "importer"),
               silent ? fmt::format("cannot say: {}", one.get("reason")) : std::string(one.get("verdict")), text_of(one, "periods"),
               money(one.find("exports")), money(one.find("imports")), range_of(tested_share(one)), text_of(one, "q"),
               money(one.find("exporter_only")->find("value")), money_range(one.find("in_transit"))});
    rows += rows_text(one);
  }
  text += table.text() + rows;
  if (const auto more = text_of(answer, "more"); more != "0") text += fmt::format("and {} more; --limit shows them\n", more);
  out(text);
}

void print_roundabout(const Json& answer) {
  const Json& effect = *answer.find("effect");
  std::string text =
      fmt::format("{} in {}, {} to {}, break {}, {} of {}\n", answer.get("method") == "ols" ? "log of value" : "value (Poisson)",
                  answer.get("currency"), answer.get("from"), answer.get("to"), answer.get("break"), answer.get("flow"), answer.get("source"));
  text += fmt::format("treated {}; others {}; {} products, held against {}\n", joined(answer, "treated"), joined(answer, "controls"),
                      text_of(answer, "products"), text_of(answer, "products_against"));
  text += fmt::format("fixed effects {}; {} observations, {} clusters by {}\n", joined(answer, "fixed_effects"), text_of(answer, "observations"),
                      text_of(answer, "cluster_count"), answer.get("clusters"));
  text += editions_text(answer) + "\n";
  text += fmt::format("{}: {} (standard error {}, {} with nested effects not counted), p {}\n", effect.get("term"), text_of(effect, "coefficient"),
                      text_of(effect, "standard_error"), text_of(effect, "standard_error_nested"), text_of(effect, "p"));
  text += fmt::format("times {} (95 %: {})\n", text_of(effect, "ratio"), range_of(effect.find("ratio_interval")));
  if (!answer.find("dynamic")->items.empty()) {
    Table table({"from", "to", "effect", "95 %"});
    for (const auto& one : answer.find("dynamic")->items)
      table.add({text_of(one, "from"), text_of(one, "to"), one.find("base") == nullptr ? text_of(one, "coefficient") : "0 (base)",
                 range_of(one.find("interval"))});
    text += "\n" + table.text();
  }
  if (const Json* trend = answer.find("pre_trend"); trend->is_object())
    text += fmt::format("effects before the break are all 0: F({}, {}) = {}, p {}\n", text_of(*trend, "numerator"), text_of(*trend, "denominator"),
                        text_of(*trend, "f"), text_of(*trend, "p"));
  for (const auto& remark : answer.find("remarks")->items) text += fmt::format("note: {}\n", remark.text);
  out(text);
}

void print_series(const Json& answer) {
  std::string text;
  if (answer.find("joined") != nullptr) text += fmt::format("{} is counted together with {}\n", answer.get("code"), joined(answer, "joined"));
  for (const auto& one : answer.find("series")->items) {
    text += fmt::format("{} {} of {} {} {} ({}, {})\n", one.get("reporter"), one.get("flow"), one.get("code"),
                        one.get("flow").ends_with("import") ? "from" : "to", one.get("partner"), one.get("source"), one.get("currency"));
    for (const auto& point : one.find("points")->items)
      text += fmt::format("  {} {:>18} {:>16} kg\n", point.get("period"), text_of(point, "value"), text_of(point, "weight_kg"));
  }
  if (const auto more = text_of(answer, "more"); more != "0") text += fmt::format("and {} more series; --limit shows them\n", more);
  out(text);
}

/// Runs a question against the policy and prints the answer in either form.
template <typename Question>
std::function<Result<int>()> asking(const Common& common, std::shared_ptr<Question> question, std::shared_ptr<std::string> as_of,
                                    Result<Json> (*document)(const app::Settings&, const app::Rules&, const Question&, const app::Stop&),
                                    void (*print)(const Json&)) {
  return [&common, question, as_of, document, print]() -> Result<int> {
    TAMGA_TRY(question->common.as_of, read_day(*as_of, "--as-of"));
    TAMGA_TRY(const auto rules, app::load_rules(common.settings.policy));
    TAMGA_TRY(const auto answer, document(common.settings, rules, *question, {}));
    if (common.json)
      out(answer.dump() + "\n");
    else
      print(answer);
    return kDone;
  };
}

void add_editions(CLI::App& command, std::string& editions) {
  command.add_option("--editions", editions, "codes that were renumbered between editions of the HS: joined or as-reported [joined]")
      ->check(CLI::IsMember({"joined", "as-reported"}));
}

void add_common(CLI::App& command, app::FlowQuestion& question, std::string& as_of) {
  command.add_option("--break", question.at, "the first month after the break [2022-03]")->type_name("YYYY-MM");
  command.add_option("--codes", question.codes, "lists of the policy, codes, files of codes, or all [chpl: the Common High Priority List]")
      ->type_name("LIST|CODES|FILE");
  command.add_option("--digits", question.digits, "length of the codes that are told apart: 4, 6, 8 or 10 [6]");
  command.add_option("--limit", question.limit, "so many results at most [50]");
  command.add_option("--q", question.q, "the false discovery rate of a verdict [0.05]");
  command.add_option("--as-of", as_of, "the day of the control lists [today]")->type_name("DATE");
  add_editions(command, question.editions);
}

void add_surge(CLI::App& command, Common& common, Chosen& chosen) {
  const auto question = std::make_shared<app::SurgeQuestion>();
  const auto as_of = std::make_shared<std::string>();
  auto* sub = command.add_subcommand("surge", "which trade grew at the break beyond its seasons, with uncertainty, placebo and the rows behind it");
  add_common(*sub, question->common, *as_of);
  sub->add_option("--partner", question->common.partners, "partners, with commas between [all]")->type_name("COUNTRIES");
  sub->add_option("--reporter", question->common.reporters, "reporters [all]; EU27 are all members")->type_name("COUNTRIES");
  sub->add_option("--flow", question->common.flow, "export or import [export]")->check(CLI::IsMember({"export", "import"}));
  sub->add_option("--by", question->by, "what is told apart: code, partner, reporter [code,partner]");
  sub->add_option("--direct", question->direct, "with whom trade is direct [RU]")->type_name("COUNTRY");
  sub->add_flag("--trend", question->trend, "take a steady growth out as well");
  sub->add_flag("--rows", question->common.rows, "the file and line of every value behind a result");
  sub->add_flag("!--no-placebo", question->placebo, "do not test the codes of no list");
  sub->callback([&common, &chosen, question, as_of] { chosen.run = asking(common, question, as_of, app::surge_document, print_surge); });
}

void add_gap(CLI::App& command, Common& common, Chosen& chosen) {
  const auto question = std::make_shared<app::GapQuestion>();
  const auto as_of = std::make_shared<std::string>();
  auto* sub = command.add_subcommand("gap", "what A reports as exported to B against what B reports as imported from A");
  add_common(*sub, question->common, *as_of);
  sub->add_option("--exporter", question->common.reporters, "exporters [all]")->type_name("COUNTRIES");
  sub->add_option("--importer", question->common.partners, "importers [all]")->type_name("COUNTRIES");
  sub->add_option("--factor-low", question->factor_low, "imports (CIF) by exports (FOB) at least [1.06]");
  sub->add_option("--factor-high", question->factor_high, "and at most [1.10]");
  sub->add_option("--by", question->by, "code,pair or pair [code,pair]");
  sub->add_flag("--union", question->join_union, "take the members of the European Union together");
  sub->add_flag("--rows", question->common.rows, "the file and line of every value behind a result");
  sub->callback([&common, &chosen, question, as_of] { chosen.run = asking(common, question, as_of, app::gap_document, print_gap); });
}

void add_roundabout(CLI::App& command, Common& common, Chosen& chosen) {
  const auto question = std::make_shared<app::RoundaboutQuestion>();
  const auto as_of = std::make_shared<std::string>();
  auto* sub = command.add_subcommand("roundabout", "differences in differences, by the method of \"The Eurasian Roundabout\"");
  add_common(*sub, question->common, *as_of);
  sub->add_option("--contrast", question->contrast, "destinations, products or triple [destinations]");
  sub->add_option("--method", question->method, "ols on logs, or ppml [ols]");
  sub->add_option("--clusters", question->clusters, "product or product-destination [product]");
  sub->add_option("--against", question->against, "codes that the chosen are held against: unlisted or other [unlisted]");
  sub->add_option("--treated", question->treated, "destinations through which trade may go round [AM,KG,KZ]")->type_name("COUNTRIES");
  sub->add_option("--controls", question->controls, "other destinations [all but the treated, the sanctioned and the Union]")->type_name("COUNTRIES");
  sub->add_option("--sanctioned", question->sanctioned, "destinations that are no controls [RU,BY]")->type_name("COUNTRIES");
  sub->add_option("--reporter", question->common.reporters, "reporters [all]")->type_name("COUNTRIES");
  sub->add_option("--flow", question->common.flow, "export or import [export]")->check(CLI::IsMember({"export", "import"}));
  sub->add_option("--from", question->from, "first month")->type_name("YYYY-MM");
  sub->add_option("--to", question->to, "last month")->type_name("YYYY-MM");
  sub->callback([&common, &chosen, question, as_of] { chosen.run = asking(common, question, as_of, app::roundabout_document, print_roundabout); });
}

void add_series(CLI::App& command, Common& common, Chosen& chosen) {
  const auto question = std::make_shared<app::SeriesQuestion>();
  const auto as_of = std::make_shared<std::string>();
  auto* sub = command.add_subcommand("series", "the series of a code as they stand in the store");
  sub->add_option("CODE", question->code, "2 to 10 digits: all codes that begin so; six: and those joined to it")->required();
  sub->add_option("--partner", question->partner, "one partner")->type_name("COUNTRY");
  sub->add_option("--reporter", question->reporter, "one reporter")->type_name("COUNTRY");
  sub->add_option("--flow", question->flow, "import, export, re-import or re-export");
  sub->add_option("--source", question->source, "comtrade, comext or declarations");
  sub->add_option("--limit", question->limit, "so many series at most [100]");
  sub->add_option("--as-of", *as_of, "the day of the control lists [today]")->type_name("DATE");
  add_editions(*sub, question->editions);
  sub->add_flag("--rows", question->rows, "the file and line of every value");
  sub->callback([&common, &chosen, question, as_of] {
    chosen.run = [&common, question, as_of]() -> Result<int> {
      TAMGA_TRY(question->as_of, read_day(*as_of, "--as-of"));
      TAMGA_TRY(const auto rules, app::load_rules(common.settings.policy));
      TAMGA_TRY(const auto answer, app::series_document(common.settings, rules, *question));
      if (common.json)
        out(answer.dump() + "\n");
      else
        print_series(answer);
      return kDone;
    };
  });
}

}  // namespace

void add_flows_analysis(CLI::App& command, Common& common, Chosen& chosen) {
  add_surge(command, common, chosen);
  add_gap(command, common, chosen);
  add_roundabout(command, common, chosen);
  add_series(command, common, chosen);
}

}  // namespace tamga::cli
