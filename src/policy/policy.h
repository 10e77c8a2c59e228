#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/files.h"
#include "base/json.h"
#include "base/result.h"
#include "ownership/explain.h"
#include "policy/facts.h"

/// Rules as data: reads policy/*.toml, validates it, and judges facts. The vocabulary of conditions is closed and
/// documented in docs/policy-vocabulary.md. Pure; a RuleBook is immutable and may be used from any thread.
namespace tamga::policy {

enum class Outcome : std::uint8_t { pass, review, licence_required, prohibited };
[[nodiscard]] std::string_view outcome_name(Outcome outcome);
[[nodiscard]] std::optional<Outcome> outcome_from_name(std::string_view name);

/// One rule that spoke.
struct Finding {
  std::string rule;
  std::string regime;
  Outcome outcome = Outcome::pass;
  std::string authority;
  std::string citation;
  std::string about;                 ///< JSON pointer into the deal: "/parties/1", "/goods/0", "" for the whole deal
  std::string because;               ///< one plain sentence
  Json evidence;                     ///< object: matched entities, codes, shares, nexus, exemption, what is missing
  std::vector<std::string> missing;  ///< JSON pointers of fields that the rule needs and the deal does not give
};

struct Nexus {
  std::string regime;
  Truth truth = Truth::no;
  std::vector<std::string> ids;      ///< the nexus tests that say yes: "usd_clearing", sorted
  std::vector<std::string> missing;  ///< when unknown
};

/// What one red flag says of a deal.
struct FlagAnswer {
  std::string id;  ///< "r05"
  std::string title;
  std::string authority;
  std::string citation;
  int weight = 1;
  Truth answer = Truth::no;          ///< unknown: cannot say
  std::vector<std::string> about;    ///< where it says yes, JSON pointers
  std::string because;               ///< of the first of them, one plain sentence
  std::vector<std::string> missing;  ///< what would have to be known, where it cannot say
};

struct Judgement {
  std::vector<Finding> findings;  ///< sorted by outcome (worst first), regime, rule, about
  std::vector<Nexus> nexus;       ///< one a regime, sorted by regime
  std::vector<FlagAnswer> flags;  ///< all that are in effect, by id
};

/// Red flags together: the weights of those that say yes are added, and from kFlagsReview on the deal is reviewed. Another flag that says yes only
/// ever adds, so no flag makes an outcome better.
inline constexpr int kFlagsReview = 3;
[[nodiscard]] int weight_of(const std::vector<FlagAnswer>& flags);

struct RuleFile;

class RuleBook {
 public:
  /// Reads and validates all files (*.toml). The error names file and line: unknown key, unknown word, no citation,
  /// no test, double id, dates out of order.
  static Result<RuleBook> read(std::span<const NamedBytes> files);

  /// The same book without one exemption, as if it had lapsed; nothing when there is none of that id.
  [[nodiscard]] std::optional<RuleBook> without_exemption(std::string_view id) const;

  /// Evaluates those that can speak of such a deal at all (policy/select.h).
  [[nodiscard]] Judgement judge(const Facts& facts) const;
  /// The same, evaluating everything: what judge() is tested and measured against.
  [[nodiscard]] Judgement judge_by_all(const Facts& facts) const;
  /// How many rules, exemptions and flags judge() evaluates of such a deal.
  [[nodiscard]] std::size_t looked_at(const Facts& facts) const;

  /// The rules themselves (policy/rule.h), sorted by regime; they live as long as the book.
  [[nodiscard]] std::span<const RuleFile> files() const;

  /// Runs the test cases that live in the rule files; one line for each that fails.
  struct CheckReport {
    std::size_t rules = 0;
    std::size_t exemptions = 0;
    std::size_t nexus_tests = 0;
    std::size_t ownership_rules = 0;
    std::size_t flags = 0;
    std::size_t cases = 0;
    std::vector<std::string> failures;
    /// How many rules, exemptions and ownership rules rest on each article or section, by regime, then article.
    struct Article {
      std::string regime;
      std::string article;  ///< "Reg (EU) 833/2014 Art 2b", "31 CFR 587.201"
      std::size_t rules = 0;
      std::size_t cases = 0;
      std::size_t to_verify = 0;  ///< of the rules, those whose text says what is not verified
    };
    std::vector<Article> coverage;
  };
  [[nodiscard]] CheckReport check() const;

  /// What each authority's rule of ownership and control says of a party of a network, on a day; rules that are not in effect are left out.
  struct OwnershipAnswer {
    std::string id, regime, title, authority, citation, source, status;
    ownership::Criterion criterion;
    std::vector<ownership::Seed> seeds;  ///< the listed parties that count under it, without the party itself
    bool listed = false;                 ///< the party itself is, certainly; then the question of its owners is idle
    ownership::Explanation explanation;
    std::string chain;
  };
  [[nodiscard]] std::vector<OwnershipAnswer> ownership(const Network& network, std::uint32_t party, Date as_of) const;

  /// The rules of ownership in effect on a day, and whether a listing counts under each: for whole registers, where the listed are known beforehand.
  struct OwnershipTest {
    std::string id, regime, title, authority, citation, source, status;
    ownership::Criterion criterion;
    std::function<ownership::Standing(const std::vector<Match>&)> listed;
    std::function<bool(std::string_view list)> asks;  ///< does it count listings of that list?
  };
  [[nodiscard]] std::vector<OwnershipTest> ownership_tests(Date as_of) const;

  /// For `policy list`: every rule with its dates and status on a day.
  struct RuleLine {
    std::string id, regime, authority, citation, about, outcome, status, from, to, because, kind;  ///< kind: rule, exemption, nexus, ownership, flag
  };
  [[nodiscard]] std::vector<RuleLine> lines(Date as_of) const;

 private:
  struct Implementation;
  std::shared_ptr<const Implementation> implementation_;
};

}  // namespace tamga::policy
