#include "app/audit.h"

#include "app/past.h"

namespace tamga::app {

Result<store::Verification> verify_record(const Settings& settings) {
  TAMGA_TRY(auto store, store::Store::open_existing(settings.data));
  TAMGA_TRY(auto verification, store.verify());
  TAMGA_TRY(auto missing, past_damage(store));
  for (auto& what : missing) verification.damage.push_back(store::Damage{std::move(what)});
  return verification;
}

Status each_ledger_entry(const Settings& settings, const std::function<Status(const store::LedgerEntry&)>& each) {
  TAMGA_TRY(auto store, store::Store::open_existing(settings.data));
  return store.each(each);
}

}  // namespace tamga::app
