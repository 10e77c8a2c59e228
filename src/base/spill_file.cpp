#include "base/spill_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>

namespace tamga {
namespace {

constexpr std::string_view kSuffix = ".spill-";

Status write_all(int file, const std::string& path, std::string_view bytes) {
  while (!bytes.empty()) {
    const auto put = ::write(file, bytes.data(), bytes.size());
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) return failure(fmt::format("{}: cannot be written: {}", path, std::strerror(errno)));
    bytes.remove_prefix(static_cast<std::size_t>(put));
  }
  return {};
}

}  // namespace

Result<SpillFile> SpillFile::create(const std::string& path) {
  std::string name = path + std::string(kSuffix) + "XXXXXX";
  const int file = ::mkostemp(name.data(), O_CLOEXEC);
  if (file < 0) return failure(fmt::format("{}: cannot be created: {}", name, std::strerror(errno)));
  ::unlink(name.c_str());
  return SpillFile(file, std::move(name));
}

SpillFile::SpillFile(SpillFile&& other) noexcept : file_(std::exchange(other.file_, -1)), size_(other.size_), path_(std::move(other.path_)) {}

SpillFile& SpillFile::operator=(SpillFile&& other) noexcept {
  std::swap(file_, other.file_);
  std::swap(size_, other.size_);
  std::swap(path_, other.path_);
  return *this;
}

SpillFile::~SpillFile() {
  if (file_ >= 0) ::close(file_);
}

Status SpillFile::append(std::string_view bytes) {
  TAMGA_TRY_STATUS(write_all(file_, path_, bytes));
  size_ += bytes.size();
  return {};
}

Status SpillFile::read(std::uint64_t offset, char* into, std::size_t bytes) const {
  while (bytes > 0) {
    const auto got = ::pread(file_, into, bytes, static_cast<off_t>(offset));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return failure(fmt::format("{}: cannot be read: {}", path_, got < 0 ? std::strerror(errno) : "it ends too early"));
    into += got;
    offset += static_cast<std::uint64_t>(got);
    bytes -= static_cast<std::size_t>(got);
  }
  return {};
}

void SpillFile::remove_leftovers(const std::string& path) {
  const std::filesystem::path whole(path);
  const auto prefix = whole.filename().string() + std::string(kSuffix);
  std::error_code error;
  for (std::filesystem::directory_iterator at(whole.parent_path(), error), end; !error && at != end; at.increment(error)) {
    std::error_code ignored;
    if (at->path().filename().string().starts_with(prefix)) std::filesystem::remove(at->path(), ignored);
  }
}

Result<WholeFile> WholeFile::create(const std::string& path) {
  std::string temporary = path + ".XXXXXX";
  const int file = ::mkostemp(temporary.data(), O_CLOEXEC);
  if (file < 0) return failure(fmt::format("{}: cannot be created: {}", path, std::strerror(errno)));
  return WholeFile(file, path, std::move(temporary));
}

WholeFile::WholeFile(WholeFile&& other) noexcept
    : file_(std::exchange(other.file_, -1)), path_(std::move(other.path_)), temporary_(std::move(other.temporary_)) {}

WholeFile::~WholeFile() {
  if (file_ < 0) return;
  ::close(file_);
  ::unlink(temporary_.c_str());
}

Status WholeFile::append(std::string_view bytes) { return write_all(file_, path_, bytes); }

Status WholeFile::finish() {
  if (::fsync(file_) != 0) return failure(fmt::format("{}: cannot flush: {}", path_, std::strerror(errno)));
  if (::rename(temporary_.c_str(), path_.c_str()) != 0) return failure(fmt::format("{}: cannot rename: {}", path_, std::strerror(errno)));
  ::close(std::exchange(file_, -1));
  return {};
}

}  // namespace tamga
