// What screen_text() finds in ordinary text: the measurement behind its rule (docs/payments.md).
//
//   text_alarms DATA < FILE      DATA: a data directory with lists; FILE: one text a line
//
// Prints each line in which something was found, with the words and the entry, and at last how many, and how many lines a second.
#include <fmt/format.h>

#include <chrono>
#include <iostream>
#include <string>

#include "app/screening.h"
#include "match/text.h"

int main(int count, char** arguments) {
  using namespace tamga;
  if (count != 2) return 2;
  app::Settings settings;
  settings.data = arguments[1];
  app::ScreenSettings screening;
  screening.as_of = utc_today();
  const auto screener = app::Screener::open(settings, screening);
  if (!screener) {
    fmt::print(stderr, "{}\n", screener.error().text());
    return 1;
  }
  match::Workspace workspace;
  std::string line;
  std::size_t lines = 0;
  std::size_t alarms = 0;
  const auto begun = std::chrono::steady_clock::now();
  while (std::getline(std::cin, line)) {
    ++lines;
    const auto hits = match::screen_text(std::span(&line, 1), screener->searchable(), screener->options(), workspace);
    alarms += hits.empty() ? 0 : 1;
    for (const auto& found : hits) {
      fmt::print("{}\t{}\t{}\t{}\t{}{}\t{}\n", lines, found.words, match::score_text(found.hit.score), found.hit.matched_name,
                 found.hit.entity.schema, found.hit.certain ? " certain" : "", line.substr(0, 100));
    }
  }
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begun;
  fmt::print("{} lines, something found in {}, {:.0f} lines/s\n", lines, alarms, static_cast<double>(lines) / took.count());
  return 0;
}
