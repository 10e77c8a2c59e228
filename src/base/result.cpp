#include "base/result.h"

#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>

namespace tamga {

namespace {

/// Messages quote the input, and the input may hold line breaks and escape sequences: an error stays one line, and a terminal is not
/// driven by a file. Long quotes are cut between two UTF-8 letters.
std::string one_line(std::string message) {
  constexpr std::size_t kMessageMax = 1000;
  for (char& c : message) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = ' ';
  }
  if (message.size() > kMessageMax) {
    std::size_t end = kMessageMax;
    while (end > 0 && (static_cast<unsigned char>(message[end]) & 0xC0) == 0x80) --end;
    message.resize(end);
    message += "…";
  }
  return message;
}

}  // namespace

// Once more: an Error made by hand, or its file's name, may hold anything too.
std::string Error::text() const {
  if (file.empty()) return one_line(line == 0 ? message : fmt::format("line {}: {}", line, message));
  return one_line(line == 0 ? fmt::format("{}: {}", file, message) : fmt::format("{}:{}: {}", file, line, message));
}

Error Error::in_file(std::string_view name) const {
  Error placed = *this;
  if (placed.file.empty()) placed.file = name;
  return placed;
}

std::unexpected<Error> bad_input(std::string message, std::uint64_t line) {
  return std::unexpected(Error{ErrorKind::bad_input, one_line(std::move(message)), {}, line});
}

std::unexpected<Error> bad_input_in(std::string_view file, std::uint64_t line, std::string message) {
  return std::unexpected(Error{ErrorKind::bad_input, one_line(std::move(message)), std::string(file), line});
}

std::unexpected<Error> not_found(std::string message) { return std::unexpected(Error{ErrorKind::not_found, one_line(std::move(message)), {}, 0}); }

std::unexpected<Error> failure(std::string message) { return std::unexpected(Error{ErrorKind::failure, one_line(std::move(message)), {}, 0}); }

void check_failed(const char* condition, const char* file, int line) {
  fmt::print(stderr, "tamga: bug: {}:{}: not true: {}\n", file, line, condition);
  std::abort();
}

}  // namespace tamga
