#include "cases/packet.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace tamga::cases {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;

constexpr const char* kDeal = R"({"id":"KZ-1","date":"2026-11-16","parties":[
  {"role":"exporter","name":"Көкше Сауда ЖШС","country":"KZ","address":"Kokshetau","identifiers":{"bin":"090240001124"},
   "owners":[{"name":"Ержан Әлиев","share":"25-50","country":"KZ"}]},
  {"role":"buyer","name":"ООО Ромашка","country":"RU"}],
  "goods":[{"description":"bearings","hs":"848210","origin":"DE","made_with":["US"],"quantity":1000,"unit":"pcs","value":250000.50,"currency":"EUR"},
           {"description":"grease","hs":"340319","quantity":2}],
  "route":[{"place":"DEHAM","country":"DE","mode":"sea","vessel":"ARCTIC DAWN"},{"place":"KZALA","country":"KZ","mode":"rail"}],
  "payment":{"amount":250000,"currency":"USD","banks":[{"name":"Bank X","bic":"AAAAKZKA","country":"KZ"}]},
  "end_use":{"statement":"repair of tractors","country":"KZ","no_reexport_clause":true,"military":false},
  "documents":[{"type":"contract","sha256":"ab12"}]})";

constexpr const char* kDecision = R"({"id":"dec-1","deal":"KZ-1","outcome":"licence_required","as_of":"2026-11-23","basis":{"policy":"sha256:p"},
  "findings":[{"rule":"us.sdn","regime":"us","outcome":"licence_required","authority":"OFAC","citation":"31 CFR 587.201","about":"/parties/1",
    "because":"It is listed.","evidence":{"matches":[{"list":"us_ofac_sdn","entity":"ofac-1","caption":"ROMASHKA","designations":[
      {"program":"RUSSIA-EO14024"}]}]}}]})";

Matter matter() {
  Matter made;
  made.consultation = "con-1";
  made.opened_by = "Aigerim";
  made.opened_at = "2026-11-26T10:00:00Z";
  made.decision = parse_json(kDecision).value();
  made.deal = parse_json(kDeal).value();
  return made;
}

std::string value(const Json& packet, std::string_view name) {
  for (const auto& section : packet.find("application")->items) {
    if (const Json* found = section.find("fields")->find(name); found != nullptr) return found->text;
  }
  return "no such field";
}

TEST(Packet, EveryFormIsSound) {
  std::set<std::string> codes;
  for (const auto& one : forms()) {
    codes.insert(one.code);
    EXPECT_EQ(form(one.code), &one);
    const Json made = packet(one, matter());
    std::size_t fields = 0;
    for (const auto& section : made.find("application")->items) fields += section.find("fields")->members.size();
    EXPECT_EQ(fields, one.fields.size()) << one.code;
    // The answer to "why do you ask" is in every form.
    EXPECT_THAT(made.dump(), HasSubstr("31 CFR 587.201")) << one.code;
    EXPECT_EQ(parse_json(made.dump()).value(), made) << one.code;
  }
  EXPECT_EQ(codes.size(), 10U);
}

TEST(Packet, FieldsHoldWhatTheDealSays) {
  const Json ofac = packet(*form("ofac"), matter());
  EXPECT_EQ(value(ofac, "Blocked or listed persons involved"), "ROMASHKA on us_ofac_sdn (ofac-1), RUSSIA-EO14024");
  EXPECT_EQ(value(ofac, "Sanctions Program(s)"), "RUSSIA-EO14024");
  EXPECT_EQ(value(ofac, "Amount and currency"), "250000 USD");
  EXPECT_EQ(value(ofac, "Route"), "1. DEHAM (DE), by sea, vessel ARCTIC DAWN\n2. KZALA (KZ), by rail");
  EXPECT_EQ(value(ofac, "Supporting documents"), "contract, SHA-256 ab12");
  EXPECT_EQ(value(ofac, "Request"), "We ask for a specific licence for the transaction described, or the answer that none is required.");
  EXPECT_EQ(value(ofac, "Correspondent or counsel"), "");
  std::vector<std::string> open;
  for (const auto& item : ofac.find("to_be_filled")->items) open.push_back(item.text);
  EXPECT_THAT(open, Contains("Correspondent or counsel"));

  const Json kz = packet(*form("kz"), matter());
  EXPECT_EQ(value(kz, "5. Заявитель (наименование, адрес, БИН)"),
            "Көкше Сауда ЖШС (KZ), Kokshetau, bin 090240001124; owners: Ержан Әлиев 25-50 % (KZ)");
  EXPECT_EQ(value(kz, "6. Покупатель/продавец"), "ООО Ромашка (RU)");
  EXPECT_EQ(value(kz, "9. Валюта контракта и 10. Стоимость"), "bearings: 250000.50 EUR");
  EXPECT_EQ(value(kz, "13. Количество и 14. Единица измерения"), "bearings: 1000 pcs\ngrease: 2");
}

TEST(Packet, WhoeverAsksOtherwiseIsHeard) {
  Matter asked = matter();
  asked.question = "Does FAQ 1126 cover this?";
  EXPECT_EQ(value(packet(*form("ofac"), asked), "Request"), "Does FAQ 1126 cover this?");
}

TEST(Packet, TheAuthorityOfAFinding) {
  EXPECT_EQ(form_for("us", "OFAC"), "ofac");
  EXPECT_EQ(form_for("us", "BIS"), "bis");
  EXPECT_EQ(form_for("uk", "OFSI, HM Treasury"), "ofsi");
  EXPECT_EQ(form_for("uk", "OTSI"), "otsi");
  EXPECT_EQ(form_for("uk", "ECJU, DBT"), "ecju");
  EXPECT_EQ(form_for("kz", ""), "kz");
  EXPECT_EQ(form_for("", "Tamga"), "");
}

TEST(Packet, AFormThatIsWrongSaysWhere) {
  const std::string head = "code = \"x\"\nauthority = \"a\"\nform = \"f\"\nsource = \"s\"\nasks = \"q\"\n";
  const auto error = [&](const std::string& text) {
    const auto form = read_form({"x.toml", text});
    return form ? std::string("read") : form.error().text();
  };
  EXPECT_EQ(error(head + "[[field]]\nsection = \"s\"\nname = \"n\"\nfrom = \"ask\"\n"), "read");
  EXPECT_THAT(error(head + "[[field]]\nsection = \"s\"\nname = \"n\"\nfrom = \"rumour\"\n"), HasSubstr("from = \"rumour\" is not known"));
  EXPECT_THAT(error(head + "[[field]]\nname = \"n\"\nfrom = \"ask\"\n"), HasSubstr("needs section and name"));
  EXPECT_THAT(error(head + "[[field]]\nsection = \"s\"\nname = \"n\"\nfrom = \"ask\"\nshape = \"round\"\n"), HasSubstr("\"shape\" is not known"));
  EXPECT_THAT(error(head), HasSubstr("needs fields"));
  EXPECT_THAT(error("code = \"x\"\n"), HasSubstr("a form needs code, authority"));
  EXPECT_THAT(error("code = "), HasSubstr("x.toml:1"));
}

}  // namespace
}  // namespace tamga::cases
