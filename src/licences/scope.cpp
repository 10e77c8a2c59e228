#include "licences/scope.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

#include "text/tokens.h"

namespace tamga::licences {
namespace {

/// Whoever takes part in the sale itself: a licence is for these and no others.
constexpr std::array<std::string_view, 8> kPrincipals = {"exporter", "seller",   "importer", "consignee",
                                                         "notify",   "end_user", "buyer",    "intermediary"};
/// Whose country says where the goods end up.
constexpr std::array<std::string_view, 3> kReceivers = {"importer", "consignee", "end_user"};

template <std::size_t N>
bool among(const std::array<std::string_view, N>& roles, std::string_view role) {
  return std::find(roles.begin(), roles.end(), role) != roles.end();
}

std::string bare(std::string_view value) {
  std::string out;
  for (const char c : value) {
    if (c == ' ' || c == '-' || c == '.' || c == '/') continue;
    out += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  }
  return out;
}

struct Asked {
  std::string role;
  std::string name;
  std::string country;
  std::vector<DealIdentifier> identifiers;
  std::string path;
};

/// One deal against one licence; gathers why not.
class Scope {
 public:
  Scope(const Licence& licence, const Deal& deal) : licence_(licence), deal_(deal) {}

  Coverage judge(std::string_view rule, std::string_view about) {
    if (!licence_.lifts_rule(rule)) no(fmt::format("it does not lift {}", rule));
    parties(about);
    goods(about);
    destination();
    end_use();
    if (found_.answer != Answer::yes) found_.goods.clear();
    return std::move(found_);
  }

 private:
  void no(std::string reason) {
    found_.answer = Answer::no;
    add(std::move(reason));
  }
  void unknown(std::string reason, std::string missing) {
    if (found_.answer == Answer::yes) found_.answer = Answer::unknown;
    add(std::move(reason));
    if (std::find(found_.missing.begin(), found_.missing.end(), missing) == found_.missing.end()) found_.missing.push_back(std::move(missing));
  }
  void add(std::string reason) {
    if (std::find(found_.reasons.begin(), found_.reasons.end(), reason) == found_.reasons.end()) found_.reasons.push_back(std::move(reason));
  }

  /// Is it this one? Unknown where the names agree and the country is not there to say more.
  static Answer is(const NamedParty& named, const Asked& asked) {
    bool agrees = false;
    for (const auto& mine : named.identifiers) {
      for (const auto& theirs : asked.identifiers) {
        if (mine.kind != theirs.kind) continue;
        // Of two numbers of one kind one must be wrong, whatever the name is.
        if (bare(mine.value) != bare(theirs.value)) return Answer::no;
        agrees = true;
      }
    }
    if (agrees) return Answer::yes;
    if (!same_name(named.name, asked.name)) return Answer::no;
    if (named.country.empty() || asked.country.empty()) return Answer::unknown;
    return named.country == asked.country ? Answer::yes : Answer::no;
  }

  void party(const Asked& asked) {
    Answer best = Answer::no;
    for (const auto& named : licence_.parties) {
      if (named.role == asked.role) best = std::max(best, is(named, asked));
    }
    if (best == Answer::yes) return;
    const std::string who = asked.name.empty() ? "without a name" : asked.name;
    if (best == Answer::no) {
      no(fmt::format("{} {} is not named in it", asked.role, who));
    } else {
      const std::string_view field = asked.country.empty() ? "country" : "identifiers";
      unknown(fmt::format("{} {} may be the one that it names", asked.role, who), fmt::format("{}/{}", asked.path, field));
    }
  }

  void parties(std::string_view about) {
    const auto names_role = [&](std::string_view role) {
      return std::any_of(licence_.parties.begin(), licence_.parties.end(), [&](const NamedParty& one) { return one.role == role; });
    };
    for (std::size_t i = 0; i < deal_.parties.size(); ++i) {
      const auto& of_deal = deal_.parties[i];
      const std::string path = fmt::format("/parties/{}", i);
      const bool meant = about == path || about.starts_with(path + "/");
      if (!meant && !among(kPrincipals, of_deal.role) && !names_role(of_deal.role)) continue;
      party({of_deal.role, of_deal.name, of_deal.country, of_deal.identifiers, path});
    }
    if (deal_.payment) {
      for (std::size_t i = 0; i < deal_.payment->banks.size(); ++i) {
        const auto& bank = deal_.payment->banks[i];
        const std::string path = fmt::format("/payment/banks/{}", i);
        if (about != path && !about.starts_with(path + "/") && !names_role("bank")) continue;
        Asked asked{"bank", bank.name, bank.country, {}, path};
        if (!bank.bic.empty()) asked.identifiers.push_back({"bic", bank.bic});
        party(asked);
      }
    }
    // A ship of the route is a name or a number in free text: nobody can be certain of it.
    if (about.starts_with("/route/") && about.ends_with("/vessel")) {
      no("a ship of the route cannot be told for certain to be one that it names");
    }
    for (const auto& named : licence_.parties) {
      if (!among(kPrincipals, named.role)) continue;
      const auto in_deal = [&](const Party& one) { return one.role == named.role; };
      if (std::none_of(deal_.parties.begin(), deal_.parties.end(), in_deal)) {
        unknown(fmt::format("the deal names no {}, the licence does", named.role), "/parties");
      }
    }
  }

  void goods(std::string_view about) {
    for (std::size_t i = 0; i < deal_.goods.size(); ++i) {
      const std::string path = fmt::format("/goods/{}", i);
      const bool one_line = about.starts_with("/goods/");
      if (one_line && about != path && !about.starts_with(path + "/")) continue;
      const auto& line = deal_.goods[i];
      found_.goods.push_back(i);
      if (!licence_.codes.empty()) {
        if (line.hs.empty()) {
          unknown(fmt::format("{} has no code", line.description), path + "/hs");
        } else if (std::none_of(licence_.codes.begin(), licence_.codes.end(), [&](const std::string& code) { return line.hs.starts_with(code); })) {
          no(fmt::format("its codes are {}, not {}", fmt::join(licence_.codes, ", "), line.hs));
        }
      }
      if (!licence_.origins.empty()) {
        if (line.origin.empty()) {
          unknown("the origin of the goods is not stated", path + "/origin");
        } else if (std::find(licence_.origins.begin(), licence_.origins.end(), line.origin) == licence_.origins.end()) {
          no(fmt::format("it is for goods of {}, not of {}", fmt::join(licence_.origins, ", "), line.origin));
        }
      }
    }
  }

  void destination() {
    if (licence_.destinations.empty()) return;
    std::vector<std::string> named;
    if (deal_.end_use && !deal_.end_use->country.empty()) named.push_back(deal_.end_use->country);
    if (deal_.route && !deal_.route->empty() && !deal_.route->back().country.empty()) named.push_back(deal_.route->back().country);
    for (const auto& one : deal_.parties) {
      if (among(kReceivers, one.role) && !one.country.empty()) named.push_back(one.country);
    }
    if (named.empty()) unknown("the destination is not stated", "/end_use/country");
    for (const auto& country : named) {
      if (std::find(licence_.destinations.begin(), licence_.destinations.end(), country) != licence_.destinations.end()) continue;
      no(fmt::format("it is for {}, not for {}", fmt::join(licence_.destinations, ", "), country));
    }
  }

  void end_use() {
    if (licence_.end_use.empty()) return;
    if (!deal_.end_use || deal_.end_use->statement.empty()) {
      unknown("the end use is not stated", "/end_use/statement");
      return;
    }
    const auto words = [](std::string_view text) {
      std::string joined = " ";
      for (const auto& token : text::tokenize(text)) joined += token.latin + " ";
      return joined;
    };
    const std::string stated = words(deal_.end_use->statement);
    if (std::none_of(licence_.end_use.begin(), licence_.end_use.end(), [&](const std::string& one) {
          const std::string wanted = words(one);
          return wanted.size() > 1 && stated.find(wanted) != std::string::npos;
        })) {
      no(fmt::format("it is for the end use {}, not for {}", fmt::join(licence_.end_use, ", "), deal_.end_use->statement));
    }
  }

  const Licence& licence_;
  const Deal& deal_;
  Coverage found_;
};

}  // namespace

bool same_name(std::string_view a, std::string_view b) {
  const auto first = text::tokenize(a);
  const auto second = text::tokenize(b);
  if (first.empty() || first.size() != second.size()) return false;
  // Of a name this long the rest was not read.
  if (first.size() == text::kTokensMax) return a == b;
  return std::equal(first.begin(), first.end(), second.begin(), [](const text::Token& one, const text::Token& other) {
    return one.script == other.script && one.latin == other.latin && one.latin.size() < text::kTokenBytesMax;
  });
}

Coverage covers(const Licence& licence, const Deal& deal, std::string_view rule, std::string_view about) {
  return Scope(licence, deal).judge(rule, about);
}

}  // namespace tamga::licences
