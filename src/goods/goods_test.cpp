#include "goods/goods.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>

namespace tamga::goods {
namespace {

const Date kToday = Date::parse("2026-11-23").value();

NamedBytes table(std::string rows, std::string list = "test.one", std::string more = "# verified: yes\n") {
  return {list + ".csv", "# list: " + list + "\n# title: A test\n# regime: eu\n# article: Art 1\n# source: made up\n# collected: 2026-11-23\n" +
                             more + "code,from,to,verified,words\n" + rows};
}

NamedBytes moves(std::string rows) { return {"renumbered.csv", "# table: renumbered\nold,new,part,words\n" + rows}; }

ControlLists lists_of(const std::vector<NamedBytes>& files) {
  auto lists = ControlLists::read(files);
  EXPECT_TRUE(lists.has_value()) << lists.error().text();
  return lists.value_or(ControlLists());
}

std::string error_of(const std::vector<NamedBytes>& files) {
  const auto lists = ControlLists::read(files);
  return lists ? std::string("no error") : lists.error().text();
}

std::vector<std::string> found(const ControlLists& lists, std::string_view code, Date day = kToday) {
  std::vector<std::string> out;
  for (const auto& control : lists.find(code, day)) out.push_back(control.list + " " + control.code + (control.partial ? " partial" : ""));
  return out;
}

using Found = std::vector<std::string>;

TEST(Find, CoversLongerCodesAndPartsOfShorterOnes) {
  const auto lists = lists_of({table("854231,,,,a\n85423290,,,,b\n90,,,,c\n")});
  EXPECT_EQ(found(lists, "854231"), Found{"test.one 854231"});
  EXPECT_EQ(found(lists, "8542319010"), Found{"test.one 854231"});
  EXPECT_EQ(found(lists, "854232"), Found{"test.one 85423290 partial"});
  EXPECT_EQ(found(lists, "85423210"), Found{});
  EXPECT_EQ(found(lists, "8542"), (Found{"test.one 854231 partial", "test.one 85423290 partial"}));
  EXPECT_EQ(found(lists, "901310"), Found{"test.one 90"});
  EXPECT_EQ(found(lists, "9013"), Found{"test.one 90"});
  EXPECT_EQ(found(lists, "854239"), Found{});
  for (const char* other : {"", "85", "854", "85423x", "85 423", "85423190101"}) EXPECT_EQ(found(lists, other), Found{}) << other;
  EXPECT_TRUE(ControlLists().find("854231", kToday).empty());
}

TEST(Find, DaysOfEffect) {
  const auto lists =
      lists_of({table("854231,2024-03-20,2024-12-31,,a\n854231,2025-06-01,,,b\n854232,,,,c\n", "test.one", "# verified: yes\n# from: 2023-01-01\n")});
  const auto on = [&](const char* code, const char* day) { return found(lists, code, Date::parse(day).value()); };
  EXPECT_EQ(on("854231", "2024-03-19"), Found{});
  EXPECT_EQ(on("854231", "2024-03-20"), Found{"test.one 854231"});
  EXPECT_EQ(on("854231", "2024-12-31"), Found{"test.one 854231"});
  EXPECT_EQ(on("854231", "2025-01-01"), Found{});
  EXPECT_EQ(on("854231", "2025-06-01"), Found{"test.one 854231"});
  EXPECT_EQ(on("854232", "2022-12-31"), Found{});
  EXPECT_EQ(on("854232", "2023-01-01"), Found{"test.one 854232"});
}

TEST(Find, FollowsRenumbering) {
  const auto lists = lists_of({table("854800,,,,a\n854149,,,,b\n88073010,,,,c\n85,,,,d\n"), table("854890,,,,e\n", "test.two"),
                               moves("854890,854800,no,x\n854140,854149,yes,y\n880330,880730,no,z\n")});
  EXPECT_EQ(found(lists, "854890"), (Found{"test.one 85", "test.one 854800", "test.two 854890"}));
  EXPECT_EQ(found(lists, "85489090"), (Found{"test.one 85", "test.one 854800", "test.two 854890"}));
  EXPECT_EQ(found(lists, "854800"), (Found{"test.one 85", "test.one 854800", "test.two 854890"}));
  EXPECT_EQ(found(lists, "854140"), (Found{"test.one 85", "test.one 854149 partial"}));
  EXPECT_EQ(found(lists, "8541401000"), (Found{"test.one 85", "test.one 854149 partial"}));
  EXPECT_EQ(found(lists, "880330"), Found{"test.one 88073010 partial"});
  EXPECT_EQ(found(lists, "8803"), Found{"test.one 88073010 partial"});
  EXPECT_EQ(found(lists, "8541"), (Found{"test.one 85", "test.one 854149 partial"}));
}

TEST(Read, CarriesTheHeader) {
  const auto lists =
      lists_of({table("854231,2024-03-20,,yes,\"one, two \"\"three\"\"\"\n854232,,,no,plain\r\n", "test.one", "# verified: partly\n")});
  const auto controls = lists.find("8542", kToday);
  ASSERT_EQ(controls.size(), 2U);
  EXPECT_EQ(controls[0].words, "one, two \"three\"");
  EXPECT_EQ(controls[0].title, "A test");
  EXPECT_EQ(controls[0].regime, "eu");
  EXPECT_EQ(controls[0].article, "Art 1");
  EXPECT_EQ(controls[0].from, Date::parse("2024-03-20"));
  EXPECT_FALSE(controls[0].to.has_value());
  EXPECT_TRUE(controls[0].verified);
  EXPECT_EQ(controls[1].words, "plain");
  EXPECT_FALSE(controls[1].verified);
  const auto summaries = lists.summaries();
  ASSERT_EQ(summaries.size(), 1U);
  EXPECT_EQ(summaries[0].list, "test.one");
  EXPECT_EQ(summaries[0].codes, 2U);
  EXPECT_FALSE(summaries[0].verified);
}

TEST(Read, SaysWhatIsWrongAndWhere) {
  EXPECT_EQ(error_of({table("85423x,,,,a\n")}), "test.one.csv:9: `85423x` is not a goods code, expected 2 to 10 digits");
  EXPECT_EQ(error_of({table("8,,,,a\n")}), "test.one.csv:9: `8` is not a goods code, expected 2 to 10 digits");
  EXPECT_EQ(error_of({table("854231,,,,a\n854231,2024-01-01,,,b\n")}), "test.one.csv: 854231 stands twice for the same days");
  EXPECT_EQ(error_of({table("854231,,\n")}), "test.one.csv:9: 3 fields, expected 5");
  EXPECT_EQ(error_of({table("854231,2024-13-01,,,a\n")}), "test.one.csv:9: `2024-13-01` is not a day, expected YYYY-MM-DD");
  EXPECT_EQ(error_of({table("854231,2024-02-01,2024-01-01,,a\n")}), "test.one.csv:9: 854231 ends before it begins");
  EXPECT_EQ(error_of({table("854231,,,maybe,a\n")}), "test.one.csv:9: `maybe` is not a verdict, expected yes or no");
  EXPECT_EQ(error_of({table("854231,,,,a, b\n")}), "test.one.csv:9: words that hold a comma or a quote must stand in quotes");
  EXPECT_EQ(error_of({table("854231,,,,\"a\n")}), "test.one.csv:9: the quoted words do not end at the end of the line");
  EXPECT_EQ(error_of({table("854231,,,,a\n", "test.one", "# verified: partly\n")}),
            "test.one.csv:9: the list is verified in part, so 854231 must say yes or no");
  EXPECT_EQ(error_of({table("854231,,,,a\n", "test.one", "# verified: yes\n# colour: red\n")}).substr(0, 54),
            "test.one.csv:8: unknown header `colour`, expected one ");
  EXPECT_EQ(error_of({table("854231,,,,a\n", "test.one", "")}), "test.one.csv:1: the header has no `# verified: …`");
  EXPECT_EQ(error_of({table("")}), "test.one.csv:8: the list holds no code");
  EXPECT_EQ(error_of({table("854231,,,,a\n"), table("854231,,,,a\n")}), "test.one.csv:1: the list test.one stands in another file already");
  EXPECT_EQ(error_of({{"x.csv", "code\n"}}), "x.csv:1: expected the columns code,from,to,verified,words");
  EXPECT_EQ(error_of({{"x.csv", ""}}), "x.csv: the file ends before its column names");
  EXPECT_EQ(error_of({moves("85489,854800,no,x\n")}), "renumbered.csv:3: `85489` is not an HS code, expected 6 digits");
  EXPECT_EQ(error_of({moves("854890,854800,no,x\n854890,854800,yes,x\n")}), "renumbered.csv:4: 854890 to 854800 stands twice");
}

TEST(ReadCode, AsPeopleWriteIt) {
  EXPECT_EQ(read_code("8542 31").value(), "854231");
  EXPECT_EQ(read_code("8542.31.90 10").value(), "8542319010");
  EXPECT_EQ(read_code("0101 21 00").value(), "01012100");
  EXPECT_EQ(read_code(" 8542 ").value(), "8542");
  for (const char* wrong : {"", "85", "85423", "85423190101", "8542-31", "8542x1", "ex 8542 31", "008542"})
    EXPECT_FALSE(read_code(wrong).has_value()) << wrong;
  EXPECT_EQ(read_code("85423").error().text(), "`85423` is not a goods code: expected 6 to 10 digits (HS 6, CN 8, TN VED 10), or 4 for a heading");
}

// The oracle: every entry of every list, one by one.
struct OracleEntry {
  std::string list, code;
  std::optional<Date> from, to;
};
struct OracleMove {
  std::string old_code, new_code;
  bool part;
};

Found scan(const std::vector<OracleEntry>& entries, const std::vector<OracleMove>& moved, const std::string& code, Date day) {
  std::map<std::pair<std::string, std::string>, bool> best;  // list and code: partial
  const auto look = [&](const std::string& asked, bool partial) {
    for (const auto& e : entries) {
      if ((e.from && day < *e.from) || (e.to && *e.to < day)) continue;
      const bool covers = asked.starts_with(e.code);
      if (!covers && !e.code.starts_with(asked)) continue;
      const bool is_partial = partial || !covers;
      const auto [at, added] = best.try_emplace({e.list, e.code}, is_partial);
      if (!added) at->second = at->second && is_partial;
    }
  };
  look(code, false);
  const std::string hs = code.substr(0, 6);
  for (const auto& move : moved) {
    if (move.old_code.substr(0, hs.size()) == hs) look(move.new_code, move.part || hs.size() < 6);
    if (move.new_code.substr(0, hs.size()) == hs) look(move.old_code, hs.size() < 6);
  }
  Found out;
  for (const auto& [key, partial] : best) out.push_back(key.first + " " + key.second + (partial ? " partial" : ""));
  return out;
}

TEST(Find, SameAsScanningEverything) {
  const bool holds = rc::check("find equals a scan of all entries", [] {
    // Few digits, so that codes meet.
    const auto code = [](std::size_t length) {
      std::string out;
      while (out.size() < length) out += "089"[*rc::gen::inRange(0, 3)];
      return out;
    };
    const auto day = [] { return Date{Date::parse("2024-01-01").value().day + std::chrono::days(*rc::gen::inRange(0, 20))}; };
    std::vector<OracleEntry> entries;
    std::vector<NamedBytes> files;
    for (const std::string list : {"b.list", "a.list", "c.list"}) {
      std::set<std::string> codes;
      std::string rows;
      const auto count = *rc::gen::inRange(1, 30);
      for (int i = 0; i < count; ++i) {
        OracleEntry entry{list, code(static_cast<std::size_t>(*rc::gen::inRange(2, 11))), {}, {}};
        if (!codes.insert(entry.code).second) continue;
        if (*rc::gen::inRange(0, 3) == 0) entry.from = day();
        if (*rc::gen::inRange(0, 3) == 0) entry.to = entry.from ? Date{entry.from->day + std::chrono::days(5)} : day();
        rows += fmt::format("{},{},{},,w\n", entry.code, entry.from ? entry.from->text() : "", entry.to ? entry.to->text() : "");
        entries.push_back(entry);
      }
      files.push_back(table(rows, list));
    }
    std::vector<OracleMove> moved;
    std::set<std::pair<std::string, std::string>> known;
    std::string move_rows;
    const auto move_count = *rc::gen::inRange(0, 4);
    for (int i = 0; i < move_count; ++i) {
      OracleMove move{code(6), code(6), *rc::gen::arbitrary<bool>()};
      if (!known.emplace(move.old_code, move.new_code).second) continue;
      move_rows += fmt::format("{},{},{},w\n", move.old_code, move.new_code, move.part ? "yes" : "no");
      moved.push_back(move);
    }
    files.push_back(moves(move_rows));
    const auto lists = ControlLists::read(files);
    RC_ASSERT(lists.has_value());
    for (int i = 0; i < 20; ++i) {
      const std::string asked = code(static_cast<std::size_t>(*rc::gen::inRange(4, 11)));
      const Date on = day();
      RC_ASSERT(found(*lists, asked, on) == scan(entries, moved, asked, on));
    }
  });
  EXPECT_TRUE(holds);
}

// The tables in the repository. -------------------------------------------------------------------------------------

std::vector<NamedBytes> shipped() {
  std::vector<NamedBytes> files;
  for (const auto& file : std::filesystem::directory_iterator(std::string(TAMGA_SOURCE_DIR) + "/data/goods")) {
    if (file.path().extension() != ".csv") continue;
    auto bytes = read_file(file.path().string());
    EXPECT_TRUE(bytes.has_value());
    files.push_back({file.path().filename().string(), bytes.value_or("")});
  }
  std::sort(files.begin(), files.end(), [](const NamedBytes& a, const NamedBytes& b) { return a.name < b.name; });
  return files;
}

TEST(ShippedTables, AllAreReadAndCounted) {
  const auto lists = lists_of(shipped());
  std::map<std::string, std::size_t> codes;
  std::size_t priority = 0;
  for (const auto& summary : lists.summaries()) {
    codes[summary.list] = summary.codes;
    if (summary.list.starts_with("chpl.")) priority += summary.codes;
  }
  EXPECT_EQ(priority, 50U);
  EXPECT_EQ(codes["chpl.1"], 4U);
  EXPECT_EQ(codes["chpl.2"], 5U);
  EXPECT_EQ(codes["chpl.3a"], 16U);
  EXPECT_EQ(codes["chpl.3b"], 9U);
  EXPECT_EQ(codes["chpl.4a"], 11U);
  EXPECT_EQ(codes["chpl.4b"], 5U);
  EXPECT_EQ(codes["eu.833.xl"], 50U);
  EXPECT_EQ(codes["us.746.supp7"], 9U);
  for (const char* list : {"eu.833.xxiii", "us.746.supp4", "us.746.supp5", "eu.833.export_ban_2023"}) EXPECT_GT(codes[list], 0U) << list;
}

TEST(ShippedTables, AProcessorInTheOldAndNewDays) {
  const auto lists = lists_of(shipped());
  EXPECT_EQ(found(lists, "8542319010"), (Found{"chpl.1 854231", "eu.833.export_ban_2023 85423190", "eu.833.xl 854231", "eu.833.xxiii 85",
                                               "us.746.supp4 85", "us.746.supp4 854231", "us.746.supp7 854231"}));
  const auto before = found(lists, "854231", Date::parse("2022-01-01").value());
  EXPECT_EQ(before, Found{});
  // An older customs declaration says 8548 90 and 8541 50.
  const auto parts = found(lists, "854890");
  EXPECT_NE(std::find(parts.begin(), parts.end(), "chpl.2 854800"), parts.end());
  const auto semiconductors = found(lists, "854150");
  EXPECT_NE(std::find(semiconductors.begin(), semiconductors.end(), "chpl.3a 854151 partial"), semiconductors.end());
  EXPECT_NE(std::find(semiconductors.begin(), semiconductors.end(), "chpl.3a 854159 partial"), semiconductors.end());
}

TEST(ShippedTables, PriorityCodesAreThoseOfTheCollectedList) {
  const std::string path = std::string(TAMGA_SOURCE_DIR) + "/../shared/data/goods/chpl_2024-02-23.csv";
  if (!std::filesystem::exists(path)) GTEST_SKIP() << "../shared/data is not here";
  const auto lists = lists_of(shipped());
  const auto bytes = read_file(path);
  ASSERT_TRUE(bytes.has_value());
  std::size_t rows = 0;
  std::string_view rest = *bytes;
  while (!rest.empty()) {
    const auto line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(line.size() + 1, rest.size()));
    if (line.size() < 8 || line[0] < '0' || line[0] > '9') continue;
    std::string tier(line.substr(7, line.find(',', 7) - 7));
    std::erase(tier, '.');
    if (tier.size() == 2) tier[1] = static_cast<char>(tier[1] - 'A' + 'a');
    const auto controls = found(lists, line.substr(0, 6));
    EXPECT_NE(std::find(controls.begin(), controls.end(), "chpl." + tier + " " + std::string(line.substr(0, 6))), controls.end()) << line;
    ++rows;
  }
  EXPECT_EQ(rows, 50U);
}

TEST(ShippedTables, ExportBanCoversTheCollectedCodesAndNoOther) {
  const std::string path = std::string(TAMGA_SOURCE_DIR) + "/../shared/data/goods/eu_export_sanctions_cn8_2023-01.csv";
  if (!std::filesystem::exists(path)) GTEST_SKIP() << "../shared/data is not here";
  const auto lists = lists_of(shipped());
  const auto bytes = read_file(path);
  ASSERT_TRUE(bytes.has_value());
  const auto banned = [&](std::string_view code) {
    const auto controls = lists.find(code, kToday);
    return std::any_of(controls.begin(), controls.end(), [](const Control& c) { return c.list == "eu.833.export_ban_2023" && !c.partial; });
  };
  std::size_t rows = 0;
  for (std::size_t at = bytes->find("\n\""); at != std::string::npos; at = bytes->find("\n\"", at + 1)) {
    const std::string code = bytes->substr(at + 2, 8);
    if (!std::all_of(code.begin(), code.end(), [](char c) { return c >= '0' && c <= '9'; })) continue;
    EXPECT_TRUE(banned(code)) << code;
    ++rows;
  }
  EXPECT_EQ(rows, 2223U);
  EXPECT_FALSE(banned("30049000"));  // medicaments
  EXPECT_FALSE(banned("10019900"));  // wheat
}

}  // namespace
}  // namespace tamga::goods
