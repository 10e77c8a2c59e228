#pragma once

#include <map>
#include <memory>
#include <span>
#include <string>
#include <tuple>
#include <vector>

#include "flows/series.h"

/// From the series of the store, one a reporter and published code, to what an analysis asks about: codes of equally many digits, each month counted
/// once.
namespace tamga::flows {

/// The periods in which a reporter reported anything at all: without it nothing says whether a month without a row had no trade, or was not reported.
class Coverage {
 public:
  /// Of one source, frequency and flow.
  struct Key {
    Source source = Source::comtrade;
    Frequency frequency = Frequency::monthly;
    Flow flow = Flow::imports;
    Country reporter = 0;
    auto operator<=>(const Key&) const = default;
  };
  void add(const SeriesKey& key, std::span<const Period> periods);
  void add(const Coverage& other);
  [[nodiscard]] bool covers(const Key& key, Period period) const;
  /// First and last period of a flow over all reporters and sources; {0, -1} where there is none.
  [[nodiscard]] std::pair<Period, Period> span(Flow flow, Frequency frequency) const;
  struct Periods {
    Period first = 0;
    std::vector<std::uint8_t> flags;  ///< of each period from the first on: whether it was reported
    [[nodiscard]] Period last() const { return first + static_cast<Period>(flags.size()) - 1; }
    [[nodiscard]] bool has(Period period) const {
      return period >= first && period <= last() && flags[static_cast<std::size_t>(period - first)] != 0;
    }
    void widen(Period from, Period to);
  };
  [[nodiscard]] const Periods* of(const Key& key) const;
  [[nodiscard]] const std::map<Key, Periods>& reported() const { return reported_; }

 private:
  std::map<Key, Periods> reported_;
};

/// Countries that are taken; empty: all. "EU" as a reporter names the Union as one reporter.
using Countries = std::vector<Country>;
[[nodiscard]] bool among(const Countries& countries, Country country);

/// Codes of six digits that are counted together, since trade went from one to the other between editions of the Harmonized System (concordance.h).
/// Immutable; copies are cheap; may be used from any thread.
class JoinedCodes {
 public:
  struct Group {
    std::string code;                ///< under which they are counted, one of them
    std::vector<std::string> codes;  ///< at least two, sorted
  };
  JoinedCodes() = default;
  /// No code may be in two groups.
  explicit JoinedCodes(std::vector<Group> groups);
  /// Null where the code is counted alone. The group lives as long as a copy of this does.
  [[nodiscard]] const Group* group_of(std::string_view code) const;
  /// The codes that are counted with it, or itself alone.
  [[nodiscard]] std::vector<std::string> together(std::string_view code) const;
  /// In the order of their least codes.
  [[nodiscard]] const std::vector<Group>& groups() const;

 private:
  struct Tables {
    std::vector<Group> groups;
    std::map<std::string, std::size_t, std::less<>> by_code;
  };
  std::shared_ptr<const Tables> tables_;
};

/// Under which code series are counted: their first digits, or what these are joined to. Remembers the last, since series come in the order of codes.
class CountedCode {
 public:
  CountedCode(std::size_t digits, JoinedCodes joined) : digits_(digits), joined_(std::move(joined)) {}
  /// `code` has at least as many digits. The text lives until the next call.
  std::string_view of(std::string_view code) {
    const auto first = code.substr(0, digits_);
    if (first != last_) {
      last_ = first;
      const auto* group = joined_.group_of(first);
      counted_ = group == nullptr ? last_ : group->code;
    }
    return counted_;
  }

 private:
  std::size_t digits_;
  JoinedCodes joined_;
  std::string last_;
  std::string counted_;
};

/// Which series of a code group count, and why others do not.
struct LeftOut {
  std::int64_t short_codes = 0;  ///< series of chapters and headings, shorter than the digits that were asked for
  std::int64_t wholes = 0;       ///< series of longer codes beside their reporter's own series of the shorter one
  std::int64_t union_twice = 0;  ///< the Union's series beside those of its members
  void add(const LeftOut& other);
};

/// A sum over series, on the periods from `first`; absent (kAbsent) in `values`: no row.
struct Sum {
  Period first = 0;
  std::vector<std::int64_t> values;
  std::vector<std::int64_t> weights;  ///< kAbsent where one of the rows has none
  void add(std::span<const Period> periods, std::span<const std::int64_t> values_of, std::span<const std::int64_t> weights_of, Period step);
  void add(const Sum& other, Period step);
};

/// Series of one group of codes (the first `digits` digits, or those that are joined) and of one source, currency, frequency and flow. Fill, read
/// parts(), clear().
class CodeGroup {
 public:
  explicit CodeGroup(std::size_t digits) : digits_(digits) {}
  /// `partner` and `reporter` are those that are counted for; the series' own may be others (members taken for the Union).
  void add(std::string_view code, Country partner, Country reporter, const Columns& columns);
  [[nodiscard]] bool empty() const { return entries_.empty(); }
  void clear() { entries_.clear(); }

  struct Part {
    Country partner = 0;
    Country reporter = 0;
    Sum sum;
  };
  /// One part a partner and reporter, in their order. Of one reporter's codes of different length that begin with the same digits the shortest count;
  /// where members of the Union report a partner, the Union does not.
  [[nodiscard]] std::vector<Part> parts(Frequency frequency, LeftOut& left_out) const;

 private:
  struct Entry {
    std::string code;
    Country partner = 0;
    Country reporter = 0;
    Columns columns;
  };
  std::size_t digits_;
  std::vector<Entry> entries_;
};

}  // namespace tamga::flows
