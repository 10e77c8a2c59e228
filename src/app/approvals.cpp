#include "app/approvals.h"

#include <fmt/format.h>

#include "app/licences.h"
#include "app/record.h"
#include "store/cases.h"

namespace tamga::app {

Result<std::vector<store::Person>> people(const Settings& settings) {
  TAMGA_TRY(auto store, open_existing_store(settings));
  return store::People(store).all();
}

Status set_person(const Settings& settings, const store::Person& person, std::string_view by, std::string_view at) {
  TAMGA_TRY(auto store, open_store(settings));
  return store::People(store).set(person, by, at);
}

Result<std::vector<store::Proposal>> proposals(const Settings& settings, std::string_view state) {
  TAMGA_TRY(auto store, open_existing_store(settings));
  return store::People(store).proposals("", "", state);
}

Result<store::Proposal> decide(const Settings& settings, std::string_view id, std::string_view state, std::string_view reason, std::string_view by,
                               std::string_view at) {
  TAMGA_TRY(auto store, open_existing_store(settings));
  store::Proposal decided;
  TAMGA_TRY_STATUS(store.transact([&]() -> Status {
    TAMGA_TRY(decided, store::People(store).decide(id, state, reason, by, at));
    return decided.state == "approved" ? apply(store, decided, at) : Status{};
  }));
  return decided;
}

Status apply(store::Store& store, const store::Proposal& approved, std::string_view at) {
  if (approved.what.starts_with("licence.")) return apply_licence(store, approved, at);
  if (approved.what == "alert.close") return store::Cases(store).close_approved(approved, at);
  if (approved.what == "alert.mark") return store::Cases(store).mark_approved(approved, at);
  return failure(fmt::format("{}: this Tamga does not know what \"{}\" does; use a newer one", approved.id, approved.what));
}

}  // namespace tamga::app
