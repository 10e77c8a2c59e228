#include "base/files.h"

#include <archive.h>
#include <archive_entry.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace tamga {
namespace {

namespace fs = std::filesystem;

enum class Packing : std::uint8_t { gzip, zstd, zip };

std::string pack(const std::vector<NamedBytes>& files, Packing packing) {
  std::string out(std::size_t{4} << 20, '\0');
  std::size_t used = 0;
  archive* writer = archive_write_new();
  if (packing == Packing::zip) {
    archive_write_set_format_zip(writer);
  } else {
    archive_write_set_format_raw(writer);
    packing == Packing::gzip ? archive_write_add_filter_gzip(writer) : archive_write_add_filter_zstd(writer);
  }
  EXPECT_EQ(archive_write_open_memory(writer, out.data(), out.size(), &used), ARCHIVE_OK);
  for (const auto& file : files) {
    archive_entry* entry = archive_entry_new();
    archive_entry_set_pathname(entry, file.name.c_str());
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_entry_set_size(entry, static_cast<la_int64_t>(file.bytes.size()));
    EXPECT_EQ(archive_write_header(writer, entry), ARCHIVE_OK);
    EXPECT_EQ(archive_write_data(writer, file.bytes.data(), file.bytes.size()), static_cast<la_ssize_t>(file.bytes.size()));
    archive_entry_free(entry);
  }
  archive_write_close(writer);
  archive_write_free(writer);
  out.resize(used);
  return out;
}

TEST(Unpack, GivesPlainFilesAsTheyAre) {
  const auto files = unpack({"list.csv", "a,b\n"});
  ASSERT_TRUE(files);
  EXPECT_EQ(files->front().name, "list.csv");
  EXPECT_EQ(files->front().bytes, "a,b\n");
}

TEST(Unpack, KnowsPackingByContent) {
  for (const auto packing : {Packing::gzip, Packing::zstd}) {
    const auto files = unpack({"list.csv.gz", pack({{"x", "content"}}, packing)});
    ASSERT_TRUE(files) << files.error().text();
    ASSERT_EQ(files->size(), 1U);
    EXPECT_EQ(files->front().bytes, "content");
    EXPECT_EQ(files->front().name, "list.csv");
  }
  const auto zip = unpack({"all.zip", pack({{"a.csv", "A"}, {"b.csv", "B"}}, Packing::zip)});
  ASSERT_TRUE(zip);
  ASSERT_EQ(zip->size(), 2U);
  EXPECT_EQ((*zip)[1].name, "all.zip/b.csv");
}

TEST(Unpack, RefusesTheTruncatedAndTheHuge) {
  for (const auto packing : {Packing::gzip, Packing::zstd, Packing::zip}) {
    const std::string whole = pack({{"x", std::string(100'000, 'x') + "end"}}, packing);
    EXPECT_FALSE(unpack({"x", whole.substr(0, whole.size() / 2)})) << static_cast<int>(packing);
    const auto bomb = unpack({"x", whole}, FileLimits{.bytes = 1000});
    ASSERT_FALSE(bomb);
    EXPECT_NE(bomb.error().message.find("more than 1000 bytes"), std::string::npos);
  }
  EXPECT_FALSE(unpack({"x", pack({{"a", "1"}, {"b", "2"}}, Packing::zip)}, FileLimits{.members = 1}));
}

// libarchive 3.6 does not look at gzip's checksum: a flipped bit would be a changed name on a list.
TEST(Unpack, AFlippedBitIsAnError) {
  std::string text;
  for (int i = 0; i < 300; ++i) text += "row " + std::to_string(i * 7919 % 1000) + ",name\n";
  for (const auto packing : {Packing::gzip, Packing::zip}) {
    const std::string whole = pack({{"x", text}}, packing);
    ASSERT_EQ(unpack({"x", whole})->front().bytes, text);
    std::size_t refused = 0;
    for (std::size_t at = 4; at < whole.size(); ++at) {
      std::string changed = whole;
      changed[at] = static_cast<char>(changed[at] ^ (1 << at % 8));
      const auto files = unpack({"x", std::move(changed)});
      refused += files ? 0 : 1;
      // Time stamps and such may change; the content may not.
      EXPECT_TRUE(!files || files->front().bytes == text) << static_cast<int>(packing) << " byte " << at;
    }
    EXPECT_GT(refused, whole.size() / 2);
  }
}

TEST(Unpack, NoTruncationPasses) {
  for (const auto packing : {Packing::gzip, Packing::zstd, Packing::zip}) {
    // A zip cut off between its two members still looks whole to a reader that does not ask for its directory.
    const auto whole =
        pack(packing == Packing::zip ? std::vector<NamedBytes>{{"a", "first"}, {"b", "second"}} : std::vector<NamedBytes>{{"a", "first"}}, packing);
    for (std::size_t size = 4; size < whole.size(); ++size) {
      EXPECT_FALSE(unpack({"x", whole.substr(0, size)})) << static_cast<int>(packing) << " cut to " << size;
    }
  }
}

TEST(Unpack, TakesGzipFilesOfSeveralMembers) {
  const std::string first = pack({{"x", "first half, "}}, Packing::gzip);
  const std::string second = pack({{"x", "second half"}}, Packing::gzip);
  EXPECT_EQ(unpack({"x.gz", first + second})->front().bytes, "first half, second half");
  std::string damaged = first + second;
  damaged[first.size() - 6] = static_cast<char>(damaged[first.size() - 6] ^ 1);  // in the first member's checksum
  EXPECT_FALSE(unpack({"x.gz", damaged}));
  EXPECT_FALSE(unpack({"x.gz", first + "what does not belong here"}));
}

TEST(Unpack, RefusesWhatIsPackedTwice) {
  const auto twice = unpack({"x.gz", pack({{"x", pack({{"x", "content"}}, Packing::gzip)}}, Packing::gzip)});
  ASSERT_FALSE(twice);
  EXPECT_NE(twice.error().message.find("more than once"), std::string::npos);
  const auto inside = unpack({"all.zip", pack({{"a.gz", pack({{"x", "content"}}, Packing::gzip)}}, Packing::zip)});
  ASSERT_TRUE(inside);
  EXPECT_TRUE(inside->front().bytes.starts_with("\x1f\x8b")) << "members are given as they are";
}

TEST(Unpack, LimitsHoldForAllMembersTogether) {
  const std::string zip = pack({{"a", std::string(600, 'a')}, {"b", std::string(600, 'b')}}, Packing::zip);
  EXPECT_TRUE(unpack({"x", zip}, FileLimits{.bytes = 1200}));
  const auto over = unpack({"x", zip}, FileLimits{.bytes = 1199});
  ASSERT_FALSE(over);
  EXPECT_EQ(over.error().text(), "x: unpacks to more than 1199 bytes");
}

TEST(Unpack, ReadsFilesByTheirPath) {
  const auto path = (fs::temp_directory_path() / ("tamga-packed-" + std::to_string(::getpid()) + ".csv.gz")).string();
  ASSERT_TRUE(write_file_atomically(path, pack({{"x", "content"}}, Packing::gzip)));
  const auto files = read_unpacked(path);
  fs::remove(path);
  ASSERT_TRUE(files);
  EXPECT_EQ(files->front().bytes, "content");
  EXPECT_EQ(files->front().name + ".gz", path);
  EXPECT_NE(read_unpacked(path).error().text().find("cannot be opened"), std::string::npos);
}

TEST(Files, SayWhatIsWrong) {
  EXPECT_NE(read_file("/nonexistent/file").error().text().find("/nonexistent/file: cannot be opened"), std::string::npos);
  EXPECT_NE(read_file("/tmp").error().text().find("is a folder"), std::string::npos);
}

TEST(Files, WriteWholeOrNotAtAll) {
  const auto path = (fs::temp_directory_path() / ("tamga-write-" + std::to_string(::getpid()))).string();
  ASSERT_TRUE(write_file_atomically(path, "first"));
  ASSERT_TRUE(write_file_atomically(path, "second"));
  EXPECT_EQ(*read_file(path), "second");
  EXPECT_FALSE(read_file(path, 3)) << "beyond the limit";
  for (const auto& entry : fs::directory_iterator(fs::path(path).parent_path())) {
    EXPECT_FALSE(entry.path().string().starts_with(path + ".")) << "a temporary file is left behind: " << entry.path();
  }
  fs::remove(path);
  EXPECT_FALSE(write_file_atomically("/nonexistent/folder/file", "x"));
}

}  // namespace
}  // namespace tamga
