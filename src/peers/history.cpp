#include "peers/history.h"

#include <fmt/format.h>
#include <xxhash.h>

#include <algorithm>
#include <cstring>
#include <filesystem>

#include "base/files.h"
#include "lists/lists.h"

namespace tamga::peers {
namespace {

constexpr std::uint64_t kMagic = 0x31'4e'45'45'53'47'4d'54;  // "TMGSEEN1"

struct Header {
  std::uint64_t magic = kMagic;
  std::uint64_t checksum = 0;
  std::uint32_t days = 0;
  std::uint32_t records = 0;
};

std::uint64_t hash(std::string_view text) { return XXH3_64bits(text.data(), text.size()); }

std::uint64_t content_of(std::string_view json) {
  const std::uint64_t content = hash(index::without_place(json));
  return content == 0 ? 1 : content;
}

/// Which editions led to this one: an older one may be imported later.
std::uint64_t chain_of(std::uint64_t before, const store::StoredEdition& edition) {
  return hash(fmt::format("{:016x} {} {}", before, edition.id, edition.published));
}

std::string path_of(const app::Settings& settings, std::uint64_t chain) {
  return fmt::format("{}/index/seen-{:016x}.{}", settings.data, chain, index::kVersion);
}

}  // namespace

Result<History> History::of(const app::Settings& settings, store::Store& store, const std::vector<store::StoredEdition>& all,
                            const store::StoredEdition& edition, const index::Index& index) {
  std::vector<const store::StoredEdition*> series;
  for (const auto& other : all) {
    if (other.list != edition.list || other.part != edition.part || other.sample != edition.sample || !other.in_effect()) continue;
    series.push_back(&other);
    if (other.id == edition.id) break;
  }
  std::vector<std::uint64_t> chain;
  for (const auto* step : series) chain.push_back(chain_of(chain.empty() ? 0 : chain.back(), *step));
  History history;
  std::size_t next = series.size();
  while (next > 0 && !open(path_of(settings, chain[next - 1]), history)) --next;
  history.chain_ = chain.empty() ? 0 : chain.back();
  for (; next < series.size(); ++next) {
    const auto& step = *series[next];
    if (step.id == edition.id) {
      history.follow(read_index(index), step.published);
    } else {
      TAMGA_TRY(auto held, read_edition(store, step));
      history.follow(std::move(held), step.published);
    }
    std::error_code error;
    std::filesystem::create_directories(settings.data + "/index", error);
    static_cast<void>(write_file_atomically(path_of(settings, chain[next]), history.bytes()));
  }
  return history;
}

Seen History::find(std::string_view id) const {
  const std::uint64_t wanted = hash(id);
  const auto at =
      std::lower_bound(records_.begin(), records_.end(), wanted, [](const Record& record, std::uint64_t value) { return record.id < value; });
  if (at == records_.end() || at->id != wanted) return {};
  return Seen{days_[at->first], days_[at->changed]};
}

Result<std::vector<History::Held>> History::read_edition(store::Store& store, const store::StoredEdition& edition) {
  TAMGA_TRY(const auto files, store.edition_files(edition.id));
  TAMGA_TRY(const auto read, lists::reread(edition.format, files));
  std::vector<Held> held;
  for (const auto& entity : read.entities) held.push_back(Held{hash(entity.id), content_of(to_json(entity).dump())});
  return held;
}

std::vector<History::Held> History::read_index(const index::Index& index) {
  std::vector<Held> held;
  for (std::uint32_t entity = 0; entity < index.entity_count(); ++entity)
    held.push_back(Held{hash(index.entity_id(entity)), content_of(index.entity_json(entity))});
  return held;
}

void History::follow(std::vector<Held> held, const std::string& day) {
  std::sort(held.begin(), held.end(), [](const Held& a, const Held& b) { return a.id < b.id; });
  const auto today = static_cast<std::uint32_t>(days_.size());
  days_.push_back(day);
  std::vector<Record> merged;
  auto known = records_.begin();
  for (const auto& entry : held) {
    for (; known != records_.end() && known->id < entry.id; ++known) merged.push_back(Record{known->id, 0, known->first, known->changed});
    if (known == records_.end() || known->id != entry.id) {
      merged.push_back(Record{entry.id, entry.content, today, today});
      continue;
    }
    merged.push_back(Record{entry.id, entry.content, known->first, known->content == entry.content ? known->changed : today});
    ++known;
  }
  for (; known != records_.end(); ++known) merged.push_back(Record{known->id, 0, known->first, known->changed});
  records_ = std::move(merged);
}

std::string History::bytes() const {
  std::string body;
  for (const auto& day : days_) body += day;
  body.append(reinterpret_cast<const char*>(records_.data()), records_.size() * sizeof(Record));
  const Header header{kMagic, hash(body), static_cast<std::uint32_t>(days_.size()), static_cast<std::uint32_t>(records_.size())};
  std::string file(reinterpret_cast<const char*>(&header), sizeof(Header));
  return file + body;
}

bool History::open(const std::string& path, History& history) {
  constexpr std::size_t kDay = 10;
  const auto bytes = read_file(path);
  if (!bytes || bytes->size() < sizeof(Header)) return false;
  Header header;
  std::memcpy(&header, bytes->data(), sizeof(Header));
  const std::string_view body = std::string_view(*bytes).substr(sizeof(Header));
  if (header.magic != kMagic || body.size() != header.days * kDay + header.records * sizeof(Record) || hash(body) != header.checksum) return false;
  for (std::uint32_t day = 0; day < header.days; ++day) history.days_.emplace_back(body.substr(day * kDay, kDay));
  history.records_.resize(header.records);
  if (header.records > 0) std::memcpy(history.records_.data(), body.data() + header.days * kDay, header.records * sizeof(Record));
  for (const auto& record : history.records_) {
    if (record.first < header.days && record.changed < header.days) continue;
    history = History();
    return false;
  }
  return true;
}

}  // namespace tamga::peers
