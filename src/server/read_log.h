#pragma once

#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"

/// Who read or wrote what about somebody: DATA/reads/YYYY-MM-DD.jsonl, a line a call. Each line ends in the hash of the line before it and of itself,
/// so that one that was changed or taken out is noticed. Thread-safe. It is no part of the ledger, which would grow with every screening; the hash of
/// each day's last line is what the next day's file begins with.
namespace tamga::server {

class ReadLog {
 public:
  explicit ReadLog(std::string data) : folder_(std::move(data) + "/reads") {}
  ~ReadLog();
  ReadLog(const ReadLog&) = delete;
  ReadLog& operator=(const ReadLog&) = delete;

  /// `at`: UTC. Lines are gathered and written by flush(), or when there are many.
  Status add(std::string_view at, Json line);
  Status flush();

 private:
  Status write_gathered();
  Status begin_day(std::string_view day);

  std::string folder_;
  std::mutex mutex_;
  std::string day_;
  std::string hash_;  ///< of the last line
  std::string gathered_;
  int file_ = -1;
};

/// A line for each thing that is wrong with the files of a data folder, and how many lines there are.
struct ReadLogReport {
  std::int64_t lines = 0;
  std::vector<std::string> damage;
};
Result<ReadLogReport> verify_read_log(const std::string& data);

}  // namespace tamga::server
