#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/editions.h"
#include "app/rows.h"
#include "app/settings.h"
#include "identity/identity.h"
#include "match/screen.h"
#include "match/text.h"

/// Screening by name, by entity and in batches, over the editions in force on a day.
namespace tamga::app {

struct ScreenSettings {
  std::optional<match::Score> threshold = {};  ///< for everything; without it the policy's
  bool exhaustive = false;
  std::string matching = {};  ///< a matching.toml instead of the policy's
  Date as_of = {};
  std::vector<std::string> lists = {};  ///< empty: all
};

/// The editions that a screening stands on, opened once.
class Screener {
 public:
  static Result<Screener> open(const Settings& settings, const ScreenSettings& screening);
  /// On the very editions, engine and matching that a basis names, as basis() gives it, of `screening` all but the lists. What is not here is an
  /// error of kind not_found; matching is looked for in the policy of `settings` and in the policy that the basis names.
  static Result<Screener> open_on(const Settings& settings, const Json& basis, const ScreenSettings& screening);

  /// Hits of each list, each with where else the same entity is listed.
  [[nodiscard]] std::vector<match::Hit> screen(const match::Query& query, match::Workspace& workspace) const;
  /// With other options than its own, of the same model.
  [[nodiscard]] std::vector<match::Hit> screen(const match::Query& query, match::Workspace& workspace, const match::Options& options) const;
  /// Names and numbers inside of a text, in all the ways to read it, each with where else the same entity is listed.
  [[nodiscard]] std::vector<match::TextHit> screen_text(std::span<const std::string> readings, match::Workspace& workspace) const;
  /// Finds out now what otherwise the first hit would have to wait for: who is the same on several lists.
  void prepare() const { static_cast<void>(links()); }
  /// {"lists":[{"list","edition","published"}],"engine"}
  [[nodiscard]] Json basis() const;
  [[nodiscard]] const std::vector<clear::BasisEdition>& editions() const { return editions_; }
  [[nodiscard]] std::span<const match::LoadedEdition> searchable() const { return searchable_; }
  [[nodiscard]] const match::Options& options() const { return options_; }
  /// Who is the same on several of the editions, by their places in searchable(): read from DATA/index/, or found out (a second for all lists) and
  /// kept there. Only the first hit asks for it.
  [[nodiscard]] const identity::Links& links() const;

 private:
  struct LazyLinks;
  static Result<Screener> of(const Settings& settings, store::Store& store, const std::vector<store::StoredEdition>& editions,
                             std::shared_ptr<const names::Model> model, const ScreenSettings& screening);
  void add_other_listings(match::Hit& hit) const;

  std::vector<clear::BasisEdition> editions_;
  std::vector<match::LoadedEdition> searchable_;
  match::Options options_;
  std::shared_ptr<LazyLinks> links_;  ///< shared so that a Screener can move while it is asked
};

/// How names are matched: by this matching.toml, or when there is none by the policy's.
Result<std::shared_ptr<const names::Model>> matching_of(const Settings& settings, const std::string& file);

/// A query from names typed by a person: identifiers in them are looked up as such. Words of one argument each are one name.
[[nodiscard]] match::Query query_of_names(const std::vector<std::string>& arguments, const std::string& schema);

/// What two names are taken to name where nobody says.
inline constexpr std::string_view kComparedAs = "LegalEntity";
/// Refuses an unknown schema, and a name with which nothing can be compared.
Status check_comparable(const names::Model& model, std::string_view name1, std::string_view name2, std::string_view schema);
/// Two names, for somebody who wants the reasons too; an empty schema is kComparedAs. Refuses as check_comparable() does.
Result<match::NameComparison> compare_names(const std::shared_ptr<const names::Model>& model, std::string_view name1, std::string_view name2,
                                            std::string_view schema);

/// The line that answers a row.
struct RowAnswer {
  std::string line;
  bool hit = false;
};
[[nodiscard]] RowAnswer answer_row(const Screener& screener, const BatchRow& row, match::Workspace& workspace);

/// Calls `work` for 0 to `count` - 1 with the number of the worker that it runs on, from 0 to `workers` - 1.
void on_workers(std::size_t workers, std::size_t count, const std::function<void(std::size_t i, std::size_t worker)>& work);

/// One row of a batch at a time, as JSON: what the server is sent line by line. Not thread-safe; keeps no row.
class RowScreener {
 public:
  RowScreener(std::shared_ptr<const Screener> screener, std::string schema) : screener_(std::move(screener)), schema_(std::move(schema)) {}
  /// The answer of screen_batch() to a line; empty to a blank one.
  [[nodiscard]] std::string answer(std::string_view line);
  /// The last line of screen_batch().
  [[nodiscard]] std::string counts() const;

 private:
  std::shared_ptr<const Screener> screener_;
  std::string schema_;
  match::Workspace workspace_;
  std::int64_t line_ = 0, read_ = 0, hit_ = 0, rejected_ = 0;
};

/// Counts of a batch, for its last line.
struct BatchCounts {
  std::int64_t read = 0;
  std::int64_t screened = 0;
  std::int64_t hit = 0;
  std::int64_t rejected = 0;
};

/// The last line of a batch.
[[nodiscard]] std::string counts_line(const BatchCounts& counts, const Screener& screener);

/// Screens a CSV with a header, JSON lines, or payment messages (messages/messages.h), of which each party, agent, account and text is a row, in
/// blocks on `threads` threads; memory does not grow with the file. `write` gets one JSON line a row, in the input's order, then a last one with the
/// counts; `progress` is told the rows so far. A row that cannot be screened becomes a line with its error, and the run goes on; only a file without
/// a readable header fails as a whole.
Result<BatchCounts> screen_batch(const Screener& screener, const Batch& batch, unsigned threads, const std::function<Status(std::string_view)>& write,
                                 const std::function<void(std::int64_t)>& progress);

/// What another matching would do to the hits of a batch.
struct PreviewCounts {
  std::int64_t read = 0;
  std::int64_t rejected = 0;
  std::int64_t changed = 0;  ///< rows of which a hit comes, goes or has another score
  std::int64_t before = 0;   ///< hits
  std::int64_t after = 0;
  std::int64_t added = 0;
  std::int64_t removed = 0;
};

/// Screens the batch twice and writes the rows whose hits differ: {"line","id","query","added","removed","rescored"}, then a last line with the
/// counts and both bases. Everything else is as with screen_batch().
Result<PreviewCounts> preview_batch(const Screener& before, const Screener& after, const Batch& batch, unsigned threads,
                                    const std::function<Status(std::string_view)>& write, const std::function<void(std::int64_t)>& progress);

/// `compare --batch`: CSV name1,name2,schema in; {"score","explain"} out, one line a row; without `explain` the score alone. A row that cannot be
/// compared becomes {"line","error"}, and the run goes on; without any schema a row is of LegalEntity. How many were compared, and how many were not.
struct CompareCounts {
  std::int64_t compared = 0;
  std::int64_t rejected = 0;
};
Result<CompareCounts> compare_batch(const Batch& batch, const std::shared_ptr<const names::Model>& model, bool explain, unsigned threads,
                                    const std::function<Status(std::string_view)>& write);

}  // namespace tamga::app
