#include "app/audit.h"

namespace tamga::app {

Result<store::Verification> verify_record(const Settings& settings) {
  TAMGA_TRY(auto store, store::Store::open_existing(settings.data));
  return store.verify();
}

Status each_ledger_entry(const Settings& settings, const std::function<Status(const store::LedgerEntry&)>& each) {
  TAMGA_TRY(auto store, store::Store::open_existing(settings.data));
  return store.each(each);
}

}  // namespace tamga::app
