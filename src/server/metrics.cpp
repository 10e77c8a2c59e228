#include "server/metrics.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>

#include "base/files.h"

namespace tamga::server {
namespace {

void head(std::string& text, std::string_view name, std::string_view type, std::string_view help) {
  text += fmt::format("# HELP {} {}\n# TYPE {} {}\n", name, help, name, type);
}

template <typename Number>
void single(std::string& text, std::string_view name, std::string_view type, std::string_view help, const Number& number) {
  head(text, name, type, help);
  text += fmt::format("{} {}\n", name, number);
}

}  // namespace

Metrics::Metrics(const api::Table& table) {
  const auto add = [&](std::string_view path, std::string_view method) {
    routes_.push_back(std::make_unique<Route>());
    routes_.back()->label = fmt::format("route=\"{}\",method=\"{}\"", label_value(path), method);
  };
  for (const auto& endpoint : table.endpoints) add(endpoint.path, endpoint.method);
  add("none", "any");
}

void Metrics::count(std::size_t route, int status, std::chrono::nanoseconds took) {
  Route& of = *routes_[std::min(route, routes_.size() - 1)];
  const double seconds = std::chrono::duration<double>(took).count();
  const auto bucket = static_cast<std::size_t>(std::lower_bound(kBuckets.begin(), kBuckets.end(), seconds) - kBuckets.begin());
  of.buckets[bucket].fetch_add(1, std::memory_order_relaxed);
  of.nanoseconds.fetch_add(static_cast<std::uint64_t>(took.count()), std::memory_order_relaxed);
  of.statuses[static_cast<std::size_t>(std::clamp(status / 100, 0, 5))].fetch_add(1, std::memory_order_relaxed);
}

std::string Metrics::text(const std::string& more) const {
  std::string text;
  head(text, "tamga_http_requests_total", "counter", "requests by route and class of status");
  for (const auto& route : routes_) {
    for (std::size_t digit = 1; digit < route->statuses.size(); ++digit) {
      const auto count = route->statuses[digit].load(std::memory_order_relaxed);
      if (count > 0) text += fmt::format("tamga_http_requests_total{{{},status=\"{}xx\"}} {}\n", route->label, digit, count);
    }
  }
  head(text, "tamga_http_request_seconds", "histogram", "from the end of a request's head to the last byte of its response");
  for (const auto& route : routes_) {
    std::uint64_t total = 0;
    for (const auto& bucket : route->buckets) total += bucket.load(std::memory_order_relaxed);
    if (total == 0) continue;
    std::uint64_t so_far = 0;
    for (std::size_t i = 0; i < kBuckets.size(); ++i) {
      so_far += route->buckets[i].load(std::memory_order_relaxed);
      text += fmt::format("tamga_http_request_seconds_bucket{{{},le=\"{}\"}} {}\n", route->label, kBuckets[i], so_far);
    }
    text += fmt::format("tamga_http_request_seconds_bucket{{{},le=\"+Inf\"}} {}\n", route->label, total);
    text += fmt::format("tamga_http_request_seconds_sum{{{}}} {}\n", route->label, static_cast<double>(route->nanoseconds.load()) / 1e9);
    text += fmt::format("tamga_http_request_seconds_count{{{}}} {}\n", route->label, total);
  }
  single(text, "tamga_connections", "gauge", "open connections", connections.load());
  single(text, "tamga_event_streams", "gauge", "open streams of events", streams.load());
  single(text, "tamga_pool_queue", "gauge", "requests that wait for a thread of the pool or run on one", queued.load());
  single(text, "tamga_connections_accepted_total", "counter", "connections", accepted.load());
  single(text, "tamga_connections_refused_total", "counter", "connections beyond the limit", refused.load());
  single(text, "tamga_connections_timed_out_total", "counter", "connections closed for being slow", timed_out.load());
  single(text, "tamga_malformed_requests_total", "counter", "requests that are no HTTP", malformed.load());
  single(text, "tamga_unknown_callers_total", "counter", "requests without a token that is known", unknown_callers.load());
  single(text, "tamga_list_swaps_total", "counter", "exchanges of the lists that are screened against", swaps.load());
  single(text, "tamga_failed_refreshes_total", "counter", "looks for newer lists that failed", failed_refreshes.load());
  single(text, "process_resident_memory_bytes", "gauge", "memory of this process", resident_bytes());
  return text + more;
}

std::string label_value(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\\' || c == '"') out += '\\';
    out += c == '\n' ? ' ' : c;
  }
  return out;
}

std::uint64_t resident_bytes() {
  const auto text = read_file("/proc/self/statm");
  if (!text) return 0;
  const auto blank = text->find(' ');
  std::uint64_t pages = 0;
  if (blank == std::string::npos) return 0;
  std::from_chars(text->data() + blank + 1, text->data() + text->size(), pages);
  return pages * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

}  // namespace tamga::server
