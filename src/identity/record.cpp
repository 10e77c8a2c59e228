#include "identity/record.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "index/index.h"

namespace tamga::identity {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
char upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }
char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

std::string upper(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), [](char c) { return upper(c); });
  return out;
}

std::string_view trim(std::string_view text) {
  const auto begin = text.find_first_not_of(" \t\r\n");
  return begin == std::string_view::npos ? std::string_view() : text.substr(begin, text.find_last_not_of(" \t\r\n") - begin + 1);
}

bool all_digits(std::string_view text) { return !text.empty() && std::all_of(text.begin(), text.end(), is_digit); }

/// "RUS0251": letters of the regime and four digits.
bool is_uk_reference(std::string_view text) {
  if (text.size() < 6 || text.size() > 8) return false;
  const auto letters = text.substr(0, text.size() - 4);
  return std::all_of(letters.begin(), letters.end(), is_letter) && all_digits(text.substr(letters.size()));
}

/// "EU.27.28".
bool is_eu_reference(std::string_view text) {
  if (!text.starts_with("EU.")) return false;
  const auto dot = text.find('.', 3);
  return dot != std::string_view::npos && all_digits(text.substr(3, dot - 3)) && all_digits(text.substr(dot + 1));
}

/// Ids that mean the same entity wherever they stand: those that Tamga's readers and OpenSanctions make of an authority's own number,
/// and OpenSanctions' own ("NK-…"). Any other id may be a row number.
constexpr std::array<std::string_view, 7> kSharedIds = {"ofac-", "unsc-", "gb-fcdo-", "gb-hmt-", "eu-fsf-", "ch-seco-", "NK-"};

class References {
 public:
  void add(Register in, std::string_view value) {
    if (!value.empty()) found_.push_back(Reference{in, std::string(value)});
  }
  void add_id(std::string_view id) {
    if (std::none_of(kSharedIds.begin(), kSharedIds.end(), [&](auto prefix) { return id.starts_with(prefix); })) return;
    add(Register::id, id);
    if (id.starts_with("ofac-") && all_digits(id.substr(5))) add(Register::ofac, id.substr(5));
    if (id.starts_with("gb-hmt-") && all_digits(id.substr(7))) add(Register::ofsi, id.substr(7));
    if (id.starts_with("gb-fcdo-") && is_uk_reference(id.substr(8))) add(Register::uk, upper(id.substr(8)));
  }
  /// A number of which only its form tells the register.
  void add_number(std::string_view text) {
    text = trim(text);
    add(Register::un, un_reference(text));
    if (is_eu_reference(text)) add(Register::eu, text);
  }
  void add_note(std::string_view note) {
    const auto colon = note.find(": ");
    if (colon == std::string_view::npos) return;
    const auto label = note.substr(0, colon);
    const auto value = trim(note.substr(colon + 2));
    if (label == "UN Reference Number" || label == "United Nations ID" || label == "UN Ref") {
      add(Register::un, un_reference(value));
    } else if (label == "UK Sanctions List Ref" && is_uk_reference(value)) {
      add(Register::uk, upper(value));
    } else if (label == "OFSI Group ID" && all_digits(value)) {
      add(Register::ofsi, value);
    } else if ((label == "entity_number" || label == "Entity number" || label == "OFAC uid") && all_digits(value)) {
      add(Register::ofac, value);
    }
  }
  std::vector<Reference> take() {
    std::sort(found_.begin(), found_.end());
    found_.erase(std::unique(found_.begin(), found_.end()), found_.end());
    return std::move(found_);
  }

 private:
  std::vector<Reference> found_;
};

std::vector<Reference> references_of(std::string_view list, const Entity& entity) {
  References references;
  references.add_id(entity.id);
  for (const auto& value : entity.values("referents")) references.add_id(value);
  for (const auto& value : entity.values("unscId")) references.add(Register::un, un_reference(value));
  for (const auto& value : entity.values("ofacId")) {
    if (all_digits(value)) references.add(Register::ofac, value);
  }
  for (const auto& designation : entity.designations) {
    references.add_number(designation.reference);
    if (list.starts_with("gb_") && is_uk_reference(designation.reference)) references.add(Register::uk, upper(designation.reference));
  }
  for (const auto& note : entity.values("notes")) references.add_note(note);
  return references.take();
}

void add_once(std::vector<std::string>& values, std::string_view value) {
  if (std::find(values.begin(), values.end(), value) == values.end()) values.emplace_back(value);
}

}  // namespace

std::string reference_text(const Reference& reference) {
  switch (reference.in) {
    case Register::un: return "UN reference " + reference.value;
    case Register::ofac: return "OFAC uid " + reference.value;
    case Register::uk: return "UK reference " + reference.value;
    case Register::ofsi: return "OFSI group id " + reference.value;
    case Register::eu: return "EU reference " + reference.value;
    case Register::id: return "id " + reference.value;
  }
  return {};
}

std::string un_reference(std::string_view text) {
  text = trim(text);
  if (text.size() < 5 || text.size() > 7 || !is_letter(text[0]) || !is_letter(text[1]) || text[3] != '.') return {};
  const char kind = lower(text[2]);
  const auto number = text.substr(4);
  if ((kind != 'i' && kind != 'e') || !all_digits(number)) return {};
  return fmt::format("{}{}{}.{:0>3}", upper(text[0]), upper(text[1]), kind, number);
}

Record record_of(std::string_view list, const Entity& entity) {
  Record record;
  record.list = list;
  record.id = entity.id;
  record.schema = entity.schema;
  record.kind = index::kind_of_schema(entity.schema);
  record.references = references_of(list, entity);
  record.identifiers = identifiers::of_entity(entity);
  for (const std::string_view date : entity.values("birthDate")) {
    if (date.size() < 4 || !all_digits(date.substr(0, 4))) continue;
    add_once(record.birth_years, date.substr(0, 4));
    // 1 January is what registers write when only the year is known.
    if (date.size() == 10 && !date.ends_with("-01-01")) add_once(record.birth_dates, date);
  }
  for (const auto* property : {"country", "nationality", "jurisdiction", "citizenship", "mainCountry", "flag"}) {
    for (const auto& value : entity.values(property)) add_once(record.countries, value);
  }
  std::sort(record.countries.begin(), record.countries.end());
  for (const auto& value : entity.values("gender")) {
    if (value == "male" || value == "female") record.gender = record.gender.empty() || record.gender == value ? value : std::string("both");
  }
  if (record.gender == "both") record.gender.clear();
  return record;
}

void add_name(Record& record, std::string_view text) {
  const names::Name name = names::parse(text, record.kind);
  ListedName listed;
  listed.text = text;
  std::vector<std::string_view> keys;
  for (const auto& word : name.words) {
    if (word.role == names::Role::initial || word.weight == 0) continue;
    keys.push_back(name.key(word));
    listed.weight += word.weight;
  }
  if (record.kind == names::Kind::person) std::sort(keys.begin(), keys.end());
  listed.words = static_cast<std::uint32_t>(keys.size());
  listed.key = fmt::format("{}", fmt::join(keys, " "));
  record.names.push_back(std::move(listed));
}

void add_names(Record& record, const Entity& entity) {
  for (const auto* property : {"name", "alias", "previousName"}) {
    for (const auto& text : entity.values(property)) add_name(record, text);
  }
}

}  // namespace tamga::identity
