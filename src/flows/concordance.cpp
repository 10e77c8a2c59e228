#include "flows/concordance.h"

#include <algorithm>
#include <array>

namespace tamga::flows {
namespace {

constexpr std::array<int, 7> kEditions = {2022, 2017, 2012, 2007, 2002, 1996, 1988};

}  // namespace

int edition_of_year(int year) {
  for (const int edition : kEditions) {
    if (year >= edition) return edition;
  }
  return kEditions.back();
}

Nomenclatures::Nomenclatures(const std::vector<ReportedIn>& known) {
  for (const auto& one : known) known_[one.of] = one.edition;
}

std::optional<int> Nomenclatures::told(const Coverage::Key& of, Period period) const {
  if (of.source != Source::comtrade) return std::nullopt;
  const auto found = known_.find({of.flow, of.frequency, of.reporter, period});
  if (found == known_.end() || found->second == kEditionOfYear) return std::nullopt;
  return found->second;
}

Concordance::Concordance(const std::vector<goods::ControlLists::Renumbering>& moves) {
  // From the last edition backwards, so that what a code became is followed when an older one comes to it.
  std::map<int, std::map<std::string, std::set<std::string>>, std::greater<>> by_edition;
  for (const auto& move : moves) {
    if (!move.stays && move.old_code != move.new_code) by_edition[move.from][move.old_code].insert(move.new_code);
  }
  for (const auto& [from, moved] : by_edition) {
    const auto later = became_;
    for (const auto& [old_code, new_codes] : moved) {
      auto& became = became_[old_code];
      for (const auto& code : new_codes) {
        became.insert(code);
        if (const auto onward = later.find(code); onward != later.end()) became.insert(onward->second.begin(), onward->second.end());
      }
    }
  }
  for (const auto& [code, became] : became_) {
    codes_.insert(code);
    codes_.insert(became.begin(), became.end());
  }
}

JoinedCodes Concordance::join(const std::set<std::string>& present) const {
  std::map<std::string, std::string> first;  // of each code one that stands for its group
  const auto root = [&](std::string code) {
    while (first[code] != code) code = first[code];
    return code;
  };
  for (const auto& code : present) first[code] = code;
  std::set<std::string> left_behind;
  for (const auto& [code, became] : became_) {
    if (!present.contains(code)) continue;
    for (const auto& later : became) {
      if (later == code || !present.contains(later)) continue;
      left_behind.insert(code);
      const auto a = root(code);
      const auto b = root(later);
      first[std::max(a, b)] = std::min(a, b);
    }
  }
  std::map<std::string, JoinedCodes::Group> groups;
  for (const auto& code : present) {
    auto& group = groups[root(code)];
    group.codes.push_back(code);
    if (group.code.empty() && !left_behind.contains(code)) group.code = code;
  }
  std::vector<JoinedCodes::Group> joined;
  for (auto& [least, group] : groups) {
    if (group.codes.size() < 2) continue;
    // Only where a table takes codes round in a circle.
    if (group.code.empty()) group.code = least;
    joined.push_back(std::move(group));
  }
  return JoinedCodes(std::move(joined));
}

}  // namespace tamga::flows
