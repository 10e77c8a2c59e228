#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <utility>

/// Errors are values. A function that can fail because of its input or of the outside world returns
/// Result<T>; a bug in Tamga itself is a TAMGA_CHECK. Exceptions of libraries are caught in the adapter that
/// calls the library and become an Error.
namespace tamga {

enum class ErrorKind : std::uint8_t {
  bad_input,  ///< the user's file, argument or field is wrong: exit status 2
  usage,      ///< wrong command or option, or what stands in the way of it: exit status 2
  not_found,  ///< what was named is not there: exit status 2
  forbidden,  ///< not by this person: exit status 2
  failure,    ///< disk, database, permission, corrupted store: exit status 1
};

/// One line for a person: what is wrong, where, and what was expected.
struct Error {
  ErrorKind kind = ErrorKind::failure;
  std::string message;
  std::string file;        ///< empty when the error is not about a file
  std::uint64_t line = 0;  ///< 1-based; 0 when the error is about the whole file
  bool no_room = false;    ///< a failure for want of disk or connections, which may be over soon: who can wait tries again

  /// "FILE:LINE: message", without the parts that are not known. One line, whatever the file's name and the message quote.
  [[nodiscard]] std::string text() const;
  /// The same error, placed in `name` when it has no file yet.
  [[nodiscard]] Error in_file(std::string_view name) const;
};

template <typename T>
using Result = std::expected<T, Error>;
using Status = std::expected<void, Error>;

[[nodiscard]] std::unexpected<Error> bad_input(std::string message, std::uint64_t line = 0);
[[nodiscard]] std::unexpected<Error> bad_input_in(std::string_view file, std::uint64_t line, std::string message);
[[nodiscard]] std::unexpected<Error> not_found(std::string message);
[[nodiscard]] std::unexpected<Error> failure(std::string message);

[[noreturn]] void check_failed(const char* condition, const char* file, int line);

}  // namespace tamga

/// A condition that only a bug in Tamga can break. On in release builds; never for user input.
#define TAMGA_CHECK(condition) ((condition) ? void(0) : ::tamga::check_failed(#condition, __FILE__, __LINE__))

#define TAMGA_JOIN_(a, b) a##b
#define TAMGA_JOIN(a, b) TAMGA_JOIN_(a, b)

/// TAMGA_TRY(auto value, call()): the value of a Result, or return its error from this function.
#define TAMGA_TRY_(temporary, declaration, expression)                  \
  auto temporary = (expression);                                        \
  if (!temporary) return std::unexpected(std::move(temporary).error()); \
  declaration = std::move(*temporary)
#define TAMGA_TRY(declaration, expression) TAMGA_TRY_(TAMGA_JOIN(tamga_try_, __COUNTER__), declaration, expression)

/// The same for a Status. Each use has a name of its own, so that one may stand inside another's lambda.
#define TAMGA_TRY_STATUS_(name, expression)                                               \
  do {                                                                                    \
    if (auto name = (expression); !name) return std::unexpected(std::move(name).error()); \
  } while (false)
#define TAMGA_TRY_STATUS(expression) TAMGA_TRY_STATUS_(TAMGA_JOIN(tamga_status_, __COUNTER__), expression)

/// clang warns when a returned view outlives what it points into; g++ 12 does not know the attribute.
#if defined(__clang__)
#define TAMGA_LIFETIMEBOUND [[clang::lifetimebound]]
#else
#define TAMGA_LIFETIMEBOUND
#endif
