#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "lists/eu_fsf.h"
#include "lists/readers.h"
#include "lists/xml_records.h"

// The Commission's financial sanctions file, XML 1.1 (domain.md 5.5; namespace http://eu.europa.ec/fpi/fsd/export): one sanctionEntity a record,
// facts in attributes, which are empty where nothing is known.
namespace tamga::lists {
namespace {

std::string_view value(XmlNode node, std::string_view attribute) { return trim(node.attribute(attribute)); }

/// Attributes that say what a fact is called in the file, and not what it is; and the ones that every element has.
bool is_internal(std::string_view attribute) {
  constexpr std::array<std::string_view, 3> kInternal = {"logicalId", "regulationLanguage", "globalFileId"};
  return std::find(kInternal.begin(), kInternal.end(), attribute) != kInternal.end();
}

EuFact fact_of(XmlNode node) {
  EuFact fact;
  for (const auto& attribute : node.attributes()) {
    const std::string_view text = trim(attribute.value);
    if (!text.empty() && !is_internal(attribute.name)) fact.emplace_back(attribute.name, text);
  }
  return fact;
}

Result<Entity> read_entity(XmlNode node, std::uint64_t line) {
  const std::string_view id = value(node, "logicalId");
  if (id.empty()) return bad_input("a sanctionEntity has no logicalId", line);
  EuEntity entity(id, line);
  TAMGA_TRY_STATUS(entity.set_subject(value(node.child("subjectType"), "code")));
  entity.set_reference(value(node, "euReferenceNumber"), value(node, "unitedNationId"));
  entity.note("Designation details", value(node, "designationDetails"));
  if (const auto date = value(node, "designationDate"); !date.empty()) entity.note("Designation date", date);
  for (auto child = node.first(); child; child = child.next()) {
    const std::string_view name = child.name();
    std::vector<std::string> remarks;
    for (const auto remark : children(child, "remark")) remarks.emplace_back(remark.text());
    for (const auto summary : children(child, "regulationSummary")) entity.add_source(fact_of(summary));
    if (name == "remark") {
      entity.note("Remark", child.text());
    } else if (name == "regulation") {
      entity.add_regulation(fact_of(child), child.child_text("publicationUrl"));
      for (const auto& remark : remarks) entity.note("Regulation", remark);
    } else if (name == "nameAlias") {
      entity.add_name(fact_of(child), remarks);
    } else if (name == "citizenship") {
      entity.add_citizenship(fact_of(child), remarks);
    } else if (name == "birthdate") {
      entity.add_birth(fact_of(child), remarks);
    } else if (name == "address") {
      entity.add_address_of(fact_of(child), remarks);
      for (const auto contact : children(child, "contactInfo")) entity.add_contact(value(contact, "key"), value(contact, "value"));
    } else if (name == "identification") {
      entity.add_identification(fact_of(child), remarks);
    } else if (name != "subjectType") {
      for (const auto& [key, text] : fact_of(child)) entity.note(fmt::format("{} {}", name, key), text);
      entity.note(name, child.text());
    }
  }
  return entity.finish();
}

}  // namespace

Result<ReadList> read_eu_fsf_xml(const NamedBytes& file) {
  ReadList list;
  std::set<std::string> ids;
  const FirstLook look = look_at(file.bytes);
  const auto at = look.root_tag.find("generationDate=\"");
  if (at == std::string_view::npos) return bad_input_in(file.name, 0, "its export element has no generationDate");
  list.own_date = Date::parse(look.root_tag.substr(at + 16, 10));
  if (!list.own_date) return bad_input_in(file.name, 0, "its generationDate is not a date");
  const auto record = [&](XmlNode node, std::uint64_t line) -> Status {
    TAMGA_TRY(auto entity, read_entity(node, line));
    if (!ids.insert(entity.id).second) return bad_input(fmt::format("the entity {} stands twice", entity.id), line);
    list.entities.push_back(std::move(entity));
    return {};
  };
  if (auto status = each_xml_record(file.bytes, "export", {"sanctionEntity"}, record); !status)
    return std::unexpected(status.error().in_file(file.name));
  if (list.entities.empty()) return bad_input_in(file.name, 0, "holds no sanctionEntity");
  return list;
}

}  // namespace tamga::lists
