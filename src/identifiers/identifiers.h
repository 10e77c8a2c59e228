#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/date.h"
#include "model/deal.h"
#include "model/entity.h"

/// Identifiers of parties: their formats, check digits and what they tell. Pure functions on text, no state.
/// Formats and algorithms: ../shared/design/domain.md section 4.
namespace tamga::identifiers {

/// What two identifiers must share before their values are compared. National tax and registration numbers are
/// one scheme, because lists label them loosely (650 of 654 "INN" of EU Annex IV are INN, four are foreign).
enum class Scheme : std::uint8_t { registration, imo, mmsi, lei, bic, passport, iban, wallet };

/// "registration", "imo", …
[[nodiscard]] std::string_view scheme_name(Scheme scheme);

struct Identifier {
  Scheme scheme = Scheme::registration;
  /// Normalised: upper case, without spaces, dots, dashes and slashes; bic: its first 8 letters; wallet: as
  /// written, since base58 knows upper and lower case, but hexadecimal and bech32 in lower case.
  std::string value;
  std::string label;  ///< what it is said to be, for people: "INN", "BIN", "IMO", "passport"
  /// The format carries a check and the value passes it. Such a match identifies; one without a check
  /// digit (passport, foreign registration) only nearly does, since numbers of different registers collide.
  /// A BIC counts as checked when its form and country are right: there is one register of them (ISO 9362).
  bool checked = false;
  bool operator==(const Identifier&) const = default;
};

// Check digits. Each takes the bare normalised value; anything else is simply not valid.
[[nodiscard]] bool valid_kz_bin(std::string_view value);   ///< 12 digits, fifth digit >= 4
[[nodiscard]] bool valid_kz_iin(std::string_view value);   ///< 12 digits, birth date, seventh digit 0..6
[[nodiscard]] bool valid_ru_inn(std::string_view value);   ///< 10 or 12 digits
[[nodiscard]] bool valid_ru_ogrn(std::string_view value);  ///< 13 or 15 digits
[[nodiscard]] bool valid_ru_kpp(std::string_view value);   ///< format only
[[nodiscard]] bool valid_lei(std::string_view value);
[[nodiscard]] bool valid_iban(std::string_view value);
[[nodiscard]] bool valid_bic(std::string_view value);  ///< format and country only
[[nodiscard]] bool valid_imo_ship(std::string_view value);
[[nodiscard]] bool valid_imo_company(std::string_view value);
[[nodiscard]] bool valid_mmsi(std::string_view value);
[[nodiscard]] bool valid_container(std::string_view value);  ///< ISO 6346
[[nodiscard]] bool valid_cn_uscc(std::string_view value);    ///< Unified Social Credit Code, GB 32100-2015
/// Base58check (BTC, TRON, LTC, DASH, ZEC), bech32 and bech32m (BTC, LTC), or 0x and 40 hexadecimal digits. Here the
/// value is as written. The mixed case of EIP-55 is not verified: an account's 160 bits do not collide by chance.
[[nodiscard]] bool valid_wallet(std::string_view value);

/// The earliest possible day of incorporation that an identifier tells: KZ BIN (month), RU OGRN (year), KG INN (day).
struct Incorporation {
  Date earliest;
  Date latest;
  std::string from;  ///< "BIN 220340015320"
};
[[nodiscard]] std::optional<Incorporation> incorporation_of(const std::vector<DealIdentifier>& identifiers);

/// All identifiers of an entity, from innCode, ogrnCode, registrationNumber, taxNumber, idNumber, imoNumber, mmsi,
/// leiCode, swiftBic, passportNumber, publicKey. Values shorter than 5 characters are left out: they collide.
[[nodiscard]] std::vector<Identifier> of_entity(const Entity& entity);

/// An identifier of a deal's party; nothing when it is too short to compare. `problem` says in one sentence what is
/// wrong with one whose check digit or format fails, e.g. `INN 7707083894 has a wrong check digit`.
struct Read {
  std::optional<Identifier> identifier;
  std::string problem;
};
[[nodiscard]] Read read(std::string_view kind, std::string_view value, std::string_view country = {});

/// Identifiers in free text typed into a search: "IMO 9524451", "7702070139", "VTBRRUMM". Only what passes
/// its check, so that no name is taken for a number.
[[nodiscard]] std::vector<Identifier> in_text(std::string_view text);

}  // namespace tamga::identifiers
