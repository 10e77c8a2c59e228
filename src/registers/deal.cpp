#include <fmt/format.h>

#include "model/deal.h"
#include "registers/readers.h"

// The owners that a trade deal states (contracts.md, "Deal"): a bank that clears deals learns who owns whom from them.
namespace tamga::registers {
namespace {

/// A party is known by the identifier that its register checks, else by its name.
std::string id_of(const Party& party, const std::vector<identifiers::Identifier>& identifiers) {
  for (const auto& identifier : identifiers) {
    if (identifier.checked && identifier.scheme != identifiers::Scheme::bic) {
      return fmt::format("{}:{}", identifiers::scheme_name(identifier.scheme), identifier.value);
    }
  }
  return party.name;
}

}  // namespace

Result<FileSummary> read_deal_owners(Reading& reading) {
  auto deal = read_deal(reading.bytes());
  if (!deal) return reading.error(deal.error());
  FileSummary summary;
  if (deal->date) summary.published = deal->date->text();
  // Each deal is a register of its own: a later one does not take an earlier one's place.
  const std::string source = "deal " + deal->id;
  summary.publisher = source;
  for (const auto& party : deal->parties) {
    std::vector<identifiers::Identifier> known;
    for (const auto& identifier : party.identifiers) {
      auto read = identifiers::read(identifier.kind, identifier.value, party.country);
      if (!read.problem.empty()) reading.remark(1, fmt::format("{}: {}", party.name, read.problem));
      if (read.identifier) known.push_back(*std::move(read.identifier));
    }
    const std::string id = id_of(party, known);
    PartyRecord record;
    record.id = id;
    record.name = party.name;
    record.schema = party.schema;
    record.country = party.country;
    record.identifiers = known;
    record.line = 1;
    reading.party(record);
    if (!party.owners) continue;
    for (const auto& owner : *party.owners) {
      PartyRecord described;
      described.id = owner.name;
      described.name = owner.name;
      described.country = owner.country;
      described.line = 1;
      reading.party(described);
      HoldingRecord holding;
      holding.owner = owner.name;
      holding.asset = id;
      holding.share = owner.share.value_or(ShareRange{});
      holding.source = source;
      holding.line = 1;
      reading.holding(holding);
    }
  }
  return summary;
}

}  // namespace tamga::registers
