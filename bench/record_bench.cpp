// What the record costs: appending with and without signatures, one checkpoint, verifying a ledger of a million entries.
//
// Payloads are of 1,500 bytes, about those of a decision on a small deal. The big ledger is made in one transaction before the clock runs.
#include <benchmark/benchmark.h>
#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>
#include <string>

#include "store/store.h"

namespace {

namespace fs = std::filesystem;
using tamga::Status;
using tamga::store::Store;

constexpr const char* kNow = "2026-11-23T10:00:00Z";

struct Folder {
  std::string path = (fs::temp_directory_path() / fmt::format("tamga-record-bench-{}", ::getpid())).string();
  Folder() { fs::remove_all(path); }
  ~Folder() { fs::remove_all(path); }
};

Status fill(Store& store, std::int64_t entries) {
  const std::string payload = fmt::format(R"({{"decision":"{}"}})", std::string(1500, 'x'));
  return store.transact([&]() -> Status {
    for (std::int64_t i = 0; i < entries; ++i) {
      TAMGA_TRY([[maybe_unused]] const auto entry, store.append("decision", fmt::format("dec-{}", i), kNow, payload));
    }
    return {};
  });
}

void append(benchmark::State& state) {
  const Folder folder;
  auto store = *Store::open(folder.path);
  if (!tamga::store::make_key(store, folder.path + "/keys", kNow)) state.SkipWithError("no key");
  store.sign_each(state.range(0), folder.path + "/keys");
  std::int64_t made = 0;
  const std::string payload(1500, 'x');
  for (auto _ : state) {
    if (!store.append("decision", std::to_string(made++), kNow, payload)) state.SkipWithError("append");
  }
  state.SetItemsProcessed(made);
}
BENCHMARK(append)->Name("append, a signature after every N entries (0: none)")->Arg(0)->Arg(1000)->Arg(10)->Unit(benchmark::kMicrosecond);

void checkpoint(benchmark::State& state) {
  const Folder folder;
  auto store = *Store::open(folder.path);
  if (!tamga::store::make_key(store, folder.path + "/keys", kNow)) state.SkipWithError("no key");
  // Within one transaction, so that what is measured is the signature and not the disk.
  const auto done = store.transact([&]() -> Status {
    for (auto _ : state) {
      TAMGA_TRY([[maybe_unused]] const auto made, tamga::store::add_checkpoint(store, folder.path + "/keys", kNow));
    }
    return {};
  });
  if (!done) state.SkipWithError("checkpoint");
}
BENCHMARK(checkpoint)->Unit(benchmark::kMicrosecond);

void verify(benchmark::State& state) {
  const Folder folder;
  auto store = *Store::open(folder.path);
  if (!tamga::store::make_key(store, folder.path + "/keys", kNow)) state.SkipWithError("no key");
  store.sign_each(1000, folder.path + "/keys");
  if (!fill(store, state.range(0))) state.SkipWithError("fill");
  for (auto _ : state) {
    const auto verified = store.verify();
    if (!verified || !verified->damage.empty()) state.SkipWithError("not sound");
    state.SetItemsProcessed(state.items_processed() + (verified ? verified->ledger_entries : 0));
  }
}
BENCHMARK(verify)->Arg(10000)->Arg(1000000)->Iterations(1)->Unit(benchmark::kMillisecond);

}  // namespace
