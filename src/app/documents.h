#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "app/approvals.h"
#include "app/casework.h"
#include "app/consult.h"
#include "app/editions.h"
#include "app/goods.h"
#include "app/licences.h"
#include "app/owners.h"
#include "app/rules.h"
#include "base/json.h"
#include "store/cases.h"

/// What the command line gives with --json and the server as a body: one shape of each.
namespace tamga::app {

[[nodiscard]] Json document(const match::NameComparison& compared);
[[nodiscard]] Json document(const match::Query& query, Json basis, const std::vector<match::Hit>& hits);

[[nodiscard]] Json document(const store::Alert& alert);
Result<Json> document(const AlertStory& story);
[[nodiscard]] Json document(const store::Mark& mark);
[[nodiscard]] Json reasons_document();
[[nodiscard]] Json document(const store::Person& person);
[[nodiscard]] Json document(const store::Proposal& proposal);
/// Without its content: what somebody who proposed needs.
[[nodiscard]] Json brief(const store::Proposal& proposal);

/// Past its deadline and still not done: a report until it is sent, a question until it is answered. `today`: YYYY-MM-DD.
[[nodiscard]] bool overdue(const store::Consultation& one, std::string_view today);
[[nodiscard]] Json document(const store::Consultation& one, std::string_view today);

[[nodiscard]] Decimal left_of(const LicenceView& view, const licences::Cap& cap);
/// open, returned, reopened, or shipped.
[[nodiscard]] std::string_view state_of(const LicenceUseView& use);
/// The last day for each duty of a use, in the order of the duties.
[[nodiscard]] std::vector<std::string> due_days(const licences::Licence& licence, std::string_view used_at);
[[nodiscard]] Json licences_document(const std::vector<LicenceView>& views, Date day);
/// One licence, as show_licence() reads it.
[[nodiscard]] Json document(const LicenceView& view, Date day);
[[nodiscard]] Json document(const std::vector<ReopenedDeal>& deals);

[[nodiscard]] Json document(const std::vector<Nomenclature>& nomenclatures);
[[nodiscard]] Json goods_document(const Rules& rules, const std::string& code, Date day);
[[nodiscard]] Json goods_document(const GoodsWords& words, const std::string& text, goods::Language language, const goods::Fitting& fitting,
                                  std::size_t limit, Date day);
[[nodiscard]] Json document(const GoodsWords& words, const CheckedRow& row);

[[nodiscard]] Json document(const store::StoredEdition& edition);
/// Days since the authority was last known to give this content.
[[nodiscard]] long age_of(const store::StoredEdition& edition, Date today);
[[nodiscard]] long age_of(const clear::BasisEdition& edition, Date today);
/// `age_max` 0: never. House lists have an end instead.
[[nodiscard]] bool is_stale(const store::StoredEdition& edition, Date today, long age_max);
[[nodiscard]] Json document(const std::vector<ListedEdition>& editions, Date today, long age_max);

[[nodiscard]] Json document(const std::vector<policy::RuleBook::RuleLine>& lines, Date day, const std::string& policy);
[[nodiscard]] Json document(const std::vector<store::KnownKey>& keys);
[[nodiscard]] Json document(const store::Verification& verification);

/// The holdings that an answer rests on.
[[nodiscard]] std::set<std::uint32_t> deciding(const OwnersReport& report);
[[nodiscard]] Json document(const OwnersSnapshot& opened, const OwnersReport& report);

}  // namespace tamga::app
