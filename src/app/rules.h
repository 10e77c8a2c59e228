#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/settings.h"
#include "base/files.h"
#include "goods/goods.h"
#include "goods/words.h"
#include "names/model.h"
#include "places/places.h"
#include "policy/policy.h"

/// The rule book as one edition: rule files, control lists and places together, since a decision rests on all of them.
namespace tamga::app {

/// The one file of a policy folder that holds no rules but how names are matched (names/parameters.h).
inline constexpr std::string_view kMatchingFile = "matching.toml";

struct Rules {
  policy::RuleBook book;
  std::shared_ptr<const names::Model> matching;
  goods::ControlLists controls;
  places::Places places;
  std::vector<NamedBytes> words;           ///< tables of words of goods codes (goods/words.h), as they are
  std::optional<goods::Words> read_words;  ///< where they were asked for
  std::string id;                          ///< sha256:… of `bundle`
  std::string bundle;                      ///< {"files":[{"name","text"}]}, files in the order of their names; what the store keeps
  std::string from;                        ///< for people: the folder, or "built in"
};

/// The files of a policy folder (*.toml, and goods/*.csv, goods/words/*.csv and places/*.csv below it), or those built into the binary when `folder`
/// is empty.
Result<std::vector<NamedBytes>> rule_files(const std::string& folder);
/// A house's matching.toml, the shipped numbers where it names none. What names::Model::read() cannot know is checked too: that the schemata which it
/// names exist, else a threshold would be for nothing. (A list may be a house's own, of any name.)
Result<std::shared_ptr<const names::Model>> read_matching(const NamedBytes& file);
/// The matching of a policy folder by itself; the built-in one when `folder` is empty or has no such file.
Result<std::shared_ptr<const names::Model>> load_matching(const std::string& folder);
/// Whether the tables of words are read as well, on a thread of their own: it takes as long as the rules themselves.
enum class WithWords : std::uint8_t { leave, read };
Result<Rules> load_rules(const std::string& folder, WithWords with_words = WithWords::leave);
/// From the bytes that the store kept.
Result<Rules> unbundle_rules(std::string bundle, WithWords with_words = WithWords::leave);

/// Made by cmake/embed.cmake from policy/, data/goods/ and data/places/.
struct EmbeddedFile {
  const char* name;
  const char* begin;
  const char* end;
};
extern const EmbeddedFile kEmbeddedFiles[];
extern const unsigned kEmbeddedFileCount;

}  // namespace tamga::app
