#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <functional>

#include "base/ascii.h"
#include "model/entity.h"
#include "registers/rows.h"

// The plain table: owner, asset, share and what else is known, one holding a row. Files of eight million rows are read so, so a row of plain text
// goes to the sink without a copy or an allocation.
namespace tamga::registers {
namespace {

using identifiers::Identifier;
using ownership::Directness;
using ownership::Kind;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_alphanumeric(char c) { return is_digit(c) || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); }

std::string_view without_blanks(std::string_view text) {
  const auto blank = [](char c) { return static_cast<unsigned char>(c) <= ' '; };
  return !text.empty() && (blank(text.front()) || blank(text.back())) ? trimmed(text) : text;
}

/// "lei" of "lei:5493…", as identifiers::read() knows it; empty when the cell is none of these.
std::string_view prefix_of(std::string_view cell) {
  static constexpr std::array<std::string_view, 6> kPrefixes = {"lei", "bin", "iin", "inn", "ogrn", "imo"};
  const auto colon = cell.substr(0, 5).find(':');
  if (colon == std::string_view::npos) return {};
  const auto same = [&](std::string_view prefix) {
    return prefix.size() == colon && std::equal(prefix.begin(), prefix.end(), cell.begin(), [](char a, char b) { return a == (b | 0x20); });
  };
  const auto* at = std::find_if(kPrefixes.begin(), kPrefixes.end(), same);
  return at == kPrefixes.end() ? std::string_view() : *at;
}

/// Whether a cell may be a number with a check digit: nearly all are names or a file's own numbers.
bool may_be_identifier(std::string_view cell) {
  if (cell.size() == 20) return std::all_of(cell.begin(), cell.end(), is_alphanumeric);
  if (cell.size() != 10 && cell.size() != 12 && cell.size() != 13 && cell.size() != 15) return false;
  return std::all_of(cell.begin(), cell.end(), is_digit);
}

/// A bare number that its own check digit makes a LEI or a national registration.
std::optional<Identifier> bare_identifier(std::string_view cell) {
  if (!may_be_identifier(cell)) return {};
  std::string value = upper_ascii(cell);
  if (identifiers::valid_lei(value)) return Identifier{identifiers::Scheme::lei, std::move(value), "LEI", true};
  // What kind of number it is, in_text() weighs; most fail every check, and its search takes long.
  const bool checked =
      identifiers::valid_kz_bin(value) || identifiers::valid_kz_iin(value) || identifiers::valid_ru_inn(value) || identifiers::valid_ru_ogrn(value);
  if (!checked) return {};
  auto found = identifiers::in_text(cell);
  const auto at = std::find_if(found.begin(), found.end(), [&](const Identifier& identifier) {
    return identifier.checked && identifier.value == value &&
           (identifier.scheme == identifiers::Scheme::lei || identifier.scheme == identifiers::Scheme::registration);
  });
  if (at == found.end()) return {};
  return std::move(*at);
}

/// The columns of one of the two parties of a row.
struct Side {
  std::string_view role;  ///< "owner", "asset"
  std::size_t cell = Rows::kNone;
  std::size_t name = Rows::kNone;
  std::size_t country = Rows::kNone;
  std::size_t schema = Rows::kNone;
  std::size_t identifier = Rows::kNone;
};

/// A cell that is an identifier, as it was read the last time.
struct Known {
  std::string cell;
  std::string id;
  std::optional<Identifier> identifier;
};

class Reader {
 public:
  Reader(Reading& reading, Rows rows) : reading_(reading), rows_(std::move(rows)), known_(kKnown) {}

  Result<FileSummary> read() {
    TAMGA_TRY_STATUS(find_columns());
    for (;;) {
      TAMGA_TRY(const bool more, rows_.next());
      if (!more) break;
      row();
    }
    return FileSummary{};
  }

 private:
  Status find_columns() {
    TAMGA_TRY(sides_[0].cell, rows_.need("owner"));
    TAMGA_TRY(sides_[1].cell, rows_.need("asset"));
    TAMGA_TRY(share_, rows_.need("share"));
    std::vector<bool> read(rows_.columns().size(), false);
    const auto optional = [&](std::string_view column) {
      const auto at = rows_.find(column);
      if (at != Rows::kNone) read[at] = true;
      return at;
    };
    for (Side& side : sides_) {
      side.role = &side == &sides_[0] ? "owner" : "asset";
      side.name = optional(fmt::format("{}_name", side.role));
      side.country = optional(fmt::format("{}_country", side.role));
      side.schema = optional(fmt::format("{}_schema", side.role));
      side.identifier = optional(fmt::format("{}_identifier", side.role));
      read[side.cell] = true;
    }
    read[share_] = true;
    from_ = optional("from");
    to_ = optional("to");
    source_ = optional("source");
    kind_ = optional("kind");
    directness_ = optional("directness");
    for (std::size_t at = 0; at < read.size(); ++at) {
      if (!read[at] && !rows_.columns()[at].empty())
        reading_.remark(rows_.line(), fmt::format("the column {} is not known; it is not read", quoted(rows_.columns()[at])));
    }
    return {};
  }

  [[nodiscard]] std::string_view field(std::size_t column) const { return without_blanks(rows_.field(column)); }

  void row() {
    const auto line = rows_.line();
    HoldingRecord holding;
    holding.line = line;
    if (rows_.fields() < rows_.columns().size()) {
      reading_.remark(line, fmt::format("the row has {} fields, the first row {}; those that are missing are taken as empty", rows_.fields(),
                                        rows_.columns().size()));
    }
    for (const Side& side : sides_) {
      if (!field(side.cell).empty()) continue;
      reading_.remark(line, fmt::format("the row names no {}; it is no holding", side.role));
      return;
    }
    holding.owner = party(sides_[0], line, told_[0]);
    holding.asset = party(sides_[1], line, told_[1]);
    const auto share = field(share_);
    holding.kind = kind(share, line);
    if (holding.kind == Kind::shares || holding.kind == Kind::votes) {
      auto read = read_share(share);
      holding.share = read.share;
      if (!read.problem.empty()) reading_.remark(line, std::move(read.problem));
    }
    holding.directness = directness(line);
    const auto from = field(from_);
    const auto to = field(to_);
    if (!from.empty() || !to.empty()) put_period(reading_, line, from, to, holding);
    holding.source = field(source_);
    reading_.holding(holding);
  }

  Kind kind(std::string_view share, std::uint64_t line) {
    const auto word = field(kind_);
    if (word.empty()) return Kind::shares;
    const std::string small = lower_ascii(word);
    for (std::size_t at = 0; at < ownership::kKinds; ++at) {
      if (ownership::kind_name(static_cast<Kind>(at)) == small) return static_cast<Kind>(at);
    }
    const Kind taken = share.empty() ? Kind::influence : Kind::shares;
    reading_.remark(line, fmt::format("the kind {} is not known; taken as {}", quoted(word), ownership::kind_name(taken)));
    return taken;
  }

  Directness directness(std::uint64_t line) {
    const auto word = field(directness_);
    if (word.empty()) return Directness::direct;
    const std::string small = lower_ascii(word);
    if (small == "direct") return Directness::direct;
    if (small != "indirect")
      reading_.remark(line, fmt::format("the directness {} is not known, expected direct or indirect; taken as indirect", quoted(word)));
    return Directness::indirect;
  }

  /// The id of the party in a cell; tells the sink of it when the row says more than that id.
  std::string_view party(const Side& side, std::uint64_t line, std::string& told) {
    const auto cell = field(side.cell);
    const auto prefix = prefix_of(cell);
    const Known* known = nullptr;
    bool fresh = false;
    if (!prefix.empty() || may_be_identifier(cell)) {
      auto& place = known_[std::hash<std::string_view>{}(cell) % kKnown];
      fresh = place.cell != cell;
      if (fresh) place = read_identifier_cell(cell, prefix, line);
      known = &place;
    }
    // The other side of the row may take the place in known_, so the id must stand elsewhere.
    std::string_view id = cell;
    if (known != nullptr && known->identifier) {
      auto& own = &side == &sides_[0] ? owner_id_ : asset_id_;
      own = known->id;
      id = own;
    }
    const auto name = field(side.name);
    const auto country = field(side.country);
    const auto schema = field(side.schema);
    const auto number = field(side.identifier);
    const bool says_more = !name.empty() || !country.empty() || !schema.empty() || !number.empty();
    if (!says_more && (known == nullptr || !known->identifier || !fresh)) return id;

    numbers_.clear();
    if (known != nullptr && known->identifier) numbers_.push_back(*known->identifier);
    PartyRecord record;
    record.id = id;
    record.name = !name.empty() || numbers_.size() == 1 ? name : cell;
    record.line = line;
    std::string code;
    if (says_more) {
      // Tables say the same of the same party in row after row.
      key_.clear();
      for (const auto part : {cell, name, country, schema, number}) key_.append(part).push_back('\x1F');
      if (key_ == told) return id;
      std::swap(told, key_);
      code = country_of(country);
      if (code.empty() && !country.empty()) reading_.remark(line, fmt::format("the country {} is not known; taken as not said", quoted(country)));
      if (schema_known(schema)) {
        record.schema = schema;
      } else if (!schema.empty()) {
        reading_.remark(line, fmt::format("the schema {} is not known; taken as not said", quoted(schema)));
      }
      add_numbers(number, code, line);
    }
    record.country = code;
    record.identifiers = numbers_;
    reading_.party(record);
    return id;
  }

  Known read_identifier_cell(std::string_view cell, std::string_view prefix, std::uint64_t line) {
    Known known;
    known.cell = cell;
    known.identifier = prefix.empty() ? bare_identifier(cell) : identifier(prefix, trimmed(cell.substr(prefix.size() + 1)), {}, line);
    if (known.identifier) known.id = id_of(*known.identifier);
    return known;
  }

  std::optional<Identifier> identifier(std::string_view kind, std::string_view value, std::string_view country, std::uint64_t line) {
    // "5493 001K…", as people group the letters, is one number.
    std::string joined(value);
    if (kind == "lei") std::erase(joined, ' ');
    auto read = identifiers::read(kind, joined, country);
    if (!read.problem.empty()) reading_.remark(line, fmt::format("{}; kept as it stands", quoted(read.problem)));
    if (!read.identifier && read.problem.empty()) reading_.remark(line, fmt::format("{} is too short for an identifier", quoted(value)));
    return std::move(read.identifier);
  }

  /// What stands in owner_identifier: several divided by ";" or "|", each with its prefix, or a number that its check digit tells, or a number
  /// of the country's register.
  void add_numbers(std::string_view text, std::string_view country, std::uint64_t line) {
    while (!text.empty()) {
      const auto end = std::min(text.find_first_of(";|"), text.size());
      const auto one = trimmed(text.substr(0, end));
      text = text.substr(std::min(end + 1, text.size()));
      if (one.empty()) continue;
      const auto prefix = prefix_of(one);
      auto found = prefix.empty() ? bare_identifier(one) : identifier(prefix, trimmed(one.substr(prefix.size() + 1)), country, line);
      if (!found && prefix.empty()) found = identifier("reg", one, country, line);
      if (found && std::find(numbers_.begin(), numbers_.end(), *found) == numbers_.end()) numbers_.push_back(*std::move(found));
    }
  }

  static constexpr std::size_t kKnown = 4096;

  Reading& reading_;
  Rows rows_;
  std::array<Side, 2> sides_;
  std::size_t share_ = Rows::kNone;
  std::size_t from_ = Rows::kNone;
  std::size_t to_ = Rows::kNone;
  std::size_t source_ = Rows::kNone;
  std::size_t kind_ = Rows::kNone;
  std::size_t directness_ = Rows::kNone;
  // Kept for their memory, and so that what was told once is not told in each row.
  std::vector<Known> known_;
  std::array<std::string, 2> told_;
  std::string key_;
  std::string owner_id_;
  std::string asset_id_;
  std::vector<Identifier> numbers_;
};

}  // namespace

Result<FileSummary> read_csv(Reading& reading) {
  TAMGA_TRY(Rows rows, Rows::open(reading));
  return Reader(reading, std::move(rows)).read();
}

}  // namespace tamga::registers
