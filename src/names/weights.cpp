#include "names/weights.h"

#include <algorithm>
#include <array>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

// The tables are fixed and small on purpose. Weights counted from the lists themselves would change every score with every
// edition, and the same query would score otherwise with another set of lists (yente #853).
namespace tamga::names {
namespace {

constexpr std::uint8_t kLimited = 1;
constexpr std::uint8_t kJointStock = 2;
constexpr std::uint8_t kSoleTrader = 4;

// Written as lists write them; compared by key, so that romanisations of the Russian and Kazakh forms agree.
constexpr std::array<std::pair<std::string_view, std::uint8_t>, 108> kLegalForms = {{
    {"llc", kLimited},
    {"l l c", kLimited},
    {"ltd", kLimited},
    {"limited", kLimited},
    {"ooo", kLimited},
    {"too", kLimited},
    {"llp", kLimited},
    {"tov", kLimited},
    {"тоо", kLimited},
    {"ооо", kLimited},
    {"тов", kLimited},
    {"жшс", kLimited},
    {"zhshs", kLimited},
    {"осоо", kLimited},
    {"жчк", kLimited},
    {"mchj", kLimited},
    {"мчж", kLimited},
    {"gmbh", kLimited},
    {"sarl", kLimited},
    {"srl", kLimited},
    {"s r l", kLimited},
    {"sp zoo", kLimited},
    {"sp z oo", kLimited},
    {"doo", kLimited},
    {"d o o", kLimited},
    {"bv", kLimited},
    {"b v", kLimited},
    {"pte ltd", kLimited},
    {"pvt ltd", kLimited},
    {"pty ltd", kLimited},
    {"private limited", kLimited},
    {"sdn bhd", kLimited},
    {"fze", kLimited},
    {"fzco", kLimited},
    {"fzc", kLimited},
    {"fz llc", kLimited},
    {"dmcc", kLimited},
    {"ltd sti", kLimited},
    {"limited sirketi", kLimited},
    {"co ltd", kLimited},
    {"co limited", kLimited},
    {"company limited", kLimited},
    {"company ltd", kLimited},
    {"limited liability company", kLimited},
    {"limited liability partnership", kLimited},
    {"limited partnership", kLimited},
    {"lp", kLimited},
    {"l p", kLimited},
    {"общество с ограниченной ответственностью", kLimited},
    {"obshchestvo s ogranichennoy otvetstvennostyu", kLimited},
    {"obschestvo s ogranichennoi otvetstvennostiu", kLimited},
    {"товарищество с ограниченной ответственностью", kLimited},
    {"tovarishchestvo s ogranichennoy otvetstvennostyu", kLimited},
    {"жауапкершілігі шектеулі серіктестігі", kLimited},
    {"zhauapkershiligi shekteuli seriktestigi", kLimited},
    {"общество с дополнительной ответственностью", kLimited},
    {"ао", kJointStock},
    {"ao", kJointStock},
    {"оао", kJointStock},
    {"oao", kJointStock},
    {"пао", kJointStock},
    {"pao", kJointStock},
    {"зао", kJointStock},
    {"zao", kJointStock},
    {"нао", kJointStock},
    {"nao", kJointStock},
    {"ақ", kJointStock},
    {"aq", kJointStock},
    {"jsc", kJointStock},
    {"ojsc", kJointStock},
    {"cjsc", kJointStock},
    {"pjsc", kJointStock},
    {"njsc", kJointStock},
    {"ag", kJointStock},
    {"sa", kJointStock},
    {"s a", kJointStock},
    {"spa", kJointStock},
    {"plc", kJointStock},
    {"inc", kJointStock},
    {"corp", kJointStock},
    {"nv", kJointStock},
    {"n v", kJointStock},
    {"a s", kJointStock},
    {"as", kJointStock},
    {"anonim sirketi", kJointStock},
    {"oyj", kJointStock},
    {"aktiengesellschaft", kJointStock},
    {"incorporated", kJointStock},
    {"corporation", kJointStock},
    {"joint stock company", kJointStock},
    {"public joint stock company", kJointStock},
    {"open joint stock company", kJointStock},
    {"closed joint stock company", kJointStock},
    {"private joint stock company", kJointStock},
    {"non public joint stock company", kJointStock},
    {"public limited company", kJointStock},
    {"акционерное общество", kJointStock},
    {"aktsionernoe obshchestvo", kJointStock},
    {"публичное акционерное общество", kJointStock},
    {"publichnoe aktsionernoe obshchestvo", kJointStock},
    {"открытое акционерное общество", kJointStock},
    {"otkrytoe aktsionernoe obshchestvo", kJointStock},
    {"закрытое акционерное общество", kJointStock},
    {"zakrytoe aktsionernoe obshchestvo", kJointStock},
    {"акционерлік қоғамы", kJointStock},
    {"непубличное акционерное общество", kJointStock},
    {"индивидуальный предприниматель", kSoleTrader},
    {"ип", kSoleTrader},
}};

// Words that many names share. They still count, since two of them in a row are something, but little.
constexpr std::array kParticles = {"the",  "of",    "and",    "for",     "de",      "la",     "le",     "du",     "des", "del", "der", "den", "van",
                                   "von",  "da",    "dos",    "di",      "al",      "el",     "ul",     "ad",     "ash", "ar",  "bin", "ibn", "ben",
                                   "bint", "abu",   "abou",   "umm",     "na",      "i",      "y",      "a",      "s",   "po",  "mr",  "mrs", "dr",
                                   "haji", "hajji", "mullah", "maulavi", "mawlawi", "sheikh", "shaykh", "sayyid", "mv",  "mt"};
constexpr std::array kGeneric = {
    "company",      "co",           "trading",    "trade",       "group",        "gruppa",      "international", "industrial",
    "industry",     "industries",   "general",    "import",      "export",       "services",    "service",       "shipping",
    "holding",      "holdings",     "enterprise", "enterprises", "investment",   "investments", "invest",        "development",
    "technology",   "technologies", "technical",  "engineering", "construction", "research",    "institute",     "institut",
    "center",       "centre",       "tsentr",     "scientific",  "science",      "nauchno",     "production",    "proizvodstvennoe",
    "plant",        "factory",      "zavod",      "national",    "state",        "federal",     "russian",       "republic",
    "federation",   "ministry",     "management", "global",      "systems",      "system",      "solutions",     "logistics",
    "transport",    "marine",       "maritime",   "ship",        "oil",          "gas",         "energy",        "petroleum",
    "bank",         "banka",        "banki",      "commercial",  "kommerchesky", "public",      "joint",         "stock",
    "limited",      "liability",    "private",    "kompaniya",   "kompaniia",    "torgovy",     "dom",           "house",
    "organization", "organisation", "foundation", "fund",        "association",  "union",       "partners",      "capital",
    "finance",      "financial",    "insurance",  "electronics", "equipment",    "machinery",   "products",      "supply",
    "design",       "bureau",       "university", "academy",     "party",        "society",     "charity",       "corporation",
    "inc",          "middle",       "east",       "west",        "north",        "south",       "asia",          "china",
    "hong",         "kong",         "moscow",     "dubai",       "uae",          "iran",        "europe",        "turkey",
    "kazakhstan",   "russia",       "tehran",     "beijing",     "shenzhen",     "shanghai",    "sanayi",        "ticaret",
    "ve",           "dis"};
constexpr std::array kCommonGivenNames = {"mohammed", "muhammad", "mohammad", "ahmad",    "ahmed", "ali", "hassan",
                                          "hussein",  "abdul",    "abd",      "abdullah", "khan",  "kim", "abdel"};

constexpr std::array<std::pair<std::string_view, std::string_view>, 12> kAbbreviations = {{
    {"co", "company"},
    {"intl", "international"},
    {"int", "international"},
    {"mfg", "manufacturing"},
    {"tech", "technology"},
    {"inst", "institute"},
    {"univ", "university"},
    {"gov", "government"},
    {"govt", "government"},
    {"mohd", "mohammed"},
    {"md", "mohammed"},
    {"bros", "brothers"},
}};

std::string phrase_key(std::string_view phrase) {
  std::string joined;
  for (const auto& token : text::tokenize(phrase)) joined += (joined.empty() ? "" : " ") + token.key;
  return joined;
}

constexpr std::size_t kFormWordsMax = 5;

const std::unordered_map<std::string, std::uint8_t>& legal_forms() {
  static const auto forms = [] {
    std::unordered_map<std::string, std::uint8_t> table;
    for (const auto& [phrase, form] : kLegalForms) table.emplace(phrase_key(phrase), form);
    return table;
  }();
  return forms;
}

const std::unordered_map<std::string, std::int32_t>& common_words() {
  static const auto words = [] {
    std::unordered_map<std::string, std::int32_t> table;
    for (const auto* word : kParticles) table.emplace(text::comparison_key(word), 200);
    for (const auto* word : kGeneric) table.emplace(text::comparison_key(word), 350);
    for (const auto* word : kCommonGivenNames) table.emplace(text::comparison_key(word), 700);
    return table;
  }();
  return words;
}

}  // namespace

std::int32_t word_weight(std::string_view key, std::size_t latin_length, bool number, Kind kind) {
  if (number) return kind == Kind::organisation ? 700 : 900;
  if (const auto at = common_words().find(std::string(key)); at != common_words().end()) {
    // "Bank" or "Kim" in a person's or a ship's name is not the common word of a company's.
    if (kind == Kind::organisation || at->second != 350) return at->second;
  }
  if (latin_length == 1) return 300;
  if (latin_length == 2) return 600;
  if (latin_length == 3) return 850;
  return 1000;
}

std::string_view expand_abbreviation(std::string_view latin, Kind kind) {
  if (latin.size() > 4) return latin;
  for (const auto& [from, to] : kAbbreviations) {
    const bool of_person = to == "mohammed";
    if (latin == from && of_person == (kind == Kind::person)) return to;
  }
  return latin;
}

LegalForm legal_form_at(std::span<const text::Token> words, std::size_t at) {
  LegalForm best;
  std::string phrase;
  for (std::size_t count = 1; count <= kFormWordsMax && at + count <= words.size(); ++count) {
    if (count > 1) phrase += ' ';
    phrase += words[at + count - 1].key;
    if (const auto found = legal_forms().find(phrase); found != legal_forms().end()) best = LegalForm{count, found->second};
  }
  return best;
}

}  // namespace tamga::names
