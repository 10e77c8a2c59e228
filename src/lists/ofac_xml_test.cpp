#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
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

constexpr std::string_view kOldNamespace = "http://tempuri.org/sdnList.xsd";
constexpr std::string_view kNewNamespace = "https://sanctionslistservice.ofac.treas.gov/api/PublicationPreview/exports/XML";

std::string document(std::string_view entries, std::string_view count = "1", std::string_view date = "03/28/2025",
                     std::string_view xmlns = kNewNamespace) {
  return fmt::format(
      "<?xml version=\"1.0\" standalone=\"yes\"?>\n<sdnList xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xmlns=\"{}\">\n"
      "<publshInformation><Publish_Date>{}</Publish_Date><Record_Count>{}</Record_Count></publshInformation>\n{}</sdnList>\n",
      xmlns, date, count, entries);
}

Result<ReadList> read(const std::string& bytes) { return read_ofac_xml(NamedBytes{"sdn.xml", bytes}); }

std::string entry(std::string_view inside, std::string_view type = "Entity", std::string_view uid = "17013") {
  return fmt::format("<sdnEntry>\n<uid>{}</uid><lastName>VTB BANK</lastName><sdnType>{}</sdnType>{}</sdnEntry>", uid, type, inside);
}

Entity entity_with(std::string_view inside, std::string_view type = "Entity") {
  const auto list = read(document(entry(inside, type)));
  EXPECT_TRUE(list) << list.error().text();
  return list ? list->entities.front() : Entity{};
}

TEST(OfacXml, ReadsAnEntry) {
  const auto list = read(document(entry("<programList><program>CUBA</program><program>SDGT</program></programList>")));
  ASSERT_TRUE(list) << list.error().text();
  EXPECT_EQ(list->own_date->text(), "2025-03-28");
  EXPECT_EQ(list->list, "us_ofac_sdn");
  EXPECT_THAT(list->warnings, IsEmpty());
  EXPECT_THAT(list->faults, IsEmpty());
  const Entity& entity = list->entities.front();
  EXPECT_EQ(entity.id, "ofac-17013");
  EXPECT_EQ(entity.schema, "Organization");
  EXPECT_EQ(entity.caption, "VTB BANK");
  EXPECT_EQ(entity.line, 4U);
  EXPECT_THAT(entity.designations, ElementsAre(Designation{"CUBA", "", "Blocking", "", "17013"}, Designation{"SDGT", "", "Blocking", "", "17013"}));
  EXPECT_THAT(entity.datasets, ElementsAre("us_ofac_sdn"));
  EXPECT_EQ(entity.first("sourceUrl"), "https://sanctionssearch.ofac.treas.gov/Details.aspx?id=17013");
}

TEST(OfacXml, BothNamespacesAndTheDateWithTheMonthFirst) {
  const auto old = read(document(entry(""), "1", "10/18/2023", kOldNamespace));
  ASSERT_TRUE(old) << old.error().text();
  EXPECT_EQ(old->own_date->text(), "2023-10-18");
  for (const auto* date : {"18/10/2023", "2023-10-18", "", "10/18/23"}) {
    const auto wrong = read(document(entry(""), "1", date));
    ASSERT_FALSE(wrong) << date;
    EXPECT_THAT(wrong.error().message, HasSubstr("Publish_Date"));
  }
}

TEST(OfacXml, ACountThatIsNotTheEntriesIsAFault) {
  EXPECT_THAT(read(document(entry(""), "444"))->faults, ElementsAre("says Record_Count 444, but holds 1 entries"));
  EXPECT_THAT(read(document(entry(""), ""))->faults, ElementsAre("says Record_Count nothing, but holds 1 entries"));
}

TEST(OfacXml, PersonsAreNamedAsPeopleSayIt) {
  const auto list =
      read(document("<sdnEntry><uid>1</uid><firstName>Feliciano Semborio, Jr.</firstName><lastName>DELOS REYES</lastName>"
                    "<title>Leader</title><sdnType>Individual</sdnType></sdnEntry>"));
  ASSERT_TRUE(list) << list.error().text();
  const Entity& person = list->entities.front();
  EXPECT_EQ(person.schema, "Person");
  EXPECT_EQ(person.caption, "Feliciano Semborio DELOS REYES Jr.");
  EXPECT_EQ(person.first("lastName"), "DELOS REYES");
  EXPECT_EQ(person.first("firstName"), "Feliciano Semborio");
  EXPECT_EQ(person.first("publishedName"), "DELOS REYES, Feliciano Semborio, Jr.");
  EXPECT_EQ(person.first("position"), "Leader");
}

TEST(OfacXml, AliasesByTypeAndCategory) {
  const Entity entity = entity_with(
      "<akaList><aka><uid>1</uid><type>a.k.a.</type><category>strong</category><lastName>JSC VTB</lastName></aka>"
      "<aka><uid>2</uid><type>a.k.a.</type><category>weak</category><lastName>BTB</lastName></aka>"
      "<aka><uid>3</uid><type>f.k.a.</type><category>weak</category><lastName>VNESHTORGBANK</lastName></aka>"
      "<aka><uid>4</uid><type>n.k.a.</type><category>strong</category><lastName>VTB PJSC</lastName></aka>"
      "<aka><uid>5</uid><type>d.b.a.</type><category>odd</category><lastName>VTB24</lastName></aka></akaList>");
  EXPECT_THAT(entity.values("alias"), ElementsAre("JSC VTB", "VTB PJSC", "VTB24"));
  EXPECT_THAT(entity.values("weakAlias"), ElementsAre("BTB"));
  EXPECT_THAT(entity.values("previousName"), ElementsAre("VNESHTORGBANK"));
  EXPECT_THAT(entity.values("notes"), ElementsAre("Alias VTB24: d.b.a.", "Alias VTB24: odd"));
}

TEST(OfacXml, NumbersAreReadAsRemarksAre) {
  const Entity entity = entity_with(
      "<idList>"
      "<id><uid>1</uid><idType>Tax ID No.</idType><idNumber>7702070139</idNumber><idCountry>Russia</idCountry></id>"
      "<id><uid>2</uid><idType>Registration ID</idType><idNumber>1027739609391</idNumber><idCountry>Russia</idCountry></id>"
      "<id><uid>3</uid><idType>SWIFT/BIC</idType><idNumber>VTBRRUMM</idNumber></id>"
      "<id><uid>4</uid><idType>Website</idType><idNumber>www.vtb.com</idNumber></id>"
      "<id><uid>5</uid><idType>Secondary sanctions risk:</idType><idNumber>See Section 11 of Executive Order 14024.</idNumber></id>"
      "<id><uid>6</uid><idType>Digital Currency Address - XBT</idType><idNumber>12QtD5BFwRsdNsAZY76UVE1xyCGNTojH9h</idNumber></id>"
      "<id><uid>7</uid><idType>Passport</idType><idNumber>A12 (old)</idNumber><idCountry>Iran</idCountry><issueDate>22 Jul 1998</issueDate>"
      "<expirationDate>20 Jul 2003</expirationDate></id>"
      "<id><uid>8</uid><idType>Gender</idType><idNumber>Male</idNumber></id>"
      "<id><uid>9</uid><idType>Vessel Registration Identification</idType><idNumber>IMO 6421660</idNumber></id></idList>");
  EXPECT_EQ(entity.first("innCode"), "7702070139");
  EXPECT_EQ(entity.first("ogrnCode"), "1027739609391");
  EXPECT_EQ(entity.first("swiftBic"), "VTBRRUMM");
  EXPECT_EQ(entity.first("website"), "www.vtb.com");
  EXPECT_EQ(entity.first("publicKey"), "12QtD5BFwRsdNsAZY76UVE1xyCGNTojH9h");
  EXPECT_EQ(entity.first("passportNumber"), "A12 (old)");
  EXPECT_EQ(entity.first("gender"), "male");
  EXPECT_EQ(entity.first("imoNumber"), "6421660");
  EXPECT_THAT(entity.values("notes"), Contains("Tax ID No. 7702070139 (Russia)"));
  EXPECT_THAT(entity.values("notes"), Contains("Secondary sanctions risk: See Section 11 of Executive Order 14024"));
  EXPECT_THAT(entity.values("notes"), Contains("Passport A12 (old) (Iran) issued 22 Jul 1998 expires 20 Jul 2003"));
}

// Most numbers of the sectoral list have no country, and the banks of that list are in Russia.
TEST(OfacXml, ANumberWithoutACountryIsOfThePartysOwn) {
  const std::string_view ids =
      "<idList><id><uid>1</uid><idType>Tax ID No.</idType><idNumber>7702070139</idNumber></id>"
      "<id><uid>2</uid><idType>Government Gazette Number</idType><idNumber>00032520</idNumber></id></idList>";
  const auto with = [&](std::string_view countries) {
    std::string addresses;
    for (const auto country : split(countries, ",")) addresses += fmt::format("<address><uid>1</uid><country>{}</country></address>", country);
    return entity_with(fmt::format("{}<addressList>{}</addressList>", ids, addresses));
  };
  EXPECT_THAT(with("Russia").values("innCode"), ElementsAre("7702070139"));
  EXPECT_THAT(with("Russia").values("okpoCode"), ElementsAre("00032520"));
  EXPECT_THAT(with("Russia,Cyprus").values("innCode"), IsEmpty());
  EXPECT_THAT(with("Russia,Cyprus").values("taxNumber"), ElementsAre("7702070139"));
  EXPECT_THAT(with("Serbia").values("taxNumber"), ElementsAre("7702070139"));
  EXPECT_THAT(with("").values("taxNumber"), ElementsAre("7702070139"));
}

TEST(OfacXml, AddressesReadAsTheCsvWritesThem) {
  const Entity entity = entity_with(
      "<addressList><address><uid>1</uid><address1>9 Dongzhimen North Street</address1><address2>Dongcheng District</address2>"
      "<address3>(Head Office)</address3><city>Beijing</city><postalCode>100007</postalCode><country>China</country></address>"
      "<address><uid>2</uid><city>Yalta</city><country>Region: Crimea</country></address>"
      "<address><uid>3</uid><postalCode>1000</postalCode></address></addressList>");
  EXPECT_THAT(entity.values("address"),
              ElementsAre("9 Dongzhimen North Street, Dongcheng District, (Head Office), Beijing 100007, China", "Yalta, Region: Crimea", "1000"));
  EXPECT_THAT(entity.values("country"), ElementsAre("cn"));
}

TEST(OfacXml, BirthsAndCountriesTheMainOnesFirst) {
  const Entity entity = entity_with(
      "<nationalityList><nationality><uid>1</uid><country>Iran</country><mainEntry>false</mainEntry></nationality>"
      "<nationality><uid>2</uid><country>Iraq</country><mainEntry>true</mainEntry></nationality></nationalityList>"
      "<citizenshipList><citizenship><uid>3</uid><country>Turkey</country><mainEntry>true</mainEntry></citizenship></citizenshipList>"
      "<dateOfBirthList><dateOfBirthItem><uid>4</uid><dateOfBirth>1962</dateOfBirth><mainEntry>false</mainEntry></dateOfBirthItem>"
      "<dateOfBirthItem><uid>5</uid><dateOfBirth>07 Oct 1952</dateOfBirth><mainEntry>true</mainEntry></dateOfBirthItem>"
      "<dateOfBirthItem><uid>6</uid><dateOfBirth>circa 1951</dateOfBirth><mainEntry>false</mainEntry></dateOfBirthItem></dateOfBirthList>"
      "<placeOfBirthList><placeOfBirthItem><uid>7</uid><placeOfBirth>Shati</placeOfBirth><mainEntry>true</mainEntry></placeOfBirthItem>"
      "</placeOfBirthList>",
      "Individual");
  EXPECT_THAT(entity.values("nationality"), ElementsAre("iq", "ir"));
  EXPECT_THAT(entity.values("citizenship"), ElementsAre("tr"));
  EXPECT_THAT(entity.values("birthDate"), ElementsAre("1952-10-07", "1962", "1951"));
  EXPECT_THAT(entity.values("birthPlace"), ElementsAre("Shati"));
  EXPECT_THAT(entity.values("notes"), ElementsAre("birthDate: circa 1951"));
}

TEST(OfacXml, VesselsAndRemarks) {
  const Entity entity = entity_with(
      "<remarks>All offices worldwide; (Linked To: ADJ TRADING LIMITED)</remarks>"
      "<vesselInfo><callSign>T2EU4</callSign><vesselType>Bulk Carrier</vesselType><vesselFlag>Iran</vesselFlag><vesselOwner>NITC</vesselOwner>"
      "<tonnage>318000</tonnage><grossRegisteredTonnage>2489</grossRegisteredTonnage></vesselInfo>",
      "Vessel");
  EXPECT_EQ(entity.schema, "Vessel");
  EXPECT_EQ(entity.first("callSign"), "T2EU4");
  EXPECT_EQ(entity.first("type"), "Bulk Carrier");
  EXPECT_EQ(entity.first("flag"), "ir");
  EXPECT_EQ(entity.first("tonnage"), "318000");
  EXPECT_EQ(entity.first("grossRegisteredTonnage"), "2489");
  EXPECT_THAT(entity.values("notes"), ElementsAre("All offices worldwide", "Linked To: ADJ TRADING LIMITED", "Vessel owner: NITC"));
  EXPECT_EQ(entity_with("", "Aircraft").schema, "Airplane");
}

TEST(OfacXml, WhatIsNotKnownIsNotedUnderItsName) {
  const Entity entity = entity_with(
      "<riskList level='9'><risk><kind>new</kind></risk></riskList><programList><note>n</note></programList>"
      "<idList><id><uid>1</uid><idType>License</idType><idNumber>1000</idNumber><idState>valid</idState></id></idList>"
      "<addressList><address><uid>1</uid><city>Moscow</city><district>Tsao</district></address></addressList>"
      "<dateOfBirthList><dateOfBirthItem><uid>1</uid><dateOfBirth>1962</dateOfBirth><source>press</source></dateOfBirthItem></dateOfBirthList>"
      "<vesselInfo><hull>steel</hull></vesselInfo>");
  for (const auto* note : {"riskList level: 9", "riskList risk kind: new", "programList note: n", "License 1000", "id idState: valid",
                           "Address district: Tsao", "dateOfBirthItem source: press", "Vessel hull: steel"}) {
    EXPECT_THAT(entity.values("notes"), Contains(note));
  }
}

TEST(OfacXml, WhichListItIsTheProgrammesTell) {
  const auto list_of = [](std::string_view first, std::string_view second, std::string_view third) {
    std::string entries;
    int uid = 0;
    for (const auto program : {first, second, third})
      entries += entry(fmt::format("<programList><program>{}</program></programList>", program), "Entity", fmt::format("{}", ++uid));
    return read(document(entries, "3"))->list;
  };
  EXPECT_EQ(list_of("NS-PLC", "CMIC-EO13959", "SDGT"), "us_ofac_cons");
  EXPECT_EQ(list_of("UKRAINE-EO13662", "561-Related", "FSE-IR"), "us_ofac_cons");
  // A sectoral bank that has been blocked since stands on both lists.
  EXPECT_EQ(list_of("UKRAINE-EO13662", "SDGT", "IRAN"), "us_ofac_sdn");
  const auto cons = read(document(entry("<programList><program>NS-PLC</program></programList>")));
  EXPECT_THAT(cons->entities.front().designations, ElementsAre(Designation{"NS-PLC", "", "", "", "17013"}));
}

TEST(OfacXml, ErrorsNameFileAndLine) {
  const auto fails = [](const std::string& bytes, std::uint64_t line, std::string_view word) {
    const auto list = read(bytes);
    ASSERT_FALSE(list) << bytes;
    EXPECT_EQ(list.error().file, "sdn.xml");
    EXPECT_EQ(list.error().line, line) << list.error().text();
    EXPECT_THAT(list.error().message, HasSubstr(word));
  };
  fails(document("<sdnEntry><lastName>A</lastName><sdnType>Entity</sdnType></sdnEntry>"), 4, "the uid of an sdnEntry is \"\"");
  fails(document("<sdnEntry><uid>x1</uid><lastName>A</lastName><sdnType>Entity</sdnType></sdnEntry>"), 4, "\"x1\"");
  fails(document("\n<sdnEntry><uid>1</uid><sdnType>Entity</sdnType></sdnEntry>"), 5, "has no name");
  fails(document("<sdnEntry><uid>1</uid><lastName>A</lastName><sdnType>Ship</sdnType></sdnEntry>"), 4, "\"Ship\" is not a type");
  fails(document("<sdnEntry><uid>1</uid><lastName>A</lastName></sdnEntry>"), 4, "\"\" is not a type");
  fails(document("<other/>"), 4, "other is not known");
  fails(document(""), 0, "holds no sdnEntry");
  fails("<sdnlist/>", 1, "expected sdnList");
  const std::string good = document(entry("<remarks>One &amp; two.</remarks>"));
  fails(good.substr(0, good.size() - 4), 5, "truncated");
  fails(good.substr(0, good.find("two")), 5, "truncated");
  fails("<!DOCTYPE sdnList [<!ENTITY a \"b\">]>" + good, 1, "DOCTYPE");
  std::string latin1 = good;
  latin1.replace(latin1.find("One"), 3, "\xE9ne");
  fails(latin1, 5, "not UTF-8");
  std::string entity = good;
  entity.replace(entity.find("&amp;"), 5, "&bad;");
  fails(entity, 5, "\"&bad;\"");
}

TEST(OfacXml, ANumberThatStandsTwiceIsTwoEntries) {
  const auto list = read(document(entry("") + "\n" + entry(""), "2"));
  ASSERT_TRUE(list);
  EXPECT_NE(list->entities[0].id, list->entities[1].id);
  EXPECT_THAT(list->warnings, ElementsAre(HasSubstr("17013 stands twice")));
}

// Whatever bytes are lost or changed: an error of one line, or entities with an id and a name.
TEST(OfacXml, DamageIsAnErrorOrAList) {
  const std::string good =
      document(entry("<programList><program>CUBA</program></programList><idList><id><uid>1</uid><idType>Gender</idType>"
                     "<idNumber>Male</idNumber></id></idList>"));
  EXPECT_TRUE(rc::check("damage", [&] {
    std::string bytes = good;
    const auto at = *rc::gen::inRange<std::size_t>(0, bytes.size());
    const auto count = *rc::gen::inRange<std::size_t>(0, 12);
    bytes.replace(at, std::min(count, bytes.size() - at), *rc::gen::container<std::string>(rc::gen::element('<', '>', '/', '&', 'a', '"', '1', ' ')));
    const auto list = read(bytes);
    if (!list) {
      RC_ASSERT(list.error().message.find('\n') == std::string::npos);
      return;
    }
    for (const auto& entity : list->entities) RC_ASSERT(!entity.id.empty() && !entity.caption.empty());
  }));
}

// The real files.

class RealOfacXml : public testing::Test {
 protected:
  void SetUp() override {
    if (!fs::exists(kReal)) GTEST_SKIP() << "../shared/data is not here";
  }
  static NamedBytes bytes_of(const std::string& path) {
    auto files = read_unpacked((kReal / path).string());
    EXPECT_TRUE(files) << files.error().text();
    return files ? files->front() : NamedBytes{};
  }
  inline static const fs::path kReal = fs::path(TAMGA_SOURCE_DIR) / ".." / "shared" / "data" / "ofac";
};

struct RealFile {
  const char* path;
  const char* list;
  const char* day;
  std::size_t count;
};
constexpr RealFile kFiles[] = {{"cons_xml/consolidated_nonSDN_2023-10-19.xml.gz", "us_ofac_cons", "2023-10-18", 444},
                               {"cons_xml/consolidated_nonSDN_2024-02-24.xml.gz", "us_ofac_cons", "2024-02-23", 444},
                               {"cons_xml/consolidated_nonSDN_2025-03-28.xml.gz", "us_ofac_cons", "2025-03-28", 443},
                               {"sdn_xml/ofac_sdn_excerpt_2026-07-30.xml", "us_ofac_sdn", "2026-07-30", 7}};

TEST_F(RealOfacXml, AllFiles) {
  for (const auto& file : kFiles) {
    const auto list = read_ofac_xml(bytes_of(file.path));
    ASSERT_TRUE(list) << list.error().text();
    EXPECT_EQ(list->list, file.list) << file.path;
    EXPECT_EQ(list->own_date->text(), file.day) << file.path;
    EXPECT_EQ(list->entities.size(), file.count) << file.path;
    EXPECT_THAT(list->warnings, IsEmpty()) << file.path;
    EXPECT_THAT(list->faults, IsEmpty()) << file.path;
  }
}

std::set<std::string> set_of(const Entity& entity, std::string_view property) {
  const auto& values = entity.values(property);
  return {values.begin(), values.end()};
}

/// Pieces of Remarks that are one of several begin with "alt. "; elements do not.
std::set<std::string> notes_of(const Entity& entity) {
  std::set<std::string> notes;
  for (const auto& note : entity.values("notes")) notes.insert(note.starts_with("alt. ") ? note.substr(5) : note);
  return notes;
}

// The XML of March 2025 against the CSV of December 2025: nine months lie between them, so a few entries did change.
TEST_F(RealOfacXml, TheCsvGivesTheSameEntities) {
  const auto xml = read_ofac_xml(bytes_of("cons_xml/consolidated_nonSDN_2025-03-28.xml.gz"));
  ASSERT_TRUE(xml) << xml.error().text();
  const NamedBytes primary = bytes_of("cons_csv/cons_prim_2025-12.csv.gz");
  const NamedBytes add = bytes_of("cons_csv/cons_add_2025-12.csv.gz");
  const NamedBytes alt = bytes_of("cons_csv/cons_alt_2025-12.csv.gz");
  const NamedBytes comments = bytes_of("cons_csv/cons_comments_2025-12.csv.gz");
  const auto csv = read_ofac_csv(OfacFiles{&primary, &add, &alt, &comments, true});
  ASSERT_TRUE(csv) << csv.error().text();
  std::map<std::string, const Entity*> by_id;
  for (const auto& entity : csv->entities) by_id[entity.id] = &entity;
  std::map<std::string, std::size_t> different;
  std::size_t common = 0;
  for (const auto& entity : xml->entities) {
    const auto at = by_id.find(entity.id);
    if (at == by_id.end()) continue;
    ++common;
    const Entity& other = *at->second;
    EXPECT_EQ(entity.schema, other.schema) << entity.id;
    for (const auto* property :
         {"name",       "lastName",           "firstName",   "publishedName", "alias",   "weakAlias", "previousName",      "birthDate",
          "birthPlace", "nationality",        "citizenship", "country",       "address", "innCode",   "ogrnCode",          "okpoCode",
          "taxNumber",  "registrationNumber", "swiftBic",    "website",       "email",   "isin",      "incorporationDate", "jurisdiction",
          "gender"}) {
      different[property] += set_of(entity, property) != set_of(other, property) ? 1 : 0;
    }
    different["notes"] += notes_of(entity) != notes_of(other) ? 1 : 0;
    const auto programs_of = [](const Entity& of) {
      std::set<std::string> programs;
      for (const auto& designation : of.designations) programs.insert(designation.program);
      return programs;
    };
    different["programs"] += programs_of(entity) != programs_of(other) ? 1 : 0;
  }
  EXPECT_EQ(common, 442U);
  // Counted by hand against the two files: a new programme for 12 entries, countries added to 10 numbers, five addresses, …
  for (const auto& [property, count] : different) EXPECT_LE(count, 12U) << property;
  for (const auto* property : {"birthDate", "birthPlace", "nationality", "citizenship", "previousName", "website", "email", "isin", "jurisdiction"})
    EXPECT_EQ(different[property], 0U) << property;
}

/// What says nothing of an entry: the number of an item in its list; whether it is the first of several, which its place keeps; and the
/// words that became the property a name is in.
bool says_nothing(std::string_view element, std::string_view text) {
  if (element == "uid" || element == "mainEntry" || element == "sdnType") return true;
  if (element == "type") return text == "a.k.a." || text == "f.k.a." || text == "n.k.a.";
  return element == "category" && (text == "strong" || text == "weak");
}

/// Does the entity hold a text, as it stands or as the code of a country, a date or a gender?
bool is_kept(const std::string& all, std::string_view text) {
  if (text.ends_with('.')) text.remove_suffix(1);  // the full stop of a sentence
  if (all.find(text) != std::string::npos) return true;
  if (const auto code = country_code(text); !code.empty() && all.find(fmt::format("\n{}\n", code)) != std::string::npos) return true;
  if (const auto date = read_partial_date(text); date && all.find(*date) != std::string::npos) return true;
  return all.find(fmt::format("\n{}\n", lower_ascii(text))) != std::string::npos;
}

/// The property imoNumber says that it is one.
std::string_view without_imo(std::string_view number) { return number.starts_with("IMO ") ? number.substr(4) : number; }

/// Every leaf against the entity, by another parser than the reader's and without a look at what it knows.
void expect_kept(const XmlElement& element, const std::string& all, const std::string& id, std::size_t& leaves) {
  for (const auto& child : element.children) {
    if (!child.text.empty() && !says_nothing(child.name, child.text)) {
      ++leaves;
      const std::string text = one_line(child.text);
      if (child.name == "idType") {
        // The type is in a note, or the property that holds the number says it, as website does.
        const std::string number = one_line(element.child_text("idNumber"));
        EXPECT_TRUE(all.find(text) != std::string::npos || is_kept(all, without_imo(number))) << id << ": " << text << " " << number;
      } else if (child.name == "idNumber") {
        EXPECT_TRUE(is_kept(all, without_imo(text))) << id << ": " << text;
      } else if (child.name == "remarks") {
        // Piece by piece, links without their brackets.
        for (auto piece : split(text, "; ")) {
          if (piece.starts_with("(Linked To: ")) piece = piece.substr(1, piece.size() - 2);
          EXPECT_TRUE(is_kept(all, piece)) << id << ": " << piece;
        }
      } else {
        // "ZAHAR, Mahmoud" stands in one lastName: turned round as every name.
        const bool name = child.name == "lastName";
        for (const auto part : name ? split(text, ", ") : std::vector<std::string_view>{text})
          EXPECT_TRUE(is_kept(all, part)) << id << ": " << child.name << " " << text;
      }
    }
    expect_kept(child, all, id, leaves);
  }
}

TEST_F(RealOfacXml, NothingIsDropped) {
  for (const auto& file : kFiles) {
    const NamedBytes bytes = bytes_of(file.path);
    const auto list = read_ofac_xml(bytes);
    ASSERT_TRUE(list) << list.error().text();
    std::map<std::string, std::string> kept;
    for (const auto& entity : list->entities) {
      std::string all = "\n";
      for (const auto& property : entity.properties) {
        for (const auto& value : property.values) all += value + "\n";
      }
      for (const auto& designation : entity.designations) all += designation.program + "\n";
      kept[entity.id] = all;
    }
    std::size_t leaves = 0;
    const auto walked = read_xml(
        bytes.bytes, {"sdnEntry"}, [](const XmlElement&) -> Status { return {}; },
        [&](const XmlElement& record) -> Status {
          const std::string id = fmt::format("ofac-{}", record.child_text("uid"));
          expect_kept(record, kept[id], id, leaves);
          return {};
        });
    ASSERT_TRUE(walked) << walked.error().text();
    EXPECT_GT(leaves, 2 * list->entities.size()) << file.path;
  }
}

}  // namespace
}  // namespace tamga::lists
