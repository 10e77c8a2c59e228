#include "clear/come_back.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "resemblance/resemblance.h"

namespace tamga::clear {
namespace {

/// Earlier deals told in one finding; more of them would not be read.
constexpr std::size_t kTold = 3;

std::string change_text(const resemblance::Change& change) {
  if (change.was.empty()) return fmt::format("{} is new: {}", change.what, change.now);
  if (change.now.empty()) return fmt::format("{} {} is gone", change.what, change.was);
  return fmt::format("{} was {}, is {}", change.what, change.was, change.now);
}

Json to_json(const PastDeal& past, const resemblance::Comparison& compared) {
  Json changed = Json::array();
  for (const auto& change : compared.changed) {
    Json item = Json::object();
    changed.push(std::move(item.set("what", change.what).set("was", change.was).set("now", change.now)));
  }
  Json json = Json::object();
  json.set("decision", past.decision).set("deal", past.deal.id).set("outcome", past.outcome).set("as_of", past.as_of);
  json.set("sequence", Json::number(past.sequence)).set("score", Json::number_literal(Decimal{compared.score, 3}.text()));
  return std::move(json.set("same", Json::strings(compared.same)).set("changed", std::move(changed)));
}

}  // namespace

void judge_come_back(const Snapshot& snapshot, const Deal& deal, const Context& context, std::vector<Finding>& findings) {
  struct Found {
    const PastDeal* past;
    resemblance::Comparison compared;
  };
  std::vector<Found> found;
  for (const auto& past : context.past) {
    auto compared = resemblance::compare(past.deal, deal, *snapshot.matching);
    if (compared.recognised) found.push_back({&past, std::move(compared)});
  }
  if (found.empty()) return;
  std::stable_sort(found.begin(), found.end(), [](const Found& a, const Found& b) {
    return a.compared.score != b.compared.score ? a.compared.score > b.compared.score : a.past->sequence > b.past->sequence;
  });
  const Found& best = found.front();
  std::vector<std::string> changes;
  for (const auto& change : best.compared.changed) changes.push_back(change_text(change));
  Finding finding;
  finding.rule = "come_back.refused_deal";
  finding.outcome = Outcome::review;
  finding.authority = "OFAC, BIS and the European Union";
  finding.citation = "31 CFR 587.205 (evasions); 15 CFR 764.2(h) and Part 732, Supp. No. 3; Reg (EU) 833/2014 Art 12";
  finding.because = fmt::format("The deal resembles {}, decided {} as of {} ({}): {}. What changed must be explained before it goes ahead.",
                                best.past->deal.id, best.past->outcome, best.past->as_of, best.past->decision, fmt::join(changes, "; "));
  finding.evidence = Json::object();
  Json earlier = Json::array();
  for (std::size_t i = 0; i < std::min(found.size(), kTold); ++i) earlier.push(to_json(*found[i].past, found[i].compared));
  finding.evidence.set("earlier", std::move(earlier)).set("found", Json::number(static_cast<std::int64_t>(found.size())));
  findings.push_back(std::move(finding));
}

}  // namespace tamga::clear
