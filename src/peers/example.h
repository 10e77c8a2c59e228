#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "match/screen.h"
#include "peers/request.h"

/// "Query by example": an entity as a client describes it, as something to screen.
namespace tamga::peers {

/// More days of birth than these are not tried.
inline constexpr std::size_t kBirthDatesMax = 4;

struct Example {
  Json understood;                    ///< {"id","schema","properties"}: what is left of the example; what is not there was not understood
  std::vector<match::Query> queries;  ///< one for each day of birth that may be the right one; the best score of all counts
};

/// Names, parts of names put together, countries by code or name, dates, genders, addresses and identifiers. A value that is no country, date or
/// gender is dropped, and missing from `understood`. 422 for another shape; 400 for an unknown schema or property, one that cannot be screened, and
/// where nothing could be compared, which must not look like an answer. `where` begins the message: "body.queries.q1".
Answered<Example> read_example(std::string_view where, const Json& json, const names::Model& model);
/// The same of an entity that was put together, as /reconcile does.
Answered<Example> example_of(std::string_view where, std::string_view id, Entity entity, const names::Model& model);

}  // namespace tamga::peers
