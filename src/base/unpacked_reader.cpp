#include "base/unpacked_reader.h"

#include <archive.h>
#include <archive_entry.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>
#include <vector>

namespace tamga {

class UnpackedReader::Source {
 public:
  Source() = default;
  Source(const Source&) = delete;
  Source& operator=(const Source&) = delete;
  virtual ~Source() = default;
  virtual Result<bool> next(std::string& name) = 0;
  /// At least a byte; 0 at the end.
  virtual Result<std::size_t> read(char* into, std::size_t most) = 0;
};

void UnpackedReader::Delete::operator()(Source* source) const { delete source; }

namespace {

constexpr std::size_t kInput = std::size_t{1} << 18;

bool is_packed(std::string_view bytes) {
  return bytes.starts_with("\x1f\x8b") || bytes.starts_with("\x28\xb5\x2f\xfd") || bytes.starts_with("PK\x03\x04");
}

std::string without(std::string name, std::string_view suffix) {
  if (name.ends_with(suffix)) name.resize(name.size() - suffix.size());
  return name;
}

class Plain : public UnpackedReader::Source {
 public:
  Plain(int file, std::string path) : file_(file), path_(std::move(path)) {}
  ~Plain() override { ::close(file_); }
  Plain(const Plain&) = delete;
  Plain& operator=(const Plain&) = delete;

  Result<bool> next(std::string& name) override {
    name = path_;
    return !std::exchange(begun_, true);
  }
  Result<std::size_t> read(char* into, std::size_t most) override {
    for (;;) {
      const auto got = ::read(file_, into, most);
      if (got >= 0) return static_cast<std::size_t>(got);
      if (errno != EINTR) return bad_input_in(path_, 0, fmt::format("cannot be read: {}", std::strerror(errno)));
    }
  }

 private:
  int file_;
  std::string path_;
  bool begun_ = false;
};

/// By zlib itself: libarchive 3.6 skips the sums at the end of each gzip member (base/files.cpp), and zlib checks them as it goes.
class Gzip : public UnpackedReader::Source {
 public:
  explicit Gzip(std::unique_ptr<Plain> plain, std::string path) : plain_(std::move(plain)), path_(std::move(path)), input_(kInput) {
    TAMGA_CHECK(inflateInit2(&stream_, 15 + 16) == Z_OK);
  }
  ~Gzip() override { inflateEnd(&stream_); }
  Gzip(const Gzip&) = delete;
  Gzip& operator=(const Gzip&) = delete;

  Result<bool> next(std::string& name) override {
    TAMGA_TRY(const bool more, plain_->next(name));
    name = without(path_, ".gz");
    return more;
  }

  Result<std::size_t> read(char* into, std::size_t most) override {
    stream_.next_out = reinterpret_cast<Bytef*>(into);
    stream_.avail_out = static_cast<uInt>(std::min<std::size_t>(most, 1U << 30U));
    const auto wanted = stream_.avail_out;
    while (stream_.avail_out == wanted) {
      if (stream_.avail_in == 0) {
        TAMGA_TRY(const auto got, plain_->read(input_.data(), input_.size()));
        if (got == 0 && ended_) return 0;
        if (got == 0) return bad_input_in(path_, 0, "cannot be unpacked: truncated gzip input");
        stream_.next_in = reinterpret_cast<Bytef*>(input_.data());
        stream_.avail_in = static_cast<uInt>(got);
      }
      // The next member follows on the last one.
      if (std::exchange(ended_, false)) inflateReset(&stream_);
      const int code = inflate(&stream_, Z_NO_FLUSH);
      if (code == Z_STREAM_END) {
        ended_ = true;
      } else if (code != Z_OK && code != Z_BUF_ERROR) {
        const std::string why = stream_.msg != nullptr ? stream_.msg : "damaged";
        if (why == "incorrect data check" || why == "incorrect length check" || why == "incorrect header check")
          return bad_input_in(path_, 0, "is damaged: its content does not match its gzip checksum; fetch it again");
        return bad_input_in(path_, 0, "cannot be unpacked: " + why);
      }
    }
    return wanted - stream_.avail_out;
  }

 private:
  std::unique_ptr<Plain> plain_;
  std::string path_;
  std::vector<char> input_;
  z_stream stream_{};
  bool ended_ = false;
};

class Archive : public UnpackedReader::Source {
 public:
  Archive(std::string path, bool zip) : reader_(archive_read_new()), path_(std::move(path)), zip_(zip) {
    archive_read_support_filter_zstd(reader_.get());
    if (zip_) {
      archive_read_support_format_zip_seekable(reader_.get());
    } else {
      archive_read_support_format_raw(reader_.get());
    }
  }
  Status open() {
    if (archive_read_open_filename(reader_.get(), path_.c_str(), kInput) != ARCHIVE_OK) return wrong();
    return {};
  }
  Result<bool> next(std::string& name) override {
    archive_entry* entry = nullptr;
    do {
      const int code = archive_read_next_header(reader_.get(), &entry);
      if (code == ARCHIVE_EOF && !any_) return bad_input_in(path_, 0, "holds no file");
      if (code == ARCHIVE_EOF) return false;
      if (code != ARCHIVE_OK) return wrong();
    } while (archive_entry_filetype(entry) == AE_IFDIR);
    if (archive_entry_filetype(entry) != AE_IFREG) return bad_input_in(path_, 0, "holds a link or a device, expected plain files");
    any_ = true;
    const char* member = archive_entry_pathname(entry);
    name = zip_ ? fmt::format("{}/{}", path_, member != nullptr ? member : "?") : without(path_, ".zst");
    return true;
  }
  Result<std::size_t> read(char* into, std::size_t most) override {
    const auto got = archive_read_data(reader_.get(), into, most);
    if (got < 0) return wrong();
    if (!zip_ && archive_filter_count(reader_.get()) > 2) return bad_input_in(path_, 0, "is packed more than once, expected a list packed once");
    return static_cast<std::size_t>(got);
  }

 private:
  std::unexpected<Error> wrong() {
    const char* why = archive_error_string(reader_.get());
    return bad_input_in(path_, 0, fmt::format("cannot be unpacked: {}", why != nullptr ? why : "damaged"));
  }
  struct Closer {
    void operator()(archive* reader) const { archive_read_free(reader); }
  };
  std::unique_ptr<archive, Closer> reader_;
  std::string path_;
  bool zip_;
  bool any_ = false;
};

}  // namespace

UnpackedReader::UnpackedReader(std::string path, FileLimits limits, std::unique_ptr<Source> source)
    : path_(std::move(path)), limits_(limits), source_(source.release()) {}

Result<UnpackedReader> UnpackedReader::open(const std::string& path, FileLimits limits) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return bad_input_in(path, 0, fmt::format("cannot be opened: {}", std::strerror(errno)));
  auto plain = std::make_unique<Plain>(file, path);
  struct stat about{};
  if (::fstat(file, &about) == 0 && S_ISDIR(about.st_mode)) return bad_input_in(path, 0, "is a folder, expected a file");
  std::array<char, 4> first{};
  // A pipe cannot be read at a place; it is taken as plain.
  const auto got = ::pread(file, first.data(), first.size(), 0);
  const std::string_view begin(first.data(), got > 0 ? static_cast<std::size_t>(got) : 0);
  if (!is_packed(begin)) {
    UnpackedReader reader(path, limits, std::move(plain));
    reader.plain_ = true;
    return reader;
  }
  if (begin.starts_with("\x1f\x8b")) return UnpackedReader(path, limits, std::make_unique<Gzip>(std::move(plain), path));
  auto archive = std::make_unique<Archive>(path, begin.starts_with("PK"));
  TAMGA_TRY_STATUS(archive->open());
  return UnpackedReader(path, limits, std::move(archive));
}

Result<bool> UnpackedReader::next(std::string& name) {
  TAMGA_TRY(const bool more, source_->next(name));
  of_member_ = 0;
  if (more && ++members_ > limits_.members) return bad_input_in(path_, 0, fmt::format("holds more than {} files", limits_.members));
  return more;
}

Result<std::size_t> UnpackedReader::read(char* into, std::size_t most) {
  std::size_t filled = 0;
  while (filled < most) {
    TAMGA_TRY(const auto got, source_->read(into + filled, most - filled));
    if (got == 0) break;
    filled += got;
  }
  total_ += filled;
  if (total_ > limits_.bytes) return bad_input_in(path_, 0, fmt::format("unpacks to more than {} bytes", limits_.bytes));
  if (of_member_ == 0 && is_packed({into, filled})) return bad_input_in(path_, 0, "is packed more than once, expected a list packed once");
  of_member_ += filled;
  return filled;
}

}  // namespace tamga
