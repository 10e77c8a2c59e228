#pragma once

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <string>

#include "policy/policy.h"

namespace tamga::policy {

/// All that a judgement says, one line for each finding, nexus and flag: for tests that compare two of them.
inline std::string text_of(const Judgement& judgement) {
  std::string text;
  for (const auto& finding : judgement.findings) {
    text += fmt::format("{}|{}|{}|{}|{}|{}|{}|{}|{}\n", finding.rule, finding.regime, outcome_name(finding.outcome), finding.authority,
                        finding.citation, finding.about, finding.because, finding.evidence.dump(), fmt::join(finding.missing, " "));
  }
  for (const auto& nexus : judgement.nexus) {
    text += fmt::format("{}|{}|{}|{}\n", nexus.regime, static_cast<int>(nexus.truth), fmt::join(nexus.ids, " "), fmt::join(nexus.missing, " "));
  }
  for (const auto& flag : judgement.flags) {
    text += fmt::format("{}|{}|{}|{}|{}|{}|{}|{}|{}\n", flag.id, flag.title, flag.authority, flag.citation, flag.weight,
                        static_cast<int>(flag.answer), fmt::join(flag.about, " "), flag.because, fmt::join(flag.missing, " "));
  }
  return text;
}

}  // namespace tamga::policy
