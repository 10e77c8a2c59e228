#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "lists/eu_fsf.h"
#include "lists/readers.h"

// The Commission's financial sanctions file, CSV 1.1: the facts of the XML form, semicolon separated. Each row repeats its entity and its
// regulation and holds one fact of each kind, or none; a kind's columns begin with its name. The file itself could not be had; the names of its
// columns and the kind of its values are as public readers of it use them (a header of 118 columns, "fileGenerationDate;Entity_LogicalId;
// Entity_EU_ReferenceNumber;…;NameAlias_LastName;…"). Columns that are not known are kept as notes.
namespace tamga::lists {
namespace {

enum class Kind : std::uint8_t { entity, regulation, name, address, birth, identification, citizenship, other };

struct Column {
  Kind kind = Kind::other;
  std::string key;  ///< the attribute of the XML form that says the same
  bool of_source = false;
};

struct Prefix {
  std::string_view text;
  Kind kind;
};
// The longer ones first.
constexpr std::array kPrefixes = {
    Prefix{"Entity_Regulation_", Kind::regulation},
    Prefix{"Entity_", Kind::entity},
    Prefix{"NameAlias_", Kind::name},
    Prefix{"Naal_", Kind::name},
    Prefix{"Address_", Kind::address},
    Prefix{"BirthDate_", Kind::birth},
    Prefix{"Identification_", Kind::identification},
    Prefix{"Citizenship_", Kind::citizenship},
};

std::string attribute_of(Kind kind, std::string_view column) {
  if (kind == Kind::birth) {
    if (column == "BirthDate") return "birthdate";
    if (column == "Day") return "dayOfMonth";
    if (column == "Month") return "monthOfYear";
  }
  if (kind == Kind::identification && column == "TypeCode") return "identificationTypeCode";
  if (kind == Kind::regulation && column == "Type") return "regulationType";
  std::string key(column);
  if (!key.empty() && key[0] >= 'A' && key[0] <= 'Z') key[0] = static_cast<char>(key[0] - 'A' + 'a');
  return key;
}

Column column_of(std::string_view name) {
  for (const auto& prefix : kPrefixes) {
    if (!name.starts_with(prefix.text)) continue;
    auto rest = name.substr(prefix.text.size());
    Column column{prefix.kind, "", false};
    if (rest.starts_with("Regulation_")) {
      column.of_source = true;
      column.key = attribute_of(Kind::regulation, rest.substr(11));
    } else {
      column.key = attribute_of(prefix.kind, rest);
    }
    return column;
  }
  return Column{Kind::other, std::string(name), false};
}

/// "2026-08-26" or "26/08/2026".
std::optional<Date> generation_date(std::string_view text) {
  if (text.size() >= 10 && text[2] == '/' && text[5] == '/')
    return Date::parse(fmt::format("{}-{}-{}", text.substr(6, 4), text.substr(3, 2), text.substr(0, 2)));
  return Date::parse(text.substr(0, 10));
}

/// The facts of one row by kind, what the file calls them by apart.
struct Facts {
  EuFact fact;
  EuFact source;
  std::vector<std::string> remarks;
  std::string id;
};

class Reader {
 public:
  explicit Reader(const std::vector<std::string>& header) {
    for (const auto& name : header) columns_.push_back(column_of(name));
  }

  Status row(const std::vector<std::string>& fields, std::uint64_t line) {
    std::map<Kind, Facts> kinds;
    for (std::size_t i = 0; i < fields.size(); ++i) {
      const std::string_view text = trim(fields[i]);
      if (text.empty()) continue;
      const Column& column = columns_[i];
      auto& facts = kinds[column.kind];
      if (column.of_source) {
        facts.source.emplace_back(column.key, text);
      } else if (column.key == "logicalId") {
        facts.id = text;
      } else if (column.key == "remark") {
        facts.remarks.emplace_back(text);
      } else if (column.key != "regulationLanguage" && column.key != "fileGenerationDate") {
        facts.fact.emplace_back(column.key, text);
      }
    }
    const std::string& id = kinds[Kind::entity].id;
    if (id.empty()) return bad_input("Entity_LogicalId is empty", line);
    auto at = by_id_.find(id);
    if (at == by_id_.end()) {
      at = by_id_.emplace(id, entities_.size()).first;
      entities_.emplace_back(id, line);
      seen_.emplace_back();
      TAMGA_TRY_STATUS(begin(entities_.back(), kinds[Kind::entity]));
    }
    EuEntity& entity = entities_[at->second];
    for (auto& [kind, facts] : kinds) {
      // The same fact stands in every row in which another kind has more to say.
      std::string same = fmt::format("{} {}", static_cast<int>(kind), facts.id);
      for (const auto& [key, text] : facts.fact) same += fmt::format("\n{}={}", key, text);
      if (!seen_[at->second].insert(std::move(same)).second) continue;
      add(entity, kind, facts);
      if (!facts.source.empty()) entity.add_source(facts.source);
    }
    return {};
  }

  Result<std::vector<Entity>> finish() {
    std::vector<Entity> result;
    for (auto& entity : entities_) {
      TAMGA_TRY(auto finished, entity.finish());
      result.push_back(std::move(finished));
    }
    return result;
  }

 private:
  static std::string_view get(const EuFact& fact, std::string_view key) {
    const auto at = std::find_if(fact.begin(), fact.end(), [&](const auto& entry) { return entry.first == key; });
    return at == fact.end() ? std::string_view() : std::string_view(at->second);
  }

  static Status begin(EuEntity& entity, const Facts& facts) {
    const auto type = get(facts.fact, "subjectType");
    TAMGA_TRY_STATUS(entity.set_subject(type.empty() ? get(facts.fact, "subjectType_ClassificationCode") : type));
    entity.set_reference(get(facts.fact, "eU_ReferenceNumber"), get(facts.fact, "unitedNationId"));
    return {};
  }

  static void add(EuEntity& entity, Kind kind, const Facts& facts) {
    switch (kind) {
      case Kind::entity:
        entity.note("Designation details", get(facts.fact, "designationDetails"));
        entity.note("Designation date", get(facts.fact, "designationDate"));
        for (const auto& remark : facts.remarks) entity.note("Remark", remark);
        for (const auto& [key, text] : facts.fact) {
          constexpr std::array<std::string_view, 6> kKnown = {
              "subjectType", "subjectType_ClassificationCode", "eU_ReferenceNumber", "unitedNationId", "designationDetails", "designationDate"};
          if (std::find(kKnown.begin(), kKnown.end(), key) == kKnown.end()) entity.note(key, text);
        }
        return;
      case Kind::regulation:
        entity.add_regulation(facts.fact, get(facts.fact, "publicationUrl"));
        for (const auto& remark : facts.remarks) entity.note("Regulation", remark);
        return;
      case Kind::name: entity.add_name(facts.fact, facts.remarks); return;
      case Kind::address: {
        entity.add_address_of(facts.fact, facts.remarks);
        entity.note("Contact", get(facts.fact, "contactInfo"));
        return;
      }
      case Kind::birth: entity.add_birth(facts.fact, facts.remarks); return;
      case Kind::identification: entity.add_identification(facts.fact, facts.remarks); return;
      case Kind::citizenship: entity.add_citizenship(facts.fact, facts.remarks); return;
      case Kind::other:
        for (const auto& [key, text] : facts.fact) entity.note(key, text);
        return;
    }
  }

  std::vector<Column> columns_;
  std::vector<EuEntity> entities_;
  std::map<std::string, std::size_t, std::less<>> by_id_;
  std::vector<std::set<std::string>> seen_;
};

}  // namespace

Result<ReadList> read_eu_fsf_csv(const NamedBytes& file) {
  ReadList list;
  CsvReader csv(file.bytes, CsvLimits{.separator = ';'});
  std::vector<std::string> header;
  std::vector<std::string> fields;
  const auto next = [&](std::vector<std::string>& into) -> Result<bool> {
    auto more = csv.next(into);
    if (!more) return std::unexpected(more.error().in_file(file.name));
    return more;
  };
  TAMGA_TRY([[maybe_unused]] const bool any, next(header));
  for (const auto* needed : {"Entity_LogicalId", "Entity_Regulation_Programme", "NameAlias_WholeName"}) {
    if (std::find(header.begin(), header.end(), needed) == header.end())
      return bad_input_in(file.name, 1, fmt::format("the header has no column {}, expected those of the Commission's CSV 1.1", needed));
  }
  Reader reader(header);
  for (;;) {
    TAMGA_TRY(const bool more, next(fields));
    if (!more) break;
    if (fields.size() != header.size()) {
      return bad_input_in(file.name, csv.line(),
                          fmt::format("{} columns, expected {} as in the header; is the file truncated?", fields.size(), header.size()));
    }
    if (!list.own_date) list.own_date = generation_date(fields.front());
    if (auto status = reader.row(fields, csv.line()); !status) return std::unexpected(status.error().in_file(file.name));
  }
  auto entities = reader.finish();
  if (!entities) return std::unexpected(entities.error().in_file(file.name));
  list.entities = *std::move(entities);
  if (list.entities.empty()) return bad_input_in(file.name, 0, "holds no entity; is it truncated?");
  if (!list.own_date) return bad_input_in(file.name, 2, "the first column is no date, expected fileGenerationDate");
  return list;
}

}  // namespace tamga::lists
