#include "registers/rows.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/ascii.h"
#include "base/utf8.h"
#include "lists/csv.h"

namespace tamga::registers {
namespace {

Status check_utf8(const Reading& reading) {
  const auto line = first_line_not_utf8(reading.bytes());
  if (line == 0) return {};
  return reading.error(line, "is not UTF-8; save the table as UTF-8 and not in a code page");
}

}  // namespace

Result<Rows> Rows::open(Reading& reading) {
  TAMGA_TRY_STATUS(check_utf8(reading));
  Rows rows(reading);
  if (rows.text_.starts_with("\xEF\xBB\xBF")) rows.at_ = 3;
  TAMGA_TRY(const bool any, rows.read_row());
  if (!any) return reading.error(0, "is empty, expected a first row with the names of the columns");
  for (const auto field : rows.fields_) {
    std::string column = lower_ascii(trimmed(field));
    if (!column.empty() && std::find(rows.columns_.begin(), rows.columns_.end(), column) != rows.columns_.end())
      return reading.error(rows.row_line_, fmt::format("the column {} stands twice", quoted(field)));
    rows.columns_.push_back(std::move(column));
  }
  return rows;
}

std::size_t Rows::find(std::string_view column) const {
  const auto at = std::find(columns_.begin(), columns_.end(), column);
  return at == columns_.end() ? kNone : static_cast<std::size_t>(at - columns_.begin());
}

Result<std::size_t> Rows::need(std::string_view column) const {
  const auto at = find(lower_ascii(column));
  if (at == kNone) return reading_->error(1, fmt::format("the column \"{}\" is missing", column));
  return at;
}

Result<bool> Rows::next() {
  TAMGA_TRY(const bool more, read_row());
  if (!more) return false;
  reading_->at(at_);
  if (fields_.size() > columns_.size()) {
    return reading_->error(row_line_,
                           fmt::format("the row has {} fields, expected {} as in the first row; does a comma stand in a field without quotes?",
                                       fields_.size(), columns_.size()));
  }
  if (!row_ended_ && fields_.size() < columns_.size()) {
    return reading_->error(
        row_line_, fmt::format("the last row has {} fields, expected {}, and no line end; is the file cut off?", fields_.size(), columns_.size()));
  }
  // Cut off behind its last comma it would look the same.
  if (!row_ended_) reading_->remark(row_line_, "the last row has no line end; see that the file is whole");
  return true;
}

Result<bool> Rows::read_row() {
  const char* const data = text_.data();
  const std::size_t size = text_.size();
  while (at_ < size && (data[at_] == '\n' || data[at_] == '\r')) {
    if (data[at_] == '\n' || at_ + 1 == size || data[at_ + 1] != '\n') ++line_;
    ++at_;
  }
  fields_.clear();
  if (at_ == size) return false;
  row_line_ = line_;
  std::size_t begin = at_;
  for (std::size_t at = at_; at < size; ++at) {
    const char c = data[at];
    if (c > ',') continue;  // letters and digits; bytes of other scripts are negative and fall through
    if (c == ',') {
      fields_.push_back(text_.substr(begin, at - begin));
      begin = at + 1;
    } else if (c == '\n') {
      const std::size_t end = at > begin && data[at - 1] == '\r' ? at - 1 : at;
      fields_.push_back(text_.substr(begin, end - begin));
      at_ = at + 1;
      ++line_;
      row_ended_ = true;
      return true;
    } else if (c == '"' || (c == '\r' && (at + 1 == size || data[at + 1] != '\n'))) {
      return read_quoted_row();
    }
  }
  fields_.push_back(text_.substr(begin));
  at_ = size;
  row_ended_ = false;
  return true;
}

Result<bool> Rows::read_quoted_row() {
  lists::CsvReader reader(text_.substr(at_));
  auto more = reader.next(copies_);
  if (!more) return reading_->error(row_line_ + std::max<std::uint64_t>(more.error().line, 1) - 1, more.error().message);
  if (!*more) return false;  // only a byte order mark was left
  fields_.assign(copies_.begin(), copies_.end());
  const std::string_view row = text_.substr(at_, reader.offset());
  line_ += static_cast<std::uint64_t>(std::count(row.begin(), row.end(), '\n'));
  if (row.ends_with('\r')) ++line_;
  at_ += row.size();
  row_ended_ = reader.row_ended();
  return true;
}

}  // namespace tamga::registers
