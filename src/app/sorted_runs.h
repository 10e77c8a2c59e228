#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <future>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/spill_file.h"
#include "flows/varint.h"

namespace tamga::app {

/// Sorts more records than fit into memory: chunks are sorted and written beside the store, packed, while the next one comes in, and are merged when
/// they are read. A single chunk stays in memory. For a Record there are `<` (a total order), put(out, record, before) and take(taker, record), which
/// packs at most kRecordMost bytes; a run begins after Record{}.
template <typename Record>
class SortedRuns {
 public:
  static constexpr std::size_t kRecordMost = 128;

  /// `path`: what the spilled file stands beside. `most`: records of a chunk; two of them are in memory.
  SortedRuns(std::string path, std::size_t most) : path_(std::move(path)), most_(most) {}
  SortedRuns(const SortedRuns&) = delete;
  SortedRuns& operator=(const SortedRuns&) = delete;
  ~SortedRuns() {
    if (writing_.valid()) writing_.wait();
  }

  Status add(const Record& record) {
    // Grown by doubling, the last step would hold one and a half chunks.
    if (chunk_.size() == chunk_.capacity()) chunk_.reserve(std::min(most_, std::max<std::size_t>(chunk_.size() * 2, 1024)));
    chunk_.push_back(record);
    return chunk_.size() < most_ ? Status{} : spill();
  }

  /// After the last add().
  Status sort() {
    if (runs_.empty() && !writing_.valid()) {
      sort_chunk(chunk_);
      return {};
    }
    if (!chunk_.empty()) TAMGA_TRY_STATUS(spill());
    TAMGA_TRY_STATUS(written());
    chunk_ = {};
    spare_ = {};
    return {};
  }

  /// Walks through all records in their order, after sort(); may be done again.
  class Walk {
   public:
    explicit Walk(const SortedRuns& of) : of_(of) {
      for (const auto& run : of.runs_) cursors_.push_back(Cursor{run.begin, run.end, {}, 0, {}});
    }

    Result<bool> next(Record& record) {
      if (cursors_.empty()) {
        if (at_ == of_.chunk_.size()) return false;
        record = of_.chunk_[at_++];
        return true;
      }
      if (!begun_) {
        begun_ = true;
        for (std::size_t i = 0; i < cursors_.size(); ++i) {
          TAMGA_TRY(const bool more, advance(cursors_[i]));
          if (more) heap_.push_back(i);
        }
        for (std::size_t i = heap_.size(); i-- > 0;) sink(i);
      } else if (!heap_.empty()) {
        TAMGA_TRY(const bool more, advance(cursors_[heap_.front()]));
        if (!more) {
          heap_.front() = heap_.back();
          heap_.pop_back();
        }
        sink(0);
      }
      if (heap_.empty()) return false;
      record = cursors_[heap_.front()].record;
      return true;
    }

   private:
    struct Cursor {
      std::uint64_t offset;  ///< in the file, of what is not in `buffer`
      std::uint64_t end;
      std::string buffer;
      std::size_t at;
      Record record;
    };
    static constexpr std::size_t kBuffer = std::size_t{1} << 18;

    Result<bool> advance(Cursor& cursor) {
      if (cursor.buffer.size() - cursor.at < kRecordMost && cursor.offset < cursor.end) {
        cursor.buffer.erase(0, cursor.at);
        cursor.at = 0;
        const auto kept = cursor.buffer.size();
        const auto more = std::min<std::uint64_t>(kBuffer, cursor.end - cursor.offset);
        cursor.buffer.resize(kept + more);
        TAMGA_TRY_STATUS(of_.file_->read(cursor.offset, cursor.buffer.data() + kept, more));
        cursor.offset += more;
      }
      if (cursor.at == cursor.buffer.size()) return false;
      const std::string_view rest = std::string_view(cursor.buffer).substr(cursor.at);
      flows::Taker taker(rest);
      take(taker, cursor.record);
      TAMGA_CHECK(taker.good());
      cursor.at += rest.size() - taker.left();
      return true;
    }

    void sink(std::size_t at) {
      for (;;) {
        auto least = at;
        for (const auto child : {2 * at + 1, 2 * at + 2}) {
          if (child < heap_.size() && cursors_[heap_[child]].record < cursors_[heap_[least]].record) least = child;
        }
        if (least == at) return;
        std::swap(heap_[at], heap_[least]);
        at = least;
      }
    }

    const SortedRuns& of_;
    std::vector<Cursor> cursors_;
    std::vector<std::size_t> heap_;  ///< the cursor with the least record first
    std::size_t at_ = 0;
    bool begun_ = false;
  };

 private:
  struct Run {
    std::uint64_t begin = 0;
    std::uint64_t end = 0;
  };

  static void sort_chunk(std::vector<Record>& chunk) {
    // Statistics are often published in the order of the store.
    if (!std::is_sorted(chunk.begin(), chunk.end())) std::sort(chunk.begin(), chunk.end());
  }

  Status written() { return writing_.valid() ? writing_.get() : Status{}; }

  Status spill() {
    TAMGA_TRY_STATUS(written());
    if (!file_) {
      TAMGA_TRY(auto file, SpillFile::create(path_));
      file_ = std::make_unique<SpillFile>(std::move(file));
    }
    std::swap(chunk_, spare_);
    chunk_.clear();
    writing_ = std::async(std::launch::async, [this] { return write_run(); });
    return {};
  }

  Status write_run() {
    constexpr std::size_t kWritten = std::size_t{1} << 20;
    sort_chunk(spare_);
    const auto begin = file_->size();
    std::string bytes;
    bytes.reserve(kWritten + kRecordMost);
    Record before{};
    for (const auto& record : spare_) {
      put(bytes, record, before);
      before = record;
      if (bytes.size() < kWritten) continue;
      TAMGA_TRY_STATUS(file_->append(bytes));
      bytes.clear();
    }
    TAMGA_TRY_STATUS(file_->append(bytes));
    runs_.push_back({begin, file_->size()});
    return {};
  }

  std::string path_;
  std::size_t most_;
  std::vector<Record> chunk_;
  std::vector<Record> spare_;  ///< being written
  std::vector<Run> runs_;
  std::unique_ptr<SpillFile> file_;
  std::future<Status> writing_;
};

}  // namespace tamga::app
