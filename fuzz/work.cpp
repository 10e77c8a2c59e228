// Any bytes as a message of the queue: refused, or read to what is written again to bytes that are read the same; and rows and hits inside of them.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "app/rows.h"
#include "app/shards.h"
#include "work/message.h"

namespace {

using namespace tamga;

template <typename Read>
void round_trip(std::string_view bytes, Read read) {
  const auto first = read(bytes);
  if (!first) return;
  const std::string again = work::to_bytes(*first);
  const auto second = read(again);
  TAMGA_CHECK(second.has_value());
  TAMGA_CHECK(work::to_bytes(*second) == again);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  round_trip(bytes, [](std::string_view text) { return work::read_request(text); });
  round_trip(bytes, [](std::string_view text) { return work::read_answer_part(text); });
  round_trip(bytes, [](std::string_view text) { return work::read_dead_letter(text); });
  if (const auto request = work::read_request(bytes)) {
    TAMGA_CHECK(work::valid_job(request->job));
    std::string_view body = request->body;
    if (auto rows = app::RowReader::of_text(request->form, 1, request->body, {})) {
      // As many as lines at most: each row has one.
      const auto lines = std::count_if(body.begin(), body.end(), [](char c) { return c == '\n' || c == '\r'; });
      std::ptrdiff_t count = 0;
      for (bool more = true; more; ++count) {
        app::BatchRow row;
        const auto next = rows->next(row);
        TAMGA_CHECK(next.has_value());
        more = *next;
      }
      TAMGA_CHECK(count - 2 <= lines);
    }
    if (const auto row = app::row_from_text(body.substr(0, body.find('\n')))) {
      const std::string again = app::row_text(*row);
      const auto second = app::row_from_text(again);
      TAMGA_CHECK(second.has_value());
      TAMGA_CHECK(app::row_text(*second) == again);
    }
  }
  if (const auto part = work::read_answer_part(bytes)) {
    work::Assembly assembly;
    if (const auto answer = assembly.add(*part)) TAMGA_CHECK(answer->body == part->body && part->parts == 1);
    if (const auto hits = app::hits_from_text("entry", part->body)) {
      const std::string again = app::hits_text(*hits);
      TAMGA_CHECK(app::hits_text(*app::hits_from_text("entry", again)) == again);
    }
  }
  return 0;
}
