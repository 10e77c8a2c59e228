#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lists/readers.h"

namespace tamga::lists {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr std::string_view kNulls = "-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,";

std::string row(std::string_view number, std::string_view name, std::string_view type, std::string_view program, std::string_view remarks) {
  return std::string(number) + ",\"" + std::string(name) + "\"," + std::string(type) + ",\"" + std::string(program) + "\"," + std::string(kNulls) +
         std::string(remarks) + "\r\n";
}

Result<ReadList> read(const std::string& sdn, const std::string& add = {}, const std::string& alt = {}, const std::string& comments = {}) {
  const NamedBytes sdn_file{"sdn.csv", sdn};
  const NamedBytes add_file{"add.csv", add};
  const NamedBytes alt_file{"alt.csv", alt};
  const NamedBytes comments_file{"sdn_comments.csv", comments};
  OfacFiles files;
  files.primary = &sdn_file;
  if (!add.empty()) files.add = &add_file;
  if (!alt.empty()) files.alt = &alt_file;
  if (!comments.empty()) files.comments = &comments_file;
  return read_ofac_csv(files);
}

/// The one entity of an sdn.csv with these remarks.
Entity entity_with(std::string_view remarks, std::string_view type = "-0- ") {
  const auto list =
      read(row("17013", type == "individual" ? "PUTIN, Vladimir Vladimirovich" : "VTB BANK", type, "A] [B", "\"" + std::string(remarks) + "\""));
  EXPECT_TRUE(list) << list.error().text();
  return list ? list->entities.front() : Entity{};
}

TEST(OfacCsv, ReadsAnEntry) {
  const auto list = read(row("36", "AEROCARIBBEAN AIRLINES", "-0- ", "CUBA] [SDGT", "-0- ") + "\x1a");
  ASSERT_TRUE(list) << list.error().text();
  ASSERT_EQ(list->entities.size(), 1U);
  const Entity& entity = list->entities.front();
  EXPECT_EQ(entity.id, "ofac-36");
  EXPECT_EQ(entity.schema, "Organization");
  EXPECT_EQ(entity.caption, "AEROCARIBBEAN AIRLINES");
  EXPECT_EQ(entity.line, 1U);
  EXPECT_THAT(entity.designations, ElementsAre(Designation{"CUBA", "", "Blocking", "", "36"}, Designation{"SDGT", "", "Blocking", "", "36"}));
  EXPECT_EQ(entity.first("sourceUrl"), "https://sanctionssearch.ofac.treas.gov/Details.aspx?id=36");
  EXPECT_THAT(list->warnings, ElementsAre(HasSubstr("alt.csv"), HasSubstr("add.csv")));
}

TEST(OfacCsv, PersonsAreNamedAsPeopleSayIt) {
  const Entity entity = entity_with("DOB 07 Oct 1952; POB Leningrad, Russia; nationality Russia; Gender Male.", "individual");
  EXPECT_EQ(entity.schema, "Person");
  EXPECT_EQ(entity.caption, "Vladimir Vladimirovich PUTIN");
  EXPECT_EQ(entity.first("lastName"), "PUTIN");
  EXPECT_EQ(entity.first("firstName"), "Vladimir Vladimirovich");
  EXPECT_EQ(entity.first("publishedName"), "PUTIN, Vladimir Vladimirovich");
  EXPECT_EQ(entity.first("birthDate"), "1952-10-07");
  EXPECT_EQ(entity.first("birthPlace"), "Leningrad, Russia");
  EXPECT_EQ(entity.first("nationality"), "ru");
  EXPECT_EQ(entity.first("gender"), "male");
  EXPECT_THAT(entity.values("notes"), IsEmpty());
  const auto junior = read(row("1", "DELOS REYES, Feliciano Semborio, Jr.", "individual", "SDGT", "-0- "));
  EXPECT_EQ(junior->entities.front().caption, "Feliciano Semborio DELOS REYES Jr.");
}

TEST(OfacCsv, RemarksOfABank) {
  const Entity entity = entity_with(
      "SWIFT/BIC VTBRRUMM; Website www.vtb.com; alt. Website www.vtb.ru; Executive Order 13662 Directive Determination - Subject to Directive 1; "
      "Organization "
      "Established Date 17 Oct 1990; Target Type Financial Institution; Registration ID 1027739609391 (Russia); Tax ID No. 7702070139 (Russia); "
      "Government Gazette "
      "Number 00032520 (Russia); Legal Entity Number 253400V1H6ART1UQ0N98 (Russia); Linked To: X CO., LTD..");
  EXPECT_EQ(entity.first("swiftBic"), "VTBRRUMM");
  EXPECT_THAT(entity.values("website"), ElementsAre("www.vtb.com", "www.vtb.ru"));
  EXPECT_EQ(entity.first("incorporationDate"), "1990-10-17");
  EXPECT_EQ(entity.first("ogrnCode"), "1027739609391");
  EXPECT_EQ(entity.first("innCode"), "7702070139");
  EXPECT_EQ(entity.first("okpoCode"), "00032520");
  EXPECT_EQ(entity.first("leiCode"), "253400V1H6ART1UQ0N98");
  EXPECT_THAT(entity.values("notes"), Contains("Executive Order 13662 Directive Determination - Subject to Directive 1"));
  EXPECT_THAT(entity.values("notes"), Contains("Target Type Financial Institution"));
  EXPECT_THAT(entity.values("notes"), Contains("Tax ID No. 7702070139 (Russia)"));
  EXPECT_THAT(entity.values("notes"), Contains("Linked To: X CO., LTD."));
}

TEST(OfacCsv, ARussianNumberNeedsRussiaAndItsCheckDigit) {
  EXPECT_THAT(entity_with("Tax ID No. 7702070138 (Russia).").values("taxNumber"), ElementsAre("7702070138"));
  EXPECT_THAT(entity_with("Tax ID No. 7702070139 (Serbia).").values("taxNumber"), ElementsAre("7702070139"));
  EXPECT_THAT(entity_with("Registration Number 1027739609391 (Turkey).").values("registrationNumber"), ElementsAre("1027739609391"));
}

// Most numbers of the sectoral list have no country, and the banks of that list are in Russia.
TEST(OfacCsv, ANumberWithoutACountryIsOfThePartysOwn) {
  const std::string entry = row("17013", "VTB BANK", "-0- ", "UKRAINE-EO13662", "\"Tax ID No. 7702070139; Registration ID 1027739609391.\"");
  const auto in_russia = read(entry, "17013,1,-0- ,\"Moscow\",\"Russia\",-0- \n");
  ASSERT_TRUE(in_russia) << in_russia.error().text();
  EXPECT_EQ(in_russia->entities.front().first("innCode"), "7702070139");
  EXPECT_EQ(in_russia->entities.front().first("ogrnCode"), "1027739609391");
  for (const auto* add :
       {"17013,1,-0- ,\"Belgrade\",\"Serbia\",-0- \n", "17013,1,-0- ,\"Moscow\",\"Russia\",-0- \n17013,2,-0- ,\"Limassol\",\"Cyprus\",-0- \n"}) {
    const auto elsewhere = read(entry, add);
    EXPECT_EQ(elsewhere->entities.front().first("taxNumber"), "7702070139");
    EXPECT_EQ(elsewhere->entities.front().first("registrationNumber"), "1027739609391");
  }
}

TEST(OfacCsv, TelephonesByAnyOfTheirLabels) {
  EXPECT_THAT(entity_with("Phone Number 1; Telephone 2; Telephone No. 3; Telephone Number: 4.").values("phone"), ElementsAre("1", "2", "3", "4"));
}

TEST(OfacCsv, AliasesInRemarksAreWeak) {
  const Entity entity = entity_with("a.k.a. 'BNC'; f.k.a. 'O'KEEFE BANK'; a.k.a. 'DEE; JAY'.");
  EXPECT_THAT(entity.values("weakAlias"), Contains("BNC"));
  EXPECT_THAT(entity.values("previousName"), ElementsAre("O'KEEFE BANK"));
  EXPECT_THAT(entity_with("a.k.a. 'BAKR, Abu'.", "individual").values("weakAlias"), ElementsAre("Abu BAKR"));
}

TEST(OfacCsv, DocumentsKeepTheirCountryAndDaysAsANote) {
  const Entity entity = entity_with(
      "Passport A1234 (Iran) expires 05 Jan 2020; alt. National ID No. 660000 73767 (Belgium); DOB circa 1951; alt. DOB 1 Jan 1960 to 31 Dec 1961.",
      "individual");
  EXPECT_EQ(entity.first("passportNumber"), "A1234");
  EXPECT_EQ(entity.first("idNumber"), "660000 73767");
  EXPECT_THAT(entity.values("notes"), Contains("Passport A1234 (Iran) expires 05 Jan 2020"));
  EXPECT_THAT(entity.values("birthDate"), ElementsAre("1951", "1960-01-01", "1961-12-31"));
}

TEST(OfacCsv, VesselsAircraftAndWallets) {
  EXPECT_EQ(entity_with("Vessel Registration Identification IMO 9138680; MMSI 572469210.", "vessel").first("imoNumber"), "9138680");
  EXPECT_EQ(entity_with("Vessel Registration Identification IMO 9138680; MMSI 572469210.", "vessel").first("mmsi"), "572469210");
  EXPECT_EQ(entity_with("Identification Number IMO 5342883.").first("imoNumber"), "5342883");
  const Entity aircraft =
      entity_with("Aircraft Model IL76-TD; Aircraft Manufacturer's Serial Number (MSN) 1023409321; Aircraft Tail Number RA-76842.", "aircraft");
  EXPECT_EQ(aircraft.schema, "Airplane");
  EXPECT_EQ(aircraft.first("model"), "IL76-TD");
  EXPECT_EQ(aircraft.first("serialNumber"), "1023409321");
  EXPECT_EQ(aircraft.first("registrationNumber"), "RA-76842");
  const Entity wallet = entity_with(
      "Digital Currency Address - XBT 12QtD5BFwRsdNsAZY76UVE1xyCGNTojH9h; alt. Digital Currency Address - ETH "
      "0x098B716B8Aaf21512996dC57EB0615e2383E2f96.");
  EXPECT_THAT(wallet.values("publicKey"), ElementsAre("12QtD5BFwRsdNsAZY76UVE1xyCGNTojH9h", "0x098B716B8Aaf21512996dC57EB0615e2383E2f96"));
  EXPECT_THAT(wallet.values("notes"), Contains("Digital Currency Address - XBT 12QtD5BFwRsdNsAZY76UVE1xyCGNTojH9h"));
  const auto list = read("4,\"SEA\",\"vessel\",\"IRAN\",\"Captain\",\"T2EU4\",\"Bulk Carrier\",\"318,000\",\"2489\",\"Iran\",\"NITC\",-0- \n");
  const Entity& vessel = list->entities.front();
  EXPECT_EQ(vessel.first("flag"), "ir");
  EXPECT_EQ(vessel.first("callSign"), "T2EU4");
  EXPECT_EQ(vessel.first("type"), "Bulk Carrier");
  EXPECT_EQ(vessel.first("tonnage"), "318,000");
  EXPECT_EQ(vessel.first("grossRegisteredTonnage"), "2489");
  EXPECT_EQ(vessel.first("position"), "Captain");
  EXPECT_THAT(vessel.values("notes"), ElementsAre("Vessel owner: NITC"));
}

// "…Registration Numbe" goes on in the comments with "r 1027700342890 (Russia)": sdn_comments of December 2025, 17014.
TEST(OfacCsv, OverflowGoesOnInTheMiddleOfAWord) {
  const std::string remarks(1000 - 19, 'x');
  const auto list = read(row("17014", "RUSAG", "-0- ", "UKRAINE-EO13662", "\"" + remarks + "; Tax ID No. 7702070"), {}, {}, "");
  ASSERT_FALSE(list);  // an open quote
  const auto whole = read(row("17014", "RUSAG", "-0- ", "UKRAINE-EO13662", "\"" + remarks + "; Tax ID No. 7702070 \""), "", "",
                          "17014,\"139 (Russia); a.k.a. 'RUSAG2'.\"\n");
  ASSERT_TRUE(whole);
  EXPECT_EQ(whole->entities.front().first("innCode"), "7702070139");
  EXPECT_EQ(whole->entities.front().first("weakAlias"), "RUSAG2");
  const auto cut = read(row("17014", "RUSAG", "-0- ", "UKRAINE-EO13662", "\"" + remarks + "; Tax ID No. 7702070 \""));
  EXPECT_THAT(cut->warnings, Contains(HasSubstr("sdn_comments.csv")));
}

TEST(OfacCsv, AddressesAndAliases) {
  const auto list =
      read(row("17013", "VTB BANK", "-0- ", "RUSSIA-EO14024", "-0- "),
           "17013,25,\"29, Bolshaya Morskaya str.\",\"St. Petersburg 190000\",\"Russia\",-0- \n17013,26,-0- ,-0- ,\"undetermined\",\"old\"\n",
           "17013,12,\"aka\",\"VTB BANK PJSC\",-0- \n17013,13,\"fka\",\"VNESHTORGBANK\",-0- \n17013,14,nka,\"VTB\",\"since 2006\"\n9,1,aka,X,-0- \n");
  ASSERT_TRUE(list) << list.error().text();
  const Entity& entity = list->entities.front();
  EXPECT_THAT(entity.values("address"), ElementsAre("29, Bolshaya Morskaya str., St. Petersburg 190000, Russia", "undetermined"));
  EXPECT_THAT(entity.values("country"), ElementsAre("ru"));
  EXPECT_THAT(entity.values("alias"), ElementsAre("VTB BANK PJSC", "VTB"));
  EXPECT_THAT(entity.values("previousName"), ElementsAre("VNESHTORGBANK"));
  EXPECT_THAT(entity.values("notes"), ElementsAre("Address remark: old", "Alias VTB: since 2006"));
  EXPECT_THAT(list->warnings, Contains(HasSubstr("1 addresses, aliases or comments")));
  EXPECT_THAT(list->warnings, Contains(HasSubstr("sdn.csv does not end with the mark")));
}

TEST(OfacCsv, TheConsolidatedListBlocksByItsProgramme) {
  const NamedBytes primary{"cons_prim.csv", row("9639", "HANIYA, Ismail", "individual", "NS-PLC", "-0- ")};
  OfacFiles files;
  files.primary = &primary;
  files.consolidated = true;
  const auto list = read_ofac_csv(files);
  ASSERT_TRUE(list);
  EXPECT_EQ(list->entities.front().designations.front().measure, "");
  EXPECT_THAT(list->entities.front().datasets, ElementsAre("us_ofac_cons"));
}

TEST(OfacCsv, ErrorsNameFileAndLine) {
  const std::string good = row("1", "A", "-0- ", "CUBA", "-0- ");
  const auto short_row = read(good + "2,\"B\",-0- ,\"CUBA\"");
  ASSERT_FALSE(short_row);
  EXPECT_EQ(short_row.error().file, "sdn.csv");
  EXPECT_EQ(short_row.error().line, 2U);
  EXPECT_THAT(short_row.error().message, HasSubstr("4 columns, expected 12"));
  EXPECT_EQ(read(good + row("x", "B", "-0- ", "CUBA", "-0- ")).error().line, 2U);
  EXPECT_THAT(read(row("2", "B", "ship", "CUBA", "-0- ")).error().message, HasSubstr("\"ship\" is not a type"));
  EXPECT_THAT(read(row("2", "-0- ", "-0- ", "CUBA", "-0- ")).error().message, HasSubstr("name is empty"));
  EXPECT_EQ(read(good, "1,2,3\n").error().file, "add.csv");
  EXPECT_THAT(read(good, "", "1,2,xka,N,-0- \n").error().message, HasSubstr("\"xka\" is not an alias type"));
  EXPECT_FALSE(read("\x1a"));
}

TEST(OfacCsv, ANumberThatStandsTwiceIsTwoEntries) {
  const auto list = read(row("7", "A", "-0- ", "CUBA", "-0- ") + row("7", "B", "-0- ", "CUBA", "-0- "));
  ASSERT_TRUE(list);
  EXPECT_NE(list->entities[0].id, list->entities[1].id);
  EXPECT_THAT(list->warnings, Contains(HasSubstr("7 stands twice")));
  EXPECT_THAT(list->warnings, Not(IsEmpty()));
}

}  // namespace
}  // namespace tamga::lists
