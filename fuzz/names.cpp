// Two names out of any bytes: scores in range, the same both times, and never above the bound that the index relies on.
#include <algorithm>
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "names/compare.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tamga::names;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto split = text.find('\n');
  const std::string_view first = text.substr(0, split);
  const std::string_view second = split == std::string_view::npos ? std::string_view() : text.substr(split + 1);
  const auto& model = *Model::standard();
  for (const auto kind : {Kind::person, Kind::organisation, Kind::vessel, Kind::address, Kind::other}) {
    static thread_local Reader reader_a(model);
    static thread_local Reader reader_b(model);
    for (const Name& a : reader_a.read(first, kind)) {
      TAMGA_CHECK(!a.words.empty() && a.words.size() <= kWordsMax && a.written.size() == a.words.size());
      for (const Name& b : reader_b.read(second, kind)) {
        Explanation explanation;
        const auto comparison = compare(a.view(), b.view(), model, &explanation);
        TAMGA_CHECK(comparison.score >= 0);
        TAMGA_CHECK(comparison.score <= kScoreMax);
        TAMGA_CHECK(compare(a.view(), b.view(), model).score == comparison.score);
        if (!explanation.steps.empty() && explanation.steps.front().how == How::acronym) continue;
        std::int64_t earned = 0;
        for (const auto& step : explanation.steps) {
          if (step.query_count == 0 || step.listed_count == 0) continue;
          std::int32_t of_query = 0;
          std::int32_t of_listed = 0;
          for (std::size_t i = 0; i < step.query_count; ++i) of_query += a.words[step.query + i].weight;
          for (std::size_t j = 0; j < step.listed_count; ++j) of_listed += b.words[step.listed + j].weight;
          const bool one_each = step.query_count == 1 && step.listed_count == 1;
          const std::int64_t weight = one_each               ? pair_weight(step.how, a.words[step.query], b.words[step.listed])
                                      : step.query_count > 1 ? of_query
                                                             : of_listed;
          earned += weight * (model.parameters().contradiction(kind) - step.loss);
        }
        TAMGA_CHECK(comparison.score <= score_bound(earned, a.weight, b.weight, kind, model.parameters()));
      }
    }
  }
  return 0;
}
