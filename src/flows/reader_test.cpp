#include "flows/reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <map>

#include "flows/countries.h"

namespace tamga::flows {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

Table read_text(const std::string& text) {
  auto table = read({"test.csv", text});
  EXPECT_TRUE(table) << (table ? "" : table.error().text());
  return table ? *std::move(table) : Table{};
}

std::vector<std::pair<std::uint32_t, Fault>> faults(const Table& table) {
  std::vector<std::pair<std::uint32_t, Fault>> found;
  for (const auto& row : table.rejected) found.emplace_back(row.line, row.fault);
  return found;
}

constexpr const char* kHeader = "reporter,partner,cn8,month,value_eur\n";

TEST(FlowsReader, KeepsBrokenRowsApartByLine) {
  const auto table = read_text(std::string(kHeader) +
                               "DE,KZ,85423190,2022-01,10\nDE,KZ,85423190,2022-01,10\nDE,KZ,85423190,2022-01,11\nDE,QQ,85423190,2022-01,1\n"
                               "DE,KZ,85423190,2022-02,-1\nDE,KZ,85423190,2022-03\n\nDE,KZ,85423190,2022-04,1\nDE,KZ,85423190,2022-05,1\n"
                               "DE,KZ,85423190,2022-06,1\nDE,KZ,\"8542,2022-07,1\nDE,KZ,85423190,2022-08,1\nDE,KZ,85423190,2022-09,1e3\n"
                               "DE,KZ,85423190,2022-10,1\nDE,KZ,85423190,2022-11,1\nDE,KZ,85423190,2022-12,1\nDE,World,85423190,2022-12,1\n");
  EXPECT_THAT(faults(table), ElementsAre(std::pair(3U, Fault::duplicate), std::pair(4U, Fault::contradiction), std::pair(5U, Fault::partner),
                                         std::pair(6U, Fault::negative), std::pair(7U, Fault::columns), std::pair(12U, Fault::columns),
                                         std::pair(14U, Fault::number)));
  EXPECT_EQ(table.rejected[1].row, "DE,KZ,85423190,2022-01,11");
  EXPECT_EQ(table.rows.size(), 8U);
  EXPECT_EQ(table.totals, 1);
  EXPECT_EQ(table.rows[0].value, 1000);
}

TEST(FlowsReader, RefusesAFileThatIsAnotherThanItSeems) {
  const auto broken = read({"x.csv", std::string(kHeader) + "DE,QQ,85423190,2022-01,10\n"});
  ASSERT_FALSE(broken);
  EXPECT_EQ(broken.error().kind, ErrorKind::bad_input);
  EXPECT_THAT(broken.error().text(), HasSubstr("x.csv:2: partner \"QQ\" is not known"));
  EXPECT_THAT(read({"x.csv", "a,b\n1,2\n"}).error().text(), HasSubstr("x.csv:1: \"a,b\" is no known header"));
  EXPECT_FALSE(read({"x.csv", ""}));
}

TEST(FlowsReader, ReadsCountries) {
  for (const auto& [text, two] : std::map<std::string, std::string>{{"276", "DE"},
                                                                    {"DEU", "DE"},
                                                                    {"de", "DE"},
                                                                    {"Germany", "DE"},
                                                                    {"842", "US"},
                                                                    {"4", "AF"},
                                                                    {"Russian Federation", "RU"},
                                                                    {"417", "KG"},
                                                                    {"EU27_2020", "EU"},
                                                                    {"490", "TW"},
                                                                    {"Germany (incl. German Democratic Republic 'DD' from 1991)", "DE"}}) {
    EXPECT_EQ(country_text(read_country(text)), two) << text;
  }
  for (const auto* text : {"", "QQ", "QQQ", "997", "Atlantis", "0", "World"}) EXPECT_EQ(read_country(text), 0) << text;
  EXPECT_TRUE(is_total("World"));
  EXPECT_TRUE(is_member(country_from("GR")));
  EXPECT_FALSE(is_member(country_from("GB")));
}

TEST(FlowsReader, RoundsNumbersAndKnowsTheirLimits) {
  bool good = false;
  EXPECT_EQ(read_number("1234.565", 2, good), 123457);
  EXPECT_TRUE(good);
  EXPECT_EQ(read_number("7", 3, good), 7000);
  EXPECT_EQ(read_number("-0.5", 2, good), -50);
  for (const auto* text : {"", "-", ".", "1,5", "1.2.3", "1e5", "10000000000000000", "0x1", "NaN"}) {
    EXPECT_EQ(read_number(text, 2, good), 0) << text;
    EXPECT_FALSE(good) << text;
  }
}

/// The oracle: rows by their place, in the order of the file, the first one stands.
TEST(FlowsReader, GivesWhatAMapOfTheLinesGives) {
  rc::check([](const std::vector<std::tuple<std::uint8_t, std::uint8_t, std::uint8_t, std::uint8_t>>& lines) {
    const std::array<std::string, 4> countries = {"KZ", "KG", "AM", "RU"};
    const std::array<std::string, 3> codes = {"8542", "85423190", "01012100"};
    std::string text = kHeader;
    std::map<std::tuple<std::string, Country, Period>, std::pair<std::int64_t, std::uint32_t>> expected;
    std::uint32_t number = 1;
    for (const auto& [country, code, month, value] : lines) {
      ++number;
      const auto& partner = countries[country % 4];
      const auto& goods = codes[code % 3];
      text += "DE," + partner + "," + goods + ",2022-0" + std::to_string(month % 9 + 1) + "," + std::to_string(value) + "\n";
      expected.try_emplace({goods, country_from(partner), 2022 * 12 + month % 9}, value * 100, number);
    }
    const auto table = read({"t.csv", text});
    RC_ASSERT(table.has_value());
    RC_ASSERT(table->rows.size() == expected.size());
    RC_ASSERT(table->rejected.size() == lines.size() - expected.size());
    auto at = expected.begin();
    for (const auto& row : table->rows) {
      RC_ASSERT(code_text(row.code) == std::get<0>(at->first));
      RC_ASSERT(row.partner == std::get<1>(at->first));
      RC_ASSERT(row.period == std::get<2>(at->first));
      RC_ASSERT(row.value == at->second.first);
      RC_ASSERT(row.line == at->second.second);
      ++at;
    }
  });
}

TEST(FlowsSeries, UnpacksWhatWasPackedAndNothingElse) {
  rc::check([](const std::vector<std::tuple<std::uint8_t, std::uint32_t, std::uint16_t>>& numbers) {
    std::vector<Point> points;
    Period period = 24'000;
    for (const auto& [step, value, weight] : numbers) {
      period += step % 24 + 1;
      points.push_back({period, value, weight % 3 == 0 ? kAbsent : weight, kAbsent, {{step, value}, {1, 2}}});
    }
    const auto columns = pack_columns(points);
    const auto origins = pack_origins(points);
    const auto again = unpack(columns, origins);
    RC_ASSERT(again.has_value());
    RC_ASSERT(again->size() == points.size());
    for (std::size_t i = 0; i < points.size(); ++i) {
      RC_ASSERT((*again)[i].period == points[i].period);
      RC_ASSERT((*again)[i].same_numbers(points[i]));
      RC_ASSERT((*again)[i].origins == points[i].origins);
    }
    for (std::size_t cut = 0; cut < columns.size(); ++cut) RC_ASSERT(!unpack(columns.substr(0, cut), origins));
  });
}

TEST(FlowsSeries, RevisesStatisticsAndAddsDeclarations) {
  const Point january{100, 10, 5, kAbsent, {{1, 2}}};
  const Point february{101, 20, kAbsent, kAbsent, {{1, 3}}};
  std::vector<Point> points = {january, february};
  auto counts = merge(points, {Point{101, 25, kAbsent, kAbsent, {{2, 2}}}, Point{102, 1, 1, 1, {{2, 3}}}}, Merge::replace);
  EXPECT_EQ(counts.added, 1);
  EXPECT_EQ(counts.revised, 1);
  EXPECT_EQ(points[1].value, 25);
  EXPECT_THAT(points[1].origins, ElementsAre(Origin{2, 2}));
  counts = merge(points, {january}, Merge::replace);
  EXPECT_EQ(counts.unchanged, 1);
  merge(points, {Point{100, 1, kAbsent, 1, {{3, 9}}}}, Merge::add);
  EXPECT_EQ(points[0].value, 11);
  EXPECT_EQ(points[0].weight, kAbsent);
  EXPECT_THAT(points[0].origins, ElementsAre(Origin{1, 2}, Origin{3, 9}));
  EXPECT_EQ(sum_of(kAmountMost, 5), kAmountMost);
}

}  // namespace
}  // namespace tamga::flows
