// Every format on its real files: counts, facts, that two forms of one list give the same entity, and that nothing a record says is lost.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <map>

#include "base/ascii.h"
#include "base/files.h"
#include "lists/readers.h"
#include "lists/xml.h"

namespace tamga::lists {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

std::string real(std::string_view path) { return fmt::format("{}/../shared/data/{}", TAMGA_SOURCE_DIR, path); }

std::optional<NamedBytes> real_file(std::string_view path) {
  if (!std::filesystem::exists(real(path))) return {};
  auto files = read_unpacked(real(path));
  if (!files || files->size() != 1) return {};
  return std::move(files->front());
}

/// Letters and digits alone, small: what is left when spelling, spaces and JSON's escapes go.
std::string bare(std::string_view text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\\') {  // of JSON: a line break, a quote
      ++i;
      continue;
    }
    if (c == '\xC2' && i + 1 < text.size() && text[i + 1] == '\xA0') {  // a blank that does not break
      ++i;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x80 || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z')) result += c;
    if (c >= 'A' && c <= 'Z') result += static_cast<char>(c - 'A' + 'a');
  }
  return result;
}

std::map<std::string, std::string> by_id(const ReadList& list) {
  std::map<std::string, std::string> result;
  for (const auto& entity : list.entities) result[entity.id] = bare(to_json(entity).dump());
  return result;
}

/// Leaf texts and attributes of a record, by path, for an independent walk of the file.
void leaves(const XmlElement& element, const std::string& path, std::vector<std::pair<std::string, std::string>>& out) {
  for (const auto& [name, value] : element.attributes) out.emplace_back(fmt::format("{}@{}", path, name), value);
  if (!element.text.empty()) out.emplace_back(path, element.text);
  for (const auto& child : element.children) leaves(child, fmt::format("{}/{}", path, child.name), out);
}

/// Every leaf of every record must stand in its entity, but those whose path ends in one of `internal`.
void expect_nothing_dropped(const NamedBytes& file, const ReadList& list, const std::string& record_name,
                            const std::function<std::string(const XmlElement&)>& id_of, const std::vector<std::string>& internal) {
  const auto entities = by_id(list);
  std::map<std::string, int> dropped;
  std::string example;
  const auto status = read_xml(
      file.bytes, {record_name}, [](const XmlElement&) { return Status(); },
      [&](const XmlElement& record) -> Status {
        const auto entity = entities.find(id_of(record));
        EXPECT_NE(entity, entities.end()) << id_of(record);
        if (entity == entities.end()) return {};
        std::vector<std::pair<std::string, std::string>> all;
        leaves(record, "", all);
        for (const auto& [path, text] : all) {
          const bool skip = std::any_of(internal.begin(), internal.end(), [&](const std::string& end) { return path.ends_with(end); });
          const std::string wanted = bare(text);
          if (skip || wanted.empty() || entity->second.find(wanted) != std::string::npos) continue;
          if (dropped[path]++ == 0) example += fmt::format("\n{} {}: {}", entity->first, path, text);
        }
        return {};
      });
  ASSERT_TRUE(status) << status.error().text();
  EXPECT_TRUE(dropped.empty()) << example;
}

TEST(EuFsfXml, TheVerbatimSample) {
  const auto file = real_file("eu/eu_fsf_1.1_VERBATIM_sample_2026-08-05.xml");
  if (!file) GTEST_SKIP() << "../shared/data is not here";
  const auto list = read_eu_fsf_xml(*file);
  ASSERT_TRUE(list) << list.error().text();
  EXPECT_EQ(list->own_date->text(), "2026-08-05");
  ASSERT_THAT(list->entities, SizeIs(2));
  const Entity& person = list->entities[0];
  EXPECT_EQ(person.id, "eu-fsf-13");
  EXPECT_EQ(person.schema, "Person");
  EXPECT_EQ(person.caption, "Saddam Hussein Al-Tikriti");
  EXPECT_THAT(person.values("alias"), ElementsAre("Abu Ali", "Abou Ali"));
  EXPECT_THAT(person.values("birthDate"), ElementsAre("1937-04-28"));
  EXPECT_THAT(person.values("citizenship"), ElementsAre("iq"));
  EXPECT_THAT(person.designations, ElementsAre(Designation{"IRQ", "", "Asset freeze", "2003-07-07", "EU.27.28"}));
  EXPECT_EQ(list->entities[1].schema, "Organization");
  EXPECT_THAT(list->entities[1].values("country"), ElementsAre("us"));
}

TEST(EuFsfXml, TheWholeListAndNothingOfItIsDropped) {
  const auto file = real_file("eu/eu_fsf_1.1_REBUILT_from_records_2026-05-01.xml.gz");
  if (!file) GTEST_SKIP() << "../shared/data is not here";
  const auto list = read_eu_fsf_xml(*file);
  ASSERT_TRUE(list) << list.error().text();
  EXPECT_THAT(list->entities, SizeIs(5860));
  EXPECT_EQ(std::count_if(list->entities.begin(), list->entities.end(), [](const Entity& entity) { return entity.schema == "Person"; }), 4341);
  // Numbers of the file's own; languages of the text; whether a fact has a calendar or is none; codes that a name says again.
  expect_nothing_dropped(*file, *list, "sanctionEntity",
                         [](const XmlElement& record) { return fmt::format("eu-fsf-{}", record.attribute("logicalId")); },
                         {"@logicalId",
                          "@regulationLanguage",
                          "@nameLanguage",
                          "@strong",
                          "@gender",
                          "@circa",
                          "@calendarType",
                          "@diplomatic",
                          "@knownExpired",
                          "@knownFalse",
                          "@reportedLost",
                          "@revokedByIssuer",
                          "@asAtListingTime",
                          "@code",
                          "@classificationCode",
                          "@countryIso2Code",
                          "@countryDescription",
                          "@dayOfMonth",
                          "@monthOfYear",
                          "@year",
                          "@lang"});
}

constexpr const char* kFsf =
    R"(<export xmlns="http://eu.europa.ec/fpi/fsd/export" generationDate="2026-08-05T16:47:04+02:00"><sanctionEntity logicalId="7" )"
    R"(euReferenceNumber="EU.1.2" unitedNationId="QDi.006" designationDetails="d"><subjectType code="person"/>)"
    R"(<regulation regulationType="regulation" publicationDate="2022-02-25" entryIntoForceDate="2022-02-26" numberTitle="2022/332" programme="UKR"/>)"
    R"(<nameAlias wholeName="Ivan Ivanov" firstName="Ivan" lastName="Ivanov" function="Minister" gender="M" strong="true"/>)"
    R"(<nameAlias wholeName="Vanya" strong="false"/><nameAlias wholeName="V." strong="true"><remark>Low quality a.k.a.</remark></nameAlias>)";

TEST(EuFsfXml, Quirks) {
  const auto read = [](const std::string& rest) {
    auto list = read_eu_fsf_xml({"f.xml", kFsf + rest + "</sanctionEntity></export>"});
    EXPECT_TRUE(list) << (list ? "" : list.error().text());
    return list ? list->entities.front() : Entity();
  };
  const Entity names = read("");
  EXPECT_THAT(names.values("weakAlias"), ElementsAre("Vanya", "V."));
  EXPECT_THAT(names.values("position"), ElementsAre("Minister"));
  EXPECT_EQ(names.first("unscId"), "QDi.006");
  EXPECT_THAT(names.designations, ElementsAre(Designation{"UKR", "", "Asset freeze", "2022-02-26", "EU.1.2"}));
  EXPECT_THAT(read(R"(<birthdate calendarType="ISLAMIC" year="1370"/>)").values("birthDate"), IsEmpty()) << "another calendar's year";
  EXPECT_THAT(read(R"(<birthdate calendarType="ISLAMIC" year="1370"/>)").values("notes"), Contains("Birth date (islamic calendar): 1370"));
  EXPECT_THAT(read(R"(<birthdate calendarType="GREGORIAN" circa="true" year="1960"/>)").values("birthDate"), ElementsAre("1960"));
  EXPECT_THAT(read(R"(<birthdate calendarType="GREGORIAN" yearRangeFrom="1960" yearRangeTo="1962"/>)").values("birthDate"),
              ElementsAre("1960", "1962"));
  EXPECT_THAT(read(R"(<citizenship countryIso2Code="00" countryDescription="UNKNOWN"/>)").values("citizenship"), IsEmpty());
  EXPECT_THAT(read(R"(<address city="Minsk" countryIso2Code="BY"><contactInfo key="EMAIL" value="a@b.c"/></address>)").values("email"),
              ElementsAre("a@b.c"));
  const Entity numbers = read(
      R"(<identification identificationTypeCode="fiscalcode" number="500100732259" countryIso2Code="RU"/>)"
      R"(<identification identificationTypeCode="swiftbic" number="VTBRRUMM"/>)"
      R"(<identification identificationTypeCode="passport" number="A1" countryIso2Code="RU" knownFalse="true"/>)"
      R"(<identification identificationTypeCode="fiscalcode" number="7702070139" countryIso2Code="RU" countryDescription="RUSSIAN FEDERATION"/>)");
  EXPECT_THAT(numbers.values("swiftBic"), ElementsAre("VTBRRUMM"));
  EXPECT_THAT(numbers.values("passportNumber"), ElementsAre("A1"));
  EXPECT_THAT(numbers.values("innCode"), ElementsAre("500100732259"));
  EXPECT_THAT(numbers.values("taxNumber"), ElementsAre("7702070139")) << "the number of a firm is none of a person's";
  EXPECT_THAT(numbers.values("notes"), Contains(HasSubstr("knownFalse true")));
}

TEST(EuFsfCsv, TheSameEntityAsTheXml) {
  const std::string csv =
      "fileGenerationDate;Entity_LogicalId;Entity_EU_ReferenceNumber;Entity_UnitedNationId;Entity_DesignationDetails;Entity_SubjectType;"
      "Entity_Regulation_Type;Entity_Regulation_PublicationDate;Entity_Regulation_EntryIntoForceDate;Entity_Regulation_NumberTitle;"
      "Entity_Regulation_Programme;NameAlias_WholeName;NameAlias_FirstName;NameAlias_LastName;NameAlias_Function;NameAlias_Gender;NameAlias_Strong;"
      "NameAlias_Remark;BirthDate_BirthDate;Citizenship_CountryIso2Code\n"
      "05/08/2026;7;EU.1.2;QDi.006;d;P;regulation;2022-02-25;2022-02-26;2022/332;UKR;Ivan Ivanov;Ivan;Ivanov;Minister;M;true;;;\n"
      "05/08/2026;7;EU.1.2;QDi.006;d;P;regulation;2022-02-25;2022-02-26;2022/332;UKR;Vanya;;;;;false;;;\n"
      "05/08/2026;7;EU.1.2;QDi.006;d;P;regulation;2022-02-25;2022-02-26;2022/332;UKR;V.;;;;;true;Low quality a.k.a.;1970-01-02;RU\n";
  const auto list = read_eu_fsf_csv({"f.csv", csv});
  ASSERT_TRUE(list) << list.error().text();
  EXPECT_EQ(list->own_date->text(), "2026-08-05");
  ASSERT_THAT(list->entities, SizeIs(1));
  auto xml = read_eu_fsf_xml({"f.xml", std::string(kFsf) + R"(<birthdate birthdate="1970-01-02"/><citizenship countryIso2Code="RU"/>)"
                                                           "</sanctionEntity></export>"});
  ASSERT_TRUE(xml);
  const auto sorted = [](Entity entity) {
    entity.line = 0;
    for (auto& property : entity.properties) std::sort(property.values.begin(), property.values.end());
    return to_json(entity).dump();
  };
  EXPECT_EQ(sorted(list->entities.front()), sorted(xml->entities.front()));
  EXPECT_THAT(read_eu_fsf_csv({"f.csv", csv + "x;y\n"}).error().text(), HasSubstr("f.csv:5: 2 columns, expected 20 as in the header"));
}

TEST(UkXml, TheVerbatimSampleAndNothingOfItIsDropped) {
  const auto file = real_file("uk/uk_sanctions_list_VERBATIM_trimmed_2026-09-02.xml");
  if (!file) GTEST_SKIP() << "../shared/data is not here";
  const auto list = read_uk_xml(*file);
  ASSERT_TRUE(list) << list.error().text();
  EXPECT_EQ(list->own_date->text(), "2026-09-02");
  ASSERT_THAT(list->entities, SizeIs(2));
  EXPECT_THAT(list->entities[0].values("alias"), ElementsAre("Haji Alim Hawala", "Haji Hakim Hawala"));
  EXPECT_THAT(list->entities[0].values("country"), ElementsAre("af", "ae"));
  EXPECT_EQ(list->entities[0].first("unscId"), "TAe.010");
  EXPECT_EQ(list->entities[1].caption, "MOHAMMAD HASSAN AKHUND");
  EXPECT_THAT(list->entities[1].values("birthDate"), ElementsAre("1945", "1946"));
  EXPECT_THAT(list->entities[1].designations, ElementsAre(Designation{"AFG", "", "Asset freeze", "2001-01-25", "AFG0006"},
                                                          Designation{"AFG", "", "Travel Ban", "2001-01-25", "AFG0006"}));
  // The type is the schema, a kind of name the property it stands in; the days are written in another order.
  expect_nothing_dropped(*file, *list, "Designation",
                         [](const XmlElement& record) { return "gb-fcdo-" + lower_ascii(record.child_text("UniqueID")); },
                         {"/IndividualEntityShip", "/NameType", "/DateDesignated", "/DOB", "/SanctionsImposed"});
}

TEST(UkRows, XmlAndCsvGiveTheSameEntity) {
  std::string header;
  for (const auto column : {"Last Updated", "Unique ID"}) header += fmt::format("{},", column);
  const auto file = real_file("uk/uk_sanctions_list_VERBATIM_header_and_row_2026-10-08.csv");
  if (!file) GTEST_SKIP() << "../shared/data is not here";
  const auto csv = read_uk_csv(*file);
  ASSERT_TRUE(csv) << csv.error().text();
  CsvReader reader(file->bytes);
  std::vector<std::string> names;
  std::vector<std::string> fields;
  ASSERT_TRUE(reader.next(names).value() && reader.next(names).value() && reader.next(fields).value());
  // The row as XML: each column an element, the names and the address in their groups.
  std::string xml = "<Designations><DateGenerated>08/10/2026</DateGenerated><Designation>";
  std::string name;
  std::string address;
  for (std::size_t i = 0; i < names.size(); ++i) {
    std::string tag;
    for (const char c : names[i]) {
      if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) tag += c;
    }
    std::string text;
    for (const char c : fields[i]) text += c == '&' ? "&amp;" : c == '<' ? "&lt;" : std::string(1, c);
    auto& target = tag.starts_with("Name") || tag.starts_with("Alias") || tag.starts_with("Nonlatin") || tag == "Title" ? name
                   : tag.starts_with("Address")                                                                         ? address
                                                                                                                        : xml;
    if (tag == "DesignationType") tag = "IndividualEntityShip";
    target += fmt::format("<{0}>{1}</{0}>", tag, text);
  }
  xml += fmt::format("<Names><Name>{}</Name></Names><Addresses><Address>{}</Address></Addresses></Designation></Designations>", name, address);
  const auto same = read_uk_xml({"x.xml", xml});
  ASSERT_TRUE(same) << same.error().text();
  Entity a = csv->entities.front();
  Entity b = same->entities.front();
  a.line = b.line = 0;
  EXPECT_EQ(to_json(a).dump(), to_json(b).dump());
}

TEST(UkConlist, TheExcerptAndNothingOfItIsDropped) {
  const auto file = real_file("uk/uk_ofsi_conlist_excerpt_2026-08.xml");
  if (!file) GTEST_SKIP() << "../shared/data is not here";
  const auto list = read_uk_conlist_xml(*file);
  ASSERT_TRUE(list) << list.error().text();
  EXPECT_THAT(list->entities, SizeIs(2));
  EXPECT_EQ(list->entities[0].id, "gb-hmt-8384");
  EXPECT_EQ(list->entities[0].first("unscId"), "IQi.079");
  EXPECT_THAT(list->entities[0].designations, ElementsAre(Designation{"IRQ", "", "Asset freeze", "2004-06-02", "IRQ0140"}));
  expect_nothing_dropped(*file, *list, "FinancialSanctionsTarget",
                         [](const XmlElement& record) { return fmt::format("gb-hmt-{}", record.child_text("GroupID")); },
                         {"@nil", "/GroupTypeDescription", "/AliasType", "/AliasQuality", "/DateListed", "/DateDesignated", "/LastUpdated",
                          "/Individual_DateOfBirth", "/Individual_Nationality", "/Ship_Flag", "/Ship_PreviousFlags"});
}

TEST(UkConlist, Csv) {
  const std::string csv =
      "Last Updated,21/01/2026\nName 6,Name 1,Title,DOB,Country,Other Information,Group Type,Alias Type,Alias Quality,Regime,Listed On,Group ID\n"
      "IVANOV,Ivan,Mr,00/00/1957,Russia,(UK Sanctions List Ref):RUS0001. (UN Ref):QDi.006,Individual,Primary name,,Russia,25/02/2022,99\n"
      "IVANOFF,Ivan,,,,,Individual,AKA,Low quality,Russia,25/02/2022,99\n";
  const auto list = read_uk_conlist_csv({"ConList.csv", csv});
  ASSERT_TRUE(list) << list.error().text();
  EXPECT_EQ(list->own_date->text(), "2026-01-21");
  ASSERT_THAT(list->entities, SizeIs(1));
  const Entity& entity = list->entities.front();
  EXPECT_EQ(entity.id, "gb-hmt-99");
  EXPECT_EQ(entity.caption, "Ivan IVANOV");
  EXPECT_THAT(entity.values("weakAlias"), ElementsAre("Ivan IVANOFF"));
  EXPECT_THAT(entity.values("birthDate"), ElementsAre("1957"));
  EXPECT_EQ(entity.first("unscId"), "QDi.006");
  EXPECT_THAT(entity.designations, Contains(Designation{"RUS", "", "Asset freeze", "2022-02-25", "RUS0001"}));
  EXPECT_THAT(read_uk_conlist_csv({"ConList.csv", "Last Updated,soon\n"}).error().text(),
              HasSubstr("ConList.csv:1: expected Last Updated,dd/mm/yyyy"));
}

TEST(UsCsl, TheSmallFile) {
  const auto file = real_file("us_csl/csl_small_2025.csv");
  if (!file) GTEST_SKIP() << "../shared/data is not here";
  const auto list = read_us_csl_csv(*file);
  ASSERT_TRUE(list) << list.error().text();
  EXPECT_THAT(list->entities, SizeIs(13));
  std::map<std::string, std::string> programs;
  for (const auto& entity : list->entities) programs[entity.caption] = entity.designations.front().program;
  EXPECT_EQ(programs["Atlas Sanatgaran"], "UVL");
  EXPECT_EQ(programs["RIM, Ryong Nam"], "SDN");
  EXPECT_EQ(programs["I. ASH"], "DPL");
  EXPECT_EQ(programs["Cesareo Estanislao Benitez"], "DTC");
  // Nothing is dropped: every cell stands in the entity, but codes of countries and the type, which is the schema.
  CsvReader reader(file->bytes);
  std::vector<std::string> header;
  std::vector<std::string> row;
  ASSERT_TRUE(reader.next(header).value());
  const auto entities = by_id(*list);
  for (std::size_t i = 0; reader.next(row).value(); ++i) {
    const std::string json = bare(to_json(list->entities[i]).dump());
    for (std::size_t column = 0; column < row.size(); ++column) {
      if (header[column] == "type" || header[column] == "ids") continue;
      for (const auto part : split(row[column], ";")) EXPECT_NE(json.find(bare(part)), std::string::npos) << header[column] << ": " << part;
    }
  }
}

TEST(UsCsl, ATruncatedFileIsRefusedAndWhatIsWholeOfItIsRead) {
  auto file = real_file("us_csl/csl_2023-11_TRUNCATED.csv.gz");
  if (!file) GTEST_SKIP() << "../shared/data is not here";
  EXPECT_THAT(read_us_csl_csv(*file).error().text(), HasSubstr("is the file truncated?"));
  file->bytes.resize(file->bytes.rfind("\n\"") + 1);
  const auto list = read_us_csl_csv(*file);
  ASSERT_TRUE(list) << list.error().text();
  EXPECT_THAT(list->entities, SizeIs(4226));
  EXPECT_THAT(list->warnings, ElementsAre(HasSubstr("the header stands again on line")));
  std::map<std::string, int> sources;
  for (const auto& entity : list->entities) ++sources[entity.designations.front().program];
  EXPECT_EQ(sources, (std::map<std::string, int>{{"CAP", 1},
                                                 {"CMIC", 68},
                                                 {"DPL", 577},
                                                 {"DTC", 142},
                                                 {"EL", 919},
                                                 {"FSE", 1},
                                                 {"ISN", 144},
                                                 {"MEU", 71},
                                                 {"NS-MBS", 14},
                                                 {"PLC", 78},
                                                 {"SDN", 1737},
                                                 {"SSI", 288},
                                                 {"UVL", 186}}));
}

TEST(UsCsl, JsonAndCsvGiveTheSameEntity) {
  const std::string header =
      "_id,source,entity_number,type,programs,name,title,addresses,federal_register_notice,start_date,end_date,standard_order,license_requirement,"
      "license_policy,call_sign,vessel_type,gross_tonnage,gross_registered_tonnage,vessel_flag,vessel_owner,remarks,source_list_url,alt_names,"
      "citizenships,dates_of_birth,nationalities,places_of_birth,source_information_url,ids\n";
  const std::string row =
      "abc,Entity List (EL) - Bureau of Industry and Security,,,,\"Example Institute? No. 1; and any successor, sub-unit, or subsidiary thereof\",,"
      "\"1 Road, Beijing, CN; 2 Road, Shanghai, CN\",83 FR 1,2018-08-01,,,For all items,Presumption of denial,,,,,,,,https://l,Exampl?s House,,,,,"
      "https://i,\"Tax ID No., 7702070139, RU\"\n";
  const std::string json =
      R"({"results":[{"id":"abc","source":"Entity List (EL) - Bureau of Industry and Security","type":null,"programs":[],)"
      R"("name":"Example Institute? No. 1; and any successor, sub-unit, or subsidiary thereof","addresses":[{"address":"1 Road","city":"Beijing",)"
      R"("country":"CN","state":null,"postal_code":null},{"address":"2 Road","city":"Shanghai","country":"CN"}],"federal_register_notice":"83 FR 1",)"
      R"("start_date":"2018-08-01","license_requirement":"For all items","license_policy":"Presumption of denial","source_list_url":"https://l",)"
      R"("alt_names":["Exampl?s House"],"source_information_url":"https://i","ids":[{"country":"RU","number":"7702070139","type":"Tax ID No."}]}]})";
  auto a = read_us_csl_csv({"c.csv", header + row});
  auto b = read_us_csl_json({"c.json", json});
  ASSERT_TRUE(a) << a.error().text();
  ASSERT_TRUE(b) << b.error().text();
  a->entities[0].line = b->entities[0].line = 0;
  EXPECT_EQ(to_json(a->entities[0]).dump(), to_json(b->entities[0]).dump());
  const Entity& entity = a->entities[0];
  EXPECT_EQ(entity.schema, "LegalEntity");
  EXPECT_THAT(entity.values("alias"), Contains("Example Institute? No. 1")) << "without the words of the rule";
  EXPECT_THAT(entity.values("alias"), Contains("Exampl's House")) << "a lost apostrophe";
  EXPECT_THAT(entity.values("country"), ElementsAre("cn"));
  EXPECT_THAT(entity.values("innCode"), ElementsAre("7702070139"));
  EXPECT_THAT(entity.values("notes"), Contains("License policy: Presumption of denial"));
  EXPECT_THAT(entity.designations, ElementsAre(Designation{"EL", "", "", "2018-08-01", "abc"}));
}

TEST(UsCsl, ListedAddressesCanBeFound) {
  const auto list = read_us_csl_json(
      {"c.json",
       R"({"results":[{"id":"1","source":"Entity List (EL) - X","name":"Address 01","addresses":[{"address":"Unit 5","country":"HK"}]}]})"});
  ASSERT_TRUE(list) << list.error().text();
  EXPECT_EQ(list->entities[0].schema, "Address");
  EXPECT_THAT(list->entities[0].values("alias"), Contains("Unit 5, HK"));
  EXPECT_THAT(read_us_csl_json({"c.json", R"({"results":[{"id":"1","source":"New (XX) - Y","name":"A"}]})"})->warnings,
              ElementsAre(HasSubstr("the source \"New (XX) - Y\" is not known")));
}

TEST(BisDpl, TheRealFile) {
  const auto file = real_file("us_csl/dpl_2023-11.txt.gz");
  if (!file) GTEST_SKIP() << "../shared/data is not here";
  const auto list = read_bis_dpl_text(*file);
  ASSERT_TRUE(list) << list.error().text();
  EXPECT_THAT(list->entities, SizeIs(665));
  const Entity& entity = list->entities.front();
  EXPECT_EQ(entity.caption, "I. ASH");
  EXPECT_EQ(entity.first("endDate"), "2056-06-29");
  EXPECT_THAT(entity.designations, ElementsAre(Designation{"DPL", "", "Denial of export privileges", "2003-06-19", ""}));
  EXPECT_THAT(entity.values("notes"), Contains(HasSubstr("68 F.R. 38290 6/27/03")));
}

TEST(SecoXml, AnAmendmentIsRead) {
  const auto file = real_file("other_lists/seco_amendment_2024-01-17.xml");
  if (!file) GTEST_SKIP() << "../shared/data is not here";
  const auto list = read_seco_xml(*file);
  ASSERT_TRUE(list) << list.error().text();
  EXPECT_EQ(list->own_date->text(), "2024-01-17");
  EXPECT_THAT(list->faults, ElementsAre(HasSubstr("it is an amendment, and not the whole list"))) << "it must not stand for the list";
  ASSERT_THAT(list->entities, SizeIs(3));
  EXPECT_EQ(list->entities[0].id, "ch-seco-64398");
  EXPECT_EQ(list->entities[0].caption, "Test B");
  EXPECT_THAT(list->entities[0].values("nationality"), ElementsAre("gb"));
  EXPECT_THAT(list->entities[0].designations, ElementsAre(Designation{"PPDM", "", "Financial measures, annex 2", "", "64398"}));
}

TEST(SecoXml, PlacesVariantsRelationsAndThoseStruckOff) {
  const std::string xml =
      R"(<swiss-sanctions-list list-type="full-list" date="2026-03-01"><sanctions-program ssid="1"><program-key lang="eng">Ukraine</program-key>)"
      R"(<sanctions-set ssid="9" lang="ger">Finanzsanktionen</sanctions-set><sanctions-set ssid="9" lang="eng">Financial sanctions</sanctions-set>)"
      R"(</sanctions-program><place ssid="50"><location>Minsk</location><country iso-code="BY">Belarus</country></place>)"
      R"(<target ssid="100"><sanctions-set-id>9</sanctions-set-id><individual sex="male"><identity ssid="1" main="true">)"
      R"(<name name-type="primary-name" quality="good"><name-part order="2" name-part-type="family-name"><value>Ivanov</value>)"
      R"(<spelling-variant lang="rus" script="Cyrl">Иванов</spelling-variant></name-part><name-part order="1" name-part-type="given-name">)"
      R"(<value>Ivan</value>)"
      R"(<spelling-variant lang="rus" script="Cyrl">Иван</spelling-variant></name-part></name>)"
      R"(<day-month-year year="1370" calendar="Islamic"/><place-of-birth place-id="50"/><address place-id="50"><address-details>)"
      R"(Street 1</address-details></address>)"
      R"(<identification-document document-type="passport"><number>A1</number></identification-document></identity>)"
      R"(<justification>He did.</justification><relation target-id="101" relation-type="associate"/></individual>)"
      R"(<foreign-identifier>QDi.006</foreign-identifier><modification modification-type="listed" effective-date="2022-02-28"/></target>)"
      R"(<target ssid="101"><sanctions-set-id>9</sanctions-set-id><entity><identity main="true"><name name-type="primary-name">)"
      R"(<name-part order="1"><value>Firm</value></name-part></name></identity></entity><modification modification-type="listed"/></target>)"
      R"(<target ssid="102"><individual><identity main="true"><name name-type="primary-name"><name-part order="1"><value>Gone</value>)"
      R"(</name-part></name>)"
      R"(</identity></individual><modification modification-type="listed"/><modification modification-type="de-listed"/></target>)"
      R"(</swiss-sanctions-list>)";
  const auto list = read_seco_xml({"s.xml", xml});
  ASSERT_TRUE(list) << list.error().text();
  EXPECT_THAT(list->faults, IsEmpty());
  ASSERT_THAT(list->entities, SizeIs(2));
  EXPECT_THAT(list->warnings, ElementsAre("1 targets are no longer listed and were left out"));
  const Entity& person = list->entities[0];
  EXPECT_EQ(person.caption, "Ivan Ivanov");
  EXPECT_THAT(person.values("alias"), ElementsAre("Иван Иванов"));
  EXPECT_THAT(person.values("birthDate"), IsEmpty());
  EXPECT_THAT(person.values("address"), ElementsAre("Street 1, Minsk, Belarus"));
  EXPECT_THAT(person.values("country"), ElementsAre("by"));
  EXPECT_THAT(person.values("passportNumber"), ElementsAre("A1"));
  EXPECT_THAT(person.values("notes"), Contains("Justification: He did."));
  EXPECT_THAT(person.designations, ElementsAre(Designation{"Ukraine", "", "Financial sanctions", "2022-02-28", "100"}));
  ASSERT_THAT(list->relations, SizeIs(1));
  EXPECT_EQ(list->relations[0].first("object"), "ch-seco-101");
}

TEST(Senzing, FlatListsAndFeatures) {
  const std::string flat =
      R"({"DATA_SOURCE":"HOUSE-LIST","RECORD_ID":"1","RECORD_TYPE":"PERSON","PRIMARY_NAME_FIRST":"Ivan","PRIMARY_NAME_LAST":"Ivanov",)"
      R"("DATE_OF_BIRTH":"1970-01-02","PASSPORT_NUMBER":"A1","PASSPORT_COUNTRY":"RU","NATIONALITY":"ru","ADDR_FULL":"Street 1, Minsk, Belarus",)"
      R"("RISK":"high"})";
  const std::string lists =
      R"({"DATA_SOURCE":"HOUSE-LIST","RECORD_ID":"1","RECORD_TYPE":"PERSON","NAMES":[{"NAME_TYPE":"PRIMARY","NAME_FIRST":"Ivan",)"
      R"("NAME_LAST":"Ivanov"}],)"
      R"("DATES":[{"DATE_OF_BIRTH":"1970-01-02"}],"IDS":[{"PASSPORT_NUMBER":"A1","PASSPORT_COUNTRY":"RU"}],"COUNTRIES":[{"NATIONALITY":"ru"}],)"
      R"("ADDRESSES":[{"ADDR_FULL":"Street 1, Minsk, Belarus"}],"RISKS":[{"RISK":"high"}]})";
  const std::string features =
      R"({"DATA_SOURCE":"HOUSE-LIST","RECORD_ID":"1","FEATURES":[{"RECORD_TYPE":"PERSON"},{"NAME_TYPE":"PRIMARY","NAME_FULL":"Ivan Ivanov"},)"
      R"({"DATE_OF_BIRTH":"1970-01-02"},{"PASSPORT_NUMBER":"A1","PASSPORT_COUNTRY":"RU"},{"NATIONALITY":"ru"},)"
      R"({"ADDR_FULL":"Street 1, Minsk, Belarus"},{"RISK":"high"},{"NAME_TYPE":"AKA","NAME_FULL":"Vanya"},)"
      R"({"REL_POINTER_DOMAIN":"H","REL_POINTER_KEY":"2","REL_POINTER_ROLE":"OWNER"}]})";
  for (const auto& text : {flat, lists, features}) {
    const auto list = read_senzing_jsonl({"s.json", text});
    ASSERT_TRUE(list) << list.error().text();
    EXPECT_EQ(list->list, "house_list");
    const Entity& entity = list->entities.front();
    EXPECT_EQ(entity.schema, "Person");
    EXPECT_EQ(entity.caption, "Ivan Ivanov");
    EXPECT_THAT(entity.values("birthDate"), ElementsAre("1970-01-02"));
    EXPECT_THAT(entity.values("passportNumber"), ElementsAre("A1"));
    EXPECT_THAT(entity.values("nationality"), ElementsAre("ru"));
    EXPECT_THAT(entity.values("country"), ElementsAre("by"));
    EXPECT_THAT(entity.values("notes"), testing::IsSupersetOf({"PASSPORT_NUMBER: A1, PASSPORT_COUNTRY RU", "RISK: high"}));
    if (text != features) continue;
    EXPECT_THAT(entity.values("alias"), ElementsAre("Vanya"));
    EXPECT_EQ(list->relations.front().first("object"), "2");
  }
  EXPECT_THAT(read_senzing_jsonl({"s.json", "{\"DATA_SOURCE\":\"X\"}"}).error().text(), HasSubstr("s.json:1: the record has no RECORD_ID"));
  EXPECT_THAT(read_senzing_jsonl({"s.json", "{\"DATA_SOURCE\":\"X\",\"RECORD_ID\":\"1\"}"}).error().text(), HasSubstr("has no name"));
}

TEST(House, RealRecordsByTheShippedMappings) {
  struct Case {
    const char* mapping;
    const char* records;
    std::size_t entities;
  };
  for (const auto& [mapping, records, entities] :
       {Case{"uk_sanctions_list", "uk/uk_sanctions_list_2026-08-22.jsonl.gz", 6349}, Case{"au_dfat", "other_lists/au_dfat_2026-08-22.jsonl.gz", 3856},
        Case{"ca_sema", "other_lists/ca_sema_2026-08-22.jsonl.gz", 5690}, Case{"ch_seco", "other_lists/ch_entities_2026-03-15.jsonl.gz", 8254},
        Case{"bis_entity_list", "us_csl/nsfreg_2026-07/bis_entity_list.json.gz", 3409}, Case{"bis_mieu", "us_csl/bis_mieu.csv.gz", 13},
        Case{"eu_vessels", "eu/eu_vessels_2026-08-22.jsonl.gz", 597}}) {
    const auto file = real_file(records);
    if (!file) GTEST_SKIP() << "../shared/data is not here";
    const std::string path = fmt::format("{}/data/mappings/{}.toml", TAMGA_SOURCE_DIR, mapping);
    const auto list = read_house(*file, {path, read_file(path).value()});
    ASSERT_TRUE(list) << list.error().text();
    EXPECT_EQ(list->entities.size(), entities) << records;
    // Nothing of a record is dropped.
    if (std::string_view(records).find(".jsonl") == std::string_view::npos) continue;
    std::size_t number = 0;
    std::string dropped;
    for (const auto line : split(file->bytes, "\n")) {
      const auto json = parse_json(line);
      ASSERT_TRUE(json);
      const std::string entity = bare(to_json(list->entities[number++]).dump());
      const std::function<void(const Json&)> walk = [&](const Json& value) {
        for (const auto& item : value.items) walk(item);
        for (const auto& member : value.members) walk(member.value);
        // Types become schemata, kinds of names the property they stand in, days another spelling.
        const std::string wanted = bare(value.text);
        if (!value.is_string() || wanted.size() <= 16 || wanted == "primarynamevariation") return;
        if (entity.find(wanted) == std::string::npos) dropped += fmt::format("\n{}: {}", records, value.text);
      };
      walk(*json);
    }
    EXPECT_EQ(dropped.substr(0, 1000), "");
  }
}

TEST(House, MappingsAreCheckedWithTheirLines) {
  const std::string head = "[list]\nname = \"house_x\"\ntitle = \"t\"\nowner = \"o\"\nexpires = \"2027-01-31\"\n";
  const std::string body = "[records]\nformat = \"csv\"\n[entity]\nschema = \"Company\"\n[[field]]\nproperty = \"name\"\npath = \"n\"\n";
  const auto refusal = [](const std::string& mapping, const std::string& records = "n\nA\n") {
    const auto read = read_house({"r.csv", records}, {"m.toml", mapping});
    return read ? std::string("accepted") : read.error().text();
  };
  EXPECT_EQ(refusal(head + body), "accepted");
  const auto with = [&](std::string text, std::string_view from, std::string_view to) { return text.replace(text.find(from), from.size(), to); };
  EXPECT_THAT(refusal(with(head, "house_x", "us_ofac_sdn") + body),
              HasSubstr("m.toml:2: \"us_ofac_sdn\" is an authority's list; a house list stands beside"));
  EXPECT_THAT(refusal(with(head, "owner = \"o\"\n", "") + body), HasSubstr("[list] needs owner"));
  EXPECT_THAT(refusal(with(head, "expires = \"2027-01-31\"\n", "") + body), HasSubstr("[list] needs expires"));
  EXPECT_THAT(refusal(with(head, "2027-01-31", "soon") + body), HasSubstr("m.toml:5: expires must be a date"));
  EXPECT_THAT(refusal(with(head, "title", "titel") + body), HasSubstr("m.toml:3: \"titel\" is not known in [list], expected name, title"));
  EXPECT_THAT(refusal(head + with(body, "csv", "xml")), HasSubstr("format must be csv, jsonl or json"));
  EXPECT_THAT(refusal(head + with(body, "\"Company\"", "\"Firm\"")), HasSubstr("\"Firm\" is not a schema"));
  EXPECT_THAT(refusal(head + body + "kind = \"number\"\n"), HasSubstr("kind must be one of text, name, date"));
  EXPECT_THAT(refusal(head + body, "m\nA\n"), HasSubstr("r.csv:1: the header has no column \"n\", which the mapping takes name from"));
  EXPECT_THAT(refusal(head + body, "n,m\n,x\n"), HasSubstr("r.csv:2: the record has no name"));
  EXPECT_THAT(refusal(head + body, "n\nA,B\n"), HasSubstr("r.csv:2: 2 columns, expected 1"));
  const auto read = read_house({"r.csv", "n,why\nA,because\n"}, {"m.toml", head + body});
  ASSERT_TRUE(read);
  EXPECT_THAT(read->entities[0].values("notes"), ElementsAre("why: because")) << "what no field takes is kept";
}

TEST(Formats, HostileXmlIsRefused) {
  for (const auto* root : {"export xmlns=\"http://eu.europa.ec/fpi/fsd/export\" generationDate=\"2026-01-01T\"", "Designations",
                           "ArrayOfFinancialSanctionsTarget", "swiss-sanctions-list date=\"2026-01-01\"", "sdnList", "Sanctions"}) {
    const std::string name(std::string_view(root).substr(0, std::string_view(root).find(' ')));
    const ReadOptions options{"", Date::parse("2026-01-01")};
    const auto refusal = [&](const std::string& text) {
      const auto read = read_editions({{"f.xml", text}}, options);
      return read ? std::string("accepted") : read.error().text();
    };
    EXPECT_THAT(refusal(fmt::format("<!DOCTYPE x [<!ENTITY a \"b\">]><{}>&a;</{}>", root, name)), HasSubstr("DOCTYPE")) << root;
    EXPECT_NE(refusal(fmt::format("<{}></{}>", root, name)), "accepted") << "empty " << root;
    EXPECT_NE(refusal(fmt::format("<{}><a>", root)), "accepted") << "cut " << root;
    EXPECT_THAT(refusal(fmt::format("<{}>\n\xE9</{}>", root, name)), HasSubstr("f.xml:2: is not UTF-8")) << root;
  }
}

}  // namespace
}  // namespace tamga::lists
