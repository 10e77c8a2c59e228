#include "goods/plausible.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <set>

#include "base/files.h"
#include "goods/goods.h"

namespace tamga::goods {
namespace {

const Date kToday = Date::parse("2026-11-23").value();

std::string error_of(const NamedBytes& file) {
  const auto lists = ControlLists::read(std::vector<NamedBytes>{file});
  return lists ? std::string("no error") : lists.error().text();
}

NamedBytes ranges(std::string rows) { return {"plausible.csv", "# table: plausible\ncode,unit,kg_low,kg_high,eur_low,eur_high\n" + rows}; }
NamedBytes currencies(std::string rows) { return {"currencies.csv", "# table: currencies\ncurrency,per_euro_low,per_euro_high,words\n" + rows}; }

std::vector<NamedBytes> shipped() {
  std::vector<NamedBytes> files;
  for (const auto& file : std::filesystem::directory_iterator(std::string(TAMGA_SOURCE_DIR) + "/data/goods")) {
    if (file.path().extension() != ".csv") continue;
    files.push_back({file.path().filename().string(), read_file(file.path().string()).value_or("")});
  }
  return files;
}

TEST(Plausible, TheLongestBeginningCounts) {
  const auto lists =
      ControlLists::read(std::vector<NamedBytes>{ranges("8542,pcs,0.0001,1,0.01,50000\n854231,pcs,0.0001,0.5,0.05,20000\n1001,kg,1,1,0.07,1\n")});
  ASSERT_TRUE(lists) << lists.error().text();
  const auto& table = lists->plausibility();
  EXPECT_EQ(table.of_code("8542319010")->code, "854231");
  EXPECT_EQ(table.of_code("854232")->code, "8542");
  EXPECT_TRUE(table.of_code("100199")->by_weight);
  EXPECT_FALSE(table.of_code("950300"));
  EXPECT_FALSE(table.of_code(""));
  EXPECT_FALSE(ControlLists().plausibility().of_code("854231"));
}

TEST(Plausible, CurrenciesHaveBoundsOrNone) {
  const auto lists = ControlLists::read(std::vector<NamedBytes>{currencies("USD,0.8,1.65,\n")});
  ASSERT_TRUE(lists) << lists.error().text();
  EXPECT_EQ(lists->plausibility().per_euro("USD")->high.text(), "1.65");
  EXPECT_EQ(lists->plausibility().per_euro("EUR")->low.text(), "1");
  EXPECT_FALSE(lists->plausibility().per_euro("KZT"));
  EXPECT_FALSE(lists->plausibility().per_euro(""));
}

TEST(Plausible, BadTablesAreRefusedWithTheirLine) {
  EXPECT_EQ(error_of(ranges("854231,set,1,2,3,4\n")), "plausible.csv:3: `set` is not a unit, expected pcs or kg");
  EXPECT_EQ(error_of(ranges("85423190,pcs,1,2,3,4\n")), "plausible.csv:3: `85423190` is not a goods code, expected 2 to 6 digits");
  EXPECT_EQ(error_of(ranges("854231,pcs,2,1,3,4\n")), "plausible.csv:3: `2` and `1` are no bounds, expected two positive numbers, the lower first");
  EXPECT_EQ(error_of(ranges("854231,pcs,1,2,0,4\n")), "plausible.csv:3: `0` and `4` are no bounds, expected two positive numbers, the lower first");
  EXPECT_EQ(error_of(ranges("854231,pcs,1,2,3,4\n854231,pcs,1,2,3,4\n")), "plausible.csv:4: 854231 stands twice");
  EXPECT_EQ(error_of(ranges("854231,pcs,1,2\n")), "plausible.csv:3: 4 fields, expected 6");
  EXPECT_EQ(error_of(currencies("usd,1,2,\n")), "currencies.csv:3: `usd` is not a currency, expected three capital letters (ISO 4217)");
  EXPECT_EQ(error_of({"x.csv", "# table: plausible\ncode,unit\n"}), "x.csv:2: expected the columns code,unit,kg_low,kg_high,eur_low,eur_high");
}

TEST(Plausible, TheShippedTableHoldsThePriorityCodes) {
  const auto lists = ControlLists::read(shipped());
  ASSERT_TRUE(lists) << lists.error().text();
  EXPECT_EQ(lists->plausibility().size(), 244U);
  const auto chips = lists->plausibility().of_code("8542319010");
  ASSERT_TRUE(chips);
  EXPECT_FALSE(chips->by_weight);
  EXPECT_TRUE(lists->plausibility().of_code("100199")->by_weight);
  EXPECT_TRUE(lists->plausibility().per_euro("USD"));
  EXPECT_FALSE(lists->plausibility().per_euro("RUB")) << "the rouble has had no bounds";
}

// Editions of the Harmonized System. ----------------------------------------------------------------------------------

NamedBytes list(std::string rows) {
  return {"test.one.csv",
          "# list: test.one\n# title: t\n# regime: eu\n# article: a\n# source: s\n# collected: 2026-11-23\n# verified: yes\n"
          "code,from,to,verified,words\n" +
              rows};
}
NamedBytes moves(std::string edition, std::string rows) {
  return {"moves_" + edition + ".csv", "# table: renumbered\n# edition: " + edition + "\nold,new,part,words\n" + rows};
}

std::vector<std::string> found(const std::vector<NamedBytes>& files, std::string_view code) {
  const auto lists = ControlLists::read(files);
  EXPECT_TRUE(lists.has_value()) << lists.error().text();
  std::vector<std::string> out;
  if (!lists) return out;
  for (const auto& control : lists->find(code, kToday)) out.push_back(control.code + (control.partial ? " partial" : ""));
  return out;
}

using Found = std::vector<std::string>;

TEST(Editions, ACodeIsFollowedOverTwoEditionsEachWay) {
  const std::vector<NamedBytes> files = {list("853952,,,,x\n"), moves("2012-2017", "853950,853951,no,w\n853949,853950,yes,w\n"),
                                         moves("2017-2022", "853950,853952,no,w\n")};
  EXPECT_EQ(found(files, "853950"), Found{"853952"});
  EXPECT_EQ(found(files, "853949"), Found{"853952 partial"}) << "only a part of it went that way";
  const std::vector<NamedBytes> old = {list("853949,,,,x\n"), moves("2012-2017", "853949,853950,yes,w\n"),
                                       moves("2017-2022", "853950,853952,merged,w\n")};
  EXPECT_EQ(found(old, "853952"), Found{"853949 partial"}) << "it holds other goods too";
  EXPECT_EQ(found(old, "853950"), Found{"853949"});
}

TEST(Editions, AMoveOfACodeThatStaysInUseIsToldAndNotFollowed) {
  const std::vector<NamedBytes> files = {list("848580,,,,x\n"), moves("2017-2022", "847989,848580,stays,w\n")};
  EXPECT_EQ(found(files, "847989"), Found{});
  const auto lists = ControlLists::read(files);
  ASSERT_EQ(lists->renumberings("8479899708").size(), 1U);
  EXPECT_TRUE(lists->renumberings("847989")[0].stays);
  EXPECT_EQ(lists->renumberings("848580")[0].old_code, "847989");
  EXPECT_TRUE(lists->renumberings("8479").empty());
  EXPECT_EQ(error_of(moves("2022-2028", "")), "moves_2022-2028.csv:1: `edition: 2022-2028`, expected 2012-2017 or 2017-2022");
  EXPECT_EQ(error_of(moves("2017-2022", "847989,848580,perhaps,w\n")),
            "moves_2017-2022.csv:4: `perhaps`, expected one of no, yes, merged, both, stays");
}

TEST(Editions, TheShippedMovesAgreeWithTheCodesOfHs2022) {
  const std::string path = std::string(TAMGA_SOURCE_DIR) + "/../shared/data/goods/hs6_harmonized-system.csv";
  if (!std::filesystem::exists(path)) GTEST_SKIP() << "../shared/data is not here";
  std::set<std::string, std::less<>> in_use;
  const auto bytes = read_file(path);
  ASSERT_TRUE(bytes.has_value());
  std::string_view rest = *bytes;
  while (!rest.empty()) {
    const auto line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(line.size() + 1, rest.size()));
    const auto comma = line.find(',');
    if (comma == std::string_view::npos) continue;
    in_use.emplace(line.substr(comma + 1, line.find(',', comma + 1) - comma - 1));
  }
  ASSERT_TRUE(in_use.contains("854231"));
  const auto lists = ControlLists::read(shipped());
  ASSERT_TRUE(lists) << lists.error().text();
  std::size_t seen = 0;
  for (int chapter = 84; chapter <= 90; ++chapter) {
    for (int tail = 0; tail < 10'000; ++tail) {
      for (const auto& move : lists->renumberings(std::to_string(chapter * 10'000 + tail))) {
        if (move.old_code != std::to_string(chapter * 10'000 + tail)) continue;
        ++seen;
        EXPECT_EQ(in_use.contains(move.old_code), move.stays) << move.old_code << " is in use after it moved to " << move.new_code;
        // A code of 2017 may have moved on since.
        const auto onward = lists->renumberings(move.new_code);
        const bool moved_on =
            std::any_of(onward.begin(), onward.end(), [&](const auto& next) { return next.from == move.to && next.old_code == move.new_code; });
        EXPECT_TRUE(in_use.contains(move.new_code) || moved_on) << move.new_code;
      }
    }
  }
  EXPECT_GE(seen, 100U);
}

TEST(Editions, AnOlderCodeOfAPriorityItemIsFound) {
  const auto lists = ControlLists::read(shipped());
  ASSERT_TRUE(lists) << lists.error().text();
  for (const auto& [old_code, list] : std::vector<std::pair<std::string, std::string>>{
           {"852580", "chpl.3a"}, {"854150", "chpl.3a"}, {"854890", "chpl.2"}, {"880330", "chpl.3b"}, {"854140", "chpl.3a"}}) {
    const auto controls = lists->find(old_code, kToday);
    EXPECT_TRUE(std::any_of(controls.begin(), controls.end(), [&](const Control& control) { return control.list == list; })) << old_code;
  }
}

}  // namespace
}  // namespace tamga::goods
