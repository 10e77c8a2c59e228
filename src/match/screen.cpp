#include "match/screen.h"

#include <algorithm>
#include <tuple>
#include <unordered_map>

#include "match/attributes.h"
#include "match/explain.h"
#include "text/tokens.h"

namespace tamga::match {
namespace {

constexpr Score kCheckedIdentifier = 10'000;
constexpr Score kUncheckedIdentifier = 9'000;

/// What a model says of one list and schema: the entry that names most of the two, the last of equals.
std::int32_t tuned(const std::vector<names::Tuning>& tunings, std::string_view list, std::string_view schema, std::int32_t otherwise) {
  int best = -1;
  std::int32_t value = otherwise;
  for (const auto& tuning : tunings) {
    if (!tuning.list.empty() && tuning.list != list) continue;
    if (!tuning.schema.empty() && !schema_is_a(schema, tuning.schema)) continue;
    const int rank = (tuning.list.empty() ? 0 : 2) + (tuning.schema.empty() ? 0 : 1);
    if (rank < best) continue;
    best = rank;
    value = tuning.value;
  }
  return value;
}

/// Each schema of an edition, as this query sees it.
struct SchemaView {
  names::Kind kind = names::Kind::other;
  bool compatible = false;
  Score threshold = 0;
  std::int32_t factor = 1000;
};

/// And all of them, for one kind of query.
struct SchemaViews {
  std::string schema;
  bool with_addresses = false;
  std::optional<Score> threshold;
  std::vector<std::vector<SchemaView>> by_edition;
};

/// One way to read one of the query's names.
struct QueryName {
  const names::Name* name = nullptr;
  std::uint16_t query_name = 0;
  std::uint16_t reading = 0;
};

}  // namespace

Score threshold_of(const names::MatchingFile& file, std::string_view list, std::string_view schema) {
  return tuned(file.thresholds, list, schema, file.threshold);
}

struct Workspace::Implementation {
  std::shared_ptr<const names::Model> model;
  std::vector<names::Reader> readers;
  std::vector<index::Scratch> scratch;  ///< one an edition, since epochs and sizes are its own
  std::array<std::vector<QueryName>, names::kKinds> names;
  std::array<std::vector<index::Wanted>, names::kKinds> wanted;
  std::array<bool, names::kKinds> read{};
  std::vector<SchemaViews> schemata;       ///< of the kinds of query that came lately
  std::vector<std::uint64_t> schemata_of;  ///< which indexes they stand for: their serial()
  std::unique_ptr<AddressComparer> addresses;
  std::unordered_map<std::uint64_t, Entity> entities;  ///< those that were read for this query, by edition and number
  std::vector<std::uint32_t> candidates;
  std::vector<Found> found;
  std::unordered_map<std::string, std::vector<Hit>> remembered;  ///< by all that a query says
  std::size_t remembered_hits = 0;
};

Workspace::Workspace() : implementation_(std::make_unique<Implementation>()) {}
Workspace::Workspace(Workspace&&) noexcept = default;
Workspace& Workspace::operator=(Workspace&&) noexcept = default;
Workspace::~Workspace() = default;

void Workspace::forget() {
  implementation_->remembered.clear();
  implementation_->remembered_hits = 0;
}

class Searcher {
 public:
  Searcher(const Query& query, std::span<const LoadedEdition> editions, const Options& options, Workspace& workspace)
      : query_(query), editions_(editions), options_(options), work_(*workspace.implementation_), model_(*options.model) {
    if (work_.model != options.model) {
      work_ = Workspace::Implementation{};
      work_.model = options.model;
    }
    work_.scratch.resize(std::max(work_.scratch.size(), editions.size()));
    work_.read.fill(false);
    work_.found.clear();
    work_.entities.clear();
    known_ = known_of(query);
    has_checked_ = std::any_of(query.identifiers.begin(), query.identifiers.end(), [](const auto& identifier) { return identifier.checked; });
    view_schemata();
  }

  std::span<const Found> run() {
    for (std::size_t number = 0; number < editions_.size(); ++number) {
      const std::size_t first = work_.found.size();
      by_identifier(number);
      by_name(number);
      keep_best(first);
    }
    std::sort(work_.found.begin(), work_.found.end(),
              [](const Found& a, const Found& b) { return std::tuple(-a.score, a.edition, a.entity) < std::tuple(-b.score, b.edition, b.entity); });
    return work_.found;
  }

  [[nodiscard]] const names::Name& query_name(names::Kind kind, const Found& found) {
    for (const auto& name : read(kind)) {
      if (name.query_name == found.query_name && name.reading == found.query_reading) return *name.name;
    }
    return *read(kind).front().name;
  }

  [[nodiscard]] const Known& known() const { return known_; }
  [[nodiscard]] index::Scratch& scratch(std::size_t edition) { return work_.scratch[edition]; }

  /// As its list published it, read once a query.
  [[nodiscard]] Entity& entity(std::size_t edition, std::uint32_t number) {
    const auto [at, fresh] = work_.entities.try_emplace(std::uint64_t{edition} << 32 | number);
    if (fresh) at->second = editions_[edition].index->entity(number);
    return at->second;
  }

 private:
  void view_schemata() {
    const bool addresses = !query_.addresses.empty();
    bool same = work_.schemata_of.size() == editions_.size();
    for (std::size_t i = 0; same && i < editions_.size(); ++i) same = work_.schemata_of[i] == editions_[i].index->serial();
    constexpr std::size_t kViewsMax = 32;
    if (!same || work_.schemata.size() >= kViewsMax) {
      work_.schemata.clear();
      work_.schemata_of.clear();
      if (!same) {
        work_.remembered.clear();
        work_.remembered_hits = 0;
      }
      for (const auto& edition : editions_) work_.schemata_of.push_back(edition.index->serial());
    }
    const auto known = std::find_if(work_.schemata.begin(), work_.schemata.end(), [&](const SchemaViews& views) {
      return views.schema == query_.schema && views.with_addresses == addresses && views.threshold == options_.threshold;
    });
    if (known != work_.schemata.end()) {
      schemata_ = &known->by_edition;
      return;
    }
    auto& views = work_.schemata.emplace_back(SchemaViews{query_.schema, addresses, options_.threshold, {}}).by_edition;
    schemata_ = &views;
    views.resize(editions_.size());
    const auto& file = model_.file();
    for (std::size_t i = 0; i < editions_.size(); ++i) {
      const auto& index = *editions_[i].index;
      for (std::size_t number = 0; number < index.schema_count(); ++number) {
        const auto schema = index.schema(number);
        SchemaView view;
        view.kind = index::kind_of_schema(schema);
        view.compatible = schemata_compatible(query_.schema, schema) || (addresses && view.kind == names::Kind::address);
        view.threshold = options_.threshold.value_or(threshold_of(file, editions_[i].list, schema));
        view.factor = tuned(file.factors, editions_[i].list, schema, 1000);
        views[i].push_back(view);
      }
    }
  }

  /// The query's names as names of that kind are read; legal forms and initials depend on it.
  const std::vector<QueryName>& read(names::Kind kind) {
    const auto at = static_cast<std::size_t>(kind);
    if (work_.read[at]) return work_.names[at];
    work_.read[at] = true;
    auto& all = work_.names[at];
    all.clear();
    // What lives at a listed address is asked for by its addresses; only an address is asked for by its name.
    const bool address = kind == names::Kind::address;
    const std::size_t first = address && !schemata_compatible(query_.schema, "Address") ? query_.names.size() : 0;
    const std::size_t count = query_.names.size() + (address ? query_.addresses.size() : 0);
    while (work_.readers.size() < count * names::kKinds) work_.readers.emplace_back(*work_.model);
    for (std::size_t i = first; i < count; ++i) {
      std::uint16_t reading = 0;
      const std::string& text = i < query_.names.size() ? query_.names[i] : query_.addresses[i - query_.names.size()];
      for (const auto& name : work_.readers[i * names::kKinds + at].read(text, kind)) {
        all.push_back(QueryName{&name, static_cast<std::uint16_t>(i), reading++});
      }
    }
    if (options_.exhaustive) return all;
    auto& wanted = work_.wanted[at];
    if (wanted.size() < all.size()) wanted.resize(all.size());
    for (std::size_t i = 0; i < all.size(); ++i) wanted[i].prepare(all[i].name->view(), model_);
    return all;
  }

  void by_identifier(std::size_t number) {
    const auto& index = *editions_[number].index;
    for (std::size_t i = 0; i < query_.identifiers.size(); ++i) {
      for (const auto& hit : index.find(query_.identifiers[i])) {
        Found found;
        found.edition = static_cast<std::uint32_t>(number);
        found.entity = hit.entity;
        found.identifier_score = query_.identifiers[i].checked && hit.checked ? kCheckedIdentifier : kUncheckedIdentifier;
        found.score = found.identifier_score;
        found.identifier = static_cast<std::uint32_t>(i);
        if (found.score >= (*schemata_)[number][index.schema_number(hit.entity)].threshold) work_.found.push_back(found);
      }
    }
  }

  void by_name(std::size_t number) {
    const auto& index = *editions_[number].index;
    // The least threshold of the kinds' schemata: what lies below it need not be looked at.
    std::array<Score, names::kKinds> least;
    least.fill(names::kScoreMax + 1);
    for (std::size_t schema = 0; schema < index.schema_count(); ++schema) {
      const SchemaView& view = (*schemata_)[number][schema];
      auto& kind_least = least[static_cast<std::size_t>(view.kind)];
      if (view.compatible) kind_least = std::min(kind_least, names_threshold(view.threshold, known_, model_.parameters()));
    }
    for (std::size_t kind = 0; kind < names::kKinds; ++kind) {
      if (least[kind] > names::kScoreMax) continue;
      const auto& names = read(static_cast<names::Kind>(kind));
      if (options_.exhaustive) {
        for (std::uint32_t name = 0; name < index.name_count(); ++name) {
          if (index.name(name).kind != static_cast<names::Kind>(kind)) continue;
          for (const auto& mine : names) consider(number, name, mine, least[kind]);
        }
        continue;
      }
      for (std::size_t i = 0; i < names.size(); ++i) {
        work_.candidates.clear();
        index.candidates(work_.wanted[kind][i], least[kind], work_.scratch[number], work_.candidates);
        for (const std::uint32_t name : work_.candidates) consider(number, name, names[i], least[kind]);
      }
    }
  }

  void consider(std::size_t number, std::uint32_t name, const QueryName& mine, Score least) {
    const auto& index = *editions_[number].index;
    const auto info = index.name(name);
    const SchemaView& view = (*schemata_)[number][index.schema_number(info.entity)];
    if (!view.compatible) return;
    const auto listed = index.name_view(name, work_.scratch[number]);
    const Score names = names::compare(mine.name->view(), listed, model_).score;
    if (names < least || names == 0) return;
    const auto attributed = compare_attributes(known_, index.attributes(info.entity));
    Score score = attributed_score(names, info.quality, attributed, model_.parameters());
    score = static_cast<Score>(static_cast<std::int64_t>(score) * view.factor / 1000);
    if (score < view.threshold) return;
    // Numbers are in no compiled form; few queries have checked ones, and few names come this far.
    if (has_checked_ && other_identifier(query_.identifiers, entity(number, info.entity)).query != nullptr) {
      score = static_cast<Score>(static_cast<std::int64_t>(score) * model_.parameters().factor_identifier / 1000);
      if (score < view.threshold) return;
    }
    Found found;
    found.edition = static_cast<std::uint32_t>(number);
    found.entity = info.entity;
    // Only hits are read for their addresses: an address supports, it does not accuse.
    if (!query_.addresses.empty() && info.kind != names::Kind::address) {
      if (!work_.addresses) work_.addresses = std::make_unique<AddressComparer>(model_);
      if (work_.addresses->agreeing(query_.addresses, entity(number, info.entity).values("address")).query != nullptr) {
        found.address_given = static_cast<Score>(std::int64_t{names::kScoreMax - score} * model_.parameters().support_address / 1000);
        score += found.address_given;
      }
    }
    found.score = score;
    found.name_score = score;
    found.name = name;
    found.query_name = mine.query_name;
    found.query_reading = mine.reading;
    work_.found.push_back(found);
  }

  /// One for each entity: the best name (ties go to the one that stands first in the list, then to the query's first) and the best identifier.
  void keep_best(std::size_t first) {
    const auto begin = work_.found.begin() + static_cast<std::ptrdiff_t>(first);
    std::sort(begin, work_.found.end(), [](const Found& a, const Found& b) {
      return std::tuple(a.entity, -a.name_score, a.name, a.query_name, a.query_reading, -a.identifier_score, a.identifier) <
             std::tuple(b.entity, -b.name_score, b.name, b.query_name, b.query_reading, -b.identifier_score, b.identifier);
    });
    auto kept = begin;
    for (auto at = begin; at != work_.found.end();) {
      Found best = *at;
      const std::uint32_t entity = at->entity;
      for (; at != work_.found.end() && at->entity == entity; ++at) {
        if (at->identifier_score > best.identifier_score) {
          best.identifier_score = at->identifier_score;
          best.identifier = at->identifier;
        }
      }
      best.score = std::max(best.name_score, best.identifier_score);
      *kept++ = best;
    }
    work_.found.erase(kept, work_.found.end());
  }

  const Query& query_;
  std::span<const LoadedEdition> editions_;
  const Options& options_;
  Workspace::Implementation& work_;
  const names::Model& model_;
  const std::vector<std::vector<SchemaView>>* schemata_ = nullptr;  ///< by edition
  Known known_;
  bool has_checked_ = false;
};

Query query_of_entity(const Entity& entity) {
  Query query;
  query.schema = entity.schema;
  for (const auto* property : {"name", "alias", "previousName", "weakAlias"}) {
    for (const auto& value : entity.values(property)) query.names.push_back(value);
  }
  for (const auto* property : index::kCountryProperties) {
    for (const auto& value : entity.values(property)) {
      if (std::find(query.countries.begin(), query.countries.end(), value) == query.countries.end()) query.countries.push_back(value);
    }
  }
  query.addresses = entity.values("address");
  query.birth_date = entity.first("birthDate");
  query.gender = entity.first("gender");
  query.identifiers = identifiers::of_entity(entity);
  return query;
}

std::optional<Score> threshold_from(std::string_view text) {
  const auto digits = [](std::string_view part) { return std::all_of(part.begin(), part.end(), [](char c) { return c >= '0' && c <= '9'; }); };
  const auto point = text.find('.');
  const std::string_view whole = text.substr(0, point);
  const std::string_view fraction = point == std::string_view::npos ? std::string_view() : text.substr(point + 1);
  if ((whole.empty() && fraction.empty()) || !digits(fraction)) return std::nullopt;
  if (!whole.empty() && whole != "0" && whole != "1") return std::nullopt;
  Score value = whole == "1" ? names::kScoreMax : 0;
  Score place = names::kScoreMax / 10;
  bool finer = false;
  for (const char c : fraction) {
    if (place > 0) {
      value += (c - '0') * place;
    } else {
      finer = finer || c != '0';
    }
    place /= 10;
  }
  value += finer ? 1 : 0;
  return value <= names::kScoreMax ? std::optional(value) : std::nullopt;
}

bool can_be_compared(std::string_view name) {
  // Nearly every name shows it at its beginning, and need not be read twice.
  constexpr std::size_t kBeginning = 256;
  const auto plain = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); };
  const auto beginning = name.substr(0, kBeginning);
  return std::any_of(beginning.begin(), beginning.end(), plain) || !text::tokenize(name).empty();
}

std::string_view why_not_comparable(std::string_view name, std::string_view schema, const names::Model& model) {
  if (!can_be_compared(name)) return "holds neither a letter nor a digit";
  // Only a stop-word of the house and a ship's prefix ("M/V") are read as nothing, so most names need not be read twice.
  const auto& words = model.file().house_words;
  const bool stop_words = std::any_of(words.begin(), words.end(), [](const auto& word) { return word.read_as.empty(); });
  const auto kind = index::kind_of_schema(schema);
  if (!stop_words && kind != names::Kind::vessel) return {};
  if (!names::parse(name, kind, model).words.empty()) return {};
  return "holds only words that are read as nothing (stop-words of matching.toml, a ship's prefix)";
}

std::span<const Found> search(const Query& query, std::span<const LoadedEdition> editions, const Options& options, Workspace& workspace) {
  return Searcher(query, editions, options, workspace).run();
}

namespace {

/// All that a query says. Every part has its length before it, so that two queries have one key only when they are the same.
std::string key_of(const Query& query, const Options& options) {
  std::string key;
  const auto number = [&](std::int64_t value) {
    for (int shift = 0; shift < 64; shift += 8) key += static_cast<char>(value >> shift & 0xff);
  };
  const auto text = [&](std::string_view value) {
    number(static_cast<std::int64_t>(value.size()));
    key += value;
  };
  const auto texts = [&](const std::vector<std::string>& values) {
    number(static_cast<std::int64_t>(values.size()));
    for (const auto& value : values) text(value);
  };
  number(options.threshold.value_or(-1));
  text(query.schema);
  texts(query.names);
  texts(query.countries);
  texts(query.addresses);
  text(query.birth_date);
  text(query.gender);
  for (const auto& identifier : query.identifiers) {
    number(static_cast<std::int64_t>(identifier.scheme));
    text(identifier.label);
    text(identifier.value);
    number(identifier.checked ? 1 : 0);
  }
  return key;
}

}  // namespace

std::vector<Hit> screen(const Query& query, std::span<const LoadedEdition> editions, const Options& options, Workspace& workspace) {
  Searcher searcher(query, editions, options, workspace);
  auto& work = *workspace.implementation_;
  // Some 20 MB at most, since few queries have many hits.
  constexpr std::size_t kRememberedMax = 8192;
  const bool remember = options.remember && !options.reasons && !options.exhaustive;
  const std::string key = remember ? key_of(query, options) : std::string();
  if (remember) {
    if (const auto at = work.remembered.find(key); at != work.remembered.end()) return at->second;
  }
  std::vector<Hit> hits;
  for (const Found& found : searcher.run()) {
    const LoadedEdition& edition = editions[found.edition];
    const index::Index& index = *edition.index;
    Hit hit;
    hit.edition = found.edition;
    hit.number = found.entity;
    hit.list = edition.list;
    hit.part = edition.part;
    // Each is found once, so nobody asks for it again.
    hit.entity = std::move(searcher.entity(found.edition, found.entity));
    hit.score = found.score;
    if (found.identifier_score > 0) {
      const auto& identifier = query.identifiers[found.identifier];
      hit.by_identifier = true;
      hit.certain = found.identifier_score == kCheckedIdentifier;
      if (options.reasons) {
        hit.explain.push_back(Reason{identifier.label + " " + identifier.value, identifier.value, "identifier", found.identifier_score, 0});
      }
      hit.matched_name = hit.entity.caption;
    }
    if (found.name_score > 0) {
      const auto info = index.name(found.name);
      hit.matched_name = info.text;
      const names::Name& mine = searcher.query_name(info.kind, found);
      if (options.reasons) {
        auto story = explain_hit(query, searcher.known(), mine, hit.entity, index, found, *options.model);
        if (found.identifier_score == 0) hit.certain = story.certain;
        hit.explain.insert(hit.explain.end(), std::make_move_iterator(story.reasons.begin()), std::make_move_iterator(story.reasons.end()));
      } else if (found.identifier_score == 0) {
        hit.certain = is_certain(query, searcher.known(), mine, hit.entity, index, searcher.scratch(found.edition), found, *options.model);
      }
    }
    hits.push_back(std::move(hit));
  }
  std::sort(hits.begin(), hits.end(), [](const Hit& a, const Hit& b) {
    if (a.score != b.score) return a.score > b.score;
    if (a.entity.id != b.entity.id) return a.entity.id < b.entity.id;
    return std::tie(a.list, a.part) < std::tie(b.list, b.part);
  });
  if (remember) {
    if (work.remembered.size() + work.remembered_hits > kRememberedMax) workspace.forget();
    work.remembered_hits += hits.size();
    work.remembered.emplace(key, hits);
  }
  return hits;
}

}  // namespace tamga::match
