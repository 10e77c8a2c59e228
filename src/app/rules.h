#pragma once

#include <string>
#include <vector>

#include "app/settings.h"
#include "base/files.h"
#include "goods/goods.h"
#include "policy/policy.h"

/// The rule book as one edition: rule files and control lists together, since a decision rests on both.
namespace tamga::app {

struct Rules {
  policy::RuleBook book;
  goods::ControlLists controls;
  std::string id;      ///< sha256:… of `bundle`
  std::string bundle;  ///< {"files":[{"name","text"}]}, files in the order of their names; what the store keeps
  std::string from;    ///< for people: the folder, or "built in"
};

/// The files of a policy folder (*.toml and goods/*.csv below it), or those built into the binary when `folder` is empty.
Result<std::vector<NamedBytes>> rule_files(const std::string& folder);
Result<Rules> load_rules(const std::string& folder);
/// From the bytes that the store kept.
Result<Rules> unbundle_rules(std::string bundle);

/// Made by cmake/embed.cmake from policy/ and data/goods/.
struct EmbeddedFile {
  const char* name;
  const char* begin;
  const char* end;
};
extern const EmbeddedFile kEmbeddedFiles[];
extern const unsigned kEmbeddedFileCount;

}  // namespace tamga::app
