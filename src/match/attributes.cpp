#include "match/attributes.h"

#include <algorithm>
#include <cstdlib>

#include "index/format.h"

namespace tamga::match {
namespace {

Score scaled(Score score, std::int32_t factor) { return static_cast<Score>(static_cast<std::int64_t>(score) * factor / 1000); }

std::uint32_t year_of(std::uint32_t date) { return date / 512; }
std::uint32_t month_of(std::uint32_t date) { return date / 32 % 16; }
std::uint32_t day_of(std::uint32_t date) { return date % 32; }

Dates compare_one(std::uint32_t a, std::uint32_t b) {
  const auto year_a = static_cast<int>(year_of(a));
  const auto year_b = static_cast<int>(year_of(b));
  if (year_a == year_b) {
    if (month_of(a) == 0 || month_of(b) == 0) return Dates::agree;
    if (month_of(a) != month_of(b)) return Dates::other_day;
    if (day_of(a) == 0 || day_of(b) == 0) return Dates::agree;
    return day_of(a) == day_of(b) ? Dates::same_day : Dates::other_day;
  }
  const int years = std::abs(year_a - year_b);
  // "circa 1960": lists are unsure by a year more often than they are wrong.
  if (years == 1) return Dates::other_day;
  const bool swapped = year_a / 100 == year_b / 100 && year_a % 10 == year_b / 10 % 10 && year_b % 10 == year_a / 10 % 10;
  return years == 2 || swapped ? Dates::near_year : Dates::other_year;
}

}  // namespace

Dates compare_dates(std::uint32_t query, std::span<const std::uint32_t> listed) {
  if (query == 0 || listed.empty()) return Dates::unknown;
  Dates best = Dates::other_year;
  for (const std::uint32_t date : listed) best = std::min(best, compare_one(query, date));
  return best;
}

Known known_of(const Query& query) {
  Known known;
  known.birth_date = index::pack_date(query.birth_date);
  for (const auto& country : query.countries) {
    if (country.size() == 2) known.countries += country;
  }
  known.gender = query.gender == "male" ? 1 : query.gender == "female" ? 2 : 0;
  return known;
}

Attributed compare_attributes(const Known& query, const index::Attributes& listed) {
  Attributed result;
  result.dates = compare_dates(query.birth_date, listed.birth_dates);
  if (!query.countries.empty() && !listed.countries.empty()) {
    bool shared = false;
    for (std::size_t i = 0; i + 1 < query.countries.size() && !shared; i += 2) {
      for (std::size_t j = 0; j + 1 < listed.countries.size() && !shared; j += 2) {
        shared = query.countries[i] == listed.countries[j] && query.countries[i + 1] == listed.countries[j + 1];
      }
    }
    result.other_country = !shared;
  }
  result.other_gender = query.gender != 0 && listed.gender != 0 && query.gender != listed.gender;
  return result;
}

OtherIdentifier other_identifier(std::span<const identifiers::Identifier> query, const Entity& entity) {
  const auto listed = identifiers::of_entity(entity);
  for (const auto& mine : query) {
    if (!mine.checked) continue;
    const auto other = std::find_if(listed.begin(), listed.end(),
                                    [&](const auto& theirs) { return theirs.checked && theirs.scheme == mine.scheme && theirs.label == mine.label; });
    const bool same =
        std::any_of(listed.begin(), listed.end(), [&](const auto& theirs) { return theirs.scheme == mine.scheme && theirs.value == mine.value; });
    if (other != listed.end() && !same) return {&mine, *other};
  }
  return {};
}

AddressComparer::Agreeing AddressComparer::agreeing(const std::vector<std::string>& query, const std::vector<std::string>& listed) {
  constexpr Score kAgree = 8'000;
  constexpr std::size_t kTellingWords = 2;  // "Moscow, Russia" is where millions live
  const auto tells = [](const names::Word& word) { return word.role == names::Role::word || word.role == names::Role::number; };
  Agreeing best;
  for (const auto& mine : query) {
    for (const auto& a : first_.read(mine, names::Kind::address)) {
      if (static_cast<std::size_t>(std::count_if(a.words.begin(), a.words.end(), tells)) < kTellingWords) continue;
      for (const auto& theirs : listed) {
        for (const auto& b : second_.read(theirs, names::Kind::address)) {
          if (static_cast<std::size_t>(std::count_if(b.words.begin(), b.words.end(), tells)) < kTellingWords) continue;
          const auto comparison = names::compare(a.view(), b.view(), model_);
          if (comparison.number_conflict || comparison.score < kAgree || comparison.score <= best.score) continue;
          best = Agreeing{&mine, &theirs, comparison.score};
        }
      }
    }
  }
  return best;
}

std::int32_t date_factor(Dates dates, const names::Parameters& parameters) {
  switch (dates) {
    case Dates::unknown:
    case Dates::same_day:
    case Dates::agree: return 1000;
    case Dates::other_day: return parameters.factor_birth_day;
    case Dates::near_year: return parameters.factor_birth_year_near;
    case Dates::other_year: return parameters.factor_birth_year;
  }
  return 1000;
}

Score attributed_score(Score names, NameQuality quality, const Attributed& attributed, const names::Parameters& parameters) {
  Score score = names;
  if (attributed.dates == Dates::same_day) score += scaled(names::kScoreMax - score, parameters.support_birth_date);
  if (quality == NameQuality::weak) {
    score = scaled(score, attributed.birth_agrees() ? parameters.factor_weak_alias_confirmed : parameters.factor_weak_alias);
  }
  score = scaled(score, date_factor(attributed.dates, parameters));
  if (attributed.other_country) score = scaled(score, parameters.factor_country);
  if (attributed.other_gender) score = scaled(score, parameters.factor_gender);
  return score;
}

Score names_threshold(Score threshold, const Known& query, const names::Parameters& parameters) {
  // A day that is known in full may lift a name: found by trying, since rounding matters and this is done once a query.
  if (query.birth_date == 0 || day_of(query.birth_date) == 0) return threshold;
  const Attributed best{Dates::same_day, false, false};
  Score low = 1;
  Score high = threshold;
  while (low < high) {
    const Score middle = (low + high) / 2;
    if (attributed_score(middle, NameQuality::strong, best, parameters) >= threshold) {
      high = middle;
    } else {
      low = middle + 1;
    }
  }
  return low;
}

}  // namespace tamga::match
