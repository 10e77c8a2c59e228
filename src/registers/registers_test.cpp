#include "registers/registers.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <map>

#include "lists/csv.h"
#include "registers/readers.h"

namespace tamga::registers {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

/// Everything that a file says, as lines of text that a test can read at a glance.
struct Kept {
  std::vector<std::string> parties;
  std::vector<std::uint64_t> lines;
  std::vector<std::string> holdings;
  std::vector<std::uint64_t> holding_lines;
  std::vector<std::string> remarks;
  std::map<ownership::Kind, int> kinds;
  FileSummary summary;
  std::string error;
};

/// Writes it down, and checks what no file may say.
class Keeping : public Sink {
 public:
  void party(const PartyRecord& party) override {
    EXPECT_FALSE(party.id.empty());
    EXPECT_GT(party.line, 0U);
    std::string text = fmt::format("{} [{}]", party.id, party.name);
    for (const auto part : {party.schema, party.country}) {
      if (!part.empty()) text += fmt::format(" {}", part);
    }
    if (party.arrangement) text += " arrangement";
    for (const auto& identifier : party.identifiers) {
      text += fmt::format(" {}={} ({}{})", identifiers::scheme_name(identifier.scheme), identifier.value, identifier.label,
                          identifier.checked ? ", checked" : "");
    }
    kept.parties.push_back(text);
    kept.lines.push_back(party.line);
  }
  void holding(const HoldingRecord& holding) override {
    EXPECT_FALSE(holding.owner.empty());
    EXPECT_FALSE(holding.asset.empty());
    EXPECT_LE(holding.share.low, holding.share.high);
    EXPECT_TRUE(!holding.from || !holding.to || *holding.from < *holding.to);
    EXPECT_LT(static_cast<std::size_t>(holding.kind), ownership::kKinds);
    EXPECT_GT(holding.line, 0U);
    std::string text = fmt::format("{} > {} {}", holding.owner, holding.asset, ownership::kind_name(holding.kind));
    if (holding.directness == ownership::Directness::indirect) text += " indirect";
    if (holding.kind == ownership::Kind::shares || holding.kind == ownership::Kind::votes) text += " " + holding.share.text();
    if (holding.from || holding.to) text += fmt::format(" {}..{}", holding.from ? holding.from->text() : "", holding.to ? holding.to->text() : "");
    if (!holding.source.empty()) text += fmt::format(" ({})", holding.source);
    kept.holdings.push_back(text);
    kept.holding_lines.push_back(holding.line);
    kept.kinds[holding.kind] += 1;
  }
  void remark(Remark remark) override { kept.remarks.push_back(fmt::format("{}: {}", remark.line, remark.text)); }

  Kept kept;
};

Kept kept(std::string_view bytes, std::string name = "file") {
  Keeping all;
  const NamedBytes file{std::move(name), std::string(bytes)};
  if (auto summary = read(file, all); summary) {
    all.kept.summary = *summary;
  } else {
    all.kept.error = summary.error().text();
  }
  return std::move(all.kept);
}

/// Cut off at each byte: an error of one line or a clean result, and never more than the whole file says.
void expect_cuts_are_safe(std::string_view bytes) {
  const auto whole = kept(bytes);
  ASSERT_EQ(whole.error, "");
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    const auto cut = kept(bytes.substr(0, size));
    EXPECT_THAT(cut.error, Not(HasSubstr("\n"))) << size;
    const bool said = std::any_of(cut.remarks.begin(), cut.remarks.end(), [](const auto& text) { return text.find("no line end") != text.npos; });
    EXPECT_TRUE(!cut.error.empty() || said || cut.holdings.size() <= whole.holdings.size()) << size;
  }
}

// Plain CSV. -------------------------------------------------------------------------------------------------------

TEST(Csv, TellsOwnerAssetAndShare) {
  const auto all = kept(
      "owner,asset,share,from,to,source\n"
      "Alpha,Beta,51,2019-01-31,2020-05-01,egrul\n"
      "Alpha,Gamma,25-50,,,\n"
      "Alpha,Alpha,>50,,,\n"
      "Delta,Gamma,,2019,2019-02,\n");
  EXPECT_EQ(all.error, "");
  EXPECT_EQ(all.summary.format, Format::csv);
  EXPECT_THAT(all.holdings, ElementsAre("Alpha > Beta shares 51 2019-01-31..2020-05-01 (egrul)", "Alpha > Gamma shares 25-50",
                                        "Alpha > Alpha shares >50",                            // treasury shares
                                        "Delta > Gamma shares unknown 2019-01-01..2019-02-28"  // as long as it can have been
                                        ));
  EXPECT_THAT(all.holding_lines, ElementsAre(2U, 3U, 4U, 5U));
  EXPECT_THAT(all.parties, IsEmpty());
  EXPECT_THAT(all.remarks, IsEmpty());
}

TEST(Csv, ColumnsStandInAnyOrderAndCase) {
  const auto all = kept("Share, ASSET ,Owner,Kind,Directness,colour\r\n60,Beta,Alpha,votes,indirect,red\r\n,Beta,Alpha,director,,\r\n");
  EXPECT_THAT(all.holdings, ElementsAre("Alpha > Beta votes indirect 60", "Alpha > Beta director"));
  EXPECT_THAT(all.remarks, ElementsAre("1: the column \"colour\" is not known; it is not read"));
}

TEST(Csv, EveryKindHasItsWord) {
  for (std::size_t at = 0; at < ownership::kKinds; ++at) {
    const auto kind = static_cast<ownership::Kind>(at);
    const auto all = kept(fmt::format("owner,asset,share,kind\nA,B,,{}\n", ownership::kind_name(kind)));
    EXPECT_EQ(all.kinds.at(kind), 1);
  }
}

TEST(Csv, IdentifiersNameTheirParty) {
  const auto all = kept(
      "owner,asset,share\n"
      "lei:5493 001KJTIIGC8Y1R12,7707083893,50\n"
      "INN:7707083893,bin:220340015320,50\n"
      "5493001KJTIIGC8Y1R12,imo:9524451,50\n"
      "1234567890,lei:5493001KJTIIGC8Y1R13,50\n");
  EXPECT_THAT(all.holdings, ElementsAre("lei:5493001KJTIIGC8Y1R12 > registration:7707083893 shares 50",
                                        "registration:7707083893 > registration:220340015320 shares 50",
                                        "lei:5493001KJTIIGC8Y1R12 > imo:9524451 shares 50", "1234567890 > lei:5493001KJTIIGC8Y1R13 shares 50"));
  EXPECT_THAT(all.parties, Contains("lei:5493001KJTIIGC8Y1R12 [] lei=5493001KJTIIGC8Y1R12 (LEI, checked)"));
  EXPECT_THAT(all.parties, Contains("registration:7707083893 [] registration=7707083893 (INN, checked)"));
  EXPECT_THAT(all.parties, Contains("lei:5493001KJTIIGC8Y1R13 [] lei=5493001KJTIIGC8Y1R13 (LEI)"));
  EXPECT_THAT(all.remarks, Contains(HasSubstr("5: \"LEI 5493001KJTIIGC8Y1R13 has a wrong check digit\"")));
}

TEST(Csv, PartiesAreToldWhenTheRowSaysMoreThanTheId) {
  const auto all = kept(
      "owner,owner_name,owner_country,owner_schema,owner_identifier,asset,asset_country,asset_schema,share\n"
      "1,Иван Петров,ru,Person,inn:500100732259,2,GB-SCT,Company,51\n"
      "1,Иван Петров,ru,Person,inn:500100732259,3,Atlantis,Castle,49\n"
      "7,,,,09446231,8,,,49\n");
  EXPECT_THAT(all.parties, ElementsAre("1 [Иван Петров] Person RU registration=500100732259 (INN, checked)", "2 [2] Company GB", "3 [3]",
                                       "7 [7] registration=09446231 (registration number)"));
  EXPECT_THAT(all.remarks,
              ElementsAre("3: the country \"Atlantis\" is not known; taken as not said", "3: the schema \"Castle\" is not known; taken as not said"));
}

TEST(Csv, WhatCannotBeReadIsARemarkAndUnknown) {
  const auto all = kept(
      "owner,asset,share,from,to,kind,directness\n"
      "A,B,120,,,,\n"
      "A,B,fifty,,,,\n"
      "A,B,-5,,,,\n"
      "A,B,50,03/04/2019,someday,,\n"
      "A,B,50,2020-05-02,2020-05-01,,\n"
      ",B,50,,,,\n"
      "A, ,50,,,,\n"
      "A,B,50,,,owns,sideways\n"
      "A,B,,,,owns,\n"
      "A,B,50\n"
      "A,B,50,2020-05-01,2020-05-01,,\n");
  EXPECT_EQ(all.error, "");
  EXPECT_THAT(all.holdings, ElementsAre("A > B shares unknown", "A > B shares unknown", "A > B shares unknown", "A > B shares 50", "A > B shares 50",
                                        "A > B shares indirect 50", "A > B influence", "A > B shares 50", "A > B shares 50 2020-05-01..2020-05-02"));
  EXPECT_THAT(all.remarks, ElementsAre("2: the share \"120\" is over 100 %; kept as unknown",
                                       "3: the share \"fifty\" cannot be read, expected 50, 25-50, >25 or nothing; kept as unknown",
                                       "4: the share \"-5\" is below 0 %; kept as unknown",
                                       "5: the date \"03/04/2019\" cannot be read, expected YYYY-MM-DD; taken as not said",
                                       "5: the date \"someday\" cannot be read, expected YYYY-MM-DD; taken as not said",
                                       "6: ends on 2020-05-01, before it begins on 2020-05-02; both days are taken as not said",
                                       "7: the row names no owner; it is no holding", "8: the row names no asset; it is no holding",
                                       "9: the kind \"owns\" is not known; taken as shares",
                                       "9: the directness \"sideways\" is not known, expected direct or indirect; taken as indirect",
                                       "10: the kind \"owns\" is not known; taken as influence",
                                       "11: the row has 3 fields, the first row 7; those that are missing are taken as empty"));
}

TEST(Csv, WhatMakesTheFileAsAWholeDoubtfulIsAnError) {
  EXPECT_EQ(kept("owner,asset,from\nA,B,2019\n", "x.csv").error, "x.csv:1: the column \"share\" is missing");
  EXPECT_EQ(kept("owner,asset,share\nA,B,50\nA,B,50,1\n", "x.csv").error,
            "x.csv:3: the row has 4 fields, expected 3 as in the first row; does a comma stand in a field without quotes?");
  EXPECT_EQ(kept("owner,asset,share\nA,B,50\nA,\"B\n,50\n", "x.csv").error,
            "x.csv:3: a quoted field opens on line 1 and never closes; is the file truncated?");
  EXPECT_EQ(kept("owner,asset,share\nA,B,50\nA,B", "x.csv").error,
            "x.csv:3: the last row has 2 fields, expected 3, and no line end; is the file cut off?");
  EXPECT_EQ(kept("owner,asset,share\nA,B,50\nArm\xE9,B,50\n", "x.csv").error,
            "x.csv:3: is not UTF-8; save the table as UTF-8 and not in a code page");
  EXPECT_EQ(kept("owner,asset,share,owner\n", "x.csv").error, "x.csv:1: the column \"owner\" stands twice");
  EXPECT_THAT(kept("name;value\n1;2\n", "x.csv").error, HasSubstr("x.csv: is not a known register of owners"));
  EXPECT_THAT(kept("").error, HasSubstr("is not a known register of owners"));
}

TEST(Csv, QuotesAndLineEnds) {
  const auto all = kept("\xEF\xBB\xBFowner,asset,share\n\n\"Smith, \"\"Jim\"\"\",\"B\nC\",50\nD,E,60\r\"F\",G,70");
  EXPECT_THAT(all.holdings, ElementsAre("Smith, \"Jim\" > B\nC shares 50", "D > E shares 60", "F > G shares 70"));
  EXPECT_THAT(all.holding_lines, ElementsAre(3U, 5U, 6U));
}

TEST(Csv, CutOffAnywhereIsSafe) {
  expect_cuts_are_safe("owner,asset,share,from\nAlpha,\"Be, ta\",51,2019-01-01\nlei:5493001KJTIIGC8Y1R12,7707083893,>50,\n");
}

TEST(Csv, ReadsWhatTheListsReaderReads) {
  EXPECT_TRUE(rc::check([](const std::vector<std::array<std::string, 3>>& cells) {
    // The quick path for rows without quotes must see the same rows as lists::CsvReader.
    std::string text = "owner,asset,share\n";
    std::vector<std::string> expected;
    for (const auto& row : cells) {
      std::vector<std::string> fields;
      for (const auto& cell : row) {
        std::string field;
        for (const char c : cell) field += "ab,\"\r\n \t"[static_cast<unsigned char>(c) % 8];
        fields.push_back(field);
      }
      fields[2] = "50";
      lists::append_csv_row(text, fields);
      const auto owner = trimmed(fields[0]);
      const auto asset = trimmed(fields[1]);
      if (!owner.empty() && !asset.empty()) expected.push_back(fmt::format("{} > {} shares 50", owner, asset));
    }
    const auto all = kept(text);
    RC_ASSERT(all.error == "");
    RC_ASSERT(all.holdings.size() == expected.size());
  }));
}

// Shares and days. -------------------------------------------------------------------------------------------------

TEST(Share, NumbersOfAnyLength) {
  const auto text = [](std::string_view said) {
    const auto read = read_share(said);
    return fmt::format("{}{}{}", read.share.text(), read.share.low_excluded ? " above" : "", read.problem.empty() ? "" : " !");
  };
  EXPECT_EQ(text("33.333333333333336"), "33.333333333-33.333333334 above");
  EXPECT_EQ(text("50.0000000001"), "50-50.000000001 above");  // more than 50, and so never taken for 50
  EXPECT_EQ(text("1e2"), "100");
  EXPECT_EQ(text("2.5E+1 %"), "25");
  EXPECT_EQ(text("1e-400"), "<0.000000001 above");
  EXPECT_EQ(text("0e999999999999"), "0");
  EXPECT_EQ(text("100.00000000001"), "unknown !");
  EXPECT_EQ(text("1e3"), "unknown !");
  EXPECT_EQ(text("-0"), "0");
  EXPECT_EQ(text("1e"), "unknown !");
  EXPECT_EQ(text("33,3"), "unknown !");
  EXPECT_EQ(text(""), "unknown");
}

TEST(Share, ANumberLiesBetweenItsBounds) {
  EXPECT_TRUE(rc::check([](std::uint64_t whole, std::uint32_t fraction) {
    const std::string text = fmt::format("{}.{:010}", whole % 100, fraction);
    const auto read = read_percent(text);
    RC_ASSERT(read.fault == PercentFault::none);
    // The same digits as a whole number of 10^-10 percent.
    const std::uint64_t exact = whole % 100 * 10'000'000'000U + fraction;
    const auto scaled = [](Decimal value) {
      std::uint64_t result = static_cast<std::uint64_t>(value.coefficient);
      for (int at = value.scale; at < 10; ++at) result *= 10;
      return result;
    };
    RC_ASSERT(scaled(read.percent.low) <= exact && exact <= scaled(read.percent.high));
    RC_ASSERT(scaled(read.percent.high) - scaled(read.percent.low) == (exact % 10 == 0 ? 0U : 10U));
  }));
}

TEST(Day, WhatIsLeftOpenMakesTheHoldingLonger) {
  EXPECT_EQ(earliest_day("2020")->text(), "2020-01-01");
  EXPECT_EQ(latest_day("2020")->text(), "2020-12-31");
  EXPECT_EQ(earliest_day("2020-02")->text(), "2020-02-01");
  EXPECT_EQ(latest_day("2020-02")->text(), "2020-02-29");
  EXPECT_EQ(latest_day("2021-02")->text(), "2021-02-28");
  EXPECT_EQ(latest_day("2022-12-31T08:00:00+01:00")->text(), "2022-12-31");
  EXPECT_FALSE(earliest_day("2020-02-30"));
  EXPECT_FALSE(earliest_day("01/02/2020"));
}

// Beneficial Ownership Data Standard. ------------------------------------------------------------------------------

std::string details_of_party(std::string_view more) {
  return fmt::format(R"({{"isComponent": false, "entityType": {{"type": "registeredEntity"}}{}}})", more);
}
std::string statement(std::string_view id, std::string_view type, std::string_view details, std::string_view date = "2020-01-01",
                      std::string_view status = "new") {
  return fmt::format(R"({{"statementId": "s", "declarationSubject": "a", "statementDate": "{}", "recordId": "{}", "recordStatus": "{}",
 "recordType": "{}", "publicationDetails": {{"publicationDate": "2021-06-01", "publisher": {{"name": "Pub"}}}}, "recordDetails": {}}})",
                     date, id, status, type, details);
}
std::string relation(std::string_view interests, std::string_view more = "") {
  return fmt::format(R"({{"isComponent": false, "subject": "a", "interestedParty": "b", "interests": [{}]{}}})", interests, more);
}
/// The holdings of one relationship with one interest, without the ids of its parties.
std::string mapped(std::string_view interest) {
  const auto all = kept("[" + statement("r", "relationship", relation(interest)) + "]");
  EXPECT_EQ(all.error, "");
  std::string text;
  for (const auto& holding : all.holdings) text += holding.substr(std::string_view("bods:Pub/b > bods:Pub/a ").size());
  return text;
}

TEST(Bods, EveryTypeOfInterestHasItsKind) {
  const std::map<std::string, std::string> kinds = {
      {"shareholding", "shares unknown"},
      {"votingRights", "votes unknown"},
      {"appointmentOfBoard", "control"},
      {"otherInfluenceOrControl", "influence"},
      {"seniorManagingOfficial", "influence"},
      {"settlor", "influence"},
      {"trustee", "influence"},
      {"protector", "influence"},
      {"beneficiaryOfLegalArrangement", "influence"},
      {"rightsToSurplusAssetsOnDissolution", "shares unknown"},
      {"rightsToProfitOrIncome", "influence"},
      {"rightToProfitOrIncomeFromAssets", "influence"},
      {"enjoymentAndUseOfAssets", "influence"},
      {"rightsGrantedByContract", "influence"},
      {"conditionalRightsGrantedByContract", "influence"},
      {"controlViaCompanyRulesOrArticles", "control"},
      {"controlByLegalFramework", "control"},
      {"boardMember", "director"},
      {"boardChair", "director"},
      {"unknownInterest", "influence"},
      {"unpublishedInterest", "influence"},
      {"nominee", "influence"},
      {"nominator", "influence"},
  };
  for (const auto& [type, kind] : kinds) EXPECT_EQ(mapped(fmt::format(R"({{"type": "{}", "directOrIndirect": "direct"}})", type)), kind) << type;
  EXPECT_EQ(mapped(R"({"type": "appointmentOfBoard", "directOrIndirect": "direct", "share": {"exact": 51}})"), "control");
  EXPECT_EQ(mapped(R"({"type": "appointmentOfBoard", "directOrIndirect": "direct", "share": {"exclusiveMinimum": 50}})"), "control");
  EXPECT_EQ(mapped(R"({"type": "appointmentOfBoard", "directOrIndirect": "direct", "share": {"exact": 50}})"), "influence");
  EXPECT_EQ(mapped(R"({"type": "unknownInterest", "directOrIndirect": "direct", "share": {"exact": 50}})"), "shares 50");
  EXPECT_EQ(mapped(R"({"type": "friendship", "directOrIndirect": "direct"})"), "influence");
}

TEST(Bods, SharesAndDirectness) {
  const auto share = [](std::string_view said) {
    return mapped(fmt::format(R"({{"type": "shareholding", "directOrIndirect": "direct", "share": {}}})", said));
  };
  EXPECT_EQ(share(R"({"exact": 33.3})"), "shares 33.3");
  EXPECT_EQ(share(R"({"minimum": 25, "maximum": 50})"), "shares 25-50");
  EXPECT_EQ(share(R"({"exclusiveMinimum": 25, "maximum": 100})"), "shares >25");
  EXPECT_EQ(share(R"({"minimum": 0, "exclusiveMaximum": 10})"), "shares <10");
  EXPECT_EQ(share(R"({"minimum": 25, "exclusiveMinimum": true, "maximum": 100})"), "shares >25");  // BODS 0.3
  EXPECT_EQ(share(R"({"minimum": 75, "exclusiveMinimum": false, "maximum": 100})"), "shares 75-100");
  EXPECT_EQ(share(R"({"exact": 40, "minimum": 25, "maximum": 50})"), "shares 40");
  for (const auto* wrong : {R"({"exact": 101})", R"({"exact": -1})", R"({"minimum": 60, "maximum": 50})", R"({"exact": "half"})",
                            R"({"exact": 60, "maximum": 50})", R"({"minimum": 50, "exclusiveMaximum": 50})"})
    EXPECT_EQ(share(wrong), "shares unknown") << wrong;
  EXPECT_EQ(mapped(R"({"type": "shareholding", "directOrIndirect": "indirect"})"), "shares indirect unknown");
  EXPECT_EQ(mapped(R"({"type": "shareholding", "directOrIndirect": "unknown"})"), "shares indirect unknown");
  EXPECT_EQ(mapped(R"({"type": "shareholding"})"), "shares indirect unknown");
  // Beside shares the right to what is left is the same property once more; alone it is what stands for shares.
  EXPECT_EQ(mapped(R"({"type": "shareholding", "directOrIndirect": "direct", "share": {"exact": 40}})"), "shares 40");
  const auto both =
      kept("[" + statement("r", "relationship", relation(R"({"type": "shareholding", "directOrIndirect": "direct", "share": {"exact": 40}},
              {"type": "rightsToSurplusAssetsOnDissolution", "directOrIndirect": "direct", "share": {"exact": 40}})")) +
           "]");
  EXPECT_THAT(both.holdings, ElementsAre("bods:Pub/b > bods:Pub/a shares 40", "bods:Pub/b > bods:Pub/a influence"));
}

TEST(Bods, Parties) {
  const auto all = kept("[" + statement("a", "entity", details_of_party(R"(, "name": "Acme", "jurisdiction": {"code": "KZ", "name": "Kazakhstan"},
      "identifiers": [{"scheme": "KZ-BIN", "id": "220340015320"}, {"scheme": "XI-LEI", "id": "5493001KJTIIGC8Y1R12"},
                      {"scheme": "GB-COH", "id": "09446231"}, {"schemeName": "Register of Atlantis", "id": "7707083893"}])")) +
                        "," + statement("t", "entity", R"({"entityType": {"type": "arrangement", "subtype": "trust"}, "name": "A Trust"})") + "," +
                        statement("s", "entity", R"({"entityType": {"type": "state"}, "name": "A State"})") + "," +
                        statement("p", "person", R"({"personType": "knownPerson", "nationalities": [{"code": "GB"}],
      "names": [{"type": "alternative", "fullName": "Jim"}, {"type": "legal", "givenName": "James", "familyName": "Smith"}],
      "identifiers": [{"scheme": "GBR-PASSPORT", "id": "123456789"}]})") +
                        "," + statement("u", "person", R"({"personType": "unknownPerson"})") + "]");
  EXPECT_EQ(all.error, "");
  EXPECT_THAT(all.parties,
              ElementsAre("bods:Pub/a [Acme] Company KZ registration=220340015320 (BIN, checked) lei=5493001KJTIIGC8Y1R12 (LEI, checked) "
                          "registration=09446231 (GB-COH) registration=7707083893 (Register of Atlantis)",
                          "bods:Pub/t [A Trust] LegalEntity arrangement", "bods:Pub/s [A State] PublicBody",
                          "bods:Pub/p [James Smith] Person GB passport=123456789 (passport)", "bods:Pub/u [] Person"));
  EXPECT_EQ(all.summary.published, "2021-06-01");
  EXPECT_EQ(all.summary.publisher, "Pub");
}

TEST(Bods, AShareInUnknownHandsStaysKnown) {
  const auto all = kept(statement("r", "relationship", R"({"subject": "a", "interestedParty": {"reason": "informationUnknownToPublisher"},
    "interests": [{"type": "shareholding", "directOrIndirect": "direct", "share": {"exact": 30}}]})"));
  EXPECT_THAT(all.parties, ElementsAre("bods:Pub/r unspecified [] LegalEntity"));
  EXPECT_THAT(all.holdings, ElementsAre("bods:Pub/r unspecified > bods:Pub/a shares 30"));
  EXPECT_THAT(all.remarks, ElementsAre("1: the record \"a\" is named as a party and described nowhere in the file"));
  const auto none = kept(statement("r", "relationship", R"({"subject": "a", "interestedParty": {"reason": "noBeneficialOwners"}, "interests": []})"));
  EXPECT_THAT(none.holdings, IsEmpty());
}

std::string shares(std::string_view exact, std::string_view from, std::string_view to = "") {
  return fmt::format(R"({{"type": "shareholding", "directOrIndirect": "direct", "share": {{"exact": {}}}, "startDate": "{}"{}}})", exact, from,
                     to.empty() ? "" : fmt::format(R"(, "endDate": "{}")", to));
}
/// The holdings of the statements of one record, in any order.
std::vector<std::string> history(const std::vector<std::string>& statements) {
  std::string text;
  for (const auto& one : statements) text += one + "\n";
  auto all = kept(text);
  EXPECT_EQ(all.error, "");
  for (auto& holding : all.holdings) holding = holding.substr(std::string_view("bods:Pub/b > bods:Pub/a shares ").size());
  std::sort(all.holdings.begin(), all.holdings.end());
  return all.holdings;
}
std::string said(std::string_view date, std::string_view status, std::string_view interests) {
  return statement("r", "relationship", relation(interests), date, status);
}

TEST(Bods, AnUpdateEndsWhatItReplaces) {
  // The new share has a beginning of its own: there the old one ends.
  EXPECT_THAT(history({said("2020-01-01", "new", shares("100", "2019-01-01")), said("2021-03-01", "updated", shares("40", "2021-02-01"))}),
              ElementsAre("100 2019-01-01..2021-02-01", "40 2021-02-01.."));
  // It keeps the beginning of the interest: the share changed on the day of the statement. The order in the file does not matter.
  EXPECT_THAT(history({said("2021-03-01", "updated", shares("40", "2019-01-01")), said("2020-01-01", "new", shares("100", "2019-01-01"))}),
              ElementsAre("100 2019-01-01..2021-03-01", "40 2021-03-01.."));
  EXPECT_THAT(history({said("2020-01-01", "new", shares("100", "2019-01-01")), said("2021-03-01", "updated", shares("40", "2019-01-01")),
                       said("2022-03-01", "updated", shares("40", "2019-01-01")), said("2023-03-01", "closed", shares("40", "2019-01-01"))}),
              ElementsAre("100 2019-01-01..2021-03-01", "40 2021-03-01..2023-03-01"));
  // The same said again is one holding, of the newest statement.
  EXPECT_THAT(history({said("2020-01-01", "new", shares("60", "2019-01-01")), said("2021-03-01", "updated", shares("60", "2019-01-01"))}),
              ElementsAre("60 2019-01-01.."));
  // Not said any more.
  EXPECT_THAT(history({said("2020-01-01", "new", shares("60", "2019-01-01")), said("2021-03-01", "updated", R"({"type": "boardMember"})")}),
              Contains("60 2019-01-01..2021-03-01"));
}

TEST(Bods, ClosingEndsWhatHasNoEnd) {
  EXPECT_THAT(history({said("2020-01-01", "new", shares("60", "2019-01-01")), said("2021-03-01", "closed", shares("60", "2019-01-01"))}),
              ElementsAre("60 2019-01-01..2021-03-01"));
  EXPECT_THAT(history({said("2021-03-01", "closed", shares("60", "2019-01-01", "2020-06-01"))}), ElementsAre("60 2019-01-01..2020-06-01"));
  const auto bare = R"({"statementDate": "2021-03-01", "recordId": "r", "recordStatus": "closed", "recordType": "relationship",
    "publicationDetails": {"publisher": {"name": "Pub"}}})";
  EXPECT_THAT(history({said("2020-01-01", "new", shares("60", "2019-01-01")), bare}), ElementsAre("60 2019-01-01..2021-03-01"));
}

TEST(Bods, AChainIsNotCountedTwice) {
  const auto link = [](std::string_view id, std::string_view owner, std::string_view asset, std::string_view interests, std::string_view more = "") {
    return statement(
        id, "relationship",
        fmt::format(R"({{"isComponent": false, "subject": "{}", "interestedParty": "{}", "interests": [{}]{}}})", asset, owner, interests, more));
  };
  const auto indirect = R"({"type": "shareholding", "directOrIndirect": "indirect", "share": {"exact": 30}})";
  const auto direct = R"({"type": "shareholding", "directOrIndirect": "direct", "share": {"exact": 60}})";
  const auto untold = R"({"directOrIndirect": "unknown"})";
  const auto components = R"(, "componentRecords": ["m", "x", "y"])";
  const std::string middle = statement("m", "entity", details_of_party(""));
  const std::string x = link("x", "m", "a", direct);
  const auto holdings = [&](const std::vector<std::string>& statements) {
    auto all = kept(fmt::format("[{}]", fmt::join(statements, ",")));
    EXPECT_EQ(all.error, "");
    return all.holdings;
  };
  const std::string told = "bods:Pub/b > bods:Pub/a shares indirect 30";
  EXPECT_THAT(holdings({middle, x, link("y", "b", "m", direct), link("z", "b", "a", indirect, components)}), Not(Contains(told)));
  // A component that is not in the file, has ended, or does not say how much: then only the whole tells it.
  EXPECT_THAT(holdings({middle, x, link("z", "b", "a", indirect, components)}), Contains(told));
  EXPECT_THAT(holdings({x, link("y", "b", "m", direct), link("z", "b", "a", indirect, components)}), Contains(told));
  EXPECT_THAT(holdings({middle, x, link("y", "b", "m", untold), link("z", "b", "a", indirect, components)}), Contains(told));
  // What is held directly beside the chain is told by no component.
  const auto both = holdings({middle, x, link("y", "b", "m", direct), link("z", "b", "a", std::string(indirect) + "," + direct, components)});
  EXPECT_THAT(both, Contains("bods:Pub/b > bods:Pub/a shares 60"));
  EXPECT_THAT(both, Not(Contains(told)));
}

TEST(Bods, DaysThatContradict) {
  const auto all = kept("[" + said("2020-01-01", "new", shares("60", "2019-05-01", "2019-04-01")) + "]");
  EXPECT_THAT(all.holdings, ElementsAre("bods:Pub/b > bods:Pub/a shares 60"));
  EXPECT_THAT(all.remarks, Contains(HasSubstr("ends on 2019-04-01, before it begins on 2019-05-01")));
}

TEST(Bods, PublishersKeepTheirNumbersApart) {
  auto two = statement("a", "entity", details_of_party(R"(, "name": "One")")) + statement("a", "entity", details_of_party(R"(, "name": "Two")"));
  two.replace(two.rfind("\"Pub\""), 5, "\"Other\"");
  EXPECT_THAT(kept(two).parties, ElementsAre("bods:Pub/a [One] Company", "bods:Other/a [Two] Company"));
  // Without a publisher the file's name stands for him.
  EXPECT_THAT(kept(R"({"recordId": "1", "recordType": "person", "recordDetails": {}})", "folder/x.json").parties,
              ElementsAre("bods:x.json/1 [] Person"));
}

TEST(Bods, StructureThatIsBrokenIsAnErrorWithItsLine) {
  const auto error = [](std::string_view text) { return kept(text, "x.json").error; };
  EXPECT_EQ(error("[\n{\"recordType\": \"person\",\n\"recordDetails\": {}}]"), "x.json:2: the statement has no \"recordId\", expected a text");
  EXPECT_EQ(error("{\"recordId\": \"1\", \"recordType\": \"ship\"}"),
            "x.json:1: the statement of \"1\" has the recordType \"ship\", expected entity, person or relationship");
  EXPECT_EQ(error("{\"recordId\": \"1\",\n\"recordType\": \"relationship\", \"recordDetails\": {\"subject\": \"a\",\n\"interestedParty\": 7}}"),
            "x.json:3: the relationship has no \"interestedParty\", expected a recordId or an object with a reason");
  EXPECT_EQ(error("[{\"recordId\": \"1\", \"recordType\": \"person\", \"recordDetails\": {}},\n]"),
            "x.json:2: expected a statement, which is a JSON object");
  EXPECT_EQ(error("[{\"recordId\": \"1\", \"recordType\": \"person\", \"recordDetails\": {}}\n"),
            "x.json:2: the list of statements never ends; is the file cut off?");
  EXPECT_EQ(error("[{\"recordId\": \"1\", \"recordType\": \"person\", \"recordDetails\": {}}]\n{}"), "x.json:2: text follows the list of statements");
  EXPECT_EQ(error("{\"recordId\": \"1\"}\n{\"recordId\": \"2\""),
            "x.json:1: the statement of \"1\" has the recordType \"\", expected entity, person or relationship");
  EXPECT_THAT(error(R"([{"statementID": "1", "statementType": "personStatement"}])"), HasSubstr("is of BODS 0.3 or older"));
}

TEST(Bods, CutOffAnywhereIsSafe) {
  const auto text =
      statement("a", "entity", details_of_party(R"(, "name": "A \" B\\")")) + "\n" + said("2020-01-01", "new", shares("60", "2019")) + "\n";
  expect_cuts_are_safe(text);
  expect_cuts_are_safe("[" + said("2020-01-01", "new", shares("60", "2019-05")) + "]");
}

// FollowTheMoney. --------------------------------------------------------------------------------------------------

TEST(Ftm, PartiesAndRelations) {
  const auto all = kept(R"({"id":"c1","caption":"ООО Ромашка","schema":"Company","properties":{"name":["ООО Ромашка"],)"
                        R"("jurisdiction":["ru"],"innCode":["7707083893"]},"datasets":["ru_egrul"],"last_change":"2026-05-04T10:00:00"}
{"id":"p1","schema":"Person","caption":"Jim","properties":{"nationality":["gb"]},"datasets":["ru_egrul"]}
{"id":"t1","schema":"LegalEntity","caption":"Some Trust","properties":{"legalForm":["Discretionary Trust"]},"datasets":["ru_egrul"]}
{"id":"o1","schema":"Ownership","properties":{"owner":["p1"],"asset":["c1"],"percentage":["51%"],"startDate":["2019"],)"
                        R"("endDate":["2019-02"]},"datasets":["ru_egrul"]}
{"id":"o2","schema":"Ownership","properties":{"owner":["p1"],"asset":["c1"],"percentage":[">50"],"role":["Indirect shareholder"]}}
{"id":"o3","schema":"Ownership","properties":{"owner":["p1","t1"],"asset":["c1"],"percentage":["30","25-50"]}}
{"id":"d1","schema":"Directorship","properties":{"director":["p1"],"organization":["c1"]}}
{"id":"e1","schema":"Employment","properties":{"employee":["p1"],"employer":["c1"]}}
{"id":"f1","schema":"Family","properties":{"person":["p1"],"relative":["p2"]}}
{"id":"u1","schema":"UnknownLink","properties":{"subject":["p1"],"object":["c1"],"role":["controls"]}}
{"id":"r1","schema":"Representation","properties":{"agent":["p1"],"client":["c1"]}}
{"id":"u2","schema":"UnknownLink","properties":{"subject":["p1"],"object":["c1"]}}
{"id":"m1","schema":"Membership","properties":{"member":["p1"],"organization":["c1"]}}
{"id":"s1","schema":"Sanction","properties":{"entity":["p1"]}}
)");
  EXPECT_EQ(all.error, "");
  EXPECT_THAT(all.parties, ElementsAre("c1 [ООО Ромашка] Company RU registration=7707083893 (INN, checked)", "p1 [Jim] Person GB",
                                       "t1 [Some Trust] LegalEntity arrangement"));
  EXPECT_THAT(all.holdings,
              ElementsAre("p1 > c1 shares 51 2019-01-01..2019-02-28 (ru_egrul)", "p1 > c1 shares indirect >50", "p1 > c1 shares 25-50",
                          "t1 > c1 shares 25-50", "p1 > c1 director", "p1 > c1 staff", "p1 > p2 family", "p1 > c1 influence", "p1 > c1 influence"));
  EXPECT_THAT(all.remarks, ElementsAre(HasSubstr("6: says several percentages"),
                                       "0: 1 Membership records do not tell who owns or controls whom; they are not read",
                                       "0: 1 UnknownLink without a role records do not tell who owns or controls whom; they are not read"));
  EXPECT_EQ(all.summary.format, Format::ftm);
  EXPECT_EQ(all.summary.published, "2026-05-04");
  EXPECT_EQ(all.summary.publisher, "ru_egrul");
}

TEST(Ftm, RemarksAndErrors) {
  const auto all = kept(R"({"id":"o1","schema":"Ownership","properties":{"owner":["p1"],"asset":["c1"],"percentage":["a lot"],)"
                        R"("startDate":["2020-05-01"],"endDate":["2019-05-01"]}}
{"id":"o2","schema":"Ownership","properties":{"owner":["p1"],"percentage":["150"]}}
)");
  EXPECT_THAT(all.holdings, ElementsAre("p1 > c1 shares unknown"));
  EXPECT_THAT(all.remarks, ElementsAre(HasSubstr("1: the share \"a lot\" cannot be read"), HasSubstr("1: ends on 2019-05-01, before it begins"),
                                       "2: the Ownership \"o2\" has no asset; it is no holding"));
  EXPECT_THAT(kept("{\"id\":\"1\",\"schema\":\"Company\"}\n\nnonsense\n", "x.json").error, HasSubstr("x.json:3: "));
  EXPECT_EQ(kept("{\"schema\":\"Company\"}\n", "x.json").error, "x.json:1: the entity has no \"id\"");
}

TEST(Ftm, ADoubleRecordIsHandedOnTwice) {
  const std::string_view line = "{\"id\":\"c1\",\"caption\":\"C\",\"schema\":\"Company\"}\n";
  EXPECT_EQ(kept(std::string(line) + std::string(line)).parties.size(), 2U);
}

TEST(Ftm, CutOffAnywhereIsSafe) {
  expect_cuts_are_safe(
      "{\"schema\":\"Company\",\"id\":\"c1\"}\n{\"schema\":\"Ownership\",\"id\":\"o\",\"properties\":{\"owner\":[\"p\"],\"asset\":[\"c1\"]}}\n");
}

// GLEIF. -----------------------------------------------------------------------------------------------------------

/// A table with all its fields in quotes, as GLEIF's golden copy has them; here a bar stands between two.
std::string golden_copy(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '|') {
      out += "\",\"";
    } else if (c == '\n') {
      out += "\"\n\"";
    } else {
      out += c;
    }
  }
  out.pop_back();
  return out;
}

// Records of rr-data.xml and rr-updates-data2.xml of the real fixtures, written as the golden copy's CSV has them; the last four are made up.
const std::string kLevel2 = golden_copy(
    "Relationship.StartNode.NodeID|Relationship.StartNode.NodeIDType|Relationship.EndNode.NodeID|"
    "Relationship.EndNode.NodeIDType|Relationship.RelationshipType|Relationship.RelationshipStatus|"
    "Relationship.Period.1.startDate|Relationship.Period.1.endDate|Relationship.Period.1.periodType|"
    "Relationship.Period.2.startDate|Relationship.Period.2.endDate|Relationship.Period.2.periodType|"
    "Relationship.Quantifiers.1.MeasurementMethod|Relationship.Quantifiers.1.QuantifierAmount|"
    "Relationship.Quantifiers.1.QuantifierUnits|Registration.LastUpdateDate|Registration.RegistrationStatus\n"
    "001GPB6A9XPE8XJICC14|LEI|5493001Z012YSB2A0K51|LEI|IS_FUND-MANAGED_BY|ACTIVE|2012-11-29T00:00:00.000Z||"
    "RELATIONSHIP_PERIOD|||||||2023-05-18T15:41:20.212Z|PUBLISHED\n"
    "097900BHF50000076475|LEI|549300JB1P61FUTPEZ75|LEI|IS_DIRECTLY_CONSOLIDATED_BY|ACTIVE|2022-01-01T08:00:00+01:00|"
    "2022-12-31T08:00:00+01:00|ACCOUNTING_PERIOD|2022-10-24T08:00:00+02:00||RELATIONSHIP_PERIOD||||"
    "2023-06-25T08:30:56.059+02:00|PUBLISHED\n"
    "2138002YAB7Z9KO21397|LEI|984500501A1B1045PB30|LEI|IS_DIRECTLY_CONSOLIDATED_BY|ACTIVE|2019-06-30T00:00:00Z||"
    "RELATIONSHIP_PERIOD||||ACCOUNTING_CONSOLIDATION|100.00|PERCENTAGE|2023-06-25T08:30:56.059+02:00|PUBLISHED\n"
    "097900BJGO0000201513|LEI|9845002B9874D50A4531|LEI|IS_ULTIMATELY_CONSOLIDATED_BY|ACTIVE|2014-11-06T00:00:00Z||"
    "RELATIONSHIP_PERIOD||||ACCOUNTING_CONSOLIDATION|1.00|PERCENTAGE|2023-06-25T08:30:56.059+02:00|PUBLISHED\n"
    "097900BJGO0000201513|LEI|549300JB1P61FUTPEZ75|LEI|IS_INTERNATIONAL_BRANCH_OF|INACTIVE||||||||||"
    "2023-06-26T08:30:56.059+02:00|LAPSED\n"
    "097900BJGO0000201513|LEI|549300JB1P61FUTPEZ75|LEI|IS_FEEDER_TO|ACTIVE|||||||||||PUBLISHED\n"
    "097900BJGO0000201513|LEI|549300JB1P61FUTPEZ75|LEI|IS_DIRECTLY_CONSOLIDATED_BY|ACTIVE|||||||||||ANNULLED\n"
    "097900BJGO0000201514|LEI|549300JB1P61FUTPEZ75|LEI|IS_COUSIN_OF|ACTIVE|||||||||||PUBLISHED\n");

TEST(Gleif, Level2) {
  const auto all = kept(kLevel2, "rr.csv");
  EXPECT_EQ(all.error, "");
  EXPECT_EQ(all.summary.format, Format::gleif);
  EXPECT_EQ(all.summary.publisher, "GLEIF");
  EXPECT_EQ(all.summary.published, "2023-06-26");
  EXPECT_THAT(all.holdings, ElementsAre("lei:5493001Z012YSB2A0K51 > lei:001GPB6A9XPE8XJICC14 influence 2012-11-29..",
                                        "lei:549300JB1P61FUTPEZ75 > lei:097900BHF50000076475 control 2022-10-24..",
                                        "lei:549300JB1P61FUTPEZ75 > lei:097900BHF50000076475 shares unknown 2022-10-24..",
                                        "lei:984500501A1B1045PB30 > lei:2138002YAB7Z9KO21397 control 2019-06-30..",
                                        "lei:984500501A1B1045PB30 > lei:2138002YAB7Z9KO21397 shares 100 2019-06-30..",
                                        "lei:9845002B9874D50A4531 > lei:097900BJGO0000201513 control indirect 2014-11-06..",
                                        "lei:9845002B9874D50A4531 > lei:097900BJGO0000201513 shares indirect unknown 2014-11-06..",
                                        "lei:549300JB1P61FUTPEZ75 > lei:097900BJGO0000201513 control ..2023-06-26",
                                        "lei:549300JB1P61FUTPEZ75 > lei:097900BJGO0000201513 shares 100 ..2023-06-26",
                                        "lei:097900BJGO0000201513 > lei:549300JB1P61FUTPEZ75 influence",
                                        "lei:549300JB1P61FUTPEZ75 > lei:097900BJGO0000201514 influence"));
  EXPECT_THAT(all.remarks, ElementsAre("5: the percentage \"1.00\" of a consolidated company may be a fraction; kept as unknown",
                                       "6: is INACTIVE without an end; taken to have ended when it was updated, on 2023-06-26",
                                       "8: the record is ANNULLED: GLEIF withdrew it; it is no holding",
                                       "9: \"LEI 097900BJGO0000201514 has a wrong check digit\"; kept as it stands",
                                       "9: the relationship \"IS_COUSIN_OF\" is not known; taken as influence of the end node"));
  EXPECT_THAT(all.parties, Contains("lei:001GPB6A9XPE8XJICC14 [] LegalEntity lei=001GPB6A9XPE8XJICC14 (LEI, checked)"));
  EXPECT_EQ(kept(kLevel2, "20230606-0800-rr.csv").summary.published, "2023-06-06");
}

// Records of lei-data.xml and lei-updates-data2.xml of the real fixtures.
const std::string kLevel1 = golden_copy(
    "LEI|Entity.LegalName|Entity.LegalAddress.Country|Entity.RegistrationAuthority.RegistrationAuthorityID|"
    "Entity.RegistrationAuthority.RegistrationAuthorityEntityID|Entity.EntityCategory\n"
    "001GPB6A9XPE8XJICC14|Fidelity Advisor Leveraged Company Stock Fund|US|RA888888|S000005113|FUND\n"
    "097900BHF50000076475|VÚB Generali dôchodková správcovská spoločnosť, a.s.|SK|RA000526|35903058|GENERAL\n");

TEST(Gleif, Level1) {
  const auto all = kept(kLevel1);
  EXPECT_EQ(all.error, "");
  EXPECT_THAT(all.parties, ElementsAre("lei:001GPB6A9XPE8XJICC14 [Fidelity Advisor Leveraged Company Stock Fund] LegalEntity US "
                                       "lei=001GPB6A9XPE8XJICC14 (LEI, checked) registration=S000005113 (RA888888)",
                                       "lei:097900BHF50000076475 [VÚB Generali dôchodková správcovská spoločnosť, a.s.] LegalEntity SK "
                                       "lei=097900BHF50000076475 (LEI, checked) registration=35903058 (RA000526)"));
  EXPECT_THAT(all.remarks, IsEmpty());
}

TEST(Gleif, CutOffAnywhereIsSafe) {
  expect_cuts_are_safe(kLevel2);
  expect_cuts_are_safe(kLevel1);
  EXPECT_THAT(kept(std::string_view(kLevel2).substr(0, kLevel2.size() - 20)).error, HasSubstr("truncated"));
  std::string without(kLevel2);
  without.replace(without.find("EndNode.NodeID\""), 14, "EndNode.Other");
  EXPECT_EQ(kept(without, "x.csv").error, "x.csv:1: the column \"Relationship.EndNode.NodeID\" is missing");
}

// Recognition. -----------------------------------------------------------------------------------------------------

TEST(Recognise, ByContentAlone) {
  const auto format = [](std::string_view text) {
    const auto found = recognise(NamedBytes{"any", std::string(text)});
    return found ? format_name(*found) : "none";
  };
  EXPECT_EQ(format("\xEF\xBB\xBF [ {\"statementId\": \"schema\"} ]"), "bods");
  EXPECT_EQ(format("{\"recordId\": 1}"), "bods");
  EXPECT_EQ(format("{\"id\": \"recordType\", \"schema\": \"Person\"}"), "ftm");
  EXPECT_EQ(format("{\"properties\": {\"recordType\": [\"x\"]}, \"schema\": \"Person\"}"), "ftm");
  EXPECT_EQ(format(kLevel1), "gleif");
  EXPECT_EQ(format(kLevel2), "gleif");
  EXPECT_EQ(format("<?xml version=\"1.0\"?><!-- <x> --><rr:RelationshipData xmlns:rr=\"x\"/>"), "gleif");
  EXPECT_EQ(format("<repex:ReportingExceptionData/>"), "none");
  EXPECT_EQ(format("share,owner,ASSET\n"), "csv");
  EXPECT_EQ(format("owner;asset;share\n"), "none");
  EXPECT_EQ(format("[]"), "none");
  EXPECT_EQ(format(""), "none");
}

TEST(Read, TellsItsProgress) {
  std::string text = "owner,asset,share\n";
  while (text.size() < 5'000'000) text += "A,B,50\n";
  std::vector<std::size_t> told;
  Keeping all;
  const auto summary = read(NamedBytes{"x_2026-05-01.csv", text}, all, [&](std::size_t bytes) { told.push_back(bytes); });
  ASSERT_TRUE(summary);
  EXPECT_EQ(summary->published, "2026-05-01");
  EXPECT_GE(told.size(), 5U);
  EXPECT_TRUE(std::is_sorted(told.begin(), told.end()));
  EXPECT_EQ(told.back(), text.size());
}

// Real files. ------------------------------------------------------------------------------------------------------

const std::string kShared = std::string(TAMGA_SOURCE_DIR) + "/../shared/data/ownership/";

/// The files of a tar (POSIX ustar), whose blocks are of 512 bytes.
std::vector<NamedBytes> files_of(const std::string& archive) {
  std::vector<NamedBytes> files;
  const auto unpacked = read_unpacked(kShared + archive);
  EXPECT_TRUE(unpacked) << unpacked.error().text();
  if (!unpacked) return files;
  const std::string_view tar = unpacked->front().bytes;
  const auto cell = [&](std::size_t at, std::size_t size) { return std::string(tar.substr(at, size).data(), strnlen(tar.data() + at, size)); };
  std::string long_name;
  for (std::size_t at = 0; at + 512 <= tar.size() && tar[at] != '\0';) {
    std::size_t size = 0;
    const std::string octal = cell(at + 124, 12);
    std::from_chars(octal.data(), octal.data() + octal.size(), size, 8);
    const std::string prefix = cell(at + 345, 155);
    const std::string name = !long_name.empty() ? long_name : prefix.empty() ? cell(at, 100) : prefix + "/" + cell(at, 100);
    // A name of more than 100 bytes stands in an extended header of its own before the file: "98 path=tests/…" and a line end.
    const std::string extended = tar[at + 156] == 'x' ? std::string(tar.substr(at + 512, size)) : "";
    const auto path = extended.find("path=");
    long_name = path == std::string::npos ? "" : extended.substr(path + 5, extended.find('\n', path) - path - 5);
    if (tar[at + 156] == '0') files.push_back({name, std::string(tar.substr(at + 512, size))});
    at += 512 + (size + 511) / 512 * 512;
  }
  return files;
}

TEST(RealFiles, TheExamplesOfTheStandard) {
  if (!std::filesystem::exists(kShared)) GTEST_SKIP() << "../shared/data is not here";
  std::map<std::string, Kept> all;
  for (const auto& file : files_of("bods_0.4_examples.tar.gz")) {
    auto one = kept(file.bytes, file.name);
    EXPECT_EQ(one.error, "");
    EXPECT_FALSE(one.parties.empty()) << file.name;
    all.emplace(file.name.substr(file.name.rfind('/') + 1), std::move(one));
  }
  EXPECT_EQ(all.size(), 19U);
  // A company in three owners' hands over the years; read by eye in the file.
  const std::string maria = "bods:Company Register, Delaware/018AF6B3EB > bods:Company Register, Delaware/01B68D7633 ";
  EXPECT_THAT(all.at("tecido.json").holdings, testing::IsSupersetOf({maria + "shares 100 2002-03-09..2021-09-24 (Maria Esteves)",
                                                                     maria + "shares 40 2021-09-24..2022-09-21 (Faith & Richards Associates)",
                                                                     maria + "shares 30 2022-09-21..2023-03-03 (Faith & Richards Associates)",
                                                                     maria + "director 2002-03-09..2023-03-03 (Faith & Richards Associates)"}));
  EXPECT_EQ(all.at("tecido.json").holdings.size(), 13U);
  // Beside the chain through Company B the person holds 50 % himself.
  EXPECT_THAT(all.at("mixed-direct-and-indirect-ownership.json").holdings,
              Contains("bods:Companies House/53508b65253f > bods:Companies House/9bfe59b6a869 shares 50 2019-05-01.. (Company A)"));
}

TEST(RealFiles, TheFixturesOfTheValidator) {
  if (!std::filesystem::exists(kShared)) GTEST_SKIP() << "../shared/data is not here";
  int good = 0;
  int bad = 0;
  for (const auto& file : files_of("bods_0.4_libcove_fixtures.tar.gz")) {
    if (!file.name.ends_with(".json")) continue;
    const auto one = kept(file.bytes, file.name);
    EXPECT_THAT(one.error, Not(HasSubstr("\n")));
    (one.error.empty() ? good : bad) += 1;
    const bool valid = file.name.find("invalid") == std::string::npos;
    EXPECT_TRUE(!valid || one.error.empty()) << one.error;
    EXPECT_TRUE(!one.error.empty() || !one.parties.empty() || !one.holdings.empty() || !one.remarks.empty()) << file.name;
  }
  EXPECT_EQ(bad, 23);
  EXPECT_GT(good, 300);
}

TEST(RealFiles, ThreeHundredStatements) {
  if (!std::filesystem::exists(kShared)) GTEST_SKIP() << "../shared/data is not here";
  const auto files = read_unpacked(kShared + "bods_0.4_sample_300_statements.json.gz");
  ASSERT_TRUE(files);
  const auto all = kept(files->front().bytes, files->front().name);
  // python3: s = json.load(…); Counter(x["recordType"] for x in s) is 100 entity, 100 person, 100 relationship, each with a recordId of its own;
  // Counter((i["type"], i["directOrIndirect"], i["share"]["exact"]) for each interest) is 100 times (shareholding, direct, 100).
  EXPECT_EQ(all.error, "");
  EXPECT_EQ(all.parties.size(), 200U);
  EXPECT_EQ(all.holdings.size(), 100U);
  EXPECT_TRUE(
      std::all_of(all.holdings.begin(), all.holdings.end(), [](const std::string& h) { return h.find(" shares 100 20") != std::string::npos; }));
  EXPECT_EQ(std::count_if(all.parties.begin(), all.parties.end(), [](const std::string& p) { return p.find("] Person") != std::string::npos; }), 100);
  EXPECT_THAT(all.remarks, IsEmpty());
  EXPECT_EQ(all.summary.published, "2020-03-04");
  EXPECT_EQ(all.summary.publisher, "Profitech Ltd");
  // A list, lines and objects one after the other say the same.
  std::string lines = files->front().bytes.substr(1);
  lines.resize(lines.rfind(']'));
  for (auto at = lines.find("\n  },\n"); at != std::string::npos; at = lines.find("\n  },\n", at)) lines[at + 4] = ' ';
  EXPECT_EQ(kept(lines, files->front().name).holdings, all.holdings);
}

TEST(RealFiles, Gleif) {
  if (!std::filesystem::exists(kShared)) GTEST_SKIP() << "../shared/data is not here";
  std::map<std::string, Kept> all;
  for (const auto& file : files_of("gleif_lei_rr_repex_fixtures.tar.gz")) {
    auto one = kept(file.bytes, file.name);
    EXPECT_THAT(one.error, Not(HasSubstr("\n")));
    const bool read = file.name.ends_with(".xml") && file.name.find("repex") == std::string::npos;
    EXPECT_EQ(one.error.empty(), read) << file.name << one.error;
    if (read) all.emplace(file.name.substr(file.name.rfind('/') + 1), std::move(one));
  }
  EXPECT_EQ(all.size(), 6U);
  // grep -c "<lei:LEIRecord "
  EXPECT_EQ(all.at("lei-data.xml").parties.size(), 13U);
  EXPECT_EQ(all.at("lei-updates-data2.xml").parties.size(), 12U);
  // grep -o "RelationshipType>[A-Z_-]*" rr-data.xml | sort | uniq -c: a direct parent is two holdings, all others are one, and one more where an
  // ultimate parent has a percentage.
  EXPECT_EQ(all.at("rr-data.xml").holdings.size(), 11U);
  EXPECT_EQ(all.at("rr-updates-data2.xml").holdings.size(), 18U);
  EXPECT_EQ(all.at("rr-updates-data2.xml").summary.published, "2023-11-06");
  EXPECT_THAT(all.at("rr-updates-data2.xml").holdings, Contains("lei:549300JB1P61FUTPEZ75 > lei:097900BHF50000076475 control 2022-10-24.."));
}

}  // namespace
}  // namespace tamga::registers
