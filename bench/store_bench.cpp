// Appending decisions to the ledger, as many a transaction as the argument says: 1 is `tamga clear` on single deals, where the
// disk's flush decides; 1000 shows what hashing and SQLite themselves cost. A payload of 4 KiB is a middling decision with its deal.
#include <benchmark/benchmark.h>
#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>

#include "store/store.h"

namespace tamga {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kPayloadBytes = 4096;
constexpr const char* kNow = "2026-11-23T10:00:00Z";

class TemporaryFolder {
 public:
  TemporaryFolder() : path_(fs::temp_directory_path() / fmt::format("tamga-store-bench-{}", ::getpid())) { fs::remove_all(path_); }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  [[nodiscard]] std::string text() const { return path_.string(); }

 private:
  fs::path path_;
};

void append(benchmark::State& state) {
  const TemporaryFolder folder;
  auto store = store::Store::open(folder.text());
  TAMGA_CHECK(store.has_value());
  const std::string payload(kPayloadBytes, 'x');
  std::int64_t next = 0;
  for (auto step : state) {
    const auto status = store->transact([&]() -> Status {
      for (std::int64_t i = 0; i < state.range(0); ++i) {
        TAMGA_TRY([[maybe_unused]] const auto entry, store->append("decision", fmt::format("dec-{}", next++), kNow, payload));
      }
      return {};
    });
    TAMGA_CHECK(status.has_value());
  }
  state.SetItemsProcessed(next);
}

void verify(benchmark::State& state) {
  const TemporaryFolder folder;
  auto store = store::Store::open(folder.text());
  TAMGA_CHECK(store.has_value());
  const std::string payload(kPayloadBytes, 'x');
  const auto filled = store->transact([&]() -> Status {
    for (std::int64_t i = 0; i < state.range(0); ++i) {
      TAMGA_TRY([[maybe_unused]] const auto entry, store->append("decision", fmt::format("dec-{}", i), kNow, payload));
    }
    return {};
  });
  TAMGA_CHECK(filled.has_value());
  for (auto step : state) {
    const auto verification = store->verify();
    TAMGA_CHECK(verification.has_value());
    TAMGA_CHECK(verification->damage.empty());
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}

/// The head is read before each decision; it must not cost more when the ledger is long.
void head(benchmark::State& state) {
  const TemporaryFolder folder;
  auto store = store::Store::open(folder.text());
  TAMGA_CHECK(store.has_value());
  const auto filled = store->transact([&]() -> Status {
    for (std::int64_t i = 0; i < state.range(0); ++i) {
      TAMGA_TRY([[maybe_unused]] const auto entry, store->append("decision", fmt::format("dec-{}", i), kNow, "{}"));
    }
    return {};
  });
  TAMGA_CHECK(filled.has_value());
  for (auto step : state) benchmark::DoNotOptimize(store->head());
}

BENCHMARK(append)->Arg(1)->Arg(1000)->UseRealTime()->Unit(benchmark::kMillisecond);
BENCHMARK(verify)->Arg(10'000)->Unit(benchmark::kMillisecond);
BENCHMARK(head)->Arg(100)->Arg(10'000)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace tamga
