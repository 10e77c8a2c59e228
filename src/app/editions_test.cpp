#include "app/editions.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <thread>

#include "app/decisions.h"
#include "app/list_diff.h"
#include "app/live.h"
#include "app/quarantine.h"

namespace tamga::app {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr const char* kNow = "2026-11-23T10:00:00Z";

class EditionsTest : public ::testing::Test {
 protected:
  EditionsTest() {
    settings_.data =
        (fs::temp_directory_path() / fmt::format("tamga-app-{}-{}", ::getpid(), ::testing::UnitTest::GetInstance()->current_test_info()->name()))
            .string();
    fs::remove_all(settings_.data);
  }
  ~EditionsTest() override { fs::remove_all(settings_.data); }

  /// One FollowTheMoney line.
  static std::string entity(std::string_view id, std::string_view name, std::string_view program, std::string_view more = "") {
    return fmt::format(R"({{"id":"{0}","schema":"Company","caption":"{1}","datasets":["us_ofac_sdn"],"properties":{{"name":["{1}"]{3}}}}})"
                       "\n"
                       R"({{"id":"{0}-s","schema":"Sanction","datasets":["us_ofac_sdn"],"properties":{{"entity":["{0}"],"program":["{2}"]}}}})"
                       "\n",
                       id, name, program, more);
  }
  /// `count` companies, numbered from `first`, all under one programme.
  static std::string companies(int count, std::string_view program = "RUSSIA-EO14024", int first = 1) {
    std::string text;
    for (int i = first; i < first + count; ++i) text += entity(fmt::format("ofac-{}", i), fmt::format("Northern Trading House {}", i), program);
    return text;
  }
  Result<std::vector<Imported>> import(std::vector<std::pair<std::string, std::string>> editions, std::string accept = "") {
    std::vector<NamedBytes> files;
    for (auto& [day, text] : editions) files.push_back(NamedBytes{fmt::format("list_{}.jsonl", day), std::move(text)});
    ImportOptions options;
    options.accept = std::move(accept);
    return import_files(settings_, std::move(files), options, kNow);
  }
  std::vector<std::string> held(const std::string& day, std::string text) {
    const auto imported = import({{day, std::move(text)}});
    EXPECT_TRUE(imported) << imported.error().text();
    return imported ? imported->front().edition.held : std::vector<std::string>{"error"};
  }
  std::string in_force(std::string_view day) {
    auto store = store::Store::open_existing(settings_.data);
    const auto editions = editions_on(*store, *Date::parse(day), {});
    return editions && !editions->empty() ? editions->front().published : "none";
  }

  Settings settings_;
};

TEST_F(EditionsTest, AShrunkenEditionWaits) {
  EXPECT_THAT(held("2026-11-01", companies(100)), IsEmpty());
  EXPECT_THAT(held("2026-11-02", companies(90)), IsEmpty()) << "ten of a hundred are allowed";
  EXPECT_THAT(held("2026-11-03", companies(80)),
              ElementsAre("it holds 80 entities, 10 (11 %) fewer than the edition of 2026-11-02; at most 10 % is allowed"));
  EXPECT_EQ(in_force("2026-11-23"), "2026-11-02");
  settings_.config.hold.shrink_percent_max = 50;
  EXPECT_THAT(held("2026-11-04", companies(79)), IsEmpty()) << "as configured";
  EXPECT_EQ(in_force("2026-11-23"), "2026-11-04");
}

TEST_F(EditionsTest, ALostProgrammeWaits) {
  EXPECT_THAT(held("2026-11-01", companies(50) + companies(1, "SYRIA", 900)), IsEmpty());
  EXPECT_THAT(held("2026-11-02", companies(60)), ElementsAre("it has lost a programme that the edition of 2026-11-01 had: SYRIA (1)"));
  EXPECT_EQ(in_force("2026-11-23"), "2026-11-01");
}

TEST_F(EditionsTest, AnOlderEditionWaits) {
  EXPECT_THAT(held("2026-11-05", companies(50)), IsEmpty());
  EXPECT_THAT(held("2026-11-01", companies(51)), ElementsAre("it is of 2026-11-01, older than the edition in force, of 2026-11-05"));
  EXPECT_EQ(in_force("2026-11-03"), "none") << "also for a day of its own";
}

TEST_F(EditionsTest, WhatTheNextEditionOfOneImportConfirmsIsNoAccident) {
  const auto imported =
      import({{"2026-01-01", companies(100, "SYRIA")}, {"2026-05-01", companies(60)}, {"2026-05-02", companies(61)}, {"2026-05-03", companies(20)}});
  ASSERT_TRUE(imported) << imported.error().text();
  EXPECT_THAT((*imported)[1].edition.held, IsEmpty());
  EXPECT_THAT((*imported)[2].edition.held, IsEmpty());
  EXPECT_THAT((*imported)[3].edition.held, SizeIs(1)) << "the last has nothing that confirms it";
}

TEST_F(EditionsTest, FaultsOfTheReaderHold) {
  store::StoredEdition edition;
  edition.published = "2026-11-01";
  EXPECT_THAT(reasons_to_hold(edition, {"it says Record_Count 444 and holds 440"}, nullptr, nullptr, nullptr, {}),
              ElementsAre("it says Record_Count 444 and holds 440"));
}

TEST_F(EditionsTest, SamplesAndRealListsAreNotMeasuredAgainstEachOther) {
  EXPECT_THAT(held("2026-11-05", companies(50)), IsEmpty());
  EXPECT_THAT(held("2026-11-04", companies(2) + entity("ofac-77", "TAMGA SAMPLE", "X")), IsEmpty());
  EXPECT_EQ(in_force("2026-11-23"), "2026-11-05");
}

TEST_F(EditionsTest, AcceptingLetsItTakeEffect) {
  held("2026-11-01", companies(100));
  ASSERT_THAT(held("2026-11-02", companies(10)), SizeIs(1));
  EXPECT_THAT(accept_edition(settings_, "us_ofac_sdn", "2026-11-09", "", kNow).error().text(),
              HasSubstr("us_ofac_sdn has no edition 2026-11-09, expected a date or the beginning of an id; there are: 2026-11-01"));
  EXPECT_THAT(accept_edition(settings_, "us_ofac_sdn", "2026-11-01", "", kNow).error().text(), HasSubstr("is not held"));
  EXPECT_THAT(accept_edition(settings_, "no_list", "2026-11-01", "", kNow).error().text(), HasSubstr("no edition of the list \"no_list\""));
  ASSERT_TRUE(accept_edition(settings_, "us_ofac_sdn", "2026-11-02", "asked OFAC", kNow));
  EXPECT_EQ(in_force("2026-11-23"), "2026-11-02");
  EXPECT_THAT(accept_edition(settings_, "us_ofac_sdn", "2026-11-02", "", kNow).error().text(), HasSubstr("was accepted before"));
}

TEST_F(EditionsTest, AcceptedAtImport) {
  held("2026-11-05", companies(100));
  const auto imported = import({{"2026-11-01", companies(10)}}, "history for audits");
  ASSERT_TRUE(imported);
  EXPECT_THAT(imported->front().edition.held, SizeIs(1)) << "why it would have been held stays recorded";
  EXPECT_TRUE(imported->front().edition.in_effect());
  EXPECT_EQ(in_force("2026-11-03"), "2026-11-01");
}

TEST_F(EditionsTest, ADecisionSaysWhatIsHeldAndReplaysThatWay) {
  held("2026-11-20", companies(100));
  held("2026-11-21", companies(10));
  ClearRequest request;
  request.as_of = *Date::parse("2026-11-22");
  request.decided_at = kNow;
  const std::string bytes =
      R"({"id":"D-1","parties":[{"role":"buyer","name":"Astana Kent LLP","country":"KZ"}],"goods":[{"description":"wheat","hs":"100199"}]})";
  request.deals.push_back(DealText{"deal.json", bytes, *read_deal(bytes)});
  std::string id;
  ASSERT_TRUE(clear_deals(settings_, request, [&](const clear::Decision& decision) {
    id = decision.id;
    const auto at = std::find_if(decision.findings.begin(), decision.findings.end(),
                                 [](const auto& finding) { return finding.rule == "basis.us_ofac_sdn.edition_held"; });
    ASSERT_NE(at, decision.findings.end());
    EXPECT_EQ(at->outcome, policy::Outcome::pass);
    EXPECT_THAT(at->because, HasSubstr("The edition of us_ofac_sdn of 2026-11-21 is held until somebody accepts it, because it holds 10 entities"));
    EXPECT_THAT(at->because, HasSubstr("stands on that of 2026-11-20"));
  }));
  // What happens to the lists later changes nothing about it.
  ASSERT_TRUE(accept_edition(settings_, "us_ofac_sdn", "2026-11-21", "", kNow));
  const auto replayed = replay(settings_, id);
  ASSERT_TRUE(replayed) << replayed.error().text();
  EXPECT_EQ(replayed->recorded, replayed->recomputed);
}

TEST_F(EditionsTest, DiffByEntityAndField) {
  held("2026-11-01",
       entity("ofac-1", "Alpha Trading", "A", R"(,"country":["kz"])") + entity("ofac-2", "Beta Trading", "A") + companies(20, "A", 100));
  held("2026-11-02", companies(20, "A", 100) + entity("ofac-1", "Alpha Trading", "B", R"(,"country":["kz","ru"],"alias":["Alfa"])") +
                         entity("ofac-3", "Gamma Trading", "A"));
  const auto diff = diff_lists(settings_, "us_ofac_sdn", "2026-11-01", "2026-11-02");
  ASSERT_TRUE(diff) << diff.error().text();
  ASSERT_THAT(diff->added, SizeIs(1));
  EXPECT_EQ(diff->added.front().id, "ofac-3");
  ASSERT_THAT(diff->removed, SizeIs(1));
  EXPECT_EQ(diff->removed.front().caption, "Beta Trading");
  ASSERT_THAT(diff->changed, SizeIs(1)) << "only a place in the file changed for the rest";
  std::string fields;
  for (const auto& field : diff->changed.front().fields)
    fields += fmt::format("{}: -{} +{}; ", field.field, fmt::join(field.removed, ","), fmt::join(field.added, ","));
  EXPECT_EQ(fields, "alias: - +Alfa; country: - +ru; designations: -A +B; ");
  EXPECT_THAT(diff_lists(settings_, "us_ofac_sdn", "2026-11-01", "sha256:0000").error().text(), HasSubstr("has no edition sha256:0000"));
}

TEST_F(EditionsTest, ADamagedIndexIsMadeAgain) {
  held("2026-11-01", companies(100));
  const auto index = [&] { return fs::directory_iterator(settings_.data + "/index")->path(); };
  const auto content = [&] { return read_file(index().string()).value(); };
  const std::string good = content();
  for (const auto& damage : {std::string("short"), std::string(), good.substr(0, good.size() / 2), [&] {
                               auto bytes = good;
                               bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1);
                               return bytes;
                             }()}) {
    std::ofstream(index(), std::ios::binary | std::ios::trunc) << damage;
    const auto screener = Screener::open(settings_, {.as_of = *Date::parse("2026-11-23")});
    ASSERT_TRUE(screener) << screener.error().text();
    EXPECT_EQ(screener->editions().front().loaded.index->entity_count(), 100U);
    EXPECT_EQ(content(), good);
  }
}

TEST_F(EditionsTest, OnlyTheLastUsedIndexesStay) {
  std::uintmax_t size = 0;
  int files = 0;
  const auto count = [&] {
    size = 0;
    files = 0;
    for (const auto& entry : fs::directory_iterator(settings_.data + "/index")) {
      size += entry.file_size();
      ++files;
    }
  };
  settings_.config.index_cache_mib_max = 4;
  for (int day = 1; day <= 6; ++day) held(fmt::format("2026-11-{:02}", day), companies(2000, "A", day));
  count();
  EXPECT_LE(size, std::uintmax_t{4} << 20);
  EXPECT_LT(files, 6);
  EXPECT_GT(files, 1);
  // One that is larger than all that may be kept is kept all the same while it is the one in use: else each command would compile it.
  settings_.config.index_cache_mib_max = 1;
  held("2026-11-07", companies(2000, "A", 7));
  count();
  EXPECT_EQ(files, 1);
  EXPECT_GT(size, std::uintmax_t{1} << 20);
  // An edition whose index went is compiled again.
  EXPECT_TRUE(diff_lists(settings_, "us_ofac_sdn", "2026-11-01", "2026-11-06"));
}

TEST_F(EditionsTest, EditionsAreExchangedUnderRunningQueries) {
  held("2026-11-01", companies(300));
  const auto live = LiveScreener::open(settings_, {.as_of = *Date::parse("2026-11-30")});
  ASSERT_TRUE(live) << live.error().text();
  EXPECT_FALSE((*live)->refresh(*Date::parse("2026-11-30")).value());
  std::atomic<bool> stop = false;
  std::atomic<int> answered = 0;
  std::atomic<int> wrong = 0;
  {
    std::vector<std::jthread> readers;
    for (int i = 0; i < 2; ++i) {
      readers.emplace_back([&] {
        match::Workspace workspace;
        while (!stop) {
          const auto screener = (*live)->current();
          const auto hits = screener->screen(query_of_names({"Northern Trading House 7"}, "Company"), workspace);
          if (hits.empty() || hits.front().entity.id != "ofac-7") ++wrong;
          ++answered;
        }
      });
    }
    for (int day = 2; day <= 12; ++day) {
      ASSERT_TRUE(import({{fmt::format("2026-11-{:02}", day), companies(300 + day)}}));
      EXPECT_TRUE((*live)->refresh(*Date::parse("2026-11-30")).value());
      EXPECT_EQ((*live)->current()->editions().front().loaded.index->entity_count(), 300U + static_cast<unsigned>(day));
      // Queries go on over each exchange, however slow the machine is.
      for (const int before = answered; answered < before + 2;) std::this_thread::yield();
    }
    stop = true;
  }
  EXPECT_EQ(wrong, 0);
  EXPECT_GE(answered, 22);
}

TEST_F(EditionsTest, TheConfigurationIsReadAndChecked) {
  fs::create_directories(settings_.data);
  const auto read = [&](const std::string& text) {
    std::ofstream(settings_.data + "/tamga.toml", std::ios::trunc) << text;
    return read_config(settings_.data);
  };
  const auto config = read(
      "[lists]\nshrink_percent_max = 25\n[update]\nlists = [\"un_sc_sanctions\"]\nallow_http = true\n[update.sources]\n"
      "un_sc_sanctions = \"http://127.0.0.1:1/un.xml\"\n[[house.keys]]\nowner = \"Compliance\"\nkey = \"RWQ\"\n");
  ASSERT_TRUE(config) << config.error().text();
  EXPECT_EQ(config->hold.shrink_percent_max, 25);
  EXPECT_TRUE(config->allow_http);
  EXPECT_EQ(config->sources.front().urls.front(), "http://127.0.0.1:1/un.xml");
  EXPECT_EQ(config->house_keys.front().owner, "Compliance");
  EXPECT_THAT(read("[lists]\nshrink = 1\n").error().text(),
              HasSubstr("tamga.toml:2: \"shrink\" is not known in [lists], expected shrink_percent_max"));
  EXPECT_THAT(read("[lists]\nshrink_percent_max = 101\n").error().text(), HasSubstr("must be a whole number from 0 to 100"));
  EXPECT_THAT(read("[house]\nkeys = [{owner = \"X\"}]\n").error().text(), HasSubstr("a key needs owner and key"));
}

}  // namespace
}  // namespace tamga::app
