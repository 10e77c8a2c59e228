#pragma once

#include <vector>

#include "clear/clear.h"
#include "model/payment.h"

/// What a payment message adds to a decision. Pure. docs/payments.md describes each finding.
namespace tamga::clear {

/// Findings about the message's own data: names of the originator and the beneficiary that are missing, filled with nothing, or cut off; what must
/// accompany a transfer and does not; a cover without the customer's transfer; an agent that nothing can be looked up by.
void judge_payment_data(const PaymentMessage& payment, std::vector<Finding>& findings);

/// Listed names and numbers inside of addresses and free texts, of those who are no match of a party or agent already.
void judge_payment_texts(const Snapshot& snapshot, const PaymentMessage& payment, const policy::Facts& facts, const Context& context,
                         match::Workspace& workspace, std::vector<Finding>& findings);

/// A payment states no goods, route or end use. Rules that could say nothing for that reason alone are told in one finding, which passes; those that
/// could not because the country of a party is not stated, in one finding a regime, which asks for review. A rule that found somebody listed stays.
void judge_not_stated(std::vector<Finding>& findings);

/// Findings and red flags point at the message's elements instead of the deal's pointers, in `about`, `missing` and all through the evidence.
void point_at_elements(const Deal& deal, std::vector<Finding>& findings, std::vector<policy::FlagAnswer>& flags);

/// The lines of a text as one, for screen_text(): where a line is full the next goes on in the same word or in a new one, so both are given.
[[nodiscard]] std::vector<std::string> readings_of(const MessageElement& element);

}  // namespace tamga::clear
