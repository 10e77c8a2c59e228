#include "lists/name_parts.h"

#include <algorithm>
#include <array>

#include "base/ascii.h"
#include "lists/countries.h"
#include "lists/readers.h"

// EU and UN print several names of one party in one cell, divided by brackets or a slash. The parts must be found by a search, yet a
// wrong part is worse than none: "Kazakhstan" as an alias of VTB Bank (Kazakhstan) would hit half of a Kazakh customer book. So a part
// is taken only when it looks like a name: at least two words for a person; for others several words, capitals (CIAM) or another script.
namespace tamga::lists {
namespace {

/// A run of text outside brackets, or the inside of one outermost pair.
struct Segment {
  std::string_view text;
  bool inside = false;
};

std::vector<Segment> segments_of(std::string_view name) {
  std::vector<Segment> segments;
  int depth = 0;
  std::size_t begin = 0;
  const auto take = [&](std::size_t end, bool inside) {
    if (const auto text = trim(name.substr(begin, end - begin)); !text.empty()) segments.push_back({text, inside});
    begin = end + 1;
  };
  for (std::size_t i = 0; i < name.size(); ++i) {
    if (name[i] == '(' && depth++ == 0) take(i, false);
    if (name[i] == ')' && depth > 0 && --depth == 0) take(i, true);
  }
  // A bracket that never closes ("Россотрудничество" in 269/2014) is closed by the end.
  if (begin < name.size()) take(name.size(), depth > 0);
  return segments;
}

std::size_t words_in(std::string_view text) {
  std::size_t words = 0;
  bool inside = false;
  for (const char c : text) {
    if (c != ' ' && !inside) ++words;
    inside = c != ' ';
  }
  return words;
}

std::size_t capitals_in(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) { return c >= 'A' && c <= 'Z'; }));
}

/// A letter of any script; typographic quotes and dashes (U+2000 to U+203F) and « » are none.
bool has_letter(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if ((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c >= 0xC3) {
      if (c != 0xE2) return true;
      i += 2;
    }
  }
  return false;
}

/// Without quotes and brackets of any kind around it.
std::string_view unquoted(std::string_view text) {
  static constexpr std::array<std::string_view, 12> kQuotes = {
      "'", "\"", "(", ")", "\xC2\xAB", "\xC2\xBB", "\xE2\x80\x98", "\xE2\x80\x99", "\xE2\x80\x9C", "\xE2\x80\x9D", "\xE2\x80\x9E", " "};
  for (bool again = true; again;) {
    again = false;
    for (const auto quote : kQuotes) {
      if (text.starts_with(quote)) {
        text.remove_prefix(quote.size());
        again = true;
      }
      if (text.ends_with(quote)) {
        text.remove_suffix(quote.size());
        again = true;
      }
    }
  }
  return text;
}

/// "devil", "the Nose", "государственный университет": a remark or a kind of thing, not a name.
bool begins_small(std::string_view text) {
  text = unquoted(text);
  if (text.empty()) return true;
  const auto first = static_cast<unsigned char>(text.front());
  const auto second = text.size() > 1 ? static_cast<unsigned char>(text[1]) : 0;
  const bool cyrillic = (first == 0xD0 && second >= 0xB0) || (first == 0xD1 && second >= 0x80 && second <= 0x9F);
  return (first >= 'a' && first <= 'z') || cyrillic;
}

/// Letters beyond Latin with marks (U+0300 and up) say: another script.
bool has_other_script(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) >= 0xCC && static_cast<unsigned char>(c) != 0xE2; });
}

bool is_legal_form(std::string_view text) {
  static constexpr std::array<std::string_view, 35> kForms = {
      "PJSC", "OJSC", "CJSC", "JSC", "LLC", "LLP", "LTD", "LTD.", "LIMITED", "PLC", "INC", "INC.", "GMBH", "PRIVATE", "PTE", "PVT", "FZE", "FZCO",
      "BVI",  "HQ",   "PAO",  "OAO", "ZAO", "OOO", "AO",  "ООО",  "ОАО",     "ЗАО", "ПАО", "АО",   "ТОО",  "ЖШС",     "АҚ",  "NGO", "SEZ"};
  const auto words = split(text, " ");
  return !words.empty() && std::all_of(words.begin(), words.end(), [](std::string_view word) {
    std::string upper;
    for (const char c : word) upper += static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
    return std::find(kForms.begin(), kForms.end(), upper) != kForms.end();
  });
}

/// "KPE.018": the UN's number of another entry.
bool is_un_reference(std::string_view text) {
  return text.size() == 7 && text[3] == '.' && std::all_of(text.begin() + 4, text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// What the words before a name in brackets say.
struct Marker {
  std::string_view text;
  std::string_view property;  ///< empty: what follows is no full name ("born TYUTINA")
};
constexpr std::array kMarkers = {
    Marker{"a.k.a. ", "alias"},
    Marker{"a.k.a ", "alias"},
    Marker{"aka ", "alias"},
    Marker{"also known as ", "alias"},
    Marker{"f.k.a. ", "previousName"},
    Marker{"formerly. ", "previousName"},
    Marker{"formerly: ", "previousName"},
    Marker{"formerly ", "previousName"},
    Marker{"former ", "previousName"},
    Marker{"previously ", "previousName"},
    Marker{"born ", ""},
    Marker{"née ", ""},
    Marker{"maiden name", ""},
    Marker{"укр. ", "alias"},
};

constexpr std::size_t kAbbreviationMax = 5;

/// Characters of UTF-8.
std::size_t letters_in(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

/// Four Chinese characters are a whole name.
bool is_chinese(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) >= 0xE3; });
}

class Finder {
 public:
  explicit Finder(bool person) : person_(person) {}

  std::vector<NamePart> find(std::string_view name) {
    if (name.find_first_of("(/") == std::string_view::npos) return {};
    by_brackets(name);
    by_slash(name);
    return std::move(found_);
  }

 private:
  void add(std::string_view property, std::string_view name) {
    name = trim(name);
    while (!name.empty() && (name.ends_with(',') || name.ends_with('-') || name.ends_with(';') || name.ends_with(':')))
      name = trim(name.substr(0, name.size() - 1));
    if (name.ends_with("\xE2\x80\x93")) name = trim(name.substr(0, name.size() - 3));
    const auto opened = std::count(name.begin(), name.end(), '(');
    const auto closed = std::count(name.begin(), name.end(), ')');
    if (name.starts_with('(') && name.ends_with(')') && opened == 1) name = trim(name.substr(1, name.size() - 2));
    if (opened > closed && name.starts_with('(')) name = trim(name.substr(1));
    if (closed > opened && name.ends_with(')')) name = trim(name.substr(0, name.size() - 1));
    if (name.size() < 3 || !has_letter(name) || is_legal_form(unquoted(name))) return;
    // "VEB", "KRET": many others are called so too. FollowTheMoney's abbreviation counts as a weak name.
    const bool abbreviation = property == "alias" && words_in(name) == 1 && !is_chinese(name) && letters_in(unquoted(name)) <= kAbbreviationMax;
    NamePart part{abbreviation ? "abbreviation" : property, std::string(name)};
    if (std::find(found_.begin(), found_.end(), part) == found_.end()) found_.push_back(std::move(part));
  }

  [[nodiscard]] bool full_name(std::string_view text) const { return words_in(text) >= (person_ ? 2U : 1U) && text.size() >= 3; }

  void by_brackets(std::string_view name) {
    const auto segments = segments_of(name);
    const auto insides = std::count_if(segments.begin(), segments.end(), [](const Segment& segment) { return segment.inside; });
    if (insides == 0 || segments.size() == 1) return;
    if (person_) {
      const bool all_full =
          std::all_of(segments.begin(), segments.end(), [&](const Segment& segment) { return segment.inside || full_name(segment.text); });
      if (all_full) {
        for (const auto& segment : segments) {
          if (segment.inside) {
            take_inside(segment.text);
          } else {
            add("alias", segment.text);
          }
        }
      } else {
        // "Igor Nikolaevich (Mykolayovich) TURCHENYUK": a variant of one word in the middle.
        std::string without;
        for (const auto& segment : segments) {
          if (!segment.inside) without += (without.empty() ? "" : " ") + std::string(segment.text);
        }
        if (full_name(without)) add("alias", without);
      }
      return;
    }
    // Of others only brackets at the end divide: "Leader (Hong Kong) International Trading Limited" is one name.
    if (insides != 1 || !segments.back().inside) return;
    const std::string_view inside = segments.back().text;
    if (!country_code(inside).empty() || lower_ascii(inside).starts_with("branch")) return;
    if (is_legal_form(inside) || is_un_reference(inside)) {
      add("alias", segments.front().text);
      return;
    }
    if (take_inside(inside)) add("alias", segments.front().text);
  }

  /// True when the brackets hold a name, and the text before them is one as well.
  bool take_inside(std::string_view inside) {
    std::string_view property = "alias";
    for (const auto& marker : kMarkers) {
      if (!lower_ascii(inside).starts_with(marker.text)) continue;
      if (marker.property.empty()) return true;
      property = marker.property;
      inside = trim(inside.substr(marker.text.size()));
      break;
    }
    // "Russian: Александр Викторович НАУМЕНКО": the language before the colon.
    if (const auto colon = inside.find(':'); colon != std::string_view::npos && words_in(inside.substr(0, colon)) <= 3)
      inside = trim(inside.substr(colon + 1));
    if (const auto remark = inside.find(" - sub-unit name"); remark != std::string_view::npos) inside = inside.substr(0, remark);
    bool any = false;
    for (const auto listed : split(inside, ";")) {
      // Commas and "or" divide names of persons; in names of companies they are part of them.
      for (const auto comma : split(listed, person_ ? "," : ";")) {
        for (const auto part : split(comma, person_ ? " or " : ";")) {
          if (!looks_like_name(part)) continue;
          add(property, remove_bracket(part));
          any = true;
        }
      }
    }
    return any;
  }

  /// "هيئة تحرير الشام (original script)" inside brackets.
  static std::string_view remove_bracket(std::string_view text) {
    const auto open = text.find(" (");
    return open == std::string_view::npos ? text : trim(text.substr(0, open));
  }

  [[nodiscard]] bool looks_like_name(std::string_view text) const {
    if (text.size() < 3 || !has_letter(text) || !country_code(text).empty()) return false;
    if (begins_small(text) && capitals_in(text) < 2) return false;
    const bool other_script = has_other_script(text);
    if (person_) return words_in(text) >= 2 && (other_script || capitals_in(text) >= 2);
    // "Belgrade" alone may be a town.
    return other_script || capitals_in(text) >= 2;
  }

  void by_slash(std::string_view name) {
    std::vector<std::string_view> parts;
    for (std::size_t begin = 0, depth = 0, i = 0; i <= name.size(); ++i) {
      if (i == name.size() || (depth == 0 && name.substr(i).starts_with(" / "))) {
        parts.push_back(trim(name.substr(begin, i - begin)));
        begin = i + 3;
        continue;
      }
      if (name[i] == '(') ++depth;
      if (name[i] == ')' && depth > 0) --depth;
    }
    if (parts.size() < 2) return;
    const bool names =
        std::all_of(parts.begin(), parts.end(), [&](std::string_view part) { return full_name(part) && has_letter(part) && !is_legal_form(part); });
    if (!names) return;
    for (const auto part : parts) take_slashed(part);
  }

  void take_slashed(std::string_view part) {
    for (const auto& marker : kMarkers) {
      if (!marker.property.empty() && lower_ascii(part).starts_with(marker.text)) part = trim(part.substr(marker.text.size()));
    }
    add("alias", part);
  }

  bool person_;
  std::vector<NamePart> found_;
};

}  // namespace

std::vector<NamePart> name_parts(std::string_view name, bool person) { return Finder(person).find(name); }

}  // namespace tamga::lists
