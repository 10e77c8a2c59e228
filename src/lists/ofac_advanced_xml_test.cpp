#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <set>

#include "base/ascii.h"
#include "lists/countries.h"
#include "lists/readers.h"
#include "lists/xml.h"

namespace tamga::lists {
namespace {

namespace fs = std::filesystem;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

// Numbers of the file's own choice: none is OFAC's, so that a number known beforehand would show.
constexpr std::string_view kReferenceValues = R"(<ReferenceValueSets>
<AliasTypeValues><AliasType ID="1">A.K.A.</AliasType><AliasType ID="2">F.K.A.</AliasType><AliasType ID="3">Name</AliasType>
<AliasType ID="4">N.K.A.</AliasType></AliasTypeValues>
<AreaCodeValues><AreaCode ID="10" CountryID="10" Description="Russia" AreaCodeTypeID="1">RU</AreaCode>
<AreaCode ID="12" CountryID="12" Description="undetermined" AreaCodeTypeID="1"/>
<AreaCode ID="13" CountryID="13" Description="Region: Crimea" AreaCodeTypeID="1">UA</AreaCode></AreaCodeValues>
<CalendarTypeValues><CalendarType ID="1">Gregorian</CalendarType></CalendarTypeValues>
<CountryValues><Country ID="10" ISO2="RU">Russia</Country><Country ID="11" ISO2="TR">Turkey</Country><Country ID="12">undetermined</Country>
<Country ID="14" ISO2="AN">Netherlands Antilles</Country></CountryValues>
<DetailReferenceValues><DetailReference ID="20">Male</DetailReference><DetailReference ID="21">Subject to Directive 1</DetailReference>
</DetailReferenceValues>
<EntryEventTypeValues><EntryEventType ID="1">Created</EntryEventType><EntryEventType ID="2">Amended</EntryEventType></EntryEventTypeValues>
<EntryLinkTypeValues><EntryLinkType ID="1">Replaces</EntryLinkType></EntryLinkTypeValues>
<ExRefTypeValues><ExRefType ID="1">Press release</ExRefType></ExRefTypeValues>
<FeatureTypeValues><FeatureType ID="30">Birthdate</FeatureType><FeatureType ID="31">Place of Birth</FeatureType>
<FeatureType ID="32">Location</FeatureType><FeatureType ID="33">Citizenship Country</FeatureType><FeatureType ID="34">Gender</FeatureType>
<FeatureType ID="35">Website</FeatureType><FeatureType ID="36">Digital Currency Address - XBT</FeatureType>
<FeatureType ID="37">Executive Order 13662 Directive Determination -</FeatureType><FeatureType ID="38">VESSEL TYPE</FeatureType>
<FeatureType ID="39">Secondary sanctions risk:</FeatureType><FeatureType ID="40">Organization Established Date</FeatureType>
<FeatureType ID="41">Title</FeatureType><FeatureType ID="42">Vessel Flag</FeatureType></FeatureTypeValues>
<IDRegDocDateTypeValues><IDRegDocDateType ID="1">Issue Date</IDRegDocDateType><IDRegDocDateType ID="2">Expiration Date</IDRegDocDateType>
</IDRegDocDateTypeValues>
<IDRegDocTypeValues><IDRegDocType ID="50">Tax ID No.</IDRegDocType><IDRegDocType ID="51">Passport</IDRegDocType>
<IDRegDocType ID="52">Vessel Registration Identification</IDRegDocType></IDRegDocTypeValues>
<LegalBasisValues><LegalBasis ID="1">Unknown</LegalBasis><LegalBasis ID="2">Executive Order 13662 (Ukraine)</LegalBasis></LegalBasisValues>
<ListValues><List ID="60">SDN List</List><List ID="61">Consolidated List</List>
<List ID="62">Sectoral Sanctions Identifications List</List></ListValues>
<LocPartTypeValues><LocPartType ID="70">Unknown</LocPartType><LocPartType ID="71">ADDRESS1</LocPartType><LocPartType ID="72">CITY</LocPartType>
<LocPartType ID="73">POSTAL CODE</LocPartType><LocPartType ID="74">REGION</LocPartType><LocPartType ID="75">PLANET</LocPartType></LocPartTypeValues>
<NamePartTypeValues><NamePartType ID="80">Last Name</NamePartType><NamePartType ID="81">First Name</NamePartType>
<NamePartType ID="82">Middle Name</NamePartType><NamePartType ID="83">Patronymic</NamePartType><NamePartType ID="84">Matronymic</NamePartType>
<NamePartType ID="85">Entity Name</NamePartType><NamePartType ID="86">Nickname</NamePartType></NamePartTypeValues>
<PartySubTypeValues><PartySubType ID="90" PartyTypeID="3">Vessel</PartySubType><PartySubType ID="91" PartyTypeID="2">Unknown</PartySubType>
<PartySubType ID="92" PartyTypeID="1">Unknown</PartySubType><PartySubType ID="93" PartyTypeID="3">Aircraft</PartySubType></PartySubTypeValues>
<PartyTypeValues><PartyType ID="1">Individual</PartyType><PartyType ID="2">Entity</PartyType><PartyType ID="3">Transport</PartyType></PartyTypeValues>
<RelationQualityValues><RelationQuality ID="1">Unknown</RelationQuality><RelationQuality ID="2">High</RelationQuality></RelationQualityValues>
<RelationTypeValues><RelationType ID="100">Owned or Controlled By</RelationType><RelationType ID="101">Family member of</RelationType>
<RelationType ID="102">Leader or official of</RelationType><RelationType ID="103">Associate Of</RelationType>
<RelationType ID="104">Providing support to:</RelationType><RelationType ID="105">Acting for or on behalf of</RelationType>
<RelationType ID="106">Owns, controls, or operates</RelationType><RelationType ID="107">Property in the interest of</RelationType>
</RelationTypeValues>
<ReliabilityValues><Reliability ID="1">Unknown</Reliability><Reliability ID="2">Confirmed</Reliability><Reliability ID="3">Reported</Reliability>
</ReliabilityValues>
<SanctionsTypeValues><SanctionsType ID="1">Program</SanctionsType><SanctionsType ID="2">Block</SanctionsType>
<SanctionsType ID="3">13662 Sectoral Directive 1</SanctionsType></SanctionsTypeValues>
<ScriptValues><Script ID="110">Latin</Script><Script ID="111">Cyrillic</Script><Script ID="112">Chinese Simplified</Script></ScriptValues>
<SupInfoTypeValues><SupInfoType ID="1">Federal Register</SupInfoType></SupInfoTypeValues>
<TargetTypeValues><TargetType ID="1">Page</TargetType></TargetTypeValues>
<ValidityValues><Validity ID="1">Valid</Validity><Validity ID="2">Fraudulent</Validity></ValidityValues>
</ReferenceValueSets>)";

/// A document by its tables.
struct Document {
  std::string locations;
  std::string papers;
  std::string parties;
  std::string relations;
  std::string entries;
  std::string links;
  std::string root = "<Sanctions xmlns=\"http://www.un.org/sanctions/1.0\" Version=\"3\">";

  [[nodiscard]] std::string text() const {
    return fmt::format(
        "<?xml version=\"1.0\" encoding=\"utf-8\" standalone=\"yes\"?>\n{}\n"
        "<DateOfIssue CalendarTypeID=\"1\"><Year>2024</Year><Month>3</Month><Day>6</Day></DateOfIssue>\n{}\n<Locations>{}</Locations>\n"
        "<IDRegDocuments>{}</IDRegDocuments>\n<DistinctParties>\n{}</DistinctParties>\n<ProfileRelationships>{}</ProfileRelationships>\n"
        "<SanctionsEntries>{}</SanctionsEntries>\n<SanctionsEntryLinks>{}</SanctionsEntryLinks>\n</Sanctions>\n",
        root, kReferenceValues, locations, papers, parties, relations, entries, links);
  }
};

Result<ReadList> read(const std::string& bytes) { return read_ofac_advanced_xml(NamedBytes{"sdn_advanced.xml", bytes}); }

ReadList read_good(const Document& document) {
  auto list = read(document.text());
  EXPECT_TRUE(list) << list.error().text();
  return list ? *std::move(list) : ReadList{};
}

/// An alias of parts "TYPE TEXT", numbered on from `group`.
struct Names {
  std::string aliases;
  std::string groups;
  int group = 0;

  Names& add(std::string_view attributes, std::initializer_list<std::pair<int, std::string_view>> parts, int script = 110,
             std::string_view more = {}) {
    aliases += fmt::format("<Alias FixedRef=\"1\" {}>{}<DocumentedName ID=\"1\" FixedRef=\"1\" DocNameStatusID=\"1\">", attributes, more);
    for (const auto& [type, text] : parts) {
      ++group;
      aliases += fmt::format(
          "<DocumentedNamePart><NamePartValue NamePartGroupID=\"{}\" ScriptID=\"{}\" ScriptStatusID=\"1\" Acronym=\"false\">{}</NamePartValue>"
          "</DocumentedNamePart>",
          group, script, text);
      groups += fmt::format("<MasterNamePartGroup><NamePartGroup ID=\"{}\" NamePartTypeID=\"{}\"/></MasterNamePartGroup>", group, type);
    }
    aliases += "</DocumentedName></Alias>";
    return *this;
  }
};
constexpr std::string_view kPrimary = "AliasTypeID=\"3\" Primary=\"true\" LowQuality=\"false\"";

std::string party(int uid, int sub_type, const Names& names, std::string_view features = {}, std::string_view comment = {}) {
  return fmt::format(
      "<DistinctParty FixedRef=\"{0}\"><Comment>{4}</Comment><Profile ID=\"{0}\" PartySubTypeID=\"{1}\">"
      "<Identity ID=\"{5}\" FixedRef=\"{0}\" Primary=\"true\" False=\"false\">{2}<NamePartGroups>{6}</NamePartGroups></Identity>{3}</Profile>"
      "</DistinctParty>\n",
      uid, sub_type, names.aliases, features, comment, uid + 1000, names.groups);
}

std::string company(int uid, std::string_view name, std::string_view features = {}) {
  return party(uid, 91, Names().add(kPrimary, {{85, name}}), features);
}
std::string person(int uid, std::string_view last, std::string_view first, std::string_view features = {}) {
  return party(uid, 92, Names().add(kPrimary, {{80, last}, {81, first}}), features);
}

std::string feature(int type, std::string_view inside, int reliability = 1, std::string_view comment = {}) {
  return fmt::format(
      "<Feature ID=\"1\" FeatureTypeID=\"{}\"><FeatureVersion ID=\"1\" ReliabilityID=\"{}\"><Comment>{}</Comment>{}</FeatureVersion>"
      "<IdentityReference IdentityID=\"1\" IdentityFeatureLinkTypeID=\"1\"/></Feature>",
      type, reliability, comment, inside);
}
std::string detail(std::string_view text) { return fmt::format("<VersionDetail DetailTypeID=\"1432\">{}</VersionDetail>", text); }

struct Ymd {
  int year, month, day;
};
std::string point(std::string_view name, Ymd day) {
  return fmt::format("<{0}><Year>{1}</Year><Month>{2}</Month><Day>{3}</Day></{0}>", name, day.year, day.month, day.day);
}
std::string boundary(std::string_view name, Ymd from, Ymd to, bool circa = false) {
  return fmt::format("<{0} Approximate=\"{1}\" YearFixed=\"false\" MonthFixed=\"false\" DayFixed=\"false\">{2}{3}</{0}>", name, circa,
                     point("From", from), point("To", to));
}
std::string period(Ymd from, Ymd to, bool circa = false) {
  return fmt::format("<DatePeriod CalendarTypeID=\"1\" YearFixed=\"false\" MonthFixed=\"false\" DayFixed=\"false\">{}{}</DatePeriod>",
                     boundary("Start", from, from, circa), boundary("End", to, to, circa));
}

struct Measure {
  int type;
  std::string_view comment;
};
std::string entry(int id, int profile, int list, Ymd day, int basis, std::initializer_list<Measure> measures) {
  std::string text = fmt::format(
      "<SanctionsEntry ID=\"{}\" ProfileID=\"{}\" ListID=\"{}\"><EntryEvent ID=\"{}\" EntryEventTypeID=\"1\" LegalBasisID=\"{}\"><Comment/>"
      "<Date CalendarTypeID=\"1\"><Year>{}</Year><Month>{}</Month><Day>{}</Day></Date></EntryEvent>",
      id, profile, list, id, basis, day.year, day.month, day.day);
  for (const auto& measure : measures)
    text +=
        fmt::format("<SanctionsMeasure ID=\"1\" SanctionsTypeID=\"{}\"><Comment>{}</Comment><DatePeriod CalendarTypeID=\"1\"/></SanctionsMeasure>",
                    measure.type, measure.comment);
  return text + "</SanctionsEntry>";
}

Entity entity_of(const std::string& party_text) {
  Document document;
  document.parties = party_text;
  const auto list = read_good(document);
  return list.entities.empty() ? Entity{} : list.entities.front();
}

TEST(OfacAdvancedXml, ReadsAParty) {
  Document document;
  document.parties = party(36, 91, Names().add(kPrimary, {{85, "AEROCARIBBEAN AIRLINES"}}), "", "Havana; (old)");
  document.entries = entry(1, 36, 60, {1986, 12, 10}, 1, {{2, ""}, {1, "CUBA"}, {1, "SDGT"}});
  const auto list = read_good(document);
  EXPECT_EQ(list.own_date->text(), "2024-03-06");
  EXPECT_EQ(list.list, "us_ofac_sdn");
  EXPECT_THAT(list.warnings, IsEmpty());
  EXPECT_THAT(list.faults, IsEmpty());
  const Entity& entity = list.entities.front();
  EXPECT_EQ(entity.id, "ofac-36");
  EXPECT_EQ(entity.schema, "Organization");
  EXPECT_EQ(entity.caption, "AEROCARIBBEAN AIRLINES");
  EXPECT_GT(entity.line, 50U);
  EXPECT_THAT(entity.designations,
              ElementsAre(Designation{"CUBA", "", "Blocking", "1986-12-10", "36"}, Designation{"SDGT", "", "Blocking", "1986-12-10", "36"}));
  EXPECT_THAT(entity.values("notes"), ElementsAre("Havana", "(old)", "SDN List: 10 Dec 1986"));
  EXPECT_THAT(entity.datasets, ElementsAre("us_ofac_sdn"));
  EXPECT_EQ(entity.first("sourceUrl"), "https://sanctionssearch.ofac.treas.gov/Details.aspx?id=36");
}

TEST(OfacAdvancedXml, SchemataByTheNamesOfTheTypes) {
  EXPECT_EQ(entity_of(party(1, 90, Names().add(kPrimary, {{85, "A"}}))).schema, "Vessel");
  EXPECT_EQ(entity_of(party(1, 91, Names().add(kPrimary, {{85, "A"}}))).schema, "Organization");
  EXPECT_EQ(entity_of(party(1, 92, Names().add(kPrimary, {{80, "A"}}))).schema, "Person");
  EXPECT_EQ(entity_of(party(1, 93, Names().add(kPrimary, {{85, "A"}}))).schema, "Airplane");
}

TEST(OfacAdvancedXml, NamesByTheirParts) {
  const Entity putin = entity_of(party(1, 92, Names().add(kPrimary, {{80, "PUTIN"}, {83, "Vladimirovich"}, {81, "Vladimir"}})));
  EXPECT_EQ(putin.caption, "Vladimir Vladimirovich PUTIN");
  EXPECT_EQ(putin.first("lastName"), "PUTIN");
  EXPECT_EQ(putin.first("firstName"), "Vladimir Vladimirovich");
  EXPECT_EQ(putin.first("publishedName"), "PUTIN, Vladimir Vladimirovich");
  const Entity torres =
      entity_of(party(1, 92, Names().add(kPrimary, {{80, "TORRES"}, {84, "MARTINEZ"}, {81, "Camilo"}, {82, "Luis"}, {86, "El Fritanga"}})));
  EXPECT_EQ(torres.caption, "Camilo Luis TORRES MARTINEZ");
  EXPECT_THAT(torres.values("weakAlias"), ElementsAre("El Fritanga"));
  EXPECT_EQ(entity_of(party(1, 92, Names().add(kPrimary, {{86, "El Chapo"}}))).caption, "El Chapo");
  EXPECT_THAT(entity_of(party(1, 92, Names().add(kPrimary, {{86, "El Chapo"}}))).values("weakAlias"), IsEmpty());
}

TEST(OfacAdvancedXml, AliasesByTypeQualityAndScript) {
  const Entity entity = entity_of(party(1, 92,
                                        Names()
                                            .add(kPrimary, {{80, "ROTENBERG"}, {81, "Arkady"}})
                                            .add(kPrimary, {{80, "РОТЕНБЕРГ"}, {81, "Аркадий"}}, 111)
                                            .add("AliasTypeID=\"1\" Primary=\"false\" LowQuality=\"false\"", {{80, "ROTENBERG"}, {81, "Arkadii"}})
                                            .add("AliasTypeID=\"1\" Primary=\"false\" LowQuality=\"true\"", {{86, "Boxer"}})
                                            .add("AliasTypeID=\"2\" Primary=\"false\" LowQuality=\"true\"", {{80, "IVANOV"}, {81, "Ivan"}})
                                            .add("AliasTypeID=\"4\" Primary=\"false\" LowQuality=\"false\"", {{80, "PETROV"}, {81, "Petr"}})
                                            .add("AliasTypeID=\"1\" Primary=\"false\" LowQuality=\"false\"", {{80, "李"}, {81, "小"}, {82, "明"}},
                                                 112, "<Comment>in China</Comment>" + period({2010, 1, 1}, {2010, 12, 31}))));
  EXPECT_EQ(entity.caption, "Arkady ROTENBERG");
  EXPECT_THAT(entity.values("name"), ElementsAre("Arkady ROTENBERG"));
  EXPECT_THAT(entity.values("alias"), ElementsAre("Аркадий РОТЕНБЕРГ", "Arkadii ROTENBERG", "Petr PETROV", "李小明"));
  EXPECT_THAT(entity.values("weakAlias"), ElementsAre("Boxer"));
  EXPECT_THAT(entity.values("previousName"), ElementsAre("Ivan IVANOV"));
  EXPECT_THAT(entity.values("notes"), ElementsAre("Alias 李小明: in China", "Alias 李小明: 2010"));
}

TEST(OfacAdvancedXml, LeadingAndTrailingCharactersBelongToThePart) {
  Names names;
  names.group = 1;
  names.groups = "<MasterNamePartGroup><NamePartGroup ID=\"1\" NamePartTypeID=\"85\"/></MasterNamePartGroup>";
  names.aliases = fmt::format(
      "<Alias FixedRef=\"1\" {}><DocumentedName ID=\"1\" FixedRef=\"1\" DocNameStatusID=\"1\"><DocumentedNamePart LeadingChars=\"(\" "
      "TrailingChars=\")\"><NamePartValue NamePartGroupID=\"1\" ScriptID=\"110\" ScriptStatusID=\"1\" Acronym=\"true\">VTB</NamePartValue>"
      "</DocumentedNamePart><DocumentedNameCountry CountryID=\"11\"/></DocumentedName></Alias>",
      kPrimary);
  const Entity entity = entity_of(party(1, 91, names));
  EXPECT_EQ(entity.caption, "(VTB)");
  EXPECT_THAT(entity.values("abbreviation"), ElementsAre("(VTB)"));
  EXPECT_THAT(entity.values("notes"), ElementsAre("Alias (VTB): Turkey"));
}

TEST(OfacAdvancedXml, AFalseIdentityIsAnAliasThatSaysSo) {
  const std::string second =
      "<Identity ID=\"7\" FixedRef=\"1\" Primary=\"false\" False=\"true\"><Alias FixedRef=\"1\" AliasTypeID=\"3\" Primary=\"true\" "
      "LowQuality=\"false\"><DocumentedName ID=\"9\" FixedRef=\"1\" DocNameStatusID=\"1\"><DocumentedNamePart><NamePartValue NamePartGroupID=\"77\" "
      "ScriptID=\"110\" ScriptStatusID=\"1\" Acronym=\"false\">John DOE</NamePartValue></DocumentedNamePart></DocumentedName></Alias>"
      "<NamePartGroups/></Identity>";
  const Entity entity = entity_of(person(1, "DOE", "Jane", second));
  EXPECT_EQ(entity.caption, "Jane DOE");
  EXPECT_THAT(entity.values("alias"), ElementsAre("John DOE"));
  EXPECT_THAT(entity.values("notes"), ElementsAre("False identity: John DOE"));
}

TEST(OfacAdvancedXml, DatesAtTheirPrecision) {
  const auto births = [](const std::string& inside) { return entity_of(person(1, "A", "B", feature(30, inside))); };
  EXPECT_THAT(births(period({1962, 1, 1}, {1962, 12, 31})).values("birthDate"), ElementsAre("1962"));
  EXPECT_THAT(births(period({1985, 1, 7}, {1985, 1, 7})).values("birthDate"), ElementsAre("1985-01-07"));
  EXPECT_THAT(births(period({1985, 2, 1}, {1985, 2, 28})).values("birthDate"), ElementsAre("1985-02"));
  EXPECT_THAT(births(period({1984, 2, 1}, {1984, 2, 28})).values("birthDate"), ElementsAre("1984-02-01", "1984-02-28"));
  EXPECT_THAT(births(period({1966, 1, 1}, {1969, 12, 31})).values("birthDate"), ElementsAre("1966", "1969"));
  EXPECT_THAT(births(period({1960, 1, 1}, {1961, 6, 30})).values("birthDate"), ElementsAre("1960-01-01", "1961-06-30"));
  EXPECT_THAT(births(period({1951, 1, 1}, {1951, 12, 31}, true)).values("birthDate"), ElementsAre("1951"));
  EXPECT_THAT(births(period({1951, 1, 1}, {1951, 12, 31}, true)).values("notes"), ElementsAre("birthDate: circa 1951"));
  EXPECT_THAT(births(period({1962, 1, 1}, {1962, 12, 31})).values("notes"), IsEmpty());
  // Start and end that are themselves spans: born in 1966 or 1967, as it seems.
  const std::string spans = fmt::format("<DatePeriod CalendarTypeID=\"1\">{}{}</DatePeriod>", boundary("Start", {1966, 1, 1}, {1966, 12, 31}),
                                        boundary("End", {1967, 1, 1}, {1967, 12, 31}));
  EXPECT_THAT(births(spans).values("birthDate"), ElementsAre("1966", "1967"));
  // No such day: kept as it stands.
  EXPECT_THAT(births(period({1985, 2, 30}, {1985, 2, 30})).values("notes"), ElementsAre("birthDate: 30 Feb 1985"));
  const std::string only_to =
      fmt::format("<DatePeriod CalendarTypeID=\"1\"><End Approximate=\"false\">{}</End></DatePeriod>", point("To", {1970, 5, 1}));
  EXPECT_THAT(births(only_to).values("birthDate"), ElementsAre("1970-05-01"));
}

TEST(OfacAdvancedXml, FeaturesByTheTextOfTheirType) {
  const Entity entity = entity_of(company(
      1, "A",
      feature(35, detail("www.a.ru")) + feature(36, detail("12QtD5BFwRsdNsAZY76UVE1xyCGNTojH9h")) + feature(38, detail("Bulk Carrier")) +
          feature(37, "<VersionDetail DetailTypeID=\"1431\" DetailReferenceID=\"21\"/>") +
          feature(34, "<VersionDetail DetailTypeID=\"1431\" DetailReferenceID=\"20\"/>") +
          feature(39, detail("See Section 11 of Executive Order 14024."), 3, "see the notice") + feature(40, period({1990, 10, 17}, {1990, 10, 17})) +
          feature(41, detail("Chairman")) + feature(42, detail("Panama")) + feature(37, "") + feature(31, detail("Shati"))));
  EXPECT_EQ(entity.first("website"), "www.a.ru");
  EXPECT_EQ(entity.first("publicKey"), "12QtD5BFwRsdNsAZY76UVE1xyCGNTojH9h");
  EXPECT_EQ(entity.first("type"), "Bulk Carrier");
  EXPECT_EQ(entity.first("gender"), "male");
  EXPECT_EQ(entity.first("incorporationDate"), "1990-10-17");
  EXPECT_EQ(entity.first("position"), "Chairman");
  EXPECT_EQ(entity.first("flag"), "pa");
  EXPECT_EQ(entity.first("birthPlace"), "Shati");
  EXPECT_THAT(entity.values("notes"), ElementsAre("Digital Currency Address - XBT 12QtD5BFwRsdNsAZY76UVE1xyCGNTojH9h",
                                                  "Executive Order 13662 Directive Determination - Subject to Directive 1",
                                                  "Secondary sanctions risk: See Section 11 of Executive Order 14024",
                                                  "Secondary sanctions risk: See Section 11 of Executive Order 14024.: see the notice",
                                                  "Secondary sanctions risk: See Section 11 of Executive Order 14024.: Reported",
                                                  "Executive Order 13662 Directive Determination -"));
}

std::string location(int id, std::string_view areas, std::initializer_list<std::pair<int, std::string_view>> parts) {
  std::string text = fmt::format("<Location ID=\"{}\">{}", id, areas);
  for (const auto& [type, value] : parts)
    text += fmt::format(
        "<LocationPart LocPartTypeID=\"{}\"><LocationPartValue Primary=\"true\" LocPartValueTypeID=\"1\" LocPartValueStatusID=\"1\"><Comment/>"
        "<Value>{}</Value></LocationPartValue></LocationPart>",
        type, value);
  return text + "<FeatureVersionReference FeatureVersionID=\"1\"/></Location>";
}
std::string at_location(int type, int id) { return feature(type, fmt::format("<VersionLocation LocationID=\"{}\"/>", id)); }
constexpr std::string_view kRussia = "<LocationAreaCode AreaCodeID=\"10\"/><LocationCountry CountryID=\"10\" CountryRelevanceID=\"1\"/>";

TEST(OfacAdvancedXml, LocationsInReadingOrder) {
  Document document;
  document.locations = location(5, kRussia, {{73, "119121"}, {72, "Moscow"}, {71, "37 Plyushchikha ul."}}) +
                       location(6, "<LocationAreaCode AreaCodeID=\"12\"/>", {}) + location(7, "", {{70, "Turkey"}}) +
                       location(8, "<LocationAreaCode AreaCodeID=\"13\"/>", {{72, "Yalta"}, {75, "Earth"}}) +
                       location(9, "<LocationCountry CountryID=\"14\" CountryRelevanceID=\"1\"/>", {{74, "Curacao"}, {73, "4"}});
  document.parties = company(1, "A", at_location(32, 5) + at_location(32, 6) + at_location(32, 8) + at_location(32, 9) + at_location(33, 7));
  const auto list = read_good(document);
  const Entity& entity = list.entities.front();
  EXPECT_THAT(entity.values("address"),
              ElementsAre("37 Plyushchikha ul., Moscow 119121, Russia", "Yalta, Earth, Region: Crimea", "4, Curacao, Netherlands Antilles"));
  // The file's own code, where the name is none of today's countries; "undetermined" is OFAC's word for none.
  EXPECT_THAT(entity.values("country"), ElementsAre("ru", "an"));
  EXPECT_THAT(entity.values("citizenship"), ElementsAre("tr"));
  EXPECT_THAT(list.warnings, ElementsAre(HasSubstr("1 parties have no entry")));
}

std::string paper(int type, int identity, std::string_view number, std::string_view attributes, std::string_view more = {}) {
  return fmt::format(
      "<IDRegDocument ID=\"1\" IDRegDocTypeID=\"{}\" IdentityID=\"{}\" {}><Comment/><IDRegistrationNo>{}</IDRegistrationNo>{}"
      "<DocumentedNameReference DocumentedNameID=\"1\"/></IDRegDocument>",
      type, identity, attributes, number, more);
}

TEST(OfacAdvancedXml, PapersAreReadAsRemarksAre) {
  Document document;
  document.locations = location(5, "", {{70, "Russia"}}) + location(6, kRussia, {{72, "Moscow"}});
  document.papers =
      paper(50, 1001, "7702070139", "IssuedBy-CountryID=\"10\" IssuedIn-LocationID=\"5\" ValidityID=\"1\"",
            "<IssuingAuthority>INN</IssuingAuthority>") +
      paper(51, 1001, "A1234", "IssuedBy-CountryID=\"11\" IssuedIn-LocationID=\"6\" ValidityID=\"2\"",
            fmt::format("<DocumentDate IDRegDocDateTypeID=\"1\">{}</DocumentDate><DocumentDate IDRegDocDateTypeID=\"2\">{}</DocumentDate>",
                        period({1998, 7, 22}, {1998, 7, 22}), period({2003, 7, 20}, {2003, 7, 20}))) +
      paper(52, 1002, "IMO 6421660", "ValidityID=\"1\"") + paper(50, 1002, "7702070139 (Russia)", "ValidityID=\"1\"") +
      paper(50, 4711, "1", "ValidityID=\"1\"");
  document.parties = company(1, "A") + party(2, 90, Names().add(kPrimary, {{85, "SEA"}}));
  const auto list = read_good(document);
  const Entity& firm = list.entities.front();
  EXPECT_EQ(firm.first("innCode"), "7702070139");
  EXPECT_EQ(firm.first("passportNumber"), "A1234");
  EXPECT_THAT(firm.values("notes"),
              ElementsAre("Tax ID No. 7702070139 (Russia)", "Tax ID No. 7702070139 (Russia); issuing authority INN",
                          "Passport A1234 (Turkey) issued 22 Jul 1998 expires 20 Jul 2003",
                          "Passport A1234 (Turkey) issued 22 Jul 1998 expires 20 Jul 2003; Fraudulent; issued in Moscow, Russia"));
  EXPECT_EQ(list.entities.back().first("imoNumber"), "6421660");
  EXPECT_EQ(list.entities.back().first("innCode"), "7702070139");
  EXPECT_THAT(list.warnings, Contains("1 identity documents belong to no party"));
  EXPECT_THAT(list.warnings, Contains(HasSubstr("2 parties have no entry")));
}

std::string relation(int id, int from, int to, int type, std::string_view more = {}, std::string_view former = "false", int quality = 1) {
  return fmt::format(
      "<ProfileRelationship ID=\"{}\" From-ProfileID=\"{}\" To-ProfileID=\"{}\" RelationTypeID=\"{}\" RelationQualityID=\"{}\" Former=\"{}\" "
      "SanctionsEntryID=\"1\"><Comment/>{}</ProfileRelationship>",
      id, from, to, type, quality, former, more);
}

TEST(OfacAdvancedXml, RelationsByTheTextOfTheirType) {
  Document document;
  document.parties = company(1, "MAHAN AIR") + party(2, 93, Names().add(kPrimary, {{85, "EP-MNB"}})) + person(3, "DOE", "Jane") +
                     person(4, "DOE", "John") + company(5, "NIOC");
  document.relations = relation(11, 2, 1, 100) + relation(12, 1, 3, 100) + relation(13, 3, 4, 101) +
                       relation(14, 3, 1, 102, period({2010, 1, 1}, {2012, 12, 31}), "true", 2) + relation(15, 3, 4, 103) + relation(16, 3, 1, 103) +
                       relation(17, 1, 5, 104) + relation(18, 1, 5, 105) + relation(19, 3, 1, 106) + relation(20, 2, 1, 107) +
                       relation(21, 1, 99, 100) + relation(22, 3, 1, 100) + relation(23, 1, 3, 102) + relation(24, 1, 5, 101);
  const auto list = read_good(document);
  std::vector<std::string> edges;
  for (const auto& edge : list.relations) {
    const RelationEnds* ends = relation_ends(edge.schema);
    ASSERT_NE(ends, nullptr) << edge.schema;
    edges.push_back(fmt::format("{} {} {} {}", edge.id.substr(14), edge.schema, edge.first(ends->from).substr(5), edge.first(ends->to).substr(5)));
    EXPECT_THAT(edge.id, StartsWith("ofac-relation-"));
    EXPECT_FALSE(edge.first("role").empty());
    EXPECT_EQ(edge.datasets, list.entities.front().datasets);
  }
  EXPECT_THAT(edges, ElementsAre("11 Ownership 1 2",       // the aircraft is owned by the airline
                                 "12 Ownership 3 1",       //
                                 "13 Family 3 4",          //
                                 "14 Directorship 3 1",    //
                                 "15 Associate 3 4",       //
                                 "16 UnknownLink 3 1",     // an associate of a company
                                 "17 UnknownLink 1 5",     //
                                 "18 Representation 1 5",  //
                                 "19 Ownership 3 1",       //
                                 "20 Ownership 1 2",       //
                                 "21 Ownership 99 1",      // the owner is on the other list
                                 "22 Ownership 3 1",       // "a person owned by a company" can only be the owner
                                 "23 Directorship 3 1",    // nor does a company lead a person
                                 "24 UnknownLink 1 5"));
  EXPECT_EQ(list.relations[0].first("role"), "Owned or Controlled By");
  EXPECT_EQ(list.relations[0].caption, "MAHAN AIR - Owned or Controlled By - EP-MNB");
  EXPECT_THAT(list.relations[0].values("notes"), IsEmpty());
  EXPECT_THAT(list.relations[11].values("notes"), ElementsAre(HasSubstr("turned round")));
  const Entity& leader = list.relations[3];
  EXPECT_EQ(leader.first("status"), "former");
  EXPECT_EQ(leader.first("startDate"), "2010-01-01");
  EXPECT_EQ(leader.first("endDate"), "2012-12-31");
  EXPECT_THAT(leader.values("notes"), ElementsAre("Relation quality: High"));
}

TEST(OfacAdvancedXml, TheConsolidatedListRepeatsTheParticularOne) {
  Document document;
  document.parties = company(17013, "VTB BANK OAO") + company(2, "B");
  document.entries = entry(70, 17013, 61, {2014, 10, 10}, 2, {{3, ""}, {1, "UKRAINE-EO13662"}}) +
                     entry(50, 17013, 62, {2014, 7, 29}, 2, {{3, ""}, {1, "UKRAINE-EO13662"}}) +
                     entry(71, 2, 61, {2014, 10, 10}, 1, {{2, ""}, {1, "FSE-SY"}}) + entry(72, 2, 60, {2013, 1, 1}, 1, {{2, ""}, {1, "SYRIA"}});
  const auto list = read_good(document);
  EXPECT_EQ(list.list, "us_ofac_cons");
  EXPECT_THAT(list.entities[0].designations, ElementsAre(Designation{"UKRAINE-EO13662", "", "13662 Sectoral Directive 1", "2014-07-29", "17013"}));
  EXPECT_THAT(list.entities[0].values("notes"),
              ElementsAre("Consolidated List: 10 Oct 2014, Executive Order 13662 (Ukraine); 13662 Sectoral Directive 1",
                          "Sectoral Sanctions Identifications List: 29 Jul 2014, Executive Order 13662 (Ukraine); 13662 Sectoral Directive 1"));
  EXPECT_THAT(list.entities[1].designations,
              ElementsAre(Designation{"FSE-SY", "", "Block", "2014-10-10", "2"}, Designation{"SYRIA", "", "Block", "2013-01-01", "2"}));
  EXPECT_THAT(list.entities[1].datasets, ElementsAre("us_ofac_cons"));
}

TEST(OfacAdvancedXml, OnTheSdnListEveryProgrammeBlocks) {
  Document document;
  document.parties = company(1, "A") + company(2, "B");
  document.entries = entry(1, 1, 60, {2022, 2, 24}, 2, {{2, ""}, {1, "RUSSIA-EO14024"}}) +
                     entry(2, 1, 61, {2014, 10, 10}, 2, {{3, ""}, {1, "UKRAINE-EO13662"}}) +
                     entry(3, 2, 60, {2001, 1, 1}, 1, {{2, ""}, {1, "SDGT"}}) + entry(4, 99, 60, {2001, 1, 1}, 1, {{2, ""}, {1, "SDGT"}});
  const auto list = read_good(document);
  EXPECT_EQ(list.list, "us_ofac_sdn");
  for (const auto& entity : list.entities) {
    for (const auto& designation : entity.designations) EXPECT_EQ(designation.measure, "Blocking");
  }
  EXPECT_THAT(list.entities[0].values("notes"),
              Contains("Consolidated List: 10 Oct 2014, Executive Order 13662 (Ukraine); 13662 Sectoral Directive 1"));
  EXPECT_THAT(list.warnings, ElementsAre("incomplete: 1 entries of lists are of profiles that the file does not hold"));
}

TEST(OfacAdvancedXml, WhatOfacHasNotUsedSoFarIsKept) {
  Document document;
  document.parties =
      company(1, "A",
              "<ExternalReference ExRefTypeID=\"1\"><Comment>c</Comment><ExRefValue>v</ExRefValue><DirectURL>http://a</DirectURL>"
              "<SubLink TargetTypeID=\"1\"><Description>d</Description><DirectURL>http://b</DirectURL></SubLink></ExternalReference>"
              "<Novelty Level=\"7\"><Inner>i</Inner></Novelty>" +
                  feature(30,
                          "<DatePeriod CalendarTypeID=\"1\"><Comment>school record</Comment><DurationMinimum Approximate=\"true\"><Years>3</Years>"
                          "<Months>0</Months><Days>0</Days></DurationMinimum></DatePeriod><Odd>o</Odd>"));
  std::string odd = entry(1, 1, 60, {2001, 1, 1}, 1, {{1, "SDGT"}});
  odd.replace(odd.find("</SanctionsEntry>"), 0,
              "<SupportingInfo ID=\"1\" SupInfoTypeID=\"1\"><Text>89 FR 1</Text><DirectURL>http://fr</DirectURL></SupportingInfo>"
              "<LimitationsToListing>none</LimitationsToListing>");
  odd.replace(odd.find("EntryEventTypeID=\"1\""), 20, "EntryEventTypeID=\"2\"");
  document.entries = odd + entry(2, 1, 60, {2002, 2, 2}, 1, {{1, "IRAN"}});
  document.links =
      "<SanctionsEntryLink ID=\"9\" EntryA-SanctionsEntryID=\"1\" EntryB-SanctionsEntryID=\"2\" EntryLinkTypeID=\"1\"><Comment>why</Comment>"
      "<Date CalendarTypeID=\"1\"><Year>2003</Year><Month>3</Month><Day>3</Day></Date></SanctionsEntryLink>";
  const auto list = read_good(document);
  const auto& notes = list.entities.front().values("notes");
  for (const auto* note :
       {"Press release: c, v, http://a, Page, d, http://b", "Novelty Level: 7", "Novelty Inner: i", "Birthdate: school record",
        "Birthdate DurationMinimum Years: 3", "Birthdate DurationMinimum Approximate: true", "Birthdate Odd: o", "Federal Register: 89 FR 1",
        "Federal Register: http://fr", "Limitations to listing: none", "SDN List: 01 Jan 2001 Amended"}) {
    EXPECT_THAT(notes, Contains(note));
  }
  ASSERT_EQ(list.relations.size(), 1U);
  EXPECT_EQ(list.relations.front().id, "ofac-entry-link-9");
  EXPECT_EQ(list.relations.front().first("role"), "Replaces");
  EXPECT_EQ(list.relations.front().first("startDate"), "2003-03-03");
  EXPECT_THAT(list.relations.front().values("notes"), ElementsAre("why"));
}

TEST(OfacAdvancedXml, OneNumberTwiceIsTwoEntities) {
  Document document;
  document.parties = company(1, "A") + company(1, "B");
  const auto list = read_good(document);
  ASSERT_EQ(list.entities.size(), 2U);
  EXPECT_NE(list.entities[0].id, list.entities[1].id);
  EXPECT_THAT(list.warnings, Contains(HasSubstr("the profile 1 stands twice")));
}

void expect_error(const std::string& bytes, std::string_view word, std::uint64_t line = 0) {
  const auto list = read(bytes);
  ASSERT_FALSE(list) << word;
  EXPECT_EQ(list.error().file, "sdn_advanced.xml");
  EXPECT_THAT(list.error().message, HasSubstr(word));
  EXPECT_THAT(list.error().message, Not(HasSubstr("\n")));
  if (line > 0) {
    EXPECT_EQ(list.error().line, line) << list.error().text();
  }
}

std::string replaced(std::string text, std::string_view what, std::string_view by) {
  const auto at = text.find(what);
  EXPECT_NE(at, std::string::npos) << what;
  return text.replace(at, what.size(), by);
}

TEST(OfacAdvancedXml, ErrorsNameFileAndLine) {
  Document document;
  document.locations = location(5, kRussia, {});
  document.parties = company(1, "A", at_location(32, 5));
  document.relations = relation(1, 1, 1, 100);
  document.entries = entry(1, 1, 60, {2001, 1, 1}, 1, {{1, "SDGT"}});
  const std::string good = document.text();
  const auto line_of = [&](std::string_view what) {
    return static_cast<std::uint64_t>(std::count(good.begin(), good.begin() + static_cast<std::ptrdiff_t>(good.find(what)), '\n')) + 1;
  };
  ASSERT_TRUE(read(good)) << read(good).error().text();
  const std::uint64_t party_line = line_of("<DistinctParty ");
  expect_error(replaced(good, "FixedRef=\"1\"", "FixedRef=\"one\""), "FixedRef of a DistinctParty is \"one\"", party_line);
  expect_error(replaced(good, "PartySubTypeID=\"91\"", "PartySubTypeID=\"7\""), "PartySubType \"7\" is not among", party_line);
  expect_error(replaced(good, "FeatureTypeID=\"32\"", "FeatureTypeID=\"999\""), "FeatureType \"999\"", party_line);
  expect_error(replaced(good, "LocationID=\"5\"", "LocationID=\"6\""), "the location \"6\" is not in the file", party_line);
  expect_error(replaced(good, "Profile ID=\"1\"", "Profile ID=\"\""), "ID of a Profile", party_line);
  expect_error(replaced(good, ">A</NamePartValue>", "></NamePartValue>"), "has no name", party_line);
  expect_error(replaced(good, "CountryID=\"10\" CountryRelevanceID", "CountryID=\"77\" CountryRelevanceID"), "Country \"77\"");
  expect_error(replaced(good, "Location ID=\"5\"", "Location ID=\"\""), "the ID of Location", line_of("<Location "));
  expect_error(replaced(good, "From-ProfileID=\"1\"", "From-ProfileID=\"x\""), "From-ProfileID", line_of("<ProfileRelationship "));
  expect_error(replaced(good, "ListID=\"60\"", "ListID=\"1\""), "List \"1\"", line_of("<SanctionsEntry "));
  expect_error(replaced(good, "<Year>2024</Year>", "<Year>0</Year>"), "DateOfIssue", 3);
  expect_error(replaced(good, "<DistinctParties>", "<DistinctParties><Stray/>"), "Stray in DistinctParties is not known", party_line - 1);
  expect_error(replaced(good, "<Locations>", "<Parts></Parts><Locations>"), "the part Parts is not known", line_of("<Locations>"));
  expect_error(replaced(good, "<Locations>", "<Locations>words"), "the text \"words\" stands in Locations");
  expect_error(replaced(good, "Version=\"3\"", "Version=\"3\" DeltaBaseVersion=\"2\""), "holds only what changed since version 2", 2);
  // A table that stands where the schema does not have it: its numbers could not be looked up.
  Document swapped = document;
  swapped.locations = "</Locations><DistinctParties></DistinctParties><Locations>";
  expect_error(swapped.text(), "the part Locations stands after DistinctParties");
  Document none = document;
  none.parties.clear();
  none.relations.clear();
  none.entries.clear();
  expect_error(none.text(), "holds no DistinctParty");
  expect_error("<Sanctions/>", "has no DateOfIssue");
  expect_error("<sdnList/>", "the root element is sdnList", 1);
  expect_error("", "truncated");
  expect_error("<!DOCTYPE a [<!ENTITY b SYSTEM \"file:///etc/passwd\">]>" + good, "DOCTYPE", 1);
  expect_error(replaced(good, ">A<", ">&b;<"), "\"&b;\"", party_line);
  expect_error(replaced(good, ">A<", ">\xE9<"), "not UTF-8", party_line);
  for (std::size_t size = 0; size + 1 < good.size(); size += 37) expect_error(good.substr(0, size), "truncated");
}

TEST(OfacAdvancedXml, DamageIsAnErrorOrAList) {
  Document document;
  document.locations = location(5, kRussia, {{72, "Moscow"}});
  document.papers = paper(50, 1001, "7702070139", "IssuedBy-CountryID=\"10\"");
  document.parties = company(1, "A", at_location(32, 5)) + person(2, "DOE", "J", feature(30, period({1962, 1, 1}, {1962, 12, 31})));
  document.relations = relation(1, 1, 2, 100);
  document.entries = entry(1, 1, 60, {2001, 1, 1}, 1, {{1, "SDGT"}});
  const std::string good = document.text();
  const auto begin = good.find("<Locations>");
  EXPECT_TRUE(rc::check("damage", [&] {
    std::string bytes = good;
    const auto at = *rc::gen::inRange<std::size_t>(begin, bytes.size());
    const auto count = *rc::gen::inRange<std::size_t>(0, 12);
    bytes.replace(at, std::min(count, bytes.size() - at), *rc::gen::container<std::string>(rc::gen::element('<', '>', '/', '&', 'a', '"', '1', ' ')));
    const auto list = read(bytes);
    if (!list) {
      RC_ASSERT(list.error().message.find('\n') == std::string::npos);
      return;
    }
    for (const auto& entity : list->entities) RC_ASSERT(!entity.id.empty() && !entity.caption.empty() && !entity.designations.empty());
    for (const auto& edge : list->relations) RC_ASSERT(relation_ends(edge.schema) != nullptr);
  }));
}

// The real file.

class RealOfacAdvancedXml : public testing::Test {
 protected:
  void SetUp() override {
    if (!fs::exists(kReal)) GTEST_SKIP() << "../shared/data is not here";
  }
  static NamedBytes bytes_of(const std::string& path) {
    auto files = read_unpacked((kReal / path).string());
    EXPECT_TRUE(files) << files.error().text();
    return files ? files->front() : NamedBytes{};
  }
  static const Entity& entity(const ReadList& list, std::string_view id) {
    const auto at = std::find_if(list.entities.begin(), list.entities.end(), [&](const Entity& candidate) { return candidate.id == id; });
    EXPECT_NE(at, list.entities.end()) << id;
    return *at;
  }
  inline static const fs::path kReal = fs::path(TAMGA_SOURCE_DIR) / ".." / "shared" / "data" / "ofac";
  static constexpr const char* kFile = "advanced_xml/cons_advanced_2020-03-17.xml.gz";
};

TEST_F(RealOfacAdvancedXml, Facts) {
  const auto list = read_ofac_advanced_xml(bytes_of(kFile));
  ASSERT_TRUE(list) << list.error().text();
  EXPECT_EQ(list->list, "us_ofac_cons");
  EXPECT_EQ(list->own_date->text(), "2020-03-17");
  EXPECT_EQ(list->entities.size(), 375U);
  EXPECT_EQ(list->relations.size(), 276U);
  EXPECT_THAT(list->warnings, IsEmpty());
  EXPECT_THAT(list->faults, IsEmpty());
  const Entity& vtb = entity(*list, "ofac-17013");
  EXPECT_EQ(vtb.caption, "VTB BANK OAO");
  EXPECT_EQ(vtb.first("innCode"), "7702070139");
  EXPECT_EQ(vtb.first("ogrnCode"), "1027739609391");
  EXPECT_EQ(vtb.first("okpoCode"), "00032520");
  EXPECT_EQ(vtb.first("swiftBic"), "VTBRRUMM");
  EXPECT_THAT(vtb.values("address"), Contains("37 Plyushchikha ul., Moscow 119121, Russia"));
  EXPECT_THAT(vtb.values("previousName"), Contains("VNESHTORGBANK"));
  EXPECT_THAT(vtb.designations, ElementsAre(Designation{"UKRAINE-EO13662", "", "13662 Sectoral Directive 1", "2014-07-29", "17013"}));
  const Entity& haniya = entity(*list, "ofac-9639");
  EXPECT_EQ(haniya.schema, "Person");
  EXPECT_EQ(haniya.caption, "Ismail Abdul Salah HANIYA");
  EXPECT_THAT(haniya.values("alias"), Contains("Ismaeel HANIYYA"));
  EXPECT_THAT(haniya.values("birthDate"), ElementsAre("1962"));
  EXPECT_EQ(haniya.designations.front().from, "2006-04-12");
  // RN-… refineries are owned by Rosneft (17022).
  const auto& edge = list->relations.front();
  EXPECT_EQ(edge.schema, "Ownership");
  EXPECT_EQ(edge.first("owner"), "ofac-17022");
  EXPECT_EQ(edge.first("asset"), "ofac-18267");
  EXPECT_EQ(edge.first("role"), "Owned or Controlled By");
}

// CONSOLIDATED.XML three and a half years later: what does not change is the same, by OFAC's own numbers.
TEST_F(RealOfacAdvancedXml, TheOtherFormatsGiveTheSameEntities) {
  const auto advanced = read_ofac_advanced_xml(bytes_of(kFile));
  const auto xml = read_ofac_xml(bytes_of("cons_xml/consolidated_nonSDN_2023-10-19.xml.gz"));
  ASSERT_TRUE(advanced && xml);
  std::map<std::string, const Entity*> by_id;
  for (const auto& other : xml->entities) by_id[other.id] = &other;
  std::size_t common = 0;
  std::map<std::string, std::size_t> lost;
  for (const auto& one : advanced->entities) {
    const auto at = by_id.find(one.id);
    if (at == by_id.end()) continue;
    ++common;
    EXPECT_EQ(one.schema, at->second->schema) << one.id;
    for (const auto* property : {"birthDate", "birthPlace", "citizenship", "gender", "jurisdiction", "lastName", "firstName", "publishedName",
                                 "swiftBic", "country", "innCode", "ogrnCode", "okpoCode", "website"}) {
      const auto& later = at->second->values(property);
      for (const auto& value : one.values(property)) lost[property] += std::find(later.begin(), later.end(), value) == later.end() ? 1 : 0;
    }
  }
  EXPECT_EQ(common, 368U);
  for (const auto* property :
       {"birthDate", "birthPlace", "citizenship", "gender", "jurisdiction", "lastName", "firstName", "publishedName", "swiftBic", "country"})
    EXPECT_EQ(lost[property], 0U) << property;
  // Banks merged, firms renamed their sites: OFAC took 13 sites and a few numbers off the list.
  EXPECT_LE(lost["innCode"] + lost["ogrnCode"] + lost["okpoCode"], 6U);
  EXPECT_LE(lost["website"], 15U);
}

// Every text and every reference of the file against what was read, by another parser than the reader's and with tables of its own.

/// Kinds of reference values that rate, group or order what they stand at, and those that a property or the schema says.
const std::set<std::string, std::less<>> kNotSaid = {
    "CalendarType", "CountryRelevance", "DetailType",         "DocNameStatus",    "IdentityFeatureLinkType",
    "LocPartType",  "LocPartValueType", "LocPartValueStatus", "NamePartType",     "Script",
    "ScriptStatus", "PartySubType",     "AliasType",          "IDRegDocDateType", "EntryEventType"};
/// Values that say that nothing is known, or what is so for nearly all.
const std::set<std::string, std::less<>> kNothing = {"Unknown", "undetermined", "Confirmed", "Valid", "Block", "Program"};
/// Feature types that are the name of a property: website, email …
const std::set<std::string, std::less<>> kProperties = {"Birthdate",
                                                        "Place of Birth",
                                                        "Citizenship Country",
                                                        "Nationality Country",
                                                        "Location",
                                                        "Website",
                                                        "Email Address",
                                                        "SWIFT/BIC",
                                                        "BIK (RU)",
                                                        "Gender",
                                                        "Nationality of Registration",
                                                        "Title",
                                                        "Vessel Call Sign",
                                                        "VESSEL TYPE",
                                                        "Vessel Type",
                                                        "Vessel Flag",
                                                        "Former Vessel Flag",
                                                        "Other Vessel Flag",
                                                        "Other Vessel Type",
                                                        "Other Vessel Call Sign",
                                                        "Vessel Tonnage",
                                                        "Vessel Gross Registered Tonnage",
                                                        "Vessel Year of Build",
                                                        "Aircraft Model",
                                                        "Aircraft Operator",
                                                        "Aircraft Manufacture Date",
                                                        "Aircraft Manufacturer's Serial Number (MSN)",
                                                        "Aircraft Construction Number (also called L/N or S/N or F/N)",
                                                        "Phone Number",
                                                        "D-U-N-S Number",
                                                        "ISIN",
                                                        "Equity Ticker",
                                                        "Organization Established Date",
                                                        "MMSI",
                                                        "Vessel Registration Identification"};

class Walk {
 public:
  explicit Walk(const ReadList& list) {
    for (const auto* all : {&list.entities, &list.relations}) {
      for (const auto& entity : *all) {
        std::string& text = kept_[entity.id];
        text = "\n";
        for (const auto& property : entity.properties) {
          for (const auto& value : property.values) text += value + "\n";
        }
        for (const auto& designation : entity.designations)
          text += fmt::format("{}\n{}\n{}\n", designation.program, designation.measure, designation.from);
      }
    }
  }

  void run(const std::string& bytes) {
    static const std::vector<std::string> kRecords = {"ReferenceValueSets",  "Location",      "IDRegDocument", "DistinctParty",
                                                      "ProfileRelationship", "SanctionsEntry"};
    const auto walked = read_xml(
        bytes, kRecords, [](const XmlElement&) -> Status { return {}; },
        [&](const XmlElement& record) -> Status {
          record_of(record);
          return {};
        },
        XmlLimits{64, std::size_t{1} << 30});
    ASSERT_TRUE(walked) << walked.error().text();
  }
  [[nodiscard]] std::size_t leaves() const { return leaves_; }

 private:
  void record_of(const XmlElement& record) {
    if (record.name == "ReferenceValueSets") {
      for (const auto& set : record.children) {
        for (const auto& value : set.children)
          texts_[value.name][std::string(value.attribute("ID"))] =
              one_line(value.name == "AreaCode" ? std::string(value.attribute("Description")) : value.text);
      }
    } else if (record.name == "Location") {
      locations_.emplace(record.attribute("ID"), record);
    } else if (record.name == "IDRegDocument") {
      papers_[std::string(record.attribute("IdentityID"))].push_back(record);
    } else if (record.name == "DistinctParty") {
      const std::string id = fmt::format("ofac-{}", record.attribute("FixedRef"));
      check(record, id);
      const XmlElement& identity = *record.child("Profile")->child("Identity");
      for (const auto& paper : papers_[std::string(identity.attribute("ID"))]) check(paper, id);
    } else if (record.name == "ProfileRelationship") {
      const std::string id = fmt::format("ofac-relation-{}", record.attribute("ID"));
      check(record, id);
      for (const auto* end : {"From-ProfileID", "To-ProfileID"}) expect(id, fmt::format("ofac-{}", record.attribute(end)), end);
    } else {
      check(record, fmt::format("ofac-{}", record.attribute("ProfileID")));
    }
  }

  void check(const XmlElement& element, const std::string& id) {
    for (const auto& [name, number] : element.attributes) {
      if (name == "LocationID" || name == "IssuedIn-LocationID") {
        const auto place = locations_.find(number);
        ASSERT_NE(place, locations_.end());
        check(place->second, id);
      }
      // "IssuedBy-CountryID" refers to a Country.
      if (!name.ends_with("ID")) continue;
      const std::string kind = name.substr(name.find('-') == std::string::npos ? 0 : name.find('-') + 1, std::string::npos);
      const auto table = texts_.find(kind.substr(0, kind.size() - 2));
      if (table == texts_.end() || kNotSaid.contains(table->first)) continue;
      const std::string& text = table->second[number];
      ++leaves_;
      if (!text.empty() && !kNothing.contains(text) && !kProperties.contains(text)) expect(id, text, name);
    }
    // Months and days are in the dates; the years would be, were they lost.
    if (!element.text.empty() && element.name != "Month" && element.name != "Day") {
      ++leaves_;
      for (auto part :
           element.name == "Comment" ? split(one_line_of(element.text), "; ") : std::vector<std::string_view>{one_line_of(element.text)}) {
        // Words that the property says: phone, imoNumber …
        for (const std::string_view word : {"IMO ", "Telephone No. ", "Telephone Number: ", "Telephone ", "Title ", "DOB ", "a.k.a. '"}) {
          if (part.starts_with(word)) part.remove_prefix(word.size());
        }
        expect(id, part, element.name);
      }
    }
    for (const auto& child : element.children) check(child, id);
  }

  std::string_view one_line_of(std::string_view text) {
    line_ = one_line(text);
    return line_;
  }

  void expect(const std::string& id, std::string_view text, std::string_view what) {
    const std::string& all = kept_[id];
    if (text.ends_with('.')) text.remove_suffix(1);
    if (all.find(text) != std::string::npos) return;
    if (const auto code = country_code(text); !code.empty() && all.find(fmt::format("\n{}\n", code)) != std::string::npos) return;
    if (all.find(fmt::format("\n{}\n", lower_ascii(text))) != std::string::npos) return;  // gender
    if (const auto date = read_partial_date(text); date && all.find(*date) != std::string::npos) return;
    ADD_FAILURE() << id << ": " << what << " \"" << text << "\" is not kept";
  }

  std::map<std::string, std::string> kept_;
  std::map<std::string, std::map<std::string, std::string>> texts_;
  std::map<std::string, XmlElement, std::less<>> locations_;
  std::map<std::string, std::vector<XmlElement>> papers_;
  std::string line_;
  std::size_t leaves_ = 0;
};

TEST_F(RealOfacAdvancedXml, NothingIsDropped) {
  const NamedBytes bytes = bytes_of(kFile);
  const auto list = read_ofac_advanced_xml(bytes);
  ASSERT_TRUE(list) << list.error().text();
  Walk walk(*list);
  walk.run(bytes.bytes);
  EXPECT_GT(walk.leaves(), 14'000U);
}

// The same over a full-size file, where one was made: scripts/gen_sdn_advanced.py FILE; TAMGA_ADVANCED_XML=FILE tamga_lists_test
TEST(OfacAdvancedXml, NothingIsDroppedOfAFullSizeFile) {
  const char* path = std::getenv("TAMGA_ADVANCED_XML");
  if (path == nullptr) GTEST_SKIP() << "TAMGA_ADVANCED_XML names no file";
  auto bytes = read_file(path);
  ASSERT_TRUE(bytes) << bytes.error().text();
  const NamedBytes file{path, *std::move(bytes)};
  const auto list = read_ofac_advanced_xml(file);
  ASSERT_TRUE(list) << list.error().text();
  EXPECT_THAT(list->warnings, IsEmpty());
  Walk walk(*list);
  walk.run(file.bytes);
  EXPECT_GT(walk.leaves(), list->entities.size());
}

}  // namespace
}  // namespace tamga::lists
