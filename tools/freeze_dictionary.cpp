// Makes the dictionary of names that is built into the program: names/dictionary_image.h. Called by the build, not shipped.
//
//   freeze_dictionary MATCHING.toml OUT
#include <cstdio>
#include <string>
#include <string_view>
#include <utility>

#include "base/files.h"
#include "names/dictionary_builder.h"
#include "names/parameters.h"

namespace tamga {
namespace {

Status freeze(const std::string& matching_path, const std::string& path) {
  TAMGA_TRY(auto bytes, read_file(matching_path));
  TAMGA_TRY(const auto matching, names::read_matching(NamedBytes{matching_path, std::move(bytes)}));
  // A house that builds Tamga with words of its own in the file has them read at each start.
  const auto block = names::build_dictionary(matching.parameters, {});
  return write_file_atomically(path, std::string_view(reinterpret_cast<const char*>(block.data()), block.size() * sizeof block[0]));
}

}  // namespace
}  // namespace tamga

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fputs("usage: freeze_dictionary MATCHING.toml OUT\n", stderr);
    return 2;
  }
  if (const auto done = tamga::freeze(argv[1], argv[2]); !done) {
    std::fprintf(stderr, "freeze_dictionary: %s\n", done.error().text().c_str());
    return 1;
  }
  return 0;
}
