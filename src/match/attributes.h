#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "identifiers/identifiers.h"
#include "index/index.h"
#include "match/screen.h"

/// What is known of two parties besides their names: birth date, country, gender.
namespace tamga::match {

/// What lists and queries say of a birth date: as far as both are known.
enum class Dates : std::uint8_t {
  unknown,    ///< one of the two says nothing
  same_day,   ///< the same full date
  agree,      ///< the same year, or year and month, no more being known
  other_day,  ///< the same year or the next, another day: typing errors, "circa"
  near_year,  ///< two years apart, or the year's last digits swapped
  other_year
};
/// Dates packed as index::Attributes has them; the best of what is listed counts.
[[nodiscard]] Dates compare_dates(std::uint32_t query, std::span<const std::uint32_t> listed);

/// A query's attributes, ready to be compared.
struct Known {
  std::uint32_t birth_date = 0;  ///< packed; 0: unknown
  std::string countries;         ///< two letters each
  std::uint8_t gender = 0;
};
[[nodiscard]] Known known_of(const Query& query);

/// The outcome of the comparison.
struct Attributed {
  Dates dates = Dates::unknown;
  bool other_country = false;
  bool other_gender = false;
  [[nodiscard]] bool contradicts() const {
    return other_country || other_gender || dates == Dates::other_day || dates == Dates::near_year || dates == Dates::other_year;
  }
  [[nodiscard]] bool birth_agrees() const { return dates == Dates::same_day || dates == Dates::agree; }
};
[[nodiscard]] Attributed compare_attributes(const Known& query, const index::Attributes& listed);

/// Two checked numbers of the same register that differ, none being the same: the query's and the entity's. nullptr when there are none.
struct OtherIdentifier {
  const identifiers::Identifier* query = nullptr;
  identifiers::Identifier listed;
};
[[nodiscard]] OtherIdentifier other_identifier(std::span<const identifiers::Identifier> query, const Entity& entity);

/// Whether two addresses are one: their words and numbers agree as those of names do, and no number of one contradicts the other's.
class AddressComparer {
 public:
  explicit AddressComparer(const names::Model& model) : model_(model), first_(model), second_(model) {}

  struct Agreeing {
    const std::string* query = nullptr;  ///< nullptr: none does
    const std::string* listed = nullptr;
    Score score = 0;
  };
  /// The best pair that agrees.
  [[nodiscard]] Agreeing agreeing(const std::vector<std::string>& query, const std::vector<std::string>& listed);

 private:
  const names::Model& model_;
  names::Reader first_;
  names::Reader second_;
};

/// The factor that dates cost, in thousandths; 1000 when they do not contradict.
[[nodiscard]] std::int32_t date_factor(Dates dates, const names::Parameters& parameters);

/// The score of the names with what else is known. Increasing in the names' score, so that a bound of it bounds this.
[[nodiscard]] Score attributed_score(Score names, NameQuality quality, const Attributed& attributed, const names::Parameters& parameters);

/// The least score of names from which attributed_score() could reach `threshold`, whatever is listed.
[[nodiscard]] Score names_threshold(Score threshold, const Known& query, const names::Parameters& parameters);

}  // namespace tamga::match
