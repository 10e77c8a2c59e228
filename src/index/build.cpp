#include <xxhash.h>

#include <algorithm>
#include <cstring>
#include <map>
#include <unordered_map>

#include "index/format.h"
#include "index/index.h"

namespace tamga::index {
namespace {

bool ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

class Builder {
 public:
  void add(const Entity& entity) {
    const auto number = static_cast<std::uint32_t>(entities_.size());
    entities_.push_back(EntityRecord{keep(entity.id), keep_once(entity.schema), keep(to_json(entity).dump())});
    const names::Kind kind = kind_of_schema(entity.schema);
    for (const auto& [property, quality] : kNameProperties) {
      for (const auto& text : entity.values(property)) add_name(number, text, kind, quality);
    }
    for (const auto& identifier : identifiers::of_entity(entity)) {
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
      record.schema = keep_once(relation.schema);
      record.json = keep(to_json(relation).dump());
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

    std::vector<WordRecord> words;
    std::vector<std::uint32_t> postings;
    std::vector<DeletionRecord> deletions;
    std::string buffer;
    for (const auto& [key, entry] : words_) {
      WordRecord record;
      record.key = keep(key.text);
      record.kind = key.kind;
      record.joined = key.joined;
      record.weight = entry.weight;
      record.first_posting = static_cast<std::uint32_t>(postings.size());
      record.postings = static_cast<std::uint32_t>(entry.names.size());
      postings.insert(postings.end(), entry.names.begin(), entry.names.end());
      const auto number = static_cast<std::uint32_t>(words.size());
      const int depth = key.joined != 0 ? deletions_of_joined(key.text) : deletions_of_word(key.text);
      for_each_deletion(key.text, depth, buffer, [&](std::string_view form) {
        deletions.push_back(DeletionRecord{deletion_hash(form, static_cast<names::Kind>(key.kind)), number});
      });
      words.push_back(record);
    }
    const auto less = [](const DeletionRecord& a, const DeletionRecord& b) { return a.hash != b.hash ? a.hash < b.hash : a.word < b.word; };
    std::sort(deletions.begin(), deletions.end(), less);
    const auto same = [](const DeletionRecord& a, const DeletionRecord& b) { return a.hash == b.hash && a.word == b.word; };
    deletions.erase(std::unique(deletions.begin(), deletions.end(), same), deletions.end());

    // About four entries a bucket; the first bits of the hash choose it.
    std::uint32_t bucket_bits = 8;
    while (bucket_bits < 22 && (std::size_t{4} << bucket_bits) < deletions.size()) ++bucket_bits;
    std::vector<std::uint32_t> buckets((std::size_t{1} << bucket_bits) + 1);
    for (const auto& deletion : deletions) ++buckets[(deletion.hash >> (32 - bucket_bits)) + 1];
    for (std::size_t i = 1; i < buckets.size(); ++i) buckets[i] += buckets[i - 1];

    Header header;
    header.version = kVersion;
    header.bucket_bits = bucket_bits;
    std::copy_n(edition.begin(), std::min(edition.size(), header.edition.size()), header.edition.begin());
    std::string file(sizeof(Header), '\0');
    const auto put = [&](SectionId id, const void* data, std::size_t bytes) {
      file.resize((file.size() + 7) / 8 * 8);
      header.sections[static_cast<std::size_t>(id)] = Section{file.size(), bytes};
      if (bytes > 0) file.append(static_cast<const char*>(data), bytes);
    };
    const auto put_array = [&](SectionId id, const auto& records) { put(id, records.data(), records.size() * sizeof(records[0])); };
    put(SectionId::text, text_.data(), text_.size());
    put_array(SectionId::entities, entities_);
    put_array(SectionId::by_id, by_id_);
    put_array(SectionId::relations, relations_);
    put_array(SectionId::relation_ends, relation_ends_);
    put_array(SectionId::names, names_);
    put_array(SectionId::identifiers, identifier_records);
    put_array(SectionId::words, words);
    put_array(SectionId::postings, postings);
    put_array(SectionId::deletions, deletions);
    put_array(SectionId::buckets, buckets);
    header.file_size = file.size();
    header.checksum = checksum(header, std::string_view(file).substr(sizeof(Header)));
    std::memcpy(file.data(), &header, sizeof(Header));
    return file;
  }

 private:
  static constexpr std::array<std::pair<std::string_view, NameQuality>, 5> kNameProperties = {{
      {"name", NameQuality::strong},
      {"alias", NameQuality::strong},
      {"weakAlias", NameQuality::weak},
      {"previousName", NameQuality::former},
      {"abbreviation", NameQuality::weak},
  }};

  struct WordKey {
    std::uint8_t kind;
    std::uint8_t joined;
    std::string text;
    auto operator<=>(const WordKey&) const = default;
  };
  struct WordEntry {
    std::int32_t weight = 0;
    std::vector<std::uint32_t> names;
  };

  TextRange keep(std::string_view text) {
    const TextRange range{text_.size(), static_cast<std::uint32_t>(text.size()), 0};
    text_ += text;
    return range;
  }
  TextRange keep_once(const std::string& text) {
    const auto [at, fresh] = kept_.try_emplace(text);
    if (fresh) at->second = keep(text);
    return at->second;
  }

  void add_name(std::uint32_t entity, const std::string& text, names::Kind kind, NameQuality quality) {
    const names::Name parsed = names::parse(text, kind);
    if (parsed.words.empty()) return;
    const auto number = static_cast<std::uint32_t>(names_.size());
    NameRecord record;
    record.text = keep(text);
    record.entity = entity;
    record.weight = parsed.weight;
    record.kind = static_cast<std::uint8_t>(kind);
    record.quality = static_cast<std::uint8_t>(quality);
    for (std::size_t i = 0; i < parsed.words.size(); ++i) {
      const auto& word = parsed.words[i];
      record.initials = static_cast<std::uint16_t>(record.initials + (word.initial ? 1 : 0));
      post(WordKey{record.kind, 0, word.token.key}, word.weight, number);
      if (i < parsed.joined_keys.size() && !parsed.joined_keys[i].empty()) {
        post(WordKey{record.kind, 1, parsed.joined_keys[i]}, word.weight + parsed.words[i + 1].weight, number);
      }
    }
    names_.push_back(record);
  }

  void post(WordKey key, std::int32_t weight, std::uint32_t name) {
    WordEntry& entry = words_[std::move(key)];
    entry.weight = std::max(entry.weight, weight);
    if (entry.names.empty() || entry.names.back() != name) entry.names.push_back(name);
  }

  std::string text_;
  std::vector<EntityRecord> entities_;
  std::vector<std::uint32_t> by_id_;
  std::vector<RelationRecord> relations_;
  std::vector<RelationEndRecord> relation_ends_;
  std::vector<NameRecord> names_;
  std::vector<std::pair<std::string, IdentifierRecord>> identifiers_;
  std::map<WordKey, WordEntry> words_;
  std::unordered_map<std::string, TextRange> kept_;
};

}  // namespace

std::uint64_t checksum(Header header, std::string_view sections) {
  header.checksum = 0;
  return XXH3_64bits_withSeed(sections.data(), sections.size(), XXH3_64bits(&header, sizeof(Header)));
}

std::uint32_t deletion_hash(std::string_view key, names::Kind kind) {
  return static_cast<std::uint32_t>(XXH3_64bits_withSeed(key.data(), key.size(), static_cast<XXH64_hash_t>(kind)) >> 32);
}

int deletions_of_word(std::string_view key) { return ascii(key) ? names::edits_allowed(key.size()) : 0; }

int deletions_of_joined(std::string_view key) { return ascii(key) && key.size() >= 7 ? 1 : 0; }

names::Kind kind_of_schema(std::string_view schema) {
  if (schema_is_a(schema, "Person")) return names::Kind::person;
  if (schema_is_a(schema, "LegalEntity")) return names::Kind::organisation;
  return names::Kind::other;
}

std::string build(std::span<const Entity> entities, std::string_view edition, std::span<const Entity> relations) {
  Builder builder;
  for (const auto& entity : entities) builder.add(entity);
  builder.add_relations(relations);
  return builder.finish(edition);
}

}  // namespace tamga::index
