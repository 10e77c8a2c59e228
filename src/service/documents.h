#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "app/editions.h"
#include "app/goods.h"
#include "app/owners.h"
#include "base/date.h"
#include "base/json.h"
#include "goods/goods.h"
#include "goods/words.h"
#include "match/screen.h"

/// The JSON of answers, made in one place for everybody who gives them: the command line's --json, libtamga and the MCP server.
namespace tamga::service {

/// {"query","basis","hits"}
[[nodiscard]] Json screen_document(const match::Query& query, Json basis, const std::vector<match::Hit>& hits);

[[nodiscard]] Json controls_json(const std::vector<goods::Control>& controls);
[[nodiscard]] Json matched_words_json(const std::vector<goods::MatchedWord>& matched);
[[nodiscard]] Json nomenclatures_json(const std::vector<app::Nomenclature>& nomenclatures);
/// The moves of an HS code between editions; an empty array when there are none.
[[nodiscard]] Json editions_json(const goods::ControlLists& lists, std::string_view code);
/// {"code","as_of","policy","controls"} and "editions" where the code moved.
[[nodiscard]] Json code_document(const goods::ControlLists& lists, std::string_view policy, std::string_view code, Date as_of);
/// {"text","language","as_of","policy","nomenclatures","words_asked","words_known","proposals"}
[[nodiscard]] Json proposals_document(const app::GoodsWords& words, std::string_view text, goods::Language language, std::size_t limit, Date as_of);

/// The holdings, by their number in the report's graph, on which an answer other than "not owned" rests.
[[nodiscard]] std::set<std::uint32_t> deciding_holdings(const app::OwnersReport& report);
/// Whether none of the lists of an answer's rule is loaded: it cannot say no.
[[nodiscard]] bool without_list(const app::OwnersReport& report, const policy::RuleBook::OwnershipAnswer& answer);
[[nodiscard]] Json owners_document(const app::OwnersSnapshot& opened, const app::OwnersReport& report);

[[nodiscard]] Json edition_json(const store::StoredEdition& edition);
/// Days since the list's authority last gave this content.
[[nodiscard]] long age_in_days(const store::StoredEdition& edition, Date today);
/// Whether it is older than `list_age_max` days (0: never). A house list has an end of its own instead.
[[nodiscard]] bool is_stale(const store::StoredEdition& edition, Date today, long list_age_max);
/// {"lists":[…]}: every edition with its age.
[[nodiscard]] Json lists_document(const std::vector<app::ListedEdition>& editions, Date today, long list_age_max);

}  // namespace tamga::service
