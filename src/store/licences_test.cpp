#include "store/licences.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store/backends_test.h"

namespace tamga::store {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr const char* kNow = "2026-11-26T10:00:00Z";

class LicencesTest : public ::testing::Test {
 protected:
  void SetUp() override { store_.emplace(Store::open(place_.place()).value()); }
  void TearDown() override { store_.reset(); }
  Licences licences() { return Licences(*store_); }
  static StoredLicence licence(std::int64_t most = 1000) {
    StoredLicence made;
    made.number = "L 1";
    made.from = "2026-01-01";
    made.to = "2026-12-31";
    made.record = R"({"number":"L 1"})";
    made.caps = {{"quantity pcs", most, 0}, {"value EUR", 50, 0}};
    return made;
  }
  static ByWhom decided(std::string decision) { return {{}, std::move(decision), {}, {}, {}}; }
  static ByWhom approved() { return {"prop-1", {}, "Aslan", "Gulnara", "the authority wrote"}; }
  std::string draw(const std::string& deal, std::int64_t amount, const std::string& decision) {
    return error(licences().draw("L 1", deal, {{"quantity pcs", amount}}, decided(decision), kNow));
  }
  std::int64_t used() { return licences().find("L 1").value()->caps[0].used; }
  static std::string error(const Status& status) { return status ? "done" : status.error().text(); }
  template <typename T>
  static std::string error(const Result<T>& result) {
    return result ? "done" : result.error().text();
  }
  /// What the database itself says, as to somebody who goes round the program.
  std::string run_sql(const std::string& sql) { return place_.run_sql(sql); }
  std::vector<std::string> damage() {
    std::vector<std::string> texts;
    const auto verification = store_->verify();
    EXPECT_TRUE(verification.has_value());
    for (const auto& found : verification->damage) texts.push_back(found.what);
    return texts;
  }

  TestPlace place_{"licences"};
  std::optional<Store> store_;
};

TEST_F(LicencesTest, DrawsReturnsAndDrawsAgainToTheLastUnit) {
  ASSERT_EQ(error(licences().add(licence(), approved(), kNow)), "done");
  EXPECT_THAT(error(licences().add(licence(), approved(), kNow)), HasSubstr("recorded already"));
  EXPECT_EQ(draw("D-1", 600, "dec-1"), "done");
  EXPECT_THAT(draw("D-1", 1, "dec-2"), HasSubstr("uses the licence L 1 already"));
  EXPECT_THAT(draw("D-2", 401, "dec-3"), HasSubstr("not enough is left"));
  EXPECT_EQ(draw("D-2", 400, "dec-4"), "done");
  EXPECT_EQ(used(), 1000);
  EXPECT_THAT(error(licences().draw("L 1", "D-3", {{"weight", 1}}, decided("dec-5"), kNow)), HasSubstr("has no cap \"weight\""));
  EXPECT_THAT(error(licences().draw("L 2", "D-3", {}, decided("dec-5"), kNow)), HasSubstr("there is no licence L 2"));
  const auto uses = licences().uses("L 1", "D-1").value();
  ASSERT_EQ(uses.size(), 1U);
  EXPECT_EQ(error(licences().give_back(uses[0].sequence, decided("dec-6"), kNow)), "done");
  EXPECT_THAT(error(licences().give_back(uses[0].sequence, decided("dec-6"), kNow)), HasSubstr("no open use"));
  EXPECT_EQ(used(), 400);
  EXPECT_EQ(draw("D-1", 600, "dec-7"), "done");
  EXPECT_THAT(damage(), IsEmpty());
}

TEST_F(LicencesTest, ARefusedDrawLeavesNothing) {
  ASSERT_EQ(error(licences().add(licence(), approved(), kNow)), "done");
  const auto before = store_->head().value();
  const auto two = licences().draw("L 1", "D-1", {{"quantity pcs", 10}, {"value EUR", 51}}, decided("dec-1"), kNow);
  EXPECT_THAT(error(two), HasSubstr("(value EUR)"));
  EXPECT_EQ(store_->head()->sequence, before.sequence);
  EXPECT_EQ(used(), 0);
}

TEST_F(LicencesTest, AmendingChangesHowMuchAndNotWhatIsCounted) {
  ASSERT_EQ(error(licences().add(licence(), approved(), kNow)), "done");
  StoredLicence other = licence();
  other.caps = {{"quantity kg", 10, 0}};
  EXPECT_EQ(error(licences().amend(other, approved(), kNow)), "done") << "nothing was counted yet";
  EXPECT_EQ(error(licences().amend(licence(), approved(), kNow)), "done");
  EXPECT_EQ(draw("D-1", 600, "dec-1"), "done");
  EXPECT_THAT(error(licences().amend(other, approved(), kNow)), HasSubstr("not what they count"));
  StoredLicence lower = licence(500);
  lower.to = "2026-11-30";
  EXPECT_EQ(error(licences().amend(lower, approved(), kNow)), "done");
  const auto now = licences().find("L 1").value().value();
  EXPECT_EQ(now.amendments, 3);
  EXPECT_EQ(now.to, "2026-11-30");
  EXPECT_EQ(now.caps[0], (LicenceCap{"quantity pcs", 500, 600})) << "an authority may lower a cap below what is used";
  EXPECT_THAT(draw("D-2", 1, "dec-2"), HasSubstr("not enough is left"));
  EXPECT_THAT(damage(), IsEmpty());
}

TEST_F(LicencesTest, RevokingReopensWhatIsNotShipped) {
  ASSERT_EQ(error(licences().add(licence(), approved(), kNow)), "done");
  EXPECT_EQ(draw("D-1", 100, "dec-1"), "done");
  EXPECT_EQ(draw("D-2", 200, "dec-2"), "done");
  EXPECT_EQ(draw("D-3", 300, "dec-3"), "done");
  EXPECT_THAT(error(licences().ship("D-9", approved(), kNow)), HasSubstr("no licence is used for the deal D-9"));
  EXPECT_EQ(error(licences().ship("D-2", approved(), kNow)), "done");
  EXPECT_THAT(error(licences().ship("D-2", approved(), kNow)), HasSubstr("already"));
  const auto shipped = licences().uses("L 1", "D-2").value();
  EXPECT_THAT(error(licences().give_back(shipped[0].sequence, approved(), kNow)), HasSubstr("stays used"));
  const auto deals = licences().revoke("L 1", approved(), kNow);
  ASSERT_TRUE(deals) << deals.error().text();
  EXPECT_THAT(*deals, ElementsAre("D-1", "D-3"));
  EXPECT_EQ(used(), 200);
  EXPECT_THAT(draw("D-4", 1, "dec-4"), HasSubstr("is revoked"));
  EXPECT_THAT(error(licences().amend(licence(), approved(), kNow)), HasSubstr("is revoked"));
  EXPECT_THAT(error(licences().revoke("L 1", approved(), kNow)), HasSubstr("already"));
  ASSERT_TRUE(store_->append("decision", "dec-5", kNow, R"({"decision":"{\"deal\":\"D-3\"}"})"));
  const auto reopened = licences().reopened().value();
  ASSERT_EQ(reopened.size(), 2U);
  EXPECT_EQ(reopened[0].deal + reopened[0].decision, "D-1");
  EXPECT_EQ(reopened[1].deal + " " + reopened[1].decision, "D-3 dec-5");
  EXPECT_THAT(damage(), IsEmpty());
}

TEST_F(LicencesTest, TheDatabaseItselfRefuses) {
  ASSERT_EQ(error(licences().add(licence(), approved(), kNow)), "done");
  EXPECT_EQ(draw("D-1", 600, "dec-1"), "done");
  const std::string sequence = std::to_string(licences().uses("L 1", "D-1").value()[0].sequence);
  const std::string use = "INSERT INTO licence_uses VALUES(90, 'L 1', 'D-2', 'dec-x', 'open', NULL);";
  EXPECT_EQ(run_sql("BEGIN;" + use + "INSERT INTO licence_draws VALUES(90, 'quantity pcs', 401)"), "not enough is left of the licence");
  EXPECT_EQ(run_sql("UPDATE licence_caps SET used = 1001 WHERE cap = 'quantity pcs'"), "not enough is left of the licence");
  EXPECT_THAT(run_sql("INSERT INTO licence_draws VALUES(" + sequence + ", 'value EUR', -1)"),
              HasSubstr(over_postgresql() ? "violates check constraint" : "CHECK constraint failed"));
  EXPECT_EQ(run_sql("BEGIN;" + use + "INSERT INTO licence_draws VALUES(90, 'weight', 1)"), "a draw is of an open use and of a cap of its licence");
  EXPECT_THAT(run_sql("INSERT INTO licence_uses VALUES(91, 'L 1', 'D-1', 'dec-x', 'open', NULL)"),
              HasSubstr(over_postgresql() ? "violates unique constraint" : "UNIQUE constraint failed"));
  EXPECT_EQ(run_sql("UPDATE licence_draws SET amount = 1"), "draws are never changed");
  EXPECT_EQ(run_sql("DELETE FROM licence_draws"), "draws are never removed");
  EXPECT_EQ(run_sql("DELETE FROM licence_uses"), "uses of licences are never removed");
  EXPECT_EQ(run_sql("UPDATE licence_uses SET deal = 'D-7', state = 'returned', ended = 1"), "a use ends once, and nothing else of it changes");
  EXPECT_EQ(run_sql("DELETE FROM licence_caps"), "the caps of a licence that was used stay");
  EXPECT_EQ(run_sql("DELETE FROM licences"), "licences are never removed");
  EXPECT_EQ(error(licences().ship("D-1", approved(), kNow)), "done");
  EXPECT_EQ(run_sql("UPDATE licence_uses SET state = 'returned', ended = 1"), "what was shipped is not given back");
  ASSERT_TRUE(licences().revoke("L 1", approved(), kNow));
  EXPECT_EQ(run_sql(use), "only a licence in force is used");
  EXPECT_EQ(run_sql("UPDATE licences SET state = 'active'"), "a revoked licence does not change");
  EXPECT_THAT(damage(), IsEmpty());
}

TEST_F(LicencesTest, WhatTheLedgerDidNotSayIsFound) {
  ASSERT_EQ(error(licences().add(licence(), approved(), kNow)), "done");
  EXPECT_EQ(draw("D-1", 600, "dec-1"), "done");
  // A balance set back, a licence made longer, a use that nothing recorded: no trigger can know these.
  EXPECT_EQ(run_sql("UPDATE licence_caps SET used = 0 WHERE cap = 'quantity pcs'"), "done");
  EXPECT_THAT(damage(), ElementsAre("licence L 1: differs from what the ledger recorded"));
  EXPECT_EQ(run_sql("UPDATE licence_caps SET used = 600 WHERE cap = 'quantity pcs'"), "done");
  EXPECT_THAT(damage(), IsEmpty());
  EXPECT_EQ(run_sql("UPDATE licences SET valid_to = '2099-01-01'"), "done");
  EXPECT_THAT(damage(), ElementsAre("licence L 1: differs from what the ledger recorded"));
  EXPECT_EQ(run_sql("UPDATE licences SET valid_to = '2026-12-31'"), "done");
  EXPECT_EQ(run_sql("INSERT INTO licence_uses VALUES(90, 'L 1', 'D-2', 'dec-x', 'open', NULL)"), "done");
  EXPECT_THAT(damage(), ElementsAre("use 90 of licence L 1: the ledger does not know it"));
}

TEST_F(LicencesTest, AnEntryThatCannotBeIsFound) {
  ASSERT_EQ(error(licences().add(licence(), approved(), kNow)), "done");
  // Somebody who can write to the ledger, and puts a draw there that no cap holds.
  const auto overdraw = R"({"number":"L 1","deal":"D-1","decision":"dec-1","draws":[{"cap":"quantity pcs","amount":1001}]})";
  ASSERT_TRUE(store_->append("licence_use", "dec-1 L 1", kNow, overdraw));
  EXPECT_THAT(damage(), ElementsAre(HasSubstr("overdraws the licence")));
}

}  // namespace
}  // namespace tamga::store
