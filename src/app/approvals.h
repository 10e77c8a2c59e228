#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "app/settings.h"
#include "store/people.h"

/// Four eyes: what one person proposed, another decides on; what is approved takes effect in the same transaction.
namespace tamga::app {

/// Everyone, by name.
Result<std::vector<store::Person>> people(const Settings& settings);
/// Adds somebody or changes their roles (store/people.h says who may).
Status set_person(const Settings& settings, const store::Person& person, std::string_view by, std::string_view at);

Result<std::vector<store::Proposal>> proposals(const Settings& settings, std::string_view state);
/// Decides on a proposal and, when it is approved, does what it proposes. `state`: approved, refused, withdrawn.
Result<store::Proposal> decide(const Settings& settings, std::string_view id, std::string_view state, std::string_view reason, std::string_view by,
                               std::string_view at);

/// Does what an approved proposal says, within the transaction of its verdict.
Status apply(store::Store& store, const store::Proposal& approved, std::string_view at);

}  // namespace tamga::app
