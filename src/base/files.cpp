#include "base/files.h"

#include <archive.h>
#include <archive_entry.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <memory>

namespace tamga {
namespace {

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (number_ > STDERR_FILENO) ::close(number_);
  }
  [[nodiscard]] int number() const { return number_; }

 private:
  int number_;
};

Result<std::string> read_all(int descriptor, const std::string& name, std::size_t bytes_max) {
  std::string bytes;
  std::size_t used = 0;
  for (;;) {
    if (bytes.size() - used < (std::size_t{1} << 16)) bytes.resize(std::max<std::size_t>(bytes.size() * 2, std::size_t{1} << 18));
    const auto got = ::read(descriptor, bytes.data() + used, bytes.size() - used);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return bad_input_in(name, 0, fmt::format("cannot be read: {}", std::strerror(errno)));
    if (got == 0) break;
    used += static_cast<std::size_t>(got);
    if (used > bytes_max) return bad_input_in(name, 0, fmt::format("larger than {} bytes", bytes_max));
  }
  bytes.resize(used);
  return bytes;
}

bool is_packed(std::string_view bytes) {
  return bytes.starts_with("\x1f\x8b") || bytes.starts_with("\x28\xb5\x2f\xfd") || bytes.starts_with("PK\x03\x04");
}

std::uint32_t crc32(std::string_view bytes) {
  static constexpr auto kTable = [] {
    std::array<std::uint32_t, 256> table{};
    for (std::uint32_t i = 0; i < 256; ++i) {
      table[i] = i;
      for (int bit = 0; bit < 8; ++bit) table[i] = (table[i] >> 1) ^ ((table[i] & 1) != 0 ? 0xEDB88320U : 0U);
    }
    return table;
  }();
  std::uint32_t crc = ~0U;
  for (const char c : bytes) crc = (crc >> 8) ^ kTable[(crc ^ static_cast<unsigned char>(c)) & 0xFF];
  return ~crc;
}

std::uint32_t little_endian(std::string_view bytes) {
  std::uint32_t value = 0;
  for (std::size_t i = 4; i-- > 0;) value = value << 8 | static_cast<unsigned char>(bytes[i]);
  return value;
}

/// Each member of a gzip file ends with the CRC-32 and the length of its content (RFC 1952, section 2.3.1). libarchive 3.6 skips both, so a
/// flipped bit would pass for a list; they are checked here. Where one member ends and the next begins is not known: each place that looks
/// like a header is tried, and only a true boundary has the right sum before it. Most files have one member and are summed once.
bool gzip_sums_match(std::string_view packed, std::string_view plain) {
  constexpr std::string_view kHeader = "\x1f\x8b\x08";
  constexpr std::size_t kMemberMin = 18;  // header and trailer
  constexpr int kMistakesMax = 16;        // each costs a pass over the content, so an attacker gets few
  int mistakes = 0;
  for (std::size_t end = packed.find(kHeader, kMemberMin);; end = packed.find(kHeader, end + kHeader.size())) {
    const bool last = end == std::string_view::npos;
    if (last) end = packed.size();
    if (end < kMemberMin || mistakes > kMistakesMax) return false;
    const std::uint32_t sum = little_endian(packed.substr(end - 8));
    const std::uint32_t length = little_endian(packed.substr(end - 4));
    if (last) return length == static_cast<std::uint32_t>(plain.size()) && sum == crc32(plain);
    if (length > plain.size()) continue;
    if (sum == crc32(plain.substr(0, length))) {
      plain.remove_prefix(length);
    } else {
      ++mistakes;
    }
  }
}

struct ArchiveCloser {
  void operator()(archive* reader) const { archive_read_free(reader); }
};

}  // namespace

Result<std::string> read_file(const std::string& path, std::size_t bytes_max) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.number() < 0) return bad_input_in(path, 0, fmt::format("cannot be opened: {}", std::strerror(errno)));
  struct stat about{};
  if (::fstat(file.number(), &about) == 0 && S_ISDIR(about.st_mode)) return bad_input_in(path, 0, "is a folder, expected a file");
  return read_all(file.number(), path, bytes_max);
}

Result<std::string> read_standard_input(std::size_t bytes_max) { return read_all(STDIN_FILENO, "<stdin>", bytes_max); }

Result<std::vector<NamedBytes>> unpack(NamedBytes packed, FileLimits limits) {
  std::vector<NamedBytes> files;
  if (!is_packed(packed.bytes)) {
    files.push_back(std::move(packed));
    return files;
  }
  const bool zip = packed.bytes.starts_with("PK");
  const std::unique_ptr<archive, ArchiveCloser> reader(archive_read_new());
  archive_read_support_filter_gzip(reader.get());
  archive_read_support_filter_zstd(reader.get());
  if (zip) {
    // By its directory, which stands at the end: the streaming reader takes a file that was cut off between two members for a whole one.
    archive_read_support_format_zip_seekable(reader.get());
  } else {
    archive_read_support_format_raw(reader.get());
  }
  const auto wrong = [&] {
    const char* why = archive_error_string(reader.get());
    return bad_input_in(packed.name, 0, fmt::format("cannot be unpacked: {}", why != nullptr ? why : "damaged"));
  };
  if (archive_read_open_memory(reader.get(), packed.bytes.data(), packed.bytes.size()) != ARCHIVE_OK) return wrong();
  std::size_t total = 0;
  archive_entry* entry = nullptr;
  for (;;) {
    const int next = archive_read_next_header(reader.get(), &entry);
    if (next == ARCHIVE_EOF) break;
    if (next != ARCHIVE_OK) return wrong();
    if (archive_entry_filetype(entry) == AE_IFDIR) continue;
    if (archive_entry_filetype(entry) != AE_IFREG) return bad_input_in(packed.name, 0, "holds a link or a device, expected plain files");
    if (files.size() == limits.members) return bad_input_in(packed.name, 0, fmt::format("holds more than {} files", limits.members));
    NamedBytes file;
    if (zip) {
      const char* member = archive_entry_pathname(entry);
      file.name = fmt::format("{}/{}", packed.name, member != nullptr ? member : "?");
    } else {
      file.name = packed.name;
      for (const std::string_view suffix : {".gz", ".zst"}) {
        if (file.name.ends_with(suffix)) file.name.resize(file.name.size() - suffix.size());
      }
    }
    std::array<char, 1 << 16> block{};
    for (;;) {
      const auto got = archive_read_data(reader.get(), block.data(), block.size());
      if (got < 0) return wrong();
      if (got == 0) break;
      total += static_cast<std::size_t>(got);
      if (total > limits.bytes) return bad_input_in(packed.name, 0, fmt::format("unpacks to more than {} bytes", limits.bytes));
      file.bytes.append(block.data(), static_cast<std::size_t>(got));
    }
    // Two filters and libarchive's own end of the chain: packed twice.
    if (!zip && archive_filter_count(reader.get()) > 2) return bad_input_in(packed.name, 0, "is packed more than once, expected a list packed once");
    if (packed.bytes.starts_with("\x1f\x8b") && !gzip_sums_match(packed.bytes, file.bytes)) {
      return bad_input_in(packed.name, 0, "is damaged: its content does not match its gzip checksum; fetch it again");
    }
    files.push_back(std::move(file));
  }
  if (files.empty()) return bad_input_in(packed.name, 0, "holds no file");
  return files;
}

Result<std::vector<NamedBytes>> read_unpacked(const std::string& path, FileLimits limits) {
  TAMGA_TRY(std::string bytes, read_file(path, limits.bytes));
  return unpack(NamedBytes{path, std::move(bytes)}, limits);
}

Status write_file_atomically(const std::string& path, std::string_view bytes) {
  std::string temporary = path + ".XXXXXX";
  const Descriptor file(::mkostemp(temporary.data(), O_CLOEXEC));
  const auto wrong = [&](const char* what) {
    const std::string why = std::strerror(errno);
    ::unlink(temporary.c_str());
    return failure(fmt::format("{}: cannot {}: {}", path, what, why));
  };
  if (file.number() < 0) return failure(fmt::format("{}: cannot be created: {}", path, std::strerror(errno)));
  std::size_t written = 0;
  while (written < bytes.size()) {
    const auto put = ::write(file.number(), bytes.data() + written, bytes.size() - written);
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) return wrong("write");
    written += static_cast<std::size_t>(put);
  }
  if (::fsync(file.number()) != 0) return wrong("flush");
  if (::rename(temporary.c_str(), path.c_str()) != 0) return wrong("rename");
  return {};
}

Status flush_to_disk(const std::string& path) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.number() < 0 || ::fsync(file.number()) != 0) return failure(fmt::format("{}: cannot be flushed: {}", path, std::strerror(errno)));
  return {};
}

}  // namespace tamga
