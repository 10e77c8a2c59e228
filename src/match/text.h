#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "match/screen.h"

/// Listed names and numbers inside of a longer text: what a payment is for, a line of an address. Deterministic.
namespace tamga::match {

/// The longest run of words that is compared as one name.
inline constexpr std::size_t kTextWordsMax = 6;
/// The least score of a name in a text, whatever threshold screening has.
inline constexpr Score kTextThreshold = 9'300;

struct TextHit {
  Hit hit;
  std::string words;  ///< the part of the text, or the number, that it was found by
};

/// Each run of 1 to kTextWordsMax words is screened as a name, each word and the text as a whole for identifiers. Only what nearly surely is meant is
/// kept, since ordinary words are names of somebody, too: a checked identifier; a name that agrees at kTextThreshold or more in two words that are
/// not all common ones, or in one word that is nobody else's. Addresses that are listed by themselves are not found. docs/payments.md has what was
/// measured. One hit for each listed entity, by its best words; sorted as screen() sorts. `readings`: the ways in which one text may be read.
[[nodiscard]] std::vector<TextHit> screen_text(std::span<const std::string> readings, std::span<const LoadedEdition> editions, const Options& options,
                                               Workspace& workspace);

}  // namespace tamga::match
