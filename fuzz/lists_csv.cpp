// Any bytes as CSV: rows that survive writing and reading again.
#include <cstdint>
#include <string>
#include <vector>

#include "lists/csv.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  tamga::lists::CsvReader reader(std::string_view(reinterpret_cast<const char*>(data), size));
  std::vector<std::vector<std::string>> rows;
  std::vector<std::string> fields;
  std::uint64_t line = 0;
  for (;;) {
    const auto more = reader.next(fields);
    if (!more) return 0;
    if (!*more) break;
    TAMGA_CHECK(reader.line() > line);
    line = reader.line();
    rows.push_back(fields);
  }
  std::string written;
  for (const auto& row : rows) tamga::lists::append_csv_row(written, row);
  tamga::lists::CsvReader again(written);
  for (const auto& row : rows) {
    TAMGA_CHECK(again.next(fields).value_or(false));
    TAMGA_CHECK(fields == row);
  }
  return 0;
}
