#include <fmt/format.h>

#include <unistd.h>
#include <algorithm>

#include <cmath>
#include <cstdio>
#include <memory>

#include "app/screening.h"
#include "base/files.h"
#include "cli/commands.h"
#include "cli/print.h"

namespace tamga::cli {
namespace {

struct ScreenOptions {
  std::vector<std::string> names;
  std::string entity;
  std::string batch;
  std::string out;
  std::string schema;
  double threshold = 0.7;
  std::vector<std::string> lists;
  std::string as_of;
  bool exhaustive = false;
  bool explain = false;
};

std::unexpected<Error> usage(std::string message) { return std::unexpected(Error{ErrorKind::usage, std::move(message), {}, 0}); }

Status check_schema(const std::string& schema) {
  if (schema.empty() || schema_known(schema)) return {};
  return bad_input(
      fmt::format("--schema: \"{}\" is not a schema, expected Person, Company, Organization, LegalEntity, PublicBody, Vessel, Airplane, "
                  "CryptoWallet, Asset or Address",
                  schema));
}

/// Lines to a file that stands whole or not at all, or to standard output.
class LineSink {
 public:
  explicit LineSink(std::string path) : path_(std::move(path)) {
    if (!path_.empty()) file_ = std::fopen((path_ + ".part").c_str(), "wb");
  }
  LineSink(const LineSink&) = delete;
  LineSink& operator=(const LineSink&) = delete;
  ~LineSink() {
    if (file_ == nullptr) return;
    std::fclose(file_);
    std::remove((path_ + ".part").c_str());
  }
  Status write(std::string_view line) {
    if (!path_.empty() && file_ == nullptr) return bad_input_in(path_, 0, "cannot be written");
    std::FILE* target = file_ != nullptr ? file_ : stdout;
    if (std::fwrite(line.data(), 1, line.size(), target) != line.size() || std::fputc('\n', target) == EOF) {
      return failure(fmt::format("{}: cannot be written, is the disk full?", path_.empty() ? "standard output" : path_));
    }
    return {};
  }
  Status finish() {
    if (file_ == nullptr) return {};
    const bool closed = std::fclose(file_) == 0;
    file_ = nullptr;
    if (!closed || std::rename((path_ + ".part").c_str(), path_.c_str()) != 0)
      return failure(fmt::format("{}: cannot be written, is the disk full?", path_));
    return {};
  }

 private:
  std::string path_;
  std::FILE* file_ = nullptr;
};

void warn_of_stale(const Common& common, const app::Screener& screener, Date as_of) {
  if (common.quiet || common.settings.list_age_max == 0) return;
  std::vector<std::string> stale;
  for (const auto& edition : screener.editions()) {
    if (!edition.owner.empty()) continue;  // a house list has an end of its own instead
    const auto published = Date::parse(std::max(edition.loaded.published, edition.confirmed));
    const long age = published ? days_between(*published, as_of) : 0;
    if (age > common.settings.list_age_max)
      stale.push_back(fmt::format("{}{}{} ({} days)", edition.loaded.list, edition.loaded.part.empty() ? "" : " ", edition.loaded.part, age));
  }
  if (!stale.empty()) note(fmt::format("tamga: stale lists: {}\n", fmt::join(stale, ", ")));
}

Result<int> run_batch(const Common& common, const ScreenOptions& options, const app::Screener& screener) {
  LineSink sink(options.out);
  const bool show = !common.quiet && ::isatty(STDERR_FILENO) == 1;
  TAMGA_TRY(const auto counts, app::screen_batch(
                                   screener, options.batch, common.settings.threads, [&](std::string_view line) { return sink.write(line); },
                                   [&](std::int64_t rows) {
                                     if (show) note(fmt::format("\r{} rows screened", rows));
                                   }));
  if (show) note("\n");
  TAMGA_TRY_STATUS(sink.finish());
  return counts.hit > 0 || counts.rejected > 0 ? kReview : kDone;
}

Result<match::Query> read_entity(const std::string& path) {
  TAMGA_TRY(const std::string text, read_file(path, std::size_t{64} << 20));
  const auto placed = [&](const Error& error) { return std::unexpected(error.in_file(path)); };
  const auto json = parse_json(text);
  if (!json) return placed(json.error());
  const auto entity = entity_from_json(*json);
  if (!entity) return placed(entity.error());
  if (!schema_known(entity->schema)) return bad_input_in(path, 0, fmt::format("\"{}\" is not a schema that is screened", entity->schema));
  auto query = match::query_of_entity(*entity);
  if (query.names.empty() && query.identifiers.empty()) return bad_input_in(path, 0, "the entity has neither a name nor an identifier");
  return query;
}

Result<int> screen(const Common& common, const ScreenOptions& options) {
  const int sources = (options.names.empty() ? 0 : 1) + (options.entity.empty() ? 0 : 1) + (options.batch.empty() ? 0 : 1);
  if (sources != 1) return usage("screen: give names, or --entity FILE, or --batch FILE");
  TAMGA_TRY_STATUS(check_schema(options.schema));
  app::ScreenSettings screening;
  screening.options.threshold = static_cast<match::Score>(std::lround(options.threshold * names::kScoreMax));
  screening.options.exhaustive = options.exhaustive;
  screening.lists = options.lists;
  TAMGA_TRY(screening.as_of, read_day(options.as_of, "--as-of"));
  match::Query query;
  if (!options.entity.empty()) {
    TAMGA_TRY(query, read_entity(options.entity));
  } else {
    query = app::query_of_names(options.names, options.schema);
  }
  TAMGA_TRY(const auto screener, app::Screener::open(common.settings, screening));
  warn_of_stale(common, screener, screening.as_of);
  if (!options.batch.empty()) return run_batch(common, options, screener);
  match::Workspace workspace;
  const auto hits = screener.screen(query, workspace);
  if (common.json) {
    Json asked = Json::object();
    asked.set("names", Json::strings(query.names));
    if (!query.schema.empty()) asked.set("schema", query.schema);
    if (!query.identifiers.empty()) {
      Json identifiers = Json::array();
      for (const auto& identifier : query.identifiers) identifiers.push(Json::string(identifier.label + " " + identifier.value));
      asked.set("identifiers", std::move(identifiers));
    }
    Json list = Json::array();
    for (const auto& hit : hits) list.push(match::to_json(hit));
    out(Json::object().set("query", std::move(asked)).set("basis", screener.basis()).set("hits", std::move(list)).dump() + "\n");
  } else if (hits.empty()) {
    out(fmt::format("{}: no hit on {} list editions\n", fmt::join(query.names, ", "), screener.editions().size()));
  } else {
    out(hit_lines(hits, options.explain));
  }
  return hits.empty() ? kDone : kReview;
}

}  // namespace

void add_screen(CLI::App& app, Common& common, Chosen& chosen) {
  const auto options = std::make_shared<ScreenOptions>();
  auto* command = app.add_subcommand("screen", "compare names, entities or a whole file with the lists; exit status 3 when there are hits");
  command->add_option("NAME", options->names, "a name or an identifier; several in quotes are other names of the same party");
  command->add_option("--entity", options->entity, "a FollowTheMoney entity (JSON)")->type_name("FILE");
  command->add_option("--batch", options->batch, "CSV with a header (id,name,schema,birth_date,country,identifier,address) or JSON lines")
      ->type_name("FILE");
  command->add_option("--out", options->out, "where the batch's JSON lines go [standard output]")->type_name("FILE");
  command->add_option("--schema", options->schema, "what is looked for: Person, Company, Vessel, …")->type_name("S");
  command->add_option("--threshold", options->threshold, "least score of a hit, 0 to 1 [0.7]")->type_name("T")->check(CLI::Range(0.0001, 1.0));
  command->add_option("--lists", options->lists, "only these lists")->delimiter(',')->type_name("A,B");
  command->add_option("--as-of", options->as_of, "with the lists of this day [today]")->type_name("DATE");
  command->add_flag("--exhaustive", options->exhaustive, "score every listed name; the answer is the same, only slower");
  command->add_flag("--explain", options->explain, "show why, word by word");
  command->callback([&common, &chosen, options] { chosen.run = [&common, options] { return screen(common, *options); }; });
}

void add_compare(CLI::App& app, Common& common, Chosen& chosen) {
  struct Options {
    std::vector<std::string> names;
    std::string schema;
    std::string batch;
  };
  const auto options = std::make_shared<Options>();
  auto* command = app.add_subcommand("compare", "score two names against each other, with the reasons");
  command->add_option("NAME", options->names, "two names")->expected(0, 2);
  command->add_option("--schema", options->schema, "what they name: Person, Company, Vessel, … [LegalEntity]")->type_name("S");
  command->add_option("--batch", options->batch, "CSV name1,name2,schema; JSON lines out")->type_name("FILE");
  command->callback([&common, &chosen, options] {
    chosen.run = [&common, options]() -> Result<int> {
      TAMGA_TRY_STATUS(check_schema(options->schema));
      if (!options->batch.empty()) {
        if (!options->names.empty()) return usage("compare: give two names or --batch FILE, not both");
        LineSink sink("");
        TAMGA_TRY_STATUS(app::compare_batch(options->batch, [&](std::string_view line) { return sink.write(line); }));
        return kDone;
      }
      if (options->names.size() != 2) return usage("compare: give two names, or --batch FILE");
      const auto result = match::compare_names(options->names[0], options->names[1], options->schema.empty() ? "LegalEntity" : options->schema);
      if (common.json) {
        out(Json::object().set("score", Json::number_literal(match::score_text(result.score))).set("explain", match::to_json(result.explain)).dump() +
            "\n");
      } else {
        out(fmt::format("{}\n{}", paint(Colour::bold, match::score_text(result.score)), reason_lines(result.explain, "  ")));
      }
      return kDone;
    };
  });
}

}  // namespace tamga::cli
