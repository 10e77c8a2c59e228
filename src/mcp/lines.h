#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace tamga::mcp {

/// A stream in pieces to lines, as the stdio transport of MCP has them: "\n" between messages, a "\r" before it does not count. Never holds more than
/// a line's limit and a piece.
class LineReader {
 public:
  explicit LineReader(std::size_t bytes_max) : bytes_max_(bytes_max) {}

  struct Line {
    std::string text;       ///< empty when it was too long
    bool too_long = false;  ///< it was skipped to its end
    bool operator==(const Line&) const = default;
  };

  void feed(std::string_view piece) { waiting_ += piece; }
  /// The next whole line; nothing until more is fed.
  std::optional<Line> next();
  /// What stands behind the last "\n", once the stream has ended.
  std::optional<Line> rest();

 private:
  Line finished(std::size_t end, std::size_t next);

  std::size_t bytes_max_;
  std::string waiting_;
  std::size_t begin_ = 0;    ///< of what was not handed out
  std::size_t scanned_ = 0;  ///< no "\n" before this
  bool skipping_ = false;    ///< inside of a line that is too long
};

}  // namespace tamga::mcp
