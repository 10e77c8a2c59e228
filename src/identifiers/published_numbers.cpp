#include "identifiers/published_numbers.h"

#include <algorithm>
#include <optional>

#include "identifiers/characters.h"

// How it reads. The text is cut into items: words, numbers, separators (, ; |) and notes (the inside of brackets,
// read as texts of their own). Words before a number name it until a separator; a note after it may name it too.
//
// Groups of digits that blanks divide are one number ("1 402 015 986", "4615 949409") unless one is already a whole
// number by its length ("Group 22 220340015320"). Dates are left out: "1021601627090 on 25.11.2002", "valid until 6.12.2029".
namespace tamga::identifiers {
namespace {

struct LabelWord {
  std::string_view word;
  Label label;
};

// Upper case, as the texts of EU 269/2014, 833/2014, OFAC remarks and the UK list write them. PSRN is the English
// for OGRN. "Tax ID", "registration number" and the like are not here: they narrow nothing.
constexpr LabelWord kLabelWords[] = {
    {"INN", Label::inn},           {"ИНН", Label::inn},          {"BIN", Label::bin},           {"БИН", Label::bin},
    {"IIN", Label::iin},           {"ИИН", Label::iin},          {"OGRN", Label::ogrn},         {"ОГРН", Label::ogrn},
    {"OGRNIP", Label::ogrn},       {"ОГРНИП", Label::ogrn},      {"PSRN", Label::ogrn},         {"USCC", Label::uscc},
    {"KPP", Label::kpp},           {"КПП", Label::kpp},          {"OKPO", Label::okpo},         {"ОКПО", Label::okpo},
    {"IMO", Label::imo},           {"MMSI", Label::mmsi},        {"LEI", Label::lei},           {"BIC", Label::bic},
    {"SWIFT", Label::bic},         {"IBAN", Label::iban},        {"PASSPORT", Label::passport}, {"ПАСПОРТ", Label::passport},
    {"NATIONAL", Label::national}, {"TEL", Label::telephone},    {"PHONE", Label::telephone},   {"FAX", Label::telephone},
    {"ТЕЛ", Label::telephone},     {"MOBILE", Label::telephone},
};

// Short words that stand before a number without belonging to it.
constexpr std::string_view kFillers[] = {"NO",  "NR",  "CR",  "CRN", "ID",  "REG", "TIN", "ITIN", "TAX", "SRN", "BRN", "VAT",
                                         "UNP", "ALT", "NUM", "CIN", "UID", "TRN", "UEN", "IEC",  "PAN", "SSN", "ДО",  "ОТ"};

// "series 1808 No. 233282" is one number, a Russian passport's: 1808233282.
bool is_series(std::string_view word) { return word == "SERIES" || word == "SERIE" || word == "СЕРИЯ"; }
bool is_number_word(std::string_view word) { return word == "NO" || word == "N" || word == "NUMBER" || word == "НОМЕР"; }

struct CountryWord {
  std::string_view word;
  std::string_view country;
};

// Enough to see that a number is not Russian or Kazakh, or is; multi-word names by their first word.
constexpr CountryWord kCountryWords[] = {
    {"RUSSIA", "RU"},         {"RUSSIAN", "RU"},     {"РОССИЯ", "RU"},       {"РФ", "RU"},
    {"KAZAKHSTAN", "KZ"},     {"КАЗАХСТАН", "KZ"},   {"UKRAINE", "other"},   {"IRAN", "other"},
    {"CHINA", "CN"},          {"BELARUS", "other"},  {"SYRIA", "other"},     {"TURKEY", "other"},
    {"TÜRKIYE", "other"},     {"CYPRUS", "other"},   {"HONG", "HK"},         {"UNITED", "other"},
    {"UZBEKISTAN", "other"},  {"KYRGYZSTAN", "KG"},  {"ARMENIA", "other"},   {"AZERBAIJAN", "other"},
    {"TAJIKISTAN", "other"},  {"GERMANY", "other"},  {"ITALY", "other"},     {"FRANCE", "other"},
    {"SWITZERLAND", "other"}, {"INDIA", "other"},    {"PAKISTAN", "other"},  {"LEBANON", "other"},
    {"IRAQ", "other"},        {"MEXICO", "other"},   {"COLOMBIA", "other"},  {"VENEZUELA", "other"},
    {"SERBIA", "other"},      {"BULGARIA", "other"}, {"LATVIA", "other"},    {"ESTONIA", "other"},
    {"LITHUANIA", "other"},   {"MOLDOVA", "other"},  {"GEORGIA", "other"},   {"VIETNAM", "other"},
    {"THAILAND", "other"},    {"MALAYSIA", "other"}, {"SINGAPORE", "other"}, {"AFGHANISTAN", "other"},
    {"LIBYA", "other"},       {"YEMEN", "other"},    {"ISRAEL", "other"},    {"SOUTH", "other"},
    {"KOREA", "other"},       {"JAPAN", "other"},    {"PANAMA", "other"},    {"LIECHTENSTEIN", "other"},
    {"LUXEMBOURG", "other"},  {"MALTA", "other"},
};

Label label_of_word(std::string_view word) {
  for (const auto& entry : kLabelWords) {
    if (entry.word == word) return entry.label;
  }
  return Label::none;
}

std::string_view country_of_word(std::string_view word) {
  for (const auto& entry : kCountryWords) {
    if (entry.word == word) return entry.country;
  }
  return {};
}

std::string letters_and_digits(std::string_view token) {
  std::string out;
  for (const char c : token) {
    if (is_word(c)) out += c;
  }
  return upper(out);
}

/// "25.11.2002", "2022-01-01", "6/12/2019".
bool is_date(std::string_view token) {
  if (token.size() > std::string_view("2022-12-31").size()) return false;
  std::vector<std::string_view> parts;
  std::size_t begin = 0;
  while (begin <= token.size()) {
    const auto end = std::min(token.find_first_of("./- ", begin), token.size());
    parts.push_back(token.substr(begin, end - begin));
    begin = end + 1;
  }
  if (parts.size() != 3 || !std::all_of(parts.begin(), parts.end(), all_digits)) return false;
  const auto is_year = [](std::string_view part) { return part.size() == 4 && (part.starts_with("19") || part.starts_with("20")); };
  const auto is_short = [](std::string_view part) { return part.size() <= 2; };
  return is_short(parts[1]) && ((is_year(parts[0]) && is_short(parts[2])) || (is_year(parts[2]) && is_short(parts[0])));
}

bool long_enough(std::string_view value) {
  const auto digits = std::count_if(value.begin(), value.end(), is_digit);
  return value.size() >= 5 && value.size() <= 64 && digits >= 3 && value.find_first_not_of(value.front()) != std::string_view::npos;
}

/// Eight digits can already be a whole number of a register; shorter runs are parts.
constexpr std::size_t kWholeNumber = 8;

class Reader {
 public:
  explicit Reader(Prefixes prefixes) : prefixes_(prefixes) {}

  std::vector<PublishedNumber> read(std::string_view text) {
    std::string token;
    int depth = 0;
    std::string note;
    for (std::size_t i = 0; i < text.size(); ++i) {
      char c = text[i];
      if (text.substr(i).starts_with("\xC2\xA0") || text.substr(i).starts_with("\xE2\x84\x96")) {  // no-break space, numero sign
        i += c == '\xC2' ? 1 : 2;
        c = ' ';
      }
      if (depth > 0) {
        if (c == '(' || c == '[') ++depth;
        if (c == ')' || c == ']') --depth;
        if (depth == 0) {
          take_note(note);
          note.clear();
        } else {
          note += c == '(' || c == ')' || c == '[' || c == ']' ? ' ' : c;  // brackets in brackets are one note
        }
        continue;
      }
      if (is_word(c) || ((c == '.' || c == '-' || c == '/') && !token.empty())) {
        token += c;
        continue;
      }
      take_token(token);
      token.clear();
      if (c == '(' || c == '[') {
        end_group();
        ++depth;
      } else if (c == ',' || c == ';' || c == '|' || c == '\n') {
        end_group();
        end_part();
      } else if (c != ' ' && c != '\t') {
        end_group();
      }
    }
    take_token(token);
    end_group();
    // A bracket that never closes: its inside is still text.
    if (depth > 0) take_note(note);
    return std::move(found_);
  }

 private:
  void take_token(std::string_view token) {
    // "SRN/OGRN" and "771500884353/ 771500884353" are two; "12.345.678/0001-90" is one.
    while (!is_date(token)) {
      const auto slash = token.find('/');
      if (slash == std::string_view::npos || slash + 1 == token.size()) break;
      const auto left = letters_and_digits(token.substr(0, slash));
      const auto right = letters_and_digits(token.substr(slash + 1, token.find('/', slash + 1) - slash - 1));
      if (!left.empty() && !right.empty() && is_digit(left.back()) && is_digit(right.front()) && std::min(left.size(), right.size()) < kWholeNumber)
        break;
      take_plain(token.substr(0, slash));
      end_group();
      token.remove_prefix(slash + 1);
    }
    take_plain(token);
    if (token.ends_with('/')) end_group();
  }

  void take_plain(std::string_view token) {
    if (is_date(token)) {
      end_group();
      return;
    }
    const std::string value = letters_and_digits(token);
    if (value.empty()) return;
    if (all_digits(value)) {
      if (whole_ || value.size() >= kWholeNumber) end_group();
      whole_ = value.size() >= kWholeNumber;
      if (!group_.empty()) spaced_ += ' ';
      group_ += value;
      spaced_ += value;
      return;
    }
    if (series_ && !group_.empty() && is_number_word(value)) return;
    end_group();
    series_ = is_series(value);
    const auto first_digit = static_cast<std::size_t>(std::find_if(value.begin(), value.end(), is_digit) - value.begin());
    const Label glued = first_digit < value.size() ? label_of_word(std::string_view(value).substr(0, first_digit)) : Label::none;
    if (glued != Label::none) {  // "IMO9826902"
      pending_ = glued;
      add(value.substr(first_digit));
    } else if (long_enough(value)) {
      add(value);
    } else {
      take_word(token, value);
    }
  }

  void take_word(std::string_view token, const std::string& word) {
    prefix_.clear();
    if (const Label label = label_of_word(word); label != Label::none) {
      pending_ = label;
      return;
    }
    // Capitals without a point: "HE", but neither "H.E." nor "Reg".
    const bool filler = std::find(std::begin(kFillers), std::end(kFillers), word) != std::end(kFillers);
    if (!filler && token.size() <= 4 && std::all_of(token.begin(), token.end(), is_upper)) prefix_ = word;
  }

  void take_note(std::string_view note) {
    end_group();
    Reader inside(Prefixes::separate);
    auto numbers = inside.read(note);
    Label label = inside.pending_;
    std::string country;
    std::string word;
    for (std::size_t i = 0; i <= note.size(); ++i) {
      if (i < note.size() && is_word(note[i])) {
        word += note[i];
        continue;
      }
      const std::string known = upper(word);
      if (const auto found = country_of_word(known); country.empty() && !found.empty()) country = found;
      word.clear();
    }
    if (numbers.empty() && !found_.empty() && in_part_) {
      auto& number = found_.back();
      if (number.label == Label::none) number.label = label;
      if (number.country.empty()) number.country = country;
    } else if (numbers.empty() && label != Label::none) {
      pending_ = label;
    }
    for (auto& number : numbers) found_.push_back(std::move(number));
    prefix_.clear();
  }

  void add(std::string value) {
    prefix_.clear();
    if (!long_enough(value)) return;
    found_.push_back({std::move(value), pending_, {}});
    pending_ = Label::none;
    in_part_ = true;
  }

  void end_group() {
    if (group_.empty()) return;
    const std::string value = prefixes_ == Prefixes::join ? prefix_ + group_ : group_;
    const bool date = is_date(spaced_);
    group_.clear();
    spaced_.clear();
    whole_ = false;
    series_ = false;
    if (!date) add(value);
    prefix_.clear();
  }

  void end_part() {
    pending_ = Label::none;
    prefix_.clear();
    in_part_ = false;
  }

  Prefixes prefixes_;
  std::vector<PublishedNumber> found_;
  std::string group_;    ///< digits so far of a number that blanks may divide
  std::string spaced_;   ///< the same with its blanks, to know a date by
  bool whole_ = false;   ///< the group is one run of digits long enough to stand alone
  bool series_ = false;  ///< the word "series" came, so that "No." stands inside the number
  std::string prefix_;
  Label pending_ = Label::none;
  bool in_part_ = false;  ///< a number was found since the last separator, so a note is about it
};

}  // namespace

std::string_view label_name(Label label) {
  switch (label) {
    case Label::none: return {};
    case Label::inn: return "INN";
    case Label::bin: return "BIN";
    case Label::iin: return "IIN";
    case Label::ogrn: return "OGRN";
    case Label::uscc: return "USCC";
    case Label::kpp: return "KPP";
    case Label::okpo: return "OKPO";
    case Label::imo: return "IMO";
    case Label::mmsi: return "MMSI";
    case Label::lei: return "LEI";
    case Label::bic: return "BIC";
    case Label::iban: return "IBAN";
    case Label::passport: return "passport";
    case Label::national: return "national number";
    case Label::telephone: return "telephone";
  }
  return {};
}

std::vector<PublishedNumber> published_numbers(std::string_view text, Prefixes prefixes) { return Reader(prefixes).read(text); }

}  // namespace tamga::identifiers
