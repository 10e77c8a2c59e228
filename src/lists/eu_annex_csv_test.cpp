#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "lists/readers.h"

namespace tamga::lists {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const std::vector<std::string> kHeader = {"celex",
                                          "recordId",
                                          "programKey",
                                          "annex",
                                          "measure",
                                          "startDate",
                                          "reason",
                                          "schema",
                                          "name",
                                          "alias",
                                          "weakAlias",
                                          "previousName",
                                          "country",
                                          "nationality",
                                          "jurisdiction",
                                          "birthDate",
                                          "birthPlace",
                                          "position",
                                          "passportNumber",
                                          "gender",
                                          "appearance",
                                          "ethnicity",
                                          "fatherName",
                                          "motherName",
                                          "incorporationDate",
                                          "legalForm",
                                          "sector",
                                          "registrationNumber",
                                          "taxNumber",
                                          "idNumber",
                                          "innCode",
                                          "ogrnCode",
                                          "kppCode",
                                          "okpoCode",
                                          "leiCode",
                                          "swiftBic",
                                          "ticker",
                                          "imoNumber",
                                          "mmsi",
                                          "flag",
                                          "address",
                                          "phone",
                                          "email",
                                          "website",
                                          "notes"};

using Cells = std::map<std::string, std::string>;

std::string table(const std::vector<Cells>& rows) {
  std::string text = "\xEF\xBB\xBF";
  append_csv_row(text, kHeader);
  for (auto cells : rows) {
    cells.try_emplace("celex", "32014R0833");
    cells.try_emplace("schema", "LegalEntity");
    cells.try_emplace("annex", "IV");
    std::vector<std::string> fields;
    for (const auto& column : kHeader) fields.push_back(cells[column]);
    append_csv_row(text, fields);
  }
  return text;
}

Result<ReadList> read(const std::vector<Cells>& rows) { return read_eu_annex_csv(NamedBytes{"eu.csv", table(rows)}); }

Entity one(const Cells& cells) {
  const auto list = read({cells});
  EXPECT_TRUE(list) << list.error().text();
  return list ? list->entities.front() : Entity{};
}

TEST(EuAnnexCsv, ReadsAKazakhEntryOfAnnexFour) {
  const auto list = read({{{"recordId", "666"},
                           {"programKey", "EU-RUS"},
                           {"measure", "Export control"},
                           {"startDate", "25.6.2024"},
                           {"name", "Da Group 22"},
                           {"alias", "Товарищество «DA GROUP 22» (ТОО «DA GROUP 22»); «DA GROUP 22» Серіктестігі («DA GROUP 22» ЖШС)"},
                           {"registrationNumber", "220340015320 (BIN)"},
                           {"address", "Office 1309, Astana, Republic of Kazakhstan"}}});
  ASSERT_TRUE(list) << list.error().text();
  EXPECT_EQ(list->part, "32014R0833");
  EXPECT_FALSE(list->own_date);
  const Entity& entity = list->entities.front();
  EXPECT_EQ(entity.id, "eu-32014R0833-IV-666");
  EXPECT_EQ(entity.caption, "Da Group 22");
  EXPECT_EQ(entity.line, 2U);
  EXPECT_THAT(entity.designations, ElementsAre(Designation{"EU-RUS", "IV", "Export control", "2024-06-25", "666"}));
  EXPECT_THAT(entity.values("registrationNumber"), ElementsAre("220340015320"));
  EXPECT_THAT(entity.values("country"), ElementsAre("kz"));
  EXPECT_THAT(entity.values("alias"), Contains("ТОО «DA GROUP 22»"));
  EXPECT_THAT(entity.values("alias"), Contains("Товарищество «DA GROUP 22» (ТОО «DA GROUP 22»)"));
  EXPECT_THAT(entity.values("notes"), ElementsAre("registrationNumber: 220340015320 (BIN)"));
}

TEST(EuAnnexCsv, AnnexesAndIdentity) {
  EXPECT_EQ(one({{"annex", "I.PERSONS"}, {"name", "A"}, {"recordId", "1"}}).designations.front().annex, "I");
  EXPECT_EQ(one({{"annex", "XLV.A"}, {"name", "A"}, {"recordId", "1"}}).designations.front().annex, "XLV.A");
  const auto list = read({{{"name", "VTB BANK"}, {"annex", "XIV"}},
                          {{"name", "VTB BANK"}, {"annex", "XIV"}},
                          {{"name", "VTB BANK"}, {"annex", "XIV"}, {"startDate", "12 March 2022"}}});
  ASSERT_TRUE(list);
  const auto& entities = list->entities;
  EXPECT_EQ(entities[0].id.size(), std::string("eu-32014R0833-XIV-").size() + 12);
  EXPECT_EQ(entities[1].id, entities[0].id + "-2");
  EXPECT_NE(entities[2].id, entities[0].id);
  EXPECT_EQ(entities[2].designations.front().from, "2022-03-12");
}

TEST(EuAnnexCsv, CellsHoldSeveralValues) {
  const Entity entity = one({{"schema", "Person"},
                             {"name", "Anton SIDOROV"},
                             {"nationality", "Russian and Ukrainian"},
                             {"birthDate", "18.1.1970 or 29.3.1965"},
                             {"gender", "Male"},
                             {"phone", "+7 1; +7 2"},
                             {"taxNumber", "771500884353/ 771500884353"},
                             {"reason", "Because; he did."},
                             {"notes", "Other."}});
  EXPECT_THAT(entity.values("nationality"), ElementsAre("ru", "ua"));
  EXPECT_THAT(entity.values("birthDate"), ElementsAre("1970-01-18", "1965-03-29"));
  EXPECT_THAT(entity.values("gender"), ElementsAre("male"));
  EXPECT_THAT(entity.values("phone"), ElementsAre("+7 1", "+7 2"));
  EXPECT_THAT(entity.values("innCode"), ElementsAre("771500884353"));
  EXPECT_THAT(entity.values("notes"), Contains("reason: Because; he did."));
  EXPECT_THAT(entity.values("notes"), Contains("Other."));
}

TEST(EuAnnexCsv, RegistersByTheirColumns) {
  const Entity entity = one(
      {{"name", "Works"}, {"innCode", "7730239877, KPP 773001001, OKPO 20239393"}, {"imoNumber", "9387279"}, {"leiCode", "6556009FCJ7O8QPFTC19"}});
  EXPECT_THAT(entity.values("innCode"), ElementsAre("7730239877"));
  EXPECT_THAT(entity.values("kppCode"), ElementsAre("773001001"));
  EXPECT_THAT(entity.values("okpoCode"), ElementsAre("20239393"));
  EXPECT_THAT(entity.values("imoNumber"), ElementsAre("9387279"));
  EXPECT_THAT(entity.values("leiCode"), ElementsAre("6556009FCJ7O8QPFTC19"));
}

TEST(EuAnnexCsv, AssetsAndWhiteSpace) {
  const Entity entity = one({{"schema", "Asset"}, {"annex", "LIII"}, {"name", "Digital\xC2\xA0rouble\t"}});
  EXPECT_EQ(entity.schema, "Asset");
  EXPECT_EQ(entity.caption, "Digital rouble");
  EXPECT_THAT(entity.values("country"), IsEmpty());
}

TEST(EuAnnexCsv, ErrorsNameTheLine) {
  EXPECT_THAT(read({{{"name", "A"}}, {{"name", ""}}}).error().text(), HasSubstr("eu.csv:3: the name is empty"));
  EXPECT_THAT(read({{{"name", "A"}}, {{"name", "B"}, {"celex", "32014R0269"}}}).error().text(), HasSubstr("eu.csv:3: the celex"));
  EXPECT_THAT(read({{{"name", "A"}, {"schema", "Sanction"}}}).error().text(), HasSubstr("not a schema"));
  EXPECT_THAT(read({}).error().message, HasSubstr("no entry"));
  EXPECT_THAT(read_eu_annex_csv(NamedBytes{"eu.csv", table({{{"name", "A"}}}) + "32014R0833,1,EU-RUS"}).error().text(),
              HasSubstr("eu.csv:3: 3 columns, expected 45"));
  EXPECT_THAT(read_eu_annex_csv(NamedBytes{"eu.csv", "celex,recordId\n"}).error().text(), HasSubstr("eu.csv:1: the header has no column"));
}

}  // namespace
}  // namespace tamga::lists
