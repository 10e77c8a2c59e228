#include "app/backup.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <utility>

#include "app/decisions.h"
#include "base/files.h"
#include "store/sessions.h"
#include "store/store.h"

namespace tamga::app {
namespace {

namespace fs = std::filesystem;

/// A new folder beside the target, its owner's alone, for the copy while it is proved; it goes whatever happens.
class Workplace {
 public:
  /// `beside`: what the folder's name begins with. One that is there is another's, and stays.
  static Result<Workplace> make(const fs::path& beside) {
    std::string path = beside.string() + ".XXXXXX";
    if (::mkdtemp(path.data()) == nullptr) return failure(fmt::format("{}: cannot be created: {}", path, std::strerror(errno)));
    return Workplace(path);
  }
  Workplace(Workplace&& other) noexcept : path_(std::exchange(other.path_, {})) {}
  Workplace(const Workplace&) = delete;
  Workplace& operator=(const Workplace&) = delete;
  Workplace& operator=(Workplace&&) = delete;
  ~Workplace() {
    std::error_code error;
    if (!path_.empty()) fs::remove_all(path_, error);
  }
  [[nodiscard]] const fs::path& path() const { return path_; }

 private:
  explicit Workplace(fs::path path) : path_(std::move(path)) {}
  fs::path path_;
};

Result<BackupReport> prove(const Settings& settings, const fs::path& folder, std::int64_t replays, const BackupProgress& progress) {
  BackupReport report;
  Settings copy = settings;
  copy.data = folder.string();
  copy.store.clear();
  std::vector<std::string> decisions;
  {
    TAMGA_TRY(auto store, store::Store::open_existing(copy.data));
    // Whoever was signed in has signed out since, perhaps.
    TAMGA_TRY_STATUS(store::Sessions(store).end_all());
    progress("verifying every hash");
    TAMGA_TRY(const auto verification, store.verify());
    if (!verification.damage.empty()) return failure(fmt::format("the copy is not sound: {}", verification.damage.front().what));
    report.ledger_entries = verification.ledger_entries;
    report.head = verification.head.hash;
    TAMGA_TRY_STATUS(store.each_since(0, "decision", [&](const store::LedgerEntry& entry) -> Status {
      decisions.push_back(entry.key);
      return {};
    }));
  }
  report.decisions = static_cast<std::int64_t>(decisions.size());
  const std::int64_t wanted = std::min(replays, report.decisions);
  for (std::int64_t i = 0; i < wanted; ++i) {
    // The first, the last, and what is between them at equal steps.
    const std::int64_t at = wanted == 1 ? report.decisions - 1 : i * (report.decisions - 1) / (wanted - 1);
    const std::string& id = decisions[static_cast<std::size_t>(at)];
    progress(fmt::format("replaying decision {} of {}", i + 1, wanted));
    TAMGA_TRY(const auto again, replay(copy, id));
    if (!again.same()) return failure(fmt::format("the decision {} does not replay from the copy: byte {} differs", id, again.first_difference()));
    ++report.replayed;
  }
  std::error_code error;
  report.bytes = static_cast<std::int64_t>(fs::file_size(folder / "tamga.db", error));
  return report;
}

/// An empty file that only its owner may read, before anything is in it: it is a whole store.
Status create_private(const fs::path& path) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (file < 0) return failure(fmt::format("{}: cannot be created: {}", path.string(), std::strerror(errno)));
  ::close(file);
  return {};
}

Status move_to(const fs::path& from, const fs::path& to) {
  std::error_code error;
  // What was proved is in the file alone: the last one who closed it has emptied the log beside it.
  if (fs::exists(from.string() + "-wal", error)) return failure(fmt::format("{}-wal: was not emptied", from.string()));
  TAMGA_TRY_STATUS(flush_to_disk(from.string()));
  // Not a rename over what somebody else may have put there meanwhile.
  fs::create_hard_link(from, to, error);
  if (error == std::errc::file_exists) return bad_input(fmt::format("{}: is there already; give another name", to.string()));
  if (error) {
    error.clear();
    fs::rename(from, to, error);
  }
  if (error) return failure(fmt::format("{}: cannot be written: {}", to.string(), error.message()));
  return flush_to_disk(to.parent_path().empty() ? "." : to.parent_path().string());
}

}  // namespace

Result<BackupReport> backup(const Settings& settings, const std::string& file, std::int64_t replays, const BackupProgress& progress) {
  std::error_code error;
  if (fs::exists(file, error)) return bad_input(fmt::format("{}: is there already; give another name", file));
  TAMGA_TRY(auto store, store::Store::open_existing(settings.place()));
  TAMGA_TRY(const auto workplace, Workplace::make(file + ".part"));
  TAMGA_TRY_STATUS(create_private(workplace.path() / "tamga.db"));
  progress("copying");
  TAMGA_TRY_STATUS(store.copy_to((workplace.path() / "tamga.db").string()));
  TAMGA_TRY(auto report, prove(settings, workplace.path(), replays, progress));
  TAMGA_TRY_STATUS(move_to(workplace.path() / "tamga.db", file));
  return report;
}

Result<BackupReport> restore(const Settings& settings, const std::string& file, std::int64_t replays, const BackupProgress& progress) {
  const fs::path target = fs::path(settings.data) / "tamga.db";
  std::error_code error;
  if (settings.store.empty() && fs::exists(target, error)) {
    return bad_input(fmt::format("{}: has a store already; move it away, or restore into another folder with --data", settings.data));
  }
  if (!fs::is_regular_file(file, error)) return bad_input(fmt::format("{}: is no file, expected what tamga backup wrote", file));
  fs::create_directories(settings.data, error);
  if (!error) fs::permissions(settings.data, fs::perms::owner_all, error);
  if (error) return failure(fmt::format("{}: cannot be created: {}", settings.data, error.message()));
  TAMGA_TRY(const auto workplace, Workplace::make(fs::path(settings.data) / "restore.part"));
  progress("copying");
  const fs::path copy = workplace.path() / "tamga.db";
  if (fs::copy_file(file, copy, error)) fs::permissions(copy, fs::perms::owner_read | fs::perms::owner_write, error);
  if (error) return failure(fmt::format("{}: cannot be copied: {}", file, error.message()));
  TAMGA_TRY(auto report, prove(settings, workplace.path(), replays, progress));
  if (settings.store.empty()) {
    TAMGA_TRY_STATUS(move_to(workplace.path() / "tamga.db", target));
    return report;
  }
  progress("writing it to the server");
  TAMGA_TRY(auto store, store::Store::restore((workplace.path() / "tamga.db").string(), settings.store));
  progress("verifying every hash again");
  TAMGA_TRY(const auto verification, store.verify());
  if (!verification.damage.empty()) return failure(fmt::format("what was restored is not sound: {}", verification.damage.front().what));
  if (verification.head.hash != report.head) return failure("others wrote to the store while it was restored");
  return report;
}

}  // namespace tamga::app
