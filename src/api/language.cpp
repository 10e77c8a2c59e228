#include "api/language.h"

#include <algorithm>
#include <charconv>

#include "api/problem.h"
#include "base/ascii.h"

namespace tamga::api {
namespace {

using language::Catalogue;
using language::Language;

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ') || text.starts_with('\t')) text.remove_prefix(1);
  while (text.ends_with(' ') || text.ends_with('\t')) text.remove_suffix(1);
  return text;
}

/// "q=0.8" in thousandths; 1000 where there is none, 0 where it is no weight.
int weight_of(std::string_view parameter) {
  parameter = trimmed(parameter);
  if (parameter.empty()) return 1000;
  if (!parameter.starts_with("q=") && !parameter.starts_with("Q=")) return 0;
  parameter.remove_prefix(2);
  if (parameter.starts_with('1')) return 1000;
  if (!parameter.starts_with("0.")) return 0;
  std::string digits(parameter.substr(2, 3));
  digits.resize(3, '0');
  int weight = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), weight);
  return error == std::errc() && end == digits.data() + digits.size() ? weight : 0;
}

void say(Json* text, const Catalogue& words) {
  if (text != nullptr && text->is_string()) text->text = words.sentence(text->text);
}

Json* member(Json& json, std::string_view name) {
  for (auto& one : json.members) {
    if (one.key == name) return &one.value;
  }
  return nullptr;
}

void translate(Json& json, const Catalogue& words, std::string_view name) {
  for (auto& item : json.items) translate(item, words, name);
  if (!json.is_object()) return;
  say(member(json, "because"), words);
  if (name == "flags" || json.find("flag") != nullptr) say(member(json, "title"), words);
  if (name == "permission") {
    say(member(json, "what"), words);
    say(member(json, "whom"), words);
  }
  for (auto& one : json.members) translate(one.value, words, one.key);
}

}  // namespace

Language preferred_language(std::string_view accept_language) {
  Language best = Language::english;
  int most = 0;
  // Browsers name a handful; who names a thousand gets English.
  for (int count = 0; !accept_language.empty() && count < 32; ++count) {
    const auto end = std::min(accept_language.find(','), accept_language.size());
    const std::string_view range = accept_language.substr(0, end);
    accept_language.remove_prefix(std::min(accept_language.size(), end + 1));
    const auto mark = std::min(range.find(';'), range.size());
    const std::string tag = lower_ascii(trimmed(range.substr(0, mark)));
    const auto language = language::language_from_code(std::string_view(tag).substr(0, tag.find('-')));
    const int weight = weight_of(range.substr(std::min(range.size(), mark + 1)));
    if (!language || weight <= most) continue;
    best = *language;
    most = weight;
  }
  return best;
}

Language asked_language(const Request& request) {
  const auto* asked = request.parameter("lang");
  return asked == nullptr ? Language::english : language::language_from_code(*asked).value_or(Language::english);
}

Language language_of(const Request& request) {
  if (request.parameter("lang") != nullptr) return asked_language(request);
  const auto* header = request.header("accept-language");
  return header == nullptr ? Language::english : preferred_language(*header);
}

Parameter language_parameter() {
  Parameter parameter{.name = "lang", .description = "language of the sentences; what is recorded is English [en]"};
  parameter.values = {"en", "ru", "kk"};
  return parameter;
}

void translate(Json& document, Language language) {
  if (language != Language::english) translate(document, Catalogue::of(language), "");
}

Response ok_in(const Request& request, Json document, int status) {
  const Language language = asked_language(request);
  translate(document, language);
  Response response = ok(document, status);
  if (language != Language::english) response.headers.emplace_back("content-language", language::language_code(language));
  return response;
}

void translate_problem(const Request& request, Response& response) {
  if (response.content_type != "application/problem+json") return;
  response.headers.emplace_back("vary", "accept-language");
  const Language language = language_of(request);
  if (language == Language::english) return;
  auto json = parse_json(response.body);
  if (!json || !json->is_object()) return;
  const auto& words = Catalogue::of(language);
  say(member(*json, "detail"), words);
  if (Json* errors = member(*json, "errors"); errors != nullptr) {
    for (auto& error : errors->items) say(member(error, "detail"), words);
  }
  if (Json* why = member(*json, "why_not"); why != nullptr) {
    for (auto& one : why->items) say(&one, words);
  }
  response.body = json->dump() + "\n";
  response.headers.emplace_back("content-language", language::language_code(language));
}

}  // namespace tamga::api
