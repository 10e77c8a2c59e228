#include "app/worker.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <set>
#include <utility>

#include "app/editions.h"
#include "app/owners.h"
#include "app/record.h"
#include "app/rules.h"
#include "app/shards.h"
#include "app/watch_events.h"
#include "store/postgresql.h"

namespace tamga::app {
namespace {

Result<Date> day_of(const work::Request& request) {
  const auto day = Date::parse(request.options.get("as_of"));
  if (!day) return bad_input("options: \"as_of\" is missing or no date");
  return *day;
}

/// The rows of a body, as many as its head says.
Result<std::vector<BatchRow>> rows_of(const work::Request& request) {
  std::vector<BatchRow> rows;
  for (std::string_view rest = request.body; !rest.empty();) {
    const auto end = std::min(rest.find('\n'), rest.size());
    TAMGA_TRY(auto row, row_from_text(rest.substr(0, end)));
    rows.push_back(std::move(row));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  if (static_cast<std::int64_t>(rows.size()) != request.rows) return bad_input(fmt::format("{} rows, expected {}", rows.size(), request.rows));
  return rows;
}

/// The rows of a body that is a piece of a file as the request says, to be matched with these.
Result<RowReader> file_rows_of(const work::Request& request, std::string body, std::vector<std::shared_ptr<const names::Model>> models) {
  const Json* given = request.form.find("line");
  std::uint64_t line = 0;
  const bool is_number = given != nullptr && given->is_number();
  const char* end = is_number ? given->text.data() + given->text.size() : nullptr;
  if (!is_number || std::from_chars(given->text.data(), end, line).ptr != end) return bad_input("form: \"line\" is missing or no whole number");
  auto rows = RowReader::of_text(request.form, line, std::move(body), std::move(models));
  if (!rows) return bad_input("form: " + rows.error().message);
  return rows;
}

Result<std::optional<match::Score>> threshold_of(const work::Request& request) {
  const Json* given = request.options.find("threshold");
  if (given == nullptr) return std::nullopt;
  match::Score score = 0;
  const char* end = given->text.data() + given->text.size();
  const auto [stop, error] = std::from_chars(given->text.data(), end, score);
  if (!given->is_number() || error != std::errc() || stop != end || score < 1 || score > names::kScoreMax)
    return bad_input(fmt::format("options: \"threshold\" is no whole number from 1 to {}", names::kScoreMax));
  return score;
}

}  // namespace

std::shared_ptr<Worker::Opened> Worker::opened(const std::string& key) {
  const std::scoped_lock lock(mutex_);
  const auto at = std::find_if(kept_.begin(), kept_.end(), [&](const auto& one) { return one.first == key; });
  if (at != kept_.end()) {
    std::rotate(at, at + 1, kept_.end());
    return kept_.back().second;
  }
  if (kept_.size() == kKept) kept_.erase(kept_.begin());
  return kept_.emplace_back(key, std::make_shared<Opened>()).second;
}

Result<std::shared_ptr<const Screener>> Worker::screener_of(Opened& opened, const work::Request& request) {
  if (opened.screener != nullptr) return opened.screener;
  if (const Json* version = request.basis.find("index"); version == nullptr || version->text != fmt::format("{}", index::kVersion))
    return not_found(fmt::format("asked of another build, whose index is not version {}", index::kVersion));
  ScreenSettings screening;
  TAMGA_TRY(screening.threshold, threshold_of(request));
  const Json* exhaustive = request.options.find("exhaustive");
  screening.exhaustive = exhaustive != nullptr && exhaustive->truth;
  // Only how old lists are depends on it, and no hit does.
  screening.as_of = Date::parse(request.options.get("as_of", request.basis.get("as_of"))).value_or(Date{});
  TAMGA_TRY(auto screener, Screener::open_on(settings_, request.basis, screening));
  if (request.kind == work::Kind::screen) screener.prepare();
  opened.screener = std::make_shared<const Screener>(std::move(screener));
  return opened.screener;
}

Result<work::Answer> Worker::answer(const work::Request& request, match::Workspace& workspace) {
  switch (request.kind) {
    case work::Kind::screen: return screen(request, workspace);
    case work::Kind::watch: return watch(request, workspace);
    case work::Kind::clear: return clear(request, workspace);
  }
  return bad_input("of no kind");
}

Status Worker::store_is_there() const { return settings_.store.empty() ? Status{} : store::reach_postgresql(settings_.store); }

Result<work::Answer> Worker::screen(const work::Request& request, match::Workspace& workspace) {
  // What can never be read is said before what may be missing here.
  std::vector<BatchRow> rows;
  const bool of_file = !request.form.members.empty();
  if (of_file) {
    TAMGA_TRY([[maybe_unused]] const auto readable, file_rows_of(request, {}, {}));
  } else {
    TAMGA_TRY(rows, rows_of(request));
  }
  std::shared_ptr<const Screener> screener;
  {
    const auto mine = opened("screen " + request.basis.dump() + request.options.dump());
    const std::scoped_lock lock(mine->opening);
    TAMGA_TRY(screener, screener_of(*mine, request));
  }
  work::Answer answer;
  std::int64_t read = 0;
  std::int64_t hit = 0;
  std::int64_t rejected = 0;
  const auto take = [&](const BatchRow& row) {
    const RowAnswer line = answer_row(*screener, row, workspace);
    answer.body.append(line.line).push_back('\n');
    ++read;
    if (!row.error.empty()) {
      ++rejected;
    } else if (line.hit) {
      ++hit;
    }
  };
  for (const auto& row : rows) take(row);
  if (of_file) {
    TAMGA_TRY(auto file, file_rows_of(request, request.body, {screener->options().model}));
    for (;;) {
      BatchRow row;
      TAMGA_TRY(const bool more, file.next(row));
      if (!more) break;
      if (read == request.rows) return bad_input(fmt::format("more rows than the {} that it says", read));
      take(row);
    }
    if (read != request.rows) return bad_input(fmt::format("{} rows, expected {}", read, request.rows));
  }
  answer.counts.set("read", Json::number(read)).set("screened", Json::number(read - rejected));
  answer.counts.set("hit", Json::number(hit)).set("rejected", Json::number(rejected));
  return answer;
}

Result<work::Answer> Worker::watch(const work::Request& request, match::Workspace& workspace) {
  TAMGA_TRY(const auto rows, rows_of(request));
  std::shared_ptr<const Screener> screener;
  std::shared_ptr<const Changes> changes;
  const Json* since = request.options.find("changed_since");
  {
    const auto mine = opened("watch " + request.basis.dump() + request.options.dump());
    const std::scoped_lock lock(mine->opening);
    TAMGA_TRY(screener, screener_of(*mine, request));
    if (since != nullptr && mine->changes == nullptr) {
      TAMGA_TRY(auto store, open_existing_store(settings_));
      TAMGA_TRY(auto found, changes_since(settings_, store, editions_of(Json::object().set("lists", *since)), *screener));
      mine->changes = std::make_shared<const Changes>(std::move(found));
    }
    changes = mine->changes;
  }
  match::Options options = screener->options();
  options.reasons = false;
  const std::span<const match::LoadedEdition> against = changes == nullptr ? screener->searchable() : std::span(changes->editions);
  work::Answer answer;
  for (const auto& row : rows) answer.body.append(hits_text(new_hits(row.id, row.query, against, options, workspace))).push_back('\n');
  answer.counts.set("read", Json::number(static_cast<std::int64_t>(rows.size())));
  return answer;
}

Result<work::Answer> Worker::clear(const work::Request& request, match::Workspace& workspace) {
  ClearRequest clearing;
  TAMGA_TRY(clearing.as_of, day_of(request));
  TAMGA_TRY(clearing.deals, read_deals(fmt::format("message {}", request.id()), request.body));
  clearing.decided_at = now_();
  clearing.request = request.id();
  TAMGA_TRY(auto store, open_existing_store(settings_));
  std::shared_ptr<const DealBasis> basis;
  {
    const auto mine = opened("clear " + request.basis.dump() + clearing.as_of.text());
    const std::scoped_lock lock(mine->opening);
    if (mine->deals == nullptr) {
      TAMGA_TRY(auto made, open_basis_on(settings_, store, request.basis, clearing.as_of));
      mine->deals = std::make_shared<const DealBasis>(std::move(made));
    }
    basis = mine->deals;
  }
  work::Answer answer;
  std::int64_t count = 0;
  TAMGA_TRY_STATUS(clear_on(*basis, settings_, store, clearing, workspace, [&](const clear::Decision& decision) {
    answer.body.append(decision.json.dump()).push_back('\n');
    ++count;
  }));
  answer.counts.set("read", Json::number(count));
  return answer;
}

Status clear_deals_over(const work::Crew& crew, const Settings& settings, const std::vector<std::string>& files, Date as_of, const std::string& at,
                        const std::function<Status(std::string_view decision)>& each) {
  std::vector<std::string> bodies;
  for (const auto& file : files) {
    TAMGA_TRY(auto bytes, file == "-" ? read_standard_input() : read_file(file, std::size_t{64} << 20));
    // Every deal is read before any is decided.
    TAMGA_TRY([[maybe_unused]] const auto deals, read_deals(file == "-" ? "<stdin>" : file, bytes));
    bodies.push_back(std::move(bytes));
  }
  TAMGA_TRY(auto store, open_existing_store(settings));
  work::Request request;
  request.kind = work::Kind::clear;
  request.job = crew.job;
  TAMGA_TRY(const std::string policy, keep_policy(settings, store, at));
  const auto named = [](const std::vector<store::StoredEdition>& editions, std::string_view as) {
    Json all = Json::array();
    for (const auto& edition : editions) {
      Json item = Json::object().set(as, as == "list" ? edition.list : edition.part);
      if (as == "list" && !edition.part.empty()) item.set("part", edition.part);
      all.push(std::move(item.set("edition", edition.id)));
    }
    return all;
  };
  TAMGA_TRY(const auto editions, editions_on(store, as_of, {}));
  TAMGA_TRY(const auto registers, registers_on(store, as_of));
  request.basis.set("lists", named(editions, "list")).set("ownership", named(registers, "source")).set("policy", policy).set("engine", kEngine);
  request.options.set("as_of", as_of.text());
  std::size_t file = 0;
  const auto next = [&]() -> Result<std::optional<work::Request>> {
    if (file == bodies.size()) return std::nullopt;
    work::Request one = request;
    one.chunk = static_cast<std::int64_t>(file);
    one.rows = 1;
    one.body = bodies[file++];
    return one;
  };
  return work::shard(*crew.line, crew.options, next, [&](const work::Answer& answer) -> Status {
    for (std::string_view rest = answer.body; !rest.empty();) {
      const auto end = std::min(rest.find('\n'), rest.size());
      TAMGA_TRY_STATUS(each(rest.substr(0, end)));
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return {};
  });
}

}  // namespace tamga::app
