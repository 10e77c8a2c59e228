#include "app/settings.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <string_view>
#include <thread>

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
