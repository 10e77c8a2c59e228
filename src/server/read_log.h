#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "base/json.h"
#include "base/result.h"

/// Who read or wrote what about somebody: DATA/reads/YYYY-MM-DD.jsonl, a line a call. Each line ends in the hash of the line before it and of itself,
/// so that one that was changed or taken out is noticed. Thread-safe. It is no part of the ledger, which would grow with every screening; the hash of
/// each day's last line is what the next day's file begins with.
///
/// The order is that of add(). A line of a day that has ended, as one from a thread that midnight overtook, goes into the file of the day that has
/// begun: files never go back, else their order would not be the chain's.
///
/// Of several servers of one folder the first has DATA/reads, the others have DATA/reads/2, DATA/reads/3 and so on, each a chain of its own, for as
/// long as they live; who starts takes up the first that nobody has.
namespace tamga::server {

class ReadLog {
 public:
  /// What waits to be written, at most: while it cannot be written, lines beyond this are counted instead.
  static constexpr std::size_t kWaitingMax = std::size_t{16} << 20;

  explicit ReadLog(std::string data, std::size_t waiting_max = kWaitingMax);
  ~ReadLog();
  ReadLog(const ReadLog&) = delete;
  ReadLog& operator=(const ReadLog&) = delete;

  /// `at`: UTC. Lines are gathered, and written by flush() or, when there are many, by a thread of the log's own: no caller waits for a disk. An
  /// error says that the line is lost; how many were is told by the next line that is kept, as {"at","lost"}.
  Status add(std::string_view at, Json line);
  Status flush();

 private:
  struct Part {
    std::string day;
    std::string text;
  };
  void write_when_there_are_many();
  Status begin();
  void claim();
  void gather(std::string_view at, Json line);
  Status write(Part& part);

  const std::string reads_;  ///< DATA/reads
  std::string folder_;       ///< where this one writes; set before the first line is gathered
  int claim_ = -1;           ///< the folder, locked
  const std::size_t waiting_max_;

  std::mutex mutex_;  ///< of what is gathered; never held while something is written
  bool begun_ = false;
  std::string day_;          ///< of the file that the last line goes into
  std::string hash_;         ///< of the last line
  std::deque<Part> parts_;   ///< what is gathered
  std::size_t waiting_ = 0;  ///< bytes of what is gathered and not written yet
  std::int64_t lost_ = 0;    ///< lines since the last one that was kept
  bool ending_ = false;
  std::condition_variable many_;

  std::mutex writing_;  ///< of the rest
  std::deque<Part> written_next_;
  std::string open_day_;
  int file_ = -1;

  std::thread writer_;
};

/// A line for each thing that is wrong with the files of a data folder, how many lines there are, and how many calls they say were not written.
struct ReadLogReport {
  std::int64_t lines = 0;
  std::int64_t lost = 0;
  std::vector<std::string> damage;
};
Result<ReadLogReport> verify_read_log(const std::string& data);

}  // namespace tamga::server
