#include "lists/links.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lists/readers.h"

namespace tamga::lists {
namespace {

Entity entity(std::string id, std::string_view name, std::string_view note = "") {
  Entity result;
  result.id = std::move(id);
  result.schema = "Company";
  result.caption = name;
  result.add("name", name);
  result.add("notes", note);
  return result;
}

TEST(Links, NotesBecomeEdgesWhereTheNameIsOneEntitys) {
  ReadList list;
  list.entities = {entity("a", "Alpha LLC", "Linked To: BANK ROSSIYA."),
                   entity("b", "Bank Rossiya"),
                   entity("c", "Twin"),
                   entity("d", "Twin"),
                   entity("e", "Echo", "Linked To: Twin"),
                   entity("f", "Self", "Linked To: Self"),
                   entity("g", "Golf", "Linked To: Nobody")};
  list.entities[2].add("alias", "Bank Rossiya");  // another's name: means that other one
  add_noted_links(list, "Linked To", "UnknownLink");
  ASSERT_EQ(list.relations.size(), 1U);
  const Entity& link = list.relations.front();
  EXPECT_EQ(link.first("subject"), "a");
  EXPECT_EQ(link.first("object"), "b");
  EXPECT_EQ(link.first("role"), "Linked To");
  EXPECT_EQ(link.id, "a-unknownlink-b");
  EXPECT_THAT(list.entities[0].values("notes"), testing::ElementsAre("Linked To: BANK ROSSIYA.")) << "the note stays";
}

TEST(Links, NamesAsPublished) {
  std::vector<Entity> entities = {entity("p", "Ajmal RAHMANI")};
  entities[0].add("publishedName", "RAHMANI, Ajmal");
  const NameTable table(entities);
  EXPECT_EQ(table.find("Rahmani,  Ajmal"), 0U);
  EXPECT_EQ(table.find("Ajmal Rahmani"), 0U);
  EXPECT_EQ(table.find("Ajmal Rahman"), std::nullopt);
}

}  // namespace
}  // namespace tamga::lists
