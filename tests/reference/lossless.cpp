#include "reference/lossless.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "reference/models.h"

namespace tamga::reference {
namespace {

using match::Found;
using match::LoadedEdition;
using match::Options;
using match::Query;

LoadedEdition edition_of(const std::string& list, const std::string& part, std::span<const Entity> entities, const names::Model& model) {
  constexpr std::string_view kId = "sha256:lossless";
  auto index = index::Index::from_bytes(index::build(entities, kId, model), kId, model);
  TAMGA_CHECK(index.has_value());
  return LoadedEdition{list, part, std::string(kId), "2026-11-20", false, std::make_shared<const index::Index>(*std::move(index))};
}

/// Lists hold hardly any addresses, aircraft, wallets by name: some entities are listed once more as such.
std::vector<Entity> of_other_kinds(std::span<const Entity* const> entities, Random& random) {
  std::vector<Entity> others;
  for (const Entity* entity : entities) {
    if (!random.one_in(16)) continue;
    Entity other = *entity;
    other.id += "-other";
    other.schema = random.of(std::array{"Person", "Company", "PublicBody", "Vessel", "Airplane", "Address", "CryptoWallet", "Asset"});
    if (const auto address = entity->first("address"); !address.empty() && random.one_in(2)) {
      other.schema = "Address";
      other.properties.clear();
      other.add("name", address);
    }
    others.push_back(std::move(other));
  }
  return others;
}

// --------------------------------------------------------------------------------------------------------------------- agreement

/// What two searches disagree about: what each found of an entity.
struct Difference {
  std::optional<Found> fast;
  std::optional<Found> exhaustive;
};

std::optional<Difference> compare(const Query& query, std::span<const LoadedEdition> editions, Options options, const Search& search,
                                  std::span<match::Workspace, 2> workspaces, std::size_t* hits = nullptr) {
  options.exhaustive = false;
  const auto fast = search(query, editions, options, workspaces[0]);
  options.exhaustive = true;
  const auto exhaustive = match::search(query, editions, options, workspaces[1]);
  if (hits != nullptr) *hits = exhaustive.size();
  if (std::equal(fast.begin(), fast.end(), exhaustive.begin(), exhaustive.end())) return {};
  const auto in = [](std::span<const Found> all, const Found& like) -> std::optional<Found> {
    const auto at =
        std::find_if(all.begin(), all.end(), [&](const Found& found) { return found.edition == like.edition && found.entity == like.entity; });
    return at == all.end() ? std::optional<Found>() : *at;
  };
  for (const auto& side : {exhaustive, fast}) {
    for (const Found& found : side) {
      const Difference difference{in(fast, found), in(exhaustive, found)};
      if (difference.fast != difference.exhaustive) return difference;
    }
  }
  return Difference{};  // the same in another order
}

/// Are the bytes of the hits the same?
bool printed_alike(const Query& query, std::span<const LoadedEdition> editions, Options options, std::span<match::Workspace, 2> workspaces) {
  std::array<std::string, 2> printed;
  for (const std::size_t way : {0, 1}) {
    options.exhaustive = way == 1;
    for (const auto& hit : match::screen(query, editions, options, workspaces[way])) printed[way] += match::to_json(hit).dump() + "\n";
  }
  return printed[0] == printed[1];
}

// ------------------------------------------------------------------------------------------------------------------------ reports

/// A query and a list about which the two searches disagree.
struct Case {
  Query query;
  std::vector<Entity> entities;
};

void add_without_each(std::vector<Case>& all, const Case& whole, const auto& items_of) {
  for (std::size_t i = 0; i < items_of(whole).size(); ++i) {
    all.push_back(whole);
    auto& items = items_of(all.back());
    items.erase(items.begin() + static_cast<std::ptrdiff_t>(i));
  }
}

void add_without_each_word(std::vector<Case>& all, const Case& whole, const auto& texts_of) {
  for (std::size_t i = 0; i < texts_of(whole).size(); ++i) {
    const auto words = split_words(texts_of(whole)[i]);
    for (std::size_t at = 0; words.size() > 1 && at < words.size(); ++at) {
      auto fewer = words;
      fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(at));
      all.push_back(whole);
      texts_of(all.back())[i] = join_words(fewer);
    }
  }
}

/// Everything that is smaller by one thing than `whole`, whose entities are few.
std::vector<Case> smaller_cases(const Case& whole) {
  std::vector<Case> all;
  const Query& query = whole.query;
  if (!query.countries.empty() || !query.addresses.empty() || !query.identifiers.empty() || !query.birth_date.empty() || !query.gender.empty()) {
    all.push_back(whole);
    all.back().query = Query{};
    all.back().query.names = query.names;
    all.back().query.schema = query.schema;
  }
  add_without_each(all, whole, [](auto& of) -> auto& { return of.query.names; });
  for (std::size_t i = 0; i < whole.entities.size(); ++i) {
    for (std::size_t p = 0; p < whole.entities[i].properties.size(); ++p) {
      const auto values_of = [i, p](auto& of) -> auto& { return of.entities[i].properties[p].values; };
      add_without_each(all, whole, values_of);
      add_without_each_word(all, whole, values_of);
    }
  }
  add_without_each_word(all, whole, [](auto& of) -> auto& { return of.query.names; });
  return all;
}

/// As small as it gets by leaving one thing out after the other: entities first, by halves, quarters and so on.
void reduce(Case& reduced, const auto& differs) {
  int attempts = 400;  // of whole lists each takes a second
  for (std::size_t size = reduced.entities.size() / 2; size > 0; size /= 2) {
    for (std::size_t first = 0; first < reduced.entities.size() && attempts-- > 0;) {
      Case fewer = reduced;
      const auto begin = fewer.entities.begin() + static_cast<std::ptrdiff_t>(first);
      fewer.entities.erase(begin, begin + static_cast<std::ptrdiff_t>(std::min(size, fewer.entities.size() - first)));
      if (!fewer.entities.empty() && differs(fewer)) {
        reduced = std::move(fewer);
      } else {
        first += size;
      }
    }
  }
  for (bool any = reduced.entities.size() < 10; any;) {
    auto all = smaller_cases(reduced);
    const auto at = std::find_if(all.begin(), all.end(), differs);
    any = at != all.end();
    if (any) reduced = std::move(*at);
  }
}

std::string json_of(const Query& query) {
  Json identifiers = Json::array();
  for (const auto& identifier : query.identifiers) identifiers.push(Json::string(identifier.label + " " + identifier.value));
  Json json = Json::object();
  json.set("names", Json::strings(query.names)).set("schema", query.schema).set("birth_date", query.birth_date).set("gender", query.gender);
  json.set("countries", Json::strings(query.countries)).set("addresses", Json::strings(query.addresses)).set("identifiers", std::move(identifiers));
  return json.dump();
}

std::string told(const std::optional<Found>& found) {
  if (!found) return "not found";
  return fmt::format("score {} (names {}, address gave {}, identifier {}), listed name number {}, query name {} in reading {}",
                     match::score_text(found->score), match::score_text(found->name_score), found->address_given,
                     match::score_text(found->identifier_score), found->name, found->query_name, found->query_reading);
}

std::string report_of(const Query& query, std::span<const LoadedEdition> editions, const Options& options, const Search& search,
                      const Difference& difference) {
  std::string text =
      fmt::format("  query:      {}\n  threshold:  {}\n", json_of(query), options.threshold ? match::score_text(*options.threshold) : "the model's");
  const auto found = difference.exhaustive ? difference.exhaustive : difference.fast;
  if (!found) return text + "  the order of the hits differs, or what is printed of them\n";
  const auto& edition = editions[found->edition];
  text += fmt::format("  list entry: {} {} \"{}\"\n  exhaustive: {}\n  fast:       {}\n", edition.list, edition.index->entity_id(found->entity),
                      found->name_score > 0 ? edition.index->name(found->name).text : "", told(difference.exhaustive), told(difference.fast));
  const auto differs = [&](const Case& candidate) {
    const LoadedEdition one = edition_of(edition.list, edition.part, candidate.entities, *options.model);
    std::array<match::Workspace, 2> workspaces;
    return compare(candidate.query, std::span(&one, 1), options, search, workspaces).has_value();
  };
  Case reduced{query, {edition.index->entity(found->entity)}};
  if (!differs(reduced)) {  // other names of the list are needed to see it
    reduced.entities.clear();
    for (std::uint32_t i = 0; i < edition.index->entity_count(); ++i) reduced.entities.push_back(edition.index->entity(i));
    if (!differs(reduced)) return text + "  its list alone is searched alike\n";
  }
  reduce(reduced, differs);
  text += fmt::format("  reduced to: {}\n  against {} entities:\n", json_of(reduced.query), reduced.entities.size());
  reduced.entities.resize(std::min<std::size_t>(reduced.entities.size(), 10));
  for (auto& entity : reduced.entities) {
    std::erase_if(entity.properties, [](const Property& property) { return property.values.empty(); });
    entity.designations.clear();  // no search reads them
    text += "    " + to_json(entity).dump() + "\n";
  }
  return text;
}

}  // namespace

// ------------------------------------------------------------------------------------------------------------------------ batches

void Tally::add(const Tally& other) {
  std::transform(queries.begin(), queries.end(), other.queries.begin(), queries.begin(), std::plus());
  std::transform(with_hits.begin(), with_hits.end(), other.with_hits.begin(), with_hits.begin(), std::plus());
  hits += other.hits;
  printed += other.printed;
  scores += other.scores;
}

std::uint64_t Tally::all_queries() const { return std::accumulate(queries.begin(), queries.end(), std::uint64_t{0}); }

Batch::Batch(const Corpus& corpus, const Settings& settings, std::uint64_t number, std::span<const LoadedEdition> whole)
    : corpus_(corpus), settings_(settings), number_(number), near_(corpus.entities) {
  Random random{settings.seed, number, 1};
  if (random.below(4) >= settings.standard_of_four) model_ = std::make_shared<const names::Model>(random_matching(random.next(), corpus.words));
  if (settings.sample_names == 0) {
    if (model_ == names::Model::standard()) editions_.assign(whole.begin(), whole.end());
    if (editions_.empty()) {
      for (const auto& list : corpus.lists) editions_.push_back(edition_of(list.name, list.part, list.entities, *model_));
    }
  } else {
    // Every round cuts the entities into samples anew.
    const std::size_t samples = samples_of(corpus, settings);
    std::vector<const Entity*> shuffled = corpus.entities;
    Random order{settings.seed, number / samples, 2};
    for (std::size_t i = shuffled.size(); i > 1; --i) std::swap(shuffled[i - 1], shuffled[order.below(i)]);
    const auto cut = [&](std::size_t at) { return shuffled.begin() + static_cast<std::ptrdiff_t>(at * shuffled.size() / samples); };
    near_.assign(cut(number % samples), cut(number % samples + 1));
    // Two lists, so that what belongs to one search in one of them is not taken for the other's.
    std::array<std::vector<Entity>, 2> halves;
    for (std::size_t i = 0; i < near_.size(); ++i) halves[i % 2].push_back(*near_[i]);
    for (const auto& half : halves) editions_.push_back(edition_of("sample", "", half, *model_));
  }
  others_ = of_other_kinds(near_, random);
  editions_.push_back(edition_of("other_kinds", "", others_, *model_));
  for (const auto& other : others_) near_.push_back(&other);
}

std::optional<std::string> Batch::run(std::size_t query, Tally& tally) {
  Random random{settings_.seed, number_, 3, query};
  const Drawn drawn = draw_query(corpus_, near_, random);
  const Options options{model_, drawn.threshold, false};
  std::size_t hits = 0;
  auto difference = compare(drawn.query, editions_, options, settings_.fast, workspaces_, &hits);
  // A query of a hundred hits makes a megabyte of JSON; a few of them are enough.
  if (!difference && query % settings_.printed_of == 0 && (hits < 50 || query % (settings_.printed_of * 20) == 0)) {
    if (!printed_alike(drawn.query, editions_, options, workspaces_)) difference = Difference{};
    ++tally.printed;
  }
  const auto shape = static_cast<std::size_t>(drawn.shape);
  ++tally.queries[shape];
  if (hits > 0) ++tally.with_hits[shape];
  tally.hits += hits;
  for (const auto& edition : editions_) tally.scores += edition.index->name_count();
  if (!difference) return {};
  return fmt::format("FAST AND EXHAUSTIVE SEARCH DIFFER\n  seed {}, {} {}:{}, {}, {} model\n{}", settings_.seed,
                     settings_.sample_names == 0 ? "whole lists" : "samples", number_, query, kShapeNames[shape],
                     model_ == names::Model::standard() ? "the standard" : "a random",
                     report_of(drawn.query, editions_, options, settings_.fast, *difference));
}

std::size_t samples_of(const Corpus& corpus, const Settings& settings) {
  if (settings.sample_names == 0) return 1;
  return std::clamp<std::size_t>(corpus.names / settings.sample_names, 1, corpus.entities.size());
}

std::vector<LoadedEdition> whole_lists(const Corpus& corpus) {
  std::vector<LoadedEdition> editions;
  for (const auto& list : corpus.lists) editions.push_back(edition_of(list.name, list.part, list.entities, *names::Model::standard()));
  return editions;
}

}  // namespace tamga::reference
