#include "goods/stems.h"

#include <libstemmer.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/result.h"
#include "text/characters.h"

namespace tamga::goods {
namespace {

enum class Part : std::uint8_t { word, comma, stop, open, close };  ///< a word, or what stands between words; a stop is ; or :

struct Piece {
  Part part = Part::word;
  GoodsWord word;
};

/// The small letter of Cyrillic, Kazakh's among them; other letters as they are.
char32_t lower_cyrillic(char32_t code) {
  if (code >= 0x410 && code <= 0x42F) return code + 32;
  if (code >= 0x400 && code <= 0x40F) return code + 80;
  // From here on capitals are even, except in the stretch that palochka has shifted.
  if ((code >= 0x460 && code <= 0x481) || (code >= 0x48A && code <= 0x4BF) || (code >= 0x4D0 && code <= 0x52F)) return code | 1U;
  return code;
}

void append_utf8(std::string& out, char32_t code) {
  if (code < 0x80) {
    out += static_cast<char>(code);
  } else {  // Cyrillic, which is all that is kept beside ASCII, takes two bytes
    out += static_cast<char>(0xC0U | (code >> 6U));
    out += static_cast<char>(0x80U | (code & 0x3FU));
  }
}

constexpr std::u32string_view kLookLatin = U"aceopxykmtbhi";
constexpr std::u32string_view kLookCyrillic = U"асеорхукмтвні";

/// A word that mixes scripts was typed on the wrong keyboard layout in part: its fewer letters are taken for those they look like.
void unify(std::u32string& letters) {
  const auto is_cyrillic = [](char32_t code) { return code >= 0x400; };
  const auto is_latin = [](char32_t code) { return code >= 'a' && code <= 'z'; };
  const auto cyrillic = std::count_if(letters.begin(), letters.end(), is_cyrillic);
  const auto latin = std::count_if(letters.begin(), letters.end(), is_latin);
  if (cyrillic == 0 || latin == 0) return;
  const auto& from = cyrillic >= latin ? kLookLatin : kLookCyrillic;
  const auto& to = cyrillic >= latin ? kLookCyrillic : kLookLatin;
  for (auto& letter : letters) {
    const auto at = from.find(letter);
    if (at != std::u32string_view::npos) letter = to[at];
  }
}

class PieceReader {
 public:
  explicit PieceReader(std::string_view text) : text_(text) {}

  std::vector<Piece> read() {
    std::size_t at = 0;
    while (at < text_.size() && words_ < kGoodsWordsMax) {
      const auto decoded = text::decode(text_.substr(at));
      at += decoded.bytes;
      take(decoded.code);
    }
    finish();
    return std::move(pieces_);
  }

 private:
  void take(char32_t code) {
    if (code == text::kInvalid) return finish();
    const auto& is = text::character(code);
    switch (is.kind) {
      case text::Kind::letter: return letter(code, is);
      case text::Kind::digit:
        if (const auto digit = text::latin_of(is); digit.size() == 1 && word_.size() * 2 < kGoodsWordBytesMax)
          word_ += static_cast<char32_t>(digit[0]);
        return;
      case text::Kind::mark:
        if (!word_.empty()) {
          if (const char32_t composed = text::compose(word_.back(), code); composed != 0) word_.back() = lower_cyrillic(composed);
        }
        return;
      case text::Kind::expand:
        for (const char32_t part : text::expansion_of(is)) {
          if (text::character(part).kind != text::Kind::expand) take(part);
        }
        return;
      case text::Kind::invisible: return;
      case text::Kind::apostrophe: apostrophe_ = !word_.empty(); return;
      case text::Kind::hyphen: return hyphen();
      case text::Kind::separator:
      case text::Kind::dot:
      case text::Kind::middle_dot:
      case text::Kind::quote:
      case text::Kind::disguise: return separator(code);
    }
  }

  void letter(char32_t code, const text::Character& is) {
    if (word_.size() * 2 >= kGoodsWordBytesMax) return;
    if (apostrophe_) {
      apostrophe_ = false;
      // "women's" is women; "o'ring" is oring.
      const char32_t small = code | 0x20U;
      if (small == 's') return;
    }
    if (code < 0x80) {
      word_ += code | 0x20U;
    } else if (code >= 0x400 && code < 0x530) {
      const char32_t small = lower_cyrillic(code);
      word_ += small == U'ё' ? U'е' : small;
    } else if (is.system == text::System::latin) {
      for (const char c : text::latin_of(is)) word_ += static_cast<char32_t>(c);
    } else {
      finish();  // no table has words in another script
    }
  }

  void hyphen() {
    // A single letter before a hyphen belongs to what follows: x-ray, t-shirt, o-ring.
    if (word_.size() == 1) return;
    const bool ended = !word_.empty();
    finish();
    hyphen_ = ended;
  }

  void separator(char32_t code) {
    const bool ended = !word_.empty();
    finish();
    hyphen_ = false;
    if (code == '.' && ended) pieces_.back().word.cut = true;
    if (code == '(' || code == '[') return mark(Part::open);
    if (code == ')' || code == ']') return mark(Part::close);
    if (code == ',') return mark(Part::comma);
    if (code == ';' || code == ':') return mark(Part::stop);
  }

  void mark(Part part) { pieces_.push_back({part, {}}); }

  void finish() {
    apostrophe_ = false;
    if (word_.empty()) return;
    unify(word_);
    GoodsWord word;
    for (const char32_t code : word_) {
      append_utf8(word.folded, code);
      word.cyrillic = word.cyrillic || code >= 0x400;
      word.digits = word.digits || (code >= '0' && code <= '9');
    }
    word_.clear();
    if (hyphen_) word.joined = pieces_.back().word.folded + word.folded;
    hyphen_ = false;
    if (word.joined.size() > kGoodsWordBytesMax) word.joined.clear();
    ++words_;
    pieces_.push_back({Part::word, std::move(word)});
  }

  std::string_view text_;
  std::vector<Piece> pieces_;
  std::u32string word_;
  std::size_t words_ = 0;
  bool apostrophe_ = false;
  bool hyphen_ = false;  ///< the last thing read was a word and a hyphen
};

constexpr std::array kSmallWords = {
    // English
    "a", "an", "and", "any", "are", "as", "at", "be", "by", "etc", "for", "from", "has", "have", "heading", "headings", "in", "including", "incl",
    "into", "is", "it", "its", "kind", "nec", "nes", "no", "not", "of", "on", "or", "other", "others", "such", "subheading", "than", "that", "the",
    "their", "them", "these", "this", "those", "to", "whether", "which", "with", "n", "e", "c", "s", "i", "pcs", "pc", "kg", "set", "sets", "new",
    "used", "type", "model", "art", "item", "items", "various", "use", "purpose", "purposes", "assorted", "brand", "made", "solely", "principally",
    "suitable", "similar", "specified", "elsewhere", "included", "individually", "put", "up",
    // Russian
    "а", "в", "во", "для", "до", "и", "из", "или", "их", "к", "как", "ко", "на", "не", "но", "о", "об", "от", "по", "под", "при", "прочие", "прочий",
    "прочая", "прочее", "с", "со", "т", "д", "п", "том", "числе", "то", "у", "что", "шт", "кг", "также", "этих", "этого", "которые", "иные", "другие",
    "тп", "тд", "модель", "арт", "артикул", "марка", "тип", "новый", "новые", "набор", "комплект", "аналогичные", "включая", "использования",
    "применения", "назначения", "товарной", "позиции", "субпозиции",
    // Kazakh
    "мен", "және", "немесе", "үшін", "арналған", "бар", "басқа", "да", "де", "дана", "сияқты", "осы", "ол", "бойынша", "өзге", "өзгелер", "пен",
    "бен", "жаңа", "түрлі", "қоса", "дайындалған", "ұқсас"};

bool small(std::string_view folded) {
  static const auto sorted = [] {
    std::array<std::string_view, kSmallWords.size()> words{};
    std::copy(kSmallWords.begin(), kSmallWords.end(), words.begin());
    std::sort(words.begin(), words.end());
    return words;
  }();
  return std::binary_search(sorted.begin(), sorted.end(), folded);
}

template <std::size_t kCount>
bool contains(const std::array<std::string_view, kCount>& words, std::string_view wanted) {
  return std::find(words.begin(), words.end(), wanted) != words.end();
}

// Small words themselves.
constexpr std::array<std::string_view, 27> kPrepositions = {"for", "in",  "with", "w",   "from", "by", "to", "on",    "of",
                                                            "at",  "для", "с",    "со",  "в",    "во", "из", "на",    "к",
                                                            "ко",  "от",  "по",   "под", "при",  "до", "у",  "using", "via"};
constexpr std::array<std::string_view, 3> kPostpositions = {"арналған", "үшін", "бойынша"};

/// How the words for packing and carriage begin, in the three languages.
bool is_packing(std::string_view word) {
  static constexpr std::array<std::string_view, 49> kPacking = {
      "bag",     "box",   "bulk",   "carton", "crate",  "reel",    "pallet", "wagon",   "hopper",  "drum",  "pack",  "blister", "bottle",
      "can",     "jar",   "roll",   "coil",   "barrel", "spool",   "retail", "мешк",    "мешо",    "мешке", "короб", "барабан", "бухт",
      "упак",    "вагон", "паллет", "поддон", "ящик",   "рулон",   "пачк",   "блистер", "канистр", "бочк",  "бутыл", "навал",   "розлив",
      "цистерн", "насып", "қап",    "қорап",  "жәшік",  "бөтелке", "орам",   "палет",   "тор",     "кассет"};
  return std::any_of(kPacking.begin(), kPacking.end(), [&](std::string_view beginning) {
    // Nothing longer than an ending may follow: "can" and not "canvas".
    const std::size_t room = static_cast<unsigned char>(beginning[0]) >= 0xC0 ? 14 : 2;
    return word.starts_with(beginning) && word.size() <= beginning.size() + room;
  });
}

bool ends_in_ablative(std::string_view word) {
  static constexpr std::array kAblative = {"дан", "ден", "тан", "тен", "нан", "нен"};
  return std::any_of(kAblative.begin(), kAblative.end(), [&](std::string_view suffix) { return word.ends_with(suffix); });
}

/// What says that something is excluded: how many words it takes, and where it ends.
struct Exclusion {
  std::size_t words = 0;  ///< 0: none
  Part end = Part::stop;
};

/// Lists with commas follow "excluding", a single thing follows "other than".
Exclusion exclusion_at(const std::vector<Piece>& pieces, std::size_t at) {
  const auto word = [&](std::size_t i) { return i < pieces.size() && pieces[i].part == Part::word ? std::string_view(pieces[i].word.folded) : ""; };
  struct Marker {
    std::string_view first, second;
    Part end;
  };
  static constexpr std::array kMarkers = {
      Marker{"excl", "", Part::stop},
      Marker{"excluding", "", Part::stop},
      Marker{"except", "", Part::stop},
      Marker{"excepting", "", Part::stop},
      Marker{"кроме", "", Part::stop},
      Marker{"исключая", "", Part::stop},
      Marker{"искл", "", Part::stop},
      Marker{"за", "исключением", Part::stop},
      Marker{"other", "than", Part::comma},
      Marker{"отличные", "от", Part::comma},
      Marker{"отличных", "от", Part::comma},
      Marker{"without", "", Part::comma},
      Marker{"без", "", Part::comma},
      Marker{"not", "including", Part::comma},
      Marker{"not", "containing", Part::comma},
      Marker{"not", "for", Part::comma},
      Marker{"not", "incorporating", Part::comma},
      Marker{"не", "включая", Part::comma},
      Marker{"не", "содержащие", Part::comma},
      Marker{"не", "для", Part::comma},
  };
  const std::string_view first = word(at);
  if (first.empty()) return {};
  const std::string_view second = word(at + 1);
  for (const auto& marker : kMarkers) {
    if (first == marker.first && (marker.second.empty() || second == marker.second)) return {marker.second.empty() ? 1U : 2U, marker.end};
  }
  return {};
}

/// Marks what the text excludes. A bracket that begins with the exclusion is excluded to its end.
std::vector<bool> excluded_pieces(const std::vector<Piece>& pieces) {
  std::vector<bool> out(pieces.size());
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    if (out[i] || pieces[i].part != Part::word) continue;
    // Kazakh says it behind: "… түйреуіштерден басқа".
    if (pieces[i].word.folded == "басқа" && i > 0 && pieces[i - 1].part == Part::word && ends_in_ablative(pieces[i - 1].word.folded)) {
      for (std::size_t k = i; k-- > 0 && pieces[k].part == Part::word;) out[k] = true;
      out[i] = true;
      continue;
    }
    const Exclusion exclusion = exclusion_at(pieces, i);
    if (exclusion.words == 0) continue;
    const bool bracketed = i > 0 && pieces[i - 1].part == Part::open;
    std::size_t depth = 0;
    for (std::size_t k = i; k < pieces.size(); ++k) {
      if (pieces[k].part == Part::open) ++depth;
      if (pieces[k].part == Part::close && depth-- == 0) break;
      if (!bracketed && depth == 0 && (pieces[k].part == Part::stop || pieces[k].part == exclusion.end)) break;
      out[k] = true;
    }
  }
  return out;
}

// Kazakh adds its endings one behind the other; the longest of each kind come first. Two letters are a syllable in most of them, so that what is left
// must keep three letters (six bytes).
constexpr std::array kKazakhSuffixes = {
    "ларының", "лерінің", "дарының", "дерінің", "тарының", "терінің", "лары",  "лері",  "дары",  "дері", "тары", "тері", "лардың", "лердің", "дардың",
    "дердің",  "тардың",  "тердің",  "ларға",   "лерге",   "дарға",   "дерге", "тарға", "терге", "лар",  "лер",  "дар",  "дер",    "тар",    "тер",
    "ының",    "інің",    "ның",     "нің",     "дың",     "дің",     "тың",   "тің",   "ында",  "інде", "ынан", "інен", "сында",  "сінде",  "сынан",
    "сінен",   "ына",     "іне",     "сына",    "сіне",    "мен",     "бен",   "пен",   "нан",   "нен",  "дан",  "ден",  "тан",    "тен",    "ған",
    "ген",     "қан",     "кен",     "лған",    "лген",    "атын",    "етін",  "йтын",  "йтін",  "ға",   "ге",   "қа",   "ке",     "на",     "не",
    "да",      "де",      "та",      "те",      "ны",      "ні",      "ды",    "ді",    "ты",    "ті",   "лы",   "лі",   "лық",    "лік",    "дық",
    "дік",     "тық",     "тік",     "сы",      "сі",      "дағы",    "дегі",  "тағы",  "тегі",  "ы",    "і",    "у"};

/// The suffixes by length, longest first.
const auto& kazakh_suffixes() {
  static const auto sorted = [] {
    std::array<std::string_view, kKazakhSuffixes.size()> suffixes{};
    std::copy(kKazakhSuffixes.begin(), kKazakhSuffixes.end(), suffixes.begin());
    std::stable_sort(suffixes.begin(), suffixes.end(), [](auto a, auto b) { return a.size() > b.size(); });
    return suffixes;
  }();
  return sorted;
}

std::string kazakh_stem(std::string_view word) {
  constexpr std::size_t kLeft = 6;
  constexpr int kSuffixesMax = 3;
  for (int i = 0; i < kSuffixesMax; ++i) {
    const auto& suffixes = kazakh_suffixes();
    const auto at =
        std::find_if(suffixes.begin(), suffixes.end(), [&](auto suffix) { return word.size() >= kLeft + suffix.size() && word.ends_with(suffix); });
    if (at == suffixes.end()) break;
    word.remove_suffix(at->size());
  }
  std::string stem(word);
  // Before a vowel п, к, қ become б, г, ғ: кітап, кітабы.
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 3> kVoiced = {{{"б", "п"}, {"г", "к"}, {"ғ", "қ"}}};
  for (const auto& [voiced, plain] : kVoiced) {
    if (stem.ends_with(voiced)) stem.replace(stem.size() - voiced.size(), voiced.size(), plain);
  }
  return stem;
}

}  // namespace

std::string_view language_name(Language language) {
  switch (language) {
    case Language::en: return "en";
    case Language::ru: return "ru";
    case Language::kk: return "kk";
  }
  return "en";
}

Language language_of(std::string_view text) {
  std::size_t latin = 0;
  std::size_t cyrillic = 0;
  bool kazakh = false;
  for (std::size_t at = 0; at < text.size();) {
    const auto decoded = text::decode(text.substr(at));
    at += decoded.bytes;
    const char32_t code = lower_cyrillic(decoded.code);
    const char32_t small = code < 0x80 ? code | 0x20U : code;
    if (small >= 'a' && small <= 'z') ++latin;
    if (code >= 0x400 && code < 0x530) ++cyrillic;
    kazakh = kazakh || std::u32string_view(U"әғқңөұүһі").find(code) != std::u32string_view::npos;
  }
  if (cyrillic == 0) return Language::en;
  if (kazakh) return Language::kk;
  return latin > 2 * cyrillic ? Language::en : Language::ru;
}

bool ends_as_adjective(std::string_view folded) {
  static constexpr std::array<std::string_view, 14> kEndings = {"ый", "ий", "ой",  "ая",  "яя", "ое", "ее",
                                                                "ые", "ие", "ого", "его", "ых", "их", "ную"};
  return folded.size() > 8 && std::any_of(kEndings.begin(), kEndings.end(), [&](std::string_view ending) { return folded.ends_with(ending); });
}

std::vector<GoodsWord> read_goods_words(std::string_view text) {
  auto pieces = PieceReader(text).read();
  const auto excluded = excluded_pieces(pieces);
  std::vector<GoodsWord> out;
  bool later = false;
  bool modifier = false;
  bool number = false;
  std::size_t clause_begin = 0;
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    if (pieces[i].part != Part::word) {
      // A text may begin with a bracket, or with a number and a comma.
      later = later || !out.empty();
      modifier = false;
      clause_begin = out.size();
      continue;
    }
    GoodsWord& word = pieces[i].word;
    if (contains(kPrepositions, word.folded)) modifier = !out.empty();
    if (contains(kPostpositions, word.folded)) {
      for (std::size_t k = clause_begin; k < out.size(); ++k) out[k].modifier = true;
      clause_begin = out.size();
    }
    if (excluded[i] || small(word.folded)) continue;
    word.later = later;
    word.modifier = modifier;
    word.phrase = !later && !modifier && !number && !word.digits;
    word.packing = (later || modifier || number) && is_packing(word.folded);
    number = number || word.digits;
    out.push_back(std::move(word));
  }
  return out;
}

struct Stemmer::Snowball {
  sb_stemmer* english = sb_stemmer_new("english", "UTF_8");
  sb_stemmer* russian = sb_stemmer_new("russian", "UTF_8");
};

Stemmer::Stemmer() : snowball_(std::make_unique<Snowball>()) { TAMGA_CHECK(snowball_->english != nullptr && snowball_->russian != nullptr); }

Stemmer::~Stemmer() {
  sb_stemmer_delete(snowball_->english);
  sb_stemmer_delete(snowball_->russian);
}

std::string Stemmer::stem(std::string_view folded, Language language) const {
  if (language == Language::kk) return "k" + kazakh_stem(folded);
  auto* stemmer = language == Language::en ? snowball_->english : snowball_->russian;
  const auto* bytes = sb_stemmer_stem(stemmer, reinterpret_cast<const sb_symbol*>(folded.data()), static_cast<int>(folded.size()));
  TAMGA_CHECK(bytes != nullptr);
  std::string out(language == Language::en ? "e" : "r");
  out.append(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(sb_stemmer_length(stemmer)));
  return out;
}

}  // namespace tamga::goods
