#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lists/readers.h"

namespace tamga::lists {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;

Result<ReadList> read(std::string_view individuals, std::string_view entities = {}) {
  return read_un_xml(NamedBytes{
      "un.xml", "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<CONSOLIDATED_LIST dateGenerated=\"2026-02-27T00:00:09.554Z\"><INDIVIDUALS>\n" +
                    std::string(individuals) + "</INDIVIDUALS><ENTITIES>" + std::string(entities) + "</ENTITIES></CONSOLIDATED_LIST>"});
}

constexpr std::string_view kPerson = R"(<INDIVIDUAL>
  <DATAID>6908107</DATAID><VERSIONNUM>1</VERSIONNUM>
  <FIRST_NAME> RI </FIRST_NAME><SECOND_NAME>WON HO</SECOND_NAME><THIRD_NAME/>
  <UN_LIST_TYPE>DPRK</UN_LIST_TYPE><REFERENCE_NUMBER>KPi.033</REFERENCE_NUMBER><LISTED_ON>2016-11-30</LISTED_ON>
  <GENDER>Male</GENDER><NAME_ORIGINAL_SCRIPT>리원호</NAME_ORIGINAL_SCRIPT><COMMENTS1>An official.</COMMENTS1>
  <TITLE><VALUE>General</VALUE></TITLE><DESIGNATION><VALUE>Ministry
 official</VALUE></DESIGNATION><NATIONALITY><VALUE>Democratic People's Republic of Korea</VALUE></NATIONALITY>
  <LIST_TYPE><VALUE>UN List</VALUE></LIST_TYPE><LAST_DAY_UPDATED><VALUE>2017-01-02</VALUE></LAST_DAY_UPDATED>
  <INDIVIDUAL_ALIAS><QUALITY>Good</QUALITY><ALIAS_NAME>Ri Won; Lee Won Ho</ALIAS_NAME><NOTE>previously listed as</NOTE></INDIVIDUAL_ALIAS>
  <INDIVIDUAL_ALIAS><QUALITY>Low</QUALITY><ALIAS_NAME>Chadian</ALIAS_NAME></INDIVIDUAL_ALIAS>
  <INDIVIDUAL_ADDRESS><STREET>1 Street</STREET><CITY>Pyongyang</CITY><COUNTRY>Egypt</COUNTRY><NOTE>as of 2016</NOTE></INDIVIDUAL_ADDRESS>
  <INDIVIDUAL_DATE_OF_BIRTH><TYPE_OF_DATE>EXACT</TYPE_OF_DATE><DATE>1964-07-17</DATE></INDIVIDUAL_DATE_OF_BIRTH>
  <INDIVIDUAL_DATE_OF_BIRTH><TYPE_OF_DATE>BETWEEN</TYPE_OF_DATE><FROM_YEAR>1968</FROM_YEAR><TO_YEAR>1973</TO_YEAR></INDIVIDUAL_DATE_OF_BIRTH>
  <INDIVIDUAL_PLACE_OF_BIRTH><CITY>Tikrit</CITY><COUNTRY>Iraq</COUNTRY></INDIVIDUAL_PLACE_OF_BIRTH>
  <INDIVIDUAL_DOCUMENT><TYPE_OF_DOCUMENT>Passport</TYPE_OF_DOCUMENT><NUMBER>381310014</NUMBER>
  <ISSUING_COUNTRY>Egypt</ISSUING_COUNTRY></INDIVIDUAL_DOCUMENT>
  <INDIVIDUAL_DOCUMENT><TYPE_OF_DOCUMENT>Passport</TYPE_OF_DOCUMENT><NUMBER>Congo service passport number SA0020249 </NUMBER></INDIVIDUAL_DOCUMENT>
  <INDIVIDUAL_DOCUMENT/><SORT_KEY/><NEW_ELEMENT>something</NEW_ELEMENT>
</INDIVIDUAL>)";

TEST(UnXml, ReadsAPerson) {
  const auto list = read(kPerson);
  ASSERT_TRUE(list) << list.error().text();
  EXPECT_EQ(list->own_date->text(), "2026-02-27");
  const Entity& entity = list->entities.front();
  EXPECT_EQ(entity.id, "unsc-6908107");
  EXPECT_EQ(entity.schema, "Person");
  EXPECT_EQ(entity.caption, "RI WON HO");
  EXPECT_EQ(entity.line, 3U);
  EXPECT_THAT(entity.designations, ElementsAre(Designation{"DPRK", "", "UN sanctions", "2016-11-30", "KPi.033"}));
  EXPECT_THAT(entity.values("alias"), ElementsAre("리원호", "Ri Won", "Lee Won Ho"));
  EXPECT_THAT(entity.values("weakAlias"), ElementsAre("Chadian"));
  EXPECT_THAT(entity.values("birthDate"), ElementsAre("1964-07-17", "1968", "1973"));
  EXPECT_THAT(entity.values("birthPlace"), ElementsAre("Tikrit, Iraq"));
  EXPECT_THAT(entity.values("nationality"), ElementsAre("kp"));
  EXPECT_THAT(entity.values("position"), ElementsAre("Ministry official"));
  EXPECT_THAT(entity.values("address"), ElementsAre("1 Street, Pyongyang, Egypt"));
  EXPECT_THAT(entity.values("country"), ElementsAre("eg"));
  EXPECT_THAT(entity.values("passportNumber"), ElementsAre("381310014", "SA0020249"));
  const auto& notes = entity.values("notes");
  EXPECT_THAT(notes, Contains("An official."));
  EXPECT_THAT(notes, Contains("Birth date: BETWEEN 1968 1973"));
  EXPECT_THAT(notes, Contains("Document: Passport, 381310014, Egypt"));
  EXPECT_THAT(notes, Contains("Address NOTE: as of 2016"));
  EXPECT_THAT(notes, Contains("NEW_ELEMENT: something"));
}

TEST(UnXml, ReadsAnEntity) {
  const auto list = read("",
                         "<ENTITY><DATAID>1</DATAID><FIRST_NAME>AIR (AAA) ; LAND "
                         "BUSINESS</FIRST_NAME><ENTITY_ALIAS><QUALITY>f.k.a.</QUALITY><ALIAS_NAME>Old</ALIAS_NAME></ENTITY_ALIAS>"
                         "<ENTITY_ALIAS><QUALITY>a.k.a.</QUALITY><ALIAS_NAME>New</ALIAS_NAME></ENTITY_ALIAS></ENTITY>");
  ASSERT_TRUE(list) << list.error().text();
  const Entity& entity = list->entities.front();
  EXPECT_EQ(entity.schema, "Organization");
  EXPECT_EQ(entity.caption, "AIR (AAA)");
  EXPECT_THAT(entity.values("name"), ElementsAre("AIR (AAA)", "LAND BUSINESS"));
  EXPECT_THAT(entity.values("abbreviation"), ElementsAre("AAA", "AIR"));
  EXPECT_THAT(entity.values("previousName"), ElementsAre("Old"));
  EXPECT_THAT(entity.values("alias"), ElementsAre("New"));
}

TEST(UnXml, ErrorsNameTheLine) {
  EXPECT_THAT(read("<INDIVIDUAL><FIRST_NAME>A</FIRST_NAME></INDIVIDUAL>").error().text(), HasSubstr("un.xml:3: INDIVIDUAL without a DATAID"));
  EXPECT_THAT(read("<INDIVIDUAL><DATAID>1</DATAID></INDIVIDUAL>").error().message, HasSubstr("has no name"));
  EXPECT_THAT(read(std::string(kPerson) + std::string(kPerson)).error().message, HasSubstr("stands twice"));
  EXPECT_THAT(read("").error().message, HasSubstr("holds no INDIVIDUAL"));
  EXPECT_FALSE(read("<INDIVIDUAL>"));
}

}  // namespace
}  // namespace tamga::lists
