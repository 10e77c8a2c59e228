#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <map>
#include <set>
#include <unordered_map>

#include "base/files.h"
#include "text/tokens.h"

// How often two spellings of one real name meet. The numbers are those of docs/text.md; run with --gtest_filter='RealNames.*' to see them. The
// floors are a little below what was measured, so that a change for the worse is noticed and a better table of words is not punished.
namespace tamga::text {
namespace {

std::string shared(std::string_view path) { return std::string(TAMGA_SOURCE_DIR) + "/../shared/data/" + std::string(path); }
bool is_here(std::string_view path) { return std::filesystem::exists(shared(path)); }
std::string bytes_of(std::string_view path) {
  auto files = read_unpacked(shared(path));
  return files && !files->empty() ? std::move(files->front().bytes) : std::string();
}

/// Rows of a CSV file with quotes, or of a file with tabs; the first row too.
std::vector<std::vector<std::string>> rows_of(const std::string& bytes, char separator) {
  std::vector<std::vector<std::string>> rows(1, std::vector<std::string>(1));
  bool quoted = false;
  for (const char c : bytes) {
    if (separator == ',' && c == '"') {
      quoted = !quoted;
    } else if (c == separator && !quoted) {
      rows.back().emplace_back();
    } else if (c == '\n' && !quoted) {
      rows.emplace_back(1, std::string());
    } else if (c != '\r') {
      rows.back().back() += c;
    }
  }
  return rows;
}

std::size_t edits(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t above = row[j];
      row[j] = std::min({above + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1)});
      diagonal = above;
    }
  }
  return row[b.size()];
}

std::string joined_latin(std::string_view name) {
  std::string joined;
  for (const auto& token : tokenize(name, Use::person)) joined += token.latin;
  return joined;
}

struct Agreement {
  double equal = 0, within_one = 0, sharing = 0;
};
/// Words that Wikidata writes in Latin and in another script: how many have one skeleton, and how many other words share it.
Agreement skeletons(std::string_view path, Script script) {
  std::size_t pairs = 0;
  std::size_t equal = 0;
  std::size_t near = 0;
  std::unordered_map<std::string, std::set<std::string>> words;
  for (const auto& row : rows_of(bytes_of(path), '\t')) {
    if (row.size() != 3) continue;
    std::string other = row[1];
    std::erase(other, ' ');
    const std::string latin = joined_latin(row[0]);
    const std::string a = skeleton(latin, script);
    const std::string b = skeleton(joined_latin(other), script);
    if (latin.empty() || other.empty()) continue;
    words[a].insert(latin);
    ++pairs;
    equal += a == b ? 1 : 0;
    near += edits(a, b) <= 1 ? 1 : 0;
  }
  std::size_t distinct = 0;
  std::size_t others = 0;
  for (const auto& [key, group] : words) {
    distinct += group.size();
    others += group.size() * (group.size() - 1);
  }
  const auto share = [](std::size_t part, std::size_t whole) {
    return static_cast<double>(part) / static_cast<double>(std::max<std::size_t>(whole, 1));
  };
  const Agreement result{share(equal, pairs), share(near, pairs), share(others, distinct)};
  std::cout << path << ": " << pairs << " pairs, skeleton equal " << result.equal << ", within one edit " << result.within_one
            << ", other words with it " << result.sharing << "\n";
  return result;
}

TEST(RealNames, SkeletonsOfWordsInTwoScripts) {
  if (!is_here("names/wd_arabic.tsv.gz")) GTEST_SKIP() << "../shared/data is not here";
  const auto arabic = skeletons("names/wd_arabic.tsv.gz", Script::arabic);
  EXPECT_GE(arabic.equal, 0.82);
  EXPECT_GE(arabic.within_one, 0.935);
  EXPECT_LE(arabic.sharing, 15);
  const auto hebrew = skeletons("names/wd_hebrew.tsv.gz", Script::hebrew);
  EXPECT_GE(hebrew.equal, 0.785);
  EXPECT_GE(hebrew.within_one, 0.945);
  EXPECT_LE(hebrew.sharing, 11);
  EXPECT_GE(skeletons("names/wd_chinese.tsv.gz", Script::han).within_one, 0.84);
  EXPECT_GE(skeletons("names/wd_katakana.tsv.gz", Script::kana).within_one, 0.90);
  EXPECT_GE(skeletons("names/wd_korean.tsv.gz", Script::hangul).within_one, 0.79);
}

struct Names {
  std::vector<std::string> latin, other;
  bool person = true;
};

/// Of the words in the other script, how many have the key (and in an abjad the key or the skeleton) of a Latin word of the same entity.
Agreement words_found(std::string_view what, const std::vector<Names>& entities) {
  std::size_t words = 0;
  std::size_t by_key = 0;
  std::size_t by_skeleton = 0;
  Readings readings;
  for (const auto& entity : entities) {
    const Use use = entity.person ? Use::person : Use::organisation;
    std::set<std::string> keys;
    std::map<Script, std::set<std::string>> bones;
    const auto add = [&](std::string_view key, std::string_view latin) {
      keys.emplace(key);
      for (const auto script : {Script::arabic, Script::hebrew, Script::han, Script::kana, Script::hangul})
        bones[script].insert(skeleton(latin, script));
    };
    for (const auto& name : entity.latin) {
      read(name, use, readings);
      for (std::size_t r = 0; r < readings.count; ++r) {
        const auto& tokens = readings.tokens[r];
        for (std::size_t i = 0; i < tokens.size(); ++i) {
          add(tokens[i].key, tokens[i].latin);
          if (i + 1 < tokens.size()) add(comparison_key(tokens[i].latin + tokens[i + 1].latin), tokens[i].latin + tokens[i + 1].latin);
        }
      }
    }
    for (const auto& name : entity.other) {
      read(name, use, readings);
      // The reading of which most is found, as a matcher takes it.
      std::size_t best_missing = SIZE_MAX;
      std::size_t best_words = 0;
      std::size_t best_keys = 0;
      for (std::size_t r = 0; r < readings.count; ++r) {
        std::size_t here = 0;
        std::size_t key_here = 0;
        std::size_t missing = 0;
        for (const auto& token : readings.tokens[r]) {
          if (token.latin.size() < 2) continue;
          ++here;
          const bool key = keys.contains(token.key);
          key_here += key ? 1 : 0;
          missing += key || (has_skeleton(token.script) && bones[token.script].contains(skeleton(token.latin, token.script))) ? 0 : 1;
        }
        if (missing < best_missing) {
          best_missing = missing;
          best_words = here;
          best_keys = key_here;
        }
      }
      if (best_missing == SIZE_MAX) continue;
      words += best_words;
      by_key += best_keys;
      by_skeleton += best_words - best_missing;
    }
  }
  const auto whole = static_cast<double>(std::max<std::size_t>(words, 1));
  const Agreement result{static_cast<double>(by_key) / whole, static_cast<double>(by_skeleton) / whole, 0};
  std::cout << what << ": " << entities.size() << " entities, " << words << " words, key " << result.equal << ", key or skeleton "
            << result.within_one << "\n";
  return result;
}

TEST(RealNames, WordsOfListedPersonsInTheirOwnScript) {
  constexpr std::string_view kFile = "names/eu_fsf_multilingual_aliases_2026-05-01.csv.gz";
  if (!is_here(kFile)) GTEST_SKIP() << "../shared/data is not here";
  std::map<std::string, std::map<std::string, Names>> by_script;  // script, entity
  const auto rows = rows_of(bytes_of(kFile), ',');
  std::map<std::string, std::vector<std::string>> latin;
  for (const auto& row : rows) {
    if (row.size() < 5 || row[1] != "person") continue;
    if (row[3] == "LATIN") {
      latin[row[0]].push_back(row[4]);
    } else {
      by_script[row[3]][row[0]].other.push_back(row[4]);
    }
  }
  const auto measure = [&](const std::string& script) {
    std::vector<Names> entities;
    for (auto& [id, names] : by_script[script]) {
      if (!latin.contains(id)) continue;
      names.latin = latin[id];
      entities.push_back(names);
    }
    return words_found("EU consolidated list, persons, " + script, entities);
  };
  EXPECT_GE(measure("CYRILLIC").equal, 0.95);
  EXPECT_GE(measure("HANGUL").within_one, 0.96);
  EXPECT_GE(measure("ARABIC").within_one, 0.945);
}

TEST(RealNames, OriginalScriptOfTheUnitedNations) {
  constexpr std::string_view kFile = "un/UN_consolidated_2026-02-27.xml.gz";
  if (!is_here(kFile)) GTEST_SKIP() << "../shared/data is not here";
  const std::string xml = bytes_of(kFile);
  std::vector<Names> entities;
  const auto field = [](std::string_view record, std::string_view name, std::size_t& at) {
    const std::string open = "<" + std::string(name) + ">";
    const std::size_t begin = record.find(open, at);
    if (begin == std::string_view::npos) return std::string_view();
    const std::size_t end = record.find("</", begin);
    at = end;
    return record.substr(begin + open.size(), end - begin - open.size());
  };
  for (std::size_t at = xml.find("<INDIVIDUAL>"); at != std::string::npos; at = xml.find("<INDIVIDUAL>", at + 1)) {
    const std::string_view record = std::string_view(xml).substr(at, xml.find("</INDIVIDUAL>", at) - at);
    Names names;
    std::string whole;
    for (const auto* part : {"FIRST_NAME", "SECOND_NAME", "THIRD_NAME", "FOURTH_NAME"}) {
      std::size_t from = 0;
      whole += std::string(field(record, part, from)) + " ";
    }
    names.latin.push_back(whole);
    for (std::size_t from = 0;;) {
      const auto alias = field(record, "ALIAS_NAME", from);
      if (alias.empty()) break;
      names.latin.emplace_back(alias);
    }
    std::size_t from = 0;
    const auto original = field(record, "NAME_ORIGINAL_SCRIPT", from);
    if (original.empty()) continue;
    names.other.emplace_back(original);
    entities.push_back(names);
  }
  const auto found = words_found("UN consolidated list, individuals with a name in their own script", entities);
  EXPECT_GE(found.equal, 0.67);
  EXPECT_GE(found.within_one, 0.95);
}

TEST(RealNames, PairsOfCyrillicAndLatinNames) {
  if (!is_here("bench/scripts.csv")) GTEST_SKIP() << "../shared/data is not here";
  std::map<std::string, std::vector<Names>> pairs;
  for (const auto& row : rows_of(bytes_of("bench/scripts.csv"), ',')) {
    if (row.size() == 3 && row[2] != "script") pairs[row[2]].push_back({{row[0]}, {row[1]}, true});
  }
  EXPECT_GE(words_found("scripts.csv, cyrillic", pairs["cyrillic"]).equal, 0.96);
  EXPECT_GE(words_found("scripts.csv, arabic", pairs["arabic"]).within_one, 0.78);
  EXPECT_GE(words_found("scripts.csv, hebrew", pairs["hebrew"]).within_one, 0.75);
  EXPECT_GE(words_found("scripts.csv, chinese", pairs["chinese"]).within_one, 0.44);
  EXPECT_GE(words_found("scripts.csv, japanese", pairs["japanese"]).within_one, 0.65);
  EXPECT_GE(words_found("scripts.csv, korean", pairs["korean"]).within_one, 0.46);
}

}  // namespace
}  // namespace tamga::text
