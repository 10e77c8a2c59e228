#include "lists/lists.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <filesystem>

#include "lists/csv.h"
#include "lists/xml.h"

namespace tamga::lists {
namespace {

namespace fs = std::filesystem;

using Rows = std::vector<std::vector<std::string>>;

Result<Rows> rows_of(std::string_view text, CsvLimits limits = {}) {
  CsvReader reader(text, limits);
  Rows rows;
  std::vector<std::string> fields;
  for (;;) {
    TAMGA_TRY(const bool more, reader.next(fields));
    if (!more) return rows;
    rows.push_back(fields);
  }
}

TEST(Csv, ReadsWhatRfc4180Says) {
  EXPECT_EQ(*rows_of("\xEF\xBB\xBF"
                     "a,b\r\n\"x \"\"y\"\"\",\"1\n2\"\n\n,\nlast"),
            (Rows{{"a", "b"}, {"x \"y\"", "1\n2"}, {"", ""}, {"last"}}));
  EXPECT_EQ(*rows_of(""), Rows{});
  EXPECT_EQ(*rows_of("\"a\" ,b"), (Rows{{"a", "b"}})) << "OFAC pads closing quotes";
}

TEST(Csv, NamesTheLine) {
  const auto open = rows_of("a,b\n\"c\nd");
  ASSERT_FALSE(open);
  EXPECT_EQ(open.error().line, 2U);
  EXPECT_FALSE(rows_of("\"a\"b,c"));
  EXPECT_FALSE(rows_of("aaaa", CsvLimits{.field_bytes = 3}));
  EXPECT_FALSE(rows_of("a,b,c", CsvLimits{.columns = 2}));
}

TEST(Csv, WhatIsWrittenIsRead) {
  EXPECT_TRUE(rc::check("rows survive", [] {
    const auto field = rc::gen::container<std::string>(rc::gen::elementOf(std::string("ab ,\"\n\r;")));
    const auto rows = *rc::gen::container<Rows>(rc::gen::nonEmpty(rc::gen::container<std::vector<std::string>>(field)));
    std::string text;
    for (const auto& row : rows) append_csv_row(text, row);
    const auto read = rows_of(text);
    RC_ASSERT(read.has_value());
    RC_ASSERT(*read == rows);
  }));
}

TEST(Xml, StreamsRecordsAndRefusesAttacks) {
  const auto read = [](std::string_view text, XmlLimits limits = {}) -> Result<std::string> {
    std::string seen;
    TAMGA_TRY_STATUS(read_xml(
        text, {"r"},
        [&](const XmlElement& root) -> Status {
          seen += root.name + ":";
          return {};
        },
        [&](const XmlElement& record) -> Status {
          seen += std::string(record.attribute("a")) + record.text + std::string(record.child_text("c")) + ";";
          return {};
        },
        limits));
    return seen;
  };
  EXPECT_EQ(*read("<l><r a='1'> x <c>y</c></r><z/><r/></l>"), "l:1xy;;");
  EXPECT_EQ(*read("<n:l xmlns:n='u'><n:r n:a='1'/></n:l>"), "l:1;");
  EXPECT_FALSE(read("<l><r></l>"));
  EXPECT_FALSE(read("<l><r>"));
  EXPECT_FALSE(read("<!DOCTYPE l [<!ENTITY x 'y'>]><l><r>&x;</r></l>"));
  EXPECT_FALSE(read("<!DOCTYPE l SYSTEM 'file:///etc/passwd'><l/>"));
  EXPECT_FALSE(read("<l><r>" + std::string(100, 'x') + "</r></l>", XmlLimits{.depth = 64, .record_bytes = 50}));
  std::string deep;
  for (int i = 0; i < 100; ++i) deep += "<r>";
  EXPECT_FALSE(read("<l>" + deep));
  const auto wrong = read("<l>\n<r>\xff</r></l>");
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().line, 2U);
}

ReadOptions dated(std::string list = {}) { return {std::move(list), Date::from(2026, 11, 20)}; }

Edition one(std::vector<NamedBytes> files, const ReadOptions& options = dated()) {
  auto editions = read_editions(std::move(files), options);
  EXPECT_TRUE(editions.has_value()) << (editions ? "" : editions.error().text());
  if (!editions || editions->empty()) return {};
  EXPECT_EQ(editions->size(), 1U);
  return editions->front();
}

bool has(const Entity& entity, std::string_view property, std::string_view value) {
  const auto& values = entity.values(property);
  return std::find(values.begin(), values.end(), value) != values.end();
}

bool has_note(const Entity& entity, std::string_view part) {
  const auto& notes = entity.values("notes");
  return std::any_of(notes.begin(), notes.end(), [&](const std::string& note) { return note.find(part) != std::string::npos; });
}

const char* const kSdn =
    "36,\"AEROCARIBBEAN AIRLINES\",-0- ,\"CUBA\",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- \r\n"
    "1001,\"PUTIN, Vladimir Vladimirovich\",\"individual\",\"RUSSIA-EO14024] [UKRAINE-EO13661\",\"President\",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,"
    "\"DOB 07 Oct 1952; alt. DOB circa 1953; POB Leningrad, Russia; nationality Russia; Gender Male; Passport A123 (Iran) expires 01 Jan 2020; "
    "a.k.a. 'PLATOV'; Linked To: SOMEBODY; Tax ID No. 7702070139 (Russia); Something New 5.\"\r\n"
    "1002,\"SABINA\",\"vessel\",\"RUSSIA-EO14024\",-0- ,\"ABCD\",\"Tanker\",\"100\",-0- ,\"Panama\",\"OWNER LTD\",\"Vessel Registration "
    "Identification IMO 9524451; MMSI 123456789.\"\r\n"
    "1003,\"GARANTEX\",-0- ,\"RUSSIA-EO14024\",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,\"Digital Currency Address - XBT "
    "3Lpoy53K625zVeE47ZasiG5jGkAxJ27kh1; SWIFT/BIC VTBRRUMM; Legal Entity Number 253400V1H6ART1UQ0N98; \"\r\n\x1a";

TEST(OfacCsv, ReadsNamesRemarksAndNumbers) {
  const auto edition = one({{"l/sdn.csv", kSdn},
                            {"l/alt.csv", "1001,1,\"aka\",\"PUTIN, Vova\",-0- \r\n1001,2,\"fka\",\"OLD, Name\",\"a remark\"\r\n\x1a"},
                            {"l/add.csv", "36,25,-0- ,\"Havana\",\"Cuba\",-0- \r\n\x1a"},
                            {"l/sdn_comments.csv", "1003,\"Website garantex.io\"\r\n\x1a"}});
  EXPECT_EQ(edition.list, "us_ofac_sdn");
  EXPECT_EQ(edition.dated_by, "option");
  ASSERT_EQ(edition.entities.size(), 4U);
  EXPECT_TRUE(edition.warnings.empty());
  const Entity& cuban = edition.entities[0];
  EXPECT_EQ(cuban.schema, "Organization");
  EXPECT_TRUE(has(cuban, "address", "Havana, Cuba"));
  EXPECT_TRUE(has(cuban, "country", "cu"));
  const Entity& person = edition.entities[1];
  EXPECT_EQ(person.id, "ofac-1001");
  EXPECT_EQ(person.line, 2U);
  EXPECT_EQ(person.caption, "Vladimir Vladimirovich PUTIN");
  EXPECT_TRUE(has(person, "publishedName", "PUTIN, Vladimir Vladimirovich"));
  EXPECT_TRUE(has(person, "alias", "Vova PUTIN"));
  EXPECT_TRUE(has(person, "previousName", "Name OLD"));
  EXPECT_TRUE(has(person, "weakAlias", "PLATOV"));
  EXPECT_TRUE(has(person, "birthDate", "1952-10-07"));
  EXPECT_TRUE(has(person, "birthDate", "1953"));
  EXPECT_TRUE(has(person, "nationality", "ru"));
  EXPECT_TRUE(has(person, "passportNumber", "A123"));
  EXPECT_TRUE(has_note(person, "expires 01 Jan 2020"));
  EXPECT_TRUE(has(person, "innCode", "7702070139"));
  EXPECT_TRUE(has_note(person, "Linked To: SOMEBODY"));
  EXPECT_TRUE(has_note(person, "Something New 5")) << "nothing that a list says is dropped";
  ASSERT_EQ(person.designations.size(), 2U);
  EXPECT_EQ(person.designations[1].program, "UKRAINE-EO13661");
  const Entity& ship = edition.entities[2];
  EXPECT_EQ(ship.schema, "Vessel");
  EXPECT_TRUE(has(ship, "imoNumber", "9524451"));
  EXPECT_TRUE(has(ship, "flag", "pa"));
  EXPECT_TRUE(has_note(ship, "OWNER LTD"));
  const Entity& exchange = edition.entities[3];
  EXPECT_TRUE(has(exchange, "publicKey", "3Lpoy53K625zVeE47ZasiG5jGkAxJ27kh1"));
  EXPECT_TRUE(has(exchange, "swiftBic", "VTBRRUMM"));
  EXPECT_TRUE(has(exchange, "website", "garantex.io")) << "comments continue the remarks";
}

TEST(OfacCsv, GroupsByFolderAndDate) {
  const std::string row = "36,\"A\",-0- ,\"CUBA\",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- \r\n";
  const auto editions =
      read_editions({{"l/sdn_2022-02-23.csv", row}, {"l/sdn_2022-02-25.csv", row}, {"l/alt_2022-02-25.csv", "36,1,\"aka\",\"B\",-0- \r\n"}}, {});
  ASSERT_TRUE(editions) << editions.error().text();
  ASSERT_EQ(editions->size(), 2U);
  EXPECT_EQ((*editions)[0].published->text(), "2022-02-23");
  EXPECT_EQ((*editions)[0].warnings.size(), 3U) << "no alt.csv, no add.csv";
  EXPECT_TRUE((*editions)[0].warnings[0].starts_with("incomplete:"));
  EXPECT_EQ((*editions)[1].files.size(), 2U);
  EXPECT_TRUE(read_editions({{"l/alt.csv", "36,1,\"aka\",\"B\",-0- \r\n"}}, dated()).error().message.find("without its sdn.csv") !=
              std::string::npos);
  EXPECT_FALSE(read_editions({{"l/sdn.csv", row}, {"l/sdn2.csv", row}}, dated())) << "two of one date";
  EXPECT_EQ(one({{"trio_2022-01/sdn.csv", row}}, {}).published->text(), "2022-01-01") << "dated by its folder";
  EXPECT_EQ(one({{"cons_prim.csv", row}}).list, "us_ofac_cons");
}

TEST(OfacCsv, RefusesWhatIsBroken) {
  const auto refused = [](std::string sdn) { return !read_editions({{"sdn.csv", std::move(sdn)}}, dated()).has_value(); };
  const std::string row = "36,\"A\",-0- ,\"CUBA\",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- \r\n";
  EXPECT_TRUE(refused(row + "37,\"B\",-0- ")) << "truncated";
  EXPECT_TRUE(refused(row + "37,\"B")) << "truncated in quotes";
  const auto twice = one({{"sdn.csv", row + row}});
  EXPECT_EQ(twice.entities.size(), 2U) << "a number that stands twice loses no name";
  EXPECT_NE(twice.entities[0].id, twice.entities[1].id);
  EXPECT_TRUE(std::any_of(twice.warnings.begin(), twice.warnings.end(),
                          [](const std::string& line) { return line.find("stands twice") != std::string::npos; }));
  EXPECT_TRUE(refused(row + "x" + row)) << "no number";
  EXPECT_TRUE(refused("36,\"A\",\"starship\",\"CUBA\",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- \r\n"));
  EXPECT_TRUE(refused("36,-0- ,-0- ,\"CUBA\",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- \r\n"));
}

TEST(UnXml, ReadsPersonsAndEntities) {
  const auto edition = one({{"un.xml", R"(<?xml version="1.0" encoding="UTF-8"?>
<CONSOLIDATED_LIST dateGenerated="2026-02-27T00:00:09.554Z"><INDIVIDUALS><INDIVIDUAL>
<DATAID>1</DATAID><FIRST_NAME>ERIC</FIRST_NAME><SECOND_NAME>BADEGE</SECOND_NAME><UN_LIST_TYPE>DRC</UN_LIST_TYPE>
<REFERENCE_NUMBER>CDi.001</REFERENCE_NUMBER>
<LISTED_ON>2012-12-31</LISTED_ON><NAME_ORIGINAL_SCRIPT>Эрик</NAME_ORIGINAL_SCRIPT>
<NATIONALITY><VALUE>Democratic Republic of the Congo</VALUE></NATIONALITY>
<INDIVIDUAL_ALIAS><QUALITY>Good</QUALITY><ALIAS_NAME>Erik; Eric B.</ALIAS_NAME></INDIVIDUAL_ALIAS>
<INDIVIDUAL_ALIAS><QUALITY>Low</QUALITY><ALIAS_NAME>E</ALIAS_NAME></INDIVIDUAL_ALIAS>
<INDIVIDUAL_DATE_OF_BIRTH><TYPE_OF_DATE>BETWEEN</TYPE_OF_DATE><FROM_YEAR>1970</FROM_YEAR><TO_YEAR>1971</TO_YEAR></INDIVIDUAL_DATE_OF_BIRTH>
<INDIVIDUAL_DOCUMENT><TYPE_OF_DOCUMENT>Passport</TYPE_OF_DOCUMENT><NUMBER>X1</NUMBER></INDIVIDUAL_DOCUMENT><NEW_THING>kept</NEW_THING>
</INDIVIDUAL></INDIVIDUALS><ENTITIES><ENTITY><DATAID>2</DATAID>
<FIRST_NAME>ADF</FIRST_NAME><ENTITY_ALIAS><QUALITY>f.k.a.</QUALITY><ALIAS_NAME>OLD</ALIAS_NAME></ENTITY_ALIAS></ENTITY></ENTITIES>
</CONSOLIDATED_LIST>)"}},
                           {});
  EXPECT_EQ(edition.published->text(), "2026-02-27");
  EXPECT_EQ(edition.dated_by, "file");
  ASSERT_EQ(edition.entities.size(), 2U);
  const Entity& person = edition.entities[0];
  EXPECT_EQ(person.caption, "ERIC BADEGE");
  for (const auto* alias : {"Эрик", "Erik", "Eric B."}) EXPECT_TRUE(has(person, "alias", alias)) << alias;
  EXPECT_TRUE(has(person, "weakAlias", "E"));
  EXPECT_TRUE(has(person, "birthDate", "1970"));
  EXPECT_TRUE(has(person, "birthDate", "1971"));
  EXPECT_TRUE(has(person, "nationality", "cd"));
  EXPECT_TRUE(has(person, "passportNumber", "X1"));
  EXPECT_TRUE(has_note(person, "kept"));
  EXPECT_EQ(person.designations[0], (Designation{"DRC", "", "UN sanctions", "2012-12-31", "CDi.001"}));
  EXPECT_TRUE(has(edition.entities[1], "previousName", "OLD"));
}

TEST(EuAnnexCsv, ReadsNamesInParenthesesAndLabelledNumbers) {
  const std::string header =
      "celex,recordId,programKey,annex,measure,startDate,reason,schema,name,alias,birthDate,registrationNumber,taxNumber,address\n";
  const auto edition =
      one({{"833_2026-08.csv",
            header + "32014R0833,666,EU-RUS,IV,Export control,25.6.2024,,LegalEntity,Da Group 22,"
                     "\"ТОО «DA GROUP 22»; «DA GROUP 22» Серіктестігі («DA GROUP 22» ЖШС)\",,220340015320 (BIN),,\"Astana, Republic of Kazakhstan\"\n"
                     "32014R0833,,EU-RUS,XIV,Financial restrictions,12 March 2022,,LegalEntity,VTB BANK,,,7702165310 / 770101001,,\n"
                     "32014R0833,,EU-RUS,XIV,Financial restrictions,12 March 2022,,LegalEntity,VTB BANK,,,,,\n"}},
          {});
  EXPECT_EQ(edition.part, "32014R0833");
  EXPECT_EQ(edition.published->text(), "2026-08-01");
  EXPECT_EQ(edition.dated_by, "name");
  ASSERT_EQ(edition.entities.size(), 3U);
  const Entity& firm = edition.entities[0];
  EXPECT_EQ(firm.id, "eu-32014R0833-IV-666");
  EXPECT_TRUE(has(firm, "alias", "«DA GROUP 22» ЖШС"));
  EXPECT_TRUE(has(firm, "registrationNumber", "220340015320"));
  EXPECT_TRUE(has(firm, "country", "kz"));
  EXPECT_EQ(firm.designations[0], (Designation{"EU-RUS", "IV", "Export control", "2024-06-25", "666"}));
  EXPECT_TRUE(has(edition.entities[1], "innCode", "7702165310"));
  EXPECT_NE(edition.entities[1].id, edition.entities[2].id) << "entries without a number still have ids of their own";
  EXPECT_FALSE(read_editions({{"x_2026-08.csv", header + "32014R0833,1,EU-RUS,IV\n"}}, {})) << "truncated";
  EXPECT_FALSE(read_editions({{"x_2026-08.csv", header}}, {})) << "no entry";
}

TEST(FtmJsonLines, FoldsSanctionsIntoTheirEntities) {
  const std::string text =
      R"({"id":"Q1","caption":"A","schema":"Person","properties":{"name":["A"],"name":["B"]},"datasets":["house"],"last_seen":"2026-10-01T00:00:00"})"
      "\n"
      R"({"id":"s1","schema":"Sanction","properties":{"entity":["Q1"],"programId":["P"],"startDate":["2022-02-24"]},"datasets":["house"]})"
      "\n"
      R"({"id":"o1","schema":"Ownership","properties":{},"datasets":["house"]})"
      "\n";
  const auto edition = one({{"entities.ftm.json", text}}, {});
  EXPECT_EQ(edition.list, "house");
  EXPECT_EQ(edition.published->text(), "2026-10-01");
  ASSERT_EQ(edition.entities.size(), 1U);
  EXPECT_EQ(edition.entities[0].values("name").size(), 2U) << "real files repeat keys";
  EXPECT_EQ(edition.entities[0].designations[0].program, "P");
  EXPECT_EQ(edition.warnings.size(), 1U);
  EXPECT_FALSE(read_editions({{"x", R"({"id":"1","schema":"Person","datasets":["a"]})"
                                    "\n"
                                    R"({"id":"2","schema":"Person","datasets":["b"]})"}},
                             dated()))
      << "whose list is it?";
  EXPECT_TRUE(read_editions({{"x", R"({"id":"1","schema":"Person","properties":{"name":"A"}})"}}, dated("mine")));
  const auto wrong = read_editions({{"x", R"({"id":"1","schema":"Person"})"
                                          "\n{"}},
                                   dated("mine"));
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().line, 2U);
}

TEST(ReadEditions, AddressesContent) {
  const auto edition = one({{"x", R"({"id":"1","schema":"Person","properties":{"name":"TAMGA SAMPLE"}})"}}, dated("mine"));
  EXPECT_TRUE(edition.sample);
  EXPECT_TRUE(edition.id.starts_with("sha256:"));
  const auto again = reread(edition.format, edition.files);
  ASSERT_TRUE(again);
  EXPECT_EQ(to_json(again->entities.front()).dump(), to_json(edition.entities.front()).dump());
}

// --- the published files themselves ---------------------------------------------------------------------------------------------

class RealLists : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!fs::exists(kReal)) GTEST_SKIP() << "../shared/data is not here";
  }
  static Result<std::vector<Edition>> read(const std::vector<std::string>& paths) {
    std::vector<NamedBytes> files;
    for (const auto& path : paths) {
      TAMGA_TRY(auto unpacked, read_unpacked((kReal / path).string()));
      for (auto& file : unpacked) files.push_back(std::move(file));
    }
    return read_editions(std::move(files), {});
  }
  static const Entity& entity(const Edition& edition, std::string_view id) {
    const auto at = std::find_if(edition.entities.begin(), edition.entities.end(), [&](const Entity& candidate) { return candidate.id == id; });
    EXPECT_NE(at, edition.entities.end()) << id;
    return *at;
  }
  inline static const fs::path kReal = fs::path(TAMGA_SOURCE_DIR) / ".." / "shared" / "data";
};

TEST_F(RealLists, OfacEditions) {
  const std::string sdn = "ofac/sdn_csv/";
  const auto editions = read({sdn + "sdn_2022-02-23.csv.gz", sdn + "sdn_2022-02-25.csv.gz", sdn + "sdn_2023-12-28.csv.gz",
                              sdn + "add_2023-12-28.csv.gz", sdn + "alt_2023-12-28.csv.gz", sdn + "sdn_2024-05-03.csv.gz"});
  ASSERT_TRUE(editions) << editions.error().text();
  ASSERT_EQ(editions->size(), 4U);
  // ../shared/data/README.md counts rows with the lone 0x1A.
  EXPECT_EQ((*editions)[0].entities.size(), 9121U);
  EXPECT_EQ((*editions)[1].entities.size(), 9214U);
  EXPECT_EQ((*editions)[2].entities.size(), 13821U);
  EXPECT_EQ((*editions)[3].entities.size(), 14965U);
  ASSERT_EQ((*editions)[2].warnings.size(), 1U);
  EXPECT_EQ((*editions)[2].warnings.front(),
            "17 entries have more remarks than the file holds; the rest is in sdn_comments.csv, which was not given");
  const Entity& vtb = entity((*editions)[1], "ofac-17013");
  EXPECT_TRUE(has(vtb, "swiftBic", "VTBRRUMM"));
  EXPECT_TRUE(has(vtb, "innCode", "7702070139"));
  EXPECT_TRUE(has(vtb, "ogrnCode", "1027739609391"));
  EXPECT_TRUE(has(vtb, "leiCode", "253400V1H6ART1UQ0N98"));
  const auto trio = read({sdn + "trio_2022-01/sdn.csv.gz", sdn + "trio_2022-01/add.csv.gz", sdn + "trio_2022-01/alt.csv.gz"});
  ASSERT_TRUE(trio) << trio.error().text();
  EXPECT_EQ(trio->size(), 1U);
}

TEST_F(RealLists, UnEditions) {
  const std::pair<const char*, std::size_t> cases[] = {{"2018-10-29", 703 + 390}, {"2020-11-30", 713 + 305}, {"2021-01-18", 710 + 293},
                                                       {"2025-04-19", 684 + 193}, {"2025-11-18", 727 + 273}, {"2026-02-27", 730 + 273}};
  for (const auto& [day, count] : cases) {
    const auto editions = read({std::string("un/UN_consolidated_") + day + ".xml.gz"});
    ASSERT_TRUE(editions) << editions.error().text();
    EXPECT_EQ(editions->front().entities.size(), count) << day;
    EXPECT_EQ(editions->front().published->text(), day);
  }
  const auto bad = read({"un/UN_consolidated_2025-08-16_BAD_ENCODING.xml.gz"});
  ASSERT_FALSE(bad);
  EXPECT_GT(bad.error().line, 0U);
}

TEST_F(RealLists, EuAnnexes) {
  const auto editions = read({"eu/eu_269_2014_annex_I_2026-08.csv.gz", "eu/eu_833_2014_annex_entities_2026-08.csv.gz"});
  ASSERT_TRUE(editions) << editions.error().text();
  ASSERT_EQ(editions->size(), 2U);
  EXPECT_EQ((*editions)[0].entities.size(), 2802U);
  EXPECT_EQ((*editions)[1].entities.size(), 1746U);
  const Entity& firm = entity((*editions)[1], "eu-32014R0833-IV-666");
  EXPECT_TRUE(has(firm, "registrationNumber", "220340015320"));
  EXPECT_TRUE(has(firm, "country", "kz"));
  std::size_t ships = 0;
  for (const auto& candidate : (*editions)[1].entities) ships += candidate.schema == "Vessel" && !candidate.values("imoNumber").empty() ? 1 : 0;
  EXPECT_EQ(ships, 633U);
}

TEST_F(RealLists, UkVerbatimRow) {
  const auto editions = read({"uk/uk_sanctions_list_VERBATIM_header_and_row_2026-10-08.csv"});
  ASSERT_TRUE(editions) << editions.error().text();
  const Edition& edition = editions->front();
  EXPECT_EQ(edition.list, "gb_fcdo_sanctions");
  EXPECT_EQ(edition.published->text(), "2026-10-08");
  const Entity& ship = edition.entities.front();
  EXPECT_EQ(ship.id, "gb-fcdo-rus2176");
  EXPECT_TRUE(has(ship, "imoNumber", "9826902"));
  EXPECT_TRUE(has(ship, "flag", "ga"));
  EXPECT_EQ(ship.designations[0].program, "RUS");
  EXPECT_EQ(ship.designations[0].from, "2024-07-31");
}

TEST_F(RealLists, FollowTheMoney) {
  const auto editions = read({"opensanctions/sa_wiki_peps_entities.ftm.json.gz"});
  ASSERT_TRUE(editions) << editions.error().text();
  EXPECT_EQ(editions->front().list, "sa_wiki_peps_v2");
  EXPECT_EQ(editions->front().entities.size(), 607U + 100U) << "persons and positions; family and occupancy are edges";
}

}  // namespace
}  // namespace tamga::lists
