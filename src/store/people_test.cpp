#include "store/people.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store/backends_test.h"

namespace tamga::store {
namespace {

using ::testing::HasSubstr;

constexpr const char* kNow = "2026-11-26T10:00:00Z";

class PeopleTest : public ::testing::Test {
 protected:
  void SetUp() override { store_.emplace(Store::open(place_.place()).value()); }
  void TearDown() override { store_.reset(); }
  People people() { return People(*store_); }
  /// An administrator, two who analyse and one of them who approves too, an approver, an auditor.
  void staff() {
    ASSERT_TRUE(people().set({"Dana", {"administrator"}}, "Dana", kNow));
    ASSERT_TRUE(people().set({"Aslan", {"analyst"}}, "Dana", kNow));
    ASSERT_TRUE(people().set({"Berik", {"approver", "analyst"}}, "Dana", kNow));
    ASSERT_TRUE(people().set({"Gulnara", {"approver"}}, "Dana", kNow));
    ASSERT_TRUE(people().set({"Olga", {"auditor"}}, "Dana", kNow));
  }
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

  TestPlace place_{"people"};
  std::optional<Store> store_;
};

TEST_F(PeopleTest, TheFirstIsAnAdministratorAndNamesTheOthers) {
  EXPECT_THAT(error(people().set({"Dana", {"analyst"}}, "Dana", kNow)), HasSubstr("as administrator"));
  EXPECT_THAT(error(people().set({"Dana", {"administrator"}}, "Aslan", kNow)), HasSubstr("adds themselves"));
  staff();
  EXPECT_THAT(error(people().set({"Timur", {"approver"}}, "Aslan", kNow)), HasSubstr("needs administrator"));
  EXPECT_THAT(error(people().set({"Timur", {"boss"}}, "Dana", kNow)), HasSubstr("\"boss\" is no role"));
  EXPECT_THAT(error(people().set({"Ti,mur", {"analyst"}}, "Dana", kNow)), HasSubstr("without a comma"));
  EXPECT_THAT(error(people().set({"Dana", {"analyst"}}, "Dana", kNow)), HasSubstr("needs an active administrator"));
  EXPECT_EQ(people().find("Berik").value()->roles, (std::vector<std::string>{"analyst", "approver"}));
  EXPECT_EQ(damage(), std::vector<std::string>{});
}

TEST_F(PeopleTest, NobodyDecidesOnWhatTheyProposed) {
  staff();
  const auto made = people().propose("licence.add", "L-1", Json::object().set("a", "b"), "Berik", kNow);
  ASSERT_TRUE(made.has_value()) << made.error().text();
  EXPECT_THAT(error(people().decide(made->id, "approved", "", "Berik", kNow)), HasSubstr("four eyes"));
  EXPECT_THAT(error(people().decide(made->id, "approved", "", "Aslan", kNow)), HasSubstr("needs approver"));
  EXPECT_THAT(error(people().decide(made->id, "approved", "", "Nobody", kNow)), HasSubstr("nobody this store knows"));
  EXPECT_THAT(error(people().decide(made->id, "withdrawn", "", "Gulnara", kNow)), HasSubstr("only Berik"));
  const auto decided = people().decide(made->id, "approved", "seen the original", "Gulnara", kNow);
  ASSERT_TRUE(decided.has_value()) << decided.error().text();
  EXPECT_EQ(decided->state, "approved");
  EXPECT_EQ(decided->reason, "seen the original");
  EXPECT_EQ(decided->content.get("a"), "b");
  EXPECT_THAT(error(people().decide(made->id, "refused", "", "Gulnara", kNow)), HasSubstr("was approved by Gulnara already"));
  EXPECT_EQ(damage(), std::vector<std::string>{});
}

TEST_F(PeopleTest, OneOpenProposalOfAThing) {
  staff();
  const auto first = people().propose("alert.close", "A-1", Json::object(), "Aslan", kNow);
  ASSERT_TRUE(first.has_value());
  EXPECT_THAT(error(people().propose("alert.close", "A-1", Json::object(), "Berik", kNow)), HasSubstr("is proposed already, by Aslan"));
  EXPECT_TRUE(people().propose("alert.close", "A-2", Json::object(), "Berik", kNow).has_value());
  EXPECT_TRUE(people().decide(first->id, "withdrawn", "", "Aslan", kNow).has_value());
  EXPECT_TRUE(people().propose("alert.close", "A-1", Json::object(), "Berik", kNow).has_value());
  EXPECT_THAT(error(people().propose("alert.close", "A-3", Json::object(), "Olga", kNow)), HasSubstr("Olga is auditor"));
  EXPECT_EQ(people().proposals("alert.close", "", "open")->size(), 2U);
}

TEST_F(PeopleTest, WhoLeftDecidesNothing) {
  staff();
  const auto made = people().propose("alert.close", "A-1", Json::object(), "Aslan", kNow);
  ASSERT_TRUE(people().set({"Gulnara", {"approver"}, false}, "Dana", kNow));
  EXPECT_THAT(error(people().decide(made->id, "approved", "", "Gulnara", kNow)), HasSubstr("nobody this store knows"));
  EXPECT_EQ(damage(), std::vector<std::string>{});
}

// The interface is not what keeps four eyes: the database does.
TEST_F(PeopleTest, TheDatabaseItselfRefuses) {
  staff();
  const auto made = people().propose("licence.add", "L-1", Json::object(), "Berik", kNow);
  const std::string set = "UPDATE proposals SET decided = 1, ";
  EXPECT_EQ(run_sql(set + "state = 'approved', decided_by = 'Berik'"), "nobody decides on what they proposed");
  EXPECT_EQ(run_sql(set + "state = 'approved', decided_by = 'Aslan'"), "only an approver may decide");
  EXPECT_EQ(run_sql(set + "state = 'withdrawn', decided_by = 'Aslan'"), "only who proposed may withdraw");
  EXPECT_THAT(run_sql("UPDATE proposals SET proposed_by = 'Aslan'"), HasSubstr("nothing else of it changes"));
  EXPECT_EQ(run_sql("DELETE FROM proposals"), "proposals are never removed");
  EXPECT_EQ(run_sql("INSERT INTO proposals VALUES('p', 1, 'w', 's', 'Olga', 'open', NULL, NULL)"),
            "only an analyst, a liaison or an approver may propose");
  EXPECT_EQ(run_sql("INSERT INTO proposals VALUES('p', 1, 'w', 's', 'Berik', 'approved', 'Gulnara', 1)"), "a proposal begins open");
  // What gets past the triggers does not get past the ledger.
  EXPECT_EQ(run_sql(set + "state = 'approved', decided_by = 'Gulnara'"), "done");
  EXPECT_EQ(damage(), std::vector<std::string>{"proposal " + made->id + ": differs from what the ledger recorded"});
}

TEST_F(PeopleTest, ARoleThatTheLedgerDoesNotKnowIsDamage) {
  staff();
  EXPECT_EQ(run_sql("UPDATE people SET roles = ',analyst,approver,' WHERE name = 'Aslan'"), "done");
  EXPECT_EQ(damage(), std::vector<std::string>{"person Aslan: differs from what the ledger recorded"});
}

}  // namespace
}  // namespace tamga::store
