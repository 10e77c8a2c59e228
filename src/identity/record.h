#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "identifiers/identifiers.h"
#include "model/entity.h"
#include "names/name.h"

/// What is compared of an entity when two lists are linked; used inside identity/ only.
namespace tamga::identity {

/// Whose number a reference is. An authority that repeats another's number says itself that it means the same one.
enum class Register : std::uint8_t {
  un,    ///< permanent reference number of the UN Security Council: "QDi.006"
  ofac,  ///< uid of OFAC, on its lists and in entity_number of the US Consolidated Screening List: "17013"
  uk,    ///< unique id of the UK Sanctions List, also in OFSI's old list: "RUS0251"
  ofsi,  ///< group id of OFSI: "12703"
  eu,    ///< EU reference number of the Commission's file: "EU.27.28"
  id,    ///< the entity's id itself, where ids are unique over all lists
};

struct Reference {
  Register in = Register::id;
  std::string value;
  auto operator<=>(const Reference&) const = default;
};

/// "UN reference QDi.006".
[[nodiscard]] std::string reference_text(const Reference& reference);
/// "QDi.6", "QDI.006" and "QDi.006 " are all "QDi.006"; empty when it is not a UN reference.
[[nodiscard]] std::string un_reference(std::string_view text);

struct ListedName {
  std::string_view text;
  /// The comparison keys of its words without initials and legal forms; of a person in alphabetical order, since lists put the surname first or last.
  std::string key;
  std::uint32_t words = 0;  ///< in `key`
  std::int32_t weight = 0;  ///< of the words in `key`: what the name says about who is meant
};

/// Everything that judge() looks at. `names` points into what the record was made of.
struct Record {
  std::string list;
  std::string id;
  std::string schema;
  names::Kind kind = names::Kind::other;
  std::vector<Reference> references;                 ///< sorted
  std::vector<identifiers::Identifier> identifiers;  ///< as of_entity() gives them
  std::vector<std::string> birth_dates;              ///< ISO 8601, to the day
  std::vector<std::string> birth_years;              ///< of all birth dates
  std::vector<std::string> countries;                ///< ISO 3166-1 alpha-2, lower case; sorted
  std::string gender;                                ///< "male", "female" or empty
  std::vector<ListedName> names;
};

/// All but the names.
[[nodiscard]] Record record_of(std::string_view list, const Entity& entity);
/// The names that a record is compared by: strong and former ones. Weak aliases say little of who is meant (OFAC FAQ 124).
void add_name(Record& record, std::string_view text);
void add_names(Record& record, const Entity& entity);

}  // namespace tamga::identity
