#include <xxhash.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <thread>
#include <unordered_map>

#include "index/format.h"
#include "index/index.h"

namespace tamga::index {
namespace {

/// First bits of a hash choose a bucket of about four records.
std::uint32_t bucket_bits(std::size_t records) {
  std::uint32_t bits = 8;
  while (bits < 24 && (std::size_t{4} << bits) < records) ++bits;
  return bits;
}

/// Sorts by hash, drops repeats and says where each bucket begins.
std::vector<LookupBucket> into_buckets(std::vector<LookupRecord>& records, std::uint32_t& bits) {
  const auto value = [](const LookupRecord& record) { return std::uint64_t{record.hash} << 32 | record.number; };
  std::sort(records.begin(), records.end(), [&](const LookupRecord& a, const LookupRecord& b) { return value(a) < value(b); });
  records.erase(std::unique(records.begin(), records.end(), [&](const LookupRecord& a, const LookupRecord& b) { return value(a) == value(b); }),
                records.end());
  bits = bucket_bits(records.size());
  std::vector<LookupBucket> buckets((std::size_t{1} << bits) + 1);
  for (const auto& record : records) {
    const std::size_t at = record.hash >> (32 - bits);
    ++buckets[at + 1].first;
    buckets[at].parts |= 1U << bucket_part(record.hash, bits);
  }
  for (std::size_t i = 1; i < buckets.size(); ++i) buckets[i].first += buckets[i - 1].first;
  return buckets;
}

constexpr std::array<std::pair<std::string_view, NameQuality>, 6> kNameProperties = {{
    {"name", NameQuality::strong},
    {"alias", NameQuality::strong},
    {"weakAlias", NameQuality::weak},
    {"previousName", NameQuality::former},
    {"abbreviation", NameQuality::weak},
    {"full", NameQuality::strong},  // of an Address
}};

class Builder {
 public:
  Builder(const names::Model& model, const IdentifiersOf& identifiers_of) : model_(model), identifiers_of_(identifiers_of), reader_(model) {}

  void add(const Entity& entity) {
    const auto number = static_cast<std::uint32_t>(entities_.size());
    EntityRecord record;
    record.id = keep(entity.id);
    const std::string json = to_json(entity).dump();
    record.json_offset = json_.size();
    record.json_size = static_cast<std::uint32_t>(json.size());
    json_ += json;
    record.schema = schema_number(entity.schema);
    record.first_birth_date = static_cast<std::uint32_t>(birth_dates_.size());
    for (const auto& date : entity.values("birthDate")) {
      if (const PackedDate packed = pack_date(date); packed != 0 && birth_dates_.size() - record.first_birth_date < 255)
        birth_dates_.push_back(packed);
    }
    record.birth_dates = static_cast<std::uint8_t>(birth_dates_.size() - record.first_birth_date);
    record.first_country = static_cast<std::uint32_t>(countries_.size() / 2);
    for (const auto* property : kCountryProperties) {
      for (const auto& country : entity.values(property)) {
        if (country.size() == 2 && countries_.size() / 2 - record.first_country < 255) countries_ += country;
      }
    }
    record.countries = static_cast<std::uint8_t>(countries_.size() / 2 - record.first_country);
    for (const auto& gender : entity.values("gender")) {
      const std::uint8_t mine = gender == "male" ? 1 : gender == "female" ? 2 : 0;
      record.gender = record.gender == 0 || record.gender == mine ? mine : 0;
    }
    record.first_name = static_cast<std::uint32_t>(names_.size());
    entities_.push_back(record);
    const names::Kind kind = kind_of_schema(entity.schema);
    for (const auto& [property, quality] : kNameProperties) {
      for (const auto& text : entity.values(property)) add_name(number, text, kind, quality);
    }
    for (const auto& identifier : identifiers_of_(entity)) {
      const std::string key = std::string(identifiers::scheme_name(identifier.scheme)) + ":" + identifier.value;
      identifiers_.emplace_back(key, IdentifierRecord{{}, number, identifier.checked ? 1U : 0U});
    }
  }

  /// All entities first: the ends of relations are their numbers.
  void add_relations(std::span<const Entity> relations) {
    by_id_.resize(entities_.size());
    for (std::size_t i = 0; i < by_id_.size(); ++i) by_id_[i] = static_cast<std::uint32_t>(i);
    const auto id = [&](std::uint32_t entity) { return std::string_view(text_).substr(entities_[entity].id.offset, entities_[entity].id.size); };
    std::stable_sort(by_id_.begin(), by_id_.end(), [&](std::uint32_t a, std::uint32_t b) { return id(a) < id(b); });
    const auto find = [&](std::string_view wanted) {
      const auto at =
          std::lower_bound(by_id_.begin(), by_id_.end(), wanted, [&](std::uint32_t entity, std::string_view key) { return id(entity) < key; });
      return at != by_id_.end() && id(*at) == wanted ? *at : kNoEntity;
    };
    for (const auto& relation : relations) {
      const RelationEnds* ends = relation_ends(relation.schema);
      RelationRecord record;
      record.from = ends == nullptr ? kNoEntity : find(relation.first(ends->from));
      record.to = ends == nullptr ? kNoEntity : find(relation.first(ends->to));
      const auto number = static_cast<std::uint32_t>(relations_.size());
      for (const auto end : {record.from, record.to}) {
        if (end != kNoEntity) relation_ends_.push_back(RelationEndRecord{end, number});
      }
      if (record.from != kNoEntity && record.from == record.to) relation_ends_.pop_back();
      record.schema = schema_number(relation.schema);
      const std::string json = to_json(relation).dump();
      record.json_offset = json_.size();
      record.json_size = static_cast<std::uint32_t>(json.size());
      json_ += json;
      relations_.push_back(record);
    }
    std::sort(relation_ends_.begin(), relation_ends_.end(), [](const RelationEndRecord& a, const RelationEndRecord& b) {
      return a.entity != b.entity ? a.entity < b.entity : a.relation < b.relation;
    });
  }

  std::string finish(std::string_view edition) {
    std::stable_sort(identifiers_.begin(), identifiers_.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    std::vector<IdentifierRecord> identifier_records;
    for (auto& [key, record] : identifiers_) {
      record.key = keep(key);
      identifier_records.push_back(record);
    }
    Header header;
    header.version = kVersion;
    header.reading = model_.reading_fingerprint();
    // Sorting is most of the work on long lists, and the tables do not depend on one another.
    std::vector<LookupBucket> phrase_buckets;
    std::vector<PostingRecord> postings;
    std::vector<LookupBucket> lookup_buckets;
    std::vector<LookupBucket> consonant_buckets;
    std::vector<LookupBucket> native_consonant_buckets;
    {
      const std::jthread beside([&] { phrase_buckets = into_buckets(phrases_, header.phrase_bits); });
      postings = make_postings();
      make_lookups(header);
      lookup_buckets = into_buckets(lookups_, header.lookup_bits);
      consonant_buckets = into_buckets(consonants_, header.consonant_bits);
      native_consonant_buckets = into_buckets(native_consonants_, header.native_consonant_bits);
    }
    std::vector<NicknameRecord> nicknames;
    for (std::uint32_t number = 0; number < words_.size(); ++number) {
      const std::uint16_t set = words_[number].word.nicknames;
      if (set == 0) continue;
      for (const auto group : model_.dictionary().nickname_groups(set)) nicknames.push_back(NicknameRecord{group / 2, number});
    }
    std::sort(nicknames.begin(), nicknames.end(),
              [](const NicknameRecord& a, const NicknameRecord& b) { return a.group != b.group ? a.group < b.group : a.word < b.word; });

    std::copy_n(edition.begin(), std::min(edition.size(), header.edition.size()), header.edition.begin());
    std::string file(sizeof(Header), '\0');
    const auto put = [&](SectionId id, const void* data, std::size_t bytes) {
      file.resize((file.size() + 7) / 8 * 8);
      header.sections[static_cast<std::size_t>(id)] = Section{file.size(), bytes};
      if (bytes > 0) file.append(static_cast<const char*>(data), bytes);
    };
    const auto put_array = [&](SectionId id, const auto& records) { put(id, records.data(), records.size() * sizeof(records[0])); };
    put_array(SectionId::text, text_);
    put_array(SectionId::json, json_);
    put_array(SectionId::entities, entities_);
    put_array(SectionId::by_id, by_id_);
    put_array(SectionId::schemata, schemata_);
    put_array(SectionId::birth_dates, birth_dates_);
    put_array(SectionId::countries, countries_);
    put_array(SectionId::relations, relations_);
    put_array(SectionId::relation_ends, relation_ends_);
    put_array(SectionId::names, names_);
    put_array(SectionId::names_words, names_words_);
    put_array(SectionId::name_words, name_words_);
    put_array(SectionId::identifiers, identifier_records);
    put_array(SectionId::word_text, word_text_);
    put_array(SectionId::words, words_);
    put_array(SectionId::postings, postings);
    put_array(SectionId::lookups, lookups_);
    put_array(SectionId::lookup_buckets, lookup_buckets);
    put_array(SectionId::consonants, consonants_);
    put_array(SectionId::consonant_buckets, consonant_buckets);
    put_array(SectionId::native_consonants, native_consonants_);
    put_array(SectionId::native_consonant_buckets, native_consonant_buckets);
    put_array(SectionId::phrases, phrases_);
    put_array(SectionId::phrase_buckets, phrase_buckets);
    put_array(SectionId::nicknames, nicknames);
    file.resize((file.size() + 7) / 8 * 8);
    header.file_size = file.size();
    header.checksum = checksum(header, std::string_view(file).substr(sizeof(Header)));
    std::memcpy(file.data(), &header, sizeof(Header));
    return file;
  }

 private:
  TextRange keep(std::string_view text) {
    const TextRange range{text_.size(), static_cast<std::uint32_t>(text.size()), 0};
    text_ += text;
    return range;
  }

  std::uint16_t schema_number(const std::string& schema) {
    const auto [at, fresh] = schema_numbers_.try_emplace(schema, static_cast<std::uint16_t>(schemata_.size()));
    if (fresh) schemata_.push_back(keep(schema));
    return at->second;
  }

  void add_name(std::uint32_t entity, const std::string& text, names::Kind kind, NameQuality quality) {
    NameRecord record;
    // Longer than any name is: what is screened is its beginning, which tokenize() cuts as well.
    record.text_size = static_cast<std::uint16_t>(std::min<std::size_t>(text.size(), 0xffff));
    record.entity = entity;
    record.quality = static_cast<std::uint8_t>(quality);
    bool kept = false;
    for (const names::Name& name : reader_.read(text, kind)) {
      if (!kept) {
        record.text_offset = text_.size();
        text_.append(text, 0, record.text_size);
        kept = true;
      }
      const auto number = static_cast<std::uint32_t>(names_.size());
      names_words_.push_back({static_cast<std::uint32_t>(name_words_.size()), static_cast<std::uint16_t>(name.weight),
                              static_cast<std::uint8_t>(name.words.size()), static_cast<std::uint8_t>(kind)});
      record.forms = name.forms;
      for (const auto& word : name.words) name_words_.push_back(word_number(name, word, kind));
      add_phrases(name.view(), number);
      names_.push_back(record);
      ++record.reading;
    }
  }

  void add_phrases(const names::NameView& name, std::uint32_t number) {
    for (std::size_t i = 0; i + 2 <= name.words.size(); ++i) {
      if (!names::joinable(name, i, 2)) continue;
      const std::string key = names::joined_key(name, i, 2);
      for_each_form(key, joined_deletions_of(key.size()), [&](PackedForm form) {
        phrases_.push_back(LookupRecord{form_hash(form, name.kind, Form::joined_two, static_cast<std::uint32_t>(key.size())), number});
      });
    }
    for (std::size_t i = 0; i + 3 <= name.words.size(); ++i) {
      if (!names::joinable(name, i, 3)) continue;
      phrases_.push_back(LookupRecord{text_hash(names::joined_key(name, i, 3), name.kind, Form::joined_three), number});
    }
    if (name.kind != names::Kind::organisation) return;
    if (const std::string letters = names::acronym(name); !letters.empty()) {
      phrases_.push_back(LookupRecord{text_hash(letters, name.kind, Form::acronym), number});
    }
  }

  std::uint32_t word_number(const names::Name& name, const names::Word& word, names::Kind kind) {
    word_key_.clear();
    for (const int part : {static_cast<int>(kind), static_cast<int>(word.role), static_cast<int>(word.script), word.exact * 2 + word.known}) {
      word_key_ += static_cast<char>(part);
    }
    word_key_.append(reinterpret_cast<const char*>(&word.weight), sizeof(word.weight));
    word_key_.append(reinterpret_cast<const char*>(&word.nicknames), sizeof(word.nicknames));
    word_key_ += name.latin(word);
    word_key_ += '\n';
    word_key_ += name.key(word);
    const auto [at, fresh] = word_numbers_.try_emplace(word_key_, static_cast<std::uint32_t>(words_.size()));
    if (fresh) {
      WordRecord record{word, 0, 0, 0};
      record.word.latin_at = static_cast<std::uint32_t>(word_text_.size());
      word_text_ += name.latin(word);
      record.word.key_at = record.word.latin_at;
      if (name.latin(word) != name.key(word)) {
        record.word.key_at = static_cast<std::uint32_t>(word_text_.size());
        word_text_ += name.key(word);
      }
      words_.push_back(record);
      word_kinds_.push_back(kind);
    }
    return at->second;
  }

  std::vector<PostingRecord> make_postings() {
    // A name that holds a word twice stands once.
    const auto each = [&](auto&& visit) {
      for (std::uint32_t name = 0; name < names_.size(); ++name) {
        const auto words = std::span(name_words_).subspan(names_words_[name].first_word, names_words_[name].words);
        const bool initial =
            std::any_of(words.begin(), words.end(), [&](std::uint32_t word) { return words_[word].word.role == names::Role::initial; });
        for (std::size_t i = 0; i < words.size(); ++i) {
          const auto at = words.begin() + static_cast<std::ptrdiff_t>(i);
          if (std::find(words.begin(), at, words[i]) != at) continue;
          PostingRecord posting{name, weight_class(names_words_[name].weight) << 27, {}};
          std::size_t others = 0;
          for (std::size_t k = 0; k < words.size(); ++k) {
            if (k == i) continue;
            posting.letters_and_class |= letter_bit(word_text_[words_[words[k]].word.latin_at]);
            if (others < posting.others.size()) posting.others[others] = word_slot(words[k]);
            ++others;
          }
          if (others > posting.others.size()) posting.others.back() = PostingRecord::kMore;
          visit(words[i], posting, initial);
        }
      }
    };
    each([&](std::uint32_t word, const PostingRecord&, bool initial) {
      ++words_[word].postings;
      words_[word].with_initials += initial ? 1 : 0;
    });
    std::uint32_t next = 0;
    std::vector<std::array<std::uint32_t, 2>> ends;
    for (auto& word : words_) {
      word.first_posting = next;
      next += word.postings;
      ends.push_back({word.first_posting, next - word.with_initials});
    }
    std::vector<PostingRecord> postings(next);
    each([&](std::uint32_t word, const PostingRecord& posting, bool initial) { postings[ends[word][initial ? 1 : 0]++] = posting; });
    return postings;
  }

  void make_lookups(Header& header) {
    for (std::uint32_t number = 0; number < words_.size(); ++number) {
      const names::Word& word = words_[number].word;
      const auto kind = word_kinds_[number];
      const std::string_view key = std::string_view(word_text_).substr(word.key_at, word.key_size);
      const std::string_view latin = std::string_view(word_text_).substr(word.latin_at, word.latin_size);
      const auto add = [&](std::string_view letters) {
        for_each_form(letters, deletions_of(letters.size()),
                      [&](PackedForm form) { lookups_.push_back({form_hash(form, kind, Form::key), number}); });
      };
      add(key);
      if (word.latin_at != word.key_at) add(latin);
      header.flags |= 1U << static_cast<unsigned>(word.script);
      if (word.role == names::Role::number) continue;
      const auto add_consonants = [&](text::Script script, std::vector<LookupRecord>& records) {
        const std::string consonants = text::skeleton(latin, script);
        if (consonants.size() < names::consonants_for_equality(script)) return;
        for_each_form(consonants, consonant_deletions_of(consonants.size(), script), [&](PackedForm form) {
          records.push_back({form_hash(form, kind, Form::consonants, static_cast<std::uint32_t>(script)), number});
        });
      };
      if (text::has_skeleton(word.script)) {
        add_consonants(word.script, native_consonants_);
      } else {
        for (const auto script : kSkeletonScripts) add_consonants(script, consonants_);
      }
    }
  }

  const names::Model& model_;
  const IdentifiersOf& identifiers_of_;
  names::Reader reader_;
  std::string text_;
  std::string json_;
  std::vector<EntityRecord> entities_;
  std::vector<std::uint32_t> by_id_;
  std::vector<TextRange> schemata_;
  std::unordered_map<std::string, std::uint16_t> schema_numbers_;
  std::vector<PackedDate> birth_dates_;
  std::string countries_;
  std::vector<RelationRecord> relations_;
  std::vector<RelationEndRecord> relation_ends_;
  std::vector<NameRecord> names_;
  std::vector<NameWordsRecord> names_words_;
  std::vector<std::uint32_t> name_words_;
  std::vector<std::pair<std::string, IdentifierRecord>> identifiers_;
  std::string word_text_;
  std::vector<WordRecord> words_;
  std::vector<names::Kind> word_kinds_;
  std::unordered_map<std::string, std::uint32_t> word_numbers_;
  std::string word_key_;
  std::vector<LookupRecord> lookups_;
  std::vector<LookupRecord> consonants_;
  std::vector<LookupRecord> native_consonants_;
  std::vector<LookupRecord> phrases_;
};

}  // namespace

std::uint64_t checksum(Header header, std::string_view sections) {
  header.checksum = 0;
  return XXH3_64bits_withSeed(sections.data(), sections.size(), XXH3_64bits(&header, sizeof(Header)));
}

std::uint32_t text_hash(std::string_view text, names::Kind kind, Form use) {
  const auto seed = static_cast<XXH64_hash_t>(kind) * 16 + static_cast<XXH64_hash_t>(use);
  return static_cast<std::uint32_t>(XXH3_64bits_withSeed(text.data(), text.size(), seed) >> 32);
}

PackedDate pack_date(std::string_view iso) {
  const auto digits = [&](std::size_t at, std::size_t count) {
    std::uint32_t value = 0;
    for (std::size_t i = at; i < at + count; ++i) {
      if (i >= iso.size() || iso[i] < '0' || iso[i] > '9') return std::uint32_t{0};
      value = value * 10 + static_cast<std::uint32_t>(iso[i] - '0');
    }
    return value;
  };
  const std::uint32_t year = digits(0, 4);
  if (year == 0) return 0;
  const std::uint32_t month = iso.size() >= 7 ? digits(5, 2) : 0;
  const std::uint32_t day = iso.size() >= 10 ? digits(8, 2) : 0;
  if (month > 12 || day > 31) return 0;
  return (year * 16 + month) * 32 + (month == 0 ? 0 : day);
}

names::Kind kind_of_schema(std::string_view schema) {
  if (schema_is_a(schema, "Person")) return names::Kind::person;
  if (schema_is_a(schema, "LegalEntity")) return names::Kind::organisation;
  if (schema_is_a(schema, "Vehicle")) return names::Kind::vessel;
  if (schema_is_a(schema, "Address")) return names::Kind::address;
  return names::Kind::other;
}

std::string_view without_place(std::string_view json) {
  // The last member: `,"line":123}`.
  const auto at = json.rfind(",\"line\":");
  return at == std::string_view::npos ? json : json.substr(0, at);
}

std::string build(std::span<const Entity> entities, std::string_view edition, const names::Model& model, std::span<const Entity> relations,
                  const IdentifiersOf& identifiers_of) {
  Builder builder(model, identifiers_of);
  for (const auto& entity : entities) builder.add(entity);
  builder.add_relations(relations);
  return builder.finish(edition);
}

}  // namespace tamga::index
