#include "app/screening.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

#include "app/documents.h"
#include "app/record.h"
#include "app/rules.h"
#include "base/ascii.h"
#include "base/files.h"
#include "base/sha256.h"
#include "lists/csv.h"

namespace tamga::app {
namespace {

/// Rows that are in memory at once.
constexpr std::size_t kBlockRows = 2048;

/// The hits of a row: of its name and numbers, then what only its texts name, each with the words.
std::vector<match::TextHit> hits_of(const Screener& screener, const BatchRow& row, match::Workspace& workspace) {
  std::vector<match::TextHit> hits;
  const bool asked = !row.query.names.empty() || !row.query.identifiers.empty() || !row.query.addresses.empty();
  if (asked) {
    for (auto& hit : screener.screen(row.query, workspace)) hits.push_back({std::move(hit), {}});
  }
  if (row.texts.empty()) return hits;
  for (auto& found : screener.screen_text(row.texts, workspace)) {
    const auto same = [&](const match::TextHit& known) { return known.hit.edition == found.hit.edition && known.hit.number == found.hit.number; };
    if (std::none_of(hits.begin(), hits.end(), same)) hits.push_back(std::move(found));
  }
  return hits;
}

/// The beginning of a row's answer, or all of it where the row cannot be screened.
Json answer_line(const BatchRow& row, Json hits) {
  Json json = Json::object();
  json.set("line", Json::number(static_cast<std::int64_t>(row.line)));
  if (!row.id.empty()) json.set("id", row.id);
  json.set("query", row.asked);
  if (!row.error.empty()) {
    json.set("error", row.error);
  } else {
    for (auto& member : hits.members) json.set(member.key, std::move(member.value));
  }
  return json;
}

/// What a change of the matching does to one row. The line is empty when it does nothing.
struct Difference {
  std::string line;
  std::int64_t before = 0;
  std::int64_t after = 0;
  std::int64_t added = 0;
  std::int64_t removed = 0;
};

Difference difference(const Screener& before, const Screener& after, const BatchRow& row, match::Workspace& before_work,
                      match::Workspace& after_work) {
  const auto hits = [&row](const Screener& screener, match::Workspace& workspace) {
    std::vector<match::Hit> all;
    for (auto& found : hits_of(screener, row, workspace)) all.push_back(std::move(found.hit));
    return all;
  };
  const auto was = hits(before, before_work);
  const auto is = hits(after, after_work);
  const auto find = [](const std::vector<match::Hit>& all, const match::Hit& wanted) {
    const auto same = [&](const match::Hit& hit) { return hit.edition == wanted.edition && hit.number == wanted.number; };
    const auto at = std::find_if(all.begin(), all.end(), same);
    return at == all.end() ? nullptr : &*at;
  };
  Json added = Json::array();
  Json removed = Json::array();
  Json rescored = Json::array();
  for (const auto& hit : is) {
    const auto* old = find(was, hit);
    if (old == nullptr) {
      added.push(match::to_json(hit));
    } else if (old->score != hit.score) {
      Json item = Json::object();
      item.set("id", hit.entity.id).set("list", hit.list).set("caption", hit.entity.caption);
      item.set("before", Json::number_literal(match::score_text(old->score))).set("after", Json::number_literal(match::score_text(hit.score)));
      rescored.push(std::move(item));
    }
  }
  for (const auto& hit : was) {
    if (find(is, hit) == nullptr) removed.push(match::to_json(hit));
  }
  Difference result{{},
                    static_cast<std::int64_t>(was.size()),
                    static_cast<std::int64_t>(is.size()),
                    static_cast<std::int64_t>(added.items.size()),
                    static_cast<std::int64_t>(removed.items.size())};
  if (added.items.empty() && removed.items.empty() && rescored.items.empty()) return result;
  Json changes = Json::object();
  changes.set("added", std::move(added)).set("removed", std::move(removed)).set("rescored", std::move(rescored));
  result.line = answer_line(row, std::move(changes)).dump();
  return result;
}

/// Reads the rows in blocks, answers each block on `threads` threads and hands the answers on in the input's order: memory does not grow with
/// the file. While a block is answered the one before it is handed on and the next one read, so that no thread waits for the file.
template <typename Answered, typename AnswerRow, typename Take, typename Block>
Status for_each_answer(RowReader source, unsigned threads, AnswerRow&& answer, Take&& take, Block&& after_block) {
  struct Rows {
    std::vector<BatchRow> rows;
    std::vector<Answered> answers;
  };
  const std::size_t workers_count = std::max(1U, threads);
  Rows read;
  Rows worked;
  Rows done;
  const auto fill = [&]() -> Status {
    read.rows.clear();
    while (read.rows.size() < kBlockRows) {
      BatchRow row;
      TAMGA_TRY(const bool more, source.next(row));
      if (!more) break;
      read.rows.push_back(std::move(row));
    }
    read.answers.assign(read.rows.size(), {});
    return {};
  };
  TAMGA_TRY_STATUS(fill());
  while (!read.rows.empty() || !done.rows.empty()) {
    std::swap(read, worked);
    {
      // Rows differ in what they cost, and processors in what else they have to do.
      std::atomic<std::size_t> next = 0;
      std::vector<std::jthread> workers;
      for (std::size_t worker = 0; worker < workers_count && !worked.rows.empty(); ++worker) {
        workers.emplace_back([&, worker] {
          constexpr std::size_t kTaken = 16;
          for (std::size_t first = next.fetch_add(kTaken); first < worked.rows.size(); first = next.fetch_add(kTaken)) {
            const std::size_t last = std::min(first + kTaken, worked.rows.size());
            for (std::size_t i = first; i < last; ++i) worked.answers[i] = answer(worked.rows[i], worker);
          }
        });
      }
      for (std::size_t i = 0; i < done.rows.size(); ++i) TAMGA_TRY_STATUS(take(done.rows[i], done.answers[i]));
      if (!done.rows.empty()) after_block();
      TAMGA_TRY_STATUS(fill());
    }
    std::swap(worked, done);
  }
  return {};
}

/// Why a row of `compare --batch` cannot be compared; empty when it can.
std::string pair_error(const std::vector<std::string>& fields, std::size_t columns, std::size_t name1, std::size_t name2, std::string_view schema,
                       const names::Model& model) {
  // An unquoted comma in a name would compare its halves.
  if (fields.size() != columns) return fmt::format("{} fields, expected {} as in the header", fields.size(), columns);
  if (const auto known = check_schema(schema); !known) return known.error().message;
  for (const auto& [label, at] : {std::pair("name1", name1), std::pair("name2", name2)}) {
    if (const auto why = match::why_not_comparable(fields[at], schema, model); !why.empty()) return fmt::format("{} {}, expected a name", label, why);
  }
  return {};
}

}  // namespace

Status check_comparable(const names::Model& model, std::string_view name1, std::string_view name2, std::string_view schema) {
  TAMGA_TRY_STATUS(check_schema(schema));
  for (const auto name : {name1, name2}) {
    if (const auto why = match::why_not_comparable(name, schema, model); !why.empty())
      return bad_input(fmt::format("a name {}, so nothing can be compared with it; give two names", why));
  }
  return {};
}

Result<match::NameComparison> compare_names(const std::shared_ptr<const names::Model>& model, std::string_view name1, std::string_view name2,
                                            std::string_view schema) {
  if (schema.empty()) schema = kComparedAs;
  TAMGA_TRY_STATUS(check_comparable(*model, name1, name2, schema));
  return match::Comparer(model).explain(name1, name2, schema);
}

void on_workers(std::size_t workers, std::size_t count, const std::function<void(std::size_t i, std::size_t worker)>& work) {
  std::vector<std::jthread> threads;
  for (std::size_t worker = 0; worker < workers; ++worker) {
    threads.emplace_back([&, worker] {
      for (std::size_t i = worker; i < count; i += workers) work(i, worker);
    });
  }
}

RowAnswer answer_row(const Screener& screener, const BatchRow& row, match::Workspace& workspace) {
  Json list = Json::array();
  if (row.error.empty()) {
    for (const auto& found : hits_of(screener, row, workspace)) {
      Json json = match::to_json(found.hit);
      if (!found.words.empty()) json.set("words", found.words);
      list.push(std::move(json));
    }
  }
  const bool hit = !list.items.empty();
  return {answer_line(row, Json::object().set("hits", std::move(list))).dump(), hit};
}

struct Screener::LazyLinks {
  std::once_flag once;
  std::string data;
  identity::Links links;
};

const identity::Links& Screener::links() const {
  std::call_once(links_->once, [&] {
    std::string basis;
    std::vector<identity::Source> sources;
    std::vector<identity::Links::SourceSize> sizes;
    for (const auto& edition : searchable_) {
      basis += fmt::format("{} {} {}\n", edition.list, edition.part, edition.edition);
      sources.push_back(identity::Source{edition.list, edition.index.get()});
      sizes.push_back({edition.list, edition.index->entity_count()});
    }
    const std::string path = fmt::format("{}/index/links-{}.{}", links_->data, sha256_hex(basis).substr(0, 32), index::kVersion);
    if (const auto kept = read_file(path)) {
      if (auto links = identity::Links::from_bytes(*kept); links && links->sources() == sizes) {
        links_->links = *std::move(links);
        return;
      }
    }
    links_->links = identity::link(sources);
    // A folder that cannot be written costs this again the next time, and nothing else.
    static_cast<void>(write_file_atomically(path, links_->links.bytes()));
  });
  return links_->links;
}

Result<Screener> Screener::open(const Settings& settings, const ScreenSettings& screening) {
  TAMGA_TRY(auto store, store::Store::open_existing(settings.place()));
  TAMGA_TRY(const auto editions, editions_on(store, screening.as_of, screening.lists));
  if (editions.empty()) {
    return bad_input(fmt::format("no list edition published on or before {} is loaded; see tamga lists status", screening.as_of.text()));
  }
  TAMGA_TRY(auto model, matching_of(settings, screening.matching));
  return of(settings, store, editions, std::move(model), screening);
}

Result<Screener> Screener::open_on(const Settings& settings, const Json& basis, const ScreenSettings& screening) {
  if (basis.get("engine") != kEngine) return not_found(fmt::format("asked of {}, and this is {}", basis.get("engine"), kEngine));
  const Json* lists = basis.find("lists");
  if (lists == nullptr || lists->items.empty()) return bad_input("the basis names no lists");
  TAMGA_TRY(auto store, open_existing_store(settings));
  TAMGA_TRY(const auto editions, editions_named(store, *lists, "the work"));
  TAMGA_TRY(auto model, load_matching(settings.policy));
  if (model->edition() != basis.get("matching") && basis.find("policy") != nullptr) {
    TAMGA_TRY(auto bundle, store.kept(basis.get("policy")));
    if (!bundle) return not_found(fmt::format("the policy edition {} that the work stands on is not in the store", basis.get("policy")));
    TAMGA_TRY(const Rules rules, unbundle_rules(*std::move(bundle)));
    model = rules.matching;
  }
  if (model->edition() != basis.get("matching"))
    return not_found(fmt::format("names are to be matched by {}, which neither the policy here nor the store has", basis.get("matching")));
  return of(settings, store, editions, std::move(model), screening);
}

Result<Screener> Screener::of(const Settings& settings, store::Store& store, const std::vector<store::StoredEdition>& editions,
                              std::shared_ptr<const names::Model> model, const ScreenSettings& screening) {
  Screener screener;
  screener.options_.model = std::move(model);
  screener.options_.threshold = screening.threshold;
  screener.options_.exhaustive = screening.exhaustive;
  TAMGA_TRY(screener.editions_, load_editions(settings, store, editions, screening.as_of, *screener.options_.model));
  screener.searchable_ = app::searchable(screener.editions_);
  screener.links_ = std::make_shared<LazyLinks>();
  screener.links_->data = settings.data;
  return screener;
}

std::vector<match::Hit> Screener::screen(const match::Query& query, match::Workspace& workspace) const { return screen(query, workspace, options_); }

std::vector<match::Hit> Screener::screen(const match::Query& query, match::Workspace& workspace, const match::Options& options) const {
  auto hits = match::screen(query, searchable_, options, workspace);
  for (auto& hit : hits) add_other_listings(hit);
  return hits;
}

std::vector<match::TextHit> Screener::screen_text(std::span<const std::string> readings, match::Workspace& workspace) const {
  auto hits = match::screen_text(readings, searchable_, options_, workspace);
  for (auto& found : hits) add_other_listings(found.hit);
  return hits;
}

void Screener::add_other_listings(match::Hit& hit) const {
  if (searchable_.size() < 2) return;
  for (const auto& linked : links().of(identity::Member{static_cast<std::uint32_t>(hit.edition), hit.number})) {
    const auto& other = searchable_[linked.member.source];
    const Entity entity = other.index->entity(linked.member.entity);
    hit.also_listed.push_back(match::OtherListing{other.list, other.part, entity.id, entity.caption, linked.because, linked.certain});
  }
}

Json Screener::basis() const {
  Json lists = Json::array();
  for (const auto& edition : editions_) {
    Json item = Json::object();
    item.set("list", edition.loaded.list);
    if (!edition.loaded.part.empty()) item.set("part", edition.loaded.part);
    item.set("edition", edition.loaded.edition).set("published", edition.loaded.published);
    if (edition.loaded.sample) item.set("sample", Json::boolean(true));
    lists.push(std::move(item));
  }
  return Json::object().set("lists", std::move(lists)).set("engine", kEngine).set("matching", options_.model->edition());
}

match::Query query_of_names(const std::vector<std::string>& arguments, const std::string& schema) {
  match::Query query;
  query.schema = schema;
  if (arguments.empty()) return query;
  std::string joined;
  bool words_only = true;
  for (const auto& argument : arguments) {
    words_only = words_only && argument.find(' ') == std::string::npos;
    joined += (joined.empty() ? "" : " ") + argument;
  }
  query.names = words_only ? std::vector<std::string>{joined} : arguments;
  for (const auto& name : query.names) {
    for (auto& identifier : identifiers::in_text(name)) query.identifiers.push_back(std::move(identifier));
  }
  return query;
}

std::string counts_line(const BatchCounts& counts, const Screener& screener) {
  Json last = Json::object();
  last.set("read", Json::number(counts.read)).set("screened", Json::number(counts.screened)).set("hit", Json::number(counts.hit));
  return last.set("rejected", Json::number(counts.rejected)).set("basis", screener.basis()).dump();
}

Result<BatchCounts> screen_batch(const Screener& screener, const Batch& batch, unsigned threads, const std::function<Status(std::string_view)>& write,
                                 const std::function<void(std::int64_t)>& progress) {
  BatchCounts counts;
  std::vector<match::Workspace> workspaces(std::max(1U, threads));
  TAMGA_TRY(auto rows, RowReader::open(batch, {screener.options().model}));
  TAMGA_TRY_STATUS(for_each_answer<RowAnswer>(
      std::move(rows), threads, [&](const BatchRow& row, std::size_t worker) { return answer_row(screener, row, workspaces[worker]); },
      [&](const BatchRow& row, const RowAnswer& answer) {
        ++counts.read;
        if (!row.error.empty()) {
          ++counts.rejected;
        } else {
          ++counts.screened;
          counts.hit += answer.hit ? 1 : 0;
        }
        return write(answer.line);
      },
      [&] { progress(counts.read); }));
  TAMGA_TRY_STATUS(write(counts_line(counts, screener)));
  return counts;
}

std::string RowScreener::answer(std::string_view line) {
  ++line_;
  if (line.find_first_not_of(" \t\r\n") == std::string_view::npos) return {};
  const BatchRow row = json_row(line, static_cast<std::uint64_t>(line_), schema_, *screener_->options().model);
  const RowAnswer answer = answer_row(*screener_, row, workspace_);
  ++read_;
  if (!row.error.empty()) ++rejected_;
  if (answer.hit) ++hit_;
  return answer.line;
}

std::string RowScreener::counts() const {
  Json last = Json::object();
  last.set("read", Json::number(read_)).set("screened", Json::number(read_ - rejected_)).set("hit", Json::number(hit_));
  return last.set("rejected", Json::number(rejected_)).set("basis", screener_->basis()).dump();
}

Result<PreviewCounts> preview_batch(const Screener& before, const Screener& after, const Batch& batch, unsigned threads,
                                    const std::function<Status(std::string_view)>& write, const std::function<void(std::int64_t)>& progress) {
  struct Both {
    match::Workspace before;
    match::Workspace after;
  };
  PreviewCounts counts;
  std::vector<Both> workspaces(std::max(1U, threads));
  TAMGA_TRY(auto rows, RowReader::open(batch, {before.options().model, after.options().model}));
  TAMGA_TRY_STATUS(for_each_answer<Difference>(
      std::move(rows), threads,
      [&](const BatchRow& row, std::size_t worker) {
        return row.error.empty() ? difference(before, after, row, workspaces[worker].before, workspaces[worker].after) : Difference{};
      },
      [&](const BatchRow& row, const Difference& difference) -> Status {
        ++counts.read;
        if (!row.error.empty()) {
          ++counts.rejected;
          return write(answer_line(row, {}).dump());
        }
        counts.before += difference.before;
        counts.after += difference.after;
        counts.added += difference.added;
        counts.removed += difference.removed;
        if (difference.line.empty()) return {};
        ++counts.changed;
        return write(difference.line);
      },
      [&] { progress(counts.read); }));
  Json last = Json::object();
  last.set("read", Json::number(counts.read)).set("rejected", Json::number(counts.rejected)).set("changed", Json::number(counts.changed));
  last.set("hits_before", Json::number(counts.before)).set("hits_after", Json::number(counts.after));
  last.set("added", Json::number(counts.added)).set("removed", Json::number(counts.removed));
  last.set("basis", before.basis()).set("preview", after.basis());
  TAMGA_TRY_STATUS(write(last.dump()));
  return counts;
}

Result<std::shared_ptr<const names::Model>> matching_of(const Settings& settings, const std::string& file) {
  if (file.empty()) return load_matching(settings.policy);
  TAMGA_TRY(std::string bytes, read_file(file, std::size_t{16} << 20));
  return read_matching(NamedBytes{file, std::move(bytes)});
}

Result<CompareCounts> compare_batch(const Batch& batch, const std::shared_ptr<const names::Model>& model, bool explain, unsigned threads,
                                    const std::function<Status(std::string_view)>& write) {
  const std::string& path = batch.path;
  const std::string otherwise = batch.schema.empty() ? "LegalEntity" : batch.schema;
  TAMGA_TRY(const auto files, read_unpacked(path));
  if (files.size() != 1) return bad_input_in(path, 0, "holds several files, expected one");
  lists::CsvReader reader(files.front().bytes);
  std::vector<std::string> header;
  if (auto more = reader.next(header); !more) return std::unexpected(more.error().in_file(path));
  for (auto& field : header) field = lower_ascii(field);
  const auto column = [&](std::string_view name) {
    const auto at = std::find(header.begin(), header.end(), name);
    return at == header.end() ? std::optional<std::size_t>() : static_cast<std::size_t>(at - header.begin());
  };
  const auto name1 = column("name1");
  const auto name2 = column("name2");
  const auto schema = column("schema");
  if (!name1 || !name2) return bad_input_in(path, 1, "expected a CSV whose header names the columns name1,name2,schema");
  struct Row {
    std::uint64_t line = 0;
    std::vector<std::string> fields = {};
    std::string error = {};  ///< why it cannot be compared
    std::string answer = {};
  };
  std::vector<match::Comparer> comparers;
  for (unsigned i = 0; i < std::max(1U, threads); ++i) comparers.emplace_back(model);
  const auto answer = [&](Row& row, match::Comparer& comparer) {
    const bool named = schema && *schema < row.fields.size() && !row.fields[*schema].empty();
    const std::string_view kind = named ? row.fields[*schema] : otherwise;
    if (row.error.empty()) row.error = pair_error(row.fields, header.size(), *name1, *name2, kind, *model);
    if (!row.error.empty()) {
      row.answer = Json::object().set("line", Json::number(static_cast<std::int64_t>(row.line))).set("error", row.error).dump();
      return;
    }
    if (explain) {
      const auto result = comparer.explain(row.fields[*name1], row.fields[*name2], kind);
      row.answer = document(result).dump();
    } else {
      const auto score = comparer.score(row.fields[*name1], row.fields[*name2], index::kind_of_schema(kind));
      row.answer = fmt::format(R"({{"score":{}}})", match::score_text(score));
    }
  };
  CompareCounts counts;
  std::vector<Row> rows(kBlockRows);
  for (bool more = true; more;) {
    std::size_t count = 0;
    while (more && count < rows.size()) {
      Row& row = rows[count];
      const auto next = reader.next(row.fields);
      // A row that cannot be told from what follows it ends the batch.
      more = next.value_or(false);
      if (next && !more) break;
      row.line = next ? reader.line() : next.error().line;
      row.error = next ? std::string() : next.error().message;
      ++count;
    }
    on_workers(comparers.size(), count, [&](std::size_t i, std::size_t worker) { answer(rows[i], comparers[worker]); });
    for (std::size_t i = 0; i < count; ++i) {
      ++(rows[i].error.empty() ? counts.compared : counts.rejected);
      TAMGA_TRY_STATUS(write(rows[i].answer));
    }
  }
  return counts;
}

}  // namespace tamga::app
