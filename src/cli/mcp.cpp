#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>

#include "cli/commands.h"
#include "cli/print.h"
#include "mcp/lines.h"
#include "mcp/server.h"
#include "mcp/tools.h"
#include "service/service.h"

namespace tamga::cli {
namespace {

/// False when whoever listened has gone. Not out(): what reaches a protocol must be the very bytes, and never a terminal.
bool say(const std::string& answer) {
  const std::string line = answer + "\n";
  return std::fwrite(line.data(), 1, line.size(), stdout) == line.size() && std::fflush(stdout) == 0;
}

Result<int> serve(const Common& common) {
  // A client that has gone is the end of the work and not a crash.
  std::signal(SIGPIPE, SIG_IGN);
  service::Service service(common.settings);
  mcp::Server server(mcp::tools(service));
  mcp::LineReader lines(mcp::kMessageMax);
  const auto answer = [&](const mcp::LineReader::Line& line) {
    const auto text = line.too_long ? std::optional(mcp::Server::answer_too_long()) : server.answer(line.text);
    return !text || say(*text);
  };
  std::array<char, std::size_t{64} << 10> piece{};
  for (;;) {
    const ssize_t size = ::read(STDIN_FILENO, piece.data(), piece.size());
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) return failure(fmt::format("standard input cannot be read: {}", std::strerror(errno)));
    if (size == 0) break;
    lines.feed(std::string_view(piece.data(), static_cast<std::size_t>(size)));
    while (const auto line = lines.next()) {
      if (!answer(*line)) return kDone;
    }
  }
  if (const auto line = lines.rest()) static_cast<void>(answer(*line));
  return kDone;
}

}  // namespace

void add_mcp(CLI::App& app, Common& common, Chosen& chosen) {
  auto* command = app.add_subcommand("mcp", "let assistants ask over the Model Context Protocol on standard input and output; changes nothing");
  command->footer("Tools: screen, clear (nothing is recorded), owners, goods. docs/mcp.md says how an assistant is told of it.");
  command->callback([&common, &chosen] { chosen.run = [&common] { return serve(common); }; });
}

}  // namespace tamga::cli
