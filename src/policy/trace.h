#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "policy/policy.h"
#include "policy/rule.h"

/// The whole evaluation of a deal as data: what each nexus test, rule and exemption said, and by which words of its condition. It asks the same
/// evaluator the same questions as RuleBook::judge(): a rule has a finding there exactly if it speaks here and no exemption lifts it. Pure; it tells
/// every rule in words, which takes far longer than judging, so it is made only when somebody asks for it.
namespace tamga::policy {

/// One node of a condition, at one place.
struct NodeTrace {
  std::string word;   ///< "all", "listed"
  std::string words;  ///< "listed: list us_ofac_sdn, program RUSSIA-*"
  std::string about;  ///< of what stands inside some_subject and its like: the thing at hand, a JSON pointer
  std::string name;   ///< the same for a person
  Answer answer = Answer::no;
  std::vector<std::string> decided;  ///< of a single word: the listing, code or country that it looked at; why it cannot be told
  std::vector<std::string> missing;  ///< JSON pointers
  std::vector<NodeTrace> children;   ///< of all, any, not, and of some_subject and its like one for each thing
};

enum class Verdict : std::uint8_t {
  no,             ///< its condition says no everywhere
  not_in_effect,  ///< on that day: not yet, ended, stayed or lapsed
  no_nexus,       ///< it asks for a nexus, and the regime has none
  nexus_binds,    ///< it speaks only without a nexus, and there is one
  unknown,
  unverified,  ///< yes, as far as a control list goes that nobody has compared with the regulation
  yes,
};
/// "no", "not_in_effect" …
[[nodiscard]] std::string_view verdict_name(Verdict verdict);
[[nodiscard]] std::string_view answer_word(Answer answer);
[[nodiscard]] inline bool speaks(Verdict verdict) { return verdict >= Verdict::unknown; }

/// Where a clause does not say no.
struct PlaceTrace {
  std::string about;  ///< JSON pointer, "" for the deal
  std::string name;   ///< of the subject, the goods or the place of the leg
  Answer condition = Answer::no;
  Answer answer = Answer::no;  ///< with the nexus, where the rule needs one
  std::string because;         ///< the clause's sentence
  NodeTrace tree;
  std::string lifted_by;  ///< the exemption that answers the finding; empty: none
};

/// The first word by which a clause says no, and the places where that word decided.
struct Silence {
  std::string word;
  std::string words;
  struct Seen {
    std::string about;
    std::string name;
    std::string what;  ///< what the word looked at: "KZ", "on no list"
  };
  std::vector<Seen> places;
};

struct ClauseTrace {
  std::string id;
  std::string authority;
  std::string citation;
  std::string scope;   ///< deal, subject, goods, leg
  std::string status;  ///< in_force, unconfirmed, stayed, lapsed, not_yet, ended
  std::string from;    ///< of the period of that day, else of the nearest
  std::string to;
  Verdict verdict = Verdict::no;
  std::vector<PlaceTrace> places;
  std::vector<Silence> silences;
};

struct NexusTrace : ClauseTrace {
  NexusKind kind = NexusKind::conduct;
  std::string sentence;  ///< what it says when it says yes
};

struct RuleTrace : ClauseTrace {
  NexusNeed nexus = NexusNeed::required;
  Outcome outcome = Outcome::review;
  std::string verify;
  /// It reaches a deal that its authority does not bind: secondary sanctions, exposure.
  [[nodiscard]] bool secondary() const { return nexus != NexusNeed::required; }
};

struct ExemptionTrace : ClauseTrace {
  std::string condition;  ///< what must be kept or shown
  struct Lift {
    std::string rule;
    std::string about;
  };
  std::vector<Lift> lifts;  ///< the findings that it answers
};

struct RegimeTrace {
  std::string regime;
  std::string title;
  Answer binds = Answer::no;
  std::vector<NexusTrace> nexus;
  std::vector<RuleTrace> rules;  ///< in the order of the file
  std::vector<ExemptionTrace> exemptions;
};

struct Trace {
  Date as_of;
  std::vector<RegimeTrace> regimes;  ///< sorted by regime
};

[[nodiscard]] Trace trace(const RuleBook& book, const Facts& facts);
/// docs/decisions.md, "The whole evaluation", says what stands in it.
[[nodiscard]] Json to_json(const Trace& trace);

}  // namespace tamga::policy
