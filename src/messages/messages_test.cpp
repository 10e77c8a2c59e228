#include "messages/messages.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

namespace tamga::messages {
namespace {

using ::testing::HasSubstr;

const MessageElement* find(const PaymentMessage& payment, std::string_view role) {
  const auto at = std::find_if(payment.elements.begin(), payment.elements.end(), [&](const auto& element) { return element.role == role; });
  return at == payment.elements.end() ? nullptr : &*at;
}

std::string pacs008(std::string_view transactions, std::string_view version = "pacs.008.001.08") {
  return fmt::format(
      "<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:{}\"><FIToFICstmrCdtTrf><GrpHdr><MsgId>M1</MsgId></GrpHdr>{}</FIToFICstmrCdtTrf></Document>",
      version, transactions);
}

std::string fin(std::string_view type, std::string_view fields, std::string_view user = "") {
  return fmt::format("{{1:F01AAAADEFFAXXX0000000000}}{{2:I{}BBBBFRPPXXXXN}}{}{{4:\n{}-}}", type, user, fields);
}

TEST(Iso20022, APartySaysAllOfItself) {
  const auto payments = read(pacs008(
      "<CdtTrfTxInf><PmtId><InstrId>I</InstrId><EndToEndId>E</EndToEndId><UETR>u</UETR></PmtId><IntrBkSttlmAmt Ccy='USD'>12.50</IntrBkSttlmAmt>"
      "<IntrBkSttlmDt>2026-11-20</IntrBkSttlmDt><Dbtr><Nm>Ivan\n   "
      "Petrov</Nm><PstlAdr><StrtNm>Main</StrtNm><TwnNm>Almaty</TwnNm><Ctry>KZ</Ctry></PstlAdr>"
      "<Id><PrvtId><DtAndPlcOfBirth><BirthDt>1970-02-03</BirthDt><CityOfBirth>Omsk</CityOfBirth><CtryOfBirth>RU</CtryOfBirth></DtAndPlcOfBirth>"
      "<Othr><Id>N123456</Id><SchmeNm><Cd>CCPT</Cd></SchmeNm></Othr></PrvtId></Id></Dbtr>"
      "<DbtrAcct><Id><IBAN>DE89370400440532013000</IBAN></Id></DbtrAcct>"
      "<DbtrAgt><FinInstnId><BICFI>AAAADEFF</BICFI><LEI>529900T8BM49AURSDO55</LEI></FinInstnId></DbtrAgt></CdtTrfTxInf>"));
  ASSERT_TRUE(payments) << payments.error().text();
  ASSERT_EQ(payments->size(), 1U);
  const auto& payment = payments->front();
  EXPECT_EQ(payment.kind, "pacs.008");
  EXPECT_EQ(payment.version, "pacs.008.001.08");
  EXPECT_EQ(payment.message_id, "M1");
  EXPECT_EQ(payment.end_to_end_id, "E");
  EXPECT_EQ(payment.currency, "USD");
  EXPECT_EQ(payment.amount, Decimal::parse("12.5"));
  EXPECT_EQ(payment.date, Date::parse("2026-11-20"));
  const auto* debtor = find(payment, "debtor");
  ASSERT_NE(debtor, nullptr);
  EXPECT_EQ(debtor->path, "/Document/FIToFICstmrCdtTrf/CdtTrfTxInf/Dbtr");
  EXPECT_EQ(debtor->name, "Ivan Petrov");
  EXPECT_EQ(debtor->schema, "Person");
  EXPECT_EQ(debtor->address, "Main, Almaty, KZ");
  EXPECT_EQ(debtor->country, "KZ");
  EXPECT_EQ(debtor->birth_date, "1970-02-03");
  EXPECT_EQ(debtor->birth_place, "Omsk, RU");
  EXPECT_EQ(debtor->account, "DE89370400440532013000");
  ASSERT_EQ(debtor->identifiers.size(), 2U);
  EXPECT_EQ(debtor->identifiers[0].kind, "passport");
  EXPECT_EQ(debtor->identifiers[1].kind, "iban");
  const auto* agent = find(payment, "debtor_agent");
  ASSERT_NE(agent, nullptr);
  EXPECT_EQ(agent->kind, ElementKind::agent);
  EXPECT_EQ(agent->country, "DE");
}

TEST(Iso20022, EachTransactionHasTheGroupsPartiesAndItsOwnIndex) {
  const std::string transaction = "<CdtTrfTxInf><Dbtr><Nm>A</Nm></Dbtr></CdtTrfTxInf>";
  const auto payments = read("<Document><FIToFICstmrCdtTrf><GrpHdr><InstgAgt><FinInstnId><BICFI>AAAADEFF</BICFI></FinInstnId></InstgAgt></GrpHdr>" +
                             transaction + transaction + "</FIToFICstmrCdtTrf></Document>");
  ASSERT_TRUE(payments) << payments.error().text();
  ASSERT_EQ(payments->size(), 2U);
  for (const auto& payment : *payments) EXPECT_NE(find(payment, "instructing_agent"), nullptr);
  EXPECT_EQ(find((*payments)[1], "debtor")->path, "/Document/FIToFICstmrCdtTrf/CdtTrfTxInf[2]/Dbtr");
}

TEST(Iso20022, AnyVersionAndPrefixAndWrapper) {
  for (const auto* version : {"pacs.008.001.02", "pacs.008.001.07", "pacs.008.001.12"}) {
    const auto payments = read(pacs008("<CdtTrfTxInf><DbtrAgt><FinInstnId><BIC>AAAADEFF</BIC></FinInstnId></DbtrAgt></CdtTrfTxInf>", version));
    ASSERT_TRUE(payments) << payments.error().text();
    EXPECT_EQ(payments->front().version, version);
    EXPECT_EQ(find(payments->front(), "debtor_agent")->identifiers.front().value, "AAAADEFF");
  }
  const auto wrapped = read(
      "<e:Envelope xmlns:e='x' xmlns:d='urn:iso:std:iso:20022:tech:xsd:pacs.009.001.08'><h:AppHdr "
      "xmlns:h='y'><h:Fr><h:FIId><h:FinInstnId><h:BICFI>CCCCGB2L"
      "</h:BICFI></h:FinInstnId></h:FIId></h:Fr><h:BizSvc>swift.cbprplus.cov.02</h:BizSvc></h:AppHdr><d:Document><d:FICdtTrf><d:CdtTrfTxInf><d:Dbtr>"
      "<d:FinInstnId><d:BICFI>AAAADEFF</d:BICFI></d:FinInstnId></d:Dbtr></d:CdtTrfTxInf></d:FICdtTrf></d:Document></e:Envelope>");
  ASSERT_TRUE(wrapped) << wrapped.error().text();
  EXPECT_EQ(wrapped->front().kind, "pacs.009 COV");
  EXPECT_TRUE(wrapped->front().said_to_cover);
  EXPECT_FALSE(wrapped->front().has_underlying);
  EXPECT_EQ(wrapped->front().version, "pacs.009.001.08");
  ASSERT_NE(find(wrapped->front(), "sender"), nullptr);
  EXPECT_EQ(find(wrapped->front(), "sender")->path, "/AppHdr/Fr/FIId");
  EXPECT_EQ(find(wrapped->front(), "debtor")->kind, ElementKind::agent);
}

TEST(Iso20022, TheUnderlyingTransferOfACoverIsRead) {
  const auto payments = read(
      "<Document><FICdtTrf><CdtTrfTxInf><Dbtr><FinInstnId><BICFI>AAAADEFF</BICFI></FinInstnId></Dbtr><UndrlygCstmrCdtTrf><Dbtr><Nm>Who "
      "Pays</Nm></Dbtr>"
      "<RmtInf><Ustrd>a</Ustrd><Ustrd>b</Ustrd></RmtInf></UndrlygCstmrCdtTrf></CdtTrfTxInf></FICdtTrf></Document>");
  ASSERT_TRUE(payments) << payments.error().text();
  const auto& payment = payments->front();
  EXPECT_EQ(payment.kind, "pacs.009 COV");
  const auto party =
      std::find_if(payment.elements.begin(), payment.elements.end(), [](const auto& element) { return element.kind == ElementKind::party; });
  ASSERT_NE(party, payment.elements.end());
  EXPECT_EQ(party->path, "/Document/FICdtTrf/CdtTrfTxInf/UndrlygCstmrCdtTrf/Dbtr");
  EXPECT_TRUE(
      std::any_of(payment.elements.begin(), payment.elements.end(), [](const auto& element) { return element.path.ends_with("/RmtInf/Ustrd[2]"); }));
}

TEST(Iso20022, BadInputIsOneLineWithItsPlace) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"<Document>\n<FICdtTrf>", "truncated"},
      {"<!DOCTYPE a [<!ENTITY b 'cc'><!ENTITY c '&b;&b;'>]><Document>&c;</Document>", "DOCTYPE"},
      {"<Document><FIToFIPmtStsRpt/></Document>", "FIToFIPmtStsRpt is not read"},
      {"<Document><FICdtTrf/></Document>", "holds no CdtTrfTxInf"},
      {"<Document/>", "holds 0 elements"},
      {"<html/>", "no Document"},
      {"<?xml version='1.0' encoding='UTF-8'?><Document><FICdtTrf>\xE9\xE8</FICdtTrf></Document>", "UTF-8"},
      {"nothing", "no payment message"},
  };
  for (const auto& [bytes, says] : cases) {
    const auto payments = read(bytes);
    ASSERT_FALSE(payments) << bytes;
    EXPECT_THAT(payments.error().text(), HasSubstr(says));
    EXPECT_EQ(payments.error().text().find('\n'), std::string::npos);
    EXPECT_GT(payments.error().line, 0U);
  }
}

TEST(Mt, FieldsOfNamesAndAddresses) {
  const auto payments =
      read(fin("103",
               ":20:REF\n:23B:CRED\n:32A:261120USD1234,5\n:50F:CCPT/RU/4512 123456\n1/PETROV\n1/IVAN\n2/LENINA 1\n3/RU/OMSK\n4/19700203\n"
               "5/RU/OMSK\n:52D:/C/123\nFIRST BANK\nMAIN STREET\nLONDON, UNITED KINGDOM\n:53B:/77\n:56A://FW021000018\nCCCCGB2L\n"
               ":57D://RU044525225\nSOME BANK\n:59:/DE89370400440532013000\nSCHMIDT GMBH\nBERLIN\nGERMANY\n:70:A\nB\n:71A:SHA\n"
               ":72:/INS/AAAADEFF\n/ACC/SEE\n//MORE\n",
               "{3:{119:STP}{121:u-1}}"));
  ASSERT_TRUE(payments) << payments.error().text();
  const auto& payment = payments->front();
  EXPECT_EQ(payment.kind, "MT103");
  EXPECT_EQ(payment.version, "STP");
  EXPECT_EQ(payment.uetr, "u-1");
  EXPECT_EQ(payment.amount, Decimal::parse("1234.5"));
  EXPECT_EQ(payment.date, Date::parse("2026-11-20"));
  const auto* debtor = find(payment, "debtor");
  ASSERT_NE(debtor, nullptr);
  EXPECT_EQ(debtor->name, "PETROV IVAN");
  EXPECT_EQ(debtor->country, "RU");
  EXPECT_EQ(debtor->birth_date, "1970-02-03");
  EXPECT_EQ(debtor->schema, "Person");
  EXPECT_EQ(debtor->identifiers.front().kind, "passport");
  EXPECT_EQ(debtor->texts[1].path, ":50F: line 2");
  const auto* ordering = find(payment, "debtor_agent");
  EXPECT_EQ(ordering->name, "FIRST BANK");
  EXPECT_EQ(ordering->account, "123");
  EXPECT_EQ(ordering->country, "GB");
  EXPECT_EQ(find(payment, "instructing_reimbursement_agent_account")->kind, ElementKind::account);
  EXPECT_EQ(find(payment, "intermediary_agent_1")->identifiers.front().value, "CCCCGB2L");
  EXPECT_EQ(find(payment, "creditor_agent")->country, "RU");
  const auto* creditor = find(payment, "creditor");
  EXPECT_EQ(creditor->name, "SCHMIDT GMBH");
  EXPECT_EQ(creditor->country, "DE");
  EXPECT_EQ(creditor->identifiers.front().kind, "iban");
  EXPECT_EQ(find(payment, "instructing_agent")->identifiers.front().value, "AAAADEFF");
  EXPECT_EQ(find(payment, "sender_to_receiver")->texts.size(), 2U);
  EXPECT_EQ(find(payment, "sender")->identifiers.front().value, "AAAADEFF");
  EXPECT_EQ(find(payment, "receiver")->identifiers.front().value, "BBBBFRPP");
}

TEST(Mt, ANameThatFillsItsLineMayGoOn) {
  const auto payments = read(fin("103", ":20:R\n:32A:261120EUR1,\n:50K:/1\nTHE VERY LONG NAME OF A TRADING COM\nPANY OF ALMATY\nKAZAKHSTAN\n"));
  ASSERT_TRUE(payments) << payments.error().text();
  const auto* debtor = find(payments->front(), "debtor");
  EXPECT_THAT(debtor->other_names, ::testing::Contains("THE VERY LONG NAME OF A TRADING COMPANY OF ALMATY"));
}

TEST(Mt, TheSecondSequenceOfACoverIsTheCustomers) {
  const auto payments = read(
      fin("202", ":20:R\n:21:S\n:32A:261120EUR1,\n:52A:AAAADEFF\n:58A:BBBBFRPP\n:50K:/1\nNAME\n:52A:AAAADEFF\n:59:/2\nOTHER\n", "{3:{119:COV}}"));
  ASSERT_TRUE(payments) << payments.error().text();
  const auto& payment = payments->front();
  EXPECT_EQ(payment.kind, "MT202 COV");
  EXPECT_TRUE(payment.has_underlying);
  EXPECT_EQ(find(payment, "debtor")->kind, ElementKind::agent);
  EXPECT_EQ(find(payment, "debtor_agent")->path, "sequence B :52A:");
  const auto plain = read(fin("202", ":20:R\n:32A:261120EUR1,\n:58A:BBBBFRPP\n"));
  EXPECT_EQ(plain->front().kind, "MT202");
}

TEST(Mt, SeveralMessagesOfAFileWithAcknowledgements) {
  const std::string one = fin("103", ":20:R\n:32A:261120EUR1,\n:50K:A\n");
  const auto payments = read("{1:F21AAAADEFFAXXX0000000000}{4:{177:1}{451:0}}" + one + "\r\n$\r\n" + one + "$");
  ASSERT_TRUE(payments) << payments.error().text();
  ASSERT_EQ(payments->size(), 2U);
  EXPECT_EQ(find((*payments)[1], "debtor")->path, "message 2 :50K:");
}

TEST(Mt, BadInputIsOneLineWithItsPlace) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"{1:F01AAAADEFFAXXX0000000000}{2:I103BBBBFRPPXXXXN}{4:\n:20:R\n", "truncated"},
      {"{1:F01AAAADEFFAXXX0000000000}{2:I103BBBBFRPPXXXXN}", "no block 4"},
      {"{1:F01AAAADEFFAXXX0000000000}{4:\n:20:R\n-}", "no block 2"},
      {"{1:x}{2:I103BBBBFRPPXXXXN}{4:\n:20:R\n-}", "block 1 cannot be read"},
      {fin("940", ":20:R\n"), "MT940 is not read"},
      {fin("103", "R\n:20:R\n"), "before its first field"},
      {fin("103", ":20:R\n:32A:1\n"), ":32A: cannot be read"},
      {fin("103", ":20:R\n:5:X\n"), "tag cannot be read"},
      {fin("103", ":20:R\n") + "{1:", "truncated"},
      {fin("103", ":20:R\n") + "rest", "outside of the blocks"},
      {fin("103", ":20:R\n:50K:\xE9\n"), "UTF-8"},
      {"{1:F21AAAADEFFAXXX0000000000}{4:{177:1}{451:0}}", "acknowledgements only"},
  };
  for (const auto& [bytes, says] : cases) {
    const auto payments = read(bytes);
    ASSERT_FALSE(payments) << bytes;
    EXPECT_THAT(payments.error().text(), HasSubstr(says)) << bytes;
    EXPECT_EQ(payments.error().text().find('\n'), std::string::npos);
  }
}

TEST(Deals, RolesAreThePaymentsAndPlacesLeadToElements) {
  const auto payments =
      read(pacs008("<CdtTrfTxInf><PmtId><EndToEndId>E</EndToEndId></PmtId><Dbtr><Nm>A</Nm></Dbtr><CdtrAgt><FinInstnId><BICFI>AAAADEFF"
                   "</BICFI></FinInstnId></CdtrAgt></CdtTrfTxInf>"));
  ASSERT_TRUE(payments) << payments.error().text();
  const Deal deal = deal_of(payments->front());
  EXPECT_EQ(deal.id, "M1/E");
  ASSERT_EQ(deal.parties.size(), 1U);
  EXPECT_EQ(deal.parties[0].role, "debtor");
  ASSERT_TRUE(deal.payment);
  EXPECT_EQ(deal.payment->banks.front().bic, "AAAADEFF");
  const auto place = std::find_if(deal.places.begin(), deal.places.end(), [](const auto& known) { return known.pointer == "/parties/0/name"; });
  ASSERT_NE(place, deal.places.end());
  EXPECT_EQ(place->element, "/Document/FIToFICstmrCdtTrf/CdtTrfTxInf/Dbtr/Nm");
}

/// Whatever a name or a text is, it is in an element as it was written.
RC_GTEST_PROP(Messages, NothingThatIsSaidIsDropped, ()) {
  const auto letters = rc::gen::container<std::string>(rc::gen::elementOf(std::string("ABCXYZ 0189.,'&<>/+")));
  std::vector<std::string> said;
  const auto draw = [&] {
    std::string text = "Q" + *letters + "Q";
    said.push_back(text);
    std::string escaped;
    for (const char c : text) escaped += c == '&' ? "&amp;" : c == '<' ? "&lt;" : c == '>' ? "&gt;" : std::string(1, c);
    return escaped;
  };
  std::string inside;
  for (const auto* name : {"Dbtr", "UltmtCdtr", "InitgPty"})
    inside += fmt::format("<{0}><Nm>{1}</Nm><CtctDtls><Nm>{2}</Nm></CtctDtls><New><Odd>{3}</Odd></New></{0}>", name, draw(), draw(), draw());
  inside +=
      fmt::format("<RmtInf><Ustrd>{}</Ustrd><Strd><AddtlRmtInf>{}</AddtlRmtInf></Strd></RmtInf><SplmtryData><Envlp><X>{}</X></Envlp></SplmtryData>",
                  draw(), draw(), draw());
  const auto payments = read(pacs008("<CdtTrfTxInf>" + inside + "</CdtTrfTxInf>"));
  RC_ASSERT(payments.has_value());
  std::vector<std::string> kept;
  for (const auto& element : payments->front().elements) {
    for (const auto& text : element.texts) kept.push_back(text.value);
  }
  for (const auto& text : said) {
    std::string line;
    for (const char c : text) {
      if (c != ' ' || (!line.empty() && line.back() != ' ')) line += c;
    }
    RC_ASSERT(std::find(kept.begin(), kept.end(), line) != kept.end());
  }
}

}  // namespace
}  // namespace tamga::messages
