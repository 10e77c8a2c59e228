#include "clear/payment.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string_view>
#include <tuple>

#include "base/ascii.h"
#include "match/text.h"

namespace tamga::clear {
namespace {

// FATF's Recommendation 16 and its Interpretive Note (originator: name, account number, and address, or national identity number, customer
// identification number, or date and place of birth; beneficiary: name and account number); Regulation (EU) 2023/1113 of 31 May 2023, Articles 4 to
// 7; 31 CFR 1010.410(f), from 3,000 dollars on. Cover payments: Basel Committee, Due diligence and transparency regarding cover payment messages
// (BCBS 154, May 2009).
constexpr std::string_view kAuthority = "FATF; European Union; FinCEN";

struct Side {
  std::string_view who;      ///< in rules: "originator"
  std::string_view role;     ///< of its element: "debtor"
  std::string_view article;  ///< for its name
};
constexpr std::array kSides = {Side{"originator", "debtor", "FATF Recommendation 16; Reg (EU) 2023/1113 Art 4(1), 7; 31 CFR 1010.410(f)(1)"},
                               Side{"beneficiary", "creditor", "FATF Recommendation 16; Reg (EU) 2023/1113 Art 4(2), 7; 31 CFR 1010.410(f)(1)"}};

Finding payment_finding(std::string rule, std::string_view citation, std::string about, std::string because, std::vector<std::string> missing) {
  Finding finding;
  finding.rule = std::move(rule);
  finding.outcome = Outcome::review;
  finding.authority = kAuthority;
  finding.citation = citation;
  finding.about = std::move(about);
  finding.because = std::move(because);
  finding.evidence = Json::object();
  finding.missing = std::move(missing);
  return finding;
}

/// Letters and digits in capitals with single blanks; letters of other scripts stay as they are.
std::string bare(std::string_view text) {
  std::string result;
  for (const char c : upper_ascii(text)) {
    const bool kept = (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || static_cast<unsigned char>(c) >= 0x80;
    if (kept) {
      result += c;
    } else if (!result.empty() && result.back() != ' ' && c != '.') {
      result += ' ';
    }
  }
  while (result.ends_with(' ')) result.pop_back();
  return result;
}

/// What stands where a name should, and names nobody.
bool is_placeholder(std::string_view name) {
  static constexpr std::array<std::string_view, 56> kNobody = {"OUR CUSTOMER",
                                                               "OUR CLIENT",
                                                               "OUR CUSTOMERS",
                                                               "OUR CLIENTS",
                                                               "A CUSTOMER",
                                                               "A CLIENT",
                                                               "CUSTOMER",
                                                               "CLIENT",
                                                               "ONE CUSTOMER",
                                                               "ONE CLIENT",
                                                               "OUR GOOD CUSTOMER",
                                                               "UNKNOWN",
                                                               "UNKNOWN CUSTOMER",
                                                               "NOT KNOWN",
                                                               "NOT PROVIDED",
                                                               "NOTPROVIDED",
                                                               "NOT AVAILABLE",
                                                               "NOT GIVEN",
                                                               "NOT STATED",
                                                               "NOT SPECIFIED",
                                                               "NO NAME",
                                                               "NONAME",
                                                               "NAME",
                                                               "NONE",
                                                               "NULL",
                                                               "NIL",
                                                               "NA",
                                                               "N A",
                                                               "TBA",
                                                               "TBC",
                                                               "TBD",
                                                               "TO BE ADVISED",
                                                               "TO BE CONFIRMED",
                                                               "VARIOUS",
                                                               "VARIOUS CUSTOMERS",
                                                               "VARIOUS CLIENTS",
                                                               "SUNDRY",
                                                               "SUNDRY CUSTOMERS",
                                                               "ANONYMOUS",
                                                               "CONFIDENTIAL",
                                                               "UNDISCLOSED",
                                                               "BENEFICIARY",
                                                               "PAYEE",
                                                               "PAYER",
                                                               "REMITTER",
                                                               "ORDERING CUSTOMER",
                                                               "ORDERING PARTY",
                                                               "ORIGINATOR",
                                                               "DEBTOR",
                                                               "CREDITOR",
                                                               "SAME",
                                                               "SELF",
                                                               "PRIVATE PERSON",
                                                               "NATURAL PERSON",
                                                               "DUMMY",
                                                               "TEST"};
  // Letters of other scripts have no case here, so they stand in both.
  static constexpr std::array<std::string_view, 10> kNobodyElsewhere = {"НАШ КЛИЕНТ", "наш клиент", "Наш клиент", "КЛИЕНТ",     "Клиент",
                                                                        "НЕ УКАЗАНО", "Не указано", "НЕИЗВЕСТНО", "Неизвестно", "БЕЗ ИМЕНИ"};
  const std::string text = bare(name);
  if (text.empty()) return true;
  if (std::find(kNobody.begin(), kNobody.end(), text) != kNobody.end()) return true;
  if (std::find(kNobodyElsewhere.begin(), kNobodyElsewhere.end(), text) != kNobodyElsewhere.end()) return true;
  if (text.starts_with("ONE OF OUR ") || text.starts_with("ONE OF THE CLIENT") || text.starts_with("ONE OF THE CUSTOMER")) return true;
  if (text.starts_with("OUR CUSTOMER ") || text.starts_with("OUR CLIENT ")) return true;
  // "XXX", "000".
  return text.size() > 1 && text.find_first_not_of(text.front()) == std::string::npos;
}

bool is_number_only(std::string_view name) {
  return std::none_of(name.begin(), name.end(),
                      [](char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || static_cast<unsigned char>(c) >= 0x80; });
}

/// How long the last line of the name is, in characters.
std::size_t length_of(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

/// Why a name seems cut off; empty when it does not.
std::string why_cut(const MessageElement& element, bool fin) {
  const std::string& name = element.name;
  if (name.ends_with('+')) return "ends in \"+\", with which a translation between formats marks what it cut off";
  if (name.ends_with("...") || name.ends_with("\xE2\x80\xA6")) return "ends in an ellipsis";
  const std::size_t length = length_of(name);
  const char last = name.back();
  const bool in_a_word = (last >= 'A' && last <= 'Z') || (last >= 'a' && last <= 'z') || static_cast<unsigned char>(last) >= 0x80;
  // A legal form is the end of a name.
  const std::string capitals = " " + bare(name);
  static constexpr std::array<std::string_view, 17> kEnds = {" LTD",  " LIMITED", " LLC", " LLP", " INC", " CORP", " CORPORATION", " COMPANY", " CO",
                                                             " GMBH", " AG",      " SA",  " SPA", " BV",  " NV",   " PLC",         " JSC"};
  const bool ended = std::any_of(kEnds.begin(), kEnds.end(), [&](std::string_view form) { return capitals.ends_with(form); });
  if (!in_a_word || ended) return {};
  std::size_t names = 0;
  for (const auto& text : element.texts) names += text.kind == MessageText::Kind::name ? 1 : 0;
  if (fin) {
    // Only where no further line could hold the rest.
    const bool more =
        std::any_of(element.texts.begin(), element.texts.end(), [](const auto& text) { return text.kind == MessageText::Kind::address; });
    if (more || names != 1) return {};
    const bool numbered = std::any_of(element.texts.begin(), element.texts.end(),
                                      [](const auto& text) { return text.kind == MessageText::Kind::name && text.value.starts_with("1/"); });
    if (numbered && length == 33) return "fills the 33 characters of its line and goes on in no other";
    if (!numbered && length == 35) return "fills the 35 characters of its line and goes on in no other";
    return {};
  }
  if (length == 140) return "fills the 140 characters that the field has";
  // What came out of an MT has its length, and no address where that was cut off with it.
  if (element.address.empty() && (length == 33 || length == 35 || length == 66 || length == 70))
    return fmt::format("has exactly the {} characters of an older format's field and no address after it", length);
  return {};
}

std::string name_path(const MessageElement& element) {
  for (const auto& text : element.texts) {
    if (text.kind == MessageText::Kind::name) return text.path;
  }
  return element.path;
}

/// Where a name would stand.
std::string missing_part(const MessageElement& element, bool fin, std::string_view node, std::string_view word) {
  return fin ? fmt::format("{} {}", element.path, word) : fmt::format("{}/{}", element.path, node);
}

bool has_identifier(const MessageElement& element, std::string_view kind) {
  return std::any_of(element.identifiers.begin(), element.identifiers.end(), [&](const auto& identifier) { return identifier.kind == kind; });
}

/// The states of the European Economic Area, between whose banks Article 5 asks for account numbers only.
bool in_eea(std::string_view country) {
  static constexpr std::array<std::string_view, 30> kStates = {"AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI",
                                                               "FR", "GR", "HR", "HU", "IE", "IS", "IT", "LI", "LT", "LU",
                                                               "LV", "MT", "NL", "NO", "PL", "PT", "RO", "SE", "SI", "SK"};
  return std::find(kStates.begin(), kStates.end(), country) != kStates.end();
}

/// Transfers for which less is asked: between banks of the EEA, and up to 1,000 euros or dollars.
bool less_is_asked(const PaymentMessage& payment) {
  if (payment.amount && (payment.currency == "EUR" || payment.currency == "USD") && *payment.amount <= Decimal::whole(1000)) return true;
  bool any = false;
  for (const auto& element : payment.elements) {
    if (element.kind != ElementKind::agent) continue;
    if (!in_eea(element.country)) return false;
    any = true;
  }
  return any;
}

class DataJudge {
 public:
  DataJudge(const PaymentMessage& payment, std::vector<Finding>& findings)
      : payment_(payment), findings_(findings), fin_(payment.kind.starts_with("MT")) {}

  void run() {
    const bool of_customers = payment_.kind == "pacs.008" || payment_.kind == "pain.001" || payment_.kind == "MT103";
    if (of_customers || payment_.has_underlying) {
      for (const auto& side : kSides) judge_side(side);
    } else {
      cover();
    }
    if (!of_customers && payment_.said_to_cover && !payment_.has_underlying) {
      add("payment.cover_without_customer", kCover, payment_.path,
          fmt::format("{} is marked as the cover of a customer's transfer, but does not hold that transfer, so neither its originator nor its "
                      "beneficiary could be screened.",
                      payment_.kind),
          {fin_ ? "sequence B" : payment_.path + "/UndrlygCstmrCdtTrf"});
    }
    for (const auto& element : payment_.elements) {
      if (element.kind == ElementKind::agent) agent(element);
    }
  }

 private:
  static constexpr std::string_view kCover =
      "FATF Recommendation 16; Basel Committee, cover payment messages (BCBS 154, 2009); Reg (EU) 2023/1113 Art 4, 7; 31 CFR 1010.410(f)";

  void add(std::string rule, std::string_view citation, std::string about, std::string because, std::vector<std::string> missing) {
    findings_.push_back(payment_finding(std::move(rule), citation, std::move(about), std::move(because), std::move(missing)));
  }

  void judge_side(const Side& side) {
    const MessageElement* element = nullptr;
    for (const auto& candidate : payment_.elements) {
      if (candidate.kind == ElementKind::party && candidate.role == side.role) element = &candidate;
    }
    const std::string rule = fmt::format("payment.{}_", side.who);
    if (element == nullptr) {
      // A bank may be the originator of its own transfer.
      const bool bank = std::any_of(payment_.elements.begin(), payment_.elements.end(), [&](const auto& candidate) {
        return candidate.kind == ElementKind::agent && candidate.role == side.role && !payment_.has_underlying;
      });
      if (bank) return;
      add(rule + "missing", side.article, payment_.path, fmt::format("The payment names no {}, so nobody could be screened.", side.who),
          {fin_ ? (side.role == "debtor" ? ":50a:" : ":59a:") : fmt::format("{}/{}", payment_.path, side.role == "debtor" ? "Dbtr" : "Cdtr")});
      return;
    }
    name(side, *element, rule);
    account(side, *element, rule);
    if (side.role == "debtor") address(side, *element, rule);
  }

  void name(const Side& side, const MessageElement& element, const std::string& rule) {
    if (element.name.empty()) {
      if (has_identifier(element, "bic") || has_identifier(element, "lei")) return;  // it is looked up by that
      const std::string part = missing_part(element, fin_, "Nm", "name");
      const std::string by = element.account.empty() ? "" : fmt::format(", only by the account {}", element.account);
      add(rule + "missing", side.article, element.path, fmt::format("The {} is not named{}, so nobody could be screened.", side.who, by), {part});
      return;
    }
    const std::string path = name_path(element);
    if (is_placeholder(element.name)) {
      add(rule + "placeholder", side.article, path,
          fmt::format("The {} is \"{}\", which names nobody; the sender must say who it is.", side.who, element.name), {path});
    } else if (is_number_only(element.name)) {
      add(rule + "missing", side.article, path,
          fmt::format("Where the {}'s name should stand is only a number, \"{}\", so nobody could be screened.", side.who, element.name), {path});
    } else if (const std::string why = why_cut(element, fin_); !why.empty()) {
      add(rule + "truncated", side.article, path,
          fmt::format("The name of the {}, \"{}\", {}; the whole name must be asked for.", side.who, element.name, why), {path});
    }
  }

  void account(const Side& side, const MessageElement& element, const std::string& rule) {
    // A transfer that is made to or from no account has a reference of its own instead; that cannot be told from a lost account.
    if (!element.account.empty() || payment_.kind == "pain.001") return;
    const std::string part = fin_ ? fmt::format("{} account", element.path) : element.path + "Acct";
    add(rule + "account_missing", side.article, element.path,
        fmt::format("The {}'s account number is not given. Only a transfer to or from no account may leave it out.", side.who), {part});
  }

  void address(const Side& side, const MessageElement& element, const std::string& rule) {
    // Of a pain.001 the debtor's bank knows its customer, and adds this itself.
    if (payment_.kind == "pain.001" || element.name.empty()) return;
    const bool born = !element.birth_date.empty() && !element.birth_place.empty();
    const bool numbered = element.named_number || has_identifier(element, "lei") || has_identifier(element, "bic");
    if (!element.address.empty() || born || numbered || less_is_asked(payment_)) return;
    add(rule + "address_missing", side.article, element.path,
        fmt::format("Neither an address of the {}, {}, nor an official or customer number, nor its date and place of birth is given.", side.who,
                    element.name),
        {missing_part(element, fin_, "PstlAdr", "address")});
  }

  /// A transfer between banks that seems to be for a customer.
  void cover() {
    if (payment_.said_to_cover) return;
    for (const auto& element : payment_.elements) {
      if (element.kind != ElementKind::text || element.role == "reference") continue;
      for (const auto& text : element.texts) {
        const std::string words = " " + bare(text.value) + " ";
        static constexpr std::array<std::string_view, 12> kSaid = {" COVER ",  " COV ",         " MT103 ", " MT 103 ", " CUSTOMER ", " CUST ",
                                                                   " CLIENT ", " BY ORDER OF ", " B O ",   " O B ",    " PACS 008 ", " PACS008 "};
        const auto* const said =
            std::find_if(kSaid.begin(), kSaid.end(), [&](std::string_view word) { return words.find(word) != std::string::npos; });
        if (said == kSaid.end()) continue;
        add("payment.cover_without_customer", kCover, text.path,
            fmt::format(
                "{} is a transfer between banks, but its text \"{}\" speaks of a customer's transfer; a cover must hold the originator and the "
                "beneficiary of that transfer.",
                payment_.kind, text.value),
            {fin_ ? "sequence B" : payment_.path + "/UndrlygCstmrCdtTrf"});
        return;
      }
    }
  }

  /// A bank of whom only a number of a clearing system or an account is said is found on no list.
  void agent(const MessageElement& element) {
    if (!element.name.empty() || has_identifier(element, "bic") || has_identifier(element, "lei")) return;
    std::string said;
    for (const auto& text : element.texts) {
      if (text.kind != MessageText::Kind::code) said += (said.empty() ? "" : ", ") + text.value;
    }
    if (said.empty()) said = "nothing";
    Finding finding = payment_finding(
        "payment.agent_by_number_only", "docs/payments.md: an agent whom nothing names cannot be screened", element.path,
        fmt::format("The {} is given only by {}, so it was compared with no list; whose it is must be looked up.", element.role, said),
        {missing_part(element, fin_, "FinInstnId", "name or BIC")});
    finding.authority = "Tamga";
    findings_.push_back(std::move(finding));
  }

  const PaymentMessage& payment_;
  std::vector<Finding>& findings_;
  bool fin_;
};

/// The element at a deal's pointer, by the longest pointer that is known; what lies below is told in words.
std::string element_at(const Deal& deal, const std::string& pointer) {
  const DealPlace* best = nullptr;
  for (const auto& place : deal.places) {
    const bool inside = pointer.starts_with(place.pointer) && (pointer.size() == place.pointer.size() || pointer[place.pointer.size()] == '/');
    if (inside && (best == nullptr || place.pointer.size() > best->pointer.size())) best = &place;
  }
  if (best == nullptr) return pointer;
  std::string rest = pointer.substr(best->pointer.size());
  for (char& c : rest) {
    if (c == '/' || c == '_') c = ' ';
  }
  return best->element + rest;
}

bool is_pointer(std::string_view text) { return text.starts_with("/parties/") || text.starts_with("/payment"); }

void point(const Deal& deal, Json& json) {
  if (json.is_string() && is_pointer(json.text)) json.text = element_at(deal, json.text);
  for (auto& item : json.items) point(deal, item);
  for (auto& member : json.members) point(deal, member.value);
}

}  // namespace

void judge_payment_data(const PaymentMessage& payment, std::vector<Finding>& findings) { DataJudge(payment, findings).run(); }

std::vector<std::string> readings_of(const MessageElement& element) {
  std::string apart;
  std::string joined;
  bool full = false;
  for (const auto& text : element.texts) {
    if (text.kind != MessageText::Kind::text && text.kind != MessageText::Kind::address) {
      full = false;
      continue;
    }
    std::string_view value = text.value;
    // "//" goes on with the line before.
    if (value.starts_with("//")) value.remove_prefix(2);
    if (!apart.empty()) apart += ' ';
    if (!joined.empty() && !full) joined += ' ';
    apart += value;
    joined += value;
    // A line of MT has 35 characters, with a code word's slashes fewer for the text.
    full = element.path.find(':') != std::string::npos && text.value.size() >= 33;
  }
  std::vector<std::string> readings;
  if (!apart.empty()) readings.push_back(apart);
  if (joined != apart) readings.push_back(std::move(joined));
  return readings;
}

void judge_payment_texts(const Snapshot& snapshot, const PaymentMessage& payment, const policy::Facts& facts, const Context& context,
                         match::Workspace& workspace, std::vector<Finding>& findings) {
  std::set<std::pair<std::string_view, std::string_view>> known;
  for (const auto& subject : facts.subjects) {
    for (const auto& match : subject.matches) known.insert({match.list, match.entity});
  }
  const std::string day = context.as_of.text();
  const match::Options options{snapshot.matching, {}, false};
  for (const auto& element : payment.elements) {
    const auto readings = readings_of(element);
    for (const auto& found : match::screen_text(readings, snapshot.searchable, options, workspace)) {
      const auto& entity = found.hit.entity;
      if (known.contains({found.hit.list, entity.id})) continue;
      const bool begun =
          entity.designations.empty() || std::any_of(entity.designations.begin(), entity.designations.end(),
                                                     [&](const auto& designation) { return designation.from.empty() || designation.from <= day; });
      if (!begun) continue;
      const auto line = std::find_if(element.texts.begin(), element.texts.end(),
                                     [&](const auto& said) { return said.value.find(found.words) != std::string::npos; });
      const std::string where = element.kind == ElementKind::text ? "A text" : fmt::format("What is said beside the name of the {}", element.role);
      Finding finding =
          payment_finding("payment.text_names_listed", "docs/payments.md: a listed name in a text of the payment is looked at by a person",
                          line == element.texts.end() || element.texts.size() == 1 ? element.path : line->path,
                          fmt::format("{} of the payment holds \"{}\", which is {} on {}; who is meant must be looked at.", where, found.words,
                                      entity.caption, found.hit.list),
                          {});
      finding.authority = "Tamga";
      finding.evidence.set("list", found.hit.list).set("entity", entity.id).set("caption", entity.caption).set("schema", entity.schema);
      finding.evidence.set("score", Json::number_literal(match::score_text(found.hit.score))).set("words", found.words).set("text", readings.front());
      finding.evidence.set("how", found.hit.by_identifier ? "identifier" : "name");
      findings.push_back(std::move(finding));
    }
  }
}

void judge_not_stated(std::vector<Finding>& findings) {
  const auto of_goods = [](const std::string& pointer) {
    return pointer.starts_with("/goods") || pointer.starts_with("/route") || pointer.starts_with("/end_use");
  };
  const auto of_country = [](const std::string& pointer) {
    return (pointer.starts_with("/parties/") || pointer.starts_with("/payment/banks/")) && pointer.ends_with("/country");
  };
  /// A rule that cannot tell, for want of these fields alone, and that found nobody listed.
  const auto for_want_of = [](const Finding& finding, auto&& wanted) {
    const bool somebody = finding.evidence.find("matches") != nullptr || finding.evidence.find("owners") != nullptr;
    return finding.outcome == Outcome::review && !somebody && finding.evidence.find("cannot_tell") != nullptr && !finding.missing.empty() &&
           std::all_of(finding.missing.begin(), finding.missing.end(), wanted);
  };
  std::set<std::string> not_asked;
  std::map<std::string, std::vector<Finding>> by_regime;
  std::erase_if(findings, [&](Finding& finding) {
    if (for_want_of(finding, of_goods)) {
      not_asked.insert(finding.rule);
      return true;
    }
    if (!for_want_of(finding, [&](const std::string& pointer) { return of_goods(pointer) || of_country(pointer); })) return false;
    by_regime[finding.regime].push_back(std::move(finding));
    return true;
  });
  for (auto& [regime, untold] : by_regime) {
    std::set<std::string> missing;
    std::set<std::string> rules;
    Json told = Json::array();
    for (const auto& one : untold) {
      for (const auto& pointer : one.missing) {
        if (of_country(pointer)) missing.insert(pointer);
      }
      rules.insert(one.rule);
      Json item = Json::object();
      item.set("rule", one.rule).set("authority", one.authority).set("citation", one.citation).set("about", one.about).set("because", one.because);
      told.push(std::move(item));
    }
    Finding finding;
    finding.rule = "payment.country_not_stated";
    finding.regime = regime;
    finding.outcome = Outcome::review;
    finding.authority = untold.front().authority;
    finding.citation = fmt::format("{} rules, each with its citation in the evidence", rules.size());
    finding.about = missing.empty() ? std::string() : missing.begin()->substr(0, missing.begin()->rfind('/'));
    finding.because =
        fmt::format("The country of {} of the payment is not stated, so it cannot be told whether these apply: {}.",
                    missing.size() == 1 ? "a party or bank" : fmt::format("{} parties and banks", missing.size()), fmt::join(rules, ", "));
    finding.evidence = Json::object().set("rules", std::move(told));
    finding.missing.assign(missing.begin(), missing.end());
    findings.push_back(std::move(finding));
  }
  // Nobody can add goods, a route or an end use to a payment, so they are not asked for either.
  for (auto& finding : findings) std::erase_if(finding.missing, of_goods);
  Json rules = Json::array();
  for (const auto& rule : not_asked) rules.push(Json::string(rule));
  Finding finding;
  finding.rule = "payment.goods_not_stated";
  finding.outcome = Outcome::pass;
  finding.authority = "Tamga";
  finding.citation = "docs/payments.md: what a payment message does not state";
  finding.because =
      "A payment message states no goods, route or end use, so no rule about them was asked; for those the deal behind the payment must be cleared.";
  finding.evidence = Json::object().set("not_asked", std::move(rules));
  findings.push_back(std::move(finding));
}

void point_at_elements(const Deal& deal, std::vector<Finding>& findings, std::vector<policy::FlagAnswer>& flags) {
  const auto point_all = [&](std::vector<std::string>& pointers) {
    for (auto& pointer : pointers) {
      if (is_pointer(pointer)) pointer = element_at(deal, pointer);
    }
  };
  for (auto& flag : flags) {
    point_all(flag.about);
    point_all(flag.missing);
  }
  for (auto& finding : findings) {
    if (is_pointer(finding.about)) finding.about = element_at(deal, finding.about);
    point_all(finding.missing);
    point(deal, finding.evidence);
  }
}

}  // namespace tamga::clear
