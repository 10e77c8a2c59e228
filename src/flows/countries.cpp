#include "flows/countries.h"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "base/ascii.h"
#include "lists/countries.h"

namespace tamga::flows {
namespace {

struct Code {
  std::string_view two;
  std::string_view three;
  int number;
};

// ISO 3166-1 as Debian's iso-codes has it, by the three letters, and Kosovo as the UN writes it.
constexpr Code kCodes[] = {
    {"AW", "ABW", 533}, {"AF", "AFG", 4},   {"AO", "AGO", 24},  {"AI", "AIA", 660}, {"AX", "ALA", 248}, {"AL", "ALB", 8},   {"AD", "AND", 20},
    {"AE", "ARE", 784}, {"AR", "ARG", 32},  {"AM", "ARM", 51},  {"AS", "ASM", 16},  {"AQ", "ATA", 10},  {"TF", "ATF", 260}, {"AG", "ATG", 28},
    {"AU", "AUS", 36},  {"AT", "AUT", 40},  {"AZ", "AZE", 31},  {"BI", "BDI", 108}, {"BE", "BEL", 56},  {"BJ", "BEN", 204}, {"BQ", "BES", 535},
    {"BF", "BFA", 854}, {"BD", "BGD", 50},  {"BG", "BGR", 100}, {"BH", "BHR", 48},  {"BS", "BHS", 44},  {"BA", "BIH", 70},  {"BL", "BLM", 652},
    {"BY", "BLR", 112}, {"BZ", "BLZ", 84},  {"BM", "BMU", 60},  {"BO", "BOL", 68},  {"BR", "BRA", 76},  {"BB", "BRB", 52},  {"BN", "BRN", 96},
    {"BT", "BTN", 64},  {"BV", "BVT", 74},  {"BW", "BWA", 72},  {"CF", "CAF", 140}, {"CA", "CAN", 124}, {"CC", "CCK", 166}, {"CH", "CHE", 756},
    {"CL", "CHL", 152}, {"CN", "CHN", 156}, {"CI", "CIV", 384}, {"CM", "CMR", 120}, {"CD", "COD", 180}, {"CG", "COG", 178}, {"CK", "COK", 184},
    {"CO", "COL", 170}, {"KM", "COM", 174}, {"CV", "CPV", 132}, {"CR", "CRI", 188}, {"CU", "CUB", 192}, {"CW", "CUW", 531}, {"CX", "CXR", 162},
    {"KY", "CYM", 136}, {"CY", "CYP", 196}, {"CZ", "CZE", 203}, {"DE", "DEU", 276}, {"DJ", "DJI", 262}, {"DM", "DMA", 212}, {"DK", "DNK", 208},
    {"DO", "DOM", 214}, {"DZ", "DZA", 12},  {"EC", "ECU", 218}, {"EG", "EGY", 818}, {"ER", "ERI", 232}, {"EH", "ESH", 732}, {"ES", "ESP", 724},
    {"EE", "EST", 233}, {"ET", "ETH", 231}, {"FI", "FIN", 246}, {"FJ", "FJI", 242}, {"FK", "FLK", 238}, {"FR", "FRA", 250}, {"FO", "FRO", 234},
    {"FM", "FSM", 583}, {"GA", "GAB", 266}, {"GB", "GBR", 826}, {"GE", "GEO", 268}, {"GG", "GGY", 831}, {"GH", "GHA", 288}, {"GI", "GIB", 292},
    {"GN", "GIN", 324}, {"GP", "GLP", 312}, {"GM", "GMB", 270}, {"GW", "GNB", 624}, {"GQ", "GNQ", 226}, {"GR", "GRC", 300}, {"GD", "GRD", 308},
    {"GL", "GRL", 304}, {"GT", "GTM", 320}, {"GF", "GUF", 254}, {"GU", "GUM", 316}, {"GY", "GUY", 328}, {"HK", "HKG", 344}, {"HM", "HMD", 334},
    {"HN", "HND", 340}, {"HR", "HRV", 191}, {"HT", "HTI", 332}, {"HU", "HUN", 348}, {"ID", "IDN", 360}, {"IM", "IMN", 833}, {"IN", "IND", 356},
    {"IO", "IOT", 86},  {"IE", "IRL", 372}, {"IR", "IRN", 364}, {"IQ", "IRQ", 368}, {"IS", "ISL", 352}, {"IL", "ISR", 376}, {"IT", "ITA", 380},
    {"JM", "JAM", 388}, {"JE", "JEY", 832}, {"JO", "JOR", 400}, {"JP", "JPN", 392}, {"KZ", "KAZ", 398}, {"KE", "KEN", 404}, {"KG", "KGZ", 417},
    {"KH", "KHM", 116}, {"KI", "KIR", 296}, {"KN", "KNA", 659}, {"KR", "KOR", 410}, {"KW", "KWT", 414}, {"LA", "LAO", 418}, {"LB", "LBN", 422},
    {"LR", "LBR", 430}, {"LY", "LBY", 434}, {"LC", "LCA", 662}, {"LI", "LIE", 438}, {"LK", "LKA", 144}, {"LS", "LSO", 426}, {"LT", "LTU", 440},
    {"LU", "LUX", 442}, {"LV", "LVA", 428}, {"MO", "MAC", 446}, {"MF", "MAF", 663}, {"MA", "MAR", 504}, {"MC", "MCO", 492}, {"MD", "MDA", 498},
    {"MG", "MDG", 450}, {"MV", "MDV", 462}, {"MX", "MEX", 484}, {"MH", "MHL", 584}, {"MK", "MKD", 807}, {"ML", "MLI", 466}, {"MT", "MLT", 470},
    {"MM", "MMR", 104}, {"ME", "MNE", 499}, {"MN", "MNG", 496}, {"MP", "MNP", 580}, {"MZ", "MOZ", 508}, {"MR", "MRT", 478}, {"MS", "MSR", 500},
    {"MQ", "MTQ", 474}, {"MU", "MUS", 480}, {"MW", "MWI", 454}, {"MY", "MYS", 458}, {"YT", "MYT", 175}, {"NA", "NAM", 516}, {"NC", "NCL", 540},
    {"NE", "NER", 562}, {"NF", "NFK", 574}, {"NG", "NGA", 566}, {"NI", "NIC", 558}, {"NU", "NIU", 570}, {"NL", "NLD", 528}, {"NO", "NOR", 578},
    {"NP", "NPL", 524}, {"NR", "NRU", 520}, {"NZ", "NZL", 554}, {"OM", "OMN", 512}, {"PK", "PAK", 586}, {"PA", "PAN", 591}, {"PN", "PCN", 612},
    {"PE", "PER", 604}, {"PH", "PHL", 608}, {"PW", "PLW", 585}, {"PG", "PNG", 598}, {"PL", "POL", 616}, {"PR", "PRI", 630}, {"KP", "PRK", 408},
    {"PT", "PRT", 620}, {"PY", "PRY", 600}, {"PS", "PSE", 275}, {"PF", "PYF", 258}, {"QA", "QAT", 634}, {"RE", "REU", 638}, {"RO", "ROU", 642},
    {"RU", "RUS", 643}, {"RW", "RWA", 646}, {"SA", "SAU", 682}, {"SD", "SDN", 729}, {"SN", "SEN", 686}, {"SG", "SGP", 702}, {"GS", "SGS", 239},
    {"SH", "SHN", 654}, {"SJ", "SJM", 744}, {"SB", "SLB", 90},  {"SL", "SLE", 694}, {"SV", "SLV", 222}, {"SM", "SMR", 674}, {"SO", "SOM", 706},
    {"PM", "SPM", 666}, {"RS", "SRB", 688}, {"SS", "SSD", 728}, {"ST", "STP", 678}, {"SR", "SUR", 740}, {"SK", "SVK", 703}, {"SI", "SVN", 705},
    {"SE", "SWE", 752}, {"SZ", "SWZ", 748}, {"SX", "SXM", 534}, {"SC", "SYC", 690}, {"SY", "SYR", 760}, {"TC", "TCA", 796}, {"TD", "TCD", 148},
    {"TG", "TGO", 768}, {"TH", "THA", 764}, {"TJ", "TJK", 762}, {"TK", "TKL", 772}, {"TM", "TKM", 795}, {"TL", "TLS", 626}, {"TO", "TON", 776},
    {"TT", "TTO", 780}, {"TN", "TUN", 788}, {"TR", "TUR", 792}, {"TV", "TUV", 798}, {"TW", "TWN", 158}, {"TZ", "TZA", 834}, {"UG", "UGA", 800},
    {"UA", "UKR", 804}, {"UM", "UMI", 581}, {"UY", "URY", 858}, {"US", "USA", 840}, {"UZ", "UZB", 860}, {"VA", "VAT", 336}, {"VC", "VCT", 670},
    {"VE", "VEN", 862}, {"VG", "VGB", 92},  {"VI", "VIR", 850}, {"VN", "VNM", 704}, {"VU", "VUT", 548}, {"WF", "WLF", 876}, {"WS", "WSM", 882},
    {"XK", "XKX", 412}, {"YE", "YEM", 887}, {"ZA", "ZAF", 710}, {"ZM", "ZMB", 894}, {"ZW", "ZWE", 716},
};

// Where Comtrade has numbers of its own (countries with dependencies that its reporters count in), and names that only statistics use.
constexpr std::pair<int, std::string_view> kOwnNumbers[] = {{97, "EU"},  {251, "FR"}, {381, "IT"}, {490, "TW"},
                                                            {579, "NO"}, {699, "IN"}, {757, "CH"}, {842, "US"}};
constexpr std::pair<std::string_view, std::string_view> kOwnNames[] = {
    {"european union", "EU"},  {"eu27", "EU"}, {"eu27_2020", "EU"}, {"eur", "EU"}, {"s19", "TW"},
    {"other asia, nes", "TW"}, {"uk", "GB"},   {"el", "GR"},        {"xs", "RS"},  {"usa", "US"}};
constexpr std::string_view kMembers[] = {"AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU",
                                         "IE", "IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK"};

struct Former {
  std::string_view number;
  std::string_view three;
  std::string_view name;
};
// Numbers of UN M49 and Comtrade that are no country of today, with the three letters that ISO 3166-3 keeps for some.
constexpr Former kFormer[] = {{"58", "BLX", "Belgium-Luxembourg, to 1998"},
                              {"200", "CSK", "Czechoslovakia, to 1992"},
                              {"230", "ETF", "Ethiopia with Eritrea, to 1992"},
                              {"278", "DDR", "the German Democratic Republic, to 1990"},
                              {"280", "DEW", "the Federal Republic of Germany before 1991"},
                              {"530", "ANT", "the Netherlands Antilles, to 2010"},
                              {"532", "ANB", "the Netherlands Antilles with Aruba, to 1985"},
                              {"536", "NTZ", "the Neutral Zone between Iraq and Saudi Arabia, to 1991"},
                              {"582", "PCI", "the Pacific Islands under trust, to 1986"},
                              {"588", "PKE", "East and West Pakistan, to 1971"},
                              {"590", "PCZ", "the Panama Canal Zone, to 1979"},
                              {"592", "PAF", "Panama without the Canal Zone, to 1979"},
                              {"711", "ZA1", "the Southern African Customs Union, to 1999"},
                              {"717", "RNF", "Rhodesia and Nyasaland, to 1963"},
                              {"720", "YMD", "Democratic Yemen, to 1990"},
                              {"736", "SDF", "Sudan with South Sudan, to 2011"},
                              {"810", "SUN", "the Soviet Union, to 1991"},
                              {"835", "EAT", "Tanganyika, to 1964"},
                              {"836", "EAZ", "Zanzibar and Pemba, to 1964"},
                              {"866", "VDR", "the Democratic Republic of Viet-Nam, to 1976"},
                              {"868", "SVR", "the Republic of Viet-Nam, to 1976"},
                              {"886", "YAR", "the Arab Republic of Yemen, to 1990"},
                              {"890", "YUG", "Yugoslavia, to 1991"},
                              {"891", "SCG", "Serbia and Montenegro, to 2005"}};

int number_of(std::string_view text) {
  int number = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return -1;
    number = number * 10 + (c - '0');
  }
  return number;
}

/// By number, at its place.
const std::array<Country, 1000>& numbers() {
  static const auto table = [] {
    std::array<Country, 1000> made{};
    for (const auto& code : kCodes) made[static_cast<std::size_t>(code.number)] = country_from(code.two);
    for (const auto& [number, two] : kOwnNumbers) made[static_cast<std::size_t>(number)] = country_from(two);
    return made;
  }();
  return table;
}

/// Two letters that are a country's.
const std::vector<bool>& letters() {
  static const auto table = [] {
    std::vector<bool> made(65536, false);
    for (const auto& code : kCodes) made[country_from(code.two)] = true;
    made[kUnion] = true;
    return made;
  }();
  return table;
}

}  // namespace

Country read_country(std::string_view text) {
  if (text.empty() || text.size() > 200) return 0;
  if (const auto bracket = text.find(" ("); bracket != std::string_view::npos && bracket > 0) text = text.substr(0, bracket);
  if (text.size() <= 3) {
    if (const int number = number_of(text); number >= 0) return numbers()[static_cast<std::size_t>(number)];
  }
  const auto lower = lower_ascii(text);
  for (const auto& [name, two] : kOwnNames) {
    if (name == lower) return country_from(two);
  }
  if (text.size() == 2) {
    const auto country = country_from(upper_ascii(text));
    return letters()[country] ? country : Country{0};
  }
  if (text.size() == 3) {
    const auto upper = upper_ascii(text);
    const auto* at = std::find_if(std::begin(kCodes), std::end(kCodes), [&](const Code& code) { return code.three == upper; });
    if (at != std::end(kCodes)) return country_from(at->two);
  }
  return country_from(upper_ascii(lists::country_code(text)));
}

bool is_total(std::string_view text) {
  const auto lower = lower_ascii(text);
  for (const std::string_view total :
       {"0", "w0", "w00", "wld", "world", "total", "extra_eu", "intra_eu", "eu27_2020_extra", "eu27_2020_intra", "all"}) {
    if (lower == total) return true;
  }
  return false;
}

std::string_view former_country(std::string_view text) {
  if (text.size() > 3) return {};
  while (text.size() > 2 && text.front() == '0') text.remove_prefix(1);
  const auto upper = upper_ascii(text);
  for (const auto& former : kFormer) {
    if (former.number == upper || former.three == upper) return former.name;
  }
  return {};
}

bool is_member(Country country) {
  return std::any_of(std::begin(kMembers), std::end(kMembers), [&](std::string_view two) { return country_from(two) == country; });
}

}  // namespace tamga::flows
