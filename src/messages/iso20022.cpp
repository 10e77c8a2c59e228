#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <utility>

#include "base/ascii.h"
#include "identifiers/identifiers.h"
#include "lists/countries.h"
#include "lists/xml.h"
#include "messages/messages.h"
#include "messages/parts.h"

// ISO 20022: any version of pacs.008, pacs.009 and pain.001, by the shape of its parts and not by a schema: a party is what has the children of a
// party, an agent what holds a FinInstnId. So an element that a later version adds is read as well, at worst as a text.
namespace tamga::messages {
namespace {

using lists::XmlElement;

/// Sorted. Names of text nodes that hold a code of a closed list, a date, an amount, a count or a yes or no.
constexpr std::array<std::string_view, 72> kCodeNames = {
    "AccptncDtTm", "AdrTp",       "Amt",      "BirthDt",           "BtchBookg",       "BizSvc",        "CLSTm",         "CdtDtTm",   "Ccy",
    "Cd",          "ChrgBr",      "ChrgsAmt", "CharSet",           "ChqTp",           "ClrChanl",      "CpyDplct",      "CreDt",     "CreDtTm",
    "CreditDtTm",  "CtrlSum",     "Ctry",     "CtryOfBirth",       "CtryOfRes",       "CdtDbtInd",     "DbtCdtRptgInd", "DbtDtTm",   "DlvryMtd",
    "Dt",          "DtOfSgntr",   "DtTm",     "DuePyblAmt",        "DscntApldAmt",    "EqvtAmt",       "FrDt",          "FrDtTm",    "FrstPmtDt",
    "FxdDt",       "FnlPmtDt",    "InstdAmt", "InstrPrty",         "IntrBkSttlmAmt",  "IntrBkSttlmDt", "LastPmtDt",     "MsgDefIdr", "NbOfTxs",
    "NmPrfx",      "OrgnlAmt",    "PmtMtd",   "PoolgAdjstmntDt",   "PrfrdMtd",        "PssblDplct",    "Prty",          "Rate",      "RateTp",
    "RegdRptgInd", "ReqdExctnDt", "RltdDt",   "RmtdAmt",           "RjctTm",          "SttlmMtd",      "SttlmPrty",     "TaxAmt",    "TillTm",
    "ToDt",        "ToDtTm",      "TtlAmt",   "TtlIntrBkSttlmAmt", "TtlTaxblBaseAmt", "UnitCcy",       "XchgRate",      "Yr",        "FrTm"};

struct Role {
  std::string_view name;
  std::string_view role;
};
/// Of parties and agents; an element that is none of these is called by its own name.
constexpr std::array<Role, 36> kRoles = {{{"Dbtr", "debtor"},
                                          {"Cdtr", "creditor"},
                                          {"UltmtDbtr", "ultimate_debtor"},
                                          {"UltmtCdtr", "ultimate_creditor"},
                                          {"InitgPty", "initiating_party"},
                                          {"DbtrAgt", "debtor_agent"},
                                          {"CdtrAgt", "creditor_agent"},
                                          {"InstgAgt", "instructing_agent"},
                                          {"InstdAgt", "instructed_agent"},
                                          {"FwdgAgt", "forwarding_agent"},
                                          {"IntrmyAgt1", "intermediary_agent_1"},
                                          {"IntrmyAgt2", "intermediary_agent_2"},
                                          {"IntrmyAgt3", "intermediary_agent_3"},
                                          {"PrvsInstgAgt", "previous_instructing_agent"},
                                          {"PrvsInstgAgt1", "previous_instructing_agent_1"},
                                          {"PrvsInstgAgt2", "previous_instructing_agent_2"},
                                          {"PrvsInstgAgt3", "previous_instructing_agent_3"},
                                          {"InstgRmbrsmntAgt", "instructing_reimbursement_agent"},
                                          {"InstdRmbrsmntAgt", "instructed_reimbursement_agent"},
                                          {"ThrdRmbrsmntAgt", "third_reimbursement_agent"},
                                          {"ChrgsAcctAgt", "charges_account_agent"},
                                          {"Agt", "charges_agent"},
                                          {"Fr", "sender"},
                                          {"To", "receiver"},
                                          {"Invcr", "invoicer"},
                                          {"Invcee", "invoicee"},
                                          {"Grnshee", "garnishee"},
                                          {"GrnshmtAdmstr", "garnishment_administrator"},
                                          {"Authrty", "authority"},
                                          {"DlvrTo", "cheque_delivery"},
                                          {"ChqFr", "cheque_from"},
                                          {"RmtLctnPstlAdr", "remittance_delivery"},
                                          {"UltmtAgt", "ultimate_agent"},
                                          {"BrnchId", "branch"},
                                          {"Issr", "issuer"},
                                          {"SttlmAcct", "settlement_account"}}};

std::string role_of(std::string_view name) {
  for (const auto& [known, role] : kRoles) {
    if (known == name) return std::string(role);
  }
  if (name.ends_with("Acct") && name.size() > 4) return role_of(name.substr(0, name.size() - 4)) + "_account";
  return std::string(name);
}

std::string text_role(std::string_view name) {
  static constexpr std::array<Role, 14> kTexts = {{{"Ustrd", "remittance_information"},
                                                   {"AddtlRmtInf", "remittance_information"},
                                                   {"InstrInf", "instruction"},
                                                   {"AddtlInf", "additional_information"},
                                                   {"MsgId", "reference"},
                                                   {"InstrId", "reference"},
                                                   {"EndToEndId", "reference"},
                                                   {"TxId", "reference"},
                                                   {"UETR", "reference"},
                                                   {"ClrSysRef", "reference"},
                                                   {"PmtInfId", "reference"},
                                                   {"BizMsgIdr", "reference"},
                                                   {"Ref", "reference"},
                                                   {"Nb", "document_number"}}};
  for (const auto& [known, role] : kTexts) {
    if (known == name) return std::string(role);
  }
  return "text";
}

bool is_amount(const XmlElement& element) { return !element.attribute("Ccy").empty(); }
bool is_code(const XmlElement& element) { return is_amount(element) || is_code_name(element.name); }

/// What stands in an element: each child with its path, an index where several have one name.
template <typename Each>
void each_child(const XmlElement& element, const std::string& path, Each&& each) {
  std::map<std::string_view, std::size_t> count;
  for (const auto& child : element.children) ++count[child.name];
  std::map<std::string_view, std::size_t> seen;
  for (const auto& child : element.children) {
    const std::size_t index = ++seen[child.name];
    each(child, count[child.name] > 1 ? fmt::format("{}/{}[{}]", path, child.name, index) : fmt::format("{}/{}", path, child.name));
  }
}

bool is_agent(const XmlElement& element) { return element.child("FinInstnId") != nullptr; }

bool is_account(const XmlElement& element) { return element.name.ends_with("Acct") && !element.children.empty(); }

/// By what it holds, since versions differ in where a party may stand.
bool is_party(const XmlElement& element) {
  static constexpr std::array<std::string_view, 9> kAlways = {"Dbtr",  "Cdtr",   "UltmtDbtr", "UltmtCdtr", "InitgPty",
                                                              "Invcr", "Invcee", "Grnshee",   "OrgId"};
  const bool named = element.child("Nm") != nullptr;
  if (named && (element.child("PstlAdr") != nullptr || element.child("Adr") != nullptr || element.child("CtryOfRes") != nullptr ||
                element.child("Id") != nullptr || element.child("CtctDtls") != nullptr || element.child("Ctry") != nullptr))
    return true;
  // Under AppHdr/Fr and To the party is an OrgId; inside a party's own Id it is a choice of numbers, and is not reached here.
  return std::find(kAlways.begin(), kAlways.end(), element.name) != kAlways.end() && !element.children.empty();
}

/// Parts of one level of a message.
struct Part {
  std::vector<MessageElement> elements;
  std::vector<MessageText> codes;
  [[nodiscard]] std::size_t texts() const {
    std::size_t count = codes.size();
    for (const auto& element : elements) count += element.texts.size();
    return count;
  }
};

/// The kind of number that a scheme names: an external code of ISO 20022, or a proprietary word.
std::string number_kind(std::string_view scheme, bool person) {
  const std::string word = upper_ascii(scheme);
  for (const std::string_view known : {"BIN", "IIN", "INN", "OGRN", "KPP", "LEI", "IMO"}) {
    if (word == known) return lower_ascii(known);
  }
  if (word == "CCPT" || word == "PASSPORT") return "passport";
  if (word == "TXID") return "tax";
  // Numbers that a bank, an employer or a data firm gave are in no list.
  if (word == "CUST" || word == "BANK" || word == "EMPL" || word == "DUNS" || word == "GS1G" || word == "CHID") return {};
  return person && word.empty() ? std::string() : "reg";
}

class ElementReader {
 public:
  ElementReader(const XmlElement& element, std::string path, ElementKind kind, std::string role) {
    result_.path = std::move(path);
    result_.kind = kind;
    result_.role = std::move(role);
    read(element, result_.path, {});
  }

  MessageElement take() {
    for (const auto& part : address_) result_.address += (result_.address.empty() ? "" : ", ") + part;
    if (result_.country.empty()) result_.country = residence_;
    if (result_.country.empty()) result_.country = bic_country_;
    if (result_.country.empty()) result_.country = clearing_country_;
    return std::move(result_);
  }

 private:
  void add(const std::string& path, std::string value, MessageText::Kind kind) { result_.texts.push_back({path, std::move(value), kind}); }

  static std::string country_code(std::string_view text) { return upper_ascii(lists::known_country(text)); }

  /// `inside`: the names of the elements around, joined by "/", below this element.
  void read(const XmlElement& element, const std::string& path, const std::string& inside) {
    if (!element.text.empty()) leaf(element, path, inside);
    if (element.name == "Othr" && !element.children.empty()) number(element);
    const std::string below = inside.empty() && path == result_.path ? std::string("/") : inside + element.name + "/";
    each_child(element, path, [&](const XmlElement& child, const std::string& child_path) { read(child, child_path, below); });
  }

  void leaf(const XmlElement& element, const std::string& path, const std::string& inside) {
    std::string value = one_line(element.text);
    const std::string_view name = element.name;
    const auto within = [&](std::string_view ancestor) { return inside.find(fmt::format("/{}/", ancestor)) != std::string::npos; };
    if (name == "Nm" && !within("CtctDtls")) {
      add(path, value, MessageText::Kind::name);
      if (within("BrnchId") || !result_.name.empty()) {
        result_.other_names.push_back(value);
      } else {
        result_.name = value;
      }
    } else if (within("PstlAdr") || within("Adr")) {
      if (name == "Ctry" && result_.country.empty()) result_.country = country_code(value);
      if (name == "Ctry" || name != "AdrTp") address_.push_back(value);
      add(path, value, is_code(element) ? MessageText::Kind::code : MessageText::Kind::address);
    } else if (name == "CtryOfRes") {
      residence_ = country_code(value);
      add(path, value, MessageText::Kind::code);
    } else if (name == "Ctry" && result_.country.empty() && inside == "/") {
      result_.country = country_code(value);
      add(path, value, MessageText::Kind::code);
    } else if (name == "BICFI" || name == "BIC" || name == "AnyBIC" || name == "BICOrBEI" || name == "BEI") {
      add_identifier(result_, "bic", value);
      if (bic_country_.empty()) bic_country_ = bic_country(value);
      add(path, value, MessageText::Kind::number);
    } else if (name == "LEI") {
      add_identifier(result_, "lei", value);
      result_.named_number = true;
      add(path, value, MessageText::Kind::number);
    } else if (name == "IBAN") {
      add_account(result_, value, path);
      add(path, value, MessageText::Kind::number);
    } else if (name == "BirthDt") {
      if (Date::parse(value)) result_.birth_date = value;
      result_.schema = "Person";
      add(path, value, MessageText::Kind::code);
    } else if (name == "CityOfBirth" || name == "PrvcOfBirth" || name == "CtryOfBirth") {
      result_.birth_place += (result_.birth_place.empty() ? "" : ", ") + value;
      add(path, value, is_code(element) ? MessageText::Kind::code : MessageText::Kind::text);
    } else if (name == "MmbId") {
      add(path, value, MessageText::Kind::number);
    } else if (name == "TaxId" || name == "RegnId") {
      add_identifier(result_, name == "TaxId" ? "tax" : "reg", value);
      result_.named_number = true;
      add(path, value, MessageText::Kind::number);
    } else if (name == "Id") {
      if (result_.kind == ElementKind::account) add_account(result_, value, path);
      add(path, value, MessageText::Kind::number);
    } else {
      if (name == "Cd" && within("ClrSysId") && clearing_country_.empty()) clearing_country_ = clearing_country(value);
      add(path, value, is_code(element) ? MessageText::Kind::code : MessageText::Kind::text);
    }
    if (within("OrgId") && result_.schema.empty()) result_.schema = "Organization";
    if (within("PrvtId")) result_.schema = "Person";
  }

  void number(const XmlElement& other) {
    const std::string value = one_line(other.child_text("Id"));
    if (value.empty() || result_.kind != ElementKind::party) return;
    const XmlElement* scheme = other.child("SchmeNm");
    const std::string_view said = scheme == nullptr                   ? std::string_view()
                                  : !scheme->child_text("Cd").empty() ? scheme->child_text("Cd")
                                                                      : scheme->child_text("Prtry");
    const std::string kind = number_kind(said, result_.schema == "Person");
    if (!kind.empty()) add_identifier(result_, kind, value);
    result_.named_number = true;
  }

  MessageElement result_;
  std::vector<std::string> address_;
  std::string residence_;
  std::string bic_country_;
  std::string clearing_country_;
};

/// Whose account: "/…/DbtrAcct" belongs to "/…/Dbtr" beside it.
void join_accounts(Part& part) {
  for (const auto& account : part.elements) {
    if (account.kind != ElementKind::account || !account.path.ends_with("Acct")) continue;
    const std::string_view owner = std::string_view(account.path).substr(0, account.path.size() - 4);
    for (auto& element : part.elements) {
      if (element.path != owner) continue;
      add_account(element, account.account, account.account_path);
      for (const auto& identifier : account.identifiers) add_identifier(element, identifier.kind, identifier.value);
    }
  }
}

class LevelReader {
 public:
  /// Reads everything below `element`, except the children of these names.
  static Part read(const XmlElement& element, const std::string& path, std::string_view except = {}) {
    LevelReader reader;
    each_child(element, path, [&](const XmlElement& child, const std::string& child_path) {
      if (except.empty() || child.name != except) reader.visit(child, child_path);
    });
    if (!element.text.empty()) reader.text(element, path);
    join_accounts(reader.part_);
    return std::move(reader.part_);
  }
  static Part read_whole(const XmlElement& element, const std::string& path) {
    LevelReader reader;
    reader.visit(element, path);
    join_accounts(reader.part_);
    return std::move(reader.part_);
  }

 private:
  void visit(const XmlElement& element, const std::string& path) {
    if (is_agent(element)) {
      // Under AppHdr the role is told by Fr and To, two elements above.
      const std::string role = element.name == "FIId" || element.name == "Agt" ? parent_role(path) : role_of(element.name);
      part_.elements.push_back(ElementReader(element, path, ElementKind::agent, role).take());
    } else if (is_account(element)) {
      part_.elements.push_back(ElementReader(element, path, ElementKind::account, role_of(element.name)).take());
    } else if (is_party(element)) {
      const std::string role = element.name == "OrgId" || element.name == "Pty" ? parent_role(path) : role_of(element.name);
      part_.elements.push_back(ElementReader(element, path, ElementKind::party, role).take());
    } else {
      if (!element.text.empty()) text(element, path);
      each_child(element, path, [&](const XmlElement& child, const std::string& child_path) { visit(child, child_path); });
    }
  }

  static std::string parent_role(const std::string& path) {
    const auto end = path.rfind('/');
    const auto begin = path.rfind('/', end - 1);
    std::string name = path.substr(begin + 1, end - begin - 1);
    name = name.substr(0, name.find('['));
    const std::string role = role_of(name);
    // "Agt" under ChrgsInf, whatever it stands under.
    return role == name ? role_of("Agt") : role;
  }

  void text(const XmlElement& element, const std::string& path) {
    std::string value = one_line(element.text);
    if (is_amount(element)) value += " " + std::string(element.attribute("Ccy"));
    if (is_code(element)) {
      part_.codes.push_back({path, std::move(value), MessageText::Kind::code});
      return;
    }
    MessageElement result;
    result.path = path;
    result.role = text_role(element.name);
    result.texts.push_back({path, std::move(value), MessageText::Kind::text});
    part_.elements.push_back(std::move(result));
  }

  Part part_;
};

/// The text at a path below an element: {"PmtId", "UETR"}.
std::string text_at(const XmlElement& element, std::initializer_list<std::string_view> path) {
  const XmlElement* at = &element;
  for (const auto name : path) {
    at = at->child(name);
    if (at == nullptr) return {};
  }
  return one_line(at->text);
}

std::optional<Date> date_of(const std::string& text) { return Date::parse(std::string_view(text).substr(0, 10)); }

/// "pacs.008.001.08" in one of the namespaces that are declared.
std::string version_in(const std::vector<std::pair<std::string, std::string>>& attributes, std::string_view kind) {
  for (const auto& [name, value] : attributes) {
    const auto at = value.find(std::string(kind) + ".");
    if (at == std::string::npos) continue;
    auto end = at;
    while (end < value.size() && ((value[end] >= '0' && value[end] <= '9') || value[end] == '.' || (value[end] >= 'a' && value[end] <= 'z'))) ++end;
    return value.substr(at, end - at);
  }
  return {};
}

struct Definition {
  std::string_view element;
  std::string_view kind;
};
constexpr std::array<Definition, 3> kDefinitions = {{{"FIToFICstmrCdtTrf", "pacs.008"}, {"FICdtTrf", "pacs.009"}, {"CstmrCdtTrfInitn", "pain.001"}}};

class FileReader {
 public:
  Status document(const XmlElement& document) {
    ++messages_;
    if (document.children.size() != 1)
      return bad_input(fmt::format("Document holds {} elements, expected one message of pacs.008, pacs.009 or pain.001", document.children.size()),
                       document.line);
    const XmlElement& body = document.children.front();
    const auto* const definition =
        std::find_if(kDefinitions.begin(), kDefinitions.end(), [&](const Definition& known) { return known.element == body.name; });
    if (definition == kDefinitions.end()) {
      return bad_input(
          fmt::format("{} is not read, expected FIToFICstmrCdtTrf (pacs.008), FICdtTrf (pacs.009) or CstmrCdtTrfInitn (pain.001)", body.name),
          body.line);
    }
    PaymentMessage message;
    message.kind = definition->kind;
    message.version = version_in(document.attributes, definition->kind);
    if (message.version.empty()) message.version = version_in(root_attributes_, definition->kind);
    message.message = messages_;
    Part header;
    if (app_header_) {
      header = LevelReader::read(*app_header_, "/AppHdr");
      message.said_to_cover = text_at(*app_header_, {"BizSvc"}).find(".cov.") != std::string::npos;
      if (message.version.empty()) message.version = text_at(*app_header_, {"MsgDefIdr"});
    }
    app_header_.reset();
    const std::string path = fmt::format("/Document/{}", body.name);
    const bool initiation = message.kind == "pain.001";
    const XmlElement* group = body.child("GrpHdr");
    if (group != nullptr) message.message_id = text_at(*group, {"MsgId"});
    const auto group_date = group == nullptr ? std::optional<Date>() : date_of(text_at(*group, {"IntrBkSttlmDt"}));
    Part common = LevelReader::read(body, path, initiation ? "PmtInf" : "CdtTrfTxInf");
    prepend(common, header);
    const std::size_t before = payments_.size();
    Status status;
    if (initiation) {
      each_child(body, path, [&](const XmlElement& information, const std::string& information_path) {
        if (!status || information.name != "PmtInf") return;
        Part level = LevelReader::read(information, information_path, "CdtTrfTxInf");
        PaymentMessage at_level = message;
        std::string day = text_at(information, {"ReqdExctnDt"});
        if (day.empty()) day = text_at(information, {"ReqdExctnDt", "Dt"});
        if (day.empty()) day = text_at(information, {"ReqdExctnDt", "DtTm"});
        at_level.date = date_of(day);
        prepend(level, common);
        status = transactions(information, information_path, at_level, level);
      });
    } else {
      message.date = group_date;
      status = transactions(body, path, message, common);
    }
    TAMGA_TRY_STATUS(status);
    if (payments_.size() == before) return bad_input(fmt::format("{} holds no CdtTrfTxInf, so no transaction", body.name), body.line);
    return {};
  }

  void root(const XmlElement& element) { root_attributes_ = element.attributes; }
  void app_header(const XmlElement& element) { app_header_ = element; }

  std::vector<PaymentMessage> take() {
    for (auto& payment : payments_) {
      payment.messages = messages_;
      if (messages_ > 1) place(payment);
    }
    return std::move(payments_);
  }
  [[nodiscard]] bool empty() const { return payments_.empty(); }

 private:
  static void prepend(Part& part, const Part& before) {
    part.elements.insert(part.elements.begin(), before.elements.begin(), before.elements.end());
    part.codes.insert(part.codes.begin(), before.codes.begin(), before.codes.end());
  }

  /// In a file of several messages each path says of which.
  static void place(PaymentMessage& payment) {
    const std::string prefix = fmt::format("message {} ", payment.message);
    const auto put = [&](std::string& path) {
      if (!path.empty()) path.insert(0, prefix);
    };
    put(payment.path);
    put(payment.amount_path);
    for (auto& code : payment.codes) put(code.path);
    for (auto& element : payment.elements) {
      put(element.path);
      put(element.account_path);
      for (auto& text : element.texts) put(text.path);
    }
  }

  Status transactions(const XmlElement& parent, const std::string& path, const PaymentMessage& message, const Part& common) {
    const std::size_t common_texts = common.texts();
    Status status;
    each_child(parent, path, [&](const XmlElement& transaction, const std::string& transaction_path) {
      if (!status || transaction.name != "CdtTrfTxInf") return;
      Part own = LevelReader::read(transaction, transaction_path);
      texts_ += common_texts + own.texts();
      if (payments_.size() >= kTransactionsMax || texts_ > kTextsMax) {
        status = bad_input(fmt::format("holds more than {} transactions, or with them {} texts; split the file", kTransactionsMax, kTextsMax),
                           transaction.line);
        return;
      }
      PaymentMessage payment = message;
      payment.transaction = payments_.size() + 1;
      payment.path = transaction_path;
      payment.line = transaction.line;
      payment.instruction_id = text_at(transaction, {"PmtId", "InstrId"});
      payment.end_to_end_id = text_at(transaction, {"PmtId", "EndToEndId"});
      payment.transaction_id = text_at(transaction, {"PmtId", "TxId"});
      payment.uetr = text_at(transaction, {"PmtId", "UETR"});
      if (const auto day = date_of(text_at(transaction, {"IntrBkSttlmDt"}))) payment.date = day;
      amount(transaction, transaction_path, payment);
      payment.has_underlying = transaction.child("UndrlygCstmrCdtTrf") != nullptr;
      if (payment.kind == "pacs.009" && (payment.has_underlying || payment.said_to_cover)) payment.kind = "pacs.009 COV";
      payment.elements = common.elements;
      payment.elements.insert(payment.elements.end(), std::make_move_iterator(own.elements.begin()), std::make_move_iterator(own.elements.end()));
      payment.codes = common.codes;
      payment.codes.insert(payment.codes.end(), std::make_move_iterator(own.codes.begin()), std::make_move_iterator(own.codes.end()));
      payments_.push_back(std::move(payment));
    });
    return status;
  }

  static void amount(const XmlElement& transaction, const std::string& path, PaymentMessage& payment) {
    const auto take = [&](const XmlElement* element, std::string_view where) {
      if (element == nullptr || !payment.currency.empty()) return;
      payment.amount = Decimal::parse(one_line(element->text));
      payment.currency = element->attribute("Ccy");
      payment.amount_path = fmt::format("{}/{}", path, where);
    };
    take(transaction.child("IntrBkSttlmAmt"), "IntrBkSttlmAmt");
    if (const XmlElement* amounts = transaction.child("Amt"); amounts != nullptr) {
      take(amounts->child("InstdAmt"), "Amt/InstdAmt");
      if (const XmlElement* equivalent = amounts->child("EqvtAmt"); equivalent != nullptr) take(equivalent->child("Amt"), "Amt/EqvtAmt/Amt");
    }
    const bool letters =
        payment.currency.size() == 3 && std::all_of(payment.currency.begin(), payment.currency.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
    if (!letters) payment.currency.clear();
  }

  std::vector<std::pair<std::string, std::string>> root_attributes_;
  std::optional<XmlElement> app_header_;
  std::vector<PaymentMessage> payments_;
  std::size_t messages_ = 0;
  std::size_t texts_ = 0;
};

}  // namespace

bool is_code_name(std::string_view name) { return std::find(kCodeNames.begin(), kCodeNames.end(), name) != kCodeNames.end(); }

Result<std::vector<PaymentMessage>> read_iso20022(std::string_view bytes) {
  FileReader file;
  lists::XmlLimits limits;
  limits.record_bytes = std::size_t{1} << 30;  // a Document is one record, and a file is held to its own limit before
  std::string root_name;
  TAMGA_TRY_STATUS(lists::read_xml(
      bytes, {"AppHdr", "Document"},
      [&](const XmlElement& root) -> Status {
        file.root(root);
        root_name = root.name;
        return {};
      },
      [&](const XmlElement& record) -> Status {
        if (record.name == "Document") return file.document(record);
        file.app_header(record);
        return {};
      },
      limits));
  if (file.empty())
    return bad_input(fmt::format("XML with the root {} and no Document of ISO 20022, expected pacs.008, pacs.009 or pain.001", root_name), 1);
  return file.take();
}

}  // namespace tamga::messages
