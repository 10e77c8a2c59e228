#pragma once

#include <vector>

#include "index/index.h"
#include "match/attributes.h"
#include "match/screen.h"

/// Why a hit has its score. Made only for hits: scoring itself records nothing.
namespace tamga::match {

struct Story {
  std::vector<Reason> reasons;
  bool certain = false;  ///< as of Hit::certain, for a hit by name
};

/// Every step from 1 to the names' score: the costs of all reasons and the score add up to 1.
void explain_names(const names::Name& query, const names::Name& listed, const names::Model& model, std::vector<Reason>& reasons);

/// Story::certain by itself.
[[nodiscard]] bool is_certain(const Query& query, const Known& known, const names::Name& mine, const Entity& entity, const index::Index& index,
                              index::Scratch& scratch, const Found& found, const names::Model& model);

[[nodiscard]] Story explain_hit(const Query& query, const Known& known, const names::Name& mine, const Entity& entity, const index::Index& index,
                                const Found& found, const names::Model& model);

}  // namespace tamga::match
