#include "app/shards.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <utility>

#include "app/rules.h"

namespace tamga::app {
namespace {

/// A row's own JSON may be as deep as JSON from outside may be, and stands one deeper here. A CSV may have two columns of one name.
JsonLimits row_limits() {
  JsonLimits limits;
  limits.depth += 8;
  limits.double_keys = true;
  return limits;
}

std::vector<std::string> texts(const Json& json, std::string_view member) {
  std::vector<std::string> all;
  if (const Json* found = json.find(member); found != nullptr) {
    for (const auto& item : found->items) all.push_back(item.text);
  }
  return all;
}

template <typename Number>
bool read_number(const Json* json, Number& number) {
  if (json == nullptr || !json->is_number()) return false;
  const char* end = json->text.data() + json->text.size();
  const auto [stop, error] = std::from_chars(json->text.data(), end, number);
  return error == std::errc() && stop == end;
}

constexpr std::array kSchemes = {identifiers::Scheme::registration, identifiers::Scheme::imo,   identifiers::Scheme::mmsi,
                                 identifiers::Scheme::lei,          identifiers::Scheme::bic,   identifiers::Scheme::passport,
                                 identifiers::Scheme::iban,         identifiers::Scheme::wallet};

Result<match::Query> query_from(const Json& json) {
  match::Query query;
  query.names = texts(json, "names");
  query.schema = json.get("schema");
  query.countries = texts(json, "countries");
  query.addresses = texts(json, "addresses");
  query.birth_date = json.get("birth_date");
  query.gender = json.get("gender");
  if (const Json* all = json.find("identifiers"); all != nullptr) {
    for (const auto& item : all->items) {
      const auto scheme =
          std::find_if(kSchemes.begin(), kSchemes.end(), [&](auto one) { return identifiers::scheme_name(one) == item.get("scheme"); });
      if (scheme == kSchemes.end()) return bad_input(fmt::format("\"{}\" is no scheme of identifiers", item.get("scheme")));
      const Json* checked = item.find("checked");
      query.identifiers.push_back({*scheme, std::string(item.get("value")), std::string(item.get("label")), checked != nullptr && checked->truth});
    }
  }
  return query;
}

Json to_json(const match::Query& query) {
  Json json = Json::object();
  const auto set = [&](std::string_view member, const std::vector<std::string>& all) {
    if (!all.empty()) json.set(member, Json::strings(all));
  };
  const auto set_text = [&](std::string_view member, const std::string& text) {
    if (!text.empty()) json.set(member, text);
  };
  set("names", query.names);
  set_text("schema", query.schema);
  set("countries", query.countries);
  set("addresses", query.addresses);
  set_text("birth_date", query.birth_date);
  set_text("gender", query.gender);
  if (!query.identifiers.empty()) {
    Json all = Json::array();
    for (const auto& identifier : query.identifiers) {
      Json item = Json::object();
      item.set("scheme", identifiers::scheme_name(identifier.scheme)).set("value", identifier.value).set("label", identifier.label);
      all.push(std::move(item.set("checked", Json::boolean(identifier.checked))));
    }
    json.set("identifiers", std::move(all));
  }
  return json;
}

/// The rows of a batch as bodies of requests. They go as they stand in the file, so that reading them too is the workers' work.
class Chunks {
 public:
  Chunks(RowReader rows, std::shared_ptr<const names::Model> model, const work::Crew& crew)
      : rows_(std::move(rows)), model_(std::move(model)), crew_(crew), form_(rows_.form()) {}

  /// As many as a chunk takes; none at the end.
  Status fill(work::Request& part) {
    if (alone_) {
      add(part, *std::exchange(alone_, std::nullopt));
      return {};
    }
    while (part.rows < static_cast<std::int64_t>(crew_.rows) && part.body.size() < crew_.bytes) {
      if (!form_) {
        BatchRow row;
        TAMGA_TRY(const bool more, rows_.next(row));
        if (!more) return {};
        add(part, row);
        continue;
      }
      RowText row;
      TAMGA_TRY(const bool more, rows_.next_text(row));
      if (!more) return {};
      // Nobody knows where that ends, and a message has its bounds: what can be said of it is less.
      constexpr std::size_t kLong = std::size_t{64} << 10;
      if (!row.apart || row.bytes.size() > kLong) {
        TAMGA_TRY(auto reader, RowReader::of_text(*form_, row.line, std::string(row.bytes), {model_}));
        BatchRow read;
        TAMGA_TRY([[maybe_unused]] const bool one, reader.next(read));
        if (part.rows == 0) {
          add(part, read);
        } else {
          alone_ = std::move(read);
        }
        return {};
      }
      if (part.rows == 0) {
        part.form = *form_;
        part.form.set("line", Json::number(static_cast<std::int64_t>(row.line)));
      }
      part.body.append(row.bytes);
      ++part.rows;
    }
    return {};
  }

 private:
  static void add(work::Request& part, const BatchRow& row) {
    part.body.append(row_text(row)).push_back('\n');
    ++part.rows;
  }

  RowReader rows_;
  std::shared_ptr<const names::Model> model_;
  const work::Crew& crew_;
  std::optional<Json> form_;
  std::optional<BatchRow> alone_;  ///< read already, in a chunk of its own
};

}  // namespace

std::string row_text(const BatchRow& row) {
  Json json = Json::object();
  json.set("line", Json::number(static_cast<std::int64_t>(row.line))).set("id", row.id).set("asked", row.asked);
  if (!row.error.empty()) return json.set("error", row.error).dump();
  if (row.says_all) return json.dump();
  json.set("query", to_json(row.query));
  if (!row.texts.empty()) json.set("texts", Json::strings(row.texts));
  return json.dump();
}

Result<BatchRow> row_from_text(std::string_view text) {
  auto json = parse_json(text, row_limits());
  if (!json) return bad_input(fmt::format("a row: {}", json.error().message));
  BatchRow row;
  const Json* asked = json->find("asked");
  if (!read_number(json->find("line"), row.line) || asked == nullptr) return bad_input("a row without \"line\" and \"asked\"");
  const Json* query = json->find("query");
  if (query == nullptr && json->find("error") == nullptr) {
    auto whole = batch_row_of(*asked);
    if (!whole.error.empty()) return bad_input(fmt::format("a row without \"query\" or \"error\", of which {}", whole.error));
    whole.line = row.line;
    whole.id = json->get("id");
    return whole;
  }
  row.id = json->get("id");
  row.asked = *asked;
  row.error = json->get("error");
  row.texts = texts(*json, "texts");
  if (query != nullptr) {
    TAMGA_TRY(row.query, query_from(*query));
  }
  return row;
}

std::string hits_text(const std::vector<NewHit>& hits) {
  Json all = Json::array();
  for (const auto& [hit, listed_hash, programmes] : hits) {
    Json item = Json::object();
    item.set("list", hit.list).set("part", hit.part).set("entity", hit.entity).set("score", Json::number(hit.score));
    item.set("certain", Json::boolean(hit.certain)).set("how", hit.how).set("caption", hit.caption);
    all.push(std::move(item.set("listed_hash", listed_hash).set("programmes", programmes)));
  }
  return all.dump();
}

Result<std::vector<NewHit>> hits_from_text(const std::string& entry, std::string_view text) {
  TAMGA_TRY(const Json json, parse_json(text));
  if (!json.is_array()) return bad_input("the hits of an entry are no array");
  std::vector<NewHit> hits;
  for (const auto& item : json.items) {
    NewHit hit;
    hit.hit.entry = entry;
    hit.hit.list = item.get("list");
    hit.hit.part = item.get("part");
    hit.hit.entity = item.get("entity");
    const Json* certain = item.find("certain");
    if (!read_number(item.find("score"), hit.hit.score) || certain == nullptr) return bad_input("a hit without \"score\" and \"certain\"");
    hit.hit.certain = certain->truth;
    hit.hit.how = item.get("how");
    hit.hit.caption = item.get("caption");
    hit.listed_hash = item.get("listed_hash");
    hit.programmes = item.get("programmes");
    hits.push_back(std::move(hit));
  }
  return hits;
}

Json work_basis(const Screener& screener, const std::string& policy) {
  Json basis = screener.basis();
  return basis.set("index", Json::number(static_cast<std::int64_t>(index::kVersion))).set("policy", policy);
}

Result<std::string> keep_policy(const Settings& settings, store::Store& store, const std::string& at) {
  TAMGA_TRY(const auto rules, load_rules(settings.policy));
  return store.keep("policy", rules.bundle, at);
}

Result<BatchCounts> screen_batch_over(const work::Crew& crew, const Screener& screener, const ScreenSettings& screening, const std::string& policy,
                                      const Batch& batch, const std::function<Status(std::string_view)>& write,
                                      const std::function<void(std::int64_t)>& progress) {
  TAMGA_TRY(auto rows, RowReader::open(batch, {screener.options().model}));
  work::Request request;
  request.kind = work::Kind::screen;
  request.job = crew.job;
  request.basis = work_basis(screener, policy);
  request.options.set("as_of", screening.as_of.text());
  if (screening.threshold) request.options.set("threshold", Json::number(*screening.threshold));
  if (screening.exhaustive) request.options.set("exhaustive", Json::boolean(true));
  std::int64_t chunk = 0;
  BatchCounts counts;
  Chunks chunks(std::move(rows), screener.options().model, crew);
  const auto next = [&]() -> Result<std::optional<work::Request>> {
    work::Request part = request;
    part.chunk = chunk;
    TAMGA_TRY_STATUS(chunks.fill(part));
    if (part.rows == 0) return std::nullopt;
    ++chunk;
    return part;
  };
  TAMGA_TRY_STATUS(work::shard(*crew.line, crew.options, next, [&](const work::Answer& answer) -> Status {
    BatchCounts mine;
    if (!read_number(answer.counts.find("read"), mine.read) || !read_number(answer.counts.find("screened"), mine.screened) ||
        !read_number(answer.counts.find("hit"), mine.hit) || !read_number(answer.counts.find("rejected"), mine.rejected))
      return failure("a worker answered without counts");
    std::int64_t lines = 0;
    for (std::string_view rest = answer.body; !rest.empty(); ++lines) {
      const auto end = std::min(rest.find('\n'), rest.size());
      TAMGA_TRY_STATUS(write(rest.substr(0, end)));
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    if (lines != mine.read) return failure("a worker answered with another number of rows than it counted");
    counts.read += mine.read;
    counts.screened += mine.screened;
    counts.hit += mine.hit;
    counts.rejected += mine.rejected;
    progress(counts.read);
    return {};
  }));
  TAMGA_TRY_STATUS(write(counts_line(counts, screener)));
  return counts;
}

}  // namespace tamga::app
