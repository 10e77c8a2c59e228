#pragma once

#include <string_view>
#include <vector>

#include "peers/merged.h"
#include "peers/request.h"

/// The text of a search box against the words of merged entities. Every word must stand in an entity: in a name, an identifier or an address.
namespace tamga::peers {

/// What a search understands of its text.
struct Words {
  struct One {
    std::string latin;
    std::string key;
    Merged::Like like = Merged::Like::same;
    bool phrase = false;  ///< follows the word before it, in one name
  };
  /// In each way to read the text; any of them may be meant. Empty: everything is wanted.
  std::vector<std::vector<One>> readings;
};

enum class Syntax : std::uint8_t {
  full,    ///< words, "phrases", AND, word* and word~; 400 for what else Elasticsearch's query strings may hold
  simple,  ///< the same, and only what a search box would take for an operator is refused
  prefix   ///< plain words, of which the last one may be only begun
};
/// `fuzzy`: every word may be misspelt.
Answered<Words> read_words(std::string_view text, Syntax syntax, bool fuzzy);

/// An entity with all words, and how well it has them.
struct WordHit {
  std::uint32_t entity = 0;
  std::uint32_t rank = 0;  ///< more for a name than for an address, for the same word than for one like it, and for a short name
};
/// All of them, best first, then by id.
[[nodiscard]] std::vector<WordHit> find_words(const Merged& merged, const Words& words);

}  // namespace tamga::peers
