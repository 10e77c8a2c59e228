#include "cli/print.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

namespace tamga::cli {
namespace {

bool colours() {
  static const bool on = ::isatty(STDOUT_FILENO) == 1 && std::getenv("NO_COLOR") == nullptr;
  return on;
}

std::string_view code(Colour colour) {
  switch (colour) {
    case Colour::plain: return "0";
    case Colour::bold: return "1";
    case Colour::dim: return "2";
    case Colour::red: return "1;31";
    case Colour::yellow: return "1;33";
    case Colour::green: return "1;32";
    case Colour::cyan: return "36";
  }
  return "0";
}

/// Columns of the terminal; 0 where output goes elsewhere, and is then never broken.
std::size_t terminal_width() {
  static const std::size_t width = [] {
    winsize size{};
    if (::isatty(STDOUT_FILENO) != 1 || ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col < 40) return std::size_t{0};
    return static_cast<std::size_t>(size.ws_col);
  }();
  return width;
}

std::string percent(match::Score score) { return fmt::format("{:.1f} %", score / 100.0); }

}  // namespace

std::string wrapped(std::string_view line, std::size_t indent) {
  const std::size_t width = terminal_width();
  std::string text;
  std::size_t column = 0;
  while (!line.empty()) {
    const auto blank = std::min(line.find(' ', 1), line.size());
    const std::string_view word = line.substr(0, blank);
    line.remove_prefix(blank);
    const std::size_t seen = seen_width(word);
    if (width > 0 && column > indent && column + seen > width) {
      text += "\n" + std::string(indent, ' ');
      text += word.starts_with(' ') ? word.substr(1) : word;
      column = indent + seen - (word.starts_with(' ') ? 1 : 0);
    } else {
      text += word;
      column += seen;
    }
  }
  return text;
}

std::string paint(Colour colour, std::string_view text) {
  if (!colours() || colour == Colour::plain) return std::string(text);
  return fmt::format("\x1b[{}m{}\x1b[0m", code(colour), text);
}

Colour colour_of(policy::Outcome outcome) {
  switch (outcome) {
    case policy::Outcome::pass: return Colour::green;
    case policy::Outcome::review: return Colour::yellow;
    case policy::Outcome::licence_required: return Colour::yellow;
    case policy::Outcome::prohibited: return Colour::red;
  }
  return Colour::plain;
}

std::size_t seen_width(std::string_view text) {
  std::size_t width = 0;
  bool escape = false;
  for (const char c : text) {
    if (c == '\x1b') escape = true;
    if (!escape && (static_cast<unsigned char>(c) & 0xC0) != 0x80) ++width;
    if (escape && c == 'm') escape = false;
  }
  return width;
}

std::string Table::text() const {
  std::vector<std::size_t> widths;
  for (const auto& row : rows_) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], seen_width(row[i]));
  }
  std::string result;
  for (std::size_t number = rows_.front().empty() ? 1 : 0; number < rows_.size(); ++number) {
    std::string line;
    for (std::size_t i = 0; i < rows_[number].size(); ++i) {
      line += rows_[number][i];
      if (i + 1 < rows_[number].size()) line.append(widths[i] - seen_width(rows_[number][i]) + 2, ' ');
    }
    while (!line.empty() && line.back() == ' ') line.pop_back();
    result += (number == 0 ? paint(Colour::dim, line) : line) + "\n";
  }
  return result;
}

std::string reason_lines(const std::vector<match::Reason>& reasons, std::string_view indent) {
  std::string text;
  for (const auto& reason : reasons) {
    if (reason.how == "only_query") {
      text += fmt::format("{}{}: not in the listed name\n", indent, reason.query);
    } else if (reason.how == "only_listed") {
      text += fmt::format("{}{}: only in the listed name\n", indent, reason.listed);
    } else if (reason.query.empty() && reason.listed.empty()) {
      text += fmt::format("{}{} {}\n", indent, reason.how, percent(reason.score));
    } else {
      text += fmt::format("{}{} = {}: {} {}\n", indent, reason.query, reason.listed, reason.how, percent(reason.score));
    }
  }
  return text;
}

std::string hit_lines(const std::vector<match::Hit>& hits, bool explain) {
  Table table({"score", "list", "listed as", "programme", "id"});
  std::string text;
  std::vector<std::string> rows;
  for (const auto& hit : hits) {
    std::string programs;
    for (const auto& designation : hit.entity.designations) {
      const std::string program = designation.annex.empty() ? designation.program : designation.program + " " + designation.annex;
      if (programs.find(program) == std::string::npos) programs += (programs.empty() ? "" : ", ") + program;
    }
    const std::string name = hit.matched_name == hit.entity.caption ? hit.matched_name : fmt::format("{} ({})", hit.matched_name, hit.entity.caption);
    table.add({paint(hit.certain ? Colour::red : Colour::yellow, match::score_text(hit.score)), hit.list, name, programs, hit.entity.id});
  }
  text = table.text();
  std::string elsewhere;
  for (const auto& hit : hits) {
    for (const auto& other : hit.also_listed) {
      // What is a hit itself stands in the table.
      const auto shown = [&](const match::Hit& candidate) { return candidate.list == other.list && candidate.entity.id == other.id; };
      if (std::any_of(hits.begin(), hits.end(), shown)) continue;
      elsewhere += fmt::format("  {} is {} {} of {}{}{}: {}\n", hit.entity.id, other.certain ? "also" : "possibly", other.id, other.list,
                               other.part.empty() ? "" : " ", other.part, other.because);
    }
  }
  if (!elsewhere.empty()) text += "\nOn other lists:\n" + elsewhere;
  if (!explain) return text;
  // The explanations follow the table, each under its entity.
  for (const auto& hit : hits)
    text += fmt::format("\n{} {}\n{}", paint(Colour::bold, hit.entity.id), hit.matched_name, reason_lines(hit.explain, "  "));
  return text;
}

namespace {

/// How long a sequence of ours is that begins here: a colour of paint(), or the clearing of a progress line. 0: none.
std::size_t own_sequence(std::string_view text) {
  for (const std::string_view own : {"\x1b[0m", "\x1b[1m", "\x1b[2m", "\x1b[1;31m", "\x1b[1;33m", "\x1b[1;32m", "\x1b[36m", "\x1b[K"}) {
    if (text.starts_with(own)) return own.size();
  }
  return 0;
}

/// How long a character is that does something to a terminal instead of being seen: controls, and marks that turn the direction of what follows
/// (U+202A to U+202E, U+2066 to U+2069). 0: none.
std::size_t acting_size(std::string_view text) {
  const auto c = static_cast<unsigned char>(text.front());
  if (c == 0x7f || (c < 0x20 && c != '\n' && c != '\t' && c != '\r')) return 1;
  if (c == 0xc2 && text.size() > 1 && static_cast<unsigned char>(text[1]) < 0xa0) return 2;
  if (c != 0xe2 || text.size() < 3) return 0;
  const auto second = static_cast<unsigned char>(text[1]);
  const auto third = static_cast<unsigned char>(text[2]);
  const bool turns = (second == 0x80 && third >= 0xaa && third <= 0xae) || (second == 0x81 && third >= 0xa6 && third <= 0xa9);
  return turns ? 3 : 0;
}

/// Names come from files of strangers: what in them would act on the terminal is shown as U+FFFD.
void write(std::string_view text, std::FILE* to) {
  std::string shown;
  std::size_t begin = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::string_view rest = text.substr(at);
    if (const std::size_t own = own_sequence(rest); own > 0) {
      at += own;
      continue;
    }
    const std::size_t acting = acting_size(rest);
    if (acting == 0) {
      ++at;
      continue;
    }
    shown.append(text.substr(begin, at - begin)).append("\xEF\xBF\xBD");
    at += acting;
    begin = at;
  }
  if (shown.empty()) {
    std::fwrite(text.data(), 1, text.size(), to);
    return;
  }
  shown.append(text.substr(begin));
  std::fwrite(shown.data(), 1, shown.size(), to);
}

}  // namespace

std::string one_line(std::string_view name) {
  std::string text(name);
  for (char& c : text) {
    if (c == '\n' || c == '\r' || c == '\t') c = ' ';
  }
  return text;
}

void out(std::string_view text) { write(text, stdout); }
void note(std::string_view text) { write(text, stderr); }

}  // namespace tamga::cli
