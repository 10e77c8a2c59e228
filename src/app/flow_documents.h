#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/flow_analysis.h"
#include "app/flow_codes.h"
#include "app/flow_scan.h"
#include "app/flow_store.h"
#include "base/json.h"
#include "flows/concordance.h"

/// What the answers of flow_surge.cpp, flow_gap.cpp, flow_roundabout.cpp and flow_series.cpp have in common: how a question is read, and how numbers,
/// rows and files are written.
namespace tamga::app::flow_documents {

// Estimates are rounded where they are printed, and nowhere else. What is no number is null.

[[nodiscard]] Json fixed(double value, int places);
/// Four digits that count, for p and q, which may be far below any fixed number of places.
[[nodiscard]] Json small(double value);
/// Exactly, of hundredths (`places` 2) or thousandths (3).
[[nodiscard]] Json exact(std::int64_t value, int places);
[[nodiscard]] Json interval(const flows::Interval& range, int places);
[[nodiscard]] Json ratio_interval(const flows::Interval& logs);
[[nodiscard]] Json count(std::int64_t value);
[[nodiscard]] Json count(std::size_t value);
[[nodiscard]] Json names(const flows::Countries& countries);

/// Codes with commas between; "EU27" are all members. Errors name the option.
Result<flows::Countries> read_countries(std::string_view text, std::string_view option);
Result<flows::Period> read_month(const std::string& text, std::string_view option);
Status check(const FlowQuestion& question);

/// The store, opened and known to hold something, and what is in it.
struct Opened {
  FlowStore store;
  FlowReader reader;
  std::vector<flows::SeriesKey> kinds;
  std::vector<FlowFile> files;
};
Result<Opened> open(const Settings& settings);

/// The kinds of one flow; an error that says what there is instead.
Result<std::vector<flows::SeriesKey>> of_flow(const std::vector<flows::SeriesKey>& kinds, flows::Flow flow);
Status check_break(const flows::Coverage& coverage, flows::Flow flow, flows::Period at);

[[nodiscard]] Json files_document(const std::vector<FlowFile>& files);
[[nodiscard]] Json left_out_document(const flows::LeftOut& left_out, std::size_t digits);
[[nodiscard]] Json lists_of(const CodeChoice& choice, const std::string& code);
/// The moves of the code between editions, where it has any.
void set_moves(Json& one, const CodeChoice& choice, const std::string& code);

/// How codes of several editions of the Harmonized System are counted.
struct Editions {
  std::string_view why_not;  ///< nothing is joined; empty where codes are
  flows::JoinedCodes joined;
  flows::Nomenclatures known;
};
/// `asked`: "joined" or "as-reported", else an error. `digits`: the length of codes that are told apart; codes are joined at six.
Result<Editions> read_editions(Opened& opened, const Rules& rules, const std::string& asked, std::size_t digits);
/// Which editions the periods that are covered are of, what is joined of the chosen codes, and what was assumed.
[[nodiscard]] Json editions_document(const Editions& editions, const flows::Coverage& coverage, const std::vector<flows::SeriesKey>& kinds,
                                     const CodeChoice& choice);
/// The codes that are counted as `code`, where they are several.
void set_joined(Json& one, const flows::JoinedCodes& joined, const std::string& code);

/// The rows behind the sum of series whose codes begin so, as flows::CodeGroup counts them.
struct RowSelection {
  flows::SeriesKey kind;
  std::vector<std::string> codes;  ///< of one length; several where they are joined
  flows::Country partner = 0;
  flows::Country reporter = 0;
  std::optional<flows::Country> but_partner;
  bool union_counts = false;  ///< members stand for the Union, as reporters and partners
};
/// Adds to `rows`, at most 2,000; those beyond are counted in `left`.
Status add_rows(Opened& opened, const RowSelection& selection, std::string_view side, Json& rows, std::size_t& left);
void set_rows(Json& one, Json rows, std::size_t left);

/// Scans ranges with one scan of a kind each, so that what comes out does not depend on the threads.
template <typename Scan, typename Make>
Result<std::vector<Scan>> scan_ranges(const Settings& settings, const std::vector<flows::SeriesKey>& kinds, const std::vector<CodeRanges>& ranges,
                                      const Stop& stop, Make make) {
  std::vector<Scan> scans;
  scans.reserve(ranges.size());
  for (std::size_t i = 0; i < ranges.size(); ++i) scans.push_back(make());
  TAMGA_TRY_STATUS(on_threads(settings, ranges.size(), stop, [&](FlowReader& reader, std::size_t i) -> Status {
    for (const auto& kind : kinds) {
      for (const auto& range : ranges[i]) {
        TAMGA_TRY_STATUS(reader.read(kind, range, [&](const flows::SeriesKey& key, const flows::Columns& columns) { scans[i].add(key, columns); }));
      }
    }
    scans[i].finish();
    return {};
  }));
  return scans;
}

}  // namespace tamga::app::flow_documents
