// Any bytes as trade statistics: an error of one line, or rows that stand in order, each in its place once, and series that survive packing. The
// blocks that a file comes in make no difference.
#include "flows/reader.h"

#include <cstdint>
#include <string>
#include <vector>

#include "flows/testing_whole.h"

namespace {

bool on_one_line(std::string_view text) { return text.find('\n') == std::string_view::npos && text.find('\r') == std::string_view::npos; }

void check_blocks(std::string_view text, std::size_t block, const tamga::flows::Whole& whole) {
  using namespace tamga;
  flows::Reader reader("flows.csv");
  flows::Batch batch;
  for (std::size_t at = 0; at < text.size(); at += block) TAMGA_CHECK(reader.take(text.substr(at, block), batch).has_value());
  TAMGA_CHECK(reader.finish(batch).has_value());
  TAMGA_CHECK(batch.rows.size() + batch.rejected.size() == whole.rows.size() + whole.rejected.size());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tamga;
  const std::string text(reinterpret_cast<const char*>(data), size);
  // The bytes as a packed series too: a store may be damaged.
  flows::Columns columns;
  if (flows::unpack_columns(text, columns)) TAMGA_CHECK(columns.values.size() == columns.periods.size());
  const auto whole = flows::read_whole("flows.csv", text);
  if (!whole) {
    TAMGA_CHECK(on_one_line(whole.error().text()));
    return 0;
  }
  check_blocks(text, 1 + size % 61, *whole);
  TAMGA_CHECK(whole->about.read == static_cast<std::int64_t>(whole->rows.size() + whole->rejected.size()) + whole->about.totals);
  for (std::size_t i = 1; i < whole->rejected.size(); ++i) TAMGA_CHECK(whole->rejected[i - 1].line < whole->rejected[i].line);
  for (const auto& rejected : whole->rejected) TAMGA_CHECK(!rejected.why.empty() && on_one_line(rejected.why) && on_one_line(rejected.row));
  flows::SeriesKey before;
  const std::span<const flows::Row> rows(whole->rows);
  std::string spilled;
  for (std::size_t i = 0; i < rows.size(); ++i) flows::put(spilled, rows[i], i == 0 ? flows::Row{} : rows[i - 1]);
  flows::Taker taker(spilled);
  flows::Row again;
  again = {};
  for (const auto& row : rows) {
    flows::take(taker, again);
    TAMGA_CHECK(again.same_place(row) && again.same_numbers(row) && again.line == row.line);
  }
  for (std::size_t begin = 0; begin < rows.size();) {
    std::size_t end = begin + 1;
    while (end < rows.size() && flows::same_series(rows[begin].place, rows[end].place)) ++end;
    const auto key = flows::series_key(whole->about.source, rows[begin].place);
    TAMGA_CHECK(begin == 0 || before < key);
    before = key;
    TAMGA_CHECK(key.code.size() >= 2 && key.code.size() <= 10 && key.reporter != 0 && key.partner != 0 && key.currency.size() == 3);
    for (const auto& row : rows.subspan(begin, end - begin))
      TAMGA_CHECK(row.value >= 0 && row.weight >= flows::kAbsent && row.quantity >= flows::kAbsent && row.line > 1);
    std::string packed;
    std::string origins;
    const auto periods = flows::pack_rows(rows.subspan(begin, end - begin), 1, packed, origins);
    const auto points = flows::unpack(packed, origins);
    TAMGA_CHECK(points && points->size() == periods);
    TAMGA_CHECK(packed == flows::pack_columns(*points) && origins == flows::pack_origins(*points));
    begin = end;
  }
  return 0;
}
