#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/payment.h"

// What the readers of ISO 20022 and of MT share.
namespace tamga::messages {

Result<std::vector<PaymentMessage>> read_iso20022(std::string_view bytes);
Result<std::vector<PaymentMessage>> read_mt(std::string_view bytes);

/// Files, and what is copied into each transaction, are held to these: a limit reached is an error, never a cut.
inline constexpr std::size_t kTransactionsMax = 100'000;
inline constexpr std::size_t kTextsMax = 4'000'000;

/// White space trimmed and runs of it as one blank: a text node may be broken over lines.
[[nodiscard]] std::string one_line(std::string_view text);

/// Adds an identifier once.
void add_identifier(MessageElement& element, std::string_view kind, std::string_view value);
/// An account number: kept, and where it is an IBAN also an identifier.
void add_account(MessageElement& element, std::string_view number, std::string_view path);
/// The country of a BIC; empty when it has none.
[[nodiscard]] std::string bic_country(std::string_view bic);
/// The country of a clearing system's code of ISO 20022 ("USABA") or of MT ("FW", "RU"); empty when it is not known.
[[nodiscard]] std::string clearing_country(std::string_view code);

}  // namespace tamga::messages
