#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "app/rules.h"
#include "base/date.h"
#include "base/result.h"
#include "flows/groups.h"
#include "flows/surge.h"

/// Which goods codes an analysis of flows asks about, and what the policy's control lists say of them.
namespace tamga::app {

class CodeChoice {
 public:
  /// `text`: lists of the policy, codes or beginnings of codes, files of codes (one a line), with commas between; "all". An unknown name is an error
  /// that says what there is. `files`: names of files are taken.
  static Result<CodeChoice> read(const Rules& rules, std::string_view text, Date as_of, bool files);

  /// From here on what is said of a code that is joined to others is said of all of them: one of them that is chosen or listed makes them all so.
  void join(flows::JoinedCodes joined) { joined_ = std::move(joined); }
  [[nodiscard]] const flows::JoinedCodes& joined() const { return joined_; }

  [[nodiscard]] flows::CodeStanding standing(const std::string& code) const;
  /// Whether the code is asked for by itself, whatever it is joined to.
  [[nodiscard]] bool chosen_alone(const std::string& code) const { return standing_alone(code).chosen; }
  /// Names of the lists that name the code, sorted, each once; `words`: what the first says of it.
  [[nodiscard]] std::vector<std::string> lists(const std::string& code, std::string* words = nullptr) const;
  /// Its moves between editions of the Harmonized System, but those between codes that are joined: a change of number looks like a change of trade.
  [[nodiscard]] std::vector<std::string> moves(const std::string& code) const;
  /// The moves between the codes that it is joined to and itself.
  [[nodiscard]] std::vector<std::string> joined_by(const std::string& code) const;

 private:
  [[nodiscard]] flows::CodeStanding standing_alone(const std::string& code) const;
  [[nodiscard]] std::vector<std::string> moves(const std::string& code, bool within) const;

  const Rules* rules_ = nullptr;
  Date as_of_;
  bool all_ = false;
  std::vector<std::string> lists_;     ///< names, or what they begin with and a point
  std::vector<std::string> prefixes_;  ///< of codes
  flows::JoinedCodes joined_;
};

}  // namespace tamga::app
