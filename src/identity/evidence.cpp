#include "identity/evidence.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <tuple>

#include "names/compare.h"

namespace tamga::identity {
namespace {

using identifiers::Scheme;

// Names that must agree before a number is believed. The authorities' own slips decided on them: of 1,934 pairs with the same reference ten
// are of different people, whose names score nothing, and the others 6,800 and more; of the pairs with the same INN or OGRN those below 5,000 are
// wrong as often as right.
constexpr names::Score kNamesOfReference = 5000;
constexpr names::Score kNamesOfRegisterNumber = 5000;
constexpr names::Score kNamesOfDocument = 7000;
constexpr names::Score kNamesOfDay = 7500;
/// Two words of which one says who is meant; "Mohammed", "Ali", "Trading" do not. Of the pairs of one reference that this calls certain none is
/// wrong (app/identity_real_test.cpp), and at 2,000, which suited weights before they were fitted, a sixth of the right ones were lost.
constexpr std::int32_t kTellingWeight = 1500;

/// Numbers of which an entity has one, for life.
constexpr std::array<std::string_view, 7> kOnlyOne = {"IMO", "LEI", "INN", "OGRN", "BIN", "IIN", "USCC"};

bool share(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  return std::any_of(a.begin(), a.end(), [&](const auto& value) { return std::find(b.begin(), b.end(), value) != b.end(); });
}

bool differ(const std::vector<std::string>& a, const std::vector<std::string>& b) { return !a.empty() && !b.empty() && !share(a, b); }

/// The least value that both have; empty when there is none.
std::string_view shared(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  std::string_view least;
  for (const auto& value : a) {
    if (std::find(b.begin(), b.end(), value) != b.end() && (least.empty() || value < least)) least = value;
  }
  return least;
}

bool numbers_differ(const Record& a, const Record& b, std::string_view label) {
  bool both = false;
  for (const auto& mine : a.identifiers) {
    if (!mine.checked || mine.label != label) continue;
    for (const auto& theirs : b.identifiers) {
      if (!theirs.checked || theirs.label != label) continue;
      if (mine.value == theirs.value) return false;
      both = true;
    }
  }
  return both;
}

bool un_references_differ(const Record& a, const Record& b) {
  bool both = false;
  for (const auto& mine : a.references) {
    if (mine.in != Register::un) continue;
    for (const auto& theirs : b.references) {
      if (theirs.in != Register::un) continue;
      if (mine.value == theirs.value) return false;
      both = true;
    }
  }
  return both;
}

const Reference* shared_reference(const Record& a, const Record& b) {
  for (const auto& mine : a.references) {
    if (std::binary_search(b.references.begin(), b.references.end(), mine)) return &mine;
  }
  return nullptr;
}

struct SharedNumber {
  Scheme scheme = Scheme::registration;
  std::string_view value;
  std::string_view label;
  bool checked = false;
};

/// A number that both have; one that passes its check on both sides before one that does not.
std::optional<SharedNumber> shared_number(const Record& a, const Record& b) {
  std::optional<SharedNumber> best;
  for (const auto& mine : a.identifiers) {
    for (const auto& theirs : b.identifiers) {
      if (mine.scheme != theirs.scheme || mine.value != theirs.value) continue;
      const bool checked = mine.checked && theirs.checked;
      // Where the two lists label it differently, either label will do; the same one whichever comes first.
      const SharedNumber found{mine.scheme, mine.value, std::min<std::string_view>(mine.label, theirs.label), checked};
      if (!best || std::tuple(!found.checked, found.scheme, found.value) < std::tuple(!best->checked, best->scheme, best->value)) best = found;
    }
  }
  return best;
}

/// Ships are renamed and wallets have no names: there the number alone is the thing. MMSI is not: it goes with the flag.
bool number_is_the_thing(const SharedNumber& number, const Record& a, const Record& b) {
  if (number.scheme == Scheme::imo) return a.schema == "Vessel" && b.schema == "Vessel";
  return number.scheme == Scheme::wallet && a.schema == "CryptoWallet" && b.schema == "CryptoWallet";
}

struct SameName {
  std::uint32_t words = 0;
  std::int32_t weight = 0;
};

/// The name that says most of all that have the same words on both sides.
SameName same_name(const Record& a, const Record& b) {
  SameName best;
  for (const auto& mine : a.names) {
    if (mine.words == 0) continue;
    for (const auto& theirs : b.names) {
      if (std::tie(mine.words, mine.weight) > std::tie(best.words, best.weight) && mine.key == theirs.key) best = {mine.words, mine.weight};
    }
  }
  return best;
}

/// How many words a name must have to count when it is the same word for word: beside a number that says who is meant one will do ("Matiullah"),
/// beside a birthday it will not.
enum class Least : std::uint8_t { one_word = 1, two_words = 2 };

/// The best score of their names. A person's two names that are not the same count only when two words of them do.
names::Score names_agree(const Record& a, const Record& b, Least least) {
  if (same_name(a, b).words >= static_cast<std::uint32_t>(least)) return names::kScoreMax;
  const bool person = a.kind == names::Kind::person && b.kind == names::Kind::person;
  std::vector<names::Name> theirs;
  theirs.reserve(b.names.size());
  for (const auto& name : b.names) theirs.push_back(names::parse(name.text, b.kind));
  names::Score best = 0;
  for (const auto& name : a.names) {
    const auto mine = names::parse(name.text, a.kind);
    for (const auto& other : theirs) {
      const auto comparison = names::compare(mine.view(), other.view(), *names::Model::standard());
      if (!person || comparison.pairs >= 2) best = std::max(best, comparison.score);
    }
  }
  return best;
}

std::string against_text(Conflict conflict) {
  switch (conflict) {
    case Conflict::none: return {};
    case Conflict::attributes: return ", but other birth dates or gender";
    case Conflict::number: return ", but other registration numbers";
    case Conflict::reference: return ", but other UN references";
    case Conflict::kind: return ", but of another kind";
  }
  return {};
}

/// What a rule found, after what stands against it.
Evidence weighed(Rule rule, Standing standing, std::int32_t weight, std::string because, Conflict against) {
  if (vetoes(against, rule)) {
    standing = Standing::possible;
    because += against_text(against);
  }
  return Evidence{rule, standing, weight, std::move(because)};
}

std::optional<Evidence> by_reference(const Record& a, const Record& b, Conflict against) {
  const auto* reference = shared_reference(a, b);
  if (reference == nullptr) return {};
  const std::string because = "same " + reference_text(*reference);
  const auto agree = names_agree(a, b, Least::one_word);
  if (agree < kNamesOfReference) return Evidence{Rule::reference, Standing::possible, agree, because + ", but other names"};
  return weighed(Rule::reference, Standing::certain, agree, because, against);
}

std::optional<Evidence> by_number(const Record& a, const Record& b, Conflict against) {
  const auto number = shared_number(a, b);
  if (!number) return {};
  const std::string because = fmt::format("same {} {}", number->label, number->value);
  if (number->checked) {
    if (number_is_the_thing(*number, a, b)) return weighed(Rule::register_number, Standing::certain, names::kScoreMax, because, against);
    const auto agree = names_agree(a, b, Least::one_word);
    if (agree < kNamesOfRegisterNumber) return Evidence{Rule::register_number, Standing::possible, agree, because + ", but other names"};
    return weighed(Rule::register_number, Standing::certain, agree, because + " and name", against);
  }
  const auto agree = names_agree(a, b, Least::two_words);
  if (agree < kNamesOfDocument) return {};  // short numbers of different registers meet by chance
  return weighed(Rule::document, Standing::certain, agree, because + " and name", against);
}

std::optional<Evidence> by_day_of_birth(const Record& a, const Record& b, Conflict against) {
  if (a.kind != names::Kind::person || b.kind != names::Kind::person) return {};
  const auto day = shared(a.birth_dates, b.birth_dates);
  if (day.empty()) return {};
  const auto agree = names_agree(a, b, Least::two_words);
  if (agree >= kNamesOfDay) return weighed(Rule::name_and_day, Standing::certain, agree, fmt::format("same name and birth date {}", day), against);
  // Strangers of one birthday have no two words in common; whoever has (a twin, another given name by a slip) is so rare that a person may look.
  if (agree == 0 || against != Conflict::none) return {};
  return Evidence{Rule::name_and_day, Standing::possible, agree, fmt::format("like name and same birth date {}", day)};
}

std::optional<Evidence> by_name(const Record& a, const Record& b) {
  const auto same = same_name(a, b);
  if (same.words < 2) return {};
  const bool person = a.kind == names::Kind::person && b.kind == names::Kind::person;
  const bool telling = same.weight >= kTellingWeight;
  const auto evidence = [&](Rule rule, Standing standing, std::string because) { return Evidence{rule, standing, same.weight, std::move(because)}; };
  const auto year = shared(a.birth_years, b.birth_years);
  const auto country = shared(a.countries, b.countries);
  if (person && (!year.empty() || !country.empty())) {
    return evidence(Rule::name_and_more, telling ? Standing::certain_if_only_one : Standing::possible_if_only_one,
                    year.empty() ? fmt::format("same name and country {}", country) : fmt::format("same name and birth year {}", year));
  }
  // A firm's name and country are another firm's in three of a hundred cases, counted where both have numbers.
  if (!country.empty()) return evidence(Rule::name_and_more, Standing::possible, fmt::format("same name and country {}", country));
  const bool thing = a.kind != names::Kind::person && a.kind != names::Kind::organisation;
  if (telling || thing) return evidence(Rule::name, Standing::possible_if_only_one, "same name");
  return {};
}

}  // namespace

Conflict conflict(const Record& a, const Record& b) {
  if (!schemata_compatible(a.schema, b.schema)) return Conflict::kind;
  if (un_references_differ(a, b)) return Conflict::reference;
  if (std::any_of(kOnlyOne.begin(), kOnlyOne.end(), [&](auto label) { return numbers_differ(a, b, label); })) return Conflict::number;
  if (!a.gender.empty() && !b.gender.empty() && a.gender != b.gender) return Conflict::attributes;
  if (differ(a.birth_dates, b.birth_dates) || differ(a.birth_years, b.birth_years)) return Conflict::attributes;
  return Conflict::none;
}

bool vetoes(Conflict conflict, Rule rule) {
  switch (conflict) {
    case Conflict::none: return false;
    case Conflict::attributes: return rule > Rule::register_number;
    case Conflict::number: return rule > Rule::reference;
    case Conflict::reference:
    case Conflict::kind: return true;
  }
  return true;
}

std::optional<Evidence> judge(const Record& a, const Record& b) {
  // A score may depend on which name is the query.
  if (std::tie(b.list, b.id) < std::tie(a.list, a.id)) return judge(b, a);
  const Conflict against = conflict(a, b);
  if (against == Conflict::kind) return {};
  if (auto evidence = by_reference(a, b, against)) return evidence;
  if (auto evidence = by_number(a, b, against)) return evidence;
  if (auto evidence = by_day_of_birth(a, b, against)) return evidence;
  // Here a name is all there is: whatever stands against it is enough.
  return against == Conflict::none ? by_name(a, b) : std::nullopt;
}

}  // namespace tamga::identity
