#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "base/result.h"

/// One short question to another server over https, answered in memory: what a sign-in asks of its provider. Lists are fetched by fetch.h.
namespace tamga::fetch {

struct Question {
  std::string url;                  ///< https://, or http:// on loopback
  std::optional<std::string> form;  ///< POST, application/x-www-form-urlencoded; nothing: GET
  std::string user;                 ///< of Basic authentication; empty: none
  std::string password;
  std::string bearer;                              ///< a token to show; empty: none
  std::string ca_file;                             ///< PEM certificates to trust INSTEAD of the system's; empty: the system's
  std::uint64_t bytes = std::uint64_t{256} << 10;  ///< of the answer; more is an error
  std::chrono::milliseconds connect{5'000};
  std::chrono::milliseconds total{10'000};
};

struct Answer {
  long status = 0;
  std::string body;
};

/// Any status is an answer; redirects are not followed. Blocks for `total` at most; thread-safe. Errors: bad_input for a URL that may not be asked;
/// failure for the rest. What was sent is in no message.
Result<Answer> ask(const Question& question);

}  // namespace tamga::fetch
