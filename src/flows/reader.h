#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/files.h"
#include "base/result.h"
#include "flows/series.h"

/// Reads trade statistics and customs declarations from CSV, known by the header (docs/flows.md has the columns):
///   UN Comtrade in the new layout (cmdCode, primaryValue …) and the classic one (Commodity Code, Trade Value (US$) …);
///   Eurostat Comext: reporter,partner,cn8,month,value_eur, partner,hs6,month,value_eur, and DECLARANT_ISO,PARTNER_ISO,PRODUCT_NC,FLOW,PERIOD,…;
///   declarations: declaration,item,date,flow,reporter,partner,hs,value,currency,weight_kg,quantity.
/// A row is a line: a quoted field ends where its line does. A row that cannot be used is kept apart with its line, and the reading goes on.
namespace tamga::flows {

/// Why a row was kept apart.
enum class Fault : std::uint8_t {
  columns,          ///< too few or too many fields, a quote that does not close, bytes that are no text
  flow,             ///< neither import nor export
  reporter,         ///< unknown reporter
  partner,          ///< unknown partner
  code,             ///< no goods code of 2 to 10 digits
  period,           ///< no month, year or day
  number,           ///< value, weight or quantity is not a number, or too large
  negative,         ///< value, weight or quantity below zero
  currency,         ///< no currency
  declaration,      ///< a declaration without its number
  duplicate,        ///< the same row once more
  contradiction,    ///< the same reporter, partner, code and period once more, with other numbers; the first stands
  declared_before,  ///< this declaration's item is in the store already
};
inline constexpr std::size_t kFaults = 13;
[[nodiscard]] std::string_view word(Fault fault);

struct Rejected {
  std::uint32_t line = 0;
  Fault fault = Fault::columns;
  std::string why;  ///< quotes what is wrong; one line
  std::string row;  ///< as it stood, at most 300 bytes
};

/// One usable row. Plain numbers, since files have tens of millions of them.
struct Row {
  std::uint64_t code = 0;  ///< the digits with a 1 before them, so that leading noughts stand
  std::uint64_t part = 0;  ///< what tells rows of one series and period apart: declaration and item, statistical procedure. 0: nothing
  std::int64_t value = 0;
  std::int64_t weight = kAbsent;
  std::int64_t quantity = kAbsent;
  Period period = 0;
  std::uint32_t line = 0;
  std::uint32_t currency = 0;  ///< three letters, as a number
  Country reporter = 0;
  Country partner = 0;
  Flow flow = Flow::exports;
  Frequency frequency = Frequency::monthly;
};
static_assert(sizeof(Row) == 64);
[[nodiscard]] std::string code_text(std::uint64_t code);

struct Table {
  Source source = Source::comext;
  std::string layout;              ///< "UN Comtrade, classic layout", for people
  std::vector<Row> rows;           ///< sorted by series (as SeriesKey), period, part
  std::int64_t read = 0;           ///< rows below the header
  std::int64_t totals = 0;         ///< left out on purpose: sums over partners or goods, and parts of a row that stands whole
  std::vector<Rejected> rejected;  ///< by line
};

struct ReadOptions {
  Flow flow = Flow::exports;  ///< of a file without a column for it
  Country reporter = kUnion;  ///< of a file without a column for it
};

/// An error where no header is recognised, or where more than half of the rows cannot be used: that is another file than it seems.
Result<Table> read(const NamedBytes& file, const ReadOptions& options = {});

/// Gives rejected rows (by line) that have no text yet what stands on their line of the file.
void add_rows(std::string_view file, std::vector<Rejected>& rejected);

/// The rows of one series, from `begin` up to the end that is returned.
[[nodiscard]] std::size_t series_end(const std::vector<Row>& rows, std::size_t begin);
[[nodiscard]] SeriesKey series_key(Source source, const Row& row);

/// A number in a statistics file: digits, at most one point, as hundredths (places = 2) and the like, halves away from 0. Nothing for another text,
/// and beyond 10^15 whole units. Below zero it is negative.
[[nodiscard]] std::int64_t read_number(std::string_view text, int places, bool& good);

}  // namespace tamga::flows
