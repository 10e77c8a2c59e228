#include "goods/nomenclature.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>
#include <span>
#include <utility>

#include "base/ascii.h"
#include "lists/csv.h"

namespace tamga::goods {
namespace {

constexpr std::size_t kRowsMax = 200'000;
constexpr std::size_t kDescriptionBytesMax = 10'000;
constexpr std::array<std::string_view, 5> kCodeColumns = {"hscode", "code", "hs", "cn", "tnved"};
constexpr std::array<std::string_view, 4> kDescriptionColumns = {"description", "words", "product", "name"};
constexpr std::size_t kNoColumn = static_cast<std::size_t>(-1);

std::size_t find_column(const std::vector<std::string>& header, std::span<const std::string_view> names) {
  for (const auto name : names) {
    const auto at = std::find_if(header.begin(), header.end(), [&](const std::string& column) { return lower_ascii(column) == name; });
    if (at != header.end()) return static_cast<std::size_t>(at - header.begin());
  }
  return kNoColumn;
}

/// The digits of a code, or the text as it is where something else stands in it.
std::string digits_of(std::string_view text) {
  std::string digits;
  for (const char c : text) {
    if (c >= '0' && c <= '9') {
      digits += c;
    } else if (c != ' ' && c != '.' && c != '\t') {
      return std::string(text);
    }
  }
  return digits;
}

Result<std::vector<CodeWords>> read_rows(std::string_view bytes) {
  lists::CsvReader reader(bytes);
  std::vector<std::string> fields;
  TAMGA_TRY(const bool header, reader.next(fields));
  const std::size_t code_column = header ? find_column(fields, kCodeColumns) : kNoColumn;
  const std::size_t words_column = header ? find_column(fields, kDescriptionColumns) : kNoColumn;
  if (code_column == kNoColumn || words_column == kNoColumn) {
    return bad_input(fmt::format("the first line must be a header with a column of codes ({}) and one of descriptions ({})",
                                 fmt::join(kCodeColumns, ", "), fmt::join(kDescriptionColumns, ", ")),
                     1);
  }
  const std::size_t columns = fields.size();
  std::vector<CodeWords> out;
  std::set<std::string> seen;
  for (;;) {
    TAMGA_TRY(const bool more, reader.next(fields));
    if (!more) break;
    const auto line = reader.line();
    if (fields.size() != columns) return bad_input(fmt::format("{} fields, expected {} as in the header", fields.size(), columns), line);
    std::string code = digits_of(fields[code_column]);
    if (code.size() == 2 || lower_ascii(code) == "total") continue;
    const bool digits = std::all_of(code.begin(), code.end(), [](char c) { return c >= '0' && c <= '9'; });
    if (!digits || code.size() < 4 || code.size() > 10 || code.size() % 2 != 0) {
      return bad_input(fmt::format("\"{}\" is not a goods code, expected 4, 6, 8 or 10 digits{}", fields[code_column],
                                   digits && code.size() % 2 != 0 ? "; a leading zero may have been lost" : ""),
                       line);
    }
    const std::string& words = fields[words_column];
    if (words.find_first_not_of(" \t\r\n-–") == std::string::npos) return bad_input(fmt::format("{} has no description", code), line);
    if (words.size() > kDescriptionBytesMax)
      return bad_input(fmt::format("the description of {} is longer than {} bytes", code, kDescriptionBytesMax), line);
    if (!seen.insert(code).second) return bad_input(fmt::format("{} stands twice", code), line);
    if (out.size() == kRowsMax) return bad_input(fmt::format("more than {} codes", kRowsMax), line);
    out.push_back({std::move(code), words});
  }
  if (out.empty()) return bad_input("holds no code of 4 to 10 digits");
  return out;
}

}  // namespace

Result<std::vector<CodeWords>> read_nomenclature(const NamedBytes& file) {
  auto rows = read_rows(file.bytes);
  if (!rows) return std::unexpected(rows.error().in_file(file.name));
  return rows;
}

std::string write_nomenclature(std::vector<CodeWords> entries) {
  std::sort(entries.begin(), entries.end(), [](const CodeWords& a, const CodeWords& b) { return a.code < b.code; });
  std::string out;
  lists::append_csv_row(out, {"code", "description"});
  for (const auto& entry : entries) lists::append_csv_row(out, {entry.code, entry.words});
  return out;
}

}  // namespace tamga::goods
