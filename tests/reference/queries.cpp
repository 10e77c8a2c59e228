#include <fmt/format.h>

#include <algorithm>
#include <unordered_set>

#include "app/identity_real_data.h"
#include "base/files.h"
#include "lists/csv.h"
#include "lists/lists.h"
#include "reference/adversarial.h"
#include "reference/lossless.h"

namespace tamga::reference {
namespace {

using match::Query;
using Words = std::vector<std::string>;
using Entities = std::span<const Entity* const>;

constexpr std::array kNameProperties = {"name", "alias", "weakAlias", "previousName", "abbreviation"};
constexpr std::array kSchemata = {"Person", "Organization", "Company", "LegalEntity",  "PublicBody",
                                  "Vessel", "Airplane",     "Address", "CryptoWallet", "Asset"};
/// Words that the tables know, to be put beside a name.
const Words& known_words() {
  static const Words kWords = split_words(
      "LLC Ltd GmbH OOO JSC Co. Limited Liability Company Trading Bank General Mr Dr Haji Mullah al bin de van the of M/V Moscow Tehran China Hong "
      "Kong street 2 44 II forty Abdul Mohammed Ali Sasha Ivanovich A. V.V. международный завод 公司 عبد");
  return kWords;
}

/// One element for each character of UTF-8; a stray byte is one too.
Words characters_of(std::string_view text) {
  Words characters;
  for (const char c : text) {
    const bool follows = (static_cast<unsigned char>(c) & 0xc0) == 0x80;
    if (follows && !characters.empty()) {
      characters.back() += c;
    } else {
      characters.emplace_back(1, c);
    }
  }
  return characters;
}

std::vector<std::string_view> names_of(const Entity& entity) {
  std::vector<std::string_view> names;
  for (const auto* property : kNameProperties) {
    for (const auto& value : entity.values(property)) names.emplace_back(value);
  }
  return names;
}

std::string name_near(const Corpus& corpus, Entities near, Random& random) {
  for (int attempt = 0; attempt < 8; ++attempt) {
    const auto names = names_of(*random.of(random.below(8) < 6 ? near : Entities(corpus.entities)));
    if (!names.empty()) return std::string(random.of(names));
  }
  return "Vladimir Putin";
}

std::string random_letter(const Words& characters, Random& random) {
  if (random.one_in(3) && !characters.empty()) return random.of(characters);
  if (random.one_in(12)) return std::string(1, static_cast<char>('0' + random.below(10)));
  return std::string(1, static_cast<char>('a' + random.below(26)));
}

/// One mistyped letter.
std::string mistyped(std::string_view text, Random& random) {
  Words characters = characters_of(text);
  if (characters.empty()) return std::string(text);
  const std::size_t at = random.below(characters.size());
  const auto place = characters.begin() + static_cast<std::ptrdiff_t>(at);
  switch (random.below(5)) {
    case 0: *place = random_letter(characters, random); break;
    case 1: characters.erase(place); break;
    case 2: characters.insert(place, random_letter(characters, random)); break;
    case 3:
      if (at + 1 < characters.size()) std::swap(characters[at], characters[at + 1]);
      break;
    default: characters.insert(place, std::string(*place));
  }
  return join_words(characters, "");
}

/// Spellings that keys fold, and letters that imitate others.
std::string respelt(std::string text, Random& random) {
  static const Words kPairs = split_words("kh h y j i y x ks ou u o u e i ee i sh s v w ph f q k ts tz o 0 i 1 e 3 a а s ss a ah zh j ie e");
  const std::size_t pair = random.below(kPairs.size() / 2) * 2;
  const std::size_t way = random.below(2);
  const std::string& from = kPairs[pair + way];
  const std::string& to = kPairs[pair + 1 - way];
  if (const auto at = text.find(from); at != std::string::npos) text.replace(at, from.size(), to);
  return text;
}

std::string changed(std::string text, const Corpus& corpus, Random& random) {
  if (random.below(10) < 5) return mistyped(text, random);
  if (random.one_in(6)) return respelt(std::move(text), random);
  Words words = split_words(text);
  if (words.empty()) return text;
  const std::size_t at = random.below(words.size());
  const auto place = words.begin() + static_cast<std::ptrdiff_t>(at);
  switch (random.below(12)) {
    case 0:
      if (words.size() > 1) words.erase(place);
      break;
    case 1: words.insert(place, random.one_in(2) ? random.of(corpus.words) : random.of(known_words())); break;
    case 2: words.push_back(random.one_in(2) ? random.of(corpus.words) : random.of(known_words())); break;
    case 3:
      if (at + 1 < words.size()) {
        *place += words[at + 1];
        words.erase(place + 1);
      }
      break;
    case 4: {
      const Words characters = characters_of(*place);
      if (characters.size() < 2) break;
      const auto cut = characters.begin() + static_cast<std::ptrdiff_t>(1 + random.below(characters.size() - 1));
      const std::string end = join_words(Words(cut, characters.end()), "");
      *place = join_words(Words(characters.begin(), cut), "");
      words.insert(place + 1, end);
      break;
    }
    case 5:
    case 6: *place = characters_of(*place).front() + (random.one_in(2) ? "." : ""); break;
    case 7: std::swap(words[at], words[random.below(words.size())]); break;
    case 8: std::rotate(words.begin(), place, words.end()); break;
    case 9: words.push_back(std::string(*place)); break;
    case 10: *place = random.of(corpus.words); break;
    default: return join_words(words, random.one_in(2) ? "-" : "");
  }
  return join_words(words);
}

/// Letter for letter; digraphs first. What has no counterpart stays.
std::string in_other_script(std::string_view text, Random& random) {
  static const Words kLatin = split_words("sh kh ch zh ya a b c d e f g h i j k l m n o p q r s t u v w x y z");
  static const std::array kOthers = {split_words("ш х ч ж я а б к д е ф г х и й к л м н о п к р с т у в в кс ы з"),
                                     split_words("σ χ τσ ζ ια α μπ κ ντ ε φ γ χ ι ι κ λ μ ν ο π κ ρ σ τ ου β β ξ υ ζ"),
                                     split_words("ش خ تش ج يا ا ب ك د ي ف غ ه ي ج ك ل م ن و ب ق ر س ت و ف و كس ي ز"),
                                     split_words("ש ח צ ז יא א ב ק ד י פ ג ה י י ק ל מ נ ו פ ק ר ס ט ו ו ו קס י ז")};
  const Words& other = random.of(kOthers);
  std::string plain(text);
  for (char& c : plain) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  std::string out;
  for (std::size_t at = 0; at < plain.size();) {
    const auto letter = std::find_if(kLatin.begin(), kLatin.end(), [&](const auto& latin) { return plain.compare(at, latin.size(), latin) == 0; });
    if (letter == kLatin.end()) {
      out += plain[at++];
    } else {
      out += other[static_cast<std::size_t>(letter - kLatin.begin())];
      at += letter->size();
    }
  }
  return out;
}

std::string acronym_near(const Corpus& corpus, const std::string& name, Random& random) {
  const Words words = split_words(name);
  std::string text;
  if (random.one_in(2)) {
    for (const auto& word : words) text += characters_of(word).front() + (random.one_in(8) ? "." : "");
    return random.one_in(3) ? mistyped(text, random) : text;
  }
  // The other way round: words, each of which begins with one of its letters or digits.
  const Words letters = characters_of(random.of(words));
  for (std::size_t i = 0; i < letters.size() && i < 12; ++i) {
    std::string word;
    for (int attempt = 0; attempt < 60 && word.empty(); ++attempt) {
      const std::string& candidate = random.of(corpus.words);
      if (characters_of(candidate).front() == letters[i]) word = candidate;
    }
    text += (text.empty() ? "" : " ") + (word.empty() ? letters[i] + random.of(corpus.words) : word);
  }
  return text;
}

std::string drawn_name(Shape shape, const Corpus& corpus, Entities near, Random& random) {
  switch (shape) {
    case Shape::listed:
    case Shape::whole_entity: return name_near(corpus, near, random);
    case Shape::edited:
    case Shape::other_script: {
      std::string text = name_near(corpus, near, random);
      const std::size_t changes = shape == Shape::edited ? 1 + random.below(3) : random.below(2);
      for (std::size_t i = 0; i < changes; ++i) text = changed(std::move(text), corpus, random);
      return shape == Shape::edited ? text : in_other_script(text, random);
    }
    case Shape::mixed: {
      Words words;
      for (std::size_t count = 2 + random.below(2); count > 0; --count) {
        for (auto& word : split_words(name_near(corpus, near, random))) {
          if (random.one_in(2)) words.push_back(std::move(word));
        }
      }
      return join_words(words);
    }
    case Shape::innocent: {
      std::string text = corpus.innocents.empty() ? name_near(corpus, corpus.entities, random) : random.of(corpus.innocents);
      return random.one_in(4) ? changed(std::move(text), corpus, random) : text;
    }
    case Shape::words: {
      Words words;
      for (std::size_t count = 1 + random.below(random.one_in(6) ? 32 : 6); count > 0; --count) {
        words.push_back(random.one_in(5) ? random.of(known_words()) : random.of(corpus.words));
      }
      return join_words(words);
    }
    case Shape::acronym: return acronym_near(corpus, name_near(corpus, near, random), random);
    case Shape::adversarial: {
      if (random.one_in(2)) {
        std::string bytes;
        for (std::size_t size = random.below(80); size > 0; --size) {
          bytes += static_cast<char>(random.one_in(3) ? random.below(256) : static_cast<unsigned char>(" aeiknrs"[random.below(8)]));
        }
        return bytes;
      }
      // What is longest costs the exhaustive search most and teaches nothing when it comes often.
      const Adversarial& drawn = random.of(adversarial_names());
      if (drawn.name.size() > 3000 && !random.one_in(10)) return drawn.name.substr(0, 200);
      return random.one_in(2) ? drawn.name : drawn.name + " " + name_near(corpus, near, random);
    }
  }
  return {};
}

Shape drawn_shape(Random& random) {
  constexpr std::array<std::size_t, kShapeNames.size()> kPercent = {10, 40, 8, 10, 7, 12, 4, 5, 4};
  std::size_t draw = random.below(100);
  std::size_t shape = 0;
  while (draw >= kPercent[shape]) draw -= kPercent[shape++];
  return static_cast<Shape>(shape);
}

std::string drawn_date(std::string date, Random& random) {
  if (date.empty() || random.one_in(4)) date = fmt::format("{}-{:02}-{:02}", 1930 + random.below(80), 1 + random.below(12), 1 + random.below(28));
  if (random.one_in(4)) date[random.below(date.size())] = static_cast<char>('0' + random.below(10));
  return date.substr(0, random.one_in(4) ? 4 : date.size());
}

}  // namespace

/// Splits at white space.
Words split_words(std::string_view text) {
  Words words;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t begin = text.find_first_not_of(" \t\n", at);
    if (begin == std::string_view::npos) break;
    at = std::min(text.find_first_of(" \t\n", begin), text.size());
    words.emplace_back(text.substr(begin, at - begin));
  }
  return words;
}

std::string join_words(std::span<const std::string> words, std::string_view between) {
  std::string text;
  for (const auto& word : words) {
    if (!text.empty()) text += between;
    text += word;
  }
  return text;
}

// ------------------------------------------------------------------------------------------------------------------------- corpora

namespace {

Corpus finished(Corpus corpus) {
  std::unordered_set<std::string> words;
  for (const auto& list : corpus.lists) {
    for (const auto& entity : list.entities) {
      corpus.entities.push_back(&entity);
      for (const auto name : names_of(entity)) {
        ++corpus.names;
        for (auto& word : split_words(name)) {
          if (words.insert(word).second) corpus.words.push_back(std::move(word));
        }
      }
    }
  }
  TAMGA_CHECK(!corpus.entities.empty() && !corpus.words.empty());
  return corpus;
}

void add_innocents(Corpus& corpus, std::string_view name, char separator, std::initializer_list<std::size_t> columns) {
  const auto files = read_unpacked(real::path(name));
  if (!files) return;
  lists::CsvReader reader(files->front().bytes, lists::CsvLimits{std::size_t{1} << 20, 500, separator});
  Words row;
  for (std::size_t rows = 0; rows < 10'000 && reader.next(row).value_or(false); ++rows) {
    for (const std::size_t column : columns) {
      if (column < row.size() && !row[column].empty()) corpus.innocents.push_back(row[column]);
    }
  }
}

}  // namespace

std::optional<Corpus> real_corpus() {
  Corpus corpus;
  for (auto& list : real::lists_for_identity()) corpus.lists.push_back({list.name, "", std::move(list.entities)});
  if (corpus.lists.empty()) return {};
  add_innocents(corpus, "bench/negatives_us.csv", ',', {0});
  add_innocents(corpus, "bench/negatives_global.csv", ',', {0});
  add_innocents(corpus, "bench/scripts.csv", ',', {0, 1});
  add_innocents(corpus, "bench/name_pairs.csv", ',', {2, 3});
  for (const auto* file : {"wd_arabic", "wd_chinese", "wd_hebrew", "wd_japanese", "wd_katakana", "wd_korean"}) {
    add_innocents(corpus, fmt::format("names/{}.tsv.gz", file), '\t', {0, 1});
  }
  return finished(std::move(corpus));
}

Corpus sample_corpus() {
  std::vector<NamedBytes> files;
  for (const auto* name : {"ofac/sdn.csv", "ofac/alt.csv", "ofac/add.csv", "ofac/sdn_comments.csv", "eu/32014R0269.csv", "eu/32014R0833.csv",
                           "uk/UK-Sanctions-List.csv", "un/consolidated.xml"}) {
    auto unpacked = read_unpacked(fmt::format("{}/samples/lists/{}", TAMGA_SOURCE_DIR, name));
    TAMGA_CHECK(unpacked.has_value());
    for (auto& file : *unpacked) files.push_back(std::move(file));
  }
  auto editions = lists::read_editions(std::move(files), lists::ReadOptions{"", Date::from(2026, 11, 20)});
  TAMGA_CHECK(editions.has_value());
  Corpus corpus;
  for (auto& edition : *editions) corpus.lists.push_back({edition.list, edition.part, std::move(edition.entities)});
  return finished(std::move(corpus));
}

// ------------------------------------------------------------------------------------------------------------------------- queries

Drawn draw_query(const Corpus& corpus, Entities near, Random& random) {
  Drawn drawn;
  drawn.shape = drawn_shape(random);
  const Entity& about = *random.of(near);
  const Entity* const only = &about;
  if (random.one_in(2)) near = Entities(&only, 1);  // so that most names go with the schema and the birth date
  Query& query = drawn.query;
  if (drawn.shape == Shape::whole_entity) {
    query = match::query_of_entity(about);
    // Some have a hundred aliases, which would take as long as a hundred queries.
    if (query.names.size() > 4) query.names.resize(4);
    if (!random.one_in(3)) query.identifiers.clear();
    if (query.names.empty()) query.names = {name_near(corpus, near, random)};
    if (random.one_in(2)) query.names[random.below(query.names.size())] = changed(query.names.front(), corpus, random);
  } else {
    if (!random.one_in(3)) query.schema = random.one_in(2) ? about.schema : std::string(random.of(kSchemata));
    for (std::size_t count = random.one_in(8) ? 2 + random.below(2) : 1; count > 0; --count) {
      query.names.push_back(drawn_name(drawn.shape, corpus, near, random));
    }
    if (random.one_in(3)) query.birth_date = drawn_date(std::string(about.first("birthDate")), random);
    for (std::size_t count = random.one_in(3) ? 1 + random.below(2) : 0; count > 0; --count) {
      query.countries.emplace_back(random.of(std::array{"ru", "ir", "sy", "cn", "ae", "us", "kp", "by", "de", "tr"}));
    }
    if (random.one_in(5)) query.gender = random.one_in(2) ? "male" : "female";
  }
  if (query.addresses.size() > 2) query.addresses.resize(2);
  if (random.one_in(8)) {
    const auto address = about.first("address");
    query.addresses.push_back(changed(address.empty() ? "Lenina street 12, Moscow" : std::string(address), corpus, random));
  }
  const std::size_t draw = random.below(10);
  if (draw < 8) drawn.threshold = static_cast<match::Score>(5000 + random.below(5001));
  if (draw == 8) drawn.threshold = static_cast<match::Score>(1 + random.below(5000));
  return drawn;
}

}  // namespace tamga::reference
