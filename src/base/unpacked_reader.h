#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "base/files.h"
#include "base/result.h"

namespace tamga {

/// Reads a file, plain or packed (.gz, .zst, .zip, known by content), part by part, so that it may be larger than memory. What read_unpacked()
/// refuses is refused here too, but a wrong sum shows only at the end of a member: what came before it must be thrown away then. Not thread-safe.
class UnpackedReader {
 public:
  static Result<UnpackedReader> open(const std::string& path, FileLimits limits);

  /// Whether the file is read as it is: nothing in it can turn out to be damaged.
  [[nodiscard]] bool plain() const { return plain_; }
  /// Goes on to the next member; a file that is no archive has one. `name` is as in read_unpacked(). False: there is none.
  Result<bool> next(std::string& name);
  /// Of the member: `most` bytes, fewer only at its end, and 0 after it.
  Result<std::size_t> read(char* into, std::size_t most);

  class Source;

 private:
  UnpackedReader(std::string path, FileLimits limits, std::unique_ptr<Source> source);
  struct Delete {
    void operator()(Source* source) const;
  };
  std::string path_;
  FileLimits limits_;
  std::unique_ptr<Source, Delete> source_;
  bool plain_ = false;
  std::size_t members_ = 0;
  std::size_t total_ = 0;
  std::size_t of_member_ = 0;
};

}  // namespace tamga
