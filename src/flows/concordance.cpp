#include "flows/concordance.h"

#include <algorithm>
#include <array>
#include <set>

namespace tamga::flows {
namespace {

constexpr std::array<int, 7> kEditions = {2022, 2017, 2012, 2007, 2002, 1996, 1988};
constexpr int kNow = 2022;
constexpr int kOldest = 2012;  ///< from which on moves are known
constexpr std::size_t kDigits = 6;

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

int Nomenclatures::edition(const SeriesKey& key, Period period) const {
  if (key.source == Source::comtrade) {
    const auto found = known_.find({key.flow, key.frequency, key.reporter, period});
    if (found != known_.end() && found->second != kEditionOfYear) return found->second;
  }
  return edition_of_year(period / 12);
}

Concordance::Concordance(const goods::ControlLists& lists) {
  using Moves = std::vector<goods::ControlLists::Renumbering>;
  std::map<std::pair<int, std::string>, Moves> moves;
  std::set<std::string> codes;
  for (const auto& move : lists.all_renumberings()) {
    moves[{move.from, move.old_code}].push_back(move);
    codes.insert(move.old_code);
    codes.insert(move.new_code);
  }
  // Where each code that is named anywhere ends up in 2022, step by step.
  const auto follow = [&](const std::string& code, int edition) {
    Old old{{code}, false, false};
    for (const auto step : {2012, 2017}) {
      if (step < edition) continue;
      std::set<std::string> after;
      for (const auto& at : old.after) {
        const auto found = moves.find({step, at});
        bool stays = found == moves.end();
        if (!stays) {
          for (const auto& move : found->second) {
            stays = stays || move.stays;
            old.part = old.part || move.stays;
            old.moved = old.moved || !move.stays;
            // What stays in use is not followed: most of what it holds never moved.
            if (!move.stays) after.insert(move.new_code);
          }
        }
        if (stays) after.insert(at);
      }
      old.after.assign(after.begin(), after.end());
    }
    return old;
  };
  for (const auto& code : codes) least_[code] = code;
  const auto least = [&](std::string code) {
    while (least_[code] != code) code = least_[code];
    return code;
  };
  for (const int edition : {2012, 2017}) {
    for (const auto& code : codes) {
      auto old = follow(code, edition);
      for (const auto& other : old.after) {
        const auto a = least(old.after.front());
        const auto b = least(other);
        least_[std::max(a, b)] = std::min(a, b);
      }
      old_[{edition, code}] = std::move(old);
    }
  }
  for (const auto& code : codes) least_[code] = least(code);
  for (const auto& [at, of] : moves) {
    for (const auto& move : of) {
      if (!move.stays) continue;
      for (const auto& code : old_[{kOldest, move.new_code}].after) receives_[code] = true;
    }
  }
}

Joined Concordance::joined_code(std::string_view code, int edition) const {
  if (code.size() < kDigits) return {std::string(code), edition < kOldest ? Joined::How::unknown : Joined::How::same};
  std::string six(code.substr(0, kDigits));
  if (edition < kOldest) return {std::move(six), Joined::How::unknown};
  Joined joined{six, Joined::How::same};
  bool part = false;
  bool moved = false;
  if (edition < kNow) {
    if (const auto found = old_.find(std::pair(edition, six)); found != old_.end()) {
      joined.code = found->second.after.front();
      part = found->second.part;
      moved = found->second.moved;
    }
  }
  part = part || receives_.contains(joined.code);
  if (const auto found = least_.find(joined.code); found != least_.end()) joined.code = found->second;
  if (part) {
    joined.how = Joined::How::part_moved;
  } else if (members(joined.code).size() > 1) {
    joined.how = Joined::How::together;
  } else if (moved) {
    joined.how = Joined::How::moved;
  }
  return joined;
}

std::vector<std::string> Concordance::members(std::string_view joined) const {
  std::vector<std::string> found;
  for (const auto& [code, least] : least_) {
    // A number that is in use no more belongs to nothing of 2022.
    const auto old = old_.find(std::pair(2017, code));
    const bool in_use = old == old_.end() || std::find(old->second.after.begin(), old->second.after.end(), code) != old->second.after.end();
    if (least == joined && in_use) found.push_back(code);
  }
  if (found.empty()) found.emplace_back(joined);
  return found;
}

}  // namespace tamga::flows
