#include "app/settings.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <string_view>
#include <thread>

#include "store/postgresql.h"

namespace tamga::app {
namespace {

std::string_view environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string_view() : std::string_view(value);
}

}  // namespace

std::string default_data_folder() {
  if (const auto data = environment("TAMGA_DATA"); !data.empty()) return std::string(data);
  if (const auto data = environment("XDG_DATA_HOME"); !data.empty()) return std::string(data) + "/tamga";
  if (const auto home = environment("HOME"); !home.empty()) return std::string(home) + "/.local/share/tamga";
  return "tamga-data";
}

std::string default_store() { return std::string(environment("TAMGA_STORE")); }

Status check_store(const std::string& store) {
  if (store.empty() || store::is_postgresql(store)) return {};
  return std::unexpected(
      Error{ErrorKind::usage, "the store's address must be postgresql://[USER@]HOST[:PORT]/DATABASE; a store in a folder is named by --data", {}, 0});
}

std::string Settings::told_place() const { return store.empty() ? data : store::told_address(store); }

unsigned default_threads() {
  unsigned count = std::max(1U, std::thread::hardware_concurrency());
  if (const auto threads = environment("TAMGA_THREADS"); !threads.empty()) {
    unsigned cap = 0;
    const auto [end, error] = std::from_chars(threads.data(), threads.data() + threads.size(), cap);
    if (error == std::errc() && end == threads.data() + threads.size() && cap > 0) count = std::min(cap, 256U);
  }
  return count;
}

}  // namespace tamga::app
