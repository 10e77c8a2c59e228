#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "app/settings.h"
#include "base/result.h"
#include "flows/concordance.h"
#include "flows/reader.h"
#include "flows/series.h"
#include "store/sqlite.h"

/// Trade statistics, kept as DATA/flows.db (docs/flows.md has the tables). All of it is derived from files that were imported: the ledger does not
/// rest on it, and it may be deleted and made anew.
namespace tamga::app {

/// A row that was kept apart, as the store has it.
struct RejectedFlowRow {
  std::uint32_t line = 0;
  std::string fault;  ///< flows::word() of the fault
  std::string why;
  std::string row;
};

/// What became of one file.
struct FlowImport {
  std::int64_t number = 0;  ///< in the store
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
  std::array<std::int64_t, flows::kFaults> faults{};  ///< rows that were kept apart, by flows::Fault
  std::vector<RejectedFlowRow> rejected;              ///< the first kRejectedListed of them, by line
  [[nodiscard]] std::int64_t rejected_rows() const;
};
inline constexpr std::int64_t kRejectedListed = 1000;

/// How much stands in memory: tests take less, so that little data is spilled and merged.
struct FlowImportLimits {
  std::size_t chunk_rows = std::size_t{1} << 22;  ///< of 56 bytes, twice
  std::size_t block_bytes = std::size_t{1} << 22;
  std::size_t batch_rows = std::size_t{1} << 15;
};

/// Reads the files (.gz, .zst and .zip too) and brings them into the store in one transaction: all of them or none. Memory does not grow with them,
/// but with the longest series. What does not fit into it is spilled beside the store.
Result<std::vector<FlowImport>> import_flows(const Settings& settings, const std::vector<std::string>& files, const flows::ReadOptions& options,
                                             const std::function<void(const std::string& stage)>& progress, const FlowImportLimits& limits = {});

struct FlowFile {
  std::int64_t number = 0;
  std::string name;
  std::string hash;
  std::string source;
  std::string layout;
  std::int64_t rows = 0;
  std::int64_t kept = 0;
  std::int64_t totals = 0;
  std::int64_t rejected = 0;
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
  /// The rows of a file that were kept apart, by line. An error of `each` ends it.
  Status rejected(std::int64_t file, const std::function<Status(const RejectedFlowRow& row)>& each);
  /// How many rows of a file were kept apart for which fault, by the fault's word.
  Result<std::vector<std::pair<std::string, std::int64_t>>> faults(std::int64_t file);
  /// In which edition of the Harmonized System a reporter's codes of a period are.
  Result<flows::Nomenclatures> nomenclatures();

 private:
  explicit FlowStore(store::Database database) : database_(std::move(database)) {}
  store::Database database_;
};

/// Writes all rows of these files that were kept apart: file,line,fault,why,row.
Status write_rejected_csv(const Settings& settings, const std::vector<FlowImport>& files, const std::string& path);

}  // namespace tamga::app
