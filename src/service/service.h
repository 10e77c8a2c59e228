#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "app/decisions.h"
#include "app/live.h"
#include "app/owners.h"
#include "app/settings.h"
#include "base/json.h"
#include "base/result.h"
#include "match/screen.h"

/// Questions and answers as JSON, over lists and rules that stay open between them: what libtamga and the MCP server stand on. Answers have the
/// shapes of the command line's --json.
namespace tamga::service {

enum class Record : std::uint8_t { leave, record };

/// Deals that were refused in one session without being recorded, the last ones.
using RefusedDeals = std::vector<clear::PastDeal>;

/// Safe to use from several threads. The rules are read once; lists, registers, nomenclatures of goods and the day's date are looked at with each
/// question, so that an edition which another process imported counts from the next question on.
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
  Result<match::NameComparison> compare(std::string_view name1, std::string_view name2, std::string_view schema);
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
  /// A workspace that nobody uses now; it goes back when the lease ends.
  class Lease;

  Result<std::shared_ptr<const names::Model>> model();

  app::Settings settings_;
  app::LiveScreeners screeners_;
  app::LiveClearing clearing_;
  std::mutex opening_model_;
  std::shared_ptr<const names::Model> model_;  ///< guarded by opening_model_
  std::mutex resting_;
  std::vector<match::Workspace> workspaces_;  ///< guarded by resting_
  std::vector<match::Comparer> comparers_;    ///< guarded by resting_
};

}  // namespace tamga::service
