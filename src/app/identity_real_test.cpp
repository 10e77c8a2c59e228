// Which lists hold the same people, firms and ships, on the real files; the numbers of docs/identity.md come from here:
//   tamga_app_test --gtest_filter='IdentityReal.*'
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "app/identity_real_data.h"
#include "identity/edges.h"
#include "identity/identity.h"

namespace tamga::identity {
namespace {

/// All lists, read once for all tests.
struct Real {
  std::vector<real::List> lists = real::lists_for_identity();
  std::vector<Source> sources;
  Records records;
  std::vector<Edge> edges;

  Real() {
    for (const auto& list : lists) sources.push_back(Source{list.name, nullptr, list.entities});
    records = read_records(sources);
    edges = find_edges(records).edges;
  }
  [[nodiscard]] bool missing() const { return lists.size() < 10; }
  [[nodiscard]] const Record& at(std::uint32_t place) const { return records.all[place]; }
  /// A list published in parts is several sources of one name.
  [[nodiscard]] Member find(std::string_view list, std::string_view id) const {
    for (std::uint32_t source = 0; source < lists.size(); ++source) {
      for (std::uint32_t entity = 0; entity < lists[source].entities.size(); ++entity) {
        if (lists[source].name == list && lists[source].entities[entity].id == id) return Member{source, entity};
      }
    }
    return Member{static_cast<std::uint32_t>(lists.size()), 0};
  }
};

const Real& all() {
  static const Real kReal;
  return kReal;
}

/// What is known of two records by the authorities' own numbers: the truth that rules about names are measured against.
class Truth {
 public:
  /// A record whose number stands on another list beside names that share nothing is left out: one of the two is mistyped.
  explicit Truth(const Real& real) : real_(real), disputed_(real.records.all.size()) {
    std::set<std::string> of_un;
    for (const auto& record : real.records.all) {
      for (const auto& reference : record.references) {
        if (record.list == "un_sc_sanctions" && reference.in == Register::un) of_un.insert(reference.value);
      }
    }
    for (std::uint32_t i = 0; i < real.records.all.size(); ++i) {
      for (const auto& reference : real.at(i).references) {
        if (reference.in == Register::un && reference.value.ends_with(".000")) disputed_[i] = true;
      }
    }
    for (const auto& edge : real.edges) {
      if (edge.evidence.rule > Rule::register_number || !edge.evidence.because.ends_with("but other names")) continue;
      disputed_[edge.a] = true;
      disputed_[edge.b] = true;
    }
  }
  enum class Says : std::uint8_t { nothing, same, different };
  [[nodiscard]] Says of(std::uint32_t a, std::uint32_t b) const {
    if (disputed_[a] || disputed_[b]) return Says::nothing;
    const auto evidence = judge(real_.at(a), real_.at(b));
    if (evidence && evidence->rule <= Rule::register_number && evidence->standing == Standing::certain) return Says::same;
    const auto against = conflict(real_.at(a), real_.at(b));
    return against == Conflict::number || against == Conflict::reference ? Says::different : Says::nothing;
  }
  [[nodiscard]] auto disputed() const { return std::count(disputed_.begin(), disputed_.end(), true); }

 private:
  const Real& real_;
  std::vector<bool> disputed_;
};

std::string kind_text(const Record& record) {
  switch (record.kind) {
    case names::Kind::person: return "person";
    case names::Kind::organisation: return "firm";
    case names::Kind::vessel:
    case names::Kind::address:
    case names::Kind::other: return "ship";
  }
  return {};
}

struct Count {
  int right = 0;
  int wrong = 0;
  int open = 0;
};

/// The edges between two sources of the records without references, or without any number, held against the truth.
std::map<std::string, Count> measure(const Real& real, const Truth& truth, bool keep_numbers, std::vector<std::string>* wrong_ones = nullptr) {
  Records blind = real.records;
  for (auto& record : blind.all) {
    record.references.clear();
    if (!keep_numbers) record.identifiers.clear();
  }
  const auto edges = find_edges(blind).edges;
  std::map<std::string, Count> counts;
  for (const auto& item : settle(blind, edges)) {
    const Edge& edge = edges[item.edge];
    // A shared register number cannot judge itself: see TheSecondNumberAgrees.
    if (blind.source_of(edge.a) == blind.source_of(edge.b) || edge.evidence.rule == Rule::register_number) continue;
    const std::string line =
        fmt::format("{:<16}{:<8}{}", rule_name(edge.evidence.rule), kind_text(blind.all[edge.a]), item.certain ? "certain" : "possible");
    Count& count = counts[line];
    switch (truth.of(edge.a, edge.b)) {
      case Truth::Says::same: ++count.right; break;
      case Truth::Says::different:
        ++count.wrong;
        if (item.certain && wrong_ones != nullptr)
          wrong_ones->push_back(fmt::format("{} {} = {} {}: {}", real.at(edge.a).id, real.at(edge.a).names.front().text, real.at(edge.b).id,
                                            real.at(edge.b).names.front().text, edge.evidence.because));
        break;
      case Truth::Says::nothing: ++count.open; break;
    }
  }
  return counts;
}

void print(std::string_view title, const std::map<std::string, Count>& counts) {
  fmt::print("{}\n{:<34}{:>8}{:>8}{:>8}{:>11}\n", title, "", "right", "wrong", "open", "precision");
  for (const auto& [line, count] : counts) {
    const int decided = count.right + count.wrong;
    fmt::print("{:<34}{:>8}{:>8}{:>8}{:>11}\n", line, count.right, count.wrong, count.open,
               decided == 0 ? std::string("-") : fmt::format("{:.4f}", static_cast<double>(count.right) / decided));
  }
}

Count sum(const std::map<std::string, Count>& counts, std::string_view ending) {
  Count total;
  for (const auto& [line, count] : counts) {
    if (!line.ends_with(ending)) continue;
    total.right += count.right;
    total.wrong += count.wrong;
  }
  return total;
}

TEST(IdentityReal, WhatIsCalledCertainIsRight) {
  const Real& real = all();
  if (real.missing()) GTEST_SKIP() << "../shared/data is not here";
  const Truth truth(real);
  std::vector<std::string> wrong;
  const auto by_names = measure(real, truth, false, &wrong);
  const auto by_numbers = measure(real, truth, true, &wrong);
  fmt::print("{} records of {} lists; {} with a disputed number are left out\n", real.records.all.size(), real.lists.size(), truth.disputed());
  print("Names, dates and countries only; judged by UN references, INN, OGRN, IMO:", by_names);
  print("Numbers too, references hidden; judged by the same:", by_numbers);
  for (const auto& line : wrong) fmt::print("  wrong: {}\n", line);
  for (const auto* counts : {&by_names, &by_numbers}) {
    const Count certain = sum(*counts, "certain");
    // 770 with the fitted weights, by which two common names ("Anna Belova") are possible and no longer certain.
    EXPECT_GE(certain.right, 750);
    EXPECT_LE(certain.wrong * 1000, (certain.right + certain.wrong) * 5) << "precision below 0.995";
  }
}

/// Two persons of one day of birth whose names are not alike enough to be the same: the same person spelt otherwise, a twin, or a stranger.
TEST(IdentityReal, LikeNamesOfOneDay) {
  const Real& real = all();
  if (real.missing()) GTEST_SKIP() << "../shared/data is not here";
  const Truth truth(real);
  Records blind = real.records;
  for (auto& record : blind.all) {
    record.references.clear();
    record.identifiers.clear();
  }
  std::map<std::int32_t, Count> bands;
  for (const auto& edge : find_edges(blind).edges) {
    if (edge.evidence.rule != Rule::name_and_day || edge.evidence.standing != Standing::possible) continue;
    if (blind.source_of(edge.a) == blind.source_of(edge.b) || edge.evidence.because.starts_with("same name")) continue;
    Count& count = bands[edge.evidence.weight / 500 * 500];
    switch (truth.of(edge.a, edge.b)) {
      case Truth::Says::same: ++count.right; break;
      case Truth::Says::different: ++count.wrong; break;
      case Truth::Says::nothing: ++count.open; break;
    }
  }
  fmt::print("{:<34}{:>8}{:>8}{:>8}\n", "One day of birth, by score of names", "right", "wrong", "open");
  int pairs = 0;
  int wrong = 0;
  for (const auto& [band, count] : bands) {
    fmt::print("{:<34}{:>8}{:>8}{:>8}\n", band, count.right, count.wrong, count.open);
    pairs += count.right + count.wrong + count.open;
    wrong += count.wrong;
  }
  // The scores of twins and of strangers do not part; that two words must agree leaves few enough of both.
  EXPECT_GE(pairs, 20);
  EXPECT_LE(pairs, 100);
  EXPECT_LE(wrong, 3);
}

TEST(IdentityReal, TheSecondNumberAgrees) {
  const Real& real = all();
  if (real.missing()) GTEST_SKIP() << "../shared/data is not here";
  // Two records of one INN may both have an OGRN, which then is an independent witness.
  const auto numbers = [](const Record& record, std::string_view label) {
    std::set<std::string> values;
    for (const auto& identifier : record.identifiers) {
      if (identifier.checked && identifier.label == label) values.insert(identifier.value);
    }
    return values;
  };
  const auto share = [](const std::set<std::string>& a, const std::set<std::string>& b) {
    return std::any_of(a.begin(), a.end(), [&](const auto& value) { return b.contains(value); });
  };
  int agree = 0;
  int differ = 0;
  int other_names = 0;
  for (const auto& edge : real.edges) {
    if (edge.evidence.rule != Rule::register_number || real.records.source_of(edge.a) == real.records.source_of(edge.b)) continue;
    other_names += edge.evidence.because.ends_with("but other names") ? 1 : 0;
    if (!edge.evidence.because.ends_with(" and name") && edge.evidence.because.find("other registration numbers") == std::string::npos) continue;
    int same = 0;
    int both = 0;
    for (const auto* label : {"INN", "OGRN", "USCC", "LEI", "BIN", "IIN"}) {
      const auto mine = numbers(real.at(edge.a), label);
      const auto theirs = numbers(real.at(edge.b), label);
      if (mine.empty() || theirs.empty()) continue;
      ++both;
      same += share(mine, theirs) ? 1 : 0;
    }
    if (both < 2) continue;
    ++(same == both ? agree : differ);
    if (same != both)
      fmt::print("  {} {} = {} {}: {}\n", real.at(edge.a).id, real.at(edge.a).names.front().text, real.at(edge.b).id,
                 real.at(edge.b).names.front().text, edge.evidence.because);
  }
  fmt::print("Same INN, OGRN, USCC, LEI, BIN or IIN, and a second of these on both: {} agree, {} differ; {} pairs of one number have other names\n",
             agree, differ, other_names);
  EXPECT_GE(agree, 300);
  EXPECT_LE(differ * 50, agree) << "numbers of registers are less reliable than documented";
}

TEST(IdentityReal, PairsOfOneReferenceAreFoundWithoutIt) {
  const Real& real = all();
  if (real.missing()) GTEST_SKIP() << "../shared/data is not here";
  const Truth truth(real);
  // The lists that carry UN references, with nothing left that names one.
  auto hidden = real.lists;
  std::erase_if(hidden, [](const real::List& list) {
    return list.name != "un_sc_sanctions" && list.name != "eu_fsf" && list.name != "gb_fcdo_sanctions" && list.name != "au_dfat_sanctions";
  });
  for (auto& list : hidden) {
    for (std::size_t i = 0; i < list.entities.size(); ++i) {
      Entity& entity = list.entities[i];
      std::erase_if(entity.properties, [](const Property& property) { return property.name == "unscId" || property.name == "referents"; });
      for (auto& designation : entity.designations) designation.reference.clear();
      entity.id = fmt::format("{}/{}", list.name, i);
    }
  }
  std::vector<Source> sources;
  std::map<std::string, std::uint32_t> number;
  for (const auto& list : hidden) {
    number[list.name] = static_cast<std::uint32_t>(sources.size());
    sources.push_back(Source{list.name, nullptr, list.entities});
  }
  const auto links = link(sources);
  struct Found {
    int pairs = 0;
    int certain = 0;
    int possible = 0;
  };
  std::map<std::string, Found> found;
  Found total;
  for (const auto& edge : real.edges) {
    if (edge.evidence.rule != Rule::reference || edge.evidence.standing != Standing::certain) continue;
    const auto a = real.records.source_of(edge.a);
    const auto b = real.records.source_of(edge.b);
    if (a == b || !number.contains(real.lists[a].name) || !number.contains(real.lists[b].name)) continue;
    const Member other{number[real.lists[b].name], edge.b - real.records.begin[b]};
    const auto linked = links.of({number[real.lists[a].name], edge.a - real.records.begin[a]});
    const auto at = std::find_if(linked.begin(), linked.end(), [&](const Linked& item) { return item.member == other; });
    auto& line = found[fmt::format("{:<8}{} {}", kind_text(real.at(edge.a)), real.lists[a].name, real.lists[b].name)];
    for (auto* count : {&line, &total}) {
      ++count->pairs;
      if (at != linked.end()) ++(at->certain ? count->certain : count->possible);
    }
  }
  fmt::print("{:<56}{:>7}{:>9}{:>10}\n", "Pairs of one UN reference, linked without it:", "pairs", "certain", "possible");
  for (const auto& [line, count] : found) fmt::print("{:<56}{:>7}{:>9}{:>10}\n", line, count.pairs, count.certain, count.possible);
  fmt::print("{:<56}{:>7}{:>9}{:>10}\n", "all", total.pairs, total.certain, total.possible);
  EXPECT_GE(total.pairs, 1800);
  EXPECT_GE(total.certain * 100, total.pairs * 40);
  EXPECT_GE((total.certain + total.possible) * 100, total.pairs * 85);
}

std::string others(const Real& real, const Links& links, Member member) {
  std::string text;
  for (const auto& linked : links.of(member)) {
    const auto& list = real.lists[linked.member.source];
    text += fmt::format("{} {}{}: {}\n", list.name, list.entities[linked.member.entity].id, linked.certain ? "" : "?", linked.because);
  }
  return text;
}

TEST(IdentityReal, KnownEntries) {
  const Real& real = all();
  if (real.missing()) GTEST_SKIP() << "../shared/data is not here";
  const auto links = link(real.sources);
  fmt::print("{} entities in {} groups; {} values skipped; {} bytes kept\n", links.entities(), links.groups(), links.skipped(), links.bytes().size());
  const auto contains = [&](std::string_view list, std::string_view id, std::string_view what) {
    EXPECT_NE(others(real, links, real.find(list, id)).find(what), std::string::npos) << id << "\n" << others(real, links, real.find(list, id));
  };
  // The EU's file gives KPi.045 to Kim Tong-Ho, who is KPi.046 on the UN's list; KPi.045 is Kim Kyong Ok.
  contains("eu_fsf", "eu-fsf-112314", "un_sc_sanctions unsc-6908585?: same UN reference KPi.045, but other names");
  contains("eu_fsf", "eu-fsf-112314", "un_sc_sanctions unsc-6908586?: same passport 745310111 and name, but other UN references");
  // Renamed between the lists.
  contains("us_ofac_sdn", "ofac-18213", "eu_vessels eu-vessel-9385233: same IMO 9385233");
  // Of one word, and the same.
  contains("un_sc_sanctions", "unsc-111094", "au_dfat_sanctions au-dfat-20: same UN reference TAi.020\n");
  // One INN, two firms: Annex IV, entries 61 and 99.
  contains("eu_journal_sanctions", "eu-32014R0833-IV-61", "eu-32014R0833-IV-99?: same INN 7808035536, but other names");
  EXPECT_GE(links.groups(), 5000U);
  EXPECT_EQ(links.skipped(), 0U);
}

}  // namespace
}  // namespace tamga::identity
