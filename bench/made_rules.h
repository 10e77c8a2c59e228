#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/files.h"

/// Rule books of any size out of the shipped one, to measure what their size costs: first a part of its rules, then copies that are other rules. A
/// copy has another id and asks for other countries, codes, programmes, annexes, control lists and places, drawn from what the book itself names (a
/// deal holds those of a copy about as often as those of a rule), or of all countries and chapters of the nomenclature. Its test cases are read, but
/// say nothing of it any more. Exemptions are left out, since they name rules.
namespace tamga::made_rules {

/// The blocks of a policy file: what stands before the first table, and each table with what belongs to it.
inline std::vector<std::string> blocks(std::string_view text) {
  std::vector<std::string> result(1);
  while (!text.empty()) {
    const auto line = text.substr(0, std::min(text.size(), text.find('\n') + 1 == 0 ? text.size() : text.find('\n') + 1));
    text.remove_prefix(line.size());
    if (line.starts_with("[[") && line.find('.') == std::string_view::npos) result.emplace_back();
    result.back() += line;
  }
  return result;
}

/// Changes the atoms of `when` lines.
class Changer {
 public:
  /// `number` of the copy, from 1.
  Changer(const std::vector<std::string>& programs, const std::vector<std::string>& annexes, const std::vector<std::string>& controls)
      : programs_(programs), annexes_(annexes), controls_(controls) {}

  /// The block as another rule; empty when nothing in it could be changed.
  std::string copy(const std::string& block, std::size_t number) {
    std::string result;
    changed_ = false;
    std::string_view rest = block;
    bool id_done = false;
    while (!rest.empty()) {
      const auto end = rest.find('\n');
      const std::string_view line = rest.substr(0, end == std::string_view::npos ? rest.size() : end + 1);
      rest.remove_prefix(line.size());
      if (!id_done && line.starts_with("id = \"")) {
        id_done = true;
        result += fmt::format("{}.copy{}\"\n", line.substr(0, line.find('"', 6)), number);
      } else if (line.starts_with("when = ")) {
        result += condition(line, number);
      } else {
        result += line;
      }
    }
    return changed_ ? result : std::string();
  }

 private:
  std::string condition(std::string_view line, std::size_t number) {
    std::string out;
    std::string key;
    for (std::size_t at = 0; at < line.size();) {
      const char c = line[at];
      if (c == '"') {
        const auto end = line.find('"', at + 1);
        out += fmt::format("\"{}\"", value(key, std::string(line.substr(at + 1, end - at - 1)), number));
        at = end + 1;
        continue;
      }
      if (c >= 'a' && c <= 'z') {
        auto end = at;
        while (end < line.size() && ((line[end] >= 'a' && line[end] <= 'z') || line[end] == '_')) ++end;
        if (line.substr(end).starts_with(" = ")) key = line.substr(at, end - at);
        out += line.substr(at, end - at);
        at = end;
        continue;
      }
      out += c;
      ++at;
    }
    return out;
  }

  std::string rotated(const std::vector<std::string>& pool, const std::string& text, std::size_t number) {
    const auto at = std::find(pool.begin(), pool.end(), text);
    if (at == pool.end() || pool.size() < 2) return text;
    changed_ = true;
    return pool[(static_cast<std::size_t>(at - pool.begin()) + 7 * number) % pool.size()];
  }

  std::string value(const std::string& key, const std::string& text, std::size_t number) {
    static const std::vector<std::string> kCountries = [] {
      constexpr std::string_view kCodes =
          "ADAEAFAGALAMAOARATAUAZBABBBDBEBFBGBHBIBJBNBOBRBSBTBWBYBZCACDCFCGCHCICLCMCNCOCRCUCVCYCZDEDJDKDMDODZECEEEGERESETFIFJFMFRGAGBGDGEGHGMGNGQGRGT"
          "GWGYHKHNHRHTHUIDIEILINIQIRISITJMJOJPKEKGKHKIKMKNKPKRKWKZLALBLCLILKLRLSLTLULVLYMAMCMDMEMGMHMKMLMMMNMOMRMTMUMVMWMXMYMZNANENGNINLNONPNRNZOMPA"
          "PE"
          "PGPHPKPLPSPTPWPYQARORSRURWSASBSCSDSESGSISKSLSMSNSOSRSSSTSVSYSZTDTGTHTJTLTMTNTOTRTTTVTWTZUAUGUSUYUZVAVCVEVNVUWSXKYEZAZMZW";
      std::vector<std::string> codes;
      for (std::size_t i = 0; i < kCodes.size(); i += 2) codes.emplace_back(kCodes.substr(i, 2));
      return codes;
    }();
    static constexpr std::array<std::string_view, 11> kOfCountries = {"destination",     "shipped_from",        "transit",  "route_touches",
                                                                      "subject_country", "subject_in",          "origin",   "made_with",
                                                                      "leg_country",     "origin_or_made_with", "countries"};
    if (std::find(kOfCountries.begin(), kOfCountries.end(), key) != kOfCountries.end()) return rotated(kCountries, text, number);
    if (key == "program") return rotated(programs_, text, number);
    if (key == "annex") return rotated(annexes_, text, number);
    if (key == "control") return rotated(controls_, text, number);
    if (key == "hs" && text.size() >= 2) {
      changed_ = true;
      const int chapter = (text[0] - '0') * 10 + (text[1] - '0');
      return fmt::format("{:02}{}", (static_cast<std::size_t>(chapter) + 11 * number) % 97 + 1, text.substr(2));
    }
    if (key == "leg_place" && text.size() >= 2 && text[0] != '*') return rotated(kCountries, text.substr(0, 2), number) + text.substr(2);
    const bool ascii = std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
    if (key == "name_contains" && ascii) {
      changed_ = true;
      return std::string(text.rbegin(), text.rend());
    }
    return text;
  }

  const std::vector<std::string>& programs_;
  const std::vector<std::string>& annexes_;
  const std::vector<std::string>& controls_;
  bool changed_ = false;
};

/// All texts that stand in a list of that key, in `when` lines; sorted.
inline std::vector<std::string> texts_of(std::string_view text, std::string_view key) {
  std::set<std::string> found;
  const std::string begin = fmt::format("{} = [", key);
  for (auto at = text.find(begin); at != std::string_view::npos; at = text.find(begin, at + 1)) {
    if (at > 0 && text[at - 1] != ' ') continue;
    auto end = at + begin.size();
    while (end < text.size() && text[end] == '"') {
      const auto close = text.find('"', end + 1);
      found.emplace(text.substr(end + 1, close - end - 1));
      end = text.find_first_not_of(", ", close + 1);
    }
  }
  return {found.begin(), found.end()};
}

/// The shipped policy files (*.toml) as a book of `rules` rules.
inline std::vector<NamedBytes> book(std::vector<NamedBytes> files, std::size_t rules) {
  std::string everything;
  std::size_t shipped = 0;
  std::vector<std::vector<std::string>> all;
  for (const auto& file : files) {
    everything += file.bytes;
    all.push_back(blocks(file.bytes));
    for (const auto& block : all.back()) shipped += block.starts_with("[[rule]]") ? 1 : 0;
  }
  const auto annexes = texts_of(everything, "annex");
  const auto controls = texts_of(everything, "control");
  std::size_t at = 0;
  std::size_t kept = 0;
  for (std::size_t i = 0; i < files.size(); ++i) {
    std::string text;
    for (const auto& block : all[i]) {
      if (block.starts_with("[[exemption]]")) continue;
      if (block.starts_with("[[rule]]")) {
        // Evenly over the book where it is not to be whole.
        const bool keep = rules >= shipped || at * rules / shipped != (at + 1) * rules / shipped;
        ++at;
        if (!keep) continue;
        ++kept;
      }
      text += block;
    }
    files[i].bytes = std::move(text);
  }
  for (std::size_t number = 1; kept < rules && number < 100; ++number) {
    for (std::size_t i = 0; i < files.size(); ++i) {
      const auto programs = texts_of(files[i].bytes, "program");
      Changer changer(programs, annexes, controls);
      for (const auto& block : all[i]) {
        if (kept == rules || !block.starts_with("[[rule]]")) continue;
        const auto copy = changer.copy(block, number);
        if (copy.empty()) continue;
        files[i].bytes += copy;
        ++kept;
      }
    }
  }
  return files;
}

}  // namespace tamga::made_rules
