#include "match/name_key.h"

#include <xxhash.h>

#include <algorithm>
#include <string>
#include <vector>

namespace tamga::match {

std::uint64_t name_key(std::string_view name, names::Reader& reader) {
  const auto readings = reader.read(name, names::Kind::organisation);
  if (readings.empty()) return 0;
  const names::Name& read = readings.front();
  std::vector<std::string_view> keys;
  for (const auto& word : read.words) {
    if (names::is_full(word)) keys.push_back(read.key(word));
  }
  if (keys.empty()) return 0;
  std::sort(keys.begin(), keys.end());
  std::string joined;
  for (const auto key : keys) joined.append(key).push_back(' ');
  return XXH3_64bits(joined.data(), joined.size()) | 1U;
}

}  // namespace tamga::match
