#include <fmt/format.h>

#include <unistd.h>
#include <algorithm>

#include <cstdio>
#include <memory>
#include <optional>

#include "app/casework.h"
#include "app/documents.h"
#include "app/record.h"
#include "app/screening.h"
#include "app/shards.h"
#include "base/files.h"
#include "cli/commands.h"
#include "cli/crew.h"
#include "cli/print.h"

namespace tamga::cli {
namespace {

struct ScreenOptions {
  std::vector<std::string> names;
  std::string entity;
  std::string batch;
  std::string out;
  std::string schema;
  std::string birth_date;
  std::vector<std::string> countries;
  std::vector<std::string> addresses;
  std::optional<std::string> threshold;
  std::string matching;
  std::string preview;
  std::vector<std::string> lists;
  std::string as_of;
  bool exhaustive = false;
  bool explain = false;
  bool alerts = false;
  NatsFlags nats;
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
    const long age = app::age_of(edition, as_of);
    if (age > common.settings.list_age_max)
      stale.push_back(fmt::format("{}{}{} ({} days)", edition.loaded.list, edition.loaded.part.empty() ? "" : " ", edition.loaded.part, age));
  }
  if (!stale.empty()) note(fmt::format("tamga: stale lists: {}\n", fmt::join(stale, ", ")));
}

Result<int> run_batch(const Common& common, const ScreenOptions& options, const app::ScreenSettings& screening, const app::Screener& screener) {
  LineSink sink(options.out);
  const bool show = !common.quiet && ::isatty(STDERR_FILENO) == 1;
  const app::Batch batch{options.batch, options.schema};
  const auto write = [&](std::string_view line) { return sink.write(line); };
  const auto progress = [&](std::int64_t rows) {
    if (show) note(fmt::format("\r{} rows screened", rows));
  };
  app::BatchCounts counts;
  if (options.nats.given()) {
    TAMGA_TRY(auto store, app::open_existing_store(common.settings));
    TAMGA_TRY(const auto policy, app::keep_policy(common.settings, store, utc_now()));
    TAMGA_TRY(const auto asker, ask(options.nats));
    TAMGA_TRY(counts, app::screen_batch_over(asker.crew, screener, screening, policy, batch, write, progress));
  } else {
    TAMGA_TRY(counts, app::screen_batch(screener, batch, common.settings.threads, write, progress));
  }
  if (show) note("\n");
  TAMGA_TRY_STATUS(sink.finish());
  return counts.hit > 0 || counts.rejected > 0 ? kReview : kDone;
}

Result<int> run_preview(const Common& common, const ScreenOptions& options, const app::Screener& before, app::ScreenSettings screening) {
  screening.matching = options.preview;
  TAMGA_TRY(const auto after, app::Screener::open(common.settings, screening));
  LineSink sink(options.out);
  const bool show = !common.quiet && ::isatty(STDERR_FILENO) == 1;
  TAMGA_TRY(const auto counts,
            app::preview_batch(
                before, after, {options.batch, options.schema}, common.settings.threads, [&](std::string_view line) { return sink.write(line); },
                [&](std::int64_t rows) {
                  if (show) note(fmt::format("\r{} rows screened", rows));
                }));
  if (show) note("\n");
  TAMGA_TRY_STATUS(sink.finish());
  if (!common.quiet) {
    note(fmt::format("tamga: {} hits now, {} with {}: {} more, {} fewer; {} of {} rows change\n", counts.before, counts.after, options.preview,
                     counts.added, counts.removed, counts.changed, counts.read));
  }
  return counts.changed > 0 || counts.rejected > 0 ? kReview : kDone;
}

Result<match::Query> read_entity(const std::string& path) {
  TAMGA_TRY(const std::string text, read_file(path, std::size_t{64} << 20));
  const auto placed = [&](const Error& error) { return std::unexpected(error.in_file(path)); };
  const auto json = parse_json(text);
  if (!json) return placed(json.error());
  const auto entity = entity_from_json(*json);
  if (!entity) return placed(entity.error());
  if (!schema_known(entity->schema)) return bad_input_in(path, 0, fmt::format("\"{}\" is not a schema that is screened", entity->schema));
  return match::query_of_entity(*entity);
}

Result<int> screen(const Common& common, const ScreenOptions& options) {
  const bool typed = !options.names.empty() || !options.addresses.empty();
  const int sources = (typed ? 1 : 0) + (options.entity.empty() ? 0 : 1) + (options.batch.empty() ? 0 : 1);
  if (sources != 1) return usage("screen: give names, or --entity FILE, or --batch FILE");
  if (!options.preview.empty() && options.batch.empty()) return usage("screen: --preview goes with --batch FILE");
  if (options.nats.given() && (options.batch.empty() || !options.preview.empty() || !options.matching.empty()))
    return usage("screen: --nats goes with --batch, without --preview; for another --matching give workers a --policy that has it");
  if (options.alerts && !options.batch.empty()) return usage("screen: --alerts goes with names and with --entity");
  // Ignored, they would leave somebody to believe that the rows were screened with them.
  if (!typed && !(options.birth_date.empty() && options.countries.empty()))
    return usage("screen: --birth-date and --country go with names; a batch and an entity say theirs themselves");
  if (!options.entity.empty() && !options.schema.empty()) return usage("screen: --schema goes with names and with --batch; an entity says its own");
  TAMGA_TRY_STATUS(check_schema(options.schema));
  app::ScreenSettings screening;
  if (options.threshold) {
    TAMGA_TRY(screening.threshold, read_threshold(*options.threshold, "--threshold"));
  }
  screening.exhaustive = options.exhaustive;
  screening.matching = options.matching;
  screening.lists = options.lists;
  TAMGA_TRY(screening.as_of, read_day(options.as_of, "--as-of"));
  match::Query query;
  if (!options.entity.empty()) {
    TAMGA_TRY(query, read_entity(options.entity));
  } else if (options.batch.empty()) {
    query = app::query_of_names(options.names, options.schema);
    TAMGA_TRY_STATUS(app::add_to_query(query, "birth_date", options.birth_date));
    for (const auto& country : options.countries) TAMGA_TRY_STATUS(app::add_to_query(query, "country", country));
    for (const auto& address : options.addresses) TAMGA_TRY_STATUS(app::add_to_query(query, "address", address));
  }
  TAMGA_TRY(const auto screener, app::Screener::open(common.settings, screening));
  if (options.batch.empty()) {
    if (const auto status = app::check_query(query, *screener.options().model); !status) {
      if (!options.entity.empty()) return std::unexpected(status.error().in_file(options.entity));
      return bad_input(fmt::format("screen: {}", status.error().message));
    }
  }
  warn_of_stale(common, screener, screening.as_of);
  if (!options.preview.empty()) return run_preview(common, options, screener, screening);
  if (!options.batch.empty()) return run_batch(common, options, screening, screener);
  match::Workspace workspace;
  const auto hits = screener.screen(query, workspace);
  if (options.alerts) {
    TAMGA_TRY(const auto raised, app::raise_hits(common.settings, query, hits, utc_now()));
    if (!common.quiet) note(fmt::format("tamga: {} alerts opened or renewed; tamga alerts list\n", raised));
  }
  if (common.json) {
    out(app::document(query, screener.basis(), hits).dump() + "\n");
  } else if (hits.empty()) {
    const auto& asked = query.names.empty() ? query.addresses : query.names;
    out(fmt::format("{}: no hit on {} list editions\n", fmt::join(asked, ", "), screener.editions().size()));
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
  command
      ->add_option("--batch", options->batch,
                   "CSV with a header (id,name,schema,birth_date,country,identifier,address), JSON lines, or payment messages")
      ->type_name("FILE");
  command->add_option("--out", options->out, "where the batch's JSON lines go [standard output]")->type_name("FILE");
  command->add_option("--schema", options->schema, "what is looked for: Person, Company, Vessel, …; of a batch's rows that name none")
      ->type_name("S");
  command->add_option("--birth-date", options->birth_date, "of the person that was named")->type_name("YYYY[-MM[-DD]]");
  command->add_option("--country", options->countries, "of who was named, two letters")->type_name("CC");
  command->add_option("--address", options->addresses, "of who was named; supports hits, and finds addresses that are listed themselves")
      ->type_name("A");
  command->add_option("--threshold", options->threshold, "least score of a hit, 0 to 1 [the policy's: 0.7]")
      ->type_name("T")
      ->check(CLI::Range(0.0001, 1.0));
  command->add_option("--lists", options->lists, "only these lists")->delimiter(',')->type_name("A,B");
  command->add_option("--as-of", options->as_of, "with the lists of this day [today]")->type_name("DATE");
  command->add_option("--matching", options->matching, "another matching.toml than the policy's")->type_name("FILE");
  command->add_option("--preview", options->preview, "with --batch: the rows whose hits this matching.toml would change, instead of all")
      ->type_name("FILE");
  add_crew(*command, options->nats, "with --batch: the workers of this queue screen the rows; the output is the same");
  command->add_flag("--exhaustive", options->exhaustive, "score every listed name; the answer is the same, only slower");
  command->add_flag("--explain", options->explain, "show why, word by word");
  command->add_flag("--alerts", options->alerts, "open an alert for each hit; not with --batch");
  command->callback([&common, &chosen, options] { chosen.run = [&common, options] { return screen(common, *options); }; });
}

void add_compare(CLI::App& app, Common& common, Chosen& chosen) {
  struct Options {
    std::vector<std::string> names;
    std::string schema;
    std::string batch;
    std::string matching;
    bool scores_only = false;
  };
  const auto options = std::make_shared<Options>();
  auto* command = app.add_subcommand("compare", "score two names against each other, with the reasons");
  command->add_option("NAME", options->names, "two names")->expected(0, 2);
  command->add_option("--schema", options->schema, "what they name: Person, Company, Vessel, …; of a batch's rows that name none [LegalEntity]")
      ->type_name("S");
  command->add_option("--batch", options->batch, "CSV name1,name2,schema; JSON lines out")->type_name("FILE");
  command->add_option("--matching", options->matching, "another matching.toml than the policy's")->type_name("FILE");
  command->add_flag("--scores-only", options->scores_only, "with --batch: no explanations");
  command->callback([&common, &chosen, options] {
    chosen.run = [&common, options]() -> Result<int> {
      TAMGA_TRY_STATUS(check_schema(options->schema));
      TAMGA_TRY(const auto model, app::matching_of(common.settings, options->matching));
      if (!options->batch.empty()) {
        if (!options->names.empty()) return usage("compare: give two names or --batch FILE, not both");
        LineSink sink("");
        TAMGA_TRY(const auto counts, app::compare_batch({options->batch, options->schema}, model, !options->scores_only, common.settings.threads,
                                                        [&](std::string_view line) { return sink.write(line); }));
        return counts.rejected > 0 ? kReview : kDone;
      }
      if (options->names.size() != 2) return usage("compare: give two names, or --batch FILE");
      auto compared = app::compare_names(model, options->names[0], options->names[1], options->schema);
      if (!compared) {
        compared.error().message = "compare: " + compared.error().message;
        return std::unexpected(compared.error());
      }
      const auto& result = *compared;
      if (common.json) {
        out(app::document(result).dump() + "\n");
      } else {
        out(fmt::format("{}\n{}", paint(Colour::bold, match::score_text(result.score)), reason_lines(result.explain, "  ")));
      }
      return kDone;
    };
  });
}

}  // namespace tamga::cli
