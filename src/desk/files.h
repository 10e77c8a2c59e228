#pragma once

/// The files of the web desk, as npm built them into desk/dist and CMake put them into the program (cmake/embed.cmake).
namespace tamga::desk {

struct File {
  const char* path;  ///< "/index.html"
  const char* hash;  ///< of its bytes
  const char* begin;
  const char* end;
  const char* gzip_begin;  ///< nullptr: it is not kept compressed
  const char* gzip_end;
};
extern const File kFiles[];  ///< sorted by path; empty where the desk was not built
extern const unsigned kFileCount;

}  // namespace tamga::desk
