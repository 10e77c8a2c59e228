#include "cases/packet.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "base/toml.h"

extern "C" {
#define TAMGA_FORM(code)                   \
  extern const char tamga_packet_##code[]; \
  extern const char tamga_packet_##code##_end[];
TAMGA_FORM(ofac)
TAMGA_FORM(bis)
TAMGA_FORM(eu)
TAMGA_FORM(ofsi)
TAMGA_FORM(otsi)
TAMGA_FORM(ecju)
TAMGA_FORM(seco)
TAMGA_FORM(kz)
TAMGA_FORM(ofac_blocked)
TAMGA_FORM(ofac_rejected)
#undef TAMGA_FORM
}

namespace tamga::cases {
namespace {

const Json& null() {
  static const Json nothing;
  return nothing;
}
const Json& member(const Json& json, std::string_view key) {
  const Json* const found = json.find(key);
  return found == nullptr ? null() : *found;
}

/// A value as a form takes it: text as it is, numbers by their literal.
std::string plain(const Json& value) {
  if (value.is_string() || value.is_number()) return value.text;
  if (value.kind == Json::Kind::boolean) return value.truth ? "yes" : "no";
  std::string text;
  for (const auto& item : value.items) text += (text.empty() ? "" : ", ") + plain(item);
  return text;
}
std::string plain(const Json& json, std::string_view key) { return plain(member(json, key)); }

void append(std::string& text, std::string_view part, std::string_view before) {
  if (part.empty()) return;
  if (!text.empty()) text += before;
  text += part;
}

/// Lines, one for each item that says something.
template <typename Line>
std::string lines(const Json& list, const Line& line) {
  std::string text;
  for (const auto& item : list.items) append(text, line(item), "\n");
  return text;
}

std::string amount(const Json& json, std::string_view value) {
  std::string text = plain(json, value);
  append(text, text.empty() ? std::string() : plain(json, "currency"), " ");
  return text;
}

std::string owner_line(const Json& owner) {
  std::string text = plain(owner, "name");
  if (const auto share = plain(owner, "share"); !share.empty()) text += fmt::format(" {} %", share);
  if (const auto country = plain(owner, "country"); !country.empty()) text += fmt::format(" ({})", country);
  return text;
}

std::string party_line(const Json& party) {
  std::string text = plain(party, "name");
  if (const auto country = plain(party, "country"); !country.empty()) text += fmt::format(" ({})", country);
  append(text, plain(party, "address"), ", ");
  for (const auto& identifier : member(party, "identifiers").members)
    append(text, fmt::format("{} {}", identifier.key, plain(identifier.value)), ", ");
  if (const auto since = plain(party, "incorporated"); !since.empty()) append(text, "incorporated " + since, ", ");
  std::string owners;
  for (const auto& owner : member(party, "owners").items) append(owners, owner_line(owner), "; ");
  if (!owners.empty()) text += fmt::format("; owners: {}", owners);
  return text;
}

std::string quantity(const Json& line) {
  std::string text = plain(line, "quantity");
  append(text, text.empty() ? std::string() : plain(line, "unit"), " ");
  return text;
}

std::string goods_line(const Json& line) {
  std::string text = plain(line, "description");
  if (const auto code = plain(line, "hs"); !code.empty()) append(text, "code " + code, ", ");
  append(text, quantity(line), ", ");
  append(text, amount(line, "value"), ", ");
  if (const auto origin = plain(line, "origin"); !origin.empty()) append(text, "origin " + origin, ", ");
  if (const auto made = plain(line, "made_with"); !made.empty()) append(text, "made with technology or parts of " + made, ", ");
  return text;
}

/// "Description: what of it", so that lines of several goods can be told apart.
std::string of_goods(const Json& deal, std::string (*what)(const Json&)) {
  const Json& goods = member(deal, "goods");
  return lines(goods, [&](const Json& line) {
    const std::string text = what(line);
    return text.empty() || goods.items.size() == 1 ? text : fmt::format("{}: {}", plain(line, "description"), text);
  });
}

std::string leg_line(const Json& leg) {
  std::string text = plain(leg, "place");
  if (const auto country = plain(leg, "country"); !country.empty()) text += fmt::format("{}({})", text.empty() ? "" : " ", country);
  append(text, plain(leg, "mode"), ", by ");
  append(text, plain(leg, "vessel"), ", vessel ");
  return text;
}

std::string route(const Json& deal) {
  std::size_t number = 0;
  return lines(member(deal, "route"), [&](const Json& leg) { return fmt::format("{}. {}", ++number, leg_line(leg)); });
}

std::string bank_line(const Json& bank) {
  std::string text = plain(bank, "name");
  append(text, plain(bank, "bic"), ", BIC ");
  if (const auto country = plain(bank, "country"); !country.empty()) text += fmt::format(" ({})", country);
  return text;
}

std::string end_use(const Json& deal) {
  const Json& end_use = member(deal, "end_use");
  std::string text = plain(end_use, "statement");
  if (const auto country = plain(end_use, "country"); !country.empty()) append(text, "country of end use " + country, "; ");
  if (const auto clause = plain(end_use, "no_reexport_clause"); !clause.empty()) append(text, "no-re-export clause: " + clause, "; ");
  if (const auto military = plain(end_use, "military"); !military.empty()) append(text, "military: " + military, "; ");
  return text;
}

std::string destination(const Json& deal) {
  if (auto country = plain(member(deal, "end_use"), "country"); !country.empty()) return country;
  const Json& route = member(deal, "route");
  return route.items.empty() ? std::string() : plain(route.items.back(), "country");
}

std::string document_line(const Json& document) {
  std::string text = plain(document, "type");
  append(text, plain(document, "sha256"), ", SHA-256 ");
  return text;
}

/// The first role of `roles` ("exporter seller") that somebody in the deal has: all who have it.
std::string with_role(const Json& deal, std::string_view roles) {
  while (!roles.empty()) {
    const auto end = std::min(roles.find(' '), roles.size());
    const std::string_view role = roles.substr(0, end);
    roles.remove_prefix(std::min(roles.size(), end + 1));
    auto text = lines(member(deal, "parties"), [&](const Json& party) { return plain(party, "role") == role ? party_line(party) : std::string(); });
    if (!text.empty()) return text;
  }
  return {};
}

/// Listed entities that a finding's evidence names: name, list, programmes, number.
void listed_in(const Json& evidence, std::string& text, std::string& programmes) {
  if (const auto list = evidence.get("list"), entity = evidence.get("entity"); !list.empty() && !entity.empty()) {
    std::string line = fmt::format("{} on {} ({})", evidence.get("caption", entity), list, entity);
    for (const auto& designation : member(evidence, "designations").items) {
      append(line, plain(designation, "program"), ", ");
      if (const auto program = plain(designation, "program"); !program.empty() && programmes.find(program) == std::string::npos)
        append(programmes, program, ", ");
    }
    if (text.find(line) == std::string::npos) append(text, line, "\n");
  }
  for (const auto& item : evidence.items) listed_in(item, text, programmes);
  for (const auto& part : evidence.members) listed_in(part.value, text, programmes);
}

struct Filler {
  std::string_view word;
  std::string (*fill)(const Form& form, const Matter& matter, const Json& finding);
};

std::string question_of(const Form& form, const Matter& matter) {
  return matter.question.empty() ? fmt::format("We ask for {}.", form.asks) : matter.question;
}

std::string listed_of(const Json& finding, bool programmes_only) {
  std::string text;
  std::string programmes;
  listed_in(member(finding, "evidence"), text, programmes);
  return programmes_only ? programmes : text;
}

constexpr std::array<Filler, 22> kFillers = {{
    {"ask", [](const Form&, const Matter&, const Json&) { return std::string(); }},
    {"consultation", [](const Form&, const Matter& matter, const Json&) { return matter.consultation; }},
    {"today", [](const Form&, const Matter& matter, const Json&) { return matter.opened_at.substr(0, 10); }},
    {"event_day", [](const Form&, const Matter& matter, const Json&) { return matter.event_day; }},
    {"deadline", [](const Form&, const Matter& matter, const Json&) { return matter.deadline; }},
    {"deal",
     [](const Form&, const Matter& matter, const Json&) {
       std::string text = plain(matter.deal, "id");
       append(text, plain(matter.deal, "date"), " of ");
       return text;
     }},
    {"parties",
     [](const Form&, const Matter& matter, const Json&) {
       return lines(member(matter.deal, "parties"), [](const Json& party) { return fmt::format("{}: {}", plain(party, "role"), party_line(party)); });
     }},
    {"listed", [](const Form&, const Matter&, const Json& finding) { return listed_of(finding, false); }},
    {"programmes", [](const Form&, const Matter&, const Json& finding) { return listed_of(finding, true); }},
    {"goods", [](const Form&, const Matter& matter, const Json&) { return lines(member(matter.deal, "goods"), goods_line); }},
    {"goods.descriptions",
     [](const Form&, const Matter& matter, const Json&) {
       return lines(member(matter.deal, "goods"), [](const Json& line) { return plain(line, "description"); });
     }},
    {"goods.codes",
     [](const Form&, const Matter& matter, const Json&) { return of_goods(matter.deal, [](const Json& line) { return plain(line, "hs"); }); }},
    {"goods.quantities", [](const Form&, const Matter& matter, const Json&) { return of_goods(matter.deal, quantity); }},
    {"goods.values",
     [](const Form&, const Matter& matter, const Json&) { return of_goods(matter.deal, [](const Json& line) { return amount(line, "value"); }); }},
    {"goods.origins",
     [](const Form&, const Matter& matter, const Json&) { return of_goods(matter.deal, [](const Json& line) { return plain(line, "origin"); }); }},
    {"route", [](const Form&, const Matter& matter, const Json&) { return route(matter.deal); }},
    {"destination", [](const Form&, const Matter& matter, const Json&) { return destination(matter.deal); }},
    {"payment.amount", [](const Form&, const Matter& matter, const Json&) { return amount(member(matter.deal, "payment"), "amount"); }},
    {"payment.banks",
     [](const Form&, const Matter& matter, const Json&) { return lines(member(member(matter.deal, "payment"), "banks"), bank_line); }},
    {"end_use", [](const Form&, const Matter& matter, const Json&) { return end_use(matter.deal); }},
    {"rule",
     [](const Form&, const Matter&, const Json& finding) {
       return fmt::format("{} {} ({})", finding.get("because"), finding.get("citation"), finding.get("authority"));
     }},
    {"documents", [](const Form&, const Matter& matter, const Json&) { return lines(member(matter.deal, "documents"), document_line); }},
}};

/// Nothing: no such word.
const Filler* filler(std::string_view word) {
  const auto* const at = std::find_if(kFillers.begin(), kFillers.end(), [&](const Filler& one) { return one.word == word; });
  return at == kFillers.end() ? nullptr : at;
}

bool known_word(std::string_view word) { return word == "question" || word.starts_with("party ") || filler(word) != nullptr; }

std::string fill(const Field& field, const Form& form, const Matter& matter, const Json& finding) {
  if (field.from == "question") return question_of(form, matter);
  if (field.from.starts_with("party ")) return with_role(matter.deal, std::string_view(field.from).substr(6));
  const Filler* const found = filler(field.from);
  TAMGA_CHECK(found != nullptr);
  return found->fill(form, matter, finding);
}

}  // namespace

Result<Form> read_form(const NamedBytes& file) {
  TAMGA_TRY(const Json toml, read_toml(file));
  const auto wrong = [&](std::uint64_t line, std::string message) { return bad_input_in(file.name, line, std::move(message)); };
  Form form{std::string(toml.get("code")),   std::string(toml.get("authority")), std::string(toml.get("form")),
            std::string(toml.get("source")), std::string(toml.get("asks")),      {}};
  if (form.code.empty() || form.authority.empty() || form.name.empty() || form.source.empty() || form.asks.empty())
    return wrong(1, "a form needs code, authority, form, source and asks");
  for (const auto& part : toml.members) {
    static constexpr std::array<std::string_view, 7> kKnown = {"asks", "authority", "code", "field", "form", "source", "verified"};
    if (std::find(kKnown.begin(), kKnown.end(), part.key) == kKnown.end())
      return wrong(part.key_offset, fmt::format("\"{}\" is not known here", part.key));
  }
  std::set<std::string> seen;
  for (const auto& item : member(toml, "field").items) {
    for (const auto& part : item.members) {
      static constexpr std::array<std::string_view, 5> kKnown = {"from", "name", "note", "section", "verified"};
      if (std::find(kKnown.begin(), kKnown.end(), part.key) == kKnown.end())
        return wrong(part.key_offset, fmt::format("\"{}\" is not known in a field", part.key));
    }
    Field field{std::string(item.get("section")), std::string(item.get("name")), std::string(item.get("from")), std::string(item.get("note")),
                member(item, "verified").truth};
    if (field.section.empty() || field.name.empty()) return wrong(item.offset, "a field needs section and name");
    if (!known_word(field.from)) return wrong(item.offset, fmt::format("from = \"{}\" is not known; see docs/casework.md", field.from));
    if (!seen.insert(field.section + "\n" + field.name).second) return wrong(item.offset, fmt::format("the field \"{}\" stands twice", field.name));
    form.fields.push_back(std::move(field));
  }
  if (form.fields.empty()) return wrong(1, "a form needs fields");
  return form;
}

std::span<const Form> forms() {
  static const std::vector<Form> all = [] {
    std::vector<Form> read;
    const auto add = [&](const char* name, const char* begin, const char* end) {
      auto form = read_form({fmt::format("data/packets/{}.toml", name), std::string(begin, end)});
      TAMGA_CHECK(form.has_value());
      read.push_back(*std::move(form));
    };
#define TAMGA_FORM(code) add(#code, tamga_packet_##code, tamga_packet_##code##_end);
    TAMGA_FORM(ofac)
    TAMGA_FORM(bis)
    TAMGA_FORM(eu)
    TAMGA_FORM(ofsi)
    TAMGA_FORM(otsi)
    TAMGA_FORM(ecju)
    TAMGA_FORM(seco)
    TAMGA_FORM(kz)
    TAMGA_FORM(ofac_blocked)
    TAMGA_FORM(ofac_rejected)
#undef TAMGA_FORM
    return read;
  }();
  return all;
}

const Form* form(std::string_view code) {
  const auto all = forms();
  const auto at = std::find_if(all.begin(), all.end(), [&](const Form& one) { return one.code == code; });
  return at == all.end() ? nullptr : &*at;
}

std::string_view form_for(std::string_view regime, std::string_view authority) {
  const auto names = [&](std::string_view word) { return authority.find(word) != std::string_view::npos; };
  if (regime == "us") return names("BIS") || names("Industry and Security") ? "bis" : "ofac";
  if (regime == "uk") return names("OTSI") || names("Trade Sanctions") ? "otsi" : names("ECJU") || names("Export Control") ? "ecju" : "ofsi";
  if (regime == "eu") return "eu";
  if (regime == "ch") return "seco";
  if (regime == "kz") return "kz";
  return {};
}

Json packet(const Form& form, const Matter& matter) {
  const Json& findings = member(matter.decision, "findings");
  TAMGA_CHECK(matter.finding < findings.items.size());
  const Json& finding = findings.items[matter.finding];

  Json application = Json::array();
  std::vector<std::string> to_be_filled;
  std::vector<std::string> not_verified;
  for (const auto& field : form.fields) {
    const std::string value = fill(field, form, matter, finding);
    if (application.items.empty() || application.items.back().get("section") != field.section)
      application.push(Json::object().set("section", field.section).set("fields", Json::object()));
    application.items.back().members.back().value.set(field.name, value);
    if (value.empty()) to_be_filled.push_back(field.note.empty() ? field.name : fmt::format("{} ({})", field.name, field.note));
    if (!field.verified) not_verified.push_back(field.name);
  }

  Json authority = Json::object();
  authority.set("code", form.code).set("name", form.authority).set("form", form.name).set("source", form.source);
  Json rule = Json::object();
  for (const auto* key : {"rule", "regime", "outcome", "authority", "citation", "about", "because", "evidence"}) rule.set(key, member(finding, key));
  Json decision = Json::object();
  decision.set("id", plain(matter.decision, "id")).set("outcome", plain(matter.decision, "outcome")).set("as_of", plain(matter.decision, "as_of"));
  decision.set("sha256", matter.decision_hash).set("basis", member(matter.decision, "basis"));
  Json json = Json::object();
  json.set("packet", "tamga 1").set("consultation", matter.consultation).set("opened_at", matter.opened_at).set("opened_by", matter.opened_by);
  json.set("authority", std::move(authority)).set("question", question_of(form, matter));
  if (!matter.event_day.empty()) json.set("event_day", matter.event_day);
  if (!matter.deadline.empty()) json.set("deadline", matter.deadline);
  json.set("application", std::move(application)).set("to_be_filled", Json::strings(to_be_filled)).set("not_verified", Json::strings(not_verified));
  json.set("finding", std::move(rule)).set("decision", std::move(decision)).set("deal", matter.deal).set("deal_sha256", matter.deal_hash);
  return json;
}

}  // namespace tamga::cases
