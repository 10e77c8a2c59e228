#include "goods/nomenclature.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <map>
#include <string>

namespace tamga::goods {
namespace {

Result<std::vector<CodeWords>> read(std::string text) { return read_nomenclature(NamedBytes{"n.csv", std::move(text)}); }

void refused(const std::string& text, std::uint64_t line, std::string_view what) {
  const auto rows = read(text);
  ASSERT_FALSE(rows) << text;
  EXPECT_EQ(rows.error().file, "n.csv");
  EXPECT_EQ(rows.error().line, line) << rows.error().text();
  EXPECT_NE(rows.error().message.find(what), std::string::npos) << rows.error().text();
}

TEST(Nomenclature, ReadsTheColumnsInAnyOrder) {
  const auto rows =
      read("section,HSCode,Description,parent,level\nI,01,Animals; live,TOTAL,2\nI,0101,\"Horses, asses; live\",01,4\nTOTAL,TOTAL,Total,TOTAL,5\n");
  ASSERT_TRUE(rows) << rows.error().text();
  ASSERT_EQ(rows->size(), 1U);
  EXPECT_EQ(rows->front().code, "0101");
  EXPECT_EQ(rows->front().words, "Horses, asses; live");
  const auto tnved = read("name,code\nподшипники шариковые,8482 10 900\n");
  ASSERT_FALSE(tnved);  // nine digits: one was lost
  EXPECT_EQ(read("name,code\nподшипники шариковые,8482 10 900 0\n").value().at(0).code, "8482109000");
}

TEST(Nomenclature, RefusesWithItsLine) {
  refused("", 1, "the first line must be a header");
  refused("code,price\n0101,3\n", 1, "one of descriptions");
  refused("code,description\n0101,Horses\n10121,Donkeys\n", 3, "a leading zero");
  refused("code,description\n01O1,Horses\n", 2, "is not a goods code");
  refused("code,description\n0101,Horses\n0101,Asses\n", 3, "stands twice");
  refused("code,description\n0101, \n", 2, "has no description");
  refused("code,description\n0101,Horses,more\n", 2, "3 fields, expected 2");
  refused("code,description\n0101,\"Horses\n", 2, "quote");
  refused("code,description\n01,Animals\n", 0, "holds no code");
  refused("code,description\n0101," + std::string(10'001, 'x') + "\n", 2, "longer than");
}

RC_GTEST_PROP(Nomenclature, WhatIsWrittenReadsBackTheSame, ()) {
  const auto codes = *rc::gen::map(rc::gen::container<std::map<int, std::string>>(rc::gen::inRange(1000, 9999), rc::gen::string<std::string>()),
                                   [](std::map<int, std::string> in) { return in; });
  std::vector<CodeWords> entries;
  // A quoted field keeps every byte but a lone carriage return, which ends a line elsewhere.
  for (auto [code, words] : codes) {
    std::erase_if(words, [](char c) { return static_cast<unsigned char>(c) < 0x20; });
    entries.push_back({std::to_string(code), "w" + words});
  }
  if (entries.empty()) return;
  const auto back = read(write_nomenclature(entries));
  RC_ASSERT(back.has_value());
  RC_ASSERT(back->size() == entries.size());
  for (std::size_t i = 0; i < entries.size(); ++i) {
    RC_ASSERT(back->at(i).code == entries[i].code);
    RC_ASSERT(back->at(i).words == entries[i].words);
  }
}

}  // namespace
}  // namespace tamga::goods
