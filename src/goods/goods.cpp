#include "goods/goods.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <tuple>
#include <utility>

// All entries of all lists stand in one array, sorted by code. A code is a number of ten digits, filled with zeros on
// the right, with its length behind it:  "8542" -> 8542000000, 4. So the entries that begin with a code are one
// stretch of the array, and the entries that a code begins with are found by one search for each length.
namespace tamga::goods {
namespace {

constexpr std::size_t kCodeMin = 2;  // an entry may be a whole chapter
constexpr std::size_t kCodeMax = 10;
constexpr std::size_t kAskedMin = 4;
constexpr std::size_t kLineMax = 100'000;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_code(std::string_view text, std::size_t min, std::size_t max) {
  return text.size() >= min && text.size() <= max && std::all_of(text.begin(), text.end(), is_digit);
}

std::uint64_t key_of(std::string_view code) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < kCodeMax; ++i) value = value * 10 + (i < code.size() ? static_cast<std::uint64_t>(code[i] - '0') : 0);
  return value * 16 + code.size();
}

/// The key of no entry that begins with `code`, and greater than all of them.
std::uint64_t key_behind(std::string_view code) {
  std::uint64_t step = 16;
  for (std::size_t i = code.size(); i < kCodeMax; ++i) step *= 10;
  return key_of(code) - code.size() + step;
}

std::string_view trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t' || text.back() == '\r')) text.remove_suffix(1);
  return text;
}

enum class Verified : std::uint8_t { yes, no, partly };

struct ListData {
  std::string list, title, regime, article, source;
  std::size_t codes = 0;
  bool verified = true;
};

struct Entry {
  std::uint64_t key = 0;
  std::size_t list = 0;
  std::string code;
  std::string words;
  std::optional<Date> from;
  std::optional<Date> to;
  bool verified = true;

  [[nodiscard]] bool in_effect(Date day) const { return (!from || *from <= day) && (!to || day <= *to); }
};

/// An HS code of the edition before that has another number now.
using Moved = ControlLists::Renumbering;

struct Lines {
  std::string_view rest;
  std::uint64_t number = 0;

  bool next(std::string_view& line) {
    if (rest.empty()) return false;
    const auto end = std::min(rest.find('\n'), rest.size());
    line = rest.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    ++number;
    return true;
  }
};

struct Header {
  std::vector<std::pair<std::string, std::string>> values;

  [[nodiscard]] std::string_view get(std::string_view key) const {
    for (const auto& [name, value] : values) {
      if (name == key) return value;
    }
    return {};
  }
};

constexpr std::array kListKeys = {
    std::string_view("list"),      std::string_view("title"),    std::string_view("regime"), std::string_view("article"), std::string_view("source"),
    std::string_view("collected"), std::string_view("verified"), std::string_view("script"), std::string_view("licence"), std::string_view("note"),
    std::string_view("from"),      std::string_view("table"),    std::string_view("edition")};
constexpr std::array kRegimes = {std::string_view("us"), std::string_view("eu"), std::string_view("uk"),
                                 std::string_view("un"), std::string_view("ch"), std::string_view("all")};

/// The `# key: value` lines, and the line of column names, which must be `columns`.
Result<Header> read_header(Lines& lines, std::string_view& column_line) {
  Header header;
  std::string_view line;
  while (lines.next(line)) {
    if (lines.number == 1 && line.starts_with("\xEF\xBB\xBF")) line.remove_prefix(3);
    if (!line.starts_with('#')) {
      column_line = trim(line);
      return header;
    }
    line.remove_prefix(1);
    const auto colon = line.find(':');
    const std::string_view key = trim(line.substr(0, colon));
    if (colon == std::string_view::npos) return bad_input("a header line is `# key: value`", lines.number);
    if (std::find(kListKeys.begin(), kListKeys.end(), key) == kListKeys.end()) {
      return bad_input(fmt::format("unknown header `{}`, expected one of {}", key, fmt::join(kListKeys, ", ")), lines.number);
    }
    // A note may go over several lines; anything else is said once.
    if (key != "note" && !header.get(key).empty()) return bad_input(fmt::format("the header `{}` stands twice", key), lines.number);
    header.values.emplace_back(key, trim(line.substr(colon + 1)));
  }
  return bad_input("the file ends before its column names", lines.number);
}

/// Cuts `count` fields; the last one takes the rest of the line and may stand in quotes.
Result<std::vector<std::string>> fields_of(std::string_view line, std::size_t count, std::uint64_t number) {
  std::vector<std::string> out;
  for (std::size_t i = 0; i + 1 < count; ++i) {
    const auto comma = line.find(',');
    if (comma == std::string_view::npos) return bad_input(fmt::format("{} fields, expected {}", i + 1, count), number);
    out.emplace_back(trim(line.substr(0, comma)));
    line.remove_prefix(comma + 1);
  }
  line = trim(line);
  if (!line.starts_with('"')) {
    if (line.find_first_of(",\"") != std::string_view::npos) return bad_input("words that hold a comma or a quote must stand in quotes", number);
    out.emplace_back(line);
    return out;
  }
  std::string words;
  std::size_t i = 1;
  for (; i < line.size(); ++i) {
    if (line[i] != '"') {
      words += line[i];
    } else if (i + 1 < line.size() && line[i + 1] == '"') {
      words += line[++i];
    } else {
      break;
    }
  }
  if (i + 1 != line.size()) return bad_input("the quoted words do not end at the end of the line", number);
  out.push_back(std::move(words));
  return out;
}

Result<std::optional<Date>> read_day(std::string_view text, std::optional<Date> otherwise, std::uint64_t line) {
  if (text.empty()) return otherwise;
  auto day = Date::parse(text);
  if (!day) return bad_input(fmt::format("`{}` is not a day, expected YYYY-MM-DD", text), line);
  return day;
}

Result<bool> read_yes_no(std::string_view text, std::uint64_t line) {
  if (text == "yes") return true;
  if (text == "no") return false;
  return bad_input(fmt::format("`{}` is not a verdict, expected yes or no", text), line);
}

}  // namespace

struct ControlLists::Tables {
  std::vector<ListData> lists;
  std::vector<Entry> entries;  ///< sorted by key
  std::vector<Moved> moved;
  Plausibility plausibility;

  Status read_file(std::string_view bytes);
  Status read_list(const Header& header, Lines& lines);
  Status read_moved(const Header& header, Lines& lines);
  template <typename Add>
  static Status read_rows(Lines& lines, std::string_view columns, std::string_view expected, Add add);
  void follow(std::string_view hs, bool forward, Date day, std::vector<Control>& into) const;
  void sort_entries();
  void find(std::string_view code, Date day, bool partial, std::vector<Control>& into) const;
  [[nodiscard]] Control control(const Entry& entry, bool partial) const;
};

Status ControlLists::Tables::read_file(std::string_view bytes) {
  Lines lines{bytes};
  std::string_view columns;
  TAMGA_TRY(const Header header, read_header(lines, columns));
  if (header.get("table") == "renumbered") {
    if (columns != "old,new,part,words") return bad_input("expected the columns old,new,part,words", lines.number);
    return read_moved(header, lines);
  }
  if (header.get("table") == "plausible") {
    return read_rows(lines, columns, Plausibility::kRangeColumns,
                     [&](const auto& fields, std::uint64_t line) { return plausibility.add_range(fields, line); });
  }
  if (header.get("table") == "currencies") {
    return read_rows(lines, columns, Plausibility::kCurrencyColumns,
                     [&](const auto& fields, std::uint64_t line) { return plausibility.add_currency(fields, line); });
  }
  if (!header.get("table").empty())
    return bad_input(fmt::format("unknown table `{}`, expected renumbered, plausible or currencies", header.get("table")), 1);
  if (columns != "code,from,to,verified,words") return bad_input("expected the columns code,from,to,verified,words", lines.number);
  return read_list(header, lines);
}

Status ControlLists::Tables::read_list(const Header& header, Lines& lines) {
  for (const std::string_view key : {"list", "title", "regime", "article", "source", "collected", "verified"}) {
    if (header.get(key).empty()) return bad_input(fmt::format("the header has no `# {}: …`", key), 1);
  }
  ListData list{std::string(header.get("list")),
                std::string(header.get("title")),
                std::string(header.get("regime")),
                std::string(header.get("article")),
                std::string(header.get("source")),
                0,
                true};
  const bool name_right =
      std::all_of(list.list.begin(), list.list.end(), [](char c) { return is_digit(c) || (c >= 'a' && c <= 'z') || c == '.' || c == '_'; });
  if (!name_right) return bad_input(fmt::format("`{}` is not the name of a list, expected small letters, digits, points", list.list), 1);
  if (std::find(kRegimes.begin(), kRegimes.end(), list.regime) == kRegimes.end()) {
    return bad_input(fmt::format("unknown regime `{}`, expected one of {}", list.regime, fmt::join(kRegimes, ", ")), 1);
  }
  for (const auto& other : lists) {
    if (other.list == list.list) return bad_input(fmt::format("the list {} stands in another file already", list.list), 1);
  }
  if (!Date::parse(header.get("collected"))) return bad_input("`collected` is not a day, expected YYYY-MM-DD", 1);
  TAMGA_TRY(const auto from_default, read_day(header.get("from"), {}, 1));
  const std::string_view verified_text = header.get("verified");
  const Verified verified = verified_text == "yes" ? Verified::yes : verified_text == "no" ? Verified::no : Verified::partly;
  if (verified == Verified::partly && verified_text != "partly") {
    return bad_input(fmt::format("`verified: {}`, expected yes, no or partly", verified_text), 1);
  }
  list.verified = verified == Verified::yes;

  const std::size_t index = lists.size();
  const std::size_t first = entries.size();
  std::string_view line;
  while (lines.next(line)) {
    if (trim(line).empty()) continue;
    if (lines.number > kLineMax) return bad_input(fmt::format("more than {} lines", kLineMax), lines.number);
    TAMGA_TRY(const auto fields, fields_of(line, 5, lines.number));
    if (!is_code(fields[0], kCodeMin, kCodeMax)) {
      return bad_input(fmt::format("`{}` is not a goods code, expected {} to {} digits", fields[0], kCodeMin, kCodeMax), lines.number);
    }
    Entry entry;
    entry.key = key_of(fields[0]);
    entry.list = index;
    entry.code = fields[0];
    entry.words = fields[4];
    TAMGA_TRY(entry.from, read_day(fields[1], from_default, lines.number));
    TAMGA_TRY(entry.to, read_day(fields[2], {}, lines.number));
    if (entry.from && entry.to && *entry.to < *entry.from) return bad_input(fmt::format("{} ends before it begins", entry.code), lines.number);
    if (fields[3].empty()) {
      if (verified == Verified::partly)
        return bad_input(fmt::format("the list is verified in part, so {} must say yes or no", entry.code), lines.number);
      entry.verified = verified == Verified::yes;
    } else {
      TAMGA_TRY(entry.verified, read_yes_no(fields[3], lines.number));
    }
    list.verified = list.verified && entry.verified;
    entries.push_back(std::move(entry));
  }
  // One code may stand several times, for periods that do not meet.
  const auto begin = entries.begin() + static_cast<std::ptrdiff_t>(first);
  std::sort(begin, entries.end(), [](const Entry& a, const Entry& b) { return std::tie(a.key, a.from) < std::tie(b.key, b.from); });
  for (auto entry = begin; entry != entries.end() && entry + 1 != entries.end(); ++entry) {
    const auto& later = *(entry + 1);
    if (entry->key != later.key) continue;
    if (!entry->to || !later.from || *later.from <= *entry->to) return bad_input(fmt::format("{} stands twice for the same days", entry->code));
  }
  list.codes = entries.size() - first;
  if (list.codes == 0) return bad_input("the list holds no code", lines.number);
  lists.push_back(std::move(list));
  return {};
}

template <typename Add>
Status ControlLists::Tables::read_rows(Lines& lines, std::string_view columns, std::string_view expected, Add add) {
  if (columns != expected) return bad_input(fmt::format("expected the columns {}", expected), lines.number);
  const auto count = static_cast<std::size_t>(std::count(expected.begin(), expected.end(), ',')) + 1;
  std::string_view line;
  while (lines.next(line)) {
    if (trim(line).empty()) continue;
    if (lines.number > kLineMax) return bad_input(fmt::format("more than {} lines", kLineMax), lines.number);
    TAMGA_TRY(const auto fields, fields_of(line, count, lines.number));
    TAMGA_TRY_STATUS(add(fields, lines.number));
  }
  return {};
}

Status ControlLists::Tables::read_moved(const Header& header, Lines& lines) {
  constexpr std::array<std::string_view, 5> kParts = {"no", "yes", "merged", "both", "stays"};
  Moved like;
  const std::string_view edition = header.get("edition").empty() ? std::string_view("2017-2022") : header.get("edition");
  if (edition != "2012-2017" && edition != "2017-2022") {
    return bad_input(fmt::format("`edition: {}`, expected 2012-2017 or 2017-2022", edition), 1);
  }
  like.from = edition.starts_with("2012") ? 2012 : 2017;
  like.to = edition.ends_with("2017") ? 2017 : 2022;
  std::string_view line;
  while (lines.next(line)) {
    if (trim(line).empty()) continue;
    if (lines.number > kLineMax) return bad_input(fmt::format("more than {} lines", kLineMax), lines.number);
    TAMGA_TRY(const auto fields, fields_of(line, 4, lines.number));
    for (const auto* code : {&fields[0], &fields[1]}) {
      if (!is_code(*code, 6, 6)) return bad_input(fmt::format("`{}` is not an HS code, expected 6 digits", *code), lines.number);
    }
    const auto* part = std::find(kParts.begin(), kParts.end(), fields[2]);
    if (part == kParts.end()) return bad_input(fmt::format("`{}`, expected one of {}", fields[2], fmt::join(kParts, ", ")), lines.number);
    Moved move = like;
    move.old_code = fields[0];
    move.new_code = fields[1];
    move.stays = *part == "stays";
    move.part = *part == "yes" || *part == "both" || move.stays;
    move.merged = *part == "merged" || *part == "both" || move.stays;
    move.words = fields[3];
    for (const auto& other : moved) {
      if (other.old_code == move.old_code && other.new_code == move.new_code && other.to == move.to) {
        return bad_input(fmt::format("{} to {} stands twice", fields[0], fields[1]), lines.number);
      }
    }
    moved.push_back(std::move(move));
  }
  return {};
}

void ControlLists::Tables::sort_entries() {
  std::sort(entries.begin(), entries.end(),
            [](const Entry& a, const Entry& b) { return std::tie(a.key, a.list, a.from) < std::tie(b.key, b.list, b.from); });
}

Control ControlLists::Tables::control(const Entry& entry, bool partial) const {
  const ListData& list = lists[entry.list];
  return {list.list, list.title, list.regime, list.article, entry.code, entry.words, entry.from, entry.to, entry.verified, partial};
}

void ControlLists::Tables::find(std::string_view code, Date day, bool partial, std::vector<Control>& into) const {
  const auto by_key = [](const Entry& entry, std::uint64_t key) { return entry.key < key; };
  auto at = entries.begin();
  for (std::size_t length = kCodeMin; length <= code.size(); ++length) {
    const std::uint64_t key = key_of(code.substr(0, length));
    at = std::lower_bound(at, entries.end(), key, by_key);
    for (; at != entries.end() && at->key == key; ++at) {
      if (at->in_effect(day)) into.push_back(control(*at, partial));
    }
  }
  // `at` stands behind the entries of the code itself: what follows up to key_behind() begins with it and is longer.
  for (const std::uint64_t end = key_behind(code); at != entries.end() && at->key < end; ++at) {
    if (at->in_effect(day)) into.push_back(control(*at, true));
  }
}

/// Newer numbers of a code, or older ones, over both editions.
void ControlLists::Tables::follow(std::string_view hs, bool forward, Date day, std::vector<Control>& into) const {
  const auto ends_of = [&](const Moved& move) {
    return forward ? std::pair(&move.old_code, &move.new_code) : std::pair(&move.new_code, &move.old_code);
  };
  const auto partly = [&](const Moved& move) { return forward ? move.part : move.merged; };
  for (const auto& move : moved) {
    const auto [begin, end] = ends_of(move);
    if (move.stays || !begin->starts_with(hs)) continue;
    const bool partial = partly(move) || hs.size() < 6;
    find(*end, day, partial, into);
    for (const auto& next : moved) {
      const auto [next_begin, next_end] = ends_of(next);
      const bool follows = forward ? next.from == move.to : next.to == move.from;
      if (!next.stays && follows && *next_begin == *end) find(*next_end, day, partial || partly(next), into);
    }
  }
}

Result<ControlLists> ControlLists::read(std::span<const NamedBytes> files) {
  auto tables = std::make_shared<Tables>();
  for (const auto& file : files) {
    if (auto status = tables->read_file(file.bytes); !status) return std::unexpected(status.error().in_file(file.name));
  }
  tables->sort_entries();
  ControlLists out;
  out.tables_ = std::move(tables);
  return out;
}

std::vector<Control> ControlLists::find(std::string_view code, Date as_of) const {
  std::vector<Control> out;
  if (!tables_ || !is_code(code, kAskedMin, kCodeMax)) return out;
  tables_->find(code, as_of, false, out);
  // A heading asked for is older or newer only in part.
  const std::string_view hs = code.substr(0, 6);
  tables_->follow(hs, true, as_of, out);
  tables_->follow(hs, false, as_of, out);
  const auto order = [](const Control& c) { return std::tie(c.list, c.code, c.partial); };
  std::sort(out.begin(), out.end(), [&](const Control& a, const Control& b) { return order(a) < order(b); });
  // The same entry may be reached by both numbers (a chapter holds both); whole comes before partial. At most one
  // entry of a list and code is in effect on one day.
  const auto same = [](const Control& a, const Control& b) { return a.code == b.code && a.list == b.list; };
  out.erase(std::unique(out.begin(), out.end(), same), out.end());
  return out;
}

std::vector<ControlLists::Renumbering> ControlLists::renumberings(std::string_view code) const {
  std::vector<Renumbering> out;
  if (!tables_ || !is_code(code, 6, kCodeMax)) return out;
  const std::string_view hs = code.substr(0, 6);
  for (const auto& move : tables_->moved) {
    if (move.old_code == hs || move.new_code == hs) out.push_back(move);
  }
  std::sort(out.begin(), out.end(), [](const Renumbering& a, const Renumbering& b) {
    return std::tie(a.from, a.old_code, a.new_code) < std::tie(b.from, b.old_code, b.new_code);
  });
  return out;
}

std::vector<ControlLists::Renumbering> ControlLists::all_renumberings() const {
  return tables_ ? std::vector<Renumbering>(tables_->moved.begin(), tables_->moved.end()) : std::vector<Renumbering>{};
}

const Plausibility& ControlLists::plausibility() const {
  static const Plausibility kNone;
  return tables_ ? tables_->plausibility : kNone;
}

std::vector<ControlLists::Summary> ControlLists::summaries() const {
  std::vector<Summary> out;
  if (!tables_) return out;
  for (const auto& list : tables_->lists) out.push_back({list.list, list.title, list.regime, list.article, list.source, list.codes, list.verified});
  std::sort(out.begin(), out.end(), [](const Summary& a, const Summary& b) { return a.list < b.list; });
  return out;
}

Result<std::string> read_code(std::string_view text) {
  std::string digits;
  for (const char c : text) {
    if (is_digit(c)) {
      digits += c;
    } else if (c != ' ' && c != '.' && c != '\t') {
      return bad_input(fmt::format("`{}` is not a goods code: expected digits, with spaces or points between them", text));
    }
    if (digits.size() > kCodeMax) break;
  }
  const bool right_length = digits.size() == kAskedMin || (digits.size() >= 6 && digits.size() <= kCodeMax);
  if (!right_length) {
    return bad_input(
        fmt::format("`{}` is not a goods code: expected 6 to 10 digits (HS 6, CN 8, TN VED 10), or 4 for a heading", text.substr(0, 40)));
  }
  if (digits.starts_with("00")) return bad_input(fmt::format("`{}` is not a goods code: there is no chapter 00", text));
  return digits;
}

}  // namespace tamga::goods
