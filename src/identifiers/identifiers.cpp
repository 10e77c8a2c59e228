#include "identifiers/identifiers.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

#include "identifiers/characters.h"
#include "identifiers/published_numbers.h"

namespace tamga::identifiers {
namespace {

constexpr std::size_t kShortest = 5;

/// Whom a number may belong to, as far as it is known.
struct Home {
  bool person = false;  ///< a natural person: numbers of firms are not his
  bool known = false;   ///< a country is
  bool ru = false;
  bool kz = false;
  bool kg = false;
  bool cn = false;

  void add(std::string_view country) {
    const std::string code = upper(country);
    if (code.empty()) return;
    known = true;
    ru = ru || code == "RU" || code == "RUSSIA" || code == "RUSSIAN FEDERATION" || code == "SU";
    kz = kz || code == "KZ" || code == "KAZAKHSTAN";
    kg = kg || code == "KG" || code == "KYRGYZSTAN";
    cn = cn || code == "CN" || code == "CHINA" || code == "HK" || code == "HONG KONG";
  }
  [[nodiscard]] bool may_be(bool here) const { return here || !known; }
};

/// How an OGRN begins: 1 or 5 for a firm, 3 for a sole trader, then a year from 02 on. Numbers of other countries have its
/// length too (Armenia, Thailand), so where nothing else speaks for it, this must.
bool usual_ogrn(std::string_view value) {
  if (!all_digits(value) || value.size() < 13) return false;
  const bool begins = value.size() == 13 ? value[0] == '1' || value[0] == '5' : value[0] == '3';
  const std::string_view year = value.substr(1, 2);
  return begins && year >= "02" && year <= "69";
}

/// Digits five to nine 01001: the usual reason and number of a KPP, which lists also write without its label.
bool looks_like_kpp(std::string_view value) { return value.size() == 9 && all_digits(value) && value.ends_with("01001"); }

struct Check {
  bool passes = false;
  std::string_view label;  ///< what it passes as
};

/// Which national check a number passes, where its label or its country allows that check at all. By label alone four
/// "INN" of EU Annex IV would be wrong numbers; they are tax numbers of other countries.
///
/// A person has an INN of 12 digits and no OGRN of 13; ten digits that pass are a passport (0301 118013) or a Ukrainian tax number by chance.
Check national_check(std::string_view value, Label label, const Home& home) {
  const bool says_inn = label == Label::inn;
  const bool says_kz = label == Label::bin || label == Label::iin;
  if (value.size() == 10 && (says_inn || (!home.person && home.may_be(home.ru))) && valid_ru_inn(value)) return {true, "INN"};
  if (value.size() == 12) {
    const bool inn = (says_inn || home.may_be(home.ru)) && valid_ru_inn(value);
    const bool kz = says_kz || home.may_be(home.kz);
    const bool bin = kz && valid_kz_bin(value);
    const bool iin = kz && valid_kz_iin(value);
    if (inn && (says_inn || (!bin && !iin))) return {true, "INN"};
    if (bin) return {true, "BIN"};
    if (iin) return {true, "IIN"};
    if (inn) return {true, "INN"};
  }
  const bool may_be_ogrn = label == Label::ogrn || home.ru || (!home.known && usual_ogrn(value));
  if ((value.size() == 13 || value.size() == 15) && may_be_ogrn && valid_ru_ogrn(value)) {
    return {true, value.size() == 13 ? "OGRN" : "OGRNIP"};
  }
  if (value.size() == 18 && (label == Label::uscc || home.may_be(home.cn)) && valid_cn_uscc(value)) return {true, "USCC"};
  return {};
}

Identifier registration(std::string value, Label label, std::string_view otherwise, const Home& home) {
  const Check check = national_check(value, label, home);
  std::string_view name = check.passes ? check.label : label_name(label);
  if (name.empty()) name = otherwise;
  return {Scheme::registration, std::move(value), std::string(name), check.passes};
}

Identifier imo(std::string value, bool ship_only) {
  const bool ship = valid_imo_ship(value);
  const bool checked = ship || (!ship_only && valid_imo_company(value));
  return {Scheme::imo, std::move(value), checked && !ship ? "IMO company" : "IMO", checked};
}

Identifier bic(std::string_view value) { return {Scheme::bic, std::string(value.substr(0, 8)), "BIC", valid_bic(value)}; }

/// Base58 keeps its case; hexadecimal and bech32 do not know any.
std::string wallet_value(std::string_view value) {
  const std::string capitals = upper(value);
  if (!capitals.starts_with("0X") && !capitals.starts_with("BC1") && !capitals.starts_with("LTC1")) return std::string(value);
  std::string out(value);
  for (auto& c : out) c = static_cast<char>(is_upper(c) ? c - 'A' + 'a' : c);
  return out;
}

Identifier wallet(std::string_view value) { return {Scheme::wallet, wallet_value(value), "wallet", valid_wallet(value)}; }

std::string normalised(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (is_word(c)) out += c;
  }
  return upper(out);
}

std::vector<std::string> words(std::string_view text) {
  std::vector<std::string> out(1);
  for (const char c : text) {
    if (is_word(c)) {
      out.back() += c;
    } else if (!out.back().empty()) {
      out.emplace_back();
    }
  }
  if (out.back().empty()) out.pop_back();
  return out;
}

class Collector {
 public:
  void add(Identifier identifier) {
    if (identifier.value.size() < kShortest) return;
    const auto [known, added] = places_.try_emplace({identifier.scheme, identifier.value}, found_.size());
    if (!added) {
      auto& before = found_[known->second];
      if (identifier.checked && !before.checked) before = std::move(identifier);
      return;
    }
    found_.push_back(std::move(identifier));
  }
  std::vector<Identifier> take() { return std::move(found_); }

 private:
  std::vector<Identifier> found_;
  std::map<std::pair<Scheme, std::string>, std::size_t> places_;
};

Home home_of(const PublishedNumber& number, const Home& of_entity) {
  if (number.country.empty()) return of_entity;
  Home home;
  home.person = of_entity.person;
  home.add(number.country);
  return home;
}

/// What a number is, by the words beside it, else by the property that it stands in.
struct Place {
  Scheme scheme;
  Label label;
  std::string_view name;  ///< when neither words nor a check say more
};

void add_number(PublishedNumber number, const Place& place, const Home& of_entity, bool vessel, Collector& into) {
  const Label label = number.label == Label::none ? place.label : number.label;
  const Home home = home_of(number, of_entity);
  switch (label) {
    case Label::kpp:        // names a tax office and a reason, shared by thousands
    case Label::telephone:  // not an identifier of a register
    case Label::bic:        // has no number
      return;
    case Label::imo: into.add(imo(std::move(number.value), vessel)); return;
    case Label::mmsi: into.add({Scheme::mmsi, std::move(number.value), "MMSI", false}); return;
    case Label::iban: {
      const bool valid = valid_iban(number.value);
      into.add({Scheme::iban, std::move(number.value), "IBAN", valid});
      return;
    }
    case Label::passport: into.add({Scheme::passport, std::move(number.value), "passport", false}); return;
    case Label::none:
    case Label::lei:
    case Label::inn:
    case Label::bin:
    case Label::iin:
    case Label::ogrn:
    case Label::uscc:
    case Label::okpo:
    case Label::national: break;
  }
  if (label == Label::lei || (label == Label::none && valid_lei(number.value))) {
    const bool valid = valid_lei(number.value);
    into.add({Scheme::lei, std::move(number.value), "LEI", valid});
  } else if (label != Label::none || !looks_like_kpp(number.value)) {
    into.add(registration(std::move(number.value), label, place.name, home));
  }
}

constexpr std::pair<std::string_view, Place> kProperties[] = {
    {"innCode", {Scheme::registration, Label::inn, "INN"}},
    {"ogrnCode", {Scheme::registration, Label::ogrn, "OGRN"}},
    {"registrationNumber", {Scheme::registration, Label::none, "registration number"}},
    {"taxNumber", {Scheme::registration, Label::none, "tax number"}},
    {"idNumber", {Scheme::registration, Label::none, "ID number"}},
    {"uscCode", {Scheme::registration, Label::uscc, "USCC"}},
    {"imoNumber", {Scheme::imo, Label::imo, "IMO"}},
    {"mmsi", {Scheme::mmsi, Label::mmsi, "MMSI"}},
    {"leiCode", {Scheme::lei, Label::lei, "LEI"}},
    {"passportNumber", {Scheme::passport, Label::passport, "passport"}},
};

}  // namespace

std::string_view scheme_name(Scheme scheme) {
  switch (scheme) {
    case Scheme::registration: return "registration";
    case Scheme::imo: return "imo";
    case Scheme::mmsi: return "mmsi";
    case Scheme::lei: return "lei";
    case Scheme::bic: return "bic";
    case Scheme::passport: return "passport";
    case Scheme::iban: return "iban";
    case Scheme::wallet: return "wallet";
  }
  return {};
}

std::vector<Identifier> of_entity(const Entity& entity) {
  Home home;
  home.person = entity.schema == "Person";
  for (const std::string_view property : {"country", "jurisdiction", "nationality", "citizenship"}) {
    for (const auto& value : entity.values(property)) home.add(value);
  }
  const bool vessel = entity.schema == "Vessel";
  Collector into;
  for (const auto& [property, place] : kProperties) {
    for (const auto& value : entity.values(property)) {
      for (auto& number : published_numbers(value, Prefixes::join)) add_number(std::move(number), place, home, vessel, into);
    }
  }
  for (const auto& value : entity.values("swiftBic")) {
    for (const auto& word : words(upper(value))) {
      if (valid_bic(word)) into.add(bic(word));
    }
  }
  for (const auto& value : entity.values("publicKey")) {
    for (const auto& word : words(value)) {
      if (word.size() >= 20) into.add(wallet(word));
    }
  }
  return into.take();
}

namespace {

/// The number in a deal's field that its kind means; the whole text when it holds none ("passport AB").
std::string number_of(std::string_view value, Label expected, Label* label, std::string* country) {
  const auto numbers = published_numbers(value, Prefixes::join);
  auto number = std::find_if(numbers.begin(), numbers.end(), [&](const PublishedNumber& n) { return n.label == expected; });
  if (number == numbers.end()) {
    number =
        std::find_if(numbers.begin(), numbers.end(), [](const PublishedNumber& n) { return n.label != Label::kpp && n.label != Label::telephone; });
  }
  if (number == numbers.end()) return normalised(value);
  if (label != nullptr) *label = number->label;
  if (country != nullptr) *country = number->country;
  return number->value;
}

std::optional<Identifier> if_comparable(Identifier identifier) {
  if (identifier.value.size() < kShortest) return {};
  return identifier;
}

std::string wrong_check_digit(std::string_view label, std::string_view value) { return fmt::format("{} {} has a wrong check digit", label, value); }

std::string wrong_length(std::string_view label, std::string_view value, std::string_view expected) {
  return fmt::format("{} {} has {} characters, expected {}", label, value, value.size(), expected);
}

/// What is wrong with a Kazakh or Russian number, where label and country leave no other reading.
std::string national_problem(std::string_view value, Label label, const Home& home) {
  const bool digits = all_digits(value);
  switch (label) {
    case Label::bin:
    case Label::iin: {
      const bool here = home.may_be(home.kz);
      // A sole trader's BIN field holds his IIN, so both pass for both.
      if (digits && value.size() == 12) return valid_kz_bin(value) || valid_kz_iin(value) ? "" : wrong_check_digit(label_name(label), value);
      // Bangladesh calls a number of another length BIN.
      return here ? wrong_length(label_name(label), value, "12 digits") : "";
    }
    case Label::inn:
      if (digits && value.size() == 12 && home.known && home.kz)
        return valid_kz_iin(value) || valid_kz_bin(value) || valid_ru_inn(value) ? "" : wrong_check_digit("INN", value);
      if (home.known && !home.ru) return {};  // INN is also what Kyrgyz, Uzbek, Tajik and other tax numbers are called
      if (digits && (value.size() == 10 || value.size() == 12)) return valid_ru_inn(value) ? "" : wrong_check_digit("INN", value);
      return home.ru ? wrong_length("INN", value, "10 or 12 digits") : "";
    case Label::ogrn:
      if (digits && (value.size() == 13 || value.size() == 15)) return valid_ru_ogrn(value) ? "" : wrong_check_digit("OGRN", value);
      return home.may_be(home.ru) ? wrong_length("OGRN", value, "13 or 15 digits") : "";
    default: return {};
  }
}

/// A bare number under "reg" or "tax": its country alone may say which check it must pass.
Label label_by_country(std::string_view value, std::string_view kind, const Home& home) {
  if (!all_digits(value)) return Label::none;
  if (home.kz && value.size() == 12) return Label::bin;
  if (home.ru && kind == "tax" && (value.size() == 10 || value.size() == 12)) return Label::inn;
  if (home.ru && kind == "reg" && (value.size() == 13 || value.size() == 15)) return Label::ogrn;
  return Label::none;
}

Read read_registration(std::string_view kind, std::string_view value, std::string_view country) {
  Label expected = Label::none;
  std::string_view name = "registration number";
  if (kind == "bin") expected = Label::bin;
  if (kind == "iin") expected = Label::iin;
  if (kind == "inn") expected = Label::inn;
  if (kind == "ogrn") expected = Label::ogrn;
  if (kind == "tax") name = "tax number";
  Label said = Label::none;
  std::string said_country;
  std::string number = number_of(value, expected, &said, &said_country);
  Home home;
  home.add(said_country.empty() ? country : std::string_view(said_country));
  const Label label = expected != Label::none ? expected : said;
  const Label judged = label != Label::none ? label : label_by_country(number, kind, home);
  Read result;
  result.problem = national_problem(number, judged, home);
  result.identifier = if_comparable(registration(std::move(number), label, name, home));
  return result;
}

}  // namespace

Read read(std::string_view kind, std::string_view value, std::string_view country) {
  if (kind == "imo") {
    const std::string number = number_of(value, Label::imo, nullptr, nullptr);
    Read result{if_comparable(imo(number, false)), {}};
    if (number.size() != 7 || !all_digits(number)) {
      result.problem = fmt::format("IMO {} is not a number of 7 digits", number);
    } else if (!valid_imo_ship(number) && !valid_imo_company(number)) {
      result.problem = wrong_check_digit("IMO", number);
    }
    return result;
  }
  if (kind == "mmsi") {
    std::string number = number_of(value, Label::mmsi, nullptr, nullptr);
    const bool valid = valid_mmsi(number);
    Read result{{}, valid ? "" : fmt::format("MMSI {} is not 9 digits that begin with 201 to 775", number)};
    result.identifier = if_comparable({Scheme::mmsi, std::move(number), "MMSI", false});
    return result;
  }
  if (kind == "lei") {
    // People write it in groups of four; what is one number without its blanks is that number.
    std::string number = normalised(value);
    if (number.starts_with("LEI")) number.erase(0, 3);
    if (!valid_lei(number)) number = number_of(value, Label::lei, nullptr, nullptr);
    Read result;
    const bool valid = valid_lei(number);
    if (!valid) result.problem = number.size() == 20 ? wrong_check_digit("LEI", number) : wrong_length("LEI", number, "20");
    result.identifier = if_comparable({Scheme::lei, std::move(number), "LEI", valid});
    return result;
  }
  if (kind == "iban") {
    std::string number = normalised(value);
    if (number.starts_with("IBAN")) number.erase(0, 4);
    const bool valid = valid_iban(number);
    Read result{{}, valid ? "" : fmt::format("IBAN {} has a wrong check digit, or not the length of its country", number)};
    result.identifier = if_comparable({Scheme::iban, std::move(number), "IBAN", valid});
    return result;
  }
  if (kind == "bic") {
    const std::string code = normalised(value);
    const bool valid = valid_bic(code);
    return {if_comparable(bic(code)),
            valid ? "" : fmt::format("BIC {} is not valid: expected 8 or 11 letters and digits, the fifth and sixth a country", code)};
  }
  if (kind == "kpp") {  // belongs to a tax office and a reason: its form is checked, but it identifies nobody
    const std::string code = normalised(value);
    const bool valid = valid_ru_kpp(code) || (!country.empty() && country != "RU");
    return {{}, valid ? "" : fmt::format("KPP {} is not valid: expected 4 digits, 2 digits or capitals, 3 digits", code)};
  }
  if (kind == "passport") {
    return {if_comparable({Scheme::passport, number_of(value, Label::passport, nullptr, nullptr), "passport", false}), {}};
  }
  if (kind == "wallet") {
    for (const auto& word : words(value)) {
      if (word.size() >= 20) return {if_comparable(wallet(word)), {}};
    }
    return {{}, "a wallet address has at least 20 letters and digits"};
  }
  return read_registration(kind, value, country);
}

std::vector<Identifier> in_text(std::string_view text) {
  Collector into;
  const auto all_words = words(text);
  if (all_words.size() == 1) {
    const auto& word = all_words.front();
    const bool capitals = std::all_of(word.begin(), word.end(), [](char c) { return is_upper(c) || is_digit(c); });
    if (capitals && is_upper(word[0]) && valid_bic(word)) into.add(bic(word));
    if (word.size() == 10 && valid_ru_inn(word)) into.add(registration(word, Label::inn, "INN", {}));
  }
  for (const auto& word : all_words) {
    if (valid_wallet(word)) into.add(wallet(word));
  }
  for (auto& number : published_numbers(text, Prefixes::separate)) {
    const auto length = number.value.size();
    if (number.label == Label::imo || number.label == Label::iban || number.label == Label::none || number.label == Label::lei) {
      if (number.label == Label::imo) {
        if (auto found = imo(number.value, false); found.checked) into.add(std::move(found));
        continue;
      }
      if (number.label == Label::iban || valid_iban(number.value)) {
        if (valid_iban(number.value)) into.add({Scheme::iban, number.value, "IBAN", true});
        continue;
      }
      if (valid_lei(number.value)) {
        into.add({Scheme::lei, number.value, "LEI", true});
        continue;
      }
    }
    const bool labelled = number.label == Label::inn || number.label == Label::bin || number.label == Label::iin || number.label == Label::ogrn ||
                          number.label == Label::uscc;
    const bool unambiguous = number.label == Label::none && (length == 12 || length == 13 || length == 15 || length == 18);
    if (!labelled && !unambiguous) continue;
    Home home;
    home.add(number.country);
    if (auto found = registration(number.value, number.label, "", home); found.checked) into.add(std::move(found));
  }
  return into.take();
}

}  // namespace tamga::identifiers
