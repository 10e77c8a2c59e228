#include "base/result.h"

#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>

namespace tamga {

std::string Error::text() const {
  if (file.empty()) return line == 0 ? message : fmt::format("line {}: {}", line, message);
  return line == 0 ? fmt::format("{}: {}", file, message) : fmt::format("{}:{}: {}", file, line, message);
}

Error Error::in_file(std::string_view name) const {
  Error placed = *this;
  if (placed.file.empty()) placed.file = name;
  return placed;
}

std::unexpected<Error> bad_input(std::string message, std::uint64_t line) {
  return std::unexpected(Error{ErrorKind::bad_input, std::move(message), {}, line});
}

std::unexpected<Error> bad_input_in(std::string_view file, std::uint64_t line, std::string message) {
  return std::unexpected(Error{ErrorKind::bad_input, std::move(message), std::string(file), line});
}

std::unexpected<Error> failure(std::string message) { return std::unexpected(Error{ErrorKind::failure, std::move(message), {}, 0}); }

void check_failed(const char* condition, const char* file, int line) {
  fmt::print(stderr, "tamga: bug: {}:{}: not true: {}\n", file, line, condition);
  std::abort();
}

}  // namespace tamga
