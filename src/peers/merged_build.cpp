#include <fmt/format.h>
#include <xxhash.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <map>
#include <numeric>
#include <unordered_map>
#include <unordered_set>

#include "app/owners.h"
#include "base/files.h"
#include "base/json.h"
#include "base/sha256.h"
#include "lists/lists.h"
#include "peers/history.h"
#include "peers/merged.h"
#include "peers/merged_format.h"
#include "peers/vocabulary.h"
#include "text/tokens.h"

namespace tamga::peers {
namespace {

/// The lists whose ids are canonical before others': what others repeat stands first.
constexpr std::array<std::string_view, 10> kListOrder = {"un_sc_sanctions",      "us_ofac_sdn",       "us_ofac_cons",     "eu_fsf",
                                                         "eu_journal_sanctions", "gb_fcdo_sanctions", "gb_hmt_sanctions", "ch_seco_sanctions",
                                                         "us_trade_csl",         "us_bis_denied"};

std::size_t rank_of(std::string_view list) {
  return static_cast<std::size_t>(std::find(kListOrder.begin(), kListOrder.end(), list) - kListOrder.begin());
}

/// Groups of places, as a forest.
class Forest {
 public:
  explicit Forest(std::size_t size) : parent_(size) { std::iota(parent_.begin(), parent_.end(), 0U); }
  std::uint32_t root(std::uint32_t place) {
    while (parent_[place] != place) place = parent_[place] = parent_[parent_[place]];
    return place;
  }
  void join(std::uint32_t a, std::uint32_t b) {
    a = root(a);
    b = root(b);
    parent_[std::max(a, b)] = std::min(a, b);
  }

 private:
  std::vector<std::uint32_t> parent_;
};

/// Distinct names of something, numbered as they come.
class Names {
 public:
  std::uint16_t number(std::string_view name) {
    const auto [at, fresh] = numbers_.try_emplace(std::string(name), static_cast<std::uint16_t>(names_.size()));
    if (fresh) names_.emplace_back(name);
    return at->second;
  }
  [[nodiscard]] const std::vector<std::string>& all() const { return names_; }

 private:
  std::unordered_map<std::string, std::uint16_t> numbers_;
  std::vector<std::string> names_;
};

constexpr std::array<std::string_view, 6> kNameProperties = {"name", "alias", "weakAlias", "previousName", "abbreviation", "publishedName"};

bool is_name(std::string_view property) { return std::find(kNameProperties.begin(), kNameProperties.end(), property) != kNameProperties.end(); }

text::Use use_of(std::string_view schema) {
  if (schema_is_a(schema, "Person")) return text::Use::person;
  return schema_is_a(schema, "LegalEntity") ? text::Use::organisation : text::Use::other;
}

/// Day and time as the API writes it; null when it is not known.
void append_time(std::string& out, std::string_view key, std::string_view day) {
  fmt::format_to(std::back_inserter(out), ",\"{}\":", key);
  if (day.empty() || day.front() == '\0') {
    out += "null";
  } else {
    fmt::format_to(std::back_inserter(out), "\"{}T00:00:00\"", day);
  }
}

void append_strings(std::string& out, const std::vector<std::string>& values) {
  out += '[';
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (i > 0) out += ',';
    append_json_string(out, values[i]);
  }
  out += ']';
}

}  // namespace

class MergedBuilder {
 public:
  MergedBuilder(const app::Screener& screener, std::vector<History> histories, std::vector<std::string> last_days)
      : screener_(screener), histories_(std::move(histories)), last_days_(std::move(last_days)) {}

  std::string build() {
    find_groups();
    for (const auto& group : groups_) add_group(group);
    records_.push_back(end());
    return file();
  }

 private:
  using TextRange = Merged::TextRange;

  [[nodiscard]] std::span<const match::LoadedEdition> editions() const { return screener_.searchable(); }
  [[nodiscard]] std::string_view id_of(Entry entry) const { return editions()[entry.edition].index->entity_id(entry.entity); }

  void find_groups() {
    for (const auto& edition : editions()) {
      first_place_.push_back(static_cast<std::uint32_t>(entry_of_.size()));
      for (std::uint32_t entity = 0; entity < edition.index->entity_count(); ++entity)
        entry_of_.push_back(Entry{static_cast<std::uint32_t>(first_place_.size() - 1), entity});
    }
    Forest forest(entry_of_.size());
    std::unordered_map<std::string_view, std::uint32_t> by_id;
    for (std::uint32_t place = 0; place < entry_of_.size(); ++place) {
      const Entry entry = entry_of_[place];
      // An id is unique over all lists: the same one again is the same entity.
      if (const auto [at, fresh] = by_id.try_emplace(id_of(entry), place); !fresh) forest.join(at->second, place);
      if (editions().size() < 2) continue;
      for (const auto& linked : screener_.links().of(identity::Member{entry.edition, entry.entity})) {
        if (!linked.certain) break;
        forest.join(place, first_place_[linked.member.source] + linked.member.entity);
      }
    }
    std::unordered_map<std::uint32_t, std::uint32_t> number_of;
    for (std::uint32_t place = 0; place < entry_of_.size(); ++place) {
      const auto [at, fresh] = number_of.try_emplace(forest.root(place), static_cast<std::uint32_t>(groups_.size()));
      if (fresh) groups_.emplace_back();
      groups_[at->second].push_back(entry_of_[place]);
    }
    const auto before = [&](const Entry& a, const Entry& b) {
      const auto key = [&](const Entry& entry) {
        const auto& edition = editions()[entry.edition];
        return std::tuple(rank_of(edition.list), std::string_view(edition.list), id_of(entry), entry.edition);
      };
      return key(a) < key(b);
    };
    for (auto& group : groups_) std::sort(group.begin(), group.end(), before);
    // Whatever the order of editions, an entity stands where its id stands.
    std::sort(groups_.begin(), groups_.end(), [&](const auto& a, const auto& b) { return id_of(a.front()) < id_of(b.front()); });
  }

  Merged::GroupRecord end() const {
    Merged::GroupRecord record;
    record.json_offset = json_.size();
    record.first_entry = static_cast<std::uint32_t>(entries_.size());
    record.first_dataset = static_cast<std::uint32_t>(datasets_.size());
    record.first_topic = static_cast<std::uint32_t>(topics_.size());
    record.first_country = static_cast<std::uint32_t>(countries_.size());
    return record;
  }

  void add_group(const std::vector<Entry>& group) {
    Merged::GroupRecord record = end();
    const auto number = static_cast<std::uint32_t>(records_.size());
    std::string schema;
    std::string caption;
    std::map<std::string, std::vector<std::string>> properties;
    std::vector<std::string> datasets;
    std::vector<std::string> referents;
    const auto add_once = [](std::vector<std::string>& values, std::string_view value) {
      if (!value.empty() && std::find(values.begin(), values.end(), value) == values.end()) values.emplace_back(value);
    };
    std::string first;
    std::string last;
    std::string changed;
    for (const Entry& entry : group) {
      const auto& edition = editions()[entry.edition];
      const Entity entity = edition.index->entity(entry.entity);
      entries_.push_back(entry);
      ids_.emplace_back(entity.id, std::pair(number, entry));
      if (caption.empty()) caption = entity.caption;
      // The one that says most: a company of what another list calls a legal entity.
      if (schema.empty() || (schema != entity.schema && schema_known(schema) && schema_is_a(entity.schema, schema))) schema = entity.schema;
      if (entity.id != id_of(group.front())) add_once(referents, entity.id);
      add_once(datasets, edition.list);
      for (const auto& dataset : entity.datasets) add_once(datasets, dataset);
      for (const auto& property : entity.properties) {
        auto& values = properties[property.name];
        for (const auto& value : property.values) add_once(values, value);
      }
      for (const auto& designation : entity.designations) {
        add_once(properties["program"], designation.annex.empty() ? designation.program : designation.program + " " + designation.annex);
        for (const auto topic : topics_of(edition.list, designation)) add_once(properties["topics"], topic);
      }
      const Seen seen = histories_[entry.edition].find(entity.id);
      if (!seen.first.empty() && (first.empty() || seen.first < first)) first = seen.first;
      if (seen.changed > changed) changed = seen.changed;
      last = std::max(last, last_days_[entry.edition]);
      add_words(entity, number);
    }
    std::erase_if(properties, [](const auto& property) { return property.second.empty(); });
    if (const auto topics = properties.find("topics"); topics != properties.end()) std::sort(topics->second.begin(), topics->second.end());
    std::sort(datasets.begin(), datasets.end());
    std::sort(referents.begin(), referents.end());

    for (const auto& dataset : datasets) datasets_.push_back(dataset_names_.number(dataset));
    if (const auto topics = properties.find("topics"); topics != properties.end()) {
      for (const auto& topic : topics->second) topics_.push_back(topic_names_.number(topic));
    }
    std::vector<std::string> countries;
    for (const auto& [name, values] : properties) {
      const auto* property = find_property(name);
      if (property == nullptr || property->type != Type::country) continue;
      for (const auto& value : values) add_once(countries, value);
    }
    for (const auto& country : countries) countries_.push_back(country_names_.number(country));
    record.id = keep(id_of(group.front()));
    record.caption = keep(caption);
    record.schema = schemata_.number(schema);
    const auto put_day = [](char(&into)[Merged::kDay], std::string_view day) {
      if (day.size() == Merged::kDay) std::copy(day.begin(), day.end(), into);
    };
    put_day(record.first_seen, first);
    put_day(record.last_seen, last);
    put_day(record.last_change, changed);
    records_.push_back(record);

    json_ += "{\"id\":";
    append_json_string(json_, id_of(group.front()));
    json_ += ",\"caption\":";
    append_json_string(json_, caption);
    json_ += ",\"schema\":";
    append_json_string(json_, schema);
    json_ += ",\"properties\":{";
    bool comma = false;
    for (const auto& [name, values] : properties) {
      if (comma) json_ += ',';
      comma = true;
      append_json_string(json_, name);
      json_ += ':';
      append_strings(json_, values);
    }
    json_ += "},\"datasets\":";
    append_strings(json_, datasets);
    json_ += ",\"referents\":";
    append_strings(json_, referents);
    json_ += ",\"target\":";
    json_ += topics_.size() > record.first_topic ? "true" : "false";
    append_time(json_, "first_seen", first);
    append_time(json_, "last_seen", last);
    append_time(json_, "last_change", changed);
    json_ += '}';
  }

  void add_words(const Entity& entity, std::uint32_t number) {
    for (const auto& property : entity.properties) {
      if (is_name(property.name)) {
        for (const auto& value : property.values) {
          text::read(value, use_of(entity.schema), readings_);
          for (std::size_t reading = 0; reading < readings_.count; ++reading) {
            const auto& tokens = readings_.tokens[reading];
            const auto words = static_cast<std::uint8_t>(std::min<std::size_t>(tokens.size(), Merged::kNoName - 1));
            for (const auto& token : tokens) add_word(token, number, words);
          }
        }
        continue;
      }
      const auto* known = find_property(property.name);
      if (known == nullptr || (known->type != Type::identifier && known->type != Type::address)) continue;
      for (const auto& value : property.values) {
        text::read(value, text::Use::other, readings_);
        for (const auto& token : readings_.tokens[0]) add_word(token, number, Merged::kNoName);
      }
    }
  }

  void add_word(const text::Token& token, std::uint32_t group, std::uint8_t name_words) {
    auto& word = words_[token.latin];
    word.key = token.key;
    // Entities come in order, so the last posting is this entity's or an earlier one's.
    if (!word.postings.empty() && word.postings.back() >> 8 == group) {
      word.postings.back() = group << 8 | std::min<std::uint32_t>(word.postings.back() & 0xff, name_words);
    } else {
      word.postings.push_back(group << 8 | name_words);
    }
  }

  TextRange keep(std::string_view text) {
    const TextRange range{static_cast<std::uint32_t>(text_.size()), static_cast<std::uint32_t>(text.size())};
    text_ += text;
    return range;
  }

  std::vector<TextRange> keep_all(const Names& names) {
    std::vector<TextRange> ranges;
    for (const auto& name : names.all()) ranges.push_back(keep(name));
    return ranges;
  }

  std::string file() {
    std::vector<std::uint32_t> places(entry_of_.size());
    for (std::uint32_t group = 0; group < groups_.size(); ++group) {
      for (const auto& entry : groups_[group]) places[first_place_[entry.edition] + entry.entity] = group;
    }
    std::stable_sort(ids_.begin(), ids_.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    std::vector<Merged::IdRecord> ids;
    for (const auto& [id, where] : ids_) {
      if (!ids.empty() && std::string_view(text_).substr(ids.back().id.offset, ids.back().id.size) == id) continue;
      ids.push_back(Merged::IdRecord{keep(id), where.first, where.second});
    }
    std::vector<const std::pair<const std::string, Word>*> sorted;
    for (const auto& word : words_) sorted.push_back(&word);
    std::sort(sorted.begin(), sorted.end(), [](const auto* a, const auto* b) { return a->first < b->first; });
    std::vector<Merged::WordRecord> words;
    std::vector<std::uint32_t> postings;
    for (const auto* word : sorted) {
      const TextRange latin = keep(word->first);
      words.push_back(
          Merged::WordRecord{latin, word->second.key == word->first ? latin : keep(word->second.key), static_cast<std::uint32_t>(postings.size())});
      postings.insert(postings.end(), word->second.postings.begin(), word->second.postings.end());
    }
    std::vector<std::uint32_t> by_key(words.size());
    std::iota(by_key.begin(), by_key.end(), 0U);
    std::sort(by_key.begin(), by_key.end(), [&](std::uint32_t a, std::uint32_t b) {
      return std::tie(sorted[a]->second.key, sorted[a]->first) < std::tie(sorted[b]->second.key, sorted[b]->first);
    });
    words.push_back(Merged::WordRecord{{}, {}, static_cast<std::uint32_t>(postings.size())});
    const auto dataset_names = keep_all(dataset_names_);
    const auto topic_names = keep_all(topic_names_);
    const auto country_names = keep_all(country_names_);
    const auto schemata = keep_all(schemata_);

    Merged::Header header;
    std::string file(sizeof(Merged::Header), '\0');
    const auto put = [&](MergedSection id, const auto& values) {
      file.resize((file.size() + 7) / 8 * 8);
      const std::size_t bytes = values.size() * sizeof(values[0]);
      header.sections[static_cast<std::size_t>(id)] = {file.size(), bytes};
      if (bytes > 0) file.append(reinterpret_cast<const char*>(values.data()), bytes);
    };
    put(MergedSection::text, text_);
    put(MergedSection::json, json_);
    put(MergedSection::groups, records_);
    put(MergedSection::entries, entries_);
    put(MergedSection::datasets, datasets_);
    put(MergedSection::topics, topics_);
    put(MergedSection::countries, countries_);
    put(MergedSection::dataset_names, dataset_names);
    put(MergedSection::topic_names, topic_names);
    put(MergedSection::country_names, country_names);
    put(MergedSection::schemata, schemata);
    put(MergedSection::places, places);
    put(MergedSection::first_place, first_place_);
    put(MergedSection::ids, ids);
    put(MergedSection::words, words);
    put(MergedSection::words_by_key, by_key);
    put(MergedSection::postings, postings);
    header.checksum = XXH3_64bits(file.data() + sizeof(Merged::Header), file.size() - sizeof(Merged::Header));
    std::memcpy(file.data(), &header, sizeof(Merged::Header));
    return file;
  }

  struct Word {
    std::string key;
    std::vector<std::uint32_t> postings;
  };

  const app::Screener& screener_;
  std::vector<History> histories_;      ///< by edition
  std::vector<std::string> last_days_;  ///< by edition: the last day on which its authority still gave it
  std::vector<Entry> entry_of_;         ///< by place
  std::vector<std::uint32_t> first_place_;
  std::vector<std::vector<Entry>> groups_;
  std::vector<Merged::GroupRecord> records_;
  std::vector<Entry> entries_;
  std::vector<std::uint16_t> datasets_;
  std::vector<std::uint16_t> topics_;
  std::vector<std::uint16_t> countries_;
  Names dataset_names_;
  Names topic_names_;
  Names country_names_;
  Names schemata_;
  std::string text_;
  std::string json_;
  std::vector<std::pair<std::string, std::pair<std::uint32_t, Entry>>> ids_;
  std::unordered_map<std::string, Word> words_;
  text::Readings readings_;
};

Result<std::shared_ptr<const Merged>> Merged::open(const app::Settings& settings, const app::Screener& screener) {
  TAMGA_TRY(auto store, store::Store::open_existing(settings.place()));
  TAMGA_TRY(const auto all, app::list_editions_of(store));
  std::vector<History> histories;
  std::vector<std::string> last_days;
  std::string basis;
  for (const auto& edition : screener.editions()) {
    const auto stored = std::find_if(all.begin(), all.end(), [&](const store::StoredEdition& other) {
      return other.list == edition.loaded.list && other.part == edition.loaded.part && other.id == edition.loaded.edition;
    });
    if (stored == all.end()) return failure(fmt::format("the store holds the edition {} of {} no more", edition.loaded.edition, edition.loaded.list));
    TAMGA_TRY(auto history, History::of(settings, store, all, *stored, *edition.loaded.index));
    histories.push_back(std::move(history));
    last_days.push_back(edition.confirmed.empty() ? edition.loaded.published : edition.confirmed);
    basis += fmt::format("{} {} {} {} {:016x}\n", edition.loaded.list, edition.loaded.part, edition.loaded.edition, last_days.back(),
                         histories.back().chain());
  }
  const std::string path = fmt::format("{}/index/peers-{}.{}-{}", settings.data, sha256_hex(basis).substr(0, 32), index::kVersion, kMergedVersion);
  if (auto mapped = MappedFile::open(path)) {
    if (auto merged = from_file(*std::move(mapped))) return merged;
  }
  std::string bytes = MergedBuilder(screener, std::move(histories), std::move(last_days)).build();
  // A folder that cannot be written costs this again the next time, and the memory.
  if (write_file_atomically(path, bytes)) {
    if (auto mapped = MappedFile::open(path)) {
      if (auto merged = from_file(*std::move(mapped))) return merged;
    }
  }
  return from_bytes(std::move(bytes));
}

}  // namespace tamga::peers
