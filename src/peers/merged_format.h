#pragma once

#include <array>
#include <cstdint>

#include "peers/merged.h"

/// The layout of a file of merged entities; shared by merged.cpp and merged_build.cpp only.
namespace tamga::peers {

/// Changes whenever the layout changes, or what is written of an entity: files of another version are made anew.
inline constexpr std::uint32_t kMergedVersion = 1;

enum class MergedSection : std::uint32_t {
  text,
  json,
  groups,
  entries,
  datasets,
  topics,
  countries,
  dataset_names,
  topic_names,
  country_names,
  schemata,
  places,
  first_place,
  ids,
  words,
  words_by_key,
  postings,
  count
};
inline constexpr std::size_t kMergedSections = static_cast<std::size_t>(MergedSection::count);

struct Merged::Header {
  std::array<char, 8> magic = {'T', 'A', 'M', 'G', 'A', 'P', 'E', '\n'};
  std::uint32_t version = kMergedVersion;
  std::uint32_t unused = 0;
  std::uint64_t checksum = 0;  ///< XXH3 of everything behind the header
  struct Section {
    std::uint64_t offset = 0;
    std::uint64_t size = 0;
  };
  std::array<Section, kMergedSections> sections{};
};

}  // namespace tamga::peers
