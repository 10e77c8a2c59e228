#include "peers/merged.h"

#include <xxhash.h>

#include <algorithm>
#include <cstring>

#include "names/distance.h"
#include "peers/merged_format.h"

namespace tamga::peers {

std::optional<std::uint16_t> Merged::find_name(std::span<const TextRange> names, std::string_view name) const {
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (at(names[i]) == name) return static_cast<std::uint16_t>(i);
  }
  return {};
}

const Merged::IdRecord* Merged::find_id(std::string_view id) const {
  const auto found =
      std::lower_bound(ids_.begin(), ids_.end(), id, [&](const IdRecord& record, std::string_view wanted) { return at(record.id) < wanted; });
  return found != ids_.end() && at(found->id) == id ? &*found : nullptr;
}

std::optional<std::uint32_t> Merged::find(std::string_view id) const {
  const auto* record = find_id(id);
  return record == nullptr ? std::optional<std::uint32_t>() : record->group;
}

std::optional<Entry> Merged::find_entry(std::string_view id) const {
  const auto* record = find_id(id);
  return record == nullptr ? std::optional<Entry>() : record->entry;
}

std::span<const Entry> Merged::entries(std::uint32_t entity) const { return part(entries_, &GroupRecord::first_entry, entity); }

std::string_view Merged::json(std::uint32_t entity) const {
  return json_.substr(groups_[entity].json_offset, groups_[entity + 1].json_offset - groups_[entity].json_offset);
}

void Merged::each_standing(const WordRecord& word, const std::function<void(Standing)>& each) const {
  const std::uint32_t end = (&word + 1)->first_posting;
  for (std::uint32_t i = word.first_posting; i < end; ++i) each(Standing{postings_[i] >> 8, static_cast<std::uint8_t>(postings_[i] & 0xff)});
}

void Merged::find_word(std::string_view latin, std::string_view key, Like like, const std::function<void(Standing)>& each) const {
  const auto words = words_.first(words_.size() - 1);
  const auto by_latin = [&](const WordRecord& word, std::string_view wanted) { return at(word.latin) < wanted; };
  if (like == Like::prefix) {
    for (auto word = std::lower_bound(words.begin(), words.end(), latin, by_latin); word != words.end() && at(word->latin).starts_with(latin); ++word)
      each_standing(*word, each);
    return;
  }
  if (like == Like::near) {
    const int edits = latin.size() < 3 ? 0 : latin.size() < 6 ? 1 : 2;
    const auto near = [&](std::string_view a, std::string_view b) {
      if (a.size() > b.size() + static_cast<std::size_t>(edits) || b.size() > a.size() + static_cast<std::size_t>(edits)) return false;
      return a == b || (edits > 0 && names::edit_distance(a, b, edits) <= edits);
    };
    for (const auto& word : words) {
      if (near(latin, at(word.latin)) || near(key, at(word.key))) each_standing(word, each);
    }
    return;
  }
  const auto first = std::lower_bound(words_by_key_.begin(), words_by_key_.end(), key,
                                      [&](std::uint32_t word, std::string_view wanted) { return at(words_[word].key) < wanted; });
  for (auto word = first; word != words_by_key_.end() && at(words_[*word].key) == key; ++word) each_standing(words_[*word], each);
}

Status Merged::attach(std::string_view file) {
  Header header;
  const auto damaged = [] { return failure("the file of merged entities is damaged or of another version"); };
  if (file.size() < sizeof(Header)) return damaged();
  std::memcpy(&header, file.data(), sizeof(Header));
  const std::string_view sections = file.substr(sizeof(Header));
  if (header.magic != Header{}.magic || header.version != kMergedVersion || XXH3_64bits(sections.data(), sections.size()) != header.checksum)
    return damaged();
  bool sound = true;
  const auto bytes = [&](MergedSection id) {
    const auto& section = header.sections[static_cast<std::size_t>(id)];
    if (section.offset > file.size() || section.size > file.size() - section.offset || section.offset % 8 != 0) {
      sound = false;
      return std::string_view();
    }
    return file.substr(section.offset, section.size);
  };
  const auto array = [&]<typename Value>(MergedSection id, std::span<const Value>& into) {
    const auto part = bytes(id);
    if (part.size() % sizeof(Value) != 0) sound = false;
    into = std::span(reinterpret_cast<const Value*>(part.data()), part.size() / sizeof(Value));
  };
  text_ = bytes(MergedSection::text);
  json_ = bytes(MergedSection::json);
  array(MergedSection::groups, groups_);
  array(MergedSection::entries, entries_);
  array(MergedSection::datasets, datasets_);
  array(MergedSection::topics, topics_);
  array(MergedSection::countries, countries_);
  array(MergedSection::dataset_names, dataset_names_);
  array(MergedSection::topic_names, topic_names_);
  array(MergedSection::country_names, country_names_);
  array(MergedSection::schemata, schemata_);
  array(MergedSection::places, places_);
  array(MergedSection::first_place, first_place_);
  array(MergedSection::ids, ids_);
  array(MergedSection::words, words_);
  array(MergedSection::words_by_key, words_by_key_);
  array(MergedSection::postings, postings_);
  // What stands inside is ours, and the checksum says that it is whole.
  if (!sound || groups_.empty() || words_.empty()) return damaged();
  return {};
}

Result<std::shared_ptr<const Merged>> Merged::from_file(MappedFile mapped) {
  auto merged = std::make_shared<Merged>();
  merged->mapped_ = std::move(mapped);
  TAMGA_TRY_STATUS(merged->attach(merged->mapped_.bytes()));
  return merged;
}

Result<std::shared_ptr<const Merged>> Merged::from_bytes(std::string bytes) {
  auto merged = std::make_shared<Merged>();
  merged->owned_ = std::move(bytes);
  TAMGA_TRY_STATUS(merged->attach(merged->owned_));
  return merged;
}

}  // namespace tamga::peers
