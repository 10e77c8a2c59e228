#include "app/quarantine.h"

#include <fmt/format.h>

#include <algorithm>

namespace tamga::app {

std::vector<std::string> reasons_to_hold(const store::StoredEdition& candidate, std::vector<std::string> faults, const store::StoredEdition* before,
                                         const store::StoredEdition* newest, const store::StoredEdition* next, const HoldLimits& limits) {
  std::vector<std::string> reasons = std::move(faults);
  if (newest != nullptr && candidate.published < newest->published)
    reasons.push_back(fmt::format("it is of {}, older than the edition in force, of {}", candidate.published, newest->published));
  if (before == nullptr) return reasons;
  const auto shrank = [&](const store::StoredEdition& edition) {
    return (before->entities - edition.entities) * 100 > before->entities * limits.shrink_percent_max;
  };
  if (shrank(candidate) && (next == nullptr || !shrank(*next))) {
    const auto lost = before->entities - candidate.entities;
    reasons.push_back(fmt::format("it holds {} entities, {} ({} %) fewer than the edition of {}; at most {} % is allowed", candidate.entities, lost,
                                  lost * 100 / before->entities, before->published, limits.shrink_percent_max));
  }
  std::string gone;
  int programs = 0;
  for (const auto& [program, count] : before->programs) {
    const auto has = [&](const store::StoredEdition& edition) {
      return std::any_of(edition.programs.begin(), edition.programs.end(), [&](const auto& entry) { return entry.first == program; });
    };
    if (has(candidate) || (next != nullptr && !has(*next))) continue;
    // A long list of them says the same as a short one.
    if (++programs <= 5) gone += fmt::format("{}{} ({})", gone.empty() ? "" : ", ", program, count);
  }
  // Editions of an older Tamga have no programmes recorded, and some lists have none.
  if (programs > 0) {
    reasons.push_back(fmt::format("it has lost {} that the edition of {} had: {}{}", programs == 1 ? "a programme" : "programmes", before->published,
                                  gone, programs > 5 ? fmt::format(", and {} more", programs - 5) : ""));
  }
  return reasons;
}

}  // namespace tamga::app
