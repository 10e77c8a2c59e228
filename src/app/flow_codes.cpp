#include "app/flow_codes.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>

#include "base/files.h"

namespace tamga::app {
namespace {

bool digits_only(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// The first field of a line, digits without blanks and points; empty where there is none.
std::string code_of(std::string_view line) {
  std::string code;
  for (const char c : line) {
    if (c >= '0' && c <= '9')
      code.push_back(c);
    else if (c != ' ' && c != '.' && c != '"')
      break;
  }
  return code;
}

Status read_codes(const std::string& path, std::vector<std::string>& prefixes) {
  TAMGA_TRY(const auto text, read_file(path, std::size_t{16} << 20));
  std::uint64_t number = 0;
  std::size_t before = prefixes.size();
  for (std::size_t at = 0; at < text.size();) {
    const auto end = std::min(text.find('\n', at), text.size());
    std::string_view line(text.data() + at, end - at);
    at = end + 1;
    ++number;
    while (!line.empty() && (line.back() == '\r' || line.back() == ' ')) line.remove_suffix(1);
    if (line.empty() || line.front() == '#') continue;
    auto code = code_of(line);
    // A header is what has no digits.
    if (code.empty() && number == 1) continue;
    if (code.size() < 2 || code.size() > 10)
      return bad_input_in(path, number,
                          fmt::format("\"{}\" is no goods code, expected 2 to 10 digits at the beginning of the line", line.substr(0, 60)));
    prefixes.push_back(std::move(code));
  }
  if (prefixes.size() == before) return bad_input_in(path, 0, "holds no goods codes, expected one a line");
  return {};
}

}  // namespace

Result<CodeChoice> CodeChoice::read(const Rules& rules, std::string_view text, Date as_of, bool files) {
  CodeChoice choice;
  choice.rules_ = &rules;
  choice.as_of_ = as_of;
  std::vector<std::string> known;
  for (const auto& summary : rules.controls.summaries()) known.push_back(summary.list);
  std::sort(known.begin(), known.end());
  for (std::size_t at = 0; at <= text.size();) {
    const auto end = std::min(text.find(',', at), text.size());
    const std::string part(text.substr(at, end - at));
    at = end + 1;
    if (part.empty()) continue;
    if (part == "all") {
      choice.all_ = true;
    } else if (std::any_of(known.begin(), known.end(), [&](const auto& list) { return list == part || list.starts_with(part + "."); })) {
      choice.lists_.push_back(part);
    } else if (digits_only(part) && part.size() >= 2 && part.size() <= 10) {
      choice.prefixes_.push_back(part);
    } else if (files && std::filesystem::is_regular_file(part)) {
      TAMGA_TRY_STATUS(read_codes(part, choice.prefixes_));
    } else {
      return bad_input(fmt::format("codes: \"{}\" is no list of the policy, no code of 2 to 10 digits{}; expected all, or some of {}", part,
                                   files ? " and no file" : "", fmt::join(known, ", ")));
    }
  }
  if (!choice.all_ && choice.lists_.empty() && choice.prefixes_.empty())
    return bad_input("codes: none are named, expected all, chpl or other lists, or codes");
  std::sort(choice.prefixes_.begin(), choice.prefixes_.end());
  return choice;
}

flows::CodeStanding CodeChoice::standing(const std::string& code) const {
  flows::CodeStanding standing;
  for (const auto& one : joined_.together(code)) {
    const auto alone = standing_alone(one);
    standing.chosen = standing.chosen || alone.chosen;
    standing.listed = standing.listed || alone.listed;
  }
  return standing;
}

flows::CodeStanding CodeChoice::standing_alone(const std::string& code) const {
  flows::CodeStanding standing;
  standing.chosen = all_;
  for (const auto& control : rules_->controls.find(code, as_of_)) {
    standing.listed = true;
    standing.chosen = standing.chosen || std::any_of(lists_.begin(), lists_.end(),
                                                     [&](const auto& list) { return control.list == list || control.list.starts_with(list + "."); });
  }
  // The code begins as one that is asked for, or is a whole of which a part is.
  const auto at = std::lower_bound(prefixes_.begin(), prefixes_.end(), code);
  if (at != prefixes_.end() && at->starts_with(code)) standing.chosen = true;
  for (std::size_t size = 2; size <= code.size() && !standing.chosen; ++size)
    standing.chosen = std::binary_search(prefixes_.begin(), prefixes_.end(), code.substr(0, size));
  return standing;
}

std::vector<std::string> CodeChoice::lists(const std::string& code, std::string* words) const {
  std::vector<std::string> names;
  if (code.empty()) return names;
  for (const auto& one : joined_.together(code)) {
    for (const auto& control : rules_->controls.find(one, as_of_)) {
      if (words != nullptr && words->empty()) *words = control.words;
      if (std::find(names.begin(), names.end(), control.list) == names.end()) names.push_back(control.list);
    }
  }
  if (joined_.group_of(code) != nullptr) std::sort(names.begin(), names.end());
  return names;
}

std::vector<std::string> CodeChoice::moves(const std::string& code, bool within) const {
  std::vector<std::string> told;
  if (code.size() < 6) return told;
  const auto codes = joined_.together(code);
  const auto joined = [&](const goods::ControlLists::Renumbering& move) {
    return !move.stays && std::binary_search(codes.begin(), codes.end(), move.old_code) &&
           std::binary_search(codes.begin(), codes.end(), move.new_code);
  };
  for (const auto& one : codes) {
    for (const auto& move : rules_->controls.renumberings(one)) {
      if (joined(move) != within) continue;
      auto text = fmt::format("HS {} {} is HS {} {}{}", move.from, move.old_code, move.to, move.new_code, move.part ? " in part" : "");
      if (std::find(told.begin(), told.end(), text) == told.end()) told.push_back(std::move(text));
    }
  }
  return told;
}

std::vector<std::string> CodeChoice::moves(const std::string& code) const { return moves(code, false); }
std::vector<std::string> CodeChoice::joined_by(const std::string& code) const { return moves(code, true); }

}  // namespace tamga::app
