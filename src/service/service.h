#pragma once

#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "app/decisions.h"
#include "app/goods.h"
#include "app/owners.h"
#include "app/screening.h"
#include "app/settings.h"
#include "base/json.h"
#include "base/result.h"
#include "match/screen.h"
#include "service/store_watch.h"

/// Questions and answers as JSON, over lists and rules that stay open between them: what libtamga and the MCP server stand on. Answers have the
/// shapes of the command line's --json.
namespace tamga::service {

enum class Record : std::uint8_t { leave, record };

/// Deals that were refused in one session without being recorded, the last ones.
using RefusedDeals = std::vector<clear::PastDeal>;

/// What two names come to.
struct Comparison {
  match::Score score = 0;
  std::vector<match::Reason> explain;
};

/// Safe to use from several threads. The rules are read once; lists, registers and the day's date are looked at with each question, so that an
/// edition which another process imported counts from the next question on.
class Service {
 public:
  /// `options`: {"data","policy","max_list_age","threads"}, each of which may be absent; an empty text is no options. Does not ask for a store: a
  /// question that needs one says so.
  static Result<std::unique_ptr<Service>> open(std::string_view options);
  /// The settings are complete, with what DATA/tamga.toml says.
  explicit Service(app::Settings settings);
  Service(const Service&) = delete;
  Service& operator=(const Service&) = delete;
  ~Service();

  /// {"name" or "names","schema","birth_date","country","address","identifier","threshold","lists","as_of","exhaustive"} or {"entity", and the last
  /// four}. Several names are names of one party. As `tamga screen`.
  Result<Json> screen(const Json& question);
  /// The score of two names in ten-thousandths; `schema` may be empty, and is then LegalEntity. As `tamga compare`.
  Result<Comparison> compare(std::string_view name1, std::string_view name2, std::string_view schema);
  /// The same without the reasons: several times faster.
  Result<match::Score> score(std::string_view name1, std::string_view name2, std::string_view schema);
  /// `deal`: the bytes of a deal in JSON or of a payment message. `question`: {"as_of"}. As `tamga clear`; several transactions of one message give
  /// {"decisions"}. With `refused` a deal that comes back changed is recognised even where nothing was recorded, and refused ones are added; not for
  /// use from several threads at once.
  Result<Json> clear(std::string deal, const Json& question, Record record, RefusedDeals* refused = nullptr);
  /// {"party","regime","as_of"}. As `tamga owners show`.
  Result<Json> owners(const Json& question);
  /// {"code","as_of"} or {"text","limit","language","as_of"}. As `tamga goods`.
  Result<Json> goods(const Json& question);
  /// {"as_of"}. As `tamga lists status`.
  Result<Json> lists(const Json& question);

  /// An array of {"list","part","title","authority","url","published","age_days","stale","sample"}: what is in force on a day.
  Result<Json> list_ages(Date as_of);

  [[nodiscard]] const app::Settings& settings() const { return settings_; }

 private:
  struct OpenScreener {
    Date as_of;
    std::vector<std::string> lists;
    std::uint64_t generation = 0;  ///< of the store, when it was last found to hold the same editions
    std::shared_ptr<const app::Screener> screener;
  };
  template <typename Basis>
  struct OpenBasis {
    Date as_of;
    std::string key;               ///< the editions in force on that day
    std::uint64_t generation = 0;  ///< of the store, when they were last found to be so
    std::shared_ptr<const Basis> basis;
  };
  /// A workspace that nobody uses now; it goes back when the lease ends.
  class Lease;

  Result<std::shared_ptr<const app::Screener>> screener_of(Date as_of, std::vector<std::string> lists);
  Result<std::shared_ptr<const app::DealBasis>> basis_of(store::Store& store, Date as_of);
  Result<std::shared_ptr<const app::OwnersSnapshot>> owners_of(Date as_of);
  Result<std::shared_ptr<const app::GoodsWords>> goods_words();
  Result<std::shared_ptr<const names::Model>> model();

  app::Settings settings_;
  StoreWatch watch_;
  std::mutex opening_screeners_;
  std::list<OpenScreener> screeners_;  ///< last used first; guarded by opening_screeners_
  std::mutex opening_bases_;
  std::list<OpenBasis<app::DealBasis>> bases_;  ///< last used first; guarded by opening_bases_
  std::mutex opening_owners_;
  std::list<OpenBasis<app::OwnersSnapshot>> owners_;  ///< last used first; guarded by opening_owners_
  std::mutex opening_goods_;
  std::shared_ptr<const app::GoodsWords> goods_words_;  ///< guarded by opening_goods_
  std::mutex opening_model_;
  std::shared_ptr<const names::Model> model_;  ///< guarded by opening_model_
  std::mutex resting_;
  std::vector<match::Workspace> workspaces_;  ///< guarded by resting_
  std::vector<match::Comparer> comparers_;    ///< guarded by resting_
};

}  // namespace tamga::service
