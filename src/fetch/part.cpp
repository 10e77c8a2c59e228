#include "fetch/part.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstring>
#include <filesystem>
#include <utility>

#include "base/files.h"
#include "base/json.h"
#include "fetch/http.h"

namespace tamga::fetch {
namespace {

/// A killed process loses at most so much.
constexpr std::uint64_t kKeepEvery = std::uint64_t{16} << 20;
constexpr mode_t kMode = 0600;

std::unexpected<Error> wrong(const std::string& path, const char* what) {
  return failure(fmt::format("{}: cannot {}: {}", path, what, std::strerror(errno)));
}

std::string json_path(const std::string& part) { return part + ".json"; }

std::optional<std::uint64_t> read_size(const Json& json, std::string_view key) {
  const Json* member = json.find(key);
  if (member == nullptr || !member->is_number()) return std::nullopt;
  std::uint64_t value = 0;
  const char* end = member->text.data() + member->text.size();
  const auto read = std::from_chars(member->text.data(), end, value);
  if (read.ec != std::errc() || read.ptr != end) return std::nullopt;
  return value;
}

struct Kept {
  Origin origin;
  std::uint64_t bytes = 0;
};

/// Nothing when the file is absent or not as keep() writes it: then the part is worth nothing, and that is no error.
std::optional<Kept> read_kept(const std::string& path) {
  const auto text = read_file(path, std::size_t{1} << 16);
  if (!text) return std::nullopt;
  const auto json = parse_json(*text);
  if (!json || !json->is_object()) return std::nullopt;
  Kept kept;
  kept.origin.url = json->get("url");
  kept.origin.etag = json->get("etag");
  kept.origin.last_modified = json->get("last_modified");
  kept.origin.encoding = json->get("encoding");
  kept.origin.total = read_size(*json, "total");
  const auto bytes = read_size(*json, "bytes");
  const bool sound = bytes && (kept.origin.etag.empty() || is_strong_etag(kept.origin.etag)) && is_header_value(kept.origin.last_modified) &&
                     (kept.origin.encoding.empty() || kept.origin.encoding == "gzip") && kept.origin.resumable();
  if (!sound) return std::nullopt;
  kept.bytes = *bytes;
  return kept;
}

}  // namespace

Handle::Handle(Handle&& other) noexcept : number_(std::exchange(other.number_, -1)) {}

Handle& Handle::operator=(Handle&& other) noexcept {
  if (this != &other) {
    if (number_ >= 0) ::close(number_);
    number_ = std::exchange(other.number_, -1);
  }
  return *this;
}

Handle::~Handle() {
  if (number_ >= 0) ::close(number_);
}

Result<Handle> lock_path(const std::string& path) {
  const std::string name = path + ".lock";
  Handle file(::open(name.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, kMode));
  if (file.number() < 0) return wrong(name, "be opened");
  while (::flock(file.number(), LOCK_EX | LOCK_NB) != 0) {
    if (errno == EINTR) continue;
    if (errno == EWOULDBLOCK) return failure(fmt::format("{}: is being fetched by another process now; try again when that one is done", path));
    return wrong(name, "be locked");
  }
  return file;
}

Result<Part> Part::open(const std::string& path, const std::string& url) {
  Part part;
  part.path_ = path;
  part.file_ = Handle(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, kMode));
  if (part.file_.number() < 0) return wrong(path, "be opened");
  struct stat about{};
  if (::fstat(part.file_.number(), &about) != 0) return wrong(path, "be read");
  const auto size = static_cast<std::uint64_t>(about.st_size);
  if (auto kept = read_kept(json_path(path)); kept && kept->origin.url == url && kept->bytes > 0 && kept->bytes <= size) {
    part.origin_ = std::move(kept->origin);
    part.size_ = part.kept_ = kept->bytes;
  }
  if (::ftruncate(part.file_.number(), static_cast<off_t>(part.size_)) != 0) return wrong(path, "be cut");
  return part;
}

Status Part::restart(Origin origin) {
  // First the JSON: if it outlived the bytes it speaks of, it would vouch for others.
  if (::unlink(json_path(path_).c_str()) != 0 && errno != ENOENT) return wrong(json_path(path_), "be deleted");
  if (file_.number() < 0) {
    file_ = Handle(::open(path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, kMode));
    if (file_.number() < 0) return wrong(path_, "be opened");
  }
  if (::ftruncate(file_.number(), 0) != 0) return wrong(path_, "be cut");
  size_ = kept_ = 0;
  origin_ = std::move(origin);
  return {};
}

Status Part::append(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto put = ::pwrite(file_.number(), bytes.data(), bytes.size(), static_cast<off_t>(size_));
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) return wrong(path_, "be written");
    size_ += static_cast<std::uint64_t>(put);
    bytes.remove_prefix(static_cast<std::size_t>(put));
  }
  return size_ - kept_ < kKeepEvery ? Status{} : keep();
}

Status Part::keep() {
  if (!origin_.resumable() || size_ == 0) {
    kept_ = size_;  // nothing to vouch for, now or 16 MiB later
    return {};
  }
  if (kept_ == size_) return {};
  if (::fdatasync(file_.number()) != 0) return wrong(path_, "be flushed");
  Json json = Json::object();
  json.set("url", origin_.url).set("etag", origin_.etag).set("last_modified", origin_.last_modified).set("encoding", origin_.encoding);
  json.set("bytes", Json::number(static_cast<std::int64_t>(size_)));
  if (origin_.total) json.set("total", Json::number(static_cast<std::int64_t>(*origin_.total)));
  TAMGA_TRY_STATUS(write_file_atomically(json_path(path_), json.dump()));
  kept_ = size_;
  return {};
}

Status Part::finish(const std::string& path) {
  if (::fsync(file_.number()) != 0) return wrong(path_, "be flushed");
  ::unlink(json_path(path_).c_str());
  if (::rename(path_.c_str(), path.c_str()) != 0) return wrong(path, "be written");
  file_ = Handle();
  size_ = kept_ = 0;
  return flush_folder(path);
}

void Part::discard() {
  ::unlink(json_path(path_).c_str());
  ::unlink(path_.c_str());
  file_ = Handle();
  size_ = kept_ = 0;
  origin_ = Origin{};
}

Result<std::string> Part::beginning(std::size_t bytes) const {
  std::string text(bytes, '\0');
  ssize_t got = -1;
  do {
    got = ::pread(file_.number(), text.data(), text.size(), 0);
  } while (got < 0 && errno == EINTR);
  if (got < 0) return wrong(path_, "be read");
  text.resize(static_cast<std::size_t>(got));
  return text;
}

Status flush_folder(const std::string& path) {
  auto folder = std::filesystem::path(path).parent_path().string();
  if (folder.empty()) folder = ".";
  const Handle handle(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (handle.number() < 0 || ::fsync(handle.number()) != 0) return wrong(folder, "be flushed");
  return {};
}

}  // namespace tamga::fetch
