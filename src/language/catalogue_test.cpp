#include "language/catalogue.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace tamga::language {
namespace {

Catalogue of(std::string_view po) {
  auto catalogue = Catalogue::read({"test.po", std::string(po)});
  EXPECT_TRUE(catalogue.has_value()) << (catalogue ? "" : catalogue.error().text());
  return *catalogue;
}

std::string refusal(std::string_view po) {
  const auto catalogue = Catalogue::read({"test.po", std::string(po)});
  return catalogue ? "accepted" : catalogue.error().text();
}

constexpr std::string_view kPo = R"po(# a comment
msgid ""
msgstr "Language: ru\n"

msgid "consignee"
msgstr "грузополучатель"

msgid "{name} ({role}) is {caption} on {list}"
msgstr "{caption} из {list} — это {name} ({role})"

#: a place
msgid "goods of a transit ban cross Russia on the way to {destination}"
msgstr "товары под запретом транзита "
"пересекают Россию по пути в {destination}"

msgid "{sentence} To be verified: {verify}"
msgstr "{sentence} Не проверено: {verify}"

msgid "It cannot be told: {reasons}. If so: {sentence}"
msgstr "Неясно: {reasons}. Если да: {sentence}"

msgid "the owners of {name} are not stated"
msgstr "владельцы не указаны: {name}"

msgid "the codes of Annex 3"
msgstr "коды Приложения 3"

msgid "{count} flags: {sentences}"
msgstr "Признаки ({count}): {sentences}"

msgid "untranslated"
msgstr ""
)po";

TEST(Catalogue, FillsTheSlotsOfATranslation) {
  const auto ru = of(kPo);
  EXPECT_EQ(ru.say("{name} ({role}) is {caption} on {list}", {{"name", "A"}, {"role", "x"}, {"caption", "B"}, {"list", "L"}}), "B из L — это A (x)");
  EXPECT_EQ(ru.say("not there: {name}", {{"name", "A"}}), "not there: A");
  EXPECT_EQ(ru.say("untranslated"), "untranslated");
  EXPECT_EQ(Catalogue::of(Language::english).say("{a} and {b}", {{"a", "1"}}), "1 and ");
}

TEST(Catalogue, ReadsBackWhatStandsInASentence) {
  const auto ru = of(kPo);
  EXPECT_EQ(ru.sentence("Altyn LLP (consignee) is DA GROUP 22 on eu_fsf."), "DA GROUP 22 из eu_fsf — это Altyn LLP (грузополучатель).");
  // A slot may hold the fixed words.
  EXPECT_EQ(ru.sentence("A (B) (consignee) is C on L"), "C из L — это A (B) (грузополучатель)");
  EXPECT_EQ(ru.sentence("Goods of a transit ban cross Russia on the way to KZ."), "Товары под запретом транзита пересекают Россию по пути в KZ.");
  EXPECT_EQ(ru.sentence("Nobody wrote this."), "Nobody wrote this.");
  EXPECT_FALSE(ru.translated("Nobody wrote this.").has_value());
}

TEST(Catalogue, ReadsSentencesWithinSentences) {
  const auto ru = of(kPo);
  EXPECT_EQ(ru.sentence("A (consignee) is C on L. To be verified: the codes of Annex 3."),
            "C из L — это A (грузополучатель). Не проверено: коды Приложения 3.");
  EXPECT_EQ(ru.sentence("It cannot be told: the owners of A; B are not stated; something else. If so: A (x) is C on L."),
            "Неясно: владельцы не указаны: A; B; something else. Если да: C из L — это A (x).");
  EXPECT_EQ(ru.sentence("2 flags: Goods of a transit ban cross Russia on the way to KZ. A Ltd. Co (x) is C on L."),
            "Признаки (2): Товары под запретом транзита пересекают Россию по пути в KZ. C из L — это A Ltd. Co (x).");
}

TEST(Catalogue, RefusesWhatIsNoCatalogue) {
  EXPECT_EQ(refusal("msgid \"a\"\n"), "test.po:1: a msgid without a msgstr");
  EXPECT_EQ(refusal("msgstr \"a\"\n"), "test.po:1: a msgstr without a msgid before it");
  EXPECT_EQ(refusal("msgid a\n"), "test.po:1: expected a string in quotes");
  EXPECT_EQ(refusal("\nmsgctxt \"a\"\n"), "test.po:2: expected a comment, msgid, msgstr or a string");
  EXPECT_EQ(refusal("msgid \"a\\q\"\nmsgstr \"\"\n"), "test.po:1: an unknown escape, expected \\n \\t \\\" or \\\\");
  EXPECT_EQ(refusal("msgid \"of {name}\"\nmsgstr \"{nome}\"\n"), "test.po:1: the translation has other {slots} than the text");
  EXPECT_EQ(refusal("msgid \"a\"\nmsgstr \"b\"\n\nmsgid \"a\"\nmsgstr \"c\"\n"), "test.po:4: stands here a second time: a");
}

TEST(Catalogue, TheBuiltInOnesHoldTheSameTexts) {
  const auto& ru = Catalogue::of(Language::russian);
  const auto& kk = Catalogue::of(Language::kazakh);
  EXPECT_GT(ru.size(), 1000U);
  EXPECT_EQ(ru.size(), kk.size());
  EXPECT_EQ(language_from_code("kk"), Language::kazakh);
  EXPECT_FALSE(language_from_code("de").has_value());
}

// What was filled is read back: the names come out as they went in, whatever stands in them.
RC_GTEST_PROP(CatalogueProperty, AFilledSentenceComesBackWithItsNames, ()) {
  const auto ru = of(kPo);
  const auto name = *rc::gen::nonEmpty(rc::gen::container<std::string>(rc::gen::elementOf(std::string("abc ().;:{}АБ"))));
  const auto sentence = "the owners of " + name + " are not stated";
  RC_ASSERT(ru.sentence(sentence) == "владельцы не указаны: " + name);
}

RC_GTEST_PROP(CatalogueProperty, AnyTextIsReadWithoutHarm, ()) {
  const auto& ru = Catalogue::of(Language::russian);
  const auto pieces = *rc::gen::container<std::vector<std::string>>(
      rc::gen::element<std::string>("It cannot be told yet whether this applies: ", ". If it does: ", " To be verified: ", "; ", ". ",
                                    "the owners of ", " are not stated", " red flags of diversion (weight ", "x", " is only a possible match of "));
  std::string text;
  for (const auto& piece : pieces) text += piece;
  RC_ASSERT(!ru.sentence(text).empty() || text.empty());
}

}  // namespace
}  // namespace tamga::language
