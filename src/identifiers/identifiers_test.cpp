#include "identifiers/identifiers.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <functional>

#include "base/files.h"
#include "identifiers/published_numbers.h"

namespace tamga::identifiers {
namespace {

Entity entity(std::string schema, std::vector<Property> properties) {
  Entity out;
  out.schema = std::move(schema);
  for (const auto& property : properties) {
    for (const auto& value : property.values) out.add(property.name, value);
  }
  return out;
}

std::string line(const Identifier& identifier) {
  return fmt::format("{}:{} {}{}", scheme_name(identifier.scheme), identifier.value, identifier.label, identifier.checked ? " checked" : "");
}

std::vector<std::string> lines(const std::vector<Identifier>& identifiers) {
  std::vector<std::string> out;
  for (const auto& identifier : identifiers) out.push_back(line(identifier));
  return out;
}

using Lines = std::vector<std::string>;

TEST(PublishedNumbers, ReadsWhatListsWrite) {
  const auto values = [](std::string_view text) {
    std::vector<std::string> out;
    for (const auto& number : published_numbers(text, Prefixes::join)) {
      out.push_back(number.value + (number.label == Label::none ? "" : " " + std::string(label_name(number.label))) +
                    (number.country.empty() ? "" : " " + number.country));
    }
    return out;
  };
  // Each text stands so in the annexes to Regulations 269/2014 and 833/2014, or in OFAC's remarks.
  EXPECT_EQ(values("7702070139 (Russia)"), Lines{"7702070139 RU"});
  EXPECT_EQ(values("220340015320 (BIN)"), Lines{"220340015320 BIN"});
  EXPECT_EQ(values("7704730655 (Tax ID/INN)"), Lines{"7704730655 INN"});
  EXPECT_EQ(values("IMO9826902"), Lines{"9826902 IMO"});
  EXPECT_EQ(values("Vessel Registration Identification IMO 9308431"), Lines{"9308431 IMO"});
  EXPECT_EQ(values("1 402 015 986"), Lines{"1402015986"});
  EXPECT_EQ(values("4615 949409"), Lines{"4615949409"});
  EXPECT_EQ(values("- 7805060220"), Lines{"7805060220"});
  EXPECT_EQ(values("614322649248."), Lines{"614322649248"});
  EXPECT_EQ(values("7730239877, KPP 773001001, OKPO 20239393"), (Lines{"7730239877", "773001001 KPP", "20239393 OKPO"}));
  EXPECT_EQ(values("3525023010 OKPO: 07500548 KPP: 352501001"), (Lines{"3525023010", "07500548 OKPO", "352501001 KPP"}));
  EXPECT_EQ(values("1021601627090 on 25.11.2002"), Lines{"1021601627090"});
  EXPECT_EQ(values("1027739132563; 1027739387411"), (Lines{"1027739132563", "1027739387411"}));
  EXPECT_EQ(values("771500884353/ 771500884353"), (Lines{"771500884353", "771500884353"}));
  EXPECT_EQ(values("SRN/OGRN 1071651000035"), Lines{"1071651000035 OGRN"});
  EXPECT_EQ(values("ИНН/taxpayer identification number: 5259113339"), Lines{"5259113339 INN"});
  EXPECT_EQ(values("271201003620, 016154160136 (Russia)"), (Lines{"271201003620", "016154160136 RU"}));
  EXPECT_EQ(values("0613-0759-7600-0001 (Central Registration System No.)"), Lines{"0613075976000001"});
  EXPECT_EQ(values("Cr. No. 3203355"), Lines{"3203355"});
  EXPECT_EQ(values("2182045 (CR No.)"), Lines{"2182045"});
  EXPECT_EQ(values("91220101310012867G (USCC)"), Lines{"91220101310012867G USCC"});
  EXPECT_EQ(values("HE 123456"), Lines{"HE123456"});
  EXPECT_EQ(values("Ф-703443"), Lines{"Ф703443"});
  EXPECT_EQ(values("722706177 (in 2015)"), Lines{"722706177"});
  EXPECT_EQ(values("Russian passport no. 55 0314316, valid from 6.12.2019 until 6.12.2029"), Lines{"550314316 passport"});
  EXPECT_EQ(values("alt. Passport D9021706 (Iran) expired 14 July 2021; National ID No. 5929869741 (Iran)"),
            (Lines{"D9021706 passport other", "5929869741 national number other"}));
  EXPECT_EQ(values("series 1808 No. 233282"), Lines{"1808233282"});
  EXPECT_EQ(values("Series 1502 No 746336, issued 22.8.2002 by the Department of Internal Affairs"), Lines{"1502746336"});
  EXPECT_EQ(values("ITIN 631908586556"), Lines{"631908586556"});
  EXPECT_EQ(values("914403000775394696 (China Unified Social Credit Code)"), Lines{"914403000775394696 CN"});
  EXPECT_EQ(values("12.345.678/0001-90"), Lines{"12345678000190"});
  EXPECT_EQ(values("1027700132195 (INN 7702070139)"), (Lines{"1027700132195", "7702070139 INN"}));
}

TEST(PublishedNumbers, FindsNothingInWordsDatesAndFillers) {
  for (const char* text : {"", " ", "unknown", "n/a", "25.11.2002", "2022-01-01", "6/12/2019", "12 05 1961", "00000000", "1234", "(((((((", ")",
                           "////", "..--", "INN"}) {
    EXPECT_TRUE(published_numbers(text, Prefixes::join).empty()) << text;
  }
}

TEST(OfEntity, TellsWhatEachNumberIs) {
  EXPECT_EQ(lines(of_entity(entity("Company", {{"innCode", {"7702070139"}}, {"ogrnCode", {"1027739609391"}}, {"country", {"ru"}}}))),
            (Lines{"registration:7702070139 INN checked", "registration:1027739609391 OGRN checked"}));
  EXPECT_EQ(lines(of_entity(entity("Company", {{"registrationNumber", {"220340015320 (BIN)"}}}))), Lines{"registration:220340015320 BIN checked"});
  EXPECT_EQ(lines(of_entity(entity("Company", {{"taxNumber", {"7702070139 (Russia)"}}}))), Lines{"registration:7702070139 INN checked"});
  // The same digits under a Vietnamese firm are no INN, unless the list calls them so.
  EXPECT_EQ(lines(of_entity(entity("Company", {{"taxNumber", {"7702070139"}}, {"country", {"vn"}}}))), Lines{"registration:7702070139 tax number"});
  EXPECT_EQ(lines(of_entity(entity("Company", {{"registrationNumber", {"7702070139 (Ukraine)"}}}))),
            Lines{"registration:7702070139 registration number"});
  EXPECT_EQ(lines(of_entity(entity("Person", {{"passportNumber", {"4615 949409"}}}))), Lines{"passport:4615949409 passport"});
  EXPECT_EQ(lines(of_entity(entity("Person", {{"passportNumber", {"AB 1234567 (Russia)"}}}))), Lines{"passport:AB1234567 passport"});
  EXPECT_EQ(lines(of_entity(entity("Vessel", {{"imoNumber", {"IMO9308431"}}, {"mmsi", {"273333580"}}}))),
            (Lines{"imo:9308431 IMO checked", "mmsi:273333580 MMSI"}));
  EXPECT_EQ(lines(of_entity(entity("Company", {{"imoNumber", {"6459297"}}}))), Lines{"imo:6459297 IMO company checked"});
  EXPECT_EQ(lines(of_entity(entity("Vessel", {{"imoNumber", {"6459297"}}}))), Lines{"imo:6459297 IMO"});
  EXPECT_EQ(lines(of_entity(entity("Company", {{"leiCode", {"5493001KJTIIGC8Y1R12"}}, {"swiftBic", {"VTBRRUMM", "HSBKKZKXXXX"}}}))),
            (Lines{"lei:5493001KJTIIGC8Y1R12 LEI checked", "bic:VTBRRUMM BIC checked", "bic:HSBKKZKX BIC checked"}));
  EXPECT_EQ(
      lines(of_entity(entity("CryptoWallet", {{"publicKey", {"0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"}}}))),
      (Lines{"wallet:0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed wallet checked", "wallet:1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa wallet checked"}));
}

TEST(OfEntity, WhatPassesByChanceIsNotChecked) {
  // Annex I to Regulation 269/2014: a passport of a person, whose ten digits pass as the INN of a firm.
  EXPECT_EQ(lines(of_entity(entity("Person", {{"idNumber", {"03 01 118013"}}}))), Lines{"registration:0301118013 ID number"});
  EXPECT_EQ(lines(of_entity(entity("Person", {{"innCode", {"500100732259"}}}))), Lines{"registration:500100732259 INN checked"});
  // Annex IV to Regulation 833/2014: an Armenian number that passes as an OGRN.
  EXPECT_EQ(lines(of_entity(entity("Company", {{"registrationNumber", {"269.110.1228684 (Registration No.)"}}}))),
            Lines{"registration:2691101228684 registration number"});
  EXPECT_EQ(lines(of_entity(entity("Company", {{"registrationNumber", {"914403000775394696 (China Unified Social Credit Code)"}}}))),
            Lines{"registration:914403000775394696 USCC checked"});
}

TEST(OfEntity, LeavesOutWhatCollides) {
  // A KPP belongs to thousands of firms, with its label or without.
  EXPECT_EQ(lines(of_entity(entity("Company", {{"taxNumber", {"7702165310 / 770101001; 7702077840"}}}))),
            (Lines{"registration:7702165310 INN checked", "registration:7702077840 INN checked"}));
  EXPECT_TRUE(of_entity(entity("Company", {{"registrationNumber", {"1234", "00000000", "KPP 773601001", "-"}}})).empty());
  // Once, although two properties say it; and the one that knows more.
  EXPECT_EQ(lines(of_entity(entity("Company", {{"innCode", {"7702070139"}}, {"taxNumber", {"7702070139"}}, {"registrationNumber", {"7702070139"}}}))),
            Lines{"registration:7702070139 INN checked"});
}

TEST(Read, JudgesByKindAndCountry) {
  const auto problem = [](const char* kind, const char* value, const char* country = "") { return read(kind, value, country).problem; };
  EXPECT_EQ(problem("inn", "7707083894"), "INN 7707083894 has a wrong check digit");
  EXPECT_EQ(problem("inn", "7707083893"), "");
  EXPECT_EQ(problem("inn", "7707083894", "VN"), "");  // another country's tax number, called INN
  EXPECT_EQ(problem("inn", "01805202210181", "KG"), "");
  EXPECT_EQ(problem("inn", "77070838", "RU"), "INN 77070838 has 8 characters, expected 10 or 12 digits");
  EXPECT_EQ(problem("bin", "220340015320"), "");
  EXPECT_EQ(problem("bin", "061211600012"), "");  // a sole trader's IIN
  EXPECT_EQ(problem("bin", "220340015321"), "BIN 220340015321 has a wrong check digit");
  EXPECT_EQ(problem("bin", "2203400153", "KZ"), "BIN 2203400153 has 10 characters, expected 12 digits");
  EXPECT_EQ(problem("bin", "0001234567891", "BD"), "");
  EXPECT_EQ(problem("ogrn", "1027739552643"), "OGRN 1027739552643 has a wrong check digit");
  EXPECT_EQ(problem("ogrn", "10277395526"), "OGRN 10277395526 has 11 characters, expected 13 or 15 digits");
  EXPECT_EQ(problem("tax", "7707083894", "RU"), "INN 7707083894 has a wrong check digit");
  EXPECT_EQ(problem("tax", "7707083894"), "");  // nothing says that it is an INN
  EXPECT_EQ(problem("reg", "220340015321", "KZ"), "BIN 220340015321 has a wrong check digit");
  EXPECT_EQ(problem("reg", "1027739552643", "RU"), "OGRN 1027739552643 has a wrong check digit");
  EXPECT_EQ(problem("imo", "9074728"), "IMO 9074728 has a wrong check digit");
  EXPECT_EQ(problem("imo", "907472"), "IMO 907472 is not a number of 7 digits");
  EXPECT_EQ(problem("imo", "IMO 9074729"), "");
  EXPECT_EQ(problem("lei", "5493001KJTIIGC8Y1R13"), "LEI 5493001KJTIIGC8Y1R13 has a wrong check digit");
  EXPECT_EQ(problem("lei", "5493001KJTIIGC8Y1R1"), "LEI 5493001KJTIIGC8Y1R1 has 19 characters, expected 20");
  EXPECT_EQ(problem("iban", "KZ86 125K ZT50 0410 0100"), "");
  EXPECT_EQ(problem("iban", "KZ87 125K ZT50 0410 0100"), "IBAN KZ87125KZT5004100100 has a wrong check digit, or not the length of its country");
  EXPECT_EQ(problem("bic", "HSBKKZKX"), "");
  EXPECT_EQ(problem("bic", "HSBKKZK"), "BIC HSBKKZK is not valid: expected 8 or 11 letters and digits, the fifth and sixth a country");
  EXPECT_EQ(problem("mmsi", "836000123"), "MMSI 836000123 is not 9 digits that begin with 201 to 775");
  EXPECT_EQ(problem("kpp", "77360"), "KPP 77360 is not valid: expected 4 digits, 2 digits or capitals, 3 digits");
  EXPECT_EQ(problem("passport", "N42881363"), "");
}

TEST(Read, KeepsTheNumberEvenWhenItIsWrong) {
  // A list may hold the same slip of the pen; it must still be found.
  const auto wrong = read("inn", "7707083894").identifier;
  ASSERT_TRUE(wrong.has_value());
  EXPECT_EQ(line(*wrong), "registration:7707083894 INN");
  EXPECT_FALSE(read("reg", "1234").identifier.has_value());
  EXPECT_FALSE(read("kpp", "773601001", "RU").identifier.has_value());
  EXPECT_EQ(line(*read("bin", "220340015320").identifier), "registration:220340015320 BIN checked");
  EXPECT_EQ(line(*read("inn", "ИНН 7702070139", "RU").identifier), "registration:7702070139 INN checked");
  EXPECT_EQ(line(*read("tax", "7702070139").identifier), "registration:7702070139 INN checked");
  EXPECT_EQ(line(*read("tax", "7702070139", "VN").identifier), "registration:7702070139 tax number");
  EXPECT_EQ(line(*read("reg", "HE 123456", "CY").identifier), "registration:HE123456 registration number");
  EXPECT_EQ(line(*read("bic", "vtbrrumm xxx").identifier), "bic:VTBRRUMM BIC checked");
  EXPECT_EQ(line(*read("passport", "4615 949409").identifier), "passport:4615949409 passport");
}

TEST(Read, ADealAndAListSayTheSame) {
  const auto listed = of_entity(entity("Company", {{"registrationNumber", {"220340015320 (BIN)"}}, {"country", {"kz"}}}));
  const auto party = read("bin", "2203 4001 5320", "KZ").identifier;
  ASSERT_TRUE(party.has_value());
  EXPECT_EQ(listed, std::vector{*party});
}

TEST(InText, OnlyWhatIsCertain) {
  EXPECT_EQ(lines(in_text("IMO 9524451")), Lines{"imo:9524451 IMO checked"});
  EXPECT_EQ(lines(in_text("tanker VOLGA, IMO9524451")), Lines{"imo:9524451 IMO checked"});
  EXPECT_EQ(lines(in_text("7702070139")), Lines{"registration:7702070139 INN checked"});
  EXPECT_EQ(lines(in_text("ИНН 7702070139")), Lines{"registration:7702070139 INN checked"});
  EXPECT_EQ(lines(in_text("VTBRRUMM")), Lines{"bic:VTBRRUMM BIC checked"});
  EXPECT_EQ(lines(in_text("Da Group 22 220340015320")), Lines{"registration:220340015320 BIN checked"});
  EXPECT_EQ(lines(in_text("OOO Romashka 1027739552642")), Lines{"registration:1027739552642 OGRN checked"});
  EXPECT_EQ(lines(in_text("lei 5493001KJTIIGC8Y1R12")), Lines{"lei:5493001KJTIIGC8Y1R12 LEI checked"});
  EXPECT_EQ(lines(in_text("KZ86125KZT5004100100")), Lines{"iban:KZ86125KZT5004100100 IBAN checked"});
  EXPECT_EQ(lines(in_text("pay to 1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa")), Lines{"wallet:1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa wallet checked"});
  for (const char* text : {"", "VTB Bank", "bank VTBRRUMM", "Vtbrrumm", "MEGAPHONE", "IMO 9524452", "9524451", "order 7702070139", "INN 7702070138",
                           "Da Group 22", "220340015321", "tel. 77020701390", "passport 4615949409", "Ivanov 01.02.1961"}) {
    EXPECT_EQ(lines(in_text(text)), Lines{}) << text;
  }
}

TEST(IncorporationOf, BinOgrnAndKyrgyzInn) {
  const auto said = [](std::vector<DealIdentifier> identifiers) {
    const auto found = incorporation_of(identifiers);
    return found ? fmt::format("{} {} {}", found->earliest.text(), found->latest.text(), found->from) : std::string();
  };
  EXPECT_EQ(said({{"bin", "220340015320"}}), "2022-03-01 2022-03-31 BIN 220340015320");
  EXPECT_EQ(said({{"reg", "120540008532 (BIN)"}}), "2012-05-01 2012-05-31 BIN 120540008532");
  EXPECT_EQ(said({{"inn", "01805202210181"}}), "2022-05-18 2022-05-18 INN 01805202210181");
  EXPECT_EQ(said({{"inn", "01703202210047"}}), "2022-03-17 2022-03-17 INN 01703202210047");
  EXPECT_EQ(said({{"ogrn", "1027739552642"}}), "1990-01-01 2002-12-31 OGRN 1027739552642");
  EXPECT_EQ(said({{"ogrn", "1207700324941"}}), "2020-01-01 2020-12-31 OGRN 1207700324941");
  EXPECT_EQ(said({{"ogrn", "1207700324941"}, {"bin", "220340015320"}}), "2022-03-01 2022-03-31 BIN 220340015320");
  // December, and the last century.
  EXPECT_EQ(said({{"bin", "991240000003"}}), "1999-12-01 1999-12-31 BIN 991240000003");
  EXPECT_EQ(said({{"bin", "220340015321"}}), "");
  EXPECT_EQ(said({{"iin", "061211600012"}}), "");  // the birth of a person
  EXPECT_EQ(said({{"inn", "7702070139"}}), "");
  EXPECT_EQ(said({}), "");
}

// Real lists. ------------------------------------------------------------------------------------------------------

const std::string kShared = std::string(TAMGA_SOURCE_DIR) + "/../shared/data/";

/// Rows of a quoted CSV text (RFC 4180); enough for a test.
std::vector<std::vector<std::string>> rows_of(std::string_view text) {
  std::vector<std::vector<std::string>> rows(1);
  rows.back().emplace_back();
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quoted) {
      if (c == '"' && i + 1 < text.size() && text[i + 1] == '"') {
        rows.back().back() += text[++i];
      } else if (c == '"') {
        quoted = false;
      } else {
        rows.back().back() += c;
      }
    } else if (c == '"') {
      quoted = true;
    } else if (c == ',') {
      rows.back().emplace_back();
    } else if (c == '\n') {
      rows.emplace_back(1);
    } else if (c != '\r') {
      rows.back().back() += c;
    }
  }
  return rows;
}

/// Calls `see` with the cell of a column, by name, for each row.
using Cell = std::function<std::string(std::string_view)>;
void each_row(const std::string& path, const std::function<void(const Cell&)>& see) {
  const auto files = read_unpacked(path);
  ASSERT_TRUE(files.has_value()) << files.error().text();
  const auto rows = rows_of(files->front().bytes);
  for (std::size_t i = 1; i < rows.size(); ++i) {
    see([&](std::string_view name) {
      const auto column = std::find(rows[0].begin(), rows[0].end(), name) - rows[0].begin();
      return static_cast<std::size_t>(column) < rows[i].size() ? rows[i][static_cast<std::size_t>(column)] : std::string();
    });
  }
}

TEST(RealLists, AnnexIvAndXliiAsCounted) {
  const std::string path = kShared + "eu/eu_833_2014_annex_entities_2026-08.csv.gz";
  if (!std::filesystem::exists(path)) GTEST_SKIP() << "../shared/data is not here";
  int inn = 0, inn_valid = 0, imo = 0, imo_valid = 0;
  Lines wrong;
  each_row(path, [&](const Cell& cell) {
    if (cell("annex") == "IV") {
      for (const auto& number : published_numbers(cell("registrationNumber"), Prefixes::join)) {
        // Fourteen more are called INN, but have the length of an Uzbek, Kyrgyz, Turkish or other number.
        if (number.label != Label::inn || (number.value.size() != 10 && number.value.size() != 12)) continue;
        ++inn;
        if (valid_ru_inn(number.value))
          ++inn_valid;
        else
          wrong.push_back(number.value);
      }
    }
    if (cell("annex") == "XLII") {
      ++imo;
      if (valid_imo_ship(cell("imoNumber"))) ++imo_valid;
    }
  });
  EXPECT_EQ(inn, 654);
  EXPECT_EQ(inn_valid, 650) << fmt::format("{}", fmt::join(wrong, ", "));
  EXPECT_EQ(imo, 633);
  EXPECT_EQ(imo_valid, 633);
}

TEST(RealLists, NumbersOfRussianFirmsInAnnexIPass) {
  const std::string path = kShared + "eu/eu_269_2014_annex_I_2026-08.csv.gz";
  if (!std::filesystem::exists(path)) GTEST_SKIP() << "../shared/data is not here";
  int ogrn = 0, ogrn_valid = 0, inn = 0, inn_valid = 0, kpp = 0, kpp_valid = 0;
  Lines wrong;
  each_row(path, [&](const Cell& cell) {
    for (const auto& number : published_numbers(cell("ogrnCode"), Prefixes::join)) {
      if (number.label == Label::kpp || number.value.size() != 13) continue;
      ++ogrn;
      if (valid_ru_ogrn(number.value))
        ++ogrn_valid;
      else
        wrong.push_back("OGRN " + number.value);
    }
    for (const auto& number : published_numbers(cell("innCode"), Prefixes::join)) {
      if (number.label != Label::none || (number.value.size() != 10 && number.value.size() != 12)) continue;
      ++inn;
      if (valid_ru_inn(number.value))
        ++inn_valid;
      else
        wrong.push_back("INN " + number.value);
    }
    const auto code = cell("kppCode");
    if (code.empty()) return;
    ++kpp;
    if (valid_ru_kpp(code)) ++kpp_valid;
  });
  EXPECT_GE(ogrn, 48);
  EXPECT_GE(inn, 60);
  EXPECT_EQ(kpp, 140);
  EXPECT_EQ(ogrn_valid, ogrn) << fmt::format("{}", fmt::join(wrong, ", "));
  EXPECT_EQ(inn_valid, inn) << fmt::format("{}", fmt::join(wrong, ", "));
  EXPECT_EQ(kpp_valid, kpp);
}

TEST(RealLists, ChineseCodesPass) {
  int codes = 0, valid = 0;
  for (const char* file : {"eu/eu_833_2014_annex_entities_2026-08.csv.gz", "eu/eu_269_2014_annex_I_2026-08.csv.gz"}) {
    const std::string path = kShared + file;
    if (!std::filesystem::exists(path)) GTEST_SKIP() << "../shared/data is not here";
    each_row(path, [&](const Cell& cell) {
      for (const auto& number : published_numbers(cell("registrationNumber"), Prefixes::join)) {
        if (number.value.size() != 18 || !number.value.starts_with("91")) continue;
        ++codes;
        if (valid_cn_uscc(number.value)) ++valid;
      }
    });
  }
  EXPECT_GE(codes, 20);
  EXPECT_GE(valid * 10, codes * 9) << valid << " of " << codes;
}

TEST(RealLists, WalletsOfOfacPass) {
  const std::string path = kShared + "ofac/crypto/sanctioned_addresses_2024-09-27.csv";
  if (!std::filesystem::exists(path)) GTEST_SKIP() << "../shared/data is not here";
  int bitcoin = 0, bitcoin_valid = 0, ether = 0, ether_valid = 0;
  each_row(path, [&](const Cell& cell) {
    const bool valid = valid_wallet(cell("address"));
    if (cell("currency") == "XBT") {
      ++bitcoin;
      bitcoin_valid += valid ? 1 : 0;
    }
    if (cell("currency") == "ETH") {
      ++ether;
      ether_valid += valid ? 1 : 0;
    }
  });
  EXPECT_EQ(bitcoin, 435);
  EXPECT_EQ(bitcoin_valid, 435);
  EXPECT_EQ(ether, 152);
  EXPECT_EQ(ether_valid, 152);
}

TEST(Read, ALeiInGroups) {
  for (const auto* text : {"5493001KJTIIGC8Y1R12", "5493 001K JTII GC8Y 1R12", "LEI 5493-001KJTIIGC8Y1R12", "lei:5493001kjtiigc8y1r12"}) {
    const auto found = read("lei", text);
    EXPECT_EQ(found.problem, "") << text;
    ASSERT_TRUE(found.identifier.has_value()) << text;
    EXPECT_EQ(found.identifier->value, "5493001KJTIIGC8Y1R12") << text;
    EXPECT_TRUE(found.identifier->checked) << text;
  }
  EXPECT_NE(read("lei", "5493 001K JTII GC8Y 1R13").problem, "");
}

}  // namespace
}  // namespace tamga::identifiers
