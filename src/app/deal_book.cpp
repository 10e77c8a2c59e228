#include "app/deal_book.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <mutex>
#include <unordered_set>

#include "app/casework.h"
#include "app/past.h"
#include "app/record.h"
#include "app/screening.h"
#include "base/sha256.h"
#include "watch/book.h"

namespace tamga::app {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kBlock = 4096;  // deals that are held at once
constexpr std::size_t kRejectedMax = 10'000;
constexpr std::size_t kDealMax = std::size_t{4} << 20;

std::string folder_of(const Settings& settings) { return settings.data + "/deals"; }
std::string current_of(const Settings& settings) { return folder_of(settings) + "/current.json"; }

/// What must be the same for decisions to be the same.
Json basis_json(const DealBookBasis& basis, const clear::Snapshot& snapshot) {
  Json json = Json::object().set("as_of", basis.as_of.text()).set("list_age_max", Json::number(basis.list_age_max));
  json.set("ledger", Json::object().set("sequence", Json::number(basis.ledger_sequence)).set("hash", basis.ledger_hash));
  json.set("policy", snapshot.policy).set("engine", snapshot.engine);
  Json editions = Json::array();
  for (const auto& edition : snapshot.editions)
    editions.push(Json::object().set("list", edition.loaded.list).set("part", edition.loaded.part).set("edition", edition.loaded.edition));
  Json registers = Json::array();
  for (const auto& edition : snapshot.registers.editions)
    registers.push(Json::object().set("source", edition.source).set("edition", edition.edition));
  return json.set("editions", std::move(editions)).set("registers", std::move(registers));
}

std::int64_t whole(const Json* number) { return number == nullptr ? 0 : Decimal::parse(number->text).value_or(Decimal{}).coefficient; }

/// A deal's bytes, wherever they are.
struct DealLine {
  std::string_view bytes;
  std::size_t file = 0;
  std::uint64_t line = 0;
};

}  // namespace

Result<DealDecider> DealDecider::open(const Settings& settings, const DealBookBasis& basis, unsigned workers) {
  DealDecider decider;
  decider.basis_ = basis;
  for (unsigned i = 0; i < std::max(1U, workers); ++i) {
    TAMGA_TRY(auto store, open_existing_store(settings));
    decider.workers_.push_back(std::make_unique<Worker>(Worker{std::move(store), {}, {}, {}}));
  }
  store::Store& store = decider.workers_.front()->store;
  TAMGA_TRY_STATUS(have_past(store));
  TAMGA_TRY(const auto made, store.past_keys_made());
  decider.any_past_ = made.version != 0;
  TAMGA_TRY(decider.marks_, marks_then(store, basis.ledger_sequence));
  return decider;
}

Result<clear::Decision> DealDecider::decide(std::size_t worker, const clear::Snapshot& snapshot, const Deal& deal, std::string_view bytes,
                                            const std::set<std::string>& lapsed, clear::Looked* looked) {
  Worker& work = *workers_[worker];
  clear::Context context;
  context.as_of = basis_.as_of;
  context.list_age_max = basis_.list_age_max;
  context.decided_at = basis_.as_of.text() + "T00:00:00Z";
  context.ledger_sequence = basis_.ledger_sequence;
  context.ledger_hash = basis_.ledger_hash;
  context.marks = marks_;
  context.looked = looked;
  context.fits = &work.fits;
  if (any_past_) {
    TAMGA_TRY(context.past, past_like(work.store, deal, basis_.ledger_sequence));
  }
  // A licence that the deal does not name permits nothing of it.
  if (!deal.licences.empty()) {
    TAMGA_TRY(const auto held, store::Licences(work.store).held_at(deal.id, basis_.ledger_sequence));
    TAMGA_TRY(context.licences, work.standings.of(held));
    for (auto& standing : context.licences) {
      if (lapsed.contains(standing.licence.number))
        standing.licence.to = std::min(standing.licence.to, Date{basis_.as_of.day - std::chrono::days{1}});
    }
  }
  return clear::clear(snapshot, deal, bytes, context, work.workspace);
}

std::string_view DealBook::deal_bytes(std::size_t deal) const {
  const auto [offset, size] = facts_.text_of(deal);
  return (is_mapped_ ? mapped_.bytes() : std::string_view(texts_)).substr(offset, size);
}

/// Makes a book: reads, decides, compiles.
class DealBookMaker {
 public:
  DealBookMaker(const Settings& settings, const DealBookProgress& progress) : settings_(settings), progress_(progress) {}

  Status open_basis_on(Date as_of, std::int64_t ledger_sequence = -1, std::string ledger_hash = {}) {
    TAMGA_TRY(Rules rules, load_rules(settings_.policy, WithWords::read));
    TAMGA_TRY(auto store, open_existing_store(settings_));
    TAMGA_TRY(basis_, open_basis(settings_, store, std::move(rules), as_of));
    book_.basis_.as_of = as_of;
    book_.basis_.list_age_max = settings_.list_age_max;
    if (ledger_sequence >= 0) {
      book_.basis_.ledger_sequence = ledger_sequence;
      book_.basis_.ledger_hash = std::move(ledger_hash);
      return {};
    }
    TAMGA_TRY(const auto head, store.head());
    book_.basis_.ledger_sequence = head.sequence;
    book_.basis_.ledger_hash = head.hash;
    return {};
  }

  Result<OpenDealBook> of_record(Date as_of, std::int64_t most) {
    book_.source_ = "record";
    TAMGA_TRY_STATUS(open_basis_on(as_of));
    TAMGA_TRY(auto store, open_existing_store(settings_));
    std::map<std::string, std::string> newest;
    TAMGA_TRY_STATUS(store.each_since(0, "decision", [&](const store::LedgerEntry& entry) -> Status {
      TAMGA_TRY(const Json payload, parse_json(entry.payload));
      const auto bytes = payload.get("deal");
      if (bytes.empty()) {
        ++book_.payments_;
        return {};
      }
      TAMGA_TRY(const Json decision, parse_json(payload.get("decision")));
      newest[std::string(decision.get("deal"))] = bytes;
      return {};
    }));
    for (const auto& [id, bytes] : newest) {
      TAMGA_TRY(const auto shipped, store.find("shipped", id));
      if (shipped) {
        ++book_.shipped_;
        continue;
      }
      lines_.push_back({bytes, 0, 0});
    }
    names_ = {"the record"};
    if (most > 0 && static_cast<std::int64_t>(lines_.size()) > most) {
      return std::unexpected(
          Error{ErrorKind::usage,
                fmt::format("the record holds {} open deals, more than {}; import them as a book with tamga scenario import", lines_.size(), most),
                {},
                0});
    }
    TAMGA_TRY_STATUS(decide_lines([this](std::string_view bytes) -> Result<std::uint64_t> {
      const std::uint64_t at = book_.texts_.size();
      book_.texts_ += bytes;
      return at;
    }));
    return compiled();
  }

  Result<OpenDealBook> of_files(const std::vector<std::string>& files, Date as_of) {
    book_.source_ = "files";
    TAMGA_TRY_STATUS(read_files(files));
    TAMGA_TRY_STATUS(open_basis_on(as_of));
    TAMGA_TRY_STATUS(decide_lines([this](std::string_view bytes) -> Result<std::uint64_t> {
      const std::uint64_t at = book_.texts_.size();
      book_.texts_ += bytes;
      return at;
    }));
    return compiled();
  }

  Result<DealImport> import_files(const std::vector<std::string>& files, Date as_of) {
    TAMGA_TRY_STATUS(read_files(files));
    TAMGA_TRY_STATUS(open_basis_on(as_of));
    std::error_code error;
    fs::create_directories(folder_of(settings_), error);
    const std::string unfinished = folder_of(settings_) + "/unfinished.jsonl";
    std::ofstream texts(unfinished, std::ios::binary | std::ios::trunc);
    std::uint64_t size = 0;
    TAMGA_TRY_STATUS(decide_lines([&](std::string_view bytes) -> Result<std::uint64_t> {
      const std::uint64_t at = size;
      texts << bytes << '\n';
      size += bytes.size() + 1;
      if (!texts) return failure(fmt::format("{} cannot be written", unfinished));
      return at;
    }));
    texts.close();
    if (!texts) return failure(fmt::format("{} cannot be written", unfinished));
    if (builder_.deals() == 0) {
      fs::remove(unfinished, error);
      const auto& first = book_.rejected_.front();
      return bad_input_in(
          first.file, first.line,
          fmt::format("{}; nor could any other of {} lines be read as a deal, so the book stays as it was", first.error, lines_.size()));
    }
    TAMGA_TRY_STATUS(flush_to_disk(unfinished));
    progress_("compiled", 0, 0);
    const Json basis = basis_json(book_.basis_, basis_.snapshot);
    std::string generation;
    {
      TAMGA_TRY(const auto mapped, MappedFile::open(unfinished));
      generation = sha256_hex(sha256_hex(mapped.bytes()) + basis.dump()).substr(0, 16);
    }
    const std::string stem = folder_of(settings_) + "/" + generation;
    TAMGA_TRY_STATUS(write_file_atomically(stem + ".idx", watch::compile(builder_.queries(), generation, *basis_.snapshot.matching)));
    TAMGA_TRY_STATUS(write_file_atomically(stem + ".book", builder_.bytes(basis.dump())));
    fs::rename(unfinished, stem + ".jsonl", error);
    if (error) return failure(fmt::format("{} cannot be renamed: {}", unfinished, error.message()));
    TAMGA_TRY_STATUS(write_file_atomically(current_of(settings_), Json::object().set("generation", generation).dump() + "\n"));
    // Whoever reads the one before has it open.
    for (fs::directory_iterator at(folder_of(settings_), error), end; !error && at != end; at.increment(error)) {
      const std::string name = at->path().filename().string();
      if (name != "current.json" && !name.starts_with(generation)) fs::remove(at->path(), error);
    }
    return DealImport{static_cast<std::int64_t>(builder_.deals()), static_cast<std::int64_t>(builder_.queries().size()), std::move(book_.rejected_)};
  }

  Result<OpenDealBook> of_book(const DealSource& source, bool with_basis) {
    book_.source_ = "book";
    TAMGA_TRY(const std::string current, read_file(current_of(settings_), std::size_t{1} << 20));
    TAMGA_TRY(const Json named, parse_json(current));
    const std::string generation(named.get("generation"));
    const std::string stem = folder_of(settings_) + "/" + generation;
    TAMGA_TRY(book_.facts_, exposure::Book::open(stem + ".book"));
    TAMGA_TRY(const Json basis, parse_json(book_.facts_.remark()));
    const auto as_of = Date::parse(basis.get("as_of"));
    const Json* ledger = basis.find("ledger");
    if (!as_of || ledger == nullptr) return failure("the book of deals is damaged; run tamga scenario import again");
    if (source.as_of && *source.as_of != *as_of) {
      return std::unexpected(Error{ErrorKind::usage,
                                   fmt::format("the book of deals was decided as of {}; for another day import it again with --as-of", as_of->text()),
                                   {},
                                   0});
    }
    book_.basis_ = {*as_of, static_cast<long>(whole(basis.find("list_age_max"))), whole(ledger->find("sequence")), std::string(ledger->get("hash"))};
    if (!with_basis) return OpenDealBook{std::move(book_), {}};
    const DealBookBasis kept = book_.basis_;
    TAMGA_TRY_STATUS(open_basis_on(*as_of, kept.ledger_sequence, kept.ledger_hash));
    book_.basis_ = kept;
    if (basis_json(kept, basis_.snapshot) != basis) {
      return std::unexpected(
          Error{ErrorKind::usage,
                fmt::format("lists, rules or registers have changed since the book of deals was decided as of {}; run tamga scenario "
                            "import again",
                            as_of->text()),
                {},
                0});
    }
    TAMGA_TRY(book_.mapped_, MappedFile::open(stem + ".jsonl"));
    book_.is_mapped_ = true;
    TAMGA_TRY(auto parties, index::Index::open(stem + ".idx", generation, *basis_.snapshot.matching));
    book_.parties_ = std::make_shared<const index::Index>(std::move(parties));
    return OpenDealBook{std::move(book_), std::move(basis_)};
  }

 private:
  /// Every line that holds something; a file whose first line is no document is one deal.
  Status read_files(const std::vector<std::string>& files) {
    for (const auto& path : files) {
      const std::size_t number = names_.size();
      names_.push_back(path);
      std::string_view bytes;
      std::error_code error;
      if (path == "-" || path.ends_with(".gz") || path.ends_with(".zst") || path.ends_with(".zip")) {
        std::vector<NamedBytes> unpacked;
        if (path == "-") {
          TAMGA_TRY(std::string input, read_standard_input(std::size_t{4} << 30));
          unpacked.push_back({"<stdin>", std::move(input)});
        } else {
          TAMGA_TRY(unpacked, read_unpacked(path, {std::size_t{4} << 30, 1000}));
        }
        for (auto& file : unpacked) owned_.push_back(std::make_unique<std::string>(std::move(file.bytes)));
        bytes = owned_.empty() ? std::string_view() : std::string_view(*owned_.back());
        if (unpacked.size() != 1) return bad_input_in(path, 0, "expected one file of deals in it");
      } else {
        if (fs::is_directory(path, error)) return bad_input_in(path, 0, "is a folder, expected a file of deals");
        auto mapped = MappedFile::open(path);
        if (!mapped) return bad_input(mapped.error().message);  // which names the file
        mapped_.push_back(std::make_unique<MappedFile>(*std::move(mapped)));
        bytes = mapped_.back()->bytes();
      }
      if (bytes.starts_with("\xEF\xBB\xBF")) bytes.remove_prefix(3);
      add_lines(bytes, number);
    }
    if (lines_.empty()) return bad_input_in(names_.empty() ? "" : names_.front(), 0, "holds no deal, expected JSON lines or one deal");
    return {};
  }

  void add_lines(std::string_view bytes, std::size_t file) {
    const auto blank = [](std::string_view text) { return text.find_first_not_of(" \t\r\n") == std::string_view::npos; };
    std::string_view first = bytes;
    while (!first.empty() && blank(first.substr(0, first.find('\n')))) first.remove_prefix(std::min(first.size(), first.find('\n') + 1));
    first = first.substr(0, first.find('\n'));
    // One deal over several lines begins with a line that is not whole.
    if (!blank(bytes) && first.size() < kDealMax && !parse_json(first) && first.find_first_not_of(" \t\r{") == std::string_view::npos) {
      lines_.push_back({bytes, file, 1});
      return;
    }
    std::uint64_t number = 0;
    while (!bytes.empty()) {
      ++number;
      const auto end = std::min(bytes.find('\n'), bytes.size());
      const auto line = bytes.substr(0, end);
      if (!blank(line)) lines_.push_back({line, file, number});
      bytes.remove_prefix(std::min(end + 1, bytes.size()));
    }
  }

  using Keep = std::function<Result<std::uint64_t>(std::string_view bytes)>;
  Status decide_lines(const Keep& keep) {
    const auto workers = static_cast<unsigned>(std::clamp<std::size_t>(lines_.size() / 16, 1, settings_.threads));
    TAMGA_TRY(auto decider, DealDecider::open(settings_, book_.basis_, workers));
    struct Row {
      std::string error;
      std::uint64_t error_line = 0;
      std::string id;
      exposure::DealFacts facts;
    };
    const std::set<std::string> none;
    std::unordered_set<std::string> ids;
    std::vector<Row> rows;
    std::mutex mutex;
    std::optional<Error> failed;
    for (std::size_t first = 0; first < lines_.size(); first += kBlock) {
      const std::size_t count = std::min(kBlock, lines_.size() - first);
      rows.assign(count, {});
      on_workers(workers, count, [&](std::size_t i, std::size_t worker) {
        Row& row = rows[i];
        const auto bytes = lines_[first + i].bytes;
        auto deal = bytes.size() > kDealMax ? Result<Deal>(bad_input(fmt::format("longer than {} bytes", kDealMax))) : read_deal(bytes);
        if (!deal) {
          row.error = deal.error().message;
          row.error_line = deal.error().line;
          return;
        }
        clear::Looked looked;
        auto decision = decider.decide(worker, basis_.snapshot, *deal, bytes, none, &looked);
        if (!decision) {
          const std::lock_guard lock(mutex);
          failed = decision.error();
          return;
        }
        row.id = deal->id;
        row.facts = exposure::facts_of(*deal, *decision, &looked);
      });
      if (failed) return std::unexpected(*failed);
      for (std::size_t i = 0; i < count; ++i) {
        const DealLine& line = lines_[first + i];
        Row& row = rows[i];
        if (row.error.empty() && !ids.insert(row.id).second) row.error = fmt::format("/id: the deal {} stands twice", row.id);
        if (!row.error.empty()) {
          // Within a line of JSON lines every error is of that line.
          const std::uint64_t at = line.line + (row.error_line > 0 ? row.error_line - 1 : 0);
          if (book_.rejected_.size() < kRejectedMax) book_.rejected_.push_back({names_[line.file], at, row.error});
          continue;
        }
        TAMGA_TRY(const std::uint64_t at, keep(line.bytes));
        TAMGA_TRY_STATUS(builder_.add(row.facts, at, static_cast<std::uint32_t>(line.bytes.size())));
      }
      progress_("decided", static_cast<std::int64_t>(first + count), static_cast<std::int64_t>(lines_.size()));
    }
    return {};
  }

  Result<OpenDealBook> compiled() {
    const names::Model& model = *basis_.snapshot.matching;
    TAMGA_TRY(book_.facts_, exposure::Book::from_bytes(builder_.bytes(basis_json(book_.basis_, basis_.snapshot).dump())));
    TAMGA_TRY(auto parties, index::Index::from_bytes(watch::compile(builder_.queries(), "deals", model), "deals", model));
    book_.parties_ = std::make_shared<const index::Index>(std::move(parties));
    return OpenDealBook{std::move(book_), std::move(basis_)};
  }

  const Settings& settings_;
  const DealBookProgress& progress_;
  DealBook book_;
  DealBasis basis_;
  exposure::BookBuilder builder_;
  std::vector<std::string> names_;
  std::vector<std::unique_ptr<MappedFile>> mapped_;
  std::vector<std::unique_ptr<std::string>> owned_;
  std::vector<DealLine> lines_;
};

Result<OpenDealBook> open_deal_book(const Settings& settings, const DealSource& source, bool with_basis, const DealBookProgress& progress) {
  DealBookMaker maker(settings, progress);
  const Date day = source.as_of.value_or(source.today);
  if (!source.files.empty()) return maker.of_files(source.files, day);
  std::error_code error;
  if (!source.record && fs::exists(current_of(settings), error)) return maker.of_book(source, with_basis);
  return maker.of_record(day, source.most);
}

Result<DealImport> import_deal_book(const Settings& settings, const std::vector<std::string>& files, Date as_of, const DealBookProgress& progress) {
  return DealBookMaker(settings, progress).import_files(files, as_of);
}

}  // namespace tamga::app
