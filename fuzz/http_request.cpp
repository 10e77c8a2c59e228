#include <unistd.h>

#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <string>

#include "api/native.h"
#include "base/ascii.h"
#include "base/json.h"
#include "server/service.h"

// A request as it comes from a socket: its head is read as the server reads it, routed and checked; what writes nothing is answered too. Whatever
// comes in, an answer goes out that is no failure of ours, and what is a problem says so in JSON.

namespace {

namespace http = boost::beast::http;

tamga::server::Service& service() {
  static tamga::server::Service* const instance = [] {
    const auto folder = std::filesystem::temp_directory_path() / ("tamga-fuzz-http-" + std::to_string(::getpid()));
    std::filesystem::create_directories(folder);
    tamga::app::Settings settings;
    settings.data = folder.string();
    tamga::server::ServiceOptions options;
    options.authenticate = false;
    options.any_host = true;
    auto* made = new tamga::server::Service(settings, tamga::api::native(), options);
    if (!made->start()) std::abort();
    std::atexit([] { std::filesystem::remove_all(std::filesystem::temp_directory_path() / ("tamga-fuzz-http-" + std::to_string(::getpid()))); });
    return made;
  }();
  return *instance;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  http::request_parser<http::empty_body> parser;
  parser.header_limit(16 * 1024);
  parser.body_limit(boost::none);
  boost::system::error_code error;
  const std::size_t used = parser.put(boost::asio::buffer(data, size), error);
  if (!parser.is_header_done()) return 0;
  tamga::api::Pairs headers;
  for (const auto& field : parser.get())
    headers.emplace_back(tamga::lower_ascii(std::string_view(field.name_string())), std::string_view(field.value()));
  auto exchange = service().begin(std::string_view(parser.get().method_string()), std::string_view(parser.get().target()), std::move(headers), {});
  exchange.request.body.assign(reinterpret_cast<const char*>(data) + used, size - used);
  tamga::api::Response response;
  if (exchange.refused) {
    response = *std::move(exchange.refused);
  } else if (exchange.endpoint->handle && (exchange.request.method == "GET" || exchange.endpoint->quick)) {
    response = service().run(exchange);
  } else if (auto refused = service().router().check(*exchange.endpoint, exchange.request)) {
    response = *std::move(refused);
  }
  service().end(exchange, response);
  if (response.status < 200 || response.status == 500 || response.status > 599) std::abort();
  if (response.content_type == "application/problem+json" && !tamga::parse_json(response.body)) std::abort();
  return 0;
}
