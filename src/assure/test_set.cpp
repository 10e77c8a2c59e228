#include "assure/test_set.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "base/ascii.h"
#include "base/date.h"
#include "base/json.h"
#include "base/sha256.h"
#include "base/utf8.h"
#include "lists/csv.h"
#include "model/entity.h"

namespace tamga::assure {
namespace {

constexpr std::string_view kBlanks = " \t\r\n";

std::string trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return std::string(text.substr(first, text.find_last_not_of(kBlanks) - first + 1));
}

enum class Use : std::uint8_t { set, book };

constexpr std::array<std::string_view, 7> kColumns = {"name", "schema", "expected", "kind", "note", "country", "birth_date"};

bool is_word(std::string_view text) {
  return !text.empty() && text.size() <= 40 &&
         std::all_of(text.begin(), text.end(), [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-'; });
}

/// What is wrong with a name, for a sentence; empty when nothing is.
std::string wrong_with(NameCase& row, Use use) {
  if (row.name.empty()) return "name: is empty, expected a name";
  if (row.name.size() > kNameBytesMax) return fmt::format("name: {} bytes, expected at most {}", row.name.size(), kNameBytesMax);
  if (row.schema.empty() && use == Use::set) return "schema: is empty, expected Person, Company, Vessel, …";
  if (!row.schema.empty() && !schema_known(row.schema))
    return fmt::format("schema: \"{}\" is not a schema, expected Person, Company, Vessel, …", row.schema);
  if (use == Use::set && row.expected.empty()) return "expected: is empty, expected none, any, a list, or the id of a listed entity";
  if (use == Use::set && row.kind.empty()) row.kind = "given";
  if (use == Use::set && !is_word(row.kind)) return fmt::format("kind: \"{}\" is not a kind, expected a word of a-z, 0-9, _ and -", row.kind);
  row.country = lower_ascii(row.country);
  const bool letters = std::all_of(row.country.begin(), row.country.end(), [](char c) { return c >= 'a' && c <= 'z'; });
  if (!row.country.empty() && (row.country.size() != 2 || !letters))
    return fmt::format("country: \"{}\" is not a country, expected two letters of ISO 3166-1", row.country);
  if (!row.birth_date.empty()) {
    const auto date = read_partial_date(row.birth_date);
    if (!date) return fmt::format("birth_date: \"{}\" is not a date, expected YYYY-MM-DD or YYYY", row.birth_date);
    row.birth_date = *date;
  }
  return {};
}

std::string* field_of(NameCase& row, std::string_view column) {
  if (column == "name") return &row.name;
  if (column == "schema") return &row.schema;
  if (column == "expected") return &row.expected;
  if (column == "kind") return &row.kind;
  if (column == "note") return &row.note;
  if (column == "country") return &row.country;
  if (column == "birth_date") return &row.birth_date;
  return nullptr;
}

Status read_csv(std::string_view text, Use use, TestSet& set) {
  lists::CsvReader reader(text);
  std::vector<std::string> header;
  std::vector<std::string> fields;
  const auto comment = [](const std::vector<std::string>& row) { return row.front().starts_with('#'); };
  do {
    TAMGA_TRY(const bool any, reader.next(header));
    if (!any) return bad_input("holds no row, expected a header with name, schema and expected", 1);
  } while (comment(header));
  const std::uint64_t header_line = reader.line();
  for (auto& column : header) column = lower_ascii(trimmed(column));
  for (auto column = header.begin(); column != header.end(); ++column) {
    if (std::find(header.begin(), column, *column) != column) return bad_input(fmt::format("the header names \"{}\" twice", *column), header_line);
    // A column that is misspelt would be a test that is not made.
    if (use == Use::set && std::find(kColumns.begin(), kColumns.end(), *column) == kColumns.end())
      return bad_input(fmt::format("the header names \"{}\", expected {}", *column, fmt::join(kColumns, ", ")), header_line);
  }
  for (const std::string_view needed : {"name", "schema", "expected"}) {
    if (use == Use::book && needed != "name") break;
    if (std::find(header.begin(), header.end(), needed) == header.end())
      return bad_input(fmt::format("the first line must be a header with a column \"{}\" (of {})", needed, fmt::join(kColumns, ", ")), header_line);
  }
  for (;;) {
    TAMGA_TRY(const bool more, reader.next(fields));
    if (!more) return {};
    if (comment(fields)) continue;
    if (fields.size() != header.size())
      return bad_input(fmt::format("{} fields, expected {} as in the header", fields.size(), header.size()), reader.line());
    if (set.names.size() == kRowsMax) return bad_input(fmt::format("more than {} rows", kRowsMax), reader.line());
    NameCase row;
    row.line = reader.line();
    for (std::size_t i = 0; i < fields.size(); ++i) {
      if (std::string* field = field_of(row, header[i]); field != nullptr) *field = trimmed(fields[i]);
    }
    if (auto wrong = wrong_with(row, use); !wrong.empty()) return bad_input(std::move(wrong), row.line);
    set.names.push_back(std::move(row));
  }
}

bool is_outcome(std::string_view text) { return text == "pass" || text == "review" || text == "licence_required" || text == "prohibited"; }

/// Reads the deal of a case; its errors name lines of the deal alone, which stands on one line of the set.
Status take_deal(const Json& json, DealCase& row) {
  row.bytes = json.dump();
  auto deal = read_deal(row.bytes);
  if (!deal) return bad_input(fmt::format("deal: {}", deal.error().message), row.line);
  row.deal = *std::move(deal);
  return {};
}

Status take_set_line(const Json& json, std::uint64_t line, TestSet& set) {
  DealCase row;
  row.line = line;
  const Json* deal = json.find("deal");
  if (deal == nullptr || !deal->is_object()) return bad_input("expected {\"deal\": {…}, \"expected\": \"review\"}: no deal", line);
  for (const auto& member : json.members) {
    if (member.key == "deal") continue;
    if (member.key == "rules" && member.value.is_array()) {
      for (const auto& rule : member.value.items) {
        if (!rule.is_string() || rule.text.empty()) return bad_input("rules: expected the ids of rules", line);
        row.rules.push_back(rule.text);
      }
    } else if (member.key == "expected" && member.value.is_string()) {
      row.expected = member.value.text;
    } else if (member.key == "note" && member.value.is_string()) {
      row.note = member.value.text;
    } else {
      return bad_input(fmt::format("\"{}\": expected deal, expected (text), rules (a list) or note (text)", member.key), line);
    }
  }
  if (!is_outcome(row.expected))
    return bad_input(fmt::format("expected: \"{}\" is not an outcome, expected pass, review, licence_required or prohibited", row.expected), line);
  TAMGA_TRY_STATUS(take_deal(*deal, row));
  set.deals.push_back(std::move(row));
  return {};
}

Status take_book_line(const Json& json, std::uint64_t line, TestSet& set) {
  if (json.find("parties") != nullptr || json.find("deal") != nullptr) {
    DealCase row;
    row.line = line;
    const Json* inside = json.find("deal");
    TAMGA_TRY_STATUS(take_deal(inside != nullptr && inside->is_object() ? *inside : json, row));
    set.deals.push_back(std::move(row));
    return {};
  }
  NameCase row;
  row.line = line;
  for (const auto& member : json.members) {
    if (std::string* field = field_of(row, member.key); field != nullptr && member.value.is_string()) *field = trimmed(member.value.text);
  }
  if (auto wrong = wrong_with(row, Use::book); !wrong.empty()) return bad_input(fmt::format("{}, or a deal with \"parties\"", wrong), line);
  set.names.push_back(std::move(row));
  return {};
}

Status read_lines(std::string_view text, Use use, TestSet& set) {
  const auto take = [&](const Json& json, std::uint64_t line) {
    return use == Use::set ? take_set_line(json, line, set) : take_book_line(json, line, set);
  };
  // A deal as people keep it, over many lines, is one document.
  if (use == Use::book) {
    if (const auto whole = parse_json(text); whole && whole->is_object()) return take(*whole, 1);
  }
  std::uint64_t line = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const std::string_view row = text.substr(at, end - at);
    at = end + 1;
    ++line;
    if (row.find_first_not_of(kBlanks) == std::string_view::npos) continue;
    if (set.deals.size() + set.names.size() == kRowsMax) return bad_input(fmt::format("more than {} rows", kRowsMax), line);
    const auto json = parse_json(row);
    if (!json) return bad_input(json.error().message, line);
    if (!json->is_object()) return bad_input("expected a JSON object", line);
    TAMGA_TRY_STATUS(take(*json, line));
  }
  return {};
}

Result<TestSet> read(const NamedBytes& file, Use use) {
  TestSet set;
  set.name = file.name;
  set.address = content_address(file.bytes);
  std::string_view text = file.bytes;
  if (const auto line = first_line_not_utf8(text); line > 0) return bad_input_in(file.name, line, "is not UTF-8");
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  const auto first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return bad_input_in(file.name, 0, "is empty, expected CSV with a header, or JSON lines");
  const Status status = text[first] == '{' ? read_lines(text, use, set) : read_csv(text, use, set);
  if (!status) return std::unexpected(status.error().in_file(file.name));
  if (set.names.empty() && set.deals.empty()) return bad_input_in(file.name, 0, "holds no case, expected at least one");
  return set;
}

}  // namespace

Result<TestSet> read_set(const NamedBytes& file) { return read(file, Use::set); }
Result<TestSet> read_book(const NamedBytes& file) { return read(file, Use::book); }

}  // namespace tamga::assure
