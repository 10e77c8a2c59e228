#include "watch/book.h"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>

namespace tamga::watch {
namespace {

using Hits = std::map<std::pair<std::uint32_t, std::string>, match::Score>;  // place in the book, list and entity

const names::Model& model() { return *names::Model::standard(); }

match::LoadedEdition edition_of(const std::string& list, const std::vector<Entity>& entities) {
  match::LoadedEdition edition;
  edition.list = list;
  edition.edition = "sha256:test";
  auto index = index::Index::from_bytes(index::build(entities, edition.edition), edition.edition);
  edition.index = std::make_shared<const index::Index>(*std::move(index));
  return edition;
}

Hits screen_whole(const std::vector<match::Query>& book, const std::vector<match::LoadedEdition>& editions, const match::Options& options) {
  Hits hits;
  match::Workspace workspace;
  for (std::uint32_t place = 0; place < book.size(); ++place) {
    for (const auto& found : match::search(book[place], editions, options, workspace)) {
      const auto& edition = editions[found.edition];
      hits[{place, edition.list + " " + std::string(edition.index->entity_id(found.entity))}] = found.score;
    }
  }
  return hits;
}

/// What watching does: drop the hits on what went or changed, and look for those on what came or changed among those whom it concerns.
Hits watch_changes(Hits hits, const std::vector<match::Query>& book, const std::vector<match::LoadedEdition>& before,
                   const std::vector<match::LoadedEdition>& after, const match::Options& options, std::size_t& screened, std::size_t& hit) {
  std::vector<match::LoadedEdition> changed;
  for (std::size_t i = 0; i < after.size(); ++i) {
    std::vector<std::uint32_t> fresh;
    for (const auto& change : changes(before[i].index.get(), after[i].index.get())) {
      if (change.before != index::kNoEntity) {
        const std::string gone = after[i].list + " " + std::string(before[i].index->entity_id(change.before));
        std::erase_if(hits, [&](const auto& known) { return known.first.second == gone; });
      }
      if (change.after != index::kNoEntity) fresh.push_back(change.after);
    }
    changed.push_back(part_of(after[i], fresh, model()));
  }
  const auto index = index::Index::from_bytes(compile(book, "sha256:book", model()), "sha256:book");
  Concerned concerned(options);
  std::vector<std::uint32_t> places = concerned.among(*index, changed);
  if (Concerned::all(changed)) {
    places.clear();
    for (std::uint32_t place = 0; place < book.size(); ++place) places.push_back(place);
  }
  screened = places.size();
  match::Workspace workspace;
  for (const auto place : places) {
    const auto all_found = match::search(book[place], changed, options, workspace);
    hit += all_found.empty() ? 0 : 1;
    for (const auto& found : all_found) {
      const auto& edition = changed[found.edition];
      hits[{place, edition.list + " " + std::string(edition.index->entity_id(found.entity))}] = found.score;
    }
  }
  return hits;
}

/// Names that are near to one another on purpose, in several scripts, with legal forms, initials, titles and numbers.
class Generator {
 public:
  explicit Generator(std::uint32_t seed) : random_(seed), assets_(seed % 10 == 0) {}

  std::size_t below(std::size_t limit) { return random_() % limit; }
  bool one_in(std::size_t count) { return below(count) == 0; }

  template <typename T, std::size_t N>
  const T& any(const T (&of)[N]) {
    return of[below(N)];
  }

  std::string edited(std::string name) {
    if (name.size() < 4 || static_cast<unsigned char>(name[1]) >= 0x80) return name;
    const std::size_t at = 1 + below(name.size() - 2);
    if (static_cast<unsigned char>(name[at]) >= 0x80 || static_cast<unsigned char>(name[at + 1]) >= 0x80) return name;
    switch (below(4)) {
      case 0: name.erase(at, 1); break;
      case 1: name.insert(at, 1, static_cast<char>('a' + below(26))); break;
      case 2: std::swap(name[at], name[at + 1]); break;
      default: name[at] = ' '; break;
    }
    return name;
  }

  std::string person() {
    static const char* const given[] = {"Ivan", "John",      "Aleksandr", "Sasha",  "Mohammed", "Maria",   "Mario", "Vladimir",
                                        "V.",   "Александр", "محمد",      "Hassan", "Yan",      "William", "Bill"};
    static const char* const middle[] = {"", "", "Vladimirovich", "bin", "al", "Abdul", "P."};
    static const char* const family[] = {"Ivanov",  "Petrov", "Usmanov", "Al Obaidi", "Ubaidi", "Smith",     "Иванов",
                                         "Schmidt", "Kim",    "Li",      "Rezvan",    "Rizvan", "Mac Donald"};
    std::string name = any(given);
    if (const std::string between = any(middle); !between.empty()) name += " " + between;
    name += std::string(" ") + any(family);
    return one_in(3) ? edited(name) : name;
  }

  std::string firm() {
    static const char* const words[] = {"Romashka", "Vasilek", "Bank",   "Trading",    "Shipping", "Islamic", "Republic", "Iran", "Lines",
                                        "Завод",    "Plant",   "Moscow", "Technology", "Alfa",     "Delta",   "Gas",      "11420"};
    static const char* const forms[] = {"", "", "LLC", "OOO", "JSC", "GmbH", "Ltd"};
    std::string name = any(words);
    for (std::size_t i = below(4); i > 0; --i) name += std::string(" ") + any(words);
    if (one_in(12)) name = "IRISL";
    if (one_in(12)) name = "Islamic Republic of Iran Shipping Lines";
    if (const std::string form = any(forms); !form.empty()) name += " " + form;
    return one_in(3) ? edited(name) : name;
  }

  std::string name(std::string_view schema) {
    if (schema == "Person") return person();
    if (schema == "Address") return one_in(2) ? "Room 5, 12 Lenina street, Almaty" : "12 Lenin str., Almaty, Kazakhstan";
    return one_in(4) ? person() : firm();
  }

  std::string date() { return one_in(3) ? "1970-05-01" : one_in(2) ? "1970" : "1971-01-05"; }
  std::string country() { return one_in(2) ? "ru" : one_in(2) ? "kz" : "ir"; }
  std::string number() { return one_in(2) ? "7702070139" : one_in(2) ? "7707083893" : "9524451"; }

  Entity entity(std::size_t id) {
    static const char* const all[] = {"Person", "Person", "Company", "Organization", "LegalEntity", "Vessel", "Address", "Asset"};
    Entity entity;
    entity.id = "e" + std::to_string(id);
    entity.schema = any(all);
    if (entity.schema == "Asset" && !assets_) entity.schema = "Person";
    const std::string main = name(entity.schema);
    entity.caption = main;
    entity.add("name", main);
    if (one_in(2)) entity.add("alias", name(entity.schema));
    if (one_in(3)) entity.add("weakAlias", name(entity.schema));
    if (one_in(2)) entity.add("birthDate", date());
    if (one_in(2)) entity.add("country", country());
    if (one_in(5)) entity.add(entity.schema == "Vessel" ? "imoNumber" : "innCode", number());
    if (one_in(4)) entity.add("address", name("Address"));
    return entity;
  }

  match::Query query() {
    static const char* const all[] = {"", "Person", "Company", "LegalEntity", "Vessel", "Organization", "Address"};
    match::Query query;
    query.schema = any(all);
    if (!one_in(10)) query.names.push_back(name(query.schema));
    if (one_in(6)) query.names.push_back(name(query.schema));
    if (one_in(3)) query.birth_date = date();
    if (one_in(2)) query.countries = {country()};
    if (one_in(4)) query.addresses = {name("Address")};
    if (one_in(5)) query.identifiers = identifiers::in_text(number());
    return query;
  }

 private:
  std::mt19937 random_;
  bool assets_;  ///< things of a kind by which no book is compiled
};

TEST(Watch, FindsWhatAFullScreeningFinds) {
  std::size_t concerned = 0;
  std::size_t concerned_and_hit = 0;
  std::size_t hits = 0;
  for (std::uint32_t seed = 1; seed <= 150; ++seed) {
    Generator generator(seed);
    std::vector<match::Query> book;
    for (int i = 0; i < 150; ++i) book.push_back(generator.query());
    std::vector<match::LoadedEdition> before;
    std::vector<match::LoadedEdition> after;
    for (const auto* list : {"us_ofac_sdn", "house"}) {
      std::vector<Entity> old_entities;
      std::vector<Entity> new_entities;
      for (std::size_t id = 0; id < 60; ++id) {
        const Entity entity = generator.entity(id);
        if (!generator.one_in(12)) old_entities.push_back(entity);
        if (generator.one_in(12)) continue;
        new_entities.push_back(generator.one_in(8) ? generator.entity(id) : entity);
        new_entities.back().line = id + 7;
      }
      before.push_back(edition_of(list, old_entities));
      after.push_back(edition_of(list, new_entities));
    }
    match::Options options;
    if (seed % 3 == 0) options.threshold = 5500;
    if (seed % 3 == 1) options.threshold = 9000;
    const Hits full = screen_whole(book, after, options);
    std::size_t screened = 0;
    std::size_t hit = 0;
    EXPECT_EQ(watch_changes(screen_whole(book, before, options), book, before, after, options, screened, hit), full) << "seed " << seed;
    if (seed % 10 != 0) concerned += screened;
    if (seed % 10 != 0) concerned_and_hit += hit;
    hits += full.size();
  }
  EXPECT_GT(hits, 1000U);
  // It is no use to be asked for nearly everybody: most of whom it concerns have a hit.
  EXPECT_GT(2 * concerned_and_hit, concerned);
}

TEST(Watch, WellKnownNamesAreFoundFromTheOtherSide) {
  // "Mario" asked for against "Marja" loses more than the other way round; the search must go by the lesser loss.
  match::Query query;
  query.names = {"Marla Petrov"};
  query.schema = "Person";
  match::Query known;
  known.names = {"Maria Petrov"};
  known.schema = "Person";
  const std::vector<match::Query> book = {query, known};
  for (const auto* listed : {"Maria Petrov", "Marla Petrov", "Petrov Marla"}) {
    Entity entity;
    entity.id = "x";
    entity.schema = "Person";
    entity.add("name", listed);
    const std::vector<match::LoadedEdition> editions = {edition_of("l", {entity})};
    for (match::Score threshold = 6000; threshold <= 10000; threshold += 50) {
      match::Options options;
      options.threshold = threshold;
      std::set<std::uint32_t> full;
      for (const auto& [hit, score] : screen_whole(book, editions, options)) full.insert(hit.first);
      const auto index = index::Index::from_bytes(compile(book, "b", model()), "b");
      const auto places = Concerned(options).among(*index, editions);
      EXPECT_EQ(std::set<std::uint32_t>(places.begin(), places.end()), full) << listed << " " << threshold;
    }
  }
}

TEST(Watch, ChangesAreOfContent) {
  Entity same;
  same.id = "a";
  same.schema = "Person";
  same.add("name", "Ivan Ivanov");
  same.line = 1;
  Entity gone = same;
  gone.id = "b";
  Entity changed = same;
  changed.id = "c";
  const auto before = edition_of("l", {same, gone, changed});
  same.line = 9;
  changed.designations.push_back({"RUSSIA-EO14024", "", "", "", ""});
  Entity fresh = same;
  fresh.id = "d";
  const auto after = edition_of("l", {fresh, changed, same});
  const auto found = changes(before.index.get(), after.index.get());
  ASSERT_EQ(found.size(), 3U);
  EXPECT_EQ(before.index->entity_id(found[0].before), "b");
  EXPECT_EQ(found[0].after, index::kNoEntity);
  EXPECT_EQ(after.index->entity_id(found[1].after), "c");
  EXPECT_EQ(found[2].before, index::kNoEntity);
  EXPECT_EQ(changes(nullptr, after.index.get()).size(), 3U);
  EXPECT_EQ(changes(before.index.get(), nullptr).size(), 3U);
  EXPECT_TRUE(changes(after.index.get(), after.index.get()).empty());
}

}  // namespace
}  // namespace tamga::watch
