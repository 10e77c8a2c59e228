#include "clear/clear.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <set>
#include <tuple>

#include "base/sha256.h"
#include "clear/come_back.h"
#include "clear/goods_words.h"
#include "clear/payment.h"
#include "clear/permits.h"
#include "clear/supposed.h"
#include "policy/trace.h"

namespace tamga::clear {
namespace {

/// The lists without which a regime cannot be judged. Several alternatives in one row: any of them will do. The EU's financial
/// sanctions file carries freezes only; the annexes of Regulation 833/2014 are not in it (domain.md 1.4), so both are needed.
struct Required {
  std::string_view regime;
  std::string_view what;
  std::array<std::pair<std::string_view, std::string_view>, 2> any_of;  ///< list, part
};
constexpr std::array kRequired = {
    Required{"us", "OFAC's SDN list", {{{"us_ofac_sdn", ""}, {}}}},
    Required{"eu", "the EU's asset freezes (Annex I of Regulation 269/2014)", {{{"eu_fsf", ""}, {"eu_journal_sanctions", "32014R0269"}}}},
    Required{"eu", "the annexes of Regulation (EU) 833/2014", {{{"eu_journal_sanctions", "32014R0833"}, {}}}},
    Required{"uk", "the UK Sanctions List", {{{"gb_fcdo_sanctions", ""}, {"gb_hmt_sanctions", ""}}}},
    Required{"ch", "SECO's list", {{{"ch_seco_sanctions", ""}, {}}}},
    Required{"un", "the UN Security Council consolidated list", {{{"un_sc_sanctions", ""}, {}}}},
};

Finding basis_finding(std::string rule, std::string_view regime, std::string_view authority, std::string because) {
  Finding finding;
  finding.rule = std::move(rule);
  finding.regime = regime;
  finding.outcome = Outcome::review;
  finding.authority = authority.empty() ? "Tamga" : authority;
  finding.citation = "docs/decisions.md: a decision on an old or missing list is never a pass";
  finding.because = std::move(because);
  finding.evidence = Json::object();
  return finding;
}

/// Old, missing and incomplete lists. US secondary sanctions and UN measures reach a deal without a nexus, so their lists are always
/// needed; the others where the regime binds or may bind.
void judge_basis(const Snapshot& snapshot, const Context& context, const std::vector<policy::Nexus>& nexus, std::vector<Finding>& findings) {
  const auto binds = [&](std::string_view regime) {
    if (regime == "us" || regime == "un") return true;
    const auto at = std::find_if(nexus.begin(), nexus.end(), [&](const policy::Nexus& candidate) { return candidate.regime == regime; });
    return at != nexus.end() && at->truth != policy::Truth::no;
  };
  for (const auto& required : kRequired) {
    if (!binds(required.regime)) continue;
    const bool there = std::any_of(snapshot.editions.begin(), snapshot.editions.end(), [&](const BasisEdition& edition) {
      return std::any_of(required.any_of.begin(), required.any_of.end(), [&](const auto& wanted) {
        return !wanted.first.empty() && edition.loaded.list == wanted.first && (wanted.second.empty() || edition.loaded.part == wanted.second);
      });
    });
    if (!there) {
      auto finding = basis_finding(
          fmt::format("basis.{}.list_missing", required.any_of[0].first), required.regime, "",
          fmt::format("No edition of {} on or before {} is loaded, so nobody could be screened against it.", required.what, context.as_of.text()));
      finding.evidence.set("list", required.any_of[0].first);
      findings.push_back(std::move(finding));
    }
  }
  for (const auto& edition : snapshot.editions) {
    const auto published = Date::parse(std::max(edition.loaded.published, edition.confirmed));
    const std::string name = edition.loaded.part.empty() ? edition.loaded.list : edition.loaded.list + " " + edition.loaded.part;
    const auto with_edition = [&](Finding finding) {
      finding.evidence.set("list", edition.loaded.list).set("edition", edition.loaded.edition).set("published", edition.loaded.published);
      findings.push_back(std::move(finding));
    };
    const long age = published ? days_between(*published, context.as_of) : 0;
    // A house list has an end of its own instead.
    const bool ages = edition.owner.empty();
    if (!published || (ages && context.list_age_max > 0 && age > context.list_age_max)) {
      with_edition(basis_finding(
          fmt::format("basis.{}.list_stale", name.substr(0, name.find(' ')) + (edition.loaded.part.empty() ? "" : "." + edition.loaded.part)),
          edition.regime, edition.authority,
          fmt::format("{} is of {}, {} days before {}; at most {} days are allowed.", name, std::max(edition.loaded.published, edition.confirmed),
                      age, context.as_of.text(), context.list_age_max)));
    }
    for (const auto& warning : edition.warnings) {
      if (!warning.starts_with("incomplete:")) continue;
      with_edition(basis_finding(fmt::format("basis.{}.list_incomplete", edition.loaded.list), edition.regime, edition.authority,
                                 fmt::format("{}: {}", name, warning)));
    }
  }
}

/// A hit on a list that no rule speaks of: a house list, or one of a regime without rules here. It is never passed over in silence.
void judge_other_lists(const Snapshot& snapshot, const policy::Facts& facts, const std::vector<policy::Nexus>& nexus,
                       std::vector<Finding>& findings) {
  const auto find_other = [&](const std::string& list) -> const BasisEdition* {
    const auto at =
        std::find_if(snapshot.editions.begin(), snapshot.editions.end(), [&](const auto& edition) { return edition.loaded.list == list; });
    if (at == snapshot.editions.end()) return nullptr;
    const bool ruled = std::any_of(nexus.begin(), nexus.end(), [&](const auto& entry) { return entry.regime == at->regime; });
    return ruled ? nullptr : &*at;
  };
  const auto judge = [&](const std::string& name, const std::string& path, const std::vector<policy::Match>& matches) {
    for (const auto& match : matches) {
      const BasisEdition* edition = find_other(match.list);
      if (edition == nullptr) continue;
      const bool house = edition->regime.empty();
      Finding finding;
      finding.rule = house ? fmt::format("house.{}.listed", match.list) : fmt::format("{}.{}.listed", edition->regime, match.list);
      finding.regime = edition->regime;
      finding.outcome = Outcome::review;
      finding.authority = house ? (edition->owner.empty() ? "house list" : edition->owner) : edition->authority;
      finding.citation = house ? fmt::format("house list {}", edition->title.empty() ? match.list : edition->title)
                               : "docs/decisions.md: a hit on a list that no rule speaks of";
      finding.about = path;
      finding.because =
          house ? fmt::format("{} matches {} on the house list {}; its owner must be asked.", name, match.caption, match.list)
                : fmt::format("{} matches {} on {}; no rule of that regime is built in, so its text must be read.", name, match.caption, match.list);
      finding.evidence = Json::object();
      finding.evidence.set("list", match.list).set("entity", match.entity).set("caption", match.caption).set("how", match.how);
      finding.evidence.set("score", Json::number_literal(match.score)).set("certain", Json::boolean(match.certain));
      findings.push_back(std::move(finding));
    }
  };
  for (const auto& subject : facts.subjects) judge(subject.name, subject.path, subject.matches);
  for (std::uint32_t i = 0; i < facts.network.parties.size(); ++i) {
    const auto& party = facts.network.parties[i];
    if (party.matches.empty()) continue;
    const auto of_deal = std::find_if(facts.subjects.begin(), facts.subjects.end(), [&](const auto& subject) { return subject.party == i; });
    if (of_deal != facts.subjects.end()) continue;
    // An owner that a register or a list names has no place of its own in the deal: it is told at the first party that it stands behind.
    judge(party.name, party.path.empty() ? "/parties" : party.path, party.matches);
  }
}

/// One finding for the red flags that say yes, together; what others cannot say is its evidence.
void judge_flags(const std::vector<policy::FlagAnswer>& flags, std::vector<Finding>& findings) {
  if (std::none_of(flags.begin(), flags.end(), [](const auto& flag) { return flag.answer == policy::Truth::yes; })) return;
  std::vector<std::string> sentences;
  std::vector<std::string> authorities;
  std::vector<std::string> citations;
  std::vector<std::string> ids;
  Json raised = Json::array();
  Json silent = Json::array();
  for (const auto& flag : flags) {
    Json json = Json::object();
    json.set("flag", flag.id).set("title", flag.title);
    if (flag.answer == policy::Truth::unknown) {
      silent.push(std::move(json.set("missing", Json::strings(flag.missing))));
    }
    if (flag.answer != policy::Truth::yes) continue;
    json.set("weight", Json::number(flag.weight)).set("citation", flag.citation).set("about", Json::strings(flag.about)).set("because", flag.because);
    raised.push(std::move(json));
    ids.push_back(flag.id);
    sentences.push_back(flag.because);
    if (std::find(authorities.begin(), authorities.end(), flag.authority) == authorities.end()) authorities.push_back(flag.authority);
    if (std::find(citations.begin(), citations.end(), flag.citation) == citations.end()) citations.push_back(flag.citation);
  }
  const int weight = policy::weight_of(flags);
  Finding finding;
  finding.rule = "flags.diversion";
  finding.outcome = weight >= policy::kFlagsReview ? Outcome::review : Outcome::pass;
  finding.authority = fmt::format("{}", fmt::join(authorities, "; "));
  finding.citation = fmt::format("{} (red flags {})", fmt::join(citations, "; "), fmt::join(ids, ", "));
  finding.because = fmt::format("{} red flag{} of diversion (weight {}, review from {}): {}", ids.size(), ids.size() == 1 ? "" : "s", weight,
                                policy::kFlagsReview, fmt::join(sentences, " "));
  finding.evidence = Json::object();
  finding.evidence.set("raised", std::move(raised)).set("cannot_say", std::move(silent)).set("weight", Json::number(weight));
  findings.push_back(std::move(finding));
}

/// What the basis leaves out changes no outcome, but is said.
void add_notices(const Snapshot& snapshot, std::vector<Finding>& findings) {
  for (const auto& notice : snapshot.notices) {
    auto finding = basis_finding(notice.rule, notice.regime, "", notice.because);
    finding.outcome = Outcome::pass;
    finding.evidence.set("list", notice.list).set("edition", notice.edition);
    findings.push_back(std::move(finding));
  }
}

Json to_json(const Finding& finding) {
  Json json = Json::object();
  json.set("rule", finding.rule)
      .set("regime", finding.regime)
      .set("outcome", policy::outcome_name(finding.outcome))
      .set("authority", finding.authority);
  json.set("citation", finding.citation).set("about", finding.about).set("because", finding.because).set("evidence", finding.evidence);
  return json;
}

void sort_findings(std::vector<Finding>& findings) {
  std::stable_sort(findings.begin(), findings.end(), [](const Finding& a, const Finding& b) {
    if (a.outcome != b.outcome) return a.outcome > b.outcome;
    return std::tie(a.regime, a.rule, a.about) < std::tie(b.regime, b.rule, b.about);
  });
}

Json basis_json(const Snapshot& snapshot, const Context& context) {
  Json lists = Json::array();
  for (const auto& edition : snapshot.editions) {
    Json item = Json::object();
    item.set("list", edition.loaded.list);
    if (!edition.loaded.part.empty()) item.set("part", edition.loaded.part);
    item.set("edition", edition.loaded.edition).set("published", edition.loaded.published);
    if (!edition.confirmed.empty()) item.set("confirmed", edition.confirmed);
    if (edition.loaded.sample) item.set("sample", Json::boolean(true));
    lists.push(std::move(item));
  }
  Json ledger = Json::object();
  ledger.set("sequence", Json::number(context.ledger_sequence)).set("hash", context.ledger_hash);
  Json basis = Json::object();
  basis.set("lists", std::move(lists));
  basis.set("policy", snapshot.policy).set("engine", snapshot.engine).set("ledger", std::move(ledger));
  if (!snapshot.registers.editions.empty()) {
    Json registers = Json::array();
    for (const auto& edition : snapshot.registers.editions) {
      Json item = Json::object();
      registers.push(std::move(item.set("source", edition.source).set("edition", edition.edition).set("published", edition.published)));
    }
    basis.set("ownership", std::move(registers));
  }
  return basis;
}

/// Sorts, takes the worst, writes the JSON of contracts.md. The id is a hash of everything else and of the deal's own bytes.
void compose(const Snapshot& snapshot, const Context& context, std::string_view deal_bytes, const std::vector<policy::Nexus>& nexus,
             Decision& decision) {
  sort_findings(decision.findings);
  std::set<std::string> missing;
  for (const auto& finding : decision.findings) {
    decision.outcome = std::max(decision.outcome, finding.outcome);
    missing.insert(finding.missing.begin(), finding.missing.end());
  }
  decision.missing.assign(missing.begin(), missing.end());
  for (const auto& entry : nexus) {
    RegimeOutcome regime{entry.regime, Outcome::pass, entry.ids, entry.truth};
    for (const auto& finding : decision.findings) {
      if (finding.regime == entry.regime) regime.outcome = std::max(regime.outcome, finding.outcome);
    }
    decision.regimes.push_back(std::move(regime));
  }

  Json regimes = Json::array();
  for (const auto& regime : decision.regimes) {
    Json item = Json::object();
    item.set("regime", regime.regime).set("outcome", policy::outcome_name(regime.outcome)).set("nexus", Json::strings(regime.nexus));
    regimes.push(std::move(item));
  }
  Json findings = Json::array();
  for (const auto& finding : decision.findings) findings.push(to_json(finding));
  Json rest = Json::object();
  rest.set("deal", decision.deal)
      .set("outcome", policy::outcome_name(decision.outcome))
      .set("decided_at", context.decided_at)
      .set("as_of", context.as_of.text());
  rest.set("basis", basis_json(snapshot, context)).set("regimes", std::move(regimes)).set("findings", std::move(findings));
  rest.set("missing", Json::strings(decision.missing));
  decision.id = "dec-" + sha256_hex(sha256_hex(deal_bytes) + rest.dump()).substr(0, 20);
  decision.json = Json::object();
  decision.json.set("id", decision.id);
  for (auto& member : rest.members) decision.json.members.push_back(std::move(member));
}

void note_held(const policy::Facts& facts, Date as_of, Looked& looked) {
  if (facts.network.graph == nullptr) return;
  const auto day = ownership::day_of(as_of);
  const auto& parties = facts.network.parties;
  const auto is_bank = [&](std::uint32_t number) {
    return std::any_of(facts.subjects.begin(), facts.subjects.end(),
                       [&](const policy::Subject& subject) { return subject.party == number && subject.role == "bank"; });
  };
  const auto holdings = facts.network.graph->holdings();  // by asset, then owner
  for (std::size_t first = 0; first < holdings.size();) {
    const auto& one = holdings[first];
    std::uint64_t least = 0;
    std::size_t end = first;
    for (; end < holdings.size() && holdings[end].asset == one.asset && holdings[end].owner == one.owner; ++end) {
      const auto& lot = holdings[end];
      // What is held through others is told by those others' holdings, and would count twice.
      if (lot.kind == ownership::Kind::shares && lot.on(day) && !lot.indirect()) least += lot.low;
    }
    first = end;
    if (least == 0) continue;
    const auto& owner = parties[one.owner];
    const auto& owned = parties[one.asset];
    const ownership::Range range{static_cast<ownership::Share>(std::min<std::uint64_t>(least, ownership::kWhole)), ownership::kWhole, false, false};
    looked.held.push_back({owner.name, owner.country, owned.name, owned.country, is_bank(one.asset), range.percent().low});
  }
}

}  // namespace

Decision clear(const Snapshot& snapshot, const Deal& deal, std::string_view deal_bytes, const Context& context, match::Workspace& workspace,
               const PaymentMessage* payment) {
  Decision decision;
  decision.deal = deal.id;
  const policy::Facts facts = gather_facts(snapshot, deal, context, workspace, decision);
  // From here on the facts are fixed.
  if (context.looked != nullptr) note_held(facts, context.as_of, *context.looked);
  policy::Judgement judgement = snapshot.rules.judge(facts);
  if (context.explain) decision.evaluation = std::make_shared<const policy::Trace>(policy::trace(snapshot.rules, facts));
  for (auto& finding : judgement.findings) decision.findings.push_back(std::move(finding));
  judge_flags(judgement.flags, decision.findings);
  judge_goods_words(snapshot, deal, context, decision.findings);
  decision.flags = std::move(judgement.flags);
  judge_basis(snapshot, context, judgement.nexus, decision.findings);
  judge_other_lists(snapshot, facts, judgement.nexus, decision.findings);
  add_notices(snapshot, decision.findings);
  judge_licences(deal, context, decision.findings, decision.draws);
  judge_come_back(snapshot, deal, context, decision.findings);
  judge_supposed(snapshot.supposed, deal, decision.findings);
  if (payment != nullptr) {
    judge_payment_data(*payment, decision.findings);
    judge_payment_texts(snapshot, *payment, facts, context, workspace, decision.findings);
    judge_not_stated(decision.findings);
    point_at_elements(deal, decision.findings, decision.flags);
  }
  // From here on the decision does not change.
  compose(snapshot, context, deal_bytes, judgement.nexus, decision);
  return decision;
}

}  // namespace tamga::clear
