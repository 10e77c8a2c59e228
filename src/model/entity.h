#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/date.h"
#include "base/json.h"
#include "base/result.h"

namespace tamga {

/// How much an authority itself trusts a name. In FollowTheMoney: name and alias are strong, weakAlias is weak,
/// previousName is former. OFAC does not expect screening on weak aliases (FAQ 124), but they confirm.
enum class NameQuality : std::uint8_t { strong, weak, former };

/// A property of the FollowTheMoney model (https://followthemoney.tech/explorer/): every value is text.
struct Property {
  std::string name;
  std::vector<std::string> values;
};

/// One designation of an entity: under which programme, by which measure, since when. An entity of one list can
/// stand on it several times (OFAC: several programmes; EU: Annex IV and XIV).
struct Designation {
  std::string program;    ///< "RUSSIA-EO14024", "EU-UKR", "EU-RUS", "DRC", "RUS"; as the list says it
  std::string annex;      ///< of an EU regulation: "I", "IV", "XLV.A"; empty elsewhere
  std::string measure;    ///< "Asset freeze", "Export control", …; empty when the list does not say
  std::string from;       ///< ISO 8601, possibly only a year; empty when the list does not say
  std::string reference;  ///< the authority's own number: "17013", "QDi.006", "RUS0251"
  bool operator==(const Designation&) const = default;
};

/// A listed entity, or any party in the FollowTheMoney shape. Plain data.
struct Entity {
  std::string id;       ///< unique over all lists: "ofac-17013", "unsc-6907993", "eu-32014R0833-IV-666"
  std::string schema;   ///< Person, Company, Organization, LegalEntity, PublicBody, Vessel, Airplane, CryptoWallet, Address…
  std::string caption;  ///< the primary name
  std::vector<Property> properties;
  std::vector<Designation> designations;
  std::vector<std::string> datasets;
  std::uint64_t line = 0;  ///< where it begins in the published file; 1-based

  /// The values of a property; empty when it has none.
  [[nodiscard]] const std::vector<std::string>& values(std::string_view property) const TAMGA_LIFETIMEBOUND;
  [[nodiscard]] std::string_view first(std::string_view property) const TAMGA_LIFETIMEBOUND;
  /// Adds a value once; empty text and repeats are ignored, surrounding white space goes.
  void add(std::string_view property, std::string_view value);
};

/// {"id","caption","schema","properties","datasets","designations","line"}; properties in alphabetical order.
[[nodiscard]] Json to_json(const Entity& entity);
/// Reads a FollowTheMoney entity; property values may be one string or a list of strings. Unknown top-level
/// keys are ignored (the format grows); a missing schema or wrong type is refused.
Result<Entity> entity_from_json(const Json& json);

/// FollowTheMoney names of schemata: is `schema` the same as `ancestor` or below it? Only the part of the model
/// that lists use; an unknown schema is below nothing but Thing.
[[nodiscard]] bool schema_is_a(std::string_view schema, std::string_view ancestor);
/// Could one thing be listed under both? Person against Vessel: no; Company against LegalEntity: yes;
/// Person against LegalEntity: yes (a LegalEntity may be a natural person in the model). OFAC FAQ 5, step 2.
[[nodiscard]] bool schemata_compatible(std::string_view a, std::string_view b);
[[nodiscard]] bool schema_known(std::string_view schema);
/// Every schema that is known.
[[nodiscard]] std::vector<std::string_view> schemata();

/// The properties of a relation (an edge of the FollowTheMoney model) that hold the ids of its two ends, in the model's own direction:
/// Ownership from "owner" to "asset", Directorship from "director" to "organization".
struct RelationEnds {
  std::string_view schema;
  std::string_view from;
  std::string_view to;
};
/// nullptr when the schema is not a relation between two entities.
[[nodiscard]] const RelationEnds* relation_ends(std::string_view schema);

}  // namespace tamga
