#include "identifiers/identifiers.h"

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/result.h"

namespace {

bool passes_its_check(const tamga::identifiers::Identifier& identifier) {
  using namespace tamga::identifiers;
  const auto& value = identifier.value;
  switch (identifier.scheme) {
    case Scheme::registration:
      return valid_ru_inn(value) || valid_ru_ogrn(value) || valid_kz_bin(value) || valid_kz_iin(value) || valid_cn_uscc(value);
    case Scheme::imo: return valid_imo_ship(value) || valid_imo_company(value);
    case Scheme::lei: return valid_lei(value);
    case Scheme::iban: return valid_iban(value);
    case Scheme::bic: return valid_bic(value);
    case Scheme::wallet: return valid_wallet(value);
    case Scheme::mmsi:
    case Scheme::passport: return false;
  }
  return false;
}

void look_at(const tamga::identifiers::Identifier& identifier) {
  TAMGA_CHECK(identifier.value.size() >= 5);
  TAMGA_CHECK(!identifier.label.empty());
  TAMGA_CHECK(!identifier.checked || passes_its_check(identifier));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tamga;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  std::vector<DealIdentifier> stated;
  for (const std::string_view kind : {"bin", "iin", "inn", "ogrn", "kpp", "lei", "imo", "mmsi", "bic", "reg", "passport", "tax", "iban", "wallet"}) {
    for (const std::string_view country : {"", "KZ", "RU", "VN"}) {
      if (const auto read = identifiers::read(kind, text, country); read.identifier) look_at(*read.identifier);
    }
    stated.push_back({std::string(kind), std::string(text)});
  }
  if (const auto incorporation = identifiers::incorporation_of(stated)) TAMGA_CHECK(incorporation->earliest <= incorporation->latest);
  for (const auto& identifier : identifiers::in_text(text)) {
    look_at(identifier);
    TAMGA_CHECK(identifier.checked);
  }
  Entity entity;
  entity.schema = "Company";
  for (const std::string_view property : {"innCode", "registrationNumber", "imoNumber", "leiCode", "swiftBic", "passportNumber", "publicKey"})
    entity.add(property, text);
  for (const auto& identifier : identifiers::of_entity(entity)) look_at(identifier);
  return 0;
}
