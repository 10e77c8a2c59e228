// Any bytes as trade statistics: an error of one line, or rows that stand in order, each in its place once, and series that survive packing.
#include "flows/reader.h"

#include <cstdint>
#include <string>
#include <vector>

namespace {

bool on_one_line(std::string_view text) { return text.find('\n') == std::string_view::npos && text.find('\r') == std::string_view::npos; }

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tamga;
  const NamedBytes file{"flows.csv", std::string(reinterpret_cast<const char*>(data), size)};
  // The bytes as a packed series too: a store may be damaged.
  flows::Columns columns;
  if (flows::unpack_columns(file.bytes, columns)) TAMGA_CHECK(columns.values.size() == columns.periods.size());
  const auto table = flows::read(file);
  if (!table) {
    TAMGA_CHECK(on_one_line(table.error().text()));
    return 0;
  }
  TAMGA_CHECK(table->read == static_cast<std::int64_t>(table->rows.size() + table->rejected.size()) + table->totals);
  for (std::size_t i = 1; i < table->rejected.size(); ++i) TAMGA_CHECK(table->rejected[i - 1].line < table->rejected[i].line);
  for (const auto& rejected : table->rejected) TAMGA_CHECK(!rejected.why.empty() && on_one_line(rejected.why) && on_one_line(rejected.row));
  flows::SeriesKey before;
  for (std::size_t begin = 0; begin < table->rows.size();) {
    const auto end = flows::series_end(table->rows, begin);
    const auto key = flows::series_key(table->source, table->rows[begin]);
    TAMGA_CHECK(begin == 0 || before < key);
    before = key;
    TAMGA_CHECK(key.code.size() >= 2 && key.code.size() <= 10 && key.reporter != 0 && key.partner != 0 && key.currency.size() == 3);
    std::vector<flows::Point> points;
    for (std::size_t i = begin; i < end; ++i) {
      const auto& row = table->rows[i];
      TAMGA_CHECK(row.value >= 0 && row.weight >= flows::kAbsent && row.quantity >= flows::kAbsent && row.line > 1);
      if (!points.empty() && points.back().period == row.period) {
        points.back().value = flows::sum_of(points.back().value, row.value);
      } else {
        points.push_back({row.period, row.value, row.weight, row.quantity, {{1, row.line}}});
      }
    }
    const auto again = flows::unpack(flows::pack_columns(points), flows::pack_origins(points));
    TAMGA_CHECK(again && again->size() == points.size());
    for (std::size_t i = 0; i < points.size(); ++i)
      TAMGA_CHECK((*again)[i].period == points[i].period && (*again)[i].same_numbers(points[i]) && (*again)[i].origins == points[i].origins);
    begin = end;
  }
  return 0;
}
