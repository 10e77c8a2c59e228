#include "index/index.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "base/files.h"

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
  EXPECT_EQ(index.name(2).kind, names::Kind::other);
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

rc::Gen<std::string> word() {
  return rc::gen::oneOf(
      rc::gen::container<std::string>(rc::gen::elementOf(std::string("aeiklmnors"))),
      rc::gen::element<std::string>("kovalenko", "kovalenka", "kovalneko", "koval", "enko", "romashka", "romashca", "bank", "company", "llc", "7",
                                    "11", "v", "A.B.", "mohammed", "muhamad", "al", "Коваленко", "hong", "kong", "hongkong"));
}

rc::Gen<std::string> name() {
  return rc::gen::map(rc::gen::resize(5, rc::gen::nonEmpty(rc::gen::container<std::vector<std::string>>(word()))),
                      [](const std::vector<std::string>& words) {
                        std::string text;
                        for (const auto& item : words) text += (text.empty() ? "" : " ") + item;
                        return text;
                      });
}

// The promise: a search returns what scoring every name would return.
TEST(Index, LosesNoName) {
  EXPECT_TRUE(rc::check("candidates hold every name that scores the threshold", [] {
    const auto listed = *rc::gen::nonEmpty(rc::gen::container<std::vector<std::string>>(name()));
    std::vector<Entity> entities;
    for (std::size_t i = 0; i < listed.size(); ++i) {
      const char* schema = i % 3 == 0 ? "Person" : i % 3 == 1 ? "Company" : "Vessel";
      entities.push_back(entity("x-" + std::to_string(i), schema, {listed[i]}));
    }
    const auto index = make(entities);
    Scratch scratch;
    for (int round = 0; round < 5; ++round) {
      const auto query_text = *rc::gen::oneOf(name(), rc::gen::elementOf(listed));
      const auto threshold = *rc::gen::element<names::Score>(1, 3000, 5000, 7000, 8500, 10000);
      for (const auto kind : {names::Kind::person, names::Kind::organisation, names::Kind::other}) {
        const auto query = names::parse(query_text, kind);
        std::vector<std::uint32_t> candidates;
        index.candidates(query, threshold, scratch, candidates);
        RC_ASSERT(std::is_sorted(candidates.begin(), candidates.end()));
        for (std::uint32_t number = 0; number < index.name_count(); ++number) {
          const auto view = index.name(number);
          if (view.kind != kind) continue;
          const auto score = names::compare(query, names::parse(view.text, kind)).score;
          if (score >= threshold) RC_ASSERT(std::binary_search(candidates.begin(), candidates.end(), number));
        }
      }
    }
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
  const auto index = Index::from_bytes(build(entities, "sha256:test", relations), "sha256:test");
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
