#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "lists/readers.h"

namespace tamga::lists {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;

// The header of the UK Sanctions List of 8 October 2026.
constexpr std::string_view kHeader =
    "Last Updated,Unique ID,OFSI Group ID,UN Reference Number,Name 6,Name 1,Name 2,Name 3,Name 4,Name 5,Name type,Alias strength,Title,Name "
    "non-latin script,"
    "Non-latin script type,Non-latin script language,Regime Name,Designation Type,Designation source,Sanctions Imposed,Other Information,UK "
    "Statement of Reasons,"
    "Address Line 1,Address Line 2,Address Line 3,Address Line 4,Address Line 5,Address Line 6,Address Postal Code,Address Country,Phone "
    "number,Website,Email address,"
    "Date Designated,D.O.B,Nationality(/ies),National Identifier number,National Identifier additional information,Passport number,Passport "
    "additional information,"
    "Position,Gender,Town of birth,Country of birth,Type of entity,Subsidiaries,Parent company,Business registration number (s),IMO number,Current "
    "owner/operator (s),"
    "Previous owner/operator (s),Current believed flag of ship,Previous flags,Type of ship,Tonnage of ship,Length of ship,Year Built,Hull "
    "identification number (HIN)";

using Cells = std::map<std::string, std::string>;

std::string table(const std::vector<Cells>& rows) {
  std::string text = "Report Date: 08-Oct-2026\r\n" + std::string(kHeader) + "\r\n";
  for (auto cells : rows) {
    cells.try_emplace("Name type", "Primary Name");
    std::vector<std::string> fields;
    for (const auto column : split(kHeader, ",")) fields.push_back(cells[std::string(column)]);
    append_csv_row(text, fields);
  }
  return text;
}

Result<ReadList> read(const std::vector<Cells>& rows) { return read_uk_csv(NamedBytes{"uk.csv", table(rows)}); }

TEST(UkCsv, GroupsTheRowsOfADesignation) {
  const auto list = read({
      {{"Unique ID", "RUS0251"},
       {"Designation Type", "Individual"},
       {"Name 6", "PUTIN"},
       {"Name 1", "Vladimir"},
       {"Name 2", "Vladimirovich"},
       {"Date Designated", "25/02/2022"},
       {"Sanctions Imposed", "Asset freeze|Travel Ban"},
       {"D.O.B", "07/10/1952"},
       {"Nationality(/ies)", "Russia"},
       {"Gender", "Male"},
       {"Town of birth", "Leningrad"},
       {"Country of birth", "Russia"},
       {"Position", "President"},
       {"Name non-latin script", "Владимир Владимирович ПУТИН"},
       {"Address Line 6", "Moscow"},
       {"Address Country", "Russia"}},
      {{"Unique ID", "RUS0251"},
       {"Designation Type", "Individual"},
       {"Name 6", "PUTIN"},
       {"Name 1", "Volodymyr"},
       {"Name type", "Primary Name Variation"},
       {"Date Designated", "25/02/2022"},
       {"Sanctions Imposed", "Asset freeze|Travel Ban"},
       {"D.O.B", "dd/mm/1953"},
       {"Other Information", "A note."}},
      {{"Unique ID", "RUS0251"},
       {"Designation Type", "Individual"},
       {"Name 6", "Platov"},
       {"Name type", "Alias"},
       {"Alias strength", "Low quality a.k.a"},
       {"Date Designated", "25/02/2022"},
       {"Sanctions Imposed", "Asset freeze|Travel Ban"}},
  });
  ASSERT_TRUE(list) << list.error().text();
  EXPECT_EQ(list->own_date->text(), "2026-10-08");
  ASSERT_EQ(list->entities.size(), 1U);
  const Entity& entity = list->entities.front();
  EXPECT_EQ(entity.id, "gb-fcdo-rus0251");
  EXPECT_EQ(entity.schema, "Person");
  EXPECT_EQ(entity.caption, "Vladimir Vladimirovich PUTIN");
  EXPECT_EQ(entity.line, 3U);
  EXPECT_THAT(entity.designations, ElementsAre(Designation{"RUS", "", "Asset freeze", "2022-02-25", "RUS0251"},
                                               Designation{"RUS", "", "Travel Ban", "2022-02-25", "RUS0251"}));
  EXPECT_THAT(entity.values("alias"), ElementsAre("Владимир Владимирович ПУТИН", "Volodymyr PUTIN"));
  EXPECT_THAT(entity.values("weakAlias"), ElementsAre("Platov"));
  EXPECT_THAT(entity.values("birthDate"), ElementsAre("1952-10-07", "1953"));
  EXPECT_THAT(entity.values("nationality"), ElementsAre("ru"));
  EXPECT_THAT(entity.values("birthPlace"), ElementsAre("Leningrad, Russia"));
  EXPECT_THAT(entity.values("address"), ElementsAre("Moscow, Russia"));
  EXPECT_THAT(entity.values("notes"), Contains("Other Information: A note."));
}

TEST(UkCsv, ShipsAndCompanies) {
  const auto list = read({{{"Unique ID", "RUS2176"},
                           {"Designation Type", "Ship"},
                           {"Name 6", "KOROLEV PROSPECT"},
                           {"IMO number", "IMO9826902"},
                           {"Current believed flag of ship", "Gabon"},
                           {"Type of ship", "Oil Tanker"},
                           {"Year Built", "2019"},
                           {"Date Designated", "31/07/2024"}},
                          {{"Unique ID", "RUS0001"},
                           {"Designation Type", "Entity"},
                           {"Name 6", "SBERBANK"},
                           {"Business registration number (s)", "INN: 7707083893; OGRN 1027700132195"},
                           {"Address Country", "Russia"},
                           {"Parent company", "State"}}});
  ASSERT_TRUE(list) << list.error().text();
  const Entity& ship = list->entities[0];
  EXPECT_EQ(ship.schema, "Vessel");
  EXPECT_EQ(ship.first("imoNumber"), "9826902");
  EXPECT_EQ(ship.first("flag"), "ga");
  EXPECT_EQ(ship.first("buildDate"), "2019");
  const Entity& bank = list->entities[1];
  EXPECT_EQ(bank.schema, "Organization");
  EXPECT_EQ(bank.first("innCode"), "7707083893");
  EXPECT_EQ(bank.first("ogrnCode"), "1027700132195");
  EXPECT_THAT(bank.values("notes"), Contains("Parent company: State"));
  EXPECT_THAT(bank.designations, ElementsAre(Designation{"RUS", "", "", "", "RUS0001"}));
}

TEST(UkCsv, ErrorsNameTheLine) {
  EXPECT_THAT(read({{{"Unique ID", "X1"}, {"Designation Type", "Planet"}, {"Name 6", "A"}}}).error().text(),
              HasSubstr("uk.csv:3: \"Planet\" is not a designation type"));
  EXPECT_THAT(read({{{"Designation Type", "Ship"}}}).error().text(), HasSubstr("uk.csv:3: the Unique ID is empty"));
  EXPECT_THAT(read({{{"Unique ID", "X1"}, {"Designation Type", "Ship"}}}).error().message, HasSubstr("has no name"));
  EXPECT_THAT(read({}).error().message, HasSubstr("no designation"));
  EXPECT_THAT(read_uk_csv(NamedBytes{"uk.csv", "Report Date: soon\n"}).error().text(), HasSubstr("uk.csv:1:"));
  EXPECT_THAT(read_uk_csv(NamedBytes{"uk.csv", "Report Date: 08-Oct-2026\nUnique ID\n"}).error().text(), HasSubstr("uk.csv:2:"));
  EXPECT_THAT(read_uk_csv(NamedBytes{"uk.csv", table({}) + "a,b\n"}).error().text(), HasSubstr("uk.csv:3: 2 columns, expected 58"));
}

}  // namespace
}  // namespace tamga::lists
