#include "exposure/book.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstring>

#include "base/sha256.h"
#include "exposure/sectors.h"

// File: magic, sizes of the sections, then the sections in this order, each aligned to 8 bytes: deals (one more than there are, as the end of the
// last), keys of deals, values, keys, dimensions, sectors, texts of keys, names of regimes and of currencies (each before a line break), remark, who
// is unlisted (by digest).
namespace tamga::exposure {
namespace {

constexpr std::array<std::string_view, kShownDimensions> kNames = {"regime",  "authority", "bank",    "code",  "partner",
                                                                   "country", "entry",     "licence", "route", "sector"};
constexpr std::uint64_t kMagic = 0x314b4f4f42474d54;  // "TMGBOOK1"
constexpr std::size_t kSections = 11;
struct Header {
  std::uint64_t magic = kMagic;
  std::array<std::uint64_t, kSections> sizes{};  // in bytes
};
static_assert(sizeof(Book::Deal) == 40 && sizeof(Book::Value) == 16 && sizeof(Book::Key) == 16 && sizeof(Book::Unlisted) == 24);

std::size_t aligned(std::size_t size) { return (size + 7) / 8 * 8; }

template <typename T>
std::string_view bytes_of(const std::vector<T>& items) {
  return {reinterpret_cast<const char*>(items.data()), items.size() * sizeof(T)};
}

template <typename T>
std::span<const T> items_of(std::string_view bytes) {
  return {reinterpret_cast<const T*>(bytes.data()), bytes.size() / sizeof(T)};
}

std::string joined(const std::vector<std::string>& names) {
  std::string all;
  for (const auto& name : names) all += name + "\n";
  return all;
}

std::vector<std::string> split(std::string_view all) {
  std::vector<std::string> names;
  while (!all.empty()) {
    const auto end = std::min(all.find('\n'), all.size());
    names.emplace_back(all.substr(0, end));
    all.remove_prefix(std::min(end + 1, all.size()));
  }
  return names;
}

}  // namespace

Digest digest_of(const match::Query& query) {
  std::string serial;
  const auto put = [&](std::string_view part) {
    serial += fmt::format("{} ", part.size());
    serial += part;
  };
  const auto put_all = [&](const std::vector<std::string>& parts) {
    put(fmt::to_string(parts.size()));
    for (const auto& part : parts) put(part);
  };
  put_all(query.names);
  put(query.schema);
  put_all(query.countries);
  put_all(query.addresses);
  put(query.birth_date);
  put(query.gender);
  for (const auto& identifier : query.identifiers) {
    put(fmt::format("{} {}", static_cast<int>(identifier.scheme), identifier.checked));
    put(identifier.value);
    put(identifier.label);
  }
  const std::string hex = sha256_hex(serial);
  Digest digest{};
  for (std::size_t i = 0; i < digest.size(); ++i) std::from_chars(hex.data() + 16 * i, hex.data() + 16 * (i + 1), digest.at(i), 16);
  return digest;
}

std::string_view dimension_name(Dimension dimension) { return kNames.at(static_cast<std::size_t>(dimension)); }

std::optional<Dimension> dimension_from_name(std::string_view name) {
  const auto at = std::find(kNames.begin(), kNames.end(), name);
  if (at == kNames.end()) return {};
  return static_cast<Dimension>(at - kNames.begin());
}

Result<std::size_t> BookBuilder::number(std::vector<std::string>& names, std::string_view name, std::size_t most, std::string_view what) {
  const auto at = std::find(names.begin(), names.end(), name);
  if (at != names.end()) return static_cast<std::size_t>(at - names.begin());
  if (names.size() == most) return bad_input(fmt::format("the deals have more than {} {}", most, what));
  names.emplace_back(name);
  return names.size() - 1;
}

std::uint32_t BookBuilder::intern(Dimension dimension, std::string_view key, std::string_view name) {
  std::string known(1, static_cast<char>(dimension));
  known += key;
  const auto [at, added] = known_.try_emplace(std::move(known), static_cast<std::uint32_t>(keys_.size()));
  if (!added) return at->second;
  const std::uint32_t number = at->second;
  dimensions_.push_back(static_cast<std::uint8_t>(dimension));
  sectors_.push_back(Book::kNone);
  if (dimension == Dimension::query) {
    keys_.push_back({0, static_cast<std::uint32_t>(queries_.size()), 0});
    return number;
  }
  keys_.push_back({text_.size(), static_cast<std::uint32_t>(key.size()), static_cast<std::uint32_t>(name.size())});
  text_ += key;
  text_ += name;
  if (dimension == Dimension::code) {
    const Sector& sector = sector_of(key);
    const std::uint32_t section = intern(Dimension::sector, sector.number, sector.title);
    sectors_[number] = section;
  }
  return number;
}

Status BookBuilder::add(const DealFacts& facts, std::uint64_t text, std::uint32_t text_size) {
  Book::Deal deal;
  deal.text = text;
  deal.text_size = text_size;
  deal.first_key = deal_keys_.size();
  deal.first_value = values_.size();
  deal.outcome = static_cast<std::uint8_t>(facts.outcome);
  for (const auto& regime : facts.regimes) {
    TAMGA_TRY(const std::size_t at, number(regimes_, regime.regime, kRegimesMax, "regimes"));
    deal.regimes |= static_cast<std::uint32_t>(regime.outcome) << (2 * at);
  }
  for (const auto& value : facts.values) {
    TAMGA_TRY(const std::size_t currency, number(currencies_, value.currency, 0xffff, "currencies"));
    const std::uint32_t code = value.code.empty() ? Book::kNone : intern(Dimension::code, value.code, "");
    values_.push_back({value.amount.coefficient, code, static_cast<std::uint16_t>(currency), value.amount.scale, 0});
    if (code != Book::kNone) {
      deal_keys_.push_back(code);
      deal_keys_.push_back(sectors_[code]);
    }
  }
  for (const auto& key : facts.keys) {
    const std::uint32_t number = intern(key.dimension, key.key, key.name);
    deal_keys_.push_back(number);
    if (key.dimension == Dimension::code) deal_keys_.push_back(sectors_[number]);
  }
  std::string serial;
  for (const auto& asked : facts.queries) {
    const match::Query& query = asked.query;
    serial.clear();
    const auto put = [&](std::string_view part) {
      serial += part;
      serial += '\x1f';
    };
    for (const auto& name : query.names) put(name);
    put(query.schema);
    for (const auto& address : query.addresses) put(address);
    put(query.birth_date);
    for (const auto& identifier : query.identifiers) put(fmt::format("{}:{}", static_cast<int>(identifier.scheme), identifier.value));
    const std::size_t before = keys_.size();
    const std::uint32_t key = intern(Dimension::query, serial, "");
    deal_keys_.push_back(key);
    if (keys_.size() != before) queries_.push_back(query);
    if (!asked.found) unlisted_.emplace(asked.digest, keys_[key].key_size);
  }
  const auto first = deal_keys_.begin() + static_cast<std::ptrdiff_t>(deal.first_key);
  std::sort(first, deal_keys_.end());
  deal_keys_.erase(std::unique(first, deal_keys_.end()), deal_keys_.end());
  deals_.push_back(deal);
  return {};
}

std::string BookBuilder::bytes(std::string_view remark) {
  Book::Deal end;
  end.first_key = deal_keys_.size();
  end.first_value = values_.size();
  deals_.push_back(end);
  const std::string regimes = joined(regimes_);
  const std::string currencies = joined(currencies_);
  std::vector<Book::Unlisted> unlisted;
  for (const auto& [digest, query] : unlisted_) unlisted.push_back({digest, query, 0});
  const std::array<std::string_view, kSections> sections = {bytes_of(deals_),
                                                            bytes_of(deal_keys_),
                                                            bytes_of(values_),
                                                            bytes_of(keys_),
                                                            bytes_of(dimensions_),
                                                            bytes_of(sectors_),
                                                            text_,
                                                            regimes,
                                                            currencies,
                                                            remark,
                                                            bytes_of(unlisted)};
  Header header;
  std::size_t size = sizeof(Header);
  for (std::size_t i = 0; i < kSections; ++i) {
    header.sizes[i] = sections[i].size();
    size += aligned(sections[i].size());
  }
  std::string all;
  all.reserve(size);
  all.append(reinterpret_cast<const char*>(&header), sizeof(header));
  for (const auto section : sections) {
    all += section;
    all.resize(aligned(all.size()), '\0');
  }
  deals_.pop_back();
  return all;
}

Status Book::attach(std::string_view bytes) {
  const auto damaged = [] { return failure("the book of deals is damaged or of another version; run tamga scenario import again"); };
  Header header;
  if (bytes.size() < sizeof(header)) return damaged();
  std::memcpy(&header, bytes.data(), sizeof(header));
  if (header.magic != kMagic) return damaged();
  std::array<std::string_view, kSections> sections;
  std::size_t at = sizeof(header);
  for (std::size_t i = 0; i < kSections; ++i) {
    if (header.sizes[i] > bytes.size() - at) return damaged();
    sections[i] = bytes.substr(at, header.sizes[i]);
    at = std::min(bytes.size(), at + aligned(header.sizes[i]));
  }
  deals_ = items_of<Deal>(sections[0]);
  deal_keys_ = items_of<std::uint32_t>(sections[1]);
  values_ = items_of<Value>(sections[2]);
  keys_ = items_of<Key>(sections[3]);
  dimensions_ = items_of<std::uint8_t>(sections[4]);
  sectors_ = items_of<std::uint32_t>(sections[5]);
  text_ = sections[6];
  regimes_ = split(sections[7]);
  currencies_ = split(sections[8]);
  remark_ = sections[9];
  unlisted_ = items_of<Unlisted>(sections[10]);
  if (deals_.empty() || keys_.size() != dimensions_.size() || keys_.size() != sectors_.size() || regimes_.size() > kRegimesMax) return damaged();
  if (deals_.back().first_key != deal_keys_.size() || deals_.back().first_value != values_.size()) return damaged();
  return {};
}

Result<Book> Book::from_bytes(std::string bytes) {
  Book book;
  book.owned_ = std::make_shared<const std::string>(std::move(bytes));
  TAMGA_TRY_STATUS(book.attach(*book.owned_));
  return book;
}

Result<Book> Book::open(const std::string& path) {
  Book book;
  TAMGA_TRY(book.mapped_, MappedFile::open(path));
  TAMGA_TRY_STATUS(book.attach(book.mapped_.bytes()));
  return book;
}

std::optional<std::uint32_t> Book::unlisted(const match::Query& query) const {
  const Digest digest = digest_of(query);
  const auto at =
      std::lower_bound(unlisted_.begin(), unlisted_.end(), digest, [](const Unlisted& one, const Digest& wanted) { return one.digest < wanted; });
  if (at == unlisted_.end() || at->digest != digest) return {};
  return at->query;
}

void Book::add_value(std::size_t deal, Amounts& into) const {
  for (const auto& value : values_of(deal)) into.add(currencies_[value.currency], value.amount());
}

std::string_view Book::key_text(std::uint32_t key) const { return text_.substr(keys_[key].text, keys_[key].key_size); }

std::string_view Book::key_name(std::uint32_t key) const {
  const Key& one = keys_[key];
  return one.name_size == 0 ? text_.substr(one.text, one.key_size) : text_.substr(one.text + one.key_size, one.name_size);
}

}  // namespace tamga::exposure
