#include <fmt/format.h>

#include <algorithm>

#include "messages/messages.h"

// A payment as a deal. The roles stay those of the payment: that a debtor buys and a creditor sells is not said, and rules that speak of buyers and
// sellers must not be answered by a guess.
namespace tamga::messages {
namespace {

void place(Deal& deal, std::string pointer, std::string_view element) { deal.places.push_back({std::move(pointer), std::string(element)}); }

std::string text_path(const MessageElement& element, MessageText::Kind kind) {
  const auto at = std::find_if(element.texts.begin(), element.texts.end(), [&](const MessageText& text) { return text.kind == kind; });
  return at == element.texts.end() ? std::string() : at->path;
}

void place_parts(Deal& deal, const std::string& pointer, const MessageElement& element) {
  place(deal, pointer, element.path);
  if (const auto path = text_path(element, MessageText::Kind::name); !path.empty()) place(deal, pointer + "/name", path);
  if (!element.account_path.empty()) place(deal, pointer + "/identifiers/iban", element.account_path);
}

std::string value_of(const MessageElement& element, std::string_view kind) {
  for (const auto& identifier : element.identifiers) {
    if (identifier.kind == kind) return identifier.value;
  }
  return {};
}

}  // namespace

Deal deal_of(const PaymentMessage& payment) {
  Deal deal;
  for (const std::string& part : {payment.message_id, payment.end_to_end_id, payment.kind.starts_with("MT") ? payment.uetr : std::string()}) {
    if (!part.empty()) deal.id += (deal.id.empty() ? "" : "/") + part;
  }
  if (deal.id.empty()) deal.id = fmt::format("{} transaction {}", payment.kind, payment.transaction);
  deal.date = payment.date;
  Payment& paid = deal.payment.emplace();
  paid.amount = payment.amount;
  paid.currency = payment.currency;
  if (!payment.amount_path.empty()) place(deal, "/payment/currency", payment.amount_path);
  for (const auto& element : payment.elements) {
    if (element.kind == ElementKind::party) {
      Party party;
      party.role = element.role;
      party.name = element.name;
      party.other_names = element.other_names;
      party.schema = element.schema;
      party.country = element.country;
      party.address = element.address;
      party.birth_date = element.birth_date;
      party.identifiers = element.identifiers;
      place_parts(deal, fmt::format("/parties/{}", deal.parties.size()), element);
      deal.parties.push_back(std::move(party));
    } else if (element.kind == ElementKind::agent) {
      // One whom nothing can be told by stands in a finding of its own (clear/payment.h).
      if (element.name.empty() && element.identifiers.empty() && element.country.empty()) continue;
      Bank bank;
      bank.name = element.name;
      bank.other_names = element.other_names;
      bank.bic = value_of(element, "bic");
      bank.country = element.country;
      bank.address = element.address;
      for (const auto& identifier : element.identifiers) {
        if (identifier.kind != "bic" || identifier.value != bank.bic) bank.identifiers.push_back(identifier);
      }
      const std::string pointer = fmt::format("/payment/banks/{}", paid.banks.size());
      place_parts(deal, pointer, element);
      const auto bic = std::find_if(element.texts.begin(), element.texts.end(),
                                    [&](const MessageText& text) { return !bank.bic.empty() && text.value == bank.bic; });
      if (bic != element.texts.end()) place(deal, pointer + "/bic", bic->path);
      paid.banks.push_back(std::move(bank));
    }
  }
  // Last: what stands deeper is found first.
  place(deal, "/payment", payment.path.empty() ? ":32A:" : payment.path);
  return deal;
}

}  // namespace tamga::messages
