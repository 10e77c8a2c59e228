#include "assure/changes.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/ascii.h"
#include "lists/csv.h"
#include "model/entity.h"

// The tables of data/assure/, built in by CMakeLists.txt.
extern "C" const char tamga_assure_letters[], tamga_assure_letters_end[];
extern "C" const char tamga_assure_legal_forms[], tamga_assure_legal_forms_end[];
extern "C" const char tamga_assure_nicknames[], tamga_assure_nicknames_end[];
extern "C" const char tamga_assure_spellings[], tamga_assure_spellings_end[];
extern "C" const char tamga_assure_titles[], tamga_assure_titles_end[];

namespace tamga::assure {
namespace {

using Words = std::vector<std::string>;

constexpr std::array<ChangeKind, kChanges> kKinds = {{
    {Change::control, "control", "unchanged", "The name as listed. Anything but 100 % here is an error of the test or of the lists."},
    {Change::typo_insert, "typo_insert", "a letter too many", "One letter, a neighbour on the keyboard of the one beside it, typed in between."},
    {Change::typo_delete, "typo_delete", "a letter left out", "One letter of one word left out."},
    {Change::typo_swap, "typo_swap", "two letters swapped", "Two neighbouring letters that differ change places."},
    {Change::typo_substitute, "typo_substitute", "a wrong letter", "One letter replaced by a neighbour on the keyboard."},
    {Change::typo_two, "typo_two", "two typing errors", "Two of the errors above, one after the other, in the same word or in two."},
    {Change::order, "order", "word order", "Of a person the last word comes first; of others two neighbouring words change places."},
    {Change::spelling, "spelling", "another romanisation", "One group of letters as another tradition writes the sound: kh and h, -ov and -off."},
    {Change::script_cyrillic, "script_cyrillic", "in Cyrillic", "The Latin letters written one by one in Cyrillic; a legal form is left off."},
    {Change::script_greek, "script_greek", "in Greek", "The Latin letters written one by one in Greek; a legal form is left off."},
    {Change::script_arabic, "script_arabic", "in Arabic", "The Latin letters written one by one in Arabic, vowels too; a legal form is left off."},
    {Change::script_latin, "script_latin", "in Latin", "A name that the list gives in Cyrillic, romanised letter by letter."},
    {Change::truncation, "truncation", "cut off", "The first three quarters of a name of 12 characters and more, as a short field leaves them."},
    {Change::dropped_word, "dropped_word", "a word left out", "One word of three or more left out, legal forms not counted."},
    {Change::joined, "joined", "words run together", "Two neighbouring words without the space between them."},
    {Change::split, "split", "a word split", "A space inside of a word of six letters and more."},
    {Change::nickname, "nickname", "nickname", "A given name replaced by its short form, or by a common other form."},
    {Change::initials, "initials", "initials", "All but the family name as initials."},
    {Change::title_added, "title_added", "title added", "Mr., Haji, General before a person; M/V, MT before a ship."},
    {Change::form_dropped, "form_dropped", "legal form dropped", "LLC, JSC and the like taken off."},
    {Change::form_changed, "form_changed", "legal form changed", "The legal form replaced by one of another kind: LLC by JSC."},
}};

/// Characters of UTF-8; a stray byte is one too.
Words characters_of(std::string_view text) {
  Words characters;
  for (const char c : text) {
    if ((static_cast<unsigned char>(c) & 0xc0) == 0x80 && !characters.empty()) {
      characters.back() += c;
    } else {
      characters.emplace_back(1, c);
    }
  }
  return characters;
}

Words words_of(std::string_view name) {
  Words words;
  for (std::size_t at = 0; at < name.size();) {
    const std::size_t begin = name.find_first_not_of(" \t\r\n", at);
    if (begin == std::string_view::npos) break;
    at = std::min(name.find_first_of(" \t\r\n", begin), name.size());
    words.emplace_back(name.substr(begin, at - begin));
  }
  return words;
}

std::string joined_text(std::span<const std::string> parts, std::string_view between) { return fmt::format("{}", fmt::join(parts, between)); }

bool is_ascii_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }

/// A letter that can be mistyped: Latin, or of an alphabet of two-byte letters (Greek, Cyrillic, Arabic …).
bool is_letter(std::string_view character) {
  if (character.size() == 1) return is_ascii_letter(character.front());
  const auto first = static_cast<unsigned char>(character.front());
  return first >= 0xc3 && first <= 0xdf;
}

/// `word` in the case in which `like` is written.
std::string in_case_of(std::string word, std::string_view like) {
  const bool all_upper = std::none_of(like.begin(), like.end(), [](char c) { return c >= 'a' && c <= 'z'; });
  if (all_upper && like.size() > 1) return upper_ascii(word);
  word = lower_ascii(word);
  if (!like.empty() && is_upper(like.front()) && !word.empty()) word.front() = upper_ascii(word.substr(0, 1)).front();
  return word;
}

/// The keys beside each letter on an English keyboard.
std::string_view keys_beside(char letter) {
  constexpr std::array<std::string_view, 26> kBeside = {"qwsz",   "vghn",  "xdfv", "serfcx", "wsdr", "drtgvc", "ftyhbv", "gyujnb", "ujko",
                                                        "huikmn", "jiolm", "kop",  "njk",    "bhjm", "iklp",   "ol",     "wa",     "edft",
                                                        "awedxz", "rfgy",  "yhji", "cfgb",   "qase", "zsdc",   "tghu",   "asx"};
  return kBeside[static_cast<std::size_t>(letter - 'a')];
}

/// Takes one number after another out of a draw.
class Draws {
 public:
  explicit Draws(std::uint64_t seed) : state_(seed) {}
  std::size_t below(std::size_t count) {
    state_ += 0x9e3779b97f4a7c15ULL;
    std::uint64_t mixed = state_;
    mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9ULL;
    mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111ebULL;
    return static_cast<std::size_t>((mixed ^ (mixed >> 31)) % count);
  }

 private:
  std::uint64_t state_;
};

std::string neighbour_key(const std::string& letter, Draws& draws) {
  if (letter.size() != 1) return letter;  // another alphabet: a letter typed twice
  const auto keys = keys_beside(lower_ascii(letter).front());
  const std::string key(1, keys[draws.below(keys.size())]);
  return is_upper(letter.front()) ? upper_ascii(key) : key;
}

std::optional<std::string> mistyped(const Words& words, Change typo, Draws& draws) {
  // A word of three letters and less is more often an article or a form than a name, and one letter is too much of it.
  std::vector<std::size_t> able;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const Words characters = characters_of(words[i]);
    if (std::count_if(characters.begin(), characters.end(), [](const auto& c) { return is_letter(c); }) >= 4) able.push_back(i);
  }
  if (able.empty()) return {};
  Words result = words;
  std::string& word = result[able[draws.below(able.size())]];
  Words letters = characters_of(word);
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < letters.size(); ++i) {
    if (!is_letter(letters[i])) continue;
    const bool swaps = i + 1 < letters.size() && is_letter(letters[i + 1]) && lower_ascii(letters[i]) != lower_ascii(letters[i + 1]);
    if (typo == Change::typo_swap && !swaps) continue;
    if (typo == Change::typo_substitute && letters[i].size() != 1) continue;
    places.push_back(i);
  }
  if (places.empty()) return {};
  const std::size_t at = places[draws.below(places.size())];
  const auto place = letters.begin() + static_cast<std::ptrdiff_t>(at);
  switch (typo) {
    case Change::typo_insert: letters.insert(place + 1, neighbour_key(letters[at], draws)); break;
    case Change::typo_delete: letters.erase(place); break;
    case Change::typo_swap: std::swap(letters[at], letters[at + 1]); break;
    default: letters[at] = neighbour_key(letters[at], draws); break;
  }
  word = joined_text(letters, "");
  return joined_text(result, " ");
}

constexpr std::array kTypos = {Change::typo_insert, Change::typo_delete, Change::typo_swap, Change::typo_substitute};

std::optional<std::string> truncated(std::string_view name) {
  const Words characters = characters_of(name);
  if (characters.size() < 12) return {};
  const std::size_t keep = characters.size() * 3 / 4;
  std::string text = joined_text(std::span(characters).first(keep), "");
  while (!text.empty() && text.back() == ' ') text.pop_back();
  return text;
}

std::optional<std::string> with_initials(const Subject& subject, const Words& words) {
  if (subject.group != Group::person || words.size() < 2) return {};
  // The family name is a run of words of the name, in any case; where the list does not say it, the last word.
  const Words family = words_of(lower_ascii(subject.last_name));
  std::size_t first = words.size() - 1;
  std::size_t count = 1;
  for (std::size_t at = 0; !family.empty() && at + family.size() <= words.size(); ++at) {
    const bool here = std::equal(family.begin(), family.end(), words.begin() + static_cast<std::ptrdiff_t>(at),
                                 [](const std::string& a, const std::string& b) { return a == lower_ascii(b); });
    if (!here) continue;
    first = at;
    count = family.size();
  }
  if (count == words.size()) return {};
  Words result;
  bool any = false;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const Words characters = characters_of(words[i]);
    if ((i >= first && i < first + count) || !is_letter(characters.front()) || characters.size() < 3) {
      result.push_back(words[i]);
    } else {
      result.push_back(characters.front() + ".");
      any = true;
    }
  }
  if (!any) return {};
  return joined_text(result, " ");
}

std::optional<std::string> run_together(const Words& words, std::size_t count, Draws& draws) {
  if (count < 2) return {};
  const std::size_t at = draws.below(count - 1);
  Words result = words;
  result[at] += result[at + 1];
  result.erase(result.begin() + static_cast<std::ptrdiff_t>(at + 1));
  return joined_text(result, " ");
}

std::optional<std::string> split_word(const Words& words, Draws& draws) {
  std::vector<std::size_t> able;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const Words characters = characters_of(words[i]);
    if (characters.size() >= 6 && std::all_of(characters.begin(), characters.end(), [](const auto& c) { return is_letter(c); })) able.push_back(i);
  }
  if (able.empty()) return {};
  Words result = words;
  std::string& word = result[able[draws.below(able.size())]];
  Words characters = characters_of(word);
  const std::size_t at = 2 + draws.below(characters.size() - 3);
  characters.insert(characters.begin() + static_cast<std::ptrdiff_t>(at), " ");
  word = joined_text(characters, "");
  return joined_text(result, " ");
}

/// The rows of a table without comments and header; each with its line.
struct Row {
  std::vector<std::string> fields;
  std::uint64_t line = 0;
};
Result<std::vector<Row>> rows_of(const NamedBytes& table, std::size_t columns) {
  lists::CsvReader reader(table.bytes);
  std::vector<Row> rows;
  Row row;
  bool header = true;
  for (;;) {
    const auto more = reader.next(row.fields);
    if (!more) return std::unexpected(more.error().in_file(table.name));
    if (!*more) break;
    row.line = reader.line();
    if (row.fields.front().starts_with('#')) continue;
    if (row.fields.size() != columns) return bad_input_in(table.name, row.line, fmt::format("{} fields, expected {}", row.fields.size(), columns));
    if (!header) rows.push_back(row);
    header = false;
  }
  return rows;
}

}  // namespace

std::string_view group_name(Group group) {
  switch (group) {
    case Group::person: return "person";
    case Group::organisation: return "organisation";
    case Group::vessel: return "vessel";
  }
  return {};
}

std::string_view group_schema(Group group) {
  switch (group) {
    case Group::person: return "Person";
    case Group::organisation: return "Company";
    case Group::vessel: return "Vessel";
  }
  return {};
}

std::optional<Group> group_of_schema(std::string_view schema) {
  if (schema_is_a(schema, "Person")) return Group::person;
  if (schema_is_a(schema, "LegalEntity")) return Group::organisation;
  if (schema_is_a(schema, "Vessel")) return Group::vessel;
  return {};
}

std::span<const ChangeKind, kChanges> change_kinds() { return kKinds; }
const ChangeKind& kind_of(Change change) { return kKinds[static_cast<std::size_t>(change)]; }

std::uint64_t drawn(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325ULL;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
  hash = (hash ^ (hash >> 30)) * 0xbf58476d1ce4e5b9ULL;
  hash = (hash ^ (hash >> 27)) * 0x94d049bb133111ebULL;
  return hash ^ (hash >> 31);
}

Result<Changer> Changer::standard() {
  const std::vector<NamedBytes> tables = {{"letters.csv", std::string(tamga_assure_letters, tamga_assure_letters_end)},
                                          {"legal_forms.csv", std::string(tamga_assure_legal_forms, tamga_assure_legal_forms_end)},
                                          {"nicknames.csv", std::string(tamga_assure_nicknames, tamga_assure_nicknames_end)},
                                          {"spellings.csv", std::string(tamga_assure_spellings, tamga_assure_spellings_end)},
                                          {"titles.csv", std::string(tamga_assure_titles, tamga_assure_titles_end)}};
  return read(tables);
}

Result<Changer> Changer::read(std::span<const NamedBytes> tables) {
  Changer changer;
  const auto place = [](const std::string& text) -> std::optional<Place> {
    if (text == "anywhere") return Place::anywhere;
    if (text == "start") return Place::start;
    if (text == "end") return Place::end;
    return {};
  };
  for (const auto& table : tables) {
    const std::size_t columns = table.name == "letters.csv" ? 4 : table.name == "spellings.csv" ? 3 : table.name == "nicknames.csv" ? 1 : 2;
    TAMGA_TRY(const auto rows, rows_of(table, columns));
    for (const auto& row : rows) {
      const auto refuse = [&](std::string_view what) { return bad_input_in(table.name, row.line, std::string(what)); };
      const auto& fields = row.fields;
      if (table.name == "letters.csv" || table.name == "spellings.csv") {
        const auto where = place(fields.back());
        const bool letters = columns == 4;
        if (!where) return refuse("at: expected anywhere, start or end");
        if (fields[letters ? 1 : 0].empty()) return refuse("from: is empty, expected letters");
        if (letters) {
          changer.letters_.push_back(Letters{fields[0], fields[1], fields[2], *where});
        } else {
          changer.spellings_.push_back(Spelling{fields[0], fields[1], *where});
        }
      } else if (table.name == "legal_forms.csv") {
        if (words_of(fields[1]).empty()) return refuse("form: is empty, expected a legal form");
        changer.forms_.push_back(Form{fields[0], fields[1], words_of(upper_ascii(fields[1]))});
      } else if (table.name == "titles.csv") {
        const auto group = fields[0] == "person" ? std::optional(Group::person) : fields[0] == "vessel" ? std::optional(Group::vessel) : std::nullopt;
        if (!group || fields[1].empty()) return refuse("expected person or vessel, and a title");
        changer.titles_[static_cast<std::size_t>(*group)].push_back(fields[1]);
      } else {
        Words forms;
        for (std::size_t at = 0; at <= fields[0].size();) {
          const std::size_t end = std::min(fields[0].find(';', at), fields[0].size());
          if (end > at) forms.push_back(fields[0].substr(at, end - at));
          at = end + 1;
        }
        if (forms.size() < 2) return refuse("expected two forms or more, separated by semicolons");
        changer.nicknames_.push_back(std::move(forms));
      }
    }
  }
  std::stable_sort(changer.letters_.begin(), changer.letters_.end(), [](const Letters& a, const Letters& b) {
    return std::pair(a.from.size(), a.place != Place::anywhere) > std::pair(b.from.size(), b.place != Place::anywhere);
  });
  std::stable_sort(changer.forms_.begin(), changer.forms_.end(), [](const Form& a, const Form& b) { return a.words.size() > b.words.size(); });
  return changer;
}

Changer::FoundForm Changer::find_form(std::span<const std::string> words) const {
  Words upper;
  for (const auto& word : words) upper.push_back(upper_ascii(word));
  for (const auto& form : forms_) {
    if (form.words.size() >= upper.size()) continue;  // a name that is nothing but a form
    const std::size_t last = upper.size() - form.words.size();
    for (const std::size_t at : {last, std::size_t{0}}) {
      if (std::equal(form.words.begin(), form.words.end(), upper.begin() + static_cast<std::ptrdiff_t>(at)))
        return FoundForm{at, form.words.size(), &form};
    }
  }
  return {};
}

std::optional<std::string> Changer::rewritten(std::string_view name, std::string_view script) const {
  // Lower case of the 66 letters of Russian; of Latin that of ASCII. A name with other letters is not rewritten: half a name would be.
  std::string lower;
  for (const auto& character : characters_of(lower_ascii(name))) {
    const auto first = static_cast<unsigned char>(character.front());
    const auto second = static_cast<unsigned char>(character.size() > 1 ? character[1] : 0);
    if (first == 0xd0 && second >= 0x90 && second <= 0x9f) {
      lower += {static_cast<char>(0xd0), static_cast<char>(second + 0x20)};
    } else if (first == 0xd0 && second >= 0xa0 && second <= 0xaf) {
      lower += {static_cast<char>(0xd1), static_cast<char>(second - 0x20)};
    } else if (first == 0xd0 && second == 0x81) {
      lower += "ё";
    } else {
      lower += character;
    }
  }
  std::string out;
  std::size_t written = 0;
  for (std::size_t at = 0; at < lower.size();) {
    const auto space = [&](std::size_t i) { return i >= lower.size() || lower[i] == ' ' || lower[i] == '.' || lower[i] == ',' || lower[i] == '"'; };
    const bool starts = at == 0 || space(at - 1);
    const auto letters = std::find_if(letters_.begin(), letters_.end(), [&](const Letters& row) {
      if (row.script != script || lower.compare(at, row.from.size(), row.from) != 0) return false;
      return row.place == Place::anywhere || (row.place == Place::start ? starts : space(at + row.from.size()));
    });
    if (letters != letters_.end()) {
      out += letters->to;
      at += letters->from.size();
      ++written;
    } else if (static_cast<unsigned char>(lower[at]) >= 0x80) {
      return {};
    } else {
      out += lower[at++];
    }
  }
  if (written == 0) return {};
  return out;
}

std::optional<std::string> Changer::respelt(std::string_view name, std::uint64_t draw) const {
  const std::string lower = lower_ascii(name);
  struct Found {
    const Spelling* spelling;
    std::size_t at;
  };
  std::vector<Found> found;
  for (const auto& spelling : spellings_) {
    for (std::size_t at = lower.find(spelling.from); at != std::string::npos; at = lower.find(spelling.from, at + 1)) {
      const std::size_t end = at + spelling.from.size();
      const bool inside = at > 0 && is_ascii_letter(lower[at - 1]);
      const bool ends = end == lower.size() || !is_ascii_letter(lower[end]);
      // Of one letter only inside of a word: there it is a sound, alone it is an initial.
      if (spelling.place == Place::end && !(ends && inside)) continue;
      if (spelling.from.size() == 1 && !inside) continue;
      found.push_back({&spelling, at});
    }
  }
  if (found.empty()) return {};
  const Found& chosen = found[Draws(draw).below(found.size())];
  const std::size_t size = chosen.spelling->from.size();
  const std::string_view before = name.substr(chosen.at, size);
  std::string after = chosen.spelling->to;
  const bool loud = is_upper(before.front()) && (size > 1 ? is_upper(before.back()) : true);
  if (loud) after = upper_ascii(after);
  if (!loud && is_upper(before.front()) && !after.empty()) after.front() = upper_ascii(after.substr(0, 1)).front();
  return std::string(name.substr(0, chosen.at)) + after + std::string(name.substr(chosen.at + size));
}

std::optional<std::string> Changer::with_nickname(std::span<const std::string> words, std::uint64_t draw) const {
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string lower = lower_ascii(words[i]);
    for (const auto& row : nicknames_) {
      if (lower_ascii(row.front()) != lower) continue;
      Words result(words.begin(), words.end());
      result[i] = in_case_of(row[1 + Draws(draw).below(row.size() - 1)], words[i]);
      return joined_text(result, " ");
    }
  }
  return {};
}

std::optional<std::string> Changer::with_title(const Subject& subject, std::uint64_t draw) const {
  const auto& titles = titles_[static_cast<std::size_t>(subject.group)];
  if (titles.empty()) return {};
  return titles[Draws(draw).below(titles.size())] + " " + std::string(subject.name);
}

std::optional<std::string> Changer::with_form(std::span<const std::string> words, Change change, std::uint64_t draw) const {
  const auto found = find_form(words);
  if (found.form == nullptr) return {};
  Words result(words.begin(), words.end());
  const auto first = result.begin() + static_cast<std::ptrdiff_t>(found.at);
  const auto after = result.erase(first, first + static_cast<std::ptrdiff_t>(found.words));
  if (change == Change::form_changed) {
    std::vector<const Form*> others;
    for (const auto& form : forms_) {
      if (form.kind != found.form->kind) others.push_back(&form);
    }
    if (others.empty()) return {};
    result.insert(after, others[Draws(draw).below(others.size())]->form);
  } else if (!result.empty() && result.back().ends_with(',')) {
    result.back().pop_back();  // "Romashka, LLC"
  }
  return joined_text(result, " ");
}

std::optional<std::string> Changer::changed(const Subject& subject, Change change) const {
  const Words words = words_of(subject.name);
  if (words.empty()) return {};
  const std::uint64_t draw = drawn(fmt::format("{}\n{}", kind_of(change).id, subject.key));
  Draws draws(draw);
  // Words that are a legal form at the end or the beginning carry no name.
  const auto form = subject.group == Group::organisation ? find_form(words) : FoundForm{};
  Words naming = words;
  std::string form_before;
  std::string form_after;
  if (form.form != nullptr) {
    const auto first = naming.begin() + static_cast<std::ptrdiff_t>(form.at);
    const std::string text = joined_text(std::span(words).subspan(form.at, form.words), " ");
    (form.at == 0 ? form_before : form_after) = form.at == 0 ? text + " " : " " + text;
    naming.erase(first, first + static_cast<std::ptrdiff_t>(form.words));
  }
  const auto whole = [&](std::optional<std::string> name) -> std::optional<std::string> {
    if (!name) return {};
    return form_before + *name + form_after;
  };
  const auto make = [&]() -> std::optional<std::string> {
    switch (change) {
      case Change::control: return joined_text(words, " ");
      case Change::typo_insert:
      case Change::typo_delete:
      case Change::typo_swap:
      case Change::typo_substitute: return whole(mistyped(naming, change, draws));
      case Change::typo_two: {
        const std::size_t first = draws.below(kTypos.size());
        const auto once = mistyped(naming, kTypos[first], draws);
        if (!once) return {};
        return whole(mistyped(words_of(*once), kTypos[draws.below(kTypos.size())], draws));
      }
      case Change::order: {
        if (naming.size() < 2) return {};
        Words result = naming;
        if (subject.group == Group::person) {
          std::rotate(result.begin(), result.end() - 1, result.end());
        } else {
          const std::size_t at = draws.below(result.size() - 1);
          std::swap(result[at], result[at + 1]);
        }
        return whole(joined_text(result, " "));
      }
      case Change::spelling: return whole(respelt(joined_text(naming, " "), draw));
      case Change::script_cyrillic: return rewritten(joined_text(naming, " "), "cyrillic");
      case Change::script_greek: return rewritten(joined_text(naming, " "), "greek");
      case Change::script_arabic: return rewritten(joined_text(naming, " "), "arabic");
      case Change::script_latin: return subject.cyrillic.empty() ? std::nullopt : rewritten(subject.cyrillic, "latin");
      case Change::truncation: return truncated(joined_text(words, " "));
      case Change::dropped_word: {
        if (naming.size() < 3) return {};
        Words result = naming;
        result.erase(result.begin() + static_cast<std::ptrdiff_t>(draws.below(result.size())));
        return whole(joined_text(result, " "));
      }
      case Change::joined: return whole(run_together(naming, naming.size(), draws));
      case Change::split: return whole(split_word(naming, draws));
      case Change::nickname: return subject.group == Group::person ? with_nickname(words, draw) : std::nullopt;
      case Change::initials: return with_initials(subject, words);
      case Change::title_added: return with_title(subject, draw);
      case Change::form_dropped:
      case Change::form_changed: return subject.group == Group::organisation ? with_form(words, change, draw) : std::nullopt;
    }
    return {};
  };
  auto result = make();
  if (change != Change::control && result && *result == joined_text(words, " ")) return {};
  return result;
}

}  // namespace tamga::assure
