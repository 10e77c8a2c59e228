#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <set>

#include "app/documents.h"
#include "app/owners.h"
#include "cli/commands.h"
#include "cli/print.h"

namespace tamga::cli {
namespace {

using ownership::Holding;

/// "reading 43 %" on one line of a terminal's standard error.
class ProgressLine {
 public:
  explicit ProgressLine(bool quiet) : on_(!quiet && ::isatty(STDERR_FILENO) == 1) {}
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;
  ~ProgressLine() { end(); }
  /// Takes the line away, before anything else is written.
  void end() {
    if (shown_) note("\r\x1b[K");
    shown_ = false;
  }
  void operator()(std::string_view what, double part) {
    const int percent = static_cast<int>(part * 100);
    if (!on_ || (percent == percent_ && what == what_)) return;
    percent_ = percent;
    what_ = what;
    shown_ = true;
    note(percent < 100 ? fmt::format("\r\x1b[Ktamga: {} {} %", what, percent) : fmt::format("\r\x1b[Ktamga: {} …", what));
  }

 private:
  bool on_;
  bool shown_ = false;
  int percent_ = -1;
  std::string what_;
};

std::string percent(double part) {
  std::string text = fmt::format("{:.4f}", part * 100);
  while (text.back() == '0') text.pop_back();
  if (text.back() == '.') text.pop_back();
  return text;
}

// ---- import ---------------------------------------------------------------------------------------------------

struct ImportArguments {
  std::vector<std::string> files;
  std::string source;
  std::string published;
};

Result<int> import(const Common& common, const ImportArguments& arguments) {
  app::OwnersImportOptions options;
  options.source = arguments.source;
  if (!arguments.published.empty()) {
    TAMGA_TRY(const Date day, read_day(arguments.published, "--published"));
    options.published = day.text();
  }
  ProgressLine progress(common.quiet);
  TAMGA_TRY(const auto imported, app::import_owners(common.settings, arguments.files, options, utc_now(), std::ref(progress)));
  progress.end();
  if (common.json) {
    Json registers = Json::array();
    for (const auto& item : imported.registers) {
      Json remarks = Json::array();
      for (const auto& remark : item.remarks) {
        Json one = Json::object();
        one.set("file", remark.file);
        if (remark.remark.line > 0) one.set("line", Json::number(static_cast<std::int64_t>(remark.remark.line)));
        remarks.push(std::move(one.set("remark", remark.remark.text)));
      }
      Json json = Json::object();
      json.set("source", item.edition.part).set("edition", item.edition.id).set("published", item.edition.published);
      json.set("dated_by", item.edition.dated_by).set("format", item.edition.format).set("parties", Json::number(item.edition.entities));
      json.set("holdings", Json::number(item.edition.relations)).set("added", Json::boolean(item.added));
      registers.push(std::move(json.set("remarks_total", Json::number(item.remarks_total)).set("remarks", std::move(remarks))));
    }
    Json document = Json::object();
    document.set("registers", std::move(registers));
    document.set(
        "graph",
        Json::object().set("parties", Json::number(imported.parties)).set("holdings", Json::number(static_cast<std::int64_t>(imported.holdings))));
    out(document.dump() + "\n");
    return kDone;
  }
  Table table({"register", "published", "parties", "holdings", "edition", ""});
  for (const auto& item : imported.registers) {
    table.add({item.edition.part, item.edition.published + (item.edition.dated_by == "the import" ? " (today)" : ""),
               fmt::format("{}", item.edition.entities), fmt::format("{}", item.edition.relations), item.edition.id.substr(0, 19),
               item.added ? "added" : "already there"});
  }
  if (common.quiet) return kDone;
  out(table.text());
  out(fmt::format("all registers together: {} parties, {} holdings\n", imported.parties, imported.holdings));
  constexpr std::size_t kShown = 20;
  for (const auto& item : imported.registers) {
    for (std::size_t i = 0; i < item.remarks.size() && i < kShown; ++i) {
      const auto& remark = item.remarks[i];
      note(remark.remark.line > 0 ? fmt::format("tamga: {}:{}: {}\n", remark.file, remark.remark.line, remark.remark.text)
                                  : fmt::format("tamga: {}: {}\n", remark.file, remark.remark.text));
    }
    const auto shown = static_cast<std::int64_t>(std::min(kShown, item.remarks.size()));
    if (item.remarks_total > shown)
      note(fmt::format("tamga: {} more remarks on {}; --json gives the first thousand\n", item.remarks_total - shown, item.edition.part));
  }
  return kDone;
}

// ---- status ---------------------------------------------------------------------------------------------------

Result<int> status(const Common& common) {
  TAMGA_TRY(auto store, store::Store::open_existing(common.settings.place()));
  TAMGA_TRY(const auto all, store.editions());
  TAMGA_TRY(const auto current, app::registers_on(store, utc_today()));
  Json registers = Json::array();
  Table table({"register", "published", "parties", "holdings", "edition", ""});
  bool any = false;
  for (const auto& edition : all) {
    if (edition.list != app::kOwnershipList) continue;
    any = true;
    const bool in_force =
        std::any_of(current.begin(), current.end(), [&](const auto& one) { return one.part == edition.part && one.id == edition.id; });
    Json json = Json::object();
    json.set("source", edition.part).set("edition", edition.id).set("published", edition.published).set("format", edition.format);
    json.set("parties", Json::number(edition.entities)).set("holdings", Json::number(edition.relations));
    json.set("imported_at", edition.imported_at).set("in_force", Json::boolean(in_force)).set("warnings", Json::strings(edition.warnings));
    registers.push(std::move(json));
    table.add({edition.part, edition.published, fmt::format("{}", edition.entities), fmt::format("{}", edition.relations), edition.id.substr(0, 19),
               in_force ? "in force" : ""});
  }
  if (common.json) {
    out(Json::object().set("registers", std::move(registers)).dump() + "\n");
  } else {
    out(any ? table.text() : std::string("no ownership register was imported; see tamga owners import --help\n"));
  }
  return kDone;
}

// ---- show -----------------------------------------------------------------------------------------------------

struct ShowArguments {
  std::vector<std::string> party;
  std::string regime;
  std::string as_of;
  bool dot = false;
};

Colour colour_of(ownership::Answer answer) {
  switch (answer) {
    case ownership::Answer::not_owned: return Colour::green;
    case ownership::Answer::cannot_be_excluded: return Colour::yellow;
    case ownership::Answer::controlled:
    case ownership::Answer::owned: return Colour::red;
  }
  return Colour::plain;
}

int exit_of(ownership::Answer answer) {
  switch (answer) {
    case ownership::Answer::not_owned: return kDone;
    case ownership::Answer::cannot_be_excluded: return kReview;
    case ownership::Answer::controlled:
    case ownership::Answer::owned: return kProhibited;
  }
  return kFailure;
}

/// "us_ofac_sdn, eu_fsf"; a possible match has a question mark.
std::string lists_of(const policy::NetworkParty& party) {
  std::vector<std::string> lists;
  for (const auto& match : party.matches) {
    std::string text = match.list + (match.certain ? "" : "?");
    if (std::find(lists.begin(), lists.end(), text) == lists.end()) lists.push_back(std::move(text));
  }
  return fmt::format("{}", fmt::join(lists, ", "));
}

class Drawing {
 public:
  Drawing(const app::OwnersReport& report, Date as_of) : report_(report), graph_(*report.network.graph), day_(ownership::day_of(as_of)) {
    deciding_ = app::deciding(report);
  }

  [[nodiscard]] std::string tree() {
    std::string text = paint(Colour::bold, name_of(report_.party)) + tail_of(report_.party) + "\n";
    drawn_.insert(report_.party);
    branch(report_.party, "", text, 0);
    return text;
  }

  [[nodiscard]] std::string dot() const {
    const auto quoted = [](std::string_view value) {
      std::string text;
      append_json_string(text, value);
      return text;
    };
    std::string text = "digraph owners {\n  rankdir=BT;\n  node [shape=box, style=filled, fillcolor=white];\n";
    for (std::uint32_t i = 0; i < report_.network.parties.size(); ++i) {
      const auto& party = report_.network.parties[i];
      std::string label = party.name + (party.country.empty() ? "" : " (" + party.country + ")");
      if (!party.matches.empty()) label += "\n" + lists_of(party);
      text += fmt::format("  n{} [label={}", i, quoted(label));
      const bool certain = std::any_of(party.matches.begin(), party.matches.end(), [](const auto& match) { return match.certain; });
      if (!party.matches.empty()) text += certain ? ", fillcolor=\"#f4b6b6\"" : ", fillcolor=\"#f6e3a1\"";
      if (i == report_.party) text += ", penwidth=2";
      text += "];\n";
    }
    for (std::uint32_t i = 0; i < graph_.holdings().size(); ++i) {
      const Holding& holding = graph_.holdings()[i];
      if (!holding.on(day_)) continue;
      text += fmt::format("  n{} -> n{} [label={}{}{}];\n", holding.owner, holding.asset, quoted(tie_of(holding)),
                          deciding_.contains(i) ? ", color=red, penwidth=2" : "", holding.measured() && !holding.indirect() ? "" : ", style=dashed");
    }
    return text + "}\n";
  }

 private:
  static std::string tie_of(const Holding& holding) {
    std::string text;
    if (holding.measured()) {
      const std::string share = holding.share().text();
      text = share == "unknown" ? "unknown share" : share + " %";
      if (holding.kind == ownership::Kind::votes) text += " of votes";
    } else {
      text = holding.kind == ownership::Kind::control     ? "controls"
             : holding.kind == ownership::Kind::influence ? "may control"
             : holding.kind == ownership::Kind::joint     ? "jointly"
                                                          : std::string(ownership::kind_name(holding.kind));
    }
    if (holding.indirect()) text += ", indirectly";
    if (holding.disputed()) text += ", sources differ";
    return text;
  }

  std::string name_of(std::uint32_t number) const {
    const auto& party = report_.network.parties[number];
    const bool nameless = party.name == party.id && party.id.find(':') != std::string::npos && party.id.starts_with("bods:");
    return one_line(nameless ? "(not named: " + party.id + ")" : party.name);
  }

  /// The country and the lists of a party.
  std::string tail_of(std::uint32_t number) const {
    const auto& party = report_.network.parties[number];
    std::string text = party.country.empty() ? "" : "  " + party.country;
    if (party.matches.empty()) return text;
    const bool certain = std::any_of(party.matches.begin(), party.matches.end(), [](const auto& match) { return match.certain; });
    return text + "  " + paint(certain ? Colour::red : Colour::yellow, (certain ? "■ " : "□ ") + lists_of(party));
  }

  void branch(std::uint32_t asset, const std::string& indent, std::string& text, int depth) {
    struct Row {
      std::uint32_t number = 0;
      const Holding* holding = nullptr;
    };
    std::vector<Row> rows;
    const auto in = graph_.in(asset);
    const auto first = static_cast<std::uint32_t>(in.data() - graph_.holdings().data());
    for (std::uint32_t i = 0; i < in.size(); ++i) {
      if (in[i].on(day_)) rows.push_back({first + i, &in[i]});
    }
    // Shares first, the largest first; then what has no measure.
    std::stable_sort(rows.begin(), rows.end(), [](const Row& a, const Row& b) {
      if (a.holding->kind != b.holding->kind) return a.holding->kind < b.holding->kind;
      return std::tie(a.holding->low, a.holding->high) > std::tie(b.holding->low, b.holding->high);
    });
    constexpr int kDepth = 12;
    constexpr std::size_t kWidth = 40;
    std::size_t widest = 0;
    for (std::size_t i = 0; i < rows.size() && i < kWidth; ++i) widest = std::max(widest, seen_width(tie_of(*rows[i].holding)));
    for (std::size_t i = 0; i < rows.size(); ++i) {
      if (i == kWidth) {
        text += indent + paint(Colour::dim, fmt::format("└─ … {} more; --json shows all", rows.size() - i)) + "\n";
        return;
      }
      const bool last = i + 1 == rows.size() || i + 1 == kWidth + 1;
      const Holding& holding = *rows[i].holding;
      const bool decides = deciding_.contains(rows[i].number);
      const std::string tie = tie_of(holding);
      const bool again = !drawn_.insert(holding.owner).second;
      text += paint(Colour::dim, indent + (last ? "└─ " : "├─ "));
      text += paint(decides ? Colour::red : Colour::plain, tie) + std::string(widest - seen_width(tie) + 2, ' ');
      text += (decides ? paint(Colour::bold, name_of(holding.owner)) : name_of(holding.owner)) + tail_of(holding.owner);
      if (decides) text += paint(Colour::red, "  ◄ decides");
      if (holding.owner == asset) text += paint(Colour::dim, "  (its own shares)");
      if (again && holding.owner != asset) text += paint(Colour::dim, "  (drawn above)");
      const auto sources = graph_.sources(holding.sources);
      std::string origin = fmt::format("{}", fmt::join(sources, "; "));
      if (const auto from = ownership::date_of(holding.from)) origin += fmt::format("{}since {}", origin.empty() ? "" : ", ", from->text());
      if (!origin.empty()) text += paint(Colour::dim, "  [" + origin + "]");
      text += "\n";
      if (again) continue;
      if (depth >= kDepth) {
        if (!graph_.in(holding.owner).empty()) text += indent + paint(Colour::dim, last ? "   └─ …" : "│  └─ …") + "\n";
        continue;
      }
      branch(holding.owner, indent + (last ? "   " : "│  "), text, depth + 1);
    }
  }

  const app::OwnersReport& report_;
  const ownership::Graph& graph_;
  ownership::Day day_;
  std::set<std::uint32_t> deciding_;
  std::set<std::uint32_t> drawn_;
};

Result<int> show(const Common& common, const ShowArguments& arguments) {
  TAMGA_TRY(const Date as_of, read_day(arguments.as_of, "--as-of"));
  static constexpr std::array<std::string_view, 5> kRegimes = {"us", "eu", "uk", "un", "ch"};
  if (!arguments.regime.empty() && std::find(kRegimes.begin(), kRegimes.end(), arguments.regime) == kRegimes.end()) {
    return std::unexpected(Error{ErrorKind::usage, fmt::format("--regime: \"{}\" is none of us, eu, uk, un, ch", arguments.regime), {}, 0});
  }
  ProgressLine progress(common.quiet);
  TAMGA_TRY(const auto opened, app::open_owners(common.settings, as_of, std::ref(progress)));
  progress.end();
  const std::string asked = fmt::format("{}", fmt::join(arguments.party, " "));
  TAMGA_TRY(const auto party, app::find_owners_party(opened, asked));
  TAMGA_TRY(auto report, app::owners_report(opened, party));
  if (!arguments.regime.empty()) {
    std::erase_if(report.answers, [&](const auto& answer) { return answer.regime != arguments.regime; });
  }
  int exit = kDone;
  for (const auto& answer : report.answers) {
    if (answer.status == "stayed" || answer.status == "lapsed") continue;
    exit = std::max(exit, exit_of(answer.explanation.answer));
    if (answer.listed) exit = kProhibited;
  }
  const auto without_list = [&](const auto& answer) {
    return std::find(report.without_list.begin(), report.without_list.end(), answer.id) != report.without_list.end();
  };
  for (const auto& answer : report.answers) {
    if (without_list(answer)) exit = std::max(exit, kReview);
  }
  // Nothing known is not nothing there.
  if (!report.owners_known) exit = std::max(exit, kReview);
  Drawing drawing(report, as_of);
  if (arguments.dot) {
    out(drawing.dot());
    return exit;
  }
  const auto name = [&](std::uint32_t number) { return one_line(report.network.parties[number].name); };
  if (common.json) {
    out(app::document(opened, report).dump() + "\n");
    return exit;
  }
  out(drawing.tree());
  out("\n");
  for (const auto& answer : report.answers) {
    const auto& explanation = answer.explanation;
    std::string state = answer.status == "in_force" ? "" : " (" + answer.status + ")";
    std::string told =
        answer.listed ? paint(Colour::red, "listed itself") : paint(colour_of(explanation.answer), ownership::answer_name(explanation.answer));
    if (without_list(answer)) told = paint(Colour::yellow, "cannot be told: none of its lists is loaded");
    out(fmt::format("{}  {}, {}: {}{}\n", paint(Colour::bold, answer.regime), answer.authority, answer.title, told, state));
    if (!explanation.last.holdings.empty()) out(fmt::format("    {}\n", one_line(answer.chain)));
    constexpr std::size_t kShown = 10;
    for (std::size_t i = 0; i < explanation.settle.size() && i < kShown; ++i) {
      out(paint(Colour::yellow, fmt::format("    would settle it: {}", ownership::fact_text(*report.network.graph, explanation.settle[i]))) + "\n");
    }
    if (explanation.settle.size() > kShown) {
      out(paint(Colour::yellow, fmt::format("    and {} facts more; --json names all", explanation.settle.size() - kShown)) + "\n");
    }
    out(paint(Colour::dim, fmt::format("    {}: {}", answer.id, answer.citation)) + "\n");
  }
  for (const auto& remark : report.remarks) out(paint(Colour::yellow, "remark: " + remark) + "\n");
  if (!report.controllers.empty()) {
    std::vector<std::string> names;
    for (const auto number : report.controllers) names.push_back(name(number));
    out(fmt::format("\ncontrolled by (more than half of the votes, with all it controls): {}\n", fmt::join(names, ", ")));
  }
  if (report.controls_total > 0) {
    std::vector<std::string> names;
    for (std::size_t i = 0; i < report.controls.size() && i < 8; ++i) {
      names.emplace_back(opened.snapshot.registers.graph->party(report.controls[i]).name);
    }
    out(fmt::format("controls {}: {}{}\n", report.controls_total, fmt::join(names, ", "), report.controls_total > names.size() ? ", …" : ""));
  }
  if (!report.look_through.empty()) {
    out(paint(Colour::dim, "\nfor information, no authority's rule: part of the value through all chains") + "\n");
    Table table({"owner", "part %"});
    for (std::size_t i = 0; i < report.look_through.size() && i < 12; ++i) {
      const auto& one = report.look_through[i];
      const std::string low = percent(one.low);
      const std::string high = percent(one.high);
      table.add({name(one.owner), fmt::format("{}{}{}", low, low == high ? "" : "-" + high, one.converged ? "" : " (a loop keeps it)")});
    }
    out(table.text());
  }
  if (!report.votes.empty()) {
    out(paint(Colour::dim, fmt::format("\nhow often each direct holder decides a vote by majority{}",
                                       report.votes_exact ? std::string() : fmt::format(" (sampled, ± {:.2f})", report.votes_error))) +
        "\n");
    Table table({"holder", "votes %", "Shapley-Shubik %", "Banzhaf %"});
    for (std::size_t i = 0; i < report.votes.size() && i < 12; ++i) {
      const auto& one = report.votes[i];
      table.add({name(one.owner), percent(one.share / 100), percent(one.shapley), percent(one.banzhaf)});
    }
    out(table.text());
  }
  return exit;
}

// ---- blocked, changes -----------------------------------------------------------------------------------------

Result<int> blocked(const Common& common, const std::string& regime, const std::string& as_of) {
  TAMGA_TRY(const Date day, read_day(as_of, "--as-of"));
  ProgressLine progress(common.quiet);
  TAMGA_TRY(const auto opened, app::open_owners(common.settings, day, std::ref(progress)));
  TAMGA_TRY(auto report, app::owners_blocked(common.settings, opened, regime, std::ref(progress)));
  progress.end();
  const auto& graph = *opened.snapshot.registers.graph;
  // Worst first, then by name.
  std::stable_sort(report.parties.begin(), report.parties.end(), [&](const auto& a, const auto& b) {
    if (a.answer != b.answer) return a.answer > b.answer;
    return std::tuple(graph.party(a.party).name, a.rule) < std::tuple(graph.party(b.party).name, b.rule);
  });
  if (common.json) {
    Json parties = Json::array();
    for (const auto& one : report.parties) {
      const auto view = graph.party(one.party);
      Json json = Json::object();
      json.set("id", view.id).set("name", view.name).set("rule", one.rule).set("regime", one.regime);
      parties.push(std::move(json.set("answer", ownership::answer_name(one.answer))));
    }
    Json json = Json::object();
    json.set("as_of", day.text()).set("screened", Json::number(static_cast<std::int64_t>(report.screened)));
    json.set("listed", Json::number(static_cast<std::int64_t>(report.listed))).set("parties", std::move(parties));
    out(json.dump() + "\n");
  } else {
    Table table({"party", "country", "answer", "rule", "id"});
    for (const auto& one : report.parties) {
      const auto view = graph.party(one.party);
      table.add({one_line(view.name), std::string(view.country), paint(colour_of(one.answer), ownership::answer_name(one.answer)), one.rule,
                 one_line(view.id)});
    }
    if (!report.parties.empty()) out(table.text());
    note(fmt::format("tamga: {} of {} parties that hold something are listed or may be; {} answers that are not \"not owned\"\n", report.listed,
                     report.screened, report.parties.size()));
  }
  int exit = kDone;
  for (const auto& one : report.parties) exit = std::max(exit, exit_of(one.answer));
  return exit;
}

Result<int> changes(const Common& common, const std::string& from, const std::string& to) {
  TAMGA_TRY(const Date before, read_day(from, "FROM"));
  TAMGA_TRY(const Date after, read_day(to, "TO"));
  if (after < before) return bad_input(fmt::format("TO ({}) is before FROM ({})", after.text(), before.text()));
  ProgressLine progress(common.quiet);
  TAMGA_TRY(const auto all, app::owner_changes(common.settings, before, after, std::ref(progress)));
  progress.end();
  if (common.json) {
    Json list = Json::array();
    for (const auto& change : all) {
      Json json = Json::object();
      json.set("what", change.what).set("owner", change.owner).set("owner_name", change.owner_name).set("asset", change.asset);
      json.set("asset_name", change.asset_name).set("kind", change.kind);
      if (!change.before.empty()) json.set("before", change.before);
      if (!change.after.empty()) json.set("after", change.after);
      list.push(std::move(json));
    }
    out(Json::object().set("from", before.text()).set("to", after.text()).set("changes", std::move(list)).dump() + "\n");
    return kDone;
  }
  for (const auto& change : all) {
    const std::string tie = change.kind == "shares" ? "" : " (" + change.kind + ")";
    if (change.what == "changed") {
      out(fmt::format("{}: {} {} % -> {} %{}\n", one_line(change.asset_name), one_line(change.owner_name), change.before, change.after, tie));
    } else {
      const std::string& share = change.what == "began" ? change.after : change.before;
      out(fmt::format("{}: {} {}{}{}\n", one_line(change.asset_name), one_line(change.owner_name), change.what,
                      share.empty() ? "" : ", " + share + (share == "unknown" ? "" : " %"), tie));
    }
  }
  note(fmt::format("tamga: {} changes between {} and {}\n", all.size(), before.text(), after.text()));
  return kDone;
}

Result<int> network(const Common& common, const std::string& as_of, std::size_t top) {
  TAMGA_TRY(const Date day, read_day(as_of, "--as-of"));
  ProgressLine progress(common.quiet);
  TAMGA_TRY(const auto opened, app::open_owners(common.settings, day, std::ref(progress)));
  TAMGA_TRY(const auto report, app::owners_network(opened.snapshot.registers, day, top));
  progress.end();
  const auto& graph = *opened.snapshot.registers.graph;
  if (common.json) {
    Json heads = Json::array();
    for (const auto& [party, controlled] : report.top) {
      const auto view = graph.party(party);
      heads.push(Json::object().set("id", view.id).set("name", view.name).set("controls", Json::number(controlled)));
    }
    Json loops = Json::array();
    for (const auto& loop : report.loops) {
      Json parties = Json::array();
      for (const auto party : loop) parties.push(Json::string(graph.party(party).id));
      loops.push(std::move(parties));
    }
    Json json = Json::object();
    json.set("as_of", day.text())
        .set("parties", Json::number(report.parties))
        .set("holdings", Json::number(static_cast<std::int64_t>(report.holdings)));
    json.set("controlled", Json::number(report.controlled)).set("heads", Json::number(report.heads));
    out(json.set("top", std::move(heads)).set("loops", std::move(loops)).dump() + "\n");
    return kDone;
  }
  Table table({"controls", "party", "country", "id"});
  for (const auto& [party, controlled] : report.top) {
    const auto view = graph.party(party);
    table.add({fmt::format("{}", controlled), one_line(view.name), std::string(view.country), one_line(view.id)});
  }
  if (!report.top.empty()) out(table.text());
  constexpr std::size_t kShown = 10;
  for (std::size_t i = 0; i < report.loops.size() && i < kShown; ++i) {
    std::vector<std::string_view> names;
    for (const auto party : report.loops[i]) names.push_back(graph.party(party).name);
    out(fmt::format("a circle of majorities: {}\n", fmt::join(names, " <- ")));
  }
  note(fmt::format("tamga: {} parties, {} holdings; {} are controlled, by {} that nobody controls and in {} circles\n", report.parties,
                   report.holdings, report.controlled, report.heads, report.loops.size()));
  return kDone;
}

}  // namespace

void add_owners(CLI::App& app, Common& common, Chosen& chosen) {
  auto* command = app.add_subcommand("owners", "who owns and controls whom, under each authority's own rule");
  command->require_subcommand(1);

  const auto importing = std::make_shared<ImportArguments>();
  auto* import_command =
      command->add_subcommand("import", "read ownership registers: BODS 0.4, FollowTheMoney, GLEIF level 1 and 2, CSV, or a deal's owners");
  import_command->add_option("FILE", importing->files, "files, also .gz, .zst and .zip; a CSV has the columns owner,asset,share,from,to,source")
      ->required();
  import_command->add_option("--source", importing->source, "the register's name [told by the file]; a newer edition of it takes its place")
      ->type_name("NAME");
  import_command->add_option("--published", importing->published, "day of the edition [the file's own, else today]")->type_name("DATE");
  import_command->callback([&common, &chosen, importing] { chosen.run = [&common, importing] { return import(common, *importing); }; });

  auto* status_command = command->add_subcommand("status", "the registers and their editions");
  status_command->callback([&common, &chosen] { chosen.run = [&common] { return status(common); }; });

  const auto showing = std::make_shared<ShowArguments>();
  auto* show_command = command->add_subcommand("show", "the owners of one party as a tree, and what each authority's rule makes of them");
  show_command->add_option("ID", showing->party, "an id of a register, an identifier (LEI, BIN, INN, IMO), a listed entity's id, or a name")
      ->required();
  show_command->add_option("--regime", showing->regime, "only this regime's rules: us, eu, uk, un or ch")->type_name("REGIME");
  show_command->add_option("--as-of", showing->as_of, "as it was on this day [today]")->type_name("DATE");
  show_command->add_flag("--dot", showing->dot, "the network for Graphviz instead");
  show_command->callback([&common, &chosen, showing] { chosen.run = [&common, showing] { return show(common, *showing); }; });

  struct Days {
    std::string regime;
    std::string first;
    std::string second;
  };
  const auto blocking = std::make_shared<Days>();
  auto* blocked_command = command->add_subcommand("blocked", "everybody in the registers who is owned or controlled by the listed, or may be");
  blocked_command->add_option("--regime", blocking->regime, "only this regime's rules")
      ->type_name("REGIME")
      ->check(CLI::IsMember({"us", "eu", "uk", "un", "ch"}));
  blocked_command->add_option("--as-of", blocking->first, "as it was on this day [today]")->type_name("DATE");
  blocked_command->callback(
      [&common, &chosen, blocking] { chosen.run = [&common, blocking] { return blocked(common, blocking->regime, blocking->first); }; });

  struct Heads {
    std::string as_of;
    std::size_t top = 20;
  };
  const auto heads = std::make_shared<Heads>();
  auto* network_command = command->add_subcommand("network", "who controls the most parties in all registers together, by majorities of votes");
  network_command->add_option("--top", heads->top, "how many [20]")->type_name("N")->check(CLI::Range(std::size_t{1}, std::size_t{100'000}));
  network_command->add_option("--as-of", heads->as_of, "as it was on this day [today]")->type_name("DATE");
  network_command->callback([&common, &chosen, heads] { chosen.run = [&common, heads] { return network(common, heads->as_of, heads->top); }; });

  const auto changing = std::make_shared<Days>();
  auto* changes_command = command->add_subcommand("changes", "holdings that began, ended or changed between two days");
  changes_command->add_option("FROM", changing->first, "YYYY-MM-DD")->required();
  changes_command->add_option("TO", changing->second, "YYYY-MM-DD [today]");
  changes_command->callback(
      [&common, &chosen, changing] { chosen.run = [&common, changing] { return changes(common, changing->first, changing->second); }; });
}

}  // namespace tamga::cli
