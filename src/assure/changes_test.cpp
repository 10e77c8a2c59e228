#include "assure/changes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

namespace tamga::assure {
namespace {

const Changer& changer() {
  static const Changer kChanger = *Changer::standard();
  return kChanger;
}

std::string changed(Group group, std::string_view name, Change change, std::string_view last_name = {}, std::string_view cyrillic = {}) {
  return changer().changed(Subject{group, name, "list\nid", last_name, cyrillic}, change).value_or("");
}

/// Damerau and Levenshtein: insert, delete, substitute, swap of neighbours, also where a second typo falls between the swapped letters (which the
/// cheaper optimal string alignment counts as three).
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::vector<std::size_t>> d(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i) {
    for (std::size_t j = 0; j <= b.size(); ++j) {
      if (i == 0 || j == 0) {
        d[i][j] = i + j;
        continue;
      }
      d[i][j] = std::min({d[i - 1][j] + 1, d[i][j - 1] + 1, d[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)});
      for (std::size_t k = 1; k < i; ++k) {
        for (std::size_t l = 1; l < j; ++l) {
          if (a[k - 1] == b[j - 1] && a[i - 1] == b[l - 1]) d[i][j] = std::min(d[i][j], d[k - 1][l - 1] + (i - k - 1) + 1 + (j - l - 1));
        }
      }
    }
  }
  return d[a.size()][b.size()];
}

TEST(Changes, EachDoesWhatItSays) {
  EXPECT_EQ(changed(Group::person, "Igor Ivanovich SECHIN", Change::control), "Igor Ivanovich SECHIN");
  EXPECT_EQ(changed(Group::person, "Igor Ivanovich SECHIN", Change::order), "SECHIN Igor Ivanovich");
  EXPECT_EQ(changed(Group::person, "Igor Ivanovich SECHIN", Change::initials), "I. I. SECHIN");
  EXPECT_EQ(changed(Group::person, "SECHIN Igor Ivanovich", Change::initials, "Sechin"), "SECHIN I. I.");
  EXPECT_EQ(changed(Group::person, "Igor SECHIN", Change::joined), "IgorSECHIN");
  EXPECT_EQ(changed(Group::person, "Mikhail Fradkov", Change::nickname), "Misha Fradkov");
  EXPECT_EQ(changed(Group::person, "MIKHAIL FRADKOV", Change::nickname), "MISHA FRADKOV");
  EXPECT_EQ(changed(Group::person, "Igor Sechin", Change::script_cyrillic), "игор сечин");
  EXPECT_EQ(changed(Group::person, "Yuri Shchukin", Change::script_cyrillic), "юри щукин");
  EXPECT_EQ(changed(Group::person, "Igor Sechin", Change::script_greek), "ιγκορ σετσιν");
  EXPECT_EQ(changed(Group::person, "Karim Shah", Change::script_arabic), "كاريم شاه");
  EXPECT_EQ(changed(Group::person, "Igor Sechin", Change::script_latin, {}, "Игорь Сечин"), "igor sechin");
  EXPECT_EQ(changed(Group::organisation, "Romashka Trading House LLC", Change::form_dropped), "Romashka Trading House");
  EXPECT_EQ(changed(Group::organisation, "Romashka, LLC", Change::form_dropped), "Romashka");
  EXPECT_EQ(changed(Group::organisation, "OOO Romashka", Change::form_dropped), "Romashka");
  EXPECT_EQ(changed(Group::organisation, "Romashka Public Joint Stock Company", Change::form_dropped), "Romashka");
  EXPECT_EQ(changed(Group::organisation, "Romashka LLC", Change::script_cyrillic), "ромашка");
  EXPECT_EQ(changed(Group::organisation, "Bank Rossiya JSC", Change::order), "Rossiya Bank JSC");
  EXPECT_EQ(changed(Group::vessel, "ARCTIC SUNRISE", Change::truncation), "ARCTIC SUN");
  EXPECT_THAT(changed(Group::vessel, "SABINA", Change::title_added), testing::EndsWith(" SABINA"));
  EXPECT_THAT(changed(Group::organisation, "Romashka LLC", Change::form_changed), testing::StartsWith("Romashka "));
}

TEST(Changes, DoNotApplyEverywhere) {
  EXPECT_EQ(changed(Group::vessel, "SABINA", Change::order), "");
  EXPECT_EQ(changed(Group::vessel, "SABINA", Change::initials), "");
  EXPECT_EQ(changed(Group::vessel, "SABINA", Change::form_dropped), "");
  EXPECT_EQ(changed(Group::vessel, "SABINA", Change::truncation), "") << "too short to be cut";
  EXPECT_EQ(changed(Group::organisation, "Mikhail LLC", Change::nickname), "");
  EXPECT_EQ(changed(Group::organisation, "Romashka Trading LLC", Change::dropped_word), "") << "two words and a form";
  EXPECT_EQ(changed(Group::person, "Igor Sechin", Change::script_latin), "") << "the list has no Cyrillic name";
  EXPECT_EQ(changed(Group::person, "José Núñez", Change::script_cyrillic), "") << "half a name would be left";
  EXPECT_EQ(changed(Group::person, "Li Bo", Change::typo_delete), "") << "no word of four letters";
  EXPECT_EQ(changed(Group::organisation, "LLC", Change::form_dropped), "");
  EXPECT_EQ(changed(Group::person, "", Change::control), "");
}

RC_GTEST_PROP(Changes, ATypoIsOneEdit, (std::uint32_t number)) {
  const std::string name = "Konstantin VOROBYEV Petrosyan";
  const std::string key = std::to_string(number);
  const Subject subject{Group::person, name, key, {}, {}};
  for (const auto typo : {Change::typo_insert, Change::typo_delete, Change::typo_swap, Change::typo_substitute}) {
    const auto result = changer().changed(subject, typo);
    RC_ASSERT(result.has_value());
    RC_ASSERT(distance(name, *result) == 1U);
    RC_ASSERT(result->size() == name.size() + (typo == Change::typo_insert ? 1 : 0) - (typo == Change::typo_delete ? 1 : 0));
  }
  if (const auto twice = changer().changed(subject, Change::typo_two)) RC_ASSERT(distance(name, *twice) <= 2U);
}

RC_GTEST_PROP(Changes, AreTheSameEachTimeAndChange, (const std::string& name, const std::string& key)) {
  for (const auto group : {Group::person, Group::organisation, Group::vessel}) {
    for (const auto& kind : change_kinds()) {
      const Subject subject{group, name, key, name, name};
      const auto once = changer().changed(subject, kind.change);
      RC_ASSERT(once == changer().changed(subject, kind.change));
      if (once && kind.change != Change::control) RC_ASSERT(*once != name);
    }
  }
}

TEST(Changes, AnotherKeyDrawsAnotherPlace) {
  std::vector<std::string> all;
  for (int key = 0; key < 40; ++key)
    all.push_back(*changer().changed(Subject{Group::person, "Konstantin Vorobyev", std::to_string(key), {}, {}}, Change::typo_delete));
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
  EXPECT_GE(all.size(), 10U);
}

TEST(Changes, ABadTableIsAnErrorWithItsLine) {
  const auto refused = [](std::string name, std::string bytes) {
    const std::vector<NamedBytes> tables = {{std::move(name), std::move(bytes)}};
    const auto read = Changer::read(tables);
    return read ? "read" : read.error().text();
  };
  EXPECT_EQ(refused("letters.csv", "script,from,to,at\ncyrillic,a,а,middle\n"), "letters.csv:2: at: expected anywhere, start or end");
  EXPECT_EQ(refused("letters.csv", "script,from,to,at\ncyrillic,,а,start\n"), "letters.csv:2: from: is empty, expected letters");
  EXPECT_EQ(refused("titles.csv", "group,title\nfirm,Messrs\n"), "titles.csv:2: expected person or vessel, and a title");
  EXPECT_EQ(refused("nicknames.csv", "# a comment\nforms\nIvan\n"), "nicknames.csv:3: expected two forms or more, separated by semicolons");
  EXPECT_EQ(refused("legal_forms.csv", "kind,form\nlimited\n"), "legal_forms.csv:2: 1 fields, expected 2");
}

}  // namespace
}  // namespace tamga::assure
