#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "ownership/graph.h"
#include "policy/facts.h"

/// Building the ownership around a deal: what the deal itself states, and what registers and lists say.
namespace tamga::policy {

class NetworkBuilder {
 public:
  /// Returns the party's number in the network.
  std::uint32_t add(NetworkParty party, bool arrangement = false);
  /// `holding` names owner and asset by those numbers; `source` says who told it.
  void hold(ownership::Holding holding, std::string_view source);
  /// The same from a share in per cent; nothing: not stated.
  void hold(std::uint32_t owner, std::uint32_t asset, const std::optional<ShareRange>& share, std::string_view source);
  [[nodiscard]] NetworkParty& party(std::uint32_t number) { return parties_[number]; }

  /// The builder is empty afterwards.
  [[nodiscard]] Network network();

 private:
  std::vector<NetworkParty> parties_;
  ownership::GraphBuilder graph_;
};

}  // namespace tamga::policy
