#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "flows/reader.h"

/// For tests: a file read as a whole, and what stands twice taken out of it, in memory and by the shortest way. The import does the same with bounded
/// memory, and is held against this.
namespace tamga::flows {

struct Whole {
  About about;
  std::vector<Row> rows;           ///< sorted
  std::vector<Rejected> rejected;  ///< by line
  std::vector<ReportedIn> nomenclatures;
};

inline std::string line_of(std::string_view text, std::uint32_t wanted) {
  for (std::uint32_t line = 1; line < wanted; ++line) text.remove_prefix(std::min(text.find('\n'), text.size() - 1) + 1);
  auto row = text.substr(0, text.find('\n'));
  if (row.ends_with('\r')) row.remove_suffix(1);
  return shown_row(row);
}

inline void by_line(std::vector<Rejected>& rejected) {
  std::sort(rejected.begin(), rejected.end(), [](const auto& a, const auto& b) { return a.line < b.line; });
}

inline Result<Whole> read_whole(const std::string& name, std::string_view text, const ReadOptions& options = {},
                                const std::vector<ReportedIn>& before = {}) {
  Reader reader(name, options);
  for (const auto& known : before) reader.reported_before(known);
  Batch batch;
  TAMGA_TRY_STATUS(reader.take(text, batch));
  TAMGA_TRY_STATUS(reader.finish(batch));
  Whole whole{reader.about(), {}, std::move(batch.rejected), reader.nomenclatures()};
  std::sort(batch.rows.begin(), batch.rows.end());
  for (const auto& row : batch.rows) {
    if (whole.rows.empty() || !whole.rows.back().same_place(row)) {
      whole.rows.push_back(row);
      continue;
    }
    const auto& first = whole.rows.back();
    const bool same = first.same_numbers(row);
    whole.rejected.push_back({row.line, same ? Fault::duplicate : Fault::contradiction,
                              (same ? "the same as line " : "contradicts line ") + std::to_string(first.line) + (same ? "" : ", which stands"),
                              line_of(text, row.line)});
  }
  by_line(whole.rejected);
  return whole;
}

}  // namespace tamga::flows
