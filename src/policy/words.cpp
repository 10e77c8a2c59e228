#include "policy/words.h"

#include <algorithm>
#include <set>
#include <vector>

namespace tamga::policy {
namespace {

bool holds_list(Word word) { return word == Word::all || word == Word::any; }

/// Several words in one table must all hold, and a table has each word once.
bool is_plain_table(const Condition& condition) {
  std::set<Word> words;
  for (const auto& child : condition.children) words.insert(child.word);
  return condition.word == Word::all && condition.children.size() > 1 && words.size() == condition.children.size();
}

/// The parts in the order in which they are printed: TOML gives the words of a table no order, so theirs is the alphabet's.
std::vector<const Condition*> parts_of(const Condition& condition) {
  std::vector<const Condition*> parts;
  for (const auto& child : condition.children) parts.push_back(&child);
  if (is_plain_table(condition)) {
    std::sort(parts.begin(), parts.end(), [](const auto* a, const auto* b) { return word_name(a->word) < word_name(b->word); });
  }
  return parts;
}

Json value_of(const Condition& condition) {
  if (condition.children.empty()) return condition.written;
  if (!holds_list(condition.word)) return condition_table(condition.children.front());
  Json list = Json::array();
  for (const auto& child : condition.children) list.push(condition_table(child));
  return list;
}

std::string scalar_words(const Json& value) {
  if (value.kind == Json::Kind::boolean) return value.truth ? "true" : "false";
  return value.text.empty() ? "none" : value.text;
}

std::string list_words(const Json& value, std::string_view between) {
  if (!value.is_array()) return scalar_words(value);
  std::string out;
  for (const auto& item : value.items) out.append(out.empty() ? "" : between).append(scalar_words(item));
  return out;
}

std::string joined_words(const Condition& condition, std::string_view between) {
  std::string out;
  for (const auto* part : parts_of(condition)) out.append(out.empty() ? "" : between).append(condition_words(*part));
  return out;
}

}  // namespace

std::string_view word_name(Word word) {
  const auto known = vocabulary();
  const auto at = std::find_if(known.begin(), known.end(), [&](const WordInfo& info) { return info.word == word; });
  return at == known.end() ? std::string_view() : at->name;
}

Json condition_table(const Condition& condition) {
  Json table = Json::object();
  if (is_plain_table(condition)) {
    for (const auto* part : parts_of(condition)) table.set(word_name(part->word), value_of(*part));
  } else {
    table.set(word_name(condition.word), value_of(condition));
  }
  return table;
}

std::string toml_text(const Json& value) {
  if (value.is_array()) {
    std::string out = "[";
    for (const auto& item : value.items) out.append(out.size() > 1 ? ", " : "").append(toml_text(item));
    return out + "]";
  }
  if (value.is_object()) {
    std::string out = "{";
    for (const auto& member : value.members) out.append(out.size() > 1 ? ", " : " ").append(member.key).append(" = ").append(toml_text(member.value));
    return out + " }";
  }
  // A text, a number and a truth are written in TOML as they are in JSON.
  return value.dump();
}

std::string condition_words(const Condition& condition) {
  std::string name(word_name(condition.word));
  if (condition.word == Word::all) return joined_words(condition, " and ");
  if (!condition.children.empty()) return name + " (" + joined_words(condition, " | ") + ")";
  if (condition.word == Word::always) return name;
  if (!condition.written.is_object()) return name + " = " + list_words(condition.written, ", ");
  std::string out;
  for (const auto& member : condition.written.members) {
    out.append(out.empty() ? ": " : ", ").append(member.key).append(" ").append(list_words(member.value, " or "));
  }
  return name + out;
}

}  // namespace tamga::policy
