#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <memory>

#include "app/documents.h"
#include "app/goods.h"
#include "app/rules.h"
#include "cli/commands.h"
#include "cli/goods_editions.h"
#include "cli/print.h"

namespace tamga::cli {
namespace {

/// "chpl.1, eu.833.xl, us.746.supp4 (in part)": the lists on a code, each once.
std::string list_names(const std::vector<goods::Control>& controls) {
  std::vector<std::string> names;
  for (const auto& control : controls) {
    const bool part = std::all_of(controls.begin(), controls.end(), [&](const auto& other) { return other.list != control.list || other.partial; });
    std::string name = part ? control.list + " (in part)" : control.list;
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(std::move(name));
  }
  return fmt::format("{}", fmt::join(names, ", "));
}

std::string word_names(const std::vector<goods::MatchedWord>& matched) {
  std::string out;
  for (const auto& word : matched) out += fmt::format("{}{}{}", out.empty() ? "" : ", ", word.word, word.exact ? "" : "~");
  return out;
}

/// As much of a title as a table has room for.
std::string shortened(std::string_view text, std::size_t letters) {
  std::size_t at = 0;
  for (std::size_t count = 0; at < text.size(); ++at) {
    const bool starts = (static_cast<unsigned char>(text[at]) & 0xC0U) != 0x80;
    if (starts && count++ == letters) return one_line(text.substr(0, at)) + "…";
  }
  return one_line(text);
}

Result<int> look_up(const Common& common, const std::vector<std::string>& words, const std::string& as_of) {
  std::string text;
  for (const auto& word : words) text += word;
  TAMGA_TRY(const auto code, goods::read_code(text));
  TAMGA_TRY(const Date day, read_day(as_of, "--as-of"));
  TAMGA_TRY(const auto rules, app::load_rules(common.settings.policy));
  const auto controls = rules.controls.find(code, day);
  if (common.json) {
    out(app::goods_document(rules, code, day).dump() + "\n");
    return kDone;
  }
  const std::string editions = editions_text(rules.controls, code);
  if (controls.empty()) {
    out(fmt::format("{}: on none of the control lists that Tamga holds (as of {})\n", code, day.text()) + editions);
    return kDone;
  }
  Table table({"list", "code", "article", "what", ""});
  for (const auto& control : controls) {
    std::string remark = control.verified ? "" : "to be verified";
    if (control.partial) remark += remark.empty() ? "covers the code in part" : ", covers the code in part";
    table.add({control.list, control.code, control.article, control.words.empty() ? control.title : control.words, remark});
  }
  out(table.text() + editions);
  return kDone;
}

struct TextOptions {
  std::string text;
  std::size_t limit = 10;
  std::string as_of;
  bool language_given = false;
};

Result<int> propose(const Common& common, const TextOptions& options) {
  TAMGA_TRY(const Date day, read_day(options.as_of, "--as-of"));
  TAMGA_TRY(const auto words, app::open_goods_words(common.settings));
  auto language = goods::language_of(options.text);
  for (const auto candidate : {goods::Language::en, goods::Language::ru, goods::Language::kk}) {
    if (options.language_given && common.lang == goods::language_name(candidate)) language = candidate;
  }
  const auto fitting = words.words.fit(options.text);
  const auto proposals = fitting.best(options.limit);
  if (common.json) {
    out(app::goods_document(words, options.text, language, fitting, options.limit, day).dump() + "\n");
    return kDone;
  }
  if (proposals.empty()) {
    out(fmt::format("{}: no code has any of these words; other words for the same goods may find one\n", one_line(options.text)));
    return kDone;
  }
  Table table({"code", "score", "what", "words", "control lists"});
  for (const auto& proposal : proposals) {
    const auto controls = words.rules->controls.find(proposal.code, day);
    const auto lists = list_names(controls);
    table.add({proposal.code, goods::fit_text(proposal.score), shortened(words.words.title(proposal.code, language), 50),
               word_names(proposal.matched), lists.empty() ? "" : paint(Colour::yellow, lists)});
  }
  out(table.text());
  if (!common.quiet) note("tamga: proposals by words alone; the code is for the declarant and customs to settle (docs/goods.md)\n");
  return kDone;
}

/// The codes that fit better, the controlled one first.
std::string better_codes(const app::GoodsWords& words, const app::CheckedRow& row) {
  const auto language = goods::language_of(row.description);
  std::vector<std::string> parts;
  const auto add = [&](std::string_view code, goods::FitScore score, std::string_view remark) {
    parts.push_back(fmt::format("{} {} {}{}", code, goods::fit_text(score), shortened(words.words.title(code, language), 40), remark));
  };
  const auto& controlled = row.check.controlled;
  if (controlled) add(controlled->code, controlled->score, fmt::format(" [{}]", list_names(controlled->controls)));
  for (const auto& proposal : row.check.better) {
    if (!controlled || proposal.code != controlled->code) add(proposal.code, proposal.score, "");
  }
  return fmt::format("{}", fmt::join(parts, "; "));
}

Colour colour_of(goods::Verdict verdict) {
  switch (verdict) {
    case goods::Verdict::fits: return Colour::green;
    case goods::Verdict::fits_controlled: return Colour::red;
    case goods::Verdict::doubtful:
    case goods::Verdict::unknown:
    case goods::Verdict::no_code: return Colour::yellow;
  }
  return Colour::plain;
}

Result<int> check(const Common& common, const std::string& file, const std::string& as_of) {
  TAMGA_TRY(const Date day, read_day(as_of, "--as-of"));
  TAMGA_TRY(const auto words, app::open_goods_words(common.settings));
  Json rows = Json::array();
  Table table({"line", "code", "verdict", "description", "fits better", "control lists of the code"});
  TAMGA_TRY(const auto counts, app::check_goods(words, file, day, [&](const app::CheckedRow& row) {
              if (common.json) {
                rows.push(app::document(words, row));
              } else if (!row.error.empty()) {
                table.add({fmt::format("{}", row.line), "", paint(Colour::red, "rejected"), shortened(row.description, 40), one_line(row.error), ""});
              } else {
                table.add({fmt::format("{}", row.line), row.code, paint(colour_of(row.check.verdict), goods::verdict_text(row.check.verdict)),
                           shortened(row.description, 40), better_codes(words, row), list_names(row.check.controls)});
              }
            }));
  if (common.json) {
    Json tally = Json::object();
    tally.set("read", Json::number(counts.read)).set("fits", Json::number(counts.fits)).set("doubtful", Json::number(counts.doubtful));
    tally.set("fits_controlled", Json::number(counts.fits_controlled)).set("unknown", Json::number(counts.unknown));
    tally.set("no_code", Json::number(counts.no_code)).set("rejected", Json::number(counts.rejected));
    Json basis = Json::object();
    basis.set("policy", words.rules->id)
        .set("nomenclatures", app::document(words.nomenclatures))
        .set("as_of", day.text())
        .set("engine", app::kEngine);
    out(Json::object().set("rows", std::move(rows)).set("counts", std::move(tally)).set("basis", std::move(basis)).dump() + "\n");
  } else {
    out(table.text());
    out(fmt::format("{} rows read: {} fit, {} doubtful, {} fit a controlled code better, {} unknown, {} without a code, {} rejected\n", counts.read,
                    counts.fits, counts.doubtful, counts.fits_controlled, counts.unknown, counts.no_code, counts.rejected));
  }
  return counts.all_fit() ? kDone : kReview;
}

Result<int> import(const Common& common, const std::string& file, const std::string& name) {
  TAMGA_TRY(const auto nomenclature, app::import_nomenclature(common.settings, file, name));
  if (common.json) {
    Json json = Json::object();
    json.set("name", nomenclature.name).set("edition", nomenclature.edition);
    json.set("codes", Json::number(static_cast<std::int64_t>(nomenclature.codes))).set("replaced", Json::boolean(nomenclature.replaced));
    out(json.dump() + "\n");
  } else {
    out(fmt::format("{}: {} codes{}\n", nomenclature.name, nomenclature.codes, nomenclature.replaced ? ", in place of what was there" : ""));
  }
  return kDone;
}

}  // namespace

void add_goods(CLI::App& app, Common& common, Chosen& chosen) {
  struct Options {
    std::vector<std::string> code;
    TextOptions text;
    std::string file;
    std::string name;
    std::string as_of;
  };
  const auto options = std::make_shared<Options>();
  const auto* language = app.get_option("--lang");
  auto* command = app.add_subcommand("goods", "codes of goods (HS, CN or TN VED): control lists that name one, and codes for a description");
  command->add_option("CODE", options->code, "4 to 10 digits; spaces and dots do not matter");
  command->add_option("--as-of", options->as_of, "lists in effect on this day [today]")->type_name("DATE");
  auto* text = command->add_option("--text", options->text.text, "propose codes for a description in English, Russian or Kazakh")->type_name("WORDS");
  auto* limit =
      command->add_option("--limit", options->text.limit, "with --text: so many proposals [10]")->type_name("N")->check(CLI::Range(1, 1000));
  auto* check_command = command->add_subcommand("check", "whether the words of each line of an invoice fit its code; exit status 3 if one does not");
  check_command->add_option("FILE", options->file, "CSV with a header (description, hs or code; others are carried through) or JSON lines")
      ->required();
  auto* import_command = command->add_subcommand("import", "keep a nomenclature, so that --text and check know its codes; decisions do not use it");
  import_command->add_option("FILE", options->file, "CSV with a header (hscode or code, description; .gz, .zst, .zip too)")->required();
  import_command->add_option("--name", options->name, "what it is kept as [the file's name]")->type_name("NAME");
  check_command->callback([&common, &chosen, options] { chosen.run = [&common, options] { return check(common, options->file, options->as_of); }; });
  import_command->callback([&common, &chosen, options] { chosen.run = [&common, options] { return import(common, options->file, options->name); }; });
  command->callback([&common, &chosen, options, command, language, text, limit] {
    if (!command->get_subcommands().empty()) return;
    options->text.language_given = language->count() > 0;
    const bool by_text = text->count() > 0;
    const bool limited = limit->count() > 0;
    chosen.run = [&common, options, by_text, limited]() -> Result<int> {
      const auto usage = [](const char* message) { return std::unexpected(Error{ErrorKind::usage, message, {}, 0}); };
      if (by_text && !options->code.empty()) return usage("goods: give a code or --text, not both; words with blanks stand in quotes");
      if (limited && !by_text) return usage("goods: --limit goes with --text");
      options->text.as_of = options->as_of;
      if (by_text) return propose(common, options->text);
      if (options->code.empty()) return usage("goods: a code or --text is needed, for example: tamga goods 854231");
      return look_up(common, options->code, options->as_of);
    };
  });
}

}  // namespace tamga::cli
