#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <array>
#include <string>

#include "identifiers/identifiers.h"

namespace tamga::identifiers {
namespace {

// The valid examples of domain.md section 4.
TEST(CheckDigits, ExamplesAreValid) {
  for (const char* bin : {"220340015320", "120540008532", "110340017087"}) EXPECT_TRUE(valid_kz_bin(bin)) << bin;
  EXPECT_TRUE(valid_kz_iin("061211600012"));
  EXPECT_TRUE(valid_ru_inn("7707083893"));
  EXPECT_TRUE(valid_ru_inn("7702070139"));
  EXPECT_TRUE(valid_ru_inn("500100732259"));
  EXPECT_TRUE(valid_ru_ogrn("1027739552642"));
  EXPECT_TRUE(valid_ru_ogrn("385768585948949"));
  EXPECT_TRUE(valid_ru_kpp("773601001"));
  EXPECT_TRUE(valid_lei("5493001KJTIIGC8Y1R12"));
  EXPECT_TRUE(valid_iban("KZ86125KZT5004100100"));
  EXPECT_TRUE(valid_bic("HSBKKZKX"));
  EXPECT_TRUE(valid_bic("VTBRRUMM"));
  EXPECT_TRUE(valid_imo_ship("9074729"));
  EXPECT_TRUE(valid_imo_ship("9126819"));
  EXPECT_TRUE(valid_imo_company("6459297"));
  EXPECT_TRUE(valid_mmsi("436000123"));
  EXPECT_TRUE(valid_container("CSQU3054383"));
  EXPECT_TRUE(valid_wallet("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"));
  EXPECT_TRUE(valid_wallet("bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"));
  EXPECT_TRUE(valid_wallet("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"));
  EXPECT_TRUE(valid_wallet("TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t"));
}

// BIP 350, test vectors for version 1 and above.
TEST(CheckDigits, Bech32mOnlyFromVersionOne) {
  EXPECT_TRUE(valid_wallet("bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0"));
  EXPECT_FALSE(valid_wallet("bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqh2y7hd"));  // bech32 instead of bech32m
  EXPECT_TRUE(valid_wallet("BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4"));
  EXPECT_FALSE(valid_wallet("bc1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4"));  // mixed case
}

TEST(CheckDigits, WrongOnesAreRefused) {
  EXPECT_FALSE(valid_kz_bin("220340015321"));
  EXPECT_FALSE(valid_kz_bin("061211600012"));  // an IIN: fifth digit 1
  EXPECT_FALSE(valid_kz_iin("220340015320"));  // a BIN: there is no day 40
  EXPECT_FALSE(valid_kz_iin("061211700012"));  // seventh digit 7
  EXPECT_FALSE(valid_ru_inn("7707083894"));
  EXPECT_FALSE(valid_ru_inn("0000000000"));
  EXPECT_FALSE(valid_ru_inn("500100732258"));
  EXPECT_FALSE(valid_ru_inn("77070838930"));
  EXPECT_FALSE(valid_ru_ogrn("1027739552643"));
  EXPECT_FALSE(valid_ru_ogrn("0000000000000"));
  EXPECT_FALSE(valid_ru_kpp("77360A0010"));
  EXPECT_FALSE(valid_ru_kpp("7736a1001"));
  EXPECT_FALSE(valid_lei("5493001KJTIIGC8Y1R13"));
  EXPECT_FALSE(valid_lei("5493001kjtiigc8y1r12"));  // the bare normalised value is upper case
  EXPECT_FALSE(valid_iban("KZ8612KZT5004100100"));
  EXPECT_FALSE(valid_iban("XX86125KZT5004100100"));
  EXPECT_FALSE(valid_bic("HSBKXXKX"));
  EXPECT_FALSE(valid_bic("HSBKKZK"));
  EXPECT_FALSE(valid_imo_ship("9074728"));
  EXPECT_FALSE(valid_imo_ship("0000000"));
  EXPECT_FALSE(valid_imo_company("6459298"));
  EXPECT_FALSE(valid_imo_company("0000000"));
  EXPECT_FALSE(valid_mmsi("136000123"));
  EXPECT_FALSE(valid_mmsi("800000123"));
  EXPECT_FALSE(valid_container("CSQU3054384"));
  EXPECT_FALSE(valid_container("CSQX3054383"));
  EXPECT_FALSE(valid_wallet("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb"));
  EXPECT_FALSE(valid_wallet("bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5"));
  EXPECT_FALSE(valid_wallet("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAe"));
}

TEST(CheckDigits, EmptyAndForeignTextIsNeverValid) {
  const bool holds = rc::check("no check accepts other characters", [] {
    const auto text = *rc::gen::string<std::string>();
    const std::string value = text + "\xD0\x96";
    RC_ASSERT(!valid_kz_bin(value) && !valid_kz_iin(value) && !valid_ru_inn(value) && !valid_ru_ogrn(value) && !valid_ru_kpp(value));
    RC_ASSERT(!valid_lei(value) && !valid_iban(value) && !valid_bic(value) && !valid_imo_ship(value) && !valid_imo_company(value));
    RC_ASSERT(!valid_mmsi(value) && !valid_container(value) && !valid_cn_uscc(value) && !valid_wallet(value));
  });
  EXPECT_TRUE(holds);
  for (auto* valid : {valid_kz_bin, valid_kz_iin, valid_ru_inn, valid_ru_ogrn, valid_ru_kpp, valid_lei, valid_iban, valid_bic, valid_imo_ship,
                      valid_imo_company, valid_mmsi, valid_container, valid_cn_uscc, valid_wallet}) {
    EXPECT_FALSE(valid(""));
  }
}

// What one wrong digit does. Each test makes a valid number, changes one digit and says exactly when the slip is not seen.

std::string digits(std::size_t count) {
  std::string out;
  for (std::size_t i = 0; i < count; ++i) out += static_cast<char>(*rc::gen::inRange<int>('0', '9' + 1));
  return out;
}

struct Slip {
  std::string wrong;
  std::size_t at;
  int by;  ///< how much the digit grew
};

Slip slip(const std::string& right, std::size_t first, std::size_t last) {
  Slip out{right, *rc::gen::inRange(first, last), 0};
  RC_PRE(right[out.at] >= '0' && right[out.at] <= '9');
  const int shift = *rc::gen::inRange(1, 10);
  out.wrong[out.at] = static_cast<char>('0' + (right[out.at] - '0' + shift) % 10);
  out.by = out.wrong[out.at] - right[out.at];
  return out;
}

int sum_of(const std::string& value, const std::vector<int>& weights) {
  int sum = 0;
  for (std::size_t i = 0; i < weights.size(); ++i) sum += (value[i] - '0') * weights[i];
  return sum;
}

bool ten_and_zero(int a, int b) { return (a == 10 && b == 0) || (a == 0 && b == 10); }

TEST(OneWrongDigit, InnOfTenDigits) {
  const bool holds = rc::check("seen, unless the remainder goes between 10 and 0", [] {
    const std::vector<int> weights = {2, 4, 10, 3, 5, 9, 4, 6, 8};
    const std::string head = std::to_string(*rc::gen::inRange(1, 10)) + digits(8);
    const int rest = sum_of(head, weights) % 11;
    const std::string right = head + std::to_string(rest % 10);
    RC_ASSERT(valid_ru_inn(right));
    const auto changed = slip(right, 0, 10);
    if (valid_ru_inn(changed.wrong)) RC_ASSERT(changed.at < 9 && ten_and_zero(rest, sum_of(changed.wrong, weights) % 11));
  });
  EXPECT_TRUE(holds);
}

TEST(OneWrongDigit, InnOfTwelveDigits) {
  const bool holds = rc::check("seen, unless a remainder goes between 10 and 0", [] {
    const std::vector<int> first = {7, 2, 4, 10, 3, 5, 9, 4, 6, 8};
    const std::vector<int> second = {3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8};
    std::string right = std::to_string(*rc::gen::inRange(1, 10)) + digits(9);
    right += std::to_string(sum_of(right, first) % 11 % 10);
    right += std::to_string(sum_of(right, second) % 11 % 10);
    RC_ASSERT(valid_ru_inn(right));
    const auto changed = slip(right, 0, 12);
    if (valid_ru_inn(changed.wrong)) RC_ASSERT(ten_and_zero(sum_of(right, second) % 11, sum_of(changed.wrong, second) % 11));
  });
  EXPECT_TRUE(holds);
}

TEST(OneWrongDigit, Ogrn) {
  const bool holds = rc::check("seen, unless the remainders end in the same digit", [] {
    const bool trader = *rc::gen::arbitrary<bool>();
    const std::string head = std::to_string(*rc::gen::inRange(1, 10)) + digits(trader ? 13 : 11);
    const auto rest = [trader](const std::string& value) { return std::stoll(value.substr(0, trader ? 14 : 12)) % (trader ? 13 : 11); };
    const std::string right = head + std::to_string(rest(head) % 10);
    RC_ASSERT(valid_ru_ogrn(right));
    const auto changed = slip(right, 1, right.size());
    if (valid_ru_ogrn(changed.wrong)) RC_ASSERT(rest(changed.wrong) != rest(right) && rest(changed.wrong) % 10 == rest(right) % 10);
  });
  EXPECT_TRUE(holds);
}

TEST(OneWrongDigit, Bin) {
  const bool holds = rc::check("seen, unless it is the eleventh digit or the second weights had to be used", [] {
    const std::vector<int> first = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11};
    const std::vector<int> second = {3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2};
    const std::string head = digits(2) + "0" + std::to_string(*rc::gen::inRange(1, 10)) + "4" + digits(6);
    int check = sum_of(head, first) % 11;
    if (check == 10) check = sum_of(head, second) % 11;
    RC_PRE(check != 10);
    const std::string right = head + std::to_string(check);
    RC_ASSERT(valid_kz_bin(right));
    const auto changed = slip(right, 5, 12);
    if (valid_kz_bin(changed.wrong)) RC_ASSERT(changed.at == 10 || sum_of(right, first) % 11 == 10 || sum_of(changed.wrong, first) % 11 == 10);
  });
  EXPECT_TRUE(holds);
}

TEST(OneWrongDigit, LeiAndIbanAlwaysSeen) {
  const bool holds = rc::check("97 is a prime above 10, so no change of one digit is lost", [] {
    const auto character = [] { return "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"[*rc::gen::inRange(0, 36)]; };
    const auto rest_97 = [](const std::string& text) {
      int rest = 0;
      for (const char c : text) {
        const std::string worth = c <= '9' ? std::string(1, c) : std::to_string(c - 'A' + 10);
        for (const char d : worth) rest = (rest * 10 + (d - '0')) % 97;
      }
      return rest;
    };
    const auto check = [&](const std::string& text) {
      const int value = 98 - rest_97(text + "00");
      return std::string(1, static_cast<char>('0' + value / 10)) + static_cast<char>('0' + value % 10);
    };
    std::string lei;
    for (int i = 0; i < 18; ++i) lei += character();
    lei += check(lei);
    RC_ASSERT(valid_lei(lei));
    RC_ASSERT(!valid_lei(slip(lei, 0, 20).wrong));

    std::string account = digits(3);
    for (int i = 0; i < 13; ++i) account += character();
    const std::string iban = "KZ" + check(account + "KZ") + account;
    RC_ASSERT(valid_iban(iban));
    RC_ASSERT(!valid_iban(slip(iban, 2, 20).wrong));
  });
  EXPECT_TRUE(holds);
}

TEST(OneWrongDigit, ImoShip) {
  const bool holds = rc::check("seen, unless weight and change make a multiple of ten", [] {
    const std::vector<int> weights = {7, 6, 5, 4, 3, 2};
    const std::string head = std::to_string(*rc::gen::inRange(1, 10)) + digits(5);
    const std::string right = head + std::to_string(sum_of(head, weights) % 10);
    RC_ASSERT(valid_imo_ship(right));
    const auto changed = slip(right, 1, 7);
    const int weight = changed.at < 6 ? weights[changed.at] : 1;
    RC_ASSERT(valid_imo_ship(changed.wrong) == (weight * changed.by % 10 == 0));
  });
  EXPECT_TRUE(holds);
}

}  // namespace
}  // namespace tamga::identifiers
