// Runs a fuzz target over its seeds without libFuzzer, so that `make test` replays every input that once mattered with
// any compiler.
//
// usage: replay_NAME FOLDER
//
// Each file of FOLDER is run whole and cut off at 16 places (a transfer that broke is the commonest bad file there is),
// and before them a few inputs that no reader may choke on. The name of an input is printed before it runs: the last
// one named is the one that crashed.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

constexpr std::size_t kCuts = 16;

void run(const std::string& name, const std::vector<std::uint8_t>& input, std::size_t size) {
  std::printf("%s, %zu bytes\n", name.c_str(), size);
  std::fflush(stdout);
  // A copy of exactly this size, so that AddressSanitizer sees a read past the end; never null, as with libFuzzer.
  const auto exact = std::make_unique<std::uint8_t[]>(size);
  std::copy_n(input.begin(), size, exact.get());
  LLVMFuzzerTestOneInput(exact.get(), size);
}

void run_whole_and_cut(const std::string& name, const std::vector<std::uint8_t>& input) {
  run(name, input, input.size());
  for (std::size_t cut = 0; cut < kCuts; ++cut) {
    const std::size_t size = input.size() * cut / kCuts;
    if (cut > 0 && size == input.size() * (cut - 1) / kCuts) continue;
    run(name + ", cut off", input, size);
  }
}

int replay(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> seeds;
  if (std::filesystem::is_directory(folder)) {
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
      if (entry.is_regular_file()) seeds.push_back(entry.path());
    }
  }
  if (seeds.empty()) {
    std::fprintf(stderr, "%s: expected a folder with at least one seed file\n", folder.c_str());
    return 1;
  }
  std::sort(seeds.begin(), seeds.end());

  run("nothing", {}, 0);
  run("one zero byte", {0}, 1);
  run("64 KiB of 'a'", std::vector<std::uint8_t>(65536, 'a'), 65536);
  run("64 KiB of '['", std::vector<std::uint8_t>(65536, '['), 65536);
  run("64 KiB of 0xFF", std::vector<std::uint8_t>(65536, 0xFF), 65536);
  for (const auto& seed : seeds) {
    std::ifstream in(seed, std::ios::binary);
    const std::vector<std::uint8_t> input{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    if (!in) {
      std::fprintf(stderr, "%s: cannot be read\n", seed.c_str());
      return 1;
    }
    run_whole_and_cut(seed.filename().string(), input);
  }
  std::printf("%zu seeds replayed\n", seeds.size());
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: %s FOLDER\n", argc > 0 ? argv[0] : "replay");
    return 2;
  }
  return replay(argv[1]);
}
