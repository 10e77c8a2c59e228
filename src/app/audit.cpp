#include "app/audit.h"

#include "app/past.h"
#include "app/record.h"

namespace tamga::app {

Result<store::Verification> verify_record(const Settings& settings, const std::vector<std::string>& checkpoints) {
  TAMGA_TRY(auto store, store::Store::open_existing(settings.place()));
  TAMGA_TRY(auto verification, store.verify());
  TAMGA_TRY(auto missing, past_damage(store));
  for (auto& what : missing) verification.damage.push_back(store::Damage{std::move(what)});
  for (const auto& file : checkpoints) {
    TAMGA_TRY(auto what, against_checkpoint(store, file));
    if (!what.empty()) verification.damage.push_back(store::Damage{std::move(what)});
  }
  return verification;
}

}  // namespace tamga::app
