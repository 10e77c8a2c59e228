#include "lists/countries.h"

#include <algorithm>
#include <array>
#include <string>

namespace tamga::lists {
namespace {

struct Country {
  std::string_view name;  ///< lower case
  std::string_view code;
};

// ISO 3166-1 with the names, short forms and adjectives that OFAC, the UN, the EU and the UK use. Sorted by name (bytes).
constexpr std::array kCountries = {
    Country{"afghan", "af"}, Country{"afghanistan", "af"}, Country{"albania", "al"}, Country{"albanian", "al"}, Country{"algeria", "dz"},
    Country{"algerian", "dz"}, Country{"american", "us"}, Country{"andorra", "ad"}, Country{"angola", "ao"}, Country{"angolan", "ao"},
    Country{"antigua and barbuda", "ag"}, Country{"argentina", "ar"}, Country{"argentine", "ar"}, Country{"argentinian", "ar"},
    Country{"armenia", "am"}, Country{"armenian", "am"}, Country{"aruba", "aw"}, Country{"australia", "au"}, Country{"australian", "au"},
    Country{"austria", "at"}, Country{"austrian", "at"}, Country{"azerbaijan", "az"}, Country{"azerbaijani", "az"}, Country{"bahamas", "bs"},
    Country{"bahamas, the", "bs"}, Country{"bahrain", "bh"}, Country{"bahraini", "bh"}, Country{"bangladesh", "bd"}, Country{"bangladeshi", "bd"},
    Country{"barbados", "bb"}, Country{"belarus", "by"}, Country{"belarusian", "by"}, Country{"belarussian", "by"}, Country{"belgian", "be"},
    Country{"belgium", "be"}, Country{"belize", "bz"}, Country{"benin", "bj"}, Country{"beninese", "bj"}, Country{"bermuda", "bm"},
    Country{"bhutan", "bt"}, Country{"bissau-guinean", "gw"}, Country{"bolivarian republic of venezuela", "ve"}, Country{"bolivia", "bo"},
    Country{"bolivian", "bo"}, Country{"bosnia & herzegovina", "ba"}, Country{"bosnia and herzegovina", "ba"}, Country{"bosnian", "ba"},
    Country{"botswana", "bw"}, Country{"brazil", "br"}, Country{"brazilian", "br"}, Country{"british", "gb"},
    Country{"british virgin islands", "vg"}, Country{"brunei", "bn"}, Country{"bulgaria", "bg"}, Country{"bulgarian", "bg"},
    Country{"burkina faso", "bf"}, Country{"burma", "mm"}, Country{"burmese", "mm"}, Country{"burundi", "bi"}, Country{"burundian", "bi"},
    Country{"bvi", "vg"}, Country{"cabo verde", "cv"}, Country{"cambodia", "kh"}, Country{"cambodian", "kh"}, Country{"cameroon", "cm"},
    Country{"cameroonian", "cm"}, Country{"canada", "ca"}, Country{"canadian", "ca"}, Country{"cape verde", "cv"}, Country{"cayman islands", "ky"},
    Country{"central african", "cf"}, Country{"central african republic", "cf"}, Country{"chad", "td"}, Country{"chadian", "td"},
    Country{"chile", "cl"}, Country{"chilean", "cl"}, Country{"china", "cn"}, Country{"china (prc)", "cn"}, Country{"chinese", "cn"},
    Country{"colombia", "co"}, Country{"colombian", "co"}, Country{"comorian", "km"}, Country{"comoros", "km"}, Country{"congo", "cg"},
    Country{"congo, democratic republic of the", "cd"}, Country{"congo, republic of the", "cg"}, Country{"congolese", "cd"},
    Country{"cook islands", "ck"}, Country{"costa rica", "cr"}, Country{"costa rican", "cr"}, Country{"cote d ivoire", "ci"},
    Country{"cote d'ivoire", "ci"}, Country{"croatia", "hr"}, Country{"croatian", "hr"}, Country{"cuba", "cu"}, Country{"cuban", "cu"},
    Country{"curacao", "cw"}, Country{"curaçao", "cw"}, Country{"cypriot", "cy"}, Country{"cyprus", "cy"}, Country{"czech", "cz"},
    Country{"czech republic", "cz"}, Country{"czechia", "cz"}, Country{"côte d'ivoire", "ci"}, Country{"danish", "dk"},
    Country{"democratic people's republic of korea", "kp"}, Country{"democratic peoples republic of korea", "kp"},
    Country{"democratic republic of congo", "cd"}, Country{"democratic republic of the congo", "cd"}, Country{"denmark", "dk"},
    Country{"djibouti", "dj"}, Country{"dominica", "dm"}, Country{"dominican republic", "do"}, Country{"dprk", "kp"}, Country{"drc", "cd"},
    Country{"dutch", "nl"}, Country{"east timor", "tl"}, Country{"ecuador", "ec"}, Country{"ecuadorian", "ec"}, Country{"egypt", "eg"},
    Country{"egyptian", "eg"}, Country{"el salvador", "sv"}, Country{"emirati", "ae"}, Country{"england", "gb"}, Country{"equatorial guinea", "gq"},
    Country{"eritrea", "er"}, Country{"eritrean", "er"}, Country{"estonia", "ee"}, Country{"estonian", "ee"}, Country{"eswatini", "sz"},
    Country{"ethiopia", "et"}, Country{"ethiopian", "et"}, Country{"fiji", "fj"}, Country{"filipino", "ph"}, Country{"finland", "fi"},
    Country{"finnish", "fi"}, Country{"france", "fr"}, Country{"french", "fr"}, Country{"gabon", "ga"}, Country{"gabonese", "ga"},
    Country{"gambia", "gm"}, Country{"gambia, the", "gm"}, Country{"gambian", "gm"}, Country{"gaza", "ps"}, Country{"georgia", "ge"},
    Country{"georgian", "ge"}, Country{"german", "de"}, Country{"germany", "de"}, Country{"ghana", "gh"}, Country{"ghanaian", "gh"},
    Country{"gibraltar", "gi"}, Country{"great britain", "gb"}, Country{"greece", "gr"}, Country{"greek", "gr"}, Country{"grenada", "gd"},
    Country{"guatemala", "gt"}, Country{"guatemalan", "gt"}, Country{"guernsey", "gg"}, Country{"guinea", "gn"}, Country{"guinea bissau", "gw"},
    Country{"guinea-bissau", "gw"}, Country{"guinean", "gn"}, Country{"guyana", "gy"}, Country{"guyanese", "gy"}, Country{"haiti", "ht"},
    Country{"haitian", "ht"}, Country{"holy see", "va"}, Country{"honduran", "hn"}, Country{"honduras", "hn"}, Country{"hong kong", "hk"},
    Country{"hong kong sar", "hk"}, Country{"hong kong, china", "hk"}, Country{"hungarian", "hu"}, Country{"hungary", "hu"},
    Country{"iceland", "is"}, Country{"icelandic", "is"}, Country{"india", "in"}, Country{"indian", "in"}, Country{"indonesia", "id"},
    Country{"indonesian", "id"}, Country{"iran", "ir"}, Country{"iran (islamic republic of)", "ir"}, Country{"iran, islamic republic of", "ir"},
    Country{"iranian", "ir"}, Country{"iraq", "iq"}, Country{"iraqi", "iq"}, Country{"ireland", "ie"}, Country{"irish", "ie"},
    Country{"islamic republic of iran", "ir"}, Country{"isle of man", "im"}, Country{"israel", "il"}, Country{"israeli", "il"},
    Country{"italian", "it"}, Country{"italy", "it"}, Country{"ivorian", "ci"}, Country{"ivory coast", "ci"}, Country{"jamaica", "jm"},
    Country{"jamaican", "jm"}, Country{"japan", "jp"}, Country{"japanese", "jp"}, Country{"jersey", "je"}, Country{"jordan", "jo"},
    Country{"jordanian", "jo"}, Country{"kazakh", "kz"}, Country{"kazakhstan", "kz"}, Country{"kazakhstani", "kz"}, Country{"kenya", "ke"},
    Country{"kenyan", "ke"}, Country{"kiribati", "ki"}, Country{"korea, north", "kp"}, Country{"korea, republic of", "kr"},
    Country{"korea, south", "kr"}, Country{"kosovar", "xk"}, Country{"kosovo", "xk"}, Country{"kuwait", "kw"}, Country{"kuwaiti", "kw"},
    Country{"kyrgyz", "kg"}, Country{"kyrgyz republic", "kg"}, Country{"kyrgyzstan", "kg"}, Country{"lao", "la"},
    Country{"lao people's democratic republic", "la"}, Country{"laos", "la"}, Country{"latvia", "lv"}, Country{"latvian", "lv"},
    Country{"lebanese", "lb"}, Country{"lebanon", "lb"}, Country{"liberia", "lr"}, Country{"liberian", "lr"}, Country{"libya", "ly"},
    Country{"libyan", "ly"}, Country{"liechtenstein", "li"}, Country{"lithuania", "lt"}, Country{"lithuanian", "lt"}, Country{"luxembourg", "lu"},
    Country{"macao", "mo"}, Country{"macau", "mo"}, Country{"macedonia", "mk"}, Country{"macedonian", "mk"}, Country{"madagascar", "mg"},
    Country{"malawi", "mw"}, Country{"malaysia", "my"}, Country{"malaysian", "my"}, Country{"maldives", "mv"}, Country{"maldivian", "mv"},
    Country{"mali", "ml"}, Country{"malian", "ml"}, Country{"malta", "mt"}, Country{"maltese", "mt"}, Country{"man, isle of", "im"},
    Country{"marshall islands", "mh"}, Country{"mauritania", "mr"}, Country{"mauritanian", "mr"}, Country{"mauritius", "mu"},
    Country{"mexican", "mx"}, Country{"mexico", "mx"}, Country{"micronesia", "fm"}, Country{"moldova", "md"}, Country{"moldovan", "md"},
    Country{"monaco", "mc"}, Country{"monegasque", "mc"}, Country{"mongolia", "mn"}, Country{"mongolian", "mn"}, Country{"montenegrin", "me"},
    Country{"montenegro", "me"}, Country{"moroccan", "ma"}, Country{"morocco", "ma"}, Country{"mozambican", "mz"}, Country{"mozambique", "mz"},
    Country{"myanmar", "mm"}, Country{"namibia", "na"}, Country{"namibian", "na"}, Country{"nepal", "np"}, Country{"nepalese", "np"},
    Country{"netherlands", "nl"}, Country{"netherlands, the", "nl"}, Country{"new zealand", "nz"}, Country{"nicaragua", "ni"},
    Country{"nicaraguan", "ni"}, Country{"niger", "ne"}, Country{"nigeria", "ng"}, Country{"nigerian", "ng"}, Country{"nigerien", "ne"},
    Country{"north korea", "kp"}, Country{"north korean", "kp"}, Country{"north macedonia", "mk"},
    Country{"north macedonia, the republic of", "mk"}, Country{"norway", "no"}, Country{"norwegian", "no"},
    Country{"occupied palestinian territories", "ps"}, Country{"oman", "om"}, Country{"omani", "om"}, Country{"pakistan", "pk"},
    Country{"pakistani", "pk"}, Country{"palau", "pw"}, Country{"palestine", "ps"}, Country{"palestinian", "ps"},
    Country{"palestinian territories", "ps"}, Country{"panama", "pa"}, Country{"panamanian", "pa"}, Country{"papua new guinea", "pg"},
    Country{"paraguay", "py"}, Country{"paraguayan", "py"}, Country{"people's republic of china", "cn"}, Country{"peoples republic of china", "cn"},
    Country{"peru", "pe"}, Country{"peruvian", "pe"}, Country{"philippine", "ph"}, Country{"philippines", "ph"}, Country{"poland", "pl"},
    Country{"polish", "pl"}, Country{"portugal", "pt"}, Country{"portuguese", "pt"}, Country{"prc", "cn"}, Country{"puerto rico", "pr"},
    Country{"qatar", "qa"}, Country{"qatari", "qa"}, Country{"region: gaza", "ps"}, Country{"republic of armenia", "am"},
    Country{"republic of azerbaijan", "az"}, Country{"republic of belarus", "by"}, Country{"republic of cyprus", "cy"},
    Country{"republic of kazakhstan", "kz"}, Country{"republic of korea", "kr"}, Country{"republic of moldova", "md"},
    Country{"republic of serbia", "rs"}, Country{"republic of the congo", "cg"}, Country{"republic of turkey", "tr"},
    Country{"republic of türkiye", "tr"}, Country{"republic of uzbekistan", "uz"}, Country{"rf", "ru"}, Country{"romania", "ro"},
    Country{"romanian", "ro"}, Country{"russia", "ru"}, Country{"russian", "ru"}, Country{"russian federation", "ru"}, Country{"rwanda", "rw"},
    Country{"rwandan", "rw"}, Country{"saint kitts and nevis", "kn"}, Country{"saint lucia", "lc"},
    Country{"saint vincent and the grenadines", "vc"}, Country{"salvadoran", "sv"}, Country{"samoa", "ws"}, Country{"san marino", "sm"},
    Country{"sao tome and principe", "st"}, Country{"saudi", "sa"}, Country{"saudi arabia", "sa"}, Country{"saudi arabian", "sa"},
    Country{"scotland", "gb"}, Country{"senegal", "sn"}, Country{"senegalese", "sn"}, Country{"serbia", "rs"}, Country{"serbian", "rs"},
    Country{"seychelles", "sc"}, Country{"sierra leone", "sl"}, Country{"sierra leonean", "sl"}, Country{"singapore", "sg"},
    Country{"singaporean", "sg"}, Country{"slovak", "sk"}, Country{"slovakia", "sk"}, Country{"slovenia", "si"}, Country{"slovenian", "si"},
    Country{"somali", "so"}, Country{"somalia", "so"}, Country{"south africa", "za"}, Country{"south african", "za"}, Country{"south korea", "kr"},
    Country{"south korean", "kr"}, Country{"south sudan", "ss"}, Country{"south sudanese", "ss"}, Country{"spain", "es"}, Country{"spanish", "es"},
    Country{"sri lanka", "lk"}, Country{"sri lankan", "lk"}, Country{"st. kitts and nevis", "kn"}, Country{"st. vincent and the grenadines", "vc"},
    Country{"state of libya", "ly"}, Country{"state of palestine", "ps"}, Country{"sudan", "sd"}, Country{"sudan, the", "sd"},
    Country{"sudanese", "sd"}, Country{"suriname", "sr"}, Country{"surinamese", "sr"}, Country{"swaziland", "sz"}, Country{"sweden", "se"},
    Country{"swedish", "se"}, Country{"swiss", "ch"}, Country{"switzerland", "ch"}, Country{"syria", "sy"}, Country{"syrian", "sy"},
    Country{"syrian arab republic", "sy"}, Country{"taiwan", "tw"}, Country{"taiwan, china", "tw"}, Country{"taiwanese", "tw"},
    Country{"tajik", "tj"}, Country{"tajikistan", "tj"}, Country{"tajikistani", "tj"}, Country{"tanzania", "tz"}, Country{"tanzanian", "tz"},
    Country{"thai", "th"}, Country{"thailand", "th"}, Country{"the bahamas", "bs"}, Country{"the gambia", "gm"}, Country{"the netherlands", "nl"},
    Country{"the russian federation", "ru"}, Country{"the sudan", "sd"}, Country{"timor-leste", "tl"}, Country{"togo", "tg"},
    Country{"togolese", "tg"}, Country{"tonga", "to"}, Country{"trinidad and tobago", "tt"}, Country{"tunisia", "tn"}, Country{"tunisian", "tn"},
    Country{"turkey", "tr"}, Country{"turkish", "tr"}, Country{"turkiye", "tr"}, Country{"turkmen", "tm"}, Country{"turkmenistan", "tm"},
    Country{"tuvalu", "tv"}, Country{"türkiye", "tr"}, Country{"u.a.e.", "ae"}, Country{"u.s.", "us"}, Country{"uae", "ae"},
    Country{"uganda", "ug"}, Country{"ugandan", "ug"}, Country{"uk", "gb"}, Country{"ukraine", "ua"}, Country{"ukrainian", "ua"},
    Country{"union of the comoros", "km"}, Country{"united arab emirates", "ae"}, Country{"united kingdom", "gb"},
    Country{"united republic of tanzania", "tz"}, Country{"united states", "us"}, Country{"united states of america", "us"},
    Country{"uruguay", "uy"}, Country{"uruguayan", "uy"}, Country{"us", "us"}, Country{"usa", "us"}, Country{"uzbek", "uz"},
    Country{"uzbekistan", "uz"}, Country{"uzbekistani", "uz"}, Country{"vanuatu", "vu"}, Country{"venezuela", "ve"}, Country{"venezuelan", "ve"},
    Country{"viet nam", "vn"}, Country{"vietnam", "vn"}, Country{"vietnamese", "vn"}, Country{"virgin islands, british", "vg"},
    Country{"west bank", "ps"}, Country{"yemen", "ye"}, Country{"yemeni", "ye"}, Country{"zambia", "zm"}, Country{"zambian", "zm"},
    Country{"zimbabwe", "zw"}, Country{"zimbabwean", "zw"},
};

static_assert(std::is_sorted(kCountries.begin(), kCountries.end(), [](const Country& a, const Country& b) { return a.name < b.name; }));

}  // namespace

std::string_view country_code(std::string_view name) {
  while (!name.empty() && (name.front() == ' ' || name.front() == '\t')) name.remove_prefix(1);
  while (!name.empty() && (name.back() == ' ' || name.back() == '\t' || name.back() == '.')) {
    // "U.S." keeps its last dot in the table.
    if (name.back() == '.' && name.size() > 2 && name[name.size() - 3] == '.') break;
    name.remove_suffix(1);
  }
  std::string lower;
  for (const char c : name) lower += static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  const auto at = std::lower_bound(kCountries.begin(), kCountries.end(), lower, [](const Country& country, const std::string& wanted) { return country.name < wanted; });
  return at != kCountries.end() && at->name == lower ? at->code : std::string_view();
}

}  // namespace tamga::lists
