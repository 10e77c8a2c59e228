#include "index/index.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "index/format.h"

namespace tamga::index {
namespace {

/// The most that a pair with an initial can gain: an initial's weight with a full word's, times its likeness.
constexpr std::int64_t kInitialGain = (300 + 1000) * std::int64_t{850};

template <typename Record>
std::span<const Record> records(std::string_view file, const Section& section) {
  return {reinterpret_cast<const Record*>(file.data() + section.offset), section.size / sizeof(Record)};
}

}  // namespace

struct Index::Implementation {
  std::string owned;  ///< the bytes, when they are not a mapped file
  void* mapping = nullptr;
  std::size_t mapped = 0;
  std::string_view file;
  Header header;
  std::string_view text;
  std::span<const EntityRecord> entities;
  std::span<const std::uint32_t> by_id;
  std::span<const RelationRecord> relations;
  std::span<const RelationEndRecord> relation_ends;
  std::span<const NameRecord> names;
  std::span<const IdentifierRecord> identifiers;
  std::span<const WordRecord> words;
  std::span<const std::uint32_t> postings;
  std::span<const DeletionRecord> deletions;
  std::span<const std::uint32_t> buckets;

  Implementation() = default;
  Implementation(const Implementation&) = delete;
  Implementation& operator=(const Implementation&) = delete;
  ~Implementation() {
    if (mapping != nullptr) ::munmap(mapping, mapped);
  }

  [[nodiscard]] std::string_view at(TextRange range) const { return text.substr(range.offset, range.size); }

  Status attach(std::string_view edition) {
    if (file.size() < sizeof(Header)) return failure("index file is truncated");
    std::memcpy(&header, file.data(), sizeof(Header));
    if (header.magic != kMagic) return failure("not an index file");
    if (header.version != kVersion) return failure(fmt::format("index file of version {}, expected {}", header.version, kVersion));
    if (header.file_size != file.size()) return failure("index file is truncated");
    const std::string_view stored(header.edition.data(), ::strnlen(header.edition.data(), header.edition.size()));
    if (stored != edition) return failure(fmt::format("index file of edition {}, expected {}", stored, edition));
    if (checksum(header, file.substr(sizeof(Header))) != header.checksum) return failure("index file is damaged");
    for (const auto& section : header.sections) {
      if (section.offset > file.size() || section.size > file.size() - section.offset || section.offset % 8 != 0)
        return failure("index file is damaged");
    }
    const auto section = [&](SectionId id) -> const Section& { return header.sections[static_cast<std::size_t>(id)]; };
    text = file.substr(section(SectionId::text).offset, section(SectionId::text).size);
    entities = records<EntityRecord>(file, section(SectionId::entities));
    by_id = records<std::uint32_t>(file, section(SectionId::by_id));
    relations = records<RelationRecord>(file, section(SectionId::relations));
    relation_ends = records<RelationEndRecord>(file, section(SectionId::relation_ends));
    names = records<NameRecord>(file, section(SectionId::names));
    identifiers = records<IdentifierRecord>(file, section(SectionId::identifiers));
    words = records<WordRecord>(file, section(SectionId::words));
    postings = records<std::uint32_t>(file, section(SectionId::postings));
    deletions = records<DeletionRecord>(file, section(SectionId::deletions));
    buckets = records<std::uint32_t>(file, section(SectionId::buckets));
    if (buckets.size() != (std::size_t{1} << header.bucket_bits) + 1) return failure("index file is damaged");
    return {};
  }

  /// What one word of the query, or two run together, meets in the index.
  struct Meeting {
    std::int64_t gain;
    std::uint32_t word;
  };

  /// Collects the words whose key is like `key`. `joined`: the query's side is two words run together.
  void meet(std::string_view key, names::Kind kind, std::int32_t weight, bool joined, std::vector<Meeting>& meetings) const {
    meetings.clear();
    std::vector<std::uint32_t> found;
    const int depth = joined ? deletions_of_joined(key) : deletions_of_word(key);
    std::string buffer;
    for_each_deletion(key, depth, buffer, [&](std::string_view form) {
      const std::uint32_t hash = deletion_hash(form, kind);
      const std::uint32_t bucket = hash >> (32 - header.bucket_bits);
      for (std::uint32_t i = buckets[bucket]; i < buckets[bucket + 1]; ++i) {
        if (deletions[i].hash == hash) found.push_back(deletions[i].word);
      }
    });
    std::sort(found.begin(), found.end());
    found.erase(std::unique(found.begin(), found.end()), found.end());
    for (const std::uint32_t number : found) {
      const WordRecord& word = words[number];
      if (static_cast<names::Kind>(word.kind) != kind) continue;
      const std::string_view other = at(word.key);
      std::int32_t likeness = 0;
      if (joined && word.joined != 0) continue;
      if (joined || word.joined != 0) {
        likeness = names::compare_joined(key, other);
      } else if (key == other) {
        likeness = 1000;
      } else {
        const int limit = names::edits_allowed(std::min(key.size(), other.size()));
        const int edits = limit == 0 ? 1 : names::edit_distance(key, other, limit);
        if (limit > 0 && edits <= limit) likeness = names::edit_likeness(key, other, edits);
      }
      if (likeness > 0) meetings.push_back(Meeting{static_cast<std::int64_t>(weight + word.weight) * likeness, number});
    }
    std::sort(meetings.begin(), meetings.end(),
              [](const Meeting& a, const Meeting& b) { return a.gain != b.gain ? a.gain > b.gain : a.word < b.word; });
  }
};

Index::Index(std::unique_ptr<const Implementation> implementation) : implementation_(std::move(implementation)) {}
Index::Index(Index&&) noexcept = default;
Index& Index::operator=(Index&&) noexcept = default;
Index::~Index() = default;

Result<Index> Index::open(const std::string& path, std::string_view edition) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return failure(fmt::format("{}: cannot be opened: {}", path, std::strerror(errno)));
  struct stat about{};
  auto implementation = std::make_unique<Implementation>();
  if (::fstat(descriptor, &about) == 0 && about.st_size > 0) {
    implementation->mapped = static_cast<std::size_t>(about.st_size);
    void* mapping = ::mmap(nullptr, implementation->mapped, PROT_READ, MAP_SHARED | MAP_POPULATE, descriptor, 0);
    if (mapping != MAP_FAILED) {
      implementation->mapping = mapping;
      implementation->file = {static_cast<const char*>(mapping), implementation->mapped};
    }
  }
  ::close(descriptor);
  if (auto status = implementation->attach(edition); !status) return std::unexpected(status.error().in_file(path));
  return Index(std::move(implementation));
}

Result<Index> Index::from_bytes(std::string bytes, std::string_view edition) {
  auto implementation = std::make_unique<Implementation>();
  implementation->owned = std::move(bytes);
  implementation->file = implementation->owned;
  TAMGA_TRY_STATUS(implementation->attach(edition));
  return Index(std::move(implementation));
}

std::uint32_t Index::entity_count() const { return static_cast<std::uint32_t>(implementation_->entities.size()); }
std::uint32_t Index::name_count() const { return static_cast<std::uint32_t>(implementation_->names.size()); }
std::string_view Index::entity_id(std::uint32_t entity) const { return implementation_->at(implementation_->entities[entity].id); }
std::string_view Index::entity_schema(std::uint32_t entity) const { return implementation_->at(implementation_->entities[entity].schema); }

Entity Index::entity(std::uint32_t entity) const {
  const auto json = parse_json(implementation_->at(implementation_->entities[entity].json));
  TAMGA_CHECK(json.has_value());
  auto read = entity_from_json(*json);
  TAMGA_CHECK(read.has_value());
  return *std::move(read);
}

std::string_view Index::entity_json(std::uint32_t entity) const { return implementation_->at(implementation_->entities[entity].json); }

std::uint32_t Index::find_entity(std::string_view id) const {
  const auto& all = implementation_->by_id;
  const auto at = std::lower_bound(all.begin(), all.end(), id, [&](std::uint32_t entity, std::string_view key) { return entity_id(entity) < key; });
  return at != all.end() && entity_id(*at) == id ? *at : kNoEntity;
}

std::uint32_t Index::relation_count() const { return static_cast<std::uint32_t>(implementation_->relations.size()); }

RelationView Index::relation(std::uint32_t relation) const {
  const RelationRecord& record = implementation_->relations[relation];
  return RelationView{record.from, record.to, implementation_->at(record.schema), implementation_->at(record.json)};
}

std::vector<std::uint32_t> Index::relations_of(std::uint32_t entity) const {
  const auto& all = implementation_->relation_ends;
  auto at = std::lower_bound(all.begin(), all.end(), entity, [](const RelationEndRecord& end, std::uint32_t wanted) { return end.entity < wanted; });
  std::vector<std::uint32_t> result;
  for (; at != all.end() && at->entity == entity; ++at) result.push_back(at->relation);
  return result;
}

NameView Index::name(std::uint32_t name) const {
  const NameRecord& record = implementation_->names[name];
  return NameView{record.entity, implementation_->at(record.text), static_cast<NameQuality>(record.quality), static_cast<names::Kind>(record.kind)};
}

void Index::candidates(const names::Name& query, names::Score threshold, Scratch& scratch, std::vector<std::uint32_t>& out) const {
  const Implementation& index = *implementation_;
  if (scratch.seen.size() < index.names.size()) {
    scratch.seen.resize(index.names.size(), 0);
    scratch.last_word.resize(index.names.size(), 0);
    scratch.gain.resize(index.names.size(), 0);
  }
  if (++scratch.query == 0) {
    std::fill(scratch.seen.begin(), scratch.seen.end(), 0U);
    scratch.query = 1;
  }
  scratch.touched.clear();
  std::vector<Implementation::Meeting> meetings;
  std::uint32_t step = 0;
  const auto spread = [&] {
    ++step;
    for (const auto& meeting : meetings) {
      const WordRecord& word = index.words[meeting.word];
      for (const std::uint32_t name : index.postings.subspan(word.first_posting, word.postings)) {
        if (scratch.seen[name] != scratch.query) {
          scratch.seen[name] = scratch.query;
          scratch.gain[name] = 0;
          scratch.last_word[name] = 0;
          scratch.touched.push_back(name);
        }
        // The best meeting of this step comes first; a word is paired once.
        if (scratch.last_word[name] == step) continue;
        scratch.last_word[name] = step;
        scratch.gain[name] += meeting.gain;
      }
    }
  };
  std::int64_t initials = 0;
  for (std::size_t i = 0; i < query.words.size(); ++i) {
    const auto& word = query.words[i];
    initials += word.initial ? 1 : 0;
    index.meet(word.token.key, query.kind, word.weight, false, meetings);
    spread();
    if (i < query.joined_keys.size() && !query.joined_keys[i].empty()) {
      index.meet(query.joined_keys[i], query.kind, word.weight + query.words[i + 1].weight, true, meetings);
      spread();
    }
  }
  const auto first = static_cast<std::ptrdiff_t>(out.size());
  for (const std::uint32_t name : scratch.touched) {
    const NameRecord& record = index.names[name];
    const std::int64_t gain = scratch.gain[name] + (initials + record.initials) * kInitialGain;
    if (names::score_bound(gain, query.weight, record.weight, query.kind) >= threshold) out.push_back(name);
  }
  std::sort(out.begin() + first, out.end());
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
