#include "clear/permits.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

#include "licences/scope.h"

namespace tamga::clear {
namespace {

using licences::Answer;
using licences::Standing;

Finding about_licence(std::string_view rule, const Standing* standing, std::size_t place, std::string because) {
  Finding finding;
  finding.rule = rule;
  finding.outcome = Outcome::review;
  finding.authority = "Tamga";
  finding.citation = "docs/decisions.md: only a recorded permission of the authority answers a finding";
  finding.about = fmt::format("/licences/{}", place);
  finding.because = std::move(because);
  finding.evidence = Json::object();
  if (standing != nullptr) {
    const auto& licence = standing->licence;
    finding.regime = licence.regime;
    finding.authority = licence.authority;
    finding.citation = fmt::format("licence {} of {}", licence.number, licence.issued.text());
    finding.evidence.set("licence", licence.number).set("from", licence.from.text()).set("to", licence.to.text());
    if (!licence.document.empty()) finding.evidence.set("document", "sha256:" + licence.document);
  }
  return finding;
}

bool blocks(const Finding& finding) { return finding.outcome == Outcome::licence_required || finding.outcome == Outcome::prohibited; }

/// One licence against the findings that stand in the way.
struct Plan {
  const Standing* standing = nullptr;
  std::size_t place = 0;              ///< in deal.licences
  std::vector<std::size_t> answered;  ///< findings that it permits
  std::size_t asked = 0;              ///< of those that it lifts
  licences::Need need;
  std::vector<std::size_t> exceeded;  ///< caps
  std::vector<std::string> reasons;   ///< why it does not permit the others
  std::vector<std::string> missing;
};

template <typename T>
void append_new(std::vector<T>& into, const std::vector<T>& from) {
  for (const auto& one : from) {
    if (std::find(into.begin(), into.end(), one) == into.end()) into.push_back(one);
  }
}

Plan plan_of(const Standing& standing, const Deal& deal, const std::vector<Finding>& findings, const std::set<std::size_t>& taken) {
  Plan plan;
  plan.standing = &standing;
  std::set<std::size_t> goods;
  for (std::size_t i = 0; i < findings.size(); ++i) {
    const auto& finding = findings[i];
    if (!blocks(finding) || taken.contains(i) || finding.regime != standing.licence.regime || !standing.licence.lifts_rule(finding.rule)) continue;
    ++plan.asked;
    const auto coverage = licences::covers(standing.licence, deal, finding.rule, finding.about);
    if (coverage.answer == Answer::yes) {
      plan.answered.push_back(i);
      goods.insert(coverage.goods.begin(), coverage.goods.end());
    } else {
      append_new(plan.reasons, coverage.reasons);
      append_new(plan.missing, coverage.missing);
    }
  }
  if (plan.answered.empty()) return plan;
  plan.need = licences::need_of(standing.licence, deal, {goods.begin(), goods.end()});
  if (plan.need.answer != Answer::yes) {
    append_new(plan.reasons, plan.need.reasons);
    append_new(plan.missing, plan.need.missing);
    plan.answered.clear();
  } else if (standing.own && standing.own_stands) {
    // What was recorded by hand or is shipped stays as it is, so it must hold this deal as it stands.
    for (std::size_t cap = 0; cap < plan.need.amounts.size(); ++cap) {
      if (plan.need.amounts[cap] <= (*standing.own)[cap]) continue;
      append_new(plan.reasons,
                 {fmt::format("the use that is recorded for this deal is {}, not {}", standing.licence.caps[cap].text((*standing.own)[cap]),
                              standing.licence.caps[cap].text(plan.need.amounts[cap]))});
      plan.answered.clear();
    }
  } else {
    plan.exceeded = licences::exceeded(standing, plan.need.amounts);
  }
  return plan;
}

Json answers_of(const Plan& plan, const std::vector<Finding>& findings) {
  Json answers = Json::array();
  for (const auto i : plan.answered) {
    Json one = Json::object();
    one.set("rule", findings[i].rule).set("about", findings[i].about).set("outcome", policy::outcome_name(findings[i].outcome));
    answers.push(std::move(one.set("citation", findings[i].citation)));
  }
  return answers;
}

std::string rules_of(const Plan& plan, const std::vector<Finding>& findings) {
  std::vector<std::string> rules;
  for (const auto i : plan.answered) append_new(rules, {findings[i].rule});
  return fmt::format("{}", fmt::join(rules, ", "));
}

/// Amounts of the caps that the deal touches: "400 pcs, 24000 EUR".
std::string amounts_text(const Standing& standing, const licences::Amounts& need, bool what_is_left) {
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < need.size(); ++i) {
    if (need[i] == Decimal::whole(0)) continue;
    texts.push_back(standing.licence.caps[i].text(what_is_left ? licences::left(standing, i, need[i]) : need[i]));
  }
  return fmt::format("{}", fmt::join(texts, ", "));
}

Finding covered(const Plan& plan, const std::vector<Finding>& findings, bool goes_ahead, std::vector<LicenceDraw>& draws) {
  const auto& standing = *plan.standing;
  const auto& licence = standing.licence;
  std::string use;
  const std::string drawn = amounts_text(standing, plan.need.amounts, false);
  const bool draw = goes_ahead && !standing.own_stands;
  if (standing.own_stands) {
    use = "The use of it by this deal is recorded already";
  } else if (!goes_ahead) {
    use = "Nothing of it is used, since other findings stop the deal";
  } else if (drawn.empty()) {
    use = "It has no cap";
  } else {
    use = fmt::format("The deal uses {}, and {} are left", drawn, amounts_text(standing, plan.need.amounts, true));
  }
  std::string because = fmt::format("The licence {} of {} permits this ({}). {}.", licence.number, licence.authority, rules_of(plan, findings), use);
  if (!licence.conditions.empty()) because += fmt::format(" To be kept or shown: {}.", fmt::join(licence.conditions, "; "));
  Finding finding = about_licence("licence.covers", &standing, plan.place, std::move(because));
  finding.outcome = Outcome::pass;
  finding.evidence.set("answers", answers_of(plan, findings)).set("drawn", Json::boolean(draw));
  Json caps = Json::array();
  for (std::size_t i = 0; i < licence.caps.size(); ++i) {
    const auto& cap = licence.caps[i];
    Json item = Json::object();
    item.set("cap", cap.key()).set("limit", cap.limit.text()).set("needed", plan.need.amounts[i].text());
    const bool counts = draw || standing.own_stands;
    caps.push(std::move(item.set("left", licences::left(standing, i, counts ? plan.need.amounts[i] : Decimal::whole(0)).text())));
  }
  if (!licence.caps.empty()) finding.evidence.set("caps", std::move(caps));
  if (!licence.conditions.empty()) finding.evidence.set("conditions", Json::strings(licence.conditions));
  if (!licence.duties.empty()) {
    Json duties = Json::array();
    for (const auto& duty : licence.duties) {
      duties.push(Json::object().set("what", duty.what).set("within_days", Json::number(duty.within_days)));
    }
    finding.evidence.set("duties", std::move(duties));
  }
  if (draw) {
    LicenceDraw made{licence.number, {}};
    for (std::size_t i = 0; i < licence.caps.size(); ++i) {
      if (plan.need.amounts[i] != Decimal::whole(0)) made.amounts.emplace_back(licence.caps[i].key(), plan.need.amounts[i]);
    }
    draws.push_back(std::move(made));
  }
  return finding;
}

Finding exhausted(const Plan& plan) {
  const auto& standing = *plan.standing;
  std::vector<std::string> needed;
  std::vector<std::string> left;
  for (const auto cap : plan.exceeded) {
    needed.push_back(standing.licence.caps[cap].text(plan.need.amounts[cap]));
    left.push_back(standing.licence.caps[cap].text(licences::left(standing, cap, Decimal::whole(0))));
  }
  Finding finding = about_licence("licence.exhausted", &standing, plan.place,
                                  fmt::format("Of the licence {} of {} too little is left: the deal needs {}, and {} are left.",
                                              standing.licence.number, standing.licence.authority, fmt::join(needed, ", "), fmt::join(left, ", ")));
  finding.evidence.set("needed", Json::strings(needed)).set("left", Json::strings(left));
  return finding;
}

/// Days and revocation; nothing where the licence may be used on that day.
std::optional<Finding> not_in_force(const Standing& standing, std::size_t place, Date as_of) {
  const auto& licence = standing.licence;
  const auto told = [&](std::string_view rule, std::string_view what) {
    return about_licence(rule, &standing, place,
                         fmt::format("The licence {} of {} {}, so it permits nothing here.", licence.number, licence.authority, what));
  };
  if (standing.revoked) return told("licence.revoked", "was revoked");
  if (as_of < licence.from) return told("licence.not_yet_valid", fmt::format("is valid from {} only", licence.from.text()));
  if (as_of > licence.to) return told("licence.expired", fmt::format("ended on {}", licence.to.text()));
  return std::nullopt;
}

}  // namespace

void judge_licences(const Deal& deal, const Context& context, std::vector<Finding>& findings, std::vector<LicenceDraw>& draws) {
  std::set<std::size_t> taken;
  std::vector<Plan> plans;
  std::vector<Finding> told;
  for (std::size_t place = 0; place < deal.licences.size(); ++place) {
    const std::string& number = deal.licences[place];
    const auto standing =
        std::find_if(context.licences.begin(), context.licences.end(), [&](const Standing& one) { return one.licence.number == number; });
    if (standing == context.licences.end()) {
      told.push_back(about_licence(
          "licence.not_recorded", nullptr, place,
          fmt::format("The licence {} is not recorded in Tamga, so it permits nothing yet; its text must be checked by hand.", number)));
      continue;
    }
    // Named twice it is one licence.
    const auto before = deal.licences.begin() + static_cast<std::ptrdiff_t>(place);
    if (std::find(deal.licences.begin(), before, number) != before) continue;
    if (auto ended = not_in_force(*standing, place, context.as_of)) {
      told.push_back(*std::move(ended));
      continue;
    }
    Plan plan = plan_of(*standing, deal, findings, taken);
    plan.place = place;
    if (plan.asked == 0) {
      told.push_back(about_licence("licence.not_needed", &*standing, place,
                                   fmt::format("Nothing that the licence {} of {} could permit stands in the way, so nothing of it is used.", number,
                                               standing->licence.authority)));
      told.back().outcome = Outcome::pass;
      continue;
    }
    if (!plan.reasons.empty()) {
      told.push_back(about_licence(
          "licence.does_not_cover", &*standing, place,
          fmt::format("The licence {} of {} does not permit all of this: {}.", number, standing->licence.authority, fmt::join(plan.reasons, "; "))));
      told.back().evidence.set("reasons", Json::strings(plan.reasons));
      if (!plan.missing.empty()) told.back().evidence.set("missing", Json::strings(plan.missing));
      told.back().missing = plan.missing;
    }
    if (!plan.exceeded.empty()) {
      told.push_back(exhausted(plan));
    } else if (!plan.answered.empty()) {
      taken.insert(plan.answered.begin(), plan.answered.end());
      plans.push_back(std::move(plan));
    }
  }

  // A licence is not used by accident, but that there is one should be known.
  for (const auto& standing : context.licences) {
    if (std::find(deal.licences.begin(), deal.licences.end(), standing.licence.number) != deal.licences.end()) continue;
    if (not_in_force(standing, 0, context.as_of)) continue;
    const Plan plan = plan_of(standing, deal, findings, taken);
    if (plan.answered.empty() || !plan.exceeded.empty()) continue;
    Finding finding = about_licence("licence.another_covers", &standing, 0,
                                    fmt::format("The licence {} of {} would permit this ({}), and the deal does not name it.",
                                                standing.licence.number, standing.licence.authority, rules_of(plan, findings)));
    finding.about = "/licences";
    finding.outcome = Outcome::pass;
    finding.evidence.set("would_answer", answers_of(plan, findings));
    told.push_back(std::move(finding));
  }

  bool goes_ahead = true;
  for (std::size_t i = 0; i < findings.size(); ++i) goes_ahead = goes_ahead && (taken.contains(i) || !blocks(findings[i]));
  for (const auto& plan : plans) told.push_back(covered(plan, findings, goes_ahead, draws));
  std::vector<Finding> kept;
  for (std::size_t i = 0; i < findings.size(); ++i) {
    if (!taken.contains(i)) kept.push_back(std::move(findings[i]));
  }
  findings = std::move(kept);
  for (auto& finding : told) findings.push_back(std::move(finding));
}

}  // namespace tamga::clear
