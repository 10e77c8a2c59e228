// Payment messages on real files (../shared/data/messages): nothing that one says is dropped, and damage crashes nothing. And what is found wrong in
// the message's own data.
//
// TAMGA_MUTATIONS: how many for each file [300]; TAMGA_MUTATION_SEED [1].
#include <archive.h>
#include <archive_entry.h>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <random>
#include <set>

#include "base/files.h"
#include "clear/payment.h"
#include "lists/xml.h"
#include "match/text.h"
#include "messages/messages.h"

namespace tamga {
namespace {

namespace fs = std::filesystem;
using ::testing::Contains;
using ::testing::HasSubstr;

std::string root() { return std::string(TAMGA_SOURCE_DIR) + "/../shared/data/messages/"; }

/// The files of a .tar.gz, which is no format that a user gives to Tamga.
std::vector<NamedBytes> untar(const std::string& path) {
  std::vector<NamedBytes> files;
  archive* reader = archive_read_new();
  archive_read_support_filter_gzip(reader);
  archive_read_support_format_tar(reader);
  if (archive_read_open_filename(reader, path.c_str(), 65536) == ARCHIVE_OK) {
    archive_entry* entry = nullptr;
    while (archive_read_next_header(reader, &entry) == ARCHIVE_OK) {
      NamedBytes file{archive_entry_pathname(entry), std::string(static_cast<std::size_t>(archive_entry_size(entry)), '\0')};
      const auto got = archive_read_data(reader, file.bytes.data(), file.bytes.size());
      if (got == static_cast<la_ssize_t>(file.bytes.size()) && !file.bytes.empty()) files.push_back(std::move(file));
    }
  }
  archive_read_free(reader);
  return files;
}

std::vector<NamedBytes> real_files() {
  std::vector<NamedBytes> files;
  if (!fs::exists(root())) return files;
  for (const auto* name : {"fedwire_iso20022_samples.tar.gz", "prowide_iso20022_samples.tar.gz", "prowide_swift_mt_samples.tar.gz"}) {
    for (auto& file : untar(root() + name)) files.push_back(std::move(file));
  }
  for (const auto& entry : fs::directory_iterator(root() + "iso20022")) {
    if (auto bytes = read_file(entry.path().string())) files.push_back({entry.path().string(), *std::move(bytes)});
  }
  std::sort(files.begin(), files.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  return files;
}

std::vector<NamedBytes> readable_files() {
  auto files = real_files();
  std::erase_if(files, [](const NamedBytes& file) { return !messages::read(file.bytes); });
  return files;
}

std::string one_line(std::string_view text) {
  std::string line;
  for (const char c : text) {
    const bool blank = c == ' ' || c == '\n' || c == '\t' || c == '\r';
    if (!blank) line += c;
    if (blank && !line.empty() && line.back() != ' ') line += ' ';
  }
  if (line.ends_with(' ')) line.pop_back();
  return line;
}

void collect(const lists::XmlElement& element, std::vector<std::pair<std::string, std::string>>& texts) {
  if (!element.text.empty()) texts.emplace_back(element.name, one_line(element.text));
  for (const auto& child : element.children) collect(child, texts);
}

TEST(RealMessages, EveryTextNodeAndEveryLineIsInAnElementOrACode) {
  const auto files = readable_files();
  if (files.empty()) GTEST_SKIP() << "../shared/data is not here";
  EXPECT_GE(files.size(), 35U);
  std::size_t checked = 0;
  for (const auto& file : files) {
    const auto payments = messages::read(file.bytes);
    std::multiset<std::string> said;
    std::set<std::string> screened;
    for (const auto& payment : *payments) {
      for (const auto& element : payment.elements) {
        for (const auto& text : element.texts) {
          said.insert(text.value);
          if (text.kind != MessageText::Kind::code) screened.insert(text.value);
        }
      }
      for (const auto& code : payment.codes) said.insert(code.value);
    }
    if (file.bytes.find("{4:") != std::string::npos) {
      for (std::size_t at = file.bytes.find("{4:\n"); at != std::string::npos; at = file.bytes.find("{4:\n", at + 1)) {
        const std::string block = file.bytes.substr(at + 4, file.bytes.find("\n-}", at) - at - 4);
        std::size_t begin = 0;
        while (begin <= block.size()) {
          const auto end = std::min(block.find('\n', begin), block.size());
          std::string line = block.substr(begin, end - begin);
          begin = end + 1;
          std::string tag;
          if (line.size() > 4 && line[0] == ':') {
            const auto colon = line.find(':', 1);
            tag = line.substr(1, colon - 1);
            line.erase(0, colon + 1);
          }
          EXPECT_TRUE(said.contains(line)) << file.name << ": " << line;
          if (!tag.empty() && !messages::is_code_field(tag)) {
            EXPECT_TRUE(screened.contains(line)) << file.name << ": :" << tag << ":" << line;
          }
          ++checked;
        }
      }
      continue;
    }
    std::vector<std::pair<std::string, std::string>> texts;
    const auto each = [&](const lists::XmlElement& record) -> Status {
      collect(record, texts);
      return {};
    };
    ASSERT_TRUE(lists::read_xml(file.bytes, {"AppHdr", "Document"}, [](const lists::XmlElement&) -> Status { return {}; }, each));
    for (const auto& [name, text] : texts) {
      const bool amount =
          std::any_of(said.begin(), said.end(), [&, &wanted = text](const std::string& value) { return value.starts_with(wanted + " "); });
      EXPECT_TRUE(said.contains(text) || amount) << file.name << ": " << name << " " << text;
      if (!messages::is_code_name(name) && !amount) {
        EXPECT_TRUE(screened.contains(text)) << file.name << ": " << name << " " << text;
      }
      ++checked;
    }
  }
  RecordProperty("checked", static_cast<int>(checked));
  EXPECT_GT(checked, 1500U);
}

TEST(RealMessages, DamageCrashesNothing) {
  const auto files = readable_files();
  if (files.empty()) GTEST_SKIP() << "../shared/data is not here";
  const char* count_text = std::getenv("TAMGA_MUTATIONS");
  const char* seed_text = std::getenv("TAMGA_MUTATION_SEED");
  const int count = count_text == nullptr ? 300 : std::atoi(count_text);
  std::mt19937_64 random(seed_text == nullptr ? 1U : static_cast<unsigned>(std::atoi(seed_text)));
  int refused = 0;
  int read = 0;
  for (const auto& file : files) {
    for (int i = 0; i < count; ++i) {
      std::string damaged = file.bytes;
      const std::size_t at = random() % damaged.size();
      switch (random() % 6) {
        case 0:
        case 1: damaged[at] = static_cast<char>(random()); break;
        case 2: damaged.erase(at, 1 + random() % 40); break;
        case 3: damaged.insert(at, 1, "{}:/<>&\n$-"[random() % 10]); break;
        case 4: damaged.insert(at, damaged.substr(random() % damaged.size(), random() % 200)); break;
        default: damaged.resize(at); break;
      }
      const auto payments = messages::read(damaged);
      if (!payments) {
        ++refused;
        EXPECT_EQ(payments.error().text().find('\n'), std::string::npos);
        EXPECT_EQ(payments.error().kind, ErrorKind::bad_input);
        continue;
      }
      ++read;
      for (const auto& payment : *payments) {
        EXPECT_FALSE(messages::deal_of(payment).id.empty());
        std::vector<clear::Finding> findings;
        clear::judge_payment_data(payment, findings);
      }
    }
  }
  if (count_text != nullptr) fmt::print("{} files, {} refused, {} read\n", files.size(), refused, read);
  EXPECT_GT(refused, 0);
  EXPECT_GT(read, 0);
}

std::vector<std::string> rules_of(const std::string& bytes) {
  const auto payments = messages::read(bytes);
  EXPECT_TRUE(payments) << payments.error().text();
  std::vector<std::string> rules;
  if (!payments) return rules;
  std::vector<clear::Finding> findings;
  clear::judge_payment_data(payments->front(), findings);
  for (const auto& finding : findings) {
    rules.push_back(finding.rule);
    EXPECT_FALSE(finding.missing.empty()) << finding.rule;
    EXPECT_FALSE(finding.because.empty());
  }
  return rules;
}

std::string mt103(std::string_view debtor, std::string_view creditor = "/2\nSOMEBODY ELSE\nPARIS") {
  return fmt::format("{{1:F01AAAAKZKAAXXX0000000000}}{{2:I103BBBBTRISXXXXN}}{{4:\n:20:R\n:32A:261120USD5000,\n:50K:{}\n:59:{}\n:70:GOODS\n-}}",
                     debtor, creditor);
}

std::string pacs008(std::string_view debtor, std::string_view rest = "") {
  return fmt::format(
      "<Document><FIToFICstmrCdtTrf><CdtTrfTxInf><IntrBkSttlmAmt "
      "Ccy='USD'>5000</IntrBkSttlmAmt><Dbtr>{}</Dbtr><DbtrAcct><Id><Othr><Id>1</Id></Othr></Id>"
      "</DbtrAcct><Cdtr><Nm>Somebody "
      "Else</Nm></Cdtr><CdtrAcct><Id><Othr><Id>2</Id></Othr></Id></CdtrAcct>{}</CdtTrfTxInf></FIToFICstmrCdtTrf></Document>",
      debtor, rest);
}

using Rules = std::vector<std::string>;

TEST(PaymentData, ANameThatIsThereAsksNothing) {
  EXPECT_EQ(rules_of(mt103("/1\nBETPAK ZINC TRADE LLP\nKARAGANDA")), Rules{});
  EXPECT_EQ(rules_of(pacs008("<Nm>Betpak Zinc Trade LLP</Nm><PstlAdr><Ctry>KZ</Ctry></PstlAdr>")), Rules{});
}

TEST(PaymentData, MissingNames) {
  EXPECT_THAT(rules_of(mt103("/123456")), Contains("payment.originator_missing"));
  EXPECT_THAT(rules_of(mt103("/1\n123456789")), Contains("payment.originator_missing"));
  EXPECT_THAT(rules_of(mt103("/1\nA NAME\nALMATY", "/2")), Contains("payment.beneficiary_missing"));
  EXPECT_THAT(rules_of(pacs008("<PstlAdr><Ctry>KZ</Ctry></PstlAdr>")), Contains("payment.originator_missing"));
  EXPECT_THAT(rules_of("<Document><FIToFICstmrCdtTrf><CdtTrfTxInf><RmtInf><Ustrd>x</Ustrd></RmtInf></CdtTrfTxInf></FIToFICstmrCdtTrf></Document>"),
              ::testing::ElementsAre("payment.originator_missing", "payment.beneficiary_missing"));
}

TEST(PaymentData, PlaceholdersNameNobody) {
  for (const auto* name :
       {"OUR CUSTOMER", "ONE OF OUR CLIENTS", "Unknown", "NOT PROVIDED", "NOTPROVIDED", "XXX", ".", "-", "N/A", "OUR CLIENT NO 5", "НАШ КЛИЕНТ"}) {
    EXPECT_THAT(rules_of(mt103(fmt::format("/1\n{}\nALMATY", name))), Contains("payment.originator_placeholder")) << name;
    EXPECT_THAT(rules_of(mt103("/1\nA NAME\nALMATY", fmt::format("/2\n{}", name))), Contains("payment.beneficiary_placeholder")) << name;
  }
  for (const auto* name : {"CUSTOMER SERVICE PARTNERS LTD", "UNKNOWN PLEASURES RECORDS", "ANNA", "XXL NUTRITION"}) {
    EXPECT_EQ(rules_of(mt103(fmt::format("/1\n{}\nALMATY", name))), Rules{}) << name;
  }
}

TEST(PaymentData, CutNames) {
  EXPECT_THAT(rules_of(mt103("/1\nABU SHAMS GENERAL TRADING AND FOODS")), Contains("payment.originator_truncated"));
  EXPECT_THAT(rules_of(mt103("/1\nABU SHAMS GENERAL+\nDUBAI")), Contains("payment.originator_truncated"));
  // The next line may hold the rest.
  EXPECT_EQ(rules_of(mt103("/1\nABU SHAMS GENERAL TRADING AND FOODS\nTUFF LLC DUBAI")), Rules{});
  EXPECT_THAT(rules_of(pacs008(fmt::format("<Nm>{}</Nm><PstlAdr><Ctry>KZ</Ctry></PstlAdr>", std::string(70, 'a') + std::string(70, 'b')))),
              Contains("payment.originator_truncated"));
  EXPECT_THAT(rules_of(pacs008("<Nm>ABU SHAMS GENERAL TRADING AND FOODS</Nm>")), Contains("payment.originator_truncated"));
  EXPECT_EQ(rules_of(pacs008("<Nm>ABU SHAMS GENERAL TRADING AND FOODS</Nm><PstlAdr><Ctry>AE</Ctry></PstlAdr>")), Rules{});
}

TEST(PaymentData, WhatMustAccompanyATransfer) {
  EXPECT_THAT(rules_of(pacs008("<Nm>A Name</Nm>")), Contains("payment.originator_address_missing"));
  EXPECT_EQ(rules_of(pacs008("<Nm>A Name</Nm><Id><OrgId><Othr><Id>5</Id></Othr></OrgId></Id>")), Rules{});
  // Between banks of the EEA account numbers are enough.
  EXPECT_EQ(rules_of(pacs008("<Nm>A Name</Nm>", "<DbtrAgt><FinInstnId><BICFI>AAAADEFF</BICFI></FinInstnId></DbtrAgt>")), Rules{});
  EXPECT_THAT(rules_of(mt103("A NAME\nALMATY")), Contains("payment.originator_account_missing"));
}

TEST(PaymentData, Covers) {
  const auto mt202 = [](std::string_view user, std::string_view rest) {
    return fmt::format("{{1:F01AAAAKZKAAXXX0000000000}}{{2:I202BBBBTRISXXXXN}}{}{{4:\n:20:R\n:21:S\n:32A:261120USD5000,\n:58A:CCCCGB2L\n{}-}}", user,
                       rest);
  };
  EXPECT_EQ(rules_of(mt202("", ":72:/BNF/INTEREST OF MAY\n")), Rules{});
  EXPECT_EQ(rules_of(mt202("", ":72:/BNF/COVER OF MT103\n")), Rules{"payment.cover_without_customer"});
  EXPECT_EQ(rules_of(mt202("{3:{119:COV}}", "")), Rules{"payment.cover_without_customer"});
  EXPECT_THAT(rules_of(mt202("{3:{119:COV}}", ":50K:/1\nOUR CUSTOMER\n:59:/2\nA NAME\n")), Contains("payment.originator_placeholder"));
}

TEST(PaymentData, AnAgentByItsNumberOnly) {
  EXPECT_THAT(
      rules_of(pacs008(
          "<Nm>A Name</Nm><PstlAdr><Ctry>KZ</Ctry></PstlAdr>",
          "<CdtrAgt><FinInstnId><ClrSysMmbId><ClrSysId><Cd>USABA</Cd></ClrSysId><MmbId>021000018</MmbId></ClrSysMmbId></FinInstnId></CdtrAgt>")),
      Contains("payment.agent_by_number_only"));
}

TEST(PaymentData, WhatAPaymentDoesNotStateIsToldOnceAndAListedNameStays) {
  const auto untold = [](std::string rule, std::vector<std::string> missing) {
    clear::Finding finding;
    finding.rule = std::move(rule);
    finding.regime = "us";
    finding.outcome = clear::Outcome::review;
    finding.evidence = Json::object().set("cannot_tell", Json::array());
    finding.missing = std::move(missing);
    return finding;
  };
  std::vector<clear::Finding> findings = {untold("goods", {"/route", "/end_use/country"}), untold("embargo.1", {"/parties/0/country"}),
                                          untold("embargo.2", {"/parties/0/country", "/route"}), untold("listed", {"/parties/0/country", "/route"}),
                                          untold("number", {"/parties/0/identifiers"})};
  findings[3].evidence.set("matches", Json::array());
  clear::judge_not_stated(findings);
  std::vector<std::string> rules;
  for (const auto& finding : findings) rules.push_back(finding.rule);
  EXPECT_EQ(rules, (Rules{"listed", "number", "payment.country_not_stated", "payment.goods_not_stated"}));
  EXPECT_EQ(findings[0].missing, Rules{"/parties/0/country"});
  EXPECT_EQ(findings[2].outcome, clear::Outcome::review);
  EXPECT_EQ(findings[2].missing, Rules{"/parties/0/country"});
  EXPECT_EQ(findings[2].evidence.find("rules")->items.size(), 2U);
  EXPECT_EQ(findings[3].outcome, clear::Outcome::pass);
}

class PaymentTexts : public ::testing::Test {
 protected:
  static Entity entity(std::string id, std::string schema, std::string name) {
    Entity made;
    made.id = std::move(id);
    made.schema = std::move(schema);
    made.caption = name;
    made.add("name", name);
    return made;
  }
  PaymentTexts() {
    std::vector<Entity> entities = {entity("a", "Organization", "SBERBANK OF RUSSIA"), entity("b", "Vessel", "ARCTIC DAWN"),
                                    entity("c", "Organization", "SIGNAL JSC"), entity("d", "Organization", "ROSNEFT"),
                                    entity("e", "Organization", "DIGITAL SOLUTIONS LLC")};
    entities[1].add("imoNumber", "9524451");
    const auto bytes = index::build(entities, "sha256:0", *names::Model::standard());
    auto index = index::Index::from_bytes(bytes, "sha256:0");
    editions_.push_back({"us_ofac_sdn", "", "sha256:0", "2026-11-20", false, std::make_shared<const index::Index>(*std::move(index))});
  }
  std::vector<std::string> found(const std::string& text) {
    std::vector<std::string> ids;
    for (const auto& hit : match::screen_text(std::span(&text, 1), editions_, {}, workspace_)) ids.push_back(hit.hit.entity.id);
    return ids;
  }
  std::vector<match::LoadedEdition> editions_;
  match::Workspace workspace_;
};

TEST_F(PaymentTexts, ListedNamesAndNumbersInALine) {
  EXPECT_EQ(found("INV 33 SBERBANK OF RUSSIA MOSCOW"), Rules{"a"});
  EXPECT_EQ(found("VSL ARCTIC DAWN"), Rules{"b"});
  EXPECT_EQ(found("bunkers for IMO 9524451, May"), Rules{"b"});
  EXPECT_EQ(found("/RFB/OIL FROM ROSNEFT/2026"), Rules{"d"});
  EXPECT_EQ(found("оплата Роснефть по договору"), Rules{"d"});
}

TEST_F(PaymentTexts, OrdinaryWordsAreNobodysName) {
  for (const auto* text : {"SIGNAL PROCESSING EQUIPMENT", "DIGITAL SOLUTIONS AND SERVICES", "PAYMENT FOR OIL OF MAY", "ARCTIC COLD AT DAWN", ""}) {
    EXPECT_EQ(found(text), Rules{}) << text;
  }
  // With its legal form the same words are a firm.
  EXPECT_EQ(found("INVOICE OF DIGITAL SOLUTIONS LLC"), Rules{"e"});
}

}  // namespace
}  // namespace tamga
