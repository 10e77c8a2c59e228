#include "mcp/tools.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "base/date.h"
#include "base/decimal.h"

namespace tamga::mcp {
namespace {

using service::Service;

constexpr std::string_view kPurpose =
    " It serves compliance, not evasion: it never proposes how to restructure a deal so that a rule stops applying, and is not to be used to try out "
    "which change would.";
constexpr std::size_t kHitsShown = 20;

Json text_schema(std::string_view description) {
  Json schema = Json::object();
  return schema.set("type", "string").set("minLength", Json::number(1)).set("description", description);
}

Json day_schema() { return text_schema("With the lists and rules of this day, YYYY-MM-DD. Left out: today (UTC)."); }

/// One text or several.
Json texts_schema(std::string_view description) {
  Json one = Json::object();
  one.set("type", "string").set("minLength", Json::number(1));
  Json several = Json::object();
  several.set("type", "array").set("items", one).set("minItems", Json::number(1));
  Json schema = Json::object();
  return schema.set("anyOf", Json::array().push(one).push(std::move(several))).set("description", description);
}

Json choice_schema(std::string_view description, const std::vector<std::string>& values) {
  Json schema = Json::object();
  return schema.set("type", "string").set("enum", Json::strings(values)).set("description", description);
}

Json whole_schema(std::string_view description, std::int64_t least, std::int64_t most) {
  Json schema = Json::object();
  schema.set("type", "integer").set("minimum", Json::number(least)).set("maximum", Json::number(most));
  return schema.set("description", description);
}

Json flag_schema(std::string_view description) { return Json::object().set("type", "boolean").set("description", description); }

Json closed_schema(Json properties, const std::vector<std::string>& required = {}) {
  Json schema = Json::object();
  schema.set("type", "object").set("properties", std::move(properties));
  if (!required.empty()) schema.set("required", Json::strings(required));
  return schema.set("additionalProperties", Json::boolean(false));
}

/// What each tool gives. `answer` says what the answer must have at least.
Json output_schema(std::string_view description, const std::vector<std::string>& members) {
  Json answer = Json::object();
  answer.set("type", "object").set("description", description).set("required", Json::strings(members));
  const std::vector<std::string> of_a_list = {"list", "title", "authority", "published", "age_days", "stale", "sample"};
  Json list = Json::object();
  list.set("type", "object").set("required", Json::strings(of_a_list));
  Json lists = Json::object();
  lists.set("type", "array").set("description", "The list editions in force, with their age in days.").set("items", std::move(list));
  Json remarks = Json::object();
  remarks.set("type", "array").set("description", "What must be told with the answer.").set("items", Json::object().set("type", "string"));
  Json properties = Json::object();
  properties.set("answer", std::move(answer)).set("lists", std::move(lists)).set("remarks", std::move(remarks));
  Json schema = Json::object();
  schema.set("type", "object").set("properties", std::move(properties));
  return schema.set("required", Json::strings({"answer", "lists", "remarks"}));
}

/// The arguments without those that only the tool knows.
Json without(const Json& arguments, std::initializer_list<std::string_view> own) {
  Json question = Json::object();
  for (const auto& member : arguments.members) {
    if (std::find(own.begin(), own.end(), member.key) == own.end()) question.set(member.key, member.value);
  }
  return question;
}

Result<Date> day_of(const Json& arguments) {
  const auto text = arguments.get("as_of");
  if (text.empty()) return utc_today();
  if (const auto date = Date::parse(text)) return *date;
  return bad_input(fmt::format("as_of: \"{}\" is not a date, expected YYYY-MM-DD", text));
}

std::vector<std::string> remarks_on(const Json& ages) {
  std::vector<std::string> stale;
  bool sample = false;
  for (const auto& list : ages.items) {
    const Json* is_stale = list.find("stale");
    const Json* is_sample = list.find("sample");
    if (is_stale != nullptr && is_stale->truth) {
      const auto part = list.get("part");
      stale.push_back(fmt::format("{}{}{} ({} days)", list.get("list"), part.empty() ? "" : " ", part, list.find("age_days")->text));
    }
    sample = sample || (is_sample != nullptr && is_sample->truth);
  }
  std::vector<std::string> remarks;
  if (ages.items.empty()) remarks.emplace_back("No list is loaded: nothing was compared with anything.");
  if (!stale.empty()) remarks.push_back(fmt::format("Stale lists: {}. What was published since is not known here.", fmt::join(stale, ", ")));
  if (sample) remarks.emplace_back("Sample lists are among them: for demonstration, not for compliance use.");
  return remarks;
}

/// `without_store`: the answer stands on no list, so that a machine without any still answers.
Result<Json> with_lists(Service& service, const Json& arguments, Json answer, const std::vector<std::string>& more, bool without_store = false) {
  TAMGA_TRY(const Date as_of, day_of(arguments));
  auto ages = without_store ? Result<Json>(Json::array()) : service.list_ages(as_of);
  if (!ages) return std::unexpected(ages.error());
  auto remarks = without_store ? std::vector<std::string>() : remarks_on(*ages);
  remarks.insert(remarks.end(), more.begin(), more.end());
  Json document = Json::object();
  return document.set("answer", std::move(answer)).set("lists", *std::move(ages)).set("remarks", Json::strings(remarks));
}

Tool screen_tool(Service& service) {
  Json properties = Json::object();
  properties.set("name",
                 texts_schema("The name, in any script; several are names of one party. Numbers in it (INN, BIN, IMO, BIC …) are looked up too."));
  properties.set("schema", choice_schema("What is looked for. Left out: anything.", {"Person", "Company", "Organization", "LegalEntity", "PublicBody",
                                                                                     "Vessel", "Airplane", "CryptoWallet", "Asset", "Address"}));
  properties.set("birth_date", text_schema("Of a person: YYYY, YYYY-MM or YYYY-MM-DD."));
  properties.set("country", texts_schema("Two letters of ISO 3166-1."));
  properties.set("address", texts_schema("A whole address."));
  properties.set("identifier", texts_schema("A number of the party: \"inn 7702070139\", \"imo 9524451\", a LEI, a BIC …"));
  properties.set("lists", texts_schema("Only these lists, such as us_ofac_sdn. Left out: all that are loaded."));
  Json threshold = Json::object();
  threshold.set("type", "number").set("description", "Least score of a hit, above 0 and up to 1. Left out: the policy's, which is made not to miss.");
  properties.set("threshold", std::move(threshold)).set("as_of", day_schema());
  properties.set("limit", whole_schema("So many hits, the best first [20]; the answer says how many there are.", 1, 1000));
  Tool tool;
  tool.name = "screen";
  tool.title = "Screen a name against sanctions lists";
  tool.description =
      "Compare a person, company, ship, bank or address with the sanctions lists that are loaded (OFAC, EU, UK, UN, SECO and others). Gives each hit "
      "with its score, the reasons word by word, list, programme, the authority's address, and where else the same entity is listed; and the age of "
      "each list. A hit that is not `certain` must be looked at by a person; no hit is not a clearance.";
  tool.description += kPurpose;
  tool.input_schema = closed_schema(std::move(properties));
  tool.output_schema = output_schema("As `tamga screen --json`, with hits_total.", {"query", "basis", "hits", "hits_total"});
  tool.call = [&service](const Json& arguments) -> Result<Json> {
    TAMGA_TRY(Json answer, service.screen(without(arguments, {"limit"})));
    const Json* limit = arguments.find("limit");
    const std::size_t most = limit == nullptr ? kHitsShown : static_cast<std::size_t>(Decimal::parse(limit->text)->coefficient);
    std::vector<std::string> remarks;
    for (auto& member : answer.members) {
      if (member.key != "hits") continue;
      const std::size_t total = member.value.items.size();
      if (total == 0) remarks.emplace_back("No hit: nothing at or above the threshold in these lists. That is not a clearance of a deal.");
      if (total > most) {
        remarks.push_back(fmt::format("{} of {} hits are shown; ask with a higher limit for all.", most, total));
        member.value.items.resize(most);
      }
      answer.set("hits_total", Json::number(static_cast<std::int64_t>(total)));
      break;
    }
    return with_lists(service, arguments, std::move(answer), remarks);
  };
  return tool;
}

Tool clear_tool(Service& service) {
  Json deal = Json::object();
  deal.set("type", "object").set("required", Json::strings({"id", "parties", "goods"}));
  deal.set("description",
           "The deal, as docs/deal.md says: id; parties [{role, name, schema, country, address, identifiers {bin, inn, lei, imo, bic, reg …}, "
           "incorporated, owners [{name, share, country}]}]; goods [{description, hs, origin, made_with, quantity, unit, value, currency, eccn}]; "
           "route [{place, country, mode, vessel}]; payment {amount, currency, banks [{name, bic, country}]}; end_use {statement, country, "
           "no_reexport_clause, military}; documents; licences. Only what is known: a field that is left out asks for review where a rule needs it.");
  Json properties = Json::object();
  properties.set("deal", std::move(deal));
  properties.set("payment", text_schema("Instead of a deal: a payment message as text (pacs.008, pacs.009, pain.001, MT103, MT202, MT205)."));
  properties.set("as_of", day_schema());
  Tool tool;
  tool.name = "clear";
  tool.title = "Say whether a trade deal may go ahead";
  tool.description =
      "Judge a trade deal or a payment under the rules of the US, the EU, the UK, the UN, Switzerland and Kazakhstan: pass, review, licence_required "
      "or prohibited, with one finding for each rule that speaks (authority, citation, reason, evidence) and the fields that are missing to be sure. "
      "A refused deal that is asked again with something changed is recognised and asks for review. "
      "Nothing is recorded: for a decision that counts, a person runs `tamga clear`. State the deal as it is.";
  tool.description += kPurpose;
  tool.input_schema = closed_schema(std::move(properties));
  tool.output_schema = output_schema("As `tamga clear --no-record --json`: one decision, or {decisions} of a message with several transactions.", {});
  const auto refused = std::make_shared<service::RefusedDeals>();
  tool.call = [&service, refused](const Json& arguments) -> Result<Json> {
    const Json* given = arguments.find("deal");
    const auto message = arguments.get("payment");
    if ((given == nullptr) == message.empty()) return bad_input("give a deal or a payment, and not both");
    TAMGA_TRY(Json answer, service.clear(given != nullptr ? given->dump() : std::string(message), without(arguments, {"deal", "payment"}),
                                         service::Record::leave, refused.get()));
    return with_lists(service, arguments, std::move(answer), {"Not recorded: it cannot be replayed or relied on as the house's decision."});
  };
  return tool;
}

Tool owners_tool(Service& service) {
  Json properties = Json::object();
  properties.set("party", text_schema("A name, an identifier (LEI, BIN, INN, IMO …), an id of a register, or the id of a listed entity."));
  properties.set("regime", choice_schema("Only this authority's rule. Left out: all.", {"us", "eu", "uk", "un", "ch"}));
  properties.set("as_of", day_schema());
  properties.set("network", flag_schema("Also give every party and holding around it; that may be long."));
  Tool tool;
  tool.name = "owners";
  tool.title = "Who owns and controls a party";
  tool.description =
      "Say for each authority's own rule (OFAC's 50 Percent Rule, the EU's and UK's ownership and control, …) whether a party is owned or controlled "
      "by listed persons, is not, or whether it cannot be excluded; with the chain of holdings, the citation, and the facts that would settle it. "
      "It knows what the imported ownership registers and lists say: an owner that nobody registered is not known.";
  tool.description += kPurpose;
  tool.input_schema = closed_schema(std::move(properties), {"party"});
  tool.output_schema =
      output_schema("As `tamga owners show --json`; without network unless it was asked for.", {"as_of", "name", "answers", "basis"});
  tool.call = [&service](const Json& arguments) -> Result<Json> {
    TAMGA_TRY(const Json whole, service.owners(without(arguments, {"network"})));
    const Json* wanted = arguments.find("network");
    const bool with_network = wanted != nullptr && wanted->truth;
    const Json* parties = whole.find("network") == nullptr ? nullptr : whole.find("network")->find("parties");
    const auto party_at = [&](const Json& number) -> const Json* {
      const auto at = Decimal::parse(number.text);
      const bool there = parties != nullptr && at && at->coefficient >= 0 && static_cast<std::size_t>(at->coefficient) < parties->items.size();
      return there ? &parties->items[static_cast<std::size_t>(at->coefficient)] : nullptr;
    };
    Json answer = Json::object();
    for (const auto& member : whole.members) {
      if (member.key == "network" && !with_network) continue;
      if (member.key == "party") {
        // Numbers mean nothing without the network.
        if (const Json* party = party_at(member.value)) {
          answer.set("id", party->get("id")).set("name", party->get("name")).set("listed", *party->find("listed"));
        }
        if (!with_network) continue;
      }
      const bool numbered = member.key == "look_through" || member.key == "voting_power" || member.key == "controlled_by";
      if (!numbered || with_network) answer.set(member.key, member.value);
      if (member.key != "controlled_by" || with_network) continue;
      Json names = Json::array();
      for (const auto& number : member.value.items) {
        if (const Json* party = party_at(number)) names.push(Json::string(party->get("name")));
      }
      answer.set("controlled_by", std::move(names));
    }
    return with_lists(service, arguments, std::move(answer), {});
  };
  return tool;
}

Tool goods_tool(Service& service) {
  Json properties = Json::object();
  properties.set("code", text_schema("An HS, CN or TN VED code of 4 to 10 digits; blanks and points do not matter."));
  properties.set("text", text_schema("Instead of a code: a description of the goods in English, Russian or Kazakh, for which codes are proposed."));
  properties.set("limit", whole_schema("With text: so many proposals [10].", 1, 100));
  properties.set("language", choice_schema("With text: of the titles. Left out: that of the text.", {"en", "ru", "kk"}));
  properties.set("as_of", day_schema());
  Tool tool;
  tool.name = "goods";
  tool.title = "Export control lists that name a goods code";
  tool.description =
      "Look a goods code up in the control lists that name codes (Common High Priority List, Annexes XL and XXIII of Reg (EU) 833/2014, supplements "
      "to 15 CFR 746 and others), each with its article; or propose codes for a description. `partial` and `verified: false` mean that it cannot be "
      "excluded and must be looked at. Being on no list here does not mean that the goods are not controlled: lists by technical parameters are not "
      "looked up by code.";
  tool.description += kPurpose;
  tool.input_schema = closed_schema(std::move(properties));
  tool.output_schema = output_schema("As `tamga goods --json`.", {"as_of", "policy"});
  tool.call = [&service](const Json& arguments) -> Result<Json> {
    TAMGA_TRY(Json answer, service.goods(arguments));
    const auto remark = fmt::format("The control lists are those of the policy {}; each names its edition in `article`.", answer.get("policy"));
    return with_lists(service, arguments, std::move(answer), {remark}, true);
  };
  return tool;
}

}  // namespace

std::vector<Tool> tools(Service& service) {
  std::vector<Tool> all;
  all.push_back(screen_tool(service));
  all.push_back(clear_tool(service));
  all.push_back(owners_tool(service));
  all.push_back(goods_tool(service));
  return all;
}

}  // namespace tamga::mcp
