#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "names/parameters.h"

/// The rows of tables*.inc, which scripts/gen_name_tables.py makes out of data/names/*.csv. `forms` holds one form or several, separated
/// by semicolons, as people write them; dictionary_builder.cpp brings them to keys.
namespace tamga::names {

enum class LegalClass : std::uint8_t { limited, joint_stock, sole_trader, partnership, state_enterprise, cooperative, nonprofit };
/// Where in a name a legal form may stand: short ones are words as well.
enum class FormPlace : std::uint8_t { any, start, end, edge };
enum class WordClass : std::uint8_t { particle, generic, activity, institution };
enum class PlaceType : std::uint8_t { country, city, region };
enum class PersonClass : std::uint8_t {
  title,
  honorific,
  particle,
  article,
  son_of,
  daughter_of,
  father_of,
  mother_of,
  servant_of,
  religious,  ///< what a servant of God is named after, and other parts of many names: al-Rahman, al-Din
  suffix,
  common  ///< surnames and given names of millions
};
enum class Strength : std::uint8_t { strong, weak };
enum class NumberClass : std::uint8_t { unit, ten, hundred, thousand, ordinal, roman };
enum class VesselClass : std::uint8_t { prefix, former, word };

/// A literal of the tables. Its length comes from its type: to count the letters of them all is more than clang does for a constant.
struct TableText : std::string_view {
  template <std::size_t kSize>
  consteval TableText(const char (&text)[kSize]) : std::string_view(text, kSize - 1) {}
};

struct LegalFormRow {
  TableText forms;
  LegalClass legal_class;
  FormPlace place;
};
struct OrganisationWordRow {
  TableText forms;
  TableText canonical;  ///< one or more words
  WordClass word_class;
};
struct PlaceRow {
  TableText forms;
  TableText canonical;
  PlaceType type;
};
struct PersonWordRow {
  TableText forms;
  PersonClass person_class;
};
struct NicknameRow {
  TableText forms;
  std::uint16_t group;
  Strength strength;
};
struct NumberRow {
  TableText forms;
  std::int32_t value;
  NumberClass number_class;
  bool needs_context;  ///< also a word or a letter: a number only at the end of a name
};
enum class NameKind : std::uint8_t { given, family };
struct CommonNameRow {
  TableText forms;
  NameKind kind;
  std::uint8_t level;  ///< 1 very common, 2 common, 3 well known
};
struct VesselWordRow {
  TableText forms;
  VesselClass vessel_class;
};
struct AddressWordRow {
  TableText forms;
  TableText canonical;
};
struct WeightRow {
  TableText word;
  Kind kind;
  std::int16_t weight;
};

}  // namespace tamga::names
