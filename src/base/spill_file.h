#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace tamga {

/// A file for what does not fit into memory. It has no name once it is open, so the system takes it away when the program ends, however it ends.
/// Writing and reading from several threads at once is not allowed.
class SpillFile {
 public:
  /// Made beside `path`, as `path`.spill-XXXXXX for the moment until its name is taken away.
  static Result<SpillFile> create(const std::string& path);
  SpillFile(SpillFile&& other) noexcept;
  SpillFile& operator=(SpillFile&& other) noexcept;
  SpillFile(const SpillFile&) = delete;
  SpillFile& operator=(const SpillFile&) = delete;
  ~SpillFile();

  Status append(std::string_view bytes);
  [[nodiscard]] std::uint64_t size() const { return size_; }
  /// Exactly so many bytes.
  Status read(std::uint64_t offset, char* into, std::size_t bytes) const;

  /// Removes names that a program left behind which ended between making a file and taking its name away.
  static void remove_leftovers(const std::string& path);

 private:
  SpillFile(int file, std::string path) : file_(file), path_(std::move(path)) {}
  int file_ = -1;
  std::uint64_t size_ = 0;
  std::string path_;
};

/// A file that is written part by part and stands under its name only when all of it does.
class WholeFile {
 public:
  static Result<WholeFile> create(const std::string& path);
  WholeFile(WholeFile&& other) noexcept;
  WholeFile& operator=(WholeFile&&) = delete;
  WholeFile(const WholeFile&) = delete;
  WholeFile& operator=(const WholeFile&) = delete;
  ~WholeFile();

  Status append(std::string_view bytes);
  Status finish();

 private:
  WholeFile(int file, std::string path, std::string temporary) : file_(file), path_(std::move(path)), temporary_(std::move(temporary)) {}
  int file_ = -1;
  std::string path_;
  std::string temporary_;
};

}  // namespace tamga
