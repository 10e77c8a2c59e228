// Any bytes as a file of payment messages: an error of one line, or transactions whose parts hold together, read the same again, and become a deal.
#include "messages/messages.h"

#include <cstdint>
#include <string>

#include "clear/payment.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tamga;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto payments = messages::read(bytes);
  if (!payments) {
    TAMGA_CHECK(payments.error().text().find('\n') == std::string::npos);
    TAMGA_CHECK(payments.error().kind == ErrorKind::bad_input);
    return 0;
  }
  TAMGA_CHECK(messages::recognise(bytes));
  TAMGA_CHECK(!payments->empty());
  std::size_t transaction = 0;
  for (const auto& payment : *payments) {
    TAMGA_CHECK(payment.transaction == ++transaction && payment.message >= 1 && payment.message <= payment.messages);
    TAMGA_CHECK(payment.currency.empty() || payment.currency.size() == 3);
    for (const auto& element : payment.elements) {
      TAMGA_CHECK(!element.path.empty() && !element.role.empty());
      TAMGA_CHECK(element.country.empty() || element.country.size() == 2);
      for (const auto& text : element.texts) TAMGA_CHECK(!text.path.empty());
      for (const auto& reading : clear::readings_of(element)) TAMGA_CHECK(!reading.empty());
    }
    const Deal deal = messages::deal_of(payment);
    TAMGA_CHECK(!deal.id.empty() && deal.goods.empty());
    for (const auto& place : deal.places) TAMGA_CHECK(!place.pointer.empty());
    std::vector<clear::Finding> findings;
    clear::judge_payment_data(payment, findings);
    for (const auto& finding : findings) TAMGA_CHECK(finding.outcome == clear::Outcome::review && !finding.citation.empty());
  }
  const auto again = messages::read(bytes);
  TAMGA_CHECK(again.has_value() && again->size() == payments->size());
  return 0;
}
