#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

/// What arrived of a file so far, on disk, and whose bytes these are.
namespace tamga::fetch {

/// Owns a file descriptor, or none (-1).
class Handle {
 public:
  explicit Handle(int number = -1) : number_(number) {}
  Handle(Handle&& other) noexcept;
  Handle& operator=(Handle&& other) noexcept;
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;
  ~Handle();
  [[nodiscard]] int number() const { return number_; }

 private:
  int number_;
};

/// Holds PATH.lock (flock) as long as it lives. The file stays: whoever deletes a lock file lets two others lock two files of one name.
/// An error at once when somebody else holds it.
Result<Handle> lock_path(const std::string& path);

/// Whose bytes a partial file holds: PATH.part.json.
struct Origin {
  std::string url;            ///< as requested, before redirects
  std::string etag;           ///< strong, or empty
  std::string last_modified;  ///< strong, or empty
  std::string encoding;       ///< Content-Encoding: "" or "gzip"; ranges count the bytes of that form (RFC 9110, section 8.8.3.3)
  std::optional<std::uint64_t> total;

  /// Whether the server can tell if it still has this very file.
  [[nodiscard]] bool resumable() const { return !etag.empty() || !last_modified.empty(); }
};

/// PATH.part and its PATH.part.json. The JSON file names how many bytes are on the disk for certain; what is behind them after a crash is cut
/// off, since a file that grew without a flush may hold zeros. Movable; one thread at a time, under lock_path().
class Part {
 public:
  /// Takes up what an earlier run left for `url`, or begins empty: for another URL, a file without its JSON, or JSON that makes no sense.
  static Result<Part> open(const std::string& path, const std::string& url);

  [[nodiscard]] const std::string& path() const TAMGA_LIFETIMEBOUND { return path_; }
  [[nodiscard]] std::uint64_t size() const { return size_; }
  [[nodiscard]] const Origin& origin() const TAMGA_LIFETIMEBOUND { return origin_; }

  /// Empties the file: other bytes follow, of this origin.
  Status restart(Origin origin);
  Status append(std::string_view bytes);
  /// Makes sure that what arrived can be continued by a later run, or is forgotten where it cannot.
  Status keep();
  /// Flushes the whole file and gives it its name; the part is no more.
  Status finish(const std::string& path);
  /// Deletes both files; the part is empty after it, and can be restarted.
  void discard();
  [[nodiscard]] Result<std::string> beginning(std::size_t bytes) const;

 private:
  std::string path_;
  Handle file_;
  std::uint64_t size_ = 0;
  std::uint64_t kept_ = 0;  ///< bytes that the JSON file vouches for
  Origin origin_;
};

/// Flushes the folder of `path`, so that a rename in it outlives a crash.
Status flush_folder(const std::string& path);

}  // namespace tamga::fetch
