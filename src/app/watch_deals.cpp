#include "app/watch_deals.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "store/watch.h"

namespace tamga::app {
namespace {

/// What of a decision counts: its findings without their words, since an age in days is another one each day.
std::vector<std::string> signature(const Json& decision) {
  std::vector<std::string> all;
  if (const Json* findings = decision.find("findings"); findings != nullptr) {
    for (const auto& finding : findings->items) {
      std::string text = fmt::format("{} {} {}", finding.get("outcome"), finding.get("rule"), finding.get("about"));
      const Json* evidence = finding.find("evidence");
      if (evidence != nullptr && !finding.get("rule").starts_with("basis.")) text += " " + evidence->dump();
      all.push_back(std::move(text));
    }
  }
  std::sort(all.begin(), all.end());
  return all;
}

/// The newest decision of each of these deals, and the bytes of the deal as it was given then.
struct Decided {
  Json decision;
  std::string deal;
};
Result<std::map<std::string, Decided>> last_decisions(store::Store& store, const std::vector<std::string>& deals) {
  const std::set<std::string> wanted(deals.begin(), deals.end());
  std::map<std::string, Decided> all;
  TAMGA_TRY_STATUS(store.each_since(0, "decision", [&](const store::LedgerEntry& entry) -> Status {
    TAMGA_TRY(const Json payload, parse_json(entry.payload));
    if (payload.get("deal").empty()) return {};
    TAMGA_TRY(Json decision, parse_json(payload.get("decision")));
    std::string deal(decision.get("deal"));
    if (wanted.contains(deal)) all[std::move(deal)] = {std::move(decision), std::string(payload.get("deal"))};
    return {};
  }));
  return all;
}

WatchEvent event_of(const clear::Decision& decision) {
  WatchEvent event;
  event.kind = WatchEvent::Kind::deal;
  event.entry = decision.deal;
  event.name = decision.deal;
  event.outcome = policy::outcome_name(decision.outcome);
  return event;
}

}  // namespace

Status decide_watched(const Settings& settings, store::Store& store, ClearRequest deals, const std::function<void(const WatchEvent&)>& each) {
  std::vector<std::string> ids;
  for (const auto& deal : deals.deals) ids.push_back(deal.deal.id);
  TAMGA_TRY(const auto last, last_decisions(store, ids));
  std::erase_if(deals.deals, [&](const DealText& deal) {
    const auto known = last.find(deal.deal.id);
    return known != last.end() && known->second.deal == deal.bytes;
  });
  if (deals.deals.empty()) return {};
  return clear_deals(settings, std::move(deals), [&](const clear::Decision& decision) {
    WatchEvent event = event_of(decision);
    event.because = fmt::format("Deal {} is {}.", decision.deal, event.outcome);
    each(event);
  });
}

Status run_deals(const Settings& settings, store::Store& store, Date as_of, const std::string& at, WatchRun& run,
                 const std::function<void(const WatchEvent&)>& each, const WatchProgress& progress) {
  store::Watch watch(store);
  TAMGA_TRY(const auto watched, watch.deals());
  std::vector<std::string> open;
  for (const auto& deal : watched) {
    TAMGA_TRY(const auto shipped, store.find("shipped", deal));
    if (!shipped) {
      open.push_back(deal);
      continue;
    }
    TAMGA_TRY([[maybe_unused]] const bool removed, watch.remove_deal(deal));
  }
  if (open.empty()) return {};
  TAMGA_TRY(auto last, last_decisions(store, open));
  ClearRequest request;
  request.as_of = as_of;
  request.decided_at = at;
  request.record = false;
  for (const auto& deal : open) {
    if (!last.contains(deal)) return failure(fmt::format("deal {} is under watch and was never decided; add it again (tamga watch add)", deal));
  }
  for (const auto& [id, decided] : last) {
    TAMGA_TRY(auto deal, read_deal(decided.deal));
    request.deals.push_back(DealText{id, decided.deal, std::move(deal)});
  }
  std::set<std::string> other;
  std::int64_t done = 0;
  const auto all = static_cast<std::int64_t>(request.deals.size());
  TAMGA_TRY_STATUS(clear_deals(settings, request, [&](const clear::Decision& decision) {
    if (signature(decision.json) != signature(last[decision.deal].decision)) other.insert(decision.deal);
    progress("deals", ++done, all);
  }));
  run.deals = all;
  std::erase_if(request.deals, [&](const DealText& deal) { return !other.contains(deal.name); });
  request.record = true;
  if (request.deals.empty()) return {};
  return clear_deals(settings, request, [&](const clear::Decision& decision) {
    const Json& before = last[decision.deal].decision;
    WatchEvent event = event_of(decision);
    event.because = event.outcome == before.get("outcome")
                        ? fmt::format("Deal {} is still {}, for other reasons:", decision.deal, event.outcome)
                        : fmt::format("Deal {} was {} and is now {}:", decision.deal, before.get("outcome"), event.outcome);
    const auto known = signature(before);
    const auto now = signature(decision.json);
    const Json* findings = decision.json.find("findings");
    bool any = false;
    for (const auto& finding : findings->items) {
      const Json alone = Json::object().set("findings", Json::array().push(finding));
      if (std::binary_search(known.begin(), known.end(), signature(alone).front())) continue;
      event.because += " " + std::string(finding.get("because"));
      any = true;
      break;
    }
    if (!any) event.because += " what stood against it is gone.";
    ++run.events;
    each(event);
  });
}

}  // namespace tamga::app
