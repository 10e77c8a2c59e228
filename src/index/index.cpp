#include "index/index.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <cstring>

#include "index/format.h"
#include "index/open.h"

namespace tamga::index {
namespace {

template <typename Record>
std::span<const Record> records(std::string_view file, const Section& section) {
  return {reinterpret_cast<const Record*>(file.data() + section.offset), section.size / sizeof(Record)};
}

}  // namespace

Status Index::Implementation::attach(std::string_view edition, const names::Model& model) {
  static std::atomic<std::uint64_t> next = 1;
  serial = next++;
  if (file.size() < sizeof(Header)) return failure("index file is truncated");
  std::memcpy(&header, file.data(), sizeof(Header));
  if (header.magic != kMagic) return failure("not an index file");
  if (header.version != kVersion) return failure(fmt::format("index file of version {}, expected {}", header.version, kVersion));
  if (header.file_size != file.size()) return failure("index file is truncated");
  const std::string_view stored(header.edition.data(), ::strnlen(header.edition.data(), header.edition.size()));
  if (stored != edition) return failure(fmt::format("index file of edition {}, expected {}", stored, edition));
  if (header.reading != model.reading_fingerprint()) return failure("index file of names that were read otherwise");
  if (checksum(header, file.substr(sizeof(Header))) != header.checksum) return failure("index file is damaged");
  for (const auto& section : header.sections) {
    if (section.offset > file.size() || section.size > file.size() - section.offset || section.offset % 8 != 0)
      return failure("index file is damaged");
  }
  const auto section = [&](SectionId id) -> const Section& { return header.sections[static_cast<std::size_t>(id)]; };
  const auto bytes = [&](SectionId id) { return file.substr(section(id).offset, section(id).size); };
  text = bytes(SectionId::text);
  json = bytes(SectionId::json);
  entities = records<EntityRecord>(file, section(SectionId::entities));
  by_id = records<std::uint32_t>(file, section(SectionId::by_id));
  schemata = records<TextRange>(file, section(SectionId::schemata));
  birth_dates = records<PackedDate>(file, section(SectionId::birth_dates));
  countries = bytes(SectionId::countries);
  relations = records<RelationRecord>(file, section(SectionId::relations));
  relation_ends = records<RelationEndRecord>(file, section(SectionId::relation_ends));
  names = records<NameRecord>(file, section(SectionId::names));
  names_words = records<NameWordsRecord>(file, section(SectionId::names_words));
  name_words = records<std::uint32_t>(file, section(SectionId::name_words));
  identifiers = records<IdentifierRecord>(file, section(SectionId::identifiers));
  word_text = bytes(SectionId::word_text);
  words = records<WordRecord>(file, section(SectionId::words));
  postings = records<PostingRecord>(file, section(SectionId::postings));
  const auto table = [&](SectionId id, SectionId buckets, std::uint32_t bits) {
    return Lookups{records<LookupRecord>(file, section(id)), records<LookupBucket>(file, section(buckets)), bits};
  };
  lookups = table(SectionId::lookups, SectionId::lookup_buckets, header.lookup_bits);
  consonants = table(SectionId::consonants, SectionId::consonant_buckets, header.consonant_bits);
  native_consonants = table(SectionId::native_consonants, SectionId::native_consonant_buckets, header.native_consonant_bits);
  phrases = table(SectionId::phrases, SectionId::phrase_buckets, header.phrase_bits);
  nicknames = records<NicknameRecord>(file, section(SectionId::nicknames));
  if (!lookups.sound() || !consonants.sound() || !native_consonants.sound() || !phrases.sound()) return failure("index file is damaged");
  return {};
}

Index::Index(std::unique_ptr<const Implementation> implementation) : implementation_(std::move(implementation)) {}
Index::Index(Index&&) noexcept = default;
Index& Index::operator=(Index&&) noexcept = default;
Index::~Index() = default;

Result<Index> Index::open(const std::string& path, std::string_view edition, const names::Model& model) {
  TAMGA_TRY(auto mapped, MappedFile::open(path));
  auto implementation = std::make_unique<Implementation>();
  implementation->mapped = std::move(mapped);
  implementation->file = implementation->mapped.bytes();
  if (auto status = implementation->attach(edition, model); !status) return std::unexpected(status.error().in_file(path));
  return Index(std::move(implementation));
}

Result<Index> Index::from_bytes(std::string bytes, std::string_view edition, const names::Model& model) {
  auto implementation = std::make_unique<Implementation>();
  implementation->owned = std::move(bytes);
  implementation->file = implementation->owned;
  TAMGA_TRY_STATUS(implementation->attach(edition, model));
  return Index(std::move(implementation));
}

std::uint64_t Index::serial() const { return implementation_->serial; }

std::uint32_t Index::entity_count() const { return static_cast<std::uint32_t>(implementation_->entities.size()); }
std::uint32_t Index::name_count() const { return static_cast<std::uint32_t>(implementation_->names.size()); }
std::string_view Index::entity_id(std::uint32_t entity) const { return implementation_->at(implementation_->entities[entity].id); }
std::size_t Index::schema_count() const { return implementation_->schemata.size(); }
std::string_view Index::schema(std::size_t number) const { return implementation_->at(implementation_->schemata[number]); }
std::uint16_t Index::schema_number(std::uint32_t entity) const { return implementation_->entities[entity].schema; }
std::string_view Index::entity_schema(std::uint32_t entity) const { return schema(schema_number(entity)); }

Entity Index::entity(std::uint32_t entity) const {
  const auto json = parse_json(entity_json(entity), {.own_writing = true});
  TAMGA_CHECK(json.has_value());
  auto read = entity_from_json(*json);
  TAMGA_CHECK(read.has_value());
  return *std::move(read);
}

std::string_view Index::entity_json(std::uint32_t entity) const {
  const EntityRecord& record = implementation_->entities[entity];
  return implementation_->json.substr(record.json_offset, record.json_size);
}

std::uint32_t Index::find_entity(std::string_view id) const {
  const auto& all = implementation_->by_id;
  const auto at = std::lower_bound(all.begin(), all.end(), id, [&](std::uint32_t entity, std::string_view key) { return entity_id(entity) < key; });
  return at != all.end() && entity_id(*at) == id ? *at : kNoEntity;
}

Attributes Index::attributes(std::uint32_t entity) const {
  const EntityRecord& record = implementation_->entities[entity];
  return Attributes{implementation_->birth_dates.subspan(record.first_birth_date, record.birth_dates),
                    implementation_->countries.substr(std::size_t{record.first_country} * 2, std::size_t{record.countries} * 2), record.gender};
}

std::uint32_t Index::relation_count() const { return static_cast<std::uint32_t>(implementation_->relations.size()); }

RelationView Index::relation(std::uint32_t relation) const {
  const RelationRecord& record = implementation_->relations[relation];
  return RelationView{record.from, record.to, schema(record.schema), implementation_->json.substr(record.json_offset, record.json_size)};
}

std::vector<std::uint32_t> Index::relations_of(std::uint32_t entity) const {
  const auto& all = implementation_->relation_ends;
  auto at = std::lower_bound(all.begin(), all.end(), entity, [](const RelationEndRecord& end, std::uint32_t wanted) { return end.entity < wanted; });
  std::vector<std::uint32_t> result;
  for (; at != all.end() && at->entity == entity; ++at) result.push_back(at->relation);
  return result;
}

NameInfo Index::name(std::uint32_t name) const {
  const NameRecord& record = implementation_->names[name];
  return NameInfo{record.entity, implementation_->text.substr(record.text_offset, record.text_size), static_cast<NameQuality>(record.quality),
                  static_cast<names::Kind>(implementation_->names_words[name].kind), record.reading};
}

names::NameView Index::name_view(std::uint32_t name, Scratch& scratch) const {
  const NameWordsRecord& record = implementation_->names_words[name];
  scratch.words.resize(record.words);
  for (std::size_t i = 0; i < record.words; ++i) scratch.words[i] = implementation_->words[implementation_->name_words[record.first_word + i]].word;
  return names::NameView{static_cast<names::Kind>(record.kind), implementation_->names[name].forms, record.weight, implementation_->word_text.data(),
                         scratch.words};
}

std::vector<IdentifierHit> Index::find(const identifiers::Identifier& identifier) const {
  const std::string key = std::string(identifiers::scheme_name(identifier.scheme)) + ":" + identifier.value;
  const auto& all = implementation_->identifiers;
  auto at = std::lower_bound(all.begin(), all.end(), key,
                             [&](const IdentifierRecord& record, const std::string& wanted) { return implementation_->at(record.key) < wanted; });
  std::vector<IdentifierHit> hits;
  for (; at != all.end() && implementation_->at(at->key) == key; ++at) hits.push_back(IdentifierHit{at->entity, at->checked != 0});
  return hits;
}

}  // namespace tamga::index
