#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/files.h"
#include "base/json.h"
#include "base/result.h"

/// The numbers of the score, and the house's own words: policy/matching.toml, versioned with the policy.
///
/// Each number is in thousandths. The file that Tamga ships is written by scripts/fit_matching.py from labelled pairs, with
/// cross-validation; docs/matching.md says what each number does and how it was found. Immutable after reading; may be shared.
namespace tamga::names {

/// What a name belongs to. It decides how the name is read and what a missing or another word costs.
enum class Kind : std::uint8_t { person, organisation, vessel, address, other };
inline constexpr std::size_t kKinds = 5;
[[nodiscard]] std::string_view kind_name(Kind kind);

/// name, smallest, standard and largest value allowed. The order is that of the file.
#define TAMGA_NAMES_PARAMETERS(X)                                                                                            \
  /* A word of one name against another word of the other, beyond what leaving both out would cost. */                       \
  X(contradiction_person, 1000, 2000, 4000)                                                                                  \
  X(contradiction_organisation, 1000, 1800, 4000)                                                                            \
  X(contradiction_vessel, 1000, 1800, 4000)                                                                                  \
  /* A word that only one of the two names has, as a share of its weight. */                                                 \
  X(missing_person, 0, 150, 1000)                                                                                            \
  X(missing_organisation, 0, 350, 1000)                                                                                      \
  X(missing_vessel, 0, 350, 1000)                                                                                            \
  /* What a pair of words loses. */                                                                                          \
  X(loss_spelling, 0, 30, 1000)        /* equal keys: Sergei and Sergey */                                                   \
  X(loss_edit, 300, 1200, 3000)        /* one edit, divided by the letters of the longer word */                             \
  X(loss_edit_firm, 300, 1000, 3000)   /* the same in a name of a firm or ship: names of people are nearer to one another */ \
  X(loss_edit_second, 0, 0, 1000)      /* added for the second edit */                                                       \
  X(loss_first_letter, 0, 80, 1000)    /* added when the first letters differ */                                             \
  X(loss_vowel_discount, 0, 200, 1000) /* share of an edit that is forgiven when only vowels changed */                      \
  X(loss_known_names, 0, 400, 1500)    /* added when both are well-known names: Maria and Mario */                           \
  X(loss_known_query, 0, 200, 1500)    /* added when what was asked for is a well-known name: nobody's misspelling */        \
  X(loss_nickname, 0, 100, 1000)       /* Sasha and Alexander */                                                             \
  X(loss_translation, 0, 50, 1000)     /* zavod and plant */                                                                 \
  X(loss_nickname_weak, 0, 600, 1000)  /* Ivan and John */                                                                   \
  X(loss_initial, 0, 100, 1000)        /* V and Vladimir, beyond the small weight of an initial */                           \
  X(loss_joined, 0, 50, 1000)          /* Alisher Usmanov and AlisherUsmanov */                                              \
  X(loss_skeleton, 0, 100, 1000)       /* equal consonants, one side in Arabic or Hebrew letters: four and more */           \
  X(loss_skeleton_three, 0, 250, 1000) /* three */                                                                           \
  X(loss_skeleton_two, 0, 500, 1000)   /* two */                                                                             \
  X(loss_skeleton_edit, 0, 450, 1000)  /* one consonant differs */                                                           \
  /* Factors on the whole name. */                                                                                           \
  X(factor_one_word, 0, 700, 1000)       /* one word in common with a person of several (OFAC FAQ 5, step 3) */              \
  X(factor_one_word_firm, 0, 950, 1000)  /* the same of a firm */                                                            \
  X(factor_initials, 0, 850, 1000)       /* one word and only initials besides */                                            \
  X(factor_order, 0, 920, 1000)          /* "Salman bin Muhammad" is the son of the other's father */                        \
  X(factor_lineage, 0, 800, 1000)        /* the same, where "bin" says whose son */                                          \
  X(factor_rotated, 0, 990, 1000)        /* the surname moved to the other end */                                            \
  X(factor_syllables, 0, 800, 1000)      /* a Chinese or Korean name with a word more or less is another */                  \
  X(factor_legal_form, 0, 970, 1000)     /* a limited company against a joint-stock company */                               \
  X(factor_number, 0, 850, 1000)         /* other numbers */                                                                 \
  X(factor_number_missing, 0, 930, 1000) /* a number that only one has */                                                    \
  X(factor_place, 0, 850, 1000)          /* other places: Bank of China (Hong Kong), (Singapore) */                          \
  X(factor_place_missing, 0, 950, 1000)  /* a place that only one has */                                                     \
  X(acronym, 0, 700, 1000)               /* score of an acronym of four letters and more */                                  \
  /* Factors of what is known besides the names (match/screen.h). */                                                         \
  X(factor_birth_year, 0, 650, 1000)      /* born in years that are three and more apart */                                  \
  X(factor_birth_year_near, 0, 850, 1000) /* two years apart, or the year's digits swapped */                                \
  X(factor_birth_day, 0, 900, 1000)       /* the same year or the next, another day */                                       \
  X(factor_country, 0, 930, 1000)                                                                                            \
  X(factor_gender, 0, 850, 1000)                                                                                             \
  X(factor_identifier, 0, 850, 1000) /* both have a checked number of the same register, and they differ */                  \
  X(factor_weak_alias, 0, 680, 1000) /* OFAC FAQ 122 to 125: weak aliases confirm, they do not accuse */                     \
  X(factor_weak_alias_confirmed, 0, 900, 1000)                                                                               \
  X(support_birth_date, 0, 100, 500) /* share of what lacks to 1 that the same full birth date gives back */                 \
  X(support_address, 0, 100, 500)    /* the same for an address that agrees */                                               \
  /* Weights of words that tell less than a name does. */                                                                    \
  X(weight_particle, 0, 120, 1000)                                                                                           \
  X(weight_title, 0, 80, 1000)                                                                                               \
  X(weight_honorific, 0, 300, 1000)                                                                                          \
  X(weight_common, 100, 600, 1000) /* names of millions, where their share is not counted */                                 \
  X(weight_known, 100, 800, 1000)  /* names of many */                                                                       \
  X(weight_patronymic, 0, 500, 1000)                                                                                         \
  X(weight_initial, 100, 300, 1000)                                                                                          \
  X(weight_form_word, 0, 100, 1000) /* "Joint", "Liability" outside of a whole legal form; "street", "room" */               \
  X(weight_generic, 50, 350, 1000)                                                                                           \
  X(weight_activity, 50, 450, 1000)                                                                                          \
  X(weight_place, 50, 600, 1000)                                                                                             \
  X(weight_number, 1, 500, 1000) /* not 0: of no weight it pairs with nothing and contradicts itself */                      \
  X(weight_two_letters, 100, 600, 1000)                                                                                      \
  X(weight_three_letters, 100, 850, 1000)

struct Parameters {
#define TAMGA_NAMES_FIELD(name, least, standard, most) std::int32_t name = standard;
  TAMGA_NAMES_PARAMETERS(TAMGA_NAMES_FIELD)
#undef TAMGA_NAMES_FIELD

  [[nodiscard]] std::int32_t contradiction(Kind kind) const {
    return kind == Kind::person ? contradiction_person : kind == Kind::organisation ? contradiction_organisation : contradiction_vessel;
  }
  [[nodiscard]] std::int32_t edit(Kind kind) const { return kind == Kind::person ? loss_edit : loss_edit_firm; }
  [[nodiscard]] std::int32_t missing(Kind kind) const {
    return kind == Kind::person ? missing_person : kind == Kind::organisation ? missing_organisation : missing_vessel;
  }
};

/// The numbers that change how a name is read, not only what pairs of words lose: those called weight_…, in their order. The dictionary and
/// compiled lists are made with them.
[[nodiscard]] std::vector<std::int32_t> reading_weights(const Parameters& parameters);

/// A word that the house wants read as another one ("gazp" as "gazprom"), or as nothing (a stop-word: `read_as` empty).
struct HouseWord {
  std::string written;
  std::string read_as;
  bool operator==(const HouseWord&) const = default;
};

/// A threshold or factor of its own for a list, a schema, or a schema on a list. Empty: any.
struct Tuning {
  std::string list;
  std::string schema;
  std::int32_t value = 0;  ///< a threshold in 1/10,000, a factor in thousandths
  bool operator==(const Tuning&) const = default;
};

/// The whole file.
struct MatchingFile {
  Parameters parameters;
  std::vector<HouseWord> house_words;
  std::int32_t threshold = 7000;  ///< of a hit, in 1/10,000
  std::vector<Tuning> thresholds;
  std::vector<Tuning> factors;
};

/// Reads a matching.toml. The numbers and the threshold that it does not name are those of `base`: by itself the standards above, which are not
/// fitted. Unknown keys, values out of range and words that read as nothing are refused with file and line.
Result<MatchingFile> read_matching(const NamedBytes& file, const MatchingFile& base = {});

}  // namespace tamga::names
