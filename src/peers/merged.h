#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "app/screening.h"
#include "app/settings.h"
#include "base/mapped_file.h"
#include "base/result.h"

/// Every listed entity as the OpenSanctions API serves it, written once for each set of editions and memory-mapped from then on: answering copies
/// bytes.
///
/// What is certainly the same on several lists (identity/) is one entity here. Its id is that of its entry on the first of these lists on which it
/// stands: UN, OFAC's, the EU's, the UK's, the Swiss, then others by name; of several entries on one list, the first id in the order of bytes. Every
/// other id is a referent. A property holds the values of all its entries, those of the canonical one first. docs/peers.md.
///
/// File: header with magic, version, sizes and an XXH3 checksum against damage, then flat little-endian arrays. Derived, and made again when it is
/// missing.
namespace tamga::peers {

/// An entry of a list: the place of its edition in Screener::searchable(), and its number in it.
struct Entry {
  std::uint32_t edition = 0;
  std::uint32_t entity = 0;
  bool operator==(const Entry&) const = default;
};

/// Immutable; may be read from many threads.
class Merged {
 public:
  /// Opens the file that belongs to the editions of the screener, or makes it (one to two seconds for all public lists).
  static Result<std::shared_ptr<const Merged>> open(const app::Settings& settings, const app::Screener& screener);

  [[nodiscard]] std::uint32_t count() const { return static_cast<std::uint32_t>(groups_.size()) - 1; }
  [[nodiscard]] std::uint32_t of(Entry entry) const { return places_[first_place_[entry.edition] + entry.entity]; }
  /// By its own id or one of its referents.
  [[nodiscard]] std::optional<std::uint32_t> find(std::string_view id) const;
  /// The entry that has this id; for the ids that find() finds.
  [[nodiscard]] std::optional<Entry> find_entry(std::string_view id) const;

  /// Its entries, the canonical one first.
  [[nodiscard]] std::span<const Entry> entries(std::uint32_t entity) const;
  [[nodiscard]] std::string_view id(std::uint32_t entity) const { return at(groups_[entity].id); }
  [[nodiscard]] std::string_view caption(std::uint32_t entity) const { return at(groups_[entity].caption); }
  [[nodiscard]] std::string_view schema(std::uint32_t entity) const { return at(schemata_[groups_[entity].schema]); }
  /// {"id",…,"last_change"}: a whole JSON object.
  [[nodiscard]] std::string_view json(std::uint32_t entity) const;
  /// "2026-08-22": only ever compared as text.
  [[nodiscard]] std::string_view first_seen(std::uint32_t entity) const { return {groups_[entity].first_seen, kDay}; }
  [[nodiscard]] std::string_view last_seen(std::uint32_t entity) const { return {groups_[entity].last_seen, kDay}; }
  [[nodiscard]] std::string_view last_change(std::uint32_t entity) const { return {groups_[entity].last_change, kDay}; }

  // Numbers into the names below.
  [[nodiscard]] std::span<const std::uint16_t> datasets(std::uint32_t entity) const { return part(datasets_, &GroupRecord::first_dataset, entity); }
  [[nodiscard]] std::span<const std::uint16_t> topics(std::uint32_t entity) const { return part(topics_, &GroupRecord::first_topic, entity); }
  [[nodiscard]] std::span<const std::uint16_t> countries(std::uint32_t entity) const { return part(countries_, &GroupRecord::first_country, entity); }
  [[nodiscard]] bool target(std::uint32_t entity) const { return !topics(entity).empty(); }

  [[nodiscard]] std::size_t dataset_count() const { return dataset_names_.size(); }
  [[nodiscard]] std::string_view dataset_name(std::size_t number) const { return at(dataset_names_[number]); }
  [[nodiscard]] std::optional<std::uint16_t> find_dataset(std::string_view name) const { return find_name(dataset_names_, name); }
  [[nodiscard]] std::size_t topic_count() const { return topic_names_.size(); }
  [[nodiscard]] std::size_t country_count() const { return country_names_.size(); }
  [[nodiscard]] std::string_view topic_name(std::size_t number) const { return at(topic_names_[number]); }
  [[nodiscard]] std::optional<std::uint16_t> find_topic(std::string_view name) const { return find_name(topic_names_, name); }
  [[nodiscard]] std::string_view country_name(std::size_t number) const { return at(country_names_[number]); }
  [[nodiscard]] std::optional<std::uint16_t> find_country(std::string_view name) const { return find_name(country_names_, name); }
  [[nodiscard]] std::size_t schema_count() const { return schemata_.size(); }
  [[nodiscard]] std::string_view schema_name(std::size_t number) const { return at(schemata_[number]); }
  [[nodiscard]] std::uint16_t schema_number(std::uint32_t entity) const { return static_cast<std::uint16_t>(groups_[entity].schema); }

  /// An entity in which a word stands.
  struct Standing {
    std::uint32_t entity = 0;
    std::uint8_t name_words = 0;  ///< how many words the shortest of its names has that holds this one; kNoName: it stands in no name
  };
  static constexpr std::uint8_t kNoName = 0xff;
  enum class Like : std::uint8_t { same, prefix, near };
  /// Calls `each` for each entity that has such a word in a name, an identifier or an address; an entity may come several times. `latin` is a word as
  /// text/ romanises it and `key` its comparison key. near: within one edit from three letters on, two from six on, by either.
  void find_word(std::string_view latin, std::string_view key, Like like, const std::function<void(Standing)>& each) const;

 private:
  friend class MergedBuilder;
  static constexpr std::size_t kDay = 10;
  struct TextRange {
    std::uint32_t offset = 0;
    std::uint32_t size = 0;
  };
  struct GroupRecord {
    std::uint64_t json_offset = 0;
    TextRange id;
    TextRange caption;
    std::uint32_t first_entry = 0;
    std::uint32_t first_dataset = 0;
    std::uint32_t first_topic = 0;
    std::uint32_t first_country = 0;
    std::uint32_t schema = 0;
    char first_seen[kDay] = {};
    char last_seen[kDay] = {};
    char last_change[kDay] = {};
    std::uint16_t unused = 0;
    std::uint32_t unused2 = 0;
  };
  struct IdRecord {
    TextRange id;
    std::uint32_t group = 0;
    Entry entry;
  };
  struct WordRecord {
    TextRange latin;
    TextRange key;
    std::uint32_t first_posting = 0;
  };
  struct Header;

  static Result<std::shared_ptr<const Merged>> from_file(MappedFile mapped);
  static Result<std::shared_ptr<const Merged>> from_bytes(std::string bytes);
  Status attach(std::string_view file);

  [[nodiscard]] std::string_view at(TextRange range) const { return text_.substr(range.offset, range.size); }
  [[nodiscard]] std::optional<std::uint16_t> find_name(std::span<const TextRange> names, std::string_view name) const;
  [[nodiscard]] const IdRecord* find_id(std::string_view id) const;
  void each_standing(const WordRecord& word, const std::function<void(Standing)>& each) const;
  template <typename Value>
  [[nodiscard]] std::span<const Value> part(std::span<const Value> values, std::uint32_t GroupRecord::* first, std::uint32_t entity) const {
    return values.subspan(groups_[entity].*first, groups_[entity + 1].*first - groups_[entity].*first);
  }

  MappedFile mapped_;
  std::string owned_;  ///< the bytes, when they could not be kept
  std::string_view text_;
  std::string_view json_;
  std::span<const GroupRecord> groups_;  ///< and one more, where the last one ends
  std::span<const Entry> entries_;
  std::span<const std::uint16_t> datasets_;
  std::span<const std::uint16_t> topics_;
  std::span<const std::uint16_t> countries_;
  std::span<const TextRange> dataset_names_;
  std::span<const TextRange> topic_names_;
  std::span<const TextRange> country_names_;
  std::span<const TextRange> schemata_;
  std::span<const std::uint32_t> places_;       ///< by entry, edition after edition
  std::span<const std::uint32_t> first_place_;  ///< by edition
  std::span<const IdRecord> ids_;               ///< by id
  std::span<const WordRecord> words_;           ///< by latin; one more at the end
  std::span<const std::uint32_t> words_by_key_;
  std::span<const std::uint32_t> postings_;  ///< entity * 256 + name_words
};

}  // namespace tamga::peers
