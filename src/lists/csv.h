#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace tamga::lists {

struct CsvLimits {
  std::size_t field_bytes = std::size_t{1} << 20;
  std::size_t columns = 500;
  char separator = ',';
};

/// Reads comma-separated values (RFC 4180) row by row: quoted fields with doubled quotes and line breaks inside, CRLF, LF or CR,
/// a byte order mark before the first row. Empty lines are skipped. The text must outlive the reader.
class CsvReader {
 public:
  explicit CsvReader(std::string_view text, CsvLimits limits = {});
  /// Of rows from the middle of a text, the first of them on this line.
  static CsvReader middle(std::string_view text, std::uint64_t line, CsvLimits limits = {});

  /// Reads the next row into `fields`. False at the end. An error names the line: a quote that never closes, text after a closing
  /// quote, a limit. After an error the reader is at the end.
  Result<bool> next(std::vector<std::string>& fields);
  /// The same row, whose fields nobody wants to have: how many they are.
  Result<bool> skip(std::size_t& fields);
  /// The 1-based line on which the last row began.
  [[nodiscard]] std::uint64_t line() const { return row_line_; }
  /// Whether the last row was closed by a line end, and not by the end of the text.
  [[nodiscard]] bool row_ended() const { return row_ended_; }
  /// For a text that comes in parts: whether the last next() came to the end of what there is, so that with more behind it the answer may be another.
  [[nodiscard]] bool at_end() const { return at_end_; }
  /// Where the last next() began, in bytes, with the empty lines before its row; and on which line.
  [[nodiscard]] std::size_t begun() const { return begun_; }
  [[nodiscard]] std::uint64_t begun_line() const { return begun_line_; }
  /// Takes the last next() back: `text` begins where it did, and goes on further than the text before.
  void again(std::string_view text);
  /// How far the reader has come, in bytes.
  [[nodiscard]] std::size_t offset() const { return at_; }

 private:
  template <typename Fields>
  Result<bool> read_on(Fields& fields);
  template <typename Fields>
  Result<bool> read_row(Fields& fields);
  template <typename Field>
  Result<bool> read_field(Field& field);

  std::string_view text_;
  CsvLimits limits_;
  std::size_t at_ = 0;
  std::uint64_t line_ = 1;
  std::uint64_t row_line_ = 0;
  bool row_ended_ = false;
  bool at_end_ = false;
  bool whole_ = true;  ///< nothing before text_ was taken away
  std::size_t begun_ = 0;
  std::uint64_t begun_line_ = 1;
};

/// Appends one row, quoting where needed, with a line end.
void append_csv_row(std::string& out, const std::vector<std::string>& fields);

}  // namespace tamga::lists
