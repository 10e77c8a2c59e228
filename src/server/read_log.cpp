#include "server/read_log.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include "base/files.h"
#include "base/sha256.h"

namespace tamga::server {
namespace {

constexpr std::size_t kGatheredMax = std::size_t{256} << 10;
constexpr std::string_view kHashMember = ",\"hash\":\"";

std::vector<std::string> files_in(const std::string& folder) {
  std::vector<std::string> files;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    if (entry.path().extension() == ".jsonl") files.push_back(entry.path().string());
  }
  std::sort(files.begin(), files.end());
  return files;
}

/// The hash at the end of a line; empty where it is none.
std::string_view hash_in(std::string_view line) {
  const auto at = line.rfind(kHashMember);
  if (at == std::string_view::npos || !line.ends_with("\"}")) return {};
  return line.substr(at + kHashMember.size(), line.size() - at - kHashMember.size() - 2);
}

std::string_view last_line(std::string_view text) {
  while (text.ends_with('\n')) text.remove_suffix(1);
  const auto before = text.rfind('\n');
  return before == std::string_view::npos ? text : text.substr(before + 1);
}

}  // namespace

ReadLog::~ReadLog() {
  static_cast<void>(flush());
  if (file_ >= 0) ::close(file_);
}

Status ReadLog::begin_day(std::string_view day) {
  TAMGA_TRY_STATUS(write_gathered());
  if (file_ >= 0) ::close(file_);
  file_ = -1;
  std::error_code error;
  std::filesystem::create_directories(folder_, error);
  if (day_.empty()) {
    // After a start the chain goes on where it ended.
    const auto files = files_in(folder_);
    for (auto at = files.rbegin(); at != files.rend() && hash_.empty(); ++at) {
      TAMGA_TRY(const auto text, read_file(*at));
      hash_ = hash_in(last_line(text));
    }
  }
  const std::string path = fmt::format("{}/{}.jsonl", folder_, day);
  file_ = ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (file_ < 0) return failure(fmt::format("{}: cannot be written: {}", path, std::strerror(errno)));
  day_ = day;
  return {};
}

Status ReadLog::add(std::string_view at, Json line) {
  std::string text = line.dump();
  text.pop_back();  // the brace
  const std::scoped_lock lock(mutex_);
  if (day_ != at.substr(0, 10)) TAMGA_TRY_STATUS(begin_day(at.substr(0, 10)));
  hash_ = sha256_hex(hash_ + text);
  text += fmt::format("{}{}\"}}\n", kHashMember, hash_);
  gathered_ += text;
  return gathered_.size() < kGatheredMax ? Status{} : write_gathered();
}

Status ReadLog::flush() {
  const std::scoped_lock lock(mutex_);
  return write_gathered();
}

Status ReadLog::write_gathered() {
  std::string_view left = gathered_;
  while (!left.empty()) {
    const auto written = ::write(file_, left.data(), left.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) {
      const std::string why = std::strerror(errno);
      gathered_ = std::string(left);
      return failure(fmt::format("{}/{}.jsonl: cannot be written: {}", folder_, day_, why));
    }
    left.remove_prefix(static_cast<std::size_t>(written));
  }
  gathered_.clear();
  return {};
}

Result<ReadLogReport> verify_read_log(const std::string& data) {
  ReadLogReport report;
  std::string hash;
  for (const auto& file : files_in(data + "/reads")) {
    TAMGA_TRY(const std::string text, read_file(file));
    std::uint64_t number = 0;
    for (std::size_t at = 0; at < text.size();) {
      const auto end = std::min(text.find('\n', at), text.size());
      const std::string_view line = std::string_view(text).substr(at, end - at);
      at = end + 1;
      ++number;
      ++report.lines;
      const auto told = hash_in(line);
      const auto content = line.substr(0, std::min(line.size(), line.rfind(kHashMember)));
      if (told.empty() || sha256_hex(hash + std::string(content)) != told)
        report.damage.push_back(fmt::format("{}:{}: the line, or the one before it, was changed or taken out", file, number));
      hash = told;
    }
  }
  return report;
}

}  // namespace tamga::server
