#include "reference/names.h"

#include <random>

#include "reference/models.h"

namespace tamga::reference {
namespace {

std::string join(const std::vector<std::string>& words) {
  std::string name;
  for (const auto& word : words) name += (name.empty() ? "" : " ") + word;
  return name;
}

}  // namespace

rc::Gen<std::string> words() {
  return rc::gen::oneOf(
      rc::gen::container<std::string>(rc::gen::elementOf(std::string("aeiklmnorsv"))),
      rc::gen::resize(5, rc::gen::container<std::string>(rc::gen::elementOf(std::string("abhk")))),
      rc::gen::element<std::string>("company", "bank", "llc", "A.B.", "7", "mohammed", "al", "Иван", "group", "kovalenko", "kovalenk0", "v", "abdul",
                                    "bin", "ii", "forty", "44", "sasha", "alexander", "محمد", "علي", "muhammad", "ali", "china", "chile", "hong",
                                    "kong", "hongkong", "limited", "limted", "mv", "mr", "khan", "kahn", "shah", "koval", "enko", "kovalenka",
                                    "romashka", "li", "lu", "kim", "jong", "un", "习近平", "김정은", "abc", "A.B.C.", "11"));
}

rc::Gen<std::string> names() { return rc::gen::map(rc::gen::resize(12, rc::gen::container<std::vector<std::string>>(words())), join); }

rc::Gen<std::string> short_names() { return rc::gen::map(rc::gen::resize(4, rc::gen::container<std::vector<std::string>>(words())), join); }

rc::Gen<std::shared_ptr<const names::Model>> models() {
  // Making a model reads all tables, so a few dozen are made once.
  static const auto made = [] {
    std::vector<std::shared_ptr<const names::Model>> all = {names::Model::standard()};
    for (std::uint64_t seed = 1; seed <= 24; ++seed) all.push_back(std::make_shared<const names::Model>(random_matching(seed)));
    return all;
  }();
  return rc::gen::elementOf(made);
}

std::string changed(std::string_view name, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::string text(name);
  const auto below = [&](std::size_t end) { return static_cast<std::size_t>(random() % end); };
  for (std::uint64_t round = 0; round <= random() % 2; ++round) {
    if (text.size() < 2) return text;
    const std::size_t at = below(text.size() - 1);
    const auto letter = static_cast<char>('a' + below(26));
    switch (below(6)) {
      case 0: text[at] = letter; break;
      case 1: text.erase(at, 1); break;
      case 2: text.insert(at, 1, letter); break;
      case 3: std::swap(text[at], text[at + 1]); break;
      case 4:
        if (const auto space = text.find(' ', at); space != std::string::npos) text.erase(space, 1);
        break;
      default: text.insert(at, 1, ' ');
    }
  }
  return text;
}

}  // namespace tamga::reference
