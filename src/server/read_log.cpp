#include "server/read_log.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <functional>
#include <iterator>
#include <utility>

#include "base/date.h"
#include "base/sha256.h"

namespace tamga::server {
namespace {

namespace fs = std::filesystem;

/// So many bytes wake the thread that writes.
constexpr std::size_t kMany = std::size_t{256} << 10;
constexpr std::size_t kBlock = std::size_t{64} << 10;
/// A line is some hundred bytes, and ids of a path, which a request's head bounds. Longer ones are not ours.
constexpr std::size_t kLineMax = std::size_t{1} << 20;
constexpr std::string_view kHashMember = ",\"hash\":\"";
constexpr std::string_view kLostMember = ",\"lost\":";

/// In the order of their days. What is not named by a day is not ours.
std::vector<fs::path> files_in(const std::string& folder) {
  std::vector<fs::path> files;
  std::error_code error;
  for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
    if (at->path().extension() == ".jsonl" && Date::parse(at->path().stem().string())) files.push_back(at->path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

/// Of every server that has written there, one after the other.
std::vector<fs::path> files_of_all(const std::string& reads) {
  std::vector<fs::path> folders;
  std::error_code error;
  for (fs::directory_iterator at(reads, error), end; !error && at != end; at.increment(error)) {
    if (at->is_directory(error)) folders.push_back(at->path());
  }
  std::sort(folders.begin(), folders.end());
  auto files = files_in(reads);
  for (const auto& folder : folders) {
    const auto more = files_in(folder.string());
    files.insert(files.end(), more.begin(), more.end());
  }
  return files;
}

/// The hash at the end of a line; empty where it is none.
std::string_view hash_in(std::string_view line) {
  const auto at = line.rfind(kHashMember);
  if (at == std::string_view::npos || !line.ends_with("\"}")) return {};
  return line.substr(at + kHashMember.size(), line.size() - at - kHashMember.size() - 2);
}

std::unexpected<Error> wrong(const fs::path& file, const char* what) {
  return failure(fmt::format("{}: cannot be {}: {}", file.string(), what, std::strerror(errno)));
}

class Reader {
 public:
  explicit Reader(const fs::path& path) : path_(path), file_(::open(path.c_str(), O_RDONLY | O_CLOEXEC)) {}
  ~Reader() {
    if (file_ >= 0) ::close(file_);
  }
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

  /// So many bytes from `at` on, or fewer at the end of the file.
  Result<std::string> read(std::size_t at, std::size_t count) const {
    std::string bytes(count, '\0');
    std::size_t got = 0;
    while (got < count) {
      const auto more = ::pread(file_, bytes.data() + got, count - got, static_cast<off_t>(at + got));
      if (more < 0 && errno == EINTR) continue;
      if (more < 0) return wrong(path_, "read");
      if (more == 0) break;
      got += static_cast<std::size_t>(more);
    }
    bytes.resize(got);
    return bytes;
  }

 private:
  fs::path path_;
  int file_;
};

struct LastLine {
  std::string text;   ///< without its end; empty: the file has none
  bool ended = true;  ///< by a line break; else its writer was cut off
};

/// Read from the end: the file of a busy day has gigabytes.
Result<LastLine> last_line(const fs::path& path) {
  std::error_code error;
  const std::size_t size = fs::file_size(path, error);
  if (error) return failure(fmt::format("{}: cannot be read: {}", path.string(), error.message()));
  const Reader reader(path);
  std::string tail;
  for (std::size_t from = size; from > 0 && tail.size() < kLineMax;) {
    const std::size_t count = std::min(from, kBlock);
    from -= count;
    TAMGA_TRY(const auto block, reader.read(from, count));
    tail.insert(0, block);
    const auto end = tail.ends_with('\n') ? tail.size() - 1 : tail.size();
    const auto before = end == 0 ? std::string::npos : tail.rfind('\n', end - 1);
    if (before == std::string::npos && from > 0) continue;
    const std::size_t begin = before == std::string::npos ? 0 : before + 1;
    return LastLine{tail.substr(begin, end - begin), end < tail.size()};
  }
  return LastLine{{}, tail.empty() || tail.ends_with('\n')};
}

Status each_line(const fs::path& path, const std::function<void(std::string_view)>& each) {
  const Reader reader(path);
  std::string rest;
  for (std::size_t at = 0;;) {
    TAMGA_TRY(const auto block, reader.read(at, kBlock));
    at += block.size();
    rest += block;
    std::size_t begin = 0;
    for (std::size_t end = 0; (end = rest.find('\n', begin)) != std::string::npos; begin = end + 1)
      each(std::string_view(rest).substr(begin, end - begin));
    rest.erase(0, begin);
    if (rest.size() > kLineMax)
      return bad_input_in(path.string(), 0, fmt::format("has a line of more than {} bytes, which Tamga did not write", kLineMax));
    if (block.size() == kBlock) continue;
    if (!rest.empty()) each(rest);
    return {};
  }
}

/// Of a line that says that others are missing.
std::int64_t lost_in(std::string_view line) {
  std::int64_t lost = 0;
  const auto at = line.find(kLostMember);
  if (line.starts_with("{\"at\":") && at != std::string_view::npos && line.find(',') == at)
    std::from_chars(line.data() + at + kLostMember.size(), line.data() + line.size(), lost);
  return lost;
}

}  // namespace

ReadLog::ReadLog(std::string data, std::size_t waiting_max)
    : reads_(std::move(data) + "/reads"), folder_(reads_), waiting_max_(waiting_max), writer_([this] { write_when_there_are_many(); }) {}

ReadLog::~ReadLog() {
  {
    const std::scoped_lock lock(mutex_);
    ending_ = true;
  }
  many_.notify_one();
  writer_.join();
  static_cast<void>(flush());
  if (file_ >= 0) ::close(file_);
  if (claim_ >= 0) ::close(claim_);
}

void ReadLog::write_when_there_are_many() {
  for (;;) {
    {
      std::unique_lock lock(mutex_);
      many_.wait(lock, [&] { return ending_ || waiting_ >= kMany; });
      if (ending_) return;
    }
    if (flush()) continue;
    // It is said by the next flush() of the server; here it is tried again, now and then.
    std::unique_lock lock(mutex_);
    many_.wait_for(lock, std::chrono::seconds(1), [&] { return ending_; });
  }
}

/// A folder that cannot be had is told when it is to be written.
void ReadLog::claim() {
  constexpr int kServersMax = 1000;
  for (int server = 1; claim_ < 0 && server <= kServersMax; ++server) {
    const std::string folder = server == 1 ? reads_ : fmt::format("{}/{}", reads_, server);
    std::error_code error;
    fs::create_directories(folder, error);
    const int opened = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (opened < 0) return;
    if (::flock(opened, LOCK_EX | LOCK_NB) == 0) {
      claim_ = opened;
      folder_ = folder;
    } else {
      ::close(opened);
    }
  }
}

/// After a start the chain goes on where it ended.
Status ReadLog::begin() {
  claim();
  if (const auto files = files_in(folder_); !files.empty()) {
    TAMGA_TRY(const auto last, last_line(files.back()));
    day_ = files.back().stem().string();
    hash_ = hash_in(last.text);
    // A line that was cut off stands by itself, and verify_read_log() shows it.
    if (!last.ended) parts_.push_back({day_, "\n"});
  }
  begun_ = true;
  return {};
}

void ReadLog::gather(std::string_view at, Json line) {
  std::string text = line.dump();
  text.pop_back();  // the brace
  const std::string_view day = at.substr(0, 10);
  if (day > day_) day_ = day;
  hash_ = sha256_hex(hash_ + text);
  text += fmt::format("{}{}\"}}\n", kHashMember, hash_);
  if (parts_.empty() || parts_.back().day != day_) parts_.push_back({day_, {}});
  waiting_ += text.size();
  parts_.back().text += text;
}

Status ReadLog::add(std::string_view at, Json line) {
  const std::scoped_lock lock(mutex_);
  if (!begun_) {
    if (const auto begun = begin(); !begun) {
      ++lost_;
      return begun;
    }
  }
  if (waiting_ >= waiting_max_) {
    ++lost_;
    return failure(fmt::format("{}: {} bytes wait to be written, so no more lines are kept", folder_, waiting_));
  }
  if (lost_ > 0) gather(at, Json::object().set("at", at).set("lost", Json::number(std::exchange(lost_, 0))));
  gather(at, std::move(line));
  if (waiting_ >= kMany) many_.notify_one();
  return {};
}

Status ReadLog::flush() {
  const std::scoped_lock one(writing_);
  {
    const std::scoped_lock lock(mutex_);
    std::move(parts_.begin(), parts_.end(), std::back_inserter(written_next_));
    parts_.clear();
  }
  while (!written_next_.empty()) {
    const std::size_t before = written_next_.front().text.size();
    const auto done = write(written_next_.front());
    {
      const std::scoped_lock lock(mutex_);
      waiting_ -= std::min(waiting_, before - written_next_.front().text.size());
    }
    if (!done) return done;
    written_next_.pop_front();
  }
  return {};
}

/// Takes off the part what was written of it.
Status ReadLog::write(Part& part) {
  const std::string path = fmt::format("{}/{}.jsonl", folder_, part.day);
  if (file_ < 0 || open_day_ != part.day) {
    if (file_ >= 0) ::close(file_);
    std::error_code error;
    fs::create_directories(folder_, error);
    file_ = ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (file_ < 0) return wrong(path, "written");
    open_day_ = part.day;
  }
  std::string_view left = part.text;
  Status status;
  while (!left.empty()) {
    const auto written = ::write(file_, left.data(), left.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) {
      status = wrong(path, "written");
      break;
    }
    left.remove_prefix(static_cast<std::size_t>(written));
  }
  part.text.erase(0, part.text.size() - left.size());
  return status;
}

Result<ReadLogReport> verify_read_log(const std::string& data) {
  ReadLogReport report;
  std::string hash;
  std::string chain;
  for (const auto& file : files_of_all(data + "/reads")) {
    std::uint64_t number = 0;
    if (std::exchange(chain, file.parent_path().string()) != file.parent_path().string()) hash.clear();
    TAMGA_TRY_STATUS(each_line(file, [&](std::string_view line) {
      ++number;
      ++report.lines;
      report.lost += lost_in(line);
      const auto told = hash_in(line);
      const auto content = line.substr(0, std::min(line.size(), line.rfind(kHashMember)));
      if (told.empty() || sha256_hex(hash + std::string(content)) != told)
        report.damage.push_back(fmt::format("{}:{}: the line, or the one before it, was changed or taken out", file.string(), number));
      hash = told;
    }));
  }
  return report;
}

}  // namespace tamga::server
