#include "app/owners.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <map>
#include <thread>

#include "app/editions.h"
#include "app/rules.h"
#include "base/ascii.h"
#include "base/files.h"
#include "base/sha256.h"
#include "clear/network.h"
#include "match/name_key.h"
#include "ownership/network_control.h"
#include "ownership/signs.h"

namespace tamga::app {
namespace {

namespace fs = std::filesystem;
using ownership::Holding;

constexpr std::size_t kRemarksMax = 1000;
/// A register of a whole country is some gigabytes; beyond this it is more likely a bomb.
constexpr FileLimits kRegisterLimits{std::size_t{4} << 30, 1000};

/// "Shygys Family Trust", "Траст Восток": the word by itself.
bool names_a_trust(std::string_view name) {
  const std::string lower = lower_ascii(name);
  for (const std::string_view word : {"trust", "trustees", "траст", "Траст", "treuhand"}) {
    for (std::size_t at = lower.find(word); at != std::string::npos; at = lower.find(word, at + 1)) {
      const auto letter = [&](std::size_t i) { return i < lower.size() && ((lower[i] >= 'a' && lower[i] <= 'z') || (lower[i] & 0x80) != 0); };
      if ((at == 0 || !letter(at - 1)) && !letter(at + word.size())) return true;
    }
  }
  return false;
}

/// Puts what a register's files say into the graph.
class Collector : public registers::Sink {
 public:
  Collector(ownership::GraphBuilder& builder, const names::Model& model) : builder_(builder), reader_(model) {}

  void begin(const std::string& file, const std::string& source) {
    file_ = file;
    source_ = source;
    default_source_ = builder_.source(source);
  }

  void party(const registers::PartyRecord& record) override {
    const std::uint32_t number = known(record.id);
    ownership::GraphBuilder::Description description;
    description.name = record.name;
    description.schema = record.schema;
    description.country = record.country;
    // Tables have no column for it, and a schema that FollowTheMoney has not.
    description.arrangement = record.arrangement || record.schema == "Trust" || names_a_trust(record.name.empty() ? record.id : record.name);
    if (record.schema == "Trust") description.schema = "LegalEntity";
    if (!record.name.empty()) description.name_key = match::name_key(record.name, reader_);
    builder_.describe(number, description);
    for (const auto& identifier : record.identifiers) builder_.identify(number, identifier);
  }

  void holding(const registers::HoldingRecord& record) override {
    Holding row;
    row.owner = known(record.owner);
    row.asset = known(record.asset);
    row.kind = record.kind;
    row.set_share(ownership::Range::of(record.share));
    if (record.directness == ownership::Directness::indirect) row.flags |= Holding::kIndirect;
    if (record.from) row.from = ownership::day_of(*record.from);
    if (record.to) row.to = ownership::day_of(*record.to);
    row.line = static_cast<std::uint32_t>(std::min<std::uint64_t>(record.line, UINT32_MAX));
    row.sources = record.source.empty() || record.source == source_ ? default_source_ : source(record.source);
    builder_.hold(row);
    ++holdings;
  }

  void remark(registers::Remark remark) override {
    ++remarks_total;
    if (remarks.size() < kRemarksMax) remarks.push_back({file_, std::move(remark)});
  }

  std::vector<RegisterRemark> remarks;
  std::int64_t remarks_total = 0;
  std::int64_t holdings = 0;
  std::uint32_t parties = 0;

 private:
  /// The party of an id. One that no register describes is found by its id as a name.
  std::uint32_t known(std::string_view id) {
    const std::uint32_t number = builder_.party(id);
    if (number >= parties) {
      parties = number + 1;
      if (id.find(':') == std::string_view::npos) {
        builder_.find_by_name(number, match::name_key(id, reader_));
        if (names_a_trust(id)) {
          ownership::GraphBuilder::Description trust;
          trust.arrangement = true;
          builder_.describe(number, trust);
        }
      }
    }
    return number;
  }

  std::uint16_t source(std::string_view name) {
    // Rows of one source come together.
    if (name != last_source_) {
      last_source_ = name;
      last_number_ = builder_.source(name);
    }
    return last_number_;
  }

  ownership::GraphBuilder& builder_;
  names::Reader reader_;
  std::string file_;
  std::string source_;
  std::uint16_t default_source_ = 0;
  std::string last_source_;
  std::uint16_t last_number_ = 0;
};

/// Reads for what a file says of itself alone.
class FirstLook : public registers::Sink {
 public:
  void party(const registers::PartyRecord& /*record*/) override {}
  void holding(const registers::HoldingRecord& /*record*/) override {}
  void remark(registers::Remark /*remark*/) override {}
};

/// A file's name without its folder, its endings and a date in it: what a register is called when nothing else says.
std::string stem_of(const std::string& path) {
  std::string name = fs::path(path).filename().string();
  for (const std::string_view ending : {".gz", ".zst", ".zip", ".csv", ".jsonl", ".json", ".xml", ".ftm", ".bods"}) {
    if (name.size() > ending.size() && name.ends_with(ending)) name.resize(name.size() - ending.size());
  }
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  const auto at = std::find_if(name.begin(), name.end(), digit);
  // "owners-2026-01" is "owners"; "x11" keeps its number.
  if (name.end() - at >= 6 && at != name.begin() && std::all_of(at, name.end(), [&](char c) { return digit(c) || c == '-' || c == '_'; })) {
    name.erase(at, name.end());
  }
  while (name.size() > 1 && (name.back() == '-' || name.back() == '_' || name.back() == '.')) name.pop_back();
  return name;
}

/// The files of one register and day.
struct Group {
  std::string source;
  std::string published;
  std::string dated_by;
  std::string format;
  std::vector<NamedBytes> files;
};

/// The files by register and day. A file that is not told both is read to its end for them, since its newest date may stand there.
Result<std::vector<Group>> group_files(std::vector<NamedBytes> files, const OwnersImportOptions& options, const std::string& imported_at) {
  std::map<std::pair<std::string, std::string>, Group> groups;
  for (auto& file : files) {
    const auto format = registers::recognise(file);
    if (!format) {
      return bad_input_in(
          file.name, 1,
          "is no ownership register that Tamga reads: BODS 0.4 statements, FollowTheMoney JSON lines, GLEIF records, or a CSV with the "
          "columns owner, asset and share");
    }
    Group group;
    group.source = options.source;
    if (group.source.empty() && *format == registers::Format::gleif) group.source = "gleif";
    registers::FileSummary summary;
    if (*format == registers::Format::csv) {
      // A plain table says nothing of itself.
      if (const auto date = date_in_name(file.name)) summary.published = date->text();
    } else if (group.source.empty() || options.published.empty()) {
      FirstLook look;
      TAMGA_TRY(summary, registers::read(file, look));
    }
    if (group.source.empty()) group.source = summary.publisher.empty() ? stem_of(file.name) : summary.publisher;
    for (char& c : group.source) {
      if (c == '\n' || c == '\t') c = ' ';
    }
    group.published = !options.published.empty() ? options.published : summary.published;
    group.dated_by = !options.published.empty() ? "--published" : "the file";
    if (group.published.empty()) {
      group.published = imported_at.substr(0, 10);
      group.dated_by = "the import";
    }
    group.format = registers::format_name(*format);
    auto& into = groups.try_emplace({group.source, group.published}, group).first->second;
    if (into.format != group.format) into.format = "several";
    into.files.push_back(std::move(file));
  }
  std::vector<Group> result;
  for (auto& [key, group] : groups) result.push_back(std::move(group));
  return result;
}

std::string edition_id(const std::vector<NamedBytes>& files) {
  if (files.size() == 1) return content_address(files.front().bytes);
  std::vector<std::string> hashes;
  for (const auto& file : files) hashes.push_back(content_address(file.bytes));
  std::sort(hashes.begin(), hashes.end());
  return content_address(fmt::format("{}", fmt::join(hashes, "\n")));
}

/// What the graph is made of: the editions and how names are read.
std::string content_of(const std::vector<store::StoredEdition>& editions, const names::Model& model) {
  std::string content = fmt::format("names {:016x}\n", model.reading_fingerprint());
  for (const auto& edition : editions) content += fmt::format("{} {}\n", edition.part, edition.id);
  return content;
}

std::string graph_path(const Settings& settings, std::string_view content) {
  return fmt::format("{}/ownership/{}", settings.data, sha256_hex(content).substr(0, 32));
}

/// Graphs are made again when they are needed; the last few stay.
void prune_graphs(const Settings& settings) {
  constexpr std::size_t kKept = 3;
  std::error_code error;
  std::vector<std::pair<fs::file_time_type, fs::path>> all;
  for (const auto& entry : fs::directory_iterator(fs::path(settings.data) / "ownership", error)) {
    if (entry.is_regular_file(error)) all.emplace_back(entry.last_write_time(error), entry.path());
  }
  std::sort(all.rbegin(), all.rend());
  for (std::size_t i = kKept; i < all.size(); ++i) fs::remove(all[i].second, error);
}

Status write_graph(const Settings& settings, std::string_view content, std::string_view bytes) {
  std::error_code error;
  fs::create_directories(fs::path(settings.data) / "ownership", error);
  if (error) return failure(fmt::format("{}/ownership: cannot be created: {}", settings.data, error.message()));
  TAMGA_TRY_STATUS(write_file_atomically(graph_path(settings, content), bytes));
  prune_graphs(settings);
  return {};
}

/// Chooses by register: see registers_on().
std::vector<store::StoredEdition> chosen_on(const std::vector<store::StoredEdition>& all, Date as_of) {
  std::map<std::string, const store::StoredEdition*> chosen;
  const std::string day = as_of.text();
  // They come in the order of their days, then of their import.
  for (const auto& edition : all) {
    auto& best = chosen[edition.part];
    if (best == nullptr || edition.published <= day) best = &edition;
  }
  std::vector<store::StoredEdition> result;
  for (const auto& [part, edition] : chosen) result.push_back(*edition);
  return result;
}

Result<std::vector<store::StoredEdition>> register_editions(store::Store& store) {
  TAMGA_TRY(auto all, store.editions());
  std::erase_if(all, [](const store::StoredEdition& edition) { return edition.list != kOwnershipList; });
  return all;
}

Status read_into(Collector& collector, const std::string& source, const std::vector<NamedBytes>& files, const Progress& progress, double from,
                 double to) {
  std::size_t total = 0;
  for (const auto& file : files) total += file.bytes.size();
  std::size_t before = 0;
  for (const auto& file : files) {
    collector.begin(file.name, source);
    const auto tell = [&](std::size_t bytes) {
      if (progress && total > 0) progress("reading", from + (to - from) * static_cast<double>(before + bytes) / static_cast<double>(total));
    };
    TAMGA_TRY([[maybe_unused]] const auto summary, registers::read(file, collector, tell));
    before += file.bytes.size();
  }
  return {};
}

}  // namespace

Result<std::vector<store::StoredEdition>> list_editions_of(store::Store& store) {
  TAMGA_TRY(auto all, store.editions());
  std::erase_if(all, [](const store::StoredEdition& edition) { return edition.list == kOwnershipList; });
  return all;
}

Result<std::vector<store::StoredEdition>> registers_on(store::Store& store, Date as_of) {
  TAMGA_TRY(const auto all, register_editions(store));
  return chosen_on(all, as_of);
}

Result<OwnersImport> import_owners(const Settings& settings, const std::vector<std::string>& paths, const OwnersImportOptions& options,
                                   const std::string& imported_at, const Progress& progress) {
  TAMGA_TRY(const auto model, load_matching(settings.policy));
  std::vector<NamedBytes> files;
  for (const auto& path : paths) {
    TAMGA_TRY(auto unpacked, read_unpacked(path, kRegisterLimits));
    for (auto& file : unpacked) files.push_back(std::move(file));
  }
  TAMGA_TRY(auto groups, group_files(std::move(files), options, imported_at));
  TAMGA_TRY(auto store, store::Store::open(settings.data));
  TAMGA_TRY(auto all, register_editions(store));

  OwnersImport result;
  for (const auto& group : groups) {
    ImportedRegister item;
    item.edition.list = kOwnershipList;
    item.edition.part = group.source;
    item.edition.format = group.format;
    item.edition.id = edition_id(group.files);
    item.edition.published = group.published;
    item.edition.dated_by = group.dated_by;
    item.edition.imported_at = imported_at;
    const auto there = std::find_if(all.begin(), all.end(), [&](const store::StoredEdition& edition) {
      return edition.part == item.edition.part && edition.id == item.edition.id;
    });
    item.added = there == all.end();
    if (!item.added) item.edition = *there;
    result.registers.push_back(std::move(item));
  }
  // The editions that will be in force: all of them are read in the order of their names, so that the graph is the same whenever it is made.
  std::vector<store::StoredEdition> future = all;
  for (const auto& item : result.registers) {
    if (item.added) future.push_back(item.edition);
  }
  std::stable_sort(future.begin(), future.end(),
                   [](const auto& a, const auto& b) { return std::tie(a.part, a.published) < std::tie(b.part, b.published); });
  const auto chosen = chosen_on(future, *Date::parse(imported_at.substr(0, 10)));

  ownership::GraphBuilder builder;
  Collector collector(builder, *model);
  const auto take_remarks = [&](ImportedRegister& item) {
    item.remarks = std::move(collector.remarks);
    item.remarks_total = collector.remarks_total;
    collector.remarks.clear();
    collector.remarks_total = 0;
  };
  double part = 0;
  const double step = 1.0 / static_cast<double>(std::max<std::size_t>(1, chosen.size()));
  std::vector<bool> read(groups.size(), false);
  for (const auto& edition : chosen) {
    const auto own = std::find_if(result.registers.begin(), result.registers.end(),
                                  [&](const ImportedRegister& item) { return item.edition.part == edition.part && item.edition.id == edition.id; });
    const std::uint32_t parties_before = collector.parties;
    const std::int64_t holdings_before = collector.holdings;
    if (own == result.registers.end()) {
      TAMGA_TRY(const auto stored, store.edition_files(edition.id));
      TAMGA_TRY_STATUS(read_into(collector, edition.part, stored, progress, part, part + step));
      collector.remarks.clear();
      collector.remarks_total = 0;
    } else {
      const auto number = static_cast<std::size_t>(own - result.registers.begin());
      TAMGA_TRY_STATUS(read_into(collector, edition.part, groups[number].files, progress, part, part + step));
      read[number] = true;
      if (own->added) {
        own->edition.entities = collector.parties - parties_before;
        own->edition.relations = collector.holdings - holdings_before;
      }
      take_remarks(*own);
    }
    part += step;
  }
  // An edition that is not in force, of an earlier day, is read all the same: nothing that cannot be read is stored.
  for (std::size_t i = 0; i < groups.size(); ++i) {
    if (read[i]) continue;
    ownership::GraphBuilder alone;
    Collector look(alone, *model);
    TAMGA_TRY_STATUS(read_into(look, groups[i].source, groups[i].files, progress, 1, 1));
    auto& item = result.registers[i];
    if (item.added) {
      item.edition.entities = look.parties;
      item.edition.relations = look.holdings;
    }
    item.remarks = std::move(look.remarks);
    item.remarks_total = look.remarks_total;
  }
  if (progress) progress("keeping", 1);
  TAMGA_TRY_STATUS(store.transact([&]() -> Status {
    for (std::size_t i = 0; i < groups.size(); ++i) {
      auto& item = result.registers[i];
      if (!item.added) continue;
      if (item.remarks_total > 0)
        item.edition.warnings = {fmt::format("{} values are not as they should be; see tamga owners import", item.remarks_total)};
      TAMGA_TRY([[maybe_unused]] const bool added, store.add_edition(item.edition, groups[i].files));
    }
    return {};
  }));
  groups.clear();
  if (progress) progress("building", 1);
  const std::string content = content_of(chosen, *model);
  std::string bytes = builder.bytes(content);
  TAMGA_TRY_STATUS(write_graph(settings, content, bytes));
  TAMGA_TRY(const auto graph, ownership::Graph::from_bytes(std::move(bytes), content));
  result.parties = graph.parties();
  result.holdings = graph.holdings().size();
  return result;
}

Result<clear::Registers> load_registers(const Settings& settings, store::Store& store, const std::vector<store::StoredEdition>& editions,
                                        const names::Model& model, const Progress& progress) {
  clear::Registers registers;
  if (editions.empty()) return registers;
  for (const auto& edition : editions) registers.editions.push_back({edition.part, edition.id, edition.published});
  const std::string content = content_of(editions, model);
  auto opened = ownership::Graph::open(graph_path(settings, content), content);
  if (!opened) {
    ownership::GraphBuilder builder;
    Collector collector(builder, model);
    double part = 0;
    const double step = 1.0 / static_cast<double>(editions.size());
    for (const auto& edition : editions) {
      TAMGA_TRY(const auto files, store.edition_files(edition.id));
      TAMGA_TRY_STATUS(read_into(collector, edition.part, files, progress, part, part + step));
      part += step;
    }
    std::string bytes = builder.bytes(content);
    // A folder that cannot be written to costs time, not the answer.
    static_cast<void>(write_graph(settings, content, bytes));
    opened = ownership::Graph::from_bytes(std::move(bytes), content);
    if (!opened) return std::unexpected(opened.error());
  }
  registers.graph = std::make_shared<const ownership::Graph>(*std::move(opened));
  return registers;
}

// ---- asking ---------------------------------------------------------------------------------------------------

Result<OwnersSnapshot> open_owners(const Settings& settings, Date as_of, const Progress& progress) {
  OwnersSnapshot opened;
  opened.as_of = as_of;
  TAMGA_TRY(Rules rules, load_rules(settings.policy));
  TAMGA_TRY(auto store, store::Store::open_existing(settings.data));
  TAMGA_TRY(const auto editions, editions_on(store, as_of, {}));
  TAMGA_TRY(opened.snapshot.editions, load_editions(settings, store, editions, as_of, *rules.matching));
  opened.snapshot.searchable = searchable(opened.snapshot.editions);
  TAMGA_TRY(const auto registers, registers_on(store, as_of));
  TAMGA_TRY(opened.snapshot.registers, load_registers(settings, store, registers, *rules.matching, progress));
  opened.snapshot.rules = std::move(rules.book);
  opened.snapshot.controls = std::move(rules.controls);
  opened.snapshot.places = std::move(rules.places);
  opened.snapshot.matching = std::move(rules.matching);
  opened.snapshot.policy = rules.id;
  opened.snapshot.engine = kEngine;
  return opened;
}

Result<OwnersParty> find_owners_party(const OwnersSnapshot& opened, const std::string& text) {
  OwnersParty found;
  const auto* graph = opened.snapshot.registers.graph.get();
  if (graph != nullptr) {
    found.registered = graph->find(text);
    if (found.registered != ownership::kNobody) return found;
    std::vector<std::uint32_t> parties;
    const auto add = [&](const std::vector<std::uint32_t>& more) {
      for (const auto party : more) {
        if (std::find(parties.begin(), parties.end(), party) == parties.end()) parties.push_back(party);
      }
    };
    const auto colon = text.find(':');
    if (colon != std::string::npos) {
      const auto read = identifiers::read(text.substr(0, colon), text.substr(colon + 1));
      if (read.identifier) add(graph->with_identifier(*read.identifier));
    }
    for (const auto& identifier : identifiers::in_text(text)) add(graph->with_identifier(identifier));
    if (parties.empty()) {
      names::Reader reader(*opened.snapshot.matching);
      if (const auto key = match::name_key(text, reader); key != 0) add(graph->with_name_key(key));
    }
    if (parties.size() > 1) {
      std::string names;
      for (std::size_t i = 0; i < parties.size() && i < 8; ++i) {
        const auto view = graph->party(parties[i]);
        names += fmt::format("{}{}{} ({})", i == 0 ? "" : ", ", view.name, view.country.empty() ? "" : " " + std::string(view.country), view.id);
      }
      return bad_input(fmt::format("\"{}\" is {} parties of the registers; name one by its id: {}", text, parties.size(), names));
    }
    if (parties.size() == 1) {
      found.registered = parties.front();
      return found;
    }
  }
  for (std::size_t i = 0; i < opened.snapshot.searchable.size(); ++i) {
    const auto entity = opened.snapshot.searchable[i].index->find_entity(text);
    if (entity == index::kNoEntity) continue;
    found.listed = {i, entity};
    return found;
  }
  return not_found(
      graph == nullptr
          ? fmt::format("nobody is \"{}\": no ownership register was imported, see tamga owners import --help", text)
          : fmt::format("nobody is \"{}\": neither an id, an identifier or a name in the registers nor the id of a listed entity", text));
}

namespace {

clear::NetworkDrawer::Screen screener_of(const OwnersSnapshot& opened, match::Workspace& workspace) {
  return [&opened, &workspace](const match::Query& query) { return clear::screen_party(opened.snapshot, opened.as_of, query, workspace); };
}

void add_figures(const OwnersSnapshot& opened, const OwnersParty& asked, OwnersReport& report) {
  const auto& graph = *report.network.graph;
  const ownership::Day day = ownership::day_of(opened.as_of);
  std::vector<ownership::IntegratedOwnership::Stake> stakes;
  for (const Holding& holding : graph.holdings()) {
    if (holding.kind != ownership::Kind::shares || holding.indirect() || !holding.on(day)) continue;
    stakes.push_back(
        {holding.owner, holding.asset, static_cast<double>(holding.low) / ownership::kWhole, static_cast<double>(holding.high) / ownership::kWhole});
  }
  if (const auto integrated = ownership::IntegratedOwnership::build(graph.parties(), stakes)) {
    if (const auto shares = integrated->shares(report.party)) {
      for (const auto& share : shares->owners) {
        if (share.owner != report.party && share.high > 0) report.look_through.push_back({share.owner, share.low, share.high, share.converged});
      }
    }
  }
  std::stable_sort(report.look_through.begin(), report.look_through.end(),
                   [](const auto& a, const auto& b) { return a.low != b.low ? a.low > b.low : a.high > b.high; });

  // Votes of direct holders: as told, else as their shares; only where every part is exact.
  bool votes_told = false;
  for (const Holding& holding : graph.in(report.party)) votes_told = votes_told || (holding.kind == ownership::Kind::votes && holding.on(day));
  const auto kind = votes_told ? ownership::Kind::votes : ownership::Kind::shares;
  std::map<std::uint32_t, std::uint64_t> parts;
  bool exact = true;
  for (const Holding& holding : graph.in(report.party)) {
    if (holding.kind != kind || holding.indirect() || !holding.on(day) || holding.owner == report.party) continue;
    exact = exact && holding.low == holding.high;
    parts[holding.owner] += holding.low;
  }
  std::uint64_t total = 0;
  for (const auto& [owner, part] : parts) total += part;
  constexpr std::size_t kBoard = 1000;
  if (exact && parts.size() >= 2 && parts.size() <= kBoard && total > ownership::kWhole / 2 && total <= ownership::kWhole) {
    std::vector<std::uint64_t> weights;
    for (const auto& [owner, part] : parts) weights.push_back(part);
    if (const auto power = ownership::voting_power(weights, ownership::kWhole / 2 + 1)) {
      std::size_t i = 0;
      for (const auto& [owner, part] : parts) {
        report.votes.push_back({owner, static_cast<double>(part) / 1e7, power->shapley[i], power->banzhaf_normalised[i]});
        ++i;
      }
      report.votes_exact = power->exact;
      report.votes_error = power->error;
      std::stable_sort(report.votes.begin(), report.votes.end(), [](const auto& a, const auto& b) { return a.share > b.share; });
    }
  }

  // Who controls: with all that it controls already it has surely more than half of the votes, or is said to control.
  const ownership::Criterion majority{.percent = Decimal::whole(50), .inclusive = false, .aggregate = false, .votes = true, .control = true};
  ownership::Reach reach(graph, day, majority, ownership::Reach::Mode::certain);
  for (std::uint32_t owner = 0; owner < graph.parties(); ++owner) {
    if (owner == report.party || graph.out(owner).empty()) continue;
    reach.clear();
    reach.add(owner);
    if (reach.has(report.party)) report.controllers.push_back(owner);
  }
  if (asked.registered != ownership::kNobody) {
    ownership::Reach down(*opened.snapshot.registers.graph, day, majority, ownership::Reach::Mode::certain);
    down.add(asked.registered);
    report.controls_total = down.members().size() - 1;
    for (std::size_t i = 1; i < down.members().size() && i <= 1000; ++i) report.controls.push_back(down.members()[i]);
  }
}

}  // namespace

Result<OwnersReport> owners_report(const OwnersSnapshot& opened, const OwnersParty& party) {
  OwnersReport report;
  match::Workspace workspace;
  clear::NetworkDrawer drawer(opened.snapshot, opened.as_of, screener_of(opened, workspace));
  report.party =
      party.registered != ownership::kNobody ? drawer.registered(party.registered) : drawer.listed(party.listed->first, party.listed->second);
  drawer.doubt(report.party);
  report.network = drawer.draw();
  report.answers = opened.snapshot.rules.ownership(report.network, report.party, opened.as_of);
  for (const auto& test : opened.snapshot.rules.ownership_tests(opened.as_of)) {
    const bool loaded = std::any_of(opened.snapshot.searchable.begin(), opened.snapshot.searchable.end(),
                                    [&](const match::LoadedEdition& edition) { return test.asks(edition.list); });
    if (!loaded) report.without_list.push_back(test.id);
  }
  for (const auto& doubt : drawer.doubts()) report.remarks.push_back(doubt.because);
  const auto in = report.network.graph->in(report.party);
  report.owners_known = std::any_of(in.begin(), in.end(), [&](const Holding& holding) {
    return holding.on(ownership::day_of(opened.as_of)) && holding.owner != report.party && holding.kind <= ownership::Kind::influence;
  });
  if (!report.owners_known) {
    report.remarks.push_back(fmt::format("No owner of {} is known on {}: that no listed one is known says nothing of who owns it.",
                                         report.network.parties[report.party].name, opened.as_of.text()));
  }
  add_figures(opened, party, report);
  return report;
}

Result<BlockedReport> owners_blocked(const Settings& settings, const OwnersSnapshot& opened, const std::string& regime, const Progress& progress) {
  BlockedReport report;
  const auto* graph = opened.snapshot.registers.graph.get();
  if (graph == nullptr) return bad_input("no ownership register was imported, see tamga owners import --help");
  const std::uint32_t parties = graph->parties();
  std::vector<std::vector<policy::Match>> matches(parties);
  std::atomic<std::uint32_t> next = 0;
  const auto work = [&](bool tells) {
    match::Workspace workspace;
    constexpr std::uint32_t kBlock = 256;
    for (;;) {
      const std::uint32_t begin = next.fetch_add(kBlock);
      if (begin >= parties) return;
      if (tells && progress) progress("screening", static_cast<double>(begin) / parties);
      for (std::uint32_t party = begin; party < std::min(parties, begin + kBlock); ++party) {
        // Who holds nothing and of whom nothing is held, or who only is held, can be listed without anybody being owned for it.
        if (graph->out(party).empty()) continue;
        matches[party] = clear::screen_registered(opened.snapshot, opened.as_of, party, workspace).matches;
      }
    }
  };
  std::vector<std::thread> threads;
  for (unsigned i = 1; i < settings.threads; ++i) threads.emplace_back(work, false);
  work(true);
  for (auto& thread : threads) thread.join();
  for (std::uint32_t party = 0; party < parties; ++party) {
    if (!graph->out(party).empty()) ++report.screened;
    if (!matches[party].empty()) ++report.listed;
  }
  const ownership::Day day = ownership::day_of(opened.as_of);
  for (const auto& test : opened.snapshot.rules.ownership_tests(opened.as_of)) {
    if (!regime.empty() && test.regime != regime) continue;
    std::vector<ownership::Seed> seeds;
    std::vector<bool> listed(parties, false);
    for (std::uint32_t party = 0; party < parties; ++party) {
      if (matches[party].empty()) continue;
      const auto standing = test.listed(matches[party]);
      if (standing == ownership::Standing::excluded) continue;
      seeds.push_back({party, standing == ownership::Standing::certain});
      listed[party] = standing == ownership::Standing::certain;
    }
    if (progress) progress(test.id, 1);
    auto by_shares = test.criterion;
    by_shares.control = false;
    const ownership::Assessment owned(*graph, day, by_shares, seeds);
    std::optional<ownership::Assessment> controlled;
    if (test.criterion.control) controlled.emplace(*graph, day, test.criterion, seeds);
    for (std::uint32_t party = 0; party < parties; ++party) {
      if (listed[party]) continue;
      const auto standing = owned.of(party);
      const auto with_control = controlled ? controlled->of(party) : standing;
      if (with_control == ownership::Standing::excluded) continue;
      const auto is_possible_match = std::any_of(seeds.begin(), seeds.end(), [&](const auto& seed) { return seed.party == party; });
      if (is_possible_match && with_control != ownership::Standing::certain) continue;  // a namesake is told by screening
      const auto answer = standing == ownership::Standing::certain       ? ownership::Answer::owned
                          : with_control == ownership::Standing::certain ? ownership::Answer::controlled
                                                                         : ownership::Answer::cannot_be_excluded;
      report.parties.push_back({party, test.id, test.regime, answer});
    }
  }
  return report;
}

Result<OwnersNetwork> owners_network(const clear::Registers& registers, Date as_of, std::size_t top) {
  if (registers.graph == nullptr) return bad_input("no ownership register was imported, see tamga owners import --help");
  const auto& graph = *registers.graph;
  const ownership::Day day = ownership::day_of(as_of);
  std::vector<ownership::VotingNetwork::Edge> edges;
  for (std::uint32_t asset = 0; asset < graph.parties(); ++asset) {
    const auto in = graph.in(asset);
    const auto counts = [&](const Holding& holding, ownership::Kind kind) { return holding.kind == kind && !holding.indirect() && holding.on(day); };
    const bool votes_told = std::any_of(in.begin(), in.end(), [&](const Holding& holding) { return counts(holding, ownership::Kind::votes); });
    for (const Holding& holding : in) {
      if (counts(holding, votes_told ? ownership::Kind::votes : ownership::Kind::shares))
        edges.push_back({holding.owner, asset, holding.low, holding.high});
    }
  }
  OwnersNetwork result;
  result.parties = graph.parties();
  result.holdings = graph.holdings().size();
  TAMGA_TRY(const auto network, ownership::VotingNetwork::build(graph.parties(), edges));
  edges = {};
  TAMGA_TRY(const auto table, ownership::control_table(network.direct_controllers(), top));
  result.controlled = table.controlled;
  result.heads = table.heads;
  for (const auto& head : table.top) result.top.emplace_back(head.party, head.controlled);
  for (const auto& loop : table.loops) result.loops.push_back(loop.parties);
  return result;
}

Result<std::vector<OwnerChange>> owner_changes(const Settings& settings, Date before, Date after, const Progress& progress) {
  TAMGA_TRY(const auto model, load_matching(settings.policy));
  TAMGA_TRY(auto store, store::Store::open_existing(settings.data));
  const auto open = [&](Date day) -> Result<clear::Registers> {
    TAMGA_TRY(const auto editions, registers_on(store, day));
    return load_registers(settings, store, editions, *model, progress);
  };
  TAMGA_TRY(const auto old_registers, open(before));
  TAMGA_TRY(const auto new_registers, open(after));
  if (new_registers.graph == nullptr) return bad_input("no ownership register was imported, see tamga owners import --help");
  std::vector<OwnerChange> result;
  for (const auto& change : ownership::changes(*old_registers.graph, ownership::day_of(before), *new_registers.graph, ownership::day_of(after))) {
    const auto& graph = change.after == ownership::kNobody ? *old_registers.graph : *new_registers.graph;
    const Holding& holding = graph.holdings()[change.after == ownership::kNobody ? change.before : change.after];
    const auto owner = graph.party(holding.owner);
    const auto asset = graph.party(holding.asset);
    OwnerChange told;
    told.what = change.before == ownership::kNobody ? "began" : change.after == ownership::kNobody ? "ended" : "changed";
    told.owner = owner.id;
    told.owner_name = owner.name;
    told.asset = asset.id;
    told.asset_name = asset.name;
    told.kind = ownership::kind_name(holding.kind);
    if (holding.measured() && change.before != ownership::kNobody) told.before = old_registers.graph->holdings()[change.before].share().text();
    if (holding.measured() && change.after != ownership::kNobody) told.after = new_registers.graph->holdings()[change.after].share().text();
    result.push_back(std::move(told));
  }
  return result;
}

}  // namespace tamga::app
