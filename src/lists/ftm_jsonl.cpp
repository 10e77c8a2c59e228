#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <unordered_map>

#include "lists/readers.h"

// FollowTheMoney entities, one JSON object a line (domain.md 5.9). Edges are objects of their own there. Of those, a Sanction becomes a
// designation of its entity, a Passport or an Identification gives its number to its holder, and what connects two entities (ownership,
// family, posts) becomes a relation. What a designation or a number cannot hold is kept as a note of the entity. Facts of other kinds
// (documents, payments between three) are counted in a warning.
namespace tamga::lists {
namespace {

/// Schemata below Interval or Interest in followthemoney/schema/*.yaml: relations and facts, not things that can be screened. A schema
/// that stands neither here nor in model/entity.cpp is screened when it has a name: a new kind of thing must not pass unseen.
constexpr std::array<std::string_view, 26> kEdges = {
    "Sanction",         "Ownership",      "Directorship", "Family",        "Associate",      "UnknownLink",        "Occupancy", "Membership",
    "Representation",   "Employment",     "Succession",   "Debt",          "Payment",        "Documentation",      "Similar",   "Mention",
    "EconomicActivity", "Identification", "Passport",     "ContractAward", "CourtCaseParty", "ProjectParticipant", "TaxRoll",   "License",
    "Interest",         "Interval"};

bool is_edge(std::string_view schema) { return std::find(kEdges.begin(), kEdges.end(), schema) != kEdges.end(); }

std::string_view first_of(const Entity& entity, std::string_view property, std::string_view otherwise) {
  const auto value = entity.first(property);
  return value.empty() ? entity.first(otherwise) : value;
}

/// What is said of an entity beside the properties in `taken`, as "Sanction reason: …".
std::vector<std::string> rest_of(const Entity& edge, std::initializer_list<std::string_view> taken) {
  std::vector<std::string> notes;
  for (const auto& property : edge.properties) {
    if (std::find(taken.begin(), taken.end(), property.name) != taken.end()) continue;
    notes.push_back(fmt::format("{} {}: {}", edge.schema, property.name, fmt::join(property.values, "; ")));
  }
  return notes;
}

Designation designation_of(const Entity& sanction) {
  Designation designation;
  designation.program = first_of(sanction, "programId", "program");
  designation.measure = fmt::format("{}", fmt::join(sanction.values("provisions"), "; "));
  designation.from = read_partial_date(first_of(sanction, "startDate", "listingDate")).value_or("");
  designation.reference = first_of(sanction, "authorityId", "unscId");
  return designation;
}

struct Number {
  std::string_view property;
  std::string value;
};

class Reader {
 public:
  Status take(Entity entity, std::uint64_t line) {
    if (entity.id.empty()) return bad_input("the entity has no \"id\"");
    if (entity.schema == "Sanction") {
      for (const auto& target : entity.values("entity")) {
        sanctions_.emplace_back(target, designation_of(entity));
        for (auto& note : rest_of(entity, {"entity", "provisions", "authority", "authorityId", "startDate", "listingDate",
                                           entity.first("programId").empty() ? "program" : "programId"}))
          notes_.emplace_back(target, std::move(note));
      }
      return {};
    }
    if (entity.schema == "Passport" || entity.schema == "Identification") {
      const std::string_view property = entity.schema == "Passport" ? "passportNumber" : "idNumber";
      const auto number = first_of(entity, "number", "passportNumber");
      for (const auto& holder : entity.values("holder")) {
        numbers_.emplace_back(holder, Number{property, std::string(number)});
        for (auto& note : rest_of(entity, {"holder"})) notes_.emplace_back(holder, fmt::format("{} {}", number, note));
      }
      return {};
    }
    const RelationEnds* ends = relation_ends(entity.schema);
    if (ends != nullptr && !entity.first(ends->from).empty() && !entity.first(ends->to).empty()) {
      entity.line = line;
      list_.relations.push_back(std::move(entity));
      return {};
    }
    if (is_edge(entity.schema) || (!schema_known(entity.schema) && entity.caption.empty())) {
      ++uncounted_[entity.schema];
      return {};
    }
    datasets_.insert(entity.datasets.begin(), entity.datasets.end());
    entity.line = line;
    if (entity.caption.empty()) entity.caption = entity.id;
    if (!by_id_.emplace(entity.id, list_.entities.size()).second) return bad_input(fmt::format("the id \"{}\" stands twice", entity.id));
    list_.entities.push_back(std::move(entity));
    return {};
  }

  void saw(std::optional<Date> day) {
    if (day && (!list_.own_date || *list_.own_date < *day)) list_.own_date = day;
  }

  ReadList finish() {
    std::size_t strays = 0;
    for (auto& [target, designation] : sanctions_) {
      if (Entity* entity = find(target); entity == nullptr) {
        ++strays;
      } else if (std::find(entity->designations.begin(), entity->designations.end(), designation) == entity->designations.end()) {
        entity->designations.push_back(std::move(designation));
      }
    }
    for (const auto& [holder, number] : numbers_) {
      if (Entity* entity = find(holder); entity != nullptr) {
        entity->add(number.property, number.value);
      } else {
        ++strays;
      }
    }
    for (const auto& [target, note] : notes_) {
      if (Entity* entity = find(target); entity != nullptr) add_note(*entity, "", note);
    }
    for (const auto& [schema, count] : uncounted_)
      list_.warnings.push_back(fmt::format("{} {} records are neither entities nor relations of two; they are not screened", count, schema));
    if (strays > 0) list_.warnings.push_back(fmt::format("{} sanctions or documents are of entities that the file does not hold", strays));
    if (datasets_.size() == 1) list_.list = *datasets_.begin();
    return std::move(list_);
  }

 private:
  Entity* find(const std::string& id) {
    const auto at = by_id_.find(id);
    return at == by_id_.end() ? nullptr : &list_.entities[at->second];
  }

  ReadList list_;
  std::unordered_map<std::string, std::size_t> by_id_;
  std::vector<std::pair<std::string, Designation>> sanctions_;
  std::vector<std::pair<std::string, Number>> numbers_;
  std::vector<std::pair<std::string, std::string>> notes_;
  std::map<std::string, std::int64_t> uncounted_;
  std::set<std::string> datasets_;
};

}  // namespace

Result<ReadList> read_ftm_jsonl(const NamedBytes& file) {
  Reader reader;
  const std::string_view text = file.bytes;
  std::uint64_t line = 0;
  bool any = false;
  for (std::size_t begin = 0; begin < text.size();) {
    const auto end = std::min(text.find('\n', begin), text.size());
    const std::string_view row = text.substr(begin, end - begin);
    begin = end + 1;
    ++line;
    if (trim(row).empty()) continue;
    // Real files repeat keys inside "properties"; the values of both are kept.
    const auto json = parse_json(row, JsonLimits{.double_keys = true});
    if (!json) return bad_input_in(file.name, line, json.error().message);
    auto entity = entity_from_json(*json);
    if (!entity) return bad_input_in(file.name, line, entity.error().message);
    for (const auto* key : {"last_seen", "last_change"}) reader.saw(Date::parse(json->get(key).substr(0, 10)));
    if (auto status = reader.take(*std::move(entity), line); !status) return bad_input_in(file.name, line, status.error().message);
    any = true;
  }
  ReadList list = reader.finish();
  if (!any || list.entities.empty()) return bad_input_in(file.name, 0, "holds no entity that can be screened, expected FollowTheMoney JSON lines");
  return list;
}

}  // namespace tamga::lists
