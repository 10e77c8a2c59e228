#include "registers/registers.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/ascii.h"
#include "lists/countries.h"
#include "lists/csv.h"
#include "registers/readers.h"

namespace tamga::registers {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

/// How far into a file its format must show.
constexpr std::size_t kFirstLook = std::size_t{1} << 16;

std::string_view without_mark(std::string_view text) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  const auto begin = text.find_first_not_of(" \t\r\n");
  return begin == std::string_view::npos ? std::string_view() : text.substr(begin);
}

/// The name of an XML document's root element without its prefix, past declarations and comments.
std::string_view root_of(std::string_view text) {
  for (std::size_t at = 0; (at = text.find('<', at)) != std::string_view::npos; ++at) {
    if (text.substr(at).starts_with("<!--")) {
      at = text.find("-->", at);
      if (at == std::string_view::npos) return {};
      continue;
    }
    auto name = text.substr(at + 1);
    if (name.starts_with('?') || name.starts_with('!')) continue;
    name = name.substr(0, std::min(name.find_first_of(" \t\r\n/>"), name.size()));
    const auto colon = name.rfind(':');
    return colon == std::string_view::npos ? name : name.substr(colon + 1);
  }
  return {};
}

/// The keys of the first object of a JSON text or of the list that it is; of a text that is not JSON, whatever looks like them.
std::vector<std::string_view> first_keys(std::string_view text) {
  std::vector<std::string_view> keys;
  int depth = 0;
  bool key_next = false;
  if (text.starts_with('[')) text = without_mark(text.substr(1));
  if (!text.starts_with('{')) return keys;
  for (std::size_t at = 0; at < text.size(); ++at) {
    switch (text[at]) {
      case '"': {
        const std::size_t begin = ++at;
        while (at < text.size() && text[at] != '"') at += text[at] == '\\' ? 2 : 1;
        if (depth == 1 && key_next && at < text.size()) keys.push_back(text.substr(begin, at - begin));
        key_next = false;
        break;
      }
      case '{':
      case '[':
        ++depth;
        key_next = depth == 1;
        break;
      case '}':
      case ']':
        if (--depth == 0) return keys;
        break;
      case ',': key_next = depth == 1; break;
      default: break;
    }
  }
  return keys;
}

bool any_of(const std::vector<std::string_view>& keys, std::initializer_list<std::string_view> wanted) {
  return std::any_of(keys.begin(), keys.end(), [&](std::string_view key) { return std::find(wanted.begin(), wanted.end(), key) != wanted.end(); });
}

std::optional<Format> format_of_header(std::string_view text) {
  // The first row alone: a quote that never closes must not make this read a gigabyte.
  lists::CsvReader reader(text.substr(0, kFirstLook));
  std::vector<std::string> columns;
  if (!reader.next(columns).value_or(false)) return {};
  bool lei = false;
  bool legal_name = false;
  bool start_node = false;
  std::array<bool, 3> plain{};
  for (const auto& column : columns) {
    const std::string name = lower_ascii(trimmed(column));
    if (name == "lei") lei = true;
    if (name == "entity.legalname") legal_name = true;
    if (name.starts_with("relationship.startnode.")) start_node = true;
    if (name == "owner") plain[0] = true;
    if (name == "asset") plain[1] = true;
    if (name == "share") plain[2] = true;
  }
  if (start_node || (lei && legal_name)) return Format::gleif;
  // Two of three: that the third is missing is then said as such.
  if (std::count(plain.begin(), plain.end(), true) >= 2) return Format::csv;
  return {};
}

/// The last day of a month or a year that is all a text says.
std::optional<Date> day_of(std::string_view text, bool latest) {
  if (const auto exact = Date::parse(text)) return exact;
  text = trimmed(text);
  if (text.size() > 10 && (text[10] == 'T' || text[10] == ' ')) text = text.substr(0, 10);
  // Which of the two numbers in 03/04/2019 is the month, no register says.
  if (text.find('/') != std::string_view::npos) return {};
  const auto partial = read_partial_date(text);
  if (!partial) return {};
  if (partial->size() == 10) return Date::parse(*partial);
  if (partial->size() == 4) return Date::parse(*partial + (latest ? "-12-31" : "-01-01"));
  if (!latest) return Date::parse(*partial + "-01");
  for (const auto* day : {"-31", "-30", "-29", "-28"}) {
    if (const auto last = Date::parse(*partial + day)) return last;
  }
  return {};
}

std::optional<Date> said_day(Reading& reading, std::uint64_t line, std::string_view text, bool latest) {
  if (text.empty()) return {};
  auto day = day_of(text, latest);
  if (!day) reading.remark(line, fmt::format("the date {} cannot be read, expected YYYY-MM-DD; taken as not said", quoted(text)));
  return day;
}

}  // namespace

std::string_view format_name(Format format) {
  switch (format) {
    case Format::bods: return "bods";
    case Format::ftm: return "ftm";
    case Format::gleif: return "gleif";
    case Format::csv: return "csv";
    case Format::deal: return "deal";
  }
  return "";
}

std::optional<Format> recognise(const NamedBytes& file) {
  const std::string_view text = without_mark(std::string_view(file.bytes).substr(0, kFirstLook));
  if (text.starts_with('<')) {
    const auto root = root_of(text);
    if (root == "RelationshipData" || root == "LEIData") return Format::gleif;
    return {};
  }
  if (text.starts_with('{') || text.starts_with('[')) {
    const auto keys = first_keys(text);
    if (any_of(keys, {"declarationSubject", "recordType", "recordId", "recordDetails", "statementId", "statementType", "statementID"}))
      return Format::bods;
    if (text.starts_with('{') && any_of(keys, {"schema"})) return Format::ftm;
    if (text.starts_with('{') && any_of(keys, {"parties"}) && any_of(keys, {"id", "goods"})) return Format::deal;
    return {};
  }
  return format_of_header(text);
}

Result<FileSummary> read(const NamedBytes& file, Sink& sink, const std::function<void(std::size_t)>& progress) {
  const auto format = recognise(file);
  if (!format) {
    return bad_input_in(
        file.name, 0,
        "is not a known register of owners, expected BODS 0.4, FollowTheMoney JSON lines, GLEIF level 1 or 2, a deal, or a CSV with the columns "
        "owner, asset and share");
  }
  Reading reading(file, sink, progress);
  auto summary = [&] {
    switch (*format) {
      case Format::bods: return read_bods(reading);
      case Format::ftm: return read_ftm(reading);
      case Format::gleif: return read_gleif(reading);
      case Format::deal: return read_deal_owners(reading);
      case Format::csv: break;
    }
    return read_csv(reading);
  }();
  if (!summary) return summary;
  summary->format = *format;
  if (summary->published.empty()) {
    if (const auto day = date_in_name(file.name)) summary->published = day->text();
  }
  reading.finished();
  return summary;
}

std::string_view trimmed(std::string_view text) {
  const auto blank = [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; };
  while (!text.empty() && blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && blank(text.back())) text.remove_suffix(1);
  return text;
}

std::string quoted(std::string_view value) {
  constexpr std::size_t kLongest = 80;
  std::string out = "\"";
  for (const char c : value) {
    if (out.size() > kLongest && (static_cast<unsigned char>(c) & 0xC0U) != 0x80U) {
      out += "…";
      break;
    }
    out += static_cast<unsigned char>(c) < 0x20 || c == 0x7F ? ' ' : c;
  }
  out += '"';
  return out;
}

std::string country_of(std::string_view text) {
  text = trimmed(text);
  if (text.size() > 3 && text[2] == '-' && is_letter(text[0]) && is_letter(text[1])) text = text.substr(0, 2);
  if (const auto code = lists::known_country(lower_ascii(text)); text.size() == 2) return upper_ascii(code);
  return upper_ascii(lists::country_code(text));
}

std::optional<Date> earliest_day(std::string_view text) { return day_of(text, false); }
std::optional<Date> latest_day(std::string_view text) { return day_of(text, true); }

void put_period(Reading& reading, std::uint64_t line, std::string_view from, std::string_view to, HoldingRecord& holding) {
  const auto first = said_day(reading, line, from, false);
  put_period(reading, line, first, said_day(reading, line, to, true), holding);
}

void put_period(Reading& reading, std::uint64_t line, std::optional<Date> from, std::optional<Date> to, HoldingRecord& holding) {
  if (from && to && *to < *from) {
    reading.remark(line, fmt::format("ends on {}, before it begins on {}; both days are taken as not said", to->text(), from->text()));
    from.reset();
    to.reset();
  }
  if (from && to && *to == *from) to->day += std::chrono::days(1);
  holding.from = from;
  holding.to = to;
}

ReadPercent read_percent(std::string_view text) {
  constexpr int kScale = 9;
  constexpr int kExponentMax = 400;
  ReadPercent result;
  result.fault = PercentFault::unreadable;
  const bool negative = text.starts_with('-');
  if (negative) text.remove_prefix(1);
  std::string digits;
  int whole = 0;  // how many of the digits stand before the point
  bool point = false;
  std::size_t at = 0;
  for (; at < text.size() && (is_digit(text[at]) || (text[at] == '.' && !point)); ++at) {
    if (text[at] == '.') {
      point = true;
      continue;
    }
    digits += text[at];
    if (!point && whole < kExponentMax) ++whole;
  }
  if (digits.empty()) return result;
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    ++at;
    const bool down = at < text.size() && text[at] == '-';
    if (at < text.size() && (text[at] == '-' || text[at] == '+')) ++at;
    int exponent = 0;
    if (at == text.size()) return result;
    for (; at < text.size() && is_digit(text[at]); ++at) exponent = std::min(exponent * 10 + (text[at] - '0'), kExponentMax);
    whole += down ? -exponent : exponent;
  }
  if (at != text.size()) return result;
  const auto digit_at = [&](int place) {
    return place < 0 || place >= static_cast<int>(digits.size()) ? 0 : digits[static_cast<std::size_t>(place)] - '0';
  };
  const bool zero = std::all_of(digits.begin(), digits.end(), [](char c) { return c == '0'; });
  std::int64_t coefficient = 0;  // of the number with 9 digits behind the point
  for (int place = std::min(whole, 0); place < whole + kScale; ++place) {
    coefficient = coefficient * 10 + digit_at(place);
    if (coefficient > 1'000'000'000'000) break;  // over 1000 % already
  }
  bool rest = false;
  for (int place = std::max(whole + kScale, 0); place < static_cast<int>(digits.size()); ++place) rest = rest || digit_at(place) != 0;
  const auto decimal = [](std::int64_t value) {
    Decimal result_value{value, kScale};
    while (result_value.scale > 0 && result_value.coefficient % 10 == 0) {
      result_value.coefficient /= 10;
      --result_value.scale;
    }
    return result_value;
  };
  result.percent = Percent{decimal(coefficient), decimal(coefficient + (rest ? 1 : 0))};
  result.fault = PercentFault::none;
  if (result.percent.high > Decimal::whole(100)) result.fault = PercentFault::over;
  if (negative && !zero) result.fault = PercentFault::below;
  return result;
}

ReadShare read_share(std::string_view text) {
  if (const auto share = ShareRange::parse(text)) return {*share, {}};
  text = trimmed(text);
  auto number = text;
  if (number.ends_with('%')) number = trimmed(number.substr(0, number.size() - 1));
  const auto read = read_percent(number);
  switch (read.fault) {
    case PercentFault::none: {
      const bool between = read.percent.low != read.percent.high;
      return {ShareRange{read.percent.low, read.percent.high, between, between}, {}};
    }
    case PercentFault::over: return {{}, fmt::format("the share {} is over 100 %; kept as unknown", quoted(text))};
    case PercentFault::below: return {{}, fmt::format("the share {} is below 0 %; kept as unknown", quoted(text))};
    case PercentFault::unreadable: break;
  }
  return {{}, fmt::format("the share {} cannot be read, expected 50, 25-50, >25 or nothing; kept as unknown", quoted(text))};
}

std::string id_of(const identifiers::Identifier& identifier) {
  return fmt::format("{}:{}", identifiers::scheme_name(identifier.scheme), identifier.value);
}

}  // namespace tamga::registers
