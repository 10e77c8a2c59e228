#include "cli/goods_editions.h"

#include <fmt/format.h>

#include <algorithm>

namespace tamga::cli {
namespace {

std::string how(const goods::ControlLists::Renumbering& move) {
  if (move.stays) return "a part";
  return move.part ? (move.merged ? "a part, with other goods" : "a part") : move.merged ? "with other goods" : "the same goods";
}

}  // namespace

std::string editions_text(const goods::ControlLists& lists, std::string_view code) {
  const std::string hs(code.substr(0, 6));
  std::string text;
  const auto moves = lists.renumberings(code);
  const auto told = [&](bool forward, bool stays) {
    std::string line;
    int from = 0;
    int to = 0;
    for (const auto& move : moves) {
      if ((forward ? move.old_code : move.new_code) != hs || move.stays != stays) continue;
      from = move.from;
      to = move.to;
      line += fmt::format("  {}  {}: {}\n", forward ? move.new_code : move.old_code, how(move), move.words);
    }
    if (line.empty()) return;
    text += !forward ? fmt::format("{} is of HS {}; in HS {} such goods were in\n", hs, to, from)
            : stays  ? fmt::format("{} is still in use; since HS {} a part of what it held in HS {} is\n", hs, to, from)
                     : fmt::format("{} is a code of HS {}; in HS {} it is\n", hs, from, to);
    text += line;
  };
  told(true, false);
  told(true, true);
  told(false, false);
  told(false, true);
  return text;
}

}  // namespace tamga::cli
