#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "base/result.h"

/// A small listener for programs that serve nothing else: GET of a few paths, answered as text. For metrics and health.
namespace tamga::server {

struct ScrapeAnswer {
  int status = 200;
  std::string text;
};

/// Answers on a thread of its own until it is destroyed.
class Scrape {
 public:
  /// `answer` is called with the path, on that thread alone. Port 0: any that is free.
  static Result<std::unique_ptr<Scrape>> open(const std::string& address, std::uint16_t port, std::function<ScrapeAnswer(const std::string&)> answer);
  ~Scrape();
  [[nodiscard]] std::uint16_t port() const;

 private:
  struct Implementation;
  explicit Scrape(std::unique_ptr<Implementation> implementation);
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace tamga::server
