#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "flows/lines.h"
#include "flows/rows.h"
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
  former,           ///< a partner that is no country any more: the Soviet Union, Yugoslavia
  classification,   ///< codes of another classification than the Harmonized System
  mixed,            ///< the same reporter and period in a second edition of the Harmonized System; the first stands
};
inline constexpr std::size_t kFaults = 16;
[[nodiscard]] std::string_view word(Fault fault);

struct Rejected {
  std::uint32_t line = 0;
  Fault fault = Fault::columns;
  std::string why;  ///< quotes what is wrong; one line
  std::string row;  ///< as it stood, at most 300 bytes
};

struct ReadOptions {
  Flow flow = Flow::exports;  ///< of a file without a column for it
  Country reporter = kUnion;  ///< of a file without a column for it
};

/// One reporter's statistics of a period: they stand in one nomenclature.
struct Reported {
  Flow flow = Flow::imports;
  Frequency frequency = Frequency::monthly;
  Country reporter = 0;
  Period period = 0;
  auto operator<=>(const Reported&) const = default;
};
/// The source does not name the edition: it is that of the year.
inline constexpr int kEditionOfYear = 0;
struct ReportedIn {
  Reported of;
  int edition = kEditionOfYear;  ///< 1988, 1996, 2002, 2007, 2012, 2017, 2022
};
[[nodiscard]] std::string nomenclature_text(int edition);

/// What comes out of a part of a file.
struct Batch {
  std::vector<Row> rows;
  std::vector<Rejected> rejected;  ///< by line
};

struct About {
  Source source = Source::comext;
  std::string layout;       ///< "UN Comtrade, classic layout", for people
  std::int64_t read = 0;    ///< rows below the header
  std::int64_t totals = 0;  ///< left out on purpose: sums over partners or goods, and parts of a row that stands whole
};

/// Reads one file that comes in blocks, in memory that does not grow with it. Rows that stand twice are not known yet: whoever sorts finds them. Not
/// thread-safe.
class Reader {
 public:
  explicit Reader(std::string name, const ReadOptions& options = {});
  Reader(Reader&&) noexcept;
  ~Reader();

  /// What the store has of Comtrade already, before the first block.
  void reported_before(const ReportedIn& known);
  /// Appends to `out`. An error where no header is recognised.
  Status take(std::string_view block, Batch& out);
  /// An error where there was no header, or where more than half of the rows cannot be used: that is another file than it seems. Rows in a second
  /// nomenclature do not count for that.
  Status finish(Batch& out);
  [[nodiscard]] const About& about() const;
  /// Of Comtrade: what the file has rows of, sorted.
  [[nodiscard]] std::vector<ReportedIn> nomenclatures() const;

 private:
  class State;
  std::unique_ptr<State> state_;
};

/// What is kept of a row that was kept apart: printable, at most 300 bytes.
[[nodiscard]] std::string shown_row(std::string_view line);

/// A number in a statistics file: digits, at most one point, as hundredths (places = 2) and the like, halves away from 0. Nothing for another text,
/// and beyond 10^15 whole units. Below zero it is negative.
[[nodiscard]] std::int64_t read_number(std::string_view text, int places, bool& good);

}  // namespace tamga::flows
