#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "app/settings.h"
#include "base/result.h"
#include "flows/reader.h"
#include "flows/series.h"
#include "store/sqlite.h"

/// Trade statistics, kept as DATA/flows.db (docs/flows.md has the tables). All of it is derived from files that were imported: the ledger does not
/// rest on it, and it may be deleted and made anew.
namespace tamga::app {

/// What became of one file.
struct FlowImport {
  std::string file;
  std::string hash;    ///< sha256:… of its plain bytes
  bool known = false;  ///< imported before: nothing was done
  std::string source;
  std::string layout;
  std::int64_t rows = 0;
  std::int64_t kept = 0;
  std::int64_t totals = 0;  ///< left out on purpose
  std::int64_t series = 0;  ///< that the file has rows of
  flows::MergeCounts periods;
  std::vector<flows::Rejected> rejected;
};

/// Reads the files (.gz, .zst and .zip too) and brings them into the store in one transaction: all of them or none.
Result<std::vector<FlowImport>> import_flows(const Settings& settings, const std::vector<std::string>& files, const flows::ReadOptions& options,
                                             const std::function<void(const std::string& stage)>& progress);

/// All rows that were kept apart: file,line,fault,why,row.
[[nodiscard]] std::string rejected_csv(const std::vector<FlowImport>& files);

struct FlowFile {
  std::int64_t number = 0;
  std::string name;
  std::string hash;
};

class FlowStore {
 public:
  /// not_found where nothing was imported yet.
  static Result<FlowStore> open(const Settings& settings);

  /// Every series in the order of its key, with its packed columns unpacked.
  Status scan(const std::function<void(const flows::SeriesKey& key, const flows::Columns& columns)>& each);
  /// The points of one series with the lines that they come from. Empty where there is no such series.
  Result<std::vector<flows::Point>> points(const flows::SeriesKey& key);
  Result<std::vector<FlowFile>> files();

 private:
  explicit FlowStore(store::Database database) : database_(std::move(database)) {}
  store::Database database_;
};

}  // namespace tamga::app
