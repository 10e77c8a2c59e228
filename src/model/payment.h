#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/date.h"
#include "base/decimal.h"
#include "model/deal.h"

/// One transaction of a payment message, as the message says it: plain data, filled by messages/, judged by clear/.
namespace tamga {

/// One text that a message says: a text node of ISO 20022, a line of SWIFT MT.
struct MessageText {
  enum class Kind : std::uint8_t {
    name,     ///< of a party, agent or account
    address,  ///< a line or part of an address
    text,     ///< free text, or a reference that its sender chose
    number,   ///< of an account, a document, a register: compared as an identifier
    code,     ///< of a closed list, a date, an amount: names nobody
  };
  /// Where it stands, as a person of a bank says it: "/Document/FIToFICstmrCdtTrf/CdtTrfTxInf[2]/Dbtr/Nm"; ":50K: line 2".
  std::string path;
  std::string value;
  Kind kind = Kind::text;
};

enum class ElementKind : std::uint8_t { party, agent, account, text };
[[nodiscard]] constexpr std::string_view element_kind_name(ElementKind kind) {
  switch (kind) {
    case ElementKind::party: return "party";
    case ElementKind::agent: return "agent";
    case ElementKind::account: return "account";
    case ElementKind::text: return "text";
  }
  return "text";
}

/// Somebody whom a message names, an account, or a free text.
struct MessageElement {
  std::string path;
  ElementKind kind = ElementKind::text;
  /// In ISO 20022's words, also for MT: debtor (50a), creditor (59a), ultimate_debtor, initiating_party, debtor_agent, instructing_agent,
  /// intermediary_agent_1, …, debtor_account; of a text: remittance_information, reference, narrative, …
  std::string role;
  std::string name;                      ///< empty: the message gives none
  std::vector<std::string> other_names;  ///< what else its lines may be read as
  std::string schema;                    ///< Person or Organization where the message tells, else empty
  std::string address;                   ///< all parts of it, joined
  std::string country;                   ///< of the address, of residence, of the BIC or of the clearing system, in this order; ISO 3166-1
  std::string birth_date;                ///< ISO 8601
  std::string birth_place;
  std::string account;        ///< as written
  std::string account_path;   ///< where
  bool named_number = false;  ///< an official number or a customer number of it is given
  std::vector<DealIdentifier> identifiers;
  std::vector<MessageText> texts;  ///< everything that is said of it, in the message's order
};

struct PaymentMessage {
  std::string kind;     ///< pacs.008, pacs.009, "pacs.009 COV", pain.001, MT103, MT202, "MT202 COV", MT205, "MT205 COV"
  std::string version;  ///< "pacs.008.001.08"; of an MT the flag of block 3: "STP", "REMIT", "COV"; empty: not said
  /// The sender says that it covers a customer's transfer (119:COV, BizSvc "….cov.…").
  bool said_to_cover = false;
  bool has_underlying = false;  ///< and the customer's transfer is in it
  std::size_t message = 1;      ///< 1-based, in its file
  std::size_t transaction = 1;  ///< 1-based, in its file
  std::size_t messages = 1;     ///< in the file
  std::string path;             ///< of the transaction: "/Document/FIToFICstmrCdtTrf/CdtTrfTxInf[2]"; of an MT empty
  std::uint64_t line = 1;       ///< where it begins in the file
  std::string message_id;       ///< MsgId, :20:
  std::string instruction_id;
  std::string end_to_end_id;
  std::string transaction_id;
  std::string uetr;
  std::optional<Decimal> amount;  ///< settled between the banks; of pain.001 instructed
  std::string amount_path;
  std::string currency;
  std::optional<Date> date;  ///< of settlement, else of requested execution
  std::vector<MessageElement> elements;
  std::vector<MessageText> codes;  ///< what names nobody: closed lists, amounts, dates, headers
};

}  // namespace tamga
