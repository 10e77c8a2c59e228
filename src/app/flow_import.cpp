#include <fmt/format.h>

#include <filesystem>
#include <optional>
#include <thread>

#include "app/conveyor.h"
#include "app/flow_store.h"
#include "app/flow_tables.h"
#include "app/sorted_runs.h"
#include "base/sha256.h"
#include "base/unpacked_reader.h"
#include "flows/rows.h"

// A file goes by in blocks. Its usable rows are sorted by series and period in runs beside the store and merged into it; what stands twice is seen in
// the merge, and its text is fetched from the file a second time. One thread reads and hashes, this one splits rows, one sorts and writes runs; then
// one merges while this one writes the store.
namespace tamga::app {
namespace {

// A hundred million rows of Comtrade, with all of their columns, have some 20 GB.
constexpr FileLimits kLimits{.bytes = std::size_t{1} << 40, .members = 1000};
constexpr std::int64_t kRowsToTell = 10'000'000;

/// A row that repeats or contradicts another one.
struct Double {
  std::uint32_t line = 0;
  std::uint32_t first = 0;  ///< line of the row that stands; 0: it stands in another file
  flows::Fault fault = flows::Fault::duplicate;
  friend bool operator<(const Double& a, const Double& b) { return a.line < b.line; }
};
void put(std::string& out, const Double& one, const Double& before) {
  flows::put(out, one.line - before.line);
  flows::put(out, one.first);
  flows::put(out, static_cast<std::uint64_t>(one.fault));
}
void take(flows::Taker& from, Double& one) {
  one.line += static_cast<std::uint32_t>(from.take());
  one.first = static_cast<std::uint32_t>(from.take());
  one.fault = static_cast<flows::Fault>(from.take());
}

/// An item of a declaration, and which row of the merge it is.
struct Declared {
  std::uint64_t part = 0;
  std::uint64_t row = 0;
  std::uint32_t line = 0;
  friend bool operator<(const Declared& a, const Declared& b) { return a.part != b.part ? a.part < b.part : a.row < b.row; }
};
void put(std::string& out, const Declared& one, const Declared& before) {
  flows::put(out, one.part - before.part);
  flows::put(out, one.row);
  flows::put(out, one.line);
}
void take(flows::Taker& from, Declared& one) {
  one.part += from.take();
  one.row = from.take();
  one.line = static_cast<std::uint32_t>(from.take());
}

/// A row of the merge that is left out.
struct Late {
  std::uint64_t row = 0;
  friend bool operator<(const Late& a, const Late& b) { return a.row < b.row; }
};
void put(std::string& out, const Late& one, const Late& before) { flows::put(out, one.row - before.row); }
void take(flows::Taker& from, Late& one) { one.row += from.take(); }

/// Reads a member of a file on a thread of its own.
class Blocks {
 public:
  Blocks(UnpackedReader& reader, std::size_t bytes) : thread_([this, &reader, bytes] { read(reader, bytes); }) {}
  Blocks(const Blocks&) = delete;
  Blocks& operator=(const Blocks&) = delete;
  ~Blocks() { stop(); }

  std::optional<std::string> next() { return blocks_.pop(); }
  /// The digest of all bytes, after the last block; an error of reading.
  Result<std::string> finish() {
    stop();
    TAMGA_TRY_STATUS(status_);
    return "sha256:" + hash_.hex();
  }

 private:
  void stop() {
    blocks_.close();
    if (thread_.joinable()) thread_.join();
  }
  void read(UnpackedReader& reader, std::size_t bytes) {
    for (;;) {
      std::string block(bytes, '\0');
      const auto got = reader.read(block.data(), block.size());
      if (!got) status_ = std::unexpected(got.error());
      if (!got || *got == 0) break;
      block.resize(*got);
      hash_.update(block);
      if (!blocks_.push(std::move(block))) break;
    }
    blocks_.close();
  }

  Conveyor<std::string> blocks_{4};
  Sha256 hash_;
  Status status_;
  std::thread thread_;  ///< last, since it uses the others
};

/// Rows of whole series.
struct Series {
  std::vector<flows::Row> rows;
  std::vector<std::size_t> ends;  ///< of each series in `rows`
};

class Import {
 public:
  Import(store::Database& database, const flows::ReadOptions& options, const FlowImportLimits& limits,
         const std::function<void(const std::string& stage)>& progress)
      : database_(database), options_(options), limits_(limits), progress_(progress) {}

  /// `member`: the how-manieth of the file at `path`, as which it can be read again.
  Result<FlowImport> file(UnpackedReader& unpacked, const std::string& path, std::size_t member, std::string name) {
    done_ = {};
    done_.file = std::move(name);
    TAMGA_TRY(done_.number, next_number());
    SortedRuns<flows::Row> rows(database_.path(), limits_.chunk_rows);
    flows::Reader reader(done_.file, options_);
    TAMGA_TRY_STATUS(each_nomenclature([&](const flows::ReportedIn& known) { reader.reported_before(known); }));
    TAMGA_TRY_STATUS(read(unpacked, reader, rows));
    TAMGA_TRY(const bool known, is_known());
    if (known) return done_;
    const auto& about = reader.about();
    source_ = about.source;
    done_.source = flows::word(about.source);
    done_.layout = about.layout;
    done_.rows = about.read;
    done_.totals = about.totals;
    SortedRuns<Double> doubles(database_.path(), limits_.chunk_rows);
    SortedRuns<Late> late(database_.path(), limits_.chunk_rows);
    TAMGA_TRY_STATUS(rows.sort());
    if (source_ == flows::Source::declarations) TAMGA_TRY_STATUS(find_late(rows, late, doubles));
    TAMGA_TRY_STATUS(late.sort());
    progress_("merging " + done_.file);
    TAMGA_TRY_STATUS(merge(rows, late, doubles));
    TAMGA_TRY_STATUS(doubles.sort());
    TAMGA_TRY_STATUS(keep_doubles(doubles, path, member));
    for (const auto& one : reader.nomenclatures()) TAMGA_TRY_STATUS(insert_nomenclature(one));
    TAMGA_TRY_STATUS(insert_file());
    TAMGA_TRY_STATUS(list_rejected());
    return done_;
  }

 private:
  Result<std::int64_t> next_number() {
    TAMGA_TRY(auto statement, database_.prepare("SELECT coalesce(max(number), 0) + 1 FROM files"));
    TAMGA_TRY(const bool row, statement.step());
    TAMGA_CHECK(row);
    return statement.number(0);
  }

  Status read(UnpackedReader& unpacked, flows::Reader& reader, SortedRuns<flows::Row>& rows) {
    Blocks blocks(unpacked, limits_.block_bytes);
    flows::Batch batch;
    const auto drain = [&]() -> Status {
      for (const auto& row : batch.rows) TAMGA_TRY_STATUS(rows.add(row));
      for (const auto& rejected : batch.rejected) TAMGA_TRY_STATUS(reject(rejected));
      batch.rows.clear();
      batch.rejected.clear();
      return {};
    };
    auto told = kRowsToTell;
    while (const auto block = blocks.next()) {
      TAMGA_TRY_STATUS(reader.take(*block, batch));
      TAMGA_TRY_STATUS(drain());
      if (reader.about().read < told) continue;
      progress_(fmt::format("reading {}: {} million rows", done_.file, reader.about().read / 1'000'000));
      told += kRowsToTell;
    }
    // What cannot be read to its end is not judged by its rows.
    TAMGA_TRY(done_.hash, blocks.finish());
    TAMGA_TRY_STATUS(reader.finish(batch));
    return drain();
  }

  Result<bool> is_known() {
    TAMGA_TRY(auto statement, database_.prepare("SELECT number, source, layout, rows, kept, totals FROM files WHERE hash = ?"));
    statement.bind(done_.hash);
    TAMGA_TRY(done_.known, statement.step());
    if (!done_.known) return false;
    TAMGA_TRY(auto remove, database_.prepare("DELETE FROM rejected WHERE file = ?"));
    remove.bind(done_.number);
    TAMGA_TRY_STATUS(remove.run());
    done_.number = statement.number(0);
    done_.source = statement.text(1);
    done_.layout = statement.text(2);
    done_.rows = statement.number(3);
    done_.kept = statement.number(4);
    done_.totals = statement.number(5);
    done_.faults = {};
    return true;
  }

  Status reject(const flows::Rejected& rejected) {
    ++done_.faults[static_cast<std::size_t>(rejected.fault)];
    TAMGA_TRY(auto insert, database_.prepare("INSERT INTO rejected VALUES(?, ?, ?, ?, ?)"));
    insert.bind(done_.number).bind(std::int64_t{rejected.line}).bind(flows::word(rejected.fault)).bind(rejected.why).bind(rejected.row);
    return insert.run();
  }

  /// Calls each(row) for rows that stand, in order; an earlier row of the same place stands, the others are doubles.
  template <typename Each>
  static Status standing(const SortedRuns<flows::Row>& rows, SortedRuns<Double>* doubles, Each each) {
    SortedRuns<flows::Row>::Walk walk(rows);
    flows::Row row;
    flows::Row first;
    for (bool any = false;;) {
      TAMGA_TRY(const bool more, walk.next(row));
      if (!more) return {};
      if (any && first.same_place(row)) {
        if (doubles != nullptr)
          TAMGA_TRY_STATUS(doubles->add({row.line, first.line, first.same_numbers(row) ? flows::Fault::duplicate : flows::Fault::contradiction}));
        continue;
      }
      any = true;
      first = row;
      TAMGA_TRY_STATUS(each(row));
    }
  }

  /// Each number and item of a declaration counts once: in the store, and in this file in the first series that has it.
  Status find_late(const SortedRuns<flows::Row>& rows, SortedRuns<Late>& late, SortedRuns<Double>& doubles) {
    SortedRuns<Declared> declared(database_.path(), limits_.chunk_rows);
    std::uint64_t number = 0;
    TAMGA_TRY_STATUS(standing(rows, nullptr, [&](const flows::Row& row) { return declared.add({row.part, number++, row.line}); }));
    TAMGA_TRY_STATUS(declared.sort());
    // In the order of the keys, since the table is a tree of them.
    SortedRuns<Declared>::Walk walk(declared);
    Declared one;
    for (std::uint64_t before = 0;;) {
      TAMGA_TRY(const bool more, walk.next(one));
      if (!more) return {};
      bool fresh = false;
      if (one.part != before) {
        TAMGA_TRY(auto insert, database_.prepare("INSERT OR IGNORE INTO declarations VALUES(?) RETURNING key"));
        insert.bind(static_cast<std::int64_t>(one.part));
        TAMGA_TRY(fresh, insert.step());
      }
      before = one.part;
      if (fresh) continue;
      TAMGA_TRY_STATUS(late.add({one.row}));
      TAMGA_TRY_STATUS(doubles.add({one.line, 0, flows::Fault::declared_before}));
    }
  }

  Status merge(const SortedRuns<flows::Row>& rows, const SortedRuns<Late>& late, SortedRuns<Double>& doubles) {
    {
      TAMGA_TRY(auto statement, database_.prepare("SELECT 1 FROM series WHERE source = ? LIMIT 1"));
      statement.bind(static_cast<std::int64_t>(source_));
      TAMGA_TRY(const bool any, statement.step());
      first_of_source_ = !any;
    }
    Conveyor<Series> conveyor(4);
    Status merging;
    std::thread thread([&] {
      merging = collect(rows, late, doubles, conveyor);
      conveyor.close();
    });
    Status writing;
    while (const auto series = conveyor.pop()) {
      writing = write(*series);
      if (!writing) break;
    }
    conveyor.close();
    thread.join();
    return writing ? merging : writing;
  }

  Status collect(const SortedRuns<flows::Row>& rows, const SortedRuns<Late>& late, SortedRuns<Double>& doubles, Conveyor<Series>& conveyor) {
    SortedRuns<Late>::Walk left_out(late);
    Late next;
    TAMGA_TRY(bool some_late, left_out.next(next));
    std::uint64_t number = 0;
    Series batch;
    TAMGA_TRY_STATUS(standing(rows, &doubles, [&](const flows::Row& row) -> Status {
      if (some_late && next.row == number++) {
        TAMGA_TRY(some_late, left_out.next(next));
        return {};
      }
      if (!batch.rows.empty() && !flows::same_series(batch.rows.back().place, row.place)) {
        batch.ends.push_back(batch.rows.size());
        if (batch.rows.size() >= limits_.batch_rows) {
          conveyor.push(std::exchange(batch, {}));
          batch.rows.reserve(limits_.batch_rows + 64);
        }
      }
      batch.rows.push_back(row);
      return {};
    }));
    if (batch.rows.empty()) return {};
    batch.ends.push_back(batch.rows.size());
    conveyor.push(std::move(batch));
    return {};
  }

  Status write(const Series& series) {
    std::size_t begin = 0;
    for (const auto end : series.ends) {
      const auto rows = std::span(series.rows).subspan(begin, end - begin);
      begin = end;
      TAMGA_TRY_STATUS(write_series(rows));
    }
    done_.series += static_cast<std::int64_t>(series.ends.size());
    done_.kept += static_cast<std::int64_t>(series.rows.size());
    return {};
  }

  Status write_series(std::span<const flows::Row> rows) {
    const auto file = static_cast<std::uint32_t>(done_.number);
    const auto key = flows::series_key(source_, rows[0].place);
    std::vector<flows::Point> points;
    if (!first_of_source_) {
      TAMGA_TRY(points, flow_tables::read_points(database_, key));
    }
    columns_.clear();
    origins_.clear();
    if (points.empty()) {
      done_.periods.added += static_cast<std::int64_t>(flows::pack_rows(rows, file, columns_, origins_));
    } else {
      const auto merged =
          flows::merge(points, flows::points_of(rows, file), source_ == flows::Source::declarations ? flows::Merge::add : flows::Merge::replace);
      done_.periods.added += merged.added;
      done_.periods.revised += merged.revised;
      done_.periods.unchanged += merged.unchanged;
      if (merged.added + merged.revised == 0) return {};
      columns_ = flows::pack_columns(points);
      origins_ = flows::pack_origins(points);
    }
    TAMGA_TRY(auto insert, database_.prepare("INSERT OR REPLACE INTO series VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?)"));
    flow_tables::bind_key(insert, key);
    insert.bind_blob(columns_).bind_blob(origins_);
    return insert.run();
  }

  /// What stands on the lines of the doubles is read from the file once more.
  Status keep_doubles(const SortedRuns<Double>& doubles, const std::string& path, std::size_t member) {
    SortedRuns<Double>::Walk walk(doubles);
    Double one;
    TAMGA_TRY(bool more, walk.next(one));
    if (!more) return {};
    progress_("reading " + done_.file + " again for rows that stand twice");
    TAMGA_TRY(auto unpacked, UnpackedReader::open(path, kLimits));
    std::string name;
    for (std::size_t i = 0; i <= member; ++i) {
      TAMGA_TRY(const bool there, unpacked.next(name));
      if (!there) return bad_input_in(done_.file, 0, "changed while it was read");
    }
    Blocks blocks(unpacked, limits_.block_bytes);
    flows::Lines lines;
    const auto each = [&](std::string_view line, std::uint64_t number, bool /*cut*/) -> Status {
      if (!more || one.line != number) return {};
      TAMGA_TRY_STATUS(reject({one.line, one.fault,
                               one.fault == flows::Fault::duplicate       ? fmt::format("the same as line {}", one.first)
                               : one.fault == flows::Fault::contradiction ? fmt::format("contradicts line {}, which stands", one.first)
                                                                          : "this declaration and item came before",
                               flows::shown_row(line)}));
      TAMGA_TRY(more, walk.next(one));
      return {};
    };
    while (const auto block = blocks.next()) TAMGA_TRY_STATUS(lines.take(*block, each));
    TAMGA_TRY(const auto hash, blocks.finish());
    TAMGA_TRY_STATUS(lines.finish(each));
    if (hash != done_.hash || more) return bad_input_in(done_.file, 0, "changed while it was read");
    return {};
  }

  template <typename Each>
  Status each_nomenclature(Each each) {
    TAMGA_TRY(auto statement, database_.prepare("SELECT flow, frequency, reporter, period, edition FROM nomenclatures"));
    while (true) {
      TAMGA_TRY(const bool row, statement.step());
      if (!row) return {};
      each({{static_cast<flows::Flow>(statement.number(0)), static_cast<flows::Frequency>(statement.number(1)),
             flows::country_from(statement.text(2)), static_cast<flows::Period>(statement.number(3))},
            static_cast<int>(statement.number(4))});
    }
  }

  Status insert_nomenclature(const flows::ReportedIn& one) {
    TAMGA_TRY(auto insert, database_.prepare("INSERT OR IGNORE INTO nomenclatures VALUES(?, ?, ?, ?, ?)"));
    insert.bind(static_cast<std::int64_t>(one.of.flow)).bind(static_cast<std::int64_t>(one.of.frequency));
    insert.bind(flows::country_text(one.of.reporter)).bind(std::int64_t{one.of.period}).bind(std::int64_t{one.edition});
    return insert.run();
  }

  Status insert_file() {
    TAMGA_TRY(auto insert, database_.prepare("INSERT INTO files VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?)"));
    insert.bind(done_.number).bind(done_.file).bind(done_.hash).bind(done_.source).bind(done_.layout);
    insert.bind(done_.rows).bind(done_.kept).bind(done_.totals).bind(done_.rejected_rows());
    return insert.run();
  }

  Status list_rejected() {
    TAMGA_TRY(auto statement, database_.prepare("SELECT line, fault, why, row FROM rejected WHERE file = ? ORDER BY line LIMIT ?"));
    statement.bind(done_.number).bind(kRejectedListed);
    while (true) {
      TAMGA_TRY(const bool row, statement.step());
      if (!row) return {};
      done_.rejected.push_back({static_cast<std::uint32_t>(statement.number(0)), statement.text(1), statement.text(2), statement.text(3)});
    }
  }

  store::Database& database_;
  const flows::ReadOptions& options_;
  const FlowImportLimits& limits_;
  const std::function<void(const std::string& stage)>& progress_;
  FlowImport done_;
  flows::Source source_ = flows::Source::comext;
  bool first_of_source_ = false;
  std::string columns_;
  std::string origins_;
};

/// Into a store without series the rows are written under a rollback journal: pages that are new are written once then, and nobody reads. Later a
/// write-ahead log lets others go on reading meanwhile. Where somebody has the store open, it stays as it is.
Status choose_journal(store::Database& database) {
  TAMGA_TRY(bool any, flow_tables::holds(database, "series"));
  if (any) {
    TAMGA_TRY(auto statement, database.prepare("SELECT 1 FROM series LIMIT 1"));
    TAMGA_TRY(any, statement.step());
  }
  static_cast<void>(database.run(any ? "PRAGMA journal_mode = WAL" : "PRAGMA journal_mode = DELETE"));
  return {};
}

/// Takes away what an import that failed had to make: a file, or a folder where it is empty.
class Made {
 public:
  Made(std::string path, bool is_new) : path_(std::move(path)), goes_(is_new) {}
  Made(const Made&) = delete;
  Made& operator=(const Made&) = delete;
  ~Made() {
    std::error_code error;
    if (goes_) std::filesystem::remove(path_, error);
  }
  void keep() { goes_ = false; }

 private:
  std::string path_;
  bool goes_;
};

}  // namespace

Result<std::vector<FlowImport>> import_flows(const Settings& settings, const std::vector<std::string>& files, const flows::ReadOptions& options,
                                             const std::function<void(const std::string& stage)>& progress, const FlowImportLimits& limits) {
  std::error_code error;
  Made folder(settings.data, std::filesystem::create_directories(settings.data, error));
  if (error) return failure(fmt::format("{}: cannot be made: {}", settings.data, error.message()));
  TAMGA_TRY(auto database, flow_tables::open(flow_tables::path_of(settings), store::Database::Mode::create));
  TAMGA_TRY_STATUS(choose_journal(database));
  TAMGA_TRY_STATUS(database.run("BEGIN IMMEDIATE"));
  TAMGA_TRY(const bool was_there, flow_tables::holds(database, "series"));
  // It goes before the lock does: nobody has written to it, and SQLite tells who waits for the lock that the file is another.
  Made store(database.path(), !was_there);
  SpillFile::remove_leftovers(database.path());
  TAMGA_TRY_STATUS(flow_tables::make(database));
  std::vector<FlowImport> done;
  Import bringing_in(database, options, limits, progress);
  for (const auto& path : files) {
    progress("reading " + path);
    TAMGA_TRY(auto unpacked, UnpackedReader::open(path, kLimits));
    std::string name;
    for (std::size_t member = 0;; ++member) {
      TAMGA_TRY(const bool more, unpacked.next(name));
      if (!more) break;
      // What fails here leaves the transaction open, and the database closes without it.
      TAMGA_TRY(auto one, bringing_in.file(unpacked, path, member, name));
      done.push_back(std::move(one));
    }
  }
  progress("flushing to the disk");
  TAMGA_TRY_STATUS(database.run("COMMIT"));
  store.keep();
  folder.keep();
  static_cast<void>(database.run("PRAGMA journal_mode = WAL"));
  return done;
}

}  // namespace tamga::app
