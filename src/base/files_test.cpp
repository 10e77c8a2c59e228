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
  fs::remove(path);
  EXPECT_FALSE(write_file_atomically("/nonexistent/folder/file", "x"));
}

}  // namespace
}  // namespace tamga
