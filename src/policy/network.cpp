#include "policy/network.h"

#include <fmt/format.h>

namespace tamga::policy {

std::uint32_t NetworkBuilder::add(NetworkParty party, bool arrangement) {
  const auto number = static_cast<std::uint32_t>(parties_.size());
  // Its number is its id here: whether two are the same was decided where they came from.
  const std::uint32_t in_graph = graph_.party(fmt::format("{}", number));
  TAMGA_CHECK(in_graph == number);
  ownership::GraphBuilder::Description description;
  description.name = party.name;
  description.schema = party.schema;
  description.country = party.country;
  description.arrangement = arrangement;
  graph_.describe(number, description);
  parties_.push_back(std::move(party));
  return number;
}

void NetworkBuilder::hold(ownership::Holding holding, std::string_view source) {
  holding.sources = graph_.source(source);
  graph_.hold(holding);
}

void NetworkBuilder::hold(std::uint32_t owner, std::uint32_t asset, const std::optional<ShareRange>& share, std::string_view source) {
  ownership::Holding holding;
  holding.owner = owner;
  holding.asset = asset;
  holding.set_share(ownership::Range::of(share.value_or(ShareRange{})));
  hold(holding, source);
}

Network NetworkBuilder::network() {
  Network network;
  network.graph = std::make_shared<const ownership::Graph>(graph_.graph());
  network.parties = std::move(parties_);
  parties_.clear();
  return network;
}

}  // namespace tamga::policy
