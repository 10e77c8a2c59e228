#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/entity.h"

/// The words of FollowTheMoney (https://followthemoney.tech/explorer/) that clients of the OpenSanctions API send and read: names, labels and types
/// of schemata, properties, topics and countries. model/ knows only what screening needs of them.
namespace tamga::peers {

struct Schema {
  std::string_view name;
  std::string_view label;
  std::string_view plural;
  bool matchable = false;  ///< may be asked for by example
};
/// nullptr: no schema of the model.
[[nodiscard]] const Schema* find_schema(std::string_view name);
[[nodiscard]] std::span<const Schema> schemata();
/// Could a search for `wanted` mean an entity of `schema`? It is wanted itself, below it, or, where examples can be matched, above it: a search for
/// companies finds what a list calls a legal entity.
[[nodiscard]] bool could_mean(std::string_view wanted, std::string_view schema);

enum class Type : std::uint8_t { name, date, country, identifier, address, entity, gender, topic, url, email, phone, number, language, text, string };

struct PropertyInfo {
  std::string_view schema;  ///< that it belongs to: "Thing" of country, also for a Person
  std::string_view name;
  std::string_view label;
  Type type = Type::string;
};
/// A property of a schema or of what it extends; nullptr: it has none of that name. Properties that only point back at an edge are none.
[[nodiscard]] const PropertyInfo* find_property(std::string_view schema, std::string_view name);
/// Of any schema: for what lists publish.
[[nodiscard]] const PropertyInfo* find_property(std::string_view name);
/// All of a schema, first its own, then those of what it extends.
[[nodiscard]] std::vector<const PropertyInfo*> properties_of(std::string_view schema);

/// Under which property an edge hangs at each of its ends: an Ownership at its owner under "ownershipOwner", at its asset under "ownershipAsset".
struct Backwards {
  std::string_view schema;
  std::string_view at_from;
  std::string_view at_to;
};
/// nullptr when no edge of that schema hangs anywhere.
[[nodiscard]] const Backwards* find_backwards(std::string_view edge);
/// Is it a property under which an entity of that schema shows others: an edge pointing at it, its sanctions, or a reference of its own?
[[nodiscard]] bool links_others(std::string_view schema, std::string_view property);

/// "Russia" of "ru"; the code itself when it is unknown.
[[nodiscard]] std::string_view country_label(std::string_view code);
/// "Sanctioned entity" of "sanction"; the topic itself when it is unknown.
[[nodiscard]] std::string_view topic_label(std::string_view topic);
[[nodiscard]] bool topic_known(std::string_view topic);

/// What a designation on a list says of its entity, as a topic of the model; empty when it says nothing of the kind. docs/peers.md has the table.
[[nodiscard]] std::vector<std::string_view> topics_of(std::string_view list, const Designation& designation);

}  // namespace tamga::peers
