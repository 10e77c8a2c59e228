#include "lists/name_parts.h"

#include <gmock/gmock.h>
#include <rapidcheck.h>

#include <gtest/gtest.h>

namespace tamga::lists {
namespace {

using testing::IsEmpty;
using testing::UnorderedElementsAre;

std::vector<std::string> company(std::string_view name) {
  std::vector<std::string> parts;
  for (const auto& part : name_parts(name, false)) parts.push_back(std::string(part.property) + " " + part.name);
  return parts;
}

std::vector<std::string> person(std::string_view name) {
  std::vector<std::string> parts;
  for (const auto& part : name_parts(name, true)) parts.push_back(std::string(part.property) + " " + part.name);
  return parts;
}

TEST(NameParts, APlainNameHasNone) {
  EXPECT_THAT(company("Rosoboronexport OJSC"), IsEmpty());
  EXPECT_THAT(person("Vladimir Vladimirovich PUTIN"), IsEmpty());
  EXPECT_THAT(company(""), IsEmpty());
}

TEST(NameParts, BracketsAtTheEndOfACompanyHoldItsOtherName) {
  EXPECT_THAT(company("Rostec (Russian Technologies State Corporation)"),
              UnorderedElementsAre("alias Rostec", "alias Russian Technologies State Corporation"));
  EXPECT_THAT(company("«DA GROUP 22» Жауапкершілігі Шектеулі Серіктестігі («DA GROUP 22» ЖШС)"),
              UnorderedElementsAre("alias «DA GROUP 22» Жауапкершілігі Шектеулі Серіктестігі", "alias «DA GROUP 22» ЖШС"));
  EXPECT_THAT(company("Акционерное Общество «Концерн «Сириус» (АО «Концерн «Сириус»)"),
              UnorderedElementsAre("alias Акционерное Общество «Концерн «Сириус»", "alias АО «Концерн «Сириус»"));
  EXPECT_THAT(company("PSB Bank (formerly. PROMSVYAZBANK)"), UnorderedElementsAre("alias PSB Bank", "previousName PROMSVYAZBANK"));
}

TEST(NameParts, ShortLettersAreAnAbbreviation) {
  EXPECT_THAT(company("VNESHECONOMBANK (VEB)"), UnorderedElementsAre("alias VNESHECONOMBANK", "abbreviation VEB"));
  EXPECT_THAT(company("Российский квантовый центр (РКЦ)"), UnorderedElementsAre("alias Российский квантовый центр", "abbreviation РКЦ"));
}

// A part that is no name would hit the innocent: "Kazakhstan", "Belgrade".
TEST(NameParts, BracketsThatOnlyTellApartAreNotDivided) {
  EXPECT_THAT(company("VTB Bank (Kazakhstan)"), IsEmpty());
  EXPECT_THAT(company("VTB Bank (PJSC) Shanghai Branch"), IsEmpty());
  EXPECT_THAT(company("Bank of Moscow (Belgrade)"), IsEmpty());
  EXPECT_THAT(company("Leader (Hong Kong) International Trading Limited"), IsEmpty());
  EXPECT_THAT(company("HANIFA MONEY EXCHANGE OFFICE (BRANCH LOCATED IN ALBU KAMAL, SYRIAN ARAB REPUBLIC)"), IsEmpty());
  EXPECT_THAT(company("Some University (государственный университет)"), IsEmpty());
}

TEST(NameParts, ALegalFormIsNoName) {
  EXPECT_THAT(company("NPO ‘Istina’ (JSC)"), UnorderedElementsAre("alias NPO ‘Istina’"));
  EXPECT_THAT(company("SECOND ACADEMY OF NATURAL SCIENCES (KPE.018)"), UnorderedElementsAre("alias SECOND ACADEMY OF NATURAL SCIENCES"));
}

TEST(NameParts, OfPersonsOnlyFullNamesCount) {
  EXPECT_THAT(person("Sergei Valerievich AKSENOV (Сергей Валерьевич АКСЁНОВ)"),
              UnorderedElementsAre("alias Sergei Valerievich AKSENOV", "alias Сергей Валерьевич АКСЁНОВ"));
  EXPECT_THAT(person("Aleksandr Viktorovich NAUMENKO (Russian: Александр Викторович НАУМЕНКО)"),
              UnorderedElementsAre("alias Aleksandr Viktorovich NAUMENKO", "alias Александр Викторович НАУМЕНКО"));
  EXPECT_THAT(person("Igor Nikolaevich (Mykolayovich) TURCHENYUK"), UnorderedElementsAre("alias Igor Nikolaevich TURCHENYUK"));
  EXPECT_THAT(person("Valentina Ivanova MATVIYENKO (born TYUTINA)"), UnorderedElementsAre("alias Valentina Ivanova MATVIYENKO"));
  EXPECT_THAT(person("Igor Nikolaevich BEZLER (a.k.a. Bes (devil))"), UnorderedElementsAre("alias Igor Nikolaevich BEZLER"));
  EXPECT_THAT(person("Simon AL WAKIL (Simon WAKIL, Simon AL WAQIL)"),
              UnorderedElementsAre("alias Simon AL WAKIL", "alias Simon WAKIL", "alias Simon AL WAQIL"));
}

TEST(NameParts, ASlashDividesNames) {
  EXPECT_THAT(person("Игорь Юрьевич АНТИПОВ / Iгор Юрiйович АНТИПОВ"),
              UnorderedElementsAre("alias Игорь Юрьевич АНТИПОВ", "alias Iгор Юрiйович АНТИПОВ"));
  EXPECT_THAT(company("EADaily / Eurasia Daily"), UnorderedElementsAre("alias EADaily", "alias Eurasia Daily"));
  EXPECT_THAT(person("Artyom/ Artem Grigoryevich SHEYNIN"), IsEmpty());
}

TEST(NameParts, AnOpenBracketIsClosedByTheEnd) {
  EXPECT_THAT(company("Radar MMS (Акционерное общество ‘РАДАР ММС’"),
              UnorderedElementsAre("alias Radar MMS", "alias Акционерное общество ‘РАДАР ММС’"));
}

TEST(NameParts, PartsStandInTheName) {
  EXPECT_TRUE(rc::check("no part is empty or longer than the whole", [](bool is_person) {
    const auto name = *rc::gen::container<std::string>(rc::gen::element('(', ')', '/', ' ', 'A', 'b', ';', ',', '\'', '\xD0', '\x90'));
    for (const auto& part : name_parts(name, is_person)) {
      RC_ASSERT(!part.name.empty());
      RC_ASSERT(part.name.size() <= name.size());
    }
  }));
}

}  // namespace
}  // namespace tamga::lists
