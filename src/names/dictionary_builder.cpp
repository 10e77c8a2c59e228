#include "names/dictionary_builder.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <initializer_list>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "base/result.h"
#include "names/dictionary_image.h"
#include "names/distance.h"
#include "names/tables.h"
#include "text/tokens.h"

namespace tamga::names {
namespace {

#include "names/tables.inc"
#include "names/tables_common_names.inc"
#include "names/tables_organisations.inc"

/// Groups of words that mean the same, behind those of nicknames.
constexpr std::uint32_t kConceptGroups = 1 << 20;

/// Long enough to be seen at the end or beginning of a word that it was run together with.
constexpr std::size_t kLongFormWordLettersMin = 6;

/// A word that says more is not put in the place of one that nobody knows.
constexpr std::int32_t kNearWeightMax = 900;

NumberKind number_kind(NumberClass number_class) {
  switch (number_class) {
    case NumberClass::unit: return NumberKind::unit;
    case NumberClass::ten: return NumberKind::ten;
    case NumberClass::hundred:
    case NumberClass::thousand: return NumberKind::scale;
    case NumberClass::ordinal: return NumberKind::ordinal;
    case NumberClass::roman: return NumberKind::roman;
  }
  return NumberKind::none;
}

/// Texts, each once and with a number, in the form that the block has them in.
class Texts {
 public:
  Texts() { pool_.push_back('\0'); }  // no text has the offset 0

  std::uint32_t number_of(std::string_view text) {
    if (numbers_.size() < (offsets_.size() + 1) * 2) grow();
    const std::uint64_t hash = hash_on(kHashStart, text);
    std::size_t at = place_of(hash, numbers_.size()).slot;
    for (; numbers_[at] != 0; at = next(at)) {
      const std::uint32_t number = numbers_[at] - 1;
      if (hashes_[number] == hash && (*this)[number] == text) return number;
    }
    TAMGA_CHECK(!text.empty() && text.size() <= 0xffff && pool_.size() < 1 << 27);  // Slot::text
    numbers_[at] = static_cast<std::uint32_t>(offsets_.size()) + 1;
    hashes_.push_back(hash);
    offsets_.push_back(static_cast<std::uint32_t>(pool_.size()));
    const auto size = static_cast<std::uint16_t>(text.size());
    pool_.append(reinterpret_cast<const char*>(&size), sizeof size);
    pool_ += text;
    return numbers_[at] - 1;
  }

  [[nodiscard]] std::string_view operator[](std::uint32_t number) const {
    const std::size_t begin = offsets_[number] + sizeof(std::uint16_t);
    const std::size_t end = number + 1 < offsets_.size() ? offsets_[number + 1] : pool_.size();
    return std::string_view(pool_).substr(begin, end - begin);
  }
  [[nodiscard]] std::uint32_t offset(std::uint32_t number) const { return offsets_[number]; }
  [[nodiscard]] std::uint32_t offset_of(std::string_view text) { return offset(number_of(text)); }
  [[nodiscard]] std::uint64_t hash(std::uint32_t number) const { return hashes_[number]; }
  [[nodiscard]] const std::string& pool() const { return pool_; }

 private:
  [[nodiscard]] std::size_t next(std::size_t at) const { return at + 1 == numbers_.size() ? 0 : at + 1; }

  void grow() {
    numbers_.assign(std::max<std::size_t>(1 << 12, numbers_.size() * 2), 0);
    for (std::uint32_t number = 0; number < hashes_.size(); ++number) {
      std::size_t at = place_of(hashes_[number], numbers_.size()).slot;
      while (numbers_[at] != 0) at = next(at);
      numbers_[at] = number + 1;
    }
  }

  std::string pool_;
  std::vector<std::uint32_t> offsets_;  // by number
  std::vector<std::uint64_t> hashes_;
  std::vector<std::uint32_t> numbers_;  // hashed, each + 1; 0: empty
};

/// A table of the dictionary while it grows; rows in the order in which they came, one a text.
struct Table {
  struct Row {
    std::uint32_t text = 0;
    std::uint32_t entry = 0;  ///< 0: no entry, only the beginning of a phrase
    bool begins_phrase = false;
  };
  std::vector<Row> rows;
  std::vector<std::uint32_t> row_of_text;  ///< by number of the text: its row + 1; 0 or beyond the end: none
};

/// Puts the parts of the block behind one another.
class Block {
 public:
  Block() : units_(sizeof(DictionaryHeader) / sizeof(std::uint64_t)) {}

  template <typename Record>
  Section<Record> add(std::span<const Record> records) {
    const std::size_t begin = units_.size() * sizeof(std::uint64_t);
    TAMGA_CHECK(begin + records.size_bytes() < 0xffff'ffff);
    units_.resize(units_.size() + (records.size_bytes() + sizeof(std::uint64_t) - 1) / sizeof(std::uint64_t));
    if (!records.empty()) std::memcpy(bytes() + begin, records.data(), records.size_bytes());
    return {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(records.size())};
  }

  std::vector<std::uint64_t> finish(DictionaryHeader header) && {
    header.size = units_.size() * sizeof(std::uint64_t);
    std::memcpy(bytes(), &header, sizeof header);
    return std::move(units_);
  }

 private:
  char* bytes() { return reinterpret_cast<char*>(units_.data()); }

  std::vector<std::uint64_t> units_;
};

/// What is added first stands: the house's own words before everything, legal forms before common words.
class Builder {
 public:
  explicit Builder(const Parameters& parameters) : parameters_(parameters) {
    entries_.emplace_back();
    sets_.emplace_back();
    for (const auto& row : kWordWeights) weights_[static_cast<std::size_t>(row.kind)].emplace(row.word, row.weight);
  }

  void add_house_words(std::span<const HouseWord> words) {
    for (const auto& word : words) {
      Entry entry;
      entry.dropped = word.read_as.empty();
      for (const auto& token : text::tokenize(word.read_as)) add_reading(entry, token.latin, token.key, Reading{});
      entry.replaced = entry.readings > 0;
      for (std::size_t kind = 0; kind < kKinds; ++kind) {
        each_form_read(word.written, static_cast<Kind>(kind), [&](Tokens tokens) { add(tokens, static_cast<Kind>(kind), entry); });
      }
    }
  }

  void add_legal_forms() {
    for (const auto& row : kLegalForms) {
      Entry entry;
      entry.legal_classes = static_cast<std::uint16_t>(1U << static_cast<unsigned>(row.legal_class));
      entry.form_place = row.place;
      each_form_read(row.forms, Kind::organisation, [&](Tokens tokens) {
        add(tokens, Kind::organisation, entry);
        for (const auto& token : tokens) {
          if (token.latin.size() >= kFormWordLettersMin) form_words_.try_emplace(token.key, token.latin);
          if (token.latin.size() >= kLongFormWordLettersMin) row_of(token.latin, long_form_words_).entry = 1;
        }
      });
    }
  }

  /// Last, so that "company" stays a common word: what is left of a legal form that is not whole.
  void add_form_words() {
    for (const auto& [key, latin] : form_words_) {
      Entry& entry = entry_of(latin, key, Kind::organisation);
      if (entry.legal_classes != 0 || entry.replaced || entry.dropped || entry.number >= 0) continue;
      entry.role = Role::generic;
      entry.weight = parameters_.weight_form_word;
    }
  }

  void add_organisation_words() {
    for (const auto& row : kOrganisationWords) {
      const bool particle = row.word_class == WordClass::particle;
      const std::int32_t weight = particle                               ? parameters_.weight_particle
                                  : row.word_class == WordClass::generic ? parameters_.weight_generic
                                                                         : parameters_.weight_activity;
      add_concept(row.forms, row.canonical, {Kind::organisation}, particle ? Role::particle : Role::generic, weight);
    }
  }

  void add_places() {
    for (const auto& row : kPlaces) {
      std::string joined;
      for (const char c : row.canonical) {
        if (c != ' ') joined += c;
      }
      add_concept(row.forms, joined, {Kind::organisation, Kind::address}, Role::place, parameters_.weight_place);
    }
  }

  void add_numbers() {
    for (const auto& row : kNumbers) {
      Entry entry;
      entry.role = Role::number;
      entry.number = row.value;
      entry.number_kind = number_kind(row.number_class);
      entry.needs_context = row.needs_context;
      each_form_read(row.forms, Kind::organisation, [&](Tokens tokens) {
        for (const auto kind : {Kind::organisation, Kind::vessel, Kind::address, Kind::other}) add(tokens, kind, entry);
      });
    }
  }

  void add_person_words() {
    for (const auto& row : kPersonWords) {
      const Entry entry = person_word(row.person_class);
      each_form_read(row.forms, Kind::person, [&](Tokens tokens) {
        // "Gholam Reza" is not "Abd Reza": only what is a form of "abd" is read as it.
        const std::string_view key = tokens.front().key;
        const bool other_servant = entry.servant_of && !key.starts_with("abd") && !key.starts_with("cabd");
        add(tokens, Kind::person, other_servant ? person_word(PersonClass::honorific) : entry);
      });
    }
  }

  void add_common_names() {
    for (const auto& row : kCommonNames) {
      Entry entry;
      entry.well_known = true;
      if (row.level < 3) entry.weight = row.level == 1 ? parameters_.weight_common : parameters_.weight_known;
      each_form_read(row.forms, Kind::person, [&](Tokens tokens) {
        for (const auto& token : tokens) {
          Entry& known =
              entry_of(token.latin, token.latin.size() > kExactLettersMax ? std::string_view(token.key) : std::string_view(), Kind::person);
          if (known.replaced || known.role != Role::word) continue;
          known.well_known = true;
          if (entry.weight >= 0) known.weight = known.weight < 0 ? entry.weight : std::min(known.weight, entry.weight);
        }
      });
    }
  }

  void add_nicknames() {
    // By letters, not by key: "Saraji" is no form of Sarai. A name may stand in several groups.
    std::map<std::string, std::vector<std::uint32_t>> groups;
    for (const auto& row : kNicknames) {
      const std::uint32_t group = row.group * 2U + (row.strength == Strength::strong ? 1U : 0U);
      each_form_read(row.forms, Kind::person, [&](Tokens tokens) {
        if (tokens.size() != 1) return;
        auto& mine = groups[tokens.front().latin];
        if (std::find(mine.begin(), mine.end(), group) == mine.end()) mine.push_back(group);
      });
    }
    for (auto& [latin, mine] : groups) {
      std::sort(mine.begin(), mine.end());
      row_of(latin, nicknames_).entry = set_of(mine);
    }
  }

  void add_vessel_words() {
    for (const auto& row : kVesselWords) {
      Entry entry;
      entry.dropped = row.vessel_class != VesselClass::word;
      if (row.vessel_class == VesselClass::word) entry.weight = parameters_.weight_common;
      each_form_read(row.forms, Kind::vessel, [&](Tokens tokens) { add(tokens, Kind::vessel, entry); });
    }
  }

  void add_address_words() {
    for (const auto& row : kAddressWords) add_concept(row.forms, row.canonical, {Kind::address}, Role::generic, parameters_.weight_form_word);
  }

  void add_weights() {
    for (const auto& row : kWordWeights) {
      Entry& entry = entry_of(row.word, row.word.size() > kExactLettersMax ? text::comparison_key(row.word) : std::string(), row.kind);
      if (entry.role != Role::word && entry.weight >= 0) continue;
      entry.weight = entry.weight < 0 ? row.weight : std::min<std::int32_t>(entry.weight, row.weight);
    }
  }

  [[nodiscard]] std::vector<std::uint64_t> freeze() {
    DictionaryHeader header;
    header.tables = kTablesFingerprint;
    Block block;
    header.weights = block.add<std::int32_t>(reading_weights(parameters_));
    const std::vector<std::uint32_t> numbers = share_entries(header, block);
    for (std::size_t kind = 0; kind < kKinds; ++kind) {
      header.exact[kind] = add_table(exact_[kind], numbers, block);
      header.by_key[kind] = add_table(by_key_[kind], numbers, block);
    }
    header.nicknames = add_table(nicknames_, {}, block);
    header.long_form_words = add_table(long_form_words_, {}, block);
    add_near_words(numbers, header, block);
    add_nickname_sets(header, block);
    std::vector<FormWord> form_words;
    std::vector<std::pair<std::uint64_t, std::uint32_t>> form_word_forms;
    for (const auto& [key, latin] : form_words_) {
      const auto number = static_cast<std::uint32_t>(form_words.size() + 1);
      const auto add = [&](std::uint64_t hash) { form_word_forms.emplace_back(hash, number); };
      each_near_hash(key, add);
      if (latin != key) each_near_hash(latin, add);
      form_words.push_back(FormWord{texts_.offset_of(key), texts_.offset_of(latin), letters_of(key), letters_of(latin),
                                    static_cast<std::uint16_t>(key.size()), static_cast<std::uint16_t>(latin.size())});
    }
    header.form_words = block.add<FormWord>(form_words);
    header.near_form_words = block.add<NearSlot>(near_slots(form_word_forms));
    header.readings = block.add<Reading>(readings_);
    header.texts = block.add<char>(texts_.pool());  // last: the others have added to it
    return std::move(block).finish(header);
  }

 private:
  using Tokens = std::span<const text::Token>;

  Table& exact(Kind kind) { return exact_[static_cast<std::size_t>(kind)]; }
  Table& by_key(Kind kind) { return by_key_[static_cast<std::size_t>(kind)]; }

  /// Words that do the same share an entry. Returns the number that each one has from now on.
  [[nodiscard]] std::vector<std::uint32_t> share_entries(DictionaryHeader& header, Block& block) const {
    std::vector<Entry> shared;
    std::vector<std::uint32_t> numbers;
    std::unordered_map<std::string_view, std::uint32_t> known;
    for (const auto& entry : entries_) {
      const std::string_view bytes(reinterpret_cast<const char*>(&entry), sizeof entry);
      const auto [at, fresh] = known.try_emplace(bytes, static_cast<std::uint32_t>(shared.size()));
      if (fresh) shared.push_back(entry);
      numbers.push_back(at->second);
    }
    TAMGA_CHECK(shared.size() < 1 << 22);  // Slot::entry
    header.entries = block.add<Entry>(shared);
    return numbers;
  }

  /// `numbers` of the entries; without them a row's entry is what it says. The masks only tell the compiler what the checks made sure of.
  [[nodiscard]] Section<Slot> add_table(const Table& table, std::span<const std::uint32_t> numbers, Block& block) const {
    std::vector<Slot> slots(table.rows.size() * 2 + 1);
    for (const auto& row : table.rows) {
      const HashPlace place = place_of(texts_.hash(row.text), slots.size());
      std::size_t at = place.slot;
      while (slots[at].text != 0) at = at + 1 == slots.size() ? 0 : at + 1;
      slots[at].text = texts_.offset(row.text) & 0x7ff'ffff;
      slots[at].entry = (numbers.empty() ? row.entry : numbers[row.entry]) & 0x3f'ffff;
      slots[at].begins_phrase = row.begins_phrase ? 1 : 0;
      slots[at].tag = place.tag & 0x3fff;
    }
    return block.add<Slot>(slots);
  }

  static std::vector<NearSlot> near_slots(std::span<const std::pair<std::uint64_t, std::uint32_t>> forms) {
    std::vector<NearSlot> slots(forms.size() + forms.size() / 2 + 1);
    for (const auto& [hash, word] : forms) {
      const HashPlace place = place_of(hash, slots.size());
      std::size_t at = place.slot;
      while (slots[at].word != 0) at = at + 1 == slots.size() ? 0 : at + 1;
      slots[at].word = word & 0x3'ffff;
      slots[at].tag = place.tag & 0x3fff;
    }
    return slots;
  }

  /// What is light can be misspelt.
  void add_near_words(std::span<const std::uint32_t> numbers, DictionaryHeader& header, Block& block) {
    std::vector<NearWord> words(1);
    for (const auto kind : {Kind::person, Kind::organisation, Kind::vessel}) {
      std::vector<std::pair<std::uint64_t, std::uint32_t>> forms;
      for (const auto& row : by_key(kind).rows) {
        const std::string_view key = texts_[row.text];
        if (row.entry == 0 || key.size() < kNearLettersMin || key.find(' ') != std::string_view::npos) continue;
        const Entry& entry = entries_[row.entry];
        if (entry.replaced || entry.legal_classes != 0 || entry.dropped || entry.weight < 0) continue;
        if (entry.weight >= kNearWeightMax && !entry.servant_of) continue;
        each_near_hash(key, [&](std::uint64_t hash) { forms.emplace_back(hash, static_cast<std::uint32_t>(words.size())); });
        words.push_back(NearWord{texts_.offset(row.text), numbers[row.entry]});
      }
      header.near_slots[static_cast<std::size_t>(kind)] = block.add<NearSlot>(near_slots(forms));
    }
    TAMGA_CHECK(words.size() < 1 << 18);  // NearSlot::word
    header.near_words = block.add<NearWord>(words);
  }

  void add_nickname_sets(DictionaryHeader& header, Block& block) const {
    std::vector<std::uint32_t> ends;
    std::vector<std::uint32_t> groups;
    for (const auto& set : sets_) {
      groups.insert(groups.end(), set.begin(), set.end());
      ends.push_back(static_cast<std::uint32_t>(groups.size()));
    }
    header.group_ends = block.add<std::uint32_t>(ends);
    header.groups = block.add<std::uint32_t>(groups);
  }

  void add_reading(Entry& entry, std::string_view latin, std::string_view key, Reading reading) {
    reading.latin = texts_.offset_of(latin);
    reading.key = texts_.offset_of(key);
    if (entry.readings == 0) entry.first_reading = static_cast<std::uint32_t>(readings_.size());
    ++entry.readings;
    readings_.push_back(reading);
  }

  [[nodiscard]] Entry person_word(PersonClass person_class) {
    Entry entry;
    // These keep their letters, so that words they were run together with are recognised, and share a group.
    const auto one_of = [&](Role role, std::int32_t weight) {
      entry.role = role;
      entry.weight = weight;
      entry.nicknames = set_of({kConceptGroups + 2 * static_cast<std::uint32_t>(person_class) + 1});
    };
    switch (person_class) {
      case PersonClass::title:
      case PersonClass::suffix:
        entry.role = Role::title;
        entry.weight = parameters_.weight_title;
        break;
      case PersonClass::honorific:
        entry.role = Role::honorific;
        entry.weight = parameters_.weight_honorific;
        break;
      case PersonClass::particle:
        entry.role = Role::particle;
        entry.weight = parameters_.weight_particle;
        break;
      case PersonClass::article:
        one_of(Role::particle, parameters_.weight_particle);
        entry.article = true;
        break;
      case PersonClass::son_of:
      case PersonClass::daughter_of: one_of(Role::son_of, parameters_.weight_particle); break;
      case PersonClass::father_of:
      case PersonClass::mother_of: one_of(Role::honorific, parameters_.weight_honorific); break;
      case PersonClass::religious:
      case PersonClass::common: entry.weight = parameters_.weight_common; break;
      case PersonClass::servant_of:
        one_of(Role::honorific, parameters_.weight_honorific);
        entry.servant_of = true;
        break;
    }
    return entry;
  }

  /// Words that mean the same in several languages keep their letters, so that misspelt and joined ones are recognised, and share a group, as
  /// nicknames do. A phrase ("konstruktorskoe byuro", "Hong Kong") is read as one word of that group.
  void add_concept(std::string_view forms, std::string_view canonical, std::initializer_list<Kind> kinds, Role role, std::int32_t weight) {
    std::string joined;
    for (const auto& word : text::tokenize(canonical, text::Use::other)) joined += word.latin;
    const std::uint16_t set = set_of({kConceptGroups + 2 * concepts_++ + 1});
    for (const Kind kind : kinds) {
      Entry phrase;
      phrase.replaced = true;
      Reading reading;
      reading.weight = weight_of(joined, kind, role, weight);
      reading.nicknames = set;
      reading.role = role;
      add_reading(phrase, joined, text::comparison_key(joined), reading);
      const auto one = [&](Tokens tokens) {
        if (tokens.size() > 1) return add(tokens, kind, phrase);
        Entry entry;
        entry.role = role;
        entry.weight = weight_of(tokens.front().latin, kind, role, weight);
        entry.nicknames = set;
        add(tokens, kind, entry);
      };
      each_form_read(forms, kind, one);
      each_form_read(canonical, kind, one);
    }
  }

  /// A word that stands in few names tells more than its class says, one that stands in many tells less.
  [[nodiscard]] std::int32_t weight_of(std::string_view latin, Kind kind, Role role, std::int32_t weight) const {
    if (role == Role::particle || role == Role::place) return weight;
    const auto& counted = weights_[static_cast<std::size_t>(kind)];
    const auto at = counted.find(latin);
    return at == counted.end() ? weight : at->second;
  }

  std::uint16_t set_of(const std::vector<std::uint32_t>& groups) {
    const auto [at, fresh] = set_numbers_.try_emplace(groups, static_cast<std::uint16_t>(sets_.size()));
    if (fresh) sets_.push_back(groups);
    TAMGA_CHECK(sets_.size() < 0xffff);
    return at->second;
  }

  /// Each of the forms between semicolons, read into words.
  template <typename Each>
  void each_form_read(std::string_view forms, Kind kind, Each&& each) {
    const auto use = kind == Kind::person ? text::Use::person : text::Use::organisation;
    for (std::size_t at = 0; at <= forms.size();) {
      const std::size_t end = std::min(forms.find(';', at), forms.size());
      if (end > at) {
        text::read(forms.substr(at, end - at), use, read_);
        const Tokens tokens = read_.count == 0 ? Tokens() : Tokens(read_.tokens[0]);
        if (!tokens.empty() && tokens.size() <= kPhraseWordsMax) each(tokens);
      }
      at = end + 1;
    }
  }

  void add(Tokens tokens, Kind kind, const Entry& entry) {
    std::uint32_t number = 0;
    const auto put = [&](Table& table, std::string text::Token::* part) {
      phrase_.clear();
      for (std::size_t i = 0; i < tokens.size(); ++i) {
        if (i > 0) phrase_ += ' ';
        phrase_ += tokens[i].*part;
      }
      Table::Row& row = row_of(phrase_, table);
      if (row.entry != 0) return;
      if (number == 0) {
        number = static_cast<std::uint32_t>(entries_.size());
        entries_.push_back(entry);
      }
      row.entry = number;
      for (std::size_t space = phrase_.find(' '); space != std::string::npos; space = phrase_.find(' ', space + 1)) {
        row_of(std::string_view(phrase_).substr(0, space), table).begins_phrase = true;
      }
    };
    put(exact(kind), &text::Token::latin);
    if (tokens.size() > 1 || tokens.front().latin.size() > kExactLettersMax) put(by_key(kind), &text::Token::key);
  }

  /// The entry of one word, a new one if need be; an empty key: known by its letters alone.
  Entry& entry_of(std::string_view latin, std::string_view key, Kind kind) {
    Table::Row& row = row_of(latin, exact(kind));
    if (row.entry == 0) {
      row.entry = static_cast<std::uint32_t>(entries_.size());
      entries_.emplace_back();
    }
    if (!key.empty()) {
      Table::Row& other = row_of(key, by_key(kind));
      if (other.entry == 0) other.entry = row.entry;
    }
    return entries_[row.entry];
  }

  /// Valid until the next call for the same table.
  Table::Row& row_of(std::string_view text, Table& table) {
    const std::uint32_t number = texts_.number_of(text);
    if (number >= table.row_of_text.size()) table.row_of_text.resize(std::max<std::size_t>(number + 1, table.row_of_text.size() * 2));
    std::uint32_t& row = table.row_of_text[number];
    if (row == 0) {
      table.rows.push_back(Table::Row{number});
      row = static_cast<std::uint32_t>(table.rows.size());
    }
    return table.rows[row - 1];
  }

  const Parameters& parameters_;
  std::array<std::unordered_map<std::string_view, std::int32_t>, kKinds> weights_;
  text::Readings read_;
  std::string phrase_;
  std::uint32_t concepts_ = 64;  // the first belong to the classes of persons' words

  Texts texts_;
  std::array<Table, kKinds> exact_;
  std::array<Table, kKinds> by_key_;
  Table nicknames_;
  Table long_form_words_;
  std::map<std::string, std::string> form_words_;  // key and latin
  std::vector<Entry> entries_;
  std::vector<Reading> readings_;
  std::vector<std::vector<std::uint32_t>> sets_;
  std::map<std::vector<std::uint32_t>, std::uint16_t> set_numbers_;
};

}  // namespace

std::vector<std::uint64_t> build_dictionary(const Parameters& parameters, std::span<const HouseWord> house_words) {
  Builder builder(parameters);
  builder.add_house_words(house_words);
  builder.add_legal_forms();
  builder.add_address_words();
  builder.add_numbers();
  builder.add_organisation_words();
  builder.add_places();
  builder.add_person_words();
  builder.add_common_names();
  builder.add_vessel_words();
  builder.add_nicknames();
  builder.add_weights();
  builder.add_form_words();
  return builder.freeze();
}

}  // namespace tamga::names
