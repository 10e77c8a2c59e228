#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "match/screen.h"
#include "policy/policy.h"

/// Text for a person's eyes. Colours only on a terminal, never with NO_COLOR.
namespace tamga::cli {

enum class Colour : std::uint8_t { plain, bold, dim, red, yellow, green, cyan };

/// `text` in a colour, if standard output is a terminal.
[[nodiscard]] std::string paint(Colour colour, std::string_view text);
[[nodiscard]] Colour colour_of(policy::Outcome outcome);

/// Columns aligned by what is seen: letters, not bytes. The last column is not padded. An empty head is not printed.
class Table {
 public:
  explicit Table(std::vector<std::string> head) : rows_{std::move(head)} {}
  void add(std::vector<std::string> row) { rows_.push_back(std::move(row)); }
  [[nodiscard]] std::string text() const;

 private:
  std::vector<std::vector<std::string>> rows_;
};

/// How many columns a terminal gives to UTF-8 text.
[[nodiscard]] std::size_t seen_width(std::string_view text);

/// Breaks a line at blanks so that it fits the terminal; what follows the first line is indented by `indent`.
[[nodiscard]] std::string wrapped(std::string_view line, std::size_t indent);

[[nodiscard]] std::string hit_lines(const std::vector<match::Hit>& hits, bool explain);
[[nodiscard]] std::string reason_lines(const std::vector<match::Reason>& reasons, std::string_view indent);

/// A name on one line, for tables and trees.
[[nodiscard]] std::string one_line(std::string_view name);

/// Writes to standard output, and to standard error. Control characters that are not ours are shown as U+FFFD.
void out(std::string_view text);
void note(std::string_view text);

}  // namespace tamga::cli
