#include "app/watch_book.h"

#include <fmt/format.h>

#include <chrono>
#include <filesystem>
#include <set>
#include <system_error>

#include "base/files.h"
#include "base/sha256.h"
#include "watch/book.h"

namespace tamga::app {
namespace {

/// Of a content's address, as the names of its files begin.
std::string short_of(std::string_view hash) { return std::string(hash.substr(hash.find(':') + 1, 32)); }

std::string path_of(const Settings& settings, std::string_view hash, std::string_view ending) {
  return fmt::format("{}/watch/{}.{}", settings.data, short_of(hash), ending);
}

std::string index_path_of(const Settings& settings, std::string_view hash, const names::Model& model) {
  return path_of(settings, hash, fmt::format("{}.{:016x}.index", index::kVersion, model.reading_fingerprint()));
}

Status write(const Settings& settings, const std::string& path, std::string_view bytes) {
  std::error_code error;
  std::filesystem::create_directories(settings.data + "/watch", error);
  return write_file_atomically(path, bytes);
}

}  // namespace

Result<BookSegment> BookSegment::open(const Settings& settings, store::Store& store, const store::WatchSegment& stored,
                                      const std::shared_ptr<const names::Model>& model) {
  BookSegment segment;
  segment.number_ = stored.number;
  const std::string rows_path = path_of(settings, stored.rows, "rows");
  auto mapped = MappedFile::open(rows_path);
  // A mapped file of the right length is not hashed again: it is written whole, and what is evidence is in the store.
  if (!mapped || !segment.take(*std::move(mapped), stored.entries)) {
    TAMGA_TRY(const auto rows, store.kept(stored.rows));
    if (!rows) return failure(fmt::format("the entries {} of the book are not in the store; run tamga audit verify", stored.rows));
    TAMGA_TRY_STATUS(write(settings, rows_path, *rows));
    TAMGA_TRY(auto again, MappedFile::open(rows_path));
    if (!segment.take(std::move(again), stored.entries)) return failure(fmt::format("{}: cannot be read", rows_path));
  }
  const std::string index_path = index_path_of(settings, stored.rows, *model);
  auto index = index::Index::open(index_path, stored.rows, *model);
  if (!index) {
    std::vector<match::Query> queries;
    for (std::int64_t line = 0; line < stored.entries; ++line) {
      TAMGA_TRY(auto row, segment.row(line));
      queries.push_back(std::move(row.query));
    }
    TAMGA_TRY_STATUS(write(settings, index_path, watch::compile(queries, stored.rows, *model)));
    TAMGA_TRY(index, index::Index::open(index_path, stored.rows, *model));
  }
  segment.index_ = std::make_shared<const index::Index>(*std::move(index));
  return segment;
}

Status BookSegment::prepare(const Settings& settings, const std::string& rows, std::span<const match::Query> queries, const names::Model& model) {
  const std::string hash = content_address(rows);
  TAMGA_TRY_STATUS(write(settings, path_of(settings, hash, "rows"), rows));
  return write(settings, index_path_of(settings, hash, model), watch::compile(queries, hash, model));
}

std::string_view BookSegment::text(std::int64_t line) const {
  const auto at = static_cast<std::size_t>(line);
  const auto end = at + 1 < begins_.size() ? begins_[at + 1] : rows_.bytes().size();
  return rows_.bytes().substr(begins_[at], end - begins_[at] - 1);
}

Result<BatchRow> BookSegment::row(std::int64_t line) const {
  JsonLimits limits;
  // A CSV may name a column twice.
  limits.double_keys = true;
  auto asked = parse_json(text(line), limits);
  BatchRow row;
  const bool read = asked.has_value();
  if (read) row = batch_row_of(*std::move(asked));
  if (!read || !row.error.empty() || row.id.empty())
    return failure(fmt::format("line {} of segment {} of the book cannot be read; add the book anew (tamga watch add --whole)", line + 1, number_));
  return row;
}

bool BookSegment::take(MappedFile rows, std::int64_t entries) {
  rows_ = std::move(rows);
  begins_.clear();
  const std::string_view bytes = rows_.bytes();
  for (std::size_t at = 0; at < bytes.size();) {
    const auto end = bytes.find('\n', at);
    if (end == std::string_view::npos) return false;
    begins_.push_back(at);
    at = end + 1;
  }
  return this->entries() == entries;
}

void remove_stale(const Settings& settings, const std::vector<store::WatchSegment>& segments) {
  std::set<std::string> current;
  for (const auto& segment : segments) current.insert(short_of(segment.rows));
  std::error_code error;
  const auto hour_ago = std::filesystem::file_time_type::clock::now() - std::chrono::hours(1);
  for (const auto& file : std::filesystem::directory_iterator(settings.data + "/watch", error)) {
    const std::string name = file.path().filename().string();
    if (current.contains(name.substr(0, name.find('.')))) continue;
    const auto written = file.last_write_time(error);
    if (!error && written < hour_ago) std::filesystem::remove(file.path(), error);
  }
}

Result<std::vector<BookSegment>> open_book(const Settings& settings, store::Store& store, const std::shared_ptr<const names::Model>& model) {
  TAMGA_TRY(const auto stored, store::Watch(store).segments());
  std::vector<BookSegment> segments;
  for (const auto& one : stored) {
    TAMGA_TRY(auto segment, BookSegment::open(settings, store, one, model));
    segments.push_back(std::move(segment));
  }
  return segments;
}

}  // namespace tamga::app
