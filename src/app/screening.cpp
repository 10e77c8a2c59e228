#include "app/screening.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

#include "base/files.h"
#include "base/sha256.h"
#include "lists/csv.h"

namespace tamga::app {
namespace {

/// Rows that are in memory at once.
constexpr std::size_t kBlockRows = 4096;

struct BatchRow {
  std::uint64_t line = 0;
  std::string id;
  Json asked = Json::object();  ///< the row as it is carried through
  match::Query query;
  std::string error;  ///< not empty: the row is rejected
};

std::string lower(std::string_view text) {
  std::string result;
  for (const char c : text) result += static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  return result;
}

/// One field of a flat row; every other column is only carried through.
void take_field(BatchRow& row, std::string_view column, std::string_view value) {
  if (value.empty()) return;
  if (column == "id") {
    row.id = value;
  } else if (column == "name") {
    row.query.names.emplace_back(value);
  } else if (column == "schema") {
    if (schema_known(value)) {
      row.query.schema = value;
    } else {
      row.error = fmt::format("schema: \"{}\" is not a schema, expected Person, Company, Organization, LegalEntity, Vessel, …", value);
    }
  } else if (column == "birth_date") {
    if (const auto date = read_partial_date(value)) {
      row.query.birth_date = *date;
    } else {
      row.error = fmt::format("birth_date: \"{}\" is not a date, expected YYYY-MM-DD or YYYY", value);
    }
  } else if (column == "country") {
    const std::string country = lower(value);
    if (country.size() == 2) {
      row.query.countries.push_back(country);
    } else {
      row.error = fmt::format("country: \"{}\" is not a country, expected two letters of ISO 3166-1", value);
    }
  } else if (column == "identifier") {
    for (auto& identifier : identifiers::in_text(value)) row.query.identifiers.push_back(std::move(identifier));
    if (row.query.identifiers.empty()) {
      auto read = identifiers::read("reg", value);
      if (read.identifier) row.query.identifiers.push_back(*std::move(read.identifier));
    }
  }
}

void check_row(BatchRow& row) {
  if (row.error.empty() && row.query.names.empty() && row.query.identifiers.empty()) row.error = "neither a name nor an identifier";
}

/// Where rows come from: CSV with a header, or JSON lines.
class RowSource {
 public:
  static Result<RowSource> open(const std::string& path) {
    TAMGA_TRY(auto files, read_unpacked(path));
    if (files.size() != 1) return bad_input_in(path, 0, "holds several files, expected one");
    RowSource source;
    source.path_ = path;
    source.text_ = std::make_unique<std::string>(std::move(files.front().bytes));
    const std::string& text = *source.text_;
    const auto first = text.find_first_not_of(" \t\r\n\xEF\xBB\xBF");
    if (first == std::string::npos) return bad_input_in(path, 0, "is empty, expected CSV with a header or JSON lines");
    source.json_ = text[first] == '{';
    if (!source.json_) {
      source.csv_.emplace(text);
      auto header = source.csv_->next(source.header_);
      if (!header) return std::unexpected(header.error().in_file(path));
      for (auto& column : source.header_) column = lower(column);
      const auto has = [&](std::string_view name) { return std::find(source.header_.begin(), source.header_.end(), name) != source.header_.end(); };
      if (!has("name") && !has("identifier"))
        return bad_input_in(path, 1,
                            "the first line must be a header with a column \"name\" (also: id, schema, birth_date, country, identifier, address)");
    }
    return source;
  }

  /// False at the end.
  bool next(BatchRow& row) { return json_ ? next_json(row) : next_csv(row); }

 private:
  bool next_csv(BatchRow& row) {
    std::vector<std::string> fields;
    auto more = csv_->next(fields);
    if (!more) {
      row.line = more.error().line;
      row.error = more.error().message;
      return true;
    }
    if (!*more) return false;
    row.line = csv_->line();
    for (std::size_t i = 0; i < fields.size() && i < header_.size(); ++i) row.asked.set(header_[i], fields[i]);
    if (fields.size() != header_.size()) {
      row.error = fmt::format("{} fields, expected {} as in the header", fields.size(), header_.size());
      return true;
    }
    for (std::size_t i = 0; i < fields.size(); ++i) take_field(row, header_[i], fields[i]);
    check_row(row);
    return true;
  }

  bool next_json(BatchRow& row) {
    const std::string_view text = *text_;
    for (;;) {
      if (at_ >= text.size()) return false;
      const auto end = std::min(text.find('\n', at_), text.size());
      const std::string_view line = text.substr(at_, end - at_);
      at_ = end + 1;
      ++line_;
      if (line.find_first_not_of(" \t\r") == std::string_view::npos) continue;
      row.line = line_;
      auto json = parse_json(line);
      if (!json) {
        row.error = json.error().message;
        return true;
      }
      row.asked = *json;
      if (json->find("properties") != nullptr) {
        const auto entity = entity_from_json(*json);
        if (!entity) {
          row.error = entity.error().message;
          return true;
        }
        row.id = entity->id;
        row.query = match::query_of_entity(*entity);
        if (!schema_known(entity->schema)) row.error = fmt::format("\"{}\" is not a schema that is screened", entity->schema);
      } else if (json->is_object()) {
        for (const auto& member : json->members) {
          if (member.value.is_string() || member.value.is_number()) take_field(row, member.key, member.value.text);
        }
      } else {
        row.error = "expected a JSON object";
      }
      check_row(row);
      return true;
    }
  }

  std::string path_;
  std::unique_ptr<std::string> text_;  ///< the reader points into it, also after a move
  bool json_ = false;
  std::optional<lists::CsvReader> csv_;
  std::vector<std::string> header_;
  std::size_t at_ = 0;
  std::uint64_t line_ = 0;
};

/// What the last line of a batch and its exit status need of a row.
struct Answer {
  std::string line;
  bool hit = false;
};

Answer answer_row(const Screener& screener, const BatchRow& row, match::Workspace& workspace) {
  Json json = Json::object();
  json.set("line", Json::number(static_cast<std::int64_t>(row.line)));
  if (!row.id.empty()) json.set("id", row.id);
  json.set("query", row.asked);
  if (!row.error.empty()) {
    json.set("error", row.error);
    return {json.dump(), false};
  }
  Json list = Json::array();
  for (const auto& hit : screener.screen(row.query, workspace)) list.push(match::to_json(hit));
  const bool hit = !list.items.empty();
  json.set("hits", std::move(list));
  return {json.dump(), hit};
}

}  // namespace

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
  TAMGA_TRY(auto store, store::Store::open_existing(settings.data));
  TAMGA_TRY(const auto editions, editions_on(store, screening.as_of, screening.lists));
  if (editions.empty()) {
    return bad_input(fmt::format("no list edition published on or before {} is loaded; see tamga lists status", screening.as_of.text()));
  }
  Screener screener;
  TAMGA_TRY(screener.editions_, load_editions(settings, store, editions, screening.as_of));
  screener.searchable_ = searchable(screener.editions_);
  screener.options_ = screening.options;
  screener.links_ = std::make_shared<LazyLinks>();
  screener.links_->data = settings.data;
  return screener;
}

std::vector<match::Hit> Screener::screen(const match::Query& query, match::Workspace& workspace) const {
  auto hits = match::screen(query, searchable_, options_, workspace);
  if (searchable_.size() < 2) return hits;
  for (auto& hit : hits) {
    for (const auto& linked : links().of(identity::Member{static_cast<std::uint32_t>(hit.edition), hit.number})) {
      const auto& other = searchable_[linked.member.source];
      const Entity entity = other.index->entity(linked.member.entity);
      hit.also_listed.push_back(match::OtherListing{other.list, other.part, entity.id, entity.caption, linked.because, linked.certain});
    }
  }
  return hits;
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
  return Json::object().set("lists", std::move(lists)).set("engine", kEngine);
}

match::Query query_of_names(const std::vector<std::string>& arguments, const std::string& schema) {
  match::Query query;
  query.schema = schema;
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

Result<BatchCounts> screen_batch(const Screener& screener, const std::string& path, unsigned threads,
                                 const std::function<Status(std::string_view)>& write, const std::function<void(std::int64_t)>& progress) {
  TAMGA_TRY(auto source, RowSource::open(path));
  BatchCounts counts;
  std::vector<match::Workspace> workspaces(std::max(1U, threads));
  std::vector<BatchRow> rows;
  std::vector<Answer> answers;
  for (bool more = true; more;) {
    rows.clear();
    while (rows.size() < kBlockRows) {
      BatchRow row;
      more = source.next(row);
      if (!more) break;
      rows.push_back(std::move(row));
    }
    answers.assign(rows.size(), {});
    {
      std::vector<std::jthread> workers;
      for (std::size_t worker = 0; worker < workspaces.size(); ++worker) {
        workers.emplace_back([&, worker] {
          for (std::size_t i = worker; i < rows.size(); i += workspaces.size()) answers[i] = answer_row(screener, rows[i], workspaces[worker]);
        });
      }
    }
    for (std::size_t i = 0; i < rows.size(); ++i) {
      TAMGA_TRY_STATUS(write(answers[i].line));
      ++counts.read;
      if (!rows[i].error.empty()) {
        ++counts.rejected;
      } else {
        ++counts.screened;
        counts.hit += answers[i].hit ? 1 : 0;
      }
    }
    if (!rows.empty()) progress(counts.read);
  }
  Json last = Json::object();
  last.set("read", Json::number(counts.read)).set("screened", Json::number(counts.screened)).set("hit", Json::number(counts.hit));
  last.set("rejected", Json::number(counts.rejected)).set("basis", screener.basis());
  TAMGA_TRY_STATUS(write(last.dump()));
  return counts;
}

Status compare_batch(const std::string& path, const std::function<Status(std::string_view)>& write) {
  TAMGA_TRY(const auto files, read_unpacked(path));
  lists::CsvReader reader(files.front().bytes);
  std::vector<std::string> fields;
  auto more = reader.next(fields);
  const auto column = [&](std::string_view name) {
    const auto at = std::find(fields.begin(), fields.end(), name);
    return at == fields.end() ? std::optional<std::size_t>() : static_cast<std::size_t>(at - fields.begin());
  };
  if (!more) return std::unexpected(more.error().in_file(path));
  const auto name1 = column("name1");
  const auto name2 = column("name2");
  const auto schema = column("schema");
  if (!name1 || !name2) return bad_input_in(path, 1, "expected a CSV whose header names the columns name1,name2,schema");
  for (;;) {
    more = reader.next(fields);
    if (!more) {
      // The row cannot be told from what follows it, so the batch ends with it.
      return write(Json::object().set("line", Json::number(static_cast<std::int64_t>(more.error().line))).set("error", more.error().message).dump());
    }
    if (!*more) return {};
    Json json = Json::object();
    if (fields.size() <= std::max(*name1, *name2)) {
      json.set("line", Json::number(static_cast<std::int64_t>(reader.line()))).set("error", "too few fields, expected name1,name2,schema");
    } else {
      const std::string kind = schema && *schema < fields.size() && !fields[*schema].empty() ? fields[*schema] : "LegalEntity";
      const auto result = match::compare_names(fields[*name1], fields[*name2], kind);
      json.set("score", Json::number_literal(match::score_text(result.score))).set("explain", match::to_json(result.explain));
    }
    TAMGA_TRY_STATUS(write(json.dump()));
  }
}

}  // namespace tamga::app
