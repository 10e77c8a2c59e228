// A small list and a query out of any bytes: the index finds what going through every name finds, with the same scores.
//
// The first line is the query: a letter for its schema, a digit for the threshold (anything else: the model's), its name. Each other line is a
// listed name with its schema's letter, as in fuzz/corpus/index/.
#include <algorithm>
#include <cstdint>
#include <string_view>
#include <vector>

#include "match/screen.h"

namespace {

constexpr std::size_t kListedMax = 40;

std::string_view schema_of(char letter) {
  switch (letter) {
    case 'p': return "Person";
    case 'o': return "Organization";
    case 'v': return "Vessel";
    case 'a': return "Address";
    case 'w': return "CryptoWallet";
    default: return "LegalEntity";
  }
}

std::string_view next_line(std::string_view& text) {
  const auto line = text.substr(0, text.find('\n'));
  text.remove_prefix(std::min(text.size(), line.size() + 1));
  return line;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tamga;
  std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto asked = next_line(text);
  if (asked.size() < 2) return 0;
  match::Query query;
  query.names.emplace_back(asked.substr(2));
  if (asked[0] != ' ') query.schema = schema_of(asked[0]);
  match::Options options;
  if (asked[1] >= '0' && asked[1] <= '9') options.threshold = std::max(1, (asked[1] - '0') * 1000);

  std::vector<Entity> entities;
  while (!text.empty() && entities.size() < kListedMax) {
    const auto line = next_line(text);
    if (line.size() < 2) continue;
    Entity& entity = entities.emplace_back();
    entity.id = "e" + std::to_string(entities.size());
    entity.schema = schema_of(line[0]);
    entity.add("name", line.substr(1));
  }
  auto index = index::Index::from_bytes(index::build(entities, "sha256:fuzz"), "sha256:fuzz");
  TAMGA_CHECK(index.has_value());
  const std::vector<match::LoadedEdition> editions = {
      {"fuzz", "", "sha256:fuzz", "", false, std::make_shared<const index::Index>(*std::move(index))}};
  match::Workspace fast_workspace;
  match::Workspace exhaustive_workspace;
  const auto fast = match::search(query, editions, options, fast_workspace);
  options.exhaustive = true;
  const auto exhaustive = match::search(query, editions, options, exhaustive_workspace);
  TAMGA_CHECK(std::equal(fast.begin(), fast.end(), exhaustive.begin(), exhaustive.end()));
  return 0;
}
