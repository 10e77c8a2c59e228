#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/date.h"
#include "base/files.h"
#include "base/result.h"
#include "goods/plausible.h"

/// Goods codes (HS 6 digits, CN 8, TN VED 10) against the control lists that name codes.
/// Control lists are data: data/goods/*.csv, one file a list, its header lines say regime, article and source.
///
/// A file begins with lines `# key: value` (list, title, regime, article, source, collected, verified: yes|no|partly; also
/// licence, script, note, from), then the line `code,from,to,verified,words`, then one entry a line. `from` and `to` are
/// days (empty: open, or the header's `from`), `verified` is yes, no or empty (the header's), words that hold a comma stand
/// in quotes. A file with `# table: renumbered`, `# edition: 2017-2022` and the columns `old,new,part,words` holds HS codes that moved; `part` is
/// no, yes (the old code went several ways), merged (the new one holds other goods too), both, or stays (the old code is still in use: told, not
/// followed). plausible.h has the other tables.
namespace tamga::goods {

/// One entry of a control list that covers a code.
struct Control {
  std::string list;          ///< "chpl.1", "eu.833.xl", "eu.833.xxiii", "us.746.supp4"; what policy's `control` names
  std::string title;         ///< "Common High Priority List, tier 1"
  std::string regime;        ///< us, eu, uk, un, or "all" for a list of several authorities
  std::string article;       ///< "Reg (EU) 833/2014 Art 12g, Annex XL"
  std::string code;          ///< the entry's own code, a prefix of the code that was asked, or the reverse (see partial)
  std::string words;         ///< the entry's description
  std::optional<Date> from;  ///< first day in effect
  std::optional<Date> to;    ///< last day in effect
  bool verified = true;      ///< false: from a secondary source; the list's text says so and rules answer `review`
  /// The asked code is shorter than the entry ("854231" asked, "85423190" listed): covered in part, so cannot be excluded.
  bool partial = false;
};

class ControlLists {
 public:
  /// Reads the files of data/goods. Refuses a code with other than digits, a double entry, an unknown header.
  static Result<ControlLists> read(std::span<const NamedBytes> files);

  /// Controls on a code of 4 to 10 digits in effect on `as_of`, sorted by list, then code. An HS code older or
  /// newer than the list's edition is followed through the known renumberings of HS 2012 to 2017 and to 2022; where only a part of the
  /// old code moved, the control is partial. Nothing for text that is not such a code.
  [[nodiscard]] std::vector<Control> find(std::string_view code, Date as_of) const;

  /// A move between two editions of the Harmonized System that begins or ends at a code.
  struct Renumbering {
    std::string old_code;
    std::string new_code;
    int from = 0;         ///< 2017
    int to = 0;           ///< 2022
    bool part = false;    ///< only a part of the old code has the new number
    bool merged = false;  ///< the new code holds goods of other old codes as well
    bool stays = false;   ///< the old code is still in use for the rest
    std::string words;
  };
  /// Moves of the first six digits of a code, by edition, old and new code.
  [[nodiscard]] std::vector<Renumbering> renumberings(std::string_view code) const;
  /// All moves, as they stand in the tables.
  [[nodiscard]] std::vector<Renumbering> all_renumberings() const;

  [[nodiscard]] const Plausibility& plausibility() const;

  struct Summary {
    std::string list, title, regime, article, source;
    std::size_t codes = 0;
    bool verified = true;
  };
  [[nodiscard]] std::vector<Summary> summaries() const;
  /// Copies of one another; those that were read twice from the same files are not.
  [[nodiscard]] bool same_as(const ControlLists& other) const { return tables_ == other.tables_; }

 private:
  struct Tables;
  std::shared_ptr<const Tables> tables_;  ///< never changed after read(), so copies are cheap and threads may share them
};

/// An HS, CN or TN VED code as people write it ("8542 31", "8542.31.90 10"): digits only, or an error that says what
/// was expected (6 to 10 digits; 4 allowed for a look-up).
Result<std::string> read_code(std::string_view text);

}  // namespace tamga::goods
