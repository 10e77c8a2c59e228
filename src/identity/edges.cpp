#include "identity/edges.h"

#include <xxhash.h>

#include <algorithm>

namespace tamga::identity {
namespace {

/// A value that two records must share to be linked at all. Values that meet by chance only cost a comparison.
struct Key {
  std::uint64_t hash = 0;
  std::uint32_t record = 0;
  auto operator<=>(const Key&) const = default;
};

class Keys {
 public:
  explicit Keys(std::uint32_t record, std::vector<Key>& into) : record_(record), into_(into) {}
  void add(std::uint8_t kind, std::string_view text) { into_.push_back(Key{XXH3_64bits_withSeed(text.data(), text.size(), kind), record_}); }

 private:
  std::uint32_t record_;
  std::vector<Key>& into_;
};

void add_keys(const Record& record, Keys keys) {
  for (const auto& reference : record.references) keys.add(static_cast<std::uint8_t>(reference.in), reference.value);
  for (const auto& identifier : record.identifiers) keys.add(static_cast<std::uint8_t>(16 + static_cast<int>(identifier.scheme)), identifier.value);
  if (record.kind == names::Kind::person) {
    for (const auto& date : record.birth_dates) keys.add(64, date);
  }
  for (const auto& name : record.names) {
    if (name.words >= 2) keys.add(65, name.key);
  }
}

}  // namespace

std::uint32_t Records::source_of(std::uint32_t record) const {
  return static_cast<std::uint32_t>(std::upper_bound(begin.begin(), begin.end(), record) - begin.begin() - 1);
}

Records read_records(std::span<const Source> sources) {
  Records records;
  for (const auto& source : sources) {
    const auto first = static_cast<std::uint32_t>(records.all.size());
    records.begin.push_back(first);
    if (source.index != nullptr) {
      for (std::uint32_t i = 0; i < source.index->entity_count(); ++i) records.all.push_back(record_of(source.list, source.index->entity(i)));
      for (std::uint32_t i = 0; i < source.index->name_count(); ++i) {
        const auto name = source.index->name(i);
        if (name.quality != NameQuality::weak) add_name(records.all[first + name.entity], name.text);
      }
    } else {
      for (const auto& entity : source.entities) {
        Record record = record_of(source.list, entity);
        add_names(record, entity);
        records.all.push_back(std::move(record));
      }
    }
  }
  records.begin.push_back(static_cast<std::uint32_t>(records.all.size()));
  return records;
}

Edges find_edges(const Records& records) {
  std::vector<Key> keys;
  for (std::uint32_t i = 0; i < records.all.size(); ++i) add_keys(records.all[i], Keys(i, keys));
  std::sort(keys.begin(), keys.end());
  keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
  std::vector<std::pair<std::uint32_t, std::uint32_t>> pairs;
  Edges result;
  for (std::size_t begin = 0; begin < keys.size();) {
    std::size_t end = begin + 1;
    while (end < keys.size() && keys[end].hash == keys[begin].hash) ++end;
    if (end - begin > kBucketMax) {
      ++result.skipped;
    } else {
      for (std::size_t i = begin; i < end; ++i) {
        for (std::size_t j = i + 1; j < end; ++j) pairs.emplace_back(keys[i].record, keys[j].record);
      }
    }
    begin = end;
  }
  std::sort(pairs.begin(), pairs.end());
  pairs.erase(std::unique(pairs.begin(), pairs.end()), pairs.end());
  for (const auto& [a, b] : pairs) {
    if (auto evidence = judge(records.all[a], records.all[b])) result.edges.push_back(Edge{a, b, *std::move(evidence)});
  }
  return result;
}

std::vector<Settled> settle(const Records& records, std::span<const Edge> edges) {
  // How many candidates a record has in a source, names that contradict a number or reference left aside.
  const auto counts = [](const Evidence& evidence) { return evidence.standing != Standing::possible || evidence.rule >= Rule::name_and_day; };
  std::vector<std::pair<std::uint32_t, std::uint32_t>> candidates;
  for (const auto& edge : edges) {
    if (!counts(edge.evidence)) continue;
    candidates.emplace_back(edge.a, records.source_of(edge.b));
    candidates.emplace_back(edge.b, records.source_of(edge.a));
  }
  std::sort(candidates.begin(), candidates.end());
  const auto only_one = [&](std::uint32_t record, std::uint32_t source) {
    const auto [first, last] = std::equal_range(candidates.begin(), candidates.end(), std::pair(record, source));
    return last - first == 1;
  };
  std::vector<Settled> settled;
  for (std::uint32_t i = 0; i < edges.size(); ++i) {
    const Edge& edge = edges[i];
    const auto source_a = records.source_of(edge.a);
    const auto source_b = records.source_of(edge.b);
    if (source_a == source_b && edge.evidence.rule > Rule::document) continue;
    const bool only = only_one(edge.a, source_b) && only_one(edge.b, source_a);
    switch (edge.evidence.standing) {
      case Standing::certain: settled.push_back({i, true}); break;
      case Standing::certain_if_only_one: settled.push_back({i, only}); break;
      case Standing::possible: settled.push_back({i, false}); break;
      case Standing::possible_if_only_one:
        if (only) settled.push_back({i, false});
        break;
    }
  }
  return settled;
}

}  // namespace tamga::identity
