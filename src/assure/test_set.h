#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/files.h"
#include "base/result.h"
#include "model/deal.h"

/// Test sets and books as files. docs/assurance.md describes both formats for a user. Pure; the first thing wrong is an error with file and line,
/// since a test of which a part was silently left out proves nothing.
namespace tamga::assure {

inline constexpr std::size_t kRowsMax = 1'000'000;
inline constexpr std::size_t kNameBytesMax = 4096;

/// A name and what screening must say of it.
struct NameCase {
  std::string name;
  std::string schema;
  std::string expected;  ///< "none"; "any"; a list ("us_ofac_sdn"); or an entity ("ofac-17013"), of which only whoever has the lists can say
  std::string kind;      ///< a word of the user's: "typo", "real_alias"; "given" when the set does not say
  std::string note;
  std::string country;     ///< ISO 3166-1 alpha-2 or empty
  std::string birth_date;  ///< ISO 8601 or empty
  std::uint64_t line = 0;
};

/// A deal and what clearing must say of it.
struct DealCase {
  std::string bytes;  ///< the deal's own JSON
  Deal deal;
  std::string expected;            ///< pass, review, licence_required or prohibited; empty in a book
  std::vector<std::string> rules;  ///< findings that must be among the decision's; none: any will do
  std::string note;
  std::uint64_t line = 0;
};

struct TestSet {
  std::string name;     ///< the file's
  std::string address;  ///< sha256:… of its bytes
  std::vector<NameCase> names;
  std::vector<DealCase> deals;
};

/// A set: CSV with the header name, schema, expected and possibly kind, note, country, birth_date; or JSON lines, each {"deal", "expected"} and
/// possibly "rules", "note".
Result<TestSet> read_set(const NamedBytes& file);

/// A book: what the house deals with, of which nothing is expected. CSV with a column "name" and possibly schema, country, birth_date (any other
/// column is no matter), or JSON lines (or one document), each a deal, or an object with "name".
Result<TestSet> read_book(const NamedBytes& file);

}  // namespace tamga::assure
