// How well descriptions find their codes: docs/goods.md tells how it is called and what came out.
//
//   measure_goods_words --tables DIR --controls DIR [--nomenclature FILE] --set FILE [--rows all|odd|even] [--digits 4|6] [--misses] [--alarms]
//   [KEY=VALUE...]
//
// A set is CSV with the columns code, and description or product, and maybe lang. KEY=VALUE changes a number of goods::FitWeights or ControlledRule.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "base/ascii.h"
#include "base/decimal.h"
#include "goods/line_check.h"
#include "goods/nomenclature.h"
#include "goods/words.h"
#include "lists/csv.h"

namespace {

using namespace tamga;

struct Example {
  std::string code, language, description;
};

struct Options {
  std::string tables, controls, nomenclature, set, rows = "all";
  std::size_t digits = 4;
  bool misses = false;
  bool alarms = false;
  goods::FitWeights weights;
  goods::ControlledRule rule;
};

Result<std::vector<NamedBytes>> files_of(const std::string& folder) {
  std::vector<NamedBytes> files;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    if (entry.path().extension() != ".csv" || entry.path().filename().string().starts_with("invoice")) continue;
    TAMGA_TRY(auto bytes, read_file(entry.path().string()));
    files.push_back({entry.path().filename().string(), std::move(bytes)});
  }
  std::sort(files.begin(), files.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  return files;
}

Result<std::vector<Example>> examples_of(const Options& options) {
  TAMGA_TRY(const auto files, read_unpacked(options.set));
  lists::CsvReader reader(files.front().bytes);
  std::vector<std::string> header;
  std::vector<std::string> fields;
  TAMGA_TRY([[maybe_unused]] const bool any, reader.next(header));
  const auto column = [&](std::string_view name) { return static_cast<std::size_t>(std::find(header.begin(), header.end(), name) - header.begin()); };
  const auto code = column("code");
  const auto language = column("lang");
  const auto words = std::min(column("description"), column("product"));
  if (code == header.size() || words == header.size()) return bad_input_in(options.set, 1, "expected the columns code and description");
  std::vector<Example> out;
  for (std::size_t row = 0;; ++row) {
    TAMGA_TRY(const bool more, reader.next(fields));
    if (!more) return out;
    if (fields.size() != header.size()) return bad_input_in(options.set, reader.line(), "another number of fields than the header");
    const bool odd = row % 2 == 0;
    if ((options.rows == "odd" && !odd) || (options.rows == "even" && odd)) continue;
    out.push_back({fields[code], language < fields.size() ? fields[language] : "en", fields[words]});
  }
}

bool set_number(Options& options, std::string_view argument) {
  const auto equals = argument.find('=');
  if (equals == std::string_view::npos) return false;
  const auto key = argument.substr(0, equals);
  const auto value = static_cast<std::uint32_t>(Decimal::parse(argument.substr(equals + 1)).value_or(Decimal{}).coefficient);
  const std::array<std::pair<std::string_view, std::uint32_t*>, 16> numbers = {{{"inherit", &options.weights.inherit},
                                                                                {"chapter", &options.weights.chapter},
                                                                                {"cover", &options.weights.cover},
                                                                                {"loose", &options.weights.loose},
                                                                                {"later", &options.weights.later},
                                                                                {"unknown", &options.weights.unknown},
                                                                                {"modifier", &options.weights.modifier},
                                                                                {"packing", &options.weights.packing},
                                                                                {"decay", &options.weights.decay},
                                                                                {"cut", &options.weights.cut},
                                                                                {"head", &options.weights.head},
                                                                                {"beginning", &options.weights.beginning},
                                                                                {"spelling", &options.weights.spelling},
                                                                                {"least", &options.rule.least},
                                                                                {"margin", &options.rule.margin},
                                                                                {"behind", &options.rule.behind}}};
  for (const auto& [name, number] : numbers) {
    if (name != key) continue;
    *number = value;
    return true;
  }
  return false;
}

struct Counts {
  std::size_t all = 0, first = 0, five = 0;
  std::size_t ordinary = 0, alarms = 0;      // rows of goods on no priority list, and a controlled code was said to fit better
  std::size_t priority = 0, caught = 0;      // priority goods under each of the wrong codes, and that was noticed
  std::size_t right = 0, right_doubted = 0;  // lines with their own code, and `goods check` would not say "fits"
  std::size_t wrong = 0, wrong_doubted = 0;  // lines with each of the wrong codes
};

std::string percent(std::size_t part, std::size_t whole) {
  if (whole == 0) return "-";
  const auto tenths = (part * 2000 + whole) / (2 * whole);
  return fmt::format("{}.{} %", tenths / 10, tenths % 10);
}

/// Codes that are stated wrongly on purpose: of ordinary goods, on no priority list.
constexpr std::array<std::string_view, 5> kWrong = {"392690", "732690", "940360", "481910", "630790"};

Result<int> measure(const Options& options) {
  TAMGA_TRY(const auto tables, files_of(options.tables));
  std::vector<goods::CodeWords> nomenclature;
  if (!options.nomenclature.empty()) {
    TAMGA_TRY(auto files, read_unpacked(options.nomenclature));
    TAMGA_TRY(nomenclature, goods::read_nomenclature(files.front()));
  }
  TAMGA_TRY(const auto words, goods::Words::read(tables, nomenclature, options.weights));
  TAMGA_TRY(const auto policy_words, goods::Words::read(tables, {}, options.weights));
  TAMGA_TRY(const auto controls, options.controls.empty() ? Result<std::vector<NamedBytes>>{} : files_of(options.controls));
  TAMGA_TRY(const auto lists, goods::ControlLists::read(controls));
  TAMGA_TRY(const auto examples, examples_of(options));
  const Date day = Date::parse("2026-11-23").value();
  std::map<std::string, Counts> counts;
  for (const auto& example : examples) {
    const auto code = example.code.substr(0, options.digits);
    // A code of fewer digits than are asked, and a heading that the tables do not have yet, says nothing about the matching.
    if (code.size() < options.digits) continue;
    const auto fitting = words.fit(example.description);
    const auto best = fitting.best(5, options.digits == 4 ? goods::Depth::headings : goods::Depth::subheadings);
    const auto at = std::find_if(best.begin(), best.end(), [&](const auto& proposal) { return proposal.code.substr(0, options.digits) == code; });
    for (const auto& name : {example.language, std::string("all")}) {
      auto& count = counts[name];
      ++count.all;
      count.first += at == best.begin() && at != best.end() ? 1 : 0;
      count.five += at != best.end() ? 1 : 0;
    }
    if (options.misses && (best.empty() || at != best.begin())) {
      std::string line = fmt::format("{} {} | {} |", example.code, example.language, example.description);
      for (const auto& proposal : best) line += fmt::format(" {} {}", proposal.code, goods::fit_text(proposal.score));
      fmt::print("{}\n", line);
    }
    if (!options.alarms) continue;
    const auto alarm = goods::controlled_fit(fitting, example.code, lists, day, options.rule);
    if (alarm && options.misses)
      fmt::print("ALARM {} {} | {} | {} {} over {}\n", example.code, example.language, example.description, alarm->code,
                 goods::fit_text(alarm->score), goods::fit_text(alarm->stated));
    const auto controls_of = lists.find(example.code, day);
    const bool priority = std::any_of(controls_of.begin(), controls_of.end(), [](const auto& control) { return control.list.starts_with("chpl"); });
    const auto doubted = [&](std::string_view stated) {
      return goods::check_line(words, policy_words, lists, example.description, stated, day).verdict != goods::Verdict::fits;
    };
    const bool right_doubted = doubted(example.code);
    std::size_t wrong = 0, wrong_doubted = 0, caught = 0;
    for (const auto stated : kWrong) {
      if (example.code.starts_with(stated.substr(0, 4))) continue;
      ++wrong;
      wrong_doubted += doubted(stated) ? 1 : 0;
      caught += priority && goods::controlled_fit(fitting, stated, lists, day, options.rule) ? 1 : 0;
    }
    for (const auto& name : {example.language, std::string("all")}) {
      auto& count = counts[name];
      count.ordinary += priority ? 0 : 1;
      count.alarms += !priority && alarm ? 1 : 0;
      count.priority += priority ? wrong : 0;
      count.caught += caught;
      ++count.right;
      count.right_doubted += right_doubted ? 1 : 0;
      count.wrong += wrong;
      count.wrong_doubted += wrong_doubted;
    }
  }
  fmt::print("{:<5} {:>6} {:>8} {:>8}", "lang", "rows", "top-1", "top-5");
  if (options.alarms)
    fmt::print("  {:>16} {:>22} {:>22} {:>24}", "false alarms", "priority goods caught", "right code doubted", "wrong code doubted");
  fmt::print("\n");
  const auto share = [](std::size_t part, std::size_t whole) { return fmt::format("{}/{} {}", part, whole, percent(part, whole)); };
  for (const auto& [name, count] : counts) {
    fmt::print("{:<5} {:>6} {:>8} {:>8}", name, count.all, percent(count.first, count.all), percent(count.five, count.all));
    if (options.alarms) {
      fmt::print("  {:>16} {:>22} {:>22} {:>24}", share(count.alarms, count.ordinary), share(count.caught, count.priority),
                 share(count.right_doubted, count.right), share(count.wrong_doubted, count.wrong));
    }
    fmt::print("\n");
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    const auto value = [&] { return std::string(i + 1 < argc ? argv[++i] : ""); };
    if (argument == "--tables")
      options.tables = value();
    else if (argument == "--controls")
      options.controls = value();
    else if (argument == "--nomenclature")
      options.nomenclature = value();
    else if (argument == "--set")
      options.set = value();
    else if (argument == "--rows")
      options.rows = value();
    else if (argument == "--digits")
      options.digits = value() == "6" ? 6 : 4;
    else if (argument == "--misses")
      options.misses = true;
    else if (argument == "--alarms")
      options.alarms = true;
    else if (!set_number(options, argument)) {
      fmt::print(stderr, "measure_goods_words: {} is not known; see the top of tools/measure_goods_words.cpp\n", argument);
      return 2;
    }
  }
  const auto status = measure(options);
  if (!status) {
    fmt::print(stderr, "measure_goods_words: {}\n", status.error().text());
    return 2;
  }
  return *status;
}
