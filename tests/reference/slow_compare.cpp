#include "reference/slow_compare.h"

#include <algorithm>
#include <vector>

namespace tamga::reference {
namespace {

struct Choice {
  std::uint64_t query = 0;
  std::uint64_t listed = 0;
  std::int64_t value = 0;
};

std::uint64_t bits(std::size_t first, std::size_t count) { return ((std::uint64_t{1} << count) - 1) << first; }

std::int64_t best(const std::vector<Choice>& choices, std::size_t at, std::uint64_t query, std::uint64_t listed) {
  if (at == choices.size()) return 0;
  std::int64_t most = best(choices, at + 1, query, listed);
  const Choice& choice = choices[at];
  if ((choice.query & query) == 0 && (choice.listed & listed) == 0) {
    most = std::max(most, choice.value + best(choices, at + 1, query | choice.query, listed | choice.listed));
  }
  return most;
}

}  // namespace

int distance(std::string_view a, std::string_view b) {
  std::vector<std::vector<int>> table(a.size() + 1, std::vector<int>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i) {
    for (std::size_t j = 0; j <= b.size(); ++j) {
      if (i == 0 || j == 0) {
        table[i][j] = static_cast<int>(i + j);
        continue;
      }
      table[i][j] = std::min({table[i - 1][j] + 1, table[i][j - 1] + 1, table[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) table[i][j] = std::min(table[i][j], table[i - 2][j - 2] + 1);
    }
  }
  return table[a.size()][b.size()];
}

std::int64_t best_value(const names::NameView& query, const names::NameView& listed, const names::Model& model) {
  const std::int32_t contradiction = model.parameters().contradiction(listed.kind);
  std::vector<Choice> choices;
  const auto offer = [&](std::size_t i, std::size_t count_i, std::size_t j, std::size_t count_j, std::int32_t loss) {
    if (loss >= contradiction) return;
    std::int32_t of_query = 0;
    std::int32_t of_listed = 0;
    for (std::size_t k = i; k < i + count_i; ++k) of_query += query.words[k].weight;
    for (std::size_t k = j; k < j + count_j; ++k) of_listed += listed.words[k].weight;
    choices.push_back(Choice{bits(i, count_i), bits(j, count_j), std::int64_t{of_query + of_listed} * (contradiction - loss)});
  };
  for (std::size_t i = 0; i < query.words.size(); ++i) {
    for (std::size_t j = 0; j < listed.words.size(); ++j) {
      const auto likeness = names::compare_words(query, query.words[i], listed, listed.words[j], model);
      offer(i, 1, j, 1, likeness.loss);
      for (std::size_t count = 2; count <= names::kJoinedWordsMax; ++count) {
        if (i + count <= query.words.size() && names::joinable(query, i, count))
          offer(i, count, j, 1, names::joined_loss(query, i, count, listed, listed.words[j], model.parameters()));
        if (j + count <= listed.words.size() && names::joinable(listed, j, count))
          offer(i, 1, j, count, names::joined_loss(listed, j, count, query, query.words[i], model.parameters()));
      }
    }
  }
  return best(choices, 0, 0, 0);
}

}  // namespace tamga::reference
