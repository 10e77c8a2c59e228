#include "identity/identity.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "identity/edges.h"

namespace tamga::identity {
namespace {

using Facts = std::vector<std::pair<std::string_view, std::string_view>>;

Entity entity(std::string_view id, std::string_view schema, std::string_view name, const Facts& facts = {}) {
  Entity result;
  result.id = id;
  result.schema = schema;
  result.caption = name;
  result.add("name", name);
  for (const auto& [property, value] : facts) result.add(property, value);
  return result;
}

Record record(const Entity& of, std::string_view list = "list") {
  Record result = record_of(list, of);
  add_names(result, of);
  return result;
}

/// What judge() says, in words: "certain: same UN reference QDi.006".
std::string verdict(const Entity& a, const Entity& b) {
  const Record mine = record(a, "one");
  const Record theirs = record(b, "two");
  const auto evidence = judge(mine, theirs);
  const auto turned = judge(theirs, mine);
  EXPECT_EQ(evidence.has_value(), turned.has_value());
  if (!evidence) return "nothing";
  EXPECT_EQ(evidence->because, turned->because);
  EXPECT_EQ(evidence->standing, turned->standing);
  constexpr std::array kStandings = {"certain", "if only one", "possible", "possible if only one"};
  return fmt::format("{}: {}", kStandings[static_cast<std::size_t>(evidence->standing)], evidence->because);
}

TEST(Reference, UnNumbersAreWrittenInManyWays) {
  EXPECT_EQ(un_reference("QDi.006"), "QDi.006");
  EXPECT_EQ(un_reference("QDi.43"), "QDi.043") << "the EU's file";
  EXPECT_EQ(un_reference("QDE.115"), "QDe.115") << "the UK's list";
  EXPECT_EQ(un_reference(" KPe.062 "), "KPe.062") << "the UN's own";
  for (const auto* text : {"", "N/A", "QDi.", "QDi006", "QDx.006", "QDi.0066", "RUS0251", "17013", "Q1i.006", "QDi.00a"})
    EXPECT_EQ(un_reference(text), "");
}

TEST(Reference, IsReadFromWhereListsPutIt) {
  Entity un = entity("unsc-6908", "Person", "A B");
  un.designations.push_back(Designation{"Al-Qaida", "", "UN sanctions", "", "QDi.006"});
  EXPECT_EQ(record(un).references, (std::vector<Reference>{{Register::un, "QDi.006"}, {Register::id, "unsc-6908"}}));

  Entity uk = entity("gb-fcdo-aqd0104", "Person", "A B", {{"notes", "UN Reference Number: QDi.6"}, {"notes", "OFSI Group ID: 6905"}});
  uk.designations.push_back(Designation{"AQD", "", "Asset freeze", "", "AQD0104"});
  const std::vector<Reference> of_uk{
      {Register::un, "QDi.006"}, {Register::uk, "AQD0104"}, {Register::ofsi, "6905"}, {Register::id, "gb-fcdo-aqd0104"}};
  EXPECT_EQ(record(uk, "gb_fcdo_sanctions").references, of_uk);

  // A text that only speaks of somebody else's number is no reference.
  const Entity other = entity("x-1", "Person", "A B", {{"notes", "Associated with A B (QDi.006)"}, {"notes", "Remark: QDi.006"}});
  EXPECT_TRUE(record(other).references.empty());
}

TEST(Judge, TheReferenceOfAnAuthority) {
  const Entity un = entity("unsc-1", "Person", "Abu Zaid Dorda", {{"unscId", "QDi.001"}});
  EXPECT_EQ(verdict(un, entity("eu-fsf-7", "Person", "DORDA, Abou Zayd", {{"unscId", "QDi.1"}})), "certain: same UN reference QDi.001");
  // Authorities mistype: the EU's file gives KPi.045 to the man who is KPi.046.
  EXPECT_EQ(verdict(un, entity("eu-fsf-8", "Person", "Kim Tong Ho", {{"unscId", "QDi.1"}})), "possible: same UN reference QDi.001, but other names");
  EXPECT_EQ(verdict(un, entity("eu-fsf-9", "Vessel", "Abu Zaid Dorda", {{"unscId", "QDi.1"}})), "nothing") << "a ship";
  EXPECT_EQ(verdict(un, entity("eu-fsf-9", "Person", "Abu Zaid Dorda", {{"unscId", "QDi.2"}, {"birthDate", "1963"}})), "nothing");
}

TEST(Judge, OfacUidAndUkReference) {
  const Entity ofac = entity("ofac-17013", "Company", "Gamma Bank");
  EXPECT_EQ(verdict(ofac, entity("csl-5", "LegalEntity", "GAMMA BANK", {{"notes", "Entity number: 17013"}})), "certain: same OFAC uid 17013");
  EXPECT_EQ(verdict(ofac, entity("NK-1", "Company", "Gamma Bank", {{"referents", "ofac-17013"}})), "certain: same OFAC uid 17013");
  const Entity uk = entity("gb-fcdo-rus0251", "Person", "Anna Belova");
  EXPECT_EQ(verdict(uk, entity("gb-hmt-1", "Person", "BELOVA Anna", {{"notes", "UK Sanctions List Ref: RUS0251"}})),
            "certain: same UK reference RUS0251");
  const Entity one_word = entity("unsc-1", "Person", "MATIULLAH", {{"unscId", "TAi.020"}});
  EXPECT_EQ(verdict(one_word, entity("au-9", "Person", "Matiullah", {{"unscId", "TAi.020"}})), "certain: same UN reference TAi.020");
  EXPECT_EQ(verdict(one_word, entity("au-9", "Person", "Faiz", {{"unscId", "TAi.020"}})), "possible: same UN reference TAi.020, but other names");
  EXPECT_EQ(verdict(entity("7", "Person", "Anna Zvonareva"), entity("7", "Person", "Anna Zvonareva")), "possible if only one: same name")
      << "a row number";
  // Both are in the table of common names since 190ebea: by themselves they tell nobody from another.
  EXPECT_EQ(verdict(entity("7", "Person", "Anna Belova"), entity("7", "Person", "Anna Belova")), "nothing");
}

TEST(Judge, NumbersOfRegisters) {
  const Entity ship = entity("ofac-1", "Vessel", "AVRORA SIRIUS", {{"imoNumber", "9826902"}});
  EXPECT_EQ(verdict(ship, entity("eu-1", "Vessel", "Sanar-14", {{"imoNumber", "IMO9826902"}})), "certain: same IMO 9826902") << "ships are renamed";
  EXPECT_EQ(verdict(ship, entity("eu-1", "Company", "Sirius Shipping", {{"imoNumber", "9826902"}})), "nothing") << "its owner is not the ship";

  const Entity firm = entity("ofac-2", "Company", "Severny Zavod", {{"innCode", "7707083893"}, {"country", "ru"}});
  EXPECT_EQ(verdict(firm, entity("eu-2", "LegalEntity", "AO Severnyy Zavod", {{"innCode", "7707083893"}})), "certain: same INN 7707083893 and name");
  // EU Annex IV gives one INN to Baikal Electronics and to Kronshtadt.
  EXPECT_EQ(verdict(firm, entity("eu-3", "LegalEntity", "Yuzhny Port", {{"innCode", "7707083893"}})),
            "possible: same INN 7707083893, but other names");
  EXPECT_EQ(verdict(firm, entity("eu-4", "Company", "Severny Zavod", {{"innCode", "7702070139"}, {"country", "ru"}})), "nothing") << "its namesake";
}

TEST(Judge, Documents) {
  const Entity a = entity("ofac-3", "Person", "Ivan Petrovich SIDOROV", {{"passportNumber", "MP2663333"}, {"birthDate", "1977-03-26"}});
  EXPECT_EQ(verdict(a, entity("eu-5", "Person", "Иван Петрович СИДОРОВ", {{"passportNumber", "MP 2663333"}})),
            "certain: same passport MP2663333 and name");
  EXPECT_EQ(verdict(a, entity("eu-6", "Person", "Oleg Kuznetsov", {{"passportNumber", "MP2663333"}})), "nothing") << "another country's passport";
  EXPECT_EQ(verdict(a, entity("eu-7", "Person", "Ivan Petrovich SIDOROV", {{"passportNumber", "MP2663333"}, {"birthDate", "1950-01-02"}})),
            "possible: same passport MP2663333 and name, but other birth dates or gender");
}

TEST(Judge, NameAndDayOfBirth) {
  const Entity a = entity("ofac-4", "Person", "PETROV, Ivan Sergeevich", {{"birthDate", "1952-10-07"}, {"gender", "male"}});
  EXPECT_EQ(verdict(a, entity("au-1", "Person", "Иван Петров", {{"birthDate", "1952-10-07"}})), "certain: same name and birth date 1952-10-07");
  EXPECT_EQ(verdict(a, entity("au-2", "Person", "Oleg Borisovich Ivanov", {{"birthDate", "1952-10-07"}})), "nothing");
  EXPECT_EQ(verdict(a, entity("au-3", "Person", "Pavel Sergeevich PETROV", {{"birthDate", "1952-10-07"}})),
            "possible: like name and same birth date 1952-10-07")
      << "perhaps a twin";
  EXPECT_EQ(verdict(a, entity("au-7", "Person", "Ivan PETROVIN", {{"birthDate", "1952-10-07"}})),
            "possible: like name and same birth date 1952-10-07");
  EXPECT_EQ(verdict(a, entity("au-4", "Person", "Ivan Sergeevich PETROV", {{"birthDate", "1952-10-07"}, {"gender", "female"}})),
            "possible: same name and birth date 1952-10-07, but other birth dates or gender");
  EXPECT_EQ(verdict(a, entity("au-5", "Person", "Ivan Sergeevich PETROV", {{"birthDate", "1952-10-08"}})), "nothing");
  // 1 January stands for "some day of that year".
  const Entity january = entity("ofac-5", "Person", "Ivan Sergeevich PETROV", {{"birthDate", "1952-01-01"}});
  EXPECT_EQ(verdict(a, january), "if only one: same name and birth year 1952");
}

TEST(Judge, NamesAlone) {
  const Entity person = entity("ofac-6", "Person", "Hassan Dahir Aweys", {{"country", "so"}});
  EXPECT_EQ(verdict(person, entity("un-1", "Person", "AWEYS, Hassan Dahir", {{"nationality", "so"}})), "if only one: same name and country so");
  EXPECT_EQ(verdict(person, entity("un-2", "Person", "Hassan Dahir Aweys", {{"nationality", "ke"}})), "possible if only one: same name");
  const Entity common = entity("ofac-7", "Person", "Mohammed Ali", {{"country", "pk"}});
  EXPECT_EQ(verdict(common, entity("un-3", "Person", "ALI Mohammed", {{"country", "pk"}})), "possible if only one: same name and country pk");
  EXPECT_EQ(verdict(common, entity("un-4", "Person", "ALI Mohammed")), "nothing");
  const Entity firm = entity("ofac-8", "Company", "Trust Logistic LLC", {{"country", "ru"}});
  EXPECT_EQ(verdict(firm, entity("eu-8", "LegalEntity", "OOO Trust Logistic", {{"country", "ru"}})), "possible: same name and country ru");
  EXPECT_EQ(verdict(entity("a", "Vessel", "Ocean Pearl", {{"flag", "pa"}}), entity("b", "Vessel", "OCEAN PEARL", {{"flag", "pa"}})),
            "possible: same name and country pa")
      << "names of ships are used again";
  EXPECT_EQ(verdict(person, entity("un-5", "Person", "Hassan")), "nothing");
  const Entity weak = entity("un-6", "Person", "Omar Said", {{"weakAlias", "Hassan Dahir Aweys"}, {"country", "so"}});
  EXPECT_EQ(verdict(person, weak), "nothing") << "weak aliases do not count";
}

// Groups.

std::vector<Source> sources_of(const std::vector<std::vector<Entity>>& lists) {
  static const std::array<std::string, 6> kNames = {"list_a", "list_b", "list_c", "list_d", "list_e", "list_f"};
  std::vector<Source> sources;
  for (std::size_t i = 0; i < lists.size(); ++i) sources.push_back(Source{kNames[i], nullptr, lists[i]});
  return sources;
}

/// "1.0 same UN reference QDi.006; 2.0? same name".
std::string others(const Links& links, Member member) {
  std::string text;
  for (const auto& linked : links.of(member))
    text +=
        fmt::format("{}{}.{}{} {}", text.empty() ? "" : "; ", linked.member.source, linked.member.entity, linked.certain ? "" : "?", linked.because);
  return text;
}

TEST(Links, AGroupIsSeenFromEachOfItsMembers) {
  const std::vector<std::vector<Entity>> lists = {
      {entity("unsc-1", "Person", "Abu Zaid Dorda", {{"unscId", "LYi.006"}})},
      {entity("x", "Person", "Somebody Else"), entity("eu-1", "Person", "Abou Zayd Dorda", {{"unscId", "LYi.6"}, {"birthDate", "1944-04-04"}})},
      {entity("ofac-1", "Person", "DORDA, Abu Zayd", {{"birthDate", "1944-04-04"}})}};
  const auto links = link(sources_of(lists));
  EXPECT_EQ(others(links, {0, 0}), "1.1 same UN reference LYi.006; 2.0 same name and birth date 1944-04-04, by way of list_b");
  EXPECT_EQ(others(links, {1, 1}), "0.0 same UN reference LYi.006; 2.0 same name and birth date 1944-04-04");
  EXPECT_EQ(others(links, {2, 0}), "0.0 same name and birth date 1944-04-04, by way of list_b; 1.1 same name and birth date 1944-04-04");
  EXPECT_EQ(others(links, {1, 0}), "");
  EXPECT_TRUE(links.of({1, 2}).empty());
  EXPECT_TRUE(links.of({3, 0}).empty());
  EXPECT_EQ(links.groups(), 1U);
  EXPECT_EQ(links.entities(), 3U);
}

TEST(Links, ANameThatTwoEntriesOfAListCarryLinksNeither) {
  const std::vector<std::vector<Entity>> lists = {
      {entity("a1", "Person", "Hassan Dahir Aweys", {{"country", "so"}})},
      {entity("b1", "Person", "Hassan Dahir Aweys", {{"country", "so"}}), entity("b2", "Person", "Hassan Dahir Aweys", {{"country", "so"}})}};
  const auto links = link(sources_of(lists));
  EXPECT_EQ(others(links, {0, 0}), "1.0? same name and country so; 1.1? same name and country so");
  EXPECT_EQ(links.groups(), 0U);
}

TEST(Links, TwoOfOneListAreTogetherOnlyByANumber) {
  const Facts born = {{"birthDate", "1970-05-06"}};
  const Facts with_passport = {{"birthDate", "1970-05-06"}, {"passportNumber", "AB1234567"}};
  const auto by_name = link(sources_of({{entity("a1", "Person", "Ivan Sidorov", born)},
                                        {entity("b1", "Person", "Ivan Sidorov", born), entity("b2", "Person", "Ivan Sidorov", born)}}));
  EXPECT_EQ(others(by_name, {0, 0}),
            "1.0 same name and birth date 1970-05-06; 1.1? same name and birth date 1970-05-06, but list_b holds both b1 and b2");
  const std::vector<std::vector<Entity>> lists = {
      {entity("a1", "Person", "Ivan Sidorov", born)},
      {entity("b1", "Person", "Ivan Sidorov", with_passport), entity("b2", "Person", "Sidorov Ivan", with_passport)}};
  const auto by_passport = link(sources_of(lists));
  EXPECT_EQ(by_passport.groups(), 1U);
  EXPECT_EQ(others(by_passport, {1, 0}), "0.0 same name and birth date 1970-05-06; 1.1 same passport AB1234567 and name");
}

TEST(Links, AConflictInsideAGroupIsNotMerged) {
  // B has the passport of A and the day of birth of C; A and C have other INN.
  const Facts a = {{"passportNumber", "AB1234567"}, {"innCode", "504414685889"}};
  const Facts b = {{"passportNumber", "AB1234567"}, {"birthDate", "1970-05-06"}};
  const Facts c = {{"birthDate", "1970-05-06"}, {"innCode", "771577190559"}};
  const std::vector<std::vector<Entity>> lists = {
      {entity("a1", "Person", "Ivan Sidorov", a)}, {entity("b1", "Person", "Ivan Sidorov", b)}, {entity("c1", "Person", "Ivan Sidorov", c)}};
  const auto links = link(sources_of(lists));
  EXPECT_EQ(others(links, {1, 0}),
            "0.0 same passport AB1234567 and name; 2.0? same name and birth date 1970-05-06, but their entries on other lists contradict");
  EXPECT_EQ(others(links, {0, 0}),
            "1.0 same passport AB1234567 and name; "
            "2.0? same name and birth date 1970-05-06, but their entries on other lists contradict, by way of list_b");
}

TEST(Links, ReadTheSameFromAnIndex) {
  const std::vector<std::vector<Entity>> lists = {
      {entity("unsc-1", "Person", "Abu Zaid Dorda", {{"unscId", "LYi.006"}, {"alias", "Dorda Abu"}, {"weakAlias", "The Old Man"}})},
      {entity("eu-1", "Person", "Abou Zayd Dorda", {{"notes", "UN Reference Number: LYi.006"}, {"previousName", "Abu Zaid"}})}};
  std::vector<index::Index> indexes;
  for (const auto& list : lists) indexes.push_back(*index::Index::from_bytes(index::build(list, "sha256:0"), "sha256:0"));
  const std::vector<Source> compiled = {{"list_a", &indexes[0]}, {"list_b", &indexes[1]}};
  EXPECT_EQ(link(compiled).bytes(), link(sources_of(lists)).bytes());
  EXPECT_EQ(link(compiled).groups(), 1U);
}

TEST(Links, WhatHundredsShareLinksNobody) {
  std::vector<Entity> many;
  for (int i = 0; i < 300; ++i) many.push_back(entity(fmt::format("a{}", i), "Person", "Ivan Sidorov", {{"birthDate", "1970-05-06"}}));
  const std::vector<Entity> one = {entity("b", "Person", "Ivan Sidorov", {{"birthDate", "1970-05-06"}})};
  const auto links = link(sources_of({many, one}));
  EXPECT_EQ(links.groups(), 0U);
  EXPECT_EQ(links.skipped(), 2U) << "the name and the day";
}

TEST(Links, NothingToLink) {
  EXPECT_EQ(link({}).groups(), 0U);
  EXPECT_EQ(link(sources_of({{}, {}})).sources().size(), 2U);
  const auto again = Links::from_bytes(link({}).bytes());
  ASSERT_TRUE(again.has_value());
  EXPECT_TRUE(again->of({0, 0}).empty());
}

TEST(Links, DamagedBytesAreRefused) {
  const std::vector<std::vector<Entity>> lists = {{entity("unsc-1", "Person", "Abu Zaid Dorda", {{"unscId", "LYi.006"}})},
                                                  {entity("eu-1", "Person", "Abou Zayd Dorda", {{"unscId", "LYi.6"}})}};
  const std::string bytes = link(sources_of(lists)).bytes();
  ASSERT_TRUE(Links::from_bytes(bytes).has_value());
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    std::string damaged = bytes;
    damaged[i] = static_cast<char>(damaged[i] ^ 0x10);
    EXPECT_FALSE(Links::from_bytes(damaged).has_value()) << i;
    EXPECT_FALSE(Links::from_bytes(std::string_view(bytes).substr(0, i)).has_value()) << i;
  }
  EXPECT_FALSE(Links::from_bytes(bytes + '\0').has_value());
}

// Properties, on small random lists in which much agrees and much contradicts.

rc::Gen<Entity> any_entity(std::string id) {
  return rc::gen::exec([id]() {
    const auto one_of = [](std::initializer_list<const char*> values) { return std::string(*rc::gen::elementOf(std::vector<const char*>(values))); };
    Entity made = entity(id, one_of({"Person", "Person", "Person", "Company", "LegalEntity", "Vessel"}),
                         one_of({"Ivan", "Oleg", "Mohammed"}) + " " + one_of({"Sidorov", "Sidorova", "Kuznetsov"}));
    if (*rc::gen::resize(100, rc::gen::inRange(0, 3)) == 0) made.add("alias", one_of({"Sidorov Ivan", "Kuznetsov Oleg", "Severny Zavod"}));
    made.add("birthDate", one_of({"", "", "1970-05-06", "1970", "1971-05-06"}));
    made.add("country", one_of({"", "ru", "by"}));
    made.add("gender", one_of({"", "", "male", "female"}));
    made.add("unscId", one_of({"", "", "", "QDi.001", "QDi.002"}));
    made.add("passportNumber", one_of({"", "", "", "AB1234567", "CD7654321"}));
    made.add("innCode", one_of({"", "", "", "504414685889", "771577190559", "7707083893"}));
    made.add("imoNumber", one_of({"", "", "9826902"}));
    return made;
  });
}

std::vector<std::vector<Entity>> any_lists() {
  const auto up_to = [](int most) { return *rc::gen::resize(100, rc::gen::inRange(0, most + 1)); };
  std::vector<std::vector<Entity>> lists(1 + static_cast<std::size_t>(up_to(4)));
  for (std::size_t i = 0; i < lists.size(); ++i) {
    const int count = up_to(5);
    for (int j = 0; j < count; ++j) lists[i].push_back(*any_entity(fmt::format("{}{}", i, j)));
  }
  return lists;
}

/// The same by the slow and obvious way: every pair is judged, candidates are counted by looking at all, groups are sets of places.
class Oracle {
 public:
  explicit Oracle(const std::vector<Source>& sources) {
    for (std::uint32_t s = 0; s < sources.size(); ++s) {
      for (std::uint32_t e = 0; e < sources[s].entities.size(); ++e) {
        all_.push_back(record(sources[s].entities[e], sources[s].list));
        members_.push_back(Member{s, e});
        groups_.push_back({static_cast<std::uint32_t>(members_.size() - 1)});
      }
    }
    for (std::uint32_t a = 0; a < all_.size(); ++a) {
      for (std::uint32_t b = a + 1; b < all_.size(); ++b) {
        if (auto found = judge(all_[a], all_[b])) pairs_.push_back({a, b, *found});
      }
    }
    std::vector<Pair> certain;
    for (const auto& pair : pairs_) {
      const bool same_source = members_[pair.a].source == members_[pair.b].source;
      if (same_source && pair.evidence.rule > Rule::document) continue;
      const auto standing = pair.evidence.standing;
      const bool only = candidates(pair.a, members_[pair.b].source) == 1 && candidates(pair.b, members_[pair.a].source) == 1;
      if (standing == Standing::certain || (standing == Standing::certain_if_only_one && only)) {
        certain.push_back(pair);
      } else if (standing != Standing::possible_if_only_one || only) {
        possible_.insert({pair.a, pair.b});
      }
    }
    std::sort(certain.begin(), certain.end(), [&](const Pair& x, const Pair& y) { return key(x) < key(y); });
    for (const auto& pair : certain) {
      auto& mine = group(pair.a);
      auto& theirs = group(pair.b);
      if (&mine == &theirs) continue;
      if (may_merge(mine, theirs, pair.evidence.rule)) {
        mine.insert(theirs.begin(), theirs.end());
        theirs.clear();
      } else {
        possible_.insert({pair.a, pair.b});
      }
    }
  }

  [[nodiscard]] std::set<Member> same(std::uint32_t place) {
    std::set<Member> result;
    for (const auto other : group(place)) {
      if (other != place) result.insert(members_[other]);
    }
    return result;
  }
  [[nodiscard]] std::set<Member> possibly(std::uint32_t place) {
    std::set<Member> result;
    const auto mine = group(place);
    for (const auto& [a, b] : possible_) {
      if (mine.contains(a) == mine.contains(b)) continue;
      for (const auto other : group(mine.contains(a) ? b : a)) result.insert(members_[other]);
    }
    return result;
  }
  [[nodiscard]] const std::vector<Member>& members() const { return members_; }
  [[nodiscard]] const std::vector<Record>& all() const { return all_; }

 private:
  struct Pair {
    std::uint32_t a;
    std::uint32_t b;
    Evidence evidence;
  };
  using Name = std::pair<std::string, std::string>;
  [[nodiscard]] std::tuple<Rule, std::int32_t, Name, Name> key(const Pair& pair) const {
    const auto name = [&](std::uint32_t place) { return Name(all_[place].list, all_[place].id); };
    return std::tuple(pair.evidence.rule, -pair.evidence.weight, std::min(name(pair.a), name(pair.b)), std::max(name(pair.a), name(pair.b)));
  }
  [[nodiscard]] int candidates(std::uint32_t place, std::uint32_t source) const {
    int count = 0;
    for (const auto& pair : pairs_) {
      const bool by_number = pair.evidence.rule <= Rule::document;
      if (by_number && pair.evidence.standing == Standing::possible) continue;
      if (pair.a == place && members_[pair.b].source == source) ++count;
      if (pair.b == place && members_[pair.a].source == source) ++count;
    }
    return count;
  }
  std::set<std::uint32_t>& group(std::uint32_t place) {
    return *std::find_if(groups_.begin(), groups_.end(), [&](const auto& members) { return members.contains(place); });
  }
  [[nodiscard]] bool may_merge(const std::set<std::uint32_t>& mine, const std::set<std::uint32_t>& theirs, Rule rule) const {
    for (const auto a : mine) {
      for (const auto b : theirs) {
        if (rule > Rule::document && members_[a].source == members_[b].source) return false;
        if (vetoes(conflict(all_[a], all_[b]), rule)) return false;
      }
    }
    return true;
  }

  std::vector<Record> all_;
  std::vector<Member> members_;
  std::vector<std::set<std::uint32_t>> groups_;
  std::vector<Pair> pairs_;
  std::set<std::pair<std::uint32_t, std::uint32_t>> possible_;
};

TEST(Links, TheFastWayLinksWhatTheSlowWayDoes) {
  EXPECT_TRUE(rc::check("link() equals the judgement of all pairs", [] {
    const auto lists = any_lists();
    const auto sources = sources_of(lists);
    const auto links = link(sources);
    RC_CLASSIFY(links.groups() > 0, "with groups");
    Oracle oracle(sources);
    for (std::uint32_t place = 0; place < oracle.members().size(); ++place) {
      std::set<Member> same;
      std::set<Member> possibly;
      for (const auto& linked : links.of(oracle.members()[place])) (linked.certain ? same : possibly).insert(linked.member);
      RC_ASSERT(same == oracle.same(place));
      RC_ASSERT(possibly == oracle.possibly(place));
    }
  }));
}

TEST(Links, AGroupHoldsNoContradiction) {
  EXPECT_TRUE(rc::check("two of one list only by number; no veto between two of a group", [] {
    const auto lists = any_lists();
    const auto sources = sources_of(lists);
    const auto links = link(sources);
    const Oracle flat(sources);
    for (std::uint32_t place = 0; place < flat.members().size(); ++place) {
      const Member member = flat.members()[place];
      for (const auto& linked : links.of(member)) {
        if (!linked.certain) continue;
        if (linked.member.source == member.source) RC_ASSERT(linked.rule <= Rule::document);
        const auto other = std::find(flat.members().begin(), flat.members().end(), linked.member) - flat.members().begin();
        RC_ASSERT(!vetoes(conflict(flat.all()[place], flat.all()[static_cast<std::size_t>(other)]), linked.rule));
      }
    }
  }));
}

TEST(Links, TheOrderOfTheSourcesDoesNotMatter) {
  EXPECT_TRUE(rc::check("sources turned round", [] {
    const auto lists = any_lists();
    auto sources = sources_of(lists);
    const auto links = link(sources);
    const auto last = static_cast<std::uint32_t>(sources.size() - 1);
    std::reverse(sources.begin(), sources.end());
    const auto turned = link(sources);
    for (std::uint32_t s = 0; s < lists.size(); ++s) {
      for (std::uint32_t e = 0; e < lists[s].size(); ++e) {
        const auto outcome = [&](const std::vector<Linked>& all, bool turn) {
          std::map<Member, std::tuple<Rule, bool>> result;
          for (const auto& linked : all)
            result[Member{turn ? last - linked.member.source : linked.member.source, linked.member.entity}] = {linked.rule, linked.certain};
          return result;
        };
        RC_ASSERT(outcome(links.of({s, e}), false) == outcome(turned.of({last - s, e}), true));
      }
    }
  }));
}

TEST(Links, KeptLinksAreTheSame) {
  EXPECT_TRUE(rc::check("bytes() and from_bytes()", [] {
    const auto lists = any_lists();
    const auto links = link(sources_of(lists));
    const auto again = Links::from_bytes(links.bytes());
    RC_ASSERT(again.has_value());
    RC_ASSERT(again->bytes() == links.bytes());
    RC_ASSERT(again->sources() == links.sources());
    RC_ASSERT(again->groups() == links.groups());
    RC_ASSERT(again->entities() == links.entities());
    for (std::uint32_t s = 0; s < lists.size(); ++s) {
      for (std::uint32_t e = 0; e < lists[s].size(); ++e) RC_ASSERT(again->of({s, e}) == links.of({s, e}));
    }
  }));
}

}  // namespace
}  // namespace tamga::identity
