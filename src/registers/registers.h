#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/date.h"
#include "base/files.h"
#include "base/result.h"
#include "identifiers/identifiers.h"
#include "model/deal.h"
#include "ownership/holding.h"

/// Readers of who owns whom: files of ownership registers to parties and holdings. Streams: a file of ten million holdings needs no more
/// memory than its bytes. Never decides anything: what a value says is handed on, and what it cannot say is a remark and an unknown.
///
/// Formats, recognised by content:
///   bods    Beneficial Ownership Data Standard 0.4 (https://standard.openownership.org/en/0.4.0/), a JSON array, one statement, or JSON lines
///   ftm     FollowTheMoney JSON lines: Ownership, Directorship, Family, Employment, and the parties themselves
///   gleif   GLEIF level 2 relationship records as CSV (RR-CDF 2.1 columns), and level 1 records (LEI-CDF) for the names
///   csv     owner,asset,share,from,to,source and the optional columns of docs/registers.md
///   deal    a trade deal (contracts.md): its parties and the owners that it states
namespace tamga::registers {

/// A party as a register gives it.
struct PartyRecord {
  /// Names the party in its holdings. Global where the register's is ("lei:5493001KJTIIGC8Y1R12", a FollowTheMoney id, a plain CSV's own text);
  /// where it is only the publisher's own it carries the publisher ("bods:Publisher/record").
  std::string_view id;
  std::string_view name;     ///< empty: not given
  std::string_view schema;   ///< FollowTheMoney: Person, Company, Organization, PublicBody, LegalEntity, Vessel …
  std::string_view country;  ///< ISO 3166-1 alpha-2, upper case; empty: not given
  std::span<const identifiers::Identifier> identifiers;
  bool arrangement = false;  ///< a trust, a foundation or a nominee: who stands behind it need not be its owner
  std::uint64_t line = 0;    ///< 1-based, in its file
};

/// A holding as a register gives it. `from` is the first day, `to` the first day on which it no longer is; nothing: not said.
struct HoldingRecord {
  std::string_view owner;
  std::string_view asset;
  ownership::Kind kind = ownership::Kind::shares;
  ownership::Directness directness = ownership::Directness::direct;
  ShareRange share;  ///< of shares and votes
  std::optional<Date> from;
  std::optional<Date> to;
  std::string_view source;  ///< who says so; empty: the file itself
  std::uint64_t line = 0;
};

/// Something in a file that is not as it should be, and what was made of it; the import goes on. For a person.
struct Remark {
  std::uint64_t line = 0;
  std::string text;  ///< "a share of 120 % is over 100 %; kept as unknown"
};

/// Receives what a file says, in its order. Views live only during the call. A holding may name a party that is described later, or never.
class Sink {
 public:
  Sink() = default;
  Sink(const Sink&) = delete;
  Sink& operator=(const Sink&) = delete;
  virtual ~Sink() = default;
  virtual void party(const PartyRecord& party) = 0;
  virtual void holding(const HoldingRecord& holding) = 0;
  virtual void remark(Remark remark) = 0;
};

enum class Format : std::uint8_t { bods, ftm, gleif, csv, deal };
[[nodiscard]] std::string_view format_name(Format format);

/// What a file is, by its content; nothing when it is none of them.
[[nodiscard]] std::optional<Format> recognise(const NamedBytes& file);

struct FileSummary {
  Format format = Format::csv;
  std::string published;  ///< YYYY-MM-DD: the file's own newest date of publication, else a date in its name; empty when it has none
  std::string publisher;  ///< who says so by default: the publisher that the file names, else empty
};

/// Reads a whole file into the sink. `progress` is told the bytes that are read. An error (one line, with file and line) is only what makes the file
/// as a whole not to be trusted: an unknown format, a missing column, text that is not the format's, a file that ends in the middle. What was given
/// to the sink before an error must be thrown away.
Result<FileSummary> read(const NamedBytes& file, Sink& sink, const std::function<void(std::size_t)>& progress = {});

}  // namespace tamga::registers
