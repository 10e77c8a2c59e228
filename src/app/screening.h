#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "app/editions.h"
#include "app/settings.h"
#include "identity/identity.h"
#include "match/screen.h"

/// Screening by name, by entity and in batches, over the editions in force on a day.
namespace tamga::app {

struct ScreenSettings {
  match::Options options;
  Date as_of;
  std::vector<std::string> lists;  ///< empty: all
};

/// The editions that a screening stands on, opened once.
class Screener {
 public:
  static Result<Screener> open(const Settings& settings, const ScreenSettings& screening);

  /// Hits of each list, each with where else the same entity is listed.
  [[nodiscard]] std::vector<match::Hit> screen(const match::Query& query, match::Workspace& workspace) const;
  /// {"lists":[{"list","edition","published"}],"engine"}
  [[nodiscard]] Json basis() const;
  [[nodiscard]] const std::vector<clear::BasisEdition>& editions() const { return editions_; }

 private:
  /// Who is the same on several of the editions: read from DATA/index/, or found out (a second for all lists) and kept there. Only the first hit
  /// asks for it.
  struct LazyLinks;
  [[nodiscard]] const identity::Links& links() const;

  std::vector<clear::BasisEdition> editions_;
  std::vector<match::LoadedEdition> searchable_;
  match::Options options_;
  std::shared_ptr<LazyLinks> links_;  ///< shared so that a Screener can move while it is asked
};

/// A query from names typed by a person: identifiers in them are looked up as such. Words of one argument each are one name.
[[nodiscard]] match::Query query_of_names(const std::vector<std::string>& arguments, const std::string& schema);

/// Counts of a batch, for its last line.
struct BatchCounts {
  std::int64_t read = 0;
  std::int64_t screened = 0;
  std::int64_t hit = 0;
  std::int64_t rejected = 0;
};

/// Screens a CSV with a header or JSON lines, in blocks on `threads` threads; memory does not grow with the file. `write` gets one JSON line a row,
/// in the input's order, then a last one with the counts; `progress` is told the rows so far. A row that cannot be screened becomes a line with its
/// error, and the run goes on; only a file without a readable header fails as a whole.
Result<BatchCounts> screen_batch(const Screener& screener, const std::string& path, unsigned threads,
                                 const std::function<Status(std::string_view)>& write, const std::function<void(std::int64_t)>& progress);

/// `compare --batch`: CSV name1,name2,schema in; {"score","explain"} out, one line a row.
Status compare_batch(const std::string& path, const std::function<Status(std::string_view)>& write);

}  // namespace tamga::app
