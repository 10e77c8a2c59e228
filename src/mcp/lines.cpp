#include "mcp/lines.h"

#include <algorithm>

namespace tamga::mcp {

LineReader::Line LineReader::finished(std::size_t end, std::size_t next) {
  Line line;
  line.too_long = skipping_ || end - begin_ > bytes_max_;
  if (!line.too_long) {
    line.text.assign(waiting_, begin_, end - begin_);
    if (line.text.ends_with('\r')) line.text.pop_back();
  }
  begin_ = scanned_ = next;
  skipping_ = false;
  return line;
}

std::optional<LineReader::Line> LineReader::next() {
  const auto end = waiting_.find('\n', scanned_);
  if (end != std::string::npos) return finished(end, end + 1);
  // What was handed out goes, and so does what can only be too long.
  waiting_.erase(0, begin_);
  begin_ = 0;
  if (waiting_.size() > bytes_max_) {
    skipping_ = true;
    waiting_.clear();
  }
  scanned_ = waiting_.size();
  return std::nullopt;
}

std::optional<LineReader::Line> LineReader::rest() {
  if (begin_ == waiting_.size() && !skipping_) return std::nullopt;
  return finished(waiting_.size(), waiting_.size());
}

}  // namespace tamga::mcp
