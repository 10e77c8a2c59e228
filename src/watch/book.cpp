#include "watch/book.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "match/attributes.h"

namespace tamga::watch {
namespace {

/// Screening reads a query's names as names of each kind that a listed entity of a compatible schema has.
std::array<bool, names::kKinds> kinds_of(std::string_view schema) {
  std::array<bool, names::kKinds> kinds{};
  for (const auto listed : schemata()) {
    if (schemata_compatible(schema, listed)) kinds.at(static_cast<std::size_t>(index::kind_of_schema(listed))) = true;
  }
  return kinds;
}

constexpr std::pair<names::Kind, const char*> kCompiledKinds[] = {
    {names::Kind::person, "Person"}, {names::Kind::organisation, "Organization"}, {names::Kind::vessel, "Vessel"}, {names::Kind::address, "Address"}};
constexpr const char* kIdentifier = "identifier";

std::string key_of(const identifiers::Identifier& identifier) { return fmt::format("{}:{}", static_cast<int>(identifier.scheme), identifier.value); }

std::vector<identifiers::Identifier> identifiers_of(const Entity& entity) {
  std::vector<identifiers::Identifier> all;
  for (const auto& text : entity.values(kIdentifier)) {
    const auto colon = text.find(':');
    int scheme = 0;
    std::from_chars(text.data(), text.data() + colon, scheme);
    all.push_back({static_cast<identifiers::Scheme>(scheme), text.substr(colon + 1), {}, false});
  }
  return all;
}

std::uint32_t place_of(std::string_view id) {
  std::uint32_t place = 0;
  std::from_chars(id.data(), id.data() + id.size(), place);
  return place;
}

std::vector<std::uint32_t> by_id(const index::Index* index) {
  std::vector<std::uint32_t> order(index == nullptr ? 0 : index->entity_count());
  for (std::uint32_t i = 0; i < order.size(); ++i) order[i] = i;
  std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) { return index->entity_id(a) < index->entity_id(b); });
  return order;
}

}  // namespace

std::string compile(std::span<const match::Query> book, std::string_view edition, const names::Model& model) {
  std::vector<Entity> entities;
  entities.reserve(book.size());
  std::string schema = "none yet";
  std::array<bool, names::kKinds> kinds{};
  for (std::size_t place = 0; place < book.size(); ++place) {
    const match::Query& query = book[place];
    if (query.schema != schema) {
      schema = query.schema;
      kinds = kinds_of(schema);
    }
    bool numbered = query.identifiers.empty();
    const auto add = [&](const char* as, std::vector<std::string> names) {
      Entity entity;
      entity.id = std::to_string(place);
      entity.schema = as;
      if (!names.empty()) entity.properties.push_back({"name", std::move(names)});
      if (!numbered) {
        Property numbers{kIdentifier, {}};
        for (const auto& identifier : query.identifiers) numbers.values.push_back(key_of(identifier));
        entity.properties.push_back(std::move(numbers));
        numbered = true;
      }
      entities.push_back(std::move(entity));
    };
    for (const auto& [kind, as] : kCompiledKinds) {
      std::vector<std::string> names;
      if (kinds.at(static_cast<std::size_t>(kind))) names = query.names;
      if (kind == names::Kind::address) names.insert(names.end(), query.addresses.begin(), query.addresses.end());
      if (!names.empty()) add(as, std::move(names));
    }
    if (!numbered) add("LegalEntity", {});
  }
  return index::build(entities, edition, model, {}, identifiers_of);
}

std::vector<Change> changes(const index::Index* before, const index::Index* after) {
  const auto old_order = by_id(before);
  const auto new_order = by_id(after);
  std::vector<Change> all;
  auto was = old_order.begin();
  auto is = new_order.begin();
  while (was != old_order.end() || is != new_order.end()) {
    const int order = was == old_order.end() ? 1 : is == new_order.end() ? -1 : before->entity_id(*was).compare(after->entity_id(*is));
    if (order < 0) {
      all.push_back({*was++, index::kNoEntity});
    } else if (order > 0) {
      all.push_back({index::kNoEntity, *is++});
    } else {
      if (index::without_place(before->entity_json(*was)) != index::without_place(after->entity_json(*is))) all.push_back({*was, *is});
      ++was;
      ++is;
    }
  }
  return all;
}

match::LoadedEdition part_of(const match::LoadedEdition& edition, std::span<const std::uint32_t> entities, const names::Model& model) {
  std::vector<Entity> read;
  read.reserve(entities.size());
  for (const auto entity : entities) read.push_back(edition.index->entity(entity));
  match::LoadedEdition part = edition;
  auto opened = index::Index::from_bytes(index::build(read, edition.edition, model), edition.edition, model);
  TAMGA_CHECK(opened.has_value());
  part.index = std::make_shared<const index::Index>(*std::move(opened));
  return part;
}

Concerned::Concerned(const match::Options& options) : options_(options) {
  auto file = options.model->file();
  file.parameters.loss_known_query = 0;
  symmetric_ = std::make_shared<const names::Model>(std::move(file));
}

bool Concerned::all(std::span<const match::LoadedEdition> changed) {
  return std::any_of(changed.begin(), changed.end(), [](const match::LoadedEdition& edition) {
    for (std::uint32_t name = 0; name < edition.index->name_count(); ++name) {
      if (edition.index->name(name).kind == names::Kind::other) return true;
    }
    return false;
  });
}

std::vector<std::uint32_t> Concerned::among(const index::Index& book, std::span<const match::LoadedEdition> changed) {
  std::vector<std::uint32_t> places;
  for (const auto& edition : changed) {
    by_names(book, edition, places);
    by_identifiers(book, edition, places);
  }
  std::sort(places.begin(), places.end());
  places.erase(std::unique(places.begin(), places.end()), places.end());
  return places;
}

void Concerned::by_names(const index::Index& book, const match::LoadedEdition& edition, std::vector<std::uint32_t>& places) {
  const index::Index& listed = *edition.index;
  const names::Parameters& parameters = options_.model->parameters();
  // A full birth date that agrees lifts a name; only where one is listed can it do so.
  const match::Known born{(2000 * 16 + 1) * 32 + 1, {}, 0};
  for (std::uint32_t number = 0; number < listed.name_count(); ++number) {
    const auto info = listed.name(number);
    const auto dates = listed.attributes(info.entity).birth_dates;
    const bool dated = std::any_of(dates.begin(), dates.end(), [](std::uint32_t date) { return date % 32 != 0; });
    const match::Score threshold =
        options_.threshold.value_or(match::threshold_of(options_.model->file(), edition.list, listed.entity_schema(info.entity)));
    const match::Score least = match::names_threshold(threshold, dated ? born : match::Known{}, parameters);
    const names::NameView name = listed.name_view(number, list_scratch_);
    wanted_.prepare(name, *symmetric_);
    candidates_.clear();
    book.candidates(wanted_, least, book_scratch_, candidates_);
    for (const auto candidate : candidates_) {
      const names::NameView asked = book.name_view(candidate, book_scratch_);
      if (names::compare(asked, name, *options_.model).score < std::max(1, least)) continue;
      places.push_back(place_of(book.entity_id(book.name(candidate).entity)));
    }
  }
}

void Concerned::by_identifiers(const index::Index& book, const match::LoadedEdition& edition, std::vector<std::uint32_t>& places) {
  for (std::uint32_t entity = 0; entity < edition.index->entity_count(); ++entity) {
    for (const auto& identifier : identifiers::of_entity(edition.index->entity(entity))) {
      for (const auto& hit : book.find(identifier)) places.push_back(place_of(book.entity_id(hit.entity)));
    }
  }
}

}  // namespace tamga::watch
