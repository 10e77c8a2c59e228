#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "model/entity.h"

namespace tamga::lists {

/// One fact of the Commission's file by the names of its XML 1.1: {"wholeName", "Saddam Hussein"}, {"strong", "true"}. Only what is not empty.
using EuFact = std::vector<std::pair<std::string, std::string>>;

/// An entity of the Commission's file being put together from its facts; the XML and the CSV form give it the same ones, so both give the same
/// entity. What has no property is kept as a note.
class EuEntity {
 public:
  EuEntity(std::string_view logical_id, std::uint64_t line);

  /// "person" or "enterprise"; anything else is an error.
  Status set_subject(std::string_view code);
  void set_reference(std::string_view eu_reference, std::string_view un_reference);
  void add_regulation(const EuFact& fact, std::string_view url);
  /// The act that brought a single fact: kept as a note once, since hundreds of facts come with the same one.
  void add_source(const EuFact& fact);
  void add_name(const EuFact& fact, const std::vector<std::string>& remarks);
  void add_citizenship(const EuFact& fact, const std::vector<std::string>& remarks);
  void add_birth(const EuFact& fact, const std::vector<std::string>& remarks);
  void add_address_of(const EuFact& fact, const std::vector<std::string>& remarks);
  void add_contact(std::string_view key, std::string_view value);
  void add_identification(const EuFact& fact, const std::vector<std::string>& remarks);
  void note(std::string_view label, std::string_view text);

  /// An error when it has no name.
  Result<Entity> finish();

 private:
  Entity entity_;
  std::string reference_;
};

}  // namespace tamga::lists
