#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/mapped_file.h"
#include "exposure/amount.h"
#include "match/screen.h"
#include "policy/policy.h"

/// A book of decided deals as flat arrays: of each deal its outcomes, what it is worth, and the keys that it rests on (banks, codes, list entries,
/// …), so that what rests on a key, and which deals a change can concern, is found in one pass over numbers. Derived from deals and decisions; a file
/// of it is for the machine that wrote it (little-endian) and is made anew at any time. Pure.
namespace tamga::exposure {

enum class Dimension : std::uint8_t {
  regime,     ///< that binds the deal or may bind it
  authority,  ///< of a finding that asks for review or worse
  bank,       ///< of the payment
  code,       ///< HS heading of six digits; the value is that of its lines
  partner,    ///< firm that exports, sells, buys, imports, receives or uses the goods
  country,    ///< of destination
  entry,      ///< of a list, that a finding rests on
  licence,    ///< that permits what otherwise stands in the way
  route,      ///< leg: from one country or place to the next
  sector,     ///< section of the Harmonized System; the value is that of its lines
  // From here on: what a change is looked up by; never shown.
  rule,           ///< that spoke, exemptions too
  named_licence,  ///< that the deal names
  looked_code,    ///< goods code that was looked up in control lists
  whole_route,    ///< every leg
  whole_bank,     ///< BIC and name
  customer,       ///< shown beside what changes
  holding,        ///< owner, firm and share, as the deal, a register or a list tells it
  query           ///< who was screened; the keys have no text
};
inline constexpr std::size_t kShownDimensions = static_cast<std::size_t>(Dimension::sector) + 1;
/// "regime", …; only of those that are shown.
[[nodiscard]] std::string_view dimension_name(Dimension dimension);
[[nodiscard]] std::optional<Dimension> dimension_from_name(std::string_view name);

/// Of all that a query says: half of its SHA-256, so that no two are taken for one.
using Digest = std::array<std::uint64_t, 2>;
[[nodiscard]] Digest digest_of(const match::Query& query);

/// What of a decided deal counts here.
struct DealFacts {
  struct Regime {
    std::string regime;
    policy::Outcome outcome = policy::Outcome::pass;
    bool operator==(const Regime&) const = default;
  };
  struct Value {
    std::string code;  ///< six digits or empty
    std::string currency;
    Decimal amount;
  };
  struct Key {
    Dimension dimension = Dimension::regime;
    std::string key;
    std::string name;  ///< for people; empty: the key
  };
  struct Asked {
    match::Query query;
    Digest digest{};
    bool found = false;
  };
  policy::Outcome outcome = policy::Outcome::pass;
  std::vector<Regime> regimes;  ///< by name; "" for what has none: house lists, the deal's own data, what a scenario supposes
  std::vector<Value> values;
  std::vector<Key> keys;
  std::vector<Asked> queries;
};

/// At most so many regimes in one book.
inline constexpr std::size_t kRegimesMax = 16;

class Book {
 public:
  struct Deal {
    std::uint64_t text = 0;  ///< where the deal stands in the texts
    std::uint64_t first_key = 0;
    std::uint64_t first_value = 0;
    std::uint32_t text_size = 0;
    std::uint32_t regimes = 0;  ///< outcome of each of regimes(), two bits each, the first lowest
    std::uint8_t outcome = 0;
    std::uint8_t padding[7] = {};
  };
  struct Value {
    std::int64_t coefficient = 0;
    std::uint32_t code = kNone;  ///< its key
    std::uint16_t currency = 0;
    std::uint8_t scale = 0;
    std::uint8_t padding = 0;
    [[nodiscard]] Nanos amount() const { return nanos(Decimal{coefficient, scale}); }
  };
  struct Key {
    std::uint64_t text = 0;
    std::uint32_t key_size = 0;
    std::uint32_t name_size = 0;
  };
  struct Unlisted {
    Digest digest{};
    std::uint32_t query = 0;
    std::uint32_t padding = 0;
  };
  static constexpr std::uint32_t kNone = 0xffffffff;

  /// What BookBuilder::bytes() gave, from memory or a file. Refuses what is damaged or of another version.
  static Result<Book> from_bytes(std::string bytes);
  static Result<Book> open(const std::string& path);

  [[nodiscard]] std::size_t deals() const { return deals_.size() - 1; }
  [[nodiscard]] std::size_t keys() const { return dimensions_.size(); }
  /// What its maker wrote of how it was made.
  [[nodiscard]] std::string_view remark() const { return remark_; }

  [[nodiscard]] policy::Outcome outcome(std::size_t deal) const { return static_cast<policy::Outcome>(deals_[deal].outcome); }
  [[nodiscard]] const std::vector<std::string>& regimes() const { return regimes_; }
  [[nodiscard]] policy::Outcome outcome(std::size_t deal, std::size_t regime) const {
    return static_cast<policy::Outcome>(deals_[deal].regimes >> (2 * regime) & 3);
  }
  [[nodiscard]] std::span<const std::uint32_t> keys_of(std::size_t deal) const {
    return deal_keys_.subspan(deals_[deal].first_key, deals_[deal + 1].first_key - deals_[deal].first_key);
  }
  [[nodiscard]] std::span<const Value> values_of(std::size_t deal) const {
    return values_.subspan(deals_[deal].first_value, deals_[deal + 1].first_value - deals_[deal].first_value);
  }
  [[nodiscard]] const std::vector<std::string>& currencies() const { return currencies_; }
  void add_value(std::size_t deal, Amounts& into) const;
  /// Where the deal's own bytes are, in the texts that the maker kept.
  [[nodiscard]] std::pair<std::uint64_t, std::uint32_t> text_of(std::size_t deal) const { return {deals_[deal].text, deals_[deal].text_size}; }

  [[nodiscard]] Dimension dimension(std::uint32_t key) const { return static_cast<Dimension>(dimensions_[key]); }
  [[nodiscard]] std::string_view key_text(std::uint32_t key) const;
  [[nodiscard]] std::string_view key_name(std::uint32_t key) const;
  /// The key that this is of a code: the section that it belongs to.
  [[nodiscard]] std::uint32_t sector_of(std::uint32_t code_key) const { return sectors_[code_key]; }
  /// The query_number() of somebody whom the lists of the book's day did not find; nothing of anybody else.
  [[nodiscard]] std::optional<std::uint32_t> unlisted(const match::Query& query) const;
  /// Of a query: which one it was, in the order in which they came.
  [[nodiscard]] std::uint32_t query_number(std::uint32_t key) const { return keys_[key].key_size; }

 private:
  Status attach(std::string_view bytes);

  std::shared_ptr<const std::string> owned_;
  MappedFile mapped_;
  std::span<const Deal> deals_;
  std::span<const std::uint32_t> deal_keys_;
  std::span<const Value> values_;
  std::span<const Key> keys_;
  std::span<const std::uint8_t> dimensions_;
  std::span<const std::uint32_t> sectors_;
  std::span<const Unlisted> unlisted_;
  std::string_view text_;
  std::string_view remark_;
  std::vector<std::string> regimes_;
  std::vector<std::string> currencies_;
};

class BookBuilder {
 public:
  /// Refuses a book of more than 16 regimes or 65,000 currencies. `text`: where its bytes are.
  Status add(const DealFacts& facts, std::uint64_t text, std::uint32_t text_size);
  /// Everybody who was screened, each once, in the order of query_number().
  [[nodiscard]] const std::vector<match::Query>& queries() const { return queries_; }
  [[nodiscard]] std::size_t deals() const { return deals_.size(); }
  [[nodiscard]] std::string bytes(std::string_view remark);

 private:
  std::uint32_t intern(Dimension dimension, std::string_view key, std::string_view name);
  Result<std::size_t> number(std::vector<std::string>& names, std::string_view name, std::size_t most, std::string_view what);

  std::vector<Book::Deal> deals_;
  std::vector<std::uint32_t> deal_keys_;
  std::vector<Book::Value> values_;
  std::vector<Book::Key> keys_;
  std::vector<std::uint8_t> dimensions_;
  std::vector<std::uint32_t> sectors_;
  std::string text_;
  std::vector<std::string> regimes_;
  std::vector<std::string> currencies_;
  std::vector<match::Query> queries_;
  std::unordered_map<std::string, std::uint32_t> known_;
  std::map<Digest, std::uint32_t> unlisted_;
};

}  // namespace tamga::exposure
