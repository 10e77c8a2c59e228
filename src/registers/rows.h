#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "registers/readers.h"

namespace tamga::registers {

/// Rows of comma-separated values as views, for files of millions: a row without quotes costs no copy. The others go through lists::CsvReader, so
/// what is accepted, and what it means, is the same. The bytes must outlive it; views live until the next row.
class Rows {
 public:
  /// The text must be UTF-8; anything else is an error, since names in an old code page look like names and match nothing.
  static Result<Rows> open(Reading& reading);

  /// The first row's names, lower case.
  [[nodiscard]] const std::vector<std::string>& columns() const { return columns_; }
  /// Where a column stands, or none.
  static constexpr std::size_t kNone = static_cast<std::size_t>(-1);
  [[nodiscard]] std::size_t find(std::string_view column) const;
  /// The same, or an error that names the column.
  [[nodiscard]] Result<std::size_t> need(std::string_view column) const;

  /// The next row that is not empty; false at the end. More fields than columns, and a last row that is cut off, are errors; in a shorter row
  /// the missing fields are empty.
  Result<bool> next();
  [[nodiscard]] std::string_view field(std::size_t column) const { return column < fields_.size() ? fields_[column] : std::string_view(); }
  [[nodiscard]] std::size_t fields() const { return fields_.size(); }
  [[nodiscard]] std::uint64_t line() const { return row_line_; }

 private:
  explicit Rows(Reading& reading) : reading_(&reading), text_(reading.bytes()) {}
  Result<bool> read_row();
  Result<bool> read_quoted_row();

  Reading* reading_;
  std::string_view text_;
  std::size_t at_ = 0;
  std::uint64_t line_ = 1;
  std::uint64_t row_line_ = 0;
  bool row_ended_ = false;
  std::vector<std::string> columns_;
  std::vector<std::string_view> fields_;
  std::vector<std::string> copies_;  ///< of a row with quotes
};

}  // namespace tamga::registers
