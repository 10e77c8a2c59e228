// Two names out of any bytes: scores in range, the same both times, and never above the bound that the index relies on.
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "names/name.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tamga::names;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto split = text.find('\n');
  const std::string_view first = text.substr(0, split);
  const std::string_view second = split == std::string_view::npos ? std::string_view() : text.substr(split + 1);
  for (const auto kind : {Kind::person, Kind::organisation, Kind::other}) {
    const Name a = parse(first, kind);
    const Name b = parse(second, kind);
    std::vector<Step> steps;
    const auto comparison = compare(a, b, &steps);
    TAMGA_CHECK(comparison.score >= 0);
    TAMGA_CHECK(comparison.score <= kScoreMax);
    TAMGA_CHECK(compare(a, b).score == comparison.score);
    std::int64_t gain = 0;
    for (const auto& step : steps) {
      std::int64_t weights = 0;
      for (std::size_t i = 0; i < step.query_count; ++i) weights += a.words[step.query + i].weight;
      for (std::size_t j = 0; j < step.listed_count; ++j) weights += b.words[step.listed + j].weight;
      gain += weights * step.likeness;
    }
    TAMGA_CHECK(comparison.score <= score_bound(gain, a.weight, b.weight, kind));
  }
  return 0;
}
