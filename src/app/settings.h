#pragma once

#include <string>

#include "app/config.h"
#include "base/result.h"

/// What the command line and the environment decide for a whole run.
namespace tamga::app {

/// "tamga 0.1.0": part of every decision's basis.
inline constexpr const char* kEngine = "tamga " TAMGA_VERSION;

struct Settings {
  std::string data;    ///< folder of the store and the compiled lists
  std::string store;   ///< address of a store on PostgreSQL (docs/store.md); empty: it is in `data`
  std::string policy;  ///< folder of rule files (*.toml, goods/*.csv); empty: the rules built into the binary
  long list_age_max = 7;
  unsigned threads = 1;
  Config config;

  /// Where the store is, for Store::open().
  [[nodiscard]] const std::string& place() const { return store.empty() ? data : store; }
  /// The same for a person, without a password.
  [[nodiscard]] std::string told_place() const;
};

/// $TAMGA_DATA, else $XDG_DATA_HOME/tamga, else $HOME/.local/share/tamga.
[[nodiscard]] std::string default_data_folder();
/// $TAMGA_STORE, else none.
[[nodiscard]] std::string default_store();
/// Refuses what is no address of a store; empty is none.
Status check_store(const std::string& store);
/// $TAMGA_THREADS, else the number of processors; at least 1.
[[nodiscard]] unsigned default_threads();

}  // namespace tamga::app
