#include "app/past.h"

#include <fmt/format.h>

#include "resemblance/resemblance.h"

namespace tamga::app {
namespace {

bool refused(std::string_view outcome) { return outcome == "prohibited" || outcome == "licence_required"; }

/// The deal and the outcome that a ledger entry of kind "decision" holds; nothing where it was not refused.
Result<std::optional<clear::PastDeal>> refused_deal(const store::LedgerEntry& entry) {
  const auto damaged = [&] { return failure(fmt::format("the record of {} is damaged; run tamga audit verify", entry.key)); };
  const auto record = parse_json(entry.payload);
  if (!record) return damaged();
  const auto decision = parse_json(record->get("decision"));
  if (!decision) return damaged();
  if (!refused(decision->get("outcome"))) return std::nullopt;
  if (record->find("deal") == nullptr) return std::nullopt;  // a payment message
  auto deal = read_deal(record->get("deal"));
  if (!deal) return damaged();
  return clear::PastDeal{entry.sequence, entry.key, std::string(decision->get("outcome")), std::string(decision->get("as_of")), *std::move(deal)};
}

}  // namespace

Status bring_past_up_to_date(store::Store& store) {
  TAMGA_TRY(auto made, store.past_keys_made());
  TAMGA_TRY(const auto head, store.head());
  const bool current = made.version == resemblance::kVersion;
  if (current && made.up_to == head.sequence) return {};
  if (!current && made.version != 0) TAMGA_TRY_STATUS(store.drop_past_keys());
  bool any = false;
  TAMGA_TRY_STATUS(store.each_since(current ? made.up_to : 0, "decision", [&](const store::LedgerEntry& entry) -> Status {
    TAMGA_TRY(const auto past, refused_deal(entry));
    if (!past) return {};
    any = true;
    return store.add_past_keys(entry.sequence, resemblance::keys(past->deal));
  }));
  // Where nothing was refused nothing is written: a deal that is not to be recorded leaves the store as it was.
  return any ? store.set_past_keys_made({resemblance::kVersion, head.sequence}) : Status{};
}

Status have_past(store::Store& store) {
  TAMGA_TRY(const auto made, store.past_keys_made());
  const bool current = made.version == resemblance::kVersion;
  bool missing = !current && made.version != 0;
  if (!missing) {
    TAMGA_TRY_STATUS(store.each_since(current ? made.up_to : 0, "decision", [&](const store::LedgerEntry& entry) -> Status {
      if (missing) return {};
      TAMGA_TRY(const auto past, refused_deal(entry));
      missing = past.has_value();
      return {};
    }));
  }
  return missing ? store.transact([&] { return bring_past_up_to_date(store); }) : Status{};
}

Status remember_past(store::Store& store, std::int64_t sequence, std::string_view outcome, const Deal& deal) {
  if (refused(outcome)) TAMGA_TRY_STATUS(store.add_past_keys(sequence, resemblance::keys(deal)));
  return store.set_past_keys_made({resemblance::kVersion, sequence});
}

Result<std::vector<clear::PastDeal>> past_like(store::Store& store, const Deal& deal, std::int64_t up_to) {
  TAMGA_TRY(const auto sequences, store.past_with(resemblance::keys(deal), up_to, {}));
  std::vector<clear::PastDeal> past;
  for (const auto sequence : sequences) {
    TAMGA_TRY(const auto entry, store.at(sequence));
    if (!entry) return failure(fmt::format("the ledger entry {} is gone; run tamga audit verify", sequence));
    TAMGA_TRY(auto deal_then, refused_deal(*entry));
    if (deal_then) past.push_back(*std::move(deal_then));
  }
  return past;
}

Result<std::vector<std::string>> past_damage(store::Store& store) {
  std::vector<std::string> damage;
  TAMGA_TRY(const auto made, store.past_keys_made());
  if (made.version != resemblance::kVersion) return damage;
  std::int64_t expected = 0;
  TAMGA_TRY_STATUS(store.each_since(0, "decision", [&](const store::LedgerEntry& entry) -> Status {
    if (entry.sequence > made.up_to) return {};
    const auto past = refused_deal(entry);
    if (!past || !*past) return {};
    const auto keys = resemblance::keys((*past)->deal);
    expected += static_cast<std::int64_t>(keys.size());
    for (const auto key : keys) {
      TAMGA_TRY(const bool there, store.has_past_key(entry.sequence, key));
      if (there) continue;
      damage.push_back(fmt::format("{} was refused and would not be recognised when it comes back: its keys are gone", entry.key));
      break;
    }
    return {};
  }));
  TAMGA_TRY(const auto kept, store.past_keys_kept());
  if (damage.empty() && kept != expected) damage.push_back("keys of past deals are kept that belong to no refused deal");
  return damage;
}

}  // namespace tamga::app
