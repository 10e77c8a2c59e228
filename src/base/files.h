#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace tamga {

/// A file's name as the user knows it, and its plain bytes.
struct NamedBytes {
  std::string name;  ///< "sdn.csv", or "lists.zip/sdn.csv" for a member of an archive
  std::string bytes;
};

struct FileLimits {
  std::size_t bytes = std::size_t{1} << 30;  ///< unpacked, all members together
  std::size_t members = 1000;
};

/// Reads a whole file as it is; refuses one beyond the limit, a folder, and what cannot be read.
Result<std::string> read_file(const std::string& path, std::size_t bytes_max = std::size_t{1} << 30);
/// Standard input to its end.
Result<std::string> read_standard_input(std::size_t bytes_max = std::size_t{64} << 20);

/// Reads a file and unpacks .gz, .zst and .zip, known by content and not by name. A plain file gives itself.
/// The limits hold for what comes out, so a decompression bomb ends in an error. `name` of a packed single file
/// loses its .gz or .zst. Refused too: what does not match its checksum, a zip without its directory, and what is packed twice. A file
/// packed by zstd without a checksum (`zstd --no-check`) cannot be checked.
Result<std::vector<NamedBytes>> read_unpacked(const std::string& path, FileLimits limits = {});
/// The same on bytes in memory.
Result<std::vector<NamedBytes>> unpack(NamedBytes packed, FileLimits limits = {});

/// Writes a file so that either the old or the whole new content stands, also after a crash: a temporary file
/// in the same folder, fsync, rename.
Status write_file_atomically(const std::string& path, std::string_view bytes);
/// What was written of a file, or into a folder, is on the disk when this returns.
Status flush_to_disk(const std::string& path);

}  // namespace tamga
