#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "app/screening.h"
#include "app/settings.h"
#include "base/mapped_file.h"
#include "index/index.h"
#include "store/watch.h"

/// Between the book's kept files and what is searched: DATA/watch/ holds each segment's rows and their index, derived, and made anew when missing.
namespace tamga::app {

/// The rows of one segment, an entry of the book each, and the index over them. The entries are its lines from 0; which of them hold is for the
/// store to say. May be read from several threads.
class BookSegment {
 public:
  static Result<BookSegment> open(const Settings& settings, store::Store& store, const store::WatchSegment& stored,
                                  const std::shared_ptr<const names::Model>& model);
  /// Writes the rows (JSON lines, each with its line break) and compiles their queries, before anything of it is recorded.
  static Status prepare(const Settings& settings, const std::string& rows, std::span<const match::Query> queries, const names::Model& model);

  [[nodiscard]] std::int64_t number() const { return number_; }
  [[nodiscard]] std::int64_t entries() const { return static_cast<std::int64_t>(begins_.size()); }
  [[nodiscard]] const index::Index& index() const { return *index_; }
  [[nodiscard]] std::string_view text(std::int64_t line) const;
  /// An error for what was not written by this program.
  [[nodiscard]] Result<BatchRow> row(std::int64_t line) const;

 private:
  bool take(MappedFile rows, std::int64_t entries);

  std::int64_t number_ = 0;
  MappedFile rows_;
  std::vector<std::size_t> begins_;
  std::shared_ptr<const index::Index> index_;
};

/// Removes derived files of no segment of the book, but none that another process may be about to record.
void remove_stale(const Settings& settings, const std::vector<store::WatchSegment>& segments);

Result<std::vector<BookSegment>> open_book(const Settings& settings, store::Store& store, const std::shared_ptr<const names::Model>& model);

}  // namespace tamga::app
