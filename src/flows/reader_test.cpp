#include "flows/reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <map>

#include "flows/countries.h"
#include "flows/testing_whole.h"

namespace tamga::flows {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

Whole read_text(const std::string& text) {
  auto table = read_whole("test.csv", text);
  EXPECT_TRUE(table) << (table ? "" : table.error().text());
  return table ? *std::move(table) : Whole{};
}

std::vector<std::pair<std::uint32_t, Fault>> faults(const Whole& table) {
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
  EXPECT_EQ(table.about.totals, 1);
  EXPECT_EQ(table.rows[0].value, 1000);
}

TEST(FlowsReader, RefusesAFileThatIsAnotherThanItSeems) {
  const auto broken = read_whole("x.csv", std::string(kHeader) + "DE,QQ,85423190,2022-01,10\n");
  ASSERT_FALSE(broken);
  EXPECT_EQ(broken.error().kind, ErrorKind::bad_input);
  EXPECT_THAT(broken.error().text(), HasSubstr("x.csv:2: partner \"QQ\" is not known"));
  EXPECT_THAT(read_whole("x.csv", "a,b\n1,2\n").error().text(), HasSubstr("x.csv:1: \"a,b\" is no known header"));
  EXPECT_FALSE(read_whole("x.csv", ""));
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
    const auto table = read_whole("t.csv", text);
    RC_ASSERT(table.has_value());
    RC_ASSERT(table->rows.size() == expected.size());
    RC_ASSERT(table->rejected.size() == lines.size() - expected.size());
    auto at = expected.begin();
    for (const auto& row : table->rows) {
      const auto key = series_key(Source::comext, row.place);
      RC_ASSERT(key.code == std::get<0>(at->first));
      RC_ASSERT(key.partner == std::get<1>(at->first));
      RC_ASSERT(period_of(row.place) == std::get<2>(at->first));
      RC_ASSERT(row.value == at->second.first);
      RC_ASSERT(row.line == at->second.second);
      ++at;
    }
  });
}

TEST(FlowsReader, TheBlocksThatAFileComesInMakeNoDifference) {
  const std::string text =
      std::string("\xEF\xBB\xBF") + kHeader + "DE,KZ,85423190,2022-01,10\r\n\nDE,KZ,85423190,2022-02,11\nDE,QQ,8542,2022-01,1\nDE,KG,8542,2022-03,7";
  const auto whole = read_text(text);
  ASSERT_EQ(whole.rows.size(), 3U);
  for (std::size_t size = 1; size < text.size(); ++size) {
    Reader reader("test.csv");
    Batch batch;
    for (std::size_t at = 0; at < text.size(); at += size) ASSERT_TRUE(reader.take(std::string_view(text).substr(at, size), batch));
    ASSERT_TRUE(reader.finish(batch));
    ASSERT_EQ(batch.rows.size(), 3U) << size;
    EXPECT_EQ(batch.rows[1].line, 4U);
    ASSERT_EQ(batch.rejected.size(), 1U) << size;
    EXPECT_EQ(batch.rejected[0].line, 5U);
    EXPECT_EQ(batch.rejected[0].row, "DE,QQ,8542,2022-01,1");
  }
}

TEST(FlowsReader, ALineWithoutAnEndIsOneBrokenRow) {
  Reader reader("test.csv");
  Batch batch;
  std::string text = std::string(kHeader) + "DE,KZ,85423190,2022-01,10\nDE,KZ,85423190,2022-02,10\n";
  ASSERT_TRUE(reader.take(text, batch));
  const std::string part(100'000, 'x');
  for (int i = 0; i < 30; ++i) ASSERT_TRUE(reader.take(part, batch));
  ASSERT_TRUE(reader.finish(batch));
  ASSERT_EQ(batch.rejected.size(), 1U);
  EXPECT_EQ(batch.rejected[0].fault, Fault::columns);
  EXPECT_EQ(batch.rejected[0].row.size(), 300U);
}

constexpr const char* kComtrade = "period,reporterCode,partnerCode,partnerDesc,flowCode,classificationCode,cmdCode,primaryValue\n";

TEST(FlowsReader, PartnersThatAreNoCountryAnyMoreAreKeptApartByTheirOwnFault) {
  std::string text = kComtrade;
  const std::vector<std::string> former = {"200", "278", "720", "736", "810", "890", "891", "532", "536", "58", "058", "280", "SUN", "CSK"};
  for (const auto& code : former) text += "2022,398," + code + ",Russia,M,H6,854231,1\n";
  for (std::size_t i = 0; i < former.size(); ++i) text += "2022,398,276,Germany,M,H6,8542" + std::to_string(10 + i) + ",1\n";
  const auto table = read_text(text);
  EXPECT_EQ(table.rows.size(), former.size());
  ASSERT_EQ(table.rejected.size(), former.size());
  for (const auto& row : table.rejected) EXPECT_EQ(row.fault, Fault::former) << row.why;
  EXPECT_THAT(table.rejected[4].why, HasSubstr("was the Soviet Union, to 1991"));
}

TEST(FlowsReader, ASecondNomenclatureOfTheSameTradeIsKeptApart) {
  const auto table = read_text(std::string(kComtrade) +
                               "2022,398,276,,M,H5,854231,1\n2022,398,276,,M,H6,854231,1\n2022,398,276,,M,H6,854232,1\n2022,398,276,,X,H6,854231,1\n"
                               "2021,398,276,,M,H6,854231,1\n2022,398,156,,M,H5,854231,1\n2022,417,156,,M,S3,77641,1\n2022,417,156,,M,HS,854231,1\n");
  EXPECT_THAT(faults(table), ElementsAre(std::pair(3U, Fault::mixed), std::pair(4U, Fault::mixed), std::pair(8U, Fault::classification)));
  EXPECT_EQ(table.rejected[0].why, "HS 2022, but line 2 has HS 2017 for this reporter and period");
  EXPECT_EQ(table.rows.size(), 5U);
  ASSERT_EQ(table.nomenclatures.size(), 4U);
  EXPECT_EQ(table.nomenclatures[0].edition, kEditionOfYear);  // Kyrgyzstan
  EXPECT_EQ(table.nomenclatures[1].edition, 2022);            // Kazakhstan's imports of 2021
  EXPECT_EQ(table.nomenclatures[2].edition, 2017);
  // What an earlier file had stands too.
  const auto again =
      read_whole("y.csv", std::string(kComtrade) + "2022,398,276,,M,H6,854231,1\n2023,398,276,,M,H6,854231,1\n", {}, table.nomenclatures);
  ASSERT_TRUE(again);
  ASSERT_EQ(again->rejected.size(), 1U);
  EXPECT_EQ(again->rejected[0].why, "HS 2022, but the store has HS 2017 for this reporter and period");
}

TEST(FlowsRows, PlacesComeInTheOrderOfTheirKeysAndBack) {
  rc::check([](const std::vector<std::tuple<std::uint8_t, std::uint8_t, std::uint16_t, std::uint8_t, std::uint8_t>>& seeds) {
    std::vector<std::pair<SeriesKey, Place>> places;
    for (const auto& [kind, digits, number, partner, reporter] : seeds) {
      SeriesKey key{Source::comtrade,
                    kind % 2 == 0 ? "USD" : "ZZA",
                    static_cast<Frequency>(kind / 2 % 2),
                    static_cast<Flow>(kind / 4 % 4),
                    (std::to_string(number) + "0000000000").substr(0, digits % 9 + 2),
                    country_of('A', static_cast<char>('A' + partner % 26)),
                    country_of(static_cast<char>('A' + reporter % 26), 'Z')};
      const auto place = place_of(currency_number(key.currency), key.frequency, key.flow, code_number(key.code), key.partner, key.reporter, 24'000);
      RC_ASSERT(series_key(Source::comtrade, place) == key);
      RC_ASSERT(period_of(place) == 24'000);
      places.emplace_back(key, place);
    }
    for (const auto& [a, place_a] : places) {
      for (const auto& [b, place_b] : places) RC_ASSERT((a <=> b) == (place_a <=> place_b));
    }
  });
  for (const auto* text : {"", "1", "12345678901", "12a4", "-12"}) EXPECT_EQ(code_number(text), 0U) << text;
}

TEST(FlowsRows, PackAsTheirPointsDo) {
  rc::check([](std::vector<std::tuple<std::uint8_t, std::uint8_t, std::uint32_t, std::int8_t>> seeds) {
    std::vector<Row> rows;
    std::uint32_t line = 0;
    for (const auto& [month, part, value, weight] : seeds) {
      Row row;
      row.place = place_of(currency_number("EUR"), Frequency::monthly, Flow::exports, code_number("854231"), country_of('K', 'Z'), kUnion,
                           24'000 + month % 12);
      row.part = part;
      row.value = value;
      row.weight = weight < 0 ? kAbsent : weight;
      row.line = ++line * 7 % 1000;
      rows.push_back(row);
    }
    std::sort(rows.begin(), rows.end());
    std::string columns;
    std::string origins;
    const auto periods = pack_rows(rows, 3, columns, origins);
    const auto points = points_of(rows, 3);
    RC_ASSERT(periods == points.size());
    RC_ASSERT(columns == pack_columns(points));
    RC_ASSERT(origins == pack_origins(points));
    std::string spilled;
    Row before{};
    for (const auto& row : rows) {
      put(spilled, row, before);
      before = row;
    }
    Taker taker(spilled);
    Row again{};
    for (const auto& row : rows) {
      take(taker, again);
      RC_ASSERT(again.same_place(row) && again.same_numbers(row) && again.line == row.line);
    }
    RC_ASSERT(taker.good() && taker.left() == 0U);
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
