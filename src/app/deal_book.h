#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "app/decisions.h"
#include "app/licences.h"
#include "app/settings.h"
#include "exposure/book.h"
#include "exposure/facts.h"
#include "index/index.h"

/// Deals decided on one basis and compiled into a book (exposure/book.h): what exposure and scenarios ask. The deals come from the record, from
/// files, or from a book that was imported; that one lies in DATA/deals/, derived, and is no part of the record.
namespace tamga::app {

using DealBookProgress = std::function<void(std::string_view what, std::int64_t done, std::int64_t all)>;

struct RejectedDeal {
  std::string file;
  std::uint64_t line = 0;
  std::string error;
};

/// What the decisions of a book stand on, so that they can be made again on it.
struct DealBookBasis {
  Date as_of;
  long list_age_max = 0;
  std::int64_t ledger_sequence = 0;
  std::string ledger_hash;
};

/// Decides on deals without recording anything, on as many threads as it is asked for. What the record knows of a deal (refused ones like it,
/// licences, marks of false hits) is that of the basis's place in the ledger.
class DealDecider {
 public:
  static Result<DealDecider> open(const Settings& settings, const DealBookBasis& basis, unsigned workers);

  /// By one worker at a time. `lapsed`: numbers of licences that no longer hold. `looked` may be nullptr.
  Result<clear::Decision> decide(std::size_t worker, const clear::Snapshot& snapshot, const Deal& deal, std::string_view bytes,
                                 const std::set<std::string>& lapsed, clear::Looked* looked);
  [[nodiscard]] std::size_t workers() const { return workers_.size(); }

 private:
  struct Worker {
    store::Store store;
    LicenceStandings standings;
    match::Workspace workspace;
    goods::ControlledFits fits;
  };
  DealBookBasis basis_;
  bool any_past_ = false;
  std::shared_ptr<const std::vector<clear::Mark>> marks_;
  std::vector<std::unique_ptr<Worker>> workers_;
};

/// Deals to take: files of JSON lines or of one deal each; none: the imported book where there is one, else the record.
struct DealSource {
  std::vector<std::string> files;
  bool record = false;  ///< the record, whether there is a book or not
  Date today;
  std::optional<Date> as_of;  ///< the day of the lists; else today, or the book's own day
  std::int64_t most = 0;      ///< of the record at most so many deals are decided on; more is an error. 0: any number
};

/// May be read from several threads.
class DealBook {
 public:
  [[nodiscard]] const exposure::Book& facts() const { return facts_; }
  /// Everybody who was screened, by exposure::Book::query_number(); searched by watch/.
  [[nodiscard]] const index::Index& parties() const { return *parties_; }
  [[nodiscard]] std::string_view deal_bytes(std::size_t deal) const;
  [[nodiscard]] const DealBookBasis& basis() const { return basis_; }
  [[nodiscard]] std::string_view source() const { return source_; }  ///< "record", "book" or "files"
  [[nodiscard]] const std::vector<RejectedDeal>& rejected() const { return rejected_; }
  [[nodiscard]] std::int64_t shipped() const { return shipped_; }    ///< deals of the record that were left out, since their goods are gone
  [[nodiscard]] std::int64_t payments() const { return payments_; }  ///< decisions on payment messages, which name no goods and were left out

 private:
  friend class DealBookMaker;
  exposure::Book facts_ = {};
  std::shared_ptr<const index::Index> parties_;
  std::string texts_;
  MappedFile mapped_;
  bool is_mapped_ = false;
  DealBookBasis basis_;
  std::string source_;
  std::vector<RejectedDeal> rejected_;
  std::int64_t shipped_ = 0;
  std::int64_t payments_ = 0;
};

/// The book, with what its decisions stand on. An imported book whose lists, rules or registers are others by now is an error that says so.
struct OpenDealBook {
  DealBook book;
  DealBasis basis;  ///< not opened (an empty snapshot) when `with_basis` was not asked for and nothing had to be decided
};
Result<OpenDealBook> open_deal_book(const Settings& settings, const DealSource& source, bool with_basis, const DealBookProgress& progress);

struct DealImport {
  std::int64_t deals = 0;
  std::int64_t parties = 0;  ///< that were screened, each once
  std::vector<RejectedDeal> rejected;
};
/// Decides on every deal of the files and makes them the book, in place of the one before. A row that cannot be read is told and left out; a deal's
/// id that stands twice too.
Result<DealImport> import_deal_book(const Settings& settings, const std::vector<std::string>& files, Date as_of, const DealBookProgress& progress);

}  // namespace tamga::app
