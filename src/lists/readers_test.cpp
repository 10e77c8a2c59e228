#include "lists/readers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tamga::lists {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(Readers, TextHelpers) {
  EXPECT_EQ(trim(" \t\xC2\xA0 a b \xC2\xA0\r\n"), "a b");
  EXPECT_EQ(trim("\xC2\xA0"), "");
  EXPECT_EQ(one_line("a\tb\xC2\xA0\r\n c "), "a b c");
  EXPECT_THAT(split("a; b;;c", ";"), ElementsAre("a", "b", "c"));
  EXPECT_THAT(split_outside_brackets("HTS (a; b); c", ';'), ElementsAre("HTS (a; b)", "c"));
  EXPECT_THAT(split_outside_brackets("open (a; b", ';'), ElementsAre("open (a", "b"));
}

TEST(Readers, CountriesOneOrSeveral) {
  Entity entity;
  add_countries(entity, "nationality", "Ukrainian, Russian");
  add_countries(entity, "nationality", "Latvia and Israel");
  add_countries(entity, "nationality", "Congo, Democratic Republic of the");
  EXPECT_THAT(entity.values("nationality"), ElementsAre("ua", "ru", "lv", "il", "cd"));
  EXPECT_THAT(entity.values("notes"), IsEmpty());
  add_countries(entity, "flag", "None Identified");
  EXPECT_THAT(entity.values("flag"), IsEmpty());
  EXPECT_THAT(entity.values("notes"), ElementsAre("flag: None Identified"));
}

TEST(Readers, DatesOneOrSeveral) {
  const auto dates = [](std::string_view text) {
    Entity entity;
    add_dates(entity, "birthDate", text);
    return entity.values("birthDate");
  };
  EXPECT_THAT(dates("10 Dec 1948"), ElementsAre("1948-12-10"));
  EXPECT_THAT(dates("circa 1951"), ElementsAre("1951"));
  EXPECT_THAT(dates("18.1.1970 or 29.3.1965"), ElementsAre("1970-01-18", "1965-03-29"));
  EXPECT_THAT(dates("10.2.1983 (or 10.3.1983)"), ElementsAre("1983-02-10", "1983-03-10"));
  EXPECT_THAT(dates("1 Jan 1960 to 31 Dec 1961"), ElementsAre("1960-01-01", "1961-12-31"));
  EXPECT_THAT(dates("1966-1969"), ElementsAre("1966", "1969"));
  EXPECT_THAT(dates("dd/mm/1957"), ElementsAre("1957"));
  EXPECT_THAT(dates("12.6.2002 by Federal Law No. 67-FZ"), ElementsAre("2002-06-12"));
  EXPECT_THAT(dates("N/D"), IsEmpty());
  Entity entity;
  add_dates(entity, "birthDate", "circa 1951");
  EXPECT_THAT(entity.values("notes"), ElementsAre("birthDate: circa 1951"));
}

TEST(Readers, AddressesTellTheirCountry) {
  const auto country = [](std::string_view address) {
    Entity entity;
    add_address(entity, address);
    EXPECT_EQ(entity.first("address"), one_line(address));
    return std::string(entity.first("country"));
  };
  EXPECT_EQ(country("13, Abay Avenue, Astana, Republic of Kazakhstan"), "kz");
  EXPECT_EQ(country("Rostov Oblast, Russia, 344022"), "ru");
  EXPECT_EQ(country("Moscow, 607220 Russian Federation (HQ)"), "ru");
  EXPECT_EQ(country("Russian Federation, Moscow, Baryshikha Street"), "ru");
  EXPECT_EQ(country("Office 1, Dubai United Arab Emirates"), "ae");
  EXPECT_EQ(country("Lenina Avenue 75"), "");
}

TEST(Readers, NumbersByLabelCountryAndCheck) {
  Entity entity;
  entity.schema = "LegalEntity";
  add_numbers(entity, NumberColumn::registration, "registrationNumber", "220340015320 (BIN)");
  EXPECT_THAT(entity.values("registrationNumber"), ElementsAre("220340015320"));
  EXPECT_THAT(entity.values("notes"), ElementsAre("registrationNumber: 220340015320 (BIN)"));
  add_numbers(entity, NumberColumn::registration, "registrationNumber", "7722497881 (Tax ID/INN)");
  EXPECT_THAT(entity.values("innCode"), ElementsAre("7722497881"));
  add_numbers(entity, NumberColumn::registration, "registrationNumber", "Cr. No. 3203355");
  EXPECT_THAT(entity.values("registrationNumber"), ElementsAre("220340015320", "3203355"));
  // Marked INN, but it fails the check: a foreign tax number.
  add_numbers(entity, NumberColumn::registration, "registrationNumber", "0305636913 (INN)");
  EXPECT_THAT(entity.values("taxNumber"), ElementsAre("0305636913"));
}

TEST(Readers, OneCellMayHoldSeveralRegisters) {
  Entity entity;
  entity.schema = "Company";
  add_numbers(entity, NumberColumn::registration, "registrationNumber", "INN: 5013044999 KPP: 504001001 OGRN: 1025001627012");
  EXPECT_THAT(entity.values("innCode"), ElementsAre("5013044999"));
  EXPECT_THAT(entity.values("kppCode"), ElementsAre("504001001"));
  EXPECT_THAT(entity.values("ogrnCode"), ElementsAre("1025001627012"));
  EXPECT_THAT(entity.values("registrationNumber"), IsEmpty());
}

TEST(Readers, UnlabelledNumbersAreRussianOnlyOfRussianParties) {
  Entity russian;
  russian.schema = "LegalEntity";
  russian.add("country", "ru");
  add_numbers(russian, NumberColumn::registration, "registrationNumber", "1027739609391");
  EXPECT_THAT(russian.values("ogrnCode"), ElementsAre("1027739609391"));
  EXPECT_THAT(russian.values("notes"), IsEmpty());
  Entity thai;
  thai.schema = "LegalEntity";
  thai.add("country", "th");
  add_numbers(thai, NumberColumn::registration, "registrationNumber", "1027739609391");
  EXPECT_THAT(thai.values("registrationNumber"), ElementsAre("1027739609391"));
}

TEST(Readers, WhatIsNoNumberIsKeptAsItStands) {
  Entity entity;
  add_numbers(entity, NumberColumn::registration, "registrationNumber", "328");
  EXPECT_THAT(entity.values("registrationNumber"), ElementsAre("328"));
  EXPECT_THAT(entity.values("notes"), ElementsAre("registrationNumber: 328"));
}

}  // namespace
}  // namespace tamga::lists
