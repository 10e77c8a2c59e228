#include <array>
#include <chrono>
#include <span>

#include "identifiers/characters.h"
#include "identifiers/identifiers.h"

// Check digits of national and international numbers. Sources and worked examples: domain.md section 4.
//
// How much a check digit proves: a random 10-digit number is an INN with a chance of about 1 in 11, a random
// 7-digit number an IMO ship number with 1 in 10, a random 20-character text an LEI with 1 in 97. So a check
// digit alone never says what a number is; a label or a country must agree. And not every slip is seen:
// "mod 11 mod 10" takes 10 for 0, the weights of an IMO number share factors with 10, and the eleventh digit of a
// Kazakh number has the weight 11, so that the check digit (mod 11) does not depend on it at all.
namespace tamga::identifiers {
namespace {

int weighted_sum(std::string_view value, std::span<const int> weights) {
  int sum = 0;
  for (std::size_t i = 0; i < weights.size(); ++i) sum += digit(value[i]) * weights[i];
  return sum;
}

int remainder(std::string_view digits, int divisor) {
  int rest = 0;
  for (const char c : digits) rest = (rest * 10 + digit(c)) % divisor;
  return rest;
}

bool real_day(int year, int month, int day) {
  return std::chrono::year_month_day(std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                                     std::chrono::day(static_cast<unsigned>(day)))
      .ok();
}

int two_digits(std::string_view value, std::size_t at) { return digit(value[at]) * 10 + digit(value[at + 1]); }

bool kz_check_digit(std::string_view value) {
  static constexpr std::array<int, 11> kFirst = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11};
  static constexpr std::array<int, 11> kSecond = {3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2};
  int check = weighted_sum(value, kFirst) % 11;
  if (check == 10) check = weighted_sum(value, kSecond) % 11;
  return check != 10 && check == digit(value[11]);
}

/// ISO 7064 MOD 97-10: letters count as 10 to 35, the whole as one number. -1 for any other character.
int remainder_97(std::string_view value) {
  int rest = 0;
  for (const char c : value) {
    if (is_digit(c)) {
      rest = (rest * 10 + digit(c)) % 97;
    } else if (is_upper(c)) {
      rest = (rest * 100 + (c - 'A' + 10)) % 97;
    } else {
      return -1;
    }
  }
  return rest;
}

/// ISO 7064 makes check digits of 02 to 98; 00, 01 and 99 would pass the division as well.
bool possible_97(std::string_view two) { return all_digits(two) && two != "00" && two != "01" && two != "99"; }

/// Length of an IBAN by country (ISO 13616 registry); 0 for a country that issues none.
std::size_t iban_length(std::string_view country) {
  static constexpr std::string_view kLengths =
      "AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 EE20 EG29 ES24 FI18 FK18 FO18 FR27 "
      "GB22 GE22 GI23 GL18 GR27 GT28 HN28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 "
      "MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 PT25 QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 "
      "TL23 TN24 TR26 UA29 VA22 VG24 XK20 YE30 ";
  for (std::size_t i = 0; i + 5 <= kLengths.size(); i += 5) {
    if (kLengths.substr(i, 2) == country) return static_cast<std::size_t>(two_digits(kLengths, i + 2));
  }
  return 0;
}

}  // namespace

bool valid_kz_bin(std::string_view value) {
  if (value.size() != 12 || !all_digits(value) || digit(value[4]) < 4) return false;
  const int month = two_digits(value, 2);
  return month >= 1 && month <= 12 && kz_check_digit(value);
}

bool valid_kz_iin(std::string_view value) {
  if (value.size() != 12 || !all_digits(value)) return false;
  const int century = digit(value[6]);
  if (century > 6) return false;
  const int year = two_digits(value, 0);
  const int month = two_digits(value, 2);
  const int day = two_digits(value, 4);
  // 1, 2: born in 18xx; 3, 4: 19xx; 5, 6: 20xx. 0 stands on numbers that tell no century; any that has the day will do.
  const bool born = century == 0 ? real_day(1900 + year, month, day) || real_day(2000 + year, month, day)
                                 : real_day(1800 + (century - 1) / 2 * 100 + year, month, day);
  return born && kz_check_digit(value);
}

bool valid_ru_inn(std::string_view value) {
  static constexpr std::array<int, 9> kTen = {2, 4, 10, 3, 5, 9, 4, 6, 8};
  static constexpr std::array<int, 10> kEleventh = {7, 2, 4, 10, 3, 5, 9, 4, 6, 8};
  static constexpr std::array<int, 11> kTwelfth = {3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8};
  // The first two digits are the region; there is no region 00, and so no number of zeros only.
  if (!all_digits(value) || value.starts_with("00")) return false;
  if (value.size() == 10) return weighted_sum(value, kTen) % 11 % 10 == digit(value[9]);
  if (value.size() != 12) return false;
  return weighted_sum(value, kEleventh) % 11 % 10 == digit(value[10]) && weighted_sum(value, kTwelfth) % 11 % 10 == digit(value[11]);
}

bool valid_ru_ogrn(std::string_view value) {
  if (!all_digits(value) || value.front() == '0') return false;
  if (value.size() == 13) return remainder(value.substr(0, 12), 11) % 10 == digit(value[12]);
  if (value.size() == 15) return remainder(value.substr(0, 14), 13) % 10 == digit(value[14]);
  return false;
}

bool valid_ru_kpp(std::string_view value) {
  if (value.size() != 9) return false;
  const auto letter_or_digit = [](char c) { return is_digit(c) || is_upper(c); };
  return all_digits(value.substr(0, 4)) && letter_or_digit(value[4]) && letter_or_digit(value[5]) && all_digits(value.substr(6));
}

bool valid_lei(std::string_view value) { return value.size() == 20 && possible_97(value.substr(18)) && remainder_97(value) == 1; }

bool valid_iban(std::string_view value) {
  if (value.size() < 15 || value.size() != iban_length(value.substr(0, 2)) || !possible_97(value.substr(2, 2))) return false;
  const std::string turned = std::string(value.substr(4)) + std::string(value.substr(0, 4));
  return remainder_97(turned) == 1;
}

bool valid_bic(std::string_view value) {
  if (value.size() != 8 && value.size() != 11) return false;
  if (!std::all_of(value.begin(), value.end(), [](char c) { return is_digit(c) || is_upper(c); })) return false;
  return is_country(value.substr(4, 2));
}

bool valid_imo_ship(std::string_view value) {
  static constexpr std::array<int, 6> kWeights = {7, 6, 5, 4, 3, 2};
  return value.size() == 7 && all_digits(value) && value.front() != '0' && weighted_sum(value, kWeights) % 10 == digit(value[6]);
}

bool valid_imo_company(std::string_view value) {
  static constexpr std::array<int, 6> kWeights = {8, 6, 4, 2, 9, 7};
  return value.size() == 7 && all_digits(value) && value != "0000000" && (11 - weighted_sum(value, kWeights) % 11) % 10 == digit(value[6]);
}

bool valid_mmsi(std::string_view value) {
  // A ship station: 9 digits, the first three a maritime identification digits group of ITU, 201 to 775.
  if (value.size() != 9 || !all_digits(value)) return false;
  const int country = remainder(value.substr(0, 3), 1000);
  return country >= 201 && country <= 775;
}

bool valid_container(std::string_view value) {
  if (value.size() != 11 || !all_digits(value.substr(4))) return false;
  if (!std::all_of(value.begin(), value.begin() + 4, is_upper)) return false;
  if (value[3] != 'U' && value[3] != 'J' && value[3] != 'Z') return false;
  int sum = 0;
  for (std::size_t i = 0; i < 10; ++i) {
    int worth = digit(value[i]);
    if (i < 4) {
      worth = value[i] - 'A' + 10;
      // 11, 22 and 33 are left out, being multiples of the divisor.
      if (worth >= 11) ++worth;
      if (worth >= 22) ++worth;
      if (worth >= 33) ++worth;
    }
    sum += worth << i;
  }
  return sum % 11 % 10 == digit(value[10]);
}

bool valid_cn_uscc(std::string_view value) {
  static constexpr std::string_view kCharacters = "0123456789ABCDEFGHJKLMNPQRTUWXY";
  if (value.size() != 18) return false;
  std::size_t sum = 0;
  std::size_t weight = 1;
  for (std::size_t i = 0; i < 18; ++i) {
    const auto worth = kCharacters.find(value[i]);
    if (worth == std::string_view::npos) return false;
    if (i == 17) return (sum + worth) % 31 == 0;
    sum += worth * weight;
    weight = weight * 3 % 31;
  }
  return false;
}

}  // namespace tamga::identifiers
