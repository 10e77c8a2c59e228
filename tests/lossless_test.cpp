// The fast search loses nothing that the exhaustive one finds: some seconds of what `make verify-lossless` does for hours, the same queries
// each time.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "reference/adversarial.h"
#include "reference/lossless.h"

namespace tamga::reference {
namespace {

const Corpus& samples() {
  static const Corpus kCorpus = sample_corpus();
  return kCorpus;
}

/// So many batches: the first difference, or "".
std::string run(const Corpus& corpus, const Settings& settings, std::uint64_t batches, Tally& tally) {
  for (std::uint64_t number = 0; number < batches; ++number) {
    Batch batch(corpus, settings, number);
    for (std::size_t query = 0; query < settings.queries; ++query) {
      if (auto report = batch.run(query, tally)) return *report;
    }
  }
  return {};
}

TEST(Lossless, NothingIsLostOfTheSampleLists) {
  Tally tally;
  const auto report = run(samples(), Settings{.sample_names = 0, .queries = 500}, 8, tally);
  EXPECT_TRUE(report.empty()) << report;
}

TEST(Lossless, NothingIsLostOfRealLists) {
  const auto corpus = real_corpus();
  if (!corpus) GTEST_SKIP() << "../shared/data is not here";
  Tally tally;
  const auto report = run(*corpus, Settings{.queries = 250}, 8, tally);
  EXPECT_TRUE(report.empty()) << report;
}

/// Where few names are left to visit nothing is spared in part: of samples as small as above that is nearly always.
TEST(Lossless, NothingIsLostOfWholeLists) {
  const auto corpus = real_corpus();
  if (!corpus) GTEST_SKIP() << "../shared/data is not here";
  Tally tally;
  const auto report = run(*corpus, Settings{.sample_names = 0, .queries = 100}, 2, tally);
  EXPECT_TRUE(report.empty()) << report;
}

TEST(Lossless, TheSameSeedDrawsTheSameQueries) {
  Random one{1, 2};
  Random other{1, 2};
  for (int i = 0; i < 200; ++i) {
    const Drawn a = draw_query(samples(), samples().entities, one);
    const Drawn b = draw_query(samples(), samples().entities, other);
    ASSERT_EQ(a.query.names, b.query.names);
    ASSERT_EQ(a.threshold, b.threshold);
  }
}

// ---------------------------------------------------------------------------------------- the comparison itself: can it fail, and only when it
// should?

Search exhaustive_but(bool (*lost)(const match::Query&, const match::Found&)) {
  return [lost](const match::Query& query, std::span<const match::LoadedEdition> editions, match::Options options, match::Workspace& workspace) {
    static std::vector<match::Found> kept;
    options.exhaustive = true;
    const auto found = match::search(query, editions, options, workspace);
    kept.assign(found.begin(), found.end());
    std::erase_if(kept, [&](const match::Found& candidate) { return lost(query, candidate); });
    return std::span<const match::Found>(kept);
  };
}

TEST(LosslessComparison, ExhaustiveSearchAgreesWithItself) {
  Tally tally;
  const Settings settings{
      .sample_names = 0, .queries = 500, .printed_of = 1000, .fast = exhaustive_but([](const auto&, const auto&) { return false; })};
  EXPECT_EQ(run(samples(), settings, 4, tally), "");
  EXPECT_EQ(tally.all_queries(), 2000U);
  EXPECT_GT(tally.hits, 500U);
  for (std::size_t shape = 0; shape < kShapeNames.size(); ++shape) {
    EXPECT_GT(tally.queries[shape], 0U) << kShapeNames[shape];
  }
}

/// Loses what a query of three words and more is like, but not very like.
TEST(LosslessComparison, ALostNameIsReportedAndReducedToWhatLosesIt) {
  const auto lost = [](const match::Query& query, const match::Found& found) {
    return found.query_name < query.names.size() && found.name_score < 9000 && split_words(query.names[found.query_name]).size() >= 3;
  };
  Tally tally;
  const std::string report = run(samples(), Settings{.sample_names = 0, .fast = exhaustive_but(lost)}, 4, tally);
  EXPECT_THAT(report, ::testing::HasSubstr("fast:       not found"));
  EXPECT_THAT(report, ::testing::ContainsRegex("reduced to: .\"names\":..[^ \"]+ [^ \"]+ [^ \"]+\".,")) << "one name of three words";
  EXPECT_THAT(report, ::testing::HasSubstr("against 1 entities"));
}

// ------------------------------------------------------------------------------------------------------------------------ names that nobody has

TEST(AdversarialNames, AreAnsweredTheSameWithAndWithoutTheIndex) {
  const auto editions = whole_lists(samples());
  match::Workspace fast;
  match::Workspace exhaustive;
  for (const auto& [what, name] : adversarial_names()) {
    for (const auto* schema : {"", "Person", "Company", "Vessel", "Address"}) {
      match::Query query;
      query.names = {name};
      query.schema = schema;
      match::Options options;
      options.threshold = 6000;
      const auto found = match::search(query, editions, options, fast);
      options.exhaustive = true;
      const auto all = match::search(query, editions, options, exhaustive);
      EXPECT_TRUE(std::equal(found.begin(), found.end(), all.begin(), all.end())) << what << ", schema \"" << schema << "\"";
      for (const auto& hit : all) EXPECT_LE(hit.score, names::kScoreMax) << what;
    }
  }
}

TEST(AdversarialNames, WithoutALetterFindNothing) {
  const auto editions = whole_lists(samples());
  match::Workspace workspace;
  match::Options options;
  options.threshold = 1;
  for (const auto* name : {"", " \t\u00a0\u3000", "-.,;:!?'\"()[]{}<>|\\/", "\u0301\u0316\u0334", "\xff\xfe\x80", "\u200b\u202e\u2066"}) {
    match::Query query;
    query.names = {name};
    EXPECT_TRUE(match::search(query, editions, options, workspace).empty()) << name;
  }
}

}  // namespace
}  // namespace tamga::reference
