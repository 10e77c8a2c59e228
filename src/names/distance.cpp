#include "names/distance.h"

#include <algorithm>

namespace tamga::names {

std::uint32_t letters_of(std::string_view key) {
  std::uint32_t letters = 0;
  for (const char c : key) letters |= c >= 'a' && c <= 'z' ? 1U << (c - 'a') : 1U << 26;
  return letters;
}

// Words that are alike share most of their beginning and end. What is left between differs at both ends, so of at most two edits one stands at
// its beginning and one at its end (or one covers both), and all between is the same. That leaves a handful of cases and no table.
int edit_distance(std::string_view a, std::string_view b, int limit) {
  if (a.size() > b.size()) std::swap(a, b);
  if (static_cast<int>(b.size() - a.size()) > limit) return limit + 1;
  while (!a.empty() && a.back() == b.back()) {
    a.remove_suffix(1);
    b.remove_suffix(1);
  }
  while (!a.empty() && a.front() == b.front()) {
    a.remove_prefix(1);
    b.remove_prefix(1);
  }
  const std::size_t rows = a.size();
  const std::size_t columns = b.size();
  if (rows == 0) return std::min(static_cast<int>(columns), limit + 1);
  if (limit == 0) return 1;
  if (columns == 1) return 1;
  const bool swap_first = rows > 1 && a[0] == b[1] && a[1] == b[0];
  if (rows == 2 && columns == 2 && swap_first) return 1;
  if (limit == 1) return 2;
  // The letters of a and b that an edit at the beginning and one at the end take away, and whether the rest is the same.
  const auto rest_is_same = [&](std::size_t first_a, std::size_t first_b, std::size_t last_a, std::size_t last_b) {
    if (rows < first_a + last_a || columns < first_b + last_b) return false;
    for (std::size_t i = first_a, k = first_b; i < rows - last_a; ++i, ++k) {
      if (a[i] != b[k]) return false;
    }
    return true;
  };
  const bool swap_last = rows > 1 && a[rows - 1] == b[columns - 2] && a[rows - 2] == b[columns - 1];
  bool alike = false;
  if (columns == rows) {
    alike = rest_is_same(1, 1, 1, 1) || rest_is_same(1, 0, 0, 1) || rest_is_same(0, 1, 1, 0) || (swap_first && rest_is_same(2, 2, 1, 1)) ||
            (swap_last && rest_is_same(1, 1, 2, 2)) || (swap_first && swap_last && rest_is_same(2, 2, 2, 2));
  } else if (columns == rows + 1) {
    alike =
        rest_is_same(0, 1, 1, 1) || rest_is_same(1, 1, 0, 1) || (swap_last && rest_is_same(0, 1, 2, 2)) || (swap_first && rest_is_same(2, 2, 0, 1));
  } else {
    alike = rest_is_same(0, 1, 0, 1);
  }
  return alike ? 2 : 3;
}

}  // namespace tamga::names
