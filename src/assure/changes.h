#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/files.h"
#include "base/result.h"

/// Listed names, changed as people and systems change names: what a test of screening is made of. The tables (data/assure/) and the code know nothing
/// of how names are matched; a test that was made of its own answer would pass always. Pure: the same name, key and change give the same bytes.
namespace tamga::assure {

/// What a name belongs to, as far as tests tell them apart.
enum class Group : std::uint8_t { person, organisation, vessel };
inline constexpr std::size_t kGroups = 3;
[[nodiscard]] std::string_view group_name(Group group);
/// The schema by which a party of that group is asked for: Person, Company, Vessel.
[[nodiscard]] std::string_view group_schema(Group group);
/// Of a schema of the FollowTheMoney model; nothing for what is none of the three (an aircraft, an address, a wallet).
[[nodiscard]] std::optional<Group> group_of_schema(std::string_view schema);

enum class Change : std::uint8_t {
  control,  ///< none: a test that does not find these tests something else
  typo_insert,
  typo_delete,
  typo_swap,
  typo_substitute,
  typo_two,
  order,
  spelling,
  script_cyrillic,
  script_greek,
  script_arabic,
  script_latin,
  truncation,
  dropped_word,
  joined,
  split,
  nickname,
  initials,
  title_added,
  form_dropped,
  form_changed,
};
inline constexpr std::size_t kChanges = 21;

struct ChangeKind {
  Change change;
  std::string_view id;     ///< "typo_swap"
  std::string_view title;  ///< "two letters swapped"
  std::string_view method;
};
/// All, in the order of the enum.
[[nodiscard]] std::span<const ChangeKind, kChanges> change_kinds();
[[nodiscard]] const ChangeKind& kind_of(Change change);

/// A listed name to be changed.
struct Subject {
  Group group = Group::person;
  std::string_view name;
  std::string_view key;        ///< what draws the place and letter of a change: the list and the entity's id
  std::string_view last_name;  ///< when the list says it; else the last word counts as it
  std::string_view cyrillic;   ///< another listed name of the same entity in Cyrillic letters, or empty
};

/// Immutable; safe from many threads.
class Changer {
 public:
  /// With the tables that are built in.
  static Result<Changer> standard();
  /// letters.csv, legal_forms.csv, nicknames.csv, spellings.csv, titles.csv by name; errors name file and line.
  static Result<Changer> read(std::span<const NamedBytes> tables);

  /// The changed name, or nothing where the change does not apply (a nickname of a ship, the order of one word) or would change nothing.
  [[nodiscard]] std::optional<std::string> changed(const Subject& subject, Change change) const;

 private:
  enum class Place : std::uint8_t { anywhere, start, end };
  struct Letters {
    std::string script, from, to;
    Place place = Place::anywhere;
  };
  struct Form {
    std::string kind, form;
    std::vector<std::string> words;  ///< of the form, upper case
  };
  struct Spelling {
    std::string from, to;
    Place place = Place::anywhere;
  };
  struct FoundForm {
    std::size_t at = 0;  ///< first word
    std::size_t words = 0;
    const Form* form = nullptr;  ///< nullptr: the name has none
  };
  [[nodiscard]] FoundForm find_form(std::span<const std::string> words) const;
  [[nodiscard]] std::optional<std::string> rewritten(std::string_view name, std::string_view script) const;
  [[nodiscard]] std::optional<std::string> respelt(std::string_view name, std::uint64_t draw) const;
  [[nodiscard]] std::optional<std::string> with_nickname(std::span<const std::string> words, std::uint64_t draw) const;
  [[nodiscard]] std::optional<std::string> with_title(const Subject& subject, std::uint64_t draw) const;
  [[nodiscard]] std::optional<std::string> with_form(std::span<const std::string> words, Change change, std::uint64_t draw) const;

  std::vector<Letters> letters_;  ///< of one script the longest first
  std::vector<Form> forms_;       ///< those of most words first
  std::vector<std::vector<std::string>> nicknames_;
  std::vector<Spelling> spellings_;
  std::array<std::vector<std::string>, kGroups> titles_;
};

/// A number that only depends on the text: what draws samples, places and letters (FNV-1a of 64 bits, finished as in SplitMix64).
[[nodiscard]] std::uint64_t drawn(std::string_view text);

}  // namespace tamga::assure
