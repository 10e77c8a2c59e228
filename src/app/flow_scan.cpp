#include "app/flow_scan.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <set>
#include <thread>

#include "app/flow_store.h"

namespace tamga::app {
namespace {

/// Ranges of codes begin where these first digits change.
constexpr std::size_t kRangeDigits = 5;

constexpr const char* kRange =
    "SELECT code, partner, reporter, columns FROM series WHERE source = ? AND currency = ? AND frequency = ? AND flow = ? AND code >= ? AND code < ? "
    "ORDER BY code, partner, reporter";

/// Behind every code: ':' comes after '9'.
constexpr const char* kBehind = ":";

void bind_kind(store::Statement& statement, const flows::SeriesKey& kind) {
  statement.bind(static_cast<std::int64_t>(kind.source))
      .bind(kind.currency)
      .bind(static_cast<std::int64_t>(kind.frequency))
      .bind(static_cast<std::int64_t>(kind.flow));
}

/// The number of periods and the periods of packed columns, without the rest.
bool take_periods(std::string_view bytes, std::vector<flows::Period>& periods) {
  std::size_t at = 0;
  const auto take = [&](std::uint64_t& number) {
    number = 0;
    for (unsigned shift = 0; at < bytes.size() && shift < 64; shift += 7) {
      const auto byte = static_cast<unsigned char>(bytes[at++]);
      number |= static_cast<std::uint64_t>(byte & 0x7FU) << shift;
      if (byte < 0x80) return true;
    }
    return false;
  };
  std::uint64_t count = 0;
  if (!take(count) || count > bytes.size()) return false;
  periods.resize(count);
  std::uint64_t period = 0;
  for (auto& one : periods) {
    std::uint64_t step = 0;
    if (!take(step)) return false;
    period += step;
    one = static_cast<flows::Period>(std::min<std::uint64_t>(period, 1U << 20U));
  }
  return true;
}

/// Behind all codes that begin so, and before all others that come later.
std::string behind(const std::string& begin) { return begin + kBehind; }
std::string after(const std::string& code) { return behind(code.substr(0, kRangeDigits)); }

/// The range without the codes that are joined, which are sorted. None of them lies in two ranges: ranges begin where five digits change.
CodeRanges without(const CodeRange& range, const std::set<std::string>& joined) {
  CodeRanges left;
  auto from = range.from;
  for (auto at = joined.lower_bound(range.from); at != joined.end() && (range.to.empty() || *at < range.to); ++at) {
    if (from < *at) left.push_back({from, *at});
    from = behind(*at);
  }
  left.push_back({from, range.to});
  return left;
}

}  // namespace

Result<FlowReader> FlowReader::open(const Settings& settings) {
  TAMGA_TRY(auto database, store::Database::open(settings.data + "/flows.db", store::Database::Mode::existing));
  TAMGA_TRY_STATUS(database.run("PRAGMA query_only = 1; PRAGMA cache_size = -16384; PRAGMA mmap_size = 274877906944;"));
  return FlowReader(std::move(database));
}

Status FlowReader::read(const flows::SeriesKey& kind, const CodeRange& range, bool whole, const Each& each) {
  TAMGA_TRY(auto statement, database_.prepare(kRange));
  bind_kind(statement, kind);
  statement.bind(range.from).bind(range.to.empty() ? std::string_view(kBehind) : std::string_view(range.to));
  flows::SeriesKey key = kind;
  flows::Columns columns;
  while (true) {
    TAMGA_TRY(const bool row, statement.step());
    if (!row) return {};
    key.code = statement.text(0);
    key.partner = flows::country_from(statement.text(1));
    key.reporter = flows::country_from(statement.text(2));
    const auto bytes = statement.blob(3);
    if (whole) {
      TAMGA_TRY_STATUS(flows::unpack_columns(bytes, columns));
    } else if (!take_periods(bytes, columns.periods)) {
      return failure("a series of the flows store is damaged; import its files anew into an empty store");
    }
    each(key, columns);
  }
}

Status FlowReader::read(const flows::SeriesKey& kind, const CodeRange& range, const Each& each) { return read(kind, range, true, each); }
Status FlowReader::read_periods(const flows::SeriesKey& kind, const CodeRange& range, const Each& each) { return read(kind, range, false, each); }

Result<std::vector<flows::SeriesKey>> FlowReader::keys(const flows::SeriesKey& kind, const std::string& begin, flows::Country partner,
                                                       flows::Country reporter, std::size_t limit) {
  TAMGA_TRY(
      auto statement,
      database_.prepare("SELECT code, partner, reporter FROM series WHERE source = ? AND currency = ? AND frequency = ? AND flow = ? AND code >= ? "
                        "AND code < ? AND (? = '' OR partner = ?) AND (? = '' OR reporter = ?) ORDER BY code, partner, reporter LIMIT ?"));
  const auto name = [](flows::Country country) { return country == 0 ? std::string() : flows::country_text(country); };
  bind_kind(statement, kind);
  statement.bind(begin).bind(begin + ":").bind(name(partner)).bind(name(partner)).bind(name(reporter)).bind(name(reporter));
  statement.bind(static_cast<std::int64_t>(limit));
  std::vector<flows::SeriesKey> found;
  while (true) {
    TAMGA_TRY(const bool row, statement.step());
    if (!row) return found;
    auto key = kind;
    key.code = statement.text(0);
    key.partner = flows::country_from(statement.text(1));
    key.reporter = flows::country_from(statement.text(2));
    found.push_back(std::move(key));
  }
}

Result<std::vector<flows::SeriesKey>> FlowReader::kinds() {
  // From one kind to the next by the key, without reading what stands between.
  std::vector<flows::SeriesKey> found;
  std::int64_t source = -1;
  std::string currency;
  std::int64_t frequency = 0;
  std::int64_t flow = 0;
  while (true) {
    TAMGA_TRY(auto next,
              database_.prepare("SELECT source, currency, frequency, flow FROM series WHERE (source, currency, frequency, flow) > (?, ?, ?, ?) "
                                "ORDER BY source, currency, frequency, flow LIMIT 1"));
    next.bind(source).bind(currency).bind(frequency).bind(flow);
    TAMGA_TRY(const bool row, next.step());
    if (!row) return found;
    source = next.number(0);
    currency = next.text(1);
    frequency = next.number(2);
    flow = next.number(3);
    flows::SeriesKey kind;
    kind.source = static_cast<flows::Source>(source);
    kind.currency = currency;
    kind.frequency = static_cast<flows::Frequency>(frequency);
    kind.flow = static_cast<flows::Flow>(flow);
    found.push_back(std::move(kind));
  }
}

Result<bool> FlowReader::holds(const std::vector<flows::SeriesKey>& kinds, const std::string& begin) {
  for (const auto& kind : kinds) {
    TAMGA_TRY(auto found, database_.prepare("SELECT 1 FROM series WHERE source = ? AND currency = ? AND frequency = ? AND flow = ? AND code >= ? "
                                            "AND code < ? LIMIT 1"));
    bind_kind(found, kind);
    found.bind(begin).bind(behind(begin));
    TAMGA_TRY(const bool row, found.step());
    if (row) return true;
  }
  return false;
}

Result<std::vector<CodeRanges>> FlowReader::ranges(const std::vector<flows::SeriesKey>& kinds, const flows::JoinedCodes& joined) {
  std::set<std::string> starts;
  for (const auto& kind : kinds) {
    std::string from;
    while (true) {
      TAMGA_TRY(auto next, database_.prepare("SELECT code FROM series WHERE source = ? AND currency = ? AND frequency = ? AND flow = ? AND code >= ? "
                                             "ORDER BY code LIMIT 1"));
      bind_kind(next, kind);
      next.bind(from);
      TAMGA_TRY(const bool row, next.step());
      if (!row) break;
      const auto code = next.text(0);
      starts.insert(code.substr(0, kRangeDigits));
      from = after(code);
    }
  }
  std::set<std::string> apart;
  for (const auto& group : joined.groups()) apart.insert(group.codes.begin(), group.codes.end());
  std::vector<CodeRanges> ranges;
  for (auto at = starts.begin(); at != starts.end(); ++at) {
    const auto next = std::next(at);
    ranges.push_back(without({*at, next == starts.end() ? "" : *next}, apart));
  }
  for (const auto& group : joined.groups()) {
    CodeRanges pieces;
    for (const auto& code : group.codes) pieces.push_back({code, behind(code)});
    ranges.push_back(std::move(pieces));
  }
  return ranges;
}

Status on_threads(const Settings& settings, std::size_t count, const Stop& stop,
                  const std::function<Status(FlowReader& reader, std::size_t range)>& work) {
  std::atomic<std::size_t> next = 0;
  std::atomic<bool> failed = false;
  std::mutex mutex;
  Status first;
  const auto fail = [&](Error error) {
    const std::lock_guard lock(mutex);
    if (!failed.exchange(true)) first = std::unexpected(std::move(error));
  };
  const auto run = [&] {
    auto reader = FlowReader::open(settings);
    if (!reader) return fail(reader.error());
    for (std::size_t i = next++; i < count && !failed; i = next++) {
      if (stop && stop()) return fail(Error{ErrorKind::usage, "the scan took longer than it may; ask for fewer codes, partners or reporters", "", 0});
      if (auto status = work(*reader, i); !status) return fail(status.error());
    }
  };
  const std::size_t threads = std::min<std::size_t>(std::max(1U, settings.threads), std::max<std::size_t>(count, 1));
  std::vector<std::thread> others;
  for (std::size_t i = 1; i < threads; ++i) others.emplace_back(run);
  run();
  for (auto& thread : others) thread.join();
  return first;
}

Result<flows::Coverage> read_coverage(const Settings& settings, const std::vector<flows::SeriesKey>& kinds, const std::vector<CodeRanges>& ranges,
                                      const Stop& stop) {
  std::mutex mutex;
  flows::Coverage coverage;
  TAMGA_TRY_STATUS(on_threads(settings, ranges.size(), stop, [&](FlowReader& reader, std::size_t i) -> Status {
    flows::Coverage own;
    for (const auto& kind : kinds) {
      for (const auto& range : ranges[i]) {
        TAMGA_TRY_STATUS(
            reader.read_periods(kind, range, [&](const flows::SeriesKey& key, const flows::Columns& columns) { own.add(key, columns.periods); }));
      }
    }
    const std::lock_guard lock(mutex);
    coverage.add(own);
    return {};
  }));
  return coverage;
}

Result<std::string> flows_version(const Settings& settings) {
  TAMGA_TRY(auto store, FlowStore::open(settings));
  TAMGA_TRY(const auto files, store.files());
  return fmt::format("{} {}", files.size(), files.empty() ? std::string() : files.back().hash);
}

}  // namespace tamga::app
