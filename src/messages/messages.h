#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/payment.h"

/// Payment messages: ISO 20022 pacs.008, pacs.009 and pain.001 of any version, alone, in a Business Application Header's envelope or in another
/// wrapper, and SWIFT MT103, MT202, MT205 with their COV, STP and REMIT forms, as bare FIN or several in a file (RJE). docs/payments.md has every
/// element. Pure functions; safe from several threads.
///
/// Sources: the ISO 20022 message definitions (iso20022.org, pacs and pain), SWIFT's User Handbook of Category 1 and 2 as of the standards release
/// of 2017, and the samples of ../shared/data/messages.
namespace tamga::messages {

/// Does this look like a payment message, by content: XML, or FIN's first block? What it is, and whether it is one that is read, read() says.
[[nodiscard]] bool recognise(std::string_view bytes);

/// One PaymentMessage for each transaction of each message, in the file's order; what stands at the level of the group or of the payment
/// information is in each of them. Nothing that a message says is left out: each text node, each line of block 4 is in an element or in `codes`.
/// Refused with the line: what is not well-formed, not UTF-8, has a document type declaration, is another message, or holds no transaction; a
/// bad message of a file refuses the file.
Result<std::vector<PaymentMessage>> read(std::string_view bytes);

/// The transaction as a deal: parties with the roles of ISO 20022 (a payment does not say who buys or sells), agents as banks of the payment; no
/// goods, route or end use, which a payment does not state. `places` leads from the deal's pointers to the message's elements.
[[nodiscard]] Deal deal_of(const PaymentMessage& payment);

/// Is the text node of that name a code, an amount or a date, which names nobody and is not screened? The list is in docs/payments.md.
[[nodiscard]] bool is_code_name(std::string_view name);
/// The same of a field of block 4, without its letter option where any is meant: "32A", "71".
[[nodiscard]] bool is_code_field(std::string_view tag);

}  // namespace tamga::messages
