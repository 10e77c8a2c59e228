#include "names/dictionary.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "names/dictionary_builder.h"
#include "names/dictionary_image.h"
#include "names/model.h"

namespace tamga::names {
namespace {

const Parameters& shipped() { return Model::standard()->parameters(); }

bool same_bytes(std::span<const std::byte> a, std::span<const std::byte> b) { return std::equal(a.begin(), a.end(), b.begin(), b.end()); }

const Entry* find(const Dictionary& dictionary, std::string_view word, Kind kind) { return dictionary.find(text::tokenize(word).front(), kind); }

TEST(Dictionary, TheOneOfTheBuildIsWhatTheTablesGiveNow) {
  const Dictionary frozen(shipped(), {});
  const auto built = build_dictionary(shipped(), {});
  EXPECT_TRUE(same_bytes(frozen.image(), std::as_bytes(std::span(built))));
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(frozen.image().data()) % 64, 0U);
}

TEST(Dictionary, NothingIsMadeOrCopiedForTheShippedNumbers) {
  const Dictionary one(shipped(), {});
  Parameters other_losses = shipped();
  other_losses.loss_edit += 1;
  const Dictionary two(other_losses, {});
  EXPECT_EQ(one.image().data(), two.image().data());
  EXPECT_EQ(one.image().data(), Model::standard()->dictionary().image().data());
}

TEST(Dictionary, AnotherWeightIsReadFromTheTables) {
  Parameters heavier = shipped();
  heavier.weight_generic += 1;
  const Dictionary dictionary(heavier, {});
  EXPECT_FALSE(same_bytes(dictionary.image(), Model::standard()->dictionary().image()));
  EXPECT_EQ(dictionary.tables_fingerprint(), Model::standard()->dictionary().tables_fingerprint());
  const Entry* llc = find(dictionary, "llc", Kind::organisation);
  ASSERT_NE(llc, nullptr);
  EXPECT_NE(llc->legal_classes, 0);
}

TEST(Dictionary, WordsOfTheHouseGoBeforeTheTables) {
  const std::vector<HouseWord> words = {{"gazp", "gazprom neft"}, {"zavod imeni", ""}, {"bank", "banque"}};
  const Dictionary dictionary(shipped(), words);
  const Entry* gazp = find(dictionary, "Gazp", Kind::vessel);
  ASSERT_NE(gazp, nullptr);
  EXPECT_TRUE(gazp->replaced);
  const auto readings = dictionary.readings(*gazp);
  ASSERT_EQ(readings.size(), 2U);
  EXPECT_EQ(dictionary.text(readings[0].latin), "gazprom");
  EXPECT_EQ(dictionary.text(readings[1].key), "neft");
  const auto phrase = text::tokenize("Zavod imeni Lenina");
  const auto found = dictionary.find(phrase, 0, Kind::organisation);
  ASSERT_NE(found.entry, nullptr);
  EXPECT_EQ(found.words, 2U);
  EXPECT_TRUE(found.entry->dropped);
  EXPECT_TRUE(find(dictionary, "bank", Kind::organisation)->replaced);
  EXPECT_FALSE(find(Model::standard()->dictionary(), "bank", Kind::organisation)->replaced);
}

TEST(Dictionary, TheLongestPhraseIsFound) {
  const Dictionary& dictionary = Model::standard()->dictionary();
  const auto words = text::tokenize("Romashka Limited Liability Company");
  EXPECT_EQ(dictionary.find(words, 0, Kind::organisation).entry, nullptr);
  const auto form = dictionary.find(words, 1, Kind::organisation);
  ASSERT_NE(form.entry, nullptr);
  EXPECT_EQ(form.words, 3U);
  EXPECT_NE(form.entry->legal_classes, 0);
  EXPECT_EQ(dictionary.find(words, 2, Kind::organisation).words, 1U) << "the phrase ends with the name";
}

TEST(Dictionary, WordsOneEditFromALightOneAreKnown) {
  const Dictionary& dictionary = Model::standard()->dictionary();
  const Entry* company = find(dictionary, "company", Kind::organisation);
  ASSERT_NE(company, nullptr);
  for (const auto* written : {"company", "compny", "compaany", "compqny", "comapny", "kompany"}) {
    const Entry* near = dictionary.near_entry(text::comparison_key(written), Kind::organisation);
    ASSERT_NE(near, nullptr) << written;
    EXPECT_GE(near->weight, company->weight) << written << ": of several the heaviest";
  }
  EXPECT_EQ(dictionary.near_entry(text::comparison_key("qwxzqwxz"), Kind::organisation), nullptr);
  EXPECT_EQ(dictionary.near_entry(text::comparison_key("company"), Kind::address), nullptr) << "addresses have none";
}

std::set<std::uint64_t> near_hashes(std::string_view key) {
  std::set<std::uint64_t> hashes;
  each_near_hash(key, [&](std::uint64_t hash) { hashes.insert(hash); });
  return hashes;
}

TEST(Dictionary, NearHashesAreThoseOfTheKeyAndOfItWithoutALetter) {
  EXPECT_TRUE(rc::check("the hashes follow from the key's own", [] {
    const auto key = *rc::gen::resize(20, rc::gen::container<std::string>(rc::gen::inRange('a', 'e')));
    std::set<std::uint64_t> expected = {hash_on(kHashStart, key)};
    for (std::size_t i = 0; i < key.size(); ++i) expected.insert(hash_on(kHashStart, key.substr(0, i) + key.substr(i + 1)));
    RC_ASSERT(near_hashes(key) == expected);
  }));
}

}  // namespace
}  // namespace tamga::names
