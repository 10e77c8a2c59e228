#pragma once

#include <string>
#include <string_view>

#include "model/entity.h"

// What OFAC's formats share: the CSV set, SDN.XML and SDN_ADVANCED.XML say the same in different shapes, and one number of OFAC's is to give
// the same entity from each of them (and from the US Consolidated Screening List, which repeats them).
namespace tamga::lists {

/// A number with the country that issued it, when the format says them apart.
struct OfacNumber {
  std::string_view value;
  std::string_view country;  ///< a code; empty when none is said
};

/// One piece of OFAC's Remarks: "Tax ID No. 7702070139 (Russia)", "DOB 1962", "Linked To: X". What has no property becomes a note.
/// OFAC's XML says the same in elements; its readers write the piece and read it here, so that all forms give the same entity. `number` is
/// what the piece holds as its number, where that is known; else it is what stands before the country in brackets. A full stop at the end
/// is taken off, as it is in Remarks, where it ends a sentence or belongs to no value.
void read_ofac_piece(Entity& entity, std::string_view piece, const OfacNumber* number = nullptr);
/// Remarks whole, pieces divided by semicolons.
void read_ofac_remarks(Entity& entity, std::string_view remarks);

/// "PUTIN, Vladimir Vladimirovich" as people say it. The last name is what stands before the first comma; a third part is a suffix
/// ("DELOS REYES, Feliciano Semborio, Jr.").
struct OfacPersonName {
  std::string natural;
  std::string last;
  std::string first;
};
[[nodiscard]] OfacPersonName ofac_person_name(std::string_view published);
/// As people say it, when the entity is a person; else as it stands.
[[nodiscard]] std::string ofac_name_of(const Entity& entity, std::string_view published);
/// The primary name: caption and name; of a person also lastName, firstName and publishedName.
void add_ofac_name(Entity& entity, std::string_view published);
/// Person, Organization, Vessel or Airplane for "individual", "entity" or nothing, "vessel", "aircraft" in any case; empty for another word.
[[nodiscard]] std::string_view ofac_schema(std::string_view type);
/// The page of an entry in OFAC's own search.
[[nodiscard]] std::string ofac_source_url(std::string_view uid);

}  // namespace tamga::lists
