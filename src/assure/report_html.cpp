#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "assure/plot.h"
#include "assure/report.h"
#include "base/markup.h"

// The page for an examiner. One column of text for reading, tables at full width; prints on A4.
namespace tamga::assure {
namespace {

constexpr std::string_view kStyle = R"(<style>
:root{--ink:#1c1e21;--soft:#666b72;--hair:#e3e4e6;--rule:#b9bcc1;--p:#1f4e79;--o:#a8612a;--v:#3d7a6a;--bad:#9c2a26;--wash:#f6f6f4}
*{box-sizing:border-box}
html{background:#fff;color:var(--ink);-webkit-print-color-adjust:exact;print-color-adjust:exact}
body{max-width:800px;margin:48px auto 96px;padding:0 20px;
font:15px/1.5 Charter,"Bitstream Charter","Source Serif 4",Cambria,Georgia,"DejaVu Serif",serif;
font-variant-numeric:lining-nums}
h1{font-size:28px;line-height:1.2;font-weight:600;margin:0 0 6px;letter-spacing:-.01em}
h2{font-size:18px;font-weight:600;margin:44px 0 8px;padding-top:10px;border-top:1px solid var(--ink)}
h2 b{color:var(--soft);font-weight:400;margin-right:.7em}
h3{font-size:15px;font-weight:600;margin:22px 0 4px}
p{margin:6px 0 10px;max-width:66ch}
.under,.note,figcaption,nav{color:var(--soft);font-size:13px}
nav{columns:3;margin:18px 0 0;line-height:1.7}
nav a{color:inherit;text-decoration:none}
nav a:hover{text-decoration:underline}
code{font:12px/1.4 "DejaVu Sans Mono",Menlo,Consolas,monospace}
td code{white-space:nowrap}
td code,.hash{font:10px/1.5 "DejaVu Sans Mono",Menlo,Consolas,monospace;color:var(--soft);overflow-wrap:anywhere}
.day{white-space:nowrap}
pre{font:12px/1.5 "DejaVu Sans Mono",Menlo,Consolas,monospace;background:var(--wash);padding:10px 14px;white-space:pre-wrap;overflow-wrap:anywhere}
.figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(150px,1fr));gap:0 24px;margin:26px 0 6px;border-top:1px solid var(--ink)}
.figures div{padding:10px 0 4px}
.figures strong{display:block;font-size:27px;line-height:1.15;font-weight:400;letter-spacing:-.02em}
.figures span{display:block;font-size:13px;color:var(--soft);line-height:1.35}
table{width:100%;border-collapse:collapse;margin:10px 0 14px;font:12.5px/1.4 "Helvetica Neue",Arial,"Liberation Sans","DejaVu Sans",sans-serif;
font-variant-numeric:tabular-nums lining-nums}
th{font-weight:400;color:var(--soft);text-align:left;vertical-align:bottom;padding:4px 10px 4px 0;border-bottom:1px solid var(--rule)}
td{vertical-align:top;padding:3px 10px 3px 0;border-bottom:1px solid var(--hair)}
th:last-child,td:last-child{padding-right:0}
.n{text-align:right;white-space:nowrap}
td small{color:var(--soft);font-size:11px;margin-left:5px}
tr.sum td{border-bottom:0;border-top:1px solid var(--rule);font-weight:600}
tr.part td{padding-top:12px;font-weight:600;border-bottom:1px solid var(--rule)}
.long{font-size:11.5px;line-height:1.35;table-layout:fixed}
.long td{overflow-wrap:anywhere;padding-top:2px;padding-bottom:2px}
.bad{color:var(--bad)}
figure{margin:16px 0 10px}
figure svg{display:block;max-width:100%;height:auto}
figcaption{max-width:66ch;margin-top:6px}
.key{margin-right:14px;white-space:nowrap}
.key svg{display:inline;vertical-align:-2px;margin-right:4px;overflow:visible}
.legend{font-size:13px;color:var(--soft);margin-bottom:4px}
svg text{font:11.5px "Helvetica Neue",Arial,"Liberation Sans","DejaVu Sans",sans-serif;fill:var(--ink);font-variant-numeric:tabular-nums}
svg .tick{font-size:10.5px;fill:var(--soft)}svg .note{font-size:10.5px}svg .head{font-size:11.5px;fill:var(--ink)}
svg .grid{stroke:var(--hair);stroke-width:1}svg .hair{stroke:#f0f0f0;stroke-width:1}svg .axis{stroke:var(--rule);stroke-width:1}
svg .whisker{stroke-width:1.3;fill:none}svg .curve{fill:none;stroke-width:1.6;stroke-linejoin:round}
svg .p{fill:var(--p);stroke:var(--p)}svg .o{fill:var(--o);stroke:var(--o)}svg .v{fill:var(--v);stroke:var(--v)}
svg circle.p,svg rect.o,svg path.v{stroke:none}svg .curve.p,svg .curve.o,svg .curve.v{fill:none}
svg .curve.v{stroke:var(--v)}svg .curve.alarm{stroke:var(--bad)}svg .band{fill:var(--bad);opacity:.12}
svg .now{stroke:var(--ink);stroke-width:1}svg .then{stroke:var(--ink);stroke-width:1;stroke-dasharray:4 3}
svg .dot{fill:var(--ink)}svg .ring{fill:#fff;stroke:var(--ink);stroke-width:1.3}svg .worse{stroke:var(--bad);stroke-width:1.6}
svg .better{stroke:var(--v);stroke-width:1.6}
@page{size:A4;margin:18mm 16mm}
@media print{body{margin:0;padding:0;max-width:none;font-size:10.5pt}h2{break-after:avoid}h3{break-after:avoid}figure,tr,.figures{break-inside:avoid}
thead{display:table-header-group}nav{display:none}}
</style>
)";

constexpr std::array<std::string_view, kGroups> kPlurals = {"persons", "organisations", "vessels"};

std::string short_hash(std::string_view address) {
  if (address.empty()) return "built in";
  return fmt::format("<span class=\"hash\">{}</span>", escaped(address));
}

std::string name_html(std::string_view name) { return fmt::format("<bdi>{}</bdi>", escaped(name)); }

std::string rate_cell(Rate rate) {
  if (rate.of == 0) return "<td class=\"n\"></td>";
  return fmt::format("<td class=\"n\">{}<small>{}</small></td>", percent(share(rate)), grouped(rate.of));
}

std::string interval_text(Rate rate) {
  const auto interval = wilson(rate);
  return fmt::format("{} to {}", percent(interval.low), percent(interval.high));
}

std::string list_name(const ListBasis& list) { return list.part.empty() ? list.list : list.list + " " + list.part; }

std::string kind_title(std::string_view id) {
  for (const auto& kind : change_kinds()) {
    if (kind.id == id) return std::string(kind.title);
  }
  return std::string(id);
}

std::string counted(std::int64_t count, std::string_view one, std::string_view many) {
  return fmt::format("{} {}", grouped(count), count == 1 ? one : many);
}

Rate cases_of(const PolicyBasis& policy) {
  return Rate{std::max<std::int64_t>(policy.rule_cases - static_cast<std::int64_t>(policy.rule_failures.size()), 0), policy.rule_cases};
}

Rate deals_of(const Report& report) {
  Rate rate;
  for (const auto& deal : report.deals) rate.count(deal.as_expected());
  return rate;
}

std::string alarms_text(Rate rate) {
  const auto interval = wilson(rate);
  return fmt::format("{} per thousand (95 %: {} to {})", per_thousand(share(rate)), per_thousand(interval.low), per_thousand(interval.high));
}

/// Writes the sections one after another.
class Page {
 public:
  explicit Page(const Report& report) : report_(report) {}

  std::string write() {
    // What was not asked for has no section: an empty one would look like a result.
    section("scope", "Scope", [&] { scope(); });
    section("data", "Data", [&] { data(); });
    section("method", "Method", [&] { method(); });
    if (has_made()) {
      section("kinds", "Results by kind of change", [&] { kinds(); });
      section("lists", "Results by list", [&] { lists(); });
    }
    if (has_own_names()) section("sets", "Results of own test sets", [&] { sets(); });
    if (!report_.positives.empty()) section("curve", "Threshold", [&] { threshold(); });
    section("policy", "Policy", [&] { policy(); });
    if (report_.compares || !report_.books.empty()) section("change", "What would change", [&] { comparison(); });
    section("missed", "Missed names, in full", [&] { missed(); });
    if (!report_.negatives.empty()) section("alarms", "False alarms, in full", [&] { false_alarms(); });
    section("limits", "Limits of this test", [&] { limits(); });
    section("expected", "Where an examiner finds what", [&] { expectations(); });
    section("again", "How to reproduce", [&] { reproduce(); });
    return fmt::format(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width\">\n"
        "<title>Screening assurance, {}</title>\n{}</head>\n<body>\n{}<nav>{}</nav>\n{}</body>\n</html>\n",
        report_.as_of, kStyle, head(), contents_, body_);
  }

 private:
  template <typename Write>
  void section(std::string_view id, std::string_view title, Write&& content) {
    ++number_;
    contents_ += fmt::format("<a href=\"#{}\">{}&ensp;{}</a><br>\n", id, number_, title);
    body_ += fmt::format("<section id=\"{}\">\n<h2><b>{}</b>{}</h2>\n", id, number_, title);
    content();
    body_ += "</section>\n";
  }
  void add(std::string_view html) { body_ += html; }
  void paragraph(std::string_view html) { body_ += fmt::format("<p>{}</p>\n", html); }

  [[nodiscard]] bool has_made() const {
    return std::any_of(report_.positives.begin(), report_.positives.end(), [](const Positive& positive) { return positive.set == 0; });
  }
  /// Another threshold alone leaves every score as it is.
  [[nodiscard]] bool rescored() const { return report_.compares && report_.then.policy != report_.policy.policy; }
  [[nodiscard]] bool has_own_names() const {
    return std::any_of(report_.sets.begin(), report_.sets.end(), [](const SetBasis& set) { return set.positives + set.negatives > 0; });
  }

  std::string head() {
    const bool sample = std::any_of(report_.lists.begin(), report_.lists.end(), [](const ListBasis& list) { return list.sample; });
    std::string html = fmt::format(
        "<h1>Screening assurance report</h1>\n<p class=\"under\">{}, as of {}, {}, policy {}{}</p>\n", escaped(report_.engine), report_.as_of,
        counted(static_cast<std::int64_t>(report_.lists.size()), "list edition", "list editions"), escaped(report_.policy.from),
        sample ? ". <span class=\"bad\">Sample lists: a demonstration, not for compliance use.</span>" : "");
    html += "<div class=\"figures\">\n";
    const Rate found = detection(report_).all;
    if (found.of > 0)
      html += fmt::format("<div><strong>{}</strong><span>of {} changed names found<br>95 %: {}</span></div>\n", percent(share(found)),
                          grouped(found.of), interval_text(found));
    const Rate alarmed = alarms(report_).all;
    if (alarmed.of > 0) {
      const auto interval = wilson(alarmed);
      html += fmt::format("<div><strong>{}</strong><span>false alarms per thousand<br>{} clean names; 95 %: {} to {}</span></div>\n",
                          per_thousand(share(alarmed)), grouped(alarmed.of), per_thousand(interval.low), per_thousand(interval.high));
    }
    const Rate cases = cases_of(report_.policy);
    html += fmt::format("<div><strong>{}</strong><span>of {} rule cases as expected</span></div>\n", grouped(cases.found), grouped(cases.of));
    const Rate deals = deals_of(report_);
    if (deals.of > 0)
      html += fmt::format("<div><strong>{}</strong><span>of {} with the outcome expected</span></div>\n", grouped(deals.found),
                          counted(deals.of, "deal", "deals"));
    html += "</div>\n";
    if (!report_.requirements.empty()) {
      html += "<table><thead><tr><th>required<th class=\"n\">limit<th class=\"n\">measured<th></tr></thead>\n";
      for (const auto& item : report_.requirements) {
        html += fmt::format("<tr><td>{}<td class=\"n\">{} {}<td class=\"n\">{}<td class=\"n\">{}</tr>\n", escaped(item.what),
                            item.what == "alarms" ? "at most" : "at least", item.at_least, item.measured,
                            item.met ? "met" : "<span class=\"bad\">not met</span>");
      }
      html += "</table>\n";
    }
    return html;
  }

  void scope() {
    paragraph(
        "This report tests two models: <em>screening</em>, which compares names with sanctions lists, and <em>policy</em>, the rules by which a deal "
        "is cleared, sent to review, found to need a licence, or prohibited. It measures how often a listed name is still found when it is written "
        "differently, how often an ordinary name raises an alarm, and whether rules and deals come out as they should.");
    paragraph(
        "Not tested: identifiers, birth dates and addresses in screening (names are asked for by themselves, which is harder), ownership registers, "
        "the completeness of the lists, and what people do with alerts.");
    for (const auto& remark : report_.remarks) paragraph(escaped(remark));
  }

  void data() {
    add("<h3>Lists</h3>\n<table><thead><tr><th>list<th>published<th class=\"n\">persons<th class=\"n\">organisations<th class=\"n\">vessels"
        "<th class=\"n\">drawn</tr></thead>\n");
    for (const auto& list : report_.lists) {
      std::int64_t drawn_here = 0;
      for (const auto count : list.drawn) drawn_here += count;
      add(fmt::format("<tr><td>{}{}<br>{}<td class=\"day\">{}<td class=\"n\">{}<td class=\"n\">{}<td class=\"n\">{}<td class=\"n\">{}</tr>\n",
                      escaped(list_name(list)), list.sample ? " (sample)" : "", short_hash(list.edition), escaped(list.published),
                      grouped(list.entities[0]), grouped(list.entities[1]), grouped(list.entities[2]), grouped(drawn_here)));
    }
    add("</table>\n<h3>Policy</h3>\n<table><thead><tr><th>policy<th class=\"n\">rules<th class=\"n\">threshold<th>own thresholds</tr></thead>\n");
    policy_row(report_.policy, report_.compares ? "now" : "");
    if (report_.compares) policy_row(report_.then, "then");
    add("</table>\n");
    if (!report_.sets.empty()) {
      add("<h3>Own test sets</h3>\n<table><thead><tr><th>set<th class=\"n\">to be found<th class=\"n\">to be clean<th "
          "class=\"n\">deals</tr></thead>\n");
      for (const auto& set : report_.sets)
        add(fmt::format("<tr><td>{}<br>{}<td class=\"n\">{}<td class=\"n\">{}<td class=\"n\">{}</tr>\n", escaped(set.name), short_hash(set.address),
                        grouped(set.positives), grouped(set.negatives), grouped(set.deals)));
      add("</table>\n");
    }
    if (!report_.books.empty()) {
      add("<h3>Books</h3>\n<table><thead><tr><th>book<th class=\"n\">names<th class=\"n\">deals</tr></thead>\n");
      for (const auto& book : report_.books)
        add(fmt::format("<tr><td>{}<br>{}<td class=\"n\">{}<td class=\"n\">{}</tr>\n", escaped(book.name), short_hash(book.address),
                        grouped(book.names), grouped(static_cast<std::int64_t>(book.deals.size()))));
      add("</table>\n");
    }
  }

  void policy_row(const PolicyBasis& policy, std::string_view label) {
    std::string own;
    for (const auto& line : policy.own_thresholds) own += (own.empty() ? "" : "<br>") + escaped(line);
    add(fmt::format("<tr><td>{}{}<br>{}<br>matching {}<td class=\"n\">{}<td class=\"n\">{}<td>{}</tr>\n",
                    label.empty() ? "" : std::string(label) + ": ", escaped(policy.from), short_hash(policy.policy), short_hash(policy.matching),
                    grouped(policy.rules), score_text(policy.threshold), own.empty() ? "none" : own));
  }

  void method() {
    if (has_made()) {
      paragraph(fmt::format(
          "Of each list {} of persons, organisations and vessels were drawn by a hash of their numbers (seed <code>{}</code>); the lists say "
          "which, not chance. The primary name of each is changed in {} ways, where the change applies, and asked for with its schema alone. "
          "A name counts as <em>found</em> when the very entity that it was made of is a hit on its own list; that some other entity "
          "was a hit does not count.",
          report_.sample == 0 ? std::string("all entities") : fmt::format("up to {} entities each", grouped(report_.sample)), escaped(report_.seed),
          kChanges));
      add("<table><thead><tr><th>kind<th><th>what is done<th class=\"n\">cases</tr></thead>\n");
      for (const auto& tally : by_kind(report_)) {
        const auto& kind = kind_of(tally.change);
        add(fmt::format("<tr><td class=\"day\">{}<td><code>{}</code><td>{}<td class=\"n\">{}</tr>\n", kind.title, kind.id, escaped(kind.method),
                        grouped(tally.now.all.of)));
      }
      add("</table>\n");
      paragraph(
          "The tables of nicknames, legal forms, titles, spellings and letters by which names are changed were written for this test, and are not "
          "those by "
          "which names are matched.");
      paragraph(
          "False alarms are counted on invented names of ordinary people, firms and ships of 19 cultures, which stand on no list as they are "
          "written, "
          "and on the names that own sets expect to be clean. An alarm is a name with one hit or more. That a namesake is truly listed is not "
          "excluded: it is counted as an alarm all the same.");
    }
    paragraph(
        "Intervals are Wilson's score intervals at 95 % (z = 1.96). Changes of one listed name are not independent of each other, so intervals over "
        "all kinds "
        "are somewhat too narrow; those of one kind and group are not. All numbers are whole-number arithmetic; shares are rounded to a tenth of a "
        "per cent, "
        "100.0 % is written only when nothing was missed.");
  }

  void kinds() {
    add(fmt::format(
        "<div class=\"legend\">{}</div>\n<figure>{}<figcaption>Share of changed names that are found at the threshold of the policy, with "
        "95 % intervals.</figcaption></figure>\n",
        groups_legend(report_), kinds_plot(report_)));
    add("<table><thead><tr><th>kind<th class=\"n\">persons<th class=\"n\">organisations<th class=\"n\">vessels<th class=\"n\">all<th class=\"n\">95 %"
        "<th class=\"n\">missed</tr></thead>\n");
    Tally total;
    for (const auto& tally : by_kind(report_)) {
      kind_row(kind_of(tally.change).title, tally.now, "");
      if (tally.change == Change::control) continue;
      total.all.found += tally.now.all.found;
      total.all.of += tally.now.all.of;
      for (std::size_t i = 0; i < kGroups; ++i) {
        total.groups[i].found += tally.now.groups[i].found;
        total.groups[i].of += tally.now.groups[i].of;
      }
    }
    kind_row("all, without unchanged", total, " class=\"sum\"");
    add("</table>\n<p class=\"note\">Small numbers: how many were asked for.</p>\n");
  }

  void kind_row(std::string_view title, const Tally& tally, std::string_view css) {
    add(fmt::format("<tr{}><td>{}", css, title));
    for (const auto& rate : tally.groups) add(rate_cell(rate));
    add(fmt::format("{}<td class=\"n\">{}<td class=\"n\">{}</tr>\n", rate_cell(tally.all), interval_text(tally.all),
                    grouped(tally.all.of - tally.all.found)));
  }

  void lists() {
    add("<table><thead><tr><th>list<th class=\"n\">persons<th class=\"n\">organisations<th class=\"n\">vessels<th class=\"n\">all<th class=\"n\">95 %"
        "<th class=\"n\">missed</tr></thead>\n");
    for (std::size_t i = 0; i < report_.lists.size(); ++i) {
      Tally tally;
      for (const auto& positive : report_.positives) {
        if (positive.set == 0 && positive.list == i && positive.kind != kind_of(Change::control).id) tally.count(positive.group, positive.found.now);
      }
      if (tally.all.of > 0) kind_row(escaped(list_name(report_.lists[i])), tally, "");
    }
    add("</table>\n");
  }

  void sets() {
    add("<table><thead><tr><th>set<th>kind<th class=\"n\">found<th class=\"n\">95 %<th class=\"n\">clean names with a hit</tr></thead>\n");
    for (const auto& tally : by_set(report_)) {
      add(fmt::format("<tr><td>{}<td>{}{}<td class=\"n\">{}<td class=\"n\">{}</tr>\n", escaped(report_.sets[tally.set - 1].name), escaped(tally.kind),
                      rate_cell(tally.found), tally.found.of > 0 ? interval_text(tally.found) : "",
                      tally.alarmed.of > 0 ? fmt::format("{} of {}", grouped(tally.alarmed.found), grouped(tally.alarmed.of)) : ""));
    }
    add("</table>\n");
  }

  void threshold() {
    add(
        fmt::format("<div class=\"legend\">{}</div>\n<figure>{}<figcaption>What one threshold for everything would find of the changed names, and "
                    "how many of the clean "
                    "names it would stop (shaded: 95 %). Scores below {} are not told apart.</figcaption></figure>\n",
                    groups_legend(report_), curve_plot(report_), score_text(kFloor)));
    add("<table><thead><tr><th>threshold<th class=\"n\">persons<th class=\"n\">organisations<th class=\"n\">vessels<th class=\"n\">all<th "
        "class=\"n\">missed"
        "<th class=\"n\">alarms per thousand</tr></thead>\n");
    const auto thresholds = std::set<Score>{report_.policy.threshold, report_.then.threshold};
    for (const auto& point : curve(report_)) {
      const bool ours = thresholds.contains(point.threshold);
      if (point.threshold % 500 != 0 && !ours) continue;
      add(fmt::format("<tr{}><td>{}", ours ? " style=\"font-weight:600\"" : "", score_text(point.threshold)));
      for (const auto& rate : point.found.groups) add(fmt::format("<td class=\"n\">{}", rate.of > 0 ? percent(share(rate)) : ""));
      add(fmt::format("<td class=\"n\">{}<td class=\"n\">{}<td class=\"n\">{}</tr>\n", percent(share(point.found.all)),
                      grouped(point.found.all.of - point.found.all.found), point.alarmed.of > 0 ? per_thousand(share(point.alarmed)) : ""));
    }
    add("</table>\n");
  }

  void policy() {
    const Rate cases = cases_of(report_.policy);
    paragraph(
        fmt::format("The rule book holds {} rules. {} of its {} own cases come out as they say: each states facts and the outcome, and each rule has "
                    "one where it "
                    "speaks and one where it does not.",
                    grouped(report_.policy.rules), grouped(cases.found), grouped(cases.of)));
    for (const auto& failure : report_.policy.rule_failures) add(fmt::format("<p class=\"bad\">{}</p>\n", escaped(failure)));
    if (report_.deals.empty()) return;
    add("<table class=\"long\"><thead><tr><th style=\"width:17%\">deal<th>what is tested<th style=\"width:15%\">expected<th "
        "style=\"width:15%\">outcome"
        "<th style=\"width:38%\">rules that spoke</tr></thead>\n");
    for (const auto& deal : report_.deals) {
      std::string wanted;
      for (const auto& rule : deal.wanted_rules) wanted += "<br>" + escaped(rule);
      std::string rules;
      for (const auto& rule : deal.rules) rules += (rules.empty() ? "" : ", ") + escaped(rule);
      add(fmt::format("<tr><td>{}<br><small style=\"margin:0\">{}:{}</small><td>{}<td>{}{}<td>{}<td>{}</tr>\n", escaped(deal.id), escaped(deal.set),
                      deal.line, escaped(deal.note), escaped(deal.expected), wanted,
                      deal.as_expected() ? escaped(deal.outcome) : "<span class=\"bad\">" + escaped(deal.outcome) + "</span>", rules));
    }
    add("</table>\n");
  }

  void comparison() {
    if (report_.compares) {
      paragraph(fmt::format("<em>Now</em> is {} at {}; <em>then</em> is {} at {}. Everything else is the same: lists, names, deals.",
                            escaped(report_.policy.from), score_text(report_.policy.threshold), escaped(report_.then.from),
                            score_text(report_.then.threshold)));
      compared_names();
      compared_rules();
    }
    for (const auto& book : report_.books) compared_book(book);
  }

  void compared_names() {
    const Rate now = detection(report_).all;
    const Rate then = detection(report_, When::then).all;
    const Rate alarmed_now = alarms(report_).all;
    const Rate alarmed_then = alarms(report_, When::then).all;
    add("<table><thead><tr><th><th class=\"n\">now<th class=\"n\">then</tr></thead>\n");
    if (now.of > 0)
      add(fmt::format(
          "<tr><td>names found, of {}<td class=\"n\">{}<td class=\"n\">{}</tr>\n<tr><td>missed<td class=\"n\">{}<td class=\"n\">{}</tr>\n",
          grouped(now.of), percent(share(now)), percent(share(then)), grouped(now.of - now.found), grouped(then.of - then.found)));
    if (alarmed_now.of > 0)
      add(
          fmt::format("<tr><td>clean names with a hit, of {}<td class=\"n\">{}<td class=\"n\">{}</tr>\n<tr><td>per thousand<td class=\"n\">{}<td "
                      "class=\"n\">{}</tr>\n",
                      grouped(alarmed_now.of), grouped(alarmed_now.found), grouped(alarmed_then.found), per_thousand(share(alarmed_now)),
                      per_thousand(share(alarmed_then))));
    const Rate cases_now = cases_of(report_.policy);
    const Rate cases_then = cases_of(report_.then);
    add(fmt::format("<tr><td>rule cases as expected<td class=\"n\">{} of {}<td class=\"n\">{} of {}</tr>\n</table>\n", grouped(cases_now.found),
                    grouped(cases_now.of), grouped(cases_then.found), grouped(cases_then.of)));
    if (has_made())
      add(
          fmt::format("<figure>{}<figcaption>Share found by kind of change: filled now, open then; on the right the difference in "
                      "points.</figcaption></figure>\n",
                      comparison_plot(report_)));
    positives_table("Found now, missed then", [](const Positive& positive) { return positive.found.now && !positive.found.then; });
    positives_table("Missed now, found then", [](const Positive& positive) { return !positive.found.now && positive.found.then; });
    negatives_table(
        "Clean now, alarm then", [](const Negative& negative) { return negative.hits.empty() && !negative.then_hits.empty(); }, When::then);
    negatives_table(
        "Alarm now, clean then", [](const Negative& negative) { return !negative.hits.empty() && negative.then_hits.empty(); }, When::now);
  }

  void compared_rules() {
    std::vector<DealResult> changed;
    for (const auto& deal : report_.deals) {
      if (deal.outcome != deal.then_outcome || deal.rules != deal.then_rules) changed.push_back(deal);
    }
    if (!report_.deals.empty()) changed_deals("Test deals", changed, report_.deals.size());
  }

  void changed_deals(std::string_view title, const std::vector<DealResult>& changed, std::size_t all) {
    add(fmt::format("<h3>{}: {} of {} change</h3>\n", title, grouped(static_cast<std::int64_t>(changed.size())),
                    grouped(static_cast<std::int64_t>(all))));
    if (changed.empty()) return;
    add("<table class=\"long\"><thead><tr><th style=\"width:20%\">deal<th style=\"width:16%\">now<th style=\"width:16%\">then<th>rules no "
        "more<th>new rules</tr></thead>\n");
    for (const auto& deal : changed) {
      const auto lacking = [](const std::vector<std::string>& some, const std::vector<std::string>& others) {
        std::string html;
        for (const auto& rule : some) {
          if (std::find(others.begin(), others.end(), rule) == others.end()) html += (html.empty() ? "" : "<br>") + escaped(rule);
        }
        return html;
      };
      add(fmt::format("<tr><td>{}<td>{}<td>{}<td>{}<td>{}</tr>\n", escaped(deal.id), escaped(deal.outcome),
                      deal.outcome == deal.then_outcome ? "the same" : "<b>" + escaped(deal.then_outcome) + "</b>",
                      lacking(deal.rules, deal.then_rules), lacking(deal.then_rules, deal.rules)));
    }
    add("</table>\n");
  }

  void compared_book(const Book& book) {
    add(fmt::format("<h3>Book {}</h3>\n", escaped(book.name)));
    if (book.names > 0) {
      paragraph(report_.compares
                    ? fmt::format("{} of {} names have hits now, {} then; {}.", grouped(book.hits), grouped(book.names), grouped(book.then_hits),
                                  counted(static_cast<std::int64_t>(book.changes.size()), "name changes", "names change"))
                    : fmt::format("{} of {} names have hits.", grouped(book.hits), grouped(book.names)));
    }
    if (!book.changes.empty()) {
      add("<table class=\"long\"><thead><tr><th style=\"width:8%\">line<th style=\"width:30%\">name<th>hits that come<th>hits that "
          "go</tr></thead>\n");
      for (const auto& change : book.changes)
        add(fmt::format("<tr><td>{}<td>{}<td>{}<td>{}</tr>\n", change.line, name_html(change.name), hits_html(change.added),
                        hits_html(change.removed)));
      add("</table>\n");
    }
    if (book.deals.empty()) return;
    std::map<std::pair<std::string, std::string>, std::int64_t> moves;
    std::vector<DealResult> changed;
    for (const auto& deal : book.deals) {
      ++moves[{deal.outcome, report_.compares ? deal.then_outcome : deal.outcome}];
      if (report_.compares && (deal.outcome != deal.then_outcome || deal.rules != deal.then_rules)) changed.push_back(deal);
    }
    add(fmt::format("<table style=\"width:auto\"><thead><tr><th>outcome{}<th class=\"n\">deals</tr></thead>\n",
                    report_.compares ? " now<th>then" : ""));
    for (const auto& [move, count] : moves)
      add(fmt::format("<tr><td>{}{}<td class=\"n\">{}</tr>\n", escaped(move.first), report_.compares ? "<td>" + escaped(move.second) : "",
                      grouped(count)));
    add("</table>\n");
    if (report_.compares) changed_deals("Deals of the book", changed, book.deals.size());
  }

  static std::string hits_html(const std::vector<Hit>& hits) {
    std::string html;
    for (const auto& hit : hits)
      html += fmt::format("{}{} <small style=\"margin:0\">{} {} {}</small>", html.empty() ? "" : "<br>", name_html(hit.matched), escaped(hit.list),
                          escaped(hit.id), score_text(hit.score));
    return html;
  }

  template <typename Wanted>
  std::int64_t positives_table(std::string_view title, Wanted&& wanted) {
    std::int64_t count = 0;
    for (const auto& positive : report_.positives) count += wanted(positive) ? 1 : 0;
    if (!title.empty()) add(fmt::format("<h3>{}: {}</h3>\n", title, grouped(count)));
    if (count == 0) return 0;
    add(
        fmt::format("<table class=\"long\"><thead><tr><th style=\"width:30%\">asked for<th>listed as<th style=\"width:25%\">entity<th class=\"n\" "
                    "style=\"width:7%\">score"
                    "{}</tr></thead>\n",
                    rescored() ? "<th class=\"n\" style=\"width:7%\">then" : ""));
    // Kinds in the order of the method, then those of own sets as they come.
    std::vector<std::string> order;
    for (const auto& kind : change_kinds()) order.emplace_back(kind.id);
    for (const auto& positive : report_.positives) {
      if (positive.set != 0 && std::find(order.begin(), order.end(), positive.kind) == order.end()) order.push_back(positive.kind);
    }
    for (const auto& kind : order) {
      std::string rows;
      std::int64_t here = 0;
      for (const auto& positive : report_.positives) {
        if (positive.kind != kind || !wanted(positive)) continue;
        ++here;
        const std::string place = positive.set == 0 ? escaped(list_name(report_.lists[positive.list]))
                                                    : fmt::format("{}:{}", escaped(report_.sets[positive.set - 1].name), positive.line);
        const auto score = [](Score value) { return value > 0 ? score_text(value) : std::string("–"); };
        rows += fmt::format(
            "<tr><td>{}<td>{}{}<td>{}<br><small style=\"margin:0\">{}</small><td class=\"n\">{}{}</tr>\n", name_html(positive.name),
            name_html(positive.listed), positive.note.empty() ? "" : "<br><small style=\"margin:0\">" + escaped(positive.note) + "</small>",
            escaped(positive.expected), place, score(positive.found.score), rescored() ? "<td class=\"n\">" + score(positive.found.then_score) : "");
      }
      if (here > 0)
        add(fmt::format("<tr class=\"part\"><td colspan=\"{}\">{}, {}</tr>\n{}", rescored() ? 5 : 4, escaped(kind_title(kind)), grouped(here), rows));
    }
    add("</table>\n");
    return count;
  }

  template <typename Wanted>
  std::int64_t negatives_table(std::string_view title, Wanted&& wanted, When when) {
    std::int64_t count = 0;
    for (const auto& negative : report_.negatives) count += wanted(negative) ? 1 : 0;
    if (!title.empty()) add(fmt::format("<h3>{}: {}</h3>\n", title, grouped(count)));
    if (count == 0) return 0;
    add("<table class=\"long\"><thead><tr><th style=\"width:28%\">clean name<th style=\"width:14%\">of<th>hits</tr></thead>\n");
    for (const auto& negative : report_.negatives) {
      if (!wanted(negative)) continue;
      add(fmt::format("<tr><td>{}<td>{}<td>{}</tr>\n", name_html(negative.name),
                      escaped(negative.set == 0 ? negative.note : fmt::format("{}:{}", report_.sets[negative.set - 1].name, negative.line)),
                      hits_html(when == When::now ? negative.hits : negative.then_hits)));
    }
    add("</table>\n");
    return count;
  }

  void missed() {
    const auto count = positives_table("", [](const Positive& positive) { return !positive.found.now; });
    if (count == 0) paragraph("None.");
    if (count > 0) add(fmt::format("<p class=\"note\">Score: the best that the expected entity reached; – is below {}.</p>\n", score_text(kFloor)));
  }

  void false_alarms() {
    const Tally tally = alarms(report_);
    paragraph(fmt::format("{} of {} clean names have a hit: {}.", grouped(tally.all.found), grouped(tally.all.of), alarms_text(tally.all)));
    add("<table style=\"width:auto\"><thead><tr><th><th class=\"n\">names<th class=\"n\">with a hit<th class=\"n\">per thousand<th class=\"n\">95 "
        "%</tr></thead>\n");
    for (std::size_t i = 0; i < kGroups; ++i) {
      const Rate rate = tally.groups[i];
      if (rate.of == 0) continue;
      const auto interval = wilson(rate);
      add(fmt::format("<tr><td>{}<td class=\"n\">{}<td class=\"n\">{}<td class=\"n\">{}<td class=\"n\">{} to {}</tr>\n", kPlurals[i],
                      grouped(rate.of), grouped(rate.found), per_thousand(share(rate)), per_thousand(interval.low), per_thousand(interval.high)));
    }
    add("</table>\n");
    negatives_table("", [](const Negative& negative) { return !negative.hits.empty(); }, When::now);
  }

  void limits() {
    add("<ul>\n"
        "<li>Changes are made by machine, one at a time (two in “two typing errors”). Real evasion combines them, and uses what is on no list.</li>\n"
        "<li>Letters go from script to script one by one, as by a clerk who knows the alphabet and not the language. Native spellings are easier or "
        "harder; the "
        "listed ones are in the lists.</li>\n"
        "<li>Some changes leave too little to be told from other people: initials, a word left out, a name cut off. A rate below 100 % there is not "
        "by itself an error; a "
        "lower threshold would find more and stop more of the innocent, which section “Threshold” shows.</li>\n"
        "<li>The clean names are 1,000, of 19 cultures, in proportions of our choice. The rate of alarms of a house depends on whom it deals with: "
        "measure it on a set of your own "
        "(<code>expected = none</code>) or a book.</li>\n"
        "<li>Names of one list are drawn in equal numbers of persons, organisations and vessels, so the rate over all is no rate of any list as a "
        "whole.</li>\n"
        "<li>Deals are cleared by lists, registers and rules alone: no ledger, licences or marks of false hits take part, and no list counts as "
        "stale.</li>\n"
        "<li>A rule whose cases all pass says what its author meant it to say. Whether that is the law is for the citation.</li>\n"
        "</ul>\n");
  }

  void expectations() {
    paragraph(
        "Two documents say what a test of screening should show: the <em>Wolfsberg Guidance on Sanctions Screening</em> (Wolfsberg Group, 2019) and "
        "<em>A Framework for OFAC Compliance Commitments</em> (OFAC, 2 May 2019). They are summarised here from general knowledge of them, not "
        "quoted.");
    add("<table><thead><tr><th>what they ask for<th>where it is</tr></thead>\n"
        "<tr><td>Wolfsberg: screening is governed and risk-based; its settings are reasoned and written down<td>Data (policy, thresholds), "
        "Threshold</tr>\n"
        "<tr><td>Wolfsberg: lists are complete and current, and it is known which were used<td>Data (editions, dates, hashes)</tr>\n"
        "<tr><td>Wolfsberg: exact and fuzzy matching are tested, with names as they vary<td>Method, Results by kind, Missed names</tr>\n"
        "<tr><td>Wolfsberg: effect of a change of settings is known before it is made<td>Threshold, What would change</tr>\n"
        "<tr><td>Wolfsberg: the volume of alerts is known and bearable<td>False alarms</tr>\n"
        "<tr><td>OFAC, internal controls: software is right for the house’s risk and calibrated<td>Threshold, False alarms, own sets and books</tr>\n"
        "<tr><td>OFAC, testing and auditing: tests are objective, their results lead to remedies<td>How to reproduce; Missed names in full</tr>\n"
        "<tr><td>OFAC, root causes: screening software that misses other spellings, or lists not kept up to date<td>Results by kind; Data</tr>\n"
        "</table>\n");
  }

  void reproduce() {
    paragraph(
        "With the same program, list editions (by their hashes, <code>tamga lists status</code>), policy and files, this command writes this page "
        "again, byte for byte; the "
        "page holds no time of its making.");
    add(fmt::format("<pre>{}</pre>\n", escaped(report_.command)));
    paragraph("<code>--json</code> gives the same numbers for machines.");
  }

  const Report& report_;
  int number_ = 0;
  std::string contents_;
  std::string body_;
};

}  // namespace

std::string to_html(const Report& report) { return Page(report).write(); }

}  // namespace tamga::assure
