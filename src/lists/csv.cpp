#include "lists/csv.h"

#include <fmt/format.h>

namespace tamga::lists {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

/// A field and a row of which only the sizes are kept.
class Skipped {
 public:
  Skipped& operator+=(char) {
    ++size_;
    return *this;
  }
  [[nodiscard]] std::size_t size() const { return size_; }

 private:
  std::size_t size_ = 0;
};
class SkippedRow {
 public:
  void clear() { size_ = 0; }
  [[nodiscard]] std::size_t size() const { return size_; }
  Skipped& emplace_back() {
    ++size_;
    return field_ = {};
  }

 private:
  Skipped field_;
  std::size_t size_ = 0;
};

}  // namespace

CsvReader::CsvReader(std::string_view text, CsvLimits limits) : text_(text), limits_(limits) {
  if (text_.starts_with(kByteOrderMark)) at_ = kByteOrderMark.size();
}

CsvReader CsvReader::middle(std::string_view text, std::uint64_t line, CsvLimits limits) {
  CsvReader reader({}, limits);
  reader.text_ = text;
  reader.whole_ = false;
  reader.line_ = line;
  return reader;
}

/// Reads one field; true when another follows in the row.
template <typename Field>
Result<bool> CsvReader::read_field(Field& field) {
  const std::uint64_t opened = line_;
  bool quoted = false;
  if (at_ < text_.size() && text_[at_] == '"') {
    quoted = true;
    ++at_;
    for (;;) {
      if (at_ == text_.size())
        return bad_input(fmt::format("a quoted field opens on line {} and never closes; is the file truncated?", opened), opened);
      const char c = text_[at_++];
      if (c == '"') {
        if (at_ == text_.size() || text_[at_] != '"') break;
        ++at_;
      }
      if (c == '\n') ++line_;
      field += c;
      if (field.size() > limits_.field_bytes) return bad_input(fmt::format("a field is longer than {} bytes", limits_.field_bytes), opened);
    }
    // OFAC pads its closing quotes with blanks.
    while (at_ < text_.size() && text_[at_] == ' ') ++at_;
  }
  while (at_ < text_.size()) {
    const char c = text_[at_++];
    if (c == limits_.separator) return true;
    if (c == '\n' || c == '\r') {
      if (c == '\r' && at_ < text_.size() && text_[at_] == '\n') ++at_;
      ++line_;
      row_ended_ = true;
      return false;
    }
    if (quoted) return bad_input("text follows a closing quote, expected a comma or the end of the line", line_);
    field += c;
    if (field.size() > limits_.field_bytes) return bad_input(fmt::format("a field is longer than {} bytes", limits_.field_bytes), opened);
  }
  return false;
}

template <typename Fields>
Result<bool> CsvReader::read_row(Fields& fields) {
  fields.clear();
  while (at_ < text_.size() && (text_[at_] == '\n' || text_[at_] == '\r')) {
    if (text_[at_] == '\n' || at_ + 1 == text_.size() || text_[at_ + 1] != '\n') ++line_;
    ++at_;
  }
  if (at_ == text_.size()) return false;
  row_line_ = line_;
  row_ended_ = false;
  for (;;) {
    if (fields.size() == limits_.columns) return bad_input(fmt::format("more than {} columns", limits_.columns), row_line_);
    TAMGA_TRY(const bool more, read_field(fields.emplace_back()));
    if (!more) return true;
  }
}

template <typename Fields>
Result<bool> CsvReader::read_on(Fields& fields) {
  begun_ = at_;
  begun_line_ = line_;
  auto more = read_row(fields);
  at_end_ = at_ == text_.size();
  if (!more) at_ = text_.size();
  return more;
}

Result<bool> CsvReader::next(std::vector<std::string>& fields) { return read_on(fields); }

Result<bool> CsvReader::skip(std::size_t& fields) {
  SkippedRow row;
  auto more = read_on(row);
  fields = row.size();
  return more;
}

void CsvReader::again(std::string_view text) {
  whole_ = whole_ && begun_ == 0;
  text_ = text;
  at_ = whole_ && text_.starts_with(kByteOrderMark) ? kByteOrderMark.size() : 0;
  line_ = begun_line_;
}

void append_csv_row(std::string& out, const std::vector<std::string>& fields) {
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (i > 0) out += ',';
    // A row of one empty field would be an empty line.
    const bool quote = fields[i].find_first_of("\",\r\n") != std::string::npos || fields[i].starts_with(' ') ||
                       fields[i].starts_with("\xEF\xBB\xBF") || (fields.size() == 1 && fields[i].empty());
    if (!quote) {
      out += fields[i];
      continue;
    }
    out += '"';
    for (const char c : fields[i]) {
      if (c == '"') out += '"';
      out += c;
    }
    out += '"';
  }
  out += '\n';
}

}  // namespace tamga::lists
