// Writes to a store until it is killed, and says what was acknowledged: tests/crash_test.py holds what is left against that.
//
// usage: crash_writer DIR SEED OPERATIONS [STORE]
//
// The store is in DIR, or at the address STORE; the keys that sign it are in DIR.
//
// Each line of standard output is written after the commit it tells of: "kept SEQUENCE HASH KIND KEY", or "undone KIND KEY" of a
// transaction that was rolled back.
#include <fmt/format.h>
#include <unistd.h>

#include <charconv>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "base/sha256.h"
#include "store/store.h"

namespace {

using tamga::Status;
using tamga::store::LedgerEntry;
using tamga::store::Store;

constexpr const char* kNow = "2026-11-23T10:00:00Z";

void say(const std::string& lines) {
  for (std::size_t at = 0; at < lines.size();) {
    const auto put = ::write(STDOUT_FILENO, lines.data() + at, lines.size() - at);
    if (put < 0) return;
    at += static_cast<std::size_t>(put);
  }
}

std::string line_of(const LedgerEntry& entry) { return fmt::format("kept {} {} {} {}\n", entry.sequence, entry.hash, entry.kind, entry.key); }

std::uint32_t number_of(std::string_view text) {
  std::uint32_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

class Writer {
 public:
  Writer(Store& store, std::uint32_t seed) : store_(store), seed_(seed), random_(seed) {}

  Status operate() {
    const auto dice = below(100);
    if (dice < 70) return append(1);
    if (dice < 85) return append(2 + below(7));
    if (dice < 93) return undo();
    if (dice < 97) return keep();
    return edition();
  }

 private:
  std::uint32_t below(std::uint32_t limit) { return static_cast<std::uint32_t>(random_()) % limit; }
  std::string key() { return fmt::format("{}-{}", seed_, ++made_); }
  std::string payload() { return fmt::format(R"({{"text":"{}"}})", std::string(20 + below(below(10) == 0 ? 20000 : 1000), 'x')); }

  Status append(std::uint32_t count) {
    std::string lines;
    TAMGA_TRY_STATUS(store_.transact([&]() -> Status {
      for (std::uint32_t i = 0; i < count; ++i) {
        TAMGA_TRY(const auto entry, store_.append("decision", key(), kNow, payload()));
        lines += line_of(entry);
      }
      return {};
    }));
    say(lines);
    return {};
  }

  Status undo() {
    const std::string name = key();
    const auto done = store_.transact([&]() -> Status {
      TAMGA_TRY([[maybe_unused]] const auto entry, store_.append("decision", name, kNow, payload()));
      return tamga::failure("changed our mind");
    });
    if (!done && done.error().message == "changed our mind") {
      say(fmt::format("undone decision {}\n", name));
      return {};
    }
    return done;
  }

  Status keep() {
    TAMGA_TRY(const auto hash, store_.keep("policy", fmt::format("{} {}", key(), payload()), kNow));
    TAMGA_TRY(const auto entry, store_.find("policy", hash));
    say(line_of(*entry));
    return {};
  }

  /// Most of its file is that of the edition before, so that it is kept as a difference.
  Status edition() {
    if (text_.empty()) {
      for (int i = 0; i < 5000; ++i) text_ += fmt::format("{:08x}\n", static_cast<std::uint32_t>(random_()));
    }
    text_ += key();
    tamga::store::StoredEdition edition;
    edition.list = "crash_list";
    edition.format = "text";
    edition.id = tamga::content_address(text_);
    edition.published = "2026-11-20";
    edition.dated_by = "file";
    edition.imported_at = kNow;
    TAMGA_TRY([[maybe_unused]] const bool added, store_.add_edition(edition, {{"list.txt", text_}}));
    TAMGA_TRY(const auto entry, store_.find("edition", fmt::format("crash_list  {}", edition.id)));
    say(line_of(*entry));
    return {};
  }

  Store& store_;
  std::uint32_t seed_;
  std::mt19937 random_;
  std::uint32_t made_ = 0;
  std::string text_;
};

Status write_on(const std::string& folder, const std::string& place, std::uint32_t seed, std::uint32_t operations) {
  TAMGA_TRY(auto store, Store::open(place));
  TAMGA_TRY(const auto keys, tamga::store::keys_of(store));
  if (keys.in_use().empty()) {
    TAMGA_TRY([[maybe_unused]] const auto made, tamga::store::make_key(store, folder + "/keys", kNow));
  }
  store.sign_each(100, folder + "/keys");
  Writer writer(store, seed);
  for (std::uint32_t i = 0; i < operations; ++i) TAMGA_TRY_STATUS(writer.operate());
  return {};
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4 && argc != 5) return 2;
  const auto done = write_on(argv[1], argc == 5 ? argv[4] : argv[1], number_of(argv[2]), number_of(argv[3]));
  if (done) return 0;
  fmt::print(stderr, "crash_writer: {}\n", done.error().text());
  return 1;
}
