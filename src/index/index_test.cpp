#include "index/index.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>

#include "base/files.h"
#include "index/format.h"
#include "reference/names.h"

namespace tamga::index {
namespace {

Entity entity(std::string id, std::string schema, std::vector<std::string> names) {
  Entity result;
  result.id = std::move(id);
  result.schema = std::move(schema);
  result.caption = names.front();
  for (std::size_t i = 0; i < names.size(); ++i) result.add(i == 0 ? "name" : "alias", names[i]);
  return result;
}

Index make(const std::vector<Entity>& entities) {
  auto index = Index::from_bytes(build(entities, "sha256:test"), "sha256:test");
  EXPECT_TRUE(index.has_value()) << (index ? "" : index.error().text());
  return *std::move(index);
}

TEST(Index, KeepsEntitiesAndNames) {
  const auto index = make({entity("a-1", "Person", {"Vladimir Putin", "Владимир Путин"}), entity("a-2", "Vessel", {"Sabina"})});
  ASSERT_EQ(index.entity_count(), 2U);
  ASSERT_EQ(index.name_count(), 3U);
  EXPECT_EQ(index.entity_id(1), "a-2");
  EXPECT_EQ(index.entity_schema(0), "Person");
  EXPECT_EQ(index.name(1).text, "Владимир Путин");
  EXPECT_EQ(index.name(2).kind, names::Kind::vessel);
  EXPECT_EQ(index.entity(0).values("alias").size(), 1U);
}

TEST(Index, RefusesWhatIsNotItsFile) {
  const std::string good = build(std::vector<Entity>{entity("a-1", "Person", {"Vladimir Putin"})}, "sha256:test");
  EXPECT_FALSE(Index::from_bytes("", "sha256:test"));
  EXPECT_FALSE(Index::from_bytes(good, "sha256:other"));
  EXPECT_FALSE(Index::from_bytes(good.substr(0, good.size() - 1), "sha256:test"));
  for (std::size_t at = 0; at < good.size(); at += 7) {
    std::string bad = good;
    bad[at] = static_cast<char>(bad[at] ^ 0x20);
    EXPECT_FALSE(Index::from_bytes(bad, "sha256:test")) << "byte " << at;
  }
  EXPECT_FALSE(Index::open("/nowhere/index", "sha256:test"));
}

TEST(Index, FindsIdentifiers) {
  auto bank = entity("a-1", "Organization", {"VTB Bank"});
  bank.add("innCode", "7702070139");
  bank.add("swiftBic", "VTBRRUMM");
  const auto index = make({bank});
  const auto inn = identifiers::read("inn", "7702070139", "RU");
  ASSERT_TRUE(inn.identifier);
  ASSERT_EQ(index.find(*inn.identifier).size(), 1U);
  EXPECT_TRUE(index.find(*inn.identifier).front().checked);
  const auto other = identifiers::read("inn", "7707083893", "RU");
  EXPECT_TRUE(index.find(*other.identifier).empty());
}

TEST(KnownWords, KeepsWhatWasAddedAndNothingElse) {
  KnownWords known;
  const auto text_of = [](std::size_t i) { return fmt::format("word {}", i); };
  // Three texts to a hash, so that hashes alone tell nothing; one with more partners than a block holds.
  const auto hash_of = [](std::size_t i) { return std::uint64_t{i / 3} * 0x9e3779b97f4a7c15ULL; };
  const auto partners_of = [](std::size_t i) {
    return std::vector<Partner>(i == 500 ? 20'000 : i % 5, Partner{.word = static_cast<std::uint32_t>(i)});
  };
  for (int round = 0; round < 2; ++round) {
    for (std::size_t i = 0; i < 5'000; ++i) {
      ASSERT_EQ(known.find(hash_of(i), text_of(i)), nullptr);
      const auto partners = partners_of(i);
      const std::vector<WordPartners::Joined> joined(i % 2, {static_cast<std::uint32_t>(i), 7});
      WordPartners found;
      found.partners = partners;
      found.joined = joined;
      found.letters = static_cast<std::uint32_t>(i);
      known.add(hash_of(i), text_of(i), found);
    }
    for (std::size_t i = 0; i < 5'000; ++i) {
      const auto* found = known.find(hash_of(i), text_of(i));
      ASSERT_NE(found, nullptr) << i;
      EXPECT_EQ(found->letters, i);
      ASSERT_EQ(found->partners.size(), partners_of(i).size());
      for (const auto& partner : found->partners) ASSERT_EQ(partner.word, i);
      ASSERT_EQ(found->joined.size(), i % 2);
    }
    EXPECT_GT(known.bytes(), std::size_t{20'000} * sizeof(Partner));
    known.clear();
  }
}

// The promise: a search returns what scoring every name would return, whatever the numbers of the model.
TEST(Index, LosesNoName) {
  EXPECT_TRUE(rc::check("candidates hold every name that scores the threshold", [] {
    const auto model = *reference::models();
    const auto listed = *rc::gen::nonEmpty(rc::gen::container<std::vector<std::string>>(reference::names()));
    const auto changes = *rc::gen::arbitrary<std::uint64_t>();
    std::vector<Entity> entities;
    for (std::size_t i = 0; i < listed.size(); ++i) {
      const char* schema = i % 3 == 0 ? "Person" : i % 3 == 1 ? "Company" : "Vessel";
      entities.push_back(entity("x-" + std::to_string(i), schema, {listed[i]}));
    }
    const auto index = Index::from_bytes(build(entities, "sha256:test", *model), "sha256:test", *model);
    RC_ASSERT(index.has_value());
    Scratch scratch;
    names::Reader reader(*model);
    for (std::uint64_t round = 0; round < 6; ++round) {
      std::string text = *rc::gen::oneOf(reference::names(), rc::gen::elementOf(listed));
      if (round % 2 == 1) text = reference::changed(text, changes + round);
      const auto threshold = *rc::gen::element<names::Score>(1, 3000, 5000, 7000, 8500, 10000);
      for (const auto kind : {names::Kind::person, names::Kind::organisation, names::Kind::vessel}) {
        for (const auto& query : reader.read(text, kind)) {
          Wanted wanted;
          wanted.prepare(query.view(), *model);
          std::vector<std::uint32_t> candidates;
          index->candidates(wanted, threshold, scratch, candidates);
          RC_ASSERT(std::is_sorted(candidates.begin(), candidates.end()));
          RC_ASSERT(std::adjacent_find(candidates.begin(), candidates.end()) == candidates.end());
          for (std::uint32_t number = 0; number < index->name_count(); ++number) {
            if (index->name(number).kind != kind) continue;
            const auto score = names::compare(query.view(), index->name_view(number, scratch), *model).score;
            if (score < threshold) continue;
            if (!std::binary_search(candidates.begin(), candidates.end(), number)) {
              RC_FAIL(fmt::format("\"{}\" misses \"{}\", which scores {} of {}", text, index->name(number).text, score, threshold));
            }
          }
        }
      }
    }
  }));
}

// Numbers at the ends of their ranges, where bounds divide by nothing and words weigh nothing, initials of one key, x for two consonants.
TEST(Index, LosesNoNameThatItOnceLost) {
  struct Case {
    const char* numbers;
    const char* query;
    const char* listed;
    names::Score threshold;
  };
  for (const auto& [numbers, text, listed, threshold] : {
           Case{"missing_person = 0", "Igor Sechin", "Igor Sechin", 10'000},
           Case{"missing_person = 0\nweight_honorific = 0", "Haji", "Hagi", 7000},
           Case{"missing_person = 0\nweight_patronymic = 0", "Ivanovich", "Ivanowitz", 7000},
           Case{"missing_person = 100\nweight_particle = 0", "Vander Foobar", "van der Foobar", 9000},
           Case{"missing_person = 450", "J Kovalenko", "Y Kovalenko", 9500},
           Case{"missing_person = 450", "J Kovalenko", "I Kovalenko", 9500},
           Case{"missing_person = 450", "Xaxx", "キシクソクシ", 7000},
       }) {
    const auto model = names::Model::read({"matching.toml", fmt::format("[parameters]\n{}\n", numbers)});
    ASSERT_TRUE(model);
    const auto index = Index::from_bytes(build(std::vector<Entity>{entity("a", "Person", {listed})}, "sha256:test", **model), "sha256:test", **model);
    ASSERT_TRUE(index);
    const auto query = names::parse(text, names::Kind::person, **model);
    Scratch scratch;
    ASSERT_GE(names::compare(query.view(), index->name_view(0, scratch), **model).score, threshold) << text;
    Wanted wanted;
    wanted.prepare(query.view(), **model);
    std::vector<std::uint32_t> candidates;
    index->candidates(wanted, threshold, scratch, candidates);
    EXPECT_EQ(candidates.size(), 1U) << text;
  }
}

// What the index keeps of a name is what reading it again would give.
TEST(Index, KeepsNamesAsTheyAreRead) {
  EXPECT_TRUE(rc::check("a kept name compares as the name itself", [] {
    const auto model = *reference::models();
    const auto text = *reference::names();
    const auto other = names::parse(*reference::names(), names::Kind::organisation, *model);
    const auto index = Index::from_bytes(build(std::vector<Entity>{entity("a", "Company", {text.empty() ? "x" : text})}, "sha256:test", *model),
                                         "sha256:test", *model);
    RC_ASSERT(index.has_value());
    Scratch scratch;
    names::Reader reader(*model);
    for (std::uint32_t number = 0; number < index->name_count(); ++number) {
      const auto info = index->name(number);
      const auto& again = reader.read(info.text, info.kind)[info.reading];
      RC_ASSERT(names::compare(other.view(), index->name_view(number, scratch), *model).score ==
                names::compare(other.view(), again.view(), *model).score);
    }
  }));
}

// Every pair of short words within the edits that are allowed is met by a form (docs/matching.md).
TEST(Index, FormsMeetAllPairsWithinTheAllowedEdits) {
  std::vector<std::string> words = {""};
  for (std::size_t at = 0; at < words.size() && words[at].size() < 6; ++at) {
    for (const char c : {'a', 'b', 'c'}) words.push_back(words[at] + c);
  }
  std::vector<std::set<PackedForm>> forms(words.size());
  for (std::size_t i = 0; i < words.size(); ++i) {
    for_each_form(words[i], deletions_of(words[i].size()), [&](PackedForm form) { forms[i].insert(form); });
  }
  for (std::size_t i = 1; i < words.size(); ++i) {
    for (std::size_t j = 1; j < words.size(); j += 7) {
      const auto longer = std::max(words[i].size(), words[j].size());
      const int limit = names::edits_allowed(longer);
      const int edits = names::edit_distance(words[i], words[j], limit);
      if (edits > limit) continue;
      if (edits == 2 && longer <= names::kFirstLetterStays && words[i].front() != words[j].front()) continue;
      const bool meets = std::any_of(forms[i].begin(), forms[i].end(), [&](PackedForm form) { return forms[j].contains(form); });
      const bool one_letter = std::min(words[i].size(), words[j].size()) < 2;  // a word of one letter takes no edits
      EXPECT_TRUE(meets || one_letter) << words[i] << " " << words[j];
    }
  }
}

// Forms are made of the beginnings of longer words only.
TEST(Index, FormsMeetLongWordsWithinTwoEdits) {
  EXPECT_TRUE(rc::check("two edits of a long word leave a form in common", [] {
    const auto letters = rc::gen::inRange('a', 'd');
    auto word = *rc::gen::container<std::string>(12, letters);
    word.resize(*rc::gen::inRange<std::size_t>(6, 13));
    std::string other = word;
    for (int edit = 0; edit < 2; ++edit) {
      const auto at = *rc::gen::inRange<std::size_t>(0, other.size());
      switch (*rc::gen::inRange(0, 4)) {
        case 0: other[at] = *letters; break;
        case 1: other.erase(at, 1); break;
        case 2: other.insert(at, 1, *letters); break;
        default:
          if (at + 1 < other.size()) std::swap(other[at], other[at + 1]);
      }
    }
    if (names::edit_distance(word, other, 2) > 2 || std::max(word.size(), other.size()) <= names::kFirstLetterStays) return;
    std::set<PackedForm> forms;
    for_each_form(word, deletions_of(word.size()), [&](PackedForm form) { forms.insert(form); });
    bool meets = false;
    for_each_form(other, deletions_of(other.size()), [&](PackedForm form) { meets = meets || forms.contains(form); });
    RC_ASSERT(meets);
  }));
}

TEST(Index, FindsEntitiesByIdAndTheirRelations) {
  const std::vector<Entity> entities = {entity("b", "Company", {"Bank"}), entity("a", "Person", {"Owner"}), entity("c", "Company", {"Daughter"})};
  const auto edge = [](std::string id, std::string schema, std::string_view from, std::string_view from_id, std::string_view to,
                       std::string_view to_id) {
    Entity relation;
    relation.id = std::move(id);
    relation.schema = std::move(schema);
    relation.add(from, from_id);
    relation.add(to, to_id);
    return relation;
  };
  const std::vector<Entity> relations = {edge("r1", "Ownership", "owner", "a", "asset", "b"), edge("r2", "Ownership", "owner", "b", "asset", "c"),
                                         edge("r3", "Family", "person", "a", "relative", "elsewhere"),
                                         edge("r4", "Ownership", "owner", "b", "asset", "b")};
  const auto index = Index::from_bytes(build(entities, "sha256:test", *names::Model::standard(), relations), "sha256:test");
  ASSERT_TRUE(index);
  EXPECT_EQ(index->find_entity("b"), 0U);
  EXPECT_EQ(index->find_entity("a"), 1U);
  EXPECT_EQ(index->find_entity("elsewhere"), kNoEntity);
  EXPECT_EQ(index->relation_count(), 4U);
  EXPECT_EQ(index->relations_of(0), (std::vector<std::uint32_t>{0, 1, 3}));
  EXPECT_EQ(index->relations_of(1), (std::vector<std::uint32_t>{0, 2}));
  EXPECT_EQ(index->relations_of(2), (std::vector<std::uint32_t>{1}));
  const auto family = index->relation(2);
  EXPECT_EQ(family.from, 1U);
  EXPECT_EQ(family.to, kNoEntity);
  EXPECT_EQ(family.schema, "Family");
  EXPECT_EQ(family.json, to_json(relations[2]).dump());
  EXPECT_EQ(index->entity_json(2), to_json(entities[2]).dump());
}

TEST(Index, ProcessesShareTheMappedFile) {
  const auto path = std::filesystem::temp_directory_path() / fmt::format("tamga-index-test-{}", ::getpid());
  ASSERT_TRUE(write_file_atomically(path.string(), build(std::vector<Entity>{entity("a", "Person", {"Name"})}, "sha256:test")));
  const auto index = Index::open(path.string(), "sha256:test");
  ASSERT_TRUE(index);
  std::ifstream maps("/proc/self/maps");
  if (!maps) GTEST_SKIP() << "no /proc here";
  bool found = false;
  for (std::string line; std::getline(maps, line);) {
    if (line.find(path.string()) == std::string::npos) continue;
    found = true;
    EXPECT_NE(line.find(" r--s "), std::string::npos) << "shared and read-only: " << line;
  }
  EXPECT_TRUE(found) << "not mapped";
  // The file may be exchanged, or go, under whoever has it open.
  std::filesystem::remove(path);
  EXPECT_EQ(index->entity(0).id, "a");
}

}  // namespace
}  // namespace tamga::index
