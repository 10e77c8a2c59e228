#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/date.h"
#include "base/files.h"
#include "base/result.h"
#include "identifiers/identifiers.h"
#include "model/deal.h"
#include "registers/registers.h"

/// The readers of single formats and what they share; used inside registers/ only.
namespace tamga::registers {

/// One file on its way into a sink.
class Reading {
 public:
  Reading(const NamedBytes& file, Sink& sink, const std::function<void(std::size_t)>& progress) : file_(file), sink_(sink), progress_(progress) {}

  [[nodiscard]] std::string_view bytes() const { return file_.bytes; }
  [[nodiscard]] std::string_view name() const { return file_.name; }
  void party(const PartyRecord& party) { sink_.party(party); }
  void holding(const HoldingRecord& holding) { sink_.holding(holding); }
  void remark(std::uint64_t line, std::string text) { sink_.remark(Remark{line, std::move(text)}); }
  /// Tells the progress now and then.
  void at(std::size_t offset) {
    if (offset >= next_told_) tell(offset);
  }
  void finished() { tell(file_.bytes.size()); }
  [[nodiscard]] std::unexpected<Error> error(std::uint64_t line, std::string message) const {
    return bad_input_in(file_.name, line, std::move(message));
  }
  /// An error of another reader, whose lines are the file's.
  [[nodiscard]] std::unexpected<Error> error(Error error) const { return std::unexpected(error.in_file(file_.name)); }

 private:
  void tell(std::size_t offset) {
    if (progress_) progress_(offset);
    next_told_ = offset + (std::size_t{1} << 20);
  }

  const NamedBytes& file_;
  Sink& sink_;
  const std::function<void(std::size_t)>& progress_;
  std::size_t next_told_ = 0;
};

Result<FileSummary> read_bods(Reading& reading);
Result<FileSummary> read_ftm(Reading& reading);
Result<FileSummary> read_gleif(Reading& reading);
Result<FileSummary> read_csv(Reading& reading);
Result<FileSummary> read_deal_owners(Reading& reading);

[[nodiscard]] std::string_view trimmed(std::string_view text);
/// A value of a file inside a sentence: on one line, in quotes, cut when it is long.
[[nodiscard]] std::string quoted(std::string_view value);

/// ISO 3166-1 alpha-2 in upper case from "ru", "RU", "US-DE" (ISO 3166-2) or an English name; empty for anything else.
[[nodiscard]] std::string country_of(std::string_view text);

/// A day as a register writes it: "2019-05-31", with a time behind it, "2019-05", "2019". What it leaves open is read so that the holding is as
/// long as it can have been: the earliest day for a beginning, the latest for an end. Nothing when it is no date.
[[nodiscard]] std::optional<Date> earliest_day(std::string_view text);
[[nodiscard]] std::optional<Date> latest_day(std::string_view text);

/// The two days of a holding from what a file says; what cannot be read, and an end before the beginning, is a remark and not said.
void put_period(Reading& reading, std::uint64_t line, std::string_view from, std::string_view to, HoldingRecord& holding);
/// The same for days that are read: an end on the day of the beginning means that it was held on that day.
void put_period(Reading& reading, std::uint64_t line, std::optional<Date> from, std::optional<Date> to, HoldingRecord& holding);

/// A number of percent. Registers publish doubles ("33.333333333333336", "1e2") with more digits than Decimal holds: those lie between two that it
/// does.
struct Percent {
  Decimal low;
  Decimal high;  ///< the same as low when the number is held exactly
};
enum class PercentFault : std::uint8_t { none, unreadable, below, over };
struct ReadPercent {
  Percent percent;
  PercentFault fault = PercentFault::none;
};
[[nodiscard]] ReadPercent read_percent(std::string_view text);

/// A share as text: "51%", "25-50", ">50", "". What it does not say is unknown, with what is wrong in `problem`.
struct ReadShare {
  ShareRange share;
  std::string problem;  ///< "the share \"120\" is over 100 %; kept as unknown"
};
[[nodiscard]] ReadShare read_share(std::string_view text);

/// The id of a party that an identifier names in all files alike: "lei:VALUE", "registration:VALUE".
[[nodiscard]] std::string id_of(const identifiers::Identifier& identifier);

}  // namespace tamga::registers
