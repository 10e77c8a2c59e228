#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "licences/licence.h"
#include "model/deal.h"

/// What a licence says of a deal. Pure and thread-safe.
namespace tamga::licences {

enum class Answer : std::uint8_t { no, unknown, yes };

struct Coverage {
  Answer answer = Answer::yes;
  std::vector<std::string> reasons;  ///< why not, or why it cannot be told: a clause each
  std::vector<std::string> missing;  ///< JSON pointers into the deal, of what would settle it
  std::vector<std::size_t> goods;    ///< the lines that it is drawn for, in their order; where the answer is yes
};

/// Whether the licence permits what a rule objects to: a finding of `rule` about `about`, a JSON pointer into the deal ("/goods/0", "/parties/1",
/// "" for the whole deal). Its days, and whether enough is left, are asked elsewhere.
///
/// Closed where it can be closed: everyone who sells, sends, receives, uses or stands between must be named in the role that they have in the deal,
/// certainly; every country that the deal names as destination must be one of the licence's; what the deal does not say is unknown, and a licence
/// is not used on what is unknown. Carriers, forwarders, insurers, banks, ships and owners count where the finding is about them, or where the
/// licence names somebody in that role.
[[nodiscard]] Coverage covers(const Licence& licence, const Deal& deal, std::string_view rule, std::string_view about);

/// Upper and lower case, script marks and punctuation aside, two names are written alike; transliterations are not.
[[nodiscard]] bool same_name(std::string_view a, std::string_view b);

}  // namespace tamga::licences
